"""What someone asks, and who is meant to answer it; pure."""

from dataclasses import dataclass

from bot import tokens
from bot.models import Model, Models
from storage.records import Image, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What someone asks: the one thing that handlers hand to the assistant.

    `asked_ids` are the messages that ask it, `asked_words` what each of them says; `replaces` is
    the update whose answer it shall take the place of, in the chat and in the conversation.
    `model` is the one that it is meant for, if it is no matter of choice. `received_ms` is when the
    update came, 0 where nobody waits since then. `persona` is the system prompt, "" for the usual
    one.
    """

    update_id: int
    attempt: int
    place: Place
    user_id: int
    text: str
    images: tuple[Image, ...] = ()
    asked_ids: tuple[int, ...] = ()
    asked_words: tuple[str, ...] = ()
    replaces: int | None = None
    model: str | None = None
    received_ms: int = 0
    persona: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is meant to answer, and how long they think; `is_settled` where that was decided."""

    model: Model
    effort: str = ""
    is_settled: bool = False


def wanted_by(prompt: Prompt, models: Models) -> Wanted:
    """Who is meant to answer a prompt: whom someone chose, or a rule says."""
    if chosen := models.named(prompt.model):
        return Wanted(chosen, is_settled=True)
    weight = tokens.text_tokens(prompt.text) if models.rules else 0
    rule = models.rule(prompt.text, tokens=weight, has_photos=bool(prompt.images))
    if rule is not None:
        return Wanted(rule.model, rule.effort, is_settled=True)
    return Wanted(models.standard)
