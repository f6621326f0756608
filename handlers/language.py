"""`/language`: in which language the bot speaks to somebody."""

from bot.words import Words
from handlers.context import Context, Pressed, Services
from handlers.tongues import Speak, Tongue
from handlers.views import Button, Outcome, View
from storage import preferences
from storage.records import Person

OWN_NAMES = {Tongue.ENGLISH: "English", Tongue.CHINESE: "中文", Tongue.RUSSIAN: "Русский"}


async def language(context: Context) -> None:
    """Offer the languages, or speak the one that is named from now on."""
    match [word.lower() for word in context.arguments]:
        case []:
            await context.show(await _choice(context.services, context.person))
        case [code] if code in list(Tongue):
            words = await _chosen(context.services, context.person, Tongue(code))
            await context.say(words("language-set"))
        case _:
            await context.say(context.words("language-unknown"))


async def on_speak(pressed: Pressed, press: Speak) -> Outcome:
    """Speak the language that was pressed; in a group, with the one who pressed."""
    words = await _chosen(pressed.services, pressed.person, press.tongue)
    return Outcome(words("language-set"), View(words("language-set")))


async def _chosen(services: Services, person: Person, tongue: Tongue) -> Words:
    """Keep what somebody chose; says how they are spoken to from now on."""
    value = None if tongue is Tongue.TELEGRAM else str(tongue)
    await services.database.run(preferences.choose, person.user_id, "language", value)
    return await services.words_of(person.user_id)


async def _choice(services: Services, person: Person) -> View:
    """The languages, each a button, with a mark on what holds."""
    chosen = await services.database.run(preferences.of, person.user_id)
    words = services.words_in(person.language)
    current = chosen.get("language", Tongue.TELEGRAM)
    languages = tuple(_button(tongue, name, current) for tongue, name in OWN_NAMES.items())
    as_in_telegram = _button(Tongue.TELEGRAM, words("language-of-telegram"), current)
    return View(words("language-which"), (languages, (as_in_telegram,)))


def _button(tongue: Tongue, name: str, current: str) -> Button:
    return (f"• {name}" if tongue == current else name, Speak(tongue))
