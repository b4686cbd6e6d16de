"""The part of `talkoot doctor` that asks the platforms; each is loaded only where it is configured."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path

import aiohttp

from adapters.cli.config import Config, DiscordSection, MatrixSection
from adapters.cli.outside import SystemClock
from bot.ports import Clock, Outbox
from commands import FEATURES

APART_SECONDS_MAX = 10
"""How far clocks may be apart: servers say the time in whole seconds, and answers take some."""

REQUEST_SECONDS_MAX = 10


def online(config: Config, outbox: Outbox) -> Mapping[str, Callable[[], list[str]]]:
    """Whom to ask, by platform; each answers with what is wrong, a sentence each.

    The outbox says how far was read.
    """
    asked: dict[str, Callable[[], list[str]]] = {}
    if config.matrix.user:
        asked["Matrix"] = partial(_matrix, config.matrix, outbox)
    if config.discord.token:
        asked["Discord"] = partial(_discord, config.discord)
    return asked


def _matrix(section: MatrixSection, outbox: Outbox) -> list[str]:
    from adapters.matrix.bookmark import read_bookmark  # noqa: PLC0415
    from adapters.matrix.checking import complaints  # noqa: PLC0415
    from adapters.matrix.incoming import MATRIX  # noqa: PLC0415

    since = read_bookmark(outbox.position(MATRIX, section.user)).since
    # Before its first start the device has no keys, and nothing is wrong with that.
    started = bool(since) or Path(section.store).is_dir()

    async def ask() -> list[str]:
        homeserver = section.homeserver.rstrip("/")
        told = await complaints(
            homeserver,
            section.user,
            section.device,
            section.token,
            since=since,
            encrypting=section.encryption and started,
        )
        return [*told, *await apart(f"{homeserver}/_matrix/client/versions", SystemClock())]

    return asyncio.run(ask())


def _discord(section: DiscordSection) -> list[str]:
    from adapters.discord.examining import complaints, time_url  # noqa: PLC0415

    async def ask() -> list[str]:
        commands, text = FEATURES.commands, section.message_text
        told = await complaints(section.token, commands, section.guilds, message_text=text)
        return [*told, *await apart(time_url(), SystemClock())]

    return asyncio.run(ask())


async def apart(url: str, clock: Clock) -> list[str]:
    """Whether our clock is that of a server, which says the time with every answer (RFC 9110, Date)."""
    theirs = await _time_at(url)
    seconds = 0.0 if theirs is None else (clock.now() - theirs).total_seconds()
    if abs(seconds) <= APART_SECONDS_MAX:
        return []
    side = "ahead of" if seconds > 0 else "behind"
    return [
        f"this machine's clock is {abs(seconds):.0f} s {side} its own. Set it: timedatectl set-ntp true"
    ]


async def _time_at(url: str) -> dt.datetime | None:
    """The time there; None where it cannot be reached, which is told by who asks for more."""
    timeout = aiohttp.ClientTimeout(REQUEST_SECONDS_MAX)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
            return parsedate_to_datetime(response.headers.get("Date", ""))
    except (aiohttp.ClientError, OSError, ValueError):
        return None
