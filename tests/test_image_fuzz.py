"""Files that are damaged, or made to harm: each is an image or an error of ours, and soon.

2,000 of them are made by hypothesis out of small images of each kind, the same ones each time. They
are prepared in a process of its own, which says how long each took, and how much memory.
"""

import functools
import multiprocessing
import resource
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot import images
from bot.images import ImageError
from handlers import errors
from tests import image_files
from tests.image_files import chunk, claiming, hostile, png, saved, tiff

MODEL = "gpt-6-luna"
SECONDS = 2.0  # of the processor, each
MEGABYTES = 200  # above what the process had before, each
SIGNATURE = 8  # bytes
MOST = 18 << 20  # bytes; Telegram hands out a little more
DAMAGED = MISLABELLED = HARMFUL = 200  # of damaged ones for each of eight kinds

LINUX = sys.platform == "linux"
WORDED = {kind.__name__ for kind in errors.WORDS if issubclass(kind, ImageError)}
# What a size, a count or an offset may claim to be.
NUMBERS = (0, 1, 2, 255, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1)
SIZES = (0, 1, 9, 640, 30_000, 65_535, 2**31 - 1)
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM", b"II*\0", b"RIFF", b"")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>"


def trying(count: int) -> settings:
    """So many files, the same each time."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,  # what it takes is measured where it is done
        suppress_health_check=list(HealthCheck),
    )


@functools.cache
def seeds(kind: str) -> Sequence[bytes]:
    return tuple(image_files.seeds(kind))


@st.composite
def any_seed(draw: st.DrawFn) -> bytes:
    return draw(st.sampled_from(seeds(draw(st.sampled_from(images.FORMATS)))))


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> bytes:
    """An image with some bytes that are other ones, or gone, or there too often."""
    file = bytearray(draw(st.sampled_from(seeds(kind))))
    for _ in range(draw(st.integers(1, 4))):
        # Most of what decides is at the beginning, but for the signature: without it all is over.
        near = min(len(file), draw(st.sampled_from((64, 400, len(file)))))
        at = draw(st.integers(SIGNATURE, near - 1))
        damage = draw(st.sampled_from(DAMAGES))
        damage(draw, file, at)
    return bytes(file)


Damage = Callable[[st.DrawFn, bytearray, int], None]


def _flip(draw: st.DrawFn, file: bytearray, at: int) -> None:
    file[at] ^= 1 << draw(st.integers(0, 7))


def _write(draw: st.DrawFn, file: bytearray, at: int) -> None:
    noise = draw(st.binary(min_size=1, max_size=40))
    file[at : at + len(noise)] = noise


def _fill(draw: st.DrawFn, file: bytearray, at: int) -> None:
    size = draw(st.integers(1, 40))
    file[at : at + size] = bytes([draw(st.sampled_from((0, 255)))]) * size


def _claim(draw: st.DrawFn, file: bytearray, at: int) -> None:
    number = struct.pack(draw(st.sampled_from("<>")) + "Q", draw(st.sampled_from(NUMBERS)))
    number = number.strip(b"\0").ljust(draw(st.sampled_from((2, 4))), b"\0")
    file[at : at + len(number)] = number


def _repeat(draw: st.DrawFn, file: bytearray, at: int) -> None:
    part = file[at : at + draw(st.integers(1, 40))]
    file[at:at] = part * draw(st.sampled_from((1, 100, 3000)))


def _cut(_draw: st.DrawFn, file: bytearray, at: int) -> None:
    del file[max(at, len(file) // 2) :]


def _graft(draw: st.DrawFn, file: bytearray, at: int) -> None:
    other = draw(any_seed())
    start = draw(st.integers(0, len(other) - 1))
    file[at:] = other[start:]


DAMAGES: Sequence[Damage] = (_flip, _write, _fill, _claim, _repeat, _cut, _graft)


@st.composite
def mislabelled(draw: st.DrawFn) -> bytes:
    """A file that begins as one kind, and goes on as another, or as something else altogether."""
    body = draw(any_seed() | st.just(SVG) | st.binary(max_size=200))
    label = draw(st.sampled_from(SIGNATURES))
    kept = draw(st.sampled_from((0, 2, 4, 8, 12, 16)))
    return label + body[kept:]


@st.composite
def harmful_png(draw: st.DrawFn) -> bytes:
    """A PNG of any size, with chunks of text, profiles and metadata as large as can be."""
    kind = draw(st.sampled_from((b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"IDAT")))
    size = draw(st.sampled_from((0, 10, 900_000)))
    packed = draw(st.booleans())
    body = b"a\0\0" + (_packed(size * 20) if packed else bytes(size))
    more = [chunk(kind, body)] * draw(st.integers(0, 18))
    width, height = draw(st.sampled_from(SIZES)), draw(st.sampled_from(SIZES))
    return png(width, height, *more, rows=bytes(draw(st.integers(1, 900))))


@functools.cache
def _packed(size: int) -> bytes:
    return zlib.compress(bytes(size))


@st.composite
def harmful_tiff(draw: st.DrawFn) -> bytes:
    """A TIFF of up to 60,000 strips, of sizes and at places that may not be there."""
    strips = draw(st.sampled_from((0, 1, 2, 60_000)))
    width = draw(st.sampled_from((1, *SIZES)))
    height = draw(st.sampled_from((strips, *SIZES)))
    offset, length = draw(st.sampled_from((8, *NUMBERS))), draw(st.sampled_from((1, *NUMBERS)))
    rows = draw(st.sampled_from((0, 1, 65_535)))
    return tiff(
        width,
        height,
        {
            273: (4, [min(offset, 2**32 - 1)] * strips),
            278: (3, [rows]),
            279: (4, [min(length, 2**32 - 1)] * strips),
        },
    )


@st.composite
def endless_gif(draw: st.DrawFn) -> bytes:
    """A GIF of very many frames, with or without an end."""
    file = saved(Image.new("P", (9, 9)), "GIF")
    frames = file[file.index(b"\x2c") : -1] * draw(st.sampled_from((0, 1, 1000, 100_000)))
    return file[:-1] + frames + draw(st.sampled_from((b"", b";", b"\x21")))


@st.composite
def false_size(draw: st.DrawFn) -> bytes:
    """An image of 64 by 48 pixels that says that it has others."""
    kind, form, first, second = draw(
        st.sampled_from(
            (
                ("GIF", "<HH", 64, 48),
                ("BMP", "<ii", 64, 48),
                ("JPEG", ">HH", 48, 64),
                ("HEIF", ">II", 64, 64),
                ("AVIF", ">II", 64, 48),
            )
        )
    )
    most = 65_535 if form[1] == "H" else 2**31 - 1
    sizes = st.sampled_from([size for size in SIZES if size <= most])
    return claiming(
        kind, struct.pack(form, first, second), struct.pack(form, draw(sizes), draw(sizes))
    )


@st.composite
def endless_scans(draw: st.DrawFn) -> bytes:
    """A JPEG whose last scan comes again and again."""
    file = saved(Image.new("RGB", (640, 480)), "JPEG", progressive=True)
    start, end = file.rfind(images.START_OF_SCAN), file.rfind(b"\xff\xd9")
    return file[:end] + file[start:end] * draw(st.sampled_from((1, 300, 5000))) + file[end:]


HARM = harmful_png() | harmful_tiff() | endless_gif() | false_size() | endless_scans()


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a file: "image", or the name of an error of ours; and what that took."""

    outcome: str
    seconds: float
    megabytes: float


