"""Settings: where they come from, what is wrong with them, and that secrets stay secret."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import WrongDatabase, WrongToken, running
from bot.models import models
from bot.settings import OPENAI, Plan, Price, Settings, WrongSettings, read_settings
from storage import facts, opened
from storage.money import Limit, Unit, Window

ROOT = Path(__file__).parent.parent
TOKEN, KEY = "4242:sekret-token", "sk-sekret-key"

TWENTY_AN_HOUR = Limit(subject="", unit=Unit.REQUESTS, window=Window.HOUR, amount=20)
HALF_A_DOLLAR = Limit(subject="", unit=Unit.USD, window=Window.DAY, amount=500_000_000)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and nothing set."""
    for name in os.environ.keys() & {each.upper() for each in Settings.model_fields}:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def toml(folder: Path) -> Path:
    return folder / "teller.toml"


def mistakes() -> list[str]:
    """What is wrong with the settings as they stand."""
    with pytest.raises(WrongSettings) as wrong:
        read_settings()
    return wrong.value.mistakes


def test_nothing_needs_to_be_set_but_a_token_and_a_key() -> None:
    settings = read_settings()

    assert settings.model == "gpt-6-luna"
    assert settings.openai_base_url == OPENAI
    assert settings.database_url == "sqlite:///data/teller.db"
    assert settings.access == "ask"
    assert settings.limits == ()
    with pytest.raises(WrongSettings) as wrong:
        read_settings(to_run=True)
    assert [line.partition(":")[0] for line in wrong.value.mistakes] == [
        "TELEGRAM_BOT_TOKEN",
        "OPENAI_API_KEY",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", "http://localhost:11434/v1")],
)
def test_a_key_or_an_endpoint_of_ones_own_will_do(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv(name, value)

    assert read_settings(to_run=True) == read_settings()


def test_every_mistake_is_told_at_once_in_a_line_each(
    toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {
        "ACCESS": "maybe",
        "ADMINS": "@ann",
        "BOT_LIMITS": "lots",
        "HISTORY_TOKENS": "3",
        "LIMITS": "20 requests/hour, 5 usd/fortnight",
        "OPENAI_BASE_URL": "localhost",
        "PORT": "x",
        "TIME_ZONE": "Mars/Olympus",
    }
    toml.write_text("answer_tokens = 'many'\n")
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    told = mistakes()

    names = sorted(line.partition(":")[0].partition(".")[0] for line in told)
    assert names == sorted([*wrong, "ANSWER_TOKENS"])
    assert not [line for line in told if "\n" in line or "pydantic" in line]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ACCESS", "maybe", "'open'"),
        ("ADMINS", "@ann", "integer"),
        ("ADMINS", "1; 2", "integer"),
        ("ANSWER_TOKENS", "-1", "greater than or equal to 16"),
        ("EDIT_INTERVAL", "nan", "greater than or equal to 0"),
        ("IMAGE_DETAIL", "sharp", "'high'"),
        ("LIMITS", "5 usd/fortnight", "say for example 5 usd/month"),
        ("LIMITS", "5 dollar a mont", '"5 dollar a mont": say for example 5 usd/month'),
        ("LIMITS", "💸", "say for example"),
        ("LIMITS", "10000000000 usd/month", "say for example"),
        ("MODEL", " ", "at least 1 character"),
        ("OPENAI_API_KEY", "sk-тест", "characters that no key"),
        ("OPENAI_BASE_URL", "localhost", "valid URL"),
        ("OPENAI_BASE_URL", "ftp://localhost/v1", "http"),
        ("PORT", "99999", "65535"),
        ("PRICES", '{"own": {"input": -1, "output": 1}}', "greater than or equal to 0"),
        ("PRICES", '{"own": {"input": 1}}', "required"),
        ("PRICES", '{"https://relay.example/v1": {"own": {"input": 1}}}', "required"),
        ("PRICES", "cheap", '{"my-model": {"input": 0.10, "output": 0.40}}'),
        ("PLANS", "family", '{"family": {"limits": "5 usd/month"}}'),
        ("PLANS", '{"family": {"limits": "5 dollar a mont"}}', "say for example 5 usd/month"),
        ("PLANS", '{"family": {}}', "required"),
        ("PLANS", '{"family": {"limits": "5 usd", "limit": "1 usd"}}', "not permitted"),
        ("PLANS", '{"The family": {"limits": "5 usd"}}', "small letters, digits, - and _"),
        ("PLANS", '{"a-name-of-17-char": {"limits": "5 usd"}}', "up to 16"),
        ("PLANS", '{"": {"limits": "5 usd"}}', "no name for a plan"),
        ("PLANS", "[1]", "dictionary"),
        ("GUEST_LIMITS", "5 usd/fortnight", "say for example 5 usd/month"),
        ("TELEGRAM_API_URL", "https://[", "valid URL"),
        ("TIME_ZONE", "Mars/Olympus", "Europe/Berlin"),
        ("TIME_ZONE", "Europe", "Europe/Berlin"),
        ("TIME_ZONE", "/etc/passwd", "Europe/Berlin"),
    ],
)
def test_a_mistake_is_told_in_words(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    [line] = mistakes()

    assert line.startswith(name)
    assert words in line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("model = ", "teller.toml: "),
        ("[prices.own\n", "teller.toml: "),
        ("\x00", "teller.toml: "),
        ("limits = 5", "LIMITS: "),
        ("limits = [5]", "LIMITS: "),
        ("[plans.family]\nlimits = 5", "PLANS.FAMILY.LIMITS: "),
        ("[plans.family]\nlimits = ['5 usd', '5 euro']", "PLANS.FAMILY.LIMITS: "),
        ("[plans.Family]\nlimits = '5 usd'", "PLANS.FAMILY"),
        ("plans = 'family'", "PLANS: "),
        ("admins = ['ann']", "ADMINS.0: "),
        ("persona = 5", "PERSONA: "),
        ("[prices.own]\ninput = 1\noutput = 2\nspeed = 3", "PRICES.OWN.SPEED: "),
        ("modle = 'gpt-6-luna'", "teller.toml: there is no setting modle"),
    ],
    ids=ascii,
)
def test_a_mistake_in_the_file_is_told_in_words(text: str, line: str, toml: Path) -> None:
    toml.write_text(text)
    [told] = mistakes()

    assert told.startswith(line)


