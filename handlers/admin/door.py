"""Who may talk to the bot: `/approve`, `/ban`, `/unban`, and the card that tells of a stranger."""

from dataclasses import replace
from functools import partial

from handlers.admin import cards, whom
from handlers.context import Context, Pressed, Services
from handlers.presses import Ban, Door, Subject
from handlers.views import Outcome, View
from storage import people
from storage.records import Person, Standing

FORM = "Say for example /{command} @ann or /{command} 123456789, or reply to their message."
WELCOME = "An admin has let you in. Just write to me, or send me a photo."
BACK = "An admin has let you back in."
NOT_OUT = "{name} is not shut out."
UNKNOWN = "Nobody with the id {user_id} has written to me yet."
ADMIN = "{name} is an admin. Who is not to be one any more is taken out of ADMINS first."


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
            by = context.person.user_id
            await context.say(await decide(context.services, person.user_id, standing, by=by))
        case View():
            # The buttons below it lead to what people spend.
            await replace(context, is_confidential=True).show(person)
        case None:
            await context.say(FORM.format(command=command))


async def decide(services: Services, user_id: int, standing: Standing | None, *, by: int) -> str:
    """Set how someone stands, None: as before they were shut out; returns words for the admin.

    Who may talk from now on is told.
    """
    if services.is_admin(user_id) and standing is Standing.REFUSED:
        person = await services.database.run(people.known, user_id)
        return ADMIN.format(name=whom.named(person) if person else user_id)
    if standing is None:
        # Where there are guests, that is what everybody is whom nobody has let in.
        otherwise = Standing.NEW if services.rules.has_guests else Standing.MEMBER
        let_back = partial(people.let_back, otherwise=otherwise, by=by)
        known = await services.database.run(let_back, user_id)
    else:
        known = await services.database.run(people.decide, user_id, standing, by=by)
    if known is None:
        return UNKNOWN.format(user_id=user_id)
    is_back = known.standing is Standing.REFUSED and standing is not Standing.REFUSED
    if standing is None and not is_back:
        return NOT_OUT.format(name=whom.named(known))
    if is_back or (standing is Standing.MEMBER and known.standing is not standing):
        await services.tell_person(user_id, BACK if is_back else WELCOME)
    may = "may not talk to me" if standing is Standing.REFUSED else "may talk to me"
    return f"{whom.named(known)} {may} now."


async def on_door(pressed: Pressed, press: Door) -> Outcome:
    """Do what was pressed on the card of a stranger; the card then says so."""
    standing = Standing.MEMBER if press.is_open else Standing.REFUSED
    words = await decide(pressed.services, press.user_id, standing, by=pressed.user.id)
    return Outcome(words, View(words))


async def on_ban(pressed: Pressed, press: Ban) -> Outcome:
    """Shut someone out, or let them back; the card stays."""
    standing = Standing.REFUSED if press.is_banned else None
    words = await decide(pressed.services, press.user_id, standing, by=pressed.user.id)
    return Outcome(words, await cards.card(pressed.services, Subject(f"user:{press.user_id}")))
