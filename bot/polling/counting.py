"""Counting a poll: from votes to a result, and the standing of one that is still open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs

from bot.polling.terms import PROPORTIONAL, PollTerms
from bot.polling.votes import Vote, ballot_of
from bot.tally.ballots import Election, grouped
from bot.tally.methods import count
from bot.tally.result import Result
from bot.tally.times import IF_NEED_BE


def counted(
    terms: PollTerms, names: Sequence[str], votes: Iterable[Vote], seed: str, none: int | None
) -> Result:
    """The result of these votes; `none` is the place of none of the above.

    Whoever comes behind it is not elected; where seats are filled in proportion, its seat stays empty.
    """
    options = tuple(names)
    ballots = grouped(ballot_of(terms, vote, len(options)) for vote in votes)
    election = Election(options, ballots, terms.seats)
    result = count(terms.method, election, options=terms.counting, seed=seed)
    if none is None or none not in result.elected:
        return result
    if terms.method in PROPORTIONAL:
        elected = tuple(option for option in result.elected if option != none)
    else:
        elected = result.elected[: result.elected.index(none)]
    return structs.replace(result, elected=elected)


def standing(terms: PollTerms, votes: Iterable[Vote], options: int) -> tuple[int, ...]:
    """A number for each option, while the poll is open.

    Marks; for numbers their sum; for times who can come; for rankings the first ranks. It says
    nothing of who would be elected.
    """
    totals = [0] * options
    for vote in votes:
        for option in (*vote.marks, *(vote.ranks[0] if vote.ranks else ())):
            totals[option] += 1
        for option, number in vote.scores:
            totals[option] += int(number >= IF_NEED_BE) if terms.method == "times" else number
    return tuple(totals)
