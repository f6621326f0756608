"""A question put to the model, and its answer in the chat."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.answers import Answer, Ending
from bot.assistant import Prompt
from bot.outgoing import Kind
from bot.quota import PriceUnknown, QuotaExceeded
from bot.replies import Growth, LiveReply
from handlers import asking, errors, notices
from handlers.answer_presses import GoOn, Redo, Stop
from handlers.choosing import cost, persona, wishes
from handlers.context import Context, Services
from handlers.looks import card
from handlers.mentions import spoken
from handlers.views import View, lines
from storage.records import Image, Place, Turn

# Answers that are not over, though they end.
BROKEN_OFF = {Ending.LENGTH, Ending.BRIEF, Ending.CUT, Ending.LATE, Ending.STOPPED}


async def answer(
    context: Context,
    words: Sequence[str] | None,
    images: tuple[Image, ...] = (),
    *,
    instead_of: Turn | None = None,
) -> Answer | None:
    """Ask the model, and show its answer as it grows; say why, where there is none.

    `words` is what each message says that asks; None: the same as what is replaced.

    It takes the place of `instead_of`, in the chat and in the conversation, if there is one.
    """
    asked_ids = instead_of.asked_ids if instead_of else _numbers(context)
    if words is None:
        assert instead_of is not None
        text, asked_words = instead_of.message.text, instead_of.asked_words
    else:
        text, asked_words = spoken(context, words), tuple(words)
    prompt = Prompt(
        update_id=context.update_id,
        attempt=context.attempt,
        place=context.place,
        user_id=context.person.user_id,
        text=text,
        images=images,
        asked_ids=asked_ids,
        asked_words=asked_words,
        replaces=None if instead_of is None else instead_of.update_id,
        received_ms=context.received_ms,
        model=context.choice.model,
        persona=persona.prompt(context.services, context.choice),
    )
    quoted = next(iter(asked_ids), context.message.message_id)
    reply = _reply(context, quoted)
    answered: Answer | None = None
    async with _tidying(context, reply, instead_of):
        try:
            answered = await context.services.assistant.answer(prompt, reply)
            adorned = await reply.finish(_whole(context, answered), _below(context, answered))
            if answered.ended_at is not None:
                context.services.metrics.shown(answered.ended_at)
            if adorned is not None and not context.place.is_group:
                context.services.newest[context.place] = adorned
        except errors.TOLD as error:
            await _refuse(context, reply, error, prompt, instead_of)
        else:
            await notices.tell(context, answered.notices)
        finally:
            await reply.abandon()
    await notices.tell_news(context.services)
    return answered


def _whole(context: Context, answered: Answer) -> str:
    """An answer with all that is said below it."""
    words, shows_cost = context.words, context.choice.shows_cost
    below = [cost.line(answered.cost, words)] if shows_cost and answered.cost else []
    return "\n\n".join([errors.note(answered, words), *below])


def _numbers(context: Context) -> tuple[int, ...]:
    """The messages that ask; none, if a button does."""
    me = context.services.me
    return tuple(each.message_id for each in context.album if each.from_user != me)


def _reply(context: Context, quoted: int) -> LiveReply:
    """Where the answer grows, with a button to stop it."""
    services, place, words = context.services, context.place, context.words
    settings = services.settings
    is_drafted = wishes.grows_as_draft(context.choice, settings)
    growth = Growth(
        interval=services.interval(place),
        buttons=View("", (((words("answer-stop"), Stop(context.update_id)),),)).markup,
        slow_after=settings.slow_after,
        slow=words("answer-slow"),
        looking=words("answer-looking"),
        draft=services.drafts.draft(place, context.update_id, is_wanted=is_drafted),
        rich=services.rich if context.choice.is_rich else None,
    )
    # In a group it must be seen whose question is answered.
    return LiveReply(
        services.bot,
        services.outgoing,
        place=place,
        quoted=quoted if place.is_group else None,
        growth=growth,
    )


def _below(context: Context, answered: Answer) -> InlineKeyboardMarkup | None:
    """The buttons below an answer: in groups only where something is amiss."""
    is_broken_off = answered.ending in BROKEN_OFF and bool(answered.text)
    go_on = ((context.words("answer-go-on"), GoOn(context.update_id)),) if is_broken_off else ()
    redo = ((context.words("answer-retry"), Redo(context.update_id)),)
    is_fine = answered.ending is Ending.WHOLE
    return View("", () if is_fine and context.place.is_group else ((*go_on, *redo),)).markup


async def _refuse(
    context: Context,
    reply: LiveReply,
    error: Exception,
    prompt: Prompt,
    instead_of: Turn | None,
) -> None:
    """Say why there is no answer, and what can be done about it.

    An answer that was to be replaced stays as it is, and the words stand below.
    """
    told = errors.worded(error, context.now, context.words)
    match error:
        case QuotaExceeded():
            more = asking.offer(context.services, context.person, error.limit)
            eye = context.eye.name
            told = lines(told, card.cheaper(error, eye, prompt.images, context.words))
        case PriceUnknown():
            more = None
        case _:
            failed = instead_of.update_id if instead_of else context.update_id
            more = View("", (((context.words("answer-retry"), Redo(failed)),),)).markup
    if instead_of is not None and instead_of.is_answered:
        await reply.settle()
        await context.say(told, more if isinstance(error, QuotaExceeded) else None)
    else:
        await reply.finish(told, more)
    if isinstance(error, PriceUnknown):
        await notices.tell_of_unknown_price(context, error.model)


@asynccontextmanager
async def _tidying(
    context: Context, reply: LiveReply, instead_of: Turn | None
) -> AsyncIterator[None]:
    """Take the buttons away from below the newest answer, once there are words of another."""
    tidying = asyncio.create_task(_tidy(context.services, context.place, reply, instead_of))
    try:
        yield
    except asyncio.CancelledError:
        tidying.cancel()
        raise
    finally:
        if not reply.has_words.is_set():
            tidying.cancel()
        await asyncio.gather(tidying, return_exceptions=True)


async def _tidy(
    services: Services, place: Place, reply: LiveReply, instead_of: Turn | None
) -> None:
    await reply.has_words.wait()
    message_id = services.newest.pop(place, None)
    if message_id is None or instead_of is not None:
        return
    edit = partial(services.bot.edit_message_reply_markup, place.chat_id, message_id)
    with suppress(TelegramError):  # they say themselves that they are old
        await services.outgoing.offer(edit, to=place.chat_id, kind=Kind.EXTRA)
