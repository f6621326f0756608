"""Everybody is spoken to in their language."""

from decimal import Decimal
from typing import Any

import pytest
from telegram import BotCommandScopeChat

from bot.app import running
from bot.grammar import read_limits
from bot.settings import Offer, Price, Settings
from bot.words import words_in
from handlers.context import Services
from playground.people import Chat, Person
from playground.world import World
from tests.conftest import ADA
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone
from tests.test_many import album, described, sends_zip, table

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

    assert await alice.is_answered(alice.forges("speak xx")) == english("button-unknown")


async def test_what_an_english_user_asks_for_comes_to_a_russian_admin_in_russian(
    settings: Settings, admin: Someone, alice: Someone
) -> None:
    async with running(settings.but(limits=read_limits("1 request/day"))):
        admin.says("/language ru")
        await admin.sees(russian("language-set"))
        alice.says("One")
        await alice.sees("You said: One")
        alice.says("Two")
        await alice.sees_words("Your limit of 1 request/day has no room for this: 1 request used.")
        alice.presses(english("ask-for-more"))
        await admin.sees_words(
            "Alice (@alice) просит ещё. Личный лимит (1 запрос в день), использовано: 1 запрос."
        )
        admin.presses("Добавить разово 1 запрос")

        await admin.sees("Alice (@alice): добавлено разово: 1 запрос.")
        await alice.sees(english("ask-said-granted", what="1 request"))


async def test_money_is_written_as_each_language_writes_it(
    settings: Settings, olga: Someone, mei: Someone
) -> None:
    async with running(settings.but(limits=read_limits("2.50 usd/day, 100k tokens/month"))):
        olga.says("/usage")
        mei.says("/usage")

        await olga.sees_words("2,50 USD в день", "100 тыс. токенов в месяц", "осталось 2,50")
        await mei.sees_words("每天 2.50 USD", "每月 100k 个 token", "剩余 2.50")


async def test_a_russian_chooses_models_personas_and_costs_in_russian(
    settings: Settings, olga: Someone
) -> None:
    price = Price(input=Decimal("0.1"), output=Decimal(2))
    offered = settings.but(
        models={"gpt-6-sol": Offer(title="Sol"), "gpt-4o-mini": Offer(sees=False)},
        prices={settings.model: price},
    )
    async with running(offered):
        olga.says("/model")
        card = await olga.sees_words("0,10 и 2", "картинки не смотрит", "цена неизвестна")
        olga.says("/model nobody")
        await olga.sees(russian("model-nobody", name="nobody"))
        olga.says("/persona Ты пират.")
        await olga.sees_words("Моя роль здесь, как вы её описали:\n«Ты пират.»")
        olga.says("/persona " + "я" * 2001)
        await olga.sees_words("Здесь 2\N{NO-BREAK SPACE}001 знак, а описание")
        olga.says("/cost")
        await olga.sees(russian("cost-hidden"))
        olga.presses("Показывать")
        await olga.sees(russian("cost-shown"))
        olga.says("Привет")
        await olga.sees_words("You said: Привет", "USD · ", "токен")

    assert f"Здесь отвечает {settings.model}." in card


async def test_a_job_speaks_the_language_of_who_sent_the_pictures(
    bot: Services, world: World, mei: Someone, model: FakeOpenAI
) -> None:
    model.reacts = described
    sends_zip(mei, album(2) | {"bad.jpg": b"no picture"})
    await mei.sees_words("已描述：2/3。", "未处理：1 个，原因见文件。")

    [bad] = [each for each in table(world, mei) if each["名称"] == "bad.jpg"]
    assert bad["描述"] == chinese("job-why-unreadable")


async def test_a_zip_file_is_taken_or_refused_in_the_language_of_who_sent_it(
    bot: Services, mei: Someone, olga: Someone
) -> None:
    sends_zip(olga, album(1), caption=None)
    await olga.sees(russian("job-offer", name="trip.zip"))
    sends_zip(mei, {"notes.txt": b""})

    await mei.sees(chinese("error-zip-without"))


async def test_the_menu_speaks_the_language_of_telegram(bot: Services) -> None:
    get, mine = bot.bot.get_my_commands, BotCommandScopeChat(ADA.id)

    for code, words in (("", english), ("en", english), ("ru", russian), ("zh", chinese)):
        everybodys, admins = await get(language_code=code), await get(mine, language_code=code)
        assert everybodys[0].description == words("menu-start")
        assert admins[-1].description == words("menu-unban")


def labels(message: dict[str, Any]) -> list[str]:
    """What the buttons below a message say."""
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]
