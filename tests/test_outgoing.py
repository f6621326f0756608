"""What goes out: within the limits, the most urgent first, and no wait for nothing."""

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot
from telegram.error import Forbidden, NetworkError, RetryAfter, TimedOut

from bot.outgoing import TELEGRAM, UNLIMITED, Kind, Limits, Outgoing
from bot.outgoing.limits import GRAIN, Limit, Meter
from bot.outgoing.patience import ATTEMPTS
from bot.outgoing.queues import LONGEST_FOR_ALL, MANY_CHATS, Queues
from bot.replies import Growth, LiveReply
from bot.wire import NotSent
from storage.records import Place
from tests.virtual import StrictTelegram, now, run, scheduler

pytestmark = pytest.mark.usefixtures("durations")

ALICE, BEN, GROUP = 1002, 1003, -100123
TOKENS = 300
LASTS = 6.0


@pytest.fixture
def durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library tells durations as the app has it tell them."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


class Calls:
    """Calls that only note when they were made, under which name."""

    def __init__(self) -> None:
        self.made: list[tuple[str, float]] = []

    def __call__(self, name: str, *errors: Exception) -> Callable[[], Awaitable[str]]:
        """A call that fails with these errors before it succeeds."""
        left = list(errors)

        async def call() -> str:
            self.made.append((name, round(now(), 2)))
            if left:
                raise left.pop(0)
            return name

        return call

    @property
    def names(self) -> str:
        return " ".join(name for name, _ in self.made)


# The arithmetic


def seconds(least: int, most: int) -> st.SearchStrategy[float]:
    """Times that are added and subtracted without rounding, as GRAIN is too."""
    return st.integers(64 * least, 64 * most).map(lambda parts: parts / 64)


@st.composite
def limits(draw: st.DrawFn) -> tuple[Limit, ...]:
    times = st.integers(1, 6)
    some = draw(st.lists(st.tuples(times, seconds(1, 20)), min_size=1, max_size=3))
    return tuple(Limit(n, s, {Kind.EDIT: draw(st.integers(0, n - 1))}) for n, s in some)


STEPS = st.lists(
    st.tuples(st.sampled_from([Kind.FINAL, Kind.EDIT]), seconds(0, 8), seconds(0, 3)),
    max_size=60,
)


@given(limits(), STEPS)
def test_never_more_than_allowed_and_never_a_wait_without_need(
    allowed: tuple[Limit, ...], steps: Sequence[tuple[Kind, float, float]]
) -> None:
    meter, at = Meter(allowed), 0.0
    calls: list[tuple[float, float]] = []  # when each began and ended
    for kind, gap, lasts in steps:
        at += gap
        free_at = meter.free_at(kind, at)
        assert free_at >= at
        if free_at > at:
            just_before = free_at - GRAIN / 64
            assert any(counted(calls, limit, just_before) >= limit.room(kind) for limit in allowed)
        assert all(counted(calls, limit, free_at) < limit.room(kind) for limit in allowed)
        meter.begin()
        at = free_at + lasts
        meter.end(at)
        calls.append((free_at, at))

    for limit in allowed:
        for chosen in (0, 1):  # wherever Telegram counts: when a call begins, or when it ends
            times = [call[chosen] for call in calls]
            for first, last in zip(times, times[limit.times :], strict=False):
                assert last - first > limit.seconds


def counted(calls: Sequence[tuple[float, float]], limit: Limit, at: float) -> int:
    return sum(ended > at - (limit.seconds + GRAIN) for _, ended in calls)


def test_what_is_under_way_counts_until_it_has_ended() -> None:
    meter = Meter((Limit(1, 5.0),))
    meter.begin()
    assert meter.free_at(Kind.FINAL, 100.0) == math.inf
    meter.end(200.0)

    assert meter.free_at(Kind.FINAL, 200.0) == 205.0 + GRAIN
    assert not meter.is_idle(205.0)
    assert meter.is_idle(205.1)


def test_chats_of_which_nothing_is_left_to_know_are_forgotten() -> None:
    queues = Queues(TELEGRAM)
    busy = queues.chat(1, 0.0)
    queues.begin_at_once(busy, Kind.FINAL, 0.0)
    idle = queues.chat(2, 0.0)
    for number in range(3, MANY_CHATS + 2):
        queues.chat(number, 0.0)

    assert queues.chat(1, 0.0) is busy
    assert queues.chat(2, 0.0) is not idle


# Turns


def test_where_there_is_room_nothing_waits() -> None:
    async def story() -> None:
        outgoing, calls = scheduler(), Calls()
        turn = outgoing.send(calls("one"), to=ALICE, is_repeatable=False)
        with pytest.raises(StopIteration) as done:
            turn.send(None)  # it ends without having waited for anything

        assert done.value.value == "one"

    run(story())


