"""All that the bot loads, loaded once: its processes are then forked from the one that has it."""

from bot import __main__ as program
from bot import app, tokens

__all__ = ["app", "program"]

tokens.text_tokens("")  # its tables take half a second to load
