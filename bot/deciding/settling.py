"""Whether a question is settled, remembered from one look to the next: after each vote all are asked.

The memo stands beside the state, never in it. It holds the facts of the last look and is good only for
the same facts, so it can be lost or too old at any time, and nothing comes out otherwise.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from bot.deciding.matter import Matter
from bot.deciding.methods import settled

REMEMBERED_MAX: Final = 512
"""Of how many questions the last look is kept: more than are open in the largest collectives."""


class _Look:
    """The last look at a question: the facts then, and whether they settled it."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: tuple[Matter, bool] | None = None


@lru_cache(maxsize=REMEMBERED_MAX)
def _last_look(name: str) -> _Look:  # noqa: ARG001 - what it is kept by
    return _Look()


def is_settled(name: str, matter: Matter) -> bool:
    """Whether nothing can change what comes out any more, as `settled` says.

    The name is any text that is this question's own: it only says where the last look is kept.
    """
    look = _last_look(name)
    found = look.found
    if found is None or found[0] != matter:
        found = look.found = (matter, settled(matter) is not None)
    return found[1]
