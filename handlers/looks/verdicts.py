"""Whether a picture can be shown: the provider says, the model, and where in doubt a person."""

from collections.abc import Mapping
from functools import partial

from bot import looks
from bot.looks import Way
from handlers import answering
from handlers.admin import subjects
from handlers.context import Context, Pressed, Services, replied_to
from handlers.looks.presses import Exhibit, Judge
from handlers.views import Outcome, View, lines
from storage import cases
from storage.cases import Case, Finding
from storage.records import Image

REFERRED = "I am not sure about this one, so an admin will decide. You will hear from me."
CARD = "Is this picture of {who} fine?"
MODEL_UNSURE = "The model is not sure."
DOUBTS = "The provider's moderation is in doubt about: {doubts}."
LABELS = {Finding.FIT: "Fine", Finding.UNFIT: "Not fine"}
SHOW = "Show"
SAID = {
    Finding.FIT: "An admin has looked at your picture: it is fine.",
    Finding.UNFIT: "An admin has looked at your picture: it is not fine, please do not show it.",
}
TOLD = {
    Finding.FIT: "{who}: the picture is fine.",
    Finding.UNFIT: "{who}: the picture is not fine.",
}
DECIDED = "That is decided already."
NO_PICTURE = "I do not have that picture any more."
SHOWN = "Here it is."
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
    answered = await answering.answer(context, asked, pictures)
    if answered is not None and (looks.doubts(scores or {}) or looks.is_unsure(answered.text)):
        await _refer(context, answered.text, scores or {})


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
        shown = await _card(services, case, answer, scores)
        if not await services.tell_admins(shown.words, shown.markup):
            return
        await services.database.run(cases.known, case.id)
    await context.say(REFERRED)


async def _card(services: Services, case: Case, answer: str, scores: Mapping[str, float]) -> View:
    """What an admin sees: whose it is, what the model says of it; the picture only on demand."""
    who = await subjects.named(services, f"user:{case.user_id}")
    doubts = ", ".join(f"{name} {scores[name]:.2f}" for name in looks.doubts(scores))
    why = lines(
        CARD.format(who=who),
        MODEL_UNSURE if looks.is_unsure(answer) else "",
        DOUBTS.format(doubts=doubts) if doubts else "",
    )
    words = f"{why}\n\n{answer.replace('**', '')[:LONGEST]}"
    findings = tuple((label, Judge(case.id, finding)) for finding, label in LABELS.items())
    return View(words, (findings, ((SHOW, Exhibit(case.id)),)))


async def on_judge(pressed: Pressed, press: Judge) -> Outcome:
    """Decide a case; the one who asked hears of it."""
    services = pressed.services
    if press.finding not in SAID:
        return Outcome(DECIDED)
    case = await services.database.run(
        cases.decide,
        press.case_id,
        press.finding,
        by=pressed.user.id,
        update_id=pressed.update_id,
    )
    if case is None:
        return Outcome(DECIDED, View(f"{pressed.shown}\n\n{DECIDED}"))
    who = await subjects.named(services, f"user:{case.user_id}")
    said = SAID[press.finding]
    told = f"{who}: {said}" if case.place.is_group else said
    await services.tell_person(case.user_id, told, place=case.place)
    words = TOLD[press.finding].format(who=who)
    return Outcome(words, View(words, (((SHOW, Exhibit(case.id)),),)))


async def on_exhibit(pressed: Pressed, press: Exhibit) -> Outcome:
    """Show an admin the pictures of a case."""
    run = pressed.services.database.run
    case = await run(cases.find, press.case_id)
    pictures = [] if case is None else await run(cases.pictures, case)
    if not pictures:
        return Outcome(NO_PICTURE)
    return Outcome(SHOWN, then=partial(_send, pressed, pictures))


async def _send(pressed: Pressed, pictures: list[bytes]) -> None:
    services, chat_id = pressed.services, pressed.place.chat_id
    for picture in pictures:
        send = partial(services.bot.send_photo, chat_id, picture)
        await services.outgoing.send(send, to=chat_id, is_repeatable=False)
