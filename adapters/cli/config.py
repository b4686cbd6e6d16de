"""What can be configured, each with its default, so that the program runs without any of it.

`adapters.cli.configuring` reads it from where it is given, and tells what is wrong. A setting that is
empty by default has an example, for whoever mistypes it.
"""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo

from adapters.cli.home import under, url_under
from bot.chat import SLIP_BYTES, SLIPS_BYTES
from bot.checkpoints import read_key
from bot.witnessing import read_witness
from storage.engines import UnfitDatabase, address_of

_KEPT_APART = "kept_apart"

Secret = Annotated[str, Field(repr=False, json_schema_extra={_KEPT_APART: True})]
"""What belongs into `.env`: it is never shown, and refused in `config.toml`."""


def _split(given: object) -> object:
    """A variable of the environment has its list as `a, b`."""
    if not isinstance(given, str):
        return given
    return [each.strip() for each in given.split(",") if each.strip()]


def _network(given: str) -> str:
    """An address, or a network such as `10.0.0.0/8`."""
    ip_network(given, strict=False)
    return given


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSection(_Section):
    """Where the journal is kept: an SQLite file, or PostgreSQL by its URL."""

    # Not shown when the configuration is printed: it may hold a password.
    url: Annotated[str, Field(repr=False)] = "sqlite:///talkoot.db"

    @field_validator("url")
    @classmethod
    def _names_one(cls, url: str) -> str:
        try:
            address = address_of(url)
        except UnfitDatabase as why:
            raise ValueError(why) from why
        if address.get_backend_name() == "sqlite" and address.database in {None, "", ":memory:"}:
            raise ValueError("A database in memory forgets everything; name a file.")
        return url


class CollectiveSection(_Section):
    """The collective that the console belongs to."""

    name: Annotated[str, Field(min_length=1, max_length=80)] = "Talkoot"


class ConsoleSection(_Section):
    """The console: whom it speaks for when a line names nobody."""

    name: Annotated[str, Field(max_length=60, pattern=r"^[^\s@!:#>]*$", examples=["anna"])] = ""


class DiscordSection(_Section):
    """Discord: connected where there is a token. Where no server is named, all that invite the bot.

    Without `shards` Discord says how many it takes; `shard_ids` are those of this program, of several.
    """

    token: Secret = ""
    guilds: Annotated[
        tuple[Annotated[str, Field(pattern=r"^\d{5,20}$")], ...],
        BeforeValidator(_split),
        Field(examples=[["81384788765712384"]]),
    ] = ()
    message_text: bool = False
    shards: Annotated[int, Field(ge=0, le=10_000)] = 0
    shard_ids: Annotated[
        tuple[Annotated[int, Field(ge=0)], ...], BeforeValidator(_split), Field(examples=[[0, 1]])
    ] = ()

    @model_validator(mode="after")
    def _divided(self) -> DiscordSection:
        if self.shard_ids and not self.shards:
            message = "shard_ids need shards as well: of how many they are, for all programs the same"
            raise ValueError(message)
        beyond = [each for each in self.shard_ids if each >= self.shards]
        if beyond:
            message = f"of {self.shards} shards there is no {beyond[0]}: they begin with 0"
            raise ValueError(message)
        if len(set(self.shard_ids)) < len(self.shard_ids):
            message = "shard_ids name a shard twice"
            raise ValueError(message)
        return self


class MatrixSection(_Section):
    """The bot's account on a Matrix homeserver; without a user it has none. `talkoot init` fills it."""

    user: Annotated[
        str, Field(pattern=r"^(@[^:\s]+:\S+)?$", max_length=255, examples=["@talkoot:example.org"])
    ] = ""
    homeserver: Annotated[
        str, Field(pattern=r"^(https?://\S+)?$", examples=["https://matrix.example.org"])
    ] = ""
    device: Annotated[str, Field(examples=["TALKOOT1"])] = ""
    encryption: bool = True
    store: str = "talkoot-matrix"
    inviters: Annotated[
        tuple[str, ...], BeforeValidator(_split), Field(examples=[["@*:example.org"]])
    ] = ()
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

    keys: Annotated[str, Field(examples=["/var/lib/talkoot-keys"])] = ""

    @property
    def folder(self) -> Path | None:
        """The folder that is named, or None for the usual one."""
        return Path(self.keys).expanduser() if self.keys else None


class SlipsSection(_Section):
    """Receipts: where their files lie, how large one may be, and all of a collective (in MB)."""

    store: Annotated[str, Field(min_length=1, examples=["/var/lib/talkoot-slips"])] = "slips"
    largest: Annotated[int, Field(ge=1, le=25)] = SLIP_BYTES // 1_000_000
    room: Annotated[int, Field(ge=1, le=1_000_000)] = SLIPS_BYTES // 1_000_000

    @property
    def bytes(self) -> int:
        """The largest receipt that is taken."""
        return self.largest * 1_000_000


