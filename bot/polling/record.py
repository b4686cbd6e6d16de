"""A result as it is written down: whole numbers and texts only, so that it can stand in a journal."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import msgspec

from bot.polling.votes import Vote
from bot.tally.result import Result, Round, Tie


class StageRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One round: `totals` by option, as `7` or `7/3`; the rest as in `bot.tally.result.Round`."""

    totals: dict[str, str] = {}
    elected: tuple[int, ...] = ()
    eliminated: tuple[int, ...] = ()
    exhausted: str = "0"
    quota: str = ""
    surplus_of: int | None = None


class ResultRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A result, field by field as in `bot.tally.result.Result`."""

    method: str
    seats: int = 1
    elected: tuple[int, ...] = ()
    rounds: tuple[StageRecord, ...] = ()
    ties: tuple[Tie, ...] = ()
    pairwise: tuple[tuple[int, ...], ...] = ()
    order: tuple[tuple[int, ...], ...] = ()
    blank: int = 0
    paths: tuple[tuple[int, ...], ...] = ()
    locked: tuple[tuple[int, int], ...] = ()


class PublishedBallot(msgspec.Struct, frozen=True, omit_defaults=True):
    """A ballot of a secret poll as everybody may read it after the close, with its receipt if any."""

    vote: Vote
    receipt: str = ""


def outcome_only(record: ResultRecord) -> ResultRecord:
    """The record of nothing but what was decided."""
    return ResultRecord(record.method, record.seats, record.elected)


def recorded(result: Result) -> ResultRecord:
    """The result as it is written down."""
    return ResultRecord(
        result.method,
        result.seats,
        result.elected,
        tuple(map(_stage, result.rounds)),
        result.ties,
        result.pairwise,
        result.order,
        result.blank,
        result.paths,
        result.locked,
    )


def _stage(it: Round) -> StageRecord:
    return StageRecord(
        {str(option): str(total) for option, total in it.totals.items()},
        it.elected,
        it.eliminated,
        str(it.exhausted),
        "" if it.quota is None else str(it.quota),
        it.surplus_of,
    )


def result_of(record: ResultRecord) -> Result:
    """The result that was written down."""
    return Result(
        record.method,
        record.seats,
        record.elected,
        tuple(map(_round, record.rounds)),
        record.ties,
        record.pairwise,
        record.order,
        record.blank,
        record.paths,
        record.locked,
    )


def _round(it: StageRecord) -> Round:
    return Round(
        _totals(it.totals),
        it.elected,
        it.eliminated,
        Fraction(it.exhausted),
        Fraction(it.quota) if it.quota else None,
        it.surplus_of,
    )


def _totals(totals: Mapping[str, str]) -> dict[int, Fraction]:
    return {int(option): Fraction(total) for option, total in totals.items()}
