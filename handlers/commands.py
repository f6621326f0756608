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
    "bot, with your id and name, and sent to the model that answers: {models}. With each question "
    "goes the part of our conversation since the last /new, in a group with the names of those who "
    "speak. What each answer cost is "
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
    models = context.services.models
    asked = filter(None, [models.looks_first, *models.offered])
    told = " or ".join(dict.fromkeys(f"{model.name} at {model.host}" for model in asked))
    await context.say(PRIVACY.format(models=told))


async def unknown(context: Context) -> None:
    """Answer a command that there is not."""
    await context.say(UNKNOWN)
