"""What goes wrong, and what the one who asked sees: docs/reliability.md, made from what happens.

`python -m tests.test_reliability` writes the table anew, from the same tables that the stories here
and in tests/test_model_errors.py play.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.answers import Ending
from bot.llm import errors as model_errors
from handlers.errors import ENDINGS, WORDS
from playground.faults import DoneButSilent, HangUp, Refuse, Status
from playground.world import World
from tests.conftest import ALICE
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone
from tests.test_model_errors import BREAKS, FAILURES, note

PAGE = Path(__file__).parent.parent / "docs" / "reliability.md"
BEGIN, END = "<!-- made by tests/test_reliability.py -->", "<!-- so far -->"
ONCE = "the whole answer, once"
BEGINNINGS = "the whole answer, once; above it perhaps a beginning of it that ends in “ …”"


@dataclass
class Stage:
    """Who and what a story has."""

    alice: Someone
    world: World
    model: FakeOpenAI

    async def hears(self, *, after: str = "Hi") -> None:
        """Ask, and hear the whole answer, once."""
        self.alice.says(after)
        await self.alice.sees(f"You said: {after}")
        assert self.alice.screen.count(f"You said: {after}") == 1


Play = Callable[[Stage], Awaitable[None]]


def failing(kind: Status | HangUp | DoneButSilent | Refuse, *methods: str, times: int = 1) -> Play:
    """Telegram fails so many times, then works again."""

    async def play(stage: Stage) -> None:
        for method in methods:
            stage.world.faults.add(kind=kind, method=method, times=times)
        await stage.hears()

    return play


def closed(words: str, code: int = 400) -> Play:
    """Nobody can be told anything; once the chat is open again, it is answered."""

    async def play(stage: Stage) -> None:
        refusal = Refuse(code, words)
        for method in ("sendMessage", "editMessageText"):
            stage.world.faults.add(kind=refusal, method=method, times=100)
        stage.alice.says("Anybody there?")
        await stage.world.wait_for(lambda: any(call.error == code for call in stage.world.calls))
        stage.world.faults.clear()
        await stage.hears(after="Now?")

    return play


async def deleted(stage: Stage) -> None:
    answer = stage.model.hold()
    stage.alice.says("Tell me")
    await stage.model.wait_asked(1)
    answer.say("Once")
    stage.alice.deletes((await stage.alice.sees("Once"))["message_id"])
    answer.say(" upon a time.").finish()
    await stage.alice.sees("Once upon a time.")
    assert len(stage.alice.screen) == 1


async def unchanged(stage: Stage) -> None:
    refusal = Refuse(400, "Bad Request: message is not modified")
    answer = stage.model.hold()
    stage.alice.says("Tell me")
    await stage.model.wait_asked(1)
    answer.say("Once")
    await stage.alice.sees("Once")
    stage.world.faults.add(kind=refusal, method="editMessageText")
    answer.say(" upon a time.").finish()
    await stage.world.wait_for(lambda: any(call.error == 400 for call in stage.world.calls))
    assert len(stage.alice.screen) == 1


async def poison(stage: Stage) -> None:
    await stage.hears(after="Hello")
    stage.world.put_update({"message": {"chat": {"id": ALICE.id, "type": "private"}}})
    await stage.alice.sees(english("error-apology"))
    await stage.hears()


NOBODY = "nothing there, where nothing can be said; once it is open again, answers"
SENDING = ("sendMessage", "editMessageText")

# What Telegram does, what the one who asked sees, and how it is played.
TELEGRAM: dict[str, tuple[str, Play]] = {
    "429 to a message": (ONCE, failing(Refuse(429, retry_after=1), "sendMessage")),
    "429 to an edit": (ONCE, failing(Refuse(429, retry_after=1), "editMessageText")),
    "429 to polling": (ONCE, failing(Refuse(429, retry_after=1), "getUpdates")),
    "502 to a message": (BEGINNINGS, failing(Status(502), "sendMessage", times=3)),
    "502 to an edit": (ONCE, failing(Status(502), "editMessageText", times=3)),
    "502 to “typing…”": (ONCE, failing(Status(502), "sendChatAction")),
    "no answer to a message that arrived": (BEGINNINGS, failing(DoneButSilent(), "sendMessage")),
    "no answer to a message that did not": (BEGINNINGS, failing(HangUp(), "sendMessage")),
    "no answer to an edit that arrived": (ONCE, failing(DoneButSilent(), "editMessageText")),
    "no answer to an edit that did not": (ONCE, failing(HangUp(), "editMessageText")),
    "“message is not modified”": (ONCE, unchanged),
    "“message to edit not found”: someone deleted it": ("the whole answer, anew", deleted),
    "“bot was blocked by the user”": (
        NOBODY,
        closed("Forbidden: bot was blocked by the user", 403),
    ),
    "“not enough rights to send text messages to the chat”": (
        NOBODY,
        closed("Bad Request: not enough rights to send text messages to the chat"),
    ),
    "CHAT_WRITE_FORBIDDEN": (NOBODY, closed("Bad Request: CHAT_WRITE_FORBIDDEN")),
    "TOPIC_CLOSED": (NOBODY, closed("Bad Request: TOPIC_CLOSED")),
    "“message thread not found”: the topic was deleted": (
        NOBODY,
        closed("Bad Request: message thread not found"),
    ),
    "an update that cannot be read": (
        f"“{english('error-apology')}”, and the next answers",
        poison,
    ),
}

# What other tests play, and what is seen there.
ELSEWHERE = {
    "kill -9 at any instant (tests/test_kills.py)": BEGINNINGS,
    "SIGTERM (tests/test_crash.py)": "the whole answer, within STOP_GRACE or after the next start",
    "a group becomes a supergroup (tests/test_closed_chats.py)": (
        "the whole answer there, by the same limits, in the same conversation"
    ),
    "away for longer than MAX_AGE (tests/test_late.py)": f"“{english('answer-late', span='1 d')}”",
    "polling: 409, 401, 404, 5xx, nonsense, half-open connections (tests/test_poller.py)": (
        "the whole answer, once, when it is over"
    ),
    "slow: no word for SLOW_AFTER seconds (tests/test_deadlines.py)": "“Still thinking…”, then "
    "the whole answer",
    "Telegram: 429, 502 or no answer to a draft, or no drafts at all (tests/test_drafts.py)": ONCE,
    "no end within ANSWER_TIME (tests/test_deadlines.py)": f"what came, and “{note(Ending.LATE)}”",
    "the model: reset in mid-stream (tests/test_endless.py)": (
        f"what came, and “{note(Ending.CUT)}”"
    ),
    "the model: words without an end (tests/test_endless.py)": (
        f"what came, as far as ANSWER_TOKENS, and “{note(Ending.LENGTH)}”"
    ),
    "the model: signs of life without a word, for ever (tests/test_endless.py)": (
        f"“{english(WORDS[model_errors.ModelSilent])}”"
    ),
    "the model: a line without an end (tests/test_endless.py)": (
        f"“{english(WORDS[model_errors.ModelUnavailable])}”"
    ),
    "the model: a body without an end (tests/test_endless.py)": (
        f"“{english(WORDS[model_errors.NoEndpoint])}”"
    ),
    "the model: out of reach, with another in FALLBACKS (tests/test_fallbacks.py)": (
        "the whole answer, by the other"
    ),
    "Telegram: a rich message is refused, or its server too old for one (tests/test_rich.py)": (
        "the whole answer, once, with tables in monospace and formulas in Unicode"
    ),
    "an update that ends the program (tests/test_lanes.py)": (
        f"“{english('error-apology')}”, and all others are answered"
    ),
}


def rows() -> list[tuple[str, str]]:
    """Each fault, and what the one who asked sees."""
    model = {f"the model: {name}": f"“{english(WORDS[FAILURES[name][1]])}”" for name in FAILURES}
    breaks = {
        f"the model: {name} after the first words": f"what came, and “{note(Ending.CUT)}”"
        for name in BREAKS
    }
    ends = {
        "the model: an empty answer": f"“{english(ENDINGS[Ending.EMPTY])}”",
        "the model: nobody listens there": f"“{english(WORDS[model_errors.ModelUnavailable])}”",
        "the model: finish_reason length": f"what came, and “{note(Ending.LENGTH)}”",
        "the model: finish_reason content_filter": f"what came, and “{note(Ending.FILTERED)}”",
    }
    telegram = {f"Telegram: {name}": sees for name, (sees, _) in TELEGRAM.items()}
    return [*ELSEWHERE.items(), *telegram.items(), *model.items(), *breaks.items(), *ends.items()]


def table() -> str:
    """The same as Markdown."""
    lines = [f"| {fault} | {sees} |" for fault, sees in rows()]
    return "\n".join([BEGIN, "", "| what happens | what is seen |", "|---|---|", *lines, "", END])


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("name", TELEGRAM)
async def test_a_fault_of_telegrams_ends_as_the_table_says(
    name: str, alice: Someone, world: World, model: FakeOpenAI
) -> None:
    sees, play = TELEGRAM[name]
    await play(Stage(alice, world, model))
    if sees == ONCE:
        assert not any(text.endswith(" …") for text in alice.screen)


def test_the_page_says_what_happens() -> None:
    page = PAGE.read_text(encoding="utf-8")
    found = re.search(f"{re.escape(BEGIN)}.*{re.escape(END)}", page, re.DOTALL)

    assert found
    assert found[0] == table(), "python -m tests.test_reliability writes it anew"


@pytest.mark.parametrize(("fault", "sees"), rows())
def test_each_row_has_words(fault: str, sees: str) -> None:
    assert fault.strip()
    assert len(sees.split()) >= 3


@pytest.mark.parametrize("fault", ELSEWHERE)
def test_what_is_played_elsewhere_is_there(fault: str) -> None:
    [name] = re.findall(r"\((tests/\w+\.py)\)", fault)

    assert (PAGE.parent.parent / name).exists()


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + table() + rest.partition(END)[2], encoding="utf-8")
