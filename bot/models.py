"""Which models there are, where each is asked, and which take over for others; pure."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """All models: those `offered`, the standard first, and of them the `fallbacks` in order."""

    offered: tuple[Model, ...]
    fallbacks: tuple[Model, ...] = ()
    looks_first: Model | None = None  # at pictures, before the one that is meant

    @property
    def standard(self) -> Model:
        return self.offered[0]

    def named(self, key: str | None) -> Model | None:
        """The model of this key, if it is offered."""
        return next((each for each in self.offered if each.key == key), None)

    def line(self, wanted: Model, *, is_seeing: bool = False) -> Sequence[Model]:
        """Who may answer, in order; with `is_seeing` only those that look at pictures."""
        line = dict.fromkeys((wanted, *self.fallbacks))
        return [each for each in line if each.sees or not is_seeing]

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
