"""Many servers: divided into shards, in one program or in several; each event is heard once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import combinations
from pathlib import Path

import pytest

import adapters.discord.supervision
from adapters.cli.outside import SystemChance
from adapters.cli.store import Store, open_store
from adapters.discord.pollbook import PollBook
from adapters.discord.sharding import Shards, Turns
from adapters.discord.standing import PLATFORM
from bot.ports import Note, Position, StorageFault, Written
from commands import FEATURES
from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.server import Standin, standing_in
from tests.doubles.discord.world import Channel, Guild, Message, World

COUNT = 3


ON_ITS_WAY_LOOKS = 200
"""How often it is looked for what is on its way before it is taken for lost: a line may be torn."""


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard that begins is there before the clock moves on, however busy the machine is.

    Else its bucket would rest from when it set out, and the stand-in would count from when it came.
    """
    at_once, used = Stage.pause, Turns.used
    begun = 0

    def counted(turns: Turns, shard: int) -> None:
        nonlocal begun
        begun += 1
        used(turns, shard)

    async def pause(stage: Stage, seconds: float) -> None:
        nonlocal begun
        for _ in range(ON_ITS_WAY_LOOKS):
            await asyncio.sleep(0.02)  # tidy: lets sockets be read
            if stage.discord.gateway.identifies >= begun:
                break
        else:
            begun = stage.discord.gateway.identifies
        await at_once(stage, seconds)

    monkeypatch.setattr(Stage, "pause", pause)
    monkeypatch.setattr(Turns, "used", counted)


def guild_of(world: World, shard: int, count: int = COUNT) -> tuple[Guild, Channel]:
    """One more server of Anna's that is of a shard, with its channel."""
    anna = next(it for it in world.users.values() if it.global_name == "Anna")
    while True:
        guild = world.guild(f"Garden {shard}", anna, "hall")
        if (int(guild.id) >> 22) % count == shard:
            for user in world.users.values():
                if not user.bot:
                    guild.members[user.id] = type(guild.members[anna.id])(user)
            return guild, next(c for c in world.channels.values() if c.guild == guild.id)
        del world.guilds[guild.id]
        world.channels = {it.id: it for it in world.channels.values() if it.guild != guild.id}


def shards_of(standin: Standin) -> list[tuple[int, int]]:
    """The shards that are connected."""
    return sorted(it.shard for it in standin.gateway.sessions.values() if it.socket is not None)


async def all_there(stage: Stage, count: int = COUNT) -> None:
    """Until every shard is connected."""
    await stage.world.until(lambda: len(shards_of(stage.discord)) == count)


@asynccontextmanager
async def divided() -> AsyncIterator[tuple[Stage, list[Channel]]]:
    """A bot with a server on each of three shards, connected; and the channels there, by shard."""
    async with staged(start=False, shards=Shards(COUNT), guilds=()) as stage:
        rooms = [guild_of(stage.world, shard)[1] for shard in range(COUNT)]
        await stage.start()
        await all_there(stage)
        yield stage, rooms


async def test_each_shard_hears_its_servers_once_and_all_are_answered() -> None:
    async with divided() as (stage, rooms):
        assert shards_of(stage.discord) == [(0, 3), (1, 3), (2, 3)]
        for number, room in enumerate(rooms, 1):
            came = await stage.people.slash(stage.anna, room, "log", amount="1h", what="dug")
            assert came.text.startswith(f"C{number}: Anna, 1h")
        # Direct messages are the first shard's.
        direct = stage.world.direct(stage.anna)
        stage.people.say(stage.anna, direct, "log 2h watered")
        await stage.world.until(lambda: bool(stage.world.said(direct)))
        await stage.settled()

        assert stage.discord.gateway.identifies == COUNT
        assert stage.discord.gateway.too_soon == 0
        assert len(stage.discord.requests("PUT", "/commands$")) == 1
        assert stage.bot is not None
        assert stage.bot.is_connected


async def test_a_bot_in_few_servers_is_one_and_asks_nothing_more() -> None:
    async with staged() as stage:
        (session,) = stage.discord.gateway.sessions.values()

        assert session.shard == (0, 1)
        assert not stage.discord.requests("GET", "/gateway/bot")


