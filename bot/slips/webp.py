"""WebP: the picture is kept to the bit, what stands beside it is left out (RFC 9649)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bot.slips.jpeg import exif_of, orientation
from bot.slips.parts import PARTS_MAX, Odd, Why, check_size

_RIFF, _WEBP = b"RIFF", b"WEBP"
_PICTURES = frozenset({b"VP8 ", b"VP8L"})
_ALPHA, _EXIF, _ANIMATION = 0x10, 0x08, 0x02
"""Flags of an extended file that are kept or asked for."""


def is_webp(data: bytes) -> bool:
    """Whether it begins like one."""
    return data[:4] == _RIFF and data[8:12] == _WEBP


def cleaned(data: bytes) -> bytes:
    """The picture alone. Raises Odd for what is cut off, damaged, or something else as well."""
    (size,) = struct.unpack_from("<I", data, 4)
    whole = size + 8
    if whole > len(data):
        raise Odd(Why.BROKEN)
    if data[whole:].strip(b"\0"):
        raise Odd(Why.BEHIND)
    found = list(_chunks(data[:whole]))
    pictures = [(name, body) for name, body in found if name in _PICTURES]
    head = found[0][1] if found and found[0][0] == b"VP8X" else b""
    if head and len(head) != 10:
        raise Odd(Why.BROKEN)
    if head and head[0] & _ANIMATION:
        raise Odd(Why.MOVES)
    if len(pictures) != 1 or (not head and found[0][0] not in _PICTURES):
        raise Odd(Why.BROKEN)
    ((name, body),) = pictures
    _check_picture(name, body)
    turned = max(
        (orientation(it.removeprefix(b"Exif\0\0")) for n, it in found if n == b"EXIF"), default=1
    )
    alpha = [it for n, it in found if n == b"ALPH"][:1] if head and name == b"VP8 " else []
    kept = [(b"ALPH", it) for it in alpha] + [(name, body)]
    if head:
        flags = (head[0] & _ALPHA) | (_EXIF if turned > 1 else 0)
        kept.insert(0, (b"VP8X", bytes((flags, 0, 0, 0)) + head[4:]))
        check_size(*(int.from_bytes(head[at : at + 3], "little") + 1 for at in (4, 7)))
        kept += [(b"EXIF", exif_of(turned))] if turned > 1 else []
    inside = _WEBP + b"".join(map(_chunk, kept))
    return _RIFF + struct.pack("<I", len(inside)) + inside


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    for _ in range(PARTS_MAX):
        if at >= len(data):
            return
        if at + 8 > len(data):
            raise Odd(Why.BROKEN)
        name, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > len(data):
            raise Odd(Why.BROKEN)
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    raise Odd(Why.BROKEN)


def _chunk(named: tuple[bytes, bytes]) -> bytes:
    name, body = named
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _check_picture(name: bytes, body: bytes) -> None:
    """It begins as its kind does, and says how large it is."""
    if name == b"VP8 ":
        if len(body) < 10 or body[0] & 1 or body[3:6] != b"\x9d\x01\x2a":
            raise Odd(Why.BROKEN)
        width, height = struct.unpack_from("<HH", body, 6)
        check_size(width & 0x3FFF, height & 0x3FFF)
        return
    if len(body) < 5 or body[0] != 0x2F or body[4] >> 5:
        raise Odd(Why.BROKEN)
    bits = int.from_bytes(body[1:5], "little")
    check_size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
