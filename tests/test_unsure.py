"""The mark of a model that is not sure: found wherever it stands, and shown at no moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import unsure
from bot.unsure import MARK

words = st.text(alphabet="UNSRE un\n*.", max_size=30)


@pytest.mark.parametrize(
    ("answer", "is_unsure"),
    [
        ("UNSURE", True),
        ("UNSURE\n", True),
        ("**UNSURE**.", True),
        ("It says 7.70.\nUNSURE", True),
        ("It says 7.70.\n\n`UNSURE`\n", True),
        ("UNSURE\nIt may be 7.70.", True),
        ("I am UNSURE.", False),
        ("Unsure", False),
        ("UNSUR", False),
        ("", False),
    ],
)
def test_a_line_of_its_own_says_that_another_should_look(answer: str, is_unsure: bool) -> None:
    assert unsure.is_unsure(answer) == is_unsure


@pytest.mark.parametrize(
    ("growing", "shown"),
    [
        ("", ""),
        ("U", ""),
        ("UNS", ""),
        ("UNSURE", ""),
        ("UNSURE\nIt may be", ""),
        ("Under", "Under"),
        ("UNDER", "UNDER"),
        ("It says 7.70.", "It says 7.70."),
        ("It says 7.70.\n", "It says 7.70.\n"),
        ("It says 7.70.\nUN", "It says 7.70.\n"),
        ("It says 7.70.\n**UNSURE**", "It says 7.70.\n"),
        ("It says 7.70.\nUNTIL", "It says 7.70.\nUNTIL"),
    ],
)
def test_what_is_or_may_become_the_mark_is_not_shown(growing: str, shown: str) -> None:
    assert unsure.shown(growing) == shown


@given(words, st.sampled_from(["", "\n"]), st.sampled_from(["", "\nmore"]))
def test_no_part_of_the_mark_is_shown_while_it_grows(before: str, line: str, after: str) -> None:
    head = f"{before}{line}" if not before or before.endswith("\n") or line else f"{before}\n"
    answer = f"{head}{MARK}{after}"

    for end in range(len(answer) + 1):
        assert len(unsure.shown(answer[:end])) <= len(head)


@given(words)
def test_what_is_shown_is_how_the_answer_begins(growing: str) -> None:
    assert growing.startswith(unsure.shown(growing))
