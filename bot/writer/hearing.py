"""Where a message belongs and whether it is heard: its collective, that one's state and rules.

Beside the store's own memory this is all that the engine keeps between batches; everything in it can
be forgotten and found again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from bot.chain import is_as_of, seq_of
from bot.chat import CONSOLE, Actor, Incoming, Place, Refusal
from bot.collective.access import deaf_rule, is_ignored
from bot.collective.catalogue import rules_of
from bot.collective.codes import collective_id, read_named_code
from bot.collective.collectives import HOME
from bot.collective.members import Member
from bot.collective.rules import Rules, Value
from bot.collective.state import State
from bot.command import Command, Home, Parsed, Setting
from bot.decision import Clockwork, RulesAt
from bot.ports import Chance, Clock, Keys, Transaction
from bot.privately import Meant, meant, meant_by_name
from bot.writer.answers import reads_in
from bot.writer.batch import Batch
from bot.writer.flood import Floods
from bot.writer.homes import Homes
from bot.writer.prefixes import prefix_at
from bot.writer.states import States
from bot.writer.vault import FleetingKeys


@dataclass(frozen=True, slots=True)
class Instance:
    """What the wiring decides: the commands, the rules of `config.toml`, time and chance.

    `homes` says for whole platforms which collective their rooms belong to, and `name` how such a
    collective is called when it is founded; `states_max` bounds how many collectives stay in memory
    (least recently used leave first). `clockworks` are what happens by the clock, and `keys` where
    the keys of secret polls lie.
    """

    commands: Mapping[str, Command]
    clock: Clock
    chance: Chance
    rules: Mapping[str, Value] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=lambda: {CONSOLE: HOME})
    name: str = "Talkoot"
    states_max: int = 500
    clockworks: tuple[Clockwork, ...] = ()
    keys: Keys = field(default_factory=FleetingKeys)


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


class Hearing:
    """Finds for each message the collective, its state and the rules in force."""

    def __init__(self, instance: Instance) -> None:
        """Begin with nothing in memory; states are folded when they are first needed."""
        self._instance = instance
        self._base = rules_of(instance.rules)
        self.states = States(instance.states_max)
        self.homes = Homes(instance.homes)
        self._floods = Floods()

    def forget(self) -> None:
        """Drop what is remembered: it is folded and looked up anew."""
        self.states.forget()
        self.homes.forget()

    def others_wrote(self) -> None:
        """Take in what other processes wrote, before anything is used again."""
        self.states.others_wrote()
        self.homes.forget()

    def scene(self, batch: Batch, message: Incoming) -> Scene:
        """The message where it belongs. Raises Refusal where that is not clear."""
        found = self.found(batch.tx, message)
        return Scene(batch, found.message, found.state, self.rules(found.state, message.place))

    def rules_for(self, batch: Batch, message: Incoming) -> Rules | None:
        """The rules that a message would be decided by; None where it belongs to no one collective."""
        try:
            scene = self.scene(batch, message)
        except Refusal:
            return None
        return None if scene.state is None else scene.rules

    def nowhere(self, batch: Batch, message: Incoming) -> Scene:
        """The message without regard to where it belongs."""
        return Scene(batch, message, None, self._base)

    def deaf(self, message: Incoming) -> str:
        """The rule by which this program does not listen to the room or the account; or empty."""
        return deaf_rule(message, self._base)

    def ignored(self, scene: Scene) -> bool:
        """Whether the collective's rules say not to answer the account."""
        return is_ignored(scene.message.actor, scene.state, scene.rules)

    def is_of_these_books(self, scene: Scene) -> bool:
        """Whether a button stands on what this collective's journal says, up to where it was made.

        That of another collective does not, nor that of an older database, or of what came after a
        backup that was restored: there the same number is something else.
        """
        as_of, state = scene.message.as_of, scene.state
        return not as_of or (state is not None and self._has(scene.batch.tx, state, as_of))

    def _has(self, tx: Transaction, state: State, as_of: str) -> bool:
        """Whether a collective's journal has this point."""
        if not 0 < (seq := seq_of(as_of)) <= state.head.seq:
            return False
        if as_of == state.head.as_of:
            return True
        found = tx.latest(state.collective, before=seq + 1, limit=1)
        return bool(found) and is_as_of(as_of, found[0])

    def rules(self, state: State | None, place: Place) -> Rules:
        """The rules in force at a place of a collective."""
        if state is None or not state.rules.settings:
            return self._base
        room = state.rooms.by_place.get(place)
        number, circle = (room.number, room.circle) if room else (0, "")
        return rules_of(self._instance.rules, *state.rules.layers(number, circle))

    def rules_at(self, state: State | None) -> RulesAt:
        """The rules of a collective, by place."""
        return lambda place: self.rules(state, place)

    def due(self, state: State, waiting: Collection[Clockwork] = ()) -> tuple[int, Clockwork] | None:
        """What is due next in a collective by the clock, but for what waits, and when (ms)."""
        rules = self.rules_at(state)
        works = (each for each in self._instance.clockworks if each not in waiting)
        coming = [(at, each) for each in works if (at := each.due(state, rules))]
        return min(coming, key=itemgetter(0), default=None)

    def next_due(self, state: State, waiting: Collection[Clockwork] = ()) -> int | None:
        """When something is due next."""
        due = self.due(state, waiting)
        coming = [it.ended_at for it in state.polls.over] + ([due[0]] if due else [])
        return min(coming, default=None)

    def is_unread(self, scene: Scene, at: int) -> bool:
        """Whether members may have said something before an instant (ms) that is still waited for."""
        state, patience_ms = scene.state, scene.rules.number("wait-unread") * 60_000
        return state is not None and any(
            each.said <= at
            and scene.batch.moment.at < each.since + patience_ms
            and (not each.account or state.members.who(Actor(each.platform, each.account, "")))
            for each in scene.message.unread
        )

    def recognise(self, scene: Scene) -> None:
        """Note who speaks, if they are a member: refusals too are told in their own language."""
        scene.member = scene.state.members.who(scene.message.actor) if scene.state else None

    def setting(self, scene: Scene) -> Setting:
        """What reading somebody's words depends on."""
        state = scene.state or State("")
        now = scene.batch.moment.now
        return Setting(*reads_in(scene.member, scene.rules), now, state.units.words)

    def flooding(self, scene: Scene) -> int:
        """The seconds that somebody has to wait who sends too much; 0 when it is not too much.

        Whoever has the console is trusted not to flood it. What the bot missed is no flood either: it
        was typed over a time that nobody knows, and nobody would type it again.
        """
        actor = scene.message.actor
        if actor.platform == CONSOLE or actor.operator or scene.message.missed:
            return 0
        who = (scene.collective, actor.platform, actor.id)
        return self._floods.take(who, scene.rules.number("flood"), scene.batch.moment.at)

    def tells_flood(self, scene: Scene) -> bool:
        """Whether somebody who sends too much is to be told so: once."""
        actor = scene.message.actor
        return self._floods.tell((scene.collective, actor.platform, actor.id))

    def move(self, scene: Scene, command: Command, parsed: Parsed) -> State:
        """Decide a message in the collective that its command brings: a new one, or its code's."""
        if command.home is Home.NEW:
            home = collective_id(self._instance.chance.salt())
        else:
            named = read_named_code(parsed.arguments["code"])
            home = named[0] if named else ""
        state = scene.state = self.states.of(scene.batch.tx, home)
        scene.rules = self.rules(state, scene.message.place)
        return state

    def in_several(self, tx: Transaction, platform: str, account: str) -> bool:
        """Whether an account is a member's in several collectives."""
        homes = tx.homes_of(account)
        return len(homes) > 1 and len(self._mine(tx, homes, Actor(platform, account, ""))) > 1

    def found(self, tx: Transaction, message: Incoming) -> Meant:
        """The state of the collective that a message belongs to, None where there is none.

        Raises Refusal where there are several, and nothing says which.
        """
        mine = self._mine(tx, self.homes.of_account(tx, message), message.actor)
        home = self.homes.of_place(tx, message)
        prefix = self._prefix(mine, message.place.platform)
        if home:
            state = self.states.of(tx, home)
            by_space = not self.homes.by_room(tx, message.place)
            closed = by_space and self.rules(state, message.place).text("new-rooms") != "space"
            named = meant_by_name(message, mine, prefix)
            return named or Meant(message, None if closed else state)
        if len(mine) < 2:
            return meant(message, mine, prefix, "", "")
        last = self.homes.last(tx, message.place.platform, message.actor.id)
        return meant(
            message,
            mine,
            prefix,
            self._answered(tx, message, mine),
            last,
        )

    def _answered(self, tx: Transaction, message: Incoming, mine: Sequence[State]) -> str:
        """The collective whose button is pressed, or whose message is answered; empty for none."""
        if message.as_of:
            return next((it.collective for it in mine if self._has(tx, it, message.as_of)), "")
        return tx.sender(message.place.platform, message.answers) if message.answers else ""

    def _mine(self, tx: Transaction, homes: Iterable[str], actor: Actor) -> list[State]:
        """Those of the collectives whose member an account is."""
        states = (self.states.of(tx, each) for each in homes)
        return [state for state in states if state.members.who(actor)]

    def _prefix(self, mine: Sequence[State], platform: str) -> str:
        """The prefix of the collectives of an author, where it is one."""
        layers = (each.rules.layers(0, "") for each in mine)
        found = {prefix_at(rules_of(self._instance.rules, *each), platform) for each in layers}
        return found.pop() if len(found) == 1 else prefix_at(self._base, platform)
