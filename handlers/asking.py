"""“Ask for more”: from a refusal to the admins, and their answer back."""

from functools import partial

from telegram import InlineKeyboardMarkup

from handlers import amounts
from handlers.admin import subjects
from handlers.context import Pressed, Services
from handlers.presses import Card, Decide, More, Subject
from handlers.views import Outcome, View
from storage import asks
from storage.grants import Gift
from storage.money import NANO, Limit, Unit, Verdict, written
from storage.records import Ask

ASK = "Ask for more"
NOT_YOURS = "Only the one who was refused can ask here."
ASKED = "I have asked the admins. You will hear from me."
ASKED_ALREADY = "I have asked the admins already."
UNREACHED = "I cannot reach an admin just now. Please tell one yourself."
CARD = "{who} asks for more. {whose} limit of {limit}: {used} used."
GONE = "That limit does not hold any more."
DECIDED = "That is decided already."
SAID = {
    Verdict.GRANTED: "An admin has granted you {what} on top of the limit, once. Just go on.",
    Verdict.RAISED: "An admin has raised the limit to {what}. Just go on.",
    Verdict.DECLINED: "An admin has declined to give you more for now.",
}
TOLD = {
    Verdict.GRANTED: "{who}: granted {what}, once.",
    Verdict.RAISED: "{who}: raised to {what}.",
    Verdict.DECLINED: "{who}: declined.",
}
# What is given where a limit is 0, which cannot be doubled.
LEAST = {Unit.REQUESTS: 10, Unit.TOKENS: 10_000, Unit.IMAGES: 5, Unit.USD: NANO // 10}


def offer(services: Services, user_id: int, limit: Limit) -> InlineKeyboardMarkup | None:
    """The button by which someone asks for more, where there is anybody to ask."""
    if not services.rules.admins:
        return None
    more = More(user_id, Subject(limit.subject), limit.unit, limit.window)
    return View(ASK, (((ASK, more),),)).markup


async def on_more(pressed: Pressed, press: More) -> Outcome:
    """Ask the admins for more."""
    services, user_id = pressed.services, pressed.user.id
    if user_id != press.user_id or not _concerns(press.subject, pressed):
        return Outcome(NOT_YOURS)
    limit = (await subjects.sheet(services, press.subject)).limit(press.unit, press.window)
    if limit is None:
        return Outcome(GONE, View(pressed.shown))
    wish = Ask(
        user_id=user_id,
        place=pressed.place,
        subject=press.subject,
        unit=press.unit,
        window=press.window,
    )
    number, is_new = await services.database.run(asks.ask, wish)
    # A second attempt at the same press may have written it down and told nobody.
    if not is_new and pressed.attempt == 1:
        return Outcome(ASKED_ALREADY)
    card = await _card(services, user_id, number, limit)
    if not await services.tell_admins(lambda _: card):
        await services.database.run(asks.forget, number)
        return Outcome(UNREACHED)
    return Outcome(ASKED, View(f"{pressed.shown}\n\n{ASKED}"))


def _concerns(subject: Subject, pressed: Pressed) -> bool:
    """Whether a limit can have refused the one who pressed: data can be forged."""
    match subject.kind:
        case "user":
            return subject.number == pressed.user.id
        case "group":
            return subject.number == pressed.place.chat_id
        case "plan":
            return False
        case _:
            return True


async def _card(services: Services, user_id: int, number: int, limit: Limit) -> View:
    """What an admin sees: who, what, how much is used; and what to do about it."""
    seen = await subjects.sheet(services, Subject(limit.subject))
    left = next(each for each in seen.standing if each.limit == limit)
    who = await subjects.named(services, f"user:{user_id}")
    whose = "Their" if seen.subject.kind == "user" else f"{seen.name}, a"
    words = CARD.format(
        who=who, whose=whose, limit=limit, used=amounts.amount(limit.unit, max(0, left.used))
    )
    return View(
        f"{words} {amounts.resets(left.resets_at, services.clock())}",
        (
            ((f"Grant {_once(limit)} once", Decide(number, Verdict.GRANTED)),),
            ((f"Raise to {_raised(limit)}", Decide(number, Verdict.RAISED)),),
            (
                ("Decline", Decide(number, Verdict.DECLINED)),
                ("Limits", Card(seen.subject)),
            ),
        ),
    )


def _once(limit: Limit) -> str:
    return written(limit.unit, limit.amount or LEAST[limit.unit])


def _raised(limit: Limit) -> Limit:
    return Limit(
        subject=limit.subject,
        unit=limit.unit,
        window=limit.window,
        amount=limit.amount * 2 or LEAST[limit.unit],
    )


async def on_decide(pressed: Pressed, press: Decide) -> Outcome:
    """Grant once, raise, or decline; the one who asked hears of it."""
    services = pressed.services
    wish = await services.database.run(asks.find, press.ask_id)
    if wish is None or wish.verdict is not Verdict.OPEN or press.verdict not in SAID:
        return Outcome(DECIDED, View(f"{pressed.shown}\n\n{DECIDED}"))
    seen = await subjects.sheet(services, Subject(wish.subject))
    limit = seen.limit(wish.unit, wish.window)
    if limit is None:
        return Outcome(GONE, View(f"{pressed.shown}\n\n{GONE}"))
    given, what = _given(press.verdict, limit, wish.id)
    decide = partial(asks.decide, by=pressed.user.id, given=given)
    if not await services.database.run(decide, wish.id, press.verdict):
        return Outcome(DECIDED)
    who = await subjects.named(services, f"user:{wish.user_id}")
    said = SAID[press.verdict].format(what=what)
    told = f"{who}: {said}" if wish.place.is_group else said
    await services.tell_person(wish.user_id, told, place=wish.place)
    words = TOLD[press.verdict].format(who=who, what=what)
    return Outcome(words, View(words, ((("Limits", Card(Subject(wish.subject))),),)))


def _given(verdict: Verdict, limit: Limit, number: int) -> tuple[Limit | Gift | None, str]:
    """What a verdict gives, and that in words."""
    match verdict:
        case Verdict.GRANTED:
            amount = limit.amount or LEAST[limit.unit]
            gift = Gift(
                key=f"ask {number}",
                subject=limit.subject,
                unit=limit.unit,
                amount=amount,
                expires_ms=None,
            )
            return gift, written(limit.unit, amount)
        case Verdict.RAISED:
            raised = _raised(limit)
            return raised, str(raised)
        case _:
            return None, ""
