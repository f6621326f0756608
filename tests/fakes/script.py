"""What the fake model will do, one request after another."""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.chat_rules import Refused
from tests.fakes.speech import Break, Corrupt, Cut, Drop, Pause, Speech


@dataclass(frozen=True)
class Whole:
    """A response with status 200 that is no answer."""

    content: bytes
    media_type: str = "application/json"


@dataclass(frozen=True)
class Failure:
    refused: Refused
    headers: Mapping[str, str]


Reaction = Speech | Whole | Failure


class Script:
    """The reactions still to come, the next one first."""

    def __init__(self) -> None:
        self._script: deque[Reaction] = deque()
        self._stalled: list[Speech] = []

    def next(self) -> Reaction | None:
        return self._script.popleft() if self._script else None

    def will_say(
        self, *pieces: str, finish: str = "stop", first_after: float = 0.0, gap: float = 0.0
    ) -> None:
        speech = self.hold().then(Pause(first_after))
        for piece in pieces:
            speech.say(piece).then(Pause(gap))
        speech.finish(finish)

    def hold(self) -> Speech:
        """Answer the next request piece by piece: with what is said to the returned speech."""
        speech = Speech()
        self._script.append(speech)
        return speech

    def will_fail(  # noqa: PLR0913 - by name, and each is a field of the answer
        self,
        status: int,
        *,
        code: str | None = None,
        message: str = "The fake was told to fail.",
        type: str | None = None,  # noqa: A002 - the name of the field in OpenAI's errors
        headers: Mapping[str, str] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        kind = type or ("invalid_request_error" if status < 429 else "server_error")
        refused = Refused(message, code, status=status, type=kind, metadata=metadata)
        self._script.append(Failure(refused, dict(headers or {})))

    def will_cut(self, *pieces: str) -> None:
        self.hold().say(*pieces).then(Cut())

    def will_drop(self, *pieces: str) -> None:
        self.hold().say(*pieces).then(Drop())

    def will_stall(self, *pieces: str) -> None:
        self._stalled.append(self.hold().say(*pieces))

    def release(self) -> None:
        """End all answers that stall."""
        for speech in self._stalled:
            speech.finish()
        self._stalled.clear()

    def will_send_corrupt_chunk(self, *pieces: str) -> None:
        self.hold().say(*pieces).then(Corrupt())

    def will_send_error_event(
        self, *pieces: str, message: str = "Overloaded.", code: str | None = None
    ) -> None:
        self.hold().say(*pieces).then(Break(Refused(message, code, type="server_error").body()))

    def will_send(self, *events: str) -> None:
        """Send these data as server-sent events, whatever they are."""
        body = "".join(f"data: {event}\n\n" for event in events)
        self._script.append(Whole(body.encode(), media_type="text/event-stream"))

    def will_answer_html(
        self, page: bytes = b"<!doctype html><title>Welcome</title><p>Please sign in."
    ) -> None:
        self._script.append(Whole(page, media_type="text/html"))

    def will_answer_error_with_200(self, message: str = "Upstream failed.", code: str = "") -> None:
        body = Refused(message, code or None, type="upstream_error").body()
        self._script.append(Whole(json.dumps(body).encode()))
