"""How endpoints and models are set, and what must hold between them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from bot.settings.values import Address, Name, Secret, Text, from_json

MAIN = "main"  # what OPENAI_BASE_URL is called
Words = tuple[Annotated[str, Field(min_length=1)], ...]


class Endpoint(BaseModel):
    """An OpenAI-compatible endpoint and its key."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: Address
    api_key: Secret = SecretStr("")


class Offer(BaseModel):
    """A model that is offered; `name` is what its endpoint calls it, where that is not its key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text = Field(default="", max_length=120)
    title: Text = Field(default="", max_length=40)
    endpoint: Text = MAIN
    sees: bool = True


class Persona(BaseModel):
    """A character that the model can have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(min_length=1)
    title: Text = Field(default="", max_length=40)


class Rule(BaseModel):
    """When a question goes to a model by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Text
    effort: Text = Field(default="", max_length=20)
    photos: bool | None = None
    over_tokens: int | None = Field(default=None, ge=0)
    under_tokens: int | None = Field(default=None, ge=1)
    words: Words = ()

    @model_validator(mode="after")
    def _has_condition(self) -> Self:
        conditions = (self.photos, self.over_tokens, self.under_tokens)
        if not self.words and all(each is None for each in conditions):
            raise ValueError("it must say when: photos, over_tokens, under_tokens or words")
        return self


def _endpoints(value: Any) -> Any:
    """Let the environment hold endpoints as JSON."""
    return from_json(value, '{"relay": {"base_url": "https://relay.example/v1", "api_key": "…"}}')


def _offers(value: Any) -> Any:
    """Let the environment hold models as JSON."""
    return from_json(value, '{"gpt-6.1-terra": {"title": "Thorough"}}')


def _names(value: Any) -> Any:
    """Let people write `FALLBACKS=gpt-6.1-terra, gpt-6-sol`."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _personas(value: Any) -> Any:
    """Let the environment hold personas as JSON."""
    return from_json(value, '{"teacher": {"text": "You are a patient teacher."}}')


def _rules(value: Any) -> Any:
    """Let the environment hold rules as JSON."""
    return from_json(value, '[{"photos": true, "model": "gpt-6-luna"}]')


Key = Annotated[str, Field(min_length=1, max_length=120)]
Endpoints = Annotated[dict[Key, Endpoint], NoDecode, BeforeValidator(_endpoints)]
Offers = Annotated[dict[Key, Offer], NoDecode, BeforeValidator(_offers)]
Personas = Annotated[dict[Name, Persona], NoDecode, BeforeValidator(_personas)]
Rules = Annotated[tuple[Rule, ...], NoDecode, BeforeValidator(_rules)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]


def unfit(
    endpoints: Collection[str],
    model: str,
    offers: Mapping[str, Offer],
    fallbacks: Sequence[str],
    rules: Sequence[Rule],
) -> Iterator[str]:
    """What does not fit together, a line each."""
    if MAIN in endpoints:
        yield f'ENDPOINTS: "{MAIN}" is what OPENAI_BASE_URL is called; choose another name'
    for key, offer in offers.items():
        if offer.endpoint != MAIN and offer.endpoint not in endpoints:
            yield (
                f'MODELS."{key}": there is no endpoint "{offer.endpoint}"; teller.toml says in '
                f"[endpoints.{offer.endpoint}] where it is"
            )
    for key in fallbacks:
        if key != model and key not in offers:
            yield f'FALLBACKS: "{key}" is not offered; it must be MODEL or one of MODELS'
    for number, rule in enumerate(rules):
        if rule.model != model and rule.model not in offers:
            yield f'RULES.{number}: "{rule.model}" is not offered: neither MODEL nor one of MODELS'
