"""What is carried out for many people at once under one number: found again, told, and undone whole.

A distribution is such a whole, and an issue of a unit: one event for it and one for each person.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from bot.arguments import WithRef
from bot.chat import Refusal, Reply
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.decision import About, Ask
from bot.language.sums import shown
from bot.text.wording import Day, Node, Typed, lines, say
from commands.ledger.money import by_told
from commands.ledger.undoings import counts_today


class Whole(Protocol):
    """Its number, how much, the day, who did or decided it, and what it undoes (0 for none)."""

    @property
    def number(self) -> int:
        """The number of the transfer."""

    @property
    def unit(self) -> str:
        """The code of its unit."""

    @property
    def count(self) -> int:
        """How much it is, in smallest parts."""

    @property
    def day(self) -> str:
        """The day (ISO)."""

    @property
    def by(self) -> int:
        """Who did it; 0 for nobody in person."""

    @property
    def proposal(self) -> int:
        """The proposal that decided it; 0 for none."""

    @property
    def reverses(self) -> int:
        """What it undoes; 0 for nothing."""


W = TypeVar("W", bound=Whole)
P = TypeVar("P")


def whole_of(ask: Ask[WithRef], kind: type[W]) -> W | None:
    """The whole of this kind that was named; None where it is something else."""
    ref = ask.args.ref
    return next((it for it in parts_of(ask, ref, kind) if reference(it.number) == ref), None)


def meant_whole(ask: Ask[WithRef], kind: type[W]) -> W:
    """The whole of this kind that was named, where it is known to be one."""
    it = whole_of(ask, kind)
    assert it is not None
    return it


def parts_of(ask: Ask, ref: str, kind: type[P]) -> list[P]:
    """The events of this kind about a reference."""
    return [event for _, event in ask.found[About(ref)] if isinstance(event, kind)]


def undone_by(ask: Ask, it: W) -> W | None:
    """What undid it."""
    found = parts_of(ask, reference(it.number), type(it))
    return next((each for each in found if each.reverses == it.number), None)


def undone_told(ask: Ask, it: Whole) -> Node | None:
    """That it was undone, and by what; None where it stands."""
    undone = undone_by(ask, it)
    return say("It was undone by {ref}.", ref=reference(undone.number)) if undone else None


def undoing_told(it: Whole, number: int, day: str, reason: str) -> Reply:
    """That it is undone, as a movement of its own, on a day (ISO)."""
    said = say(
        "{new} undoes {ref}, {amount}: {reason}",
        new=reference(number),
        ref=reference(it.number),
        amount=shown(it.unit, it.count),
        reason=reason,
    )
    return Reply(lines(said, counts_today(it.day, day)), ref=reference(number))


def decided_told(state: State, it: Whole) -> Node:
    """Who did or decided it, and when."""
    if it.proposal:
        return say("Decided by {ref}, on {day}.", ref=proposal_ref(it.proposal), day=Day(it.day))
    return say("Carried out by {who}, on {day}.", who=by_told(state, it.by), day=Day(it.day))


def check_undoable(state: State, ask: Ask, it: Whole) -> None:
    """Raise Refusal where whoever asks does not undo it: it was already, or others decided it."""
    ref = reference(it.number)
    if it.reverses or it.number in state.treasury.undone or undone_by(ask, it):
        raise Refusal("undone", say("{ref} was undone already, or undoes another.", ref=ref), word=ref)
    if it.proposal and not ask.proposal:
        line = Typed(f"propose … --do reverse {ref} …")
        raise Refusal(
            "by-proposal",
            say("{ref} was decided by the members; only they undo it.", ref=ref),
            word=ref,
            instead=say("Propose it: {line}", line=line),
        )
