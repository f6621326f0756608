"""Ways of looking at pictures: what the model is asked for each, and how closely it looks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.image_tokens import target_size


class Way(StrEnum):
    """What somebody wants of a picture."""

    DESCRIBE = "describe"
    SHORT = "short"
    TEXT = "text"
    PRODUCT = "product"
    CHART = "chart"
    EXPLAIN = "explain"
    MODERATE = "moderate"


class Detail(StrEnum):
    """How closely a picture is looked at, from the least on."""

    LOW = "low"
    HIGH = "high"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Look:
    """A way of looking: what the model is asked, and how closely it had better look.

    Without a `detail` of its own it is looked at as closely as is set.
    """

    asks: str
    detail: Detail | None = None


LOOKS: Mapping[Way, Look] = {
    Way.DESCRIBE: Look(
        "Describe the picture for someone who cannot see it, under these headings:\n"
        "**Subject**: what it is, in one sentence.\n"
        "**Things and people**: what can be seen, where it is, what it does; "
        "people by what can be seen of them, never by name or origin.\n"
        "**Setting**: place, time, light, mood.\n"
        "**Text**: any text in it, word for word; leave the heading out where there is none.\n"
        "**Meaning**: what the whole shows or says."
    ),
    Way.SHORT: Look(
        "Say what the picture shows, in at most five short lines that are read on a phone:\n"
        "one line for its subject, one for its kind (photo, screenshot, drawing, document, …), "
        "and one each for the three marks by which it would be known again. "
        "No headings, no introduction.",
        Detail.LOW,
    ),
    Way.TEXT: Look(
        "Read all the text in the picture and write it down as it stands, word for word, in its "
        "own language, without correcting or translating it.\n"
        "Keep the layout as Markdown: headings as headings, lists as lists, tables as tables. "
        "Read columns one after the other, in the order in which a person would. "
        "Write [illegible] where something cannot be read; guess nothing.\n"
        "Say nothing before or after the text. Where there is none, say so in one sentence.",
        Detail.ORIGINAL,
    ),
    Way.PRODUCT: Look(
        "Look at the picture as someone who sells what it shows, under these headings:\n"
        "**Kind**: what it is, and brand and model where they can be read.\n"
        "**Looks**: colour, shape, material, condition.\n"
        "**Features**: a list of what can be seen or is printed on it.\n"
        "**For the shop**: a text of 50 to 80 words that promises nothing that cannot be seen.\n"
        "**Tags**: five to ten, in small letters, with commas.\n"
        "**Price**: the range in which such things are sold, and that it is an estimate."
    ),
    Way.CHART: Look(
        "Read the chart in the picture, under these headings:\n"
        "**Kind**: what kind of chart it is, and its title.\n"
        "**Axes**: what each stands for, its unit and its range; the series by their colours.\n"
        "**Data**: a table of the data points; mark with ≈ what is read off and not printed.\n"
        "**Trend**: how it goes, with highest, lowest and what stands out.\n"
        "**Conclusions**: what follows from it, and what does not.\n"
        "Where the picture holds no chart, say so in one sentence.",
        Detail.ORIGINAL,
    ),
    Way.EXPLAIN: Look(
        "Explain what the picture shows to someone who is learning, under these headings:\n"
        "**Concept**: what it is about.\n"
        "**In simple words**: the idea, for someone of twelve, with a comparison from everyday "
        "life.\n"
        "**Three points**: what to remember, as a numbered list.\n"
        "**A question**: one by which the reader can tell whether they have understood; "
        "do not answer it."
    ),
    Way.MODERATE: Look(
        "Judge whether the picture can be shown to a general public, under these headings:\n"
        "**Kind**: what kind of picture it is.\n"
        "**Sensitive**: a line for each of violence, sexual content, self-harm, hate, harassment, "
        "illegal goods or acts, and private data: yes or no, and how sure that is, in percent.\n"
        "**Alt text**: 30 to 50 words for someone who cannot see it.\n"
        "**Topics**: three to six tags, with commas.\n"
        "The last line is in English whatever the language of the rest, and is one of\n"
        "VERDICT: fine\nVERDICT: not fine\nVERDICT: unsure\n"
        "where unsure means that a person should look at it."
    ),
}
# The commands that each look in a way: called like it, but for one.
CALLED: Mapping[str, Way] = {("ocr" if way is Way.TEXT else way): way for way in Way}
# A photo of a camera: whether a model tells two details apart shows on it.
LARGE = (6000, 4500)

VERDICT = re.compile(r"\W*VERDICT\W+(fine|not fine|unsure)\W*", re.IGNORECASE)
# Between these the provider's moderation says neither yes nor no.
DOUBTFUL = (0.3, 0.7)
NEGLIGIBLE = 0.01
FACTS = "The provider's moderation has looked at it, from 0 for no to 1 for yes: "
FACT = re.compile(r"(\S+) (\d\.\d\d),")


def prompt(way: Way, *, language: str, wish: str = "", facts: str = "") -> str:
    """What the model is asked; `language` is a code as Telegram knows it, "" where it does not."""
    spoken = f"the language with the code “{language}”" if language else "English"
    unless = ", unless the wish below asks for another" if wish else ""
    told = "" if way is Way.TEXT else f"Answer in {spoken}{unless}, the headings too."
    asked = f"The wish of the one who asks, which goes before all that: {wish}" if wish else ""
    return "\n\n".join(filter(None, [LOOKS[way].asks, told, facts, asked]))


def way_called(name: str) -> Way | None:
    """The way of a name, as it is called or commanded."""
    name = name.lower()
    return CALLED.get(name) or next((way for way in Way if way == name), None)


def detail_for(way: Way, model: str, usual: str) -> Detail:
    """How closely a model had better look, where nobody says; `usual` is what is set."""
    detail = LOOKS[way].detail or Detail(usual)
    return detail if detail is not Detail.ORIGINAL or sees_original(model) else Detail.HIGH


def sees_original(model: str) -> bool:
    """Whether a model sees more at `original` than at `high`; those that do not may refuse it."""
    return target_size(model, *LARGE, Detail.ORIGINAL) != target_size(model, *LARGE, Detail.HIGH)


def told(scores: Mapping[str, float]) -> str:
    """What the provider's moderation found, as facts for the model."""
    named = [
        f"{name} {score:.2f}"
        for name, score in sorted(scores.items(), key=lambda each: -each[1])
        if score >= NEGLIGIBLE
    ]
    found = ", ".join([*named, "all else below 0.01"])
    return f"{FACTS}{found}."


def is_moderation(asked: str) -> bool:
    """Whether what the model was asked is for a verdict."""
    return LOOKS[Way.MODERATE].asks in asked


def scores_in(asked: str) -> dict[str, float]:
    """What the provider's moderation found, as the model was told it; nothing where it was not."""
    told = next((each for each in asked.split("\n\n") if each.startswith(FACTS)), "")
    return {name: float(score) for name, score in FACT.findall(told.removeprefix(FACTS))}


def doubts(scores: Mapping[str, float]) -> list[str]:
    """The categories of which the provider's moderation is not sure."""
    least, most = DOUBTFUL
    return sorted(name for name, score in scores.items() if least <= score <= most)


def is_unsure(answer: str) -> bool:
    """Whether the last line of an answer says that a person should look."""
    lines = answer.strip().splitlines()
    found = VERDICT.fullmatch(lines[-1].strip()) if lines else None
    return found is not None and found[1].lower() == "unsure"
