"""What can be said about a photo without seeing what it shows: its size, its colour, its text."""

import base64
import binascii
import colorsys
import functools
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

# Takes a photo and returns the lines of text in it.
Reading = Callable[[bytes], Sequence[str]]

# Where each colour ends on the wheel, in degrees.
HUES = (
    (15, "red"),
    (45, "orange"),
    (70, "yellow"),
    (165, "green"),
    (195, "teal"),
    (255, "blue"),
    (290, "purple"),
    (340, "pink"),
    (360, "red"),
)
GREYS = ((0.9, "white"), (0.65, "light grey"), (0.0, "grey"))
# Where "light" or "dark" is not what one says.
PALES = {"red": "pink"}
DARKS = {"orange": "brown", "yellow": "olive"}
BLACK, DARK = 0.15, 0.6  # of value
GREY, PALE = 0.15, 0.4  # of saturation
MOST = 0.3
LONGEST_TEXT = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    width: int
    height: int
    colour: str | None
    lines: tuple[str, ...] = ()

    @property
    def size(self) -> str:
        return f"{self.width}×{self.height}"

    @property
    def text(self) -> str:
        return "\n".join(self.lines)[:LONGEST_TEXT]


@dataclass(eq=False)
class Unreadable(Exception):
    """This is no picture."""


def look(data: bytes, read: Reading) -> Photo:
    """Find out what there is to say about a photo."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            small = image.convert("RGB").resize((48, 48))
    except (UnidentifiedImageError, OSError) as error:
        raise Unreadable from error
    lines = tuple(read(data))
    return Photo(width=width, height=height, colour=_main_colour(small), lines=lines)


def in_words(photo: Photo) -> str:
    """Say in a line what stands in the photo's place in a conversation."""
    if photo.lines:
        return f"[A photo, {photo.size}. The text in it reads: “{photo.text}”]"
    return f"[A photo, {photo.size}. No text could be read in it.]"


def described(photos: Sequence[Photo]) -> str:
    """Answer a question about photos with what is known of them."""
    names = (
        ["The photo"]
        if len(photos) == 1
        else [f"Photo {number} of {len(photos)}" for number in range(1, len(photos) + 1)]
    )
    facts = [_fact(name, photo) for name, photo in zip(names, photos, strict=True)]
    greeting = "I am the playground’s offline model: a small text model with OCR."
    return "\n\n".join([f"{greeting} {facts[0]}", *facts[1:]])


def _fact(name: str, photo: Photo) -> str:
    colour = f"mostly {photo.colour}" if photo.colour else "of many colours"
    fact = f"{name} is {photo.size} pixels, {colour}."
    if not photo.lines:
        return f"{fact} I could not read any text in it."
    # In a block of its own, so that nothing in the text is taken for markup.
    return f"{fact} I can read:\n\n```\n{photo.text.replace('```', '’’’')}\n```"


def _main_colour(image: Image.Image) -> str | None:
    """Name the colour that at least a good part of the pixels have."""
    pixels = image.tobytes()
    names = Counter(_colour(*pixels[at : at + 3]) for at in range(0, len(pixels), 3))
    name, times = names.most_common(1)[0]
    return name if times >= MOST * names.total() else None


def _colour(red: int, green: int, blue: int) -> str:
    hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    if value < BLACK:
        return "black"
    if saturation < GREY:
        return next(name for least, name in GREYS if value >= least)
    name = next(name for end, name in HUES if hue * 360 <= end)
    if value < DARK:
        return DARKS.get(name, f"dark {name}")
    return PALES.get(name, f"light {name}") if saturation < PALE else name


def photo_data(part: dict[str, Any]) -> bytes:
    """Take the bytes out of a content part with an image."""
    match part:
        case {"image_url": {"url": str(url)}} if url.startswith("data:"):
            try:
                return base64.b64decode(url.partition(",")[2], validate=True)
            except binascii.Error as error:
                raise Unreadable from error
    raise Unreadable


def read_text(data: bytes) -> Sequence[str]:
    """Read the text in a photo. The first time, this takes seconds."""
    return _reader()(data).txts or ()


@functools.cache
def _reader() -> Any:
    from rapidocr import RapidOCR  # noqa: PLC0415 - an extra, and slow to import

    return RapidOCR(params={"Global.log_level": "warning"})
