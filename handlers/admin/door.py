"""Who may talk to the bot: `/approve`, `/ban`, `/unban`, and the card that tells of a stranger."""

from dataclasses import replace
from functools import partial

from handlers.admin import cards, whom
from handlers.context import Context, Pressed
from handlers.presses import Ban, Door, Subject
from handlers.views import Outcome, View
from storage import people
from storage.records import Person, Standing


async def approve(context: Context) -> None:
    """Let someone in."""
    await _decide(context, "approve", Standing.MEMBER)


async def ban(context: Context) -> None:
    """Shut someone out."""
    await _decide(context, "ban", Standing.REFUSED)


async def unban(context: Context) -> None:
    """Let someone back who was shut out."""
    await _decide(context, "unban", None)


async def _decide(context: Context, command: str, standing: Standing | None) -> None:
    person, _ = await whom.whom(context, says_more=False)
    match person:
        case Person():
            await context.say(await decide(context, person.user_id, standing))
        case View():
            # The buttons below it lead to what people spend.
            await replace(context, is_confidential=True).show(person)
        case None:
            await context.say(context.words("door-form", command=command))


async def decide(by: Context | Pressed, user_id: int, standing: Standing | None) -> str:
    """Set how someone stands, None: as before they were shut out; returns words for the admin.

    Who may talk from now on is told.
    """
    services, words, admin = by.services, by.words, by.person.user_id
    if services.is_admin(user_id) and standing is Standing.REFUSED:
        person = await services.database.run(people.known, user_id)
        return words("door-admin", name=whom.named(person) if person else str(user_id))
    if standing is None:
        # Where there are guests, that is what everybody is whom nobody has let in.
        otherwise = Standing.NEW if services.rules.has_guests else Standing.MEMBER
        let_back = partial(people.let_back, otherwise=otherwise, by=admin)
        known = await services.database.run(let_back, user_id)
    else:
        known = await services.database.run(people.decide, user_id, standing, by=admin)
    if known is None:
        return words("door-unknown", id=str(user_id))
    is_back = known.standing is Standing.REFUSED and standing is not Standing.REFUSED
    if standing is None and not is_back:
        return words("door-not-out", name=whom.named(known))
    if is_back or (standing is Standing.MEMBER and known.standing is not standing):
        theirs = services.words_in(known.language)
        told = theirs("door-back" if is_back else "door-welcome")
        await services.tell_person(user_id, told)
    is_out = standing is Standing.REFUSED
    return words("door-may-not" if is_out else "door-may", name=whom.named(known))


async def on_door(pressed: Pressed, press: Door) -> Outcome:
    """Do what was pressed on the card of a stranger; the card then says so."""
    standing = Standing.MEMBER if press.is_open else Standing.REFUSED
    told = await decide(pressed, press.user_id, standing)
    return Outcome(told, View(told))


async def on_ban(pressed: Pressed, press: Ban) -> Outcome:
    """Shut someone out, or let them back; the card stays."""
    standing = Standing.REFUSED if press.is_banned else None
    told = await decide(pressed, press.user_id, standing)
    return Outcome(told, await cards.card(pressed, Subject(f"user:{press.user_id}")))