def test_in_a_chat_finals_go_first_then_asides_then_edits() -> None:
    async def story() -> Calls:
        outgoing, calls = scheduler(Limits(bot=(Limit(1, 1.0),))), Calls()
        async with asyncio.TaskGroup() as group:
            for name, kind in [
                ("first", Kind.FIRST),
                ("edit", Kind.EDIT),
                ("aside", Kind.ASIDE),
                ("final", Kind.FINAL),
                ("other", Kind.FINAL),
            ]:
                if kind in {Kind.EDIT, Kind.FIRST}:
                    group.create_task(outgoing.offer(calls(name), to=ALICE, kind=kind))
                else:
                    sending = outgoing.send(calls(name), to=ALICE, is_repeatable=True, kind=kind)
                    group.create_task(sending)
        return calls

    assert run(story()).names == "first final other aside edit"


def test_first_words_that_have_no_room_let_the_whole_of_another_pass() -> None:
    async def story() -> Calls:
        few = Limits(group=(Limit(2, 60.0, {Kind.FIRST: 1}),))
        outgoing, calls = scheduler(few), Calls()
        await outgoing.send(calls("words"), to=GROUP, is_repeatable=False)
        first = asyncio.create_task(outgoing.offer(calls("first"), to=GROUP, kind=Kind.FIRST))
        await asyncio.sleep(1)
        await outgoing.send(calls("whole"), to=GROUP, is_repeatable=False)
        await first
        return calls

    assert run(story()).made == [("words", 0.0), ("whole", 1.0), ("first", 61.0)]


def test_chats_do_not_wait_for_each_other() -> None:
    async def story() -> Calls:
        outgoing, calls = scheduler(), Calls()
        async with asyncio.TaskGroup() as group:
            for number in range(6):
                name = f"alice{number}"
                group.create_task(outgoing.send(calls(name), to=ALICE, is_repeatable=False))
            group.create_task(outgoing.send(calls("ben"), to=BEN, is_repeatable=False))
        return calls

    made = dict(run(story()).made)
    assert made["ben"] == 0.0
    assert made["alice5"] == 5.0


def test_a_newer_edit_takes_the_place_of_the_one_that_waits() -> None:
    async def story() -> tuple[Sequence[str | None], Calls]:
        outgoing, calls = scheduler(Limits(bot=(Limit(1, 1.0),))), Calls()

        async def offer(name: str, about: object, after: float) -> str | None:
            await asyncio.sleep(after)
            return await outgoing.offer(calls(name), to=ALICE, kind=Kind.EDIT, about=about)

        told = await asyncio.gather(
            offer("now", "hers", 0.0),
            offer("old", "hers", 0.1),
            offer("his", "his", 0.2),
            offer("new", "hers", 0.3),
        )
        return told, calls

    told, calls = run(story())
    assert list(told) == ["now", None, "his", "new"]
    assert calls.names == "now new his"  # the newer has waited as long as the older


def test_what_is_withdrawn_is_left_out() -> None:
    async def story() -> tuple[str | None, Calls]:
        outgoing, calls = scheduler(Limits(bot=(Limit(1, 1.0),))), Calls()
        await outgoing.send(calls("one"), to=ALICE, is_repeatable=True)
        offer = outgoing.offer(calls("edit"), to=ALICE, kind=Kind.EDIT, about="it")
        task = asyncio.create_task(offer)
        await asyncio.sleep(0.5)
        outgoing.withdraw("it")
        return await task, calls

    made, calls = run(story())
    assert made is None
    assert calls.names == "one"


def test_who_is_cancelled_gives_the_turn_to_the_next() -> None:
    async def story() -> Calls:
        outgoing, calls = scheduler(Limits(private=(Limit(1, 1.0),))), Calls()
        await outgoing.send(calls("one"), to=ALICE, is_repeatable=True)
        tasks = [
            asyncio.create_task(outgoing.send(calls(name), to=ALICE, is_repeatable=True))
            for name in ("two", "three")
        ]
        await asyncio.sleep(0.5)
        tasks[0].cancel()
        await asyncio.wait(tasks)
        assert asyncio.all_tasks() == {asyncio.current_task()}  # no alarm is left
        return calls

    assert run(story()).made == [("one", 0.0), ("three", 1.0)]


