"""Which collective a message belongs to, and what is known of it: its state and the rules of a place.

A message comes from an `Origin`, which is found once: its room's collective, its space's, its
platform's, and those that may know its author. Beside the store's own memory, the states and the
places are all that the writer keeps between batches; they can be forgotten and found again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.chain import is_as_of, seq_of
from bot.chat import TIME, Actor, Incoming, Place
from bot.collective.catalogue import rules_of
from bot.collective.codes import read_named_code
from bot.collective.members import Member
from bot.collective.prefixes import prefix_at
from bot.collective.rooms import space_of
from bot.collective.rules import Rules
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.decision import RulesAt
from bot.ports import Assigned, Position, Transaction
from bot.writer.batch import Batch
from bot.writer.privately import Meant, meant, meant_by_name
from bot.writer.states import Far, States

LINE_CHARACTERS = 300
WORDS = 6
"""How much of a line is looked at for a code."""

PLACES_MAX = 10_000
"""How many places' collectives are remembered; the others are looked up."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message comes from: the collective of its place, and those that may know its author.

    `home` is empty where the place belongs to none. `own` says that the place belongs to it by itself
    or by its platform, and not by its space or the room that it replaced. Only of a private message
    it is asked who may know the author.
    """

    home: str
    own: bool
    known_to: Sequence[str] = ()


@dataclass(slots=True)
class Scene:
    """A message with what is known about where it came from; `state` is None in an unknown room."""

    batch: Batch
    message: Incoming
    state: State | None
    rules: Rules
    member: Member | None = None

    @property
    def collective(self) -> str:
        """The collective's id, empty in an unknown room."""
        return self.state.collective if self.state else ""


