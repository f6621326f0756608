"""Files that people and the bot sent, and photos in the sizes that Telegram makes of them."""

import functools
import io
import itertools
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from playground.people import Json
from playground.rules import MAX_PHOTO_RATIO, MAX_PHOTO_SIDES

# The sizes s, m, x and y by their longer side, as told in
# core.telegram.org/api/files#image-thumbnail-types
BOXES = (90, 320, 800, 1280)
STICKER = 512  # core.telegram.org/stickers: one side is exactly so long
# How stickers come: core.telegram.org/stickers
STICKERS = {
    "": ("webp", "image/webp"),
    "animated": ("tgs", "application/x-tgsticker"),
    "video": ("webm", "video/webm"),
}


class NotAPhoto(ValueError):
    """The bytes are no picture that Telegram would show as a photo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Bytes under a file_id."""

    file_id: str
    unique_id: str
    path: str
    data: bytes
    mime_type: str
    name: str

    def json(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }


class Files:
    """All files, by file_id."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._files: dict[str, File] = {}
        self._by_path: dict[str, File] = {}
        self._sizes: dict[str, list[Json]] = {}

    def get(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def at(self, path: str) -> File | None:
        return self._by_path.get(path)

    def forget(self) -> None:
        """Keep nothing that could be downloaded any more."""
        self._by_path.clear()

    def add(self, data: bytes, *, folder: str, name: str, mime_type: str) -> File:
        """Keep a file; its path is a folder, a number, and the name's ending."""
        number = next(self._numbers)
        ending = name.rpartition(".")[2] if "." in name else "bin"
        file = File(
            file_id=f"{folder}-{number}",
            unique_id=f"u{number}",
            path=f"{folder}/file_{number}.{ending}",
            data=data,
            mime_type=mime_type,
            name=name,
        )
        self._files[file.file_id] = self._by_path[file.path] = file
        return file

    def add_photo(self, data: bytes) -> list[Json]:
        """Keep a photo in its sizes; return them as Telegram's PhotoSize, the largest last."""
        sizes = [
            self.add(jpeg, folder="photos", name="photo.jpg", mime_type="image/jpeg").json()
            | {"width": width, "height": height}
            for width, height, jpeg in photo_sizes(data)
        ]
        for size in sizes:
            self._sizes[size["file_id"]] = sizes
        return sizes

    def add_sticker(self, data: bytes, *, moves: str = "") -> Json:
        """Keep a sticker and return it as Telegram's Sticker: static, or `animated` or `video`.

        One that moves is given by a still of it; of the film itself there is nothing to see here.
        """
        still, size = sticker(data)
        ending, kind = STICKERS[moves]
        film = still if not moves else f"The film of a sticker, {len(data)}".encode()
        file = self.add(film, folder="stickers", name=f"sticker.{ending}", mime_type=kind)
        looks: Json = {
            "type": "regular",
            **size,
            "is_animated": moves == "animated",
            "is_video": moves == "video",
        }
        small = self.add(still, folder="thumbnails", name="file.webp", mime_type="image/webp")
        return file.json() | looks | {"thumbnail": small.json() | size}

    def photo(self, file_id: str) -> list[Json] | None:
        """The sizes of the photo that a file_id is one of."""
        return self._sizes.get(file_id)


@functools.lru_cache(maxsize=32)  # the same picture is sent in many chats, by tests and benchmarks
def photo_sizes(data: bytes) -> tuple[tuple[int, int, bytes], ...]:
    """Recompress a picture as JPEG, once for each box that it fills and once for all of it."""
    picture = _opened(data)
    longest = max(picture.size)
    boxes = [box for box in BOXES if box < longest] or [longest]
    if boxes[-1] < min(longest, BOXES[-1]):
        boxes.append(min(longest, BOXES[-1]))
    return tuple(_fitted(picture, box) for box in boxes)


def sticker(data: bytes) -> tuple[bytes, Json]:
    """Make a WebP out of a picture as large as stickers are; and say how large that is."""
    picture = ImageOps.contain(Image.open(io.BytesIO(data)).convert("RGBA"), (STICKER, STICKER))
    out = io.BytesIO()
    picture.save(out, "WEBP")
    return out.getvalue(), {"width": picture.width, "height": picture.height}


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large pictures: those are refused below
            picture = Image.open(io.BytesIO(data))
        _check_sides(*picture.size)
        picture.draft("RGB", (2 * BOXES[-1], 2 * BOXES[-1]))
        return ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPhoto("IMAGE_PROCESS_FAILED") from error


def _check_sides(width: int, height: int) -> None:
    if width + height > MAX_PHOTO_SIDES or max(width, height) > MAX_PHOTO_RATIO * min(
        width, height
    ):
        raise NotAPhoto("PHOTO_INVALID_DIMENSIONS")


def _fitted(picture: Image.Image, box: int) -> tuple[int, int, bytes]:
    fitted = picture.copy()
    fitted.thumbnail((box, box))
    out = io.BytesIO()
    fitted.save(out, "JPEG", quality=87)
    return *fitted.size, out.getvalue()
