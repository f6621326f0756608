"""Text and photos."""

from bot import links
from bot.visible import is_blank
from handlers import answering, photos
from handlers.context import Context
from handlers.mentions import without_name
from handlers.photos import Fetch


async def on_text(context: Context, fetch: Fetch = links.fetched) -> None:
    """Answer a text, and look at what it links to or replies to."""
    text = without_name(context, [context.message])
    seen = await photos.seen(context, fetch)
    if is_blank(text) and not (seen.images or seen.lost):
        await context.say(context.words("answer-nothing-to-read"))
        return
    await _look(context, text, seen)


async def on_photos(context: Context) -> None:
    """Answer a photo, an album, an image file or a sticker, with or without a caption."""
    messages = [each for each in context.album if photos.is_picture(each)]
    caption = without_name(context, messages)
    await _look(context, caption, await photos.seen(context))


async def on_anything_else(context: Context) -> None:
    """Say what can be read, and what cannot."""
    await context.say(context.words("answer-not-yet"))


async def _look(context: Context, text: str, seen: photos.Seen) -> None:
    """Say what could not be used; answer with what could, where there is any of it."""
    if seen.lost:
        await context.say("\n\n".join(seen.lost))
    if not seen.is_blind:
        await answering.answer(context, text, seen.images)
