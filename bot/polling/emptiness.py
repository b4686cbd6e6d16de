"""Votes that count and say nothing, by the rules of their method: whoever casts one is told."""

from __future__ import annotations

from bot.polling.terms import PollTerms
from bot.polling.votes import Vote
from bot.text.wording import Node, say


def says_nothing(terms: PollTerms, vote: Vote, options: int) -> Node | None:
    """Why a vote on so many options puts none of them above another; None where it does.

    Answers to times always say who can come.
    """
    kind = terms.how.kind
    if options < 2 or terms.method == "times":
        return None
    if kind == "ranks" and terms.ends_at_equal and len(vote.ranks[0]) > 1:
        return say(
            "Options on one rank end a vote there: as they share the first rank, yours says nothing. "
            "Rank one of them first."
        )
    if kind == "ranks" and terms.counting.equal == "skip" and all(len(rank) > 1 for rank in vote.ranks):
        return say("A rank of several options is passed over, and you have no other: it says nothing.")
    alone = kind == "ranks" and len(vote.ranks) == 1 and terms.counting.unranked == "ignored"
    if alone or _all_alike(kind, vote, options):
        return say("It puts no option above another: your vote says nothing.")
    return None


def _all_alike(kind: str, vote: Vote, options: int) -> bool:
    match kind:
        case "marks":
            return len(vote.marks) == options
        case "ranks":
            return len(vote.ranks[0]) == options
        case "scores":
            given = dict(vote.scores)
            return len({given.get(option, 0) for option in range(options)}) == 1
        case _:
            return False
