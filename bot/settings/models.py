"""How endpoints and models are set, and what must hold between them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_settings import NoDecode

from bot.settings.values import Address, Secret, Text, from_json

MAIN = "main"  # what OPENAI_BASE_URL is called


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


Key = Annotated[str, Field(min_length=1, max_length=120)]
Endpoints = Annotated[dict[Key, Endpoint], NoDecode, BeforeValidator(_endpoints)]
Offers = Annotated[dict[Key, Offer], NoDecode, BeforeValidator(_offers)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]


def unfit(
    endpoints: Collection[str],
    model: str,
    offers: Mapping[str, Offer],
    fallbacks: Sequence[str],
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
