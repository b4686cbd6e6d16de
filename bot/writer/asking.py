"""From a line to what is decided on it: parsed, permitted, looked up, decided, and then asked again.

What is asked of every decision stands here too, so that no feature can forget it: what is locked
changes by a proposal alone, and whoever acts as a member enters before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec

from bot.arguments import given
from bot.books.lookup import seals_of
from bot.chain import Head, link
from bot.chat import Misread, Refusal, Reply
from bot.collective.access import Admission, admission, check_role, with_standing
from bot.collective.apart import apart
from bot.collective.codes import collective_id, read_named_code
from bot.collective.events import When
from bot.collective.folding import apply, write_event
from bot.collective.locks import locked_by
from bot.collective.members import MemberJoined, MemberReturned
from bot.collective.proposalevents import EffectDone
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command, Home, Parsed
from bot.decision import (
    About,
    Accepted,
    Ask,
    Ballots,
    Clockwork,
    Due,
    Grown,
    JournalQuery,
    Priorities,
    Proven,
    Query,
    Signed,
    SlipFile,
    SlipRoom,
    Words,
    joined_with,
)
from bot.feature import features_of
from bot.grammar.lines import HANDS_IN, command_named, parse
from bot.phrasing.answers import answer, may_answer
from bot.phrasing.meetingwords import START, said_in_meeting
from bot.phrasing.rewording import understood
from bot.phrasing.several import AtLine, Entry, at_line, entries_of, too_many
from bot.text.wording import Typed, say
from bot.writer.answers import flooded, homeless, language_and_zone, room_taken
from bot.writer.batch import Batch
from bot.writer.files import slip_of_several, with_file
from bot.writer.greeting import Answered, arrival, greeted, met, with_line
from bot.writer.hearing import Hearing, Instance
from bot.writer.homes import Homes, Scene
from bot.writer.knowing import known_to
from bot.writer.prefixes import Reading
from bot.writer.righting import asked_first, hinted, put_right
from bot.writer.shelf import Shelf
from bot.writer.trying import works
from bot.writer.vault import Vault

T = TypeVar("T")

LOOKS_MAX = 3
"""How often a decision looks things up: a proposal, what its effect names, and what belongs to that."""

ENTERED = Reply(say("You are a member now; nothing else was done."), private=True)
"""What is told where somebody entered by a deed that came to nothing."""


class Asking:
    """Makes an ask of a line, or of what is due, and has it decided."""

    def __init__(self, instance: Instance, homes: Homes, hearing: Hearing, vault: Vault) -> None:
        """Work on the same states and keys as the engine."""
        self._instance, self._homes, self._hearing, self._vault = instance, homes, hearing, vault

    def decided(self, scene: Scene, line: str, *, trial: bool = False) -> Accepted | None:
        """What follows from a message; None where the rules say to listen to admins alone.

        Several entries in one message are decided one after the other, all of them or none. Raises
        Refusal.
        """
        setting = self._hearing.setting(scene)
        commands, words = self._instance.features.commands, scene.message.words
        entries = entries_of(line, commands, setting, words) if scene.state else ()
        return (
            self._all(scene, entries, trial=trial) if entries else self._one(scene, line, trial=trial)
        )

    def _all(self, scene: Scene, entries: Sequence[Entry], *, trial: bool) -> Accepted | None:
        """What follows from several entries, each as if those before it were written. Raises AtLine."""
        batch = scene.batch
        if scene.message.file is not None and len(entries) > 1:
            raise slip_of_several()
        if not trial:
            self._let_through(scene, len(entries))
        before = batch.tried
        seen, batch.tried = replace(scene, state=apart(scene.state)), before.more()
        whole = Accepted()
        try:
            for each in entries:
                try:
                    done = self._one(seen, each.line, trial=trial)
                except Refusal as wrong:
                    raise at_line(each.number, wrong) from None
                if done is None:
                    return None
                _try(seen, done)
                whole = joined_with(whole, done)
        finally:
            batch.tried = before
        scene.member = seen.member
        return whole

    def _let_through(self, scene: Scene, count: int) -> None:
        """Raise Refusal where so many entries, of which the first was counted, are too much at once."""
        seconds = self._hearing.flooding(scene, more=count - 1) if count > 1 else 0
        most = scene.rules.number("flood")
        if seconds:
            raise flooded(seconds) if count <= most else too_many(most, rule="flood")

    def _one(self, scene: Scene, line: str, *, trial: bool = False) -> Accepted | None:
        """What follows from a line; None where the rules say to listen to admins alone. Raises Refusal.

        The scene goes with it to the collective that it brings, and to whoever enters. What is only a
        `trial` is refused where it would be asked about.
        """
        batch, message = scene.batch, scene.message
        state = scene.state or State("")
        setting = self._hearing.setting(scene)
        if scene.state is None:
            meant = command_named(line, self._instance.features.commands)
            if meant is None or meant.home is Home.ROOM:
                raise homeless(private=message.private)
        known = known_to(scene, state, self._instance.features, setting)
        asked_first(scene, line, known, None if trial else self._tried)
        parsed = parse(understood(line, known), self._instance.features.commands, setting)
        command, space = self._instance.features.commands[parsed.command], ""
        if command.home in {Home.NEW, Home.CODE}:
            if self._homes.room(batch.tx, message.place):
                raise room_taken()
            space = self._homes.free_space(batch.tx, message)
            state = self._moved(scene, command, parsed)
        joins = not message.private or message.place.platform in self._instance.homes
        name, rules, moment = self._instance.name, scene.rules, batch.moment
        entering = admission(state, message, name, rules, moment, joins=joins, former=command.former)
        scene.member = entering.member
        member = with_standing(entering.member, message.actor, scene.rules)
        if not scene.rules.on("listen") and not (member and member.may(Role.ADMIN)):
            return None
        check_role(command.name, command.role, message.actor, member, state, scene.rules)
        ask = Ask(
            command.name,
            message.place,
            message.actor,
            member,
            command.taken(with_file(command, parsed, message.file, self._instance.shelf.most)),
            batch.moment.of(message),
            scene.rules,
            *language_and_zone(member, scene.rules),
            room=entering.room,
            private=message.private,
            unseen=message.private or message.unseen,
            space=space,
            configured=self._instance.rules,
            site=self._instance.site,
            features=self._instance.features,
            mentions=message.mentions,
            spread=self._instance.spread.of(state.collective),
        )
        there = state if command.role is Role.GUEST else entering.there
        if command.wants is not None:
            ask = looked_up(batch, self._vault, self._instance.shelf, there, ask, command.wants)
        decision = kept(there, ask, command.decide(there, ask))
        decision = decision if trial else hinted(decision, line, known)
        decision = decision if command.role is Role.GUEST else entered(entering, decision)
        if trial or not self._hearing.welcomes(scene.rules):
            return decision
        seen = scene.rules.text("web") if self._instance.site else ""
        return greeted(decision, state, command.name, member, message, seen)

    def reading(self, scene: Scene) -> Reading:
        """What reading a message may need."""
        commands = self._instance.features.commands
        return Reading(
            commands,
            lambda: self._hearing.setting(scene),
            lambda: self.answered(scene),
            lambda: _said_where_people_meet(scene),
        )

    def arrived(self, scene: Scene) -> Accepted | None:
        """What follows from the bot's coming into a room; in private somebody is met with that."""
        message, welcomes = scene.message, self._hearing.welcomes(scene.rules)
        decision = arrival(scene.state, message, welcomes=welcomes)
        if decision is not None and message.private:
            self._homes.meet(scene.batch, message.actor)
        return decision

    def answered(self, scene: Scene) -> str | Refusal | None:
        """The line that a message types by answering what was asked; None where it is mere talk."""
        state, message = scene.state, scene.message
        if state is None or not may_answer(message.words):
            return None
        scene.batch.flush()
        collective, platform = state.collective, message.place.platform
        ref = scene.batch.tx.asked_about(collective, platform, message.answers)
        if message.words == HANDS_IN and message.file is not None:
            return f"{HANDS_IN} {ref}" if ref[:1] == "T" else None
        # Tried as if nobody read along: a secret vote that the room reads is told so, and not unheard.
        unseen = replace(scene, message=msgspec.structs.replace(message, unseen=True))
        known = known_to(scene, state, self._instance.features, self._hearing.setting(scene))
        return answer(message.words, ref, known, lambda line: works(unseen, line, self._tried))

    def met(self, scene: Scene, given: Answered) -> Answered:
        """An answer; the first one in private says who reads along, and for whom it counts."""
        message = scene.message
        if not message.private or not self._hearing.welcomes(scene.rules):
            return given
        fresh = self._homes.meet(scene.batch, message.actor)
        return with_line(given, met(scene.state)) if fresh else given

    def put_right(self, scene: Scene, line: str, wrong: Refusal) -> Refusal:
        """A refusal that ends in the person's own line put right, where there is such a line."""
        state = scene.state
        if state is None or isinstance(wrong, AtLine):
            return wrong  # what is wrong with one of several lines is told as it is
        known = known_to(scene, state, self._instance.features, self._hearing.setting(scene))
        return put_right(scene, line, wrong, known, self._tried)

    def repeats_a_secret(self, scene: Scene, line: str, wrong: Refusal) -> bool:
        """Whether a refusal may repeat a vote: of a line that nobody else sees.

        What cannot be read may be anything, whatever command it begins with.
        """
        meant = command_named(line, self._instance.features.commands)
        unclear = isinstance(wrong, Misread) or meant is None or meant.discreet
        return unclear and (scene.message.private or scene.message.unseen)

    def _tried(self, scene: Scene, line: str) -> Accepted | None:
        """What would follow from a line; of one that goes to another collective nobody can know."""
        meant = command_named(line, self._instance.features.commands)
        if meant is None or meant.home in {Home.NEW, Home.CODE}:
            return None
        return self.decided(scene, line, trial=True)

    def due(self, scene: Scene, state: State, at: int, clockwork: Clockwork) -> Accepted:
        """What a clockwork does that was due at an instant (ms)."""
        batch, message = scene.batch, scene.message
        ask: Ask[Due] = Ask(
            clockwork.name,
            message.place,
            message.actor,
            None,
            Due(at),
            batch.moment,
            scene.rules,
            *language_and_zone(None, scene.rules),
            configured=self._instance.rules,
            site=self._instance.site,
            features=self._instance.features,
            spread=self._instance.spread.of(state.collective),
        )
        if clockwork.wants is not None:
            ask = looked_up(batch, self._vault, self._instance.shelf, state, ask, clockwork.wants)
        return clockwork.decide(state, ask)

    def _moved(self, scene: Scene, command: Command, parsed: Parsed) -> State:
        """Decide a line in the collective that its command brings: a new one, or its code's."""
        if command.home is Home.NEW:
            home = collective_id(self._instance.chance.salt())
        else:
            named = read_named_code(parsed.arguments["code"])
            home = named[0] if named else ""
        state = scene.state = self._homes.states.of(scene.batch.tx, home)
        scene.rules = self._homes.rules(state, scene.message.place)
        return state


