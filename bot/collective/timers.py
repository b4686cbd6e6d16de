"""Timers: a running measurement of somebody's work, logged when it stops."""

from __future__ import annotations

from dataclasses import dataclass

from bot.collective.events import Event, Seal


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


def about_timer(member: int) -> str:
    """The index subject of a member's timers."""
    return f"timer:{member}"


def minutes_between(since: int, until: int) -> int:
    """The measured time in whole minutes, begun ones counted from half on, at least one."""
    return max(1, (until - since + 30_000) // 60_000)
