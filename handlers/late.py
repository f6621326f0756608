"""What was said so long ago that an answer would only surprise."""

from datetime import timedelta

from telegram import Message

from handlers import amounts
from handlers.context import Services, place_of


def is_late(services: Services, message: Message) -> bool:
    """Whether a message is older than MAX_AGE."""
    return services.clock() - (message.edit_date or message.date) > _longest(services)


async def excuse(services: Services, message: Message) -> None:
    """Say that the bot was away: once in each chat, however much was written there."""
    place, now = place_of(message), services.clock()
    told = services.excused.get(place)
    if told is None or now - told > _longest(services):
        services.excused[place] = now
        author = message.from_user
        words = await services.words_of(author.id) if author else services.words_in(None)
        span = amounts.span(now + _longest(services), now, words)
        await services.tell(place, words("answer-late", span=span))


def _longest(services: Services) -> timedelta:
    return timedelta(hours=services.settings.max_age)
