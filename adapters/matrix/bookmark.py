"""How far was read on Matrix, and what of it is still to be done; kept with what it stands for."""

from __future__ import annotations

import msgspec

from adapters.matrix.doors import Door
from adapters.matrix.late import Unread


class Bookmark(msgspec.Struct, frozen=True):
    """How far was read: the homeserver's position, and the messages whose key has not come yet.

    `at` is when (ms) that was; `doors` are the invitations that are still to be answered.
    """

    since: str = ""
    unread: list[Unread] = []
    at: int = 0
    doors: list[Door] = []


def read_bookmark(kept: str) -> Bookmark:
    """The bookmark as it was kept; one at the very beginning where there is none."""
    return msgspec.json.decode(kept, type=Bookmark) if kept else Bookmark()
