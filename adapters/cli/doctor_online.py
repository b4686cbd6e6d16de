"""The part of `talkoot doctor` that asks the platforms; each is loaded only where it is configured."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from adapters.cli.config import Config, DiscordSection, MatrixSection
from commands import all_commands


def online(config: Config) -> Mapping[str, Callable[[], list[str]]]:
    """Whom to ask, by platform; each answers with what is wrong, a sentence each."""
    asked: dict[str, Callable[[], list[str]]] = {}
    if config.matrix.user:
        asked["Matrix"] = partial(_matrix, config.matrix)
    if config.discord.token:
        asked["Discord"] = partial(_discord, config.discord)
    return asked


def _matrix(section: MatrixSection) -> list[str]:
    from adapters.matrix.checking import complaints  # noqa: PLC0415

    return asyncio.run(complaints(section.homeserver, section.user, section.device, section.token))


def _discord(section: DiscordSection) -> list[str]:
    from adapters.discord.setup import complaints  # noqa: PLC0415

    return asyncio.run(
        complaints(section.token, all_commands(), section.guilds, message_text=section.message_text)
    )