async def test_discord_wants_shards_and_the_bot_takes_as_many() -> None:
    async with staged(start=False, guilds=()) as stage:
        rooms = [guild_of(stage.world, shard)[1] for shard in range(COUNT)]
        stage.discord.gateway.servers_max, stage.world.shards = 2, COUNT
        await stage.start()
        await all_there(stage)
        for room in rooms:
            came = await stage.people.slash(stage.anna, room, "about")
            assert came.text.startswith("Talkoot keeps the books")

        assert shards_of(stage.discord) == [(0, 3), (1, 3), (2, 3)]
        assert stage.discord.gateway.too_soon == 0


async def test_where_discord_says_too_few_there_is_one_more_than_before() -> None:
    async with staged(start=False, guilds=()) as stage:
        for shard in range(2):
            guild_of(stage.world, shard, 2)
        stage.discord.gateway.servers_max = 2
        await stage.start()
        await all_there(stage, 2)

        assert shards_of(stage.discord) == [(0, 2), (1, 2)]


WEATHER: dict[str, Callable[[Stage, int], None]] = {
    "closed with 4000": lambda stage, shard: stage.discord.gateway.drop(4000, shard),
    "torn": lambda stage, shard: stage.discord.gateway.tear(shard),
    "asked to reconnect": lambda stage, shard: stage.discord.gateway.reconnect(shard),
    "invalid, resumable": lambda stage, shard: stage.discord.gateway.invalidate(
        resumable=True, shard=shard
    ),
}


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("attempts", [0, 2])
@pytest.mark.parametrize("weather", WEATHER)
async def test_a_shard_that_was_away_hears_what_happened_and_the_others_go_on(
    weather: str, attempts: int
) -> None:
    async with divided() as (stage, rooms):
        gateway = stage.discord.gateway
        others = [gateway.living(0), gateway.living(2)]
        gateway.refuse_next = [4000] * attempts
        WEATHER[weather](stage, 1)
        for room in rooms:
            came = await stage.people.slash(stage.anna, room, "log", amount="1h", what="dug")
            assert "Anna, 1h" in came.text

        assert [gateway.living(0), gateway.living(2)] == others
        assert gateway.resumes == 1
        assert gateway.identifies == COUNT


@pytest.mark.usefixtures("hurried")
async def test_a_shard_whose_client_ends_is_begun_anew_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters.discord.supervision, "WAIT_SECONDS_FIRST", 0.01)
    async with divided() as (stage, rooms):
        gateway = stage.discord.gateway
        others = [gateway.living(0), gateway.living(2)]
        gateway.garble(1)
        # What the bot says goes another way meanwhile.
        came = await stage.people.slash(stage.anna, rooms[0], "about")
        assert came.text.startswith("Talkoot keeps the books")
        await all_there(stage)
        came = await stage.people.slash(stage.anna, rooms[1], "about")
        assert came.text.startswith("Talkoot keeps the books")

        assert [gateway.living(0), gateway.living(2)] == others
        assert gateway.identifies == COUNT + 1
        assert gateway.too_soon == 0


# Several programs


@asynccontextmanager
async def two_programs(folder: Path) -> AsyncIterator[tuple[Stage, Stage, list[Channel]]]:
    """Two programs on one database: one has shard 0, the other 1 and 2. The second begins first."""
    async with AsyncExitStack() as stack:
        standin = await stack.enter_async_context(standing_in())
        world = standin.world
        anna, bo, cem = (world.user(name) for name in ("Anna", "Bo", "Cem"))
        places = [guild_of(world, shard) for shard in range(COUNT)]
        rooms = [room for _, room in places]
        programs = []
        for some in ((0,), (1, 2)):
            store = stack.enter_context(open_store(f"sqlite:///{folder / 'talkoot.db'}"))
            settings = {"shards": Shards(COUNT, some), "guilds": ()}
            place = (places[0][0], rooms[0], anna, bo, cem)
            stage = Stage(
                standin, store, *place, FEATURES.commands, {}, settings, chance=SystemChance()
            )
            programs.append(stage)
        first, second = programs
        beginning = asyncio.create_task(second.start())
        await first.start()
        await beginning
        for stage in programs:
            stack.push_async_callback(stage.stop, kill=True)
        await all_there(first)
        yield first, second, rooms
        standin.sound()


async def both_settled(*programs: Stage) -> None:
    """Until both have told what they had to."""
    for _ in range(2):
        for stage in programs:
            await stage.settled()


