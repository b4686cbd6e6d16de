"""Painting: SVG to PNG, for chats that show pictures (resvg, with a font of our own: DejaVu Sans).

`python -m adapters.painting` paints what comes in by standard input, until that ends: a picture is the
number of its bytes (four of them, the highest first) and its SVG, an answer the same with its PNG,
empty where it could not be painted. `adapters.painter` speaks with it.
"""

from __future__ import annotations

import os
import sys
from importlib.resources import as_file, files
from typing import BinaryIO

import resvg_py

FONT = "DejaVuSans.ttf"
FAMILY = "DejaVu Sans"
ZOOM = 2
"""Pixels a unit: sharp on a phone."""

HEAD_BYTES = 4
NICE = 10
"""A picture can wait; whoever typed something should not."""


def paint(svg: str) -> bytes:
    """The picture as PNG. Raises ValueError where the text is no SVG.

    A server may have no fonts at all, so the program brings one; scripts that it lacks are taken from
    the system's, where there are such.
    """
    with as_file(files("adapters") / "fonts" / FONT) as font:
        png = resvg_py.svg_to_bytes(
            svg_string=svg,
            font_files=[str(font)],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
            zoom=ZOOM,
        )
    return bytes(png)


def framed(data: bytes) -> bytes:
    """What is sent: how much it is, then itself."""
    return len(data).to_bytes(HEAD_BYTES) + data


def paint_all(asked: BinaryIO, told: BinaryIO) -> None:
    """Answer every picture that is asked for, in order, until nobody asks any more."""
    while head := asked.read(HEAD_BYTES):
        svg = asked.read(int.from_bytes(head))
        try:
            png = paint(svg.decode())
        except ValueError:
            png = b""
        told.write(framed(png))
        told.flush()


if __name__ == "__main__":
    os.nice(NICE)
    paint_all(sys.stdin.buffer, sys.stdout.buffer)
