"""The chat page in the browser: its files, its JSON API, and the stream of what happens."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from playground.people import Chat, Json, Person
from playground.rules import MAX_TEXT
from playground.text import units
from playground.uploads import Upload, Wrong, upload_of
from playground.watching import Subscription
from playground.world import World

STATIC = Path(__file__).parent / "static"
# Shown in the page itself; anything else, such as HTML that somebody sent, is only downloaded.
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
# File ids start at 1 in each run, and the page may change with each commit: ask, always.
FRESH = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
POLICY = "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'"
ALBUM = 10  # a client cuts more photos into albums of ten

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(world: World, *, notice: str) -> list[BaseRoute]:
    """Serve the page of a world; the notice is one line saying which model answers."""
    page = Page(world, notice=notice)
    return [
        Route("/", _index),
        Route("/state", _told(page.state)),
        Route("/events", _told(page.events)),
        Route("/files/{file_id}", _told(page.file)),
        Route("/chats/{chat_id}", _told(page.chat)),
        Route("/chats/{chat_id}/messages", _told(page.say), methods=["POST"]),
        Route("/chats/{chat_id}/messages/{id:int}", _told(page.edit), methods=["PATCH"]),
        Route("/chats/{chat_id}/photos", _told(page.photos), methods=["POST"]),
        Route("/chats/{chat_id}/press", _told(page.press), methods=["POST"]),
        Route("/chats/{chat_id}/stop", _told(page.stop), methods=["POST"]),
        Route("/chats/{chat_id}/read", _told(page.read), methods=["POST"]),
        Mount("/static", _Static(directory=STATIC)),
    ]


class Page:
    """What the people of a world see and do in the browser."""

    def __init__(self, world: World, *, notice: str) -> None:
        self._world = world
        self._notice = notice
        self._read: dict[tuple[int, int], int] = {}  # the last message seen, by person and chat

    async def state(self, request: Request) -> Response:
        me = self._me(request)
        return JSONResponse(
            {
                "people": [person.json() for person in self._world.people.values()],
                "me": me.id,
                "bot": self._world.bot.json(),
                "chats": [self._chat_json(me, chat) for chat in self._chats_of(me)],
                "commands": self._world.commands_for(me),
                "notice": self._notice,
            }
        )

    async def chat(self, request: Request) -> Response:
        me = self._me(request)
        chat = self._chat(request, me)
        self._mark_read(me, chat)
        messages = self._world.messages(chat.id)
        return JSONResponse({"messages": messages, "draft": self._draft_json(chat)})

    async def read(self, request: Request) -> Response:
        me = self._me(request)
        self._mark_read(me, self._chat(request, me))
        return JSONResponse({})

    async def say(self, request: Request) -> Response:
        me = self._me(request)
        chat, body = self._chat(request, me), await _body(request)
        reply_to = _field(body, "reply_to", int) if body.get("reply_to") else None
        return JSONResponse(self._world.say(me, _text(body), chat=chat, reply_to=reply_to))

    async def edit(self, request: Request) -> Response:
        me = self._me(request)
        chat, body = self._chat(request, me), await _body(request)
        return JSONResponse(self._world.edit(me, request.path_params["id"], _text(body), chat=chat))

    async def photos(self, request: Request) -> Response:
        me = self._me(request)
        chat, upload = self._chat(request, me), await upload_of(request)
        send = self._send_files if upload.is_as_file else self._send_photos
        return JSONResponse({"messages": send(me, chat, upload)})

    async def press(self, request: Request) -> Response:
        me = self._me(request)
        chat, body = self._chat(request, me), await _body(request)
        message_id, data = _field(body, "message_id", int), _field(body, "data", str)
        query_id = self._world.press(me, message_id, data, chat=chat)
        return JSONResponse({"callback_query_id": query_id})

    async def stop(self, request: Request) -> Response:
        me = self._me(request)
        self._chat(request, me)
        self._world.stop_draft(me)
        return JSONResponse({})

    async def file(self, request: Request) -> Response:
        file = self._world.files.get(request.path_params["file_id"])
        if file is None:
            raise Wrong("There is no such file.", HTTPStatus.NOT_FOUND)
        headers = dict(FRESH)
        if file.mime_type not in SHOWN:
            headers["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(file.name)}"
        return Response(file.data, media_type=file.mime_type, headers=headers)

    async def events(self, request: Request) -> Response:
        stream = self._stream(self._me(request), self._world.subscribe())
        return StreamingResponse(stream, media_type="text/event-stream", headers=FRESH)

    async def _stream(self, me: Person, happening: Subscription) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"  # milliseconds until the browser connects again
        async for event in happening:
            if self._concerns(me, event):
                yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n"

    def _concerns(self, me: Person, event: Json) -> bool:
        if "user_id" in event:
            return bool(event["user_id"] == me.id)
        return "chat_id" not in event or me.id in self._world.chats[event["chat_id"]].members

    def _send_photos(self, me: Person, chat: Chat, upload: Upload) -> list[Json]:
        sent: list[Json] = []
        caption = upload.caption
        for start in range(0, len(upload.files), ALBUM):
            photos = [chosen.data for chosen in upload.files[start : start + ALBUM]]
            if len(photos) > 1:
                sent += self._world.send_album(me, photos, caption=caption, chat=chat)
            else:
                reply_to = upload.reply_to
                sent.append(
                    self._world.send_photo(
                        me, photos[0], caption=caption, chat=chat, reply_to=reply_to
                    )
                )
            caption = None
        return sent

    def _send_files(self, me: Person, chat: Chat, upload: Upload) -> list[Json]:
        return [
            self._world.send_document(
                me,
                chosen.data,
                file_name=chosen.name,
                mime_type=chosen.mime_type,
                caption=None if number else upload.caption,
                chat=chat,
                reply_to=None if number else upload.reply_to,
            )
            for number, chosen in enumerate(upload.files)
        ]

    def _me(self, request: Request) -> Person:
        people = self._world.people
        asked = request.query_params.get("as") or str(next(iter(people), ""))
        person = people.get(int(asked)) if asked.isdecimal() else None
        if person is None:
            raise Wrong("There is no such person here.", HTTPStatus.NOT_FOUND)
        return person

    def _chat(self, request: Request, me: Person) -> Chat:
        asked = request.path_params["chat_id"]
        chat = next((chat for chat in self._chats_of(me) if str(chat.id) == asked), None)
        if chat is None:
            raise Wrong(f"{me.first_name} is in no such chat.", HTTPStatus.NOT_FOUND)
        return chat

    def _chats_of(self, me: Person) -> list[Chat]:
        return [chat for chat in self._world.chats.values() if me.id in chat.members]

    def _mark_read(self, me: Person, chat: Chat) -> None:
        messages = self._world.messages(chat.id)
        self._read[me.id, chat.id] = messages[-1]["message_id"] if messages else 0

    def _chat_json(self, me: Person, chat: Chat) -> Json:
        messages = self._world.messages(chat.id)
        seen = self._read.get((me.id, chat.id), 0)
        unread = [m for m in messages if m["message_id"] > seen and m["from"]["id"] != me.id]
        return {
            "id": chat.id,
            "type": chat.type,
            "title": chat.title or self._world.bot.first_name,
            "members": len(chat.members) + 1,  # and the bot
            "last": messages[-1] if messages else None,
            "unread": len(unread),
            "commands": self._world.commands_for(me, chat),
        }

    def _draft_json(self, chat: Chat) -> Json | None:
        draft = self._world.screen.draft(chat.id)
        if draft is None:
            return None
        return {
            "draft_id": draft.draft_id,
            "text": draft.text,
            "entities": list(draft.entities),
            "can_stop": draft.can_stop,
        }


class _Static(StaticFiles):
    """The page's own files, never from a cache without asking."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(FRESH)
        return response


