"""Questions to ask in a test, and how they come to an end."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from storage import Database, ledger, turns
from storage.clock import now_ms
from storage.money import Cost, Notice, Settlement, Unit, Usage
from storage.records import Admission, Begun, Circumstances, Image, Message, Place, Question
from storage.turns import Bills
from tests.storage.rows import Refused

ALICE, BEN = 1002, 1003
GROUP = -1001234567890
PHOTO = Image(
    sha256="a1",
    media_type="image/jpeg",
    width=640,
    height=480,
    detail="high",
    tokens=300,
    data=b"a photo",
    file_unique_id="AQAD",
)
HELD = Cost(tokens=500, images=1, nanos=70_000)
BILLED = Settlement(
    usage=Usage(prompt=40, completion=8, cached=10, cache_written=5),
    cost=Cost(tokens=48, images=1, nanos=6_500),
    price={"input": "0.10"},
)
LOST = Settlement(
    usage=Usage(prompt=40, completion=0, is_estimated=True),
    cost=Cost(requests=0, tokens=40, nanos=4_000),
    price={"input": "0.10"},
)

Consider = Callable[[Circumstances], Admission]


def question(  # noqa: PLR0913 - what may differ between two questions
    number: int = 1,
    text: str = "What is this?",
    *,
    attempt: int = 1,
    user: int = ALICE,
    chat: int | None = None,
    thread: int | None = None,
    images: tuple[Image, ...] = (),
) -> Question:
    return Question(
        update_id=number,
        attempt=attempt,
        place=Place(chat_id=chat or user, thread_id=thread),
        user_id=user,
        message=Message(role="user", text=text, tokens=10, images=images),
        model="gpt-6-luna",
        endpoint="https://api.openai.com/v1",
    )


def admit(seen: Circumstances) -> Admission:
    return Admission(
        at_ms=now_ms(),
        reserved=HELD,
        prompt_tokens=40,
        max_tokens=460,
        history=seen.history,
    )


def admit_guest(seen: Circumstances) -> Admission:
    return replace(admit(seen), is_guest=True)


def refuse(_seen: Circumstances) -> Admission:
    raise Refused


def never(_seen: Circumstances) -> Admission:
    raise AssertionError("this was decided before")


def say_nothing(_seen: Circumstances) -> Sequence[Notice]:
    return ()


async def begun(database: Database, asked: Question, consider: Consider = admit) -> Begun:
    return await database.run(turns.begin, asked, consider)


async def finished(
    database: Database,
    turn: Begun,
    text: str = "A cat.",
    *,
    lost: Sequence[Settlement] = (),
    watch: Callable[[Circumstances], Sequence[Notice]] = say_nothing,
) -> list[Notice] | None:
    """Keep an answer; None where another attempt has taken over."""
    answer = Message(role="assistant", text=text, tokens=4)
    bills = Bills(settled=BILLED, lost=lost, watch=watch)
    return await database.run(turns.finish, turn, answer, "whole", bills)


async def told(database: Database, asked: Question) -> list[str]:
    """What the model is told with a question."""
    turn = await begun(database, asked)
    assert turn.admission is not None
    return [message.text for message in turn.admission.history]


async def spent(database: Database, subject: str, since_ms: int | None = None) -> Cost:
    """What a subject has used, in every unit."""
    requests, tokens, images, nanos = [
        await database.run(ledger.spent, subject, unit, since_ms) for unit in Unit
    ]
    return Cost(requests=requests, tokens=tokens, images=images, nanos=nanos)
