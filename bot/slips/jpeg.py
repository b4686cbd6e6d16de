"""JPEG: what a picture is made of is kept to the bit, all else is left out (ITU-T T.81, annex B).

Left out are comments and what applications put beside the picture (EXIF with the place and the time,
XMP, thumbnails, colour profiles), but which way up it is. What phones write behind a picture (a second
one, a film, a trailer of their own) is left out too; anything else behind it is refused.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from bot.slips.parts import PARTS_MAX, Odd, Why, check_size

MAGIC = b"\xff\xd8\xff"

_EOI, _SOS, _APP0, _APP1, _APP14 = 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF})
_BESIDE = frozenset({*range(0xE0, 0xF0), 0xFE})
"""Segments of applications, and comments."""

_KNOWN = _FRAMES | _TABLES | _BESIDE | {_SOS, _EOI}

_MARKER = re.compile(rb"\xff++([^\xff])", re.DOTALL)

_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""What ends the points of a scan: within them 0xFF stands before 0 or the mark of a restart."""

_BEHIND_MAX = 8
"""The most pictures and gaps that are looked at behind a picture."""

_JFIF, _EXIF, _ADOBE = b"JFIF\0", b"Exif\0\0", b"Adobe"
_JFIF_BYTES, _ADOBE_BYTES = 14, 12


def cleaned(data: bytes) -> bytes:
    """The picture alone. Raises Odd for what is cut off, damaged, or something else as well."""
    kept, end = _picture(data)
    _check_behind(data[end:])
    return kept


def _picture(data: bytes) -> tuple[bytes, int]:
    """The first picture in some bytes without what stands beside it, and where it ends."""
    kept, framed, scanned, end = [data[:2]], False, False, 0
    for marker, start, stop in _segments(data):
        body = data[start:stop]
        if marker == _EOI:
            end = stop
        elif marker in _BESIDE:
            kept.append(_kept_beside(marker, body))
        elif marker in _FRAMES:
            framed = True
            _check_frame(body)
            kept.append(_segment(marker, body))
        elif marker == _SOS:
            if not framed:
                raise Odd(Why.BROKEN)
            scanned = True
            kept.append(b"\xff\xda" + body)
        else:
            kept.append(_segment(marker, body))
    if not scanned:
        raise Odd(Why.BROKEN)
    return b"".join([*kept, b"\xff\xd9"]), end


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The segments up to the end of the picture: marker, and where what it holds begins and ends.

    What a scan holds is its length, its head and its points.
    """
    at = 2
    for _ in range(PARTS_MAX):
        marker, at = _marker(data, at)
        start = stop = at
        if marker != _EOI:
            stop = at + int.from_bytes(data[at : at + 2])
            start = at if marker == _SOS else at + 2
            if stop < at + 2 or stop > len(data):
                raise Odd(Why.BROKEN)
        if marker == _SOS:
            found = _NEXT_MARKER.search(data, stop)
            if found is None or found.start() == stop:
                raise Odd(Why.BROKEN)
            stop = found.start()
        yield marker, start, stop
        if marker == _EOI:
            return
        at = stop
    raise Odd(Why.BROKEN)


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The marker that stands somewhere, and where it ends; any number of 0xFF may stand before it."""
    found = _MARKER.match(data, at)
    if found is None or found[1][0] not in _KNOWN:
        raise Odd(Why.BROKEN)
    return found[1][0], found.end()


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _check_frame(body: bytes) -> None:
    """A frame says how high and wide the picture is; the height may follow its first scan as 0."""
    if len(body) < 6:
        raise Odd(Why.BROKEN)
    height, width = struct.unpack(">HH", body[1:5])
    check_size(width, height)


def _kept_beside(marker: int, body: bytes) -> bytes:
    """What is kept of what stands beside the picture: how its points and colours are meant."""
    if marker == _APP0 and body.startswith(_JFIF) and len(body) >= _JFIF_BYTES:
        return _segment(marker, body[: _JFIF_BYTES - 2] + b"\0\0")
    if marker == _APP14 and body.startswith(_ADOBE) and len(body) >= _ADOBE_BYTES:
        return _segment(marker, body[:_ADOBE_BYTES])
    if marker == _APP1 and body.startswith(_EXIF):
        turned = orientation(body[len(_EXIF) :])
        return _segment(marker, _EXIF + exif_of(turned)) if turned > 1 else b""
    return b""


def orientation(tiff: bytes) -> int:
    """Which way up an EXIF block says a picture is, 1 to 8; 1 where it does not say."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 1
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    if first + 2 > len(tiff):
        return 1
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for at in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, number, value = struct.unpack_from(f"{order}HHIH", tiff, at)
        if (tag, kind, number) == (0x0112, 3, 1):
            return value if 1 <= value <= 8 else 1
    return 1


def exif_of(turned: int) -> bytes:
    """An EXIF block that says which way up a picture is, and nothing else."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0)


def _check_behind(rest: bytes) -> None:
    """Behind the end of a picture stands nothing but what phones put there. Raises Odd."""
    for _ in range(_BEHIND_MAX):
        rest = rest.lstrip(b"\0\r\n ")
        if not rest or b"ftyp" in rest[:8] or rest.endswith(b"SEFT"):
            return
        if not rest.startswith(MAGIC):
            break
        _, end = _picture(rest)
        rest = rest[end:]
    raise Odd(Why.BEHIND)
