"""How single settings are written and understood."""

import json
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    HttpUrl,
    SecretStr,
    Tag,
)
from pydantic_settings import NoDecode

from bot import grammar
from bot.grammar import PLAN, PLAN_FORM
from storage.money import Limit


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _sendable(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not (text.isascii() and text.isprintable() and " " not in text):
        raise ValueError("it holds characters that no key or token has")
    return value


def _ids(value: Any) -> Any:
    """Let people write `ADMINS=1, 2`."""
    if isinstance(value, str):
        return [part for part in value.replace(",", " ").split() if part]
    return [value] if isinstance(value, int) else value


def _limits(value: Any) -> Any:
    """Let people write `LIMITS=20 requests/hour, 0.50 usd/day`."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else value
    if isinstance(text, str) and text.strip().lower() == "unlimited":
        return ()
    return grammar.read_limits(text) if isinstance(text, str) else text


def _prices(value: Any) -> Any:
    """Let the environment hold prices as JSON."""
    example = '{"my-model": {"input": 0.10, "output": 0.40}}'
    return from_json(value, f"{example}, in USD per million tokens")


def _priced(value: Any) -> str:
    """Whether a name stands for a model with its price, or for an endpoint with its models."""
    is_endpoint = isinstance(value, dict) and all(isinstance(each, dict) for each in value.values())
    return "=endpoint" if value and is_endpoint else "=model"


def _plans(value: Any) -> Any:
    """Let the environment hold plans as JSON."""
    return from_json(value, '{"family": {"limits": "5 usd/month"}}')


def from_json(value: Any, example: str) -> Any:
    """Read what the environment holds as JSON, and leave alone what teller.toml holds.

    Raises:
        ValueError: It is no JSON; the words show an example.
    """
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"say for example {example}") from None


def _plan_name(value: str) -> str:
    if not PLAN.fullmatch(value):
        raise ValueError(f'"{value}" is no name for a plan: {PLAN_FORM}')
    return value


def _zone(value: Any) -> Any:
    try:
        return ZoneInfo(value) if isinstance(value, str) else value
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError(f'"{value}" is no time zone: say for example Europe/Berlin') from error


def _no_slash(value: str) -> str:
    HttpUrl(value)
    return value.rstrip("/")


class Price(BaseModel):
    """What a model costs at an endpoint that has its own prices, in USD per million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)
    cached: Decimal | None = Field(default=None, ge=0)
    cache_write: Decimal | None = Field(default=None, ge=0)


class Plan(BaseModel):
    """What each of a plan's members may spend."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    limits: Annotated[tuple[Limit, ...], BeforeValidator(_limits)]


Secret = Annotated[SecretStr, BeforeValidator(_trimmed), AfterValidator(_sendable)]
Address = Annotated[str, BeforeValidator(_trimmed), AfterValidator(_no_slash)]
Ids = Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)]
Limits = Annotated[tuple[Limit, ...], NoDecode, BeforeValidator(_limits)]
PriceOrPrices = Annotated[
    Annotated[Price, Tag("=model")] | Annotated[dict[str, Price], Tag("=endpoint")],
    Discriminator(_priced),
]
Prices = Annotated[dict[str, PriceOrPrices], NoDecode, BeforeValidator(_prices)]
PlanName = Annotated[str, AfterValidator(_plan_name)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Text = Annotated[str, BeforeValidator(_trimmed)]
Plans = Annotated[dict[PlanName, Plan], NoDecode, BeforeValidator(_plans)]
