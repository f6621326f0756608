"""Which messages are one breath, and how long each waits for the next: the rule as a table."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot import breath
from bot.breath import CUT_PAUSE, FORWARD_PAUSE, Breath, Rule
from storage.records import Incoming

NOW = 1_800_000_000_000
RULE = Rule(bot_id=9, username="teller_bot", album_pause=0.7, longest_pause=1.5)
FORWARD = {"forward_origin": {"type": "hidden_user", "sender_user_name": "Zoe", "date": 1}}
PHOTO = {"photo": [{"file_id": "x"}]}
FILE = {"document": {"file_id": "y", "mime_type": "image/png"}}
LONG = {"text": "word " * 810}
VOICE = {"voice": {"file_id": "z"}}
HI = {"text": "Hi"}
CALLED = {"text": "@Teller_bot what is it?"}

Json = dict[str, Any]


def album(name: str, **more: Any) -> Json:
    return PHOTO | {"media_group_id": name} | more


def breath_of(*contents: Json, chat: int = 7, now: float = 0.0) -> tuple[list[int], float]:
    """Which of some messages go together, and how long they wait from `now` seconds on.

    A message may bring its `at` in seconds, and whom it is `by`.
    """
    parts = [_part(number, content, chat) for number, content in enumerate(contents)]
    found = breath.gathered(parts[0], parts[1:])
    wait = breath.patience(found, RULE, NOW + int(now * 1000))
    return [part.update.update_id for part in found.parts], wait


def _part(number: int, content: Json, chat: int) -> breath.Part:
    message = {"message_id": number, "date": NOW // 1000, "chat": {"id": chat}, "from": {"id": 7}}
    at, sender = content.get("at", 0), content.get("by", 7)
    message |= {"date": NOW // 1000 + at, "from": {"id": sender}}
    message |= {key: value for key, value in content.items() if key not in {"at", "by"}}
    raw = content if "callback_query" in content else {"message": message}
    group = content.get("media_group_id", "")
    return breath.read(Incoming(number, "7", json.dumps(raw), group, received_ms=NOW), RULE)


@pytest.mark.parametrize(
    ("content", "wait"),
    [
        pytest.param(HI, 0.0, id="a text, though it may be the comment of a forward"),
        pytest.param({"text": "/new"}, 0.0, id="a command"),
        pytest.param(LONG, CUT_PAUSE, id="a text that an app may have cut"),
        pytest.param(PHOTO, 1.5, id="a photo without words"),
        pytest.param(FILE, 1.5, id="an image file without words"),
        pytest.param(PHOTO | {"caption": "What is it?"}, 0.0, id="a photo with its question"),
        pytest.param(album("A", caption="What?"), 0.7, id="the first of an album"),
        pytest.param(album("A"), 1.5, id="the first of an album without words"),
        pytest.param(HI | FORWARD, FORWARD_PAUSE, id="a forward"),
        pytest.param(VOICE, 0.0, id="a voice message"),
        pytest.param({"sticker": {"file_id": "x"}}, 0.0, id="a sticker"),
        pytest.param({"callback_query": {"id": "1"}}, 0.0, id="a press"),
    ],
)
def test_nothing_waits_that_has_no_reason_to(content: Json, wait: float) -> None:
    assert breath_of(content) == ([0], wait)


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param([HI, HI | FORWARD], id="a comment and its forward"),
        pytest.param([HI, HI | FORWARD, PHOTO | FORWARD, LONG | FORWARD], id="several forwards"),
        pytest.param([HI, album("A") | FORWARD, album("A") | FORWARD], id="a forwarded album"),
        pytest.param([LONG, LONG, HI], id="a long text in three"),
        pytest.param([PHOTO, HI], id="a photo and its question"),
        pytest.param([FILE, HI | {"at": 9}], id="a question that was typed while others waited"),
        pytest.param([album("A"), album("A"), HI], id="an album and its question"),
        pytest.param([*[album("A")] * 10, *[album("B")] * 10, PHOTO], id="21 photos of one choice"),
        pytest.param([*[album("A", caption="?")] * 10, album("B")], id="11 with a caption"),
        pytest.param([album("A"), HI, album("A")], id="an album whose last part comes late"),
        pytest.param([HI, HI | FORWARD | {"at": 1}], id="over a turn of the second"),
    ],
)
def test_what_belongs_together_is_one_breath(contents: Sequence[Json]) -> None:
    assert breath_of(*contents)[0] == list(range(len(contents)))


@pytest.mark.parametrize(
    ("contents", "together"),
    [
        pytest.param([HI, HI], [0], id="two texts"),
        pytest.param([HI | FORWARD, HI], [0], id="words after a forward"),
        pytest.param([HI, HI | FORWARD | {"at": 2}], [0], id="a forward that came later"),
        pytest.param([LONG, HI | {"at": 4}], [0], id="a text long after a long one"),
        pytest.param([PHOTO, HI | {"at": 11}], [0], id="a text long after a photo"),
        pytest.param([PHOTO | {"caption": "?"}, HI], [0], id="a text after a photo with words"),
        pytest.param([PHOTO, HI, HI], [0, 1], id="a second question"),
        pytest.param([PHOTO, PHOTO], [0], id="two photos, one by one"),
        pytest.param([album("A"), album("B")], [0], id="two albums that are not full"),
        pytest.param([HI, VOICE | FORWARD], [0], id="a forward that cannot be read"),
        pytest.param([PHOTO, {"text": "/new"}, HI], [0], id="what a command parts"),
        pytest.param([{"text": "/new"}, HI | FORWARD], [0], id="a command"),
        pytest.param([{"callback_query": {"id": "1"}}, HI | FORWARD], [0], id="a press"),
    ],
)
def test_what_only_follows_is_another_prompt(
    contents: Sequence[Json], together: Sequence[int]
) -> None:
    assert breath_of(*contents)[0] == together


@pytest.mark.parametrize(
    ("contents", "now", "goes_on"),
    [
        pytest.param([HI], 0.5, True, id="the comment of a forward"),
        pytest.param([HI], 10.0, False, id="a text of a while ago"),
        pytest.param([HI | FORWARD], 0.5, True, id="one of several forwards"),
        pytest.param([LONG], 2.0, True, id="a text whose rest is slow"),
        pytest.param([PHOTO], 2.0, False, id="a photo, which has had its time"),
        pytest.param([HI, VOICE], 0.5, False, id="what is followed by something else"),
    ],
)
def test_more_may_come_to_words_that_are_dealt_with(
    contents: Sequence[Json], now: float, goes_on: bool
) -> None:
    parts = [_part(number, content, 7) for number, content in enumerate(contents)]
    found = breath.gathered(parts[0], parts[1:])

    assert breath.may_go_on(found, NOW + int(now * 1000)) == goes_on


def test_a_question_is_given_up_twice_at_most() -> None:
    def goes_on(attempt: int) -> bool:
        part = _part(0, HI, 7)
        tried = replace(part, update=replace(part.update, attempt=attempt))
        return breath.may_go_on(Breath(parts=[tried], is_over=False), NOW)

    assert [goes_on(attempt) for attempt in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize("last", [HI, LONG, PHOTO])
def test_what_is_followed_by_something_else_does_not_wait(last: Json) -> None:
    assert breath_of(last, VOICE)[1] == 0.0


def test_the_wait_counts_from_when_the_last_part_arrived() -> None:
    assert breath_of(PHOTO, now=1.0)[1] == pytest.approx(0.5)
    assert breath_of(PHOTO, now=60.0)[1] == 0.0
    assert breath_of(PHOTO, now=-60.0)[1] == 1.5  # the clock was put back


def test_an_album_of_ten_waits_for_no_other_part_of_it() -> None:
    ten = [album("A", caption="?")] * 10

    assert breath_of(*ten[:9])[1] == 0.7
    assert breath_of(*ten, VOICE)[1] == 0.0


def test_a_hundred_messages_are_the_most() -> None:
    together, wait = breath_of(*[HI | FORWARD] * 110)

    assert (len(together), wait) == (100, 0.0)


@pytest.mark.parametrize(
    ("contents", "together", "wait"),
    [
        pytest.param([HI], [0], 0.0, id="what is not for the bot waits for nothing"),
        pytest.param([PHOTO, CALLED], [0], 0.0, id="nor does what belongs to it"),
        pytest.param([CALLED, HI | FORWARD], [0, 1], FORWARD_PAUSE, id="a call and its forward"),
        pytest.param(
            [CALLED, HI | {"by": 8}, HI | FORWARD], [0, 2], FORWARD_PAUSE, id="somebody between"
        ),
        pytest.param([CALLED, HI | FORWARD | {"by": 8}], [0], 0.0, id="another's"),
        pytest.param(
            [{"text": "See", "reply_to_message": {"from": {"id": 9}}}, HI | FORWARD],
            [0, 1],
            FORWARD_PAUSE,
            id="a reply to the bot",
        ),
        pytest.param(
            [
                {"text": "See", "reply_to_message": {"message_id": 5, "from": {"id": 9}}}
                | {"message_thread_id": 5, "is_topic_message": True},
                HI | FORWARD,
            ],
            [0],
            0.0,
            id="the root of a topic that the bot has begun is no reply to it",
        ),
        pytest.param([album("A"), album("A")], [0, 1], 0.7, id="an album of anybody"),
    ],
)
def test_in_a_group_one_breath_is_one_persons_and_for_the_bot(
    contents: Sequence[Json], together: Sequence[int], wait: float
) -> None:
    assert breath_of(*contents, chat=-7) == (together, wait)


@pytest.mark.parametrize(
    "odd",
    [
        {"text": 5},
        {"photo": 5, "caption": []},
        {"document": "x"},
        {"reply_to_message": "x"},
        {"from": 5},
        {"date": "x"},
        {"sender_chat": {"id": "x"}},
        {"text": "\ud83d"},
    ],
)
def test_whatever_a_message_holds_it_can_be_read(odd: Json) -> None:
    part = _part(1, odd, -7)

    assert breath.patience(Breath(parts=[part], is_over=False), RULE, NOW) == 0.0
