"""`/persona`: as whom the model answers in a chat or topic."""

from bot.models import mark
from bot.settings import Persona
from bot.visible import is_blank, repaired
from handlers import access
from handlers.choosing.model import CHOSEN
from handlers.choosing.presses import PickPersona
from handlers.context import Context, Pressed, Services
from handlers.views import Outcome, View, in_rows, lines
from storage import choices
from storage.choices import Choice

NONE = 0
LONGEST = 2_000


async def show_or_choose(context: Context) -> None:
    """Show the personas to choose from, or be the one that is named or described."""
    said, words = _described(context), context.words
    if is_blank(said):
        await context.show(_view(context, context.choice))
    elif not await access.is_group_admin(context):
        await context.say(words("choice-admins-only"))
    elif len(said) > LONGEST:
        await context.say(words("persona-too-long", length=len(said), longest=LONGEST))
    else:
        name = _called(context.services, said)
        choice = Choice(persona=name, words=None if name else said)
        await _choose(context, choice)
        await context.show(_view(context, choice))


async def on_pick(pressed: Pressed, press: PickPersona) -> Outcome:
    """Choose a persona by its button."""
    services = pressed.services
    name = next((each for each in services.settings.personas if mark(each) == press.mark), None)
    if pressed.message is None or (name is None and press.mark != NONE):
        return Outcome(pressed.words("persona-gone"))
    if not await access.is_group_admin(pressed):
        return Outcome(pressed.words("choice-admins-only"))
    choice = Choice(persona=name)
    await _choose(pressed, choice)
    return Outcome(view=_view(pressed, choice))


def prompt(services: Services, choice: Choice) -> str:
    """The system prompt that was chosen; "" for the usual one."""
    persona = services.settings.personas.get(choice.persona or "")
    return choice.words or (persona.text if persona else "")


async def _choose(by: Context | Pressed, choice: Choice) -> None:
    run = by.services.database.run
    await run(choices.choose_persona, by.place, choice.persona, choice.words)


def _described(context: Context) -> str:
    """What stands behind the command, with its lines as they are."""
    _, *rest = (context.message.text or "").split(maxsplit=1)
    return repaired("".join(rest)).strip()


def _called(services: Services, words: str) -> str | None:
    """The persona that is called so, if one is."""
    wanted = words.casefold()
    personas = services.settings.personas
    return next(
        (name for name in personas if wanted in {name, _title(name, personas[name]).casefold()}),
        None,
    )


def _title(name: str, persona: Persona) -> str:
    return persona.title or name


def _view(by: Context | Pressed, choice: Choice) -> View:
    """The personas, and which one it is here."""
    personas, words = by.services.settings.personas, by.words
    persona = personas.get(choice.persona or "")
    if choice.words:
        here = words("persona-own", text=choice.words)
    else:
        who = _title(choice.persona or "", persona) if persona else words("persona-usual")
        here = words("persona-here", who=who)
    is_usual = not choice.words and persona is None
    buttons = [
        (f"{CHOSEN if each is persona else ''}{_title(name, each)}", PickPersona(mark(name)))
        for name, each in personas.items()
    ]
    if personas or not is_usual:
        usually = words("persona-usually")
        buttons.append((f"{CHOSEN if is_usual else ''}{usually}", PickPersona(NONE)))
    how = words("persona-how" if personas else "persona-how-alone")
    return View(lines(here, how), in_rows(buttons, 2))
