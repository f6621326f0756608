"""Photos made fit for the model; the only PIL.

ImageError
├─ ImageTooHeavy     more bytes than Telegram hands out
├─ ImageTooLarge     more pixels than are decoded here
└─ UnreadableImage   no image, a broken one, or of a kind that is not read
"""

import hashlib
import os
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO

import pillow_heif
from PIL import Image, ImageFile, JpegImagePlugin

from bot import tiff
from bot.image_tokens import target_size

MOST_BYTES = 20 << 20  # core.telegram.org/bots/api#getfile: "files of up to 20MB in size"
MOST_PIXELS = 8192 * 6144  # what a phone of 50 megapixels makes
# Only JPEG is decoded at a reduced scale. All else is decoded whole, and then is large: bytes a
# pixel, as measured; what is transparent or CMYK is copied once more.
MOST_MEMORY = 200_000_000
DECODED = 8
DECODED_AS = {"HEIF": 8, "AVIF": 10, "WEBP": 16}
GROUND = 4
COEFFICIENT = 2  # of a JPEG that comes in several scans: all are kept until the last
MOST_METADATA = 1 << 20  # hundreds of times what a camera writes
QUALITY = 87
# What is hardly larger than the model sees is left to the model: to be scaled twice blurs small
# print, and takes as long as all the rest. 12 megapixels come out of `draft` a tenth too large.
SLACK = 1.125

# Each format read is a door: no EPS (starts Ghostscript), no SVG.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF", "BMP", "TIFF")
ENDINGS = frozenset(
    {"jpg", "jpeg", "jfif", "png", "webp", "gif", "heic", "heif", "avif", "bmp", "tif", "tiff"}
)
# A progressive JPEG is gone through once for each of its scans, and a scan is 70 bytes if need be.
# Ten scans are usual; at 1 ns a pixel and scan these are a second.
MOST_SCANNED_PIXELS = 1_000_000_000
START_OF_SCAN = b"\xff\xda"

# A drawing has few colours; among so many pixels of a photo there are more.
SAMPLE = (128, 128)
FEW_COLOURS = 1024

ORIENTATION = 0x0112  # Exif 3.0, 4.6.5.1
TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What Pillow and its decoders raise for bytes that make no sense to them.
BROKEN = (
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    UserWarning,  # where warnings are errors
    ValueError,
    struct.error,
    zlib.error,
)
TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)

pillow_heif.register_heif_opener()


class ImageError(Exception):
    pass


@dataclass(eq=False)
class ImageTooHeavy(ImageError):
    size: int
    limit: int


@dataclass(eq=False)
class ImageTooLarge(ImageError):
    """`limit` is in pixels."""

    limit: int


class UnreadableImage(ImageError):
    pass


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """An image as the model gets it: upright, opaque, no larger than it sees, without metadata."""

    data: bytes
    media_type: str
    width: int
    height: int
    sha256: str


def is_named_like_one(name: str) -> bool:
    """Whether a file is an image, going by its name."""
    _, dot, ending = name.rpartition(".")
    return bool(dot) and ending.lower() in ENDINGS


def prepare(data: bytes, *, detail: str = "high", model: str) -> PreparedImage:
    """Make a photo fit for a model; takes tens of milliseconds, so call it in a thread.

    Raises:
        ImageError: It cannot be made fit.
    """
    if len(data) > MOST_BYTES:
        raise ImageTooHeavy(len(data), MOST_BYTES)
    try:
        image, is_photo = _read(data, detail, model)
        encoded, media_type = _encoded(image, is_photo=is_photo)
    except TOO_LARGE as error:
        raise ImageTooLarge(MOST_PIXELS) from error
    except BROKEN as error:
        raise UnreadableImage from error
    digest = hashlib.sha256(encoded).hexdigest()
    return PreparedImage(encoded, media_type, image.width, image.height, digest)


