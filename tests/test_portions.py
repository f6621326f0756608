"""What is asked about many photos, and what is made of the answer."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import portions
from storage.records import Described, JobPhoto, PhotoState

CAT = {"number": 1, "description": "A cat.", "tags": ["cat", "sofa", "red"]}
DOG = {"number": 2, "description": "A dog.", "tags": ["dog", "grass", "ball"]}
A_CAT = Described(words="A cat.", tags=("cat", "sofa", "red"))
A_DOG = Described(words="A dog.", tags=("dog", "grass", "ball"))
WHOLE = json.dumps({"photos": [CAT, DOG]})


def without_number(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "number"}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (WHOLE, {0: A_CAT, 1: A_DOG}),
        (f"Here you are:\n```json\n{WHOLE}\n```\nEnjoy!", {0: A_CAT, 1: A_DOG}),
        (json.dumps([CAT, DOG]), {0: A_CAT, 1: A_DOG}),
        (WHOLE[:-30], {0: A_CAT}),
        (json.dumps({"photos": [DOG]}), {1: A_DOG}),
        (json.dumps({"photos": [without_number(CAT), without_number(DOG)]}), {0: A_CAT, 1: A_DOG}),
        (json.dumps({"photos": [without_number(DOG)]}), {}),
        (json.dumps({"photos": [CAT | {"number": 7}]}), {}),
        (json.dumps({"photos": [CAT | {"number": True}]}), {}),
        (json.dumps({"photos": [CAT | {"description": ""}, DOG]}), {1: A_DOG}),
        (json.dumps({"photos": [CAT | {"tags": "cat, sofa,red"}]}), {0: A_CAT}),
        (json.dumps({"photos": [CAT | {"tags": ["#cat", "cat", 3, "sofa", "red"]}]}), {0: A_CAT}),
        (json.dumps({"photos": [CAT | {"description": "A\n cat."}]}), {0: A_CAT}),
        (json.dumps({"photos": {"1": CAT}}), {}),
        ("I cannot see them.", {}),
        ("", {}),
        ("}{", {}),
        ("null", {}),
    ],
)
def test_an_answer_is_read_as_far_as_it_can_be(answer: str, found: dict[int, Described]) -> None:
    assert portions.read(answer, 2) == found


def test_tags_are_no_more_than_six() -> None:
    answer = json.dumps({"photos": [CAT | {"tags": list("abcdefgh")}]})

    assert portions.read(answer, 1)[0].tags == tuple("abcdef")


@given(st.text() | st.text(alphabet='{}[]",:1photsnumber '))
def test_whatever_is_answered_can_be_read(answer: str) -> None:
    assert all(0 <= place < 3 for place in portions.read(answer, 3))


def photo(position: int, tries: int = 0, state: PhotoState = PhotoState.PREPARED) -> JobPhoto:
    return JobPhoto(position=position, name=str(position), tries=tries, state=state)


@pytest.mark.parametrize(
    ("photos", "positions"),
    [
        ([], []),
        ([photo(n) for n in range(7)], [0, 1, 2, 3, 4]),
        ([photo(0, state=PhotoState.DESCRIBED), photo(1)], [1]),
        ([photo(0, state=PhotoState.LEFT_OUT)], []),
        ([photo(0, 1), photo(1), photo(2)], [1, 2]),
        ([photo(0, 1), photo(1, 2), photo(2, 1)], [0, 2]),
        ([photo(0, 2), photo(1, 2)], [0]),
    ],
)
def test_photos_are_asked_about_together_as_long_as_that_works(
    photos: list[JobPhoto], positions: list[int]
) -> None:
    assert [each.position for each in portions.portion(photos)] == positions


def test_what_is_kept_of_many_photos_is_not_too_long() -> None:
    listed = [
        replace(photo(number, state=PhotoState.DESCRIBED), words="long " * 200)
        for number in range(100)
    ]
    told = portions.telling([*listed, photo(100, state=PhotoState.LEFT_OUT)], "Which?")

    assert told.text.startswith("Which?\n[101 photos, ")
    assert told.text.endswith(f"[101. 100: {portions.UNSEEN}]")
    assert portions.LONGEST_TELLING < len(told.text) < 1.5 * portions.LONGEST_TELLING


def test_a_text_of_several_lines_stays_one() -> None:
    answer = json.dumps({"photos": [{"number": 1, "text": "# A\n\n| {1} |\0\n"}]})

    assert portions.read(answer, 1)[0].words == "# A\n\n| {1} |"
