"""`/audit`: who changed what, and when."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.admin import audit
from handlers.callbacks import packed
from handlers.context import Services
from handlers.presses import Audit
from handlers.views import LONGEST, View
from playground.people import Chat
from storage import audit as entries
from storage import groups, people
from storage.clock import now_ms
from storage.records import Person
from tests.conftest import ADA, ALICE, GROUP, Clock
from tests.english import english
from tests.people import Someone
from tests.pressing import pressed_by_admin


async def noted(bot: Services, action: str, subject: str, **values: str) -> None:
    await bot.database.run(entries.note, ADA.id, action, subject, **{"before": ""} | values)


async def deeds(bot: Services, before: int = 0) -> list[str]:
    """What the audit tells, without when and by whom."""
    view: View = await audit.view(pressed_by_admin(bot), before)
    return [line.partition(" Ada ")[2] for line in view.words.splitlines()]


def labels(view: View) -> list[list[str]]:
    return [[label for label, _ in row] for row in view.rows]


@pytest.fixture
async def ada(bot: Services) -> None:
    """The admin has written before."""
    await bot.database.run(people.meet, Person(user_id=ADA.id, name="Ada", username="ada"))


async def test_what_admins_do_is_told(admin: Someone, alice: Someone, bot: Services) -> None:
    alice.says("/start")
    await alice.sees_words("Hello")
    admin.says("/quota @alice 5 usd/month")
    await admin.sees_words("Alice (@alice)", "5 usd/month")
    admin.says("/ban @alice")
    await admin.sees_words("may not talk to me now")
    admin.says("/audit")
    told = await admin.sees_words("banned Alice (@alice)")

    newest, oldest = told.splitlines()
    assert newest.endswith(" Ada banned Alice (@alice)")
    assert oldest.endswith(" Ada set the limits of Alice (@alice): the default → 5 usd/month")


@pytest.mark.parametrize(
    ("action", "before", "after", "told"),
    [
        ("quota", "the default", "5 usd/month", "set the limits of {}: the default → 5 usd/month"),
        ("grant", "", "1 usd", "granted {} 1 usd"),
        ("plan", "default", "family", "put {} on the plan family (was default)"),
        ("access", "asked", "member", "let {} in"),
        ("access", "member", "refused", "banned {}"),
        ("access", "refused", "new", "let {} back"),
        ("access", "new", "asked", "access {}: new → asked"),
        ("ask", "open", "granted", "granted what {} asked for"),
        ("ask", "open", "raised", "raised the limit that {} asked about"),
        ("ask", "open", "declined", "declined what {} asked for"),
        ("ask", "open", "{name.__class__}", "ask {}: open → {{name.__class__}}"),
        ("shave", "", "bald", "shave {}: nothing → bald"),
    ],
)
@pytest.mark.usefixtures("ada")
async def test_each_change_has_words(
    bot: Services, action: str, before: str, after: str, told: str
) -> None:
    await bot.database.run(people.meet, Person(user_id=7, name="Ann", username="ann"))
    await noted(bot, action, "user:7", before=before, after=after)

    assert await deeds(bot) == [told.format("Ann (@ann)")]


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("user:8", "id 8"),
        ("user:", "user:"),
        ("user:x\ny", "user:x y"),
        ("user:" + "9" * 30, "user:" + "9" * 26 + "…"),
        ("plan:family", "the plan family"),
        (f"group:{GROUP}", "the group Book club"),
        ("group:-5", "the group -5"),
        ("group:x", "group:x"),
        ("guests", "the guests"),
        ("bot", "the bot"),
        ("", ""),
    ],
)
@pytest.mark.usefixtures("ada")
async def test_whoever_it_is_about_has_a_name(bot: Services, subject: str, name: str) -> None:
    await bot.database.run(groups.meet, GROUP, "Book\nclub", Person(user_id=ADA.id, name="Ada"))
    await noted(bot, "grant", subject, after="1 usd")

    assert await deeds(bot) == [f"granted {name} 1 usd"]


@pytest.mark.parametrize(
    ("actor", "name"), [(ADA.id, "Ada"), (0, "the bot"), (4242, "the bot"), (99, "id 99")]
)
@pytest.mark.usefixtures("ada")
async def test_an_entry_says_who_and_when(
    bot: Services, clock: Clock, actor: int, name: str
) -> None:
    clock.now = datetime.now(ZoneInfo("Asia/Kathmandu"))
    await bot.database.run(entries.note, actor, "grant", "bot", before="", after="1 usd")
    at = datetime.fromtimestamp(now_ms() / 1000, clock.now.tzinfo)
    [line] = (await audit.view(pressed_by_admin(bot), 0)).words.splitlines()

    day, clocked = line.removesuffix(f" {name} granted the bot 1 usd").rsplit(" ", 1)
    assert day == f"{at.day} {at:%b}"
    assert abs(datetime.strptime(clocked, "%H:%M").replace(tzinfo=UTC).minute - at.minute) in {
        0,
        1,
        59,
    }


@pytest.mark.usefixtures("ada")
async def test_an_entry_of_another_year_says_so(bot: Services, clock: Clock) -> None:
    await noted(bot, "grant", "bot", after="1 usd")
    year = clock.now.year
    clock.now = clock.now.replace(year=year + 1, day=1)

    assert f" {year} " in (await audit.view(pressed_by_admin(bot), 0)).words


async def test_pages_are_turned_in_one_message(admin: Someone, bot: Services) -> None:
    for number in range(25):
        await noted(bot, "grant", "bot", after=f"{number} images")
    admin.says("/audit")
    await admin.sees_words("the bot 24 images", "the bot 15 images")
    admin.presses("Older")
    await admin.sees_words("the bot 14 images", "the bot 5 images")
    admin.presses("Older")
    await admin.sees_words("the bot 4 images", "the bot 0 images")
    admin.presses("Newer")
    await admin.sees_words("the bot 14 images")
    admin.presses("Newer")
    await admin.sees_words("the bot 24 images")

    assert len(admin.messages) == 1


async def test_buttons_lead_as_far_as_there_is_something(bot: Services) -> None:
    assert labels(await audit.view(pressed_by_admin(bot), 0)) == [["Close"]]
    assert (await audit.view(pressed_by_admin(bot), 0)).words == english("audit-nothing")
    for _ in range(21):
        await noted(bot, "grant", "bot", after="1 usd")

    assert labels(await audit.view(pressed_by_admin(bot), 0)) == [["Older"], ["Close"]]
    assert labels(await audit.view(pressed_by_admin(bot), 12)) == [["Newer", "Older"], ["Close"]]
    assert labels(await audit.view(pressed_by_admin(bot), 2)) == [["Newer"], ["Close"]]
    assert labels(await audit.view(pressed_by_admin(bot), 1)) == [["Newer"], ["Close"]]
    assert (await audit.view(pressed_by_admin(bot), 1)).words == english("audit-nothing-older")
    assert labels(await audit.view(pressed_by_admin(bot), 10**18 - 1)) == [["Older"], ["Close"]]


async def test_what_was_changed_about_one_is_told_alone(
    admin: Someone, alice: Someone, ben: Someone, group: Chat, bot: Services
) -> None:
    for someone in (alice, ben):
        someone.says("/start")
        await someone.sees_words("Hello")
    await noted(bot, "grant", f"user:{ALICE.id}", after="1 usd")
    await noted(bot, "grant", "bot", after="2 usd")
    admin.says("/audit @alice")
    about = await admin.sees_words("About Alice (@alice):")
    admin.says("/audit @ben")
    await admin.sees("Nobody has changed anything about Ben (@ben) yet.")
    admin.says("/audit @eve")
    await admin.sees_words("Nobody called @eve has written to me yet.")
    boss, here = admin.in_chat(group), alice.in_chat(group)
    boss.says("/audit@teller_bot", reply_to=here.says("Hello, all"))
    await boss.sees(english("command-in-private"))
    again = admin.screen[-1]

    assert about.splitlines()[1].endswith("Ada granted Alice (@alice) 1 usd")
    assert len(about.splitlines()) == 2
    assert again == about


async def test_more_about_one_than_fits_is_hinted_at(bot: Services) -> None:
    ann = Person(user_id=7, name="Ann")
    for _ in range(11):
        await noted(bot, "grant", "user:7", after="1 usd")
    view = await audit.about(pressed_by_admin(bot), ann)

    assert view.words.splitlines()[0] == "About Ann:"
    assert view.words.splitlines()[11:] == ["and older changes"]


@pytest.mark.usefixtures("ada")
async def test_the_longest_entries_fit_into_a_message(bot: Services) -> None:
    name = "\U0001f9e0" * 140
    for number in (ADA.id, 7):
        person = Person(user_id=number, name=name, username="u" * 32)
        await bot.database.run(people.meet, person)
    for _ in range(10):
        await noted(bot, "quota", "user:7", before="5 usd/month, " * 30, after="x" * 999)
    view = await audit.view(pressed_by_admin(bot), 0)

    assert len(view.words.encode("utf-16-le")) // 2 < LONGEST
    assert len(view.words.splitlines()) == 10


async def test_only_admins_read_the_audit(alice: Someone, bot: Services, ada: Any) -> None:
    await noted(bot, "grant", "bot", after="1 usd")
    for words in ("/audit", "/audit @ada"):
        alice.says(words)
    await alice.sees_messages(2)
    pressed = [alice.forges(packed(Audit(before))) for before in (0, 2, 10**18 - 1)]

    assert {await alice.is_answered(each) for each in pressed} == {english("button-admins-only")}
    assert alice.screen == [english("command-unknown")] * 2
