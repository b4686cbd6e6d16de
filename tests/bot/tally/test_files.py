"""Ballot files: what is read from each form, and what a bad one is told, with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.tally.ballots import Election, Marked, Ranked, Scored
from bot.tally.files import Form, Kind, decoded, form_of, read_ballots
from bot.tally.files.common import AnyBallot
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import lines

BLT = """4 2
-2
3 1 3 4 0
4 1 3 2 0
2 4 1=3 0
1 2 0
1 0
0
"Adam"
"Basil"
"Charlotte"
"Donald"
"A test"
"""


def read(text: str, kind: Kind = Kind.RANKS, ending: str = "") -> Election[AnyBallot]:
    return read_ballots(text, form_of(text, ending), kind)


def ranked(election: Election[AnyBallot]) -> dict[str, int]:
    """The ballots as people would write them."""
    names = election.options
    shown: dict[str, int] = {}
    for ballot, weight in election.ballots:
        assert isinstance(ballot, Ranked)
        text = " > ".join("=".join(names[o] for o in level) for level in ballot.ranks)
        shown[text] = shown.get(text, 0) + weight
    return shown


def told(text: str, kind: Kind = Kind.RANKS, ending: str = "") -> str:
    with pytest.raises(Refusal) as wrong:
        read(text, kind, ending)
    refused = wrong.value
    return render(lines(refused.reason, refused.instead), reader("en", "UTC"))


def test_blt_with_weights_withdrawn_equal_ranks_and_a_title() -> None:
    election = read(BLT)
    assert election.options == ("Adam", "Basil", "Charlotte", "Donald")
    assert (election.seats, election.withdrawn, election.title) == (2, frozenset({1}), "A test")
    assert ranked(election) == {
        "Adam > Charlotte > Donald": 3,
        "Adam > Charlotte > Basil": 4,
        "Donald > Adam=Charlotte": 2,
        "Basil": 1,
        "": 1,
    }
    assert election.voters == 11


@pytest.mark.parametrize(
    ("names", "read_as"),
    [
        ('"Ann ""Greens"""\n"Bo ""None"""\nWard 6 - North', ("Ann", "Bo")),
        ("Ann LONG (Lab)\nBo SHORT (Con)\nWard 6 - North", ("Ann LONG (Lab)", "Bo SHORT (Con)")),
    ],
)
def test_names_as_scottish_councils_write_them(names: str, read_as: tuple[str, str]) -> None:
    election = read(f"2 1\n14 1 2 0\n5 2 0\n0\n{names}")
    assert tuple(name.partition(' "')[0] for name in election.options) == read_as
    assert election.title == "Ward 6 - North"
    assert election.voters == 19


def test_blt_comments_and_several_ballots_on_odd_lines() -> None:
    text = BLT.replace("3 1 3 4 0", "3 1 3 4 0 # those of Monday").replace("1 2 0", "/* one */ 1 2 0")
    assert ranked(read(text)) == ranked(read(BLT))


TABLE = "count,Anna,Bo,Cem\n3,1,2,\n2,,1,2\n1,1,1,2\n"
RANK_COLUMNS = "rank 1,rank 2,rank 3\nAnna,Bo,\nAnna,Bo,\nBo,Cem,\nAnna=Bo,Cem,\n"
ABIF = """# a comment
{title: "Three people"}
=A:[Anna A.]
=B:[Bo B.]
3:A>B
2:B
1:A=B
"""


def test_a_table_with_a_column_an_option() -> None:
    assert ranked(read(TABLE, ending="csv")) == {"Anna > Bo": 3, "Bo > Cem": 2, "Anna=Bo > Cem": 1}


def test_a_table_with_a_column_a_rank() -> None:
    assert ranked(read(RANK_COLUMNS, ending="csv")) == {
        "Anna > Bo": 2,
        "Bo > Cem": 1,
        "Anna=Bo > Cem": 1,
    }


def test_tables_of_scores_and_marks() -> None:
    scores = read("Anna;Bo\n5;0\n3;4\n", Kind.SCORES, "csv")
    assert dict(scores.ballots) == {Scored((5, 0)): 1, Scored((3, 4)): 1}
    marks = read("Anna;Bo\nx;\nx;x\n", Kind.MARKS, "csv")
    assert dict(marks.ballots) == {Marked((0,)): 1, Marked((0, 1)): 1}


def test_abif_with_declared_names() -> None:
    election = read(ABIF)
    assert election.title == "Three people"
    assert ranked(election) == {"Anna A. > Bo B.": 3, "Bo B.": 2, "Anna A.=Bo B.": 1}


@pytest.mark.parametrize(
    ("text", "ending", "form"),
    [
        (BLT, "blt", Form.BLT),
        (BLT, "csv", Form.BLT),
        (TABLE, "csv", Form.CSV),
        (ABIF, "", Form.ABIF),
        (BLT, "", Form.BLT),
    ],
)
def test_the_form_is_told_by_the_ending_or_the_first_lines(text: str, ending: str, form: Form) -> None:
    assert form_of(text, ending) is form


BAD = {
    "an option beyond the last": (BLT.replace("3 1 3 4 0", "3 1 9 4 0"), "Line 3"),
    "an option twice": (BLT.replace("3 1 3 4 0", "3 1 3 1 0"), "Line 3"),
    "no end of the ballots": (BLT.replace('0\n"Adam"', '"Adam"'), "Line"),
    "too few names": (BLT.replace('"Charlotte"\n"Donald"\n"A test"\n', ""), "Line"),
    "a weight that is no number": (BLT.replace("3 1 3 4 0", "x 1 3 4 0"), "Line 3"),
    "nothing": ("", ""),
    "no ballots": ('2 1\n0\n"A"\n"B"\n"T"\n', "no ballots"),
    "a score where a rank is": ("count,Anna,Bo\n1,1,x\n", "Line 2"),
    "too many cells": ("Anna,Bo\n1,2,3\n", "Line 2"),
    "two of one name": ("Anna,Anna\n1,2\n", "Line"),
    "a slip in a name": (ABIF.replace("3:A>B", "3:A>C"), "Line 5"),
    "scores for an order": ("3:A/5>B/6\n", "Line 1"),
}


@pytest.mark.parametrize(("text", "says"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_whole_with_its_line(text: str, says: str) -> None:
    assert says in told(text)


@given(st.text(max_size=200), st.sampled_from(["", "blt", "csv", "abif"]), st.sampled_from(list(Kind)))
def test_any_text_is_an_election_or_refused(text: str, ending: str, kind: Kind) -> None:
    try:
        election = read_ballots(text, form_of(text, ending), kind)
    except Refusal:
        return
    assert election.voters > 0
    assert election.standing


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_refused(data: bytes) -> None:
    try:
        assert isinstance(decoded(data), str)
    except Refusal as wrong:
        assert wrong.code == "ballot-file"


cast = st.lists(
    st.tuples(st.permutations(range(4)).map(tuple), st.integers(1, 4), st.integers(1, 9)),
    min_size=1,
    max_size=8,
)


@given(cast)
def test_what_is_written_as_blt_is_read_back(ballots: list[tuple[tuple[int, ...], int, int]]) -> None:
    rows = [f"{n} {' '.join(str(o + 1) for o in order[:most])} 0" for order, most, n in ballots]
    text = "\n".join(["4 1", *rows, "0", '"A"', '"B"', '"C"', '"D"', '"T"', ""])
    expected: dict[str, int] = {}
    for order, most, n in ballots:
        key = " > ".join("ABCD"[o] for o in order[:most])
        expected[key] = expected.get(key, 0) + n
    assert ranked(read(text)) == expected
