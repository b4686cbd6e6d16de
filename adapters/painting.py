"""Painting: SVG to PNG, for chats that show pictures (resvg, with a font of our own: DejaVu Sans)."""

from __future__ import annotations

from importlib.resources import as_file, files

import resvg_py

FONT = "DejaVuSans.ttf"
FAMILY = "DejaVu Sans"
ZOOM = 2
"""Pixels a unit: sharp on a phone."""


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
