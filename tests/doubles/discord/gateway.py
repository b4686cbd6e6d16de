"""The gateway of the stand-in: identify, heartbeats, resume with replay, and its ways of ending.

Frames are one zlib stream a connection, each flushed, as discord.py asks for. Where a bot divides its
servers (Events, Gateway, Sharding), each session hears of its own, and identifying is rationed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import zlib
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.doubles.discord.world import Payload, World

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
MESSAGE_CONTENT, GUILD_POLLS, DIRECT_POLLS = 1 << 15, 1 << 24, 1 << 25
PRIVILEGED = (1 << 1) | (1 << 8) | MESSAGE_CONTENT

IDENTIFY_SECONDS = 5.0
"""How long after an identify the next one may come in the same bucket."""

ALONE = (0, 1)
"""The shard of a bot that does not divide its servers: the first of one."""

Shard = tuple[int, int]


@dataclass
class Session:
    """A session: it outlives its sockets, and replays what they missed."""

    id: str
    intents: int
    shard: Shard = ALONE
    log: list[tuple[int, Payload]] = field(default_factory=list)
    socket: Socket | None = None

    def hears_of(self, guild: str) -> bool:
        """Whether a server is of this session; nobody's server is direct messages, and the first's."""
        number, count = self.shard
        return (int(guild) >> 22) % count == number if guild else number == 0


def _guild_of(event: str, data: Payload) -> str:
    """The server that an event is about; empty where there is none."""
    found = str(data.get("id" if event in {"GUILD_CREATE", "GUILD_DELETE"} else "guild_id") or "")
    return found if found.isdecimal() else ""


class Socket:
    """One connection."""

    def __init__(self, ws: web.WebSocketResponse, *, compress: bool) -> None:
        self.ws = ws
        self._zlib = zlib.compressobj() if compress else None
        self._out: asyncio.Queue[Payload | str | int | None] = asyncio.Queue()

    def put(self, frame: Payload | str) -> None:
        """Send a frame; a text goes as it is."""
        self._out.put_nowait(frame)

    def close(self, code: int) -> None:
        self._out.put_nowait(code)

    async def write(self) -> None:
        """Send what is put, in order, until the connection is closed."""
        while True:
            frame = await self._out.get()
            if frame is None or self.ws.closed:
                return
            if isinstance(frame, int):
                await self.ws.close(code=frame)
                return
            text = frame if isinstance(frame, str) else json.dumps(frame)
            if self._zlib is None:
                await self.ws.send_str(text)
            else:
                data = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
                await self.ws.send_bytes(data)

    def end(self) -> None:
        self._out.put_nowait(None)


class Gateway:
    """All sessions, and the weather over them."""

    def __init__(self, world: World, token: str) -> None:
        self.world, self.token = world, token
        self.allowed = GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES | GUILD_POLLS | DIRECT_POLLS
        """The intents that are switched on for the bot."""
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.identifies = self.resumes = self.heartbeats = 0
        self.refuse_next: list[int] = []
        """Close codes for the next connections, instead of a welcome."""
        self.servers_max = 2_500
        """The most servers that one shard may have."""
        self.identified: list[tuple[float, Shard]] = []
        """When which shard was welcomed, by the steady clock."""
        self.too_soon = 0
        """How often a shard identified before its bucket was free."""
        self._numbers = itertools.count(1)
        world.dispatch = self.dispatch

    @property
    def live(self) -> Session | None:
        return self.living()

    def living(self, shard: int | None = None) -> Session | None:
        """A session that is connected: that of a shard, or any."""
        there = (s for s in self.sessions.values() if s.socket is not None)
        return next((s for s in there if shard in {None, s.shard[0]}), None)

    def dispatch(self, event: str, data: Payload) -> None:
        """Tell all sessions that asked for such events; those that are away hear it on resuming."""
        guild = _guild_of(event, data)
        for session in self.sessions.values():
            if session.hears_of(guild) and self._wants(session.intents, event, data):
                self._tell(session, event, data)

    def _wants(self, intents: int, event: str, data: Payload) -> bool:
        direct = "guild_id" not in data
        if event.startswith("MESSAGE_POLL"):
            return bool(intents & (DIRECT_POLLS if direct else GUILD_POLLS))
        if event.startswith("MESSAGE_"):
            return bool(intents & (DIRECT_MESSAGES if direct else GUILD_MESSAGES))
        if event.startswith(("GUILD_", "CHANNEL_", "THREAD_")):
            return bool(intents & GUILDS)
        return True

    def _tell(self, session: Session, event: str, data: Payload) -> None:
        number = len(session.log) + 1
        frame = {"op": 0, "t": event, "s": number, "d": json.loads(json.dumps(data))}
        session.log.append((number, frame))
        if session.socket is not None:
            session.socket.put(frame)

    # Weather

    def drop(self, code: int = 4000, shard: int | None = None) -> None:
        """Close the connection with a code; the session can be resumed unless the code says no."""
        session = self._connected(shard)
        assert session.socket is not None
        session.socket.close(code)
        session.socket = None

    def tear(self, shard: int | None = None) -> None:
        """Cut the connection without a word."""
        session = self._connected(shard)
        assert session.socket is not None
        request = session.socket.ws._req
        assert request is not None
        assert request.transport is not None
        request.transport.abort()
        session.socket = None

    def garble(self, shard: int | None = None) -> None:
        """Send what is no JSON: it ends discord.py's client, not only its connection."""
        session = self._connected(shard)
        assert session.socket is not None
        session.socket.put("{")
        del self.sessions[session.id]

    def reconnect(self, shard: int | None = None) -> None:
        """Ask to reconnect (op 7)."""
        session = self._connected(shard)
        assert session.socket is not None
        session.socket.put({"op": 7, "d": None})
        session.socket = None

    def invalidate(self, *, resumable: bool, shard: int | None = None) -> None:
        """Invalidate the session (op 9)."""
        session = self._connected(shard)
        assert session.socket is not None
        session.socket.put({"op": 9, "d": resumable})
        session.socket = None
        if not resumable:
            del self.sessions[session.id]

    def again(self) -> None:
        """Send the last event once more."""
        session = self._connected()
        frame = session.log[-1][1]
        self._tell(session, frame["t"], frame["d"])

    def _connected(self, shard: int | None = None) -> Session:
        session = self.living(shard)
        assert session is not None, "nobody is connected"
        return session

    # The protocol

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(autoping=True)
        await ws.prepare(request)
        if self.refuse_next:
            await ws.close(code=self.refuse_next.pop(0))
            return ws
        compress = request.query.get("compress") == "zlib-stream"
        assert request.query.get("v") == "10", "the stand-in speaks version 10"
        socket = Socket(ws, compress=compress)
        writing = asyncio.create_task(socket.write())
        socket.put({"op": 10, "d": {"heartbeat_interval": 41_250}})
        try:
            async for frame in ws:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._take(socket, json.loads(frame.data))
        finally:
            socket.end()
            await writing
            for session in self.sessions.values():
                if session.socket is socket:
                    session.socket = None
        return ws

    def _take(self, socket: Socket, frame: Payload) -> None:
        match frame["op"]:
            case 1:
                self.heartbeats += 1
                socket.put({"op": 11, "d": None})
            case 2:
                self._identify(socket, frame["d"])
            case 6:
                self._resume(socket, frame["d"])
            case _:
                socket.close(4001)

    def _identify(self, socket: Socket, data: Payload) -> None:
        self.identifies += 1
        if data["token"] != self.token:
            socket.close(4004)
            return
        if data["intents"] & PRIVILEGED & ~self.allowed:
            socket.close(4014)
            return
        number, count = shard = tuple(data.get("shard", ALONE))
        if not 0 <= number < count:
            socket.close(4010)
            return
        if self._is_too_soon(shard):
            self.too_soon += 1
            socket.put({"op": 9, "d": False})
            return
        self.world.text_queries = bool(data["intents"] & MESSAGE_CONTENT)
        session = Session(f"session{next(self._numbers)}", data["intents"], shard, socket=socket)
        guilds = [g for g in self.world.guilds.values() if not g.gone and session.hears_of(g.id)]
        if len(guilds) > self.servers_max:
            socket.close(4011)
            return
        self._ends(shard)
        self.sessions[session.id] = session
        self.identified.append((self.world.clock.steady(), shard))
        ready = {
            "v": 10,
            "user": self.world.bot.payload(),
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": self.world.bot.id, "flags": 0},
            "shard": [number, count],
        }
        self._tell(session, "READY", ready)
        for guild in guilds:
            self._tell(session, "GUILD_CREATE", self.world.guild_payload(guild))
        self.world.happened()

    def _is_too_soon(self, shard: Shard) -> bool:
        """Whether the bucket of a shard is not free yet; a bot that does not divide has time."""
        self.world.starts_left -= 1
        if shard[1] == 1:
            return False
        bucket = shard[0] % self.world.max_concurrency
        since = self.world.clock.steady() - IDENTIFY_SECONDS
        return any(
            at > since and it[0] % self.world.max_concurrency == bucket for at, it in self.identified
        )

    def _ends(self, shard: Shard) -> None:
        """A second identify of a shard ends its first session."""
        for other in [it for it in self.sessions.values() if it.shard == shard]:
            if other.socket is not None:
                other.socket.close(4000)
            del self.sessions[other.id]

    def _resume(self, socket: Socket, data: Payload) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self.token:
            socket.put({"op": 9, "d": False})
            return
        self.resumes += 1
        session.socket = socket
        for number, frame in session.log:
            if number > data["seq"]:
                socket.put(frame)
        self._tell(session, "RESUMED", {"_trace": []})
        self.world.happened()
