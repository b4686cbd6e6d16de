"""The whole stand-in on a port of this machine, and discord.py pointed at it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord.gateway
import discord.http
import yarl
from aiohttp import web

from adapters.discord import rest
from tests.doubles.discord import forums  # noqa: F401 - it adds its routes
from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.interactions import Interactions
from tests.doubles.discord.people import People
from tests.doubles.discord.rest import PREFIX, Asked, Rest, Weather
from tests.doubles.discord.world import Message, World

TOKEN = "bot-token-CANARY"


class Standin:
    """Discord, as far as the bot can tell."""

    def __init__(self) -> None:
        self.world = World()
        self.interactions = Interactions(self.world)
        self.people = People(self.world, self.interactions)
        self.gateway = Gateway(self.world, TOKEN)
        self.rest = Rest(self.world, self.interactions, TOKEN)

    # Weather over requests

    def weather(self, what: str, method: str, path: str, times: int = 1, value: float = 0.0) -> Weather:
        """Let the next requests that match meet something.

        `limit` and `global` (429 for so many seconds), `banned` (429 without a word), `fail` (with
        the status `value`), `refuse` (400 with the code `value`), `tear` (cut before it is done),
        `lose` (done, but the answer is lost),
        `wait` (until the gate is opened).
        """
        weather = Weather(re.compile(path), method, times, what, value, asyncio.Event())
        self.rest.weather.append(weather)
        return weather

    def requests(self, method: str, path: str) -> list[Asked]:
        """The requests so far that match."""
        return [
            each for each in self.rest.asked if each.method == method and re.search(path, each.path)
        ]

    # What people with more rights do

    def delete(self, message: Message) -> None:
        del self.world.messages[message.id]

    async def file(self, request: web.Request) -> web.Response:
        """What somebody attached, as Discord's CDN gives it to anybody."""
        data = self.world.files.get(request.match_info["number"])
        return web.Response(status=404) if data is None else web.Response(body=data)

    def sound(self) -> None:
        """Fail where a request was invalid, or something that the stand-in is not sure of."""
        assert not self.rest.invalid, self.rest.invalid
        assert not self.rest.complaints, self.rest.complaints


@asynccontextmanager
async def standing_in() -> AsyncIterator[Standin]:
    """The stand-in, running; discord.py finds it instead of Discord."""
    standin = Standin()
    app = web.Application(client_max_size=32 * 2**20)
    app.router.add_get("/gateway/", standin.gateway.handle)
    app.router.add_route("*", PREFIX + "/{rest:.*}", standin.rest.handle)
    app.router.add_get("/files/{number}/{name}", standin.file)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    standin.world.cdn = f"http://{host}:{port}/files/"
    standin.gateway.url = f"ws://{host}:{port}/gateway/"
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    files, rest.FILES = rest.FILES, (standin.world.cdn, standin.world.cdn)
    discord.http.Route.BASE = f"http://{host}:{port}{PREFIX}"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(standin.gateway.url)
    try:
        yield standin
    finally:
        rest.FILES = files
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before
        await runner.cleanup()
