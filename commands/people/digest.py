"""What coordinators are told of people in a digest."""

from __future__ import annotations

from collections.abc import Iterator

from bot.digest import Digest, Told, some
from bot.text.wording import (
    Node,
    say,
)


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    """Who asks to become a member, and whom no direct message reaches."""
    asking = digest.state.members.open_candidates(now)
    if asking:
        yield say("Asking to become members: {names}", names=some([each.name for each in asking]))
    closed = [each.name for each in digest.state.members.here if each.unreached]
    if closed:
        yield say("Direct messages closed: {names}", names=some(closed))


TOLD = Told(needs=_needs)
