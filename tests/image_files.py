"""Image files that are made by hand: small ones of each kind, and such as are made to harm."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from PIL import Image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def seeds(kind: str) -> Iterator[bytes]:
    """Small images of a kind, in several of the ways in which it keeps colours."""
    grey = Image.linear_gradient("L").resize((96, 64))
    colours = Image.merge("RGB", [grey, grey.rotate(180), grey])
    yield saved(colours, kind)
    if kind == "JPEG":
        yield saved(colours.convert("CMYK"), kind, progressive=True)
    elif kind == "BMP":
        yield saved(colours.quantize(16), kind)
    else:
        clear = colours.copy()
        clear.putalpha(grey)
        yield saved(clear, kind)
    if kind == "TIFF":
        for compression in ("tiff_lzw", "tiff_deflate", "packbits"):
            yield saved(colours, kind, compression=compression)
    elif kind in {"GIF", "WEBP", "PNG"}:
        yield saved(colours, kind, save_all=True, append_images=[colours.rotate(90)] * 3)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *more: bytes, rows: bytes = b"") -> bytes:
    """A PNG of one byte a pixel."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(rows or bytes((width + 1) * height)))
    signed = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return signed + b"".join(more) + pixels + chunk(b"IEND", b"")


def tiff(width: int, height: int, fields: Mapping[int, tuple[int, list[int]]]) -> bytes:
    """A TIFF of one byte a pixel: fields by tag, of a type (3 short, 4 long, 5 fraction)."""
    plain = {256: (4, [width]), 257: (4, [height]), 258: (3, [8]), 259: (3, [1]), 262: (3, [1])}
    known = sorted({**plain, **fields}.items())
    entries, values = b"", b""
    start = 8 + 2 + 12 * len(known) + 4
    for tag, (kind, numbers) in known:
        packed = struct.pack(f"<{len(numbers)}{'H' if kind == 3 else 'L'}", *numbers)
        count = len(numbers) // (2 if kind == 5 else 1)
        if len(packed) <= 4:
            place = packed.ljust(4, b"\0")
        else:
            place = struct.pack("<L", start + len(values))
            values += packed
        entries += struct.pack("<HHL", tag, kind, count) + place
    return b"II*\0" + struct.pack("<LH", 8, len(known)) + entries + bytes(4) + values


def pages(count: int) -> bytes:
    """A TIFF of a page and of many more that are nearly nothing."""
    first = bytearray(saved(Image.new("L", (9, 9)), "TIFF"))
    [start] = struct.unpack_from("<L", first, 4)
    [fields] = struct.unpack_from("<H", first, start)
    struct.pack_into("<L", first, start + 2 + 12 * fields, len(first))
    more = (
        struct.pack("<HHHLLL", 1, 256, 3, 1, 9, len(first) + 18 * (number + 1))
        for number in range(count)
    )
    return bytes(first) + b"".join(more)


def claiming(kind: str, old: bytes, new: bytes) -> bytes:
    """An image of 64 by 48 pixels that claims to be of another size."""
    file = saved(Image.new("RGB", (64, 48), "teal"), kind)
    assert old in file
    return file.replace(old, new)


def hostile() -> dict[str, bytes]:
    small = saved(Image.new("RGB", (64, 48), "teal"), "JPEG")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bag:
        bag.writestr("evil.txt", "not here")
    fractions = (5, [3, 7] * 1_000_000)
    exif = b"".join(
        b"\xff\xe1" + struct.pack(">H", 65_008) + b"Exif\0\0" + part
        for part in _parts(tiff(1, 1, {0x011A: fractions})[: 65_000 * 100], 65_000)
    )
    frames = saved(Image.new("P", (9, 9)), "GIF")
    size = struct.pack("<HH", 64, 48)
    area = struct.pack(">II", 64, 48)
    whole_blocks = struct.pack(">II", 64, 64)  # of which a part is shown
    wide = struct.pack(">HH", 48, 64)
    return {
        "nothing": b"",
        "PNG of no size": png(0, 0, rows=b"\0"),
        "PNG of 900 megapixels": png(30_000, 30_000, rows=bytes(9)),
        "PNG that is all there": png(5000, 4800),
        "PNG with too few rows": png(4000, 4000, rows=bytes(4001)),
        "PNG with text": png(9, 9, *[chunk(b"tEXt", b"a\0" + bytes(900_000))] * 18),
        "PNG with packed text": png(
            9, 9, *[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(90_000_000)))] * 9
        ),
        "PNG with a packed profile": png(
            9, 9, chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(90_000_000)))
        ),
        "PNG with metadata": png(9, 9, chunk(b"eXIf", tiff(1, 1, {0x0112: fractions}))),
        "JPEG of no size": claiming("JPEG", wide, bytes(4)),
        "JPEG of 4 gigapixels": claiming("JPEG", wide, b"\xff" * 4),
        "JPEG with metadata": small[:2] + exif + small[20:],
        "GIF of no size": claiming("GIF", size, bytes(4)),
        "GIF of 4 gigapixels": claiming("GIF", size, b"\xff" * 4),
        "GIF without end": frames[:-1] + frames[frames.index(b"\x2c") : -1] * 200_000,
        "BMP of no size": claiming("BMP", struct.pack("<ii", 64, 48), bytes(8)),
        "BMP of less than no size": claiming(
            "BMP", struct.pack("<ii", 64, 48), struct.pack("<ii", 64, -(2**31))
        ),
        "BMP of 900 megapixels": claiming(
            "BMP", struct.pack("<ii", 64, 48), struct.pack("<ii", 30_000, 30_000)
        ),
        "HEIF of 4 gigapixels": claiming("HEIF", whole_blocks, struct.pack(">II", 65_535, 65_535)),
        "AVIF of 4 gigapixels": claiming("AVIF", area, struct.pack(">II", 65_535, 65_535)),
        "WebP of 268 megapixels": b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0" + b"\xff\x3f\0" * 2,
        "TIFF of no size": tiff(0, 0, {273: (4, [8]), 279: (4, [1])}),
        "TIFF of 4 gigapixels": tiff(65_535, 65_535, {273: (4, [8]), 279: (4, [1])}),
        "TIFF of 60,000 strips": tiff(
            1, 60_000, {273: (4, [8] * 60_000), 278: (3, [1]), 279: (4, [1] * 60_000)}
        ),
        "TIFF of millions of strips": tiff(
            1, 60_000, {273: (4, [8] * 4_000_000), 278: (3, [1]), 279: (4, [1])}
        ),
        "TIFF with fractions": tiff(9, 9, {282: fractions, 273: (4, [8]), 279: (4, [81])}),
        "TIFF of endless pages": pages(900_000),
        "TIFF whose page is itself": b"II*\0\x08\0\0\0\0\0\x08\0\0\0",
        "BigTIFF that is cut off": b"II+\0\x08\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
        "SVG as PNG": b"<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>",
        "SVG behind a PNG's signature": b"\x89PNG\r\n\x1a\n<svg/>",
        "JPEG and ZIP": small + archive.getvalue(),
        "JPEG and page": small + b"<html><script>alert(1)</script>",
        "PDF and JPEG": b"%PDF-1.7\n" + small,
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    }


def _parts(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))