async def test_two_programs_share_the_servers_and_register_the_commands_once(tmp_path: Path) -> None:
    async with two_programs(tmp_path) as (first, second, rooms):
        for number, room in enumerate(rooms * 2, 1):
            came = await first.people.slash(first.anna, room, "log", amount="1h", what=f"row {number}")
            assert came.text.startswith(f"C{number}: Anna, 1h")
        direct = first.world.direct(first.anna)
        first.people.say(first.anna, direct, "log 2h watered")
        await first.world.until(lambda: bool(first.world.said(direct)))
        await both_settled(first, second)

        gateway = first.discord.gateway
        assert shards_of(first.discord) == [(0, 3), (1, 3), (2, 3)]
        assert (gateway.identifies, gateway.too_soon) == (COUNT, 0)
        assert len(first.discord.requests("PUT", "/commands$")) == 1
        assert [len(first.world.said(room)) for room in rooms] == [2, 2, 2]
        assert len(first.world.said(direct)) == 1
        for stage in (first, second):
            # Both know Discord's numbers of the commands, by which they can be tapped in answers.
            assert stage.bot is not None
            assert stage.bot._ids


def shown(world: World, room: Channel) -> tuple[Message, Message]:
    """The card in a channel, and Discord's poll below it."""
    below = next(it for it in world.said(room) if it.poll)
    return world.messages[below.reference], below


async def test_a_poll_stands_in_the_servers_of_both_programs_and_counts_all_votes(
    tmp_path: Path,
) -> None:
    async with two_programs(tmp_path) as (first, second, rooms):
        world, people = first.world, first.discord.people
        for user in (first.anna, first.bo, first.cem):
            for room in rooms:
                await people.slash(user, room, "log", amount="1h", what=f"dug in {room.id}")
        await both_settled(first, second)
        # The first asks; it shows the poll in the second's servers as well, where it hears nothing.
        await people.slash(first.anna, rooms[0], "poll", question="Which day? | Mon | Tue")
        await both_settled(first, second)
        people.vote(first.bo, shown(world, rooms[2])[1], "Tue")
        await both_settled(first, second)
        # And what is voted while a shard of the second is away counts when it comes back.
        first.discord.gateway.invalidate(resumable=False, shard=1)
        people.vote(first.cem, shown(world, rooms[1])[1], "Tue")
        await all_there(first)
        await world.until(lambda: "2 of 3" in shown(world, rooms[0])[0].content)
        await both_settled(first, second)

        for room in rooms:
            assert "2 of 3" in shown(world, room)[0].content
        await people.slash(first.anna, rooms[0], "close", ref="Q1")
        await both_settled(first, second)
        for stage in (first, second):
            assert stage.bot is not None
            assert stage.bot._book.open == {}


async def test_who_waits_for_the_commands_of_another_program_registers_none(tmp_path: Path) -> None:
    async with staged(start=False, shards=Shards(COUNT, (1, 2)), guilds=()) as stage:
        beginning = asyncio.create_task(stage.start())
        await all_there(stage, 2)
        await stage.world.until(
            lambda: len(stage.discord.requests("GET", "/commands$")) > 1  # it looks again
        )
        assert not stage.discord.requests("PUT", "/commands$")
        stage.world.commands.append({"id": "1", "name": "old", "type": 1})
        await beginning
    assert not stage.discord.requests("PUT", "/commands$")


# Turns


class Kept:
    """What the programs of a bot see of each other; and how often it cannot be reached."""

    def __init__(self) -> None:
        self.at: dict[str, str] = {}
        self.faults = self.rivals = 0

    def position(self, name: str) -> str:
        if self.faults:
            self.faults -= 1
            raise StorageFault("planted")
        return self.at.get(name, "")

    def swap(self, name: str, before: str, after: str) -> bool:
        if self.rivals:
            self.rivals -= 1
            self.at[name] = after
        if self.at.get(name, "") != before:
            return False
        self.at[name] = after
        return True


