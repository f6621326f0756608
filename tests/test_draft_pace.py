"""When the frames of a draft come: soon at first, then calmly, and before it goes by itself."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from telegram import Bot

from bot.outgoing import TELEGRAM, Kind, Limits
from bot.outgoing.limits import Limit
from bot.replies import Drafts, Growth, LiveReply
from storage.records import Place
from tests.virtual import StrictTelegram, now, run, scheduler

ALICE = Place(chat_id=1002)
GOES_AFTER = 30.0  # core.telegram.org/bots/api, sendMessageDraft
SLOW_AFTER = 15.0


@pytest.fixture(autouse=True)
def durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library tells durations as the app has it tell them."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


class Chat:
    """A private chat in which answers grow as drafts."""

    def __init__(self, limits: Limits = TELEGRAM) -> None:
        self.telegram = StrictTelegram()
        self._bot = Bot("1:t", request=self.telegram, get_updates_request=self.telegram)
        self._outgoing = scheduler(limits)
        self._drafts = Drafts(self._bot, self._outgoing)

    def reply(self) -> LiveReply:
        draft = self._drafts.draft(ALICE, 7, is_wanted=True)
        growth = Growth(
            interval=1.0, buttons=None, slow_after=SLOW_AFTER, slow="Slow.", draft=draft
        )
        reply = LiveReply(self._bot, self._outgoing, place=ALICE, quoted=None, growth=growth)
        reply.begin((), remember)
        return reply

    @property
    def gaps(self) -> list[float]:
        """Seconds between two frames."""
        return [after - before for (before, _), (after, _) in pairwise(self.telegram.drafts)]

    @property
    def whole(self) -> list[str]:
        return list(self.telegram.shown.values())


async def remember(_ids: Sequence[int]) -> bool:
    return True


async def spoken(reply: LiveReply, *, seconds: float, text: Callable[[int], str]) -> str:
    """Let an answer grow by a word every twentieth of a second; returns the whole of it."""
    count = int(20 * seconds)
    for number in range(1, count + 1):
        reply.show(text(number))
        await asyncio.sleep(0.05)
    whole = text(count)
    await reply.finish(whole)
    return whole


def words(count: int) -> str:
    return " ".join(f"w{number}" for number in range(count))


def test_frames_come_soon_at_first_and_then_calmly() -> None:
    async def story() -> tuple[Chat, float]:
        chat = Chat()
        await spoken(chat.reply(), seconds=35, text=words)
        return chat, now()

    chat, ended_at = run(story())
    assert [0.3 <= gap < 0.4 for gap in chat.gaps[:10]] == [True] * 10
    assert all(0.8 <= gap < 1.1 for gap in chat.gaps[10:])
    assert chat.telegram.refused == 0
    assert chat.whole == [words(700)]
    assert ended_at < 35.2


def test_many_answers_in_a_row_never_are_too_many_frames() -> None:
    async def story() -> tuple[Chat, list[str]]:
        chat = Chat()
        said = [await spoken(chat.reply(), seconds=5, text=words) for _ in range(12)]
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return chat, said

    chat, said = run(story())
    assert chat.telegram.refused == 0
    assert chat.whole == said
    assert len(chat.telegram.drafts) > 60  # one a second, though each answer begins with many


def test_a_draft_that_says_nothing_new_is_shown_again_before_it_goes() -> None:
    async def story() -> Chat:
        chat = Chat()
        reply = chat.reply()
        reply.show("Once")
        await asyncio.sleep(100)
        await reply.finish("Once upon a time.")
        return chat

    chat = run(story())
    assert [text for _, text in chat.telegram.drafts] == ["Once"] * 5
    assert all(20 <= gap < 25 for gap in chat.gaps)


def test_a_draft_of_which_nothing_new_can_be_seen_is_shown_again_too() -> None:
    async def story() -> Chat:
        chat = Chat()
        table = "| a | b |\n|---|---|\n| 1 | 2 |\n| "  # half a row is not shown
        await spoken(chat.reply(), seconds=60, text=lambda count: table + "x" * count)
        return chat

    chat = run(story())
    assert len({text for _, text in chat.telegram.drafts}) == 1
    assert all(20 <= gap < 25 for gap in chat.gaps)


def test_until_the_first_word_a_draft_is_there_and_says_when_it_is_slow() -> None:
    async def story() -> Chat:
        chat = Chat()
        reply = chat.reply()
        await asyncio.sleep(60)
        await reply.finish("Once upon a time.")
        return chat

    chat = run(story())
    at = [round(at) for at, _ in chat.telegram.drafts]
    assert [text for _, text in chat.telegram.drafts] == ["", "Slow.", "Slow.", "Slow."]
    assert at[:2] == [0, SLOW_AFTER]
    assert max(chat.gaps) < GOES_AFTER


def test_an_answer_that_comes_at_once_needs_no_draft() -> None:
    async def story() -> Chat:
        chat = Chat()
        reply = chat.reply()
        await asyncio.sleep(0.2)
        await reply.finish("Once upon a time.")
        return chat

    chat = run(story())
    assert chat.telegram.drafts == []
    assert chat.whole == ["Once upon a time."]


def test_what_was_a_draft_begins_with_a_part_of_it_however_busy_the_bot_is() -> None:
    async def story() -> tuple[Chat, float]:
        chat = Chat(Limits(bot=(Limit(1, 5.0, {Kind.EXTRA: 1}),)))
        reply = chat.reply()
        reply.show("Once upon")
        await asyncio.sleep(1)
        await reply.finish("Once upon a time.")
        return chat, now()

    chat, ended_at = run(story())
    # Or a crash in just that instant would leave the whole there twice.
    assert chat.telegram.said == ["Once upon …", "Once upon a time."]
    assert ended_at > 6
