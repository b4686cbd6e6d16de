"""What the readers of all kinds of receipts share. Pure; whatever stranger's bytes come, only `Odd`."""

from __future__ import annotations

from enum import StrEnum

PIXELS_MAX = 100_000_000
"""More than any camera of a phone makes of a sheet of paper; what has more is made to break viewers."""


PARTS_MAX = 20_000
"""More parts than any program writes a picture in; each costs time to look at."""


class Why(StrEnum):
    """Why a file is no receipt: in words for people, and what is told apart in tests."""

    EMPTY = "empty"
    PROGRAM = "program"
    ARCHIVE = "archive"
    MARKUP = "markup"
    HEIC = "heic"
    OTHER_PICTURE = "other-picture"
    UNKNOWN = "unknown"
    BROKEN = "broken"
    BEHIND = "behind"
    HUGE = "huge"
    ACTS = "acts"
    MOVES = "moves"


class Odd(ValueError):  # noqa: N818 - it is no error of ours
    """These bytes are no receipt that is taken; `why` says what is wrong with them."""

    def __init__(self, why: Why) -> None:
        """Say why."""
        super().__init__(why.value)
        self.why = why


def check_size(width: int, height: int) -> None:
    """A picture has some points, and not endlessly many. Raises Odd."""
    if not width or not height:
        raise Odd(Why.BROKEN)
    if width * height > PIXELS_MAX:
        raise Odd(Why.HUGE)
