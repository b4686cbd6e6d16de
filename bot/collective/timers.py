"""Timers: a running measurement of somebody's work, logged when it stops."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.collective.events import Changes, Event, Seal, When


class TimerStarted(Event, frozen=True, tag="timer.started"):
    """A member began to measure; one timer a person."""

    sealed_fields = ("what",)
    member: int
    what: Seal
    kind: str = ""
    circle: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member's timer."""
        return (about_timer(self.member),)


class TimerStopped(Event, frozen=True, tag="timer.stopped"):
    """The measuring ended: `number` is the contribution that it became, 0 when it was cancelled."""

    member: int
    number: int = 0


@dataclass(slots=True)
class Timer:
    """A running timer; `since` in milliseconds."""

    since: int
    what: Seal
    kind: str
    circle: str


@dataclass(slots=True)
class Timers:
    """The running timers, by member."""

    running: dict[int, Timer] = field(default_factory=dict)

    def start(self, event: TimerStarted, when: When) -> None:
        """Somebody begins to measure."""
        self.running[event.member] = Timer(when.at, event.what, event.kind, event.circle)

    def stop(self, event: TimerStopped, _: When) -> None:
        """Somebody measures no more."""
        del self.running[event.member]


def about_timer(member: int) -> str:
    """The index subject of a member's timers."""
    return f"timer:{member}"


def minutes_between(since: int, until: int) -> int:
    """The measured time in whole minutes, begun ones counted from half on, at least one."""
    return max(1, (until - since + 30_000) // 60_000)


CHANGES: Changes = {TimerStarted: Timers.start, TimerStopped: Timers.stop}
