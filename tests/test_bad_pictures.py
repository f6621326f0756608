"""Pictures that are none, too large, gone, or of an unusual kind."""

import struct
import zlib
from typing import Any

import pytest

from bot.images import ImageTooHeavy, ImageTooLarge, UnreadableImage
from handlers.errors import WORDS
from playground.faults import Refuse
from playground.world import World
from tests.conftest import picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

pytestmark = pytest.mark.usefixtures("bot")

NOT_A_PICTURE = b"\xff\xd8\xff\xe0 these are not the pixels you are looking for" * 40
PHOTO = {"file_id": "photos-1", "file_unique_id": "u1", "width": 90, "height": 90}
VIDEO = {"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1, "duration": 1}


def asked_last(model: FakeOpenAI) -> Any:
    """What the model was asked last, without the persona."""
    return [each["content"] for each in model.asked[-1]["messages"][1:]]


def png_of_one_colour(side: int) -> bytes:
    """A real PNG, one bit a pixel, made without holding its pixels."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer, rows = zlib.compressobj(1), bytes((side // 8 + 1) * 100)
    pixels = b"".join(packer.compress(rows) for _ in range(side // 100)) + packer.flush()
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


async def test_a_picture_that_is_none_gets_a_sentence(alice: Someone, model: FakeOpenAI) -> None:
    files = (b"", NOT_A_PICTURE, picture()[:900], b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    for data in files:
        alice.sends_file(data, "photo.jpg", "image/jpeg", "What is this?")
    said = await alice.sees_messages(len(files))
    alice.says("Never mind")
    await alice.sees("You said: Never mind")

    assert said == [english(WORDS[UnreadableImage])] * len(files)
    assert asked_last(model) == ["Never mind"]


async def test_a_picture_of_too_many_pixels_gets_a_sentence(
    alice: Someone, model: FakeOpenAI
) -> None:
    alice.sends_file(png_of_one_colour(30_000), "wall.png", "image/png", "How large is it?")
    await alice.sees(english(WORDS[ImageTooLarge]))

    assert model.asked == []


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "HEIF", "BMP", "PNG"])
async def test_an_image_file_of_any_usual_kind_is_looked_at(
    alice: Someone, model: FakeOpenAI, kind: str
) -> None:
    data = picture(size=(160, 140), kind=kind)
    alice.sends_file(data, f"image.{kind.lower()}", f"image/{kind.lower()}", "What is this?")
    await alice.sees("I see 1 image.")

    [[text, image]] = asked_last(model)
    assert text["text"] == "What is this?"
    assert image["image_url"]["url"].startswith(("data:image/jpeg", "data:image/png"))


async def test_a_file_of_more_than_20_mb_is_refused_before_it_is_fetched(
    alice: Someone, world: World
) -> None:
    photo = PHOTO | {"file_size": 21 << 20, "mime_type": "image/png", "file_name": "a.png"}
    alice.sends(document=photo)
    await alice.sees(english(WORDS[ImageTooHeavy]))

    assert "getfile" not in {call.method.lower() for call in world.calls}


async def test_a_file_that_telegram_calls_too_large_is_refused_as_such(
    alice: Someone, world: World
) -> None:
    world.faults.add(kind=Refuse(400, "Bad Request: file is too big"), method="getFile")
    alice.sends(document=PHOTO | {"mime_type": "image/png"})

    assert await alice.sees_messages(1) == [english(WORDS[ImageTooHeavy])]


async def test_a_photo_that_telegram_does_not_have_any_more_gets_a_sentence(
    alice: Someone,
) -> None:
    alice.sends(photo=[PHOTO | {"file_id": "long gone"}])
    await alice.sees(english("photo-gone"))
    alice.says("Hi")

    await alice.sees("You said: Hi")


async def test_the_photos_of_an_album_with_a_video_are_looked_at(
    alice: Someone, world: World
) -> None:
    alice.sends(photo=world.files.add_photo(picture()), media_group_id="7", caption="Our trip")
    alice.sends(video=VIDEO, media_group_id="7")

    assert await alice.sees_messages(1) == ["I see 1 image."]
