"""From decisions to rows: entries of the journal, what they change in the state, and answers.

What is decided is taken into the state here and nowhere else, and everything that a batch will write
is collected here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from bot.chain import Head, link
from bot.chat import Refusal, Reply
from bot.collective.events import Event
from bot.collective.folding import take, write_event
from bot.collective.members import MemberForgotten, MemberLeft
from bot.collective.state import State
from bot.decision import Accepted, Clockwork, Priority
from bot.ports import Assigned, Erased, KeptPriority, Received, Subject, Text, Wake
from bot.writer.answers import Address, Answer, chosen_by, outgoing_rows, told, unheard
from bot.writer.hearing import Hearing, Instance
from bot.writer.homes import Homes, Scene
from bot.writer.vault import Vault

AGAIN_MS = 5_000
"""How long (ms) until it is looked again whether what is waited for has come."""


class Scribe:
    """Writes down what was decided, into the batch that it was decided in."""

    def __init__(self, homes: Homes, hearing: Hearing, vault: Vault, instance: Instance) -> None:
        """`homes` is told which rooms change their collective; `vault` seals ballots.

        The `instance` says where receipts are kept, and the address of the pages.
        """
        self._homes, self._hearing, self._vault = homes, hearing, vault
        self._shelf, self._site = instance.shelf, instance.site

    def write(self, scene: Scene, decision: Accepted) -> Answer:
        """Write down what was decided, and what is answered."""
        if decision.priorities:
            _prefer(scene, decision.priorities)
        if decision.events:
            self.record(scene, decision)
            return replace(self.reply(scene, decision), recorded=True)
        return self.reply(scene, decision)

    def record(self, scene: Scene, decision: Accepted) -> None:
        """Turn the decision into journal entries and take them into the state."""
        state, batch, message = scene.state, scene.batch, scene.message
        assert state is not None, "nothing is written for no collective"
        names = {each.seal: each.text for each in decision.texts}
        actor = scene.member.number if scene.member else 0
        cause = f"{message.place.platform}:{message.message}"
        written, batch.recorded = batch.written, True
        first = state.head.seq + 1
        identities: set[str] = set()
        for event in decision.events:
            entry = link(
                state.head, state.collective, batch.moment.at, actor, cause, write_event(event)
            )
            take(state, entry, event, names)
            state.head = Head(entry.seq, entry.hash, entry.at)
            written.entries.append(entry)
            written.subjects.extend(
                Subject(state.collective, subject, entry.seq) for subject in event.subjects
            )
            identities.update(event.identities)
            self._settle(scene, state.collective, event)
            if isinstance(event, MemberLeft | MemberForgotten):
                _prefer(scene, (Priority(event.member, on=False),))
        written.texts.extend(
            Text(state.collective, each, each.seal in identities, first) for each in decision.texts
        )
        if decision.erased:
            written.erased.append(Erased(state.collective, decision.erased))
        if decision.dropped:
            written.erased.append(Erased(state.collective, decision.dropped, told=False))
        if decision.erased or decision.dropped:
            self._homes.states.erased(state.collective)
        for urn in decision.urns:
            self._vault.make(urn)
        written.sealed.extend(map(self._vault.boxed, decision.ballots))
        batch.shelved.gone += [
            (state.collective, seal) for seal in (*decision.erased, *decision.dropped)
        ]
        for slip in decision.slips:
            self._shelf.stage(batch, state.collective, slip)
        if any(event.moves_clock for event in decision.events):
            self.set_clock(scene, state)

    def set_clock(self, scene: Scene, state: State, waiting: Collection[Clockwork] = ()) -> None:
        """Note when something is due the next time; for what waits, soon again."""
        at = self._hearing.next_due(state, waiting)
        if waiting:
            again = scene.batch.moment.at + AGAIN_MS
            at = again if at is None else min(at, again)
        scene.batch.written.wakes.append(Wake(state.collective, at))
        scene.batch.woken = True
        if state.polls.over:
            scene.batch.over[state.collective] = scene.message

    def _settle(self, scene: Scene, collective: str, event: Event) -> None:
        """Which rooms now belong to whom."""
        rooms = [Assigned(place, "") for place in event.given_up]
        rooms += [Assigned(place, collective) for place in event.taken]
        scene.batch.written.rooms.extend(rooms)
        for room in rooms:
            self._homes.changed(room)

    def reply(self, scene: Scene, decision: Accepted | Refusal, *, fleeting: bool = False) -> Answer:
        """Note that the message was handled, and what is answered.

        A `fleeting` refusal repeats words that are kept nowhere: a vote that was mistyped.
        """
        state, at = scene.state, scene.batch.moment.at
        replies: tuple[Reply, ...]
        if isinstance(decision, Refusal):
            locked = state is not None and decision.rule in state.rules.locked
            replies = (told(decision, locked=locked, fleeting=fleeting),)
        else:
            replies = decision.replies
        rules = self._homes.rules_at(state)
        tx, message = scene.batch.tx, scene.message

        def in_several(platform: str, account: str) -> bool:
            return self._homes.in_several(tx, platform, account)

        address = Address(message, state, scene.member, rules, at, in_several, self._site)
        outgoing = outgoing_rows(replies, address)
        if (
            message.private
            and state is not None
            and in_several(message.actor.platform, message.actor.id)
        ):
            platform, account = message.actor.platform, message.actor.id
            self._homes.use(scene.batch, platform, account, state.collective)
        written = scene.batch.written
        written.received.append(Received(message.key, state.collective if state else "", at))
        written.outgoing.extend(outgoing)
        refused = decision.code if isinstance(decision, Refusal) else ""
        return Answer(outgoing, language=chosen_by(scene.member), refused=refused)

    def unheard(self, scene: Scene, why: str | Refusal) -> Answer | None:
        """What is answered where nothing is done, kept or told; in the language of who waits for it."""
        return unheard(scene.message, why, scene.member)


def _prefer(scene: Scene, priorities: Iterable[Priority]) -> None:
    """Note beside the journal who wants to speak first, by one of all their numbers."""
    state = scene.state
    assert state is not None, "nothing is kept for no collective"
    kept = scene.batch.written.priorities
    for each in priorities:
        for number in state.members.numbers(each.member):
            on = each.on and number == each.member
            kept.append(KeptPriority(state.collective, number, on=on))
