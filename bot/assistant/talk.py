"""Putting a question to a model: what it is told, what it says, which photos it looks at again."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from functools import partial
from typing import Any

from bot import memory, tokens
from bot.assistant import again
from bot.assistant.accounts import Policy, room
from bot.assistant.prompts import Reply
from bot.assistant.rounds import Round
from bot.llm import LLM, Broken, Called, Finish, ModelError, Options
from bot.metrics import Metrics
from storage import Database, shown
from storage.records import Admission, Image, Message, Place

log = logging.getLogger(__name__)


class Talk:
    """What goes to and fro between a model and us for one question."""

    def __init__(self, llm: LLM, database: Database, policy: Policy, metrics: Metrics) -> None:
        self._llm = llm
        self._database = database
        self._policy = policy
        self._metrics = metrics
        self._forming = asyncio.Lock()

    async def hear(self, heard: Round, place: Place, admission: Admission, reply: Reply) -> None:
        """Ask one model, and show what it says; one that only looks first may fail."""
        try:
            await self._converse(heard, place, admission, reply)
        except ModelError as error:
            if not heard.is_first_look:
                raise
            log.warning(
                "%s, which looks first, gave no answer: %s", heard.model, type(error).__name__
            )

    async def _converse(
        self, heard: Round, place: Place, admission: Admission, reply: Reply
    ) -> None:
        """Ask, and once more for each time that the model wants to look again at a photo."""
        asking = heard.asking
        told = admission.history
        sent = self._policy.with_images(told)
        messages = await self._messages(told, sent, heard.asks)
        seen: dict[int, Image] = {}
        # Who only looks first had better pass on what needs an old photo: it is reserved for once.
        is_looking = admission.has_looks and not heard.is_first_look
        photos = memory.as_words(told, sent) if is_looking else {}
        tools = again.TOOLS if photos else ()
        mark = self._policy.mark(place)
        for looks_left in range(again.MOST_LOOKS, -1, -1):
            options = Options(tools=tools, may_call=looks_left > 0, cache_key=mark)
            stream = self._llm.stream(
                messages,
                model=heard.model,
                max_tokens=room(admission, asking.before),
                options=options,
            )
            await self._note(stream, heard, reply)
            if not asking.calls or not looks_left or not photos:
                return
            look = again.look(asking.calls, photos, seen)
            seen.update(look.shown)
            data = await self._data(look.shown.values())
            more = await asyncio.to_thread(again.messages, asking.latest, look, data)
            messages = [*messages, *more]
            asking.go_on(heard.latest, extra=tokens.text_tokens(asking.latest) + look.tokens)
            reply.look_again()

    async def _note(
        self, stream: AsyncGenerator[str | Called | Finish | Broken], heard: Round, reply: Reply
    ) -> None:
        """Note what comes of a request, and show the words."""
        asked_at = time.monotonic()
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                if isinstance(piece, str) and not heard.asking.text:
                    self._metrics.first_words(time.monotonic() - asked_at)
                heard.asking.note(piece)
                if isinstance(piece, str) and heard.shown:
                    reply.show(heard.shown)

    async def _messages(
        self, told: tuple[Message, ...], sent: tuple[Message, ...], asks: str
    ) -> list[dict[str, Any]]:
        data = await self._data(image for message in sent for image in message.images)
        in_form = partial(memory.as_sent, self._policy.persona, told, data, sent, asks=asks)
        async with self._forming:  # megabytes of base64 would stop the loop
            return await asyncio.to_thread(in_form) if data else in_form()

    async def _data(self, images: Iterable[Image]) -> dict[str, bytes]:
        wanted = [image.sha256 for image in images]
        return await self._database.run(shown.data, wanted) if wanted else {}
