"""Who may talk to the bot: `/approve`, `/ban`, `/unban`, and the card that tells of a stranger."""

from handlers.admin import cards, whom
from handlers.context import Context, Pressed, Services
from handlers.presses import Ban, Door, Subject
from handlers.views import Outcome, View
from storage import people
from storage.records import Person, Standing

FORM = "Say for example /{command} @ann or /{command} 123456789, or reply to their message."
WELCOME = "An admin has let you in. Just write to me, or send me a photo."
BACK = "An admin has let you back in."
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
    await _decide(context, "unban", back(context.services))


def back(services: Services) -> Standing:
    """How someone stands who is not shut out any more: a guest, where there are guests."""
    return Standing.NEW if services.rules.has_guests else Standing.MEMBER


async def _decide(context: Context, command: str, standing: Standing) -> None:
    person, _ = await whom.whom(context)
    match person:
        case Person():
            words = await decide(
                context.services, person.user_id, standing, by=context.person.user_id
            )
            await context.say(words)
        case View():
            await context.show(person)
        case None:
            await context.say(FORM.format(command=command))


async def decide(services: Services, user_id: int, standing: Standing, *, by: int) -> str:
    """Set how someone stands, and tell them if they may talk now; returns words for the admin."""
    if services.is_admin(user_id) and standing is Standing.REFUSED:
        person = await services.database.run(people.known, user_id)
        return ADMIN.format(name=whom.named(person) if person else user_id)
    known = await services.database.run(people.decide, user_id, standing, by=by)
    if known is None:
        return UNKNOWN.format(user_id=user_id)
    is_in = standing is not Standing.REFUSED
    if is_in and known.standing is not standing:
        told = BACK if known.standing is Standing.REFUSED else WELCOME
        await services.tell_person(user_id, told)
    return f"{whom.named(known)} may {'talk to me' if is_in else 'not talk to me'} now."


async def on_door(pressed: Pressed, press: Door) -> Outcome:
    """Do what was pressed on the card of a stranger; the card then says so."""
    standing = Standing.MEMBER if press.is_open else Standing.REFUSED
    words = await decide(pressed.services, press.user_id, standing, by=pressed.user.id)
    return Outcome(words, View(words))


async def on_ban(pressed: Pressed, press: Ban) -> Outcome:
    """Shut someone out, or let them back; the card stays."""
    standing = Standing.REFUSED if press.is_banned else back(pressed.services)
    words = await decide(pressed.services, press.user_id, standing, by=pressed.user.id)
    return Outcome(words, await cards.card(pressed.services, Subject(f"user:{press.user_id}")))
