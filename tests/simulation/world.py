"""A world: collectives of random people who type, under bad weather, in virtual time.

The engine, the store (SQLite in memory) and the delivery are the real ones; the platforms, the clock
and the chance are the world's. The same seed gives the same world, to the byte.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Mapping

from adapters.cli.outside import SeededChance
from adapters.ticker import tick
from bot.books.audit import compare
from bot.chain import flaws
from bot.chat import TIME, Actor, Incoming, Key, Outgoing, Place
from bot.collective.folding import fold, read_event
from bot.collective.ledger import Ledger
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.ports import Mark, StorageFault
from bot.text.wording import say
from bot.writer.delivery import Delivery
from bot.writer.sending import NO_CARD, OVERTAKEN
from commands import FEATURES
from storage.engines import open_memory
from storage.journal import SqlJournal
from storage.outbox import SqlOutbox
from storage.wakes import SqlWakes
from tests.house import engine_over
from tests.simulation.auditor import LIMIT, Auditor, Deed
from tests.simulation.sayings import FIRST, ODD_TEXTS, PEOPLE, TREASURER, VERBS, deed_of
from tests.simulation.weather import Crash, StormyChat, StormyJournal, Weather

BATCH_MAX = 8
TRIES_MAX = 50

WAITS = 5
WAIT_SECONDS = 86_400 * 2
"""Beyond the last deadline that somebody named."""


def broken(state: State, ask: Ask) -> Accepted:
    """A command with a bug in it."""
    message = f"planted in {state.collective} by {ask.command} at {ask.moment.at}"
    raise RuntimeError(message)


def commands() -> Mapping[str, Command]:
    """The real commands, and a broken one."""
    return {**FEATURES.commands, "broken": Command(name="broken", about=say("breaks"), decide=broken)}


COMMANDS = commands()

CHANGES = (
    *("log", "confirm", "dispute", "withdraw", "amend", "pay", "reverse"),
    *("propose", "poll", "vote", "cancel"),
)
"""What leaves an entry in the journal when it is accepted."""

RULES: Mapping[str, Value] = {
    "min-open": ("12h",),
    "open-each": 500,
    "units": "treasurer",
    "partners": "treasurer",
    "digest": "off",
    "pictures": False,
}
"""People decide all the time, and nobody has to read."""


class WorldClock:
    """A clock that jumps, also back."""

    def __init__(self) -> None:
        """Begin with the year 2026."""
        self._now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        """The instant it shows."""
        return self._now

    def move(self, seconds: float) -> None:
        """Jump."""
        self._now += dt.timedelta(seconds=seconds)


class World:
    """One seed's world."""

    def __init__(self, seed: int) -> None:
        """Found two collectives with their people, on two platforms."""
        self.rng = random.Random(seed)
        self.weather = Weather(self.rng)
        self.clock = WorldClock()
        # The auditor's own clock-work is too simple for both: half the worlds have one, half the other.
        self.needs = seed % 2
        if self.needs:
            self.weather.rates["F41 clock back"] = 0.0
        self.chance = SeededChance(seed)
        self.platforms = {"sim-a": "alpha", "sim-b": "beta"}
        self.collectives = {name: platform for platform, name in self.platforms.items()}
        self.chats = {name: StormyChat(name, self.weather) for name in self.platforms}
        self.auditors = {name: Auditor(self.needs, TREASURER) for name in self.platforms}
        self.deeds: dict[Key, tuple[Incoming, Deed]] = {}
        self.unanswered: list[tuple[Incoming, Deed]] = []
        self.marks: list[Mark] = []
        self.told: list[Outgoing] = []
        self.overtaken: set[str] = set()
        self.store = open_memory()
        self.journal = SqlJournal(self.store)
        self.loop = asyncio.new_event_loop()
        self.count = 0
        self._start()
        self._agree()

    def _agree(self) -> None:
        """Each collective begins with a mutual credit, before any weather."""
        self.weather.calm = True
        for platform in self.platforms:
            operator = Actor(platform, "operator", "operator", operator=True)
            people = {who: Actor(platform, who, who) for who in PEOPLE}
            lines = [
                (operator, f"/unit create leaf credit --limit {LIMIT} --decimals 0"),
                *((each, "/me") for each in people.values()),
                (operator, f"/role give @{TREASURER} treasurer"),
                *((people[TREASURER], line) for line in FIRST),
            ]
            hall = Place(platform, "hall")
            for number, (who, line) in enumerate(lines):
                self.engine.handle([Incoming(f"begin{number}", hall, who, line)])
        self.weather.calm = False

    def _start(self) -> None:
        self.engine = engine_over(
            StormyJournal(self.journal, self.weather),
            {**RULES, "confirmations": self.needs},
            clock=self.clock,
            chance=self.chance,
            homes=self.platforms,
            commands=COMMANDS,
        )
        self.delivery = Delivery(self.chats, SqlOutbox(self.store), self._note, self._pause)

    def _note(self, mark: Mark) -> None:
        """Keep what became of a message; of edits of one card that wait, only the last is shown."""
        self.marks.append(mark)
        if mark.receipt == OVERTAKEN or (mark.receipt == NO_CARD and not mark.failure):
            self.overtaken.add(f"{mark.key.platform}|{mark.key.message}|{mark.key.step}|{mark.number}")

    async def _pause(self, seconds: float) -> None:
        """Waiting costs virtual time only."""
        self.clock.move(seconds)

    def run(self, count: int) -> list[str]:
        """Play so many commands, then calm weather, then the audit; returns the findings."""
        while self.count < count:
            self._round()
        self.weather.calm = True
        self._wait_for_all()
        self._compare()
        self._restart()
        self.unanswered.extend(self.deeds.values())
        while self.unanswered:
            self._hand_in()
        self._deliver()
        self._write_marks()
        findings = self._audit()
        self.loop.close()
        self.store.dispose()
        return findings

    # --- What happens -----------------------------------------------------------------------------

    def _round(self) -> None:
        strikes = self.weather.strikes
        if strikes("F42 clock forward"):
            self.clock.move(self.rng.randint(1, 20) * 86_400)
        if strikes("F41 clock back"):
            self.clock.move(-3_600)
        self.clock.move(self.rng.randint(0, 3_000))
        for _ in range(self.rng.randint(1, BATCH_MAX)):
            self._ask()
        if strikes("F1 duplicate delivery") and self.deeds:
            self.unanswered.append(self.rng.choice(list(self.deeds.values())))
        if strikes("F4 replay of everything"):
            self.unanswered.extend(self.deeds.values())
        if strikes("F2 reordered across rooms"):
            self.rng.shuffle(self.unanswered)
        self._tick()
        if strikes("F50 states forgotten"):
            self._compare()
            self.engine.forget()
        if strikes("F46 restart"):
            self._compare()
            self._restart()
        while self.unanswered:
            self._hand_in()
        self._deliver()

    def _tick(self) -> bool:
        """Hand the time in where something is due; whether there is such a place."""
        wakes, at = SqlWakes(self.store), int(self.clock.now().timestamp() * 1000)
        due = [tick(collective, at) for collective in [*wakes.unknown(), *wakes.due(at)]]
        for message in due:
            self.deeds[message.key] = (message, Deed("tick", "time"))
            self.unanswered.append(self.deeds[message.key])
        return bool(due)

    def _wait_for_all(self) -> None:
        """In calm weather all that was asked comes to its end."""
        for _ in range(WAITS):
            self.clock.move(WAIT_SECONDS)
            self._tick()
            while self.unanswered:
                self._hand_in()

    def _ask(self) -> None:
        self.count += 1
        platform = self.rng.choice(tuple(self.platforms))
        who = self.rng.choice(PEOPLE)
        deed, words = self._words(self.auditors[platform], who)
        place = Place(platform, self.rng.choice(("hall", "kitchen")))
        message = Incoming(f"m{self.count}", place, Actor(platform, deed.who, deed.who), words)
        if self.weather.strikes("F5 edited command"):
            edited = replace_words(message, f"{words} (corrected)")
            self.unanswered.append((edited, Deed("edit", who)))
            self.deeds[edited.key] = (edited, Deed("edit", who))
        self.deeds[message.key] = (message, deed)
        self.unanswered.append((message, deed))

    def _words(self, auditor: Auditor, who: str) -> tuple[Deed, str]:
        rng = self.rng
        if self.weather.strikes("F9 batch with a bug in it"):
            return Deed("broken", who), "/broken"
        if self.weather.strikes("F12 role taken in between"):
            verb, role = rng.choice(("give", "take")), rng.choice(("coordinator", "treasurer"))
            whom = rng.choice(PEOPLE)
            return Deed(verb, who, others=(whom,), said=role), f"/role {verb} @{whom} {role}"
        if self.weather.strikes("F11 odd text"):
            return Deed("log", who, 7), f"/log 7m {rng.choice(ODD_TEXTS)}"
        return deed_of(rng.choice(VERBS), auditor, who, rng)

    def _hand_in(self) -> None:
        """Hand in what is unanswered, as often as it takes."""
        batch, self.unanswered = self.unanswered[:BATCH_MAX], self.unanswered[BATCH_MAX:]
        messages = [message for message, _ in batch]
        tried = False
        for _ in range(TRIES_MAX):
            marks, self.marks[:] = list(self.marks), []
            try:
                answers = self.engine.handle(messages, marks)
            except StorageFault:
                tried = True
                self.marks[:0] = marks
                continue
            except Crash:
                self._restart()
                self.unanswered[:0] = batch
                return
            break
        else:
            raise AssertionError("the weather never cleared")
        for (asked, deed), answer in zip(batch, answers, strict=True):
            if answer is not None:
                self._auditor_of(asked).heard(asked.key, deed, answer)
                if tried or not answer.repeated:
                    self.told.extend(answer.outgoing)

    def _deliver(self) -> None:
        if self.weather.strikes("F29 crash after send"):
            self.loop.run_until_complete(self.delivery.drained())
            self.marks.clear()
            self._restart()
        self.loop.run_until_complete(self._drain())

    async def _drain(self) -> None:
        self.delivery.take_up()
        self.delivery.offer(self.told)
        self.told.clear()
        await self.delivery.drained()

    def _write_marks(self) -> None:
        marks, self.marks[:] = list(self.marks), []
        self.engine.handle([], marks)

    def _restart(self) -> None:
        """The process ends and begins anew: what was only in memory is gone."""
        self.loop.run_until_complete(self.delivery.stop())
        self.marks.clear()
        self.told.clear()
        self._start()

    # --- What must be true ------------------------------------------------------------------------

    def _audit(self) -> list[str]:
        findings: list[str] = []
        for platform, collective in self.platforms.items():
            findings += [f"{collective}: {it}" for it in self._audit_collective(platform, collective)]
        waiting = SqlOutbox(self.store).waiting(10)
        if waiting:
            findings.append(f"I11 the outbox is not empty: {waiting[0].id}")
        return findings

    def _auditor_of(self, message: Incoming) -> Auditor:
        place = message.place
        return self.auditors[self.collectives[place.room] if place.platform == TIME else place.platform]

    def _compare(self) -> None:
        """What is in memory, before it is lost, is what the journal says."""
        for live in self.engine._homes.states._states.values():
            with self.journal.transaction() as tx:
                anew = fold(
                    State(live.collective), tx.entries(live.collective), tx.names(live.collective)
                )
            found = [f"I6 {difference}" for difference in compare(live, anew)]
            self.auditors[self.collectives[live.collective]].findings += found

    def _audit_collective(self, platform: str, collective: str) -> list[str]:
        auditor, chat = self.auditors[platform], self.chats[platform]
        findings = list(auditor.findings)
        with self.journal.transaction() as tx:
            entries = list(tx.entries(collective))
            anew = fold(State(collective), entries, tx.names(collective))
        findings += [f"I7 {flaw}" for flaw in flaws(entries)]
        now = int(self.clock.now().timestamp() * 1000)
        findings += [f"I8 {ref} was never counted" for ref in auditor.questions.left_open(now)]
        findings += self._audit_books(auditor, anew)
        causes = {entry.cause for entry in entries}
        for key in auditor.accepted:
            changes = auditor.accepted[key].verb in CHANGES
            if changes and f"{key.platform}:{key.message}" not in causes:
                findings.append(f"I1 {key} was acknowledged and is not in the journal")
        for key, told in auditor.answers.items():
            ids = {f"{key.platform}|{key.message}|{key.step}|{n}" for n in range(len(told))}
            if not ids <= chat.shown.keys() | chat.refused | self.overtaken:
                findings.append(f"I3 {key} was not answered: {told}")
        ledger = Ledger()
        for entry in entries:
            ledger.post(getattr(read_event(entry.payload), "postings", ()))
        for unit in {unit for _, unit in ledger.balances}:
            rest = sum(count for (_, u), count in ledger.balances.items() if u == unit)
            if rest:
                findings.append(f"I4 the postings in {unit} sum to {rest}")
        return findings

    def _audit_books(self, auditor: Auditor, state: State) -> list[str]:
        """The auditor's own book against the ledger."""
        names = {f"member:{m.number}": m.name for m in state.members.by_number.values()}
        held = {
            names[account]: count
            for (account, unit), count in state.ledger.balances.items()
            if account in names and count and unit == "h"
        }
        expected = auditor.balances()
        wrong = [] if held == expected else [f"balances: {held}, and the auditor has {expected}"]
        leaf = {names[f"member:{n}"]: n for n in state.members.by_number}
        credit = {
            who: count
            for who, n in leaf.items()
            if (count := state.ledger.balances.get((f"held:{n}", "leaf.0"), 0))
        }
        expected = auditor.held()
        return wrong if credit == expected else [*wrong, f"credit: {credit}, and not {expected}"]


def replace_words(message: Incoming, words: str) -> Incoming:
    """The message as its author edited it."""
    return Incoming(message.message, message.place, message.actor, words, edited=True)
