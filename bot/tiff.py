"""The first page of a TIFF, without what would take its reader for ever."""

import struct
from dataclasses import dataclass

# TIFF 6.0, section 2; BigTIFF by bigtiff.org: longer numbers, else the same.
BYTES, TEXT, UNDEFINED = 1, 2, 7
POINTERS = frozenset({330, 34665, 34853, 40965})  # to more of it: pages, Exif, GPS
MOST_VALUES = 65_536  # in one field; a page of so many strips is no page
NO_TYPE = b"\0\0"


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a TIFF writes its numbers: of fields, of values in a field, of places in the file."""

    fields: str
    count: str
    entry: int  # bytes

    @property
    def head(self) -> int:
        return struct.calcsize(self.fields)


def is_tiff(data: bytes) -> bool:
    return data[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}


def first_page(data: bytes) -> bytes:
    """A TIFF that ends with its first page; fields with too much in them are made unreadable.

    Raises:
        ValueError: It is cut off.
        struct.error: It is cut off.
    """
    order = "<" if data[:2] == b"II" else ">"
    is_big = data[2:4] in {b"+\0", b"\0+"}
    layout = (
        _Layout(f"{order}Q", f"{order}Q", 20) if is_big else _Layout(f"{order}H", f"{order}L", 12)
    )
    [start] = struct.unpack_from(f"{order}Q" if is_big else f"{order}L", data, 8 if is_big else 4)
    [fields] = struct.unpack_from(layout.fields, data, start)
    end = start + layout.head + fields * layout.entry
    following = slice(end, end + struct.calcsize(layout.count))
    page = bytearray(data)
    if following.stop > len(page):
        raise ValueError("the first page is cut off")
    page[following] = bytes(following.stop - following.start)
    for at in range(start + layout.head, end, layout.entry):
        tag, kind = struct.unpack_from(f"{order}HH", data, at)
        [count] = struct.unpack_from(layout.count, data, at + 4)
        is_long = count > MOST_VALUES and kind not in {BYTES, TEXT, UNDEFINED}
        if is_long or tag in POINTERS:
            page[at + 2 : at + 4] = NO_TYPE
    return bytes(page)
