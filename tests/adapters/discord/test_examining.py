"""What `talkoot doctor` says about Discord: the token, what it may read, servers, rights, commands."""

from __future__ import annotations

import logging

import discord
import pytest

from adapters.discord.commands import application_commands
from adapters.discord.examining import complaints
from commands import FEATURES
from tests.doubles.discord.server import TOKEN, Standin, standing_in
from tests.doubles.discord.world import SEND_POLLS, Guild

COMMANDS = FEATURES.commands
READS_TEXT = 1 << 18


def furnished(standin: Standin) -> Guild:
    """A server that the bot is in, and commands as they are registered."""
    guild = standin.world.guild("Garden", standin.world.user("Anna"), "hall")
    standin.world.commands = [{"id": "1", **each} for each in application_commands(COMMANDS)]
    return guild


async def look(token: str = TOKEN, *guilds: str, message_text: bool = False) -> list[str]:
    return await complaints(token, COMMANDS, guilds, message_text=message_text)


async def test_where_all_is_well_nothing_is_told_and_no_second_connection_is_made() -> None:
    async with standing_in() as standin:
        guild = furnished(standin)

        assert await look(TOKEN, guild.id) == []
        assert standin.gateway.identifies == 0
        standin.sound()


async def test_a_wrong_token_is_told_with_the_way_to_a_new_one() -> None:
    async with standing_in():
        (told,) = await look("wrong")

    assert "Reset Token" in told


async def test_discord_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:9")
    (told,) = await look()

    assert "cannot be reached" in told


async def test_an_intent_that_lacks_is_told_and_one_that_is_not_needed_too() -> None:
    async with standing_in() as standin:
        furnished(standin)
        (lacks,) = await look(message_text=True)
        standin.rest.flags = READS_TEXT
        (needless,) = await look()

        assert "Switch on Message Content Intent" in lacks
        assert "Switch off Message Content Intent" in needless
        assert await look(message_text=True) == []


async def test_rights_are_told_of_the_servers_that_are_served() -> None:
    async with standing_in() as standin:
        guild = furnished(standin)
        other = standin.world.guild("Elsewhere", standin.world.user("Bo"), "lobby")
        robot = next(role for role in guild.roles.values() if role.name == "Talkoot")
        for role in (robot, guild.roles[guild.id]):
            role.permissions &= ~SEND_POLLS
        (told,) = await look()

        assert told.startswith(
            "In the server Garden the bot lacks: Create Polls. Give them to its role"
        )
        assert await look(TOKEN, guild.id) == [told]
        assert await look(TOKEN, other.id) == []


async def test_a_server_without_the_bot_is_told_with_the_invitation() -> None:
    async with standing_in() as standin:
        guild = furnished(standin)
        (absent,) = await look(TOKEN, guild.id, "123456789012345678")
        guild.gone = True
        (nowhere,) = await look()

        assert absent.startswith("The bot is not in the server 123456789012345678 of [discord] guilds.")
        assert nowhere.startswith("The bot is in no server yet.")
        for told in (absent, nowhere):
            assert f"client_id={standin.world.bot.id}" in told


async def test_a_fresh_server_is_well() -> None:
    async with standing_in() as standin:
        furnished(standin)

        assert await look() == []


async def test_nothing_foreign_is_heard_while_it_looks(caplog: pytest.LogCaptureFixture) -> None:
    async with standing_in() as standin:
        furnished(standin)
        with caplog.at_level(logging.INFO):
            await look()

    assert [it.name for it in caplog.records if it.name.startswith("discord")] == []


async def test_servers_are_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.examining.GUILDS_PAGE", 2)
    async with standing_in() as standin:
        furnished(standin)
        for name in ("Kitchen", "Cellar", "Roof"):
            guild = standin.world.guild(name, standin.world.user(f"{name}er"), "hall")
        robot = next(role for role in guild.roles.values() if role.name == "Talkoot")
        for role in (robot, guild.roles[guild.id]):
            role.permissions &= ~SEND_POLLS
        (told,) = await look()

        assert told.startswith("In the server Roof ")
        assert len(standin.requests("GET", "/users/@me/guilds")) == 3


async def test_commands_that_are_not_registered_are_told() -> None:
    async with standing_in() as standin:
        furnished(standin)
        standin.world.commands.pop()
        (told,) = await look()

        assert told.startswith("Discord has other commands of the bot than this version.")


@pytest.mark.usefixtures("hurried")
async def test_what_was_found_is_told_also_where_discord_fails_half_way() -> None:
    async with standing_in() as standin:
        furnished(standin)
        standin.weather("fail", "GET", "/users/@me/guilds", times=100, value=503)
        intent, away = await look(message_text=True)

        assert "Message Content Intent" in intent
        assert away == "Discord cannot be asked for more (DiscordServerError). Try it later."
