"""Photos of a while ago: words stand for them, the same ones each time."""

from itertools import pairwise
from typing import Any

import pytest

from bot.app import policy
from bot.settings import Settings
from storage.records import Place
from tests.conftest import ALICE, Clock, picture
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

pytestmark = pytest.mark.usefixtures("bot")

TEAL = "[Photo 1, 640×480: A teal square. It is lovely.]"


async def asks(someone: Someone, model: FakeOpenAI, *answers: str) -> None:
    """Ask and be answered, as often as there are answers."""
    for answer in answers:
        model.will_say(answer)
        seen = len(someone.messages)
        someone.says(f"And what of {answer}?")
        await someone.sees_messages(seen + 1)
        await someone.sees(answer)


def told(model: FakeOpenAI, asked: int = -1) -> list[Any]:
    """What the model was told, without the persona."""
    return [message["content"] for message in model.asked[asked]["messages"][1:]]


async def test_a_photo_is_sent_three_times_and_then_is_a_line(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("A **teal** square.\n\nIt is lovely.")
    alice.sends_photo(picture(), "What is it?")
    await alice.sees("A teal square.\n\nIt is lovely.")
    await asks(alice, model, "one", "two", "three", "four")

    first = [told(model, asked)[0] for asked in range(5)]
    assert first[0] == first[1] == first[2]
    assert first[0][1]["type"] == "image_url"
    assert first[3] == first[4] == f"What is it?\n{TEAL}"


async def test_what_is_told_stays_the_same_once_words_stand_for_a_photo(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("A teal square. It is lovely.")
    alice.sends_photo(picture(), "What is it?")
    await alice.sees("A teal square. It is lovely.")
    await asks(alice, model, *"abcdefg")

    later = [told(model, asked) for asked in range(3, 8)]
    assert all(two[: len(one)] == one for one, two in pairwise(later))


async def test_of_an_album_each_photo_has_its_line(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("1. A teal square.\n2. A navy one.")
    alice.sends_album([picture(), picture("navy", (90, 60))], "What are they?")
    await alice.sees_words("A navy one.")
    await asks(alice, model, "one", "two", "three")

    assert told(model)[0] == (
        "What are they?\n[Photo 1, 640×480: A teal square.]\n[Photo 2, 90×60: A navy one.]"
    )


async def test_a_new_answer_about_a_photo_is_its_line(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("A cat.")
    model.will_say("A dog.")
    alice.sends_photo(picture(), "What is it?")
    await alice.sees("A cat.")
    alice.says("/retry")
    await alice.sees("A dog.")
    await asks(alice, model, "one", "two", "three")

    assert told(model)[0] == "What is it?\n[Photo 1, 640×480: A dog.]"


async def test_a_reply_to_an_old_photo_shows_it_anew_under_a_number_of_its_own(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("A teal square. It is lovely.")
    photo = alice.sends_photo(picture(), "What is it?")
    await alice.sees("A teal square. It is lovely.")
    await asks(alice, model, "one", "two", "three")
    model.will_say("So it is.")
    alice.says("Is it teal?", reply_to=photo)
    await alice.sees("So it is.")
    assert told(model)[-1][1]["type"] == "image_url"
    await asks(alice, model, "four", "five", "six")

    assert told(model)[0] == f"What is it?\n{TEAL}"
    assert told(model)[8] == "Is it teal?\n[Photo 2, 640×480: So it is.]"


async def test_an_endpoint_that_is_not_openai_hears_nothing_of_the_chat(
    alice: Someone, model: FakeOpenAI
) -> None:
    alice.says("Hi")
    await alice.sees("You said: Hi")

    assert "prompt_cache_key" not in model.asked[-1]


def test_what_a_chat_is_called_before_the_provider_tells_nobody_which_it_is(
    settings: Settings, clock: Clock
) -> None:
    mark = policy(settings, clock).mark
    other = policy(settings.but(telegram_bot_token="4242:other"), clock).mark
    place = Place(chat_id=ALICE.id)

    assert mark(place) == mark(Place(chat_id=ALICE.id))
    assert mark(place) not in {mark(Place(chat_id=ALICE.id, thread_id=7)), other(place)}
    assert str(ALICE.id) not in mark(place)
