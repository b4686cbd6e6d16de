"""Counts that others published, from their own ballots: every number at every stage."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.tally import stv_meek
from bot.tally.ballots import Election
from bot.tally.files import Kind, decoded, form_of, read_ballots
from bot.tally.methods import count
from bot.tally.options import Options
from bot.tally.result import Result, Round
from bot.tally.ties import Draw

OFFICIAL = Path(__file__).with_name("official")


def ballots_of(name: str) -> Election[Any]:
    path = OFFICIAL / name
    text = decoded(path.read_bytes())
    return read_ballots(text, form_of(text, path.suffix.removeprefix(".")), Kind.RANKS)


def named(election: Election[Any], options: Any) -> list[str]:
    """In the order of the ballot paper, as the reports list them."""
    return [election.options[option] for option in sorted(options)]


# --- Scottish councils ------------------------------------------------------------------------------


def five(value: Fraction) -> str:
    """With the five decimals of the Order; no more may be there."""
    scaled = value * 10**5
    assert scaled.denominator == 1
    return f"{scaled.numerator // 10**5}.{scaled.numerator % 10**5:05}"


class Council:
    """A ward: what the council reported of its stages, and our count of its ballots."""

    def __init__(self, ward: str) -> None:
        """The ballots may name parties behind the names; the reports do not."""
        election = ballots_of(f"{ward}.blt")
        names = tuple(name.partition(" (")[0] for name in election.options)
        self.election = msgspec.structs.replace(election, options=names)
        self.report = json.loads((OFFICIAL / f"{ward}_stages.json").read_text(encoding="utf-8"))
        self.stages: list[dict[str, Any]] = self.report["stages"]
        self.result = count("stv-scottish", self.election)

    def told(self, place: int) -> dict[str, str]:
        """Who has votes at a stage; the report has 0 or nothing for those who are excluded."""
        votes: dict[str, str | None] = self.stages[place]["votes"]
        gone = {name for stage in self.stages[: place + 1] for name in stage["excluded"]}
        assert {votes[name] for name in gone} <= {"0.00000", None}
        return {name: vote for name, vote in votes.items() if vote is not None and name not in gone}

    def counted(self, totals: dict[int, Fraction]) -> dict[str, str]:
        return {self.election.options[option]: five(total) for option, total in totals.items()}


@pytest.fixture(scope="module", params=["linn07", "dundee22_maryfield"])
def council(request: pytest.FixtureRequest) -> Council:
    """Linn, Glasgow City Council, 2007; and Maryfield, Dundee City Council, 2022."""
    return Council(request.param)


def test_a_council_has_as_many_ballots_seats_and_a_quota_as_it_reported(council: Council) -> None:
    report, result = council.report, council.result

    assert council.election.voters == report["valid_votes"]
    assert result.blank == 0
    assert council.election.seats == result.seats == report["seats"]
    assert {each.quota for each in result.rounds} == {Fraction(report["quota"])}


def test_a_council_reported_these_votes_at_every_stage(council: Council) -> None:
    rounds = council.result.rounds

    assert len(rounds) == len(council.stages)
    for place, each in enumerate(rounds):
        assert council.counted(each.totals) == council.told(place)
        assert five(each.exhausted) == council.stages[place]["non_transferable"]


def test_a_council_reported_what_followed_at_every_stage(council: Council) -> None:
    """A report writes a transfer to the stage behind it, we to the stage from which it follows."""
    election, rounds = council.election, council.result.rounds
    nothing: dict[str, Any] = {"excluded": [], "surplus": None}

    for stage, following, each in zip(
        council.stages, [*council.stages[1:], nothing], rounds, strict=True
    ):
        assert named(election, each.elected) == stage["elected"]
        assert named(election, each.eliminated) == following["excluded"]
        surplus_of = None if each.surplus_of is None else election.options[each.surplus_of]
        assert surplus_of == following["surplus"]
    assert council.result.ties == ()


def test_a_council_elected_these(council: Council) -> None:
    elected = {name for stage in council.stages for name in stage["elected"]}

    assert set(named(council.election, council.result.elected)) == elected


# --- Meek -------------------------------------------------------------------------------------------

ROUNDS = {"1": 0, "2": 1, "4": 3, "6": 4, "9": 6}
"""The round of ours that ends as a stage of the reference does.

