"""The languages that somebody can choose from, and the button that chooses one."""

from dataclasses import dataclass
from enum import StrEnum


class Tongue(StrEnum):
    """A language of `bot.words`, or whichever somebody's Telegram speaks."""

    ENGLISH = "en"
    CHINESE = "zh"
    RUSSIAN = "ru"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Speak:
    """Speak a language with somebody."""

    tongue: Tongue
