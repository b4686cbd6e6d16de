"""Reading: what happened in the rooms, in order, handed in until it is durable.

What an event alone does not tell (whose message it answers, which card it presses, who is in a room)
is looked up here; what it then means is decided in the pure files.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from adapters.matrix import polls
from adapters.matrix.courtesy import Courtesy
from adapters.matrix.direct import Direct
from adapters.matrix.events import (
    ANNOTATION,
    ENCRYPTED,
    MEMBER,
    MESSAGE,
    POLL_ENDS,
    POLL_RESPONSES,
    REACTION,
    REDACTION,
    REFERENCE,
    Event,
    text,
)
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.incoming import MATRIX, PRESS, Here, answered, arrived, pressed, said
from adapters.matrix.late import Late
from adapters.matrix.link import Heard, Link, News
from adapters.matrix.memory import remember
from adapters.matrix.outgoing import ROW, transaction
from adapters.matrix.rooms import (
    Room,
    is_arrival,
    is_membership_of,
    space_of,
    state_before,
    with_presence,
)
from bot.chat import Incoming, Key, Kind, Outgoing, Place
from bot.command import Command
from bot.intake import Intake, NotRecorded
from bot.ports import Outbox, StorageBroken, StorageFault, TurnedAway

log = logging.getLogger("talkoot.matrix")

GAP_EVENTS_MAX = 50_000
"""The most that is read back of one room; what lies before it is lost, and said so in the log."""

WAITING_MAX = 1_000
"""How many messages that wait to be sent are looked through for a card."""

SUBMITTED_MAX = 1_000
"""How many messages wait for the writer at once; it takes some hundred in one transaction."""


@dataclass(frozen=True)
class Manners:
    """The commands, and patterns of the ids of those whose invitations we accept."""

    commands: Mapping[str, Command]
    inviters: tuple[str, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """The first words of commands."""
        return frozenset(name.split()[0] for name in self.commands)


class Reader:
    """Everything that we hear."""

    def __init__(
        self,
        link: Link,
        outbox: Outbox,
        direct: Direct,
        late: Late,
        courtesy: Courtesy,
        known: dict[str, Room],
        manners: Manners,
    ) -> None:
        """`known` is filled with the rooms that we are in."""
        self._link, self._outbox, self._direct = link, outbox, direct
        self._late, self._courtesy, self._known = late, courtesy, known
        self._manners = manners
        self._me = link.account.user
        self._mine: dict[str, bool] = {}
        self._reactions: dict[str, tuple[str, str]] = {}
        self._polls: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._missed: int | None = None
        self._said = 0
        self._waiting: list[Incoming] = []
        self._spoken: dict[str, str] = {}

    async def take(
        self, heard: Heard, since: str, intake: Intake, *, whole: bool, missed: int | None
    ) -> None:
        """Hand in everything that was heard, until it is durable. Doing it again is harmless.

        `missed` is since when (ms) we were away, None where we were not. Raises NotRecorded,
        Unreachable, Limited or TurnedAway.
        """
        self._waiting.clear()
        self._missed, self._said = missed, 0
        for name, invite in heard.invites.items():
            await self._answer_invite(name, invite)
        for name in heard.left:
            await self._forget(name)
        for name, news in heard.rooms.items():
            room = self._known.get(name) or Room(name)
            await self._read_room(room, news, since, intake, whole=whole)
            self._known[name] = room
        for unread, event in await self._late.opened(new_keys=heard.keys):
            if unread.room in self._known:
                self._missed, self._said = 0 if unread.missed else None, unread.said
                await self._read_all([(event, True)], self._known[unread.room], intake)
        await self._hand_in(intake)
        self._courtesy.read(self._spoken)
        self._spoken.clear()
        await self._late.tell()

    async def _read_room(
        self, room: Room, news: News, since: str, intake: Intake, *, whole: bool
    ) -> None:
        """What a room's new events say to us, in order.

        Its state is what the room was before its timeline. For a room that we know it changed behind
        the gap; of one that we do not know it is the first that we learn, and what was otherwise
        before the gap is taken from what changed in it.
        """
        known = room.id in self._known
        if not known:
            _learn(room, news.state)
        missed = await self._gap(room.id, news.gap, since) if news.gap and since else []
        if not known:
            _learn(room, state_before(missed))
        if not known and not (whole and since):
            await self._read_all([(it, self._is_arrival(it)) for it in news.state], room, intake)
        events = [*missed, *news.timeline]
        heard = with_presence(events, self._me) if since else ((event, False) for event in events)
        await self._read_all(heard, room, intake)
        _learn(room, [*news.state, *news.timeline])

    async def _read_all(self, events: Iterable[tuple[Event, bool]], room: Room, intake: Intake) -> None:
        """Learn from all events, and read those that are for us."""
        for event, ours in events:
            room.take(event)
            if not ours:
                continue
            try:
                await self._read(event, room, intake)
            except (Unreachable, Limited, Denied, TurnedAway, NotRecorded, StorageFault, StorageBroken):
                raise
            except Exception:
                # Whatever somebody sent, it must not keep what others say from us.
                log.exception("a bug while reading event %s; it is passed over", event.event_id)

    async def _gap(self, room: str, start: str, end: str) -> list[Event]:
        """The events between two positions, oldest first; not beyond our coming into the room."""
        pages: list[list[Event]] = []
        count = 0
        while start:
            page, start = await self._link.before(room, start, end)
            pages.append(page)
            count += len(page)
            if not page or any(self._is_arrival(event) for event in page):
                break
            if count >= GAP_EVENTS_MAX:
                log.error("more than %s events in %s were missed; older ones are lost", count, room)
                break
        return [event for page in reversed(pages) for event in reversed(page)]

    def _is_arrival(self, event: Event) -> bool:
        return is_arrival(event, self._me)

    # --- One event -----------------------------------------------------------------------------

    async def _read(self, event: Event, room: Room, intake: Intake) -> None:
        remember(self._mine, event.event_id, event.sender == self._me)
        if event.type == MEMBER:
            await self._read_membership(event, room)
        elif event.sender == self._me:
            return
        elif event.type == MESSAGE:
            await self._read_message(event, room)
        elif event.type == REACTION:
            await self._read_reaction(event, room)
        elif event.type in POLL_RESPONSES:
            await self._read_vote(event, room)
        elif event.type in POLL_ENDS:
            await self._read_end(event, room)
        elif event.type == REDACTION:
            await self._hand_in(intake)
            await self._read_redaction(event, room)
        elif event.type == ENCRYPTED:
            missed = self._missed is not None
            self._late.keep(room.id, event, missed=missed, said=self._said_at(event))
        elif event.type == "m.room.tombstone" and event.state_key == "":
            await self._follow(event, room)

    async def _read_membership(self, event: Event, room: Room) -> None:
        self._direct.changed(room.id)
        if self._is_arrival(event) and self._me not in room.creators:
            former = room.former if await self._was_replaced_by(room.former, room.id) else ""
            self._waiting.append(arrived(event, await self._here(event, room), former))
        elif event.membership in {"leave", "ban"} and await self._direct.people(room.id) == {self._me}:
            await self._leave(room.id)

    async def _read_message(self, event: Event, room: Room) -> None:
        here = await self._here(event, room)
        message = said(event, here)
        if message is not None and not message.addressed and answered(event):
            # Asking costs a request, so it is left out where the answer changes nothing.
            to_me = said(event, here, to_me=True)
            if to_me is not None and to_me.addressed and await self._is_mine(room.id, answered(event)):
                message = to_me
        if message is not None:
            self._waiting.append(message)
            self._spoken[room.id] = event.event_id

    async def _is_mine(self, room: str, event_id: str) -> bool:
        if event_id not in self._mine:
            event = await self._link.event(room, event_id)
            remember(self._mine, event_id, event is not None and event.sender == self._me)
        return self._mine[event_id]

    async def _here(self, event: Event, room: Room) -> Here:
        known = self._link.rooms.get(room.id)
        people = known.users if known is not None else {}
        me = people.get(self._me)
        writer = people.get(event.sender)
        name = writer.name if writer is not None else await self._name_of(event.sender, room)
        direct = await self._direct.is_direct(room.id)
        return Here(
            room=room.id,
            me=self._me,
            names=(me.name if me is not None else "", self._me[1:].partition(":")[0]),
            writer=name,
            # Alone with us everybody has all power; it says nothing about them.
            standing=() if direct else (f"power:{room.power(event.sender)}",),
            private=direct,
            space=space_of(room, self._known),
            commands=self._manners.commands,
            words=self._manners.words,
            missed=self._missed is not None,
            said=self._said_at(event),
        )

    def _said_at(self, event: Event) -> int:
        """When (ms) something was said that we could not read then; 0 for now.

        Anybody's homeserver can write any time into an event: it counts within our absence only.
        """
        if not self._missed:
            return self._said
        return max(event.origin_server_ts, self._missed)

    async def _name_of(self, person: str, room: Room) -> str:
        """The name of somebody of whom no sync has told: who spoke in a gap."""
        where = f"{room.id} {person}"
        if where not in self._names:
            member = await self._link.state(room.id, MEMBER, person) or {}
            remember(self._names, where, text(member, "displayname"))
        return self._names[where]

    # --- What is pressed -----------------------------------------------------------------------

    async def _card(self, card: str, event: Event, room: Room) -> Outgoing | None:
        """What a card shows now, if whoever pressed it may see it."""
        shown = self._outbox.shown(Place(MATRIX, room.id), card)
        if shown is None and self._mine.get(card):
            shown = await self._unmarked(card, room)
        if shown is None or shown.reply.ref is None or shown.person not in {"", event.sender}:
            return None
        return shown

    async def _unmarked(self, card: str, room: Room) -> Outgoing | None:
        """The card of an event that we have sent, but not yet noted so: people can be quick."""
        waiting = self._outbox.waiting(WAITING_MAX)
        rows = {transaction(row, "0"): row for row in waiting if row.reply.kind is Kind.CARD}
        event = await self._link.event(room.id, card) if rows else None
        return rows.get(text(event.content, ROW)) if event is not None else None

    async def _read_reaction(self, event: Event, room: Room) -> None:
        card, key = event.relation.event_id, event.relation.key
        if event.relation.rel_type != ANNOTATION or not card:
            return
        shown = await self._card(card, event, room)
        if shown is None:
            return
        several = polls.takes_several(shown.reply, key)
        keys = await self._reactions_of(event.sender, card, room) if several else [key]
        line = polls.typed_by(shown.reply, keys)
        if line is not None:
            remember(self._reactions, event.event_id, (card, event.sender))
            await self._press(event, room, line, shown)

    async def _reactions_of(self, person: str, card: str, room: Room) -> list[str]:
        """The reactions of somebody that are on a card now, oldest first."""
        reactions = await self._link.related(room.id, card, ANNOTATION)
        mine = [it for it in reactions if it.sender == person and it.type == REACTION]
        return [it.relation.key for it in mine]

    async def _read_vote(self, event: Event, room: Room) -> None:
        chosen = polls.answers(event)
        if chosen is None:
            return
        shown = await self._poll(event, room)
        menu = polls.as_poll(shown.reply) if shown is not None else None
        if shown is not None and shown.reply.ref is not None and menu is not None:
            await self._press(event, room, polls.voted(menu, shown.reply.ref, chosen), shown)

    async def _read_end(self, event: Event, room: Room) -> None:
        """Somebody ended a poll of ours in their client: whoever moderates a room can."""
        shown = await self._poll(event, room)
        if shown is not None and shown.reply.ref is not None and polls.as_poll(shown.reply) is not None:
            await self._press(event, room, polls.closing(shown.reply.ref), shown)

    async def _poll(self, event: Event, room: Room) -> Outgoing | None:
        """What the card shows now whose poll an event is about."""
        if event.relation.rel_type != REFERENCE:
            return None
        card = await self._card_of_poll(event.relation.event_id, room)
        return await self._card(card, event, room) if card else None

    async def _card_of_poll(self, poll: str, room: Room) -> str:
        if poll not in self._polls:
            event = await self._link.event(room.id, poll)
            ours = event is not None and event.sender == self._me
            remember(self._polls, poll, polls.card_of(event) if event is not None and ours else "")
        return self._polls[poll]

    async def _read_redaction(self, event: Event, room: Room) -> None:
        """Somebody took something back: if it was their press, what is left of theirs counts."""
        taken = event.redacts or text(event.content, "redacts")
        answers = self._outbox.answers(Key(MATRIX, PRESS + taken)) if taken else []
        ref = next((row.reply.ref for row in answers if row.reply.ref), None)
        if ref is None:
            return
        card, person = await self._pressed_by(taken, answers[0].collective, ref, room)
        shown = await self._card(card, event, room)
        # Who moderates a room can take away a reaction, but not a vote.
        if shown is None or person != event.sender or not _pressable(shown):
            return
        line = polls.typed_by(shown.reply, await self._reactions_of(person, card, room))
        await self._press(event, room, polls.withdrawal(ref) if line is None else line, shown)

    async def _pressed_by(self, press: str, collective: str, ref: str, room: Room) -> tuple[str, str]:
        """The card that a press of earlier was on, and whose press it was."""
        known = self._reactions.get(press)
        if known is not None:
            return known
        event = await self._link.event(room.id, press)
        card = self._outbox.receipts(collective, ref).get(Place(MATRIX, room.id), "")
        return card, event.sender if event is not None else ""

    async def _press(self, event: Event, room: Room, line: str, shown: Outgoing) -> None:
        self._waiting.append(pressed(event, await self._here(event, room), line, shown.thread))

    # --- Coming and going ----------------------------------------------------------------------

    async def _answer_invite(self, room: str, invite: Iterable[Event]) -> None:
        """Accept an invitation where the rule allows it; decline it without a word elsewhere."""
        invited = next((it for it in invite if is_membership_of(it, self._me)), None)
        by = invited.sender if invited is not None else ""
        welcome = any(fnmatchcase(by, pattern) for pattern in self._manners.inviters)
        try:
            if welcome:
                await self._link.ask("POST", ["join", room], {})
            else:
                await self._link.ask("POST", ["rooms", room, "leave"], {})
        except Denied as why:
            log.warning("could not answer the invitation of %s to %s: %s", by, room, why)
            return
        if welcome and invited is not None and invited.content.get("is_direct") is True:
            await self._direct.add(by, room)

    async def _follow(self, event: Event, room: Room) -> None:
        """A room was replaced by another: go there, as far as we are let in."""
        server = event.sender.partition(":")[2]
        try:
            if room.replacement:
                # `via` is the newer name of `server_name`.
                where = {"server_name": server, "via": server}
                await self._link.ask("POST", ["join", room.replacement], {}, query=where)
        except Denied as why:
            log.warning("could not follow %s to %s: %s", room.id, room.replacement, why)

    async def _was_replaced_by(self, former: str, room: str) -> bool:
        """Whether the former room itself says so: anybody can make a room that claims it."""
        if not former:
            return False
        known = self._known.get(former)
        if known is not None and known.replacement:
            return known.replacement == room
        tombstone = await self._link.state(former, "m.room.tombstone")
        return tombstone is not None and tombstone.get("replacement_room") == room

    async def _leave(self, room: str) -> None:
        """Everybody else is gone: leave too."""
        try:
            await self._link.ask("POST", ["rooms", room, "leave"], {})
            await self._link.ask("POST", ["rooms", room, "forget"], {})
        except Denied as why:
            log.warning("could not leave %s: %s", room, why)

    async def _forget(self, room: str) -> None:
        """We are in a room no more: by our own will, or thrown out."""
        log.info("no longer in %s", room)
        self._known.pop(room, None)
        self._link.forget(room)
        await self._direct.forget(room)

    # --- Handing in ----------------------------------------------------------------------------

    async def _hand_in(self, intake: Intake) -> None:
        """Hand in what was read so far, in order and many at once; returns when all is durable."""
        while self._waiting:
            some = self._waiting[:SUBMITTED_MAX]
            with self._courtesy.busy({it.place.room for it in some if _may_ask(it)}):
                if len(some) == 1:
                    await intake.submit(some[0])
                else:
                    await asyncio.gather(*(intake.submit(message) for message in some))
            del self._waiting[: len(some)]


def _learn(room: Room, events: Iterable[Event]) -> None:
    for event in events:
        room.take(event)


def _may_ask(message: Incoming) -> bool:
    """Whether somebody may wait for an answer: which prefix a room has, only the engine knows."""
    return message.addressed or not message.words[:1].isalnum()


def _pressable(shown: Outgoing) -> bool:
    return bool(shown.reply.buttons or shown.reply.menus)
