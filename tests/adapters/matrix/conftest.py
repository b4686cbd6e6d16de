"""People and a bot on the run's homeserver."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import aiohttp
import pytest

from tests import foul
from tests.adapters.matrix.faults import hurried
from tests.adapters.matrix.people import Person
from tests.adapters.matrix.proxy import Mischief, Proxy
from tests.synapse import shared_url

Registers = Callable[..., Awaitable[Person]]


@pytest.fixture
async def register() -> AsyncIterator[Registers]:
    """Makes people with an account each."""
    async with aiohttp.ClientSession() as session:

        async def one(name: str = "person", **options: bool) -> Person:
            return await Person(shared_url(), session).register(name, **options)

        yield one


@pytest.fixture
async def anna(register: Registers) -> Person:
    """Somebody."""
    return await register("anna")


@pytest.fixture
async def bo(register: Registers) -> Person:
    """Somebody else."""
    return await register("bo")


@pytest.fixture
async def bot(register: Registers) -> AsyncIterator[Person]:
    """The bot's account; nobody speaks through it but the bot."""
    person = await register("talkoot")
    seed = foul.seed()
    if seed is None:
        yield person
        return
    line, mischief = Proxy(person.url), Mischief(seed)
    line.spoil, line.refuse = mischief, mischief.refuse
    async with line.up():
        person.line = line.url
        yield person


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where answers are late, nobody waits long for one."""
    if foul.seed() is not None:
        for name, value in hurried().items():
            monkeypatch.setattr(f"adapters.matrix.link.{name}", value)


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[bytes]]]:
    """The bots that a test starts; none outlives it."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()
