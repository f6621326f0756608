"""What admins may do, nobody else can: by message, edit, button or forged data."""

import pytest

from bot.grammar import read_limits
from bot.settings import Settings
from handlers import COMMANDS, Command, presses
from handlers.buttons import FOR_ADMINS
from handlers.callbacks import packed
from handlers.context import Services
from handlers.looks.presses import Exhibit, Judge
from handlers.presses import Ban, Press, Subject, Word
from handlers.views import View
from playground.ground import Query
from playground.people import Json, Person
from playground.text import found
from playground.world import World
from storage import asks, cases, limits, people
from storage.cases import Case, Finding
from storage.money import Quota, Unit, Verdict, Window
from storage.records import Ask, Place, Standing
from storage.records import Person as Known
from tests.conftest import ADA, ALICE, BEN, GROUP
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone
from tests.storage.rows import Row, everything

ALICES, FAMILY = Subject(f"user:{ALICE.id}"), Subject("plan:family")
REQUESTS, DAY = Unit.REQUESTS, Window.DAY
CARD = "A card"

FOR_ADMINS_ONLY = [command for command in COMMANDS if command.admins_only]
ARGUMENTS = {
    "quota": "@alice unlimited",
    "grant": "@alice 100 requests",
    "plan": "@alice family",
    "users": "ben",
    "stats": "month",
    "audit": "@ben",
    "approve": "@alice",
    "ban": "@ben",
    "unban": "@alice",
}
# One of each, which would do something if an admin pressed it.
PRESSES: list[Press] = [
    presses.Door(ALICE.id, is_open=True),
    presses.Ban(BEN.id, is_banned=True),
    presses.Home(),
    presses.Groups(0),
    presses.Card(ALICES),
    presses.Edit(ALICES),
    presses.Change(ALICES, REQUESTS, DAY),
    presses.Add(ALICES),
    presses.AddUnit(ALICES, REQUESTS),
    presses.Set(ALICES, REQUESTS, DAY, 1000),
    presses.Lift(ALICES, REQUESTS, DAY),
    presses.Unlimit(ALICES),
    presses.Reset(ALICES),
    presses.Plans(ALICE.id),
    presses.PutOn(ALICE.id, Word("family")),
    presses.DropPlan(Word("family"), is_sure=True),
    presses.GiveUnit(ALICES),
    presses.GiveAmount(ALICES, REQUESTS, 5),
    presses.Give(ALICES, REQUESTS, 5, 0, 123),
    presses.People(0, Word("spend")),
    presses.Stats(DAY),
    presses.Audit(0),
    presses.Decide(1, Verdict.GRANTED),
    presses.Leave(Subject(f"group:{GROUP}")),
    Judge(1, Finding.FIT),
    Exhibit(1),
    presses.Close(),
]
CHANGING = {
    presses.Door,
    presses.Ban,
    presses.Set,
    presses.Lift,
    presses.Unlimit,
    presses.Reset,
    presses.PutOn,
    presses.DropPlan,
    presses.Give,
    presses.Decide,
    Judge,
}
WATCHED = ("limits", "quotas", "people", "grants", "audit", "asks", "cases")

