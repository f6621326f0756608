"""Settings: each field an environment variable or a key of teller.toml, with its description."""

from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import TomlConfigSettingsSource

from bot.settings import models, webhook
from bot.settings.models import (
    MAIN,
    Endpoint,
    Endpoints,
    Names,
    Offer,
    Offers,
    Persona,
    Personas,
    Rule,
    Rules,
)
from bot.settings.sources import OPENAI, Needed, Sources
from bot.settings.values import Address, Ids, Limits, Plan, Plans, Price, Prices, Secret, Text, Zone
from bot.settings.webhook import TELEGRAM, WebhookSecret, WebhookUrl

__all__ = [
    "MAIN",
    "OPENAI",
    "Endpoint",
    "Offer",
    "Persona",
    "Plan",
    "Price",
    "Rule",
    "Settings",
    "WrongSettings",
    "read_settings",
]


class WrongSettings(Exception):
    """Some settings cannot be used; `mistakes` names each, a line each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Settings(Sources):
    """All that can be set. The environment wins over .env, .env over teller.toml."""

    telegram_bot_token: Secret = Field(
        default=SecretStr(""), description="The bot's token, from @BotFather."
    )
    telegram_api_url: Address = Field(
        default=TELEGRAM, description="Telegram's Bot API, or one of your own."
    )
    openai_api_key: Secret = Field(
        default=SecretStr(""),
        description="The key of the endpoint. May be empty where OPENAI_BASE_URL is your own.",
    )
    openai_base_url: Address = Field(
        default=OPENAI, description="Any OpenAI-compatible endpoint, up to and with its /v1."
    )
    model: Text = Field(default="gpt-6-luna", min_length=1, description="The model that answers.")
    models: Offers = Field(
        default_factory=dict, description="Models that are offered besides MODEL, by name."
    )
    endpoints: Endpoints = Field(
        default_factory=dict, description="Endpoints besides OPENAI_BASE_URL, by name."
    )
    fallbacks: Names = Field(
        default=(),
        description="Models that take over when the one that was asked cannot answer, in order.",
    )
    rules: Rules = Field(
        default=(),
        description="Which questions go to which model by themselves; the first that fits.",
    )
    reasoning_effort: Text = Field(
        default="none",
        description="How long a reasoning model thinks: none, low, medium, high. "
        "Sent to models that know it.",
    )
    persona: str = Field(
        default="You are Teller, a helpful assistant in a Telegram chat. "
        "Answer in the language of the question, briefly where brief will do.",
        description="The system prompt.",
    )
    personas: Personas = Field(
        default_factory=dict, description="Personas that people may choose, by name."
    )
    history_tokens: int = Field(
        default=16_000, ge=500, description="How much of a conversation the model is told again."
    )
    photo_turns: int = Field(
        default=3,
        ge=1,
        description="With how many questions a photo is sent before words stand for it.",
    )
    look_again: bool = Field(
        default=True,
        description="Whether the model may look again at a photo for which only words stand.",
    )
    answer_tokens: int = Field(default=2_000, ge=16, description="The longest answer, in tokens.")
    answer_time: float = Field(
        default=300.0, gt=0, description="The longest that an answer may take, in seconds."
    )
    slow_after: float = Field(
        default=15.0,
        ge=0,
        description="Seconds without a word after which the bot says that it is still thinking.",
    )
    image_detail: Literal["low", "high", "original"] = Field(
        default="high",
        description="How closely photos are looked at: low, high or original.",
    )
    look_first: Text = Field(
        default="",
        description="A cheap model that looks at photos first: MODEL is asked where it is not "
        "sure. Empty: none.",
    )
    most_photos: int = Field(
        default=200,
        ge=1,
        le=1000,
        description="How many pictures of a ZIP file, or sent at once, are described at most.",
    )
    batch_pause: float = Field(
        default=60.0,
        ge=0,
        description="Seconds between two looks at what a provider describes cheaper and later.",
    )
    prices: Prices = Field(
        default_factory=dict,
        description="Prices of models by name, where the public list is wrong or silent.",
    )
    database_url: Text = Field(
        default="sqlite:///data/teller.db", description="Where everything is kept."
    )
    admins: Ids = Field(
        default=frozenset(), description="Telegram ids of those who run the bot, with commas."
    )
    access: Literal["open", "ask", "closed"] = Field(
        default="ask",
        description="Who may talk to the bot: `open` everybody, `ask` whom an admin lets in, "
        "`closed` admins and whom they let in, and strangers hear nothing.",
    )
    limits: Limits = Field(
        default=(), description="What each user may spend, e.g. `20 requests/hour, 0.50 usd/day`."
    )
    bot_limits: Limits = Field(default=(), description="What all users together may spend.")
    group_limits: Limits = Field(default=(), description="What each group may spend.")
    guest_limits: Limits = Field(
        default=(),
        description="What all guests together may spend: whom nobody let in, where ACCESS is open.",
    )
    plans: Plans = Field(
        default_factory=dict, description="Plans by name, each with the limits of its members."
    )
    time_zone: Zone = Field(
        default=ZoneInfo("UTC"), description="Where days and months begin, e.g. Europe/Berlin."
    )
    language: Literal["en", "zh", "ru"] = Field(
        default="en",
        description="What the bot speaks to people whose Telegram speaks none of "
        "English, Chinese and Russian: en, zh or ru.",
    )
    port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="The port for /healthz, /readyz, /metrics and the webhook; 0: none.",
    )
    webhook_url: WebhookUrl = Field(
        default="",
        description="Where Telegram brings updates, https and a path; else the bot asks for them.",
    )
    webhook_secret: WebhookSecret = Field(
        default=SecretStr(""),
        description="What Telegram proves itself by there; made from the bot's token if empty.",
    )
    playground_port: int = Field(
        default=8090, ge=0, le=65535, description="Where the playground's page opens."
    )
    edit_interval: float = Field(
        default=1.0, ge=0, description="Seconds between two edits of a growing answer."
    )
    drafts: bool = Field(
        default=False, description="Whether answers in private chats grow as Telegram's drafts."
    )
    flood_limits: Literal["telegram", "none"] = Field(
        default="telegram",
        description="How fast the bot may send: as Telegram allows it, or `none` for a Bot API "
        "without limits.",
    )
    album_pause: float = Field(
        default=0.7,
        ge=0,
        description="Seconds to wait for an album's next photo: it is not said when all have come.",
    )
    breath_pause: float = Field(
        default=1.5,
        ge=0,
        description="The longest that a photo without words waits for its question, in seconds.",
    )
    outage_pause: float = Field(
        default=5.0,
        ge=0,
        description="Seconds before a chat goes on when Telegram or the disk has failed; it grows.",
    )
    max_age: float = Field(
        default=24.0,
        gt=0,
        description="Hours after which a message is not answered any more, if the bot was away.",
    )
    stop_grace: float = Field(
        default=7.0, ge=0, description="Seconds that running answers get when the bot is stopped."
    )
    retry_pause: float = Field(
        default=1.0, ge=0, description="Seconds before a failed request is made again; it doubles."
    )
    breaker_pause: float = Field(
        default=30.0,
        ge=0,
        description="Seconds between two tries of an endpoint that refuses the key "
        "or has no credit.",
    )

    def but(self, **changes: Any) -> Self:
        """The same settings, with some of them otherwise."""
        secrets = {"telegram_bot_token", "openai_api_key", "webhook_secret"} & changes.keys()
        return self.model_copy(
            update=changes | {each: SecretStr(changes[each]) for each in secrets}
        )

    @property
    def all_endpoints(self) -> dict[str, Endpoint]:
        """Each endpoint by its name, the main one first."""
        main = Endpoint.model_construct(base_url=self.openai_base_url, api_key=self.openai_api_key)
        return {MAIN: main} | self.endpoints

    @property
    def has_endpoint(self) -> bool:
        """Whether there is a model to ask: a key, or an endpoint that may need none."""
        return bool(self.openai_api_key.get_secret_value()) or self.openai_base_url != OPENAI


def read_settings(*, to_run: bool = False, **given: Any) -> Settings:
    """Read the settings from where they are; `to_run` asks for what the bot needs, too.

    Raises:
        WrongSettings: Some cannot be used, or are missing.
    """
    try:
        mistakes = _unknown_keys()
    except ValueError as error:  # it is no TOML
        raise WrongSettings([f"teller.toml: {error}"]) from None
    try:
        mistakes += _missing(Needed(**given)) if to_run else []
        settings = Settings(**given)
    except UnicodeDecodeError:
        raise WrongSettings([".env: it is not text in UTF-8"]) from None
    except ValidationError as error:
        raise WrongSettings(mistakes + [_mistake(dict(each)) for each in error.errors()]) from None
    mistakes += models.unfit(
        settings.endpoints, settings.model, settings.models, settings.fallbacks, settings.rules
    )
    if mistakes:
        raise WrongSettings(mistakes)
    return settings


def _unknown_keys() -> list[str]:
    """What teller.toml sets that is no setting, a line each: a slip that would go unnoticed."""
    keys = TomlConfigSettingsSource(Settings).toml_data.keys() - Settings.model_fields.keys()
    return [f"teller.toml: there is no setting {key}" for key in sorted(keys)]


def _missing(needed: Needed) -> list[str]:
    lines = []
    if not needed.telegram_bot_token.strip():
        lines.append("TELEGRAM_BOT_TOKEN: missing; @BotFather in Telegram gives you one")
    if not needed.openai_api_key.strip() and needed.openai_base_url == OPENAI:
        lines.append(
            "OPENAI_API_KEY: missing; or set OPENAI_BASE_URL to an endpoint of your own, "
            "for Ollama http://localhost:11434/v1"
        )
    reasons = webhook.unfit(
        needed.webhook_url, telegram_api_url=needed.telegram_api_url, port=needed.port
    )
    return lines + [f"WEBHOOK_URL: {reason}" for reason in reasons]


def _mistake(error: dict[str, Any]) -> str:
    named = (str(part) for part in error["loc"])
    name = ".".join(part for part in named if not part.startswith("=")).upper()
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{name}: {message[0].lower()}{message[1:]}"
