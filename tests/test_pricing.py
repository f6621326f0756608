"""What a request costs, to the nano-dollar."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pricing import Bill, Prices
from bot.settings import Price
from storage.money import Usage

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


@pytest.mark.parametrize(("model", "usage", "nanos"), LISTED, ids=shown)
def test_a_batch_costs_half(model: str, usage: Usage, nanos: int) -> None:
    bill = Prices(OPENAI, {}).bill(model, usage, is_batch=True)

    assert bill.nanos is not None
    assert bill.price is not None
    assert abs(bill.nanos * 2 - nanos) <= 1
    assert bill.price["factor"] == "0.5"


def test_a_batch_whose_price_nobody_knows_has_none() -> None:
    assert Prices(OPENAI, {}).bill("no-such", LISTED[0][1], is_batch=True) == Bill(None, None)


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


HERE, THERE = "https://relay.example/v1", "https://other.example/v1"
BY_ENDPOINT: dict[str, Price | dict[str, Price]] = {
    "own": Price(input=Decimal(1), output=Decimal(1)),
    HERE: {
        "own": Price(input=Decimal(2), output=Decimal(2)),
        "gpt-4o-mini": Price(input=Decimal(3), output=Decimal(3)),
    },
    OPENROUTER: {"openai/gpt-4o-mini": Price(input=Decimal(4), output=Decimal(4))},
}


@pytest.mark.parametrize(
    ("base_url", "model", "nanos"),
    [
        (HERE, "own", 2000),
        (THERE, "own", 1000),
        (OPENAI, "own", 1000),
        (HERE, "gpt-4o-mini", 3000),
        (THERE, "gpt-4o-mini", None),
        (OPENAI, "gpt-4o-mini", 150),
        (OPENROUTER, "openai/gpt-4o-mini", 4000),
        (HERE, "openai/gpt-4o-mini", None),
        (HERE, HERE, None),
    ],
)
def test_the_price_of_an_endpoint_wins_over_that_of_a_model_anywhere(
    base_url: str, model: str, nanos: int | None
) -> None:
    bill = Prices(base_url, BY_ENDPOINT).bill(model, Usage(prompt=1, completion=0))

    assert bill.nanos == nanos


@pytest.mark.parametrize(
    ("price", "nanos"),
    [
        (Price(input=Decimal(2), output=Decimal(3)), 2_000 * 1000),
        (Price(input=Decimal(2), output=Decimal(3), cached=Decimal(1)), 600 * 2000 + 400 * 1000),
        (
            Price(input=Decimal(2), output=Decimal(3), cache_write=Decimal("2.5")),
            700 * 2000 + 300 * 2500,
        ),
        (
            Price(
                input=Decimal(2), output=Decimal(3), cached=Decimal(1), cache_write=Decimal("2.5")
            ),
            300 * 2000 + 400 * 1000 + 300 * 2500,
        ),
        (
            Price(input=Decimal(2), output=Decimal(3), cached=Decimal(0), cache_write=Decimal(0)),
            300 * 2000,
        ),
    ],
    ids=["neither", "cached", "written", "both", "both for nothing"],
)
def test_cached_and_written_tokens_cost_as_any_other_unless_they_have_a_price(
    price: Price, nanos: int
) -> None:
    usage = Usage(prompt=1000, completion=0, cached=400, cache_written=300)

    assert Prices(OLLAMA, {"own": price}).bill("own", usage).nanos == nanos


def test_an_own_price_is_kept_whole_with_the_bill() -> None:
    price = Price(input=Decimal("0.3"), output=Decimal("1.2"), cache_write=Decimal("0.375"))
    bill = Prices(OLLAMA, {"own": price}).bill("own", Usage(prompt=1, completion=1))

    assert bill.price == {"input": "0.3", "output": "1.2", "cached": "0.3", "cache_write": "0.375"}


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


@given(plain=tokens, completion=tokens, cached=tokens, written=tokens)
def test_an_own_price_is_exact(plain: int, completion: int, cached: int, written: int) -> None:
    price = Price(
        input=Decimal("0.3"),
        output=Decimal("1.2"),
        cached=Decimal("0.1"),
        cache_write=Decimal("0.375"),
    )
    usage = Usage(
        prompt=plain + cached + written,
        completion=completion,
        cached=cached,
        cache_written=written,
    )
    exact = plain * 300 + cached * 100 + written * 375 + completion * 1200

    assert Prices(OLLAMA, {"own": price}).bill("own", usage).nanos == exact


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
