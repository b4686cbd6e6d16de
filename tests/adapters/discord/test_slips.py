"""Receipts on Discord: in the option of a slash-command, attached to a message, or answered."""

from __future__ import annotations

import aiohttp
import pytest

from adapters.discord import rest
from bot.chat import SLIP_BYTES
from tests.adapters.discord.stage import Stage, staged
from tests.house.papers import JPEG, PDF, PNG


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


async def told(stage: Stage, command: str, **options: str) -> str:
    it = await stage.people.slash(stage.bo, stage.room, command, **options)
    await stage.settled()
    return "\n".join(each.content for each in it.shown)


async def spent(stage: Stage, file: str) -> str:
    return await told(stage, "expense", amount="12 EUR", what="eggs", slip=file)


async def test_it_is_an_option_of_the_expense_and_shown_to_its_member_alone() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "me show")
        assert "With a receipt: </treasury slip:" in await spent(
            stage, stage.people.attach("r.jpg", JPEG)
        )

        it = await stage.people.slash(stage.bo, stage.room, "treasury slip", ref="T1")
        await stage.settled()

        (shown,) = it.shown
        assert shown.ephemeral
        assert [each["filename"] for each in shown.attachments] == ["T1-1.jpg"]
        other = await stage.people.slash(stage.cem, stage.room, "treasury slip", ref="T1")
        await stage.settled()
        assert "Receipts are for treasurers" in other.shown[0].content
        assert not other.shown[0].attachments


async def test_it_is_handed_in_later_and_taken_back() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "me show")
        await told(stage, "expense", amount="12 EUR", what="eggs")
        file = stage.people.attach("scan.pdf", PDF)
        assert "A receipt of T1 is kept: PDF" in await told(
            stage, "treasury slip-add", ref="T1", slip=file
        )
        assert "T1 has that very receipt" in await told(stage, "treasury slip-add", ref="T1", slip=file)
        assert "took a receipt of T1 back" in await told(stage, "treasury slip-remove", ref="T1")


@pytest.mark.parametrize("answering", [False, True])
async def test_it_comes_with_a_message_or_the_one_that_is_answered(answering: bool) -> None:
    async with staged() as stage:
        bot, people = stage.world.bot, stage.people
        await people.slash(stage.anna, stage.room, "me show")
        file, line = people.attach("IMG_1.png", PNG), f"<@{bot.id}> expense 12 EUR eggs"
        if answering:
            first = people.say(stage.bo, stage.room, "look", files=(file,))
            people.say(stage.bo, stage.room, line, mentions=(bot,), answers=first)
        else:
            people.say(stage.bo, stage.room, line, mentions=(bot,), files=(file,))
        await stage.world.until(
            lambda: any("With a receipt" in m.content for m in stage.world.messages.values())
        )


async def test_one_that_is_too_large_is_refused_before_it_is_fetched(fetched: list[str]) -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "me show")
        large = stage.people.attach("r.jpg", JPEG, size=50_000_000)
        assert "10,000 kB is the most" in await spent(stage, large)
        assert fetched == []
        lying = stage.people.attach("r.jpg", bytes(SLIP_BYTES + 1), size=10)
        assert "10,000 kB is the most" in await spent(stage, lying)


async def test_no_made_up_address_is_fetched(fetched: list[str]) -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "me show")
        file = stage.people.attach("r.jpg", JPEG)
        for url in (
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "https://example.org/r.jpg",
        ):
            stage.people.attached[file]["url"] = url
            assert "I cannot get the file" in await spent(stage, file)
        assert fetched == []


async def test_a_disguised_program_is_refused_in_words() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "me show")
        assert "That is a program" in await spent(
            stage, stage.people.attach("r.jpg", b"MZ" + bytes(99))
        )
        assert "something else in the file" in await spent(
            stage, stage.people.attach("r.jpg", JPEG + b"\x7fELF" + bytes(99))
        )


async def test_a_picture_alone_that_answers_the_expense_is_its_receipt(fetched: list[str]) -> None:
    async with staged() as stage:
        bot, people = stage.world.bot, stage.people
        await people.slash(stage.anna, stage.room, "me show")
        it = await people.slash(stage.bo, stage.room, "expense", amount="12 EUR", what="eggs")
        await stage.settled()
        file = people.attach("IMG_1.png", PNG)

        people.say(stage.bo, stage.room, "", mentions=(bot,), answers=it.shown[0], files=(file,))
        await stage.world.until(
            lambda: any("A receipt of T1 is kept" in m.content for m in stage.world.messages.values())
        )
        before = len(fetched)
        people.say(stage.bo, stage.room, "", mentions=(bot,), files=(people.attach("x.png", PNG),))
        await stage.settled()
        assert len(fetched) == before, "one that answers nothing is talk"
