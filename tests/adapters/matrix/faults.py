"""A day on which one in ten answers of the homeserver is spoiled, as short or as long as wanted.

In the tests it is short. By hand, for half an hour, with a seed of its own:
`python -m tests.adapters.matrix.faults --seconds 1800 --seed 7`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import random
import tempfile
import time
from pathlib import Path

import aiohttp

import adapters.matrix.link as matrix_link
from tests.adapters.matrix.house import house
from tests.adapters.matrix.people import Json, Person, answered
from tests.adapters.matrix.proxy import Mischief, Proxy
from tests.synapse import Homeserver

KEY = "a key for the days of spoiled answers"

HEARING_SECONDS = 120
"""How long the last answers may take to come, with everything that goes wrong on their way."""

CALM_SECONDS_MAX = 60
"""The longest that anybody waits for an answer: one late answer, and what is waited after others."""


def hurried() -> dict[str, float]:
    """Shorter waits, so that lateness costs a test seconds and not minutes."""
    requests = {"REQUEST_SECONDS_MAX": 3, "WHOLE_SECONDS_MAX": 3, "LOOKUP_SECONDS_MAX": 2}
    return {"SYNC_MS": 1_000, **requests}


async def day(
    people: list[Person], bot: Person, folder: Path, seed: int, *, seconds: float, lines: int
) -> str:
    """Speak in a room each, through spoiled answers; what was spoiled, in words.

    Asserts that every line was answered once, in its room, in order, and within a time.
    """
    rng, mischief = random.Random(seed), Mischief(seed)
    async with Proxy(bot.url).up() as line, house(bot, folder, url=line.url, key=KEY):
        rooms = [await _room_of(person, bot) for person in people]
        for person, room in zip(people, rooms, strict=True):
            await person.hear_answer(room, await person.say(room, "!about"))
        line.spoil, line.refuse = mischief, mischief.refuse
        asked: dict[str, list[str]] = {room: [] for room in rooms}
        waits: list[float] = []

        async def speak(person: Person, room: str) -> None:
            end = time.monotonic() + seconds
            while time.monotonic() < end or len(asked[room]) < lines:
                said = await _said(person, room, rng, len(asked[room]))
                asked[room].append(said)
                began = time.monotonic()
                await _heard(person, room, said)
                waits.append(time.monotonic() - began)

        await asyncio.gather(*map(speak, people, rooms))
        for person, room in zip(people, rooms, strict=True):
            ours = [it for it in await person.messages(room) if it["sender"] == bot.user]
            told = [answered(it) for it in ours if it["type"] == "m.room.message"]
            assert [it for it in told if it in asked[room]] == asked[room], (
                "lost, doubled or disordered"
            )
    assert max(waits) < CALM_SECONDS_MAX, f"somebody waited {max(waits):.0f} s"
    count = sum(map(len, asked.values()))
    spoiled = ", ".join(f"{number} {way}" for way, number in sorted(mischief.done.items()))
    assert spoiled
    return f"{count} lines answered once, the slowest in {max(waits):.1f} s; spoiled: {spoiled}"


async def _room_of(person: Person, bot: Person) -> str:
    """A room with the bot, encrypted where that can be."""
    sealed = {"algorithm": "m.megolm.v1.aes-sha2"}
    state = {"type": "m.room.encryption", "state_key": "", "content": sealed}
    return await person.room_with(bot.user, name=person.name, initial_state=[state] * person.seals)


async def _said(person: Person, room: str, rng: random.Random, number: int) -> str:
    """One line of somebody: a command, or an answer to what the bot said."""
    ours = [it for it in person.events if it["room_id"] == room and answered(it)]
    if ours and rng.randrange(3) == 0:
        return await person.reply(room, ours[-1]["event_id"], f"log 1 kg number {number}")
    return await person.say(room, f"!log 1 kg number {number}")


async def _heard(person: Person, room: str, said: str) -> Json:
    end = time.monotonic() + HEARING_SECONDS
    while True:
        found = [it for it in person.events if it["room_id"] == room and answered(it) == said]
        if found:
            return found[0]
        assert time.monotonic() < end, f"no answer to {said}"
        await person._sync()


async def _by_hand(seconds: float, seed: int, people: int) -> None:
    for name, value in hurried().items():
        setattr(matrix_link, name, value)
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        server = Homeserver(folder / "server")
        server.start()
        try:
            async with aiohttp.ClientSession() as session:
                everybody = [await Person(server.url, session).register(f"p{n}") for n in range(people)]
                with contextlib.suppress(ImportError):
                    handmade = importlib.import_module("tests.adapters.matrix.handmade").Handmade
                    everybody.append(await handmade(server.url, session).register("handmade"))
                bot = await Person(server.url, session).register("talkoot")
                print(await day(everybody, bot, folder, seed, seconds=seconds, lines=1))
        finally:
            server.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1_800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=4)
    given = parser.parse_args()
    asyncio.run(_by_hand(given.seconds, given.seed, given.people))
