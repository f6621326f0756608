"""Where settings come from: the environment, .env, teller.toml; and what must be among them."""

from typing import Any

from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.settings.webhook import TELEGRAM

OPENAI = "https://api.openai.com/v1"


class Sources(BaseSettings):
    """Where settings come from."""

    model_config = SettingsConfigDict(
        env_file=".env",
        toml_file="teller.toml",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put teller.toml behind the environment."""
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, dotenv_settings, toml


class Needed(Sources):
    """What the bot cannot do without, read whatever else is wrong."""

    telegram_bot_token: str = ""
    openai_api_key: str = ""
    openai_base_url: str = OPENAI
    telegram_api_url: str = TELEGRAM
    webhook_url: str = ""
    port: Any = 0
