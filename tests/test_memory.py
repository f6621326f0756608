"""What the model is told of a conversation, and in which form."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.memory import as_sent, as_words, weight, window, with_images
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


@settings(deadline=None)  # the first count of tokens reads the vocabulary
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

    assert with_images(said, 3, 9999) == (said[:1] if is_sent else ())
    first = said[0].tokens + PHOTO.tokens
    if not is_sent:
        first = message_tokens("user", f"{said[0].text}\n[Photo 1, 640×480]")
    assert weight(said, with_images(said, 3, 9999)) == first + sum(each.tokens for each in said[1:])


@pytest.mark.parametrize(
    ("budget", "is_sent"), [(100, [False, True]), (600, [True, True]), (599, [False, True])]
)
def test_older_images_are_sent_as_far_as_there_is_room(budget: int, is_sent: list[bool]) -> None:
    said = (message(0, "user", images=[PHOTO]), message(1, "user", images=[PHOTO]))
    sent = with_images(said, 3, budget)

    assert [each in sent for each in said] == is_sent


def test_words_stay_words_while_newer_images_are_sent() -> None:
    big = replace(PHOTO, tokens=900)
    said = (message(0, "user", images=[big]), message(1, "user", images=[big]), *turns(1))

    assert with_images(said[:2], 3, 1000) == said[1:2]
    assert with_images((*said[:2], message(2, "user")), 3, 1000) == said[1:2]


@given(said=conversations(), budget=st.integers(1, 4000))
def test_the_images_that_are_sent_fit_or_are_the_newest_ones(
    said: tuple[Message, ...], budget: int
) -> None:
    sent = with_images(said, 3, budget)
    size = sum(image.tokens for each in sent for image in each.images)

    assert sent == said[-1:] or size <= max(budget, sum(each.tokens for each in said[-1].images))
    assert said[-1] in sent or not said[-1].images


def test_messages_are_sent_behind_the_persona_in_their_order() -> None:
    assert as_sent("Be kind.", turns(2)[:-1], {}) == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "text 0"},
        {"role": "assistant", "content": "text 1"},
        {"role": "user", "content": "text 2"},
    ]


def test_images_follow_their_words() -> None:
    [_, question] = as_sent(
        "", turns(1, images=[PHOTO, OTHER])[:1], DATA, turns(1, images=[PHOTO, OTHER])
    )

    assert question["content"] == [
        {"type": "text", "text": "text 0"},
        {"type": "image_url", "image_url": {"url": url("image/jpeg", "a1"), "detail": "high"}},
        {"type": "image_url", "image_url": {"url": url("image/png", "b2"), "detail": "low"}},
    ]


def url(media_type: str, sha256: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(DATA[sha256]).decode()}"


def test_an_image_without_words_is_sent_alone() -> None:
    said = Message(id=1, role="user", text="", tokens=4, images=(PHOTO,))
    [_, question] = as_sent("", (said,), DATA, (said,))

    assert [part["type"] for part in question["content"]] == ["image_url"]


def test_an_image_of_long_ago_is_a_line_and_stays_one() -> None:
    seen = replace(PHOTO, description="A teal square.")
    sent = [as_sent("", turns(count, images=[seen, OTHER])[:-1], {}) for count in (4, 5, 9)]

    assert {told[1]["content"] for told in sent} == {
        "text 0\n[Photo 1, 640×480: A teal square.]\n[Photo 2, 90×60]"
    }


def test_photos_are_counted_in_what_is_told() -> None:
    said = (*turns(1, images=[PHOTO, OTHER]), message(2, "user", images=[PHOTO]), *turns(3)[:-1])

    assert as_words(said, ()) == {1: PHOTO, 2: OTHER, 3: PHOTO}
    assert as_words(said, with_images(said, 4, 9999)) == {1: PHOTO, 2: OTHER}
    assert as_sent("", said, {})[3]["content"] == "text 2\n[Photo 3, 640×480]"


@pytest.mark.parametrize("photo_turns", [1, 2, 5])
def test_a_photo_is_sent_with_as_many_questions_as_is_set(photo_turns: int) -> None:
    sent = [
        bool(with_images(turns(count, images=[PHOTO])[:-1], photo_turns, 9999))
        for count in range(1, 9)
    ]

    assert sent == [True] * photo_turns + [False] * (8 - photo_turns)


def test_what_was_sent_before_is_sent_again_in_the_same_words() -> None:
    first, second = (
        as_sent("", turns(count, images=[PHOTO])[:-1], DATA, turns(1, images=[PHOTO]))
        for count in (2, 3)
    )

    assert second[: len(first)] == first
