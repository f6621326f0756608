"""What an endpoint announces about its models: when which will be shut down."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import openai

from bot.llm.errors import NoEndpoint, translated


class Announcements:
    """The models of an endpoint, and the last day of each, as its list has them."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client

    async def models(self) -> dict[str, date | None]:
        """Each model that the endpoint has, with the day on which it will be shut down, if any.

        Raises:
            ModelError: The endpoint does not say.
        """
        try:
            listed: Any = await self._client.get("/models", cast_to=object)
        except openai.APIError as error:
            raise translated(error) from None
        except ValueError:  # it says that it is JSON, and is not
            raise NoEndpoint from None
        return dict(_entries(listed))


def _entries(listed: Any) -> Iterator[tuple[str, date | None]]:
    """The entries of a list, whatever it is."""
    entries = listed.get("data") if isinstance(listed, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        match entry:
            case {"id": str(name), **more}:
                yield name, day(more.get("shutdown_date"))


def day(told: object) -> date | None:
    """A day as endpoints tell it: `2027-01-14`, a time of it, or seconds since 1970; else None."""
    try:
        match told:
            case str():
                return datetime.fromisoformat(told).date()
            case int() | float() if not isinstance(told, bool):
                return datetime.fromtimestamp(told, UTC).date()
            case _:
                return None
    except (OverflowError, OSError, ValueError):
        return None
