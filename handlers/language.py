"""`/language`: in which language the bot speaks to somebody."""

from functools import partial

from bot.words import LANGUAGES, Words
from handlers.context import Context, Pressed, Services
from handlers.presses import Speak, Word
from handlers.views import Outcome, View
from storage import preferences
from storage.records import Person

OWN_NAMES = {"en": "English", "zh": "中文", "ru": "Русский"}
AS_IN_TELEGRAM = "-"


async def language(context: Context) -> None:
    """Offer the languages, or speak the one that is named from now on."""
    match [word.lower() for word in context.arguments]:
        case []:
            await context.show(await _choice(context.services, context.person))
        case [code] if code in LANGUAGES:
            words = await _chosen(context.services, context.person, code)
            await context.say(words("language-set"))
        case _:
            await context.say(context.words("language-unknown"))


async def on_speak(pressed: Pressed, press: Speak) -> Outcome:
    """Speak the language that was pressed; in a group, with the one who pressed."""
    code = str(press.language)
    if code not in {*LANGUAGES, AS_IN_TELEGRAM}:
        return Outcome(pressed.words("language-unknown"))
    words = await _chosen(pressed.services, pressed.person, code)
    return Outcome(words("language-set"), View(words("language-set")))


async def _chosen(services: Services, person: Person, code: str) -> Words:
    """Keep what somebody chose; says how they are spoken to from now on."""
    value = None if code == AS_IN_TELEGRAM else code
    await services.database.run(preferences.choose, person.user_id, "language", value)
    return await services.words_of(person.user_id)


async def _choice(services: Services, person: Person) -> View:
    """The languages, each a button, with a mark on what holds."""
    chosen = await services.database.run(preferences.of, person.user_id)
    words = services.words_in(person.language)
    current = chosen.get("language", AS_IN_TELEGRAM)
    label = partial(_label, current)
    languages = tuple((label(code, OWN_NAMES[code]), Speak(Word(code))) for code in LANGUAGES)
    as_in_telegram = label(AS_IN_TELEGRAM, words("language-of-telegram"))
    last = ((as_in_telegram, Speak(Word(AS_IN_TELEGRAM))),)
    return View(words("language-which"), (languages, last))


def _label(current: str, code: str, name: str) -> str:
    return f"• {name}" if code == current else name
