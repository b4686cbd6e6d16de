"""Matrix and Discord at once: one collective, one poll, one person on both, whose votes count once."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.matrix.client import Matrix
from bot.collective.ruletypes import Value
from bot.ports import Chat
from commands import FEATURES
from tests.adapters.discord.stage import Stage, WorldClock, staged
from tests.adapters.matrix.house import account_of
from tests.adapters.matrix.people import Json, Person
from tests.doubles.discord.world import Message
from tests.painting import paint_here

UNSTABLE = "org.matrix.msc3381.poll"
QUESTION = "Which fruit? | Apple | Plum | Pear"


@asynccontextmanager
async def on_both(bot: Person, folder: Path) -> AsyncIterator[Stage]:
    """The bot on Discord's stand-in and on a real homeserver, with one engine and one outbox."""
    rules: dict[str, Value] = {"prefix": "!", "flood": 1_000_000}
    async with staged(rules=rules, at_home=False, start=False) as stage:
        # One clock for both: the stand-in's goes ahead by every wait.
        clock = WorldClock(stage.world)
        matrix = Matrix(
            account_of(bot, folder), stage.store.outbox, clock, FEATURES.commands, paint=paint_here
        )
        both: dict[str, Chat] = {"matrix": matrix}
        stage.chats = both
        await stage.start()
        assert stage.intake is not None
        listening = asyncio.create_task(matrix.listen(stage.intake))
        try:
            yield stage
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
            await stage.settled()
            await matrix.close()


def code_in(text: str) -> str:
    """The code in an answer."""
    found = re.search(r"[\w.]*\w{4}-[\w-]+", text)
    assert found is not None, text
    return found[0]


async def answered(person: Person, room: str, line: str) -> str:
    """What somebody is answered in a room of Matrix."""
    said = await person.say(room, line)
    return str((await person.hear_answer(room, said))["content"]["body"])


async def vote(person: Person, room: str, poll: Json, answer: str) -> None:
    """Vote in a poll of Matrix's own."""
    related = {"rel_type": "m.reference", "event_id": poll["event_id"]}
    content = {"m.relates_to": related, f"{UNSTABLE}.response": {"answers": [answer]}}
    await person.send(room, f"{UNSTABLE}.response", content)


def tally(card: Message) -> dict[str, int]:
    """The count so far that a card on Discord shows."""
    (row,) = re.findall(r"^So far: ([^.]*)\.", card.content, re.MULTILINE) or [""]
    return {name: int(votes) for name, votes in re.findall(r"(\w+):? (\d+)", row)}


async def counted(stage: Stage, card: Message, **votes: int) -> None:
    """Wait until the card on Discord shows this count, of three people."""
    await stage.world.until(lambda: tally(card) == votes, 20)
    assert "3 of 3 people voted" in card.content


async def test_a_poll_is_voted_in_on_both_at_once_and_one_person_on_both_counts_once(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with on_both(bot, tmp_path) as stage:
        # It begins on Matrix; the server on Discord joins by the code.
        room = await anna.room_with(bot.user)
        await anna.invite(room, bo.user)
        await bo.join(room)
        assert "Garden Coop" in await answered(anna, room, "!collective create Garden Coop")
        alone = await anna.room_with(bot.user, is_direct=True)
        code = code_in(await answered(anna, alone, "!collective invite"))
        joined = await stage.people.slash(stage.anna, stage.room, "collective join", code=code)
        assert "Garden Coop" in joined.text
        await answered(bo, room, "!log 1h dug")
        for user in (stage.bo, stage.cem):
            await stage.people.slash(user, stage.room, "me show")
        linking = await stage.people.slash(stage.bo, stage.room, "me link")
        private = await bo.room_with(bot.user, is_direct=True)
        await answered(bo, private, f"!me link {code_in(linking.text)} yes")

        asked = await stage.people.slash(
            stage.cem, stage.room, "poll", question=QUESTION, method="single"
        )
        await stage.settled()
        card = asked.shown[0]
        below = next(it for it in reversed(stage.world.said(stage.room)) if it.poll is not None)
        poll = await anna.hear(lambda it: it["type"] == f"{UNSTABLE}.start")
        stage.people.vote(stage.bo, below, "Plum")
        await asyncio.gather(
            vote(bo, room, poll, "1"),
            vote(anna, room, poll, "3"),
            stage.people.choose(stage.cem, card, "Pear"),
        )
        await stage.world.until(lambda: "3 of 3 people voted" in card.content, 20)
        # Bo's two votes came at once: one of them counts, whichever came later.
        await stage.settled()
        assert tally(card) in ({"Apple": 1, "Pear": 2}, {"Plum": 1, "Pear": 2})

        await vote(bo, room, poll, "3")
        await counted(stage, card, Pear=3)
        stage.people.vote(stage.bo, below, "Apple")
        await counted(stage, card, Apple=1, Pear=2)

        closed = await stage.people.slash(stage.cem, stage.room, "close", ref="Q1")
        await stage.settled()
        assert "Something broke" not in closed.text
        assert below.poll is not None
        assert below.poll.final
        await anna.hear(lambda it: it["type"] == f"{UNSTABLE}.end")
