"""How long a 12-megapixel photo takes to be made fit for the model, and how much memory."""

import io
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from PIL import Image, ImageChops

from bot import images
from bot.image_tokens import target_size

MODEL, SIZE, ROUNDS = "gpt-6-luna", (4000, 3000), 9
PROCESS = Path("/proc/self")


def photo() -> bytes:
    """A JPEG with as much detail as a phone's: noise of every size, the finer the weaker."""
    bands = [Image.new("L", SIZE, 128) for _ in range(3)]
    for step in range(10):
        grain = (4 << step, 3 << step)
        for band, below in enumerate(bands):
            noise = Image.effect_noise(grain, 40 * 0.72**step).resize(SIZE)
            bands[band] = ImageChops.add(below, noise, 1, -128)
    stream = io.BytesIO()
    Image.merge("RGB", bands).save(stream, "JPEG", quality=90)
    return stream.getvalue()


def plainly(data: bytes) -> None:
    """What one would write first: decode the whole, resize it, encode it."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    size = target_size(MODEL, *image.size, "high")
    image.resize(size, Image.Resampling.LANCZOS).save(io.BytesIO(), "JPEG", quality=images.QUALITY)


def milliseconds(work: Callable[[], object]) -> float:
    """The median time on one core."""

    def once() -> float:
        started = time.process_time()
        work()
        return (time.process_time() - started) * 1000

    once()
    return statistics.median(once() for _ in range(ROUNDS))


def megabytes(work: Callable[[], object]) -> float:
    """The most memory above rest, in a process of its own that has seen a small photo."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_peak, work).result()


def _peak(work: Callable[[], object]) -> float:
    stream = io.BytesIO()
    Image.new("RGB", (64, 64)).save(stream, "JPEG")
    images.prepare(stream.getvalue(), model=MODEL)
    (PROCESS / "clear_refs").write_text("5")  # proc(5): the peak begins anew
    rest = _status("VmRSS")
    work()
    return (_status("VmHWM") - rest) / 1024


def _status(field: str) -> int:
    lines = (PROCESS / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def main() -> None:
    data = photo()
    print(f"{SIZE[0]} × {SIZE[1]} JPEG of {len(data) / 1e6:.1f} MB, for {MODEL}")
    taken = {}
    for detail in ("low", "high", "original"):
        work = partial(images.prepare, data, detail=detail, model=MODEL)
        image, taken[detail] = work(), milliseconds(work)
        print(
            f"{detail:>8}: {taken[detail]:3.0f} ms, {megabytes(work):3.0f} MB above rest;"
            f" {image.width} × {image.height}, {len(image.data) / 1000:.0f} kB"
        )
    plain = partial(plainly, data)
    naive = milliseconds(plain)
    print(f"   plain: {naive:3.0f} ms, {megabytes(plain):3.0f} MB above rest")
    print(
        f"high takes {taken['high'] / naive:.2f} of the time of a plain decode, resize and encode"
    )


if __name__ == "__main__":
    main()
