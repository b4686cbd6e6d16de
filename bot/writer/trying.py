"""Lines that are only tried: decided on the same state, with nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Final

from bot.chat import Refusal
from bot.decision import Accepted
from bot.moment import Moment
from bot.text.wording import SHOWN_CHARACTERS_MAX, say
from bot.writer.batch import Batch
from bot.writer.homes import Scene

OFFERED_MAX = 2
"""The most lines that are offered at once: more than two nobody compares on a phone."""

Decides = Callable[[Scene, str], Accepted | None]


class NoChance:
    """The chance of what is only tried: always the same, and never kept."""

    def salt(self) -> bytes:
        """Sixteen bytes."""
        return bytes(16)

    def reference(self) -> str:
        """A reference of nothing."""
        return "x"


def accepted(scene: Scene, them: Iterable[str], decides: Decides, most: int = OFFERED_MAX) -> list[str]:
    """Those of the lines that would be done if they were typed here and now."""
    found = list[str]()
    for line in them:
        if len(found) < most and len(line) <= SHOWN_CHARACTERS_MAX and works(scene, line, decides):
            found.append(line)
    return found


def works(scene: Scene, line: str, decides: Decides) -> bool:
    """Whether a line would be done if it were typed here and now."""
    return refusal_of(scene, line, decides) is None


def only_shows(scene: Scene, line: str, decides: Decides) -> bool:
    """Whether a line would be answered here and now, and change nothing."""
    try:
        decided = decides(_trial(scene), line)
    except Refusal:
        return False
    return decided is not None and not any(getattr(decided, each) for each in _BESIDE_ANSWERS)


_BESIDE_ANSWERS: Final = [each.name for each in fields(Accepted) if each.name != "replies"]


def refusal_of(scene: Scene, line: str, decides: Decides) -> Refusal | None:
    """Why a line would not be done if it were typed here and now; None where it would be."""
    try:
        decided = decides(_trial(scene), line)
    except Refusal as wrong:
        return wrong
    return None if decided is not None else Refusal("listen", say("Nobody listens."))


def _trial(scene: Scene) -> Scene:
    """The same scene, in which nothing stays that is decided."""
    scene.batch.flush()
    moment = Moment(scene.batch.moment.now, NoChance())
    return replace(scene, batch=Batch(scene.batch.tx, moment))
