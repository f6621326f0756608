"""`/look` and its kin: pictures looked at in a way of one's choice, at a price that is known."""

import base64
import io
from typing import Any

import PIL.Image
import pytest

from bot.app import running
from bot.grammar import read_limits
from bot.looks import LOOKS, Detail, Way
from bot.settings import Price, Settings
from handlers.callbacks import packed
from handlers.looks.presses import Closely, Look
from playground.ground import captioned
from playground.people import Chat, Person
from playground.world import World
from tests.conftest import picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone
from tests.processes import Start, kill, stop

HOW = "How shall I look at"
LARGE = (4000, 3000)
PRICE = Price(input="1", output="2", cache_write="1.25")
COLOURS = ("teal", "navy", "olive")


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    given = getattr(request, "param", {})
    return settings.but(**given)


def asked(model: FakeOpenAI) -> tuple[str, list[str]]:
    """The last question: its words, and how closely each of its pictures is looked at."""
    content = model.asked[-1]["messages"][-1]["content"]
    words = "".join(part["text"] for part in content if part["type"] == "text")
    return words, [part["image_url"]["detail"] for part in content if part["type"] == "image_url"]


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def sees_label(someone: Someone, start: str) -> str:
    """Wait until there is a button whose label begins like that."""
    return await someone.world.wait_for(
        lambda: next(
            (
                label
                for message in reversed(someone.messages)
                for label in labels(message)
                if label.startswith(start)
            ),
            None,
        )
    )


async def chooses(someone: Someone, way: str, detail: str) -> str:
    """Choose a way, and how closely; returns the button's label."""
    someone.presses(await sees_label(someone, way))
    label = await sees_label(someone, detail)
    someone.presses(label)
    return label


@pytest.mark.usefixtures("bot")
async def test_a_card_below_a_photo_offers_ways_and_an_answer_comes_below(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("A teal square.")
    number = alice.sends_photo(picture(), "/look")
    card = await alice.sees("How shall I look at it?")
    assert model.asked == []
    assert card["reply_to_message"]["message_id"] == number
    assert labels(card) == [
        *("Describe", "In short", "Read the text", "Product", "Chart", "Explain", "Moderate")
    ]

    await chooses(alice, "Describe", "✓ high")
    await alice.sees("A teal square.")
    await alice.sees_words("Describe, at high: the answer is below.", "How else")

    words, details = asked(model)
    assert words.startswith(LOOKS[Way.DESCRIBE].asks)
    assert details == ["high"]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("way", "suggested"),
    [("In short", "✓ low"), ("Read the text", "✓ original"), ("Product", "✓ high")],
)
async def test_the_price_of_each_look_is_known_before_it_is_chosen(
    alice: Someone, way: str, suggested: str
) -> None:
    alice.sends_file(picture(size=LARGE), "scan.jpg", "image/jpeg", "/look")
    await alice.sees_words(HOW)
    alice.presses(way)
    card = await alice.world.wait_for(
        lambda: next((each for each in alice.messages if len(labels(each)) == 4), None)
    )

    shown = labels(card)
    assert [label.removeprefix("✓ ") for label in shown] == [
        "low: 231 tokens, price unknown",
        "high: 2,942 tokens, price unknown",
        "original: 14,100 tokens, price unknown",
        "‹ Back",
    ]
    assert [label for label in shown if label.startswith("✓")] == [
        label for label in shown if label.startswith(suggested)
    ]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "settings",
    [{"prices": {"gpt-6-luna": PRICE}}],
    indirect=True,
)
async def test_the_price_is_the_worst_as_it_will_be_reserved(alice: Someone) -> None:
    alice.sends_photo(picture(size=(1280, 960)), "/look")
    await alice.sees_words(HOW)
    alice.presses("Chart")

    assert await sees_label(alice, "low") == "low: 231 tokens, 0.000289 usd"
    assert await sees_label(alice, "✓ high") == "✓ high: 1,440 tokens, 0.0018 usd"


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("settings", [{"model": "gpt-4o"}], indirect=True)
async def test_a_model_that_sees_no_more_is_not_offered_more(alice: Someone) -> None:
    alice.sends_file(picture(size=LARGE), "scan.jpg", "image/jpeg", "/look")
    await alice.sees_words(HOW)
    alice.presses("Chart")
    await sees_label(alice, "✓ high: 765 tokens")

    assert [label.partition(":")[0] for label in labels(alice.messages[-1])] == [
        "low",
        "✓ high",
        "‹ Back",
    ]


