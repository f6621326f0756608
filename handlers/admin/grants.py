"""`/grant`: something on top of the limits, once."""

import secrets
from datetime import datetime, timedelta

from bot import grammar
from bot.grammar import WrongLimit
from bot.words import Words
from handlers import amounts
from handlers.admin import cards, subjects
from handlers.admin.quota import wrong
from handlers.context import Context, Pressed
from handlers.presses import Card, Give, GiveAmount, GiveUnit, Subject
from handlers.views import Outcome, View, in_rows
from storage import grants
from storage.grants import Gift
from storage.money import NANO, Unit

CHOICES = (
    *((Unit.USD, NANO * cents // 100) for cents in (10, 50, 100, 500)),
    *((Unit.REQUESTS, count) for count in (5, 20, 100)),
    *((Unit.IMAGES, count) for count in (5, 20)),
    *((Unit.TOKENS, count) for count in (10_000, 100_000, 1_000_000)),
)
HOURS = {
    "grant-until-used": 0,
    "grant-for-a-day": 24,
    "grant-for-a-week": 168,
    "grant-for-30-days": 720,
}


async def grant(context: Context) -> None:
    """Grant somebody something, once."""
    subject, said = await subjects.meant(context)
    if isinstance(subject, View):
        await context.show(subject)
        return
    if subject is None:
        await context.say(context.words("grant-form"))
        return
    if not said:
        await context.show(await _choice(context, subject))
        return
    try:
        wish = grammar.read_wish(" ".join(said), context.now)
    except WrongLimit as error:
        await context.say(wrong(error, context.words))
        return
    gift = Gift(
        key=f"update {context.update_id}",
        subject=subject,
        unit=wish.unit,
        amount=wish.amount,
        expires_ms=_ms(wish.expires_at),
    )
    await context.say(await give(context, gift))


async def give(by: Context | Pressed, gift: Gift) -> str:
    """Grant something, and tell whom it is for; returns words for the admin."""
    services, words, run = by.services, by.words, by.services.database.run
    subject = Subject(gift.subject)
    seen = await subjects.sheet(services, subject)
    if subject.kind == "plan":
        return words("grant-not-a-plan")
    if not any(left.limit.unit is gift.unit for left in seen.standing):
        unit = amounts.unit(gift.unit, words)
        return words("grant-no-limit", name=seen.named(words), unit=unit)
    # Of a former attempt it may have been given, and nobody told, or only one of them.
    if not await run(grants.give, gift, by=by.person.user_id) and by.attempt == 1:
        return words("grant-already")
    if subject.kind == "user" and not await run(grants.is_told, gift.key):
        theirs = await services.words_of(subject.number)
        told = theirs("grant-told", amount=_amount(gift, by.now, theirs, whose="user"))
        await services.tell_person(subject.number, told)
        await run(grants.tell, gift.key)
    amount = _amount(gift, by.now, words, whose="other")
    return words("grant-given", name=seen.named(words), amount=amount)


def _amount(gift: Gift, now: datetime, words: Words, *, whose: str) -> str:
    """What is granted on top of the limits, and for how long."""
    amount = amounts.written(gift.unit, gift.amount, words)
    if gift.expires_ms is None:
        return words("grant-amount", amount=amount, whose=whose)
    at = datetime.fromtimestamp(gift.expires_ms / 1000, now.tzinfo)
    return words("grant-amount-for", amount=amount, whose=whose, span=amounts.span(at, now, words))


def _ms(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)


async def on_give_unit(pressed: Pressed, press: GiveUnit) -> Outcome:
    return Outcome(view=await _choice(pressed, press.subject))


async def _choice(by: Context | Pressed, subject: Subject) -> View:
    """What can be granted: of each unit that a limit counts."""
    words = by.words
    seen = await subjects.sheet(by.services, subject)
    if subject.kind == "plan":
        return View(words("grant-not-a-plan"))
    units = {left.limit.unit for left in seen.standing}
    choices = [
        (amounts.written(unit, amount, words), GiveAmount(subject, unit, amount))
        for unit, amount in CHOICES
        if unit in units
    ]
    told = words("grant-what" if choices else "grant-no-limits", name=seen.named(words))
    return View(told, (*in_rows(choices, 2), ((words("button-back"), Card(subject)),)))


async def on_give_amount(pressed: Pressed, press: GiveAmount) -> Outcome:
    """Choose how long a grant holds."""
    words = pressed.words
    if (press.unit, press.amount) not in CHOICES:
        return Outcome(words("grant-not-offered"))
    nonce = secrets.randbelow(10**9)
    choices = [
        (words(label), Give(press.subject, press.unit, press.amount, hours, nonce))
        for label, hours in HOURS.items()
    ]
    name = await subjects.named(pressed.services, press.subject, words)
    amount = amounts.written(press.unit, press.amount, words)
    rows = (*in_rows(choices, 2), ((words("button-back"), GiveUnit(press.subject)),))
    return Outcome(view=View(words("grant-how-long", name=name, amount=amount), rows))


async def on_give(pressed: Pressed, press: Give) -> Outcome:
    """Grant what was chosen."""
    if press.hours not in HOURS.values():
        return Outcome(pressed.words("grant-not-offered"))
    expires = pressed.now + timedelta(hours=press.hours) if press.hours else None
    gift = Gift(
        key=f"button {press.nonce}",
        subject=press.subject,
        unit=press.unit,
        amount=press.amount,
        expires_ms=_ms(expires),
    )
    told = await give(pressed, gift)
    return Outcome(told, await cards.card(pressed, press.subject))
