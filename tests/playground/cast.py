"""Who and what the tests of the playground are about."""

import io

import httpx
from PIL import Image
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)

from playground.world import Json, Person

TOKEN = "4242:playground"
ALICE = Person(1001, "Alice", "alice")
BORIS = Person(1002, "Boris", language_code="ru")
STRANGER = Person(1003, "Sam")
OK_BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("OK", callback_data="ok")]])


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


async def updates(bot: Bot, offset: int | None = None, **more: object) -> tuple[Update, ...]:
    return await bot.get_updates(offset, timeout=0, **more)  # type: ignore[arg-type]  # as given


async def poll(http: httpx.AsyncClient, **params: object) -> Json:
    answer = await http.post("getUpdates", json=params)
    return dict(answer.json())


def picture(width: int, height: int, *, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind)
    return out.getvalue()
