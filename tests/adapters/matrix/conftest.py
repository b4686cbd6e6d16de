"""People and a bot on the run's homeserver."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import aiohttp
import pytest

from tests.adapters.matrix.people import Person
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
async def bot(register: Registers) -> Person:
    """The bot's account; nobody speaks through it but the bot."""
    return await register("talkoot")


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[bytes]]]:
    """The bots that a test starts; none outlives it."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()
