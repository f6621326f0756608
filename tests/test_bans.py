"""Who is shut out, and let back: by commands and by buttons."""

import pytest

from bot.settings import Settings
from handlers.callbacks import packed
from handlers.context import Services
from handlers.presses import Ban, Door
from playground.people import Chat, Person
from playground.world import World
from storage import people
from storage.records import Standing
from tests.conftest import ADA, ALICE, picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

OUT = "Alice (@alice) may not talk to me now."
IN = "Alice (@alice) may talk to me now."
ADMIN = english("door-admin", name="Ada (@ada)")


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(access=getattr(request, "param", "open"))


async def met(*everyone: Someone) -> None:
    for someone in everyone:
        someone.says("/start")
        await someone.sees_words("Hello")


async def standing(bot: Services, user_id: int = ALICE.id) -> Standing | None:
    person = await bot.database.run(people.known, user_id)
    return person.standing if person else None


@pytest.mark.parametrize("who", ["@alice", "Alice", str(ALICE.id)])
async def test_who_is_banned_hears_so_and_is_not_answered(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI, who: str
) -> None:
    await met(alice)
    admin.says(f"/ban {who}")
    await admin.sees(OUT)
    alice.says("Hi")
    alice.says("/usage")
    alice.sends_photo(picture())
    alice.says("/privacy")
    told = await alice.sees_messages(5)

    assert told[1:4] == [english("door-refused")] * 3
    assert "erased" in told[4]
    assert model.asked == []


async def test_who_is_unbanned_hears_so_and_is_answered(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await met(alice)
    admin.says("/ban @alice")
    admin.says("/unban @alice")
    await admin.sees(IN)
    await alice.sees(english("door-back"))
    alice.says("Hi")
    await alice.sees("You said: Hi")


async def test_banning_and_letting_back_are_in_the_audit(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await met(alice)
    for command in ("/ban @alice", "/ban @alice", "/unban @alice", "/audit @alice"):
        admin.says(command)
    told = await admin.sees_words("About Alice (@alice):")

    assert len(told.splitlines()) == 3
    assert "let Alice (@alice) back" in told.splitlines()[1]
    assert "banned Alice (@alice)" in told.splitlines()[2]


async def test_in_a_group_the_banned_are_refused_only_if_they_mean_the_bot(
    alice: Someone, ben: Someone, admin: Someone, group: Chat, bot: Services
) -> None:
    here, boss, bens = (each.in_chat(group) for each in (alice, admin, ben))
    number = here.says("@teller_bot Hi")
    await here.sees("You said: Hi")
    boss.says("/ban", reply_to=number)
    await boss.sees(OUT)
    here.says("Nobody asked the bot")
    here.says("@teller_bot Hello?")
    await here.sees(english("door-refused"))
    bens.says("@teller_bot And I?")
    await bens.sees("You said: And I?")

    assert len(here.screen) == 4


async def test_it_goes_by_a_forwarded_message(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await met(alice)
    number = admin.sends(
        text="Hm",
        forward_origin={"type": "user", "date": 1, "sender_user": ALICE.json()},
    )
    admin.says("/ban", reply_to=number)
    await admin.sees(OUT)


async def test_it_goes_by_buttons(alice: Someone, admin: Someone, bot: Services) -> None:
    await met(alice)
    admin.says("/quota @alice")
    await admin.sees_words("Alice (@alice)", "plan default")
    pressed = admin.presses("Shut out")
    assert await admin.is_answered(pressed) == OUT
    await admin.sees_words("Shut out: may not talk to me.")
    assert await standing(bot) is Standing.REFUSED

    pressed = admin.presses("Let back in")
    assert await admin.is_answered(pressed) == IN
    await alice.sees(english("door-back"))
    assert await standing(bot) is Standing.NEW


@pytest.mark.parametrize("settings", ["open", "ask", "closed"], indirect=True)
async def test_an_admin_cannot_be_banned(admin: Someone, bot: Services) -> None:
    await met(admin)
    admin.says("/ban @ada")
    await admin.sees(ADMIN)
    for press in (Ban(ADA.id, is_banned=True), Door(ADA.id, is_open=False)):
        assert await admin.is_answered(admin.forges(packed(press))) == ADMIN
    admin.says("/quota @ada")
    await admin.sees_words("Ada (@ada) (id 1001)")

    with pytest.raises(AssertionError, match="no button"):
        admin.presses("Shut out")
    assert await standing(bot, ADA.id) is Standing.NEW


async def test_an_answer_that_grows_is_not_the_last_word_of_the_banned(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    alice.says("And that")
    admin.says("/ban @alice")
    await admin.sees(OUT)
    answer.say("Once.").finish()
    await alice.sees("Once.")
    await alice.sees(english("door-refused"))

    assert len(model.asked) == 1


@pytest.mark.parametrize("command", ["ban", "unban"])
async def test_nobody_named_is_told_the_form(admin: Someone, bot: Services, command: str) -> None:
    admin.says(f"/{command}")
    admin.says(f"/{command} @nobody")
    told = await admin.sees_messages(2)

    assert told[0] == english("door-form", command=command)
    assert told[1].startswith("Nobody called @nobody has written to me yet.")


async def test_of_two_of_one_name_nobody_is_banned_unseen(
    admin: Someone, world: World, bot: Services
) -> None:
    for number in (2000, 2001):
        await met(Someone(world, world.add_person(Person(number, "Clara"))))
    admin.says("/ban Clara")
    await admin.sees_words("Several people are called Clara.")
    assert await standing(bot, 2000) is await standing(bot, 2001) is Standing.NEW

    admin.presses("Clara, 2000")
    await admin.sees_words("Clara (id 2000)")
    admin.presses("Shut out")
    await admin.sees_words("Shut out: may not talk to me.")
    assert await standing(bot, 2000) is Standing.REFUSED
    assert await standing(bot, 2001) is Standing.NEW


@pytest.mark.parametrize("settings", ["open", "ask"], indirect=True)
async def test_a_member_who_is_let_back_is_a_member(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    alice.says("/start")
    await alice.sees_messages(1)
    for command in ("approve", "ban", "unban"):
        admin.says(f"/{command} @alice")
    await alice.sees(english("door-back"))

    assert await standing(bot) is Standing.MEMBER


async def test_letting_back_who_was_never_out_changes_nothing(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await met(alice)
    admin.says("/approve @alice")
    await alice.sees(english("door-welcome"))
    admin.says("/unban @alice")
    await admin.sees_messages(2)

    assert await standing(bot) is Standing.MEMBER
    assert len(alice.screen) == 2


async def test_who_is_named_is_banned_not_who_is_replied_to(
    alice: Someone, ben: Someone, admin: Someone, group: Chat, bot: Services
) -> None:
    await met(alice, ben)
    number = alice.in_chat(group).says("Ben is rude")
    boss = admin.in_chat(group)
    boss.says("/ban Ben", reply_to=number)
    await boss.sees_messages(1)

    assert await standing(bot) is Standing.NEW


async def test_what_an_admin_sees_of_someone_the_group_does_not(
    admin: Someone, world: World, group: Chat, bot: Services
) -> None:
    for number in (2000, 2001):
        await met(Someone(world, world.add_person(Person(number, "Clara"))))
    await met(admin)
    boss = admin.in_chat(group)
    boss.says("/ban@teller_bot Clara")
    shown = boss if any("Several" in words for words in await boss.sees_messages(1)) else admin
    await shown.is_answered(shown.presses("Clara, 2000"))
    await world.wait_for(lambda: "plan default" in shown.screen[-1])

    assert not any("plan default" in words for words in boss.screen)
