"""All portions of a job at once, cheaper and later: held, handed in, fetched, settled."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import IO

from bot import describing, portions
from bot.assistant import Accounts
from bot.assistant.accounts import added
from bot.llm import LLM, ModelError
from bot.llm.batches import Batch, line
from bot.metrics import Metrics
from storage import Database, ledger, shown
from storage import jobs as stored
from storage import portions as held
from storage.money import Cost, Settlement, Usage, total
from storage.records import Admission, Circumstances, Job, JobPhoto, JobState, Question

IN_MEMORY = 1 << 20  # of what is handed in; the rest waits on disk


class Deferrer:
    """Has photos described by the endpoint's Batch API."""

    def __init__(self, llm: LLM, database: Database, accounts: Accounts, metrics: Metrics) -> None:
        self._llm = llm
        self._database = database
        self._accounts = accounts
        self._metrics = metrics

    async def is_offered(self) -> bool:
        """Whether the endpoint has batches."""
        return await self._llm.batches.are_there()

    def likely(self, job: Job, photos: Sequence[JobPhoto], *, is_later: bool) -> int | None:
        """What it will cost to describe the photos of a job, in nano-dollars, if that is known."""
        sums = [
            self._accounts.likely(
                self._llm.base_url,
                job.model,
                portions.prompt_tokens(job, portion),
                portions.likely_tokens(job, portion),
                is_batch=is_later,
            )
            for portion in portions.portions(photos)
        ]
        known = [each for each in sums if each is not None]
        return sum(known) if len(known) == len(sums) else None

    async def submit(self, job: Job, photos: Sequence[JobPhoto]) -> Job:
        """Hold what all of a job may cost, and hand it in, once.

        Raises:
            QuotaExceeded: A limit has no room for it.
            PriceUnknown: A limit in USD stands, and the model has no known price.
            ModelError: The endpoint does not take it; nothing is charged.
        """
        run = self._database.run
        consider = partial(self._consider, job, photos)
        await run(held.hold_once, job, self._llm.base_url, consider)
        name = f"job {job.id} of {job.created_ms}, {job.asked}"
        try:
            batch_id = await self._llm.batches.find(name) or await self._handed_in(
                job, photos, name
            )
        except ModelError:
            await run(ledger.release, [stored.key(job)])
            raise
        return await run(stored.move, job, state=JobState.WAITING, batch_id=batch_id)

    async def look(self, job: Job) -> Batch:
        """How the batch of a job stands.

        Raises:
            ModelError: The endpoint does not say.
        """
        return await self._llm.batches.look(job.batch_id)

    async def cancel(self, job: Job) -> None:
        """Let the batch of a job end with what it has."""
        await self._llm.batches.cancel(job.batch_id)

    async def collect(self, job: Job, photos: Sequence[JobPhoto], batch: Batch, reason: str) -> Job:
        """Keep what a batch that is over says, and charge it; the job is ready then.

        Raises:
            ModelError: The endpoint does not hand it out.
        """
        answers = await self._llm.batches.answers(batch)
        told: list[JobPhoto] = []
        bills: list[Settlement] = []
        for portion in portions.portions(photos):
            said = answers.get(_called(portion))
            if said is None:
                continue
            text, finish = said
            told += describing.told(portion, text)
            usage = finish.usage or Usage(prompt=0, completion=0, is_estimated=True)
            cost = Cost(images=len(portion))
            bills.append(
                self._accounts.billed(self._llm.base_url, job.model, usage, cost, is_batch=True)
            )
            self._metrics.spent(job.model, usage, bills[-1].cost.nanos)
        run = self._database.run
        if bills:
            return await run(held.finish, job, told, _together(bills), reason)
        return await self.drop(job, reason)

    async def drop(self, job: Job, reason: str) -> Job:
        """Charge nothing for a batch of which nothing comes; the job is ready then."""
        return await self._database.run(held.drop, job, reason)

    def _consider(
        self, job: Job, photos: Sequence[JobPhoto], asked: Question, seen: Circumstances
    ) -> Admission:
        """Decide on all portions together."""
        listed = portions.portions(photos)
        prompts = [portions.prompt_tokens(job, each) for each in listed]
        worst = [
            self._accounts.worst(
                self._llm.base_url,
                job.model,
                prompt,
                portions.answer_tokens(job, portion),
                images=len(portion),
                is_batch=True,
            )
            for prompt, portion in zip(prompts, listed, strict=True)
        ]
        return self._accounts.admit(asked, total(worst), sum(prompts), seen)

    async def _handed_in(self, job: Job, photos: Sequence[JobPhoto], name: str) -> str:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            for portion in portions.portions(photos):
                await self._write(file, job, portion)
            file.seek(0)
            return await self._llm.batches.submit(file, name)

    async def _write(self, file: IO[bytes], job: Job, portion: Sequence[JobPhoto]) -> None:
        hashes = [each.image.sha256 for each in portion if each.image]
        data = await self._database.run(shown.data, hashes)
        # Megabytes of base64 would stop the loop.
        asked = await asyncio.to_thread(portions.messages, job, portion, data)
        body = self._llm.body(
            asked, model=job.model, max_tokens=portions.answer_tokens(job, portion)
        )
        await asyncio.to_thread(lambda: file.write(line(_called(portion), body)))


def _called(portion: Sequence[JobPhoto]) -> str:
    """What a portion is called in a batch."""
    return ",".join(str(each.position) for each in portion)


def _together(bills: Sequence[Settlement]) -> Settlement:
    """Several bills as one, each reckoned by itself: a long prompt may have its own price."""
    usage = added(each.usage for each in bills)
    return replace(bills[0], usage=usage, cost=total(each.cost for each in bills))
