"""Which of the models that are used will be shut down, when that is told, what to take; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.models import Model, Models

OPENAI = "https://api.openai.com/"
USUAL = "gpt-6-luna"
# So many days before its last one, and on that day, it is told of a model.
STAGES = (0, 7, 30)
# What OpenAI has announced (developers.openai.com/api/docs/deprecations, as of November 2026).
ANNOUNCED: Mapping[date, Sequence[str]] = {
    date(2026, 12, 11): (
        *("gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5-2025-08-07", "gpt-5-mini-2025-08-07"),
        *("gpt-5-nano-2025-08-07", "o3", "o3-2025-04-16"),
    ),
    date(2027, 1, 14): (
        *("gpt-4.1", "gpt-4.1-mini", "gpt-4.1-2025-04-14", "gpt-4.1-mini-2025-04-14"),
        *("gpt-4o", "gpt-4o-2024-11-20", "gpt-4o-2024-08-06"),
        *("gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
    ),
    date(2027, 1, 20): ("gpt-audio-mini", "gpt-audio-mini-2025-12-15"),
    date(2027, 4, 1): (
        *("gpt-5.4-nano", "gpt-5.4-nano-2026-03-17", "gpt-5.1", "gpt-5.1-2025-11-13"),
    ),
}
OF_OPENAI = {name: at for at, names in ANNOUNCED.items() for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shutdown:
    """A model that is used, its last day, and what can take its place, "" where nobody knows.

    That day is `days` away, and this is what is told from `stage` days before on; `settings` are
    those that name the model.
    """

    model: Model
    at: date
    days: int
    stage: int
    settings: tuple[str, ...]
    instead: str

    @property
    def name(self) -> str:
        """What it is known by: a last day that is moved is another thing to tell."""
        return f"shutdown of {self.model.name} at {self.model.host} {self.at}: {self.stage}"


def used(models: Models) -> dict[Model, tuple[str, ...]]:
    """Each model that may be asked, and the settings that name it."""
    first = [models.looks_first] if models.looks_first else []
    named = {
        "MODEL": [models.standard],
        "MODELS": models.offered[1:],
        "FALLBACKS": models.fallbacks,
        "LOOK_FIRST": first,
        "RULES": [rule.model for rule in models.rules],
    }
    return {
        model: tuple(setting for setting, each in named.items() if model in each)
        for model in (*models.offered, *first)
    }


def due(
    models: Models, endpoint: str, listed: Mapping[str, date | None], *, today: date
) -> Iterator[Shutdown]:
    """What there is to tell today of the models of an endpoint, which `listed` those that it has.

    Of each only the latest: a bot that starts a week before hears nothing of the month.
    """
    here = {model: told for model, told in used(models).items() if model.endpoint == endpoint}
    known = listed if not _is_openais(here) else _with_announced(listed)
    others = (name for name in (USUAL, *(model.name for model in here)) if name in known)
    instead = next((name for name in others if known[name] is None), "")
    for model, settings in here.items():
        at = known.get(model.name)
        stage = None if at is None else _stage((at - today).days)
        if at is not None and stage is not None:
            yield Shutdown(
                model=model,
                at=at,
                days=(at - today).days,
                stage=stage,
                settings=settings,
                instead=instead,
            )


def _is_openais(models: Iterable[Model]) -> bool:
    return any(model.base_url.startswith(OPENAI) for model in models)


def _with_announced(listed: Mapping[str, date | None]) -> Mapping[str, date | None]:
    """What OpenAI's list says, and where it says nothing, what was announced."""
    told = {name: at for name, at in listed.items() if at is not None}
    return {USUAL: None, **listed, **OF_OPENAI, **told}


def _stage(days: int) -> int | None:
    """How urgent it is, so many days before; None where it can wait."""
    return next((stage for stage in STAGES if days <= stage), None)
