"""The stage on which a transcript is played: a real engine, a clock that only directions move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from adapters.console.speech import json_of, rows_of
from adapters.console.transcript import (
    MAIN_ROOM,
    Direction,
    Part,
    Said,
    TranscriptError,
    read_said,
    read_step,
    read_time,
)
from bot.chat import CONSOLE, TIME, Actor, Attached, Incoming, Kind, Outgoing, Place, Refusal
from bot.collective.catalogue import read_value
from bot.collective.ruletypes import Value
from bot.ports import Wakes
from bot.writer.answers import Answer
from bot.writer.engine import Engine


class StageClock:
    """A clock that stands still until it is moved, and never goes back."""

    def __init__(self, now: dt.datetime) -> None:
        """Begin at an aware instant."""
        self._now = now.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        """The instant it shows."""
        return self._now

    def move_to(self, at: dt.datetime) -> None:
        """Move forward; raises TranscriptError when that would be back."""
        self._now = self.check(at)

    def check(self, at: dt.datetime) -> dt.datetime:
        """The instant in UTC; raises TranscriptError when that would be back."""
        try:
            later = at.astimezone(dt.UTC)
        except OverflowError as beyond:
            raise TranscriptError(f"there is no such time: {at}") from beyond
        if later < self._now:
            raise TranscriptError(f"the clock cannot go back from {self._now} to {later}")
        return later

    def move_by(self, step: dt.timedelta) -> None:
        """Move forward by so much; raises TranscriptError where time ends."""
        self.move_to(self.after(step))

    def after(self, step: dt.timedelta) -> dt.datetime:
        """The instant so much later; raises TranscriptError where time ends."""
        try:
            return self._now + step
        except OverflowError as beyond:
            raise TranscriptError(f"there is no time {step} after {self._now}") from beyond


class Stage:
    """Plays the parts of a transcript, one after another, through an engine.

    `open_engine` gives a fresh engine on the same journal, with these rules over the configured
    ones: `@ restart` and `@ rule` ask for one. `session` keeps the message ids of several plays on
    one database apart. Nobody is welcomed unless `@ rule welcome on` says so:
    who is on stage has been there for long.
    """

    def __init__(
        self,
        open_engine: Callable[[Mapping[str, Value]], Engine],
        clock: StageClock,
        wakes: Wakes,
        session: str = "",
    ) -> None:
        """Set up, with nobody on stage yet; `wakes` says when something is due by the clock."""
        self._open_engine, self._clock, self._session = open_engine, clock, session
        self._wakes = wakes
        self._rules: dict[str, Value] = {}
        self._engine = open_engine(self._rules)
        self._standing: dict[str, tuple[str, ...]] = {}
        self._count = 0
        self._last: dict[str, Incoming] = {}
        self._file: Attached | None = None

    def play(self, part: Part) -> list[Outgoing]:
        """Play one part; returns what came back. Raises TranscriptError for an odd direction."""
        if isinstance(part.what, Said):
            return self._say(part.what)
        if isinstance(part.what, Direction):
            return self._set(part.what)
        return []

    def annotate(self, part: Part) -> list[Outgoing]:
        """Play one part and put what came back under it."""
        came = self.play(part)
        room = part.what.room if isinstance(part.what, Said) else MAIN_ROOM
        part.answers = [row for each in came for row in rows_of(each, room)]
        return came

    def _say(self, said: Said) -> list[Outgoing]:
        standing = self._standing.get(said.name, ())
        actor = Actor(CONSOLE, said.name, said.name, standing=standing)
        message = self._message(actor, said.text, said.room, private=said.private)
        message, self._file = replace(message, file=self._file), None
        self._last[said.name] = message
        return self._handed(message)

    def _set(self, direction: Direction) -> list[Outgoing]:
        verb, _, rest = direction.words.partition(" ")
        step, time = read_step(direction.words), read_time(direction.words)
        if step is not None:
            return self._move(self._clock.after(step))
        if time is not None:
            return self._move(time)
        if direction.words == "restart":
            self._engine = self._open_engine(self._rules)
        elif verb == "rule" and rest:
            self._set_rule(rest)
        elif verb == "member" and rest:
            self._enter(rest)
        elif verb == "admin" and rest:
            self._enter(rest)
            self._give_admin(rest)
        elif verb == "standing" and rest:
            name, *words = rest.split()
            self._standing[name] = tuple(words)
        elif verb == "file" and rest:
            name, _, text = rest.partition("\n")
            self._file = Attached(name, text.encode())
        elif verb == "edit" and (said := read_said(rest)) is not None:
            return self._edit(said)
        else:
            message = (
                f"line {direction.line}: I know “@ +3d”, “@ 2026-12-01 09:00”, “@ admin name”, "
                f"“@ member name”, “@ rule name value”, “@ standing name power:50”, "
                f"“@ file name”, “@ edit name: text” and “@ restart”, "
                f"not “@ {direction.words}”"
            )
            raise TranscriptError(message)
        return []

    def _move(self, until: dt.datetime) -> list[Outgoing]:
        """Let the time go by: what is due until then happens, in order."""
        came: list[Outgoing] = []
        self._clock.check(until)
        while (at := self._next()) is not None and at <= until:
            self._clock.move_to(max(at, self._clock.now()))
            now = int(self._clock.now().timestamp() * 1000)
            for collective in [*self._wakes.unknown(), *self._wakes.due(now)]:
                self._count += 1
                time = Actor(TIME, "", TIME, operator=True)
                key = f"{self._session}{self._count}"
                came.extend(self._handed(Incoming(key, Place(TIME, collective), time, "")))
        self._clock.move_to(until)
        return came

    def _next(self) -> dt.datetime | None:
        """When something is due next; at once where nobody has said yet."""
        if self._wakes.unknown():
            return self._clock.now()
        at = self._wakes.next()
        return None if at is None else dt.datetime.fromtimestamp(at / 1000, tz=dt.UTC)

    def _set_rule(self, words: str) -> None:
        """As if the configuration had said so from now on."""
        name, _, text = words.partition(" ")
        try:
            value = read_value(name, text)
        except Refusal as wrong:
            message = f"{words}: {wrong.code}"
            raise TranscriptError(message) from None
        self._rules[name] = value
        self._engine = self._open_engine(self._rules)

    def _enter(self, name: str) -> None:
        self._handed(self._message(Actor(CONSOLE, name, name), "/me", MAIN_ROOM))

    def _give_admin(self, name: str) -> None:
        operator = Actor(CONSOLE, "", "operator", operator=True)
        told = self._handed(self._message(operator, f'/role give "@{name}" admin', MAIN_ROOM))
        if any(
            each.reply.kind is Kind.REFUSAL and each.reply.facts.get("error") != "nothing-changed"
            for each in told
        ):
            message = f"{name} cannot be made an admin"
            raise TranscriptError(message)

    def _edit(self, said: Said) -> list[Outgoing]:
        last = self._last.get(said.name)
        if last is None:
            message = f"{said.name} has said nothing yet that could be edited"
            raise TranscriptError(message)
        edited = Incoming(last.message, last.place, last.actor, said.text, last.private, edited=True)
        return self._handed(edited)

    def _message(self, actor: Actor, text: str, room: str, *, private: bool = False) -> Incoming:
        self._count += 1
        return Incoming(f"{self._session}{self._count}", Place(CONSOLE, room), actor, text, private)

    def _handed(self, message: Incoming) -> list[Outgoing]:
        (answer,) = self._engine.handle([message])
        return _new(answer)


def _new(answer: Answer | None) -> list[Outgoing]:
    return [] if answer is None or answer.repeated else list(answer.outgoing)


def machine_rows(came: list[Outgoing]) -> list[str]:
    """What came back, as JSON lines."""
    return [json_of(each) for each in came]
