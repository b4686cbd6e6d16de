"""Pictures painted at once, in the test's own process."""

from __future__ import annotations

from adapters.painting import paint
from bot.ports import Unpainted


async def paint_here(svg: str) -> bytes:
    """The picture as PNG. Raises Unpainted."""
    try:
        return paint(svg)
    except ValueError as why:
        raise Unpainted("it is no picture") from why