def _said_where_people_meet(scene: Scene) -> str | Refusal | None:
    """The line that somebody says without a sign, where the rules let them and people meet there.

    A refusal where they say several at once.
    """
    state, message = scene.state, scene.message
    if state is None or message.private or not scene.rules.on("meeting-words"):
        return None
    room = state.rooms.by_place.get(message.place)
    begins = message.words.lstrip().casefold().startswith(START)
    if room is None or not (begins or state.meetings.in_room(room.number) is not None):
        return None
    members = state.members

    def is_person(word: str) -> bool:
        try:
            return bool(members.found(word, None).number)
        except Refusal:
            return False

    try:
        return said_in_meeting(message.words, is_person)
    except Refusal as refusal:
        return refusal


def _try(scene: Scene, decision: Accepted) -> None:
    """Take what was decided into a state that is only tried, and have it read by what comes after."""
    state, batch = scene.state, scene.batch
    assert state is not None, "nothing is tried for no collective"
    actor = scene.member.number if scene.member else 0
    names = {each.seal: each.text for each in decision.texts}
    batch.tried.texts.update(names)
    for event in decision.events:
        entry = link(state.head, state.collective, batch.moment.at, actor, "", write_event(event))
        apply(state, event, When(entry.at, actor, names))
        state.head = Head(entry.seq, entry.hash, entry.at)
        batch.tried.entries.append((entry, event))


