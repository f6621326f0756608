"""What anyone may command."""

from handlers import access
from handlers.context import Context
from storage import history


async def start(context: Context) -> None:
    """Say hello, and to an admin also who waits to be let in."""
    await context.say(context.words("command-hello", name=context.person.name))
    if context.is_admin:
        await access.tell_who_waits(context)


async def new(context: Context) -> None:
    """Begin the conversation afresh."""
    had_begun = await context.services.database.run(history.begin_afresh, context.place)
    message = "command-afresh" if had_begun else "command-afresh-already"
    await context.say(context.words(message))


async def privacy(context: Context) -> None:
    """Say what is kept, where, and who else sees it."""
    models = context.services.models
    asked = filter(None, [models.looks_first, *models.offered])
    told = dict.fromkeys(
        context.words("command-model", model=model.name, host=model.host) for model in asked
    )
    either = context.words("command-or").join(told)
    await context.say(context.words("command-privacy", models=either))


async def unknown(context: Context) -> None:
    """Answer a command that there is not."""
    await context.say(context.words("command-unknown"))
