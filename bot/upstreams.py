"""The endpoints that the settings name: their clients, and what models cost there."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from bot.llm import LLM
from bot.llm.endpoints import Endpoints
from bot.metrics import Metrics
from bot.models import Models
from bot.pricing import Prices
from bot.settings import Endpoint, Settings


@asynccontextmanager
async def opened_endpoints(
    settings: Settings, offered: Models, metrics: Metrics
) -> AsyncIterator[Endpoints]:
    """Clients of all endpoints that the settings name, for as long as the block lasts."""
    async with AsyncExitStack() as stack:
        llms = {
            name: await stack.enter_async_context(_llm(name, endpoint, settings, metrics))
            for name, endpoint in settings.all_endpoints.items()
        }
        yield Endpoints(llms, offered, settings.breaker_pause)


def _llm(name: str, endpoint: Endpoint, settings: Settings, metrics: Metrics) -> LLM:
    llm = LLM(
        base_url=endpoint.base_url,
        api_key=endpoint.api_key.get_secret_value(),
        effort=settings.reasoning_effort,
        retry_pause=settings.retry_pause,
        breaker_pause=settings.breaker_pause,
        count_failure=partial(metrics.model_failed, name),
        count_retry=partial(metrics.model_retried, name),
    )
    metrics.watch_endpoint(name, lambda: llm.breaker.is_open)
    return llm


def prices(settings: Settings) -> dict[str, Prices]:
    """What models cost, by the address where they are asked."""
    addresses = {endpoint.base_url for endpoint in settings.all_endpoints.values()}
    return {address: Prices(address, settings.prices) for address in addresses}
