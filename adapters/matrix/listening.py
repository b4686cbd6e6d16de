"""Reading: what happened in the rooms, in order, handed in until it is durable.

What an event alone does not tell (whose message it answers, which card it presses, who is in a room)
is looked up here; what it then means is decided in the pure files. Whatever somebody wrote, it keeps
nobody else waiting: what cannot be looked up is set aside, and given up after some tries (`late`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from adapters.matrix.courtesy import Courtesy
from adapters.matrix.direct import Direct
from adapters.matrix.doors import Doors
from adapters.matrix.events import ENCRYPTED, MEMBER, MESSAGE, REDACTION, Event, text
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.files import Files
from adapters.matrix.incoming import Here, answered, arrived, pressed, said
from adapters.matrix.late import Late, Unread
from adapters.matrix.link import Heard, Link, News
from adapters.matrix.memory import remember
from adapters.matrix.presses import PRESSING, Presses
from adapters.matrix.rooms import RoomState, is_arrival, space_of, state_before, with_presence
from adapters.matrix.telling import Teller
from bot.chat import Incoming
from bot.command import Command
from bot.grammar.lines import command_named
from bot.ports import Clock, Outbox, StorageBroken, StorageFault, TurnedAway
from bot.text.wording import say
from bot.writer.crashes import wordless
from bot.writer.intake import Intake, NotRecorded

log = logging.getLogger("talkoot.matrix")

GAP_EVENTS_MAX = 50_000
"""The most that is read back of one room; what lies before it is lost, and said so in the log."""

GAP_TRIES_MAX = 5
"""How often a page of a gap is asked for, each wait twice as long: nobody else is read meanwhile."""

SUBMITTED_MAX = 1_000
"""How many messages wait for the writer at once; it takes some hundred in one transaction."""

QUICK_TRIES = 3
QUICK_SECONDS = 0.1
"""How often an event is looked up at once, before it is set aside."""

IN_CLEAR = say(
    "I do not act on this: it was sent without encryption into an encrypted room, so anybody on the "
    "way could have written it. Write it in a client that encrypts."
)
PRESSED_IN_CLEAR = say(
    "I do not act on this: reactions, and what takes messages back, are never encrypted, and in this "
    "room only what is encrypted counts. Type the command that stands on the card, or vote in the poll."
)


@dataclass(frozen=True)
class Manners:
    """The commands that there are, and how many bytes a receipt may have."""

    commands: Mapping[str, Command]
    slip_bytes: int

    @cached_property
    def words(self) -> frozenset[str]:
        """The first words of commands."""
        return frozenset(name.split()[0] for name in self.commands)


@dataclass(frozen=True)
class Means:
    """What listening leans on."""

    link: Link
    outbox: Outbox
    direct: Direct
    doors: Doors
    late: Late
    teller: Teller
    courtesy: Courtesy
    pause: Callable[[float], Awaitable[None]]
    clock: Clock


class Listener:
    """Everything that we hear."""

    def __init__(self, means: Means, known: dict[str, RoomState], manners: Manners) -> None:
        """`known` is filled with the rooms that we are in."""
        self._link, self._direct, self._doors = means.link, means.direct, means.doors
        self._late, self._teller, self._courtesy = means.late, means.teller, means.courtesy
        self._pause, self._known, self._manners = means.pause, known, manners
        self._me = self._link.account.user
        self._mine: dict[str, bool] = {}
        self._files = Files(self._link, manners.commands, means.clock, manners.slip_bytes)
        self._presses = Presses(self._link, means.outbox, self._mine)
        self._names: dict[str, str] = {}
        self._missed: int | None = None
        self._said = 0
        self._plain = self._hurried = False
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
        self._late.not_handed_in()
        self._missed, self._said, self._plain, self._hurried = missed, 0, False, False
        for name, invite in heard.invites.items():
            self._doors.invited(name, invite)
        for name in heard.left:
            self._forget(name)
        for name, news in heard.spaces_first():
            room = self._known.get(name) or RoomState(name)
            await self._read_room(room, news, since, intake, whole=whole, new_keys=heard.keys)
            self._known[name] = room
        for unread, event in await self._late.opened(new_keys=heard.keys):
            if unread.room in self._known:
                await self._read_late([(unread, event)], self._known[unread.room], intake)
        await self._hand_in(intake)
        self._late.handed_in()
        self._courtesy.read(self._spoken)
        self._spoken.clear()
        await self._late.tell()
        await self._teller.again()
        try:
            await self._direct.save()
        except (Denied, Limited, Unreachable) as why:
            log.warning("could not note which rooms are for one person: %s", why)

    async def _read_late(
        self, opened: list[tuple[Unread, Event]], room: RoomState, intake: Intake
    ) -> None:
        """What waited, as said when it came."""
        before = self._missed, self._said
        for unread, event in opened:
            self._missed, self._said = 0 if unread.missed else None, unread.said
            self._plain = unread.plain
            await self._read_all([(event, True)], room, intake, tries=unread.tries)
        self._missed, self._said = before
        self._plain = False

    async def _read_room(
        self, room: RoomState, news: News, since: str, intake: Intake, *, whole: bool, new_keys: bool
    ) -> None:
        """What a room's new events say to us, in order.

        Its state is what the room was before its timeline. For a room that we know it changed behind
        the gap; of one that we do not know it is the first that we learn, and what was otherwise
        before the gap is taken from what changed in it. At a start we do not come: we were there.
        """
        known = room.id in self._known
        if not known:
            _learn(room, news.state)
        missed = await self._gap(room.id, news.gap, since) if news.gap and since else []
        if not known:
            _learn(room, state_before(missed))
        if not known and not whole:
            await self._read_all([(it, self._is_arrival(it)) for it in news.state], room, intake)
        # What waited for its key was said before what is new.
        await self._read_late(await self._late.opened(room.id, new_keys=new_keys), room, intake)
        events = [*missed, *news.timeline]
        heard = with_presence(events, self._me) if since else ((event, False) for event in events)
        await self._read_all(heard, room, intake)
        _learn(room, [*news.state, *news.timeline])

    async def _read_all(
        self, events: Iterable[tuple[Event, bool]], room: RoomState, intake: Intake, *, tries: int = 0
    ) -> None:
        """Learn from all events, and read those that are for us; `tries` is how often that failed."""
        for event, ours in events:
            room.take(event)
            if not ours:
                continue
            try:
                await self._read_patiently(event, room, intake, tries)
            except (Unreachable, Limited, Denied, TurnedAway, NotRecorded, StorageFault, StorageBroken):
                raise
            except Exception as bug:
                # Whatever somebody sent, it must not keep what others say from us.
                told = wordless(bug)
                log.exception("a bug while reading event %s; left out", event.event_id, exc_info=told)

    async def _read_patiently(self, event: Event, room: RoomState, intake: Intake, tries: int) -> None:
        """Read an event, or set it aside where only the look-ups for it fail: nobody else waits for it.

        What its author says next in this room waits behind it, for a while. Raises Unreachable where
        the homeserver does not answer at all.
        """
        if (event.type == MESSAGE or event.type in PRESSING) and self._late.is_behind(room.id, event):
            self._late.hold(self._aside(event, room, tries), event)
            return
        at_once = 1 if tries or self._hurried else QUICK_TRIES
        for left in reversed(range(at_once)):
            if event.type == REDACTION or (self._waiting and self._waiting[-1].file is not None):
                # Whether it takes back a press is known when that is durable; one file waits at most.
                await self._hand_in(intake)
            before = len(self._waiting)
            try:
                await self._read(event, room)
                if len(self._waiting) > before:
                    await self._drop_exposed(event, room, before)
            except Unreachable:
                del self._waiting[before:]
                if left:
                    await self._pause(QUICK_SECONDS)
            else:
                return
        await self._link.alive()
        self._hurried = True
        self._late.set_aside(self._aside(event, room, tries), event)

    def _aside(self, event: Event, room: RoomState, tries: int) -> Unread:
        """What is kept of an event that cannot be read now."""
        known = self._link.is_encrypted(room.id) or self._link.is_plain(room.id)
        return self._late.aside(
            room.id,
            event,
            tries,
            missed=self._missed is not None,
            said=self._said_at(event),
            plain=self._plain or (known and not room.encrypted),
        )

    async def _gap(self, room: str, start: str, end: str) -> list[Event]:
        """The events between two positions, oldest first; not beyond our coming into the room."""
        pages: list[list[Event]] = []
        count = 0
        while start:
            page, start = await self._page(room, start, end)
            pages.append(page)
            count += len(page)
            if not page or any(self._is_arrival(event) for event in page):
                break
            if count >= GAP_EVENTS_MAX:
                log.error("more than %s events in %s were missed; older ones are lost", count, room)
                break
        return [event for page in reversed(pages) for event in reversed(page)]

    async def _page(self, room: str, start: str, end: str) -> tuple[list[Event], str]:
        """A page of a gap; nothing, and said so in the log, where the homeserver never gives it."""
        wait = 1.0
        for left in reversed(range(GAP_TRIES_MAX)):
            try:
                return await self._link.before(room, start, end, whole=left > 0)
            except Denied as why:
                log.warning("what was missed in %s cannot be read: %s", room, why)
                break
            except Unreachable as why:
                log.warning("what was missed in %s cannot be read yet: %s", room, why)
                await self._link.alive()
            if left:
                await self._pause(wait)
                wait *= 2
        log.error("gave up reading what was missed in %s: what was said there meanwhile is lost", room)
        return [], ""

    def _is_arrival(self, event: Event) -> bool:
        return is_arrival(event, self._me)

    # --- One event -----------------------------------------------------------------------------

    async def _read(self, event: Event, room: RoomState) -> None:
        remember(self._mine, event.event_id, event.sender == self._me)
        if event.type == MEMBER:
            await self._read_membership(event, room)
        elif event.sender == self._me:
            return
        elif event.type == MESSAGE:
            await self._read_message(event, room)
        elif event.type in PRESSING:
            press = await self._presses.read(event, room)
            if press is not None:
                here = await self._here(event, room)
                self._waiting.append(pressed(event, here, *press))
        elif event.type == ENCRYPTED:
            missed = self._missed is not None
            self._late.keep(room.id, event, missed=missed, said=self._said_at(event))
        elif event.type == "m.room.tombstone" and event.state_key == "":
            self._doors.follow(event, room)

    async def _drop_exposed(self, event: Event, room: RoomState, before: int) -> None:
        """Do not act on what came in clear into an encrypted room; tell its author so, once.

        What a message says there only its encryption vouches for: anybody on the way could have written
        it. State is never encrypted, so it is for homeservers to vouch for.
        """
        if event.type == MEMBER or event.sealed or not await self._is_encrypted(room):
            return
        heard = self._waiting[before:]
        del self._waiting[before:]
        log.warning("event %s came in clear into the encrypted room %s", event.event_id, room.id)
        if any(self._is_command(message) for message in heard):
            words = IN_CLEAR if event.type == MESSAGE else PRESSED_IN_CLEAR
            once = f"clear|{room.id}|{event.sender}|{event.type == MESSAGE}"
            await self._teller.tell(room.id, event.event_id, words, once)

    async def _is_encrypted(self, room: RoomState) -> bool:
        """Whether a room was encrypted when the event that is read was sent.

        Where no sync has told of any encryption, the homeserver is asked: a sync may tell of a new room
        before it tells that.
        """
        if self._plain:
            return False
        if room.encrypted or self._link.is_encrypted(room.id):
            return room.encrypted
        try:
            return await self._link.encrypted(room.id)
        except Denied as why:
            # We may be in there no more; nobody else waits for what that room says.
            raise Unreachable(str(why)) from why

    def _is_command(self, message: Incoming) -> bool:
        """Whether somebody meant us, as far as can be known here: a room may have any prefix."""
        if message.addressed or message.answering:
            return True
        line = message.words.lstrip()
        sign = next((at for at, c in enumerate(line[:9]) if c.isalnum()), 0)
        return sign > 0 and command_named(line[sign:], self._manners.commands) is not None

    async def _read_membership(self, event: Event, room: RoomState) -> None:
        self._direct.changed(room.id)
        if self._is_arrival(event) and self._me not in room.creators:
            former = room.former if await self._was_replaced_by(room.former, room.id) else ""
            self._waiting.append(arrived(event, await self._here(event, room), former))
        elif event.membership in {"leave", "ban"} and await self._direct.people(room.id) == {self._me}:
            await self._leave(room.id)

    async def _read_message(self, event: Event, room: RoomState) -> None:
        here = await self._here(event, room)
        message = said(event, here)
        if (message is None or not message.addressed) and answered(event):
            # Asking costs a request, so it is left out where the answer changes nothing.
            to_me = said(event, here, to_me=True)
            if to_me is not None and to_me.answering and await self._is_mine(room.id, answered(event)):
                message = to_me
        if message is not None:
            self._waiting.append(await self._files.with_file(message, event, room))
            self._spoken[room.id] = event.event_id

    async def _is_mine(self, room: str, event_id: str) -> bool:
        if event_id not in self._mine:
            event = await self._link.event(room, event_id)
            remember(self._mine, event_id, event is not None and event.sender == self._me)
        return self._mine[event_id]

    async def _here(self, event: Event, room: RoomState) -> Here:
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
            alone=direct or await self._direct.is_alone(room.id),
            space=space_of(room, self._known),
            called=room.name,
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

    async def _name_of(self, person: str, room: RoomState) -> str:
        """The name of somebody of whom no sync has told: who spoke in a gap."""
        where = f"{room.id} {person}"
        if where not in self._names:
            member = await self._link.state(room.id, MEMBER, person) or {}
            remember(self._names, where, text(member, "displayname"))
        return self._names[where]

    # --- Coming and going ----------------------------------------------------------------------

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

    def _forget(self, room: str) -> None:
        """We are in a room no more: by our own will, or thrown out."""
        log.info("no longer in %s", room)
        self._known.pop(room, None)
        self._link.forget(room)
        self._direct.forget(room)
        self._direct.changed(room)

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


def _learn(room: RoomState, events: Iterable[Event]) -> None:
    for event in events:
        room.take(event)


def _may_ask(message: Incoming) -> bool:
    """Whether somebody may wait for an answer: which prefix a room has, only the engine knows."""
    return message.addressed or not message.words[:1].isalnum()