def test_typing_that_has_no_room_is_left_out_and_delays_nothing() -> None:
    async def story() -> tuple[Counter[bool], Calls]:
        outgoing, calls = scheduler(), Calls()
        made: Counter[bool] = Counter()
        for _ in range(50):
            typed = await outgoing.offer(calls("typing"), to=ALICE, kind=Kind.TYPING)
            made[typed is not None] += 1
        await outgoing.send(calls("final"), to=ALICE, is_repeatable=False)
        return made, calls

    made, calls = run(story())
    assert made == {True: 20, False: 30}  # 20 in five seconds
    assert calls.made[-1] == ("final", 0.0)


def test_a_newer_frame_of_a_draft_takes_the_place_of_the_one_that_waits() -> None:
    async def story() -> tuple[Sequence[str | None], Calls]:
        outgoing, calls = scheduler(Limits(progress=(Limit(1, 5.0),))), Calls()

        async def offer(name: str, kind: Kind, after: float) -> str | None:
            await asyncio.sleep(after)
            return await outgoing.offer(calls(name), to=ALICE, kind=kind, about="hers")

        told = await asyncio.gather(
            offer("typing", Kind.TYPING, 0.0),
            offer("old", Kind.DRAFT, 1.0),
            offer("new", Kind.DRAFT, 2.0),
        )
        return told, calls

    told, calls = run(story())
    assert list(told) == ["typing", None, "new"]
    assert calls.made == [("typing", 0.0), ("new", 5.0)]


# Errors


def test_a_flood_of_drafts_pauses_drafts_and_typing_in_its_chat_alone() -> None:
    async def story() -> tuple[str | None, Calls]:
        outgoing, calls = scheduler(), Calls()
        for chat in (ALICE, BEN, 1004):  # so many are no reason to pause all
            flood = calls(f"flood{chat}", RetryAfter(60))
            await outgoing.offer(flood, to=chat, kind=Kind.DRAFT)
        typed = await outgoing.offer(calls("typing"), to=ALICE, kind=Kind.TYPING)
        async with asyncio.TaskGroup() as group:
            group.create_task(outgoing.offer(calls("frame"), to=ALICE, kind=Kind.DRAFT))
            await asyncio.sleep(1)
            await outgoing.offer(calls("elsewhere"), to=1005, kind=Kind.DRAFT)
            await outgoing.send(calls("final"), to=ALICE, is_repeatable=False)
        return typed, calls

    typed, calls = run(story())
    assert typed is None
    assert calls.made[3:] == [("elsewhere", 1.0), ("final", 1.0), ("frame", 60.0)]


def test_a_flood_pauses_its_chat_alone_and_the_final_comes_all_the_same() -> None:
    async def story() -> Calls:
        outgoing, calls = scheduler(), Calls()
        async with asyncio.TaskGroup() as group:
            hers = calls("alice", RetryAfter(3), RetryAfter(2))
            group.create_task(outgoing.send(hers, to=ALICE, is_repeatable=False))
            await asyncio.sleep(1)
            group.create_task(outgoing.offer(calls("typing"), to=ALICE, kind=Kind.TYPING))
            group.create_task(outgoing.send(calls("ben"), to=BEN, is_repeatable=False))
        return calls

    assert run(story()).made == [("alice", 0.0), ("ben", 1.0), ("alice", 3.0), ("alice", 5.0)]


def test_an_edit_that_is_too_much_is_left_out() -> None:
    async def story() -> tuple[str | None, Calls]:
        outgoing, calls = scheduler(), Calls()
        made = await outgoing.offer(calls("edit", RetryAfter(3)), to=ALICE, kind=Kind.EDIT)
        await outgoing.send(calls("final"), to=ALICE, is_repeatable=False)
        return made, calls

    made, calls = run(story())
    assert made is None
    assert calls.made == [("edit", 0.0), ("final", 3.0)]


def test_floods_in_several_chats_at_once_pause_them_all() -> None:
    async def story() -> Calls:
        outgoing, calls = scheduler(), Calls()
        async with asyncio.TaskGroup() as group:
            for chat in (1, 2, 3):
                call = calls(f"{chat}", RetryAfter(4))
                group.create_task(outgoing.send(call, to=chat, is_repeatable=False))
            await asyncio.sleep(0.5)
            group.create_task(outgoing.send(calls("ben"), to=BEN, is_repeatable=False))
        return calls

    assert dict(run(story()).made)["ben"] == 4.0


def test_a_long_wait_of_several_chats_is_no_long_wait_for_all() -> None:
    async def story() -> Calls:
        outgoing, calls = scheduler(), Calls()
        async with asyncio.TaskGroup() as group:
            for chat in (1, 2, 3):
                call = calls(f"{chat}", RetryAfter(600))
                group.create_task(outgoing.send(call, to=chat, is_repeatable=False))
            await asyncio.sleep(0.5)
            group.create_task(outgoing.send(calls("ben"), to=BEN, is_repeatable=False))
        return calls

    assert dict(run(story()).made)["ben"] == LONGEST_FOR_ALL


