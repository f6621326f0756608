"""Text and photos."""

from collections.abc import Sequence

from bot import links
from bot.visible import is_blank
from handlers import answering, many, photos
from handlers.context import Context
from handlers.mentions import together, words_of
from handlers.photos import Fetch


async def on_text(context: Context, fetch: Fetch = links.fetched) -> None:
    """Answer a text, and look at what it links to or replies to."""
    words = words_of(context)
    if many.are_many(context):
        await many.answer(context, words)
        return
    seen = await photos.seen(context, fetch)
    if is_blank(together(words)) and not (seen.images or seen.lost):
        await context.say(context.words("answer-nothing-to-read"))
        return
    await _look(context, words, seen)


async def ask(context: Context) -> None:
    """Answer what stands behind the command: in a group it need not name the bot."""
    if photos.is_picture(context.message):
        await on_photos(context)
    else:
        await on_text(context)


async def on_photos(context: Context) -> None:
    """Answer a photo, an album, an image file or a sticker, with or without a caption."""
    words = words_of(context)
    if many.are_many(context):
        await many.answer(context, words)
    else:
        await _look(context, words, await photos.seen(context))


async def on_anything_else(context: Context) -> None:
    """Say what can be read, and what cannot."""
    await context.say(context.words("answer-not-yet"))


async def _look(context: Context, words: Sequence[str], seen: photos.Seen) -> None:
    """Say what could not be used; answer with what could, where there is any of it."""
    if seen.lost:
        await context.say("\n\n".join(seen.lost))
    if not seen.is_blind:
        await answering.answer(context, words, seen.images)
