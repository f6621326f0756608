"""Whether a picture can be shown: the provider says, the model, and where in doubt a person."""

from collections.abc import Mapping
from functools import partial

from bot import looks
from bot.answers import Answer
from bot.looks import Way
from bot.words import Words
from handlers import answering
from handlers.admin import subjects, whom
from handlers.context import Context, Pressed, replied_to
from handlers.looks.presses import Exhibit, Judge
from handlers.views import Outcome, View, lines
from storage import cases
from storage.cases import Case, Finding
from storage.records import Image

LABELS = {Finding.FIT: "verdict-fit", Finding.UNFIT: "verdict-unfit"}
SAID = {Finding.FIT: "verdict-said-fit", Finding.UNFIT: "verdict-said-unfit"}
TOLD = {Finding.FIT: "verdict-told-fit", Finding.UNFIT: "verdict-told-unfit"}
# Of what the model says; buttons and the rest need some room too.
LONGEST = 3000


async def moderate(context: Context, wish: str, pictures: tuple[Image, ...]) -> None:
    """Judge pictures, and put them before the admins where that leaves doubts."""
    scores = await context.services.assistant.moderation(_about(context, wish), pictures)
    asked = looks.prompt(
        Way.MODERATE,
        language=context.language,
        wish=wish,
        facts=looks.told(scores) if scores else "",
    )
    answered = await answering.answer(context, (asked,), pictures)
    await judged(context, asked, answered)


async def judged(context: Context, asked: str, answered: Answer | None) -> None:
    """Put before the admins what leaves doubts, if it was a verdict that was asked for."""
    if answered is None or not looks.is_moderation(asked):
        return
    scores = looks.scores_in(asked)
    if looks.doubts(scores) or looks.is_unsure(answered.text):
        await _refer(context, answered.text, scores)


def _about(context: Context, wish: str) -> str:
    """What is said of the pictures: their caption, and what stands behind the command."""
    replied = replied_to(context.message)
    caption = (replied.caption if replied else None) or ""
    return "\n".join(filter(None, ["" if caption.startswith("/") else caption, wish]))


async def _refer(context: Context, answer: str, scores: Mapping[str, float]) -> None:
    """Let the admins decide, once for each question."""
    services = context.services
    opened = Case(update_id=context.update_id, user_id=context.person.user_id, place=context.place)
    case = await services.database.run(cases.bring, opened)
    if not case.is_known:
        who = whom.named(context.person)
        if not await services.tell_admins(partial(_card, case, who, answer, scores)):
            return
        await services.database.run(cases.known, case.id)
    await context.say(context.words("verdict-referred"))


def _card(case: Case, who: str, answer: str, scores: Mapping[str, float], words: Words) -> View:
    """What an admin sees: whose it is, what the model says of it; the picture only on demand."""
    doubts = ", ".join(f"{name} {scores[name]:.2f}" for name in looks.doubts(scores))
    why = lines(
        words("verdict-card", who=who),
        words("verdict-model-unsure") if looks.is_unsure(answer) else "",
        words("verdict-doubts", doubts=doubts) if doubts else "",
    )
    told = f"{why}\n\n{answer.replace('**', '')[:LONGEST]}"
    findings = tuple((words(label), Judge(case.id, finding)) for finding, label in LABELS.items())
    return View(told, (findings, ((words("verdict-show"), Exhibit(case.id)),)))


async def on_judge(pressed: Pressed, press: Judge) -> Outcome:
    """Decide a case; the one who asked hears of it."""
    services, words = pressed.services, pressed.words
    if press.finding not in SAID:
        return Outcome(words("ask-decided"))
    case = await services.database.run(
        cases.decide,
        press.case_id,
        press.finding,
        by=pressed.user.id,
        update_id=pressed.update_id,
    )
    if case is None:
        decided = words("ask-decided")
        return Outcome(decided, View(f"{pressed.shown}\n\n{decided}"))
    who = await subjects.named(services, f"user:{case.user_id}", words)
    theirs = await services.words_of(case.user_id)
    said = theirs(SAID[press.finding])
    told = f"{who}: {said}" if case.place.is_group else said
    await services.tell_person(case.user_id, told, place=case.place)
    verdict = words(TOLD[press.finding], who=who)
    return Outcome(verdict, View(verdict, (((words("verdict-show"), Exhibit(case.id)),),)))


async def on_exhibit(pressed: Pressed, press: Exhibit) -> Outcome:
    """Show an admin the pictures of a case."""
    run = pressed.services.database.run
    case = await run(cases.find, press.case_id)
    pictures = [] if case is None else await run(cases.pictures, case)
    if not pictures:
        return Outcome(pressed.words("verdict-no-picture"))
    return Outcome(pressed.words("verdict-shown"), then=partial(_send, pressed, pictures))


async def _send(pressed: Pressed, pictures: list[bytes]) -> None:
    services, chat_id = pressed.services, pressed.place.chat_id
    for picture in pictures:
        send = partial(services.bot.send_photo, chat_id, picture)
        await services.outgoing.send(send, to=chat_id, is_repeatable=False)
