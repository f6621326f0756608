"""Which models there are, where each is asked, and which answers what; pure."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.settings import MAIN, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that may be asked: people choose it by its `key`, `name` is its endpoint's word."""

    key: str
    name: str
    title: str
    endpoint: str
    base_url: str
    sees: bool = True

    @property
    def host(self) -> str:
        return self.base_url.split("/")[2]

    @property
    def names(self) -> Sequence[str]:
        """What people may call it."""
        return [name.casefold() for name in (self.key, self.name, self.title)]

    @property
    def mark(self) -> int:
        """What a button carries for it."""
        return mark(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a question goes to a model by itself: all that is said must hold.

    `effort` is how long the model thinks then, "" for as long as always.
    """

    model: Model
    effort: str = ""
    photos: bool | None = None
    over_tokens: int | None = None
    under_tokens: int | None = None
    words: tuple[str, ...] = ()

    def fits(self, text: str, *, tokens: int, has_photos: bool) -> bool:
        """Whether a question is one of these; never where its photos could not be seen."""
        return (
            (self.model.sees or not has_photos)
            and (self.photos is None or self.photos == has_photos)
            and (self.over_tokens is None or tokens > self.over_tokens)
            and (self.under_tokens is None or tokens < self.under_tokens)
            and (not self.words or any(_says(text, each) for each in self.words))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """All models: those `offered`, the standard first, and of them the `fallbacks` in order."""

    offered: tuple[Model, ...]
    fallbacks: tuple[Model, ...] = ()
    looks_first: Model | None = None  # at pictures, before the one that is meant
    rules: tuple[Rule, ...] = ()

    @property
    def standard(self) -> Model:
        return self.offered[0]

    @property
    def chooses(self) -> bool:
        """Whether it depends on the question who answers, where nobody has chosen."""
        return bool(self.rules) or self.looks_first is not None

    def named(self, key: str | None) -> Model | None:
        """The model of this key, if it is offered."""
        return next((each for each in self.offered if each.key == key), None)

    def marked(self, mark: int) -> Model | None:
        """The model of this mark, if it is offered."""
        return next((each for each in self.offered if each.mark == mark), None)

    def called(self, words: str) -> Sequence[Model]:
        """Those that somebody may mean by a part of a name; one alone if that is its whole name."""
        wanted = words.casefold()
        whole = [each for each in self.offered if wanted in each.names]
        parts = (each for each in self.offered if any(wanted in name for name in each.names))
        return whole or list(parts)

    def rule(self, text: str, *, tokens: int, has_photos: bool) -> Rule | None:
        """The first rule that a question fits."""
        fitting = (
            each for each in self.rules if each.fits(text, tokens=tokens, has_photos=has_photos)
        )
        return next(fitting, None)

    def line(self, wanted: Model, *, is_seeing: bool = False) -> Sequence[Model]:
        """Who may answer, in order; with `is_seeing` only those that look at pictures."""
        line = dict.fromkeys((wanted, *self.fallbacks))
        return [each for each in line if each.sees or not is_seeing]

    def eye(self, key: str | None) -> Model:
        """The model that a picture is made fit for, before it is known what is asked about it."""
        of_photos = (rule.model for rule in self.rules if rule.photos and not rule.words)
        wanted = self.named(key) or next(of_photos, self.standard)
        return next(iter(self.line(wanted, is_seeing=True)), wanted)

    def stand_in(self, endpoint: str) -> Model | None:
        """The first that takes over for the models of an endpoint."""
        return next((each for each in self.fallbacks if each.endpoint != endpoint), None)


def models(settings: Settings) -> Models:
    """The models that the settings name; MODEL may have a table of its own."""
    keys = dict.fromkeys((settings.model, *settings.models))
    offered = {key: _model(settings, key) for key in keys}
    return Models(
        offered=tuple(offered.values()),
        fallbacks=tuple(offered[key] for key in settings.fallbacks),
        looks_first=_model(settings, settings.look_first) if settings.look_first else None,
        rules=tuple(
            Rule(
                model=offered[told.model],
                effort=told.effort,
                photos=told.photos,
                over_tokens=told.over_tokens,
                under_tokens=told.under_tokens,
                words=told.words,
            )
            for told in settings.rules
        ),
    )


def _model(settings: Settings, key: str) -> Model:
    told = settings.models.get(key)
    endpoint = told.endpoint if told else MAIN
    name = (told and told.name) or key
    return Model(
        key=key,
        name=name,
        title=(told and told.title) or key,
        endpoint=endpoint,
        base_url=settings.all_endpoints[endpoint].base_url,
        sees=told.sees if told else True,
    )


def mark(name: str) -> int:
    """A number for a name that is too long for a button; 0 stands for none."""
    return zlib.crc32(name.encode()) or 1


def _says(text: str, words: str) -> bool:
    """Whether a text has these words in it, as words of their own."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None
