"""Whether a message is heard where it belongs, by which settings it is read, and what is due there.

Who sends too much is not heard; the others are not slowed by it. Each person has a token bucket in each
collective: as many commands as the rule `flood` says may come at once, and as many again in a minute.
It lives in memory: after a restart everybody begins anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from bot.books.snapshots import Wrapping
from bot.chat import CONSOLE, Actor, Incoming
from bot.collective.access import deaf_rule, is_ignored
from bot.collective.collectives import HOME
from bot.collective.rules import Rules
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.command import Setting
from bot.decision import Clockwork
from bot.feature import Features
from bot.ports import Chance, Clock, Keys
from bot.writer.answers import language_and_zone
from bot.writer.homes import Homes, Scene
from bot.writer.shelf import Shelf
from bot.writer.spreading import Spread
from bot.writer.states import Reads
from bot.writer.vault import FleetingKeys
from bot.writer.witnesses import Witnesses

PEOPLE_MAX = 10_000
"""How many people's buckets are remembered; whoever was quiet longest is forgotten first."""

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Instance:
    """What the wiring decides: the features, the rules of `config.toml`, time and chance.

    `homes` says for whole platforms which collective their rooms belong to, and `name` how such a
    collective is called when it is founded; `states_max` bounds how many collectives stay in memory
    (what is quickly folded leaves first). `keys` is where the keys of secret polls lie, `site` the
    address of the pages, empty where none are served. `welcomes` is off where everybody has been there
    for long: on a stage. `reads` is handed each book that is read whole. `witnesses` is
    what was said of our journals. Where `wrapping` is given, snapshots of states are used that are
    wrapped up so. `shelf` is where receipts are kept. `spread` says whether digests are spread, for the
    collectives are many.
    """

    features: Features
    clock: Clock
    chance: Chance
    rules: Mapping[str, Value] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=lambda: {CONSOLE: HOME})
    name: str = "Talkoot"
    states_max: int = 500
    keys: Keys = field(default_factory=FleetingKeys)
    site: str = ""
    welcomes: bool = True
    reads: Reads = iter
    witnesses: Witnesses = field(default_factory=lambda: Witnesses(FleetingKeys()))
    wrapping: Wrapping | None = None
    shelf: Shelf = field(default_factory=Shelf)
    spread: Spread = field(default_factory=Spread)


class Hearing:
    """Finds for each message whether it is listened to, and how."""

    def __init__(self, instance: Instance, homes: Homes) -> None:
        """Begin with nobody who sends too much."""
        self._instance, self._homes = instance, homes
        self._floods = Floods()

    def deaf(self, message: Incoming) -> str:
        """The rule by which this program does not listen to the room or the account; or empty."""
        return deaf_rule(message, self._homes.base)

    def ignored(self, scene: Scene) -> bool:
        """Whether the collective's rules say not to answer the account."""
        return is_ignored(scene.message.actor, scene.state, scene.rules)

    def is_of_these_books(self, scene: Scene) -> bool:
        """Whether a button stands on what this collective's journal says, up to where it was made.

        That of another collective does not, nor that of an older database, or of what came after a
        backup that was restored: there the same number is something else.
        """
        as_of, state = scene.message.as_of, scene.state
        return not as_of or (state is not None and self._homes.has(scene.batch.tx, state, as_of))

    def due(self, state: State, waiting: Collection[Clockwork] = ()) -> tuple[int, Clockwork] | None:
        """What is due next in a collective by the clock, but for what waits, and when (ms)."""
        rules = self._homes.rules_at(state)
        works = (each for each in self._instance.features.clockworks if each not in waiting)
        later = self._instance.spread.of(state.collective)
        coming = [
            (at + later if each.spread else at, each)
            for each in works
            if (at := each.due(state, rules))
        ]
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

    def welcomes(self, rules: Rules) -> bool:
        """Whether who is new is told once how to begin."""
        return self._instance.welcomes and rules.on("welcome")

    def recognise(self, scene: Scene) -> None:
        """Note who speaks, if they are a member: refusals too are told in their own language."""
        scene.member = scene.state.members.who(scene.message.actor) if scene.state else None

    def setting(self, scene: Scene) -> Setting:
        """What reading somebody's words depends on."""
        state = scene.state or State("")
        now = scene.batch.moment.now
        return Setting(*language_and_zone(scene.member, scene.rules), now, state.units.words)

    def flooding(self, scene: Scene, more: int = 0) -> int:
        """The seconds that somebody has to wait who sends too much; 0 when it is not too much.

        `more` are the entries of a message beyond its first, which was let through.

        Whoever has the console is trusted not to flood it. What the bot missed is no flood either: it
        was typed over a time that nobody knows, and nobody would type it again.
        """
        actor = scene.message.actor
        if actor.platform == CONSOLE or actor.operator or scene.message.missed:
            return 0
        who = (scene.collective, actor.platform, actor.id)
        return self._floods.take(who, scene.rules.number("flood"), scene.batch.moment.at, more)

    def tells_flood(self, scene: Scene) -> bool:
        """Whether somebody who sends too much is to be told so: once."""
        actor = scene.message.actor
        return self._floods.tell((scene.collective, actor.platform, actor.id))


@dataclass(slots=True)
class _Bucket:
    """What is left, in thousandths of a command, at an instant (ms); and whether it was told."""

    left: int
    at: int
    told: bool = False


class Floods:
    """The buckets of those who sent something lately."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._buckets: OrderedDict[tuple[str, ...], _Bucket] = OrderedDict()

    def take(self, who: tuple[str, ...], a_minute: int, at: int, more: int = 0) -> int:
        """Take one command, or so many `more` behind it; 0 when they were left.

        Else nothing is taken: the seconds until all of it is left, the first one again.
        """
        full = a_minute * 1000
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = self._buckets[who] = _Bucket(full, at)
            if len(self._buckets) > PEOPLE_MAX:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(who)
        since = max(at - bucket.at, 0)
        bucket.left = min(full, bucket.left + since * full // _MINUTE_MS)
        bucket.at = at
        wanted = (more or 1) * 1000
        if bucket.left >= wanted:
            bucket.left -= wanted
            bucket.told = False
            return 0
        short = (more + 1) * 1000 - bucket.left
        return max(1, -(-short * _MINUTE_MS // full // 1000))

    def tell(self, who: tuple[str, ...]) -> bool:
        """Whether they are to be told that it was too much: once, until they were let through again."""
        bucket = self._buckets[who]
        first, bucket.told = not bucket.told, True
        return first