def looked_up(
    batch: Batch,
    vault: Vault,
    shelf: Shelf,
    state: State,
    ask: Ask[T],
    wants: Callable[[State, Ask[T]], tuple[Query, ...]],
) -> Ask[T]:
    """The ask with what it wants to know from the journal, the texts in that, and opened ballots.

    It is asked again with what it knows then, which may show what else it needs: a proposal its effect,
    and that what it is about. Raises StorageFault.
    """
    for _ in range(LOOKS_MAX):
        asked = wants(state, ask)
        if not asked:
            break
        known = _known(ask)
        wanted = [it for it in asked if it not in known]
        if not wanted:
            break
        read = [it for it in wanted if isinstance(it, JournalQuery)]
        words = [it for it in wanted if isinstance(it, Words)]
        if len(read) + len(words) < len(wanted):
            batch.flush()
        sealed = [it for it in wanted if isinstance(it, Ballots)]
        opened = {each: vault.opened(batch.tx, each) for each in sealed}
        found = batch.read_each(state, read)
        if Signed() in wanted:
            ask = replace(
                ask,
                checkpoint=vault.checkpoint(batch.tx, state),
                signer=vault.signer(),
                witnessed=vault.witnessed(state),
            )
        if SlipRoom() in wanted:
            ask = replace(ask, slip_room=shelf.left(state.collective))
        slips = {it: shelf.read(state.collective, it) for it in wanted if isinstance(it, SlipFile)}
        if Priorities() in wanted:
            ask = replace(ask, first=batch.tx.priorities(state.collective))
        proven = [it for it in wanted if isinstance(it, Proven | Grown)]
        proofs = {it: vault.proof(batch.tx, state, it) for it in proven}
        whole = [each for it, each in found.items() if not isinstance(it, About) or it.words]
        near = {**seals_of(whole), **{seal: seq for it in words for seal, seq in it.near}}
        texts = batch.texts(state.collective, near) if near else {}
        ask = replace(
            ask,
            found={**ask.found, **found},
            opened={**ask.opened, **opened},
            proofs={**ask.proofs, **proofs},
            slips={**ask.slips, **slips},
            texts={**ask.texts, **texts},
            worded=ask.worded.union(words),
        )
    return ask


