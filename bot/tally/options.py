"""What elections differ in beside the method: each method names which of these it knows.

None means the method's own default. A choice that a method does not have is refused, never ignored.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bot.chat import Refusal
from bot.text.wording import Node, joined, say

CHOICES: Mapping[str, tuple[str, ...]] = {
    "quota": ("droop", "hare"),
    "equal": ("split", "average", "exhaust", "skip"),
    "unranked": ("last", "ignored"),
    "overvotes": ("void", "split"),
    "strength": ("votes", "margins"),
    "borda": ("classic", "zero", "modified", "dowdall"),
}
"""The options that are chosen by a word, and every word that some method knows."""

EQUAL_TOLD: Mapping[str, Node] = {
    "split": say("Options on one rank share a vote in equal parts."),
    "average": say("Options on one rank count as the average over all orders of them."),
    "exhaust": say("Options on one rank end a vote there."),
    "skip": say("A rank of several options is passed over."),
}
"""What each choice for equal ranks does, in words."""

_ONE_METHOD: Mapping[tuple[str, str], str] = {("equal", "average"): "stv-meek"}
"""Choices of an option that only one method has."""

NUMBERS: tuple[str, ...] = ("marks", "points", "top")
"""The options that are whole numbers."""


class Options(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an election counts, where its method leaves a choice.

    `quota`: `droop` or `hare` (STV). `equal`, for options on one rank: `split` the ballot among them,
    take the `average` over all orders of them (Meek), `exhaust` it there, or `skip` that rank.
    `unranked` options are `last`, or `ignored` (neither above nor below any other). `overvotes`, for
    ballots with more marks than allowed: `void`, or `split` into equal parts of what was allowed.
    `strength` of a defeat: the `votes` for the winner, or the `margins` (pairs). `borda`: which points
    a rank gives. `marks`: the most marks on a ballot; `points`: the dots or credits of a voter; `top`:
    the highest score.
    """

    quota: str | None = None
    equal: str | None = None
    unranked: str | None = None
    overvotes: str | None = None
    strength: str | None = None
    borda: str | None = None
    marks: int | None = None
    points: int | None = None
    top: int | None = None


def settled(method: str, given: Options, known: Mapping[str, str | int | None]) -> Options:
    """The options with the method's defaults filled in; `known` are its options with their defaults.

    Raises Refusal for an option that the method does not have, or a value that the option has not.
    """
    for name in (*CHOICES, *NUMBERS):
        value = getattr(given, name)
        if value is None:
            continue
        if name not in known:
            raise _not_an_option(method, name, tuple(known))
        _check(method, name, value)
    defaults = {name: value for name, value in known.items() if getattr(given, name) is None}
    return msgspec.structs.replace(given, **defaults)


def choices_of(method: str, name: str) -> tuple[str, ...]:
    """The words that an option can be with a method."""
    return tuple(word for word in CHOICES[name] if _ONE_METHOD.get((name, word), method) == method)


def _check(method: str, name: str, value: str | int) -> None:
    if name in NUMBERS:
        if not isinstance(value, int) or value < 1:
            raise Refusal(
                "tally-option",
                say("“{option}” is a whole number of at least 1.", option=name),
                word=str(value),
            )
    elif value not in choices_of(method, name):
        raise Refusal(
            "tally-option",
            say("“{option}” cannot be “{value}”.", option=name, value=str(value)),
            word=str(value),
            instead=say("It can be: {values}.", values=joined(choices_of(method, name))),
        )


def _not_an_option(method: str, name: str, known: tuple[str, ...]) -> Refusal:
    instead = say("It knows: {options}.", options=joined(known)) if known else None
    return Refusal(
        "tally-option",
        say("The method “{method}” has no option “{option}”.", method=method, option=name),
        word=name,
        instead=instead,
    )
