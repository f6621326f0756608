"""The offline model: a small language model on llama.cpp, and OCR in place of eyes.

`python -m playground.smollm WEIGHTS` says where it serves, and ends when its input does: that is
when the process that started it is gone, however it went.
"""

import asyncio
import hashlib
import os
import re
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

import toktok

from bot.serving import serving
from playground.completions import BadQuestion, End, Question, Usage, completions
from playground.reading import (
    Photo,
    Reading,
    Unreadable,
    described,
    in_words,
    look,
    photo_data,
    read_text,
)

MODEL = "SmolLM2-135M-Instruct"
# It falls apart with any longer one.
SYSTEM = {"role": "system", "content": "You are a helpful assistant."}
# About 450 tokens of English, which it reads in two seconds; never more tokens than bytes.
PROMPT_BYTES = 1_800
LONGEST_ANSWER = 256
SLOTS = 2
CONTEXT = SLOTS * 3_072
# The most likely token always: it is too small for more. DRY is llama.cpp's guard against loops.
SAMPLING = {
    "temperature": 0,
    "dry_multiplier": 0.8,
    "dry_allowed_length": 3,
    "dry_penalty_last_n": LONGEST_ANSWER,
}

WORD = re.compile(r"\S+\s*")

# Answers a request chunk by chunk, until the callback returns True.
Generating = Callable[[dict[str, Any], Callable[[dict[str, Any]], bool]], object]


class SmolLM:
    """Answers text with the small model, and photos with what is known about them."""

    def __init__(self, generate: Generating, *, read: Reading, pace: float = 0.02) -> None:
        self._generate = generate
        self._read = read
        self._pace = pace
        self._looked_at: dict[bytes, Photo] = {}

    async def answer(self, question: Question) -> AsyncGenerator[str | End, None]:
        photos = await self._photos(question.messages)
        messages = [_as_text(message, photos) for message in question.messages]
        asked = next((m for m in reversed(question.messages) if m["role"] == "user"), None)
        shown = [photos[id(part)] for part in _images(asked)] if asked else []
        prompt = [SYSTEM, *recent(messages)]
        pieces = self._describe(shown, prompt) if shown else self._ask(prompt, question.longest)
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece

    async def _photos(self, messages: list[dict[str, Any]]) -> dict[int, Photo]:
        """Look at all photos of a conversation, by the identity of the part with the photo."""
        try:
            return {
                id(part): await self._look(photo_data(part))
                for message in messages
                for part in _images(message)
            }
        except Unreadable as error:
            raise BadQuestion("An image is no picture that can be read.") from error

    async def _look(self, data: bytes) -> Photo:
        key = hashlib.sha256(data).digest()
        if key not in self._looked_at:
            self._looked_at[key] = await asyncio.to_thread(look, data, self._read)
        return self._looked_at[key]

    async def _describe(
        self, photos: list[Photo], prompt: list[dict[str, str]]
    ) -> AsyncGenerator[str | End, None]:
        text = described(photos)
        for word in WORD.findall(text):
            yield word
            await asyncio.sleep(self._pace)
        counts = toktok.batch_count([_joined(prompt), text], "o200k_base")
        yield End(usage=Usage(prompt=counts[0], completion=counts[1]))

    async def _ask(
        self, prompt: list[dict[str, str]], longest: int | None
    ) -> AsyncGenerator[str | End, None]:
        request = {
            "messages": prompt,
            "max_tokens": min(longest or LONGEST_ANSWER, LONGEST_ANSWER),
            "stream": True,
            "stream_options": {"include_usage": True},
            **SAMPLING,
        }
        reason = "stop"
        async with aclosing(_chunks(partial(self._generate, request))) as chunks:
            async for chunk in chunks:
                match chunk:
                    case {"choices": [{"delta": {"content": str(text)}}]}:
                        yield text
                    case {"choices": [{"finish_reason": str(why)}]}:
                        reason = why
                    case {"usage": usage}:
                        yield End(usage=_usage(usage), reason=reason)
                    case {"error": {"message": why}}:
                        raise BadQuestion(why)


async def _chunks(
    generate: Callable[[Callable[[dict[str, Any]], bool]], object],
) -> AsyncGenerator[dict[str, Any], None]:
    """Generate in a thread; stop there when nobody listens any more."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    is_over = threading.Event()

    def hear(chunk: dict[str, Any]) -> bool:
        loop.call_soon_threadsafe(heard.put_nowait, chunk)
        return is_over.is_set()

    generating = asyncio.ensure_future(asyncio.to_thread(generate, hear))
    generating.add_done_callback(lambda _: heard.put_nowait(None))
    try:
        while (chunk := await heard.get()) is not None:
            yield chunk
        await generating
    finally:
        is_over.set()


def recent(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    """Keep what was said last, as much as the small model can read in a moment."""
    kept: list[dict[str, str]] = []
    room = PROMPT_BYTES
    for message in reversed(messages):
        if message["role"] not in ("user", "assistant"):
            continue
        text = message["content"].encode()
        if kept and len(text) > room:
            break
        start = text[:room].decode(errors="ignore")
        kept.insert(0, {"role": message["role"], "content": start})
        room -= len(text)
    return kept


def _as_text(message: dict[str, Any], photos: dict[int, Photo]) -> dict[str, str]:
    content = message["content"]
    if not isinstance(content, str):
        words = [in_words(photos[id(part)]) for part in _images(message)]
        texts = [part["text"] for part in content if part.get("type") == "text"]
        content = "\n".join([*words, *texts])
    return {"role": message["role"], "content": content}


def _images(message: dict[str, Any]) -> list[dict[str, Any]]:
    content = message["content"]
    if isinstance(content, str):
        return []
    return [part for part in content if part.get("type") == "image_url"]


def _joined(prompt: list[dict[str, str]]) -> str:
    return "\n".join(message["content"] for message in prompt)


def _usage(usage: dict[str, Any]) -> Usage:
    return Usage(
        prompt=usage["prompt_tokens"],
        completion=usage["completion_tokens"],
        cached=usage["prompt_tokens_details"]["cached_tokens"],
    )


def _load(weights: Path) -> Generating:
    import xllamacpp  # noqa: PLC0415 - an extra

    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.port = 0  # its own server is not used
    params.ui = False
    params.n_ctx = CONTEXT
    params.n_parallel = SLOTS
    params.cache_ram_mib = 64
    params.verbosity = -1
    cores = min(4, os.cpu_count() or 1)
    params.cpuparams_batch.n_threads = cores  # for reading the prompt, a short burst
    params.cpuparams.n_threads = max(1, cores - 1)  # for writing: a core is left for the bot
    generating: Generating = xllamacpp.Server(params).handle_chat_completions
    return generating


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


async def _serve(weights: Path, say: Callable[[str], object]) -> None:
    model = SmolLM(_load(weights), read=read_text)
    async with serving(completions(model.answer, model=MODEL)) as url:
        say(f"{url}/v1\n")
        await asyncio.Event().wait()


def main() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's business
    # Only the address goes to the output; what libraries print goes where errors go.
    with os.fdopen(os.dup(1), "w", buffering=1) as output:
        os.dup2(2, 1)
        asyncio.run(_serve(Path(sys.argv[1]), output.write))


if __name__ == "__main__":
    main()