def _known(ask: Ask) -> set[Query]:
    """What an ask was told already."""
    return {
        *ask.found,
        *ask.worded,
        *ask.opened,
        *ask.proofs,
        *([Signed()] if ask.checkpoint is not None else ()),
        *([Priorities()] if ask.first is not None else ()),
        *([SlipRoom()] if ask.slip_room is not None else ()),
        *ask.slips,
    }


def kept(state: State, ask: Ask, decision: Accepted) -> Accepted:
    """The decision. Raises Refusal where it changes what is locked: only a passed proposal does.

    What a proposal has done was asked when it was carried out.
    """
    if any(isinstance(each, EffectDone) for each in decision.events):
        return decision
    locked = sorted(locked_by(state, decision.events))
    if not locked:
        return decision
    raise Refusal(
        "rule-locked",
        say("{rule} is locked.", rule=locked[0]),
        rule=locked[0],
        word=locked[0],
        instead=say("Propose it: {line}", line=Typed(_proposed(ask, locked[0]))),
    )


def _proposed(ask: Ask, rule: str) -> str:
    """The line that proposes what was typed; of what cannot be proposed, that the lock goes."""
    command = features_of(ask).commands[ask.command]
    words, typed = [command.name], given(ask.args)
    for option in command.options:
        value = typed.get(option.name)
        if value is not None:
            words += [str(value)] if option.positional else [f"--{option.name}", str(value)]
    line = " ".join(words)
    if command.effect is None or "\n" in line or "toml" in typed:
        return f"propose Unlock {rule} --do rules unlock {rule}"
    return f'propose Change {rule} --do "{line}"'


def entered(entering: Admission, decision: Accepted) -> Accepted:
    """A decision with what comes before it: that its author enters.

    Where nothing was decided and nothing is told, they are told that they entered; a room that is only
    seen is written down with the next thing that is done in it.
    """
    if not entering.events:
        return decision
    replies = decision.replies
    if not decision.events and not replies:
        if not any(isinstance(each, MemberJoined | MemberReturned) for each in entering.events):
            return decision
        replies = (ENTERED,)
    events = (*entering.events, *decision.events)
    return replace(decision, events=events, texts=(*entering.texts, *decision.texts), replies=replies)