def attempt(data: bytes) -> Trial:
    """Prepare a file, and measure it."""
    _forget_peak()
    before, started = _peak(), time.process_time()
    try:
        images.prepare(data, model=MODEL)
        outcome = "image"
    except ImageError as error:
        outcome = type(error).__name__
    return Trial(outcome, time.process_time() - started, _peak() - before)


def _forget_peak() -> None:
    """Let the most memory that the process ever had be what it has now (proc(5), clear_refs)."""
    if LINUX:
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """The most memory that the process has had since, in MB; elsewhere, ever."""
    if not LINUX:
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # getrusage(2) of each
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def warm_up() -> None:
    """Have all that is loaded for the first image of each kind."""
    for kind in images.FORMATS:
        images.prepare(seeds(kind)[0], model=MODEL)


@pytest.fixture(scope="module")
def cage() -> Iterator[ProcessPoolExecutor]:
    """A process of its own: a file that breaks it does not break the tests."""
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawning, initializer=warm_up) as process:
        yield process


def endured(cage: ProcessPoolExecutor, data: bytes) -> str:
    """What comes of a file, soon and in little memory."""
    trial = cage.submit(attempt, data).result()
    assert trial.outcome in {"image", *WORDED}
    assert trial.seconds < SECONDS
    assert trial.megabytes < MEGABYTES
    return trial.outcome


@pytest.mark.parametrize("kind", images.FORMATS)
def test_a_damaged_file_is_an_image_or_an_error_of_ours(
    cage: ProcessPoolExecutor, kind: str
) -> None:
    outcomes = set()

    @trying(DAMAGED)
    @given(damaged(kind))
    def each(data: bytes) -> None:
        outcomes.add(endured(cage, data))

    each()
    assert {"image", "UnreadableImage"} <= outcomes


@trying(MISLABELLED)
@given(data=mislabelled())
def test_a_mislabelled_file_is_an_image_or_an_error_of_ours(
    cage: ProcessPoolExecutor, data: bytes
) -> None:
    endured(cage, data)


@trying(HARMFUL)
@given(data=HARM)
def test_a_harmful_file_is_an_image_or_an_error_of_ours(
    cage: ProcessPoolExecutor, data: bytes
) -> None:
    assert len(data) < images.MOST_BYTES
    endured(cage, data)


def test_a_file_that_is_made_to_harm_does_none(cage: ProcessPoolExecutor) -> None:
    files = hostile()
    assert max(len(data) for data in files.values()) < MOST

    outcomes = {name: endured(cage, data) for name, data in files.items()}

    assert {name for name, outcome in outcomes.items() if outcome == "image"} == {
        "PNG that is all there",
        "PNG with text",
        "PNG with too few rows",
        "PNG with metadata",
        "JPEG with metadata",
        "GIF without end",
        "TIFF of 60,000 strips",
        "TIFF with fractions",
        "TIFF of endless pages",
        "JPEG and ZIP",
        "JPEG and page",
    }


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_an_image_as_large_as_is_taken_stays_within_memory(
    cage: ProcessPoolExecutor, kind: str
) -> None:
    bytes_a_pixel = images.DECODED_AS.get(kind, images.DECODED)
    side = int((images.MOST_MEMORY // bytes_a_pixel) ** 0.5)
    options = {"compression": "tiff_deflate"} if kind == "TIFF" else {}
    fits, too_large = (
        saved(Image.new("RGB", (side + more, side), "teal"), kind, **options) for more in (0, 9)
    )

    assert cage.submit(attempt, fits).result().megabytes < MEGABYTES
    assert endured(cage, too_large) == "ImageTooLarge"
