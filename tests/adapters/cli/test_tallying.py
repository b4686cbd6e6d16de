"""`talkoot tally`, as people type it: for reading, as JSON, and with what is wrong."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.cli.tallying import number
from bot.tally.methods import METHODS
from tests.bot.tally.test_files import ABIF, BLT, TABLE

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "tally.json"


@pytest.fixture
def blt(tmp_path: Path) -> str:
    path = tmp_path / "ward.blt"
    path.write_text(BLT, encoding="utf-8")
    return str(path)


def run(*arguments: str, code: int = 0, typed: str | None = None) -> str:
    done = CliRunner().invoke(app, ["tally", *arguments], input=typed)
    assert done.exit_code == code, done.output
    return done.output


def machine(told: str) -> dict[str, Any]:
    """What was printed, as the published schema says that it looks."""
    found: dict[str, Any] = json.loads(told)
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(found)
    return found


def test_the_rounds_are_told_for_people(blt: str) -> None:
    told = run(blt, "--method", "stv-scottish")
    assert "Elected: Adam, Donald" in told or "Elected: Adam, Charlotte" in told
    assert "Withdrawn: Basil" in told
    assert "quota" in told


def test_the_whole_working_is_told_for_machines(blt: str) -> None:
    told = machine(run(blt, "--method", "stv-scottish", "--json", "--seed", "sun"))
    assert set(told) >= {"method", "seats", "elected", "ties", "rounds", "seed", "commitment"}
    assert told["method"] == "stv-scottish"
    for each in told["rounds"]:
        sums = [Fraction(total) for total in each["totals"].values()]
        assert sum(sums) + Fraction(each["exhausted"]) == told["ballots"]
        assert all(len(total.partition(".")[2]) == 5 for total in each["totals"].values())


@pytest.mark.parametrize("method", [m.name for m in METHODS.values() if m.kind in {"ranks", "none"}])
def test_every_method_of_ranks_counts_the_file(blt: str, method: str) -> None:
    seats = "1" if METHODS[method].most_seats == 1 else "2"
    told = machine(run(blt, "--method", method, "--seats", seats, "--seed", "x", "--json"))
    assert told["elected"]
    assert "Basil" not in told["elected"]


def test_standard_input_tables_and_choices_of_a_method(tmp_path: Path) -> None:
    told = machine(run("-", "--method", "borda", "--set", "borda=zero", "--json", typed=ABIF))
    assert told["elected"] == ["Anna A."]
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert "Elected: Anna" in run(str(path), "--method", "irv")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--method", "coin"), "There is no method"),
        (("--method", "irv", "--set", "quota=hare"), "no option"),
        (("--method", "irv", "--set", "equal=never"), "split, exhaust, skip"),
        (("--method", "irv", "--set", "colour"), "looks like quota=hare"),
        (("--method", "score"), "counts scores"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(blt: str, arguments: tuple[str, ...], says: str) -> None:
    assert says in run(blt, *arguments, code=2)


def test_a_bad_file_gives_its_line_and_no_result(tmp_path: Path) -> None:
    path = tmp_path / "bad.blt"
    path.write_text(BLT.replace("3 1 3 4 0", "3 1 9 4 0"), encoding="utf-8")
    told = run(str(path), "--method", "irv", code=2)
    assert "Line 3" in told
    assert "Elected" not in told
    assert "cannot be read" in run(str(tmp_path / "nowhere.blt"), "--method", "irv", code=2)


@pytest.mark.parametrize(
    ("value", "method", "shown"),
    [
        (Fraction(5), "irv", "5"),
        (Fraction(5, 2), "irv", "2.5"),
        (Fraction(-1, 8), "irv", "-0.125"),
        (Fraction(1, 3), "irv", "1/3"),
        (Fraction(21, 8), "stv-scottish", "2.62500"),
        (Fraction(0), "stv-meek", "0.000000000"),
    ],
)
def test_numbers_are_exact(value: Fraction, method: str, shown: str) -> None:
    assert number(value, method) == shown
