"""What can go wrong with a model, and how each provider's way of saying so is understood.

ModelError
├─ KeyRefused         the key is wrong, or may not be used from here
├─ NoCredit           the account behind the key has nothing left
├─ ModelBusy          too many requests; `retry_after` says for how long, where it is known
├─ ModelUnavailable   cannot be reached, or fails on its side
├─ ModelSilent        took too long
├─ ModelMissing       the endpoint has no such model
├─ ModelBlind         no model that may be asked looks at pictures
├─ NoEndpoint         what answers is no OpenAI-compatible server
├─ PromptTooLong      more than the model can read
├─ ContentRefused     the provider's filter said no
├─ ImageRefused       the provider cannot use an image
└─ RequestRefused     any other no
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import openai

TOO_MANY_REQUESTS = 429
SERVER_ERRORS = 500
FORBIDDEN = 403


@dataclass(eq=False)
class ModelError(Exception):
    """The model gave no answer, or not all of it. `code` is the provider's own word."""

    code: str = ""


class KeyRefused(ModelError):
    pass


class NoCredit(ModelError):
    pass


@dataclass(eq=False)
class ModelBusy(ModelError):
    retry_after: float | None = None


class ModelUnavailable(ModelError):
    pass


class ModelSilent(ModelError):
    pass


class ModelMissing(ModelError):
    pass


class ModelBlind(ModelError):
    pass


class NoEndpoint(ModelError):
    pass


class PromptTooLong(ModelError):
    pass


class ContentRefused(ModelError):
    pass


class ImageRefused(ModelError):
    pass


class RequestRefused(ModelError):
    pass


# The provider's codes (platform.openai.com/docs/guides/error-codes), and what relays say.
BY_CODE: dict[str, type[ModelError]] = {
    "billing_hard_limit_reached": NoCredit,
    "content_filter": ContentRefused,
    "content_policy_violation": ContentRefused,
    "context_length_exceeded": PromptTooLong,
    "credit_balance_exhausted": NoCredit,
    "failed_to_download_image": ImageRefused,
    "image_content_policy_violation": ContentRefused,
    "image_parse_error": ImageRefused,
    "image_too_large": ImageRefused,
    "insufficient_quota": NoCredit,
    "invalid_api_key": KeyRefused,
    "invalid_image_format": ImageRefused,
    "invalid_image_url": ImageRefused,
    "invalid_prompt": ContentRefused,
    "model_not_found": ModelMissing,
    "moderation_blocked": ContentRefused,
    "organization_spend_limit_exceeded": NoCredit,
    "organization_usage_limit_exceeded": NoCredit,
    "project_spend_limit_exceeded": NoCredit,
}
BY_STATUS: dict[int, type[ModelError]] = {
    401: KeyRefused,
    402: NoCredit,
    403: KeyRefused,
    404: ModelMissing,
    408: ModelUnavailable,
    409: ModelUnavailable,
    413: PromptTooLong,
}


def told(failure: Any) -> ModelError:
    """The error that a body or a stream tells in its own words."""
    told = failure if isinstance(failure, dict) else {}
    code = str(told.get("code") or told.get("type") or "")
    return _by_code(code, str(told.get("message") or failure), None) or ModelUnavailable(code)


def translated(error: openai.APIError) -> ModelError:
    """One of ours for one of the SDK's."""
    code = str(error.code or error.type or "")
    if isinstance(error, openai.APITimeoutError):
        is_deaf = isinstance(error.__cause__, httpx2.ConnectTimeout)
        return ModelUnavailable() if is_deaf else ModelSilent()
    if not isinstance(error, openai.APIStatusError):
        return _by_code(code, error.message, None) or ModelUnavailable(code)
    if "text/html" in error.response.headers.get("content-type", ""):
        is_theirs = error.status_code >= SERVER_ERRORS
        return ModelUnavailable("html") if is_theirs else NoEndpoint("html")
    if _is_flagged(error):
        return ContentRefused(code)
    retry_after = waits(error.response.headers, datetime.now(UTC))
    return _by_code(code, error.message, retry_after) or _by_status(
        error.status_code, code, retry_after
    )


def _is_flagged(error: openai.APIStatusError) -> bool:
    """Whether a 403 is about what was asked: OpenRouter then says for which `reasons`."""
    match error.body:
        case {"metadata": {"reasons": _}}:
            return error.status_code == FORBIDDEN
    return False


def _by_code(code: str, message: str, retry_after: float | None) -> ModelError | None:
    if code in {"rate_limit_exceeded", "slow_down"}:
        return ModelBusy(code, retry_after)
    if "maximum context length" in message:
        return PromptTooLong(code)
    return BY_CODE[code](code) if code in BY_CODE else None


def _by_status(status: int, code: str, retry_after: float | None) -> ModelError:
    if status == TOO_MANY_REQUESTS:
        return ModelBusy(code, retry_after)
    if status >= SERVER_ERRORS:
        return ModelUnavailable(code)
    return BY_STATUS.get(status, RequestRefused)(code)


def waits(headers: Mapping[str, str], now: datetime) -> float | None:
    """For how many seconds an endpoint asks not to be asked, in any of the forms that there are."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    told = headers.get("retry-after", "")
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return _number(told)
    # RFC 9110, 5.6.7: a date says GMT, and one that says nothing means it.
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
