"""Stop, go on, try again: what is done about an answer that is there, or is growing."""

from functools import partial

from bot.replies.drafts import number_of
from handlers import access, answering, many, photos
from handlers.answer_presses import GoOn, Redo, Stop
from handlers.context import Context, Pressed, Services
from handlers.looks import verdicts
from handlers.mentions import said, spoken
from handlers.views import Outcome
from storage import redo
from storage.records import Image, Turn

# What the model is told; it stands in the conversation like any question.
PLEASE_GO_ON = (
    "Your last answer broke off. Go on exactly where it ended, without repeating any of it. "
    "If it ended within a block of code, open that block again."
)


async def stop(context: Context) -> None:
    """Stop the answer that is growing, or else the photos that are being described."""
    is_idle = context.services.assistant.growing.answering(context.place) is None
    if is_idle and await many.stopped_here(context):
        return
    if told := await _stopped(context):
        await context.say(told)


async def on_stop(pressed: Pressed, press: Stop) -> Outcome:
    """Stop the answer that the button belongs to, and none that has begun since."""
    place = pressed.place
    if pressed.services.assistant.growing.answers(place.chat_id).get(place) != press.update_id:
        return Outcome(pressed.words("redo-nothing-to-stop"))
    return Outcome(await _stopped(pressed))


def on_draft_stopped(told: object, services: Services) -> None:
    """Stop the answer whose draft was stopped by Telegram's own button.

    Only who asked sees a draft. Of one that is not growing any more nothing need be said.
    """
    match told:
        case {"chat": {"id": int(chat_id)}, "draft_id": int(number)}:
            for place, update_id in services.assistant.growing.answers(chat_id).items():
                if number_of(update_id) == number:
                    services.assistant.growing.stop(place)


async def _stopped(by: Context | Pressed) -> str:
    """Stop what grows where somebody is, if they may; else words about it."""
    growing = by.services.assistant.growing
    asker = growing.answering(by.place)
    if asker is None:
        return by.words("redo-nothing-to-stop")
    if asker != by.person.user_id and not await access.is_group_admin(by):
        return by.words("redo-not-yours-to-stop")
    # While Telegram was asked it may have ended, and somebody else's begun.
    if growing.answering(by.place) == asker:
        growing.stop(by.place)
    return ""


async def retry(context: Context) -> None:
    """Have the last question answered anew."""
    turn = await _last(context)
    if turn is None:
        await context.say(context.words("redo-nothing"))
    elif not _may(context, turn):
        await context.say(context.words("redo-not-yours"))
    else:
        await _redo(context, turn)


async def on_redo(pressed: Pressed, press: Redo) -> Outcome:
    """Have the question answered anew whose answer the button stands below."""
    turn, message = await _last(pressed), pressed.message
    if turn is None or message is None or turn.update_id != press.update_id:
        return Outcome(pressed.words("redo-not-newest"))
    if not _may(pressed, turn):
        return Outcome(pressed.words("redo-not-yours"))
    return Outcome(then=partial(_redo, pressed.as_context(message), turn))


async def on_go_on(pressed: Pressed, press: GoOn) -> Outcome:
    """Let the model go on where its answer broke off."""
    turn, message = await _last(pressed), pressed.message
    if turn is None or message is None or turn.update_id != press.update_id:
        return Outcome(pressed.words("redo-not-newest"))
    return Outcome(then=partial(answering.answer, pressed.as_context(message), (PLEASE_GO_ON,)))


async def on_edit(context: Context) -> None:
    """Answer anew what was asked last, if it says something else now."""
    turn = await _last(context)
    if turn is None or context.message.message_id not in turn.asked_ids:
        return
    words, images = _edited(context, turn), turn.message.images
    if len(turn.asked_ids) == 1:
        images = (await photos.seen(context)).images
    if spoken(context, words) != turn.message.text or _hashes(images) != _hashes(
        turn.message.images
    ):
        await answering.answer(context, words, images, instead_of=turn)


def _edited(context: Context, turn: Turn) -> list[str]:
    """What the messages of a question say, now that one of them says something else."""
    if len(turn.asked_words) != len(turn.asked_ids):  # by the time, that was not written down
        return [said(context, context.message)]
    words = list(turn.asked_words)
    words[turn.asked_ids.index(context.message.message_id)] = said(context, context.message)
    return words


async def _redo(context: Context, turn: Turn) -> None:
    answered = await answering.answer(context, None, turn.message.images, instead_of=turn)
    await verdicts.judged(context, turn.message.text, answered)


def _hashes(images: tuple[Image, ...]) -> list[str]:
    return [image.sha256 for image in images]


async def _last(by: Context | Pressed) -> Turn | None:
    return await by.services.database.run(redo.last, by.place, besides=by.update_id)


def _may(by: Context | Pressed, turn: Turn) -> bool:
    return turn.user_id == by.person.user_id or by.is_admin
