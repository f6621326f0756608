"""The Bot API over HTTP, as core.telegram.org/bots/api#making-requests describes it."""

import asyncio
import hmac
import inspect
import json
import logging
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import telegram
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.serving import HANG_UP
from playground.faults import Delay, DoneButSilent, HangUp, Refuse, Status
from playground.methods import METHODS, Given, Upload
from playground.people import Json
from playground.rules import Refused, bad
from playground.world import Call, World

log = logging.getLogger(__name__)

# What the library calls by Telegram's own names, exists; anything else is 404 there too.
EXISTING = METHODS.keys() | {
    name.lower() for name in dir(telegram.Bot) if name[0].islower() and name != name.lower()
}


def routes(world: World) -> list[Route]:
    """The Bot API's addresses, to be mounted beside others."""
    api = _BotApi(world)
    return [
        Route("/bot{token}/{method}", api.call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", api.download),
    ]


def bot_api(world: World) -> Starlette:
    """An app that is the Bot API and nothing else."""
    return Starlette(routes=routes(world))


@dataclass(frozen=True, slots=True)
class _BotApi:
    world: World

    async def call(self, request: Request) -> Response:
        if not self._is_token(request.path_params["token"]):
            return _refusal(Refused(401, "Unauthorized"))
        call = Call(method=request.path_params["method"], params={}, at=self.world.clock())
        try:
            given = await _given(request)
            call = replace(call, params=given.params)
            return await self._played(request, call, given)
        except Refused as refused:
            self._note(replace(call, error=refused.code))
            return _refusal(refused)

    async def download(self, request: Request) -> Response:
        if not self._is_token(request.path_params["token"]):
            return _refusal(Refused(401, "Unauthorized"))
        file = self.world.files.at(request.path_params["path"])
        if file is None:
            return _refusal(Refused(404, "Not Found"))
        return Response(file.data, media_type="application/octet-stream")

    async def _played(self, request: Request, call: Call, given: Given) -> Response:
        """Answer a call, with the fault that was planned for it."""
        match self.world.faults.take(call.method, given.params):
            case Refuse(code, description, retry_after, migrate_to):
                words = description or f"Too Many Requests: retry after {retry_after}"
                raise Refused(code, words, retry_after=retry_after, migrate_to=migrate_to)
            case Status(code, body):
                self._note(replace(call, error=code))
                return Response(body, code, media_type="text/html")
            case HangUp():
                return self._silence(request, call)
            case DoneButSilent():
                await self._result(call, given)
                return self._silence(request, call)
            case Delay(seconds):
                await asyncio.sleep(seconds)
        result = await self._result(call, given)
        self._note(replace(call, result=result))
        return _json({"ok": True, "result": result})

    async def _result(self, call: Call, given: Given) -> Any:
        name = call.method.lower()
        if name in METHODS:
            result = METHODS[name](self.world, given)
            return await result if inspect.isawaitable(result) else result
        if name not in EXISTING:
            raise Refused(404, "Not Found")
        log.info("the playground does not know %s", call.method)
        return True

    def _silence(self, request: Request, call: Call) -> Response:
        self._note(replace(call, error=0))
        request.scope["extensions"][HANG_UP]()
        return Response()  # never sent: nobody is there any more

    def _note(self, call: Call) -> None:
        self.world.calls.append(call)
        self.world.watchers.wake()

    def _is_token(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.world.token.encode())


async def _given(request: Request) -> Given:
    """Read the parameters of a call from its address and its body."""
    values: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "multipart/form-data":
        return await _multipart(request, values)
    body = await request.body()
    if kind == "application/json":
        values |= _json_object(body)
    elif body:
        values |= _form(body)
    return Given(values, {})


def _json_object(body: bytes) -> Json:
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise bad("can't parse request: JSON object expected")
    return values


def _form(body: bytes) -> Json:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None


async def _multipart(request: Request, values: Json) -> Given:
    uploads = {}
    async with request.form() as form:
        for name, value in form.items():
            if isinstance(value, UploadFile):
                mime_type = value.content_type or "application/octet-stream"
                uploads[name] = Upload(value.filename or name, mime_type, await value.read())
            else:
                values[name] = value
    return Given(values, uploads)


def _refusal(refused: Refused) -> Response:
    answer: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    hints = {"retry_after": refused.retry_after, "migrate_to_chat_id": refused.migrate_to}
    if parameters := {name: hint for name, hint in hints.items() if hint is not None}:
        answer["parameters"] = parameters
    return _json(answer, status=refused.code)


def _json(content: Json, *, status: int = 200) -> Response:
    return Response(json.dumps(content), status, media_type="application/json")
