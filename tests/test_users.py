"""`/users`: who wrote to the bot, and what they spent."""

from typing import Any

import pytest

from bot import windows
from bot.settings import Plan, Settings
from bot.visible import on_one_line
from handlers.admin import users
from handlers.callbacks import packed
from handlers.context import Services
from handlers.presses import People, Word
from handlers.views import LONGEST, View
from storage import people, totals
from storage.money import Cost, Window
from storage.records import Person, Standing
from storage.roster import Order
from tests.conftest import ADA, ALICE, BEN
from tests.english import english
from tests.people import Someone
from tests.pressing import pressed_by_admin

ALICE_CARD = "Alice (@alice)"


def having(**changes: Any) -> pytest.MarkDecorator:
    """Settings of the bot in one story."""
    return pytest.mark.parametrize("settings", [changes], indirect=True, ids=[""])


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(**getattr(request, "param", {}))


async def known(bot: Services, *persons: Person) -> None:
    for person in persons:
        await bot.database.run(people.meet, person)


async def spends(bot: Services, user_id: int, **cost: Any) -> None:
    """Somebody has spent something, on the first day of this month."""
    began = windows.start(Window.MONTH, bot.clock())
    assert began is not None
    await bot.database.run(totals.add, [f"user:{user_id}"], began, Cost(**cost))


async def crowd(bot: Services, count: int) -> None:
    await known(bot, *(Person(user_id=n, name=f"Guest {n:02}") for n in range(1, count + 1)))


def labels(view: View) -> list[list[str]]:
    return [[label for label, _ in row] for row in view.rows]


async def test_who_spent_most_comes_first(
    admin: Someone, alice: Someone, ben: Someone, bot: Services
) -> None:
    for someone in (ben, alice):
        someone.says("/start")
        await someone.sees_words("Hello")
    await spends(bot, ALICE.id, requests=45, nanos=1_230_000_000)
    admin.says("/users")
    told = await admin.sees_words("3 people have written to me.")

    assert told.splitlines()[1:] == [
        "1. Alice (@alice), guest, 1.23 usd this month, 45 requests",
        "2. Ada (@ada), admin, nothing this month",
        "3. Ben (@ben), guest, nothing this month",
    ]


async def test_a_name_is_a_button_that_opens_the_card(
    admin: Someone, alice: Someone, bot: Services
) -> None:
    alice.says("/start")
    await alice.sees_words("Hello")
    admin.says("/users")
    await admin.sees_words("2 people have written to me.")
    admin.presses("Alice")

    await admin.sees_words(ALICE_CARD, f"id {ALICE.id}")


async def test_pages_are_turned_and_orders_changed_in_one_message(
    admin: Someone, bot: Services
) -> None:
    await crowd(bot, 17)
    admin.says("/users")
    await admin.sees_words("18 people have written to me.", "1. Ada")
    admin.presses("By name")
    await admin.sees_words("2. Guest 01", "8. Guest 07")
    admin.presses("›")
    await admin.sees_words("9. Guest 08", "16. Guest 15")
    admin.presses("‹")
    await admin.sees_words("2. Guest 01")
    admin.presses("Newest")
    await admin.sees_words("1. Ada")
    admin.presses("›")
    await admin.sees_words("16.")
    admin.presses("›")
    await admin.sees_words("18.")

    assert len(admin.messages) == 1


async def test_the_buttons_say_where_one_is(bot: Services) -> None:
    await crowd(bot, 17)
    first, middle, last = [await users.view(pressed_by_admin(bot), n, Order.NAME) for n in range(3)]

    assert labels(first)[4:] == [
        ["By spend", "• By name", "Newest"],
        ["1/3", "›"],
        ["Close"],
    ]
    assert labels(middle)[5] == ["‹", "2/3", "›"]
    assert labels(last) == [
        ["Guest 17"],
        ["By spend", "• By name", "Newest"],
        ["‹", "3/3"],
        ["Close"],
    ]


async def test_one_page_has_no_pages_to_turn(bot: Services) -> None:
    await crowd(bot, 8)
    view = await users.view(pressed_by_admin(bot), 10**18, Order.NEW)

    assert labels(view)[4:] == [["By spend", "By name", "• Newest"], ["Close"]]
    assert view.words.startswith("8 people have written to me.\n1. Guest 08")


async def test_nobody_is_a_sentence(bot: Services) -> None:
    assert await users.view(pressed_by_admin(bot), 0, Order.SPEND) == View(english("users-nobody"))


async def test_an_unknown_order_is_that_by_spend(admin: Someone, bot: Services) -> None:
    admin.says("/users")
    await admin.sees_words("1 person has written to me.")
    admin.presses("By name")
    await admin.world.wait_for(lambda: "• By name" in str(admin.messages[-1]))
    admin.forges(packed(People(0, Word("shoe-size"))))

    await admin.world.wait_for(lambda: "• By spend" in str(admin.messages[-1]))


