"""What a request costs; the only genai_prices. Money is whole nano-dollars (1e-9 USD)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any

import genai_prices

from bot.settings import Price
from storage.money import NANO, Usage

MILLION = 1_000_000
# platform.openai.com/docs/guides/batch: "50% cost discount compared to synchronous APIs".
BATCHED = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Bill:
    """What something costs, and the price it was computed with; None where none is known."""

    nanos: int | None
    price: dict[str, Any] | None


class Prices:
    """What each model costs at an endpoint: its own prices first, then the public list."""

    def __init__(self, base_url: str, own: Mapping[str, Price | Mapping[str, Price]]) -> None:
        here = own.get(base_url, {})
        anywhere = {model: price for model, price in own.items() if isinstance(price, Price)}
        self._base_url = base_url
        self._own = anywhere | (dict(here) if isinstance(here, Mapping) else {})

    def bill(self, model: str, usage: Usage, *, is_batch: bool = False) -> Bill:
        """What a usage costs, at once or in a batch."""
        counted = _added_up(usage)
        if price := self._own.get(model):
            bill = _own_bill(price, counted)
        else:
            bill = _listed_bill(self._base_url, model, counted)
        return _batched(bill) if is_batch else bill


def load() -> None:
    """Read the list: that takes a while, in which nothing else can run."""
    _listed_bill("https://api.openai.com/v1", "gpt-4o-mini", Usage(prompt=1, completion=1))


def _added_up(usage: Usage) -> Usage:
    """A usage whose parts are no more than its whole: some endpoints count them apart."""
    cached = min(usage.cached, usage.prompt)
    return replace(
        usage, cached=cached, cache_written=min(usage.cache_written, usage.prompt - cached)
    )


def _batched(bill: Bill) -> Bill:
    """The same in a batch; its price says so."""
    if bill.nanos is None or bill.price is None:
        return bill
    nanos = int((bill.nanos * BATCHED).to_integral_value(ROUND_HALF_EVEN))
    return Bill(nanos, bill.price | {"factor": str(BATCHED)})


def _own_bill(price: Price, usage: Usage) -> Bill:
    cached = price.input if price.cached is None else price.cached
    cache_write = price.input if price.cache_write is None else price.cache_write
    dollars = (
        (usage.prompt - usage.cached - usage.cache_written) * price.input
        + usage.cached * cached
        + usage.cache_written * cache_write
        + usage.completion * price.output
    ) / MILLION
    used = {"input": price.input, "cached": cached, "cache_write": cache_write}
    return Bill(
        _nanos(dollars),
        {name: str(each) for name, each in used.items()} | {"output": str(price.output)},
    )


@lru_cache(maxsize=1024)
def _listed_bill(base_url: str, model: str, usage: Usage) -> Bill:
    counted = genai_prices.Usage(
        input_tokens=usage.prompt,
        cache_read_tokens=usage.cached,
        cache_write_tokens=usage.cache_written,
        output_tokens=usage.completion,
    )
    try:
        price = genai_prices.calc_price(counted, model, provider_api_url=base_url)
    except LookupError:
        return Bill(None, None)
    listed = {"list": "genai-prices", "provider": price.provider.id, "model": price.model.id}
    return Bill(_nanos(price.total_price), listed | {"prices": _as_json(price.model_price)})


def _as_json(price: Any) -> dict[str, str]:
    return {name: str(value) for name, value in vars(price).items() if value is not None}


def _nanos(dollars: Decimal) -> int:
    return int((dollars * NANO).to_integral_value(ROUND_HALF_EVEN))