The reference has a stage for each exclusion and one for the transfers behind it, at whose end it
elects. By our rule whoever reaches the quota is elected at once, in a round of its own (2 and 5), and
surpluses go on in the next. Round 0 are the first preferences.
"""

COARSER = Fraction(3, 200)
"""How far the exhausted votes may differ: the reference stops when nobody elected has 0.001 % more than
the quota, so a little less has gone on; our rule stops at a millionth of a vote in all. At stage 9 it
has 41.95 (we 41.9554), at stage 11 it has 242.01 (we 242.0221); totals and quotas agree."""


class Reference:
    """The model election of the Electoral Reform Society (1997), by Hill, Wichmann and Woodall."""

    def __init__(self) -> None:
        self.election = ballots_of("ers97.blt")
        with (OFFICIAL / "ers97_meek.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        self.stages = [stage for stage in rows[0][1:] if stage]
        self.rows = {row[0]: row[1:] for row in rows[2:]}

    def value(self, row: str, stage: str) -> Fraction:
        return Fraction(self.rows[row][2 * self.stages.index(stage)])

    def those(self, stage: str, *marks: str) -> set[str]:
        """Who is elected (EL), hopeful (H) or excluded (EX) at a stage."""
        at = 2 * self.stages.index(stage) + 1
        return {name for name in self.election.options if self.rows[name][at] in marks}

    def holds(self, stage: str, totals: dict[int, Fraction], quota: Fraction) -> None:
        votes = {self.election.options[option]: total for option, total in totals.items()}
        assert votes.keys() == self.those(stage, "EL", "H")
        told = {name: self.value(name, stage) for name in votes}
        assert {name: round(total, 2) for name, total in votes.items()} == told
        assert round(quota, 2) == self.value("Quota", stage)
        exhausted = self.election.voters - sum(votes.values())
        assert abs(exhausted - self.value("Exhausted", stage)) < COARSER


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference()


@pytest.fixture(scope="module")
def meek(reference: Reference) -> Result:
    return count("stv-meek", reference.election)


def elected_by(rounds: tuple[Round, ...]) -> set[int]:
    return {option for each in rounds for option in each.elected}


def test_the_model_election_has_these_votes_at_every_stage(reference: Reference, meek: Result) -> None:
    assert reference.election.voters == 753
    assert reference.stages == [*ROUNDS, "11"]
    for stage, place in ROUNDS.items():
        each = meek.rounds[place]
        assert each.quota is not None
        reference.holds(stage, each.totals, each.quota)
        assert each.exhausted == reference.election.voters - sum(each.totals.values())


def test_the_model_election_elects_and_excludes_the_same(reference: Reference, meek: Result) -> None:
    election, rounds = reference.election, meek.rounds

    for stage, place in ROUNDS.items():
        assert set(named(election, elected_by(rounds[: place + 1]))) == reference.those(stage, "EL")
        gone = [option for each in rounds[:place] for option in each.eliminated]
        assert set(named(election, gone)) == reference.those(stage, "EX")
    assert set(named(election, meek.elected)) == reference.those("11", "EL")
    excluded = [named(election, each.eliminated) for each in rounds if each.eliminated]
    assert excluded == [["Monk"], ["Glazier"], ["Wright"], ["Baron"]]
    assert meek.ties == ()


def test_the_model_election_comes_to_rest_where_the_reference_does(
    reference: Reference, meek: Result
) -> None:
    """Our count ends as soon as the last seat is filled; the reference first finishes the transfers.

    There Vicar is elected at the end of them, so those elected before share the quota evenly. This goes
    on with our distribution until it is at rest, Vicar and Abbot keeping all that arrives.
    """
    election = reference.election
    state = stv_meek._Count(election, Options(), Draw("", election.options))
    state.result()
    *state.elected, vicar = meek.elected
    assert election.options[vicar] == "Vicar"
    state.hopeful = {vicar, election.options.index("Abbot")}
    state.ways.clear()
    state._lay(election.ballots)

    for _ in range(100):
        votes, quota = state._distribute()
        for option in state.elected:
            state.keep[option] = -(-state.keep[option] * quota // votes[option])

    totals = {option: Fraction(vote, stv_meek.VOTE) for option, vote in votes.items()}
    reference.holds("11", totals, Fraction(quota, stv_meek.VOTE))
