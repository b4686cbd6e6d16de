"""What Discord says somebody is counts alike, whether they type a slash-command, a message, or vote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.adapters.discord.stage import Stage, give, staged
from tests.doubles.discord.world import ADMINISTRATOR, MANAGE_GUILD, User

INCOME = "income 10 EUR cakes"


@asynccontextmanager
async def ruled(rule: str) -> AsyncIterator[Stage]:
    """A collective that Cem began, with a rule about who are its treasurers."""
    async with staged(rules={"treasurers": (rule,)}) as stage:
        await stage.people.slash(stage.cem, stage.room, "me show")
        await stage.settled()
        yield stage


async def by_mention(stage: Stage, user: User) -> str:
    """What somebody is answered who writes to the bot, in the room or privately."""
    before = set(stage.world.messages)
    bot = stage.world.bot
    stage.people.say(user, stage.room, f"<@{bot.id}> {INCOME}", mentions=(bot,))
    await stage.world.until(
        lambda: any(
            m.author is bot for number, m in stage.world.messages.items() if number not in before
        )
    )
    await stage.settled()
    return next(
        m.content for n, m in stage.world.messages.items() if n not in before and m.author is bot
    )


async def test_the_owner_of_the_server_is_permitted_everything_also_by_mention() -> None:
    async with ruled("permission:manage-guild") as stage:
        assert "T1" in await by_mention(stage, stage.anna)
        assert "is for treasurers" in await by_mention(stage, stage.bo)


async def test_an_administrator_is_permitted_everything_also_by_mention() -> None:
    async with ruled("permission:manage-guild") as stage:
        give(stage, stage.bo, "Boss", ADMINISTRATOR)
        await stage.restart()

        assert "T1" in await by_mention(stage, stage.bo)


async def test_a_channel_gives_and_takes_alike_by_slash_and_by_mention() -> None:
    async with ruled("permission:manage-guild") as stage:
        role = give(stage, stage.bo, "Helpers", MANAGE_GUILD)
        stage.room.overwrites[role.id] = (0, 0, MANAGE_GUILD)
        await stage.restart()
        slash = await stage.people.slash(stage.bo, stage.room, "income", amount="1 EUR", what="x")

        assert "is for treasurers" in slash.text
        assert "is for treasurers" in await by_mention(stage, stage.bo)

        stage.room.overwrites[stage.bo.id] = (1, MANAGE_GUILD, 0)
        await stage.restart()

        assert "T1" in await by_mention(stage, stage.bo)


async def test_a_second_role_of_the_same_name_gives_nothing_by_mention() -> None:
    async with staged() as stage:
        real = give(stage, stage.anna, "Treasurers")
        give(stage, stage.bo, "Treasurers")
        await stage.people.slash(stage.cem, stage.room, "me show")
        await stage.people.slash(
            stage.cem, stage.room, "rules set", name="treasurers", value=f"<@&{real.id}>"
        )
        await stage.restart()

        assert "is for treasurers" in await by_mention(stage, stage.bo)
        assert "T1" in await by_mention(stage, stage.anna)
