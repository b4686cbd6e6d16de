"""`talkoot run` with Discord configured: connected, stopped cleanly, off in plain words."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import signal
import sys
from pathlib import Path

import pytest

from adapters.cli.config import Config, DiscordSection
from adapters.cli.configuring import ConfigError, read_config
from adapters.cli.platforms import connected
from adapters.cli.running import TURNED_AWAY_EXIT_CODE, run
from adapters.cli.store import MEMORY, open_store
from tests.doubles.discord.server import TOKEN, standing_in
from tests.painting import paint_here


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


def configured(token: str = TOKEN) -> Config:
    return Config(discord=DiscordSection(token=token))


async def test_the_program_stays_until_it_is_stopped_and_loses_nothing() -> None:
    async with standing_in() as discord:
        world, config = discord.world, configured()
        anna = world.user("Anna")
        guild = world.guild("Garden", anna, "hall")
        room = next(c for c in world.channels.values() if c.guild == guild.id)
        for expected in ("C1", "C2"):
            with open_store(config.database.url) as store:
                before = discord.gateway.identifies
                running = asyncio.create_task(run(config, store, online=True))
                await world.until(lambda before=before: discord.gateway.identifies > before)  # type: ignore[misc]
                if expected == "C1":
                    await discord.people.slash(anna, room, "collective create", name="Garden")
                came = await discord.people.slash(anna, room, "log", amount="1h", what="dug")
                os.kill(os.getpid(), signal.SIGTERM)
                assert await asyncio.wait_for(running, 10) == 0
            assert came.text.startswith(expected)
        discord.sound()


async def test_the_program_says_when_it_is_connected_and_where(
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = configured()
    async with standing_in() as discord:
        discord.world.guild("Garden", discord.world.user("Anna"), "hall")
        with open_store(config.database.url) as store:
            running = asyncio.create_task(run(config, store, online=True))
            told = ""
            async with asyncio.timeout(10):
                while "Connected" not in told:
                    told += capsys.readouterr().err
                    await asyncio.sleep(0.01)  # tidy: lets sockets be read
            os.kill(os.getpid(), signal.SIGTERM)
            assert await asyncio.wait_for(running, 10) == 0

    assert "Connected to Discord as talkoot, in Garden." in told


async def test_a_wrong_token_ends_the_program_in_plain_words(
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = configured("wrong-CANARY")
    async with standing_in():
        with open_store(config.database.url) as store, caplog.at_level(logging.ERROR):
            code = await asyncio.wait_for(run(config, store, online=True), 10)

    assert code == TURNED_AWAY_EXIT_CODE
    told = capsys.readouterr().err
    assert "does not know the bot's token" in told
    assert "CANARY" not in caplog.text + told


def test_without_a_token_nothing_of_discord_is_loaded() -> None:
    with open_store(MEMORY) as store:
        assert connected(Config(), store, {}, paint_here, bool) == []


def test_the_token_comes_from_the_secrets_and_is_never_shown() -> None:
    Path(".env").write_text(f"TALKOOT_DISCORD__TOKEN={TOKEN}\n")
    Path("config.toml").write_text('[discord]\nguilds = ["123456789012345678"]\n')
    config = read_config(None)
    with open_store(MEMORY) as store:
        (discord,) = connected(config, store, {}, paint_here, bool)

    assert config.discord.token == TOKEN
    assert config.discord.guilds == ("123456789012345678",)
    assert TOKEN not in repr(config)
    assert TOKEN not in repr(vars(discord)["_settings"])


@pytest.mark.parametrize("guilds", ['["garden"]', "[5]", '["12 34"]', "5"])
def test_a_server_that_is_no_number_is_told(guilds: str) -> None:
    Path("config.toml").write_text(f"[discord]\nguilds = {guilds}\n")

    with pytest.raises(ConfigError, match=r"discord\.guilds"):
        read_config(None)
