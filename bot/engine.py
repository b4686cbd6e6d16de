"""One batch of messages in, one transaction out: the heart.

For each message: seen before? what does it say? who may? decide; then all of the batch is written
together, and only then answered. Everything here is synchronous and runs in one writer (see
`bot.intake`). Decisions are pure; their effects happen in this file and nowhere else.

Three kinds of failure: a *refusal* is an answer; a *fault* of the store (`StorageFault`) leaves
nothing behind and may be tried again; a *bug* in one message is answered with a reference number
while the others go through.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from bot.answers import HOMELESS, Answer, broken, edit_told, outgoing_rows, reads_in, told
from bot.batch import Batch
from bot.chain import Head, link
from bot.chat import CONSOLE, Incoming, Misread, Place, Refused, purified
from bot.collective.access import Admission, admission, refusal
from bot.collective.collectives import HOME, RoomJoined
from bot.collective.members import Member, MemberJoined, Role
from bot.collective.rules import Rules, Value
from bot.collective.state import State, When, apply, fold, write_event
from bot.command import Command, Setting, addressed, parse
from bot.decision import Accepted, Ask, Decision, Moment, Reads
from bot.ports import (
    Chance,
    Clock,
    Journal,
    Note,
    Received,
    Room,
    StorageBroken,
    StorageFault,
    Subject,
    Text,
    Transaction,
)

log = logging.getLogger("talkoot.engine")

ROOMS_MAX = 10_000
"""How many rooms' collectives are remembered; the others are looked up."""


@dataclass(frozen=True, slots=True)
class Instance:
    """What the wiring decides: the commands, the rules of `config.toml`, time and chance.

    `homes` says for whole platforms which collective their rooms belong to, and `name` how such a
    collective is called when it is founded; `states_max` bounds how many collectives stay in memory
    (least recently used leave first).
    """

    commands: Mapping[str, Command]
    clock: Clock
    chance: Chance
    rules: Mapping[str, Value] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=lambda: {CONSOLE: HOME})
    name: str = "Talkoot"
    states_max: int = 500


