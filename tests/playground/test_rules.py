"""What Telegram refuses, as tables."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from playground import rules
from playground.limits import Limits
from playground.people import Chat, Json
from playground.rules import Refused
from playground.text import cleaned, found, piece, units, with_found
from tests.playground.cast import Clock

PRIVATE = Chat(1, "private", None, (1,))
GROUP = Chat(-1, "group", "Family", (1,))


def entity(kind: str, offset: int, length: int, **more: Any) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


def button(**fields: str) -> Json:
    return {"inline_keyboard": [[{"text": "OK", **fields}]]}


@pytest.mark.parametrize(
    ("text", "marked", "words"),
    [
        ("abc", entity("shout", 0, 1), "Unsupported type 'shout'"),
        ("abc", entity("text_link", 0, 1), 'Can\'t find field "url"'),
        ("abc", entity("bold", -1, 1), "incorrect offset -1"),
        ("abc", entity("bold", 0, -1), "incorrect length -1"),
        ("abc", entity("bold", 4, 1), "begins after the end of the text at UTF-16 offset 4"),
        ("abc", entity("bold", 1, 3), "ends after the end of the text at UTF-16 offset 4"),
        ("a🙂b", entity("bold", 2, 1), "begins in a middle of a UTF-16 symbol"),
        ("a🙂b", entity("bold", 0, 2), "ends in a middle of a UTF-16 symbol"),
        ("abc", {"type": "bold", "offset": "0"}, "can't parse MessageEntity"),
        ("abc", "bold", "can't parse MessageEntity"),
    ],
)
def test_a_wrong_entity_is_refused(text: str, marked: Any, words: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.message_text(text, [marked])
    assert words in refused.value.description


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        (entity("bold", 0, 5), entity("code", 1, 2)),
        (entity("pre", 0, 5), entity("italic", 1, 2)),
        (entity("blockquote", 0, 5), entity("expandable_blockquote", 1, 2)),
        (entity("bold", 0, 3), entity("italic", 2, 3)),
        (entity("code", 0, 5), entity("bold", 0, 5)),
    ],
    ids=["code in bold", "italic in pre", "quote in quote", "crossed", "the same place"],
)
def test_what_may_not_be_nested_is_refused(outer: Json, inner: Json) -> None:
    with pytest.raises(Refused):
        rules.message_text("abcdef", [outer, inner])


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        (entity("bold", 0, 5), entity("italic", 1, 2)),
        (entity("blockquote", 0, 5), entity("bold", 0, 5)),
        (entity("code", 0, 2), entity("bold", 2, 2)),
    ],
    ids=["italic in bold", "bold in quote", "side by side"],
)
def test_other_entities_may_be_nested(outer: Json, inner: Json) -> None:
    _, kept = rules.message_text("abcdef", [outer, inner])
    assert kept == [outer, inner]


def test_entities_beyond_a_hundred_are_dropped() -> None:
    many = [entity("bold", offset, 1) for offset in range(150)]
    assert rules.message_text("a" * 150, many)[1] == many[:100]


def test_entities_move_when_a_text_is_trimmed() -> None:
    marked = [entity("bold", 0, 9), entity("italic", 2, 2), entity("code", 0, 2)]
    assert cleaned("  🙂\tabc \n", marked) == (
        "🙂 abc",
        [entity("bold", 0, 6), entity("italic", 0, 2)],
    )


def test_a_caption_has_1024_characters() -> None:
    assert rules.caption("a" * 1024, [])[0] == "a" * 1024
    with pytest.raises(Refused, match="message caption is too long"):
        rules.caption("a" * 1025, [])


def test_a_draft_may_be_empty_and_not_too_long() -> None:
    assert rules.draft_text("", []) == ("", [])
    with pytest.raises(Refused, match="message is too long"):
        rules.draft_text("a" * 4097, [])


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (button(callback_data=""), "BUTTON_DATA_INVALID"),
        (button(callback_data="я" * 33), "BUTTON_DATA_INVALID"),
        (button(url="ftp://example.org"), "unsupported URL protocol"),
        (button(), "text buttons are unallowed"),
        (button(callback_data="a", url="https://example.org"), "text buttons are unallowed"),
        ({"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}, "a button has a text"),
        ({"inline_keyboard": [{"text": "OK"}]}, "must be an Array of Arrays"),
        ({"inline_keyboard": "OK"}, "object expected as reply markup"),
        (
            {"inline_keyboard": [[{"text": "OK", "callback_data": "a"}]] * 101},
            "REPLY_MARKUP_TOO_LONG",
        ),
    ],
)
def test_a_wrong_keyboard_is_refused(markup: Json, words: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.keyboard(markup)
    assert words in refused.value.description


@pytest.mark.parametrize(
    "markup",
    [
        button(callback_data="a" * 64),
        button(url="https://example.org", style="primary"),
        button(copy_text="x"),
    ],
)
def test_other_keyboards_are_kept(markup: Json) -> None:
    assert rules.keyboard(markup) == markup


def test_an_empty_keyboard_is_none() -> None:
    assert rules.keyboard({"inline_keyboard": [[]]}) == {}


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("/new", ["bot_command:/new"]),
        ("/new@teller_bot now", ["bot_command:/new@teller_bot"]),
        ("either/or, 1/2", []),
        ("🙂 @ann_b, hi", ["mention:@ann_b"]),
        ("ann@example.org", []),
        ("(see https://example.org/a_(b).)", ["url:https://example.org/a_(b"]),
        ("go to www.example.org!", ["url:www.example.org"]),
    ],
)
def test_commands_mentions_and_links_are_found(text: str, marked: list[str]) -> None:
    assert [f"{one['type']}:{piece(text, one)}" for one in found(text)] == marked


def test_nothing_is_found_inside_what_was_given() -> None:
    code = entity("code", 0, 4)
    assert with_found("/new or /old", [code]) == [code, entity("bot_command", 8, 4)]


@settings(max_examples=50)
@given(some.text(), some.text(alphabet=" \n\t"))
def test_an_entity_covers_the_same_words_after_trimming(text: str, around: str) -> None:
    middle = text.strip()
    marked = [entity("bold", units(around), units(middle))]
    kept, moved = cleaned(around + middle + around, marked)
    assert [piece(kept, one) for one in moved] == ([kept] if kept else [])


@pytest.fixture
def limits(clock: Clock) -> Limits:
    limits = Limits(clock=clock)
    limits.on = True
    return limits


def wait(limits: Limits, chat: Chat, *, times: int = 1) -> int | None:
    """Send a message; return how long Telegram wants one to wait, if it does."""
    try:
        limits.message(chat, times=times)
    except Refused as refused:
        return refused.retry_after
    return None


def test_a_private_chat_takes_a_short_burst_and_one_a_second(limits: Limits, clock: Clock) -> None:
    assert [wait(limits, PRIVATE) for _ in range(6)] == [None] * 5 + [5]
    for _ in range(20):
        clock.now += 1
        wait(limits, PRIVATE)
    clock.now += 1
    assert wait(limits, PRIVATE) is None


def test_a_group_takes_20_messages_a_minute(limits: Limits, clock: Clock) -> None:
    for _ in range(20):
        assert wait(limits, GROUP) is None
    clock.now += 40
    assert wait(limits, GROUP) == 20
    clock.now += 20
    assert wait(limits, GROUP, times=10) is None
    assert wait(limits, GROUP, times=11) == 60


def test_the_bot_sends_30_messages_a_second(limits: Limits) -> None:
    waits = [wait(limits, Chat(number, "private", None, (number,))) for number in range(31)]
    assert waits == [None] * 30 + [1]


def test_drafts_and_actions_are_20_in_5_seconds_and_40_in_30(limits: Limits, clock: Clock) -> None:
    for _ in range(20):
        limits.progress(PRIVATE)
    with pytest.raises(Refused, match="retry after 5"):
        limits.progress(PRIVATE)

    clock.now += 5
    for _ in range(20):
        limits.progress(PRIVATE)
    clock.now += 5
    with pytest.raises(Refused, match="retry after 20"):
        limits.progress(PRIVATE)
    limits.message(PRIVATE)
