"""The files and batches of a fake OpenAI, as strict as its own; off unless a test wants them."""

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message

from tests.fakes.chat_rules import Refused

# https://developers.openai.com/api/docs/api-reference/batch
ENDPOINTS = ("/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/completions")
WINDOWS = ("24h",)
LARGEST = 200 << 20
MOST_LINES = 50_000

CheckKey = Callable[[Request], None]
Complete = Callable[[Request, dict[str, Any]], Awaitable[Response]]


@dataclass
class Batch:
    """A batch: what it is to do, and what has come of it."""

    id: str
    input_id: str
    metadata: dict[str, str]
    status: str = "validating"
    output_id: str | None = None
    error_id: str | None = None

    def json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": ENDPOINTS[0],
            "completion_window": WINDOWS[0],
            "input_file_id": self.input_id,
            "status": self.status,
            "created_at": int(time.time()),
            "output_file_id": self.output_id,
            "error_file_id": self.error_id,
            "metadata": self.metadata,
        }


@dataclass
class Batches:
    """What was handed in; a test says when it is done, and how."""

    check_key: CheckKey
    complete: Complete
    tell: Callable[[], None]  # wakes those who wait for something to happen here
    are_there: bool = False
    listed: list[Batch] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    looks: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/v1/files", self._guarded(self._upload), methods=["POST"]),
            Route("/v1/files/{id}/content", self._guarded(self._content)),
            Route("/v1/batches", self._guarded(self._create), methods=["POST"]),
            Route("/v1/batches", self._guarded(self._list), methods=["GET"]),
            Route("/v1/batches/{id}", self._guarded(self._look)),
            Route("/v1/batches/{id}/cancel", self._guarded(self._cancel), methods=["POST"]),
        ]

    async def end(self, status: str = "completed", *, only: int | None = None) -> None:
        """Work through the last batch, the first `only` lines of it, and let it end."""
        batch = self.listed[-1]
        answers: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for line in self.files[batch.input_id].splitlines()[:only]:
            asked = json.loads(line)
            response = await self.complete(_nobody(), asked["body"])
            told = {
                "id": f"batch_req_{next(self._numbers)}",
                "custom_id": asked["custom_id"],
                "response": {
                    "status_code": response.status_code,
                    "request_id": "req_fake",
                    "body": json.loads(bytes(response.body)),
                },
                "error": None,
            }
            (answers if response.status_code == 200 else errors).append(told)
        batch.output_id = self._keep(answers)
        batch.error_id = self._keep(errors)
        batch.status = status

    def _keep(self, lines: list[dict[str, Any]]) -> str | None:
        if not lines:
            return None
        return self._add("".join(json.dumps(line) + "\n" for line in lines).encode())

    def _add(self, content: bytes) -> str:
        number = f"file-{next(self._numbers)}"
        self.files[number] = content
        return number

    def _guarded(
        self, handle: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            try:
                self._check_there(request)
                self.check_key(request)
                return await handle(request)
            except Refused as refused:
                return JSONResponse(refused.body(), refused.status)
            finally:
                self.tell()

        return guarded

    def _check_there(self, request: Request) -> None:
        if not self.are_there:
            raise Refused(f"Invalid URL ({request.method} {request.url.path})", status=404)

    async def _upload(self, request: Request) -> Response:
        async with request.form() as form:
            file = form.get("file")
            if form.get("purpose") != "batch" or not isinstance(file, UploadFile):
                raise Refused("'purpose' must be 'batch', with a file.", param="purpose")
            content = await file.read()
        if len(content) > LARGEST:
            raise Refused("File is too large.", status=413)
        number = self._add(content)
        return JSONResponse(
            {
                "id": number,
                "object": "file",
                "bytes": len(content),
                "created_at": int(time.time()),
                "filename": file.filename,
                "purpose": "batch",
                "status": "processed",
            }
        )

    async def _content(self, request: Request) -> Response:
        content = self.files.get(request.path_params["id"])
        if content is None:
            raise Refused("No such File object.", param="id", status=404)
        return Response(content, media_type="application/octet-stream")

    async def _create(self, request: Request) -> Response:
        body = await request.json()
        if body.get("completion_window") not in WINDOWS:
            raise Refused("Invalid value: 'completion_window'.", param="completion_window")
        if body.get("endpoint") not in ENDPOINTS:
            raise Refused("Invalid value: 'endpoint'.", param="endpoint")
        if body.get("input_file_id") not in self.files:
            raise Refused("No such File object.", param="input_file_id")
        _check_metadata(body.get("metadata") or {})
        batch = Batch(f"batch_{next(self._numbers)}", body["input_file_id"], body["metadata"])
        batch.status = "in_progress" if self._is_fit(batch, body["endpoint"]) else "failed"
        self.listed.append(batch)
        return JSONResponse(batch.json())

    def _is_fit(self, batch: Batch, endpoint: str) -> bool:
        """Whether each line is a question: OpenAI looks at that only after it took the file."""
        lines = self.files[batch.input_id].splitlines()
        asked = [json.loads(line) for line in lines]
        names = {each.get("custom_id") for each in asked}
        return 0 < len(lines) <= MOST_LINES and all(
            (
                len(names) == len(asked),
                all(isinstance(name, str) and name for name in names),
                all(each.get("method") == "POST" for each in asked),
                all(each.get("url") == endpoint for each in asked),
                len({each["body"].get("model") for each in asked}) == 1,
            )
        )

    async def _list(self, _request: Request) -> Response:
        data = [each.json() for each in reversed(self.listed)]
        return JSONResponse({"object": "list", "data": data, "has_more": False})

    async def _look(self, request: Request) -> Response:
        self.looks += 1
        return JSONResponse(self._found(request).json())

    async def _cancel(self, request: Request) -> Response:
        batch = self._found(request)
        if batch.status != "in_progress":
            raise Refused(f"Cannot cancel a batch with status '{batch.status}'.", status=409)
        batch.status = "cancelling"
        return JSONResponse(batch.json())

    def _found(self, request: Request) -> Batch:
        for batch in self.listed:
            if batch.id == request.path_params["id"]:
                return batch
        raise Refused("No batch found with that id.", param="id", status=404)


def _check_metadata(metadata: dict[str, Any]) -> None:
    """At most 16 pairs of strings, of 64 and 512 characters."""
    for name, value in metadata.items():
        if not isinstance(value, str) or len(name) > 64 or len(value) > 512:
            raise Refused("Invalid 'metadata'.", param="metadata")
    if len(metadata) > 16:
        raise Refused("Invalid 'metadata': too many properties.", param="metadata")


def _nobody() -> Request:
    """A request of one who waits for ever."""

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    return Request({"type": "http", "headers": [], "extensions": {}}, receive)
