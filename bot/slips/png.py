"""PNG: each chunk is held to its checksum, and what is no part of the picture is left out.

W3C, Portable Network Graphics (3rd edition), 5: a truncated or changed file fails at a checksum.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from bot.slips.parts import PARTS_MAX, Odd, Why, check_size

MAGIC = b"\x89PNG\r\n\x1a\n"

_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_MEANT = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"})
"""How the points are meant: transparent, how bright, how many to the metre."""

_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
"""How many bits a sample may have, by the type of the colours."""


def cleaned(data: bytes) -> bytes:
    """The picture alone. Raises Odd for what is cut off, damaged, or something else as well."""
    kept, seen, end = [MAGIC], list[bytes](), 0
    for name, start, stop in _chunks(data):
        if not seen:
            _check_head(name, data[start + 8 : stop - 4])
        elif name == b"IHDR":
            raise Odd(Why.BROKEN)
        if name not in _CRITICAL and not name[:1].islower():
            raise Odd(Why.BROKEN)
        if name in _CRITICAL | _MEANT:
            kept.append(data[start:stop])
        seen.append(name)
        end = stop
    if b"IDAT" not in seen or seen[-1] != b"IEND":
        raise Odd(Why.BROKEN)
    if end != len(data):
        raise Odd(Why.BEHIND)
    return b"".join(kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The chunks up to the end of the picture: name, and where each begins and ends."""
    at = len(MAGIC)
    for _ in range(PARTS_MAX):
        if at + 12 > len(data):
            raise Odd(Why.BROKEN)
        length, name = struct.unpack_from(">I4s", data, at)
        stop = at + 12 + length
        if stop > len(data) or not name.isalpha():
            raise Odd(Why.BROKEN)
        (crc,) = struct.unpack_from(">I", data, stop - 4)
        if zlib.crc32(memoryview(data)[at + 4 : stop - 4]) != crc:
            raise Odd(Why.BROKEN)
        yield name, at, stop
        if name == b"IEND":
            return
        at = stop
    raise Odd(Why.BROKEN)


def _check_head(name: bytes, body: bytes) -> None:
    if name != b"IHDR" or len(body) != 13:
        raise Odd(Why.BROKEN)
    width, height, depth, colours, *rest = struct.unpack(">IIBBBBB", body)
    if depth not in _DEPTHS.get(colours, ()) or rest[:2] != [0, 0] or rest[2] > 1:
        raise Odd(Why.BROKEN)
    check_size(width, height)
