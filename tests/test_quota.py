"""Who may spend how much: which limits hold, what still fits into them, what is told of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import read_limits, read_quota
from bot.quota import (
    SHORTEST,
    Left,
    PriceUnknown,
    QuotaExceeded,
    Rules,
    afford,
    applying,
    draws,
    due,
    is_guest,
    lacking,
    plan_of,
    standing,
)
from storage.money import NOTHING, Cost, Draw, Grant, Limit, Spell, Unit, Window
from storage.records import Circumstances, Person, Place, Standing

REQUESTS, TOKENS, IMAGES, USD = Unit.REQUESTS, Unit.TOKENS, Unit.IMAGES, Unit.USD
CENT = 10_000_000  # nano-dollars
ADMIN = 1001
HOME, GROUP = Place(chat_id=7), Place(chat_id=-100, thread_id=5)


def limit(unit: Unit, window: Window, amount: int, subject: str = "") -> Limit:
    return Limit(subject=subject, unit=unit, window=window, amount=amount)


def person(standing: Standing = Standing.MEMBER, plan: str | None = None) -> Person:
    return Person(user_id=7, name="Ann", standing=standing, plan=plan)


def seen(
    person: Person | None = None,
    *,
    spent: Callable[[Sequence[Spell]], list[int]] = lambda spells: [0 for _ in spells],
    granted: tuple[Grant, ...] = (),
    **quotas: str,
) -> Circumstances:
    """How things stand, with quotas set in a chat: `plan_family="5 usd"`, `user_7="unlimited"`."""
    named = {
        name.replace("_", ":", 1).replace("group:", "group:-"): quotas[name] for name in quotas
    }
    return Circumstances(
        person=person,
        history=(),
        quotas={subject: read_quota(text, subject) for subject, text in named.items()},
        spent=spent,
        held=lambda _subject, _unit: 0,
        granted=lambda subjects, _at: tuple(each for each in granted if each.subject in subjects),
    )


def rules(*, has_guests: bool = False, **defaults: str) -> Rules:
    """What is set outside of Telegram: `bot="30 usd/month"`, `plan_family="5 usd"`."""
    return Rules(
        defaults={name.replace("_", ":", 1): read_limits(text) for name, text in defaults.items()},
        has_guests=has_guests,
        admins={ADMIN},
    )


def held(circumstances: Circumstances, outside: Rules, place: Place = HOME) -> set[str]:
    """Which limits hold for user 7, and whose they are."""
    limits = applying(circumstances, place, 7, outside)
    return {f"{each.subject}: {each}" for each in limits}


def mine(*limits: str) -> set[str]:
    return {f"user:7: {each}" for each in limits}


def test_own_limits_take_the_place_of_the_plans_of_their_unit_and_window() -> None:
    outside = rules(plan_default="20 requests/hour, 0.50 usd/day, 5 usd/month")
    own = seen(person(), user_7="2 usd/day, 10 images/day")

    assert held(own, outside) == mine(
        "20 requests/hour", "2 usd/day", "5 usd/month", "10 images/day"
    )


def test_own_limits_take_the_place_of_those_of_the_plan_that_someone_has() -> None:
    outside = rules(plan_default="1 usd/day", plan_family="5 usd/day, 9 images/day")
    own = seen(person(plan="family"), user_7="2 usd/day")

    assert held(own, outside) == mine("2 usd/day", "9 images/day")


def test_a_plan_is_instead_of_the_default_not_on_top_of_it() -> None:
    outside = rules(plan_default="1 usd/day, 20 requests/hour", plan_family="5 usd/month")

    assert held(seen(person(plan="family")), outside) == mine("5 usd/month")
    assert held(seen(person()), outside) == mine("1 usd/day", "20 requests/hour")
    assert held(seen(None), outside) == mine("1 usd/day", "20 requests/hour")


def test_what_is_set_for_a_plan_in_a_chat_is_over_what_the_file_says() -> None:
    outside = rules(plan_family="5 usd/month, 9 images/day")
    changed = seen(person(plan="family"), plan_family="7 usd/month")

    assert held(changed, outside) == mine("7 usd/month", "9 images/day")


def test_the_default_plan_can_be_changed_in_a_chat() -> None:
    outside = rules(plan_default="1 usd/day")

    assert held(seen(person(), plan_default="2 usd/day"), outside) == mine("2 usd/day")


def test_a_plan_can_be_made_in_a_chat() -> None:
    made = seen(person(plan="work"), plan_work="3 usd/day")

    assert held(made, rules(plan_default="1 usd/day")) == mine("3 usd/day")


def test_who_is_on_a_plan_that_is_no_more_has_the_default() -> None:
    gone = seen(person(plan="gone"))

    assert plan_of(gone, 7, rules()) == "default"
    assert held(gone, rules(plan_default="1 usd/day")) == mine("1 usd/day")


def test_a_plan_without_limits_is_a_plan_all_the_same() -> None:
    outside = rules(plan_default="1 usd/day", plan_family="")

    assert held(seen(person(plan="family")), outside) == set()


def test_members_of_an_unlimited_plan_have_only_limits_of_their_own() -> None:
    outside = rules(plan_default="1 usd/day", plan_family="5 usd/month")
    unlimited = seen(person(plan="family"), plan_family="unlimited", user_7="3 usd/day")

    assert held(unlimited, outside) == mine("3 usd/day")


def test_who_is_unlimited_has_no_limit_but_the_group_and_the_bot_have() -> None:
    outside = rules(plan_default="1 usd/day", group="2 usd/day", bot="30 usd/month")
    unlimited = seen(person(), user_7="unlimited")

    assert held(unlimited, outside, GROUP) == {"group:-100: 2 usd/day", "bot: 30 usd/month"}


def test_in_a_group_its_limits_and_the_members_hold() -> None:
    outside = rules(plan_default="1 usd/day", group="2 usd/day", bot="30 usd/month")

    assert held(seen(person()), outside, GROUP) == {
        "user:7: 1 usd/day",
        "group:-100: 2 usd/day",
        "bot: 30 usd/month",
    }
    assert held(seen(person()), outside) == {"user:7: 1 usd/day", "bot: 30 usd/month"}


def test_what_is_set_for_one_group_is_over_what_holds_for_every_group() -> None:
    outside = rules(group="2 usd/day, 9 images/day")
    set_for_it = seen(person(), group_100="4 usd/day")

    assert held(set_for_it, outside, GROUP) == {"group:-100: 4 usd/day", "group:-100: 9 images/day"}
    elsewhere = replace(GROUP, chat_id=-101)
    assert held(set_for_it, outside, elsewhere) == {
        "group:-101: 2 usd/day",
        "group:-101: 9 images/day",
    }


def test_guests_have_a_limit_together_and_a_plan_where_there_is_one() -> None:
    outside = rules(has_guests=True, plan_default="1 usd/day", guests="9 usd/day")
    together = {"guests: 9 usd/day"}

    assert held(seen(None), outside) == mine("1 usd/day") | together
    with_plan = rules(has_guests=True, plan_guest="1 image/day", guests="9 usd/day")
    assert held(seen(None), with_plan) == mine("1 image/day") | together
    in_chat = seen(None, plan_guest="2 images/day")
    assert held(in_chat, outside) == mine("2 images/day") | together
    assert held(seen(person()), with_plan) == set()


@pytest.mark.parametrize(
    ("known", "user_id", "has_guests", "is_one"),
    [
        (None, 7, True, True),
        (None, 7, False, False),
        (None, ADMIN, True, False),
        (person(Standing.NEW), 7, True, True),
        (person(Standing.NEW), 7, False, False),
        (person(Standing.ASKED), 7, True, True),
        (person(Standing.MEMBER), 7, True, False),
        (person(Standing.NEW, plan="family"), 7, True, False),
    ],
)
def test_a_guest_is_whom_nobody_let_in_where_everybody_may_talk(
    known: Person | None, user_id: int, *, has_guests: bool, is_one: bool
) -> None:
    assert is_guest(known, user_id, rules(has_guests=has_guests)) is is_one


def test_a_limit_stands_as_what_was_spent_since_its_window_began() -> None:
    def spent(spells: Sequence[Spell]) -> list[int]:
        asked.extend(spells)
        return [30 for _ in spells]

    asked: list[Spell] = []
    now = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    limits = read_limits("20 requests/hour, 40 images", "user:7")
    [hourly, ever] = standing(limits, seen(spent=spent), now)

    began = int(now.replace(minute=0).timestamp() * 1000)
    assert asked == [("user:7", REQUESTS, began), ("user:7", IMAGES, None)]
    assert (hourly.amount, hourly.resets_at) == (0, now.replace(hour=13, minute=0))
    assert (hourly.began_ms, ever.began_ms) == (began, None)
    assert (ever.amount, ever.resets_at) == (10, None)


def grant(left: int, unit: Unit = USD, subject: str = "user:7") -> Grant:
    return Grant(id=1, subject=subject, unit=unit, amount=100, left=left, expires_ms=None)


def test_grants_of_a_limits_subject_and_unit_are_on_top_of_it() -> None:
    granted = (grant(5), grant(7), grant(11, TOKENS), grant(13, subject="bot"))
    limits = (limit(USD, Window.DAY, 3, "user:7"), limit(USD, Window.MONTH, 3, "bot"))
    now = datetime(2026, 11, 22, tzinfo=UTC)
    [mine, bots] = standing(limits, seen(granted=granted), now)

    assert (mine.own, mine.granted, mine.amount) == (3, 12, 15)
    assert (bots.own, bots.granted, bots.amount) == (3, 13, 16)


def test_what_was_used_beyond_a_limit_takes_nothing_from_a_grant() -> None:
    left = Left(limit(USD, Window.DAY, 10), 25, None, granted=7)

    assert (left.own, left.amount) == (0, 7)


lefts = st.builds(
    lambda unit, amount, used, granted: Left(
        limit(unit, Window.DAY, amount), used, None, granted=granted
    ),
    unit=st.sampled_from(Unit),
    amount=st.integers(0, 20_000) | st.integers(0, 10**12),
    used=st.integers(0, 20_000),
    granted=st.just(0) | st.integers(0, 20_000),
)
costs = st.builds(
    lambda prompt, images, each: (
        lambda answer: Cost(
            tokens=prompt + answer, images=images, nanos=100 * prompt + each * answer
        )
    ),
    prompt=st.integers(0, 5_000),
    images=st.integers(0, 10),
    each=st.integers(0, 10_000),
)


@given(limits=st.lists(lefts, max_size=5), cost=costs, longest=st.integers(1, 4_000))
def test_an_answer_is_as_long_as_every_limit_allows_and_no_longer(
    limits: list[Left], cost: Callable[[int], Cost], longest: int
) -> None:
    def fits(answer: int) -> bool:
        needed = [(cost(answer).of(left.limit.unit), left.amount) for left in limits]
        return all(need is not None and need <= room for need, room in needed)

    try:
        affordable = afford(limits, cost, longest=longest, model="gpt-x")
    except QuotaExceeded as refused:
        lacking = [left for left in limits if left.limit is refused.limit]
        needed = cost(min(SHORTEST, longest)).of(refused.limit.unit)
        assert needed is not None
        assert all(needed > left.amount for left in lacking)
        return

    assert fits(affordable)
    assert min(SHORTEST, longest) <= affordable <= longest
    assert affordable == longest or not fits(affordable + 1)


def test_a_limit_in_usd_refuses_a_model_without_a_price() -> None:
    in_usd = [Left(limit(USD, Window.DAY, 500 * CENT), 0, None)]
    with pytest.raises(PriceUnknown) as refused:
        afford(in_usd, lambda answer: Cost(tokens=answer, nanos=None), longest=100, model="own")

    assert refused.value.model == "own"


def test_a_model_without_a_price_counts_tokens() -> None:
    in_tokens = [Left(limit(TOKENS, Window.DAY, 150), 50, None)]

    assert (
        afford(in_tokens, lambda answer: Cost(tokens=answer, nanos=None), longest=200, model="own")
        == 100
    )


def test_a_limit_of_nothing_allows_nothing() -> None:
    none_at_all = [Left(limit(REQUESTS, Window.DAY, 0), 0, None)]
    with pytest.raises(QuotaExceeded):
        afford(none_at_all, lambda answer: Cost(tokens=answer), longest=100, model="own")


def test_the_first_limit_without_room_is_told() -> None:
    limits = [
        Left(limit(REQUESTS, Window.DAY, 5), 0, None),
        Left(limit(TOKENS, Window.DAY, 500), 401, None),
        Left(limit(TOKENS, Window.MONTH, 500), 500, None),
    ]

    assert lacking(limits, Cost(tokens=99), "own") is limits[2]
    assert lacking(limits, Cost(tokens=100), "own") is limits[1]
    assert lacking(limits[:2], Cost(tokens=99), "own") is None
    assert lacking([], Cost(tokens=10**12), "own") is None


def left(text: str, used: int, *, granted: int = 0, subject: str = "user:7") -> Left:
    [read] = read_limits(text, subject)
    return Left(read, used, None, began_ms=1000, granted=granted)


def test_what_a_limit_has_no_room_for_is_drawn_from_grants() -> None:
    limits = [
        left("100 tokens/day", 70, granted=500),
        left("1000 tokens/month", 970, granted=500),
        left("1 request/day", 1, granted=1),
        left("5 images/day", 0, granted=5),
        left("100 tokens/day", 90, granted=500, subject="bot"),
    ]

    assert draws(limits, Cost(tokens=50, images=2)) == (
        Draw(subject="user:7", unit=TOKENS, amount=20),
        Draw(subject="user:7", unit=REQUESTS, amount=1),
        Draw(subject="bot", unit=TOKENS, amount=40),
    )
    assert draws(limits[:2], Cost(tokens=30)) == ()


def test_the_limit_with_the_least_room_says_how_much_is_drawn() -> None:
    limits = [left("100 tokens/day", 90, granted=500), left("1000 tokens/month", 960, granted=500)]

    for order in (limits, limits[::-1]):
        assert draws(order, Cost(tokens=50)) == (Draw(subject="user:7", unit=TOKENS, amount=40),)


def test_a_price_that_nobody_knows_draws_nothing() -> None:
    assert draws([left("1 usd/day", 10**9, granted=5)], Cost(nanos=None)) == ()


@given(limits=st.lists(lefts, max_size=5), cost=costs, longest=st.integers(1, 4_000))
def test_no_more_is_drawn_than_was_granted(
    limits: list[Left], cost: Callable[[int], Cost], longest: int
) -> None:
    least = {
        unit: min((each.granted for each in limits if each.limit.unit is unit), default=0)
        for unit in Unit
    }
    same = [replace(each, granted=least[each.limit.unit]) for each in limits]  # as grants are
    try:
        needed = cost(afford(same, cost, longest=longest, model="own"))
    except QuotaExceeded:
        return

    assert all(each.amount <= least[each.unit] for each in draws(same, needed))


def percents(*limits: Left, held: int = 0) -> list[int]:
    """At how many percent somebody is told."""
    return [notice.percent for notice in due(limits, lambda _subject, _unit: held)]


@pytest.mark.parametrize(
    ("used", "told"),
    [(0, []), (799, []), (800, [80]), (999, [80]), (1000, [80, 100]), (5000, [80, 100])],
)
@pytest.mark.parametrize("subject", ["user:7", "group:-100", "guests"])
def test_people_hear_of_a_limit_at_80_and_100_percent(
    subject: str, used: int, told: list[int]
) -> None:
    assert percents(left("1000 tokens/day", used, subject=subject)) == told


@pytest.mark.parametrize(
    ("used", "told"),
    [(499, []), (500, [50]), (750, [50, 75]), (900, [50, 75, 90]), (1000, [50, 75, 90, 100])],
)
def test_admins_hear_of_the_bots_limit_sooner(used: int, told: list[int]) -> None:
    assert percents(left("1000 tokens/month", used, subject="bot")) == told


@pytest.mark.parametrize("window", [each for each in Window if each is not Window.MINUTE])
def test_every_window_but_a_minute_is_watched(window: Window) -> None:
    full = Left(limit(TOKENS, window, 10, "user:7"), 10, None)

    assert percents(full) == [80, 100]
    assert percents(Left(limit(TOKENS, Window.MINUTE, 10, "user:7"), 10, None)) == []


def test_what_is_only_held_is_not_told() -> None:
    assert percents(left("1000 tokens/day", 1000), held=201) == []
    assert percents(left("1000 tokens/day", 1000), held=200) == [80]


def test_what_was_granted_does_not_make_a_limit_larger() -> None:
    assert percents(left("1000 tokens/day", 800, granted=1000)) == [80]


def test_nobody_is_told_that_a_limit_of_nothing_is_used_up() -> None:
    assert percents(left("0 images/day", 0)) == []


def test_a_notice_says_which_limit_in_which_window() -> None:
    full = left("1000 tokens/day", 800)
    [notice] = due([full], lambda _subject, _unit: 0)

    assert (notice.limit, notice.began_ms) == (full.limit, 1000)


def test_a_cost_is_said_in_each_unit() -> None:
    cost = Cost(tokens=40, images=2, nanos=7)

    assert [cost.of(unit) for unit in (REQUESTS, TOKENS, IMAGES, USD)] == [1, 40, 2, 7]
    assert Cost(nanos=None).of(USD) is None
    assert [NOTHING.of(unit) for unit in Unit] == [0, 0, 0, 0]
