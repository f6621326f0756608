"""Pictures of what was spent. matplotlib lives here, and is loaded when the first one is drawn."""

import io
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.money import NANO, Unit

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Pixels; a phone shows them at a third of that, so that all is large and there is little of it.
WIDTH, HEIGHT = 1000, 600
DPI = 100
LARGE, SMALL = 19, 16  # points
LETTER = 14  # pixels that a small letter takes, as a rule
LINE = 34  # pixels from one line of names to the next
TITLE = 62  # pixels above the first of them
LONGEST_NAME = 30
COLOURS = ("#4c78a8", "#e3a857", "#6aa58a", "#b6697f", "#8f83c4", "#62b1c2")
OTHERS = "#b9bfc7"
INK, PALE, GRID = "#2f3640", "#707a87", "#e3e7ec"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What each model took of a unit, on each of the days; and its words."""

    title: str
    unit: Unit
    days: Sequence[str]
    others: str
    models: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the bars, in a colour."""

    name: str
    colour: str
    amounts: Sequence[int]


def draw(chart: Chart) -> bytes:
    """A chart as a PNG: bars per day, a colour for each model. Takes long: belongs in a thread."""
    with _elsewhere():
        from matplotlib.figure import Figure  # noqa: PLC0415 - takes a second and 50 MB

    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    figure.text(0.025, 1 - 16 / HEIGHT, chart.title, fontsize=LARGE, color=INK, va="top")
    bands = bands_of(chart.models, chart.others)
    names = [_drawable(band.name) for band in bands]
    columns = min(3, max(1, WIDTH // (LETTER * max(map(len, names)) + 50)))
    head = TITLE + LINE * -(-len(bands) // columns)
    axes = figure.add_axes((0.1, 0.1, 0.87, 0.88 - head / HEIGHT))
    colours = _stack(axes, bands)
    _mark_amounts(axes, chart.unit, max(map(sum, zip(*chart.models.values(), strict=True))))
    _mark_days(axes, chart.days)
    _explain(figure, colours, names, columns)
    file = io.BytesIO()
    figure.savefig(file, format="png")  # without pyplot: nothing is kept, and PNG means Agg
    return file.getvalue()


def bands_of(models: Mapping[str, Sequence[int]], others: str) -> list[Band]:
    """The models that took most, the first of them at the bottom; above them all the others."""
    ranked = sorted(models, key=lambda name: (-sum(models[name]), name))
    most, rest = ranked[: len(COLOURS)], ranked[len(COLOURS) :]
    bands = [Band(name, COLOURS[place], models[name]) for place, name in enumerate(most)]
    if rest:
        together = [sum(day) for day in zip(*map(models.__getitem__, rest), strict=True)]
        bands.append(Band(others, OTHERS, together))
    return bands


def _stack(axes: "Axes", bands: Sequence[Band]) -> "list[Artist]":
    """Bars upon bars; returns one of each band."""
    floor = [0] * len(bands[0].amounts)
    examples: list[Artist] = []
    for band in bands:
        bars = axes.bar(range(len(floor)), band.amounts, 0.76, floor, color=band.colour, zorder=2)
        examples.append(bars.patches[0])
        floor = [below + amount for below, amount in zip(floor, band.amounts, strict=True)]
    return examples


def _mark_amounts(axes: "Axes", unit: Unit, most: int) -> None:
    """Lines across at round amounts, the highest of them above the highest bar."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - as in draw

    step = NANO if unit is Unit.USD else 1
    locator = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], integer=unit is not Unit.USD)
    ticks = locator.tick_values(0, most / step)
    labels = labels_of([float(tick) for tick in ticks], unit)
    axes.set_yticks([tick * step for tick in ticks], labels)
    axes.set_ylim(0, ticks[-1] * step)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=PALE, pad=8)
    axes.grid(axis="y", color=GRID, linewidth=1.2, clip_on=False, zorder=0)
    axes.spines[:].set_visible(False)
    left, bottom, width, height = axes.get_position().bounds
    margin = (LETTER * max(map(len, labels)) + 26) / WIDTH
    axes.set_position((margin, bottom, left + width - margin, height))


def labels_of(ticks: Sequence[float], unit: Unit) -> list[str]:
    """Amounts as they stand beside the lines: dollars with the same decimals, tokens in short."""
    if unit is not Unit.USD:
        return [_short(tick) for tick in ticks]
    decimals = max(len(f"{tick:.9f}".rstrip("0").partition(".")[2]) for tick in ticks)
    if decimals == 1:
        decimals = 2  # cents
    return [f"{tick:,.{decimals}f}" if tick else "0" for tick in ticks]


def _short(count: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= size:
            return f"{count / size:g}{letter}"
    return f"{count:g}"


def _mark_days(axes: "Axes", days: Sequence[str]) -> None:
    """The last day, and each a week before it."""
    weekly = range(len(days) - 1, -1, -7)
    axes.set_xticks(weekly, [days[at] for at in weekly])
    axes.set_xlim(-0.7, len(days) - 0.3)


def _explain(
    figure: "Figure", colours: "Sequence[Artist]", names: Sequence[str], columns: int
) -> None:
    """Say which colour is whose."""
    legend = figure.legend(
        colours,
        names,
        loc="upper left",
        bbox_to_anchor=(0.012, 1 - (TITLE - 10) / HEIGHT),
        borderpad=0,
        ncols=columns,
        frameon=False,
        fontsize=SMALL,
        labelcolor=INK,
        handlelength=0.8,
        handleheight=0.8,
        handletextpad=0.5,
        columnspacing=1.5,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)  # in a name, dollars are dollars


def _drawable(name: str) -> str:
    """A name as the font can write it, in one line; what it has no sign for becomes a box."""
    from matplotlib.font_manager import FontProperties, findfont, get_font  # noqa: PLC0415 - as in draw

    known = get_font(findfont(FontProperties())).get_charmap()
    half = LONGEST_NAME // 2
    short = name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[-half + 1 :]}"
    return "".join(sign if sign.isprintable() and ord(sign) in known else "□" for sign in short)


@contextmanager
def _elsewhere() -> Iterator[None]:
    """Have matplotlib keep its files where it may, and its worries about fonts for itself.

    It writes a list of fonts when it is loaded, and then no more.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    if "MPLCONFIGDIR" in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory() as directory:
        os.environ["MPLCONFIGDIR"] = directory
        try:
            yield
        finally:
            os.environ.pop("MPLCONFIGDIR", None)
