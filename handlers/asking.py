"""“Ask for more”: from a refusal to the admins, and their answer back."""

from functools import partial

from telegram import InlineKeyboardMarkup

from bot.words import Words
from handlers import amounts
from handlers.admin import subjects, whom
from handlers.admin.subjects import Sheet
from handlers.context import Pressed, Services
from handlers.presses import Card, Decide, More, Subject
from handlers.views import Outcome, View
from storage import asks
from storage.grants import Gift
from storage.money import NANO, Limit, Unit, Verdict
from storage.records import Ask, Person

SAID = {
    Verdict.GRANTED: "ask-said-granted",
    Verdict.RAISED: "ask-said-raised",
    Verdict.DECLINED: "ask-said-declined",
}
TOLD = {
    Verdict.GRANTED: "ask-told-granted",
    Verdict.RAISED: "ask-told-raised",
    Verdict.DECLINED: "ask-told-declined",
}
# What is given where a limit is 0, which cannot be doubled.
LEAST = {Unit.REQUESTS: 10, Unit.TOKENS: 10_000, Unit.IMAGES: 5, Unit.USD: NANO // 10}


def offer(services: Services, person: Person, limit: Limit) -> InlineKeyboardMarkup | None:
    """The button by which someone asks for more, where there is anybody to ask."""
    if not services.rules.admins:
        return None
    more = More(person.user_id, Subject(limit.subject), limit.unit, limit.window)
    words = services.words_in(person.language)
    return View("", (((words("ask-for-more"), more),),)).markup


async def on_more(pressed: Pressed, press: More) -> Outcome:
    """Ask the admins for more."""
    services, words, user_id = pressed.services, pressed.words, pressed.user.id
    if user_id != press.user_id or not _concerns(press.subject, pressed):
        return Outcome(words("ask-not-yours"))
    seen = await subjects.sheet(services, press.subject)
    limit = seen.limit(press.unit, press.window)
    if limit is None:
        return Outcome(words("ask-gone"), View(pressed.shown))
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
        return Outcome(words("ask-asked-already"))
    card = partial(_card, pressed, seen, limit, number)
    if not await services.tell_admins(card):
        await services.database.run(asks.forget, number)
        return Outcome(words("ask-unreached"))
    return Outcome(words("ask-asked"), View(f"{pressed.shown}\n\n{words('ask-asked')}"))


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


def _card(by: Pressed, seen: Sheet, limit: Limit, number: int, words: Words) -> View:
    """What an admin sees: who, what, how much is used; and what to do about it."""
    left = next(each for each in seen.standing if each.limit == limit)
    is_own = seen.subject.kind == "user"
    told = words(
        "ask-card",
        who=whom.named(by.person),
        whose=words("ask-their-limit") if is_own else words("ask-limit-of", name=seen.named(words)),
        limit=amounts.limit(limit, words),
        used=amounts.amount(limit.unit, max(0, left.used), words),
        again=amounts.resets(left.resets_at, by.now, words),
    )
    once = amounts.written(limit.unit, limit.amount or LEAST[limit.unit], words)
    raised = amounts.limit(_raised(limit), words)
    return View(
        told,
        (
            ((words("ask-grant", amount=once), Decide(number, Verdict.GRANTED)),),
            ((words("ask-raise", limit=raised), Decide(number, Verdict.RAISED)),),
            (
                (words("ask-decline"), Decide(number, Verdict.DECLINED)),
                (words("card-limits"), Card(seen.subject)),
            ),
        ),
    )


def _raised(limit: Limit) -> Limit:
    return Limit(
        subject=limit.subject,
        unit=limit.unit,
        window=limit.window,
        amount=limit.amount * 2 or LEAST[limit.unit],
    )


async def on_decide(pressed: Pressed, press: Decide) -> Outcome:
    """Grant once, raise, or decline; the one who asked hears of it."""
    services, words = pressed.services, pressed.words
    wish = await services.database.run(asks.find, press.ask_id)
    if wish is None or wish.verdict is not Verdict.OPEN or press.verdict not in SAID:
        return _put_aside(pressed, words("ask-decided"))
    seen = await subjects.sheet(services, Subject(wish.subject))
    limit = seen.limit(wish.unit, wish.window)
    if limit is None:
        return _put_aside(pressed, words("ask-gone"))
    given = _given(press.verdict, limit, wish.id)
    decide = partial(asks.decide, by=pressed.user.id, given=given)
    if not await services.database.run(decide, wish.id, press.verdict):
        return Outcome(words("ask-decided"))
    who = await subjects.named(services, f"user:{wish.user_id}", words)
    await _answer(services, wish, given, press.verdict)
    told = words(TOLD[press.verdict], who=who, what=_what(given, words))
    return Outcome(told, View(told, (((words("card-limits"), Card(Subject(wish.subject))),),)))


def _put_aside(pressed: Pressed, why: str) -> Outcome:
    return Outcome(why, View(f"{pressed.shown}\n\n{why}"))


async def _answer(
    services: Services, wish: Ask, given: Limit | Gift | None, verdict: Verdict
) -> None:
    """Tell the one who asked what an admin said, where they asked."""
    theirs = await services.words_of(wish.user_id)
    said = theirs(SAID[verdict], what=_what(given, theirs))
    if wish.place.is_group:
        said = f"{await subjects.named(services, f'user:{wish.user_id}', theirs)}: {said}"
    await services.tell_person(wish.user_id, said, place=wish.place)


def _given(verdict: Verdict, limit: Limit, number: int) -> Limit | Gift | None:
    """What a verdict gives."""
    match verdict:
        case Verdict.GRANTED:
            return Gift(
                key=f"ask {number}",
                subject=limit.subject,
                unit=limit.unit,
                amount=limit.amount or LEAST[limit.unit],
                expires_ms=None,
            )
        case Verdict.RAISED:
            return _raised(limit)
        case _:
            return None


def _what(given: Limit | Gift | None, words: Words) -> str:
    """What was given, in words."""
    match given:
        case Limit():
            return amounts.limit(given, words)
        case Gift():
            return amounts.written(given.unit, given.amount, words)
        case None:
            return ""