@pytest.mark.usefixtures("bot")
async def test_one_can_go_back(alice: Someone) -> None:
    alice.sends_photo(picture(), "/look")
    await alice.sees_words(HOW)
    alice.presses("Chart")
    await alice.sees_words("Chart: how closely?")
    alice.presses("‹ Back")
    await alice.sees_words(HOW)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("caption", "asked_for"),
    [
        ("/ocr", (Way.TEXT, "original", "")),
        ("/ocr only the total", (Way.TEXT, "original", "only the total")),
        ("/look text only the total", (Way.TEXT, "original", "only the total")),
        ("/OCR low", (Way.TEXT, "low", "")),
        ("/describe", (Way.DESCRIBE, "high", "")),
        ("/short", (Way.SHORT, "low", "")),
        ("/product\nin two lines", (Way.PRODUCT, "high", "in two lines")),
        ("/chart", (Way.CHART, "original", "")),
        ("/explain", (Way.EXPLAIN, "high", "")),
        ("/moderate", (Way.MODERATE, "high", "")),
    ],
)
async def test_a_caption_says_it_in_one_go(
    alice: Someone, model: FakeOpenAI, caption: str, asked_for: tuple[Way, str, str]
) -> None:
    alice.sends_photo(picture(size=(1280, 960)), caption)
    await alice.sees("I see 1 image.")

    way, detail, wish = asked_for
    words, details = asked(model)
    assert words.startswith(LOOKS[way].asks)
    assert words.endswith(wish)
    assert details == [detail]


@pytest.mark.usefixtures("bot")
async def test_an_answer_is_asked_for_in_the_language_of_the_one_who_asks(
    world: World, model: FakeOpenAI
) -> None:
    zoe = Someone(world, world.add_person(Person(1009, "Zoe", "zoe", language_code="fr")))
    zoe.sends_photo(picture(), "/describe")
    await zoe.sees("I see 1 image.")
    assert "“fr”" in asked(model)[0]

    zoe.sends_photo(picture("navy"), "/look")
    await zoe.sees_words(HOW)
    await chooses(zoe, "In short", "✓")
    await model.wait_asked(2)
    assert "“fr”" in asked(model)[0]


@pytest.mark.usefixtures("bot")
async def test_an_answer_is_asked_for_in_the_language_that_was_chosen(
    alice: Someone, model: FakeOpenAI
) -> None:
    alice.says("/language ru")
    await alice.sees_words("русски")
    alice.sends_photo(picture(), "/describe")
    await alice.sees("I see 1 image.")

    assert "“ru”" in asked(model)[0]


@pytest.mark.usefixtures("bot")
async def test_an_earlier_photo_is_looked_at_anew_by_a_reply(
    alice: Someone, model: FakeOpenAI
) -> None:
    number = alice.sends_photo(picture(size=(1280, 960)), "What is this?")
    await alice.sees("I see 1 image.")
    model.will_say("42 in all")
    alice.says("/ocr only the total", reply_to=number)
    await alice.sees("42 in all")

    assert asked(model)[1] == ["original"]


