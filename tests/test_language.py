"""Everybody is spoken to in their language."""

from typing import Any

import pytest
from telegram import BotCommandScopeChat

from bot.app import running
from bot.settings import Settings
from bot.words import words_in
from handlers.context import Services
from playground.people import Chat, Person
from playground.world import World
from tests.conftest import ADA
from tests.english import english
from tests.people import Someone

russian, chinese = words_in("ru"), words_in("zh")


def someone(world: World, number: int, name: str, code: str) -> Someone:
    person = Person(number, name, language_code=code)
    world.add_person(person)
    return Someone(world, person)


@pytest.fixture
def olga(world: World) -> Someone:
    return someone(world, 2001, "Ольга", "ru")


@pytest.fixture
def mei(world: World) -> Someone:
    return someone(world, 2002, "小美", "zh-hans")


async def test_a_russian_and_a_chinese_hear_their_language(
    bot: Services, olga: Someone, mei: Someone, alice: Someone
) -> None:
    olga.says("/start")
    mei.says("/start")
    alice.says("/start")

    await olga.sees(russian("command-hello", name="Ольга"))
    await mei.sees(chinese("command-hello", name="小美"))
    await alice.sees(english("command-hello", name="Alice"))


async def test_whose_language_nobody_has_translated_hears_that_of_the_setting(
    settings: Settings, world: World
) -> None:
    jan = someone(world, 2003, "Jan", "nl")

    async with running(settings.but(language="zh")):
        jan.says("/new")
        await jan.sees(chinese("command-afresh-already"))


async def test_a_language_that_is_chosen_holds_after_a_restart(
    settings: Settings, olga: Someone
) -> None:
    async with running(settings):
        olga.says("/language EN")
        await olga.sees(english("language-set"))

    async with running(settings):
        olga.says("/new")
        await olga.sees(english("command-afresh-already"))


async def test_a_language_is_chosen_by_a_button_and_given_up_again(
    bot: Services, olga: Someone
) -> None:
    olga.says("/language")
    asked = await olga.sees(russian("language-which"))
    assert labels(asked) == ["English", "中文", "Русский", "• Как в Telegram"]

    olga.presses("中文")
    await olga.sees(chinese("language-set"))
    olga.says("/language")
    asked = await olga.sees(chinese("language-which"))
    assert labels(asked) == ["English", "• 中文", "Русский", "跟随 Telegram"]

    olga.presses("跟随 Telegram")
    await olga.sees(russian("language-set"))


async def test_in_a_group_each_hears_their_own_language(
    bot: Services, world: World, group: Chat, alice: Someone, ben: Someone
) -> None:
    alice.in_chat(group).says("/language@teller_bot zh")
    await alice.in_chat(group).sees(chinese("language-set"))

    alice.in_chat(group).says("/new@teller_bot")
    await alice.in_chat(group).sees(chinese("command-afresh-already"))
    ben.in_chat(group).says("/new@teller_bot")
    await ben.in_chat(group).sees(english("command-afresh-already"))


async def test_a_language_that_there_is_not_is_refused(bot: Services, alice: Someone) -> None:
    alice.says("/language klingon")

    await alice.sees(english("language-unknown"))


async def test_a_forged_language_is_refused(bot: Services, alice: Someone) -> None:
    alice.says("/language")
    await alice.sees(english("language-which"))

    assert await alice.is_answered(alice.forges("speak xx")) == english("language-unknown")


async def test_the_menu_speaks_the_language_of_telegram(bot: Services) -> None:
    get, mine = bot.bot.get_my_commands, BotCommandScopeChat(ADA.id)

    for code, words in (("", english), ("en", english), ("ru", russian), ("zh", chinese)):
        everybodys, admins = await get(language_code=code), await get(mine, language_code=code)
        assert everybodys[0].description == words("menu-start")
        assert admins[-1].description == words("menu-unban")


def labels(message: dict[str, Any]) -> list[str]:
    """What the buttons below a message say."""
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]
