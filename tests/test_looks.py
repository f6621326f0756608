"""Ways of looking as data: what the model is asked, how closely, and what it says in the end."""

import pytest

from bot import looks
from bot.looks import Detail, Way


@pytest.mark.parametrize("way", Way)
def test_each_way_is_told_in_whose_language(way: Way) -> None:
    asked = looks.prompt(way, language="de")

    assert asked.startswith(looks.LOOKS[way].asks)
    assert ("“de”" in asked) == (way is not Way.TEXT)  # what is read stays in its own language


def test_a_wish_goes_before_all_and_may_ask_for_another_language() -> None:
    asked = looks.prompt(Way.SHORT, language="", wish="in French, please")

    assert "Answer in English, unless the wish below asks for another" in asked
    assert asked.endswith("in French, please")


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("ocr", Way.TEXT),
        ("text", Way.TEXT),
        ("OCR", Way.TEXT),
        ("describe", Way.DESCRIBE),
        ("", None),
        ("what", None),
    ],
)
def test_a_way_is_known_by_its_name_and_its_command(name: str, way: Way | None) -> None:
    assert looks.way_called(name) is way


def test_each_way_has_a_command() -> None:
    assert set(looks.CALLED.values()) == set(Way)


@pytest.mark.parametrize(
    ("way", "model", "detail"),
    [
        (Way.TEXT, "gpt-6-luna", Detail.ORIGINAL),
        (Way.CHART, "gpt-5.5", Detail.ORIGINAL),
        (Way.TEXT, "gpt-4o", Detail.HIGH),
        (Way.TEXT, "gpt-4.1-mini", Detail.HIGH),
        (Way.SHORT, "gpt-4o", Detail.LOW),
        (Way.DESCRIBE, "gpt-6-luna", Detail.HIGH),
    ],
)
def test_small_print_is_looked_at_as_closely_as_a_model_can(
    way: Way, model: str, detail: Detail
) -> None:
    assert looks.detail_for(way, model, "high") is detail


def test_where_it_does_not_matter_it_is_looked_at_as_is_set() -> None:
    assert looks.detail_for(Way.EXPLAIN, "gpt-6-luna", "low") is Detail.LOW


@pytest.mark.parametrize(
    ("answer", "is_unsure"),
    [
        ("**Kind**: a photo\nVERDICT: unsure", True),
        ("**Kind**: a photo\n\n**VERDICT: Unsure**\n", True),
        ("**Kind**: a photo\n`verdict: unsure`.", True),
        ("**Kind**: a photo\nVERDICT: fine", False),
        ("**Kind**: a photo\nVERDICT: not fine", False),
        ("VERDICT: unsure\nOr rather not.", False),
        ("I am unsure", False),
        ("", False),
        (" \n ", False),
    ],
)
def test_the_last_line_says_whether_a_person_should_look(answer: str, is_unsure: bool) -> None:
    assert looks.is_unsure(answer) == is_unsure


def test_only_what_is_neither_yes_nor_no_is_a_doubt() -> None:
    scores = {"violence": 0.3, "sexual": 0.7, "self-harm": 0.5, "hate": 0.29, "illicit": 0.71}

    assert looks.doubts(scores) == ["self-harm", "sexual", "violence"]


def test_scores_are_told_from_the_worst_down() -> None:
    assert looks.told({"hate": 0.001, "violence": 0.31, "sexual": 0.9}).endswith(
        "sexual 0.90, violence 0.31, all else below 0.01."
    )


@pytest.mark.parametrize("scores", [{}, {"violence": 0.92, "self-harm/intent": 0.3, "hate": 0.004}])
def test_what_the_model_was_told_of_scores_can_be_read_again(scores: dict[str, float]) -> None:
    asked = looks.prompt(
        Way.MODERATE, language="", wish="hate 0.50, really", facts=looks.told(scores)
    )

    assert looks.is_moderation(f"Ann: {asked}")
    assert looks.scores_in(asked) == {name: value for name, value in scores.items() if value > 0.01}
