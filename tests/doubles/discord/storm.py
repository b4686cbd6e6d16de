"""The worst answers that Discord's documentation knows, instead of every tenth good one; by a seed.

Before anything is done: 5xx, 429, and an answer that comes after all patience. After it was done: an
answer whose JSON is cut off, is of another type, or is far too long.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from tests.doubles.discord.rest import Asked

BEFORE = frozenset({"500", "502", "503", "504", "limit", "late"})
AFTER = ("cut", "list", "text", "page", "null", "endless")
ENDLESS = 200_000


class Storm:
    """Says of each request whether its answer is one of the worst."""

    def __init__(self, seed: int, share: float = 0.1, *, deaf: bool = True) -> None:
        """Where it is not `deaf`, no interaction is answered so late that it is gone."""
        self.chance, self.share, self.deaf = random.Random(seed), share, deaf
        self.struck = 0

    def next(self, asked: Asked) -> str:
        """What becomes of the answer; empty where it stays as it is."""
        if self.chance.random() >= self.share:
            return ""
        self.struck += 1
        kinds = (*sorted(BEFORE), *AFTER)
        if not self.deaf and asked.path.startswith(("/interactions/", "/webhooks/")):
            kinds = tuple(it for it in kinds if it != "late")
        return self.chance.choice(kinds)


def spoiled(worst: str, answer: web.Response) -> web.Response:
    """The answer to what was done, as bad as it can be."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    match worst:
        case "cut":
            body = body[: len(body) // 2]
        case "list":
            body = b"[1, 2, 3]" if body[:1] != b"[" else b"{}"
        case "text":
            body = b'"no object at all"'
        case "null":
            body = b"null"
        case "endless":
            body = _endless(body)
        case "page":
            return web.Response(status=answer.status, text="<html></html>", content_type="text/html")
        case _:
            return answer
    return web.Response(status=answer.status, body=body, headers=answer.headers)


def _endless(body: bytes) -> bytes:
    told = json.loads(body)
    return json.dumps({**told, "more": "x" * ENDLESS}).encode() if isinstance(told, dict) else body