@having(access="ask", plans={"family": Plan(limits=())})
async def test_a_line_says_how_someone_stands_where_that_matters(bot: Services) -> None:
    await known(
        bot,
        Person(user_id=1, name="A", standing=Standing.NEW),
        Person(user_id=2, name="B", standing=Standing.ASKED),
        Person(user_id=3, name="C", standing=Standing.MEMBER),
        Person(user_id=4, name="D", standing=Standing.REFUSED),
        Person(user_id=ADA.id, name="E", standing=Standing.NEW),
    )
    await bot.database.run(people.put_on, 3, "family", by=ADA.id)
    await bot.database.run(people.put_on, 4, "gone", by=ADA.id)
    view = await users.view(pressed_by_admin(bot), 0, Order.NAME)

    assert [line.removesuffix(", nothing this month") for line in view.words.splitlines()[1:]] == [
        "1. A, not let in",
        "2. B, waiting",
        "3. C, family",
        "4. D, banned",
        "5. E, admin",
    ]


async def test_where_all_may_talk_who_was_let_in_is_no_guest(bot: Services) -> None:
    await known(
        bot,
        Person(user_id=1, name="A", standing=Standing.ASKED),
        Person(user_id=2, name="B", standing=Standing.MEMBER),
    )
    view = await users.view(pressed_by_admin(bot), 0, Order.NAME)

    assert view.words.splitlines()[1:] == [
        "1. A, guest, nothing this month",
        "2. B, nothing this month",
    ]


async def test_someone_is_found_by_any_part_of_their_name(
    admin: Someone, alice: Someone, bot: Services
) -> None:
    await known(bot, Person(user_id=7, name="Ölaf Müller"), Person(user_id=8, name="Öl"))
    await spends(bot, 7, nanos=2_000)
    alice.says("/start")
    await alice.sees_words("Hello")
    admin.says("/users ÖLAF mü")
    found = await admin.sees("1. Ölaf Müller, guest, 0.000002 usd this month, 1 request")
    admin.says("/users @ALICE")
    await admin.sees("1. Alice (@alice), guest, nothing this month")
    admin.says("/users eve\u202e")
    await admin.sees("Nobody called eve has written to me yet.")
    admin.presses("Ölaf Müller")

    await admin.sees_words("Ölaf Müller", "id 7")
    assert "Everyone" in str(found)


async def test_a_name_of_too_many_asks_for_more_of_it(admin: Someone, bot: Services) -> None:
    await crowd(bot, 22)
    admin.says("/users guest")
    told = await admin.sees_words("and 12 more; say more of the name")

    assert len(told.splitlines()) == users.MOST + 1
    admin.presses("Everyone")
    await admin.sees_words("23 people have written to me.")


async def test_the_longest_names_fit_into_a_message(bot: Services) -> None:
    names = [f"{n:02}" + "\U0001f9e0" * 138 for n in range(20)]
    await known(
        bot,
        *(
            Person(user_id=n, name=name, username="u" * 32, standing=Standing.REFUSED)
            for n, name in enumerate(names, 2**51)
        ),
    )
    for view in (
        await users.view(pressed_by_admin(bot), 0, Order.NAME),
        await users.found(pressed_by_admin(bot), "\U0001f9e0"),
    ):
        assert len(view.words.encode("utf-16-le")) // 2 < LONGEST
        assert view.markup is not None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann", "Ann"),
        ("Ann\n2. Ben, admin", "Ann 2. Ben, admin"),
        ("A\u2028n\x00n\u0085", "A n n"),
        ("\u202enna\u2066", "nna"),
        ("\u05d3\u05d5\u05d3", "\u2068\u05d3\u05d5\u05d3\u2069"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
        ("\u3164\u200d", ""),
        ("", ""),
        ("abcdefghij", "abcdefghij"),
        ("abcdefghij" * 5, "abcdefghi…"),
    ],
    ids=ascii,
)
def test_a_name_stays_in_its_line(name: str, shown: str) -> None:
    assert on_one_line(name, 10 if name.startswith("abc") else 30) == shown


async def test_someone_without_a_name_goes_by_their_id(bot: Services) -> None:
    await known(bot, Person(user_id=7, name="\u3164"))
    view = await users.view(pressed_by_admin(bot), 0, Order.NAME)

    assert "1. id 7, guest" in view.words
    assert labels(view)[0] == ["id 7"]


async def test_only_admins_see_who_writes(admin: Someone, alice: Someone, bot: Services) -> None:
    for words in ("/users", "/users ben", "/users@teller_bot"):
        alice.says(words)
    await alice.sees_messages(3)
    pressed = [
        alice.forges(packed(People(0, Word(order)))) for order in ("spend", "name", "new", "-")
    ]

    assert {await alice.is_answered(each) for each in pressed} == {english("button-admins-only")}
    assert alice.screen == [english("command-unknown")] * 3


async def test_a_button_below_an_admins_list_does_nothing_for_others(
    admin: Someone, ben: Someone, bot: Services, group: Any
) -> None:
    boss, other = admin.in_chat(group), ben.in_chat(group)
    admin.says("/start")
    boss.says("/users@teller_bot")
    await boss.sees(english("command-in-private"))
    shown = await admin.sees_words("1 person has written to me.")
    pressed = other.forges(packed(People(0, Word("new"))))

    assert await other.is_answered(pressed) == english("button-admins-only")
    assert admin.screen[-1] == shown
    assert BEN.first_name not in shown
