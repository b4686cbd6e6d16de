"""Which of Discord's polls are open, and which votes in them were counted.

Discord tells a vote once, to who is there. So what was counted is kept beside the journal, as a
position is; at a start it is compared with what Discord knows, and what was missed is counted then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from adapters.discord.recent import Recent
from adapters.discord.standing import PLATFORM
from bot.ports import Note, Outbox, Position

POLLS_MAX = 500
"""The most polls whose votes are looked after: more are not open at once."""

_OPEN = "polls"

_decode_open = msgspec.json.Decoder(dict[str, str]).decode
_decode_votes = msgspec.json.Decoder(dict[str, list[int]]).decode
_encode = msgspec.json.Encoder().encode


class PollBook:
    """The polls by the ids of their messages, with what every person has taken in them."""

    def __init__(self, outbox: Outbox) -> None:
        """Read from the outbox; `keep` with what is to be noted."""
        self._outbox = outbox
        self._note: Callable[[Note], None] = lambda _: None
        self._open: dict[str, str] | None = None
        self._votes: Recent[str, dict[str, list[int]]] = Recent(POLLS_MAX)
        self._stale: Recent[str, bool] = Recent(POLLS_MAX)

    def keep(self, note: Callable[[Note], None]) -> None:
        """Hand what changes to `note`, which writes it with the next batch."""
        self._note = note

    @property
    def open(self) -> dict[str, str]:
        """The channels of the open polls, by poll. Raises StorageFault."""
        if self._open is None:
            kept = self._outbox.position(PLATFORM, _OPEN)
            self._open = _decode_open(kept) if kept else {}
        return self._open

    def opened(self, channel: str, poll: str) -> None:
        """A poll was opened; with too many, the oldest is looked after no more."""
        kept = {**self.open, poll: channel}
        self._keep_open(dict(list(kept.items())[-POLLS_MAX:]))

    def ended(self, poll: str) -> None:
        """A poll is over, or gone."""
        if poll in self.open:
            self._keep_open({each: at for each, at in self.open.items() if each != poll})
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

    def _keep_open(self, polls: dict[str, str]) -> None:
        self._open = polls
        self._note(Position(PLATFORM, _OPEN, _encode(polls).decode()))
