"""Buttons' data: what is packed is unpacked as it was, and anything else is nothing."""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import LARGEST as MOST
from bot.looks import Detail, Way
from handlers import buttons
from handlers.admin import edits, grants
from handlers.answer_presses import GoOn, Redo, Stop
from handlers.callbacks import KINDS, LARGEST, TYPES, packed, unpacked
from handlers.choosing.presses import PickModel, PickPersona, ShowCost, Switch
from handlers.job_presses import Describe, Halt
from handlers.looks.presses import Closely, Exhibit, Judge, Look, Ways
from handlers.presses import (
    Add,
    AddUnit,
    Audit,
    Ban,
    Card,
    Change,
    Close,
    Decide,
    Door,
    DropPlan,
    Edit,
    Give,
    GiveAmount,
    GiveUnit,
    Groups,
    Home,
    Leave,
    Lift,
    More,
    People,
    Plans,
    Press,
    PutOn,
    Reset,
    Set,
    Stats,
    Subject,
    Unlimit,
    Word,
)
from handlers.tongues import Speak, Tongue
from storage.cases import Finding
from storage.choices import Wish
from storage.money import Unit, Verdict, Window

# Ids have at most 52 significant bits (core.telegram.org/bots/api, User).
USER = 2**52 - 1
GROUP = Subject("group:-1009999999999999")
REQUESTS, MINUTE = Unit.REQUESTS, Window.MINUTE
PLAN = Word("sixteen_letters_")
ROW = 10**18 - 1  # of a table
GIVEN = max(amount for _, amount in grants.CHOICES)
HOURS = max(grants.HOURS.values())

LONGEST: list[Press] = [
    Door(USER, is_open=True),
    Leave(GROUP),
    Home(),
    Card(GROUP),
    Edit(GROUP),
    Change(GROUP, REQUESTS, MINUTE),
    Add(GROUP),
    AddUnit(GROUP, REQUESTS),
    Set(GROUP, REQUESTS, MINUTE, 2 * MOST),  # twice what holds is offered
    Lift(GROUP, REQUESTS, MINUTE),
    Unlimit(GROUP),
    Reset(GROUP),
    Plans(USER),
    PutOn(USER, PLAN),
    DropPlan(PLAN, is_sure=False),
    Groups(ROW),
    GiveUnit(GROUP),
    GiveAmount(GROUP, REQUESTS, MOST),
    Give(GROUP, REQUESTS, GIVEN, HOURS, 10**9 - 1),
    Ban(USER, is_banned=True),
    People(ROW, PLAN),
    Stats(MINUTE),
    Audit(ROW),
    Stop(-(2**50) - 10**6),
    Describe(ROW, is_later=False),
    Halt(ROW),
    Redo(10**18 - 1),
    GoOn(10**18 - 1),
    Redo(-(2**50) - 10**6),
    GoOn(-(2**50) - 10**6),
    Speak(Tongue.TELEGRAM),
    More(USER, GROUP, REQUESTS, MINUTE),
    Decide(ROW, Verdict.DECLINED),
    Ways(ROW),
    Closely(ROW, Way.DESCRIBE),
    Look(ROW, Way.DESCRIBE, Detail.ORIGINAL, ROW),
    Judge(ROW, Finding.UNFIT),
    Exhibit(ROW),
    PickModel(2**32 - 1),
    PickPersona(2**32 - 1),
    ShowCost(is_on=False),
    Switch(Wish.COST, is_on=False),
    Close(),
]
ids = st.integers(0, USER)
plans = st.from_regex(r"[a-z0-9_-]{1,16}", fullmatch=True)
subjects = st.one_of(
    ids.map("user:{}".format),
    st.integers(1, 1009999999999999).map("group:-{}".format),
    plans.map("plan:{}".format),
    st.sampled_from(["guests", "bot"]),
).map(Subject)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: ids,
    Subject: subjects,
    Word: plans.map(Word),
    Unit: st.sampled_from(Unit),
    Window: st.sampled_from(Window),
    Verdict: st.sampled_from(Verdict),
    Tongue: st.sampled_from(Tongue),
    Way: st.sampled_from(Way),
    Detail: st.sampled_from(Detail),
    Finding: st.sampled_from(Finding),
    Wish: st.sampled_from(Wish),
}
BOUNDS = {
    "amount": st.integers(0, 2 * MOST),
    "hours": st.integers(0, HOURS),
    "nonce": st.integers(0, 10**9 - 1),
}


