"""What a digest tells of needs: what is open; and for coordinators what nobody took, or answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.collective.needevents import NEEDS
from bot.collective.needs import Need
from bot.decision import About
from bot.digest import READ_FROM, Digest, Section, Told, some
from bot.text.wording import Node, say
from commands.needs.cards import line
from commands.needs.lookups import when_told

UNANSWERED_MS: Final = 3 * 86_400_000
"""How long whoever took something has to say what became of it before coordinators see it."""

SOON_MS: Final = 7 * 86_400_000


def _open(digest: Digest) -> Iterator[Need]:
    yield from (it for it in digest.state.needs.by_time if it.free > 0 and not it.over)


def _told(digest: Digest) -> Iterator[Node]:
    for it in _open(digest):
        yield line(digest.state, it, digest.texts(it.what))


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    state = digest.state
    for it in state.needs.by_time:
        if it.over and it.over + UNANSWERED_MS <= now:
            names = some([state.members.name(number).name for number in it.taken])
            yield say("{ref}: no word yet from {names} on what became of it", ref=it.ref, names=names)
        elif it.free > 0 and 0 < it.terms.at - now <= SOON_MS and not it.terms.offer:
            yield say("{ref}, {at}: a place is open", ref=it.ref, at=when_told(it) or "")


TOLD = Told(
    sections={Section("needs", say("Needed and offered:"), "needs"): _told},
    wants=lambda since: (About(NEEDS, newest=READ_FROM),),  # noqa: ARG005
    needs=_needs,
)