class WebSection(_Section):
    """The pages of the collectives: whether they are served, and where."""

    serve: Literal["console", "always", "never"] = "console"
    host: Annotated[str, Field(min_length=1, max_length=255)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8470
    url: Annotated[
        str,
        Field(pattern=r"^(https?://[^\s?#]+)?$", max_length=500, examples=["https://book.example.org"]),
    ] = ""

    proxies: Annotated[
        tuple[Annotated[str, AfterValidator(_network)], ...],
        BeforeValidator(_split),
        Field(examples=[["10.0.0.2"]]),
    ] = ()

    def site(self, address: str) -> str:
        """What the links to pages begin with, where they are served at `address`."""
        return f"{self.url.rstrip('/')}/" if self.url else address


class WitnessSection(_Section):
    """Witnesses: those that may be asked, and whether this bot is one for others."""

    known: Annotated[
        tuple[str, ...],
        BeforeValidator(_split),
        Field(examples=[["garden.example/witness+0123abcd+BA… https://garden.example"]]),
    ] = ()
    serve: bool = False
    host: Annotated[str, Field(min_length=1, max_length=255)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8471
    name: Annotated[
        str, Field(pattern=r"^[^\s+]*$", max_length=200, examples=["bakery.example/witness"])
    ] = ""
    logs: Annotated[
        tuple[str, ...], BeforeValidator(_split), Field(examples=[["talkoot/home/0123…+0123abcd+AQ…"]])
    ] = ()

    @model_validator(mode="after")
    def _readable(self) -> WitnessSection:
        names = Counter(read_witness(each).key.name for each in self.known)
        for name, count in names.items():
            if count > 1:  # the rule `witnesses` chooses by name, and would mean one of them
                message = f"known: {count} witnesses are called {name}; a name means one"
                raise ValueError(message)
        for each in self.logs:
            read_key(each)
        if self.serve and not self.name:
            message = "a witness needs a name, such as bakery.example/witness"
            raise ValueError(message)
        return self


class LogSection(_Section):
    """What is logged to standard error, and whether a line is text or JSON."""

    form: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "warning"


class MetricsSection(_Section):
    """Figures for Prometheus, served to this machine alone where they are switched on."""

    serve: bool = False
    port: Annotated[int, Field(ge=0, le=65_535)] = 9470


class Config(BaseModel):
    """Everything that can be configured; `config.example.toml` shows all of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database: DatabaseSection = DatabaseSection()
    collective: CollectiveSection = CollectiveSection()
    console: ConsoleSection = ConsoleSection()
    discord: DiscordSection = DiscordSection()
    matrix: MatrixSection = MatrixSection()
    ballots: BallotsSection = BallotsSection()
    slips: SlipsSection = SlipsSection()
    web: WebSection = WebSection()
    witness: WitnessSection = WitnessSection()
    log: LogSection = LogSection()
    metrics: MetricsSection = MetricsSection()
    rules: dict[str, Any] = {}

    _home: Path = PrivateAttr(default=Path())

    @property
    def home(self) -> Path:
        """The folder of the installation."""
        return self._home

    @property
    def secrets_file(self) -> Path:
        """Where the secrets of this installation lie, if they do not come from the environment."""
        return self._home / ".env"

    def on(self, url: str | None) -> Config:
        """The same on another database, where one is named."""
        section = self.database.model_copy(update={"url": url}) if url else self.database
        return self.model_copy(update={"database": section})

    def at(self, home: Path) -> Config:
        """The same, with every path that is not whole beginning at the folder of the installation."""
        changes = {
            "database": self.database.model_copy(update={"url": url_under(home, self.database.url)}),
            "matrix": self.matrix.model_copy(update={"store": under(home, self.matrix.store)}),
            "ballots": self.ballots.model_copy(update={"keys": under(home, self.ballots.keys)}),
            "slips": self.slips.model_copy(update={"store": under(home, self.slips.store)}),
        }
        placed = self.model_copy(update=changes)
        placed._home = home  # noqa: SLF001 - ours
        return placed


def sections() -> dict[str, dict[str, FieldInfo]]:
    """The settings by section and name, without the rules, which the catalogue has."""
    return {
        name: field.annotation.model_fields
        for name, field in Config.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, _Section)
    }


def secrets() -> list[tuple[str, str]]:
    """The settings that are secret, by section and name."""
    return [
        (section, name)
        for section, fields in sections().items()
        for name, field in fields.items()
        if isinstance(field.json_schema_extra, dict) and _KEPT_APART in field.json_schema_extra
    ]