@pytest.mark.parametrize("name", ["teller.toml", ".env"])
def test_a_file_that_is_no_text_is_told_by_its_name(name: str, folder: Path) -> None:
    (folder / name).write_bytes(b"MODEL=\xff\xfe\n")
    [told] = mistakes()

    assert told.startswith(f"{name}: ")


def test_the_environment_wins_over_dotenv_over_the_file(
    folder: Path, toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml.write_text("model = 'in-toml'\npersona = 'in-toml'\nreasoning_effort = 'in-toml'\n")
    (folder / ".env").write_text("MODEL=in-dotenv\nPERSONA=in-dotenv\nOTHERS=are left alone\n")
    monkeypatch.setenv("MODEL", "in-environment")
    settings = read_settings()

    assert settings.model == "in-environment"
    assert settings.persona == "in-dotenv"
    assert settings.reasoning_effort == "in-toml"


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MODEL", "ADMINS", "LIMITS", "PORT", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "")

    assert read_settings() == Settings()


@pytest.mark.parametrize("around", ["", " ", "\n", "\t\r\n "], ids=ascii)
def test_what_was_pasted_is_trimmed(around: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": "http://localhost:11434/v1/",
        "DATABASE_URL": "sqlite:///x.db",
        "MODEL": "own",
        "PORT": "80",
    }.items():
        monkeypatch.setenv(name, f"{around}{value}{around}")
    settings = read_settings()

    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.openai_api_key.get_secret_value() == KEY
    assert settings.openai_base_url == "http://localhost:11434/v1"
    assert settings.database_url == "sqlite:///x.db"
    assert (settings.model, settings.port) == ("own", 80)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    settings = read_settings()
    changed = Settings().but(telegram_bot_token=TOKEN, openai_api_key=KEY)

    for shown in (settings, changed):
        assert shown.telegram_bot_token.get_secret_value() == TOKEN
        assert "sekret" not in f"{shown} {shown!r} {shown.model_dump()} {shown.model_dump_json()}"


def test_secrets_are_not_shown_in_mistakes(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml.write_text("telegram_bot_token = ['4242:sekret-token']\n")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "https://me:sekret@[")
    monkeypatch.setenv("PORT", "x")

    assert "sekret" not in "\n".join(mistakes())


@pytest.mark.parametrize(
    ("value", "ids"),
    [("1, 2", {1, 2}), ("1,2,", {1, 2}), (" 1 2 ", {1, 2}), ("1", {1}), ("1,\n2", {1, 2})],
    ids=ascii,
)
def test_admins_are_ids_with_commas(
    value: str, ids: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADMINS", value)

    assert read_settings().admins == ids


@pytest.mark.parametrize(
    ("value", "limits"),
    [
        ("20 requests/hour, 0.50 usd/day", (TWENTY_AN_HOUR, HALF_A_DOLLAR)),
        ("20 requests/hour;0.5 usd / day;", (TWENTY_AN_HOUR, HALF_A_DOLLAR)),
        ("20 requests per hour\n0.50 USD/day", (TWENTY_AN_HOUR, HALF_A_DOLLAR)),
        ("0.50 usd/day", (HALF_A_DOLLAR,)),
        ("unlimited", ()),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("name", ["limits", "bot_limits", "group_limits", "guest_limits"])
def test_limits_are_said_as_everywhere(
    name: str, value: str, limits: tuple[Limit, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name.upper(), value)

    assert getattr(read_settings(), name) == limits


def test_the_file_says_lists_and_tables(toml: Path) -> None:
    toml.write_text(
        "admins = [1, 2]\n"
        "limits = ['20 requests/hour', '0.50 usd/day']\n"
        "bot_limits = '0.50 usd/day'\n"
        "time_zone = 'Europe/Berlin'\n"
        "[prices.'own-model']\n"
        "input = 0.1\n"
        "output = '0.50'\n"
        "cached = 0.01\n"
    )
    settings = read_settings()

    assert settings.admins == {1, 2}
    assert settings.limits == (TWENTY_AN_HOUR, HALF_A_DOLLAR)
    assert settings.bot_limits == (HALF_A_DOLLAR,)
    assert settings.time_zone == ZoneInfo("Europe/Berlin")
    assert settings.prices["own-model"] == Price(
        input=Decimal("0.1"), output=Decimal("0.50"), cached=Decimal("0.01")
    )


def test_plans_have_limits(toml: Path) -> None:
    toml.write_text(
        "[plans.family]\n"
        "limits = ['20 requests/hour', '0.50 usd/day']\n"
        "[plans.a-b_1]\n"
        "limits = '0.50 usd/day'\n"
        "[plans.free]\n"
        "limits = 'unlimited'\n"
    )

    assert read_settings().plans == {
        "family": Plan(limits=(TWENTY_AN_HOUR, HALF_A_DOLLAR)),
        "a-b_1": Plan(limits=(HALF_A_DOLLAR,)),
        "free": Plan(limits=()),
    }


def test_plans_and_prices_can_be_said_in_the_environment_as_json(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLANS", '{"family": {"limits": ["20 requests/hour", "0.50 usd/day"]}}')
    monkeypatch.setenv("PRICES", '{"own": {"input": 0.1, "output": "0.50"}}')
    settings = read_settings()

    assert settings.plans == {"family": Plan(limits=(TWENTY_AN_HOUR, HALF_A_DOLLAR))}
    assert settings.prices == {"own": Price(input=Decimal("0.1"), output=Decimal("0.50"))}


def test_prices_are_of_a_model_anywhere_or_at_an_endpoint(toml: Path) -> None:
    toml.write_text(
        "[prices.own]\n"
        "input = 1\n"
        "output = 2\n"
        "[prices.'https://relay.example/v1'.own]\n"
        "input = 3\n"
        "output = 4\n"
        "cached = 0.5\n"
        "cache_write = 6\n"
        "[prices.'https://relay.example/v1'.input]\n"
        "input = 7\n"
        "output = 8\n"
    )

    assert read_settings().prices == {
        "own": Price(input=Decimal(1), output=Decimal(2)),
        "https://relay.example/v1": {
            "own": Price(
                input=Decimal(3), output=Decimal(4), cached=Decimal("0.5"), cache_write=Decimal(6)
            ),
            "input": Price(input=Decimal(7), output=Decimal(8)),
        },
    }


async def run(folder: Path, **settings: str) -> list[str]:
    """What `python -m bot run` tells the one who starts it, before it gives up."""
    surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=folder,
        env=surroundings | settings,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        out, told = await asyncio.wait_for(process.communicate(), 30)
    finally:
        if process.returncode is None:
            process.kill()

    assert process.returncode == 1, told.decode()
    assert out == b""
    assert "Traceback" not in told.decode()
    assert "sekret" not in told.decode()
    return told.decode().splitlines()


async def test_the_bot_does_not_start_with_wrong_settings(folder: Path) -> None:
    told = await run(
        folder,
        TELEGRAM_BOT_TOKEN=TOKEN,
        OPENAI_API_KEY=KEY,
        OPENAI_BASE_URL="https://me:sekret@[",
        LIMITS="lots",
        PORT="x",
    )

    assert named(told) == ["LIMITS", "OPENAI_BASE_URL", "PORT"]


async def test_what_is_missing_is_told_with_what_is_wrong(folder: Path) -> None:
    told = await run(folder, PORT="x")

    assert named(told) == ["OPENAI_API_KEY", "PORT", "TELEGRAM_BOT_TOKEN"]


def named(told: list[str]) -> list[str]:
    """The settings that are told of, a line each below the first."""
    return sorted(line.strip().partition(":")[0] for line in told[1:])


async def test_the_bot_does_not_start_with_a_database_of_another_kind(folder: Path) -> None:
    url = "postgresql://teller:sekret@db/teller"
    [told] = await run(folder, TELEGRAM_BOT_TOKEN=TOKEN, OPENAI_API_KEY=KEY, DATABASE_URL=url)

    assert told.startswith("DATABASE_URL: ")


async def test_a_second_process_is_kept_out_of_the_database(folder: Path) -> None:
    url = "sqlite:///teller.db"
    async with opened(url):
        [told] = await run(folder, TELEGRAM_BOT_TOKEN=TOKEN, OPENAI_API_KEY=KEY, DATABASE_URL=url)

    assert told == "DATABASE_URL: teller.db: another process is using it"


async def test_a_token_that_telegram_does_not_know_is_told_and_not_logged(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)  # as `python -m bot` has it
    with pytest.raises(WrongToken):
        async with running(settings.but(telegram_bot_token=TOKEN)):
            pass

    logged = [each for each in caplog.records if not each.name.startswith("uvicorn")]
    assert "sekret" not in str([each.getMessage() for each in logged])  # uvicorn is Telegram here


async def test_a_database_belongs_to_one_bot(settings: Settings) -> None:
    async with opened(settings.database_url) as database:
        await database.run(facts.once, "bot_id", "9999")
    with pytest.raises(WrongDatabase):
        async with running(settings):
            pass


MODELS_AND_ENDPOINTS = """
fallbacks = ["backup"]
[endpoints.relay]
base_url = "https://relay.example/v1/"
api_key = "sk-sekret-key"
[models.backup]
title = "Spare"
name = "openai/gpt-6-luna"
endpoint = "relay"
sees = false
"""


def test_models_and_endpoints_are_read_and_their_keys_are_not_told(toml: Path) -> None:
    toml.write_text(MODELS_AND_ENDPOINTS, encoding="utf-8")
    settings = read_settings()
    spare = models(settings).named("backup")

    assert settings.endpoints["relay"].api_key.get_secret_value() == KEY
    assert KEY not in f"{settings!r} {settings.endpoints}"
    assert spare is not None
    assert (spare.title, spare.name, spare.sees) == ("Spare", "openai/gpt-6-luna", False)
    assert spare.base_url == "https://relay.example/v1"
    assert models(settings).line(models(settings).standard)[1:] == [spare]


WRONG_MODELS = {
    "[endpoints.relay]\nbase_url = 'relay'": (
        "ENDPOINTS.RELAY.BASE_URL: input should be a valid URL"
    ),
    "[endpoints.relay]\napi_key = 'sk-sekret-key'": "ENDPOINTS.RELAY.BASE_URL: field required",
    "[endpoints.relay]\nbase_url = 'https://a.b/v1'\napi_key = 'sk-sekret-key €'": (
        "ENDPOINTS.RELAY.API_KEY: it holds characters that no key or token has"
    ),
    "[endpoints.main]\nbase_url = 'https://a.b/v1'": (
        'ENDPOINTS: "main" is what OPENAI_BASE_URL is called'
    ),
    "[models.x]\nendpoint = 'relay'": 'MODELS."x": there is no endpoint "relay"',
    "[models.x]\ncolour = 'red'": "MODELS.X.COLOUR: extra inputs are not permitted",
    "[models.x]\nsees = 'perhaps'": "MODELS.X.SEES: input should be a valid boolean",
    "models = 'x'": "MODELS: say for example {",
    "endpoints = 'x'": "ENDPOINTS: say for example {",
    "fallbacks = ['x']": 'FALLBACKS: "x" is not offered',
    "fallbacks = 7": "FALLBACKS: input should be a valid tuple",
}


@pytest.mark.parametrize("text", WRONG_MODELS)
def test_a_mistake_in_models_and_endpoints_is_told_in_a_line(toml: Path, text: str) -> None:
    toml.write_text(text, encoding="utf-8")
    [told] = mistakes()

    assert told.startswith(WRONG_MODELS[text])
    assert "sekret" not in told


def test_models_and_endpoints_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDPOINTS", '{"relay": {"base_url": "https://relay.example/v1"}}')
    monkeypatch.setenv("MODELS", '{"a": {"endpoint": "relay"}, "b": {}}')
    monkeypatch.setenv("FALLBACKS", "b, a")

    settings = read_settings()
    assert [model.key for model in models(settings).fallbacks] == ["b", "a"]