async def _index(_: Request) -> Response:
    return FileResponse(STATIC / "index.html", headers=FRESH | {"Content-Security-Policy": POLICY})


def _told(endpoint: Endpoint) -> Endpoint:
    """Tell what is wrong with a request as JSON, in a sentence that the page shows."""

    async def telling(request: Request) -> Response:
        try:
            _check_origin(request)
            return await endpoint(request)
        except Wrong as wrong:
            return JSONResponse({"error": wrong.sentence}, wrong.status)
        except LookupError as error:  # of the world: no such message, or not one's own
            return JSONResponse({"error": str(error)}, HTTPStatus.BAD_REQUEST)

    return telling


def _check_origin(request: Request) -> None:
    """Let no other site that is open in the same browser write to the bot."""
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise Wrong("Only the playground's own page may ask.", HTTPStatus.FORBIDDEN)


async def _body(request: Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise Wrong("That is not JSON.") from None
    if not isinstance(body, dict):
        raise Wrong("That is not a JSON object.")
    return body


def _field(body: Json, name: str, kind: type[T]) -> T:
    value = body.get(name)
    if not isinstance(value, kind):
        raise Wrong(f"The field {name!r} is missing, or not what it should be.")
    return value


def _text(body: Json) -> str:
    text = _field(body, "text", str).strip()
    if not text:
        raise Wrong("Write something first.")
    if units(text) > MAX_TEXT:
        raise Wrong(f"A message has at most {MAX_TEXT:,} characters.")
    return text
