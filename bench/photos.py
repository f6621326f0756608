"""Thirty turns with three photos: what is sent, what of it is cached, and what it costs.

The model is a fake that counts as OpenAI does. Where it may look again, it does so by script:
for one of the questions that follow a photo, or for each of them.
"""

import asyncio
import io
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from bot.app import running
from bot.image_tokens import image_tokens
from bot.pricing import Prices
from bot.serving import serving
from bot.settings import Settings
from playground.api import bot_api
from playground.people import Person
from playground.world import World
from storage.money import NANO, Usage
from tests.fakes.answers import Charge
from tests.fakes.chat_rules import count
from tests.fakes.openai import FakeOpenAI
from tests.fakes.speech import Speech
from tests.people import Someone

TURNS, PHOTOS, SIZE = 30, {5: "teal", 12: "navy", 20: "olive"}, (4000, 3000)
SENT_SIZE = (1280, 960)  # what Telegram makes of it
ANSWER_TOKENS = 150
OPENAI = "https://api.openai.com/v1"
MODELS = ("gpt-6-luna", "gpt-4o-mini")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """With how many questions a photo is sent, and after which photos the model looks again."""

    name: str
    photo_turns: int
    looks_after: tuple[int, ...] = ()


WAYS = (
    Way(name="sent with three questions", photo_turns=3),
    Way(name="sent once, one look", photo_turns=1, looks_after=(12,)),
    Way(name="sent once, three looks", photo_turns=1, looks_after=tuple(PHOTOS)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a conversation came to: answers, how often each image was sent, and the bills."""

    answered: int
    unseen: int  # questions that needed to see a photo, and were answered without
    sent: dict[str, int]
    bills: list[Charge]

    @property
    def cached_text(self) -> float:
        """The part of the text of the prompts that the provider knew."""
        text = sum(bill.prompt - bill.images for bill in self.bills)
        return sum(bill.cached - bill.cached_images for bill in self.bills) / text

    @property
    def sends(self) -> float:
        """How often an image was sent, in the mean."""
        return sum(self.sent.values()) / len(self.sent)


class Watching:
    """A model that says 150 tokens, and looks again at a photo where its script says so."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self.sent: Counter[str] = Counter()
        self.seen: set[int] = set()  # turns that had an image in view when they were answered

    def __call__(self, body: dict[str, Any]) -> Speech:
        shown = list(_images(body))
        self.sent.update(shown)
        turn = _turn(body)
        is_after = turn - 1 in self._way.looks_after
        if is_after and not shown and body.get("tools"):
            number = sorted(PHOTOS).index(turn - 1) + 1
            return Speech().call("look_again", json.dumps({"photo": number})).finish("tool_calls")
        if shown:
            self.seen.add(turn)
        return Speech().say(_answer(turn)).finish()


async def run(way: Way, model_name: str) -> Figures:
    """Let somebody have the whole conversation."""
    world = World(bot=Person(4242, "Teller", "teller_bot", is_bot=True), token="4242:bench")
    ada = Someone(world, world.add_person(Person(1001, "Ada")))
    model, watching = FakeOpenAI(), Watching(way)
    model.image_tokens = image_tokens(model_name, *SENT_SIZE, "high")
    model.reacts = watching
    async with serving(bot_api(world)) as telegram, serving(model) as url:
        with tempfile.TemporaryDirectory() as folder:
            settings = _settings(telegram, url, Path(folder)).but(
                model=model_name,
                photo_turns=way.photo_turns,
                look_again=bool(way.looks_after),
            )
            async with running(settings):
                answered = [await _is_answered(ada, turn) for turn in range(1, TURNS + 1)]
    needed = {*PHOTOS, *(turn + 1 for turn in PHOTOS if _needs_sight(way, turn))}
    return Figures(
        answered=sum(answered),
        unseen=len(needed - watching.seen),
        sent=dict(watching.sent),
        bills=list(model.bill),
    )


def _needs_sight(way: Way, turn: int) -> bool:
    return not way.looks_after or turn in way.looks_after


async def _is_answered(someone: Someone, turn: int) -> bool:
    question = f"Question {turn}: what comes after {turn}, and what do you think of it?"
    seen = len(someone.messages)
    if turn in PHOTOS:
        someone.sends_photo(_photo(PHOTOS[turn]), question)
    else:
        someone.says(question)
    await someone.sees_messages(seen + 1)
    return bool(await someone.sees_words(f"Answer {turn}:", "The end."))


def _settings(telegram: str, url: str, folder: Path) -> Settings:
    return Settings(
        telegram_bot_token="4242:bench",
        telegram_api_url=telegram,
        openai_api_key="sk-test",
        openai_base_url=f"{url}/v1",
        database_url=f"sqlite:///{folder}/teller.db",
        access="open",
        port=0,
        edit_interval=0.01,
        flood_limits="none",
    )


def _photo(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", SIZE, colour).save(file, "JPEG")
    return file.getvalue()


def _answer(turn: int) -> str:
    """An answer of so many tokens, in sentences."""
    text, number = f"Answer {turn}: it is what it is.", 0
    while count(f"{text} The end.") < ANSWER_TOKENS:
        number += 1
        text += f" Then {number} things follow."
    return f"{text} The end."


def _turn(body: dict[str, Any]) -> int:
    """Which turn asks."""
    texts = [text for text in _texts(body) if text.startswith("Question ")]
    return int(texts[-1].removeprefix("Question ").partition(":")[0])


def _texts(body: dict[str, Any]) -> Iterator[str]:
    for message in body["messages"]:
        content = message["content"] or ""
        parts = [{"text": content}] if isinstance(content, str) else content
        yield from (part["text"] for part in parts if "text" in part)


def _images(body: dict[str, Any]) -> Iterator[str]:
    for message in body["messages"]:
        if isinstance(message["content"], list):
            parts = message["content"]
            yield from (each["image_url"]["url"] for each in parts if "image_url" in each)


def _dollars(figures: Figures, model: str) -> float:
    prices = Prices(OPENAI, {})
    bills = (
        prices.bill(
            model, Usage(prompt=each.prompt, completion=each.completion, cached=each.cached)
        )
        for each in figures.bills
    )
    return sum(bill.nanos or 0 for bill in bills) / NANO


async def main() -> None:
    for model in MODELS:
        print(f"{model}: an image is {image_tokens(model, *SENT_SIZE, 'high'):,} tokens")
        for way in WAYS:
            figures = await run(way, model)
            bills = figures.bills
            print(
                f"  {way.name}: {figures.answered} of {TURNS} answered,"
                f" {figures.sends:.2f} sends an image (at most {max(figures.sent.values())});"
                f" prompt {sum(each.prompt for each in bills):,},"
                f" images {sum(each.images for each in bills):,},"
                f" cached {sum(each.cached for each in bills):,}"
                f" ({figures.cached_text:.0%} of the text); {_dollars(figures, model):.5f} USD"
            )


if __name__ == "__main__":
    asyncio.run(main())
