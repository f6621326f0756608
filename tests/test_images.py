"""Photos as people send them, and what the model gets."""

import io
import struct
import time
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from bot import images
from bot.image_tokens import image_tokens, target_size
from bot.images import ImageTooHeavy, ImageTooLarge, PreparedImage, UnreadableImage

MODEL = "gpt-6-luna"
RED, GREEN, WHITE = (220, 30, 40), (20, 160, 60), (255, 255, 255)
GPS, MAKER = 0x8825, 0x010F


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def photo(width: int, height: int) -> Image.Image:
    """Something with the grain of a photo."""
    bands = [Image.effect_noise((width // 4 + 1, height // 4 + 1), 60) for _ in range(3)]
    return Image.merge("RGB", bands).resize((width, height))


def half_red(width: int = 60, height: int = 40) -> Image.Image:
    """Red above, green below."""
    image = Image.new("RGB", (width, height), GREEN)
    image.paste(RED, (0, 0, width, height // 2))
    return image


def prepared(image: Image.Image, kind: str = "PNG", **options: Any) -> Image.Image:
    """The image that the model gets for one that is sent."""
    return opened(images.prepare(saved(image, kind, **options), model=MODEL))


def opened(image: PreparedImage) -> Image.Image:
    shown = Image.open(io.BytesIO(image.data))
    shown.load()
    assert shown.size == (image.width, image.height)
    assert shown.get_format_mimetype() == image.media_type
    assert shown.mode in {"L", "RGB"}
    return shown


def is_near(colour: Any, wanted: tuple[int, int, int]) -> bool:
    levels = colour if isinstance(colour, tuple) else (colour,) * 3
    return all(abs(level - want) < 25 for level, want in zip(levels, wanted, strict=True))


def exif(**values: Any) -> Image.Exif:
    tags = Image.Exif()
    tags[MAKER] = "Secretcam"
    for tag, value in values.items():
        tags[int(tag.removeprefix("tag"))] = value
    return tags


def png_of(width: int, height: int) -> bytes:
    """A few bytes that promise an image of any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + crc

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + chunk(b"IDAT", zlib.compress(bytes(9)))
        + chunk(b"IEND", b"")
    )


def sample(kind: str) -> bytes:
    return saved(Image.linear_gradient("L").resize((90, 60)).convert("RGB"), kind)


def prepare_or_refuse(data: bytes) -> None:
    with suppress(ImageTooLarge, UnreadableImage):
        images.prepare(data, model=MODEL)


@pytest.mark.parametrize("kind", images.FORMATS)
def test_each_kind_of_photo_is_read(kind: str) -> None:
    shown = prepared(half_red(), kind)

    assert shown.size == (60, 40)
    assert is_near(shown.getpixel((30, 5)), RED)
    assert is_near(shown.getpixel((30, 35)), GREEN)


@pytest.mark.parametrize("detail", ["low", "high", "original"])
@pytest.mark.parametrize("model", [MODEL, "gpt-4o", "gpt-5.5"])
@pytest.mark.parametrize("size", [(4000, 3000), (900, 700), (3000, 1000)])
def test_an_image_is_hardly_larger_than_the_model_sees(
    size: tuple[int, int], model: str, detail: str
) -> None:
    data = saved(Image.new("RGB", size, RED), "JPEG")

    image = images.prepare(data, detail=detail, model=model)

    target = target_size(model, *size, detail)
    assert target[0] <= image.width <= target[0] * images.SLACK
    assert target[1] <= image.height <= target[1] * images.SLACK
    tokens = image_tokens(model, image.width, image.height, detail)
    assert tokens == pytest.approx(image_tokens(model, *size, detail), rel=0.03)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_the_camera_was_held(orientation: int) -> None:
    upright = half_red()
    turn = images.TRANSPOSITIONS.get(orientation)
    back = {
        Image.Transpose.ROTATE_90: Image.Transpose.ROTATE_270,
        Image.Transpose.ROTATE_270: Image.Transpose.ROTATE_90,
    }
    sensor = upright if turn is None else upright.transpose(back.get(turn, turn))

    shown = prepared(sensor, "JPEG", exif=exif(tag274=orientation))

    assert shown.size == (60, 40)
    assert is_near(shown.getpixel((30, 5)), RED)
    assert is_near(shown.getpixel((30, 35)), GREEN)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "HEIF", "TIFF"])
def test_files_other_than_jpeg_are_turned_too(kind: str) -> None:
    sensor = half_red().transpose(Image.Transpose.ROTATE_90)

    shown = prepared(sensor, kind, exif=exif(tag274=6).tobytes())

    assert shown.size == (60, 40)
    assert is_near(shown.getpixel((30, 5)), RED)


@pytest.mark.parametrize("broken", [0, 9, 77, 65_535])
def test_an_orientation_that_makes_no_sense_is_none(broken: object) -> None:
    assert prepared(half_red(), "JPEG", exif=exif(tag274=broken)).size == (60, 40)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_metadata_does_not_spoil_a_photo() -> None:
    data = saved(half_red(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\xff\x01\x12")

    assert images.prepare(data, model=MODEL).width == 60
    assert prepared(half_red(), "PNG", exif=b"no metadata at all").size == (60, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_where_and_by_whom_a_photo_was_taken_is_taken_out(kind: str) -> None:
    tags = exif()
    tags.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0)})
    data = saved(half_red(), kind, exif=tags, comment="Secretcam", icc_profile=b"Secretcam" * 30)
    assert b"Secretcam" in data

    image = images.prepare(data, model=MODEL)

    shown = opened(image)
    assert b"Secretcam" not in image.data
    assert not shown.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(shown.info)


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGBA", (8, 8), (0, 0, 0, 0)),
        Image.new("LA", (8, 8), (0, 0)),
        Image.new("RGBA", (8, 8), (0, 0, 0, 0)).convert("P"),
        Image.new("P", (8, 8), 0),
        Image.new("L", (8, 8), 0),
        Image.new("RGB", (8, 8), "black"),
    ],
    ids=lambda image: image.mode,
)
def test_what_is_transparent_becomes_white(image: Image.Image) -> None:
    colour = {"P": 0, "L": 0, "RGB": (0, 0, 0)}.get(image.mode)
    options = {} if colour is None else {"transparency": colour}

    assert is_near(prepared(image, "PNG", **options).getpixel((4, 4)), WHITE)


@pytest.mark.parametrize(
    ("image", "kind", "colour"),
    [
        (Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", (255, 0, 0)),
        (Image.new("L", (8, 8), 100), "JPEG", (100, 100, 100)),
        (Image.new("1", (8, 8), 1), "PNG", WHITE),
        (Image.new("I;16", (8, 8), 30_000), "PNG", (117, 117, 117)),
        (Image.new("RGB", (8, 8), RED).quantize(), "PNG", RED),
        (Image.new("RGB", (8, 8), RED).quantize(), "GIF", RED),
    ],
    ids=["CMYK", "grey", "black and white", "16 bits", "palette", "GIF"],
)
def test_all_ways_of_storing_colours_are_understood(
    image: Image.Image, kind: str, colour: tuple[int, int, int]
) -> None:
    assert is_near(prepared(image, kind).getpixel((4, 4)), colour)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_a_moving_image_the_first_frame_counts(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), GREEN)] * 3
    data = saved(Image.new("RGB", (8, 8), RED), kind, save_all=True, append_images=frames)

    assert is_near(opened(images.prepare(data, model=MODEL)).getpixel((4, 4)), RED)


def test_a_screenshot_stays_sharp_and_small() -> None:
    screen = Image.new("RGB", (1000, 800), "white")
    for line in range(40):
        ImageDraw.Draw(screen).text((10, 20 * line), "a line of small text " * 6, fill="black")

    image = images.prepare(saved(screen, "PNG"), model=MODEL)

    assert image.media_type == "image/png"
    assert opened(image).convert("RGB").tobytes() == screen.tobytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photo_becomes_jpeg(kind: str) -> None:
    assert images.prepare(saved(photo(300, 200), kind), model=MODEL).media_type == "image/jpeg"


def test_a_photo_of_few_colours_becomes_jpeg_where_that_is_smaller() -> None:
    data = saved(photo(300, 200).quantize(64), "GIF")

    assert images.prepare(data, model=MODEL).media_type == "image/jpeg"


def test_the_same_photo_has_the_same_hash() -> None:
    one, two = (images.prepare(saved(half_red(), "JPEG"), model=MODEL) for _ in range(2))

    assert one == two
    assert len(one.sha256) == 64
    assert one.sha256 != images.prepare(saved(half_red(80), "JPEG"), model=MODEL).sha256


@pytest.mark.parametrize("size", [(1, 1), (1, 6000), (6000, 1), (3, 5000)])
def test_an_image_may_be_as_thin_as_it_likes(size: tuple[int, int]) -> None:
    assert min(prepared(Image.new("RGB", size, RED)).size) >= 1


@pytest.mark.parametrize("size", [(8193, 6144), (12_000, 9000), (30_000, 30_000), (2**31 - 1, 1)])
def test_too_many_pixels_are_refused_before_they_are_decoded(size: tuple[int, int]) -> None:
    started = time.process_time()

    with pytest.raises(ImageTooLarge) as refusal:
        images.prepare(png_of(*size), model=MODEL)

    assert refusal.value.limit <= 8192 * 6144
    assert time.process_time() - started < 0.5


def test_a_file_too_heavy_is_refused_unseen() -> None:
    with pytest.raises(ImageTooHeavy) as refusal:
        images.prepare(bytes((20 << 20) + 1), model=MODEL)

    assert (refusal.value.size, refusal.value.limit) == ((20 << 20) + 1, 20 << 20)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"%PDF-1.7\n",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"II*\0",
    ],
    ids=["nothing", "text", "SVG", "EPS", "PDF", "JPEG", "PNG", "GIF", "WebP", "TIFF"],
)
def test_what_is_no_photo_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableImage):
        images.prepare(data, model=MODEL)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "BMP", "TIFF"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_truncated_photo_is_unreadable(kind: str, part: float) -> None:
    data = saved(photo(200, 150), kind)

    with pytest.raises(UnreadableImage):
        images.prepare(data[: int(len(data) * part)], model=MODEL)


def test_a_photo_of_endless_scans_is_refused_at_once() -> None:
    data = saved(Image.new("RGB", (4000, 3000)), "JPEG", progressive=True)
    start, end = data.rfind(b"\xff\xda"), data.rfind(b"\xff\xd9")
    endless = data[:end] + data[start:end] * 5000 + data[end:]
    started = time.process_time()

    with pytest.raises(UnreadableImage):
        images.prepare(endless, model=MODEL)

    assert time.process_time() - started < 1
    assert images.prepare(data, model=MODEL).width == 2000


def test_a_photo_with_a_film_behind_it_is_a_photo() -> None:
    data = saved(half_red(4000, 3000), "JPEG") + b"film\xff\xda" * 5000

    assert images.prepare(data, model=MODEL).width == 2000


SAMPLES = {kind: sample(kind) for kind in images.FORMATS}


@pytest.mark.parametrize("kind", SAMPLES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damage_is_never_more_than_an_error_of_ours(kind: str, data: st.DataObject) -> None:
    photo = bytearray(SAMPLES[kind])
    places = st.integers(0, len(photo) - 1) | st.integers(0, 200)
    for place in data.draw(st.lists(places, min_size=1, max_size=8)):
        photo[place % len(photo)] = data.draw(st.integers(0, 255))

    prepare_or_refuse(bytes(photo))


@settings(deadline=None)
@given(st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a"]), st.binary())
def test_noise_is_never_more_than_an_error_of_ours(start: bytes, rest: bytes) -> None:
    prepare_or_refuse(start + rest)