class Engine:
    """The one writer: holds the states in memory and is the only one who changes them."""

    def __init__(self, journal: Journal, instance: Instance) -> None:
        """Begin with nothing in memory; states are folded when they are first needed."""
        self.journal, self.instance = journal, instance
        self.rules = Rules(instance.rules)
        self._states: OrderedDict[str, State] = OrderedDict()
        self._stale: set[str] = set()
        self._rooms: dict[Place, str] = {}

    def handle(self, messages: Sequence[Incoming], notes: Sequence[Note] = ()) -> list[Answer | None]:
        """Answer a batch, durably; None for what is no command.

        Raises StorageFault or StorageBroken; then nothing of the batch was recorded.
        """
        try:
            return self._attempt(messages, notes)
        except (StorageFault, StorageBroken):
            self.forget()
            raise
        except Exception as bug:
            self.forget()
            if len(messages) > 1:
                self._attempt((), notes)
                return [answer for message in messages for answer in self.handle([message])]
            if not messages:
                raise
            return [self._broken(purified(messages[0]), notes, bug)]

    def forget(self) -> None:
        """Drop all states: the next message folds them anew from the journal."""
        self._states.clear()
        self._stale.clear()
        self._rooms.clear()

    def _attempt(self, messages: Sequence[Incoming], notes: Sequence[Note]) -> list[Answer | None]:
        messages = [purified(message) for message in messages]
        with self.journal.transaction() as tx:
            batch = Batch(tx, Moment(self.instance.clock.now(), self.instance.chance))
            self._hold(tx, messages)
            seen = tx.answered([message.key for message in messages])
            done = {key: Answer(rows, repeated=True) for key, rows in seen.items()}
            answers: list[Answer | None] = []
            for message in messages:
                answer = done.get(message.key)
                if answer is None:
                    answer = self._answer(batch, message)
                    if answer is not None:
                        done[message.key] = msgspec.structs.replace(answer, repeated=True)
                answers.append(answer)
            batch.note(notes)
            tx.write(batch.written)
        while len(self._states) > self.instance.states_max:
            self._states.popitem(last=False)
        return answers

    def _hold(self, tx: Transaction, messages: Sequence[Incoming]) -> None:
        """Lock the batch's collectives and take in what other processes wrote to them."""
        places = {message.place for message in messages}
        tx.hold({self._collective(tx, place) for place in places})
        if tx.changed():
            self._stale.update(self._states)
            self._rooms.clear()

    def _collective(self, tx: Transaction, place: Place) -> str:
        """The collective of a room, empty when it has none."""
        known = self._rooms.get(place) or tx.collective_of(place)
        if known is None:
            return self.instance.homes.get(place.platform, "")
        self._rooms[place] = known
        if len(self._rooms) > ROOMS_MAX:
            del self._rooms[next(iter(self._rooms))]
        return known

    def _state(self, tx: Transaction, collective: str) -> State:
        state = self._states.get(collective)
        if state is None:
            state = self._states[collective] = State(collective)
            self._stale.add(collective)
        if collective in self._stale:
            new = list(tx.entries(collective, state.head.seq)) if state.founded else None
            if new is None:
                fold(state, tx.entries(collective), tx.names(collective))
            elif new:
                fold(state, new, tx.names(collective))
            self._stale.discard(collective)
        self._states.move_to_end(collective)
        return state

    def _answer(self, batch: Batch, message: Incoming) -> Answer | None:
        prefix = self.rules.text("prefix")
        line = addressed(message.words, prefix) or (message.words if message.addressed else None)
        if message.edited:
            return self._answer_edit(batch, message, line)
        if line is None:
            return None
        collective = self._collective(batch.tx, message.place)
        if not collective:
            return self._reply(batch, message, HOMELESS, "", None)
        state = self._state(batch.tx, collective)
        entering = admission(
            state, message.actor, message.place, self.instance.name, self.rules, batch.moment
        )
        try:
            decision = self._decide(batch, state, message, entering, line)
        except Misread as wrong:
            decision = wrong.refused
        if isinstance(decision, Refused):
            if decision.error == "role":
                log.warning("refused for want of a role: message %s", message.key)
        elif decision.events:
            self._record(batch, state, message, entering.member, decision)
        return self._reply(batch, message, decision, collective, entering.member)

    def _decide(
        self, batch: Batch, state: State, message: Incoming, entering: Admission, line: str
    ) -> Decision:
        """Parse, permit, read, decide; whoever uses a member's command enters with it."""
        member = entering.member
        language, zone = reads_in(member, self.rules)
        parsed = parse(line, self.instance.commands, Setting(language, zone, batch.moment.now))
        command = self.instance.commands[parsed.command]
        refused = refusal(command.name, command.role, message.actor, member)
        if refused is not None:
            return refused
        ask = Ask(
            command.name,
            message.place,
            message.actor,
            member,
            parsed.arguments,
            self.rules,
            language,
            zone,
            message.mentions,
        )
        if command.reads is not None:
            ask = self._read(batch, state, ask, command.reads)
        decision = command.decide(state, ask, batch.moment)
        if isinstance(decision, Refused) or command.role is Role.GUEST:
            return decision
        events = (*entering.events, *decision.events)
        return replace(decision, events=events, texts=(*entering.texts, *decision.texts))

    def _read(self, batch: Batch, state: State, ask: Ask, reads: Reads) -> Ask:
        """Fetch what the command wants to know from the journal, with the texts in it.

        It is asked twice: what it knows then may show what else it needs.
        """
        for _ in range(2):
            wanted = [it for it in reads(state, ask, batch.moment) if it not in ask.found]
            if not wanted:
                break
            found = {reading: batch.read(state.collective, reading) for reading in wanted}
            seals = {seal for entries in found.values() for _, event in entries for seal in event.seals}
            texts = batch.tx.texts(state.collective, sorted(seals)) if seals else {}
            ask = replace(ask, found={**ask.found, **found}, texts={**ask.texts, **texts})
        return ask

    def _record(
        self,
        batch: Batch,
        state: State,
        message: Incoming,
        member: Member | None,
        decision: Accepted,
    ) -> None:
        """Turn the decision into journal entries and take them into the state."""
        names = {each.seal: each.text for each in decision.texts}
        actor = member.number if member else 0
        cause = f"{message.key.platform}:{message.key.message}"
        written, identities = batch.written, set[str]()
        for event in decision.events:
            entry = link(
                state.head, state.collective, batch.moment.at, actor, cause, write_event(event)
            )
            apply(state, event, When(entry.at, actor, names))
            state.head = Head(entry.seq, entry.hash, entry.at)
            written.entries.append(entry)
            written.subjects.extend(
                Subject(state.collective, subject, entry.seq) for subject in event.subjects
            )
            if isinstance(event, MemberJoined):
                identities.update(event.seals)
            elif isinstance(event, RoomJoined):
                written.rooms.append(Room(event.place, state.collective))
        written.texts.extend(
            Text(state.collective, each, each.seal in identities) for each in decision.texts
        )

    def _reply(
        self,
        batch: Batch,
        message: Incoming,
        decision: Decision,
        collective: str,
        member: Member | None,
    ) -> Answer:
        replies = (told(decision),) if isinstance(decision, Refused) else decision.replies
        at = batch.moment.at
        outgoing = outgoing_rows(message, replies, collective, member, self.rules, at)
        batch.written.received.append(Received(message.key, collective, at))
        batch.written.outgoing.extend(outgoing)
        return Answer(outgoing)

    def _answer_edit(self, batch: Batch, message: Incoming, line: str | None) -> Answer | None:
        """An edit never acts: its author is told once what to send instead."""
        original = msgspec.structs.replace(message, edited=False).key
        batch.flush()
        first = batch.tx.answered([original]).get(original)
        if first is None and line is None:
            return None
        ref = next((row.reply.ref for row in first or () if row.reply.ref), None)
        collective = self._collective(batch.tx, message.place)
        return self._reply(batch, message, edit_told(ref, line), collective, None)

    def _broken(self, message: Incoming, notes: Sequence[Note], bug: Exception) -> Answer:
        """A bug met this message: it gets a reference number, the log gets the rest."""
        reference = self.instance.chance.reference()
        log.error("bug %s while handling message %s", reference, message.key, exc_info=bug)
        with self.journal.transaction() as tx:
            batch = Batch(tx, Moment(self.instance.clock.now(), self.instance.chance))
            answer = self._reply(batch, message, broken(reference), "", None)
            batch.note(notes)
            tx.write(batch.written)
        return answer
