"""What is wrong on Discord's side is told in plain words, with what to do."""

from __future__ import annotations

import logging
from pathlib import Path

import discord
import pytest
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.cli.configuring import read_config
from adapters.cli.init_discord import advice
from adapters.discord.checking import PERMISSIONS, findings, invite_link
from adapters.discord.setup import Application, SetupError, look
from tests.adapters.discord.stage import staged
from tests.doubles.discord.server import TOKEN, standing_in
from tests.doubles.discord.world import (
    ADMINISTRATOR,
    BOT_PERMISSIONS,
    EVERYONE,
    MANAGE_GUILD,
    SEND_POLLS,
)


def test_the_invitation_asks_for_what_is_needed_and_no_more() -> None:
    link = invite_link(123456789012345678)

    assert link.startswith("https://discord.com/oauth2/authorize?client_id=123456789012345678")
    assert "scope=bot+applications.commands" in link
    assert f"permissions={BOT_PERMISSIONS}" in link


NOBODY = discord.Permissions.none()


@pytest.mark.parametrize("name", PERMISSIONS)
def test_every_right_that_lacks_is_named(name: str) -> None:
    permissions = discord.Permissions(BOT_PERMISSIONS)
    permissions.update(**{name: False})

    (told,) = findings("Garden", permissions, NOBODY)
    assert PERMISSIONS[name] in told


def test_a_bot_that_may_everything_is_told_to_have_too_much() -> None:
    (told,) = findings("Garden", discord.Permissions(ADMINISTRATOR | BOT_PERMISSIONS), NOBODY)

    assert "Administrator" in told
    assert "more rights than it needs" in told


def test_with_the_right_rights_there_is_nothing_to_say() -> None:
    assert findings("Garden", discord.Permissions(BOT_PERMISSIONS), NOBODY) == []


def test_what_everybody_has_in_a_fresh_server_is_not_the_bots_to_give_back() -> None:
    everyone = discord.Permissions(EVERYONE)
    given = discord.Permissions(BOT_PERMISSIONS | EVERYONE)
    (told,) = findings("Garden", discord.Permissions(given.value | MANAGE_GUILD), everyone)

    assert given.mention_everyone
    assert findings("Garden", given, everyone) == []
    assert "more rights than it needs: Manage Server." in told


async def test_missing_rights_are_in_the_log_when_the_bot_connects(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with staged(start=False) as stage:
        robot = next(role for role in stage.guild.roles.values() if role.name == "Talkoot")
        for role in (robot, stage.guild.roles[stage.guild.id]):
            role.permissions &= ~SEND_POLLS
        with caplog.at_level(logging.WARNING):
            await stage.start()
            await stage.people.slash(stage.bo, stage.room, "about")

        assert stage.bot is not None
        (told,) = stage.bot.findings()
        assert told.startswith("In the server Garden the bot lacks: Create Polls. ")
        assert "lacks: Create Polls" in caplog.text


async def test_a_token_tells_whose_it_is() -> None:
    async with standing_in() as standin:
        found = await look(TOKEN)

        assert found == Application(standin.world.bot.id, "talkoot", public=False, reads_text=False)
        assert standin.world.bot.id in found.invitation
        with pytest.raises(SetupError, match="does not know the bot's token"):
            await look("wrong")


async def test_discord_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:9")

    with pytest.raises(SetupError, match="cannot be reached"):
        await look(TOKEN)


def found(*, public: bool = False, reads_text: bool = False) -> Application:
    return Application("123456789012345678", "Talkoot", public=public, reads_text=reads_text)


def test_advice_says_what_there_is_to_do() -> None:
    assert len(advice(found(), message_text=False)) == 1
    assert len(advice(found(reads_text=True), message_text=True)) == 1
    assert "Message Content Intent" in advice(found(), message_text=True)[0]
    assert "Public Bot" in advice(found(public=True), message_text=False)[0]


def initialised(monkeypatch: pytest.MonkeyPatch, folder: Path, typed: str) -> str:
    """What is said at the terminal."""

    async def looked(token: str) -> Application:
        if token != TOKEN:
            raise SetupError("That is none.")
        return found()

    monkeypatch.setattr("adapters.cli.init_discord.look", looked)
    monkeypatch.chdir(folder)
    monkeypatch.setattr("adapters.cli.init.examine", lambda settings, url: True)
    done = CliRunner().invoke(app, ["init"], input=f"n\ny\n{typed}" + "\n" * 6)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_terminal_asks_checks_and_writes_secrets_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = initialised(monkeypatch, tmp_path, f"wrong\n{TOKEN}\ny\n")
    config = read_config(None)

    assert "That is none." in said
    assert "Invite it into your server: https://discord.com/oauth2" in said
    assert TOKEN not in said
    assert (config.discord.token, config.discord.message_text) == (TOKEN, True)
    assert TOKEN not in Path("config.toml").read_text("utf-8")
    assert Path(".env").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("typed", ["\n", "wrong\n" * 5])
def test_discord_can_be_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str) -> None:
    initialised(monkeypatch, tmp_path, typed)

    assert not Path(".env").exists()
    assert "discord" not in Path("config.toml").read_text("utf-8")


def test_the_manual_has_the_permissions_and_every_setting() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "discord.md").read_text("utf-8")

    assert f"permissions={BOT_PERMISSIONS}`" in manual
    assert all(shown in manual for shown in PERMISSIONS.values())
    assert {"`guilds`", "`message_text`"} <= set(manual.split())
