"""A line to the homeserver that fails: a proxy which lets requests through and spoils their answers.

What was asked is done; only the answer is another one. So whoever asks must ask again, and the second
time must do nothing twice. Some requests are refused before anything is done.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from tests.adapters.matrix.people import Json

TOO_LONG = 20_000
LATE_SECONDS = 4.0

Answer = tuple[int, bytes]
Spoil = Callable[[str, str, Answer], "Answer | float"]
"""From method, path and true answer to the one that is given, or how long (s) the true one is held."""


Refuse = Callable[[str, str], "Answer | None"]
"""From method and path to the answer that is given without anything being done."""


def welcome(method: str, path: str) -> None:
    """Nothing is refused."""


def honest(method: str, path: str, answer: Answer) -> Answer:
    """Nothing is spoiled."""
    return answer


def failing(method: str, pattern: str, status: int = 500) -> Spoil:
    """Whatever is asked so fails, for ever."""

    def spoil(asked: str, path: str, answer: Answer) -> Answer:
        return (
            (status, b"<html>oops</html>") if asked == method and re.search(pattern, path) else answer
        )

    return spoil


class Mischief:
    """One in `one_in` answers is spoiled, in the ways of the worst day; the seed says which."""

    def __init__(self, seed: int, one_in: int = 10) -> None:
        self._rng, self._one_in = random.Random(seed), one_in
        self.done: Counter[str] = Counter()

    def refuse(self, method: str, path: str) -> Answer | None:
        """A few requests do not get through at all."""
        if self._rng.randrange(self._one_in * 4):
            return None
        self.done["refused"] += 1
        way = self._rng.choice([_failed, _limited])
        return way(self._rng, (200, b"{}"))

    def __call__(self, method: str, path: str, answer: Answer) -> Answer | float:
        if self._rng.randrange(self._one_in):
            return answer
        way = self._rng.choice(list(WAYS))
        self.done[way] += 1
        return WAYS[way](self._rng, answer)


def _failed(rng: random.Random, answer: Answer) -> Answer:
    status = rng.choice([500, 502, 503, 504])
    body = rng.choice([b"<html>Bad Gateway</html>", b'{"errcode":"M_UNKNOWN","error":"Oops"}', b""])
    return status, body


def _cut(rng: random.Random, answer: Answer) -> Answer:
    return answer[0], answer[1][: rng.randrange(len(answer[1]))]


def _limited(rng: random.Random, answer: Answer) -> Answer:
    wait = rng.choice([100, "soon", None, -1, True])
    return 429, json.dumps({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": wait}).encode()


def _late(rng: random.Random, answer: Answer) -> float:
    return LATE_SECONDS


def _other_type(rng: random.Random, answer: Answer) -> Answer:
    """Something in it is of another type, or all of it."""
    others: list[Any] = [None, 7, [], "x"]
    # Another text where a text belongs, or an empty list of events, is a lie that nobody could see.
    return _changed(
        rng, answer, lambda old: rng.choice([it for it in others if type(it) is not type(old)])
    )


def _too_long(rng: random.Random, answer: Answer) -> Answer:
    """Something that is a text is endless."""
    return _changed(rng, answer, lambda old: f"{old}"[:1] + "x" * TOO_LONG, texts=True)


def _changed(
    rng: random.Random, answer: Answer, new: Callable[[Any], Any], *, texts: bool = False
) -> Answer:
    status, body = answer
    try:
        whole: Any = json.loads(body)
    except ValueError:
        return answer
    places = list(_envelope(whole, texts=texts))
    if not places:
        return status, json.dumps(new(whole)).encode() if not texts else body[:1]
    holder, key = rng.choice(places)
    holder[key] = new(holder[key])
    return status, json.dumps(whole).encode()


ENVELOPE = ("rooms", "join", "timeline", "to_device")
NAMED = (
    "event_id",
    "sender",
    "type",
    "next_batch",
    "room_id",
    "prev_batch",
    "filter_id",
    "content_uri",
)


def _envelope(whole: Any, *, texts: bool) -> Iterator[tuple[Any, str]]:
    """What the documentation promises of an answer itself, beside what people wrote into it."""
    if not isinstance(whole, dict):
        return
    for name in NAMED if texts else (*NAMED, *ENVELOPE, "events", "chunk", "joined_rooms"):
        if name in whole and (not texts or isinstance(whole[name], str)):
            yield whole, name
    for name, inner in whole.items():
        if name in ENVELOPE or name.startswith("!"):
            yield from _envelope(inner, texts=texts)
        if name in ("events", "chunk") and isinstance(inner, list):
            for event in inner:
                if isinstance(event, dict) and "event_id" in event:
                    yield from (
                        (event, each) for each in ("event_id", "sender", "type") if each in event
                    )


WAYS: dict[str, Callable[[random.Random, Answer], Answer | float]] = {
    "5xx": _failed,
    "cut": _cut,
    "limited": _limited,
    "late": _late,
    "other type": _other_type,
    "too long": _too_long,
}


class Proxy:
    """The line; `spoil` and `refuse` may be changed while it is up, `asked` is what came by."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.spoil: Spoil = honest
        self.refuse: Refuse = welcome
        self.url = ""
        self.asked: Counter[str] = Counter()

    @asynccontextmanager
    async def up(self) -> AsyncIterator[Proxy]:
        """Let requests through, until the end."""
        app = web.Application(client_max_size=2**30)
        app.router.add_route("*", "/{path:.*}", self._pass)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as self._session:
            try:
                yield self
            finally:
                await runner.shutdown()
                await runner.cleanup()

    async def _pass(self, request: web.Request) -> web.Response:
        self.asked[f"{request.method} {request.path}"] += 1
        body = await request.read()
        refused = self.refuse(request.method, request.raw_path)
        if refused is not None:
            return self._told(refused)
        headers = {
            name: value
            for name, value in request.headers.items()
            if name in {"Authorization", "Content-Type"}
        }
        async with self._session.request(
            request.method, f"{self._target}{request.rel_url}", data=body, headers=headers
        ) as response:
            true: Answer = response.status, await response.read()
        given = self.spoil(request.method, request.raw_path, true)
        if isinstance(given, float):
            await asyncio.sleep(given)  # tidy: being late is what is tested
            given = true
        return self._told(given)

    def _told(self, answer: Answer) -> web.Response:
        status, told = answer
        return web.Response(status=status, body=told, content_type="application/json")


def written(events: list[Json], user: str) -> list[str]:
    """What somebody said, in order."""
    return [str(it["content"].get("body", "")) for it in events if it["sender"] == user]
