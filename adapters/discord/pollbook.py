"""Which of Discord's polls are open, and which votes in them were counted.

Discord tells a vote once, to who is there. So what was counted is kept beside the journal, as a
position is; at a start it is compared with what Discord knows, and what was missed is counted then.
The program that opens or ends a poll need not be the one that hears of votes in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from adapters.discord.recent import Recent
from adapters.discord.standing import PLATFORM
from bot.ports import Note, Outbox, Position

POLLS_MAX = 500
"""Of how many polls the votes are remembered; those of others are read again."""

_OPEN = "open poll "
"""Before the number of a poll: in which channel it is open."""

_ALL_OPEN = "polls"
"""Where all open polls stood before each had a place of its own."""

_decode_open = msgspec.json.Decoder(dict[str, str]).decode
_decode_votes = msgspec.json.Decoder(dict[str, list[int]]).decode
_encode = msgspec.json.Encoder().encode


class PollBook:
    """The polls by the ids of their messages, with what every person has taken in them."""

    def __init__(self, outbox: Outbox, *, shared: bool = False) -> None:
        """Read from the outbox; `keep` with what is to be noted.

        Where it is `shared`, other programs open and end polls as well.
        """
        self._outbox, self._shared = outbox, shared
        self._note: Callable[[Note], None] = lambda _: None
        self._kept: dict[str, str] | None = None
        self._changed: dict[str, str] = {}
        self._votes: Recent[str, dict[str, list[int]]] = Recent(POLLS_MAX)
        self._stale: Recent[str, bool] = Recent(POLLS_MAX)

    def keep(self, note: Callable[[Note], None]) -> None:
        """Hand what changes to `note`, which writes it with the next batch."""
        self._note = note

    @property
    def open(self) -> dict[str, str]:
        """The channels of the open polls, by poll. Raises StorageFault."""
        if self._kept is None:
            self._move()
        if self._kept is None or self._shared:
            self._kept = self._outbox.positions(PLATFORM, _OPEN)
            # What is not written yet goes before what is.
            changed = self._changed.items()
            self._changed = {it: at for it, at in changed if self._kept.get(it, "") != at}
        found = {it: at for it, at in (self._kept | self._changed).items() if at}
        if not self._shared:
            self._kept, self._changed = found, {}
        return found

    def opened(self, channel: str, poll: str) -> None:
        """A poll was opened."""
        self._keep_open(poll, channel)

    def ended(self, poll: str) -> None:
        """A poll is over, or gone."""
        if poll in self.open:
            self._keep_open(poll, "")
            self._note(Position(PLATFORM, f"poll {poll}", ""))

    def votes(self, poll: str) -> dict[str, list[int]]:
        """The answers that every person had taken when they were counted. Raises StorageFault."""
        known = self._votes.get(poll)
        if known is None:
            kept = self._outbox.position(PLATFORM, f"poll {poll}")
            known = self._votes[poll] = _decode_votes(kept) if kept else {}
        return known

    def counted(self, poll: str, person: str, taken: Iterable[int]) -> None:
        """A person's votes were counted."""
        votes = self.votes(poll)
        votes[person] = sorted(taken)
        self._note(Position(PLATFORM, f"poll {poll}", _encode(votes).decode()))

    def is_stale(self, card: str) -> bool:
        """Whether a room was told that a card stays as it is. Raises StorageFault."""
        return card in self._stale or bool(self._outbox.position(PLATFORM, f"stale {card}"))

    def stale(self, card: str) -> None:
        """A room was told that a card stays as it is."""
        self._stale[card] = True
        self._note(Position(PLATFORM, f"stale {card}", "told"))

    def _keep_open(self, poll: str, channel: str) -> None:
        self._changed[poll] = channel
        self._note(Position(PLATFORM, f"{_OPEN}{poll}", channel))

    def _move(self) -> None:
        """Give each poll its place that an older version kept with all others."""
        kept = self._outbox.position(PLATFORM, _ALL_OPEN)
        for poll, channel in (_decode_open(kept) if kept else {}).items():
            self._keep_open(poll, channel)
        if kept:
            self._note(Position(PLATFORM, _ALL_OPEN, ""))
