"""Tools that a model calls: how the calls come over the wire, and what is made of them."""

import json
from typing import Any

import pytest

from bot.assistant import again
from bot.llm import Called
from bot.llm.calls import Calls
from bot.tokens import text_tokens
from storage.records import Image

PHOTOS = {
    number: Image(
        sha256=f"a{number}", media_type="image/png", width=9, height=9, detail="high", tokens=9
    )
    for number in range(1, 5)
}


def piece(arguments: str = "", **told: Any) -> dict[str, Any]:
    name = {"name": told.pop("name")} if "name" in told else {}
    return {"function": {"arguments": arguments, **name}, **told}


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(
            [
                piece(index=0, id="a", name="look_again"),
                piece('{"pho', index=0),
                piece(index=1, id="b", name="look_again"),
                piece('to": 1}', index=0),
                piece('{"photo": 2}', index=1),
            ],
            id="mixed, by index",
        ),
        pytest.param(
            [
                piece('{"photo": 1}', index=0, id="a", name="look_again"),
                piece('{"photo": 2}', index=0, id="b", name="look_again"),
            ],
            id="one index for all",
        ),
        pytest.param(
            [
                piece('{"photo": 1}', id="a", name="look_again"),
                piece('{"photo": 2}', id="b", name="look_again"),
            ],
            id="no index",
        ),
    ],
)
def test_calls_are_put_together_from_their_pieces(pieces: list[dict[str, Any]]) -> None:
    calls = Calls()
    for each in pieces:
        calls.hear([each])

    assert calls.done() == [
        Called(id="a", name="look_again", arguments='{"photo": 1}'),
        Called(id="b", name="look_again", arguments='{"photo": 2}'),
    ]


@pytest.mark.parametrize("told", [None, "x", 7, {}, [None], [{}], [{"function": 7, "index": None}]])
def test_what_is_no_call_is_left_out(told: object) -> None:
    calls = Calls()
    calls.hear(told)

    assert calls.done() == []


def test_a_call_without_an_id_gets_one() -> None:
    calls = Calls()
    calls.hear([{"index": 0, "function": {"name": "look_again", "arguments": "{}"}}])

    assert [each.id for each in calls.done()] == ["call_1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('{"photo": 2}', again.SHOWN),
        ('{"photo": "2"}', again.SHOWN),
        ("2", again.SHOWN),
        ('{"photo": 1}', again.IN_VIEW),
        ('{"photo": 7}', again.UNKNOWN.format(numbers="1, 2, 3, 4")),
        ('{"photo": -1}', again.UNKNOWN.format(numbers="1, 2, 3, 4")),
        ("", again.NO_NUMBER),
        ("{", again.NO_NUMBER),
        ("{}", again.NO_NUMBER),
        ("[]", again.NO_NUMBER),
        ("null", again.NO_NUMBER),
        ('{"photo": null}', again.NO_NUMBER),
        ('{"photo": "the cat"}', again.NO_NUMBER),
        ('{"photo": Infinity}', again.NO_NUMBER),
        ("[" * 10_000, again.NO_NUMBER),
    ],
)
def test_each_call_gets_its_answer(arguments: str, words: str) -> None:
    call = Called(id="a", name=again.NAME, arguments=arguments)
    look = again.look([call], PHOTOS, {1: PHOTOS[1]})

    assert look.results == ((call, words),)
    assert dict(look.shown) == ({2: PHOTOS[2]} if words == again.SHOWN else {})


def test_an_unknown_tool_gets_its_answer() -> None:
    look = again.look([Called(id="a", name="buy", arguments="{}")], PHOTOS, {})

    assert [words for _, words in look.results] == [again.NO_TOOL]


def test_no_more_than_two_photos_are_shown_and_no_more_than_four_calls_answered() -> None:
    calls = [
        Called(id=str(number), name=again.NAME, arguments=json.dumps({"photo": number}))
        for number in (1, 1, 2, 3, 4)
    ]
    look = again.look(calls, PHOTOS, {})

    said = [words for _, words in look.results]
    assert said == [again.SHOWN, again.IN_VIEW, again.SHOWN, again.NO_MORE]
    assert list(look.shown) == [1, 2]


def test_the_tool_and_the_answers_are_no_longer_than_is_reserved() -> None:
    numbers = ", ".join(str(number) for number in range(990, 1000))
    answers = [again.UNKNOWN.format(numbers=numbers), again.NO_NUMBER, again.NO_MORE]
    assert text_tokens(json.dumps(again.TOOLS)) == again.TOOL_TOKENS
    assert max(map(text_tokens, answers)) + 10 <= 2 * again.RESULT_TOKENS
