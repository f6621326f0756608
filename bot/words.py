"""What the bot says, in the language of whom it is said to; the only fluent.runtime."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("en", "zh", "ru")
# How a figure that is written as in English, 1,234.5, is written: between thousands, before cents.
SIGNS = {"en": ",.", "zh": ",.", "ru": "\N{NO-BREAK SPACE},"}
LONGEST = 2_500  # of what is filled in; fluent.runtime refuses more


@dataclass(frozen=True, slots=True)
class Words:
    """What the bot says in one language: `words("redo-not-newest")`."""

    language: str
    bundle: FluentBundle = field(repr=False, compare=False)

    def __call__(self, message: str, /, **variables: str | int) -> str:
        """Say a message of the files in `bot/locales/`.

        Numbers are written as the language does; an id is better handed over as text.
        Of a text that is very long only the beginning is said.
        """
        pattern = self.bundle.get_message(message).value
        assert pattern is not None, message
        filled = {name: _cut(value) for name, value in variables.items()}
        said, mistakes = self.bundle.format_pattern(pattern, filled)
        assert not mistakes, (message, mistakes)
        return str(said)

    def figure(self, english: str) -> str:
        """A figure as the language writes it."""
        return english.translate(str.maketrans(",.", SIGNS[self.language]))


@cache
def words_in(language: str) -> Words:
    """What the bot says in a language of `LANGUAGES`; its files are read once."""
    # Without marks of direction around what is filled in: people copy ids and commands.
    bundle = FluentBundle([language], use_isolating=False)
    for file in sorted((LOCALES / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return Words(language, bundle)


def spoken(wanted: str | None, *, otherwise: str) -> str:
    """The language of ours that somebody's is, `en` for `en-GB`; else another one."""
    language = (wanted or "")[:2].lower()
    return language if language in LANGUAGES else otherwise


def _cut(value: str | int) -> str | int:
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[: LONGEST - 1]}…"
    return value


def load() -> None:
    """Read the files of every language, so that nobody has to wait for that later."""
    for language in LANGUAGES:
        words_in(language)
