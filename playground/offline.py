"""A model without a key: the offline one where it is installed, or else a sentence of advice."""

import asyncio
import importlib.util
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import toktok
from starlette.applications import Starlette

from bot.serving import serving
from playground.completions import End, Question, Usage, completions
from playground.weights import GET, ROOT, WEIGHTS, reason_missing

SLOWEST_START = 60.0
ADVICE = (
    "There is no language model here yet: {reason} "
    "Set OPENAI_API_KEY to ask OpenAI, "
    "or OPENAI_BASE_URL=http://localhost:11434/v1 and MODEL to ask Ollama on this computer, "
    "and start again."
)


@dataclass(eq=False)
class NotStarted(Exception):
    """The offline model ended before it could be asked anything."""


def available(weights: Path = WEIGHTS) -> str | None:
    """Say why there is no offline model, or None where there is one."""
    if reason_missing(weights).exists():
        return reason_missing(weights).read_text(encoding="utf-8").strip()
    for module in ("xllamacpp", "rapidocr"):
        if importlib.util.find_spec(module) is None:
            return f"The offline model is not installed ({GET} installs it)."
    if not weights.exists():
        return f"The offline model’s weights are missing ({GET} gets them)."
    return None


@asynccontextmanager
async def running(weights: Path = WEIGHTS) -> AsyncIterator[str]:
    """Run the offline model in a process of its own, and say at which address it answers.

    It ends with this process, however this one ends: its input is a pipe that we hold.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "playground.smollm", weights),
        stdin=PIPE,
        stdout=PIPE,
        cwd=ROOT,
    )
    try:
        yield await _address(process)
    finally:
        if process.returncode is None:
            process.kill()  # it has nothing to put in order
        await process.communicate()


async def _address(process: Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(SLOWEST_START):
        line = await process.stdout.readline()
    if not line:
        raise NotStarted
    return line.decode().strip()


@asynccontextmanager
async def running_without(reason: str) -> AsyncIterator[str]:
    """Answer each question with what to do about the missing model."""
    async with serving(missing(reason)) as url:
        yield f"{url}/v1"


def missing(reason: str) -> Starlette:
    sentence = ADVICE.format(reason=reason)

    async def advise(question: Question) -> AsyncGenerator[str | End, None]:
        yield sentence
        texts = [str(message["content"]) for message in question.messages]
        prompt, completion = toktok.batch_count(["\n".join(texts), sentence], "o200k_base")
        yield End(usage=Usage(prompt=prompt, completion=completion))

    return completions(advise, model="none")
