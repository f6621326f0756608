"""Portions of photos put to the model: quota, model, ledger, in that order."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from bot import portions
from bot.answers import Asking
from bot.assistant import Accounts, Policy
from bot.assistant.accounts import counted
from bot.llm import LLM, ModelError, ModelSilent
from bot.llm import errors as model
from bot.metrics import Metrics
from bot.quota import QuotaExceeded
from storage import Database, shown
from storage import portions as held_portions
from storage.money import NOTHING, Cost, Notice, Settlement
from storage.records import Admission, Circumstances, Described, Job, JobPhoto, PhotoState, Question

# The provider has looked at what it was sent, and will not have it: one photo may be the reason.
CHOOSY = (
    model.ContentRefused,
    model.ImageRefused,
    model.PromptTooLong,
    model.RequestRefused,
)
UNDESCRIBED = "undescribed"

Held = tuple[Question, Admission]


class Describer:
    """Has photos described, a portion at a time."""

    def __init__(
        self,
        llm: LLM,
        database: Database,
        accounts: Accounts,
        policy: Policy,
        metrics: Metrics,
    ) -> None:
        self._llm = llm
        self._database = database
        self._accounts = accounts
        self._policy = policy
        self._metrics = metrics

    async def describe(self, job: Job, photos: Sequence[JobPhoto]) -> None:
        """Ask about photos, or as many of them as the limits have room for; keep what is said.

        Raises:
            QuotaExceeded: There is no room for a single one.
            PriceUnknown: A limit in USD stands, and the model has no known price.
            ModelError: There is no answer, and who asked is charged nothing.
        """
        fitting, held = await self._held(job, photos)
        asking = Asking()
        run = self._database.run
        try:
            await self._ask(job, fitting, held[1], asking)
        except CHOOSY:
            lost = self._lost(held, asking)
            await run(held_portions.lose, job, held, lost, _refused(fitting))
        except ModelError:
            await run(held_portions.lose, job, held, self._lost(held, asking))
            raise
        except asyncio.CancelledError:
            usage = counted(held[1].prompt_tokens, asking.text)
            bill = self._accounts.billed(self._llm.base_url, job.model, usage, NOTHING)
            lost = [*self._lost(held, asking), bill]
            await asyncio.shield(run(held_portions.lose, job, held, lost))
            raise
        else:
            await asyncio.shield(self._settle(job, fitting, held, asking))

    async def due(self, job: Job) -> list[Notice]:
        """What is to be told of limits after a job, each thing once."""
        watch = self._accounts.due
        return await self._database.run(held_portions.due, job, self._llm.base_url, watch)

    async def _held(self, job: Job, photos: Sequence[JobPhoto]) -> tuple[Sequence[JobPhoto], Held]:
        """Hold what photos may cost, of as many as there is room for."""
        for count in range(len(photos), 0, -1):
            fitting = photos[:count]
            worst, prompt = self._worst(job, fitting)
            consider = partial(self._consider, worst, prompt)
            try:
                hold = self._database.run
                held = await hold(held_portions.hold, job, self._llm.base_url, consider)
            except QuotaExceeded:
                if count == 1:
                    raise
            else:
                return fitting, held
        raise AssertionError("nothing was to be asked")

    def _consider(
        self, worst: Cost, prompt: int, asked: Question, seen: Circumstances
    ) -> Admission:
        return self._accounts.admit(asked, worst, prompt, seen)

    def _worst(self, job: Job, photos: Sequence[JobPhoto]) -> tuple[Cost, int]:
        """The most that a portion can cost, and how many tokens of that are asked."""
        prompt = portions.prompt_tokens(job, photos)
        answer = portions.answer_tokens(job, photos)
        return self._accounts.worst(
            self._llm.base_url, job.model, prompt, answer, images=len(photos)
        ), prompt

    async def _ask(
        self, job: Job, photos: Sequence[JobPhoto], admission: Admission, asking: Asking
    ) -> None:
        hashes = [each.image.sha256 for each in photos if each.image]
        data = await self._database.run(shown.data, hashes)
        # Megabytes of base64 would stop the loop.
        asked = await asyncio.to_thread(portions.messages, job, photos, data)
        stream = self._llm.stream(asked, model=job.model, max_tokens=admission.max_tokens)
        try:
            async with asyncio.timeout(self._policy.answer_time), aclosing(stream) as pieces:
                async for piece in pieces:
                    asking.note(piece)
        except ModelError:
            if not asking.text:
                raise
        except TimeoutError:
            if not asking.text:
                raise ModelSilent from None

    async def _settle(
        self, job: Job, photos: Sequence[JobPhoto], held: Held, asking: Asking
    ) -> None:
        """Keep what was said, and charge it; counted here where the provider did not say."""
        usage = asking.finish.usage or counted(held[1].prompt_tokens, asking.text)
        bill = self._accounts.billed(self._llm.base_url, job.model, usage, Cost(images=len(photos)))
        self._metrics.spent(job.model, usage, bill.cost.nanos)
        await self._database.run(held_portions.settle, job, told(photos, asking.text), bill)

    def _lost(self, held: Held, asking: Asking) -> list[Settlement]:
        """What attempts have cost, as far as can be known, that broke off before the first word."""
        question, admission = held
        usage = counted(admission.prompt_tokens, "")
        return [
            self._accounts.billed(self._llm.base_url, question.model, usage, NOTHING)
        ] * asking.broken


def told(photos: Sequence[JobPhoto], answer: str) -> list[JobPhoto]:
    """Photos after an answer about them."""
    found = portions.read(answer, len(photos))
    return [_told(photo, found.get(place)) for place, photo in enumerate(photos)]


def _told(photo: JobPhoto, described: Described | None) -> JobPhoto:
    """A photo after an answer: described, or to be asked about once more, or never again."""
    if described is not None:
        return replace(
            photo, state=PhotoState.DESCRIBED, words=described.words, tags=described.tags
        )
    return _tried(photo, photo.tries + 1)


def _refused(photos: Sequence[JobPhoto]) -> list[JobPhoto]:
    """Photos that the provider will not have: each alone, to find the one it is about."""
    tries = portions.TRIES if len(photos) == 1 else portions.ALONE_AFTER
    return [_tried(photo, tries) for photo in photos]


def _tried(photo: JobPhoto, tries: int) -> JobPhoto:
    if tries < portions.TRIES:
        return replace(photo, tries=tries)
    return replace(photo, tries=tries, state=PhotoState.LEFT_OUT, words=UNDESCRIBED)
