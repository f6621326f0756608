"""What anyone may command."""

from handlers import access
from handlers.context import Context
from storage import history

HELLO = (
    "Hello, {name}! Ask me anything, or send me a photo and ask about it. "
    "I remember what we talked about until you say /new."
)
AFRESH = "A fresh start: I have put aside what we talked about."
AFRESH_ALREADY = "This is a fresh start already."
UNKNOWN = "I do not know that command. /help says which there are."
PRIVACY = (
    "What you write and send me, and what I answer, is kept in the database of whoever runs this "
    "bot, with your id and name, and sent to the model that answers: {model} at {host}. With each "
    "question goes the part of our conversation since the last /new. What each answer cost is "
    "kept too, to hold the limits. Nothing of what you say is written to a log. To have it "
    "erased, ask whoever runs this bot."
)


async def start(context: Context) -> None:
    """Say hello, and to an admin also who waits to be let in."""
    await context.say(HELLO.format(name=context.person.name))
    if context.is_admin:
        await access.tell_who_waits(context)


async def new(context: Context) -> None:
    """Begin the conversation afresh."""
    had_begun = await context.services.database.run(history.begin_afresh, context.place)
    await context.say(AFRESH if had_begun else AFRESH_ALREADY)


async def privacy(context: Context) -> None:
    """Say what is kept, where, and who else sees it."""
    settings = context.services.settings
    host = settings.openai_base_url.split("/")[2]
    models = " or ".join(filter(None, [settings.look_first, settings.model]))
    await context.say(PRIVACY.format(model=models, host=host))


async def unknown(context: Context) -> None:
    """Answer a command that there is not."""
    await context.say(UNKNOWN)
