"""Tells the admins in time that a model which is used will be shut down, and what to take then."""

import logging
from collections.abc import Mapping
from datetime import date
from functools import partial

from telegram.error import TelegramError

from bot import shutdowns
from bot.llm import LLM, ModelError
from bot.llm import errors as model
from bot.llm.endpoints import Endpoints
from bot.shutdowns import Shutdown
from bot.words import Words
from handlers.context import Services
from handlers.views import View
from storage import DatabaseFailed, facts

log = logging.getLogger(__name__)

NAP = "shutdowns"
DAY = 24 * 3600.0
HOUR = 3600.0  # until it is tried again, where somebody could not be asked or told

# How a setting names a model.
EXAMPLES = {
    "MODEL": "MODEL={model}",
    "MODELS": '[models."{model}"]',
    "FALLBACKS": "FALLBACKS={model}",
    "LOOK_FIRST": "LOOK_FIRST={model}",
    "RULES": 'model = "{model}"',
}
# What will pass, so that it is worth asking sooner.
PASSING = (model.ModelBusy, model.ModelSilent, model.ModelUnavailable)


async def watch(services: Services, endpoints: Endpoints) -> None:
    """Look once a day what there is to tell, for as long as the bot lives and has admins."""
    while services.settings.admins and not services.naps.is_over:
        try:
            is_told = await _look(services, endpoints)
        except (DatabaseFailed, TelegramError) as error:
            log.info("the admins cannot be told of shutdowns: %s", type(error).__name__)
            is_told = False
        await services.naps.sleep(NAP, DAY if is_told else HOUR)


async def _look(services: Services, endpoints: Endpoints) -> bool:
    """Tell what there is to tell, each thing once; says whether that was all."""
    is_all, today = True, services.clock().date()
    for used in {each.endpoint: each for each in shutdowns.used(services.models)}.values():
        listed, is_known = await _listed(endpoints.of(used))
        is_all &= is_known
        for shutdown in shutdowns.due(services.models, used.endpoint, listed, today=today):
            is_all &= await _tell(services, shutdown)
    return is_all


async def _listed(llm: LLM) -> tuple[Mapping[str, date | None], bool]:
    """The models of an endpoint, as far as it says, and whether that is all it will say today."""
    try:
        return await llm.announcements.models(), True
    except ModelError as error:
        log.info("%s does not list its models: %s", llm.host, type(error).__name__)
        return {}, not isinstance(error, PASSING)


async def _tell(services: Services, shutdown: Shutdown) -> bool:
    """Tell the admins, unless they know; says whether one of them knows now."""
    run = services.database.run
    if await run(facts.stands, shutdown.name):
        return True
    is_told = await services.tell_admins(partial(_card, shutdown))
    # Written down only now: a crash before it has them told twice, and not never.
    if is_told:
        await run(facts.once, shutdown.name, services.clock().isoformat())
    return is_told


def _card(shutdown: Shutdown, words: Words) -> View:
    """What admins see of a model that will be shut down."""
    host, model, date = shutdown.model.host, shutdown.model.name, str(shutdown.at)
    what = _what(shutdown, words)
    if shutdown.days > 0:
        days = shutdown.days
        told = words("shutdown-ahead", host=host, model=model, date=date, days=days, what=what)
    elif shutdown.days == 0:
        told = words("shutdown-today", host=host, model=model, date=date, what=what)
    else:
        told = words("shutdown-over", host=host, model=model, date=date, what=what)
    return View(told)


def _what(shutdown: Shutdown, words: Words) -> str:
    """What can be done about it."""
    settings, model = ", ".join(shutdown.settings), shutdown.instead
    if not model:
        return words("shutdown-another", settings=settings)
    example = EXAMPLES[shutdown.settings[0]].format(model=model)
    return words("shutdown-instead", settings=settings, model=model, example=example)
