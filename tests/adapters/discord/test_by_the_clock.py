"""Digests and reminders on Discord: in the room and in private, with the picture; closed doors."""

from __future__ import annotations

import pytest

from tests.adapters.discord.stage import Stage, staged

WEEK = 7 * 86_400.0


async def week(stage: Stage) -> None:
    """Something was given, and the week is over."""
    await stage.people.slash(stage.anna, stage.room, "log", amount="3h", what="dug")
    await stage.settled()
    stage.world.clock.move(WEEK)
    await stage.tick()
    await stage.settled()


def told(stage: Stage) -> list[str]:
    return [message.content for message in stage.world.said(stage.room)]


async def test_a_digest_comes_to_the_room_and_to_coordinators_with_its_picture() -> None:
    async with staged() as stage:
        await week(stage)
        room = [m for m in stage.world.said(stage.room) if ": 3h" in m.content]
        direct = stage.world.said(stage.world.direct(stage.anna))
        pictures = [m for m in stage.world.said(stage.room) if m.attachments]

        assert len(room) == 1
        assert any("You get this by the rule" in m.content for m in direct)
        assert len(pictures) == 1
        assert "Hours by week and kind" in str(pictures[0].attachments[0].get("description"))
        assert any(m.attachments for m in direct)


@pytest.mark.fair("it counts what is asked")
async def test_who_has_closed_direct_messages_is_told_so_once_and_skipped() -> None:
    async with staged(rules={"pictures": False}) as stage:
        await stage.people.slash(stage.bo, stage.room, "digest mine", every="weekly")
        stage.bo.closed = True
        await week(stage)
        complaints = [text for text in told(stage) if "your direct messages are closed" in text]
        assert len(complaints) == 1
        assert "reminders on" in complaints[0]
        direct = stage.world.direct(stage.bo)
        tried = len(stage.discord.requests("POST", f"/channels/{direct.id}/messages"))
        await week(stage)
        assert len([text for text in told(stage) if "your direct messages are closed" in text]) == 1
        assert len(stage.discord.requests("POST", f"/channels/{direct.id}/messages")) == tried

        stage.bo.closed = False
        stage.world.clock.move(2 * 3_600.0)
        came = await stage.people.slash(stage.bo, stage.room, "reminders on")
        assert "reminded again" in came.text
        await week(stage)
        # What was not sent meanwhile comes along.
        assert any(": 6h" in m.content for m in stage.world.said(direct))


async def test_a_reminder_comes_as_a_direct_message() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.cem, stage.room, "me show")
        came = await stage.people.slash(
            stage.bo, stage.room, "remind", who=f"<@{stage.cem.id}>", when="in 2h", what="the oven"
        )
        await stage.settled()
        stage.world.clock.move(12 * 3_600.0)
        await stage.tick()
        await stage.settled()
        direct = stage.world.said(stage.world.direct(stage.cem))

        assert "R1 comes" in came.text
        assert "Bo asked me to remind you: the oven" in direct[0].content
