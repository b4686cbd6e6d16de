"""The bodies of the homeserver's answers, as far as they have a size that anybody can want."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import ClientResponse

from adapters.matrix.answers import read_answer
from adapters.matrix.faults import Unreachable

ANSWER_BYTES_MAX = 512 * 1024 * 1024
"""No answer is longer, also not of thousands of rooms at once."""


async def answer_in(response: ClientResponse) -> dict[str, Any]:
    """The JSON of an answer. Raises what its status says, or Unreachable."""
    body = await _body(response, ANSWER_BYTES_MAX)
    if len(body) > ANSWER_BYTES_MAX:
        raise Unreachable(f"the homeserver's answer is longer than {ANSWER_BYTES_MAX} bytes")
    return read_answer(response.status, body)


def file_of(most: int) -> Callable[[ClientResponse], Awaitable[bytes]]:
    """Reads a file; what is no file of a homeserver's is what its answer says."""

    async def read(response: ClientResponse) -> bytes:
        body = await _body(response, most)
        if response.status != HTTPStatus.OK:
            read_answer(response.status, body)
        return body

    return read


async def _body(response: ClientResponse, most: int) -> bytes:
    """The body, or as much of it that it is seen to be too long."""
    parts, size = list[bytes](), 0
    async for part in response.content.iter_any():
        size += len(part)
        parts.append(part)
        if size > most:
            break
    return b"".join(parts)
