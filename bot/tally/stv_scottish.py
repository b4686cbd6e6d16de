"""The single transferable vote as Scotland counts its councils.

The Scottish Local Government Elections Order 2007, schedule 1, rules 45 to 52 (legislation.gov.uk,
ssi/2007/42), unchanged in the Order of 2011 but for the numbers. Votes are whole hundred-thousandths,
as rule 48 calculates to five decimal places and ignores the rest. What that loses is stated with the
non-transferable votes, so every stage sums up to all ballots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from bot.tally.ballots import Election, Ranked
from bot.tally.options import Options
from bot.tally.ranks import Paper, Pile, sorted_papers
from bot.tally.result import Result, Round, Tie
from bot.tally.ties import Draw, by_earlier_rounds

VOTE = 10**5
"""One vote, in the parts that are counted."""


def count_stv_scottish(election: Election[Ranked], options: Options, draw: Draw) -> Result:
    """Count by the Order's rules.

    Where the Order has none: a rank that several options share ends the ballot (as an unclear mark
    does under rule 43) unless `equal` says otherwise, and the Hare quota is the valid ballots divided
    by the seats, rounded up to a whole vote.
    """
    return _Count(election, options, draw).result()


class _Count:
    """The state of one count: who continues, who has which papers, what was decided at each stage."""

    def __init__(self, election: Election[Ranked], options: Options, draw: Draw) -> None:
        """Rules 45 and 46: the first preferences, and the quota."""
        self.election = election
        self.equal = options.equal
        self.seats = min(election.seats, len(election.standing))
        self.draw = draw
        self.continuing = set(election.standing)
        self.totals = dict.fromkeys(election.standing, 0)
        self.parcels: dict[int, list[tuple[int, Pile]]] = {o: [] for o in election.standing}
        self.elected: list[int] = []
        self.surpluses: set[int] = set()
        self.nowhere = 0
        self.history: list[Mapping[int, int]] = []
        self.rounds: list[Round] = []
        self.ties: list[Tie] = []
        self._hand_over(election.ballots, VOTE)
        self.blank = self.nowhere // VOTE
        self.quota = _quota(election.voters - self.blank, election.seats, options.quota) * VOTE

    @property
    def vacancies(self) -> int:
        """Seats still to be filled."""
        return self.seats - len(self.elected)

    def result(self) -> Result:
        """Rules 47 to 52: stage after stage, until every seat is filled."""
        while self._stage():
            pass
        return Result(
            "stv-scottish",
            self.election.seats,
            tuple(self.elected),
            tuple(self.rounds),
            tuple(self.ties),
            blank=self.blank,
        )

    def _stage(self) -> bool:
        """One stage, and what follows from its totals; whether another one comes."""
        totals, nowhere = dict(self.totals), self.nowhere
        before = len(self.elected)
        self._elect(option for option in self.continuing if totals[option] >= self.quota)
        self._fill_last_vacancies()
        transferring = self._highest_surplus() if self.vacancies else None
        excluded = self._lowest() if self.vacancies and transferring is None else None
        if excluded is not None:
            self.continuing.remove(excluded)
        self.history.append(totals)
        self.rounds.append(
            Round(
                {option: Fraction(total, VOTE) for option, total in totals.items()},
                elected=tuple(self.elected[before:]),
                eliminated=() if excluded is None else (excluded,),
                exhausted=Fraction(nowhere, VOTE),
                quota=Fraction(self.quota, VOTE),
                surplus_of=transferring,
            )
        )
        if not self.vacancies:
            return False
        if transferring is not None:
            self._transfer_surplus(transferring)
        if excluded is not None:
            self._transfer_all(excluded)
        return True

    def _elect(self, options: Iterable[int]) -> None:
        """Rule 47; those of one stage with the most votes first, which decides nothing."""
        new = sorted(self.draw.order(options), key=lambda option: -self.totals[option])
        self.elected += new
        self.continuing.difference_update(new)
        self.surpluses.update(option for option in new if self.totals[option] > self.quota)

    def _fill_last_vacancies(self) -> None:
        """Rule 52: as many as there are vacancies are elected, and nothing more is transferred.

        Looked at once a stage is told: an exclusion and its transfers are one stage, also the last, as
        in the councils' reports of 2007 and 2022.
        """
        if len(self.continuing) <= self.vacancies:
            self._elect(tuple(self.continuing))

    def _highest_surplus(self) -> int | None:
        """Rule 49."""
        if not self.surpluses:
            return None
        most = max(self.totals[option] for option in self.surpluses)
        return self._settled(
            [option for option in self.surpluses if self.totals[option] == most], fewest=False
        )

    def _lowest(self) -> int:
        """Rules 50 and 51."""
        least = min(self.totals[option] for option in self.continuing)
        return self._settled(
            [option for option in self.continuing if self.totals[option] == least], fewest=True
        )

    def _settled(self, tied: list[int], *, fewest: bool) -> int:
        """Who of those with equal votes is taken (rules 49 (2) and (3), 51 (2))."""
        if len(tied) == 1:
            return tied[0]
        option, rule = by_earlier_rounds(tied, self.history, self.draw, fewest=fewest)
        purpose = "exclusion" if fewest else "surplus"
        number = len(self.history) + 1
        self.ties.append(Tie(number, tuple(sorted(tied)), (option,), rule, purpose))
        return option

    def _transfer_surplus(self, option: int) -> None:
        """Rule 48: every paper goes on with its part of the surplus, cut to five decimal places."""
        self.surpluses.remove(option)
        total = self.totals[option]
        surplus = total - self.quota
        self.totals[option] = self.quota
        self.nowhere += surplus
        for value, parcel in self.parcels.pop(option):
            new_value = surplus * value // total
            self.nowhere -= new_value * parcel.number
            self._hand_over(parcel.papers, new_value)

    def _transfer_all(self, option: int) -> None:
        """Rule 50: every paper goes on with the value it has."""
        del self.totals[option]
        for value, parcel in self.parcels.pop(option):
            self._hand_over(parcel.papers, value)

    def _hand_over(self, given: Iterable[Paper], value: int) -> None:
        """Give papers of one value to the next continuing options that they name."""
        for target, pile in sorted_papers(given, self.continuing, self.equal).items():
            share = value // len(target) if target else 0
            self.nowhere += pile.number * (value - share * len(target))
            for option in target:
                self.totals[option] += pile.number * share
                self.parcels[option].append((share, pile))


def _quota(valid: int, seats: int, kind: str | None) -> int:
    """Rule 46 (Droop); or Hare. Never less than one vote."""
    return max(1, -(-valid // seats)) if kind == "hare" else valid // (seats + 1) + 1
