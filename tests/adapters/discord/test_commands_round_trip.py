"""Slash-commands on the stand-in: typed, answered, refused, completed."""

from __future__ import annotations

from tests.adapters.discord.stage import staged


async def test_log_is_answered_where_it_was_typed() -> None:
    async with staged() as stage:
        came = await stage.people.slash(
            stage.anna, stage.room, "log", amount="3h", what="cleaned the kitchen", kind="care"
        )
        await stage.settled()

        assert came.answered == 4
        assert came.text.startswith("C1: Anna, 3h \\#care, cleaned the kitchen")
        assert not came.original.ephemeral
        assert [mark.receipt for mark in stage.marks] == [f"{stage.room.id}/{came.original.id}"]
