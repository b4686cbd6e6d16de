"""The chats that are configured, made ready to be started; each is loaded only where it is used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from adapters.cli.config import Config
from adapters.cli.outside import SystemClock
from adapters.cli.store import Store
from bot.chat import Unread
from bot.collective.catalogue import rules_of
from bot.command import Command
from bot.ports import Chat, Paint
from bot.writer.intake import Intake


class Platform(Chat, Protocol):
    """A chat that listens by itself, until it is cancelled."""

    async def listen(self, intake: Intake) -> None:
        """Hand in what happens. Raises TurnedAway when the platform will not have us any more."""
        ...

    def unread(self) -> tuple[Unread, ...]:
        """What may have been said there and could not be read so far."""
        ...

    @property
    def is_connected(self) -> bool:
        """Whether it is in contact with its server now."""
        ...

    async def close(self) -> None:
        """Give back what it holds; what is not sent stays in the outbox."""
        ...


def connected(
    config: Config,
    store: Store,
    commands: Mapping[str, Command],
    paint: Paint,
    may_begin: Callable[[], bool],
) -> list[Platform]:
    """The platforms that the configuration names. Raises TurnedAway where one cannot be used.

    `may_begin` says whether this program may send what is its own now.
    """
    found: list[Platform] = []
    if config.matrix.user:
        found.append(_matrix(config, store, commands, paint))
    if config.discord.token:
        found.append(_discord(config, store, commands, paint, may_begin))
    return found


def _matrix(config: Config, store: Store, commands: Mapping[str, Command], paint: Paint) -> Platform:
    # Loading it takes a third of a second.
    from adapters.matrix.client import Matrix  # noqa: PLC0415
    from adapters.matrix.link import Account  # noqa: PLC0415

    section = config.matrix
    account = Account(
        homeserver=section.homeserver,
        user=section.user,
        device=section.device,
        token=section.token,
        store=Path(section.store),
        store_key=section.store_key if section.encryption else "",
        trusted=rules_of(config.rules).patterns("trusted-devices"),
    )
    language = str(config.rules.get("language", "en"))
    matrix = Matrix(
        account,
        store.outbox,
        SystemClock(),
        commands,
        section.inviters,
        language,
        paint=paint,
        slip_bytes=config.slips.bytes,
    )
    matrix.connected = _say
    return matrix


def _say(words: str) -> None:
    """Tell whoever started the program."""
    print(words, flush=True)


def _discord(
    config: Config,
    store: Store,
    commands: Mapping[str, Command],
    paint: Paint,
    may_begin: Callable[[], bool],
) -> Platform:
    from adapters.discord.client import Discord, Settings  # noqa: PLC0415
    from adapters.discord.sharding import Shards  # noqa: PLC0415

    section = config.discord
    settings = Settings(
        section.token,
        section.guilds,
        message_text=section.message_text,
        shards=Shards(section.shards, section.shard_ids) if section.shards else None,
    )
    return Discord(
        settings,
        commands,
        store.outbox,
        paint=paint,
        announce=_announce,
        may_begin=may_begin,
    )


def _announce(words: str) -> None:
    """Tell whoever runs it, beside what the console answers."""
    print(words, file=sys.stderr, flush=True)