class Homes:
    """Finds collectives by place and by account, with their states and rules."""

    def __init__(
        self,
        platforms: Mapping[str, str],
        configured: Mapping[str, Value],
        states: States,
    ) -> None:
        """`platforms` says for whole platforms which collective their rooms belong to.

        `configured` are the rules of `config.toml`.
        """
        self._platforms, self._configured = platforms, configured
        self.base = rules_of(configured)
        self.states = states
        self._places: dict[Place, str] = {}
        self._nobodys: set[Place] = set()
        self._last: dict[tuple[str, str], str] = {}
        self._met: dict[tuple[str, str], None] = {}

    def origins(self, tx: Transaction, messages: Sequence[Incoming]) -> list[Origin]:
        """Where messages come from; everything that they may turn out to be for is held from now on.

        What other processes wrote is taken in before.
        """
        self._nobodys.clear()
        found = self._origins(tx, messages)
        candidates = set[str]().union(*map(_candidates, messages, found))
        tx.hold(candidates)
        if not tx.changed():
            return found
        self.others_wrote()
        self.states.catch_up(tx, candidates)
        return self._origins(tx, messages)

    def refuse_far(
        self, tx: Transaction, messages: Sequence[Incoming], origins: Sequence[Origin]
    ) -> None:
        """Raise Far where a message may be for a collective whose state would take too long to fold."""
        wanted = [_candidates(*each) for each in zip(messages, origins, strict=True)]
        if far := self.states.far(tx, set[str]().union(*wanted)):
            raise Far(far, [number for number, its in enumerate(wanted) if not far.isdisjoint(its)])

    def seen_from(self, tx: Transaction, messages: Sequence[Incoming]) -> list[Origin]:
        """Where messages come from that are only looked at: nothing is held for them."""
        self._nobodys.clear()
        if tx.changed():
            self.others_wrote()
        return self._origins(tx, messages)

    def origin(self, tx: Transaction, message: Incoming) -> Origin:
        """Where a message comes from.

        A room belongs where it was settled; one that replaced another one where that did; else with
        its space, or its platform.
        """
        place = message.place
        if place.platform == TIME:
            return Origin(place.room, own=True)
        home = self.room(tx, place)
        if not home and message.former:
            home = self.room(tx, Place(place.platform, message.former))
        own = bool(home) or place.platform in self._platforms
        if not home and message.space:
            home = self._space(tx, message)
        known_to = tx.homes_of(message.actor.id) if message.private else ()
        return Origin(home or self._platforms.get(place.platform, ""), own, known_to)

    def scene(self, batch: Batch, message: Incoming, origin: Origin) -> Scene:
        """The message where it belongs. Raises Refusal where that is not clear."""
        meant = self.meant(batch.tx, message, origin)
        return Scene(batch, meant.message, meant.state, self.rules(meant.state, message.place))

    def nowhere(self, batch: Batch, message: Incoming) -> Scene:
        """The message without regard to where it belongs."""
        return Scene(batch, message, None, self.base)

    def meant(self, tx: Transaction, message: Incoming, origin: Origin) -> Meant:
        """The message with the state of the collective that it is for; None where there is none.

        Raises Refusal where there are several, and nothing says which.
        """
        mine = self._mine(tx, origin.known_to, message.actor)
        if mine:
            named = meant_by_name(message, mine, self._prefix(mine, message.place.platform))
            if named is not None:
                return named
        if origin.home:
            state = self.states.of(tx, origin.home)
            rules = None if origin.own else self.rules(state, message.place)
            closed = rules is not None and rules.text("new-rooms") != "space"
            return Meant(message, None if closed else state)
        if len(mine) < 2:
            return Meant(message, mine[0] if mine else None)
        last = self._last_used(tx, message.place.platform, message.actor.id)
        return meant(message, mine, self._answered(tx, message, mine), last)

    def rules(self, state: State | None, place: Place) -> Rules:
        """The rules in force at a place of a collective."""
        if state is None or not state.rules.settings:
            return self.base
        room = state.rooms.by_place.get(place)
        number, circle = (room.number, room.circle) if room else (0, "")
        return rules_of(self._configured, *state.rules.layers(number, circle))

    def rules_at(self, state: State | None) -> RulesAt:
        """The rules of a collective, by place."""
        return lambda place: self.rules(state, place)

    def has(self, tx: Transaction, state: State, as_of: str) -> bool:
        """Whether a collective's journal has this point."""
        if not 0 < (seq := seq_of(as_of)) <= state.head.seq:
            return False
        if as_of == state.head.as_of:
            return True
        found = tx.latest(state.collective, before=seq + 1, limit=1)
        return bool(found) and is_as_of(as_of, found[0])

    def in_several(self, tx: Transaction, platform: str, account: str) -> bool:
        """Whether an account is a member's in several collectives."""
        homes = tx.homes_of(account)
        return len(homes) > 1 and len(self._mine(tx, homes, Actor(platform, account, ""))) > 1

    def use(self, batch: Batch, platform: str, account: str, collective: str) -> None:
        """Somebody who is in several collectives used this one in private."""
        if self._last_used(batch.tx, platform, account) == collective:
            return
        self._last[platform, account] = collective
        if len(self._last) > PLACES_MAX:
            del self._last[next(iter(self._last))]
        batch.written.positions.append(Position(platform, _last_of(account), collective))

    def meet(self, batch: Batch, actor: Actor) -> bool:
        """Whether somebody is met in private for the first time; from now on they are known."""
        key = (actor.platform, actor.id)
        known = key in self._met or bool(batch.tx.position(actor.platform, _met_as(actor.id)))
        self._met[key] = None
        if len(self._met) > PLACES_MAX:
            del self._met[next(iter(self._met))]
        if not known:
            batch.written.positions.append(Position(actor.platform, _met_as(actor.id), "met"))
        return not known

    def free_space(self, tx: Transaction, message: Incoming) -> str:
        """The space of a message's room, if no collective has it yet; else empty."""
        return message.space if message.space and not self._space(tx, message) else ""

    def room(self, tx: Transaction, place: Place) -> str:
        """The collective that a place itself belongs to, empty when it has none."""
        if place not in self._places:
            self._look_up(tx, {place})
        return self._places.get(place, "")

    def changed(self, room: Assigned) -> None:
        """A place changed its collective in this batch: the store does not know that yet."""
        self._places[room.place] = room.collective
        self._nobodys.discard(room.place)

    def others_wrote(self) -> None:
        """Take in what other processes wrote, before anything is used again."""
        self.states.others_wrote()
        self._forget_places()

    def forget(self) -> None:
        """Drop what is remembered: it is folded and looked up anew."""
        self.states.forget()
        self._forget_places()

    def _forget_places(self) -> None:
        self._places.clear()
        self._nobodys.clear()
        self._last.clear()
        self._met.clear()

    def _origins(self, tx: Transaction, messages: Sequence[Incoming]) -> list[Origin]:
        """Where messages come from, after one question for all their rooms."""
        self._look_up(tx, {place for message in messages for place in _places(message)})
        return [self.origin(tx, message) for message in messages]

    def _look_up(self, tx: Transaction, places: Collection[Place]) -> None:
        """Learn whose these places are, as far as it is not known; nobody's are known for a batch."""
        unknown = [it for it in places if it not in self._places and it not in self._nobodys]
        if not unknown:
            return
        found = tx.collectives_of(unknown)
        self._places |= found
        self._nobodys.update(place for place in unknown if place not in found)
        while len(self._places) > PLACES_MAX:
            del self._places[next(iter(self._places))]

    def _space(self, tx: Transaction, message: Incoming) -> str:
        return self.room(tx, space_of(message.place.platform, message.space))

    def _last_used(self, tx: Transaction, platform: str, account: str) -> str:
        """The collective that somebody used last in private, of several; empty for none."""
        known = self._last.get((platform, account))
        return tx.position(platform, _last_of(account)) if known is None else known

    def _answered(self, tx: Transaction, message: Incoming, mine: Sequence[State]) -> str:
        """The collective whose button is pressed, or whose message is answered; empty for none."""
        if message.as_of:
            return next((it.collective for it in mine if self.has(tx, it, message.as_of)), "")
        return tx.sender(message.place.platform, message.answers) if message.answers else ""

    def _mine(self, tx: Transaction, homes: Iterable[str], actor: Actor) -> list[State]:
        """Those of the collectives whose member an account is."""
        states = (self.states.of(tx, each) for each in homes)
        return [state for state in states if state.members.who(actor)]

    def _prefix(self, mine: Sequence[State], platform: str) -> str:
        """The prefix of the collectives of an author, where it is one."""
        layers = (each.rules.layers(0, "") for each in mine)
        found = {prefix_at(rules_of(self._configured, *each), platform) for each in layers}
        return found.pop() if len(found) == 1 else prefix_at(self.base, platform)


def _places(message: Incoming) -> Iterator[Place]:
    """The places by which it may be found where a message comes from."""
    place = message.place
    if place.platform == TIME:
        return
    yield place
    if message.former:
        yield Place(place.platform, message.former)
    if message.space:
        yield space_of(place.platform, message.space)


def _candidates(message: Incoming, origin: Origin) -> Collection[str]:
    """All the collectives that a message may turn out to be for."""
    return {*origin.known_to, origin.home, _coded(message.words)} - {""}


def _last_of(account: str) -> str:
    """What the last collective of an account is kept under: the account itself is not kept there."""
    return f"last {hashlib.sha256(account.encode()).hexdigest()[:32]}"


def _met_as(account: str) -> str:
    """What it is kept under that an account was met in private."""
    return f"met {hashlib.sha256(account.encode()).hexdigest()[:32]}"


def _coded(line: str) -> str:
    """The collective that a code in a line names, empty for none."""
    words = line[:LINE_CHARACTERS].split()[:WORDS]
    if "join" not in map(str.casefold, words):
        return ""
    return next((named[0] for word in words if (named := read_named_code(word))), "")