def _read(data: bytes, detail: str, model: str) -> tuple[Image.Image, bool]:
    if tiff.is_tiff(data):
        data = tiff.first_page(data)
    with Image.open(BytesIO(data), formats=FORMATS) as opened:
        limit = min(MOST_PIXELS, MOST_MEMORY // _bytes_a_pixel(opened, data))
        if opened.width * opened.height > limit:
            raise ImageTooLarge(limit)
        if isinstance(opened, JpegImagePlugin.JpegImageFile):
            _refuse_endless_scans(opened, data)
        size = target_size(model, opened.width, opened.height, detail)
        opened.draft(None, size)
        if isinstance(opened, JpegImagePlugin.JpegImageFile):
            # Pillow would zero the memory itself, and let nobody run while it does.
            opened.im = Image.new(opened.mode, opened.size, 0).im
        opened.load()
        image = _upright(_fitted(_opaque(opened), size), _orientation(opened))
        return image, isinstance(opened, JpegImagePlugin.JpegImageFile)


def _bytes_a_pixel(image: ImageFile.ImageFile, data: bytes) -> int:
    """How much memory an image takes while it is decoded."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        return 1 if _is_read_once(image, data) else COEFFICIENT * image.layers + 1
    ground = GROUND if image.has_transparency_data or image.mode == "CMYK" else 0
    return DECODED_AS.get(image.format or "", DECODED) + ground


def _refuse_endless_scans(image: JpegImagePlugin.JpegImageFile, data: bytes) -> None:
    """Refuse a JPEG that takes minutes."""
    if _is_read_once(image, data):
        return
    if data.count(START_OF_SCAN) * image.width * image.height > MOST_SCANNED_PIXELS:
        raise UnreadableImage


def _is_read_once(image: JpegImagePlugin.JpegImageFile, data: bytes) -> bool:
    """Whether a JPEG is decoded as it is read, in one scan."""
    return "progressive" not in image.info and _is_in_one_scan(data, image.layers)


def _is_in_one_scan(data: bytes, layers: int) -> bool:
    """Whether the first scan holds all layers, so that no other is read; ITU-T T.81."""
    at = 2
    while data[at : at + 1] == b"\xff" and data[at : at + 2] != START_OF_SCAN:
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return data[at + 4 : at + 5] == bytes([layers])


def _opaque(image: Image.Image) -> Image.Image:
    """The image in grey or RGB, transparency on white."""
    if image.has_transparency_data:
        layered = image if image.mode == "RGBA" else image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(layered, mask=layered)
        return white
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.width <= size[0] * SLACK and image.height <= size[1] * SLACK:
        return image
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _orientation(image: ImageFile.ImageFile) -> object:
    """Which way up the camera was; a photo with broken metadata is upright."""
    if len(image.info.get("exif") or b"") > MOST_METADATA:
        return None
    try:
        return image.getexif().get(ORIENTATION)
    except BROKEN:
        return None


def _upright(image: Image.Image, orientation: object) -> Image.Image:
    match orientation:
        case int() if orientation in TRANSPOSITIONS:
            return image.transpose(TRANSPOSITIONS[orientation])
        case _:
            return image


def _encoded(image: Image.Image, *, is_photo: bool) -> tuple[bytes, str]:
    """The image as JPEG, or as PNG where it is a drawing and that is smaller."""
    image.info.clear()  # Pillow would write the comment and the colour profile again
    jpeg = _saved(image, "JPEG", quality=QUALITY)
    if not is_photo and _has_few_colours(image):
        png = _saved(image, "PNG")
        if len(png) < len(jpeg):
            return png, "image/png"
    return jpeg, "image/jpeg"


def _has_few_colours(image: Image.Image) -> bool:
    sample = image.resize(SAMPLE, Image.Resampling.NEAREST)
    return sample.getcolors(FEW_COLOURS) is not None


def _saved(image: Image.Image, kind: str, **options: int) -> bytes:
    with _room() as file:
        image.save(file, kind, **options)
        file.seek(0)
        return file.read()


def _room() -> IO[bytes]:
    """A file in memory. Only while it writes to one of the system's does Pillow let others run."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("image"), "w+b")
    return BytesIO()