@pytest.mark.usefixtures("bot")
async def test_the_last_photo_is_meant_where_none_is_named(
    alice: Someone, model: FakeOpenAI
) -> None:
    alice.sends_photo(picture("navy"), "First")
    await alice.sees_messages(1)
    alice.sends_file(picture(size=LARGE), "scan.jpg", "image/jpeg", "Second")
    await alice.sees_messages(2)
    model.will_say("It says so.")
    alice.says("/ocr")
    await alice.sees("It says so.")

    words, details = asked(model)
    assert words.startswith(LOOKS[Way.TEXT].asks)
    assert details == ["original"]
    # Seen closer than before, it has been fetched again.
    assert sum(call.method.lower() == "getfile" for call in alice.world.calls) == 3


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("said", ["/look", "/ocr", "/look text", "/moderate"])
async def test_without_a_picture_it_says_how_to_use_it(
    alice: Someone, model: FakeOpenAI, said: str
) -> None:
    alice.says(said)
    await alice.sees(english("look-form"))

    assert model.asked == []


@pytest.mark.usefixtures("bot")
async def test_what_is_no_picture_gets_its_sentence(alice: Someone, model: FakeOpenAI) -> None:
    alice.sends_file(b"\xff\xd8\xff\xe0 no pixels" * 40, "scan.jpg", "image/jpeg", "/look")

    assert "could not read that as a picture" in (await alice.sees_messages(1))[0]
    assert model.asked == []


async def test_a_whole_album_is_looked_at_closer_after_a_restart(
    alice: Someone, world: World, model: FakeOpenAI, settings: Settings
) -> None:
    async with running(settings.but(image_detail="low")):
        parts = world.send_album(alice.person, [picture(each, (1280, 960)) for each in COLOURS])
        await alice.sees("I see 3 images.")
    async with running(settings):
        alice.says("/look", reply_to=parts[1]["message_id"])
        await alice.sees("How shall I look at them?")
    async with running(settings):
        await chooses(alice, "Describe", "✓ high: 4,320 tokens")
        await model.wait_asked(2)

    assert asked(model)[1] == ["high"] * 3
    shown = [part["image_url"]["url"] for part in model.asked[-1]["messages"][-1]["content"][1:]]
    assert [size_of(each) for each in shown] == [(1280, 960)] * 3