Rows = dict[str, list[Row]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.but(limits=read_limits("20 requests/day"))


@pytest.fixture
async def before(bot: Services) -> Rows:
    """Something of everything that admins change, as it stands."""
    run = bot.database.run
    for each in (ADA, ALICE, BEN):
        known = Known(user_id=each.id, name=each.first_name, username=each.username, language="en")
        await run(people.meet, known)
    for subject in (ALICES, FAMILY):
        quota = Quota(limits=read_limits("10 requests/day", subject))
        await run(limits.allow, subject, quota, by=ADA.id)
    place = Place(chat_id=ALICE.id)
    wish = Ask(user_id=ALICE.id, place=place, subject=ALICES, unit=REQUESTS, window=DAY)
    await run(asks.ask, wish)
    await run(cases.bring, Case(update_id=1, user_id=ALICE.id, place=place))
    return await standing(bot)


def in_the_group(someone: Someone) -> Someone:
    return someone.in_chat(someone.world.chats[GROUP])


async def standing(bot: Services) -> Rows:
    """All that only admins may change."""
    stored = await bot.database.run(everything)
    return {table: stored[table] for table in WATCHED}


async def presses_elsewhere(world: World, person: Person, message: Json, press: Press) -> str:
    """Press a button of a chat that one is not even in; returns what pops up."""
    number, data = world.next_number(), packed(press)
    world.queries[number] = Query(person=person, message=message, data=data, at=world.clock())
    world.updates.put(
        "callback_query",
        {"id": number, "from": person.json(), "chat_instance": "1", "data": data}
        | {"message": message},
    )
    answer = await world.wait_for(lambda: world.callback_answers.get(number))
    return str(answer["text"])


def test_each_command_and_each_press_of_an_admin_is_tried() -> None:
    assert {each.name for each in FOR_ADMINS_ONLY} == ARGUMENTS.keys()
    assert [type(each) for each in PRESSES] == [*dict.fromkeys(map(type, PRESSES))]
    assert {type(each) for each in PRESSES} == FOR_ADMINS.keys()


@pytest.mark.parametrize("command", FOR_ADMINS_ONLY, ids=lambda each: each.name)
async def test_a_command_of_admins_is_none_for_others(
    alice: Someone, bot: Services, model: FakeOpenAI, before: Rows, command: Command
) -> None:
    name, words = command.name, ARGUMENTS[command.name]
    help_ = alice.says("/help")
    alice.says(f"/{name} {words}")
    alice.says(f"/{name}")
    alice.says(f"/{name.upper()}@teller_bot {words}")
    alice.says(f"/{name}", reply_to=help_)
    [offered, *told] = await alice.sees_messages(5)

    assert f"/{name}:" not in offered
    assert told == [english("command-unknown")] * 4
    assert await standing(bot) == before
    assert model.asked == []


@pytest.mark.parametrize("command", FOR_ADMINS_ONLY, ids=lambda each: each.name)
async def test_in_a_group_it_is_none_for_others_either(
    alice: Someone, ben: Someone, bot: Services, before: Rows, command: Command
) -> None:
    name, words = command.name, ARGUMENTS[command.name]
    here = in_the_group(alice)
    bens = in_the_group(ben).says("A nice book")
    here.says(f"/{name} {words}")
    here.says(f"/{name}@teller_bot {words}")
    here.says(f"/{name}@teller_bot", reply_to=bens)
    told = await here.sees_messages(3)

    assert told == [english("command-unknown")] * 3
    assert await standing(bot) == before


@pytest.mark.parametrize("command", FOR_ADMINS_ONLY, ids=lambda each: each.name)
async def test_an_edited_message_commands_nothing(
    alice: Someone, admin: Someone, bot: Services, before: Rows, command: Command
) -> None:
    words = f"/{command.name} {ARGUMENTS[command.name]}"
    for someone in (alice, admin):
        world, number = someone.world, someone.says("/privacy")
        someone.edits(number, words)
        content = world.screen.message(someone.chat_id, number)
        world.put_update({"edited_message": content})  # also where it was not asked for
        someone.says("/start")
        await someone.sees_words("Hello")

    assert len(alice.screen) == len(admin.screen) == 2
    assert await standing(bot) == before


@pytest.mark.parametrize("press", PRESSES, ids=lambda press: type(press).__name__)
async def test_a_button_of_admins_is_none_for_others(
    alice: Someone, admin: Someone, bot: Services, before: Rows, press: Press
) -> None:
    world, here, boss = admin.world, in_the_group(alice), in_the_group(admin)
    card = View(CARD, (((CARD, press),),))
    alice.says("/start")
    admin.says("/start")
    await alice.sees_words("Hello")
    await admin.sees_words("Hello")
    for chat_id in (GROUP, ADA.id):
        await bot.tell(Place(chat_id=chat_id), card.words, card.markup)
    theirs = admin.messages[-1]
    gone = {"message_id": 1, "date": 0, "chat": theirs["chat"]}
    told = [
        await here.is_answered(here.presses(CARD)),
        await here.is_answered(here.forges(packed(press))),
        await alice.is_answered(alice.forges(packed(press))),
        await presses_elsewhere(world, ALICE, theirs, press),
        await presses_elsewhere(world, ALICE, gone, press),
    ]

    assert told == [english("button-admins-only")] * 5
    assert here.screen == [CARD]
    assert admin.screen[1:] == [CARD]
    assert len(alice.screen) == 1
    assert await standing(bot) == before
    assert await boss.is_answered(boss.presses(CARD)) not in {
        english("button-admins-only"),
        english("button-unknown"),
    }
    assert (await standing(bot) != before) == (type(press) in CHANGING)


@pytest.mark.parametrize("command", ["quota", "grant", "plan", "ban"])
async def test_who_is_shut_out_presses_and_commands_in_vain(
    alice: Someone, bot: Services, before: Rows, command: str
) -> None:
    await bot.database.run(people.decide, ALICE.id, Standing.REFUSED, by=ADA.id)
    shut = await standing(bot)
    alice.says(f"/{command} {ARGUMENTS[command]}")
    await alice.sees(english("door-refused"))
    told = await alice.is_answered(alice.forges(packed(Ban(ALICE.id, is_banned=False))))

    assert told == english("button-admins-only")
    assert await standing(bot) == shut


async def test_what_an_admin_forwards_is_no_command_of_theirs(
    admin: Someone, bot: Services, before: Rows
) -> None:
    text = "/quota @alice unlimited"
    origin = {"type": "user", "date": 1, "sender_user": ALICE.json()}
    admin.sends(text=text, entities=found(text), forward_origin=origin)
    admin.says("/start")
    await admin.sees_words("Hello")

    assert await standing(bot) == before
