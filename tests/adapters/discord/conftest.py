"""What the tests of the Discord adapter share."""

from __future__ import annotations

import asyncio
from typing import Any

import discord.client
import discord.http
import discord.webhook.async_
import pytest

import adapters.discord.supervision
from tests import foul


class Hurried:
    """asyncio, but that waiting takes no time: discord.py waits whole seconds between its attempts."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)  # tidy: lets sockets be read


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py does not wait."""
    for module in (discord.client, discord.http, discord.webhook.async_):
        monkeypatch.setattr(module, "asyncio", Hurried())


@pytest.fixture(autouse=True)
def in_foul_weather(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where answers are spoiled, nobody waits real seconds for the next attempt."""
    if foul.seed() is not None:
        request.getfixturevalue("hurried")
        monkeypatch.setattr(adapters.discord.supervision, "WAIT_SECONDS_FIRST", 0.01)
