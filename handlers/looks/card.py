"""The card that offers ways of looking, and what each way costs before it is chosen."""

from collections.abc import Sequence

from bot.image_tokens import image_tokens
from bot.looks import Detail, Way, detail_for
from bot.models import Model
from bot.quota import QuotaExceeded
from bot.words import Words
from handlers import amounts
from handlers.context import Pressed
from handlers.looks.presses import Closely, Look, Ways
from handlers.views import Button, View, in_rows, lines
from storage.looks import Offer, Picture
from storage.money import Unit
from storage.records import Image

LABELS = {
    Way.DESCRIBE: "look-describe",
    Way.SHORT: "look-short",
    Way.TEXT: "look-text",
    Way.PRODUCT: "look-product",
    Way.CHART: "look-chart",
    Way.EXPLAIN: "look-explain",
    Way.MODERATE: "look-moderate",
}
SUGGESTED = "✓ "
# What grows with the size of a picture.
BY_SIZE = (Unit.TOKENS, Unit.USD)


def ways(offer: Offer, words: Words, latest: Look | None = None) -> View:
    """The ways of looking, after the `latest` look if there was one."""
    count = len(offer.pictures)
    told = words("look-how", count=count)
    if latest is not None:
        way = words(LABELS[latest.way])
        told = words("look-how-else", way=way, detail=str(latest.detail), count=count)
    offered = ((words(label), Closely(offer.id, way)) for way, label in LABELS.items())
    return View(told, in_rows(offered, 2))


def closely(pressed: Pressed, offer: Offer, way: Way, asked: Sequence[Model]) -> View:
    """How closely a way can look, each with its price where these models are `asked`."""
    settings, words, model = pressed.services.settings, pressed.words, asked[0].name
    offered = choices(model, offer.pictures)
    wanted = detail_for(way, model, settings.image_detail)
    suggested = wanted if wanted in offered else Detail.HIGH
    prices = {each: _price(pressed, offer.pictures, each, asked) for each in offered}
    rows: list[tuple[Button, ...]] = [
        (
            (
                f"{SUGGESTED if detail is suggested else ''}{detail}: {price}",
                Look(offer.id, way, detail, offer.taken),
            ),
        )
        for detail, price in prices.items()
    ]
    how = words("look-how-closely", way=words(LABELS[way]))
    alone = words("look-alone", count=len(offer.pictures))
    return View(lines(how, alone), (*rows, ((words("button-back"), Ways(offer.id)),)))


def choices(model: str, pictures: Sequence[Picture | Image]) -> dict[Detail, int]:
    """How closely pictures can be looked at, where that matters, and in how many tokens."""
    tokens = {detail: _tokens(model, pictures, detail) for detail in Detail}
    usual = tokens[Detail.HIGH]
    pointless = {
        *([Detail.LOW] if tokens[Detail.LOW] >= usual else []),
        *([Detail.ORIGINAL] if tokens[Detail.ORIGINAL] <= usual else []),
    }
    return {detail: count for detail, count in tokens.items() if detail not in pointless}


def cheaper(error: QuotaExceeded, model: str, images: Sequence[Image], words: Words) -> str:
    """How a limit may have room for pictures that it has refused; "" where it makes no odds."""
    now = sum(image.tokens for image in images)
    detail, fewer = min(choices(model, images).items(), key=lambda each: each[1])
    if error.limit.unit not in BY_SIZE or fewer >= now:
        return ""
    return words(
        "look-cheaper",
        detail=str(detail),
        count=len(images),
        fewer=amounts.amount(Unit.TOKENS, fewer, words),
        now=words.figure(f"{now:,}"),
    )


def _tokens(model: str, pictures: Sequence[Picture | Image], detail: Detail) -> int:
    return sum(image_tokens(model, each.width, each.height, detail) for each in pictures)


def _price(
    pressed: Pressed, pictures: Sequence[Picture], detail: Detail, asked: Sequence[Model]
) -> str:
    """How many tokens pictures are to the first, and what all cost that may look at them."""
    services, words = pressed.services, pressed.words
    each = [
        services.assistant.worth(model, _tokens(model.name, pictures, detail)) for model in asked
    ]
    known = [nanos for nanos in each if nanos is not None]
    is_known = len(known) == len(each)
    price = amounts.amount(Unit.USD, sum(known), words) if is_known else words("look-unpriced")
    tokens = _tokens(asked[0].name, pictures, detail)
    return f"{amounts.amount(Unit.TOKENS, tokens, words)}, {price}"