@pytest.mark.usefixtures("bot")
async def test_a_command_below_any_part_of_an_album_is_one(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    album = world.next_number()
    for caption in ("", "/short"):
        sizes = world.files.add_photo(picture())
        alice.sends(photo=sizes, media_group_id=album, **captioned(caption))
    await alice.sees("I see 2 images.")

    words, details = asked(model)
    assert words.startswith(LOOKS[Way.SHORT].asks)
    assert details == ["low", "low"]


@pytest.mark.usefixtures("bot")
async def test_a_button_that_was_pressed_twice_is_one_look(
    alice: Someone, model: FakeOpenAI
) -> None:
    alice.sends_photo(picture(), "/look")
    await alice.sees_words(HOW)
    once = packed(Look(1, Way.DESCRIBE, Detail.HIGH, 0))
    alice.forges(once)
    second = alice.forges(once)
    assert await alice.is_answered(second) == english("look-taken")
    await alice.sees("I see 1 image.")
    alice.forges(packed(Look(1, Way.DESCRIBE, Detail.HIGH, 1)))
    await model.wait_asked(2)


@pytest.mark.usefixtures("bot")
async def test_a_card_that_nobody_has_made_is_too_old(alice: Someone, model: FakeOpenAI) -> None:
    alice.says("Hello")
    await alice.sees_messages(1)
    for press in (Closely(7, Way.TEXT), Look(7, Way.TEXT, Detail.LOW, 0)):
        assert await alice.is_answered(alice.forges(packed(press))) == english("look-gone")


@pytest.mark.usefixtures("bot")
async def test_in_a_group_only_photos_that_are_meant_are_looked_at(
    alice: Someone, ben: Someone, group: Chat, world: World, model: FakeOpenAI
) -> None:
    world.privacy = False
    alice, ben = alice.in_chat(group), ben.in_chat(group)
    ben.sends_photo(picture(), "/look@other_bot")
    ben.sends_photo(picture(), "What do you think of /look?")
    number = ben.sends_photo(picture("navy"))
    alice.says("/look@teller_bot", reply_to=number)
    card = await alice.sees("How shall I look at it?")
    assert card["reply_to_message"]["message_id"] == number

    ben_presses = ben.forges(packed(Closely(1, Way.SHORT)))
    assert await ben.is_answered(ben_presses) == english("look-not-yours")
    await chooses(alice, "In short", "✓")
    answer = await alice.sees("I see 1 image.")
    assert answer["reply_to_message"]["message_id"] == card["message_id"]
    ben.sends_album([picture(), picture("navy")], "/short@teller_bot")
    await ben.sees("I see 2 images.")


@pytest.mark.usefixtures("bot")
async def test_an_admin_may_choose_for_somebody(
    alice: Someone, admin: Someone, group: Chat, model: FakeOpenAI
) -> None:
    alice, admin = alice.in_chat(group), admin.in_chat(group)
    alice.sends_photo(picture(), "/look")
    await alice.sees_words(HOW)
    await chooses(admin, "In short", "✓")
    await admin.sees("I see 1 image.")


@pytest.mark.usefixtures("bot")
async def test_a_look_waits_for_the_answer_before_it(alice: Someone, model: FakeOpenAI) -> None:
    alice.sends_photo(picture(), "/look")
    await alice.sees_words(HOW)
    card = alice.messages[0]["message_id"]
    slow = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    _, other = [
        alice.world.press(alice.person, card, packed(press), stale=True)
        for press in (Look(1, Way.SHORT, Detail.LOW, 0), Closely(1, Way.SHORT))
    ]
    await alice.is_answered(other)  # beside the answer, as all buttons that ask for none
    assert len(model.asked) == 1
    slow.say("Well.").finish()
    await alice.sees("I see 1 image.")

    assert [each for each in alice.screen if "." in each[-1:]] == ["Well.", "I see 1 image."]


async def test_killed_in_a_look_it_looks_once_more_and_answers_once(
    alice: Someone, model: FakeOpenAI, start: Start
) -> None:
    process = await start()
    alice.sends_photo(picture(), "/look")
    await alice.sees_words(HOW)
    model.hold()  # says nothing at all
    await chooses(alice, "In short", "✓")
    await model.wait_asked(1)
    await kill(process)
    process = await start()
    await alice.sees("I see 1 image.")
    assert await stop(process) == 0

    assert alice.screen.count("I see 1 image.") == 1
    assert len(model.asked) == 2


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "settings",
    [
        {"limits": read_limits("9000 tokens/day")},
        {"limits": read_limits("0.01 usd/day"), "prices": {"gpt-6-luna": PRICE}},
    ],
    ids=["tokens", "usd"],
    indirect=True,
)
async def test_a_limit_that_refuses_a_close_look_has_room_for_another(
    alice: Someone, model: FakeOpenAI
) -> None:
    sends_files(alice, "/ocr")
    refusal = await alice.sees_words("/day has no room")
    assert model.asked == []
    assert refusal.endswith(
        "Looked at less closely, at low, the 3 pictures would be 693 tokens instead of 42,300: "
        "reply to them with /look and choose low."
    )

    sends_files(alice, "/look")
    await alice.sees("How shall I look at them?")
    assert (await chooses(alice, "Read the text", "low")).startswith("low: 693 tokens")
    await alice.sees("I see 3 images.")
    assert asked(model)[1] == ["low"] * 3


def sends_files(someone: Someone, caption: str) -> None:
    """Send an album of large image files."""
    album = someone.world.next_number()
    for colour in COLOURS:
        file = someone.world.document(
            picture(colour, LARGE), file_name="scan.jpg", mime_type="image/jpeg"
        )
        told = captioned(caption) if colour == COLOURS[0] else {}
        someone.sends(document=file, media_group_id=album, **told)


def size_of(url: str) -> tuple[int, int]:
    data = base64.b64decode(url.partition(",")[2])
    return PIL.Image.open(io.BytesIO(data)).size