class Time:
    """Seconds that go on when all wait: the soonest goes first."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._due: list[tuple[float, int, asyncio.Future[None]]] = []
        self.waits: list[float] = []

    def now(self) -> float:
        return self.seconds

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        until: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._due.append((self.seconds + seconds, len(self.waits), until))
        await until

    async def goes_on(self, doing: Iterable[asyncio.Task[None]]) -> None:
        tasks = list(doing)
        while not all(it.done() for it in tasks):
            for _ in range(5):
                await asyncio.sleep(0.002)  # tidy: lets threads be heard
            if self._due:
                self._due.sort()
                self.seconds, _, until = self._due.pop(0)
                if not until.done():
                    until.set_result(None)
        for it in tasks:
            it.result()


async def begun(
    time: Time, kept: Kept, programs: Iterable[Shards], *, at_once: int = 1, left: int = 1_000
) -> list[tuple[float, int]]:
    """When which shard began, where all want to at the same time."""
    times: list[tuple[float, int]] = []

    async def begins(turns: Turns, shard: int) -> None:
        turns.limited({"max_concurrency": at_once, "remaining": left, "reset_after": 60_000})
        await turns.take(shard)
        turns.used(shard)
        times.append((time.now(), shard))

    doing = []
    for shards in programs:
        turns = Turns(shards, time.now, time.pause, kept.position, kept.swap)
        doing += [asyncio.create_task(begins(turns, shard)) for shard in shards.ids]
    await time.goes_on(doing)
    return sorted(times)


DIVIDED: dict[str, tuple[tuple[Shards, ...], int]] = {
    "one program": ((Shards(6),), 1),
    "one program, two at once": ((Shards(6),), 2),
    "three programs": ((Shards(6, (0, 1)), Shards(6, (2, 3)), Shards(6, (4, 5))), 1),
    "two programs, two at once": ((Shards(6, (0, 2, 4)), Shards(6, (1, 3, 5))), 2),
    "two programs, two at once, in another way": ((Shards(6, (0, 1, 2)), Shards(6, (3, 4, 5))), 2),
}


@pytest.mark.parametrize("how", DIVIDED)
async def test_shards_of_a_bucket_begin_five_seconds_apart(how: str) -> None:
    programs, at_once = DIVIDED[how]
    times = await begun(Time(), Kept(), programs, at_once=at_once)

    assert sorted(shard for _, shard in times) == list(range(6))
    for (one, a), (other, b) in combinations(times, 2):
        assert a % at_once != b % at_once or abs(other - one) > 5.0
    # And no longer than it takes: two and a half times as long between programs.
    assert times[-1][0] <= 6 / at_once * 7.5 + 7.5


async def test_where_a_bucket_is_each_shard_s_own_all_begin_at_once() -> None:
    assert await begun(Time(), Kept(), (Shards(4),), at_once=16) == [(0.0, it) for it in range(4)]


async def test_who_may_begin_no_more_today_waits_until_tomorrow() -> None:
    time = Time()
    times = await begun(time, Kept(), (Shards(2),), at_once=2, left=2)

    assert min(times)[0] >= 60.0


async def test_a_shard_waits_while_the_store_does_not_answer() -> None:
    kept = Kept()
    kept.faults = 3
    times = await begun(Time(), kept, (Shards(2, (1,)),))

    assert times[0][0] >= 3 * 0.5


async def test_of_two_programs_that_look_at_the_same_time_one_begins() -> None:
    kept = Kept()
    kept.rivals = 1
    times = await begun(Time(), kept, (Shards(2, (1,)),))

    assert times[0][0] > 7.0 + 5.0


async def test_a_shard_that_gave_its_turn_back_keeps_nobody_waiting() -> None:
    time, kept = Time(), Kept()
    turns = Turns(Shards(2), time.now, time.pause, kept.position, kept.swap)
    await turns.take(0)
    turns.give_back(0)
    turns.give_back(0)
    await turns.take(1)
    turns.used(1)

    assert time.waits == []


async def test_a_wait_that_is_ended_gives_the_turn_back() -> None:
    time, kept = Time(), Kept()
    turns = Turns(Shards(3), time.now, time.pause, kept.position, kept.swap)
    await turns.take(0)
    turns.used(0)
    waiting = asyncio.create_task(turns.take(1))
    await asyncio.sleep(0.001)  # tidy: lets it begin to wait
    waiting.cancel()
    await asyncio.wait([waiting])
    third = asyncio.create_task(turns.take(2))
    await time.goes_on([third])

    assert time.now() > 5.0


# What an older version kept


def write(store: Store, *notes: Note) -> None:
    """Write what was noted, as the engine does."""
    positions = [it for it in notes if isinstance(it, Position)]
    with store.journal.transaction() as transaction:
        transaction.write(Written(positions=positions))


def test_polls_that_an_older_version_kept_together_are_looked_after(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'talkoot.db'}") as store:
        write(store, Position(PLATFORM, "polls", '{"34":"12","56":"12"}'))
        notes: list[Note] = []
        book = PollBook(store.outbox)
        book.keep(notes.append)

        assert book.open == {"34": "12", "56": "12"}
        book.ended("34")
        assert book.open == {"56": "12"}

        write(store, *notes)
        assert PollBook(store.outbox).open == {"56": "12"}
        assert store.outbox.position(PLATFORM, "polls") == ""
