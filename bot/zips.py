"""Pictures in a ZIP file, found without trusting it; the only zipfile.

ZipError
├─ NoZip          it is no ZIP file, or a damaged one
├─ ZipTooHeavy    more bytes than Telegram hands out
├─ ZipTooFull     more files than are looked through
└─ ZipWithout     there is no picture in it
"""

import string
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import PurePosixPath

from bot import images

KINDS = frozenset({"application/zip", "application/x-zip", "application/x-zip-compressed"})
MOST_BYTES = 20 << 20  # core.telegram.org/bots/api#getfile: "files of up to 20MB in size"
MOST_FILES = 10_000
# What all pictures of a file may be when they are unpacked, and how much smaller than itself one
# may be packed: photos hardly shrink, flat drawings a few hundred times, bombs a thousand times.
MOST_UNPACKED = 600_000_000
MOST_RATIO = 400
SMALL = 1 << 20  # that much is no harm, however it is packed
LONGEST_NAME = 100

# One of these begins each file's entry in the directory (PKWARE APPNOTE 6.3.10, 4.3.12), so there
# are no more entries than these.
ENTRY = b"PK\x01\x02"
# Both are unpacked piece by piece; bzip2 and LZMA make whatever they like of a piece.
PACKED_AS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1  # APPNOTE 4.4.4, bit 0
IN_UTF8 = 0x800  # bit 11
MADE_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})
NESTED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz")
# Cyrillic letters in code page 866, and the characters of GB 2312 in its usual encoding.
CP866 = frozenset((*range(0x80, 0xB0), *range(0xE0, 0xF2)))
BROKEN = (
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


class ZipError(Exception):
    pass


class NoZip(ZipError):
    pass


@dataclass(eq=False)
class ZipTooHeavy(ZipError):
    size: int


class ZipTooFull(ZipError):
    pass


class ZipWithout(ZipError):
    pass


class Fault(StrEnum):
    """Why a file in a ZIP file is left alone."""

    NO_IMAGE = "no_image"
    NESTED = "nested"
    ENCRYPTED = "encrypted"
    BOMB = "bomb"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file in a ZIP file: its name as people read it, and what is wrong with it, if anything."""

    name: str
    index: int
    fault: Fault | None


class Zip:
    """An open ZIP file: what is in it, a file at a time."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos = archive.infolist()
        self._left = MOST_UNPACKED

    def entries(self) -> list[Entry]:
        """The files that people have put there, in their order; pictures are those without fault.

        Raises:
            ZipWithout: None of them is a picture.
        """
        listed = [
            Entry(name=_name(info), index=index, fault=_fault(info))
            for index, info in enumerate(self._infos)
            if not (info.is_dir() or _is_litter(_name(info)))
        ]
        faults = {each.fault for each in listed}
        if not faults - {Fault.NO_IMAGE, Fault.NESTED}:
            raise ZipWithout
        return listed

    def read(self, entry: Entry) -> bytes | Fault:
        """Unpack a file, no more of it than can be a picture; takes a while, so in a thread."""
        info = self._infos[entry.index]
        room = min(images.MOST_BYTES, self._left)
        try:
            with self._archive.open(info) as file:
                data = file.read(room + 1)
        except BROKEN:
            return Fault.DAMAGED
        self._left = max(0, self._left - len(data))
        return Fault.BOMB if len(data) > room else data


def is_zip(mime_type: str | None, name: str) -> bool:
    """Whether a file is a ZIP file, going by what is said of it."""
    return mime_type in KINDS or name.lower().endswith(".zip")


@contextmanager
def opened(data: bytes) -> Iterator[Zip]:
    """Open a ZIP file.

    Raises:
        ZipError: It cannot be opened.
    """
    if len(data) > MOST_BYTES:
        raise ZipTooHeavy(len(data))
    if data.count(ENTRY) > MOST_FILES:
        raise ZipTooFull
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except BROKEN as error:
        raise NoZip from error
    with archive:
        yield Zip(archive)


def _fault(info: zipfile.ZipInfo) -> Fault | None:
    """What is wrong with a file, as far as the directory tells."""
    if info.filename.lower().endswith(NESTED):
        return Fault.NESTED
    if not images.is_named_like_one(info.filename):
        return Fault.NO_IMAGE
    if info.flag_bits & ENCRYPTED:
        return Fault.ENCRYPTED
    if info.compress_type not in PACKED_AS:
        return Fault.DAMAGED
    is_dense = info.file_size > MOST_RATIO * max(1, info.compress_size)
    is_bomb = info.file_size > images.MOST_BYTES or (is_dense and info.file_size > SMALL)
    return Fault.BOMB if is_bomb else None


def _is_litter(name: str) -> bool:
    """Whether a file is one that systems leave behind and people never see."""
    parts = PurePosixPath(name).parts
    return (
        not parts
        or "__MACOSX" in parts
        or any(part.startswith(".") for part in parts)
        or parts[-1].lower() in MADE_BY_SYSTEMS
    )


def _name(info: zipfile.ZipInfo) -> str:
    """A file's name for people's eyes: readable, of one line, without a way out of its folder."""
    text = "".join(each for each in _decoded(info) if unicodedata.category(each)[0] != "C")
    parts = text.replace("\\", "/").split("/")
    name = "/".join(part for part in parts if part.strip() and part not in {".", ".."})
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"


def _decoded(info: zipfile.ZipInfo) -> str:
    """A name in the encoding in which it was written, which only UTF-8 is ever said to be."""
    if info.flag_bits & IN_UTF8 or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")  # what it was taken for
    except UnicodeEncodeError:
        return info.filename
    foreign = {byte for byte in raw if not chr(byte).isascii()}
    has_latin = any(chr(byte) in string.ascii_letters for byte in raw.rpartition(b".")[0])
    is_russian = foreign <= CP866 and not has_latin
    for encoding in ("utf-8", "cp866" if is_russian else "gb2312"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