@pytest.mark.parametrize(
    ("kind", "detail", "is_repeatable", "tries"),
    [
        (TimedOut, "slow", True, ATTEMPTS),
        (TimedOut, "slow", False, 1),
        (NotSent, "down", False, ATTEMPTS),
        (NetworkError, "502", True, ATTEMPTS),
        (RetryAfter, 1, False, ATTEMPTS),
        (Forbidden, "blocked", True, 1),
    ],
)
def test_what_may_have_had_its_effect_is_repeated_only_where_it_is_harmless(
    kind: Callable[[Any], Exception], detail: object, tries: int, *, is_repeatable: bool
) -> None:
    async def story() -> int:
        outgoing, calls = scheduler(UNLIMITED), Calls()
        error = kind(detail)
        call = calls("call", *[error] * 99)
        with pytest.raises(type(error)):
            await outgoing.send(call, to=ALICE, is_repeatable=is_repeatable)
        return len(calls.made)

    assert run(story()) == tries


# A simulation


async def answer(bot: Bot, outgoing: Outgoing, chat: int, text: str) -> float:
    """Let an answer grow, as slowly as models speak; returns when it was whole."""
    place = Place(chat_id=chat)
    interval = 3.0 if place.is_group else 1.0
    growth = Growth(interval=interval, buttons=None, slow_after=15.0, slow="", looking="")
    quoted = 7 if place.is_group else None
    reply = LiveReply(bot, outgoing, place=place, quoted=quoted, growth=growth)
    reply.begin((), remember)
    await asyncio.sleep(0.5)
    words = text.split(" ")
    for count in range(1, len(words) + 1):
        reply.show(" ".join(words[:count]))
        await asyncio.sleep(LASTS / TOKENS)
    whole = now()
    await reply.finish(text)
    return whole


async def remember(_ids: Sequence[int]) -> bool:
    return True


def text(chat: int, number: int) -> str:
    return f"{chat} {number} " + " ".join(f"word{n}" for n in range(TOKENS - 2))


def necessary(whole: Sequence[float], times: int, seconds: float) -> float:
    """How long the last final has to wait at least, even if nothing else is ever sent."""
    out: list[float] = []
    for ready in sorted(whole):
        before = out[-times] + seconds if len(out) >= times else 0.0
        out.append(max(ready, before))
    return out[-1] - max(whole)


async def simulate(chats: int, questions: int) -> tuple[StrictTelegram, dict[int, list[float]]]:
    """People who ask at the same instant, and a group that asks one thing after another."""
    telegram, outgoing = StrictTelegram(), scheduler()
    bot = Bot("1:t", request=telegram, get_updates_request=telegram)
    whole: dict[int, list[float]] = defaultdict(list)

    async def conversation(chat: int, count: int) -> None:
        for number in range(count):
            whole[chat].append(await answer(bot, outgoing, chat, text(chat, number)))

    async with asyncio.TaskGroup() as group:
        for chat in range(1, chats + 1):
            group.create_task(conversation(chat, 1))
        if questions:
            group.create_task(conversation(GROUP, questions))
    assert asyncio.all_tasks() == {asyncio.current_task()}
    return telegram, whole


@pytest.mark.parametrize(("chats", "questions"), [(1, 0), (20, 0), (20, 10), (500, 0)])
def test_all_answers_come_whole_and_no_later_than_the_limits_make_necessary(
    chats: int, questions: int
) -> None:
    telegram, whole = run(simulate(chats, questions))
    said = list(telegram.shown.values())
    wanted = {text(chat, number) for chat, times in whole.items() for number in range(len(times))}
    private = [at for chat, times in whole.items() for at in times if chat > 0]
    waited = max(at for (chat, _), at in telegram.at.items() if chat > 0) - max(private)
    least = necessary(private, 30, 1.0)
    # The figures are for those who run it with -s.
    print(f"\n{chats} chats: the last waits {waited:.2f} s, necessary are {least:.2f} s")  # noqa: T201

    assert sorted(said) == sorted(wanted)
    assert telegram.refused == 0
    assert waited <= 1.1 * least + 0.05  # some of which it is on its way
    if questions:
        times = sorted(at for (chat, _), at in telegram.at.items() if chat == GROUP)
        late = max(at - ready for at, ready in zip(times, whole[GROUP], strict=True))
        least = necessary(whole[GROUP], 20, 60.0)
        print(f"{questions} questions in a group: the latest waits {late:.2f} s, of {least:.2f} s")  # noqa: T201
        assert late <= 1.1 * least + 0.05
