"""Files on Discord: given to a slash-command, attached to a message, or answered."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from adapters.discord import rest
from bot.chat import ATTACHED_BYTES_MAX
from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.gateway import MESSAGE_CONTENT

ROWS = b"person,amount,unit,day,text\nanna,3,h,2026-01-02,bread\n"


async def answered(stage: Stage, file: str, **more: str) -> str:
    await stage.people.slash(stage.anna, stage.room, "me show")
    options = {"as": "opening", "file": file, **more}
    it = await stage.people.slash(stage.anna, stage.room, "import bring", **options)
    await stage.settled()
    return "\n".join(each.content for each in it.shown)


async def test_a_file_given_to_a_slash_command_is_brought_in_and_agreed_to_by_a_press() -> None:
    async with staged() as stage:
        for somebody in (stage.anna, stage.bo):
            await stage.people.slash(somebody, stage.room, "me show")
        told = await answered(stage, stage.people.attach("hours.csv", ROWS))
        assert "Anna: 3h" in told
        card = next(m for m in stage.world.messages.values() if "wants to enter" in m.content)
        await stage.people.press(stage.bo, card, "Agree")
        await stage.settled()
        said = [m.content for m in stage.world.messages.values()]
        assert any("I1 is done: 1 entry, from C1." in each for each in said), said


async def test_answers_stand_in_one_line_of_the_option() -> None:
    rows = b"person,amount,unit,day\ndeleted user,3,h,03/04/2025\nzoe,1,h,03/04/2025\n"
    async with staged() as stage:
        file = stage.people.attach("hours.csv", rows)
        told = await answered(stage, file, map="dates = day-first; deleted user = skip; zoe = anna")
        assert "Anna: 1h" in told
        assert "“zoe” is Anna" in told


@pytest.mark.parametrize("answering", [False, True])
async def test_a_file_in_a_message_or_in_the_one_that_is_answered_is_brought_in(
    answering: bool,
) -> None:
    async with staged() as stage:
        bot, people = stage.world.bot, stage.people
        await people.slash(stage.anna, stage.room, "me show")
        file, line = people.attach("hours.csv", ROWS), f"<@{bot.id}> import --as opening"
        if answering:
            first = people.say(stage.anna, stage.room, "our hours", files=(file,))
            people.say(stage.anna, stage.room, line, mentions=(bot,), answers=first)
        else:
            people.say(stage.anna, stage.room, line, mentions=(bot,), files=(file,))
        await stage.world.until(
            lambda: any("wants to enter" in m.content for m in stage.world.messages.values())
        )


async def test_a_file_that_is_too_large_or_gone_is_refused_in_words() -> None:
    async with staged() as stage:
        attach, world = stage.people.attach, stage.world
        large = attach("hours.csv", b"x", size=ATTACHED_BYTES_MAX + 1)
        assert "1,000 kB is the most" in await answered(stage, large)
        lying = attach("hours.csv", b"x" * (ATTACHED_BYTES_MAX + 1), size=10)
        assert "1,000 kB is the most" in await answered(stage, lying)
        gone = attach("hours.csv", ROWS)
        del world.files[gone]
        assert "I cannot get the file" in await answered(stage, gone)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the files that were fetched."""
    found: list[str] = []
    read = rest._read

    async def noted(session: aiohttp.ClientSession, url: str, most: int) -> bytes:
        found.append(url)
        return await read(session, url, most)

    monkeypatch.setattr(rest, "_read", noted)
    return found


@pytest.mark.parametrize("other", ["http://127.0.0.1/secrets/", "http://127.0.0.1@localhost/files/"])
async def test_nothing_but_discord_s_own_files_is_fetched(fetched: list[str], other: str) -> None:
    async with staged() as stage:
        file = stage.people.attach("hours.csv", ROWS)
        address = URL(stage.world.cdn)
        stage.people.attached[file]["url"] = str(URL(other).with_port(address.port) / "1/hours.csv")
        assert "I cannot get the file" in await answered(stage, file)
        assert fetched == []


async def test_a_file_is_read_no_further_than_it_may_be_long_and_leads_nowhere_else() -> None:
    async def long(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 11)

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound("/short")

    async def short(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 10)

    app = web.Application()
    app.add_routes([web.get(f"/{it.__name__}", it) for it in (long, elsewhere, short)])
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        assert await rest._read(session, str(server.make_url("/short")), 10) == b"x" * 10
        with pytest.raises(rest.TooLarge):
            await rest._read(session, str(server.make_url("/long")), 10)
        with pytest.raises(rest.Refusal):
            await rest._read(session, str(server.make_url("/elsewhere")), 10)


async def test_no_more_files_are_fetched_than_somebody_may_send_commands(fetched: list[str]) -> None:
    async with staged(rules={"flood": 3}) as stage:
        bot, people = stage.world.bot, stage.people
        await people.slash(stage.anna, stage.room, "me show")
        for _ in range(6):
            file = (people.attach("hours.csv", ROWS),)
            people.say(
                stage.anna, stage.room, f"<@{bot.id}> import --as opening", mentions=(bot,), files=file
            )
        await people.slash(stage.bo, stage.room, "me show")
        await stage.settled()
        assert len(fetched) == 3


async def test_no_file_is_fetched_for_mere_talk(fetched: list[str]) -> None:
    async with staged(start=False, message_text=True) as stage:
        stage.discord.gateway.allowed |= MESSAGE_CONTENT
        await stage.start()
        people = stage.people
        await people.slash(stage.anna, stage.room, "me show")
        for line in ("import these, please", "/import --as opening"):
            people.say(stage.anna, stage.room, line, files=(people.attach("hours.csv", ROWS),))
        await stage.world.until(
            lambda: any("wants to enter" in m.content for m in stage.world.messages.values())
        )
        assert len(fetched) == 1


async def test_a_file_beside_a_command_that_takes_none_is_not_fetched() -> None:
    async with staged() as stage:
        bot, people = stage.world.bot, stage.people
        file = people.attach("oven.jpg", ROWS)
        people.attached[file]["url"] = "nowhere"
        people.say(stage.anna, stage.room, f"<@{bot.id}> log 2h oven", mentions=(bot,), files=(file,))
        await stage.world.until(
            lambda: any("2h" in m.content and m.author is bot for m in stage.world.messages.values())
        )


async def test_who_sent_a_file_that_does_not_come_now_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with staged() as stage:
        nowhere = "http://127.0.0.1:9/"
        monkeypatch.setattr("adapters.discord.rest.FILES", (nowhere,))
        file = stage.people.attach("hours.csv", ROWS)
        stage.people.attached[file]["url"] = f"{nowhere}1/hours.csv"
        assert "I cannot get the file" in await answered(stage, file)
