"""The real bot in a Telegram of its own, with people in it and a page to be them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal

from starlette.applications import Starlette

from bot.app import running
from bot.serving import serving
from bot.settings import Price, Settings
from handlers.context import Services
from playground import api, offline, page, weights
from playground.people import Person
from playground.world import World
from storage import people
from storage.records import Person as Known
from storage.records import Standing

log = logging.getLogger(__name__)

TELLER = Person(4_242_424_242, "Teller", "teller_bot", is_bot=True)
TOKEN = "4242424242:playground"  # noqa: S105 - it opens nothing but the playground
ADA = Person(1001, "Ada", "ada")
BEN = Person(1002, "Ben", "ben")
CLEO = Person(1003, "Cleo", "cleo")
SAM = Person(1004, "Sam")
GROUP = -1001000000001

OFFLINE = "smollm2-135m-instruct"
OFFLINE_NOTICE = (
    "A small model on this computer answers, for want of a key: SmolLM2 with 135 million "
    "parameters, which gets many things wrong. It reads the text in photos, and sees nothing else."
)


@asynccontextmanager
async def playing(settings: Settings) -> AsyncIterator[str]:
    """Run the bot in its playground for as long as the block lasts, and say where to look.

    Raises:
        PortTaken: Another program has the playground's port.
    """
    world = populated()
    async with _endpoint(settings) as (ready, notice):
        app = Starlette(routes=[*api.routes(world), *page.routes(world, notice=notice)])
        async with (
            serving(app, settings.playground_port) as url,
            running(_settled(ready, url)) as services,
        ):
            await _let_in(services)
            log.info("the playground is open: %s", url)
            yield url


def populated() -> World:
    """Ada, who is admin; Ben and Cleo, who use the bot; Sam, a stranger; and their group."""
    world = World(bot=TELLER, token=TOKEN)
    for person in (ADA, BEN, CLEO, SAM):
        world.add_person(person)
    world.add_group(GROUP, "Book club", [ADA, BEN, CLEO])
    world.started.add(ADA.id)  # so that the bot may write to her when Sam knocks
    return world


@asynccontextmanager
async def _endpoint(settings: Settings) -> AsyncIterator[tuple[Settings, str]]:
    """The settings with an endpoint in them, and a line for the page that says which it is."""
    if settings.has_endpoint:
        host = settings.openai_base_url.split("/")[2]
        yield settings, f"{settings.model} at {host} answers."
        return
    await asyncio.to_thread(weights.main)
    async with AsyncExitStack() as stack:
        url, notice = await _offline(stack)
        free = Price(input=Decimal(0), output=Decimal(0))
        yield (
            settings.but(
                openai_base_url=url, openai_api_key="offline", model=OFFLINE, prices={OFFLINE: free}
            ),
            notice,
        )


async def _offline(stack: AsyncExitStack) -> tuple[str, str]:
    """Start the offline model, or else what says why there is none."""
    reason = offline.available()
    if reason is None:
        try:
            return await stack.enter_async_context(offline.running()), OFFLINE_NOTICE
        except (offline.NotStarted, TimeoutError):
            reason = "The offline model does not start on this computer."
    return await stack.enter_async_context(offline.running_without(reason)), reason


def _settled(settings: Settings, url: str) -> Settings:
    """The settings of a bot that lives in the playground and nowhere else."""
    ours = "database_url" not in settings.model_fields_set
    return settings.but(
        telegram_bot_token=TOKEN,
        telegram_api_url=url,
        admins=settings.admins | {ADA.id},
        database_url="sqlite:///data/playground.db" if ours else settings.database_url,
        flood_limits="none",
        port=0,
    )


async def _let_in(services: Services) -> None:
    """Ben and Cleo have been let in already; Sam is there to knock."""
    for person in (BEN, CLEO):
        known = Known(user_id=person.id, name=person.first_name, username=person.username)
        await services.database.run(people.meet, known)
        await services.database.run(people.stand, person.id, Standing.MEMBER)
