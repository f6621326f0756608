"""Updates that Telegram brings: where it finds the bot, and that it goes on finding it."""

import asyncio
import hashlib
import hmac
import json
import logging
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, WebhookInfo

from bot.intake import PATIENCE, WANTED, Intake, is_update
from bot.vigil import persevere
from storage import DatabaseFailed

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name (#setwebhook)
# An update is a message of 4,096 characters at most, with what it replies to: far less than this.
LARGEST_BODY = 1_000_000
LOOK_EVERY = 60.0


def derived_secret(token: str) -> str:
    """A secret for who has set none: the same at each start, and no way back to the token."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


class Webhook:
    """The address to which Telegram brings updates."""

    def __init__(self, address: str, secret: str, intake: Intake) -> None:
        self._address = address
        self._secret = secret
        self._intake = intake
        self._registered = ""
        self._told: object = None

    @property
    def route(self) -> Route:
        path = urlsplit(self._address).path or "/"
        return Route(path, self._receive, methods=["POST"], max_body_size=LARGEST_BODY)

    async def hold(
        self,
        bot: Bot,
        *,
        every: float = LOOK_EVERY,
        patience: float = PATIENCE,
        pause: float = 1.0,
    ) -> None:
        """Have Telegram bring updates until cancelled, even if somebody sends it elsewhere.

        What waits at Telegram is not dropped, and the webhook outlives the bot: what comes while
        it is down is brought later.
        """
        again = partial(persevere, patience=patience, pause=pause)
        await again(partial(self._set, bot))
        while True:
            await asyncio.sleep(every)
            await again(partial(self._look, bot))

    async def _set(self, bot: Bot) -> None:
        await bot.set_webhook(
            self._address, secret_token=self._secret, allowed_updates=list(WANTED)
        )
        # Telegram may write it otherwise, at least with a / where there is no path.
        self._registered = (await bot.get_webhook_info()).url
        self._intake.hear()

    async def _look(self, bot: Bot) -> None:
        info = await bot.get_webhook_info()
        self._intake.hear()
        self._tell(info)
        if not info.url or info.url != self._registered:
            log.error("another program has taken the webhook away; it is set again")
            await self._set(bot)

    def _tell(self, info: WebhookInfo) -> None:
        """Log what keeps Telegram from bringing updates, once each time."""
        if info.last_error_date not in {None, self._told}:
            log.warning("Telegram could not bring an update: %s", info.last_error_message)
        self._told = info.last_error_date

    async def _receive(self, request: Request) -> Response:
        """Take an update; Telegram brings it again until it is answered with a 200."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            log.warning("a request to the webhook was refused: its secret is wrong or missing")
            return Response(status_code=403)
        try:
            update = _parsed(await request.body())
        except ClientDisconnect:
            return Response(status_code=400)  # which nobody reads any more
        if not is_update(update):
            log.error("a request to the webhook was refused: it is no update")
            return Response(status_code=400)
        try:
            await self._intake.take([update])
        except DatabaseFailed as error:
            log.warning("an update cannot be kept, so it is left with Telegram: %s", error)
            return Response(status_code=503)
        return Response()


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
