"""The bot among several people: it speaks when it is meant, and to the one who asked."""

from typing import Any

import pytest

from playground.people import Chat
from playground.world import World
from tests.conftest import picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
def alice(alice: Someone, group: Chat) -> Someone:
    return alice.in_chat(group)


@pytest.fixture
def ben(ben: Someone, group: Chat) -> Someone:
    return ben.in_chat(group)


def told(model: FakeOpenAI) -> list[Any]:
    """What the model was told last, without the persona."""
    return [each["content"] for each in model.asked[-1]["messages"][1:]]


def answered(message: dict[str, Any]) -> int:
    """The number of the message that a message of the bot answers."""
    return int(message["reply_to_message"]["message_id"])


async def test_it_speaks_only_when_it_is_meant(
    alice: Someone, ben: Someone, world: World, model: FakeOpenAI
) -> None:
    world.privacy = False  # so that it hears everything
    alice.says("Have you read it?")
    ben.says("Not yet. Ask @teller_bot_fan, or mail teller_bot@example.org.")
    ben.says("/start@other_bot")
    ben.sends_photo(picture(), "My copy")
    alice.says("@teller_bot Who wrote it?")
    answer = await alice.sees("You said: Who wrote it?")
    ben.says("When?", reply_to=answer["message_id"])
    await ben.sees("You said: When?")
    ben.says("/start@teller_bot")
    await ben.sees(english("command-hello", name="Ben"))

    assert len(ben.screen) == 3
    assert told(model) == ["Who wrote it?", "You said: Who wrote it?", "When?"]


async def test_an_answer_is_a_reply_to_its_question(alice: Someone, ben: Someone) -> None:
    first = alice.says("@teller_bot One?")
    second = ben.says("Two, @Teller_Bot?")
    third = ben.says("/new")
    await alice.sees(english("command-afresh"))

    assert alice.screen == ["You said: One?", "You said: Two, ?", english("command-afresh")]
    assert [answered(each) for each in alice.messages] == [first, second, third]


async def test_an_answer_of_several_parts_replies_with_the_first(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("word " * 1_000)
    number = alice.says("@teller_bot Write a lot")
    await alice.sees_messages(2)

    [first, second] = alice.messages
    assert answered(first) == number
    assert "reply_to_message" not in second


async def test_two_members_share_a_conversation(
    alice: Someone, ben: Someone, model: FakeOpenAI
) -> None:
    slow = model.hold()
    alice.says("@teller_bot I have the first chapter.")
    await model.wait_asked(1)
    ben.says("@teller_bot And I the last. Who begins?")
    slow.say("Noted.").finish()
    await ben.sees_words("Who begins?")

    assert told(model) == [
        "I have the first chapter.",
        "Noted.",
        "And I the last. Who begins?",
    ]


async def test_a_group_does_not_hear_what_was_said_alone(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    alone = Someone(world, alice.person)
    alone.says("My secret is 42.")
    await alone.sees("You said: My secret is 42.")
    alice.says("@teller_bot What is my secret?")
    await alice.sees("You said: What is my secret?")

    assert told(model) == ["What is my secret?"]
    assert len(alone.screen) == len(alice.screen) == 1


async def test_the_name_alone_gets_a_sentence(alice: Someone, model: FakeOpenAI) -> None:
    alice.says("@teller_bot")
    await alice.sees_words("nothing in your message")

    assert model.asked == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("@teller_bot, who is it?", ", who is it?"),
        ("Ask @ben, @teller_bot", "Ask @ben,"),
        pytest.param(
            "Is @teller_botany you, @teller_bot ?",
            "Is @teller_botany you,  ?",
        ),
        pytest.param(
            "İİİİ @teller_bot Nasılsın?",
            "İİİİ  Nasılsın?",
        ),
    ],
)
async def test_the_name_is_no_part_of_the_question(
    alice: Someone, model: FakeOpenAI, said: str, meant: str
) -> None:
    alice.says(said)
    await model.wait_asked(1)

    assert told(model) == [meant]


async def test_an_album_is_meant_by_its_caption(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    world.privacy = False
    alice.sends_album([picture(colour) for colour in ("teal", "navy")])
    alice.sends_album([picture(colour) for colour in ("red", "lime")], "@teller_bot What is it?")
    await alice.sees("I see 2 images.")

    [[text, *images]] = told(model)
    assert text["text"] == "What is it?"
    assert len(images) == 2
    assert alice.screen == ["I see 2 images."]


async def test_a_photo_is_meant_by_its_caption(alice: Someone, model: FakeOpenAI) -> None:
    alice.sends_photo(picture(), "What is this, @teller_bot")
    await alice.sees("I see 1 image.")

    [[text, _image]] = told(model)
    assert text["text"] == "What is this,"


async def test_a_topic_is_its_own_conversation(
    alice: Someone, ben: Someone, model: FakeOpenAI
) -> None:
    slow = model.hold()
    alice.says("@teller_bot About cats", topic=7)
    await model.wait_asked(1)
    ben.says("@teller_bot About dogs", topic=8)
    await ben.sees("You said: About dogs")
    slow.say("Cats it is.").finish()
    await alice.sees("Cats it is.")
    ben.says("@teller_bot And more", topic=8)
    await ben.sees("You said: And more")
    ben.says("/new@teller_bot", topic=8)
    await ben.sees(english("command-afresh"))
    alice.says("@teller_bot Cats again", topic=7)
    await alice.sees("You said: Cats again")

    assert told(model) == ["About cats", "Cats it is.", "Cats again"]
    assert [(each["message_thread_id"], each["text"]) for each in alice.messages] == [
        (8, "You said: About dogs"),
        (7, "Cats it is."),
        (8, "You said: And more"),
        (8, english("command-afresh")),
        (7, "You said: Cats again"),
    ]


async def test_a_reply_outside_of_topics_is_no_topic(alice: Someone, world: World) -> None:
    # Replies in groups without topics have a thread's number too, and are none.
    number = alice.says("Hello all")
    world.send(
        alice.person,
        {"text": "@teller_bot Hi", "entities": [{"type": "mention", "offset": 0, "length": 11}]}
        | {"message_thread_id": number},
        chat=alice.chat_id,
        reply_to=number,
    )
    answer = await alice.sees("You said: Hi")

    assert "message_thread_id" not in answer


async def test_an_answer_that_comes_anew_is_a_reply_too(alice: Someone, model: FakeOpenAI) -> None:
    answer = model.hold()
    number = alice.says("@teller_bot Hi")
    await model.wait_asked(1)
    answer.say("Once")
    alice.deletes((await alice.sees("Once"))["message_id"])
    answer.say(" more.").finish()
    message = await alice.sees("Once more.")

    assert message.get("reply_to_message", {}).get("message_id") == number
