"""Pictures of what was spent."""

import asyncio
import io
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.plots import COLOURS, OTHERS, Chart, bands_of, draw, labels_of
from storage.money import NANO, Unit

ROOT = Path(__file__).parent.parent
DAYS = [f"{date(2026, 10, 24) + timedelta(number):%d %b}" for number in range(30)]
LUNA, SOL = [NANO // 100] * 30, [0] * 29 + [NANO // 50]
CHART = Chart(
    title="USD per day",
    unit=Unit.USD,
    days=DAYS,
    others="others",
    models={"luna": LUNA, "sol": SOL},
)
NAMES = {
    "dollars": "$x^2$ \\frac{",
    "one-dollar": "a$",
    "broken-formula": "$\\frac{$",
    "underscore": "_hidden",
    "cyrillic": "модель",
    "chinese": "通义千问",
    "arabic": "نموذج",
    "emoji": "👩‍🚀",
    "controls": "a\nb\tc\0",
    "half-a-character": "\ud83d",
    "long": "accounts/" * 40,
    "empty": "",
}


def picture(chart: Chart) -> Image.Image:
    with Image.open(io.BytesIO(draw(chart))) as opened:
        assert opened.format == "PNG"
        return opened.convert("RGB")


def shares(drawn: Image.Image) -> Mapping[str, int]:
    """How many pixels have each colour."""
    pixels = drawn.tobytes()
    counted = Counter(pixels[at : at + 3] for at in range(0, len(pixels), 3))
    return {f"#{colour.hex()}": count for colour, count in counted.items()}


def test_a_picture_fits_a_phone_and_is_light() -> None:
    many = {f"model-{number}": LUNA for number in range(9)}
    data = draw(replace(CHART, models=many))

    assert len(data) < 60_000
    assert Image.open(io.BytesIO(data)).size == (1000, 600)


def test_the_same_spending_makes_the_same_picture_and_another_makes_another() -> None:
    assert draw(CHART) == draw(CHART)
    for other in (
        replace(CHART, title="Tokens per day"),
        replace(CHART, unit=Unit.TOKENS),
        replace(CHART, days=[*DAYS[1:], DAYS[0]]),
        replace(CHART, models={"luna": LUNA, "sol": LUNA}),
        replace(CHART, models={"luna": LUNA, "sun": SOL}),
    ):
        assert draw(other) != draw(CHART)


def test_bars_are_as_high_as_what_was_spent() -> None:
    even = shares(picture(replace(CHART, models={"luna": [3] * 30, "sol": [1] * 30})))

    assert even[COLOURS[0]] / even[COLOURS[1]] == pytest.approx(3, rel=0.05)


def test_bars_stand_upon_each_other_and_none_reaches_over_the_highest_line() -> None:
    drawn = picture(replace(CHART, models={"luna": LUNA, "sol": [each - 1 for each in LUNA]}))
    column = [drawn.getpixel((960, y)) for y in range(110, 540)]  # the last day
    parts = [
        colour for colour, before in zip(column, [None, *column], strict=False) if colour != before
    ]
    wanted = [tuple(bytes.fromhex(colour[1:])) for colour in (COLOURS[1], COLOURS[0])]

    assert [colour for colour in parts if colour in wanted] == wanted


def test_beyond_six_models_the_rest_are_the_others() -> None:
    models = {f"model-{number}": [number, 0, 2 * number] for number in range(1, 10)}
    bands = bands_of(models, "others")

    assert [band.name for band in bands] == [*(f"model-{n}" for n in range(9, 3, -1)), "others"]
    assert bands[-1].amounts == [1 + 2 + 3, 0, 2 + 4 + 6]
    assert len({band.colour for band in bands}) == 7
    assert OTHERS in shares(picture(replace(CHART, models=dict.fromkeys(models, LUNA))))


def test_six_models_leave_no_others() -> None:
    bands = bands_of({f"model-{number}": [1] for number in range(6)}, "others")

    assert [band.name for band in bands] == [f"model-{number}" for number in range(6)]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_model_may_be_called_anything(name: str, caplog: pytest.LogCaptureFixture) -> None:
    drawn = picture(replace(CHART, models={name: LUNA, "sol": SOL}))

    assert COLOURS[0] in shares(drawn)
    assert not caplog.records


@settings(max_examples=8, deadline=None)
@given(st.dictionaries(st.text(), st.integers(1, 10**15), min_size=1, max_size=9))
def test_no_name_and_no_amount_is_too_odd(models: dict[str, int]) -> None:
    assert draw(replace(CHART, models={name: [amount] * 30 for name, amount in models.items()}))


def test_signs_that_the_font_lacks_become_boxes() -> None:
    strange = draw(replace(CHART, models={"通义": LUNA}))

    assert strange == draw(replace(CHART, models={"□□": LUNA}))


@pytest.mark.parametrize(
    ("unit", "ticks", "labels"),
    [
        (Unit.USD, [0, 0.5, 1, 1.5], ["0", "0.50", "1.00", "1.50"]),
        (Unit.USD, [0, 1000, 2000], ["0", "1,000", "2,000"]),
        (Unit.USD, [0, 0.00001, 0.00002], ["0", "0.00001", "0.00002"]),
        (Unit.USD, [0, 0.025, 0.05], ["0", "0.025", "0.050"]),
        (Unit.TOKENS, [0, 500, 1000, 1500], ["0", "500", "1k", "1.5k"]),
        (Unit.TOKENS, [0, 500_000, 1_000_000], ["0", "500k", "1M"]),
        (Unit.TOKENS, [0, 2.5e9], ["0", "2.5G"]),
    ],
    ids=str,
)
def test_amounts_stand_beside_the_lines(
    unit: Unit, ticks: Sequence[float], labels: Sequence[str]
) -> None:
    assert labels_of(ticks, unit) == labels


async def test_pictures_may_be_drawn_at_the_same_time() -> None:
    drawn = await asyncio.gather(*(asyncio.to_thread(draw, CHART) for _ in range(4)))

    assert set(drawn) == {draw(CHART)}


DRAWING = """
import logging, os, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from tests.test_plots import CHART, draw
assert not any(name.startswith("matplotlib") for name in sys.modules), "loaded too soon"
before = dict(os.environ)
assert len(draw(CHART)) > 1000
assert dict(os.environ) == before
"""


@pytest.mark.parametrize("home", ["/dev/null", ""], ids=["of a file", "empty"])
def test_it_is_loaded_when_needed_and_leaves_nothing_behind(tmp_path: Path, home: str) -> None:
    environment = {**os.environ, "HOME": home, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for name in ("MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        environment.pop(name, None)
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRAWING],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert not re.search("matplotlib|font|cache", ran.stderr)
    assert list(tmp_path.iterdir()) == []
