"""What the settings of a webhook must be like."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, HttpUrl, SecretStr, ValidationError

from bot.settings.values import Secret

TELEGRAM = "https://api.telegram.org"
# core.telegram.org/bots/api#setwebhook
PORTS = (443, 80, 88, 8443)
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
TAKEN = ("/healthz", "/readyz", "/metrics")


def _address(value: str) -> str:
    address = value.strip().rstrip("/")
    if address:
        HttpUrl(address)
    return address


def _secret(value: SecretStr) -> SecretStr:
    if not SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("it may have up to 256 letters, digits, _ and -")
    return value


WebhookUrl = Annotated[str, AfterValidator(_address)]
WebhookSecret = Annotated[Secret, AfterValidator(_secret)]


def unfit(webhook_url: str, *, telegram_api_url: str, port: object) -> Iterator[str]:
    """What is in the way of a webhook, if there is to be one and it has an address at all."""
    try:
        url = HttpUrl(webhook_url.strip().rstrip("/"))
    except ValidationError:
        return
    if telegram_api_url.strip().rstrip("/") == TELEGRAM:
        if url.scheme != "https":
            yield "it must be https; http is for a Bot API server of your own"
        elif url.port not in PORTS:
            yield "Telegram brings updates to the ports 443, 80, 88 and 8443 only"
    if url.path in TAKEN:
        yield f"{url.path} is where the bot says how it is; choose another path"
    if str(port).strip() == "0":
        yield "set PORT as well, where the bot answers"
