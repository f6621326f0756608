"""How many tokens an image is to each model, and the size beyond which a model sees no more.

The rules and numbers are OpenAI's: platform.openai.com/docs/guides/images-vision, November 2026.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

TILE = 512  # pixels, each way
PATCH = 32
MOST_PATCHES = 30_000  # an image that has more of them is refused


@dataclass(frozen=True, slots=True)
class Tiles:
    """A model that sees 512-pixel tiles: so much for the whole, so much for each tile."""

    base: int
    tile: int


@dataclass(frozen=True, slots=True)
class Box:
    """What an image is scaled down to: a longest side in pixels, and a number of patches."""

    side: int
    patches: int = MOST_PATCHES


@dataclass(frozen=True, slots=True)
class Patches:
    """A model that sees 32-pixel patches: tokens for each, and the box of each `detail`."""

    tokens: float
    boxes: Mapping[str, Box]


Family: TypeAlias = Tiles | Patches

_GPT_5_4_BOXES = {
    "low": Box(2048, 6144),  # more than `high`: the guide says so
    "high": Box(2048, 2500),
    "original": Box(6000, 10_000),
    "auto": Box(2048, 2500),
}
_GPT_5_5_BOXES = {
    "low": Box(512),
    "high": Box(2048, 2500),
    "original": Box(6000, 10_000),
    "auto": Box(6000, 10_000),
}
_GPT_6_BOXES = {
    "low": Box(512),
    "high": Box(2048, 2500),
    "original": Box(65_535),
    "auto": Box(65_535),
}


def _always(box: Box) -> Mapping[str, Box]:
    return dict.fromkeys(("low", "high", "original", "auto"), box)


GPT_6 = Patches(1.2, _GPT_6_BOXES)
FAMILIES: Mapping[str, Family] = {
    "computer-use-preview": Tiles(65, 129),
    "gpt-4.1": Tiles(85, 170),
    "gpt-4.1-mini": Patches(1.62, _always(Box(2048, 6144))),
    "gpt-4.1-nano": Patches(2.46, _always(Box(2048, 1536))),
    "gpt-4o": Tiles(85, 170),
    "gpt-4o-mini": Tiles(2833, 5667),
    "gpt-5": Tiles(70, 140),
    "gpt-5-mini": Patches(1.2, _always(Box(2048, 1536))),
    "gpt-5-nano": Patches(1.5, _always(Box(2048, 1536))),
    "gpt-5.1": Tiles(70, 140),
    "gpt-5.2": Patches(1.2, _always(Box(2048, 6144))),
    "gpt-5.4": Patches(1.2, _GPT_5_4_BOXES),
    "gpt-5.5": Patches(1.2, _GPT_5_5_BOXES),
    "gpt-5.6": GPT_6,
    "gpt-6": GPT_6,
    "o1": Tiles(75, 150),
    "o3": Tiles(75, 150),
    "o4-mini": Patches(1.72, _always(Box(2048, 1536))),
}


def image_tokens(model: str, width: int, height: int, detail: str) -> int:
    """How many tokens an image is; a model that nobody knows counts as gpt-6 does."""
    family = _family(model)
    width, height = target_size(model, width, height, detail)
    if isinstance(family, Patches):
        # Rounded first: 1.2 and its like are not exact, and a hair would be a token.
        return math.ceil(round(_patches(width, height) * family.tokens, 6))
    tiles = 0 if detail == "low" else math.ceil(width / TILE) * math.ceil(height / TILE)
    return family.base + family.tile * tiles


def target_size(model: str, width: int, height: int, detail: str) -> tuple[int, int]:
    """The size above which a model sees no more of an image; never larger than the image."""
    family = _family(model)
    if isinstance(family, Tiles):
        return _tiled_size(width, height, detail)
    return _patched_size(width, height, family.boxes.get(detail, family.boxes["auto"]))


def _family(model: str) -> Family:
    """The family with the longest name that a model's name begins with, whoever provides it."""
    name = model.lower().rpartition("/")[2].removeprefix("ft:").partition(":")[0]
    known = [family for family in FAMILIES if name == family or name.startswith(f"{family}-")]
    return FAMILIES[max(known, key=len)] if known else GPT_6


def _tiled_size(width: int, height: int, detail: str) -> tuple[int, int]:
    longest, shortest = (TILE, TILE) if detail == "low" else (2048, 768)
    scale = min(1.0, longest / max(width, height))
    scale *= min(1.0, shortest / (min(width, height) * scale))
    return _floored(width * scale, height * scale, 1e-9)


def _patched_size(width: int, height: int, box: Box) -> tuple[int, int]:
    if max(width, height) > box.side:
        scale = box.side / max(width, height)
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
    if _patches(width, height) <= box.patches:
        return width, height
    scale = math.sqrt(PATCH * PATCH * box.patches / (width * height))
    scale *= min(_whole(width * scale / PATCH), _whole(height * scale / PATCH))
    return _floored(width * scale, height * scale, 1e-6)


def _whole(patches: float) -> float:
    """How much of a row of patches is whole ones; a row of less than one stays as it is."""
    return math.floor(patches) / patches if patches >= 1 else 1.0


def _patches(width: int, height: int) -> int:
    return math.ceil(width / PATCH) * math.ceil(height / PATCH)


def _floored(width: float, height: float, hair: float) -> tuple[int, int]:
    """Whole pixels; a hair less than one more, as floating point leaves it, is one more."""
    return max(1, int(width + hair)), max(1, int(height + hair))
