"""The configuration: `config.toml`, then the environment, then `.env` for secrets.

Everything has a default, so that the program runs without any of them. A mistake is told in plain
words, with the line's name and what would work.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.chat import Refusal
from bot.collective.catalogue import read_value
from bot.collective.ruletypes import Value
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import lines


class ConfigError(Exception):
    """The configuration cannot be used; the text says where and why."""


_KEPT_APART = "kept_apart"

Secret = Annotated[str, Field(repr=False, json_schema_extra={_KEPT_APART: True})]
"""What belongs into `.env`: it is never shown, and refused in `config.toml`."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSection(_Section):
    """Where the journal is kept: an SQLite file, or PostgreSQL by its URL."""

    # Not shown when the configuration is printed: it may hold a password.
    url: Annotated[str, Field(repr=False)] = "sqlite:///talkoot.db"


class CollectiveSection(_Section):
    """The collective that the console belongs to."""

    name: Annotated[str, Field(min_length=1, max_length=80)] = "Talkoot"


class ConsoleSection(_Section):
    """The console: whom it speaks for when a line names nobody."""

    name: Annotated[str, Field(max_length=60, pattern=r"^[^\s@!:#>]*$")] = ""


class DiscordSection(_Section):
    """Discord: connected where there is a token. Where no server is named, all that invite the bot."""

    token: Secret = ""
    guilds: tuple[Annotated[str, Field(pattern=r"^\d{5,20}$")], ...] = ()
    message_text: bool = False


class MatrixSection(_Section):
    """The bot's account on a Matrix homeserver; without a user it has none. `talkoot init` fills it."""

    user: Annotated[str, Field(pattern=r"^(@[^:\s]+:\S+)?$", max_length=255)] = ""
    homeserver: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    device: str = ""
    encryption: bool = True
    store: str = "talkoot-matrix"
    inviters: tuple[str, ...] = ()
    token: Secret = ""
    store_key: Secret = ""

    @model_validator(mode="after")
    def _whole(self) -> MatrixSection:
        wanted = ["homeserver", "device", "token", *(["store_key"] if self.encryption else [])]
        missing = [name for name in wanted if not getattr(self, name)]
        if self.user and missing:
            message = f"an account needs also {', '.join(missing)}; talkoot init sets them"
            raise ValueError(message)
        return self


class BallotsSection(_Section):
    """Secret polls: where the keys of their ballots lie."""

    keys: str = ""

    @property
    def folder(self) -> Path | None:
        """The folder that is named, or None for the usual one."""
        return Path(self.keys).expanduser() if self.keys else None


class WebSection(_Section):
    """The pages of the collectives: whether they are served, and where."""

    serve: Literal["console", "always", "never"] = "console"
    host: Annotated[str, Field(min_length=1, max_length=255)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8470
    url: Annotated[str, Field(pattern=r"^(https?://[^\s?#]+)?$", max_length=500)] = ""

    def site(self, address: str) -> str:
        """What the links to pages begin with, where they are served at `address`."""
        return f"{self.url.rstrip('/')}/" if self.url else address


class LogSection(_Section):
    """What is logged to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "warning"


def _read_rules(given: object) -> dict[str, Value]:
    if not isinstance(given, Mapping):
        message = "must be a table of rules"
        raise ValueError(message)
    values: dict[str, Value] = {}
    for name, written in given.items():
        try:
            values[str(name)] = read_value(str(name), _as_typed(written))
        except Refusal as wrong:
            told = render(lines(wrong.reason, wrong.instead), reader("en", "UTC"))
            raise ValueError(told.replace("\n", " ")) from None
    return values


def _as_typed(value: object) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


class Config(BaseSettings):
    """Everything that can be configured; `config.example.toml` shows all of it."""

    model_config = SettingsConfigDict(
        env_prefix="TALKOOT_",
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="forbid",
        frozen=True,
    )

    database: DatabaseSection = DatabaseSection()
    collective: CollectiveSection = CollectiveSection()
    console: ConsoleSection = ConsoleSection()
    discord: DiscordSection = DiscordSection()
    matrix: MatrixSection = MatrixSection()
    ballots: BallotsSection = BallotsSection()
    web: WebSection = WebSection()
    log: LogSection = LogSection()
    rules: Annotated[dict[str, Any], BeforeValidator(_read_rules)] = {}


def read_config(path: Path | None) -> Config:
    """Read the configuration; `path` is the TOML file (default `config.toml`, which may be missing).

    Raises ConfigError.
    """
    if path is not None and not path.is_file():
        message = f"There is no file {path}."
        raise ConfigError(message)
    file = path or Path("config.toml")

    class FromFile(Config):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is theirs
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            toml = TomlConfigSettingsSource(settings_cls, file)
            return (init_settings, env_settings, dotenv_settings, toml)

    try:
        _refuse_secrets(file)
        return FromFile()
    except ValidationError as wrong:
        raise ConfigError(_told(wrong, file)) from wrong
    except ValueError as wrong:
        message = f"{file} cannot be read: {wrong}"
        raise ConfigError(message) from wrong


def secrets() -> list[tuple[str, str]]:
    """The settings that are secret, by section and name."""
    return [
        (section, name)
        for section, field in Config.model_fields.items()
        for name, inner in getattr(field.annotation, "model_fields", {}).items()
        if isinstance(inner.json_schema_extra, dict) and _KEPT_APART in inner.json_schema_extra
    ]


def _refuse_secrets(file: Path) -> None:
    """A secret in a file that people show each other is none any more."""
    written = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    for section, name in secrets():
        inside = written.get(section)
        if isinstance(inside, dict) and name in inside:
            variable = f"TALKOOT_{section}__{name}".upper()
            message = f"{section}.{name} is a secret; put it into .env as {variable}"
            raise ValueError(message)


def _told(wrong: ValidationError, file: Path) -> str:
    rows = [f"The configuration ({file}, the environment or .env) has mistakes:"]
    for error in wrong.errors():
        where = ".".join(str(part) for part in error["loc"])
        rows.append(f"- {where}: {error['msg'].removeprefix('Value error, ')}")
    return "\n".join(rows)