def presses(kind: type[Press]) -> st.SearchStrategy[Press]:
    """Any press of a kind."""
    values = dict(zip((each.name for each in fields(kind)), TYPES[kind], strict=True))
    given = {name: BOUNDS.get(name, VALUES[type_]) for name, type_ in values.items()}
    if kind is Give:
        given["amount"] = st.integers(0, GIVEN)
    return st.builds(kind, **given)


anything = st.sampled_from(list(KINDS.values())).flatmap(presses)


def test_no_kind_of_press_is_forgotten() -> None:
    assert {type(each) for each in LONGEST} == set(KINDS.values())
    assert set(KINDS.values()) == buttons.FOR_ADMINS.keys() | buttons.FOR_EVERYBODY.keys()


@pytest.mark.parametrize("press", LONGEST, ids=lambda press: type(press).__name__)
def test_the_longest_fits_and_comes_back_as_it_was(press: Press) -> None:
    data = packed(press)

    assert len(data.encode()) <= LARGEST == 64
    assert unpacked(data) == press


@given(anything)
def test_what_is_packed_is_unpacked_as_it_was(press: Press) -> None:
    again = unpacked(packed(press))

    assert again == press
    assert type(again) is type(press)


@given(st.text())
def test_garbage_is_nothing(data: str) -> None:
    press = unpacked(data)

    assert press is None or unpacked(packed(press)) == press


@given(anything, st.text(min_size=1))
def test_a_word_more_is_nothing(press: Press, word: str) -> None:
    assert unpacked(f"{packed(press)} {word}") is None
    assert unpacked(f"{packed(press)} ") is None


@given(anything, st.data())
def test_what_is_cut_off_is_nothing_or_whole(press: Press, data: st.DataObject) -> None:
    whole = packed(press)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    seen = unpacked(cut)

    assert seen is None or packed(seen) == cut


@given(anything, st.data())
def test_one_character_otherwise_is_another_press_or_nothing(
    press: Press, data: st.DataObject
) -> None:
    whole = packed(press)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = f"{whole[:at]}{data.draw(st.characters())}{whole[at + 1 :]}"
    seen = unpacked(changed)

    assert seen is None or unpacked(packed(seen)) == seen


@pytest.mark.parametrize(
    "data",
    [
        "",
        " ",
        "home ",
        " home",
        "HOME",
        "press",
        "object",
        "ban",
        "ban 7",
        "ban 7 2",
        "ban 7 True",
        "ban -7 1",
        "ban +7 1",
        "ban 7.0 1",
        "ban 7_000 1",
        "ban ٧ 1",
        "ban ７ 1",
        "ban ² 1",
        "ban 7\n 1",
        "ban 1e3 1",
        f"ban {10**18} 1",
        f"ban {'9' * 5000} 1",
        "groups -1",
        "audit -1",
        "card user:--7",
        "card user:٧",
        "card user:",
        "card user:7\n",
        "card group:100",
        "card group:-",
        "card plan:",
        "card plan:Family",
        "card plan:family plan",
        f"card plan:{'a' * 17}",
        "card everybody",
        "card 7",
        "set user:7 requests day -5",
        "set user:7 requests day 1.5",
        "set user:7 requests day 1e9",
        "set user:7 requests day NaN",
        "set user:7 Requests day 5",
        "set user:7 euros day 5",
        "set user:7 requests fortnight 5",
        "set user:7 requests day",
        "decide 1 yes",
        "puton 7 Family",
        "puton 7 ",
        "people 0 \x00",
        "stats today",
    ],
    ids=lambda data: ascii(data)[:40],
)
def test_what_nobody_has_packed_is_nothing(data: str) -> None:
    assert unpacked(data) is None


@pytest.mark.parametrize("unit", Unit)
def test_all_that_is_offered_for_a_limit_can_be_packed(unit: Unit) -> None:
    for amount in (*edits.CHOICES[unit], 2 * MOST):
        press = Set(GROUP, unit, MINUTE, amount)

        assert unpacked(packed(press)) == press
