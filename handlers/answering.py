"""A question put to the model, and its answer in the chat."""

from bot.assistant import Prompt
from bot.quota import PriceUnknown, QuotaExceeded
from bot.replies import LiveReply
from handlers import asking, errors, notices
from handlers.context import Context
from storage.records import Image


async def answer(context: Context, text: str, seen: tuple[Image, ...]) -> None:
    """Ask the model, and show its answer as it grows; say why, where there is none."""
    services = context.services
    reply = LiveReply(
        services.bot,
        services.outgoing,
        asked=context.message,
        place=context.place,
        interval=services.settings.edit_interval * (3 if context.place.is_group else 1),
    )
    prompt = Prompt(
        update_id=context.update_id,
        attempt=context.attempt,
        place=context.place,
        user_id=context.person.user_id,
        text=text,
        images=seen,
    )
    try:
        answer = await services.assistant.answer(prompt, reply)
        await reply.finish(errors.note(answer))
    except errors.TOLD as error:
        await _refuse(context, reply, error)
    else:
        await notices.tell(context, answer.notices)
    finally:
        await reply.abandon()
    await notices.tell_news(services)


async def _refuse(context: Context, reply: LiveReply, error: Exception) -> None:
    """Say why there is no answer, and what can be done about it."""
    more = None
    if isinstance(error, QuotaExceeded):
        more = asking.offer(context.services, context.person.user_id, error.limit)
    await reply.finish(errors.words(error, context.now), more)
    if isinstance(error, PriceUnknown):
        await notices.tell_of_unknown_price(context, error.model)
