"""Prompt in, answer out: quota, history, model, ledger, in that order."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot import memory, tokens
from bot.answers import Answer, Ending
from bot.assistant.accounts import Accounts, Policy, added, used
from bot.assistant.asker import Asker, Turn
from bot.assistant.first import FirstLook
from bot.assistant.growing import Growing
from bot.assistant.prompt import Prompt, Wanted, wanted_by
from bot.assistant.reply import Remember, Reply
from bot.breath import MoreToCome
from bot.descriptions import with_lines
from bot.llm import ModelError, ModelSilent
from bot.llm.endpoints import Endpoints, News
from bot.llm.errors import ModelBlind
from bot.metrics import Metrics
from bot.models import Model, Models
from bot.quota import Left, PriceUnknown, QuotaExceeded
from bot.visible import is_blank, repaired
from storage import Database, ledger, turns
from storage.money import NOTHING, Cost, Settlement, total
from storage.records import Begun, Image, Message, Place, Question
from storage.turns import Bills

__all__ = ["Accounts", "Assistant", "Policy", "Prompt", "Remember", "Reply"]

log = logging.getLogger(__name__)


class Assistant:
    """Answers prompts, many at once, one at a time in each place."""

    def __init__(  # noqa: PLR0913 - by name, and each is one thing
        self,
        *,
        models: Models,
        endpoints: Endpoints,
        database: Database,
        accounts: Accounts,
        policy: Policy,
        metrics: Metrics,
    ) -> None:
        self._models = models
        self._endpoints = endpoints
        self._database = database
        self._accounts = accounts
        self._policy = policy
        self._metrics = metrics
        self._asker = Asker(endpoints, database, accounts, metrics, policy)
        self.growing = Growing()

    async def answer(self, prompt: Prompt, reply: Reply) -> Answer:
        """Answer a prompt, showing the answer as it grows.

        Raises:
            QuotaExceeded: A limit has no room; nothing was asked and nothing is charged.
            PriceUnknown: A limit in USD stands, and the model has no known price.
            ModelError: There is no answer, and who asked is charged nothing.
            MoreToCome: It was given up, since more belongs to it.
        """
        try:
            with self.growing.expected(prompt.update_id):
                answer = await self._answer(prompt, reply)
        except (QuotaExceeded, PriceUnknown, ModelError) as error:
            self._metrics.turn(type(error).__name__)
            raise
        self._metrics.turn(answer.ending)
        return answer

    async def _answer(self, prompt: Prompt, reply: Reply) -> Answer:
        wanted = wanted_by(prompt, self._models)
        line = self._line(prompt, wanted)
        model, *others = self._endpoints.ready(line)
        question = self._question(prompt, model, wanted)
        consider = partial(self._accounts.consider, model, question)
        begun = await self._database.run(turns.begin, question, consider)
        reply.begin(begun.message_ids, lambda sent: self._database.run(turns.sent, begun, sent))
        if begun.admission is None:
            watch = partial(self._accounts.due, question)
            due = await self._database.run(turns.due, question, watch)
            cost = await self._database.run(ledger.charged, prompt.update_id)
            return Answer(begun.text, Ending(begun.ending), notices=tuple(due), cost=cost)
        if self.growing.has_more(prompt.update_id):
            await self._database.run(turns.put_off, begun, [])
            raise MoreToCome
        turn = Turn(
            begun,
            model,
            first=self._first_look(begun),
            received_ms=prompt.received_ms if prompt.attempt == 1 else 0,
            effort=wanted.effort if model == wanted.model else "",
        )
        try:
            await self._ask(turn, others, reply)
        except ModelError:
            await self._database.run(turns.fail, turn.begun, self._in_vain(turn))
            raise
        except (asyncio.CancelledError, MoreToCome):
            await asyncio.shield(self._put_off(turn))
            raise
        if not turn.is_first_last:
            self._endpoints.answered(line[0], turn.model, turn.error)
        ended_at = time.monotonic()
        # What was spent is written down even if someone ends the program now.
        return replace(await asyncio.shield(self._settled(turn)), ended_at=ended_at)

    def news(self) -> list[News]:
        """What admins should hear of the endpoints and their models, each thing once."""
        return self._endpoints.news()

    def keep(self, news: News) -> None:
        """Put back what could not be told: it is news again."""
        self._endpoints.keep(news)

    async def moderation(self, text: str, images: Sequence[Image]) -> Mapping[str, float] | None:
        """What the provider's own moderation thinks of a text and pictures, if it has one."""
        urls = await asyncio.to_thread(_urls, images)
        return await self._endpoints.of(self._models.standard).moderation.scores(text, urls)

    def rates(self, model: Model) -> tuple[int | None, int | None]:
        """What a million tokens cost in nano-dollars, of a prompt and of an answer, if known."""
        return self._accounts.rates(model)

    def worth(self, model: Model, prompt_tokens: int) -> int | None:
        """The most that so many tokens of a prompt cost, in nano-dollars, if it is known."""
        return self._accounts.worth(model, prompt_tokens)

    async def standing(self, place: Place, user_id: int) -> list[Left]:
        """How each limit stands that holds for someone somewhere."""
        judge = partial(self._accounts.standing, place, user_id)
        return await self._database.run(turns.look, place, user_id, judge)

    def _line(self, prompt: Prompt, wanted: Wanted) -> Sequence[Model]:
        """Who may answer a prompt, in order."""
        line = self._models.line(wanted.model, is_seeing=bool(prompt.images))
        if not line:
            raise ModelBlind
        return line

    async def _ask(self, turn: Turn, others: Sequence[Model], reply: Reply) -> None:
        """Have the model answer, or one of the others; what comes of it is noted in `turn`."""
        with self.growing.grows(turn):
            try:
                async with asyncio.timeout(self._policy.answer_time):
                    await self._asker.ask(turn, others, reply)
            except ModelError:
                if not turn.heard.text:
                    raise
            except TimeoutError:
                if is_blank(turn.heard.text):
                    turn.heard.broken += 1  # the endpoint may have taken it, and bill it
                    raise ModelSilent from None
                turn.heard.is_late = True

    async def _settled(self, turn: Turn) -> Answer:
        """Write down the answer and what it cost; counted here where the provider did not say."""
        begun, admission, question = turn.begun, turn.begun.admission, turn.begun.question
        assert admission is not None
        speaker = turn.first if turn.first and turn.is_first_last else turn.asking
        answer = speaker.answer(is_capped=admission.brief is not None)
        bills = self._bills(turn)
        for each in (*bills.before, bills.settled):
            self._metrics.spent(each.model or question.model, each.usage, each.cost.nanos)
        said = _said("assistant", answer.text)
        seen = replace(begun, question=with_lines(question, answer.text))
        due = await self._database.run(turns.finish, seen, said, answer.ending, bills)
        if due is None:
            log.warning("update %s was answered elsewhere", question.update_id)
        brief = admission.brief if answer.ending is Ending.BRIEF else None
        cost = total(each.cost for each in (*bills.before, bills.settled))
        return replace(answer, brief=brief, notices=tuple(due or ()), cost=cost)

    def _bills(self, turn: Turn) -> Bills:
        """What a turn has cost that has an answer."""
        begun, asking, question = turn.begun, turn.asking, turn.begun.question
        assert begun.admission is not None
        images = Cost(images=len(question.message.images))
        if turn.first and turn.is_first_last:
            settled = self._accounts.bill_of_first(turn.first, images)
        else:
            usage = added([*asking.before, used(begun.admission, asking)])
            settled = self._accounts.bill(question, usage, images)
        return Bills(
            settled=settled,
            before=self._before(turn),
            lost=[*self._accounts.lost(begun, asking), *self._accounts.lost_by_first(turn.first)],
            watch=partial(self._accounts.due, question),
        )

    async def _put_off(self, turn: Turn) -> None:
        """A later attempt answers, but this one has cost something, too."""
        assert turn.begun.admission is not None
        if turn.first and turn.is_first_last:
            last = self._accounts.bill_of_first(turn.first)
        else:
            usage = used(turn.begun.admission, turn.asking)
            last = self._accounts.bill(turn.begun.question, usage, NOTHING)
        await self._database.run(turns.put_off, turn.begun, [*self._in_vain(turn), last])

    def _in_vain(self, turn: Turn) -> list[Settlement]:
        """What was spent before the last request, of which nobody has anything."""
        return [
            *self._accounts.in_vain(turn.begun, turn.asking),
            *self._accounts.lost_by_first(turn.first),
            *self._before(turn),
        ]

    def _before(self, turn: Turn) -> list[Settlement]:
        """What a first look has cost that was passed on."""
        first = turn.first
        is_paid = first is not None and first.has_cost and not turn.is_first_last
        return [self._accounts.bill_of_first(first)] if first and is_paid else []

    def _question(self, prompt: Prompt, model: Model, wanted: Wanted) -> Question:
        first = None if wanted.is_settled else self._looks_first(prompt, model)
        return Question(
            update_id=prompt.update_id,
            attempt=prompt.attempt,
            place=prompt.place,
            user_id=prompt.user_id,
            message=_said("user", prompt.text, prompt.images),
            model=model.name,
            endpoint=model.base_url,
            asked_ids=prompt.asked_ids,
            asked_words=prompt.asked_words,
            replaces=prompt.replaces,
            looks_first=first.name if first else "",
            persona=prompt.persona,
        )

    def _looks_first(self, prompt: Prompt, model: Model) -> Model | None:
        """The model that looks at pictures first; an answer anew is for who was not content."""
        is_wanted = prompt.images and prompt.replaces is None
        first = self._models.looks_first
        return first if is_wanted and first != model else None

    def _first_look(self, begun: Begun) -> FirstLook | None:
        first = self._models.looks_first
        if not begun.question.looks_first or first is None or begun.admission is None:
            return None
        return FirstLook(first, begun.admission.first_tokens)


def _urls(images: Sequence[Image]) -> list[str]:
    return [memory.data_url(image, image.data) for image in images]


def _said(role: str, text: str, images: tuple[Image, ...] = ()) -> Message:
    whole = repaired(text)
    return Message(role=role, text=whole, tokens=tokens.message_tokens(role, whole), images=images)
