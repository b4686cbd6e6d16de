"""Strictness: terms that ask no less than other ones, and the methods that decide without everybody."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from msgspec import structs

from bot.deciding.consensus import NINE_TENTHS
from bot.deciding.methods import FULL_METHODS, METHODS
from bot.deciding.terms import Quorum, Ratio, Terms
from bot.deciding.votes import TWO_THIRDS

WHOLE: Final = ("consent", "consensus")
"""The methods in which one person can stop it: they ask at least as much of everybody as any other."""

ALONE: Final = frozenset(METHODS) - frozenset(FULL_METHODS)
"""The methods by which something passes without that anybody else agreed: by silence, by the author."""


def at_least(terms: Terms, people: int, electorate: int) -> Terms:
    """The same terms with a quorum of at least so many; a vote by +1 needs so many of those."""
    if people <= terms.quorum.people(electorate):
        return terms
    binding = max(terms.binding_min, people)
    return structs.replace(terms, quorum=Quorum(at_least=people), binding_min=binding)


def no_weaker(terms: Terms, than: Terms, electorate: int) -> Terms:
    """The same terms, nowhere asking less than other ones of the same method, or of any for `WHOLE`."""
    needed = min(than.quorum.people(electorate), electorate)
    return structs.replace(
        at_least(terms, needed, electorate) if needed else terms,
        share=max(terms.share, than.share, key=lambda share: _part(share, terms.method)),
        fallback=terms.fallback if terms.fallback == than.fallback else "",
        silence_agrees=False,
        abstentions_count=terms.abstentions_count or than.abstentions_count,
        veto=terms.veto or than.veto,
        binding_min=max(terms.binding_min, than.binding_min),
        others=max(terms.others, than.others),
        mean=min(terms.mean, than.mean, key=lambda mean: Fraction(mean.n, mean.d)),
    )


def _part(share: Ratio | None, method: str) -> Fraction:
    usual = NINE_TENTHS if method == "modified-consensus" else TWO_THIRDS
    taken = share or usual
    return Fraction(taken.n, taken.d)
