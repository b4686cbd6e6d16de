"""Votes on cards that come by other means than words: found, and told as the line that somebody types.

What a reaction or a vote in a poll is about is looked up here; what it then says is decided in `polls`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from adapters.matrix import polls
from adapters.matrix.events import (
    ANNOTATION,
    POLL_ENDS,
    POLL_RESPONSES,
    REACTION,
    REDACTION,
    REFERENCE,
    THREAD,
    Event,
    read,
    text,
)
from adapters.matrix.faults import Denied
from adapters.matrix.incoming import MATRIX, PRESS
from adapters.matrix.link import Link
from adapters.matrix.memory import remember
from adapters.matrix.outgoing import ASKED, ROW, transaction
from adapters.matrix.rooms import RoomState
from bot.chat import Button, Key, Kind, Outgoing, Place
from bot.ports import Outbox

WAITING_MAX = 1_000
"""How many messages that wait to be sent are looked through for a card."""

PAGES_MAX = 3
"""How many pages of a room are looked through for what somebody typed."""


class Press(NamedTuple):
    """The line that is typed, in which thread, and the line that takes it back, empty for none.

    `card` is the message that it is typed on, where that is not what the event is about, but its poll.
    """

    line: str
    thread: str
    back: str = ""
    card: str = ""


class Pressed(NamedTuple):
    """What somebody pressed: on which message of ours, who, and what takes it back.

    `answers` is what they were told. Of what was pressed long ago it is not known what takes it back.
    """

    card: str
    person: str
    back: str | None
    answers: list[Outgoing]

    @property
    def voted(self) -> bool:
        """Whether it was a vote, which the newest that is left takes the place of."""
        return self.back is None or polls.is_vote(self.back)


PRESSING = {REACTION, REDACTION, *POLL_RESPONSES, *POLL_ENDS}
"""The types of what is looked at here."""


async def poll_of(link: Link, room: str, card: str, thread: str) -> str:
    """The poll of ours that stands beside a card, asked of the homeserver; empty for none."""
    related = await link.related(room, thread or card, THREAD if thread else REFERENCE)
    for event in related:
        opened = await link.event(room, event.event_id)
        ours = opened is not None and opened.sender == link.account.user
        if opened is not None and ours and polls.card_of(opened) == card:
            return opened.event_id
    return ""


class Presses:
    """What is pressed on our cards."""

    def __init__(self, link: Link, outbox: Outbox, mine: dict[str, bool]) -> None:
        """`mine` says of events whether they are ours, as far as that is known."""
        self._link, self._outbox, self._mine = link, outbox, mine
        self._me = link.account.user
        self._polls: dict[str, str] = {}

    async def read(self, event: Event, room: RoomState) -> Press | None:
        """What an event presses; None where it presses nothing."""
        if event.type == REACTION:
            return await self._reaction(event, room)
        if event.type in POLL_RESPONSES:
            return await self._vote(event, room)
        if event.type in POLL_ENDS:
            return await self._end(event, room)
        return await self._redaction(event, room)

    # --- Cards ---------------------------------------------------------------------------------

    async def _card(self, card: str, person: str, room: RoomState) -> Outgoing | None:
        """What a card shows now, if whoever pressed it may see it."""
        shown = self._outbox.shown(Place(MATRIX, room.id), card)
        if shown is None and self._mine.get(card):
            shown = await self._unmarked(card, room)
        return shown if shown is not None and shown.person in {"", person} else None

    async def _said(self, event_id: str, person: str, room: RoomState) -> Outgoing | None:
        """What we said that has buttons and is no card, by the act that it says it answers."""
        if not self._mine.get(event_id, True):
            return None
        event = await self._link.event(room.id, event_id)
        ours = event is not None and event.sender == self._me
        remember(self._mine, event_id, ours)
        asked = read(event.content.get(ASKED), tuple[str, str, str]) if event and ours else None
        if event is None or asked is None:
            return None
        txn = text(event.content, ROW)
        rows = (row for row in self._outbox.answers(Key(*asked)) if row.person in {"", person})
        return next((row for row in rows if transaction(row, "0") == txn), None)

    async def _unmarked(self, card: str, room: RoomState) -> Outgoing | None:
        """The card of an event that we have sent, but not yet noted so: people can be quick."""
        waiting = self._outbox.waiting(WAITING_MAX)
        rows = {transaction(row, "0"): row for row in waiting if row.reply.kind is Kind.CARD}
        event = await self._link.event(room.id, card) if rows else None
        return rows.get(text(event.content, ROW)) if event is not None else None

    async def _poll(self, event: Event, room: RoomState) -> tuple[str, Outgoing] | None:
        """The card whose poll an event is about, and what it shows now."""
        poll = event.relation.event_id
        if event.relation.rel_type != REFERENCE or not poll:
            return None
        if poll not in self._polls:
            opened = await self._link.event(room.id, poll)
            ours = opened is not None and opened.sender == self._me
            found = polls.card_of(opened) if opened is not None and ours else ""
            remember(self._polls, poll, found)
        card = self._polls[poll]
        shown = await self._card(card, event.sender, room) if card else None
        return None if shown is None or polls.as_poll(shown.reply) is None else (card, shown)

    # --- One press -----------------------------------------------------------------------------

    async def _reaction(self, event: Event, room: RoomState) -> Press | None:
        card, key = event.relation.event_id, event.relation.key
        if event.relation.rel_type != ANNOTATION or not card:
            return None
        shown = await self._card(card, event.sender, room)
        shown = shown or await self._said(card, event.sender, room)
        if shown is None:
            return None
        keys = [key]
        if polls.takes_several(shown.reply, key):
            keys = [it.relation.key for it in await self._reactions_of(event.sender, card, room)]
        line = polls.typed_by(shown.reply, keys)
        if line is None:
            return None
        if polls.is_vote(line):
            return Press(line, shown.thread, polls.withdrawal(shown.reply.ref or ""))
        button = polls.button_of(shown.reply, key)
        return Press(line, shown.thread, button.back if button is not None else "")

    async def _vote(self, event: Event, room: RoomState) -> Press | None:
        found = await self._poll(event, room) if polls.answers(event) is not None else None
        if found is None:
            return None
        card, shown = found
        line = _voted(event, shown)
        back = polls.withdrawal(shown.reply.ref or "")
        return None if line is None else Press(line, shown.thread, back, card)

    async def _end(self, event: Event, room: RoomState) -> Press | None:
        """Somebody ended a poll of ours in their client: whoever moderates a room can."""
        found = await self._poll(event, room)
        if found is None or found[1].reply.ref is None:
            return None
        return Press(polls.closing(found[1].reply.ref), found[1].thread)

    # --- What is taken back --------------------------------------------------------------------

    async def _redaction(self, event: Event, room: RoomState) -> Press | None:
        """Somebody took something back: if it was their press, the newest that is left counts."""
        pressed = await self._pressed_by(event.redacted, room)
        # Who moderates a room can take away a reaction, but not what it said.
        if pressed is None or pressed.person != event.sender:
            return None
        if pressed.voted:
            return await self._unvoted(event.redacted, pressed, room)
        if not pressed.back or all(it.reply.kind is Kind.REFUSAL for it in pressed.answers):
            return None
        left = await self._same_left(pressed, room)
        thread = pressed.answers[0].thread
        if left is None:
            return Press(pressed.back, thread)
        removed = await self._link.event(room.id, event.redacted)
        if removed is None or _when(left[0]) > _when(removed):
            # What was pressed since stands.
            return None
        return Press(left[1].line, thread, left[1].back)

    async def _unvoted(self, taken: str, pressed: Pressed, room: RoomState) -> Press | None:
        card, person = pressed.card, pressed.person
        ref = next(row.reply.ref for row in pressed.answers if row.reply.ref)
        shown = await self._card(card, person, room)
        if shown is None or not polls.has_votes(shown.reply):
            return None
        typed = await self._typed_by(person, ref, room)
        removed = await self._link.event(room.id, taken) if typed is not None else None
        if typed is not None and removed is not None and _when(typed) > _when(removed):
            # What was typed since stands.
            return None
        back = polls.withdrawal(ref)
        return Press(await self._left(person, card, shown, room, typed) or back, shown.thread, back)

    async def _same_left(self, pressed: Pressed, room: RoomState) -> tuple[Event, Button] | None:
        """The newest of somebody's reactions on the same message that says another of the same."""
        card, person = pressed.card, pressed.person
        shown = await self._card(card, person, room) or await self._said(card, person, room)
        if shown is None:
            return None
        found = [
            (it, button)
            for it in await self._reactions_of(person, card, room)
            if (button := polls.button_of(shown.reply, it.relation.key)) is not None
            and polls.is_alike(button.back, pressed.back or "")
        ]
        return max(found, key=lambda it: _when(it[0]), default=None)

    async def _pressed_by(self, press: str, room: RoomState) -> Pressed | None:
        """A press of earlier, by what it was answered: on which message it was, and whose."""
        answers = self._outbox.answers(Key(MATRIX, PRESS + press)) if press else []
        told = next((row for row in answers if row.reply.ref), None)
        if told is None:
            return None
        event = await self._link.event(room.id, press)
        card = told.pressed
        if not card:
            known = self._outbox.receipts(told.collective, told.reply.ref or "")
            card = known.get(Place(MATRIX, room.id), "")
        return Pressed(card, event.sender if event is not None else "", told.back, answers)

    async def _typed_by(self, person: str, ref: str, room: RoomState) -> Event | None:
        """The newest vote on a thing that somebody typed in this room, as far back as one looks."""
        start: str | None = None
        with suppress(Denied):
            for _ in range(PAGES_MAX):
                page, start = await self._link.before(room.id, start, "", whole=False)
                for event in page:
                    if event.sender == person and polls.typed_vote(event, ref):
                        told = self._outbox.answers(Key(MATRIX, event.event_id))
                        if any((it.reply.kind, it.reply.ref) == (Kind.EDIT, ref) for it in told):
                            return event
                if not start:
                    break
        return None

    async def _left(
        self, person: str, card: str, shown: Outgoing, room: RoomState, typed: Event | None
    ) -> str | None:
        """The line of somebody's newest vote that is still there, as clients count; or None."""
        reactions = await self._reactions_of(person, card, room)
        votes = await self._votes_of(person, card, shown, room)
        words = [] if typed is None else [typed]
        newest = max((*reactions, *votes, *words), key=_when, default=None)
        if newest is not None and newest is typed:
            return polls.typed_vote(newest, shown.reply.ref or "")
        if newest in votes and newest is not None:
            return _voted(newest, shown)
        return polls.typed_by(shown.reply, [it.relation.key for it in reactions])

    async def _reactions_of(self, person: str, card: str, room: RoomState) -> list[Event]:
        """Somebody's reactions on a card now, oldest first; never encrypted, so none counts there."""
        related = [] if room.encrypted else await self._link.related(room.id, card, ANNOTATION)
        return [it for it in related if it.sender == person and it.type == REACTION]

    async def _votes_of(self, person: str, card: str, shown: Outgoing, room: RoomState) -> list[Event]:
        """The votes of somebody in the poll of a card that are there now, oldest first."""
        if polls.as_poll(shown.reply) is None:
            return []
        poll = next((poll for poll, of in self._polls.items() if of == card), "")
        poll = poll or await poll_of(self._link, room.id, card, shown.thread)
        related = await self._link.related(room.id, poll, REFERENCE) if poll else []
        return [
            it
            for it in related
            if it.sender == person
            and polls.answers(it) is not None
            and (it.sealed or not room.encrypted)
        ]


def _when(event: Event) -> int:
    return event.origin_server_ts


def _voted(event: Event, shown: Outgoing) -> str | None:
    chosen, menu = polls.answers(event), polls.as_poll(shown.reply)
    if chosen is None or menu is None or shown.reply.ref is None:
        return None
    return polls.voted(menu, shown.reply.ref, chosen)
