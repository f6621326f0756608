"""Pictures in a ZIP file: what is found, what is left alone, and what is no ZIP file."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import zips
from bot.zips import Fault
from tests.conftest import picture

PICTURE = picture()


def packed(files: Mapping[str, bytes], **options: Any) -> bytes:
    """A ZIP file of files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **({"compression": zipfile.ZIP_DEFLATED} | options)) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def found(data: bytes) -> dict[str, Fault | None]:
    with zips.opened(data) as opened:
        return {each.name: each.fault for each in opened.entries()}


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The same ZIP file with another name in it, of as many bytes."""
    assert len(old) == len(new)
    return data.replace(old, new)


def test_pictures_are_found_and_unpacked() -> None:
    data = packed({"a.jpg": PICTURE, "trip/b.png": b"no matter"})
    with zips.opened(data) as opened:
        first, second = opened.entries()

        assert (first.name, second.name) == ("a.jpg", "trip/b.png")
        assert opened.read(first) == PICTURE
        assert opened.read(second) == b"no matter"


def test_what_is_no_picture_is_named() -> None:
    files = {"a.jpg": PICTURE, "notes.txt": b"", "more.zip": packed({"b.jpg": PICTURE})}

    assert found(packed(files)) == {
        "a.jpg": None,
        "notes.txt": Fault.NO_IMAGE,
        "more.zip": Fault.NESTED,
    }


@pytest.mark.parametrize(
    "name",
    ["__MACOSX/._a.jpg", ".hidden.jpg", "trip/.DS_Store", "trip/", "trip/Thumbs.db", "desktop.ini"],
)
def test_what_systems_leave_behind_is_no_file(name: str) -> None:
    assert found(packed({"a.jpg": PICTURE, name: b""})) == {"a.jpg": None}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/a.jpg", "etc/a.jpg"),
        ("/root/a.jpg", "root/a.jpg"),
        ("C:\\pictures\\a.jpg", "C:/pictures/a.jpg"),
        ("a\n\u202egpj.jpg", "agpj.jpg"),
        ("é.jpg", "é.jpg"),
        ("x" * 200 + ".jpg", "…" + "x" * 95 + ".jpg"),
    ],
)
def test_a_name_is_one_line_that_leads_nowhere(name: str, shown: str) -> None:
    assert list(found(packed({name: PICTURE}))) == [shown]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("фото.jpg", "cp866"), ("照片.jpg", "gbk"), ("Küche.jpg", "cp437"), ("café.jpg", "utf-8")],
)
def test_a_name_is_read_in_the_encoding_of_its_system(name: str, encoding: str) -> None:
    raw = name.encode(encoding)
    plain = ("z" * (len(raw) - 4) + ".jpg").encode()

    assert list(found(renamed(packed({plain.decode(): PICTURE}), plain, raw))) == [name]


def test_an_encrypted_picture_is_left_alone() -> None:
    data = bytearray(packed({"a.jpg": PICTURE}))
    data[data.index(zips.ENTRY) + 8] |= zips.ENCRYPTED

    assert found(bytes(data)) == {"a.jpg": Fault.ENCRYPTED}


def test_a_bomb_is_not_unpacked() -> None:
    data = packed({"a.bmp": bytes(5 << 20), "b.bmp": bytes(21 << 20), "c.bmp": bytes(1 << 19)})

    assert found(data) == {"a.bmp": Fault.BOMB, "b.bmp": Fault.BOMB, "c.bmp": None}


def test_a_bomb_that_says_it_is_small_is_found_out() -> None:
    data = bytearray(packed({"a.bmp": bytes(5 << 20)}))
    at = data.index(zips.ENTRY) + 24
    data[at : at + 4] = (100).to_bytes(4, "little")
    with zips.opened(bytes(data)) as opened:
        [entry] = opened.entries()

        assert opened.read(entry) is Fault.DAMAGED  # what it is does not fit what it says


def test_all_together_are_no_more_than_can_be_unpacked() -> None:
    files = {f"{number}.bmp": bytes(19 << 20) for number in range(40)}
    data = packed(files, compression=zipfile.ZIP_DEFLATED, compresslevel=1)
    with zips.opened(data) as opened:
        entries = [zips.Entry(name=str(index), index=index, fault=None) for index in range(40)]
        got = [opened.read(each) for each in entries]

    assert sum(len(each) for each in got if isinstance(each, bytes)) <= zips.MOST_UNPACKED
    assert got[-1] is Fault.BOMB


def test_ways_of_packing_that_unpack_at_once_are_left_alone() -> None:
    data = packed({"a.jpg": PICTURE}, compression=zipfile.ZIP_LZMA)

    assert found(data) == {"a.jpg": Fault.DAMAGED}


def test_too_many_files_are_refused() -> None:
    with pytest.raises(zips.ZipTooFull), zips.opened(zips.ENTRY * (zips.MOST_FILES + 1)):
        pass


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(zips.ZipTooHeavy), zips.opened(bytes(zips.MOST_BYTES + 1)):
        pass


@pytest.mark.parametrize("data", [b"", PICTURE, packed({"a.jpg": PICTURE})[:-30], b"PK\x05\x06"])
def test_what_is_no_zip_file_is_refused(data: bytes) -> None:
    with pytest.raises(zips.NoZip), zips.opened(data):
        pass


@pytest.mark.parametrize("files", [{}, {"notes.txt": b""}, {"a.zip": b""}])
def test_a_zip_file_without_pictures_is_refused(files: Mapping[str, bytes]) -> None:
    with zips.opened(packed(files)) as opened, pytest.raises(zips.ZipWithout):
        opened.entries()


WHOLE = packed({"a.jpg": PICTURE, "b/c.png": b"x" * 300, "d.txt": b"words"})


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), max_size=20))
def test_a_damaged_zip_file_ends_in_pictures_or_faults(changes: dict[int, int]) -> None:
    data = bytearray(WHOLE)
    for at, byte in changes.items():
        data[at] = byte
    try:
        with zips.opened(bytes(data)) as opened:
            got = [opened.read(entry) for entry in opened.entries()]
    except zips.ZipError:
        return

    assert all(isinstance(each, bytes | Fault) for each in got)
