"""What a request costs, to the nano-dollar."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pricing import Bill, Prices
from bot.settings import Price
from storage.records import Usage

OPENAI = "https://api.openai.com/v1"
OPENROUTER = "https://openrouter.ai/api/v1"
OLLAMA = "http://localhost:11434/v1"

# From the provider's price list: USD per million tokens, which is 1,000 nano-dollars a token.
LISTED = [
    ("gpt-4o-mini", Usage(prompt=1000, completion=500), 450_000),
    ("gpt-4o-mini", Usage(prompt=1, completion=0), 150),
    ("gpt-4o-mini", Usage(prompt=1, completion=0, cached=1), 75),
    ("gpt-4o-mini", Usage(prompt=1000, completion=0, cached=600), 105_000),
    ("gpt-4o", Usage(prompt=1000, completion=1000), 12_500_000),
    ("gpt-6-luna", Usage(prompt=5000, completion=300, cached=4000, cache_written=900), 312_500),
    ("gpt-6-luna", Usage(prompt=1, completion=0), 100),
    ("gpt-6-luna", Usage(prompt=1, completion=0, cached=1), 10),
    ("gpt-6-luna", Usage(prompt=1, completion=0, cache_written=1), 125),
    ("gpt-6-luna", Usage(prompt=0, completion=1), 500),
    ("gpt-6-luna", Usage(prompt=272_000, completion=0), 27_200_000),
    ("gpt-6-luna", Usage(prompt=300_000, completion=0), 60_000_000),
    ("gpt-6.1-terra", Usage(prompt=1000, completion=100, cached=500), 1_025_000),
    ("gpt-6-luna", Usage(prompt=0, completion=0), 0),
]


def shown(value: object) -> str:
    if isinstance(value, Usage):
        told = f"{value.prompt} in ({value.cached} cached, {value.cache_written} written)"
        return f"{told}, {value.completion} out"
    return str(value)


@pytest.mark.parametrize(("model", "usage", "nanos"), LISTED, ids=shown)
def test_a_usage_costs_what_the_list_says(model: str, usage: Usage, nanos: int) -> None:
    assert Prices(OPENAI, {}).bill(model, usage).nanos == nanos


@pytest.mark.parametrize(
    ("base_url", "model"),
    [
        (OPENAI, "gpt-6.2-sol"),
        (OPENAI, "no-such-model"),
        (OPENAI, ""),
        (OPENROUTER, "nobody/nothing"),
        (OLLAMA, "llama3.2"),
        (OLLAMA, "gpt-4o-mini"),
        ("http://127.0.0.1:8080/v1", "gpt-6-luna"),
        ("https://relay.example/v1", "gpt-6-luna"),
    ],
)
def test_what_nobody_knows_the_price_of_has_none(base_url: str, model: str) -> None:
    bill = Prices(base_url, {}).bill(model, Usage(prompt=1000, completion=500))

    assert bill == Bill(None, None)


def test_openrouter_has_a_list_of_its_own() -> None:
    bill = Prices(OPENROUTER, {}).bill("openai/gpt-4o-mini", Usage(prompt=1000, completion=500))

    assert bill.nanos == 450_000
    assert bill.price is not None
    assert bill.price["provider"] == "openrouter"


OWN = {
    "gpt-4o-mini": Price(input=Decimal("0.3"), output=Decimal("1.2"), cached=Decimal("0.1")),
    "llama3.2": Price(input=Decimal(2), output=Decimal(3), cached=Decimal(1)),
    "plain": Price(input=Decimal(2), output=Decimal(3)),
    "free": Price(input=Decimal(0), output=Decimal(0)),
}


@pytest.mark.parametrize(
    ("base_url", "model", "usage", "nanos"),
    [
        (OPENAI, "gpt-4o-mini", Usage(prompt=1000, completion=500, cached=400), 820_000),
        (OLLAMA, "llama3.2", Usage(prompt=1000, completion=500, cached=400), 3_100_000),
        (OLLAMA, "plain", Usage(prompt=1000, completion=500, cached=400), 3_500_000),
        (OLLAMA, "free", Usage(prompt=1000, completion=500), 0),
    ],
    ids=["before the list", "where there is no list", "cached as any other", "for nothing"],
)
def test_own_prices_win(base_url: str, model: str, usage: Usage, nanos: int) -> None:
    assert Prices(base_url, OWN).bill(model, usage).nanos == nanos


def test_an_own_price_is_for_its_model_alone() -> None:
    usage = Usage(prompt=5000, completion=300, cached=4000, cache_written=900)

    assert Prices(OPENAI, OWN).bill("gpt-6-luna", usage).nanos == 312_500


@pytest.mark.parametrize("prices", [{}, OWN], ids=["listed", "own"])
def test_the_price_is_kept_with_the_bill(prices: dict[str, Price]) -> None:
    bill = Prices(OPENAI, prices).bill("gpt-4o-mini", Usage(prompt=1, completion=1))

    kept = json.dumps(bill.price)  # the ledger keeps it as JSON
    assert bill.price is not None
    assert ("0.3" if prices else "0.15") in kept


@pytest.mark.parametrize(
    "usage",
    [
        Usage(prompt=10, completion=5, cached=100),
        Usage(prompt=10, completion=5, cached=8, cache_written=8),
    ],
    ids=["more cached than sent", "cached and written at once"],
)
@pytest.mark.parametrize("model", ["gpt-6-luna", "llama3.2"])
def test_a_usage_that_does_not_add_up_is_billed_all_the_same(model: str, usage: Usage) -> None:
    bill = Prices(OPENAI, OWN).bill(model, usage)

    assert bill.nanos is not None
    assert bill.nanos > 0


tokens = st.integers(0, 2_000_000)


@given(prompt=tokens, completion=tokens, cached=tokens)
def test_an_own_price_is_exact(prompt: int, completion: int, cached: int) -> None:
    usage = Usage(prompt=prompt + cached, completion=completion, cached=cached)
    exact = prompt * Fraction(300) + cached * Fraction(100) + completion * Fraction(1200)

    assert Prices(OPENAI, OWN).bill("gpt-4o-mini", usage).nanos == exact


@given(prompt=st.integers(0, 250_000), completion=st.integers(0, 128_000), share=st.floats(0, 1))
def test_nothing_costs_more_than_the_worst_case(prompt: int, completion: int, share: float) -> None:
    cached = int(prompt * share)
    prices = Prices(OPENAI, {})
    worst = prices.bill(
        "gpt-6-luna", Usage(prompt=prompt, completion=completion, cache_written=prompt)
    )
    real = prices.bill(
        "gpt-6-luna",
        Usage(prompt=prompt, completion=completion, cached=cached, cache_written=prompt - cached),
    )

    assert real.nanos is not None
    assert worst.nanos is not None
    assert real.nanos <= worst.nanos
