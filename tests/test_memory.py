"""What the model is told of a conversation, and in which form."""

import base64
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.memory import as_sent, weight, window, with_images
from bot.tokens import message_tokens
from storage.records import Image, Message

PHOTO = Image(
    sha256="a1", media_type="image/jpeg", width=640, height=480, detail="high", tokens=300
)
OTHER = Image(sha256="b2", media_type="image/png", width=90, height=60, detail="low", tokens=70)
DATA = {"a1": b"a photo", "b2": b"another"}


def message(number: int, role: str, tokens: int = 10, images: Sequence[Image] = ()) -> Message:
    return Message(id=number, role=role, text=f"text {number}", tokens=tokens, images=tuple(images))


def turns(count: int, tokens: int = 10, images: Sequence[Image] = ()) -> tuple[Message, ...]:
    """Questions and answers; the images come with the first question."""
    return tuple(
        message(number, "assistant" if number % 2 else "user", tokens, [] if number else images)
        for number in range(2 * count)
    )


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Message, ...]:
    """Questions with and without photos, most of them answered; the last one is still open."""
    said: list[Message] = []
    sizes = st.integers(1, 300)
    photos = st.lists(st.builds(_photo, st.integers(1, 3000)), max_size=2)
    for is_answered in [*draw(st.lists(st.booleans(), max_size=25)), False]:
        said.append(message(len(said), "user", draw(sizes), draw(photos)))
        if is_answered:
            said.append(message(len(said), "assistant", draw(sizes)))
    return tuple(said)


def _photo(tokens: int) -> Image:
    return Image(
        sha256="a1", media_type="image/jpeg", width=640, height=480, detail="high", tokens=tokens
    )


@given(said=conversations(), budget=st.integers(1, 4000))
def test_what_is_told_fits_and_begins_with_a_question(
    said: tuple[Message, ...], budget: int
) -> None:
    told = window(said, budget)

    assert told == said[len(said) - len(told) :]
    assert told[0].role == "user"
    assert weight(told) <= budget or told == said[-1:]


@given(said=conversations(), budget=st.integers(1, 4000))
def test_what_fits_is_told_whole(said: tuple[Message, ...], budget: int) -> None:
    assert (window(said, budget) == said) == (weight(said) <= budget or len(said) == 1)


@given(said=conversations(), budget=st.integers(1, 4000))
def test_a_cut_leaves_half_the_room_and_no_more_than_it_must(
    said: tuple[Message, ...], budget: int
) -> None:
    told = window(said, budget)
    if told == said:
        return
    longer = [said[start:] for start in range(len(said) - len(told)) if said[start].role == "user"]

    assert weight(told) <= budget // 2 or told == said[-1:]
    assert all(weight(each) > budget // 2 for each in longer)


@given(
    sizes=st.lists(st.integers(1, 200), min_size=10, max_size=150), budget=st.integers(500, 2000)
)
def test_the_beginning_stays_the_same_until_the_room_is_used_up(
    sizes: list[int], budget: int
) -> None:
    told: tuple[Message, ...] = ()
    cuts = []
    for number, tokens in enumerate(sizes):
        longer = (*told, message(number, "assistant" if number % 2 else "user", tokens))
        told = window(longer, budget) if number % 2 == 0 else longer
        if told != longer:
            cuts.append(number)

    for one, next_one in pairwise(cuts):
        assert sum(sizes[one + 1 : next_one + 1]) > budget // 2


def test_a_long_conversation_is_cut_every_dozen_turns_not_at_each() -> None:
    said: tuple[Message, ...] = ()
    beginnings = []
    for question, answer in zip(turns(100)[::2], turns(100)[1::2], strict=True):
        said = window((*said, question), 500)
        beginnings.append(said[0].id)
        said = (*said, answer)

    assert len(set(beginnings)) <= 100 // 12
    assert beginnings == sorted(beginnings)


def test_a_question_that_is_too_long_alone_is_told_alone() -> None:
    said = (*turns(3), message(6, "user", 9999))

    assert window(said, 500) == said[-1:]


@pytest.mark.parametrize(
    ("questions_since", "is_sent"), [(0, True), (1, True), (2, True), (3, False), (9, False)]
)
def test_an_image_is_sent_with_its_question_and_the_next_two(
    *, questions_since: int, is_sent: bool
) -> None:
    said = turns(questions_since + 1, images=[PHOTO])[:-1]  # the last one waits for its answer

    assert with_images(said) == (said[:1] if is_sent else ())
    first = said[0].tokens + PHOTO.tokens
    if not is_sent:
        first = message_tokens("user", f"[A photo, 640×480, was here.]\n{said[0].text}")
    assert weight(said) == first + sum(each.tokens for each in said[1:])


def test_messages_are_sent_behind_the_persona_in_their_order() -> None:
    assert as_sent("Be kind.", turns(2)[:-1], {}) == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "text 0"},
        {"role": "assistant", "content": "text 1"},
        {"role": "user", "content": "text 2"},
    ]


def test_images_follow_their_words() -> None:
    [_, question] = as_sent("", turns(1, images=[PHOTO, OTHER])[:1], DATA)

    assert question["content"] == [
        {"type": "text", "text": "text 0"},
        {"type": "image_url", "image_url": {"url": url("image/jpeg", "a1"), "detail": "high"}},
        {"type": "image_url", "image_url": {"url": url("image/png", "b2"), "detail": "low"}},
    ]


def url(media_type: str, sha256: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(DATA[sha256]).decode()}"


def test_an_image_without_words_is_sent_alone() -> None:
    said = Message(id=1, role="user", text="", tokens=4, images=(PHOTO,))
    [_, question] = as_sent("", (said,), DATA)

    assert [part["type"] for part in question["content"]] == ["image_url"]


def test_an_image_of_long_ago_is_a_line_and_stays_one() -> None:
    sent = [as_sent("", turns(count, images=[PHOTO, OTHER])[:-1], {}) for count in (4, 5, 9)]

    assert {told[1]["content"] for told in sent} == {
        "[A photo, 640×480, was here.]\n[A photo, 90×60, was here.]\ntext 0"
    }


def test_what_was_sent_before_is_sent_again_in_the_same_words() -> None:
    first, second = (as_sent("", turns(count, images=[PHOTO])[:-1], DATA) for count in (2, 3))

    assert second[: len(first)] == first
