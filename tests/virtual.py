"""Time that passes at once, and a Telegram in it that counts what comes."""

import asyncio
import json
import random
import selectors
from collections import defaultdict
from collections.abc import Coroutine
from typing import Any, TypeVar

from telegram.request import BaseRequest, RequestData

from bot.outgoing import TELEGRAM, Limits, Outgoing

T = TypeVar("T")


class Impatient(selectors.SelectSelector):
    """Nothing comes from outside: instead of waiting, the time is put forward."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        assert timeout is not None, "all wait for nothing"
        self.now += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in which waiting takes no time."""

    def __init__(self) -> None:
        self.selector = Impatient()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.now


def run(story: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(story)


def now() -> float:
    return asyncio.get_running_loop().time()


def scheduler(limits: Limits = TELEGRAM) -> Outgoing:
    return Outgoing(limits, clock=asyncio.get_running_loop().time)


class StrictTelegram(BaseRequest):
    """Counts as strictly as Telegram may: five in 5 s, in groups 20 in 60 s, 30 a second in all.

    Each call is some time on its way there, and on its way back.
    """

    def __init__(self) -> None:
        self.refused = 0
        self.said: list[str] = []  # by messages and edits, in their order
        self.shown: dict[tuple[int, int], str] = {}
        self.at: dict[tuple[int, int], float] = {}  # when it last changed
        self.drafts: list[tuple[float, str]] = []  # each frame, and when it came
        self._came: defaultdict[str, list[float]] = defaultdict(list)
        self._random = random.Random(5)

    @property
    def read_timeout(self) -> float:
        return 30.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        assert method == "POST"
        assert request_data is not None
        await asyncio.sleep(self._random.uniform(0.001, 0.02))
        given: dict[str, Any] = dict(request_data.parameters)
        answer = self._answer(url.rpartition("/")[2], given["chat_id"], given)
        await asyncio.sleep(self._random.uniform(0.001, 0.02))
        return (200 if answer["ok"] else 429), json.dumps(answer).encode()

    def _answer(self, method: str, chat: int, given: dict[str, Any]) -> dict[str, Any]:
        if method in {"sendChatAction", "sendMessageDraft"}:
            fits = self._fits({f"progress {chat}": [(20, 5), (40, 30)]})
        else:
            own = (5, 5) if chat > 0 else (20, 60)
            fits = self._fits({f"chat {chat}": [own], "all": [(30, 1)]})
        if not fits:
            self.refused += 1
            parameters = {"retry_after": 3}
            return {"ok": False, "error_code": 429, "description": "", "parameters": parameters}
        if method == "sendMessageDraft":
            self.drafts.append((now(), given.get("text", "")))
        if method in {"sendChatAction", "sendMessageDraft"}:
            return {"ok": True, "result": True}
        number = given.get("message_id") or len(self.shown) + 1
        self.shown[chat, number] = given["text"]
        self.said.append(given["text"])
        self.at[chat, number] = now()
        of = {"id": chat, "type": "private" if chat > 0 else "group"}
        return {"ok": True, "result": {"message_id": number, "date": 1, "chat": of}}

    def _fits(self, allowed: dict[str, list[tuple[int, int]]]) -> bool:
        for what, rates in allowed.items():
            for times, seconds in rates:
                if sum(at > now() - seconds for at in self._came[what][-times:]) >= times:
                    return False
        for what in allowed:
            self._came[what].append(now())
        return True
