"""`/look` and its kin: pictures looked at in a way of one's choice."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot import looks
from bot.looks import Detail, Way
from bot.models import Model
from handlers import answering, many, photos
from handlers.context import Context, Pressed, replied_to
from handlers.looks import card, verdicts
from handlers.looks.presses import Closely, Look, Ways
from handlers.photos import Seen
from handlers.views import Outcome, View
from storage import looks as offers
from storage.looks import Offer, Picture
from storage.records import Image


async def look(context: Context) -> None:
    """Offer ways of looking at pictures, or take the one that is named; describe a ZIP file."""
    wish = _wish(context)
    first, *rest = [*wish.split(maxsplit=1), ""]
    way = looks.way_called(first)
    if way is not None:
        await _at_once(context, way, rest[0])
    elif await many.takes(context, many.Task(wish=wish)):
        return
    # As closely as can be: then their size is known, and the price of each choice.
    elif pictures := await _meant(_seeing(context, Detail.ORIGINAL)):
        await _offer(context, wish, pictures)


def at_once(way: Way) -> Callable[[Context], Awaitable[None]]:
    """What looks in a way without asking."""

    async def looking(context: Context) -> None:
        await _at_once(context, way, _wish(context))

    return looking


async def on_ways(pressed: Pressed, press: Ways) -> Outcome:
    """Show the ways."""
    found = await _offered(pressed, press.offer_id)
    return Outcome(view=card.ways(found, pressed.words)) if isinstance(found, Offer) else found


async def on_closely(pressed: Pressed, press: Closely) -> Outcome:
    """Show how closely it can be looked at, and what that costs."""
    found = await _offered(pressed, press.offer_id)
    if not isinstance(found, Offer):
        return found
    return Outcome(view=card.closely(pressed, found, press.way, _asked(pressed)))


def _asked(pressed: Pressed) -> list[Model]:
    """The models that will look."""
    models, chosen = pressed.services.models, pressed.choice.model
    first = None if models.named(chosen) else models.looks_first
    return [each for each in (models.eye(chosen), first) if each is not None]


async def on_look(pressed: Pressed, press: Look) -> Outcome:
    """Look."""
    found = await _offered(pressed, press.offer_id)
    if not isinstance(found, Offer) or pressed.message is None:
        return found if isinstance(found, Outcome) else Outcome(pressed.words("look-gone"))
    run = pressed.services.database.run
    if not await run(offers.take, found.id, press.nth, update_id=pressed.update_id):
        return Outcome(pressed.words("look-taken"), card.ways(found, pressed.words))
    context = _seeing(pressed.as_context(pressed.message), press.detail)
    return Outcome(
        view=card.ways(replace(found, taken=press.nth + 1), pressed.words, latest=press),
        then=partial(_look_again, context, press.way, found),
    )


async def _offered(pressed: Pressed, offer_id: int) -> Offer | Outcome:
    """What a button is about, for those who may choose."""
    offer = await pressed.services.database.run(offers.find, offer_id)
    if offer is None or pressed.message is None:
        return Outcome(pressed.words("look-gone"))
    if offer.user_id != pressed.user.id and not pressed.is_admin:
        return Outcome(pressed.words("look-not-yours"))
    return offer


async def _at_once(context: Context, way: Way, wish: str) -> None:
    usual = context.services.settings.image_detail
    detail = looks.detail_for(way, context.eye.name, usual)
    if wish.lower() in list(Detail):
        detail, wish = Detail(wish.lower()), ""
    asked = looks.prompt(way, language=context.language, wish=wish)
    if await many.takes(context, many.Task(wish=asked, way=way, detail=detail)):
        return
    context = _seeing(context, detail)
    if pictures := await _meant(context):
        await _answer(context, way, wish, pictures)


async def _look_again(context: Context, way: Way, offer: Offer) -> None:
    seen = await photos.again(context, offer.pictures)
    await _say_lost(context, seen)
    if seen.images:
        await _answer(context, way, offer.wish, seen.images)


async def _answer(context: Context, way: Way, wish: str, pictures: tuple[Image, ...]) -> None:
    if way is Way.MODERATE:
        await verdicts.moderate(context, wish, pictures)
        return
    asked = looks.prompt(way, language=context.language, wish=wish)
    await answering.answer(context, (asked,), pictures)


async def _offer(context: Context, wish: str, pictures: tuple[Image, ...]) -> None:
    known = tuple(
        Picture(
            file_id=each.file_id,
            file_unique_id=each.file_unique_id,
            width=each.width,
            height=each.height,
        )
        for each in pictures
        if each.file_id
    )
    if not known:
        await context.say(context.words("look-not-again"))
        return
    wanted = Offer(
        update_id=context.update_id,
        user_id=context.person.user_id,
        pictures=known,
        wish=wish,
    )
    made = await context.services.database.run(offers.make, wanted)
    await _show(context, card.ways(made, context.words))


async def _show(context: Context, view: View) -> None:
    """Show a card as a reply to the pictures, so that it is seen which are meant."""
    replied = replied_to(context.message)
    pictured = replied if replied is not None and photos.is_picture(replied) else context.message
    await context.services.tell(context.place, view.words, view.markup, quoted=pictured.message_id)


async def _meant(context: Context) -> tuple[Image, ...]:
    """The pictures that are shown or replied to, or else the last; says what cannot be used."""
    seen = await photos.seen(context)
    if not (seen.images or seen.lost):
        seen = await photos.last(context)
    await _say_lost(context, seen)
    if not (seen.images or seen.lost):
        await context.say(context.words("look-form"))
    return seen.images


async def _say_lost(context: Context, seen: Seen) -> None:
    if seen.lost:
        await context.say("\n\n".join(seen.lost))


def _seeing(context: Context, detail: Detail) -> Context:
    """The same, where pictures are looked at this closely."""
    services = context.services
    settings = services.settings.but(image_detail=detail)
    return replace(context, services=replace(services, settings=settings))


def _wish(context: Context) -> str:
    """What stands behind the command, wherever in an album it is."""
    said = [each.text or each.caption or "" for each in context.album]
    commanding = next((each for each in said if each.startswith("/")), "")
    return " ".join(commanding.split(maxsplit=1)[1:]).strip()
