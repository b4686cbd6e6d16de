"""The counting methods by name, and `count`, the one way to count anything.

Every method has its published tie rule, and says which ballots it counts and what can be chosen about
it. Counting is exact: whole numbers and fractions, never floating point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

from bot.chat import misread
from bot.tally.ballots import Election, Marked, Ranked, Scored
from bot.tally.options import Options, settled
from bot.tally.plurality import count_approval, count_several, count_single
from bot.tally.result import Result
from bot.tally.ties import Draw
from bot.wording import Say, joined, say

Kind = Literal["choice", "marks", "scores", "ranks", "none"]
"""What a ballot says: one option, several, a number for each, a ranking; nothing (a draw)."""

Counting = Callable[[Election[Any], Options, Draw], Result]


@dataclass(frozen=True, slots=True)
class Method:
    """A counting method: what it is for and how its ties end, in words, and what it counts.

    `most_seats` is None where any number can be elected. `options` are those of `Options` that it
    knows, with their defaults; the default of a number is None where there is no limit. For `scores`,
    `top` is the highest number for one option, None where there is none.
    """

    name: str
    about: Say
    ties: Say
    kind: Kind
    counting: Counting
    most_seats: int | None = None
    options: Mapping[str, str | int | None] = field(default_factory=dict)
    top: int | None = None


_DRAW = say("A tie is settled by the draw from the seed that was fixed at the opening.")

_ALL = (
    Method(
        "single",
        say("Each voter marks one option; the most votes win."),
        _DRAW,
        "choice",
        count_single,
        options={"overvotes": "void"},
    ),
    Method(
        "several",
        say("Each voter marks several options, up to a number; the most votes win."),
        _DRAW,
        "marks",
        count_several,
        options={"overvotes": "void", "marks": None},
    ),
    Method(
        "approval",
        say("Each voter marks every option they can live with; the most votes win."),
        _DRAW,
        "marks",
        count_approval,
    ),
)

METHODS: Mapping[str, Method] = {method.name: method for method in _ALL}
"""Every method by the name that it has in chat, on the command line and in rules."""


def count(
    method: str, election: Election[Any], *, options: Options | None = None, seed: str = ""
) -> Result:
    """Count the ballots. The same ballots, options and seed always give the same result.

    When no ballot says anything, nobody is elected. Raises Misread for a method, an option or a number
    of seats that does not exist, for options of one name, and for ballots that are not of the method.
    """
    known = METHODS.get(method)
    if known is None:
        raise misread(
            "tally-method",
            say("There is no method “{method}”.", method=method),
            word=method,
            instead=say("There are: {methods}.", methods=joined(METHODS)),
        )
    chosen = settled(method, options or Options(), known.options)
    check_election(known, election)
    result = known.counting(election, chosen, Draw(seed, election.options))
    if known.kind != "none" and result.blank == election.voters:
        return Result(method, election.seats, (), blank=result.blank)
    return result


def check_election(method: Method, election: Election[Any]) -> None:
    """Raises Misread for seats, options or ballots that this method cannot count."""
    names = election.options
    if len(set(names)) < len(names):
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise misread(
            "tally-same-name", say("Two options are called “{name}”.", name=twice), word=twice
        )
    if election.seats < 1:
        raise misread("tally-seats", say("At least one has to be elected."), word=str(election.seats))
    if method.most_seats is not None and election.seats > method.most_seats:
        raise misread(
            "tally-seats",
            say("The method “{method}” elects only one.", method=method.name),
            word=str(election.seats),
            instead=say("For several seats there are: {methods}.", methods=joined(_for_several())),
        )
    if not election.standing:
        raise misread("tally-no-options", say("There is nothing to elect."))
    check_ballots(method, election)


def check_ballots(method: Method, election: Election[Any]) -> None:
    """Raises Misread for the first ballot that is not of this method and these options."""
    fits = _FITTING[method.kind]
    places = frozenset(range(len(election.options)))
    for ballot, weight in election.ballots:
        if weight < 0 or not fits(ballot, places):
            raise misread(
                "tally-ballot",
                say("A ballot does not fit the method “{method}”.", method=method.name),
                word=str(ballot),
            )


def _for_several() -> tuple[str, ...]:
    return tuple(name for name, method in METHODS.items() if method.most_seats is None)


def _is_marked(ballot: object, places: frozenset[int]) -> bool:
    return isinstance(ballot, Marked) and _once_each(ballot.options, places)


def _is_ranked(ballot: object, places: frozenset[int]) -> bool:
    return isinstance(ballot, Ranked) and _once_each(tuple(chain.from_iterable(ballot.levels)), places)


def _is_scored(ballot: object, places: frozenset[int]) -> bool:
    return (
        isinstance(ballot, Scored)
        and len(ballot.scores) == len(places)
        and all(score is None or score >= 0 for score in ballot.scores)
    )


def _once_each(options: tuple[int, ...], places: frozenset[int]) -> bool:
    return len(places.intersection(options)) == len(options)


_FITTING: Mapping[Kind, Callable[[object, frozenset[int]], bool]] = {
    "choice": _is_marked,
    "marks": _is_marked,
    "ranks": _is_ranked,
    "scores": _is_scored,
    "none": lambda _ballot, _places: True,
}
