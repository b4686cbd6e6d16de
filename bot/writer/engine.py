"""One batch of messages in, one transaction out: the heart.

For each message: seen before? what does it say? who may? decide; then all of the batch is written
together, and only then answered. Everything here is synchronous and runs in one writer (see
`bot.writer.intake`). Decisions are pure; their effects happen in this file and nowhere else.

Three kinds of failure: a *refusal* is an answer; a *fault* of the store (`StorageFault`) leaves
nothing behind and may be tried again; a *bug* in one message is answered with a reference number
while the others go through.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import msgspec

from bot.chat import TIME, Incoming, Refusal, Reply, purified
from bot.decision import Accepted, Clockwork
from bot.moment import Moment
from bot.ports import Journal, Note, StorageBroken, StorageFault
from bot.writer.answers import Answer, broken, edit_told, flooded, other_books, unheard
from bot.writer.asking import Asking
from bot.writer.batch import Batch, in_parts
from bot.writer.crashes import wordless
from bot.writer.ending import Ending
from bot.writer.hearing import Hearing, Instance
from bot.writer.homes import Homes, Origin, Scene
from bot.writer.looking import Looking
from bot.writer.prefixes import heard
from bot.writer.restored import of_the_world
from bot.writer.scribe import Scribe
from bot.writer.states import Far, States
from bot.writer.vault import Vault

log = logging.getLogger("talkoot.engine")

DUE_MAX = 1_000
"""The most that is done for one collective in one transaction; the rest is due at once again."""


class Engine:
    """The one writer: holds the states in memory and is the only one who changes them."""

    def __init__(
        self,
        journal: Journal,
        instance: Instance,
        woken: Callable[[], None] = lambda: None,
        grown: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Begin with nothing in memory; states are folded when they are first needed.

        `woken` is called, in the writer's thread, when something is due at another time than before,
        and `grown` when a snapshot should be made of a collective's state.
        """
        self.journal, self.instance = journal, instance
        states = States(instance.states_max, instance.reads, instance.wrapping)
        self._homes = Homes(instance.homes, instance.rules, states)
        self._hearing = Hearing(instance, self._homes)
        vault = Vault(instance.keys, instance.chance, instance.witnesses)
        self._asking = Asking(instance, self._homes, self._hearing, vault)
        self._scribe = Scribe(self._homes, self._hearing, vault, instance)
        self.looking = Looking(journal, self._homes, self._hearing)
        self._ending = Ending(journal, instance, self._homes, self._scribe, vault)
        self._woken, self._grown = woken, grown

    def handle(
        self, messages: Sequence[Incoming], notes: Sequence[Note] = (), *, near: bool = True
    ) -> list[Answer | None]:
        """Answer a batch, durably; None for what is no command.

        Raises StorageBroken or StorageFault; nothing of it was recorded then, but for CommitUnknown.
        Where it need not be `near`, also Far: then nothing was recorded either.
        """
        try:
            return self._attempt(messages, notes, near=near)
        except Far:
            raise
        except Exception as bug:
            self.forget()
            if not messages or isinstance(bug, StorageFault | StorageBroken):
                raise
            if len(messages) > 1:
                # One by one it may be well, and nobody is told: then this is all that is known of it.
                log.warning("a batch of %d broke", len(messages), exc_info=wordless(bug))
                self._attempt((), notes)
                with in_parts():
                    return [answer for message in messages for answer in self.handle([message])]
            return [self._broken(purified(messages[0]), notes, bug)]

    def forget(self) -> None:
        """Drop all states: the next message reads them anew from what is kept."""
        self._homes.forget()

    def fetched(self, collective: str) -> None:
        """What was far was fetched, as far as that could be done."""
        self._homes.states.fetched(collective)

    def distrust(self, collective: str) -> None:
        """Forget a state: what it was read from was not what the journal comes to."""
        self._homes.states.drop(collective)

    def _attempt(
        self, messages: Sequence[Incoming], notes: Sequence[Note], *, near: bool = True
    ) -> list[Answer | None]:
        with self.instance.shelf.following() as shelved, self.journal.transaction() as tx:
            batch = Batch(tx, Moment(self.instance.clock.now(), self.instance.chance), shelved=shelved)
            # Notes are about no collective: nothing has to be held or caught up with for them.
            answers = self._answers(batch, [*map(purified, messages)], near=near) if messages else []
            batch.note(notes)
            tx.write(batch.written)
        if batch.over:
            self._ending.finish(batch.over)
        self._homes.states.trim()
        if batch.woken:
            self._woken()
        for collective in self._homes.states.grown():
            self._grown(collective)
        return answers

    def _answers(
        self, batch: Batch, messages: Sequence[Incoming], *, near: bool
    ) -> list[Answer | None]:
        """The answer to each message; what was handled before gets its first one again."""
        origins = self._homes.origins(batch.tx, messages)
        if not near:
            self._homes.refuse_far(batch.tx, messages, origins)
        keys = [message.key for message in messages]
        seen = batch.tx.answered(keys)
        done = {key: Answer(rows, repeated=True) for key, rows in seen.items()}
        answers: list[Answer | None] = []
        for message, key, origin in zip(messages, keys, origins, strict=True):
            answer = done.get(key)
            if answer is None:
                answer = self._answer(batch, message, origin)
                if answer is not None:
                    done[key] = msgspec.structs.replace(answer, repeated=True)
            answers.append(answer)
        return answers

    def _answer(self, batch: Batch, message: Incoming, origin: Origin) -> Answer | None:
        hearing = self._hearing
        if message.place.platform == TIME:
            return self._tick(batch, message)
        if rule := hearing.deaf(message):
            return unheard(message, rule)
        try:
            if batch.recorded:
                # What was decided before it in the batch may have changed what belongs where.
                if message.private:
                    batch.flush()
                origin = self._homes.origin(batch.tx, message)
            scene = self._homes.scene(batch, message, origin)
        except Refusal as wrong:
            return self._scribe.reply(self._homes.nowhere(batch, message), wrong)
        message = scene.message
        if message.arrived or message.former:
            decision = self._asking.arrived(scene)
            return None if decision is None else self._scribe.write(scene, decision)
        hearing.recognise(scene)
        if hearing.ignored(scene):
            return self._scribe.unheard(scene, "ignored")
        line = heard(message, scene.rules, self._asking.reading(scene))
        if message.edited:
            return self._answer_edit(scene, line if isinstance(line, str) else None)
        return None if line is None else self._command(scene, line)

    def _command(self, scene: Scene, line: str | Refusal) -> Answer | None:
        """Answer a command, or say why it is none; None where the rules say not to listen."""
        seconds = self._hearing.flooding(scene)
        if seconds:
            tells, refused = self._hearing.tells_flood(scene), flooded(seconds)
            return self._scribe.reply(scene, refused) if tells else self._scribe.unheard(scene, refused)
        if isinstance(line, Refusal):
            return self._scribe.reply(scene, line)
        if not self._hearing.is_of_these_books(scene):
            return self._scribe.reply(scene, other_books(line))
        of_room = scene.state
        try:
            decision = self._asking.decided(scene, line)
        except Refusal as wrong:
            scene.state = of_room
            if wrong.code == "role":
                log.warning("refused for want of a role: message %s", scene.message.key)
            refused = self._asking.put_right(scene, line, wrong)
            fleeting = self._asking.repeats_a_secret(scene, line, wrong)
            return self._scribe.reply(scene, self._asking.met(scene, refused), fleeting=fleeting)
        if decision is None:
            return self._scribe.unheard(scene, "listen")
        return self._scribe.write(scene, self._asking.met(scene, decision))

    def _tick(self, batch: Batch, message: Incoming) -> Answer:
        """It is later: do everything that is due in a collective by now, in order."""
        state = self._homes.states.of(batch.tx, message.place.room)
        scene = Scene(batch, message, state, self._homes.rules(state, message.place))
        if (news := of_the_world(state, message)) is not None:
            return self._scribe.write(scene, news)
        replies: list[Reply] = []
        waiting: set[Clockwork] = set()
        for _ in range(DUE_MAX):
            due = self._hearing.due(state, waiting)
            if due is None or due[0] > batch.moment.at:
                break
            at, clockwork = due
            if clockwork.hears and self._hearing.is_unread(scene, at):
                waiting.add(clockwork)
                continue
            decision = self._asking.due(scene, state, at, clockwork)
            assert decision.events, f"{clockwork.name} leaves due what is due"
            self._scribe.record(scene, decision)
            replies.extend(decision.replies)
        self._scribe.set_clock(scene, state, waiting)
        return self._scribe.reply(scene, Accepted(replies=tuple(replies)))

    def _answer_edit(self, scene: Scene, line: str | None) -> Answer | None:
        """An edit never acts: its author is told once what to send instead."""
        original = msgspec.structs.replace(scene.message, edited=False).key
        scene.batch.flush()
        first = scene.batch.tx.answered([original]).get(original)
        if first is None and line is None:
            return None
        ref = next((row.reply.ref for row in first or () if row.reply.ref), None)
        return self._scribe.reply(scene, edit_told(ref, line))

    def _broken(self, message: Incoming, notes: Sequence[Note], bug: Exception) -> Answer:
        """A bug met this message: it gets a reference number, the log gets the rest."""
        reference = self.instance.chance.reference()
        told = wordless(bug) if message.private or message.unseen else bug
        log.error("bug %s while handling message %s", reference, message.key, exc_info=told)
        with self.journal.transaction() as tx:
            batch = Batch(tx, Moment(self.instance.clock.now(), self.instance.chance))
            answer = self._scribe.reply(self._homes.nowhere(batch, message), broken(reference))
            batch.note(notes)
            tx.write(batch.written)
        return answer
