"""Sortition: a draw by lot among the options, which anybody can repeat from the seed."""

from __future__ import annotations

from typing import Any

from bot.tally.ballots import Election
from bot.tally.options import Options
from bot.tally.result import Result
from bot.tally.ties import Draw


def count_sortition(election: Election[Any], options: Options, draw: Draw) -> Result:  # noqa: ARG001
    """The first in the drawn order (see `bot.tally.ties`), as many as there are seats; no ballots.

    `order` is the whole drawn order: who would be next when somebody steps back.
    """
    order = draw.order(election.standing)
    return Result(
        "sortition",
        election.seats,
        order[: election.seats],
        order=tuple((option,) for option in order),
    )
