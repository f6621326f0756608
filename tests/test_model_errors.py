"""What goes wrong with the model: each failure is one sentence, costs nothing, and passes."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.responses import HTMLResponse

from bot.answers import Ending
from bot.app import running
from bot.llm import errors
from bot.serving import serving
from bot.settings import Settings
from handlers.context import Services
from handlers.errors import ENDINGS, WORDS
from playground.world import World
from storage.tables import ledger
from tests.english import english
from tests.fakes.chat_rules import Kind, count
from tests.fakes.openai import FakeOpenAI, Flavour
from tests.people import Someone

Fail = Callable[[FakeOpenAI], None]

ATTEMPTS = 4
OUT_OF_REACH = errors.ModelUnavailable
LATER = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
SECRETS = "The provider says: sk-live-1 of org-2 may not."
RAW = ("sk-test", "sk-live", "Error code", "Traceback", '{"', "'error'", "provider says", "Hm?")


def fails(status: int, code: str | None = None, **more: Any) -> Fail:
    return lambda model: model.will_fail(status, code=code, message=SECRETS, **more)


def breaks(code: str) -> Fail:
    return lambda model: model.will_send_error_event(message=SECRETS, code=code)


def tells(code: str) -> Fail:
    return lambda model: model.will_answer_error_with_200(SECRETS, code)


# What happens, what it is called, and how often the model is asked.
FAILURES: dict[str, tuple[Fail, type[errors.ModelError], int]] = {
    "401": (fails(401, "invalid_api_key"), errors.KeyRefused, 1),
    "402": (fails(402), errors.NoCredit, 1),
    "403": (fails(403, "unsupported_country"), errors.KeyRefused, 1),
    "403-flagged": (
        fails(403, metadata={"reasons": ["violence"], "flagged_input": SECRETS}),
        errors.ContentRefused,
        1,
    ),
    "404": (fails(404, "model_not_found"), errors.ModelMissing, 1),
    "400": (fails(400, "invalid_value"), errors.RequestRefused, 1),
    "400-context": (fails(400, "context_length_exceeded"), errors.PromptTooLong, 1),
    "400-filter": (fails(400, "content_filter"), errors.ContentRefused, 1),
    "408": (fails(408), errors.ModelUnavailable, ATTEMPTS),
    "409": (fails(409), errors.ModelUnavailable, ATTEMPTS),
    "413": (fails(413), errors.PromptTooLong, 1),
    "429": (fails(429, "rate_limit_exceeded"), errors.ModelBusy, ATTEMPTS),
    "429-for-an-hour": (fails(429, headers={"retry-after": "3600"}), errors.ModelBusy, 1),
    "429-until-a-date": (fails(429, headers={"retry-after": LATER}), errors.ModelBusy, 1),
    "429-no-credit": (fails(429, "insufficient_quota"), errors.NoCredit, 1),
    "429-no-credit-by-type": (fails(429, type="insufficient_quota"), errors.NoCredit, 1),
    "500": (fails(500), errors.ModelUnavailable, ATTEMPTS),
    "503": (fails(503), errors.ModelUnavailable, ATTEMPTS),
    "504": (fails(504), errors.ModelUnavailable, ATTEMPTS),
    "529": (fails(529, "overloaded_error"), errors.ModelUnavailable, ATTEMPTS),
    "200-html": (FakeOpenAI.will_answer_html, errors.NoEndpoint, 1),
    "200-error": (tells(""), errors.ModelUnavailable, ATTEMPTS),
    "200-no-credit": (tells("insufficient_quota"), errors.NoCredit, 1),
    "event": (breaks("server_error"), errors.ModelUnavailable, ATTEMPTS),
    "event-no-credit": (breaks("insufficient_quota"), errors.NoCredit, 1),
    "drop": (FakeOpenAI.will_drop, errors.ModelUnavailable, ATTEMPTS),
    "corrupt": (FakeOpenAI.will_send_corrupt_chunk, errors.ModelUnavailable, ATTEMPTS),
    "no choices": (lambda model: model.will_send('{"choices": []}'), OUT_OF_REACH, ATTEMPTS),
}
BREAKS: dict[str, Fail] = {
    "cut": lambda model: model.will_cut("Once ", "upon"),
    "drop": lambda model: model.will_drop("Once ", "upon"),
    "corrupt": lambda model: model.will_send_corrupt_chunk("Once ", "upon"),
    "event": lambda model: model.will_send_error_event("Once ", "upon", message=SECRETS),
}


async def books(bot: Services) -> list[tuple[str, int, int, int | None]]:
    """The ledger: state, requests, tokens and nano-dollars of each question."""
    query = sa.select(ledger).order_by(ledger.c.id)
    rows = await bot.database.run(lambda connection: connection.execute(query).all())
    return [(row.state, row.requests, row.tokens, row.nanos) for row in rows]


def assert_nothing_raw(world: World, caplog: pytest.LogCaptureFixture) -> None:
    said = [call.params.get("text", "") for call in world.calls]
    found = [each for each in RAW if each in caplog.text or any(each in text for text in said)]
    assert found == []


def note(ending: Ending) -> str:
    """What is said below an answer that ends so, as it is shown."""
    return english(ENDINGS[ending]).strip("_")


def told(model: FakeOpenAI) -> list[Any]:
    """What the model was told last, without the persona."""
    return [each["content"] for each in model.asked[-1]["messages"][1:]]


@pytest.mark.parametrize("name", FAILURES)
async def test_a_failure_is_one_sentence_and_costs_nothing(
    alice: Someone,
    model: FakeOpenAI,
    bot: Services,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    caplog.set_level(logging.INFO)
    fail, kind, requests = FAILURES[name]
    for _ in range(requests):
        fail(model)
    alice.says("Hm?")
    await alice.sees_messages(1)
    asked = len(model.asked)
    alice.says("And now")
    await alice.sees_messages(2)

    assert alice.screen == [english(WORDS[kind]), "You said: And now"]
    assert asked == requests
    assert told(model) == ["And now"]
    assert (await books(bot))[0] == ("released", 0, 0, 0)
    assert_nothing_raw(alice.world, caplog)


@pytest.mark.parametrize("name", BREAKS)
async def test_words_that_came_before_a_break_are_kept_with_a_word_about_it(
    alice: Someone,
    model: FakeOpenAI,
    bot: Services,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    BREAKS[name](model)
    alice.says("Hm?")
    alice.says("And now")
    await alice.sees("You said: And now")

    assert alice.screen == [f"Once upon\n\n{note(Ending.CUT)}", "You said: And now"]
    assert told(model) == ["Hm?", "Once upon", "And now"]
    [(state, requests, tokens, _), _] = await books(bot)
    assert (state, requests) == ("settled", 1)
    assert tokens >= model.bill[0].prompt + count("Once upon")
    assert_nothing_raw(alice.world, caplog)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_passing_failure_is_not_noticed(
    alice: Someone, model: FakeOpenAI, bot: Services, status: int
) -> None:
    for _ in range(ATTEMPTS - 1):
        model.will_fail(status, headers={"retry-after": "0.01"})
    alice.says("Hi")
    await alice.sees("You said: Hi")

    assert alice.screen == ["You said: Hi"]
    assert len(model.asked) == ATTEMPTS
    [charge] = model.bill
    assert [row[:3] for row in await books(bot)] == [
        ("settled", 1, charge.prompt + charge.completion)
    ]


@pytest.mark.parametrize(
    ("text", "finish", "shown"),
    [
        ("", "stop", english(ENDINGS[Ending.EMPTY])),
        (" \n", "stop", english(ENDINGS[Ending.EMPTY])),
        pytest.param(
            "\u200b\u2060",
            "stop",
            english(ENDINGS[Ending.EMPTY]),
        ),
        ("Once", "length", f"Once\n\n{note(Ending.LENGTH)}"),
        ("Once", "content_filter", f"Once\n\n{note(Ending.FILTERED)}"),
        ("", "content_filter", english(WORDS[errors.ContentRefused])),
    ],
)
@pytest.mark.usefixtures("bot")
async def test_an_answer_that_ends_otherwise_says_so(
    alice: Someone, model: FakeOpenAI, text: str, finish: str, shown: str
) -> None:
    model.will_say(text, finish=finish)
    alice.says("Hm?")
    await model.wait_asked(1)
    alice.says("And now")
    await alice.sees("You said: And now")

    assert alice.screen == [shown, "You said: And now"]
    assert told(model) == (["Hm?", text, "And now"] if text == "Once" else ["And now"])


async def test_an_address_that_answers_html_is_no_model(settings: Settings, alice: Someone) -> None:
    site = Starlette(exception_handlers={404: lambda _request, _error: HTMLResponse("Oh", 404)})
    async with serving(site) as url, running(settings.but(openai_base_url=url)):
        alice.says("Hm?")
        await alice.sees(english(WORDS[errors.NoEndpoint]))


async def test_an_address_where_nobody_listens_is_a_model_out_of_reach(
    settings: Settings, alice: Someone
) -> None:
    async with serving(Starlette()) as url:
        pass
    async with running(settings.but(openai_base_url=url)):
        alice.says("Hm?")
        assert await alice.sees_messages(1) == [english(WORDS[errors.ModelUnavailable])]


# A model, how its server is, what it refuses, and how often it is asked for one answer.
HABITS: dict[str, tuple[str, Flavour, set[str], int]] = {
    "gpt-6": ("gpt-6-luna", "openai", set(), 1),
    "gpt-6-that-always-thinks": ("gpt-6.1-sol", "openai", set(), 2),
    "gpt-4o": ("gpt-4o-mini", "openai", set(), 1),
    "new-length-only": ("gpt-4o-mini", "openai", {"max_tokens"}, 2),
    "no-effort": ("gpt-6-luna", "openai", {"reasoning_effort"}, 2),
    "no-usage": ("gpt-4o-mini", "openai", {"stream_options"}, 2),
    "ollama": ("llama3.2:3b", "ollama", set(), 1),
    "gemini": ("gemini-3-flash", "gemini", set(), 1),
    "gemini-without-usage": ("gemini-3-flash", "gemini", {"stream_options"}, 2),
}


@pytest.mark.parametrize("habit", HABITS)
async def test_what_a_server_does_not_take_is_found_out_once(
    settings: Settings, alice: Someone, model: FakeOpenAI, habit: str
) -> None:
    name, model.flavour, model.refuses, requests = HABITS[habit]
    model.models.setdefault(name, Kind())
    model.takes = FakeOpenAI(flavour=model.flavour).takes
    async with running(settings.but(model=name, answer_tokens=5)):
        alice.says("Count to ten")
        await alice.sees_messages(1)
        asked = len(model.asked)
        alice.says("Again")
        await alice.sees_messages(2)

    assert alice.screen[0] == f"You said: Count to\n\n{note(Ending.LENGTH)}"
    assert asked == requests
    assert len(model.asked) == requests + 1


WAITS = {
    "seconds": ({"retry-after": "2.5"}, 2.5),
    "a date": ({"retry-after": "Sun, 22 Nov 2026 12:00:07 GMT"}, 7.0),
    "a date that is past": ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0.0),
    "a date without a zone": ({"retry-after": "Sun, 22 Nov 2026 12:00:01"}, 1.0),
    "milliseconds": ({"retry-after-ms": "150", "retry-after": "2"}, 0.15),
    "nothing": ({}, None),
    "no number": ({"retry-after": "soon"}, None),
    "for ever": ({"retry-after": "inf"}, None),
}


@pytest.mark.parametrize("name", WAITS)
def test_an_endpoint_may_say_in_many_forms_how_long_to_wait(name: str) -> None:
    headers, seconds = WAITS[name]

    assert errors.waits(headers, datetime(2026, 11, 22, 12, 0, tzinfo=UTC)) == seconds
