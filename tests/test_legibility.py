"""Small print stays legible: OCR reads a page as exactly after it was prepared as before."""

import importlib.util
import io
from collections.abc import Sequence
from itertools import cycle, islice

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot import images
from playground.reading import read_text

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None,
    reason="NOT TESTED: OCR is not installed (requirements/offline.txt)",
)

MODEL = "gpt-6-luna"
LINES = (
    "The invoice number is 48213 of March 7.",
    "Two boxes of green tea, 250 g each: 18.90",
    "Please pay within 30 days to account 7741",
    "Questions? Write to office@example.org",
    "Thank you for buying at the old harbour.",
)
TEXT = (0, 0, 480, 300)  # where the text is, at 12 pixels: so much less for OCR to look through


def page(size: tuple[int, int], print_size: int) -> bytes:
    """A page as Telegram delivers it, with its text at the top left."""
    height = 40 * print_size // 12
    return printed(size, print_size, [height * number for number in range(1, len(LINES) + 1)])


def printed(size: tuple[int, int], print_size: int, places: Sequence[int]) -> bytes:
    """A page with a line at each of these heights."""
    image = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(print_size)
    for place, line in zip(places, cycle(LINES), strict=False):
        draw.text((40, place), line, "black", font)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=87)
    return file.getvalue()


def read(prepared: images.PreparedImage, scale: float) -> tuple[str, ...]:
    """What OCR makes of the part with the text."""
    with Image.open(io.BytesIO(prepared.data)) as image:
        left, top, right, bottom = (int(edge * scale) for edge in TEXT)
        file = io.BytesIO()
        image.crop((left, top, right, bottom)).save(file, "PNG")
    return tuple(read_text(file.getvalue()))


@pytest.mark.parametrize("detail", ["high", "original"])
@pytest.mark.parametrize(
    ("size", "print_size"),
    [
        pytest.param((960, 1280), 12, id="photo"),
        pytest.param((1810, 2560), 12, id="file"),
        pytest.param((1810, 2560), 24, id="file of twice the density"),
    ],
)
def test_small_print_is_read_exactly(size: tuple[int, int], print_size: int, detail: str) -> None:
    prepared = images.prepare(page(size, print_size), detail=detail, model=MODEL)

    assert read(prepared, print_size / 12 * prepared.width / size[0]) == LINES


@pytest.mark.parametrize("detail", ["high", "original"])
@pytest.mark.parametrize("size", [(960, 1280), (1810, 2560)], ids=["photo", "file"])
def test_a_whole_page_of_small_print_is_read_exactly(size: tuple[int, int], detail: str) -> None:
    places = range(60, size[1] - 60, 250)
    prepared = images.prepare(printed(size, 12, places), detail=detail, model=MODEL)

    assert tuple(read_text(prepared.data)) == tuple(islice(cycle(LINES), len(places)))
