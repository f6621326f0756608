"""The least that a bot with a journal does: what bench.chats compares Teller with.

It polls, commits each update, asks the model, sends the first words, edits once a second, commits
the answer and edits the whole. No history, no limits, no prices, no markup, no errors.
"""

import asyncio
import json
import os
import sqlite3
import time
from typing import Any

import aiohttp

URL = f"{os.environ['TELEGRAM_API_URL']}/bot{os.environ['TELEGRAM_BOT_TOKEN']}"
MODEL_URL = f"{os.environ['OPENAI_BASE_URL']}/chat/completions"


class Journal:
    """Two tables, synchronous as Teller's."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE updates (id INTEGER PRIMARY KEY, json TEXT)")
        self._connection.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, text TEXT)")

    def keep(self, table: str, number: int, text: str) -> None:
        self._connection.execute(f"INSERT INTO {table} VALUES (?, ?)", (number, text))


async def poll(session: aiohttp.ClientSession, journal: Journal) -> None:
    """Answer whatever comes, until the process is ended."""
    offset, answering = 0, set()
    while True:
        body = {"offset": str(offset), "timeout": "50"}
        for update in (await _call(session, "getUpdates", body))["result"]:
            journal.keep("updates", update["update_id"], json.dumps(update))
            offset = update["update_id"] + 1
            task = asyncio.create_task(_answer(session, journal, update))
            answering.add(task)
            task.add_done_callback(answering.discard)


async def _answer(session: aiohttp.ClientSession, journal: Journal, update: dict[str, Any]) -> None:
    message = update["message"]
    chat = str(message["chat"]["id"])
    body = {
        "model": "m",
        "stream": True,
        "messages": [{"role": "user", "content": message["text"]}],
    }
    text, sent, shown = "", None, 0.0
    async with session.post(MODEL_URL, json=body) as response:
        async for line in response.content:
            if not line.startswith(b"data: {"):
                continue
            for choice in json.loads(line[6:])["choices"]:
                text += choice["delta"].get("content") or ""
            if text and time.monotonic() - shown >= 1:
                sent = await _show(session, chat, text, sent)
                shown = time.monotonic()
    journal.keep("answers", update["update_id"], text)
    await _show(session, chat, text, sent)


async def _show(session: aiohttp.ClientSession, chat: str, text: str, sent: int | None) -> int:
    if sent is None:
        answered = await _call(session, "sendMessage", {"chat_id": chat, "text": text})
        return int(answered["result"]["message_id"])
    edit = {"chat_id": chat, "message_id": str(sent), "text": text}
    await _call(session, "editMessageText", edit)
    return sent


async def _call(session: aiohttp.ClientSession, method: str, body: dict[str, str]) -> Any:
    async with session.post(f"{URL}/{method}", data=body) as response:
        return await response.json()


async def main() -> None:
    """Run on the same environment variables as the bot."""
    journal = Journal(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        await poll(session, journal)


if __name__ == "__main__":
    asyncio.run(main())
