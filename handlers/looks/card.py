"""The card that offers ways of looking, and what each way costs before it is chosen."""

from collections.abc import Sequence

from bot.image_tokens import image_tokens
from bot.looks import Detail, Way, detail_for
from bot.models import Model
from bot.quota import QuotaExceeded
from handlers import amounts
from handlers.context import Services
from handlers.looks.presses import Closely, Look, Ways
from handlers.views import Button, View, in_rows, lines
from storage.looks import Offer, Picture
from storage.money import Unit
from storage.records import Image

LABELS = {
    Way.DESCRIBE: "Describe",
    Way.SHORT: "In short",
    Way.TEXT: "Read the text",
    Way.PRODUCT: "Product",
    Way.CHART: "Chart",
    Way.EXPLAIN: "Explain",
    Way.MODERATE: "Moderate",
}
HOW = "How shall I look at {it}?"
HOW_ELSE = "{way}, at {detail}: the answer is below.\nHow else shall I look at {it}?"
HOW_CLOSELY = "{way}: how closely?"
ALONE = "Each price is for the {picture} alone; the answer comes on top."
UNKNOWN = "price unknown"
SUGGESTED = "✓ "
BACK = "‹ Back"
CHEAPER = (
    "Looked at less closely, at {detail}, the {picture} would be {fewer} tokens instead of {now}: "
    "reply to {it} with /look and choose {detail}."
)
# What grows with the size of a picture.
BY_SIZE = (Unit.TOKENS, Unit.USD)


def ways(offer: Offer, latest: Look | None = None) -> View:
    """The ways of looking, after the `latest` look if there was one."""
    it = _it(offer.pictures)
    words = HOW.format(it=it)
    if latest is not None:
        words = HOW_ELSE.format(way=LABELS[latest.way], detail=latest.detail, it=it)
    return View(
        words, in_rows(((label, Closely(offer.id, way)) for way, label in LABELS.items()), 2)
    )


def closely(services: Services, offer: Offer, way: Way, asked: Sequence[Model]) -> View:
    """How closely a way can look, each with its price where these models are `asked`."""
    model = asked[0].name
    offered = choices(model, offer.pictures)
    wanted = detail_for(way, model, services.settings.image_detail)
    suggested = wanted if wanted in offered else Detail.HIGH
    prices = {each: _price(services, offer.pictures, each, asked) for each in offered}
    rows: list[tuple[Button, ...]] = [
        (
            (
                f"{SUGGESTED if detail is suggested else ''}{detail}: {price}",
                Look(offer.id, way, detail, offer.taken),
            ),
        )
        for detail, price in prices.items()
    ]
    alone = ALONE.format(picture=_picture(offer.pictures))
    return View(
        lines(HOW_CLOSELY.format(way=LABELS[way]), alone), (*rows, ((BACK, Ways(offer.id)),))
    )


def choices(model: str, pictures: Sequence[Picture | Image]) -> dict[Detail, int]:
    """How closely pictures can be looked at, where that matters, and in how many tokens."""
    tokens = {detail: _tokens(model, pictures, detail) for detail in Detail}
    usual = tokens[Detail.HIGH]
    pointless = {
        *([Detail.LOW] if tokens[Detail.LOW] >= usual else []),
        *([Detail.ORIGINAL] if tokens[Detail.ORIGINAL] <= usual else []),
    }
    return {detail: count for detail, count in tokens.items() if detail not in pointless}


def cheaper(error: QuotaExceeded, model: str, images: Sequence[Image]) -> str:
    """How a limit may have room for pictures that it has refused; "" where it makes no odds."""
    now = sum(image.tokens for image in images)
    detail, fewer = min(choices(model, images).items(), key=lambda each: each[1])
    if error.limit.unit not in BY_SIZE or fewer >= now:
        return ""
    return CHEAPER.format(
        detail=detail,
        picture=_picture(images),
        fewer=f"{fewer:,}",
        now=f"{now:,}",
        it=_it(images),
    )


def _tokens(model: str, pictures: Sequence[Picture | Image], detail: Detail) -> int:
    return sum(image_tokens(model, each.width, each.height, detail) for each in pictures)


def _price(
    services: Services, pictures: Sequence[Picture], detail: Detail, asked: Sequence[Model]
) -> str:
    """How many tokens pictures are to the first, and what all cost that may look at them."""
    each = [
        services.assistant.worth(model, _tokens(model.name, pictures, detail)) for model in asked
    ]
    known = [nanos for nanos in each if nanos is not None]
    is_known = len(known) == len(each)
    price = amounts.amount(Unit.USD, sum(known)) if is_known else UNKNOWN
    return f"{amounts.amount(Unit.TOKENS, _tokens(asked[0].name, pictures, detail))}, {price}"


def _it(pictures: Sequence[Picture | Image]) -> str:
    return "it" if len(pictures) == 1 else "them"


def _picture(pictures: Sequence[Picture | Image]) -> str:
    return "picture" if len(pictures) == 1 else f"{len(pictures)} pictures"
