"""Where an imported entry came from, as it is told of the entry."""

from __future__ import annotations

from bot.collective.events import Origin
from bot.collective.imports import reference
from bot.collective.state import State
from bot.text.wording import Say, say


def origin_told(state: State, origin: Origin | None) -> Say | None:
    """Which import brought an entry, from which program and line; None for what somebody typed."""
    if origin is None:
        return None
    known = state.imports.known.get(origin.number)
    return say(
        "Imported from {source}, line {line} ({ref}).",
        source=known.source if known else "…",
        line=str(origin.line),
        ref=reference(origin.number),
    )
