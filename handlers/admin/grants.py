"""`/grant`: something on top of the limits, once."""

import secrets
from datetime import datetime, timedelta

from bot import grammar
from bot.grammar import WrongLimit
from handlers import amounts
from handlers.admin import cards, subjects
from handlers.context import Context, Pressed, Services
from handlers.presses import Card, Give, GiveAmount, GiveUnit, Subject
from handlers.views import Outcome, View, in_rows
from storage import grants
from storage.grants import Gift
from storage.money import NANO, Unit, written

FORM = (
    "Say for example /grant @ann 1 usd, /grant @ann 20 requests for 3 days, "
    "or /grant @ann 5 usd until 2027-01-31. As a reply to a message, leave the name out; "
    "group, guests and bot can be granted something, too."
)
NOT_A_PLAN = "A grant is for people, a group, the guests or the bot; a plan has only limits."
NO_LIMIT = "{name}: no limit in {unit} holds, so there is nothing to add to."
GIVEN = "{name}: {amount} on top of the limits{until}."
NOT_OFFERED = "That is not offered any more."
ALREADY = "That is granted already."
CHOICES = (
    *((Unit.USD, NANO * cents // 100) for cents in (10, 50, 100, 500)),
    *((Unit.REQUESTS, count) for count in (5, 20, 100)),
    *((Unit.IMAGES, count) for count in (5, 20)),
    *((Unit.TOKENS, count) for count in (10_000, 100_000, 1_000_000)),
)
HOURS = {"until it is used": 0, "for a day": 24, "for a week": 168, "for 30 days": 720}


async def grant(context: Context) -> None:
    """Grant somebody something, once."""
    subject, words = await subjects.meant(context)
    if isinstance(subject, View):
        await context.show(subject)
        return
    if subject is None:
        await context.say(FORM)
        return
    if not words:
        await context.show(await _choice(context.services, subject))
        return
    try:
        wish = grammar.read_wish(" ".join(words), context.now)
    except WrongLimit as error:
        await context.say(f"{error}.")
        return
    gift = Gift(
        key=f"update {context.update_id}",
        subject=subject,
        unit=wish.unit,
        amount=wish.amount,
        expires_ms=_ms(wish.expires_at),
    )
    by, is_again = context.person.user_id, context.attempt > 1
    await context.say(await give(context.services, gift, by=by, is_again=is_again))


async def give(services: Services, gift: Gift, *, by: int, is_again: bool) -> str:
    """Grant something, and tell whom it is for; returns words for the admin.

    If it `is_again`, a former attempt may have given it and told nobody, or only one of them.
    """
    run = services.database.run
    subject = Subject(gift.subject)
    seen = await subjects.sheet(services, subject)
    if subject.kind == "plan":
        return NOT_A_PLAN
    if not any(left.limit.unit is gift.unit for left in seen.standing):
        return NO_LIMIT.format(name=seen.name, unit=gift.unit)
    if not await run(grants.give, gift, by=by) and not is_again:
        return ALREADY
    amount = written(gift.unit, gift.amount)
    until = _until(gift.expires_ms, services.clock())
    if subject.kind == "user" and not await run(grants.is_told, gift.key):
        told = f"An admin has granted you {amount} on top of your limits{until}."
        await services.tell_person(subject.number, told)
        await run(grants.tell, gift.key)
    return GIVEN.format(name=seen.name, amount=amount, until=until)


def _until(expires_ms: int | None, now: datetime) -> str:
    if expires_ms is None:
        return ""
    at = datetime.fromtimestamp(expires_ms / 1000, now.tzinfo)
    return f", for {amounts.span(at, now)}"


def _ms(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)


async def on_give_unit(pressed: Pressed, press: GiveUnit) -> Outcome:
    return Outcome(view=await _choice(pressed.services, press.subject))


async def _choice(services: Services, subject: Subject) -> View:
    """What can be granted: of each unit that a limit counts."""
    seen = await subjects.sheet(services, subject)
    if subject.kind == "plan":
        return View(NOT_A_PLAN)
    units = {left.limit.unit for left in seen.standing}
    choices = [
        (written(unit, amount), GiveAmount(subject, unit, amount))
        for unit, amount in CHOICES
        if unit in units
    ]
    words = f"{seen.name}: grant what, once?" if choices else f"{seen.name} has no limit."
    return View(words, (*in_rows(choices, 2), (("‹ Back", Card(subject)),)))


async def on_give_amount(pressed: Pressed, press: GiveAmount) -> Outcome:
    """Choose how long a grant holds."""
    if (press.unit, press.amount) not in CHOICES:
        return Outcome(NOT_OFFERED)
    nonce = secrets.randbelow(10**9)
    choices = [
        (label, Give(press.subject, press.unit, press.amount, hours, nonce))
        for label, hours in HOURS.items()
    ]
    name = await subjects.named(pressed.services, press.subject)
    words = f"{name}: {written(press.unit, press.amount)}, for how long?"
    return Outcome(view=View(words, (*in_rows(choices, 2), (("‹ Back", GiveUnit(press.subject)),))))


async def on_give(pressed: Pressed, press: Give) -> Outcome:
    """Grant what was chosen."""
    if press.hours not in HOURS.values():
        return Outcome(NOT_OFFERED)
    expires = pressed.now + timedelta(hours=press.hours) if press.hours else None
    gift = Gift(
        key=f"button {press.nonce}",
        subject=press.subject,
        unit=press.unit,
        amount=press.amount,
        expires_ms=_ms(expires),
    )
    by, is_again = pressed.user.id, pressed.attempt > 1
    words = await give(pressed.services, gift, by=by, is_again=is_again)
    return Outcome(words, await cards.card(pressed.services, press.subject))
