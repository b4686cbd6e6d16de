"""BLT files that somebody typed: what is wrong with one, at which line; and what odd ones mean."""

from __future__ import annotations

import pytest

from bot.chat import Refusal
from bot.tally.ballots import Ranked
from bot.tally.files import Form, Kind, read_ballots
from bot.text.languages import reader
from bot.text.rendering import render

NAMES = '"Ann"\n"Bo"\n"Cem"\n"Title"\n'

BAD = {
    "no seats": ("3\n1 1 0\n0\n" + NAMES, "Line 1: The number of seats is missing behind 3."),
    "no count": (
        "x 1\n1 1 0\n0\n" + NAMES,
        (
            "Line 1: x is no number of candidates; a BLT file begins "
            "with it (1 to 10,000) and the number of seats."
        ),
    ),
    "zero seats": ("3 0\n1 1 0\n0\n" + NAMES, "Line 1: 0 is no number of seats; it takes 1 to 10,000."),
    "bad withdrawn": (
        "3 1\n-9\n1 1 0\n0\n" + NAMES,
        "Line 2: -9 is no withdrawn candidate, such as -1; there are 3 candidates.",
    ),
    "unknown option": (
        "3 1\n[colour red]\n1 1 0\n0\n" + NAMES,
        "Line 2: The option colour is not known.",
    ),
    "few nicks": (
        "3 1\n[nick a b]\n1 a 0\n0\n" + NAMES,
        "Line 2: [nick …] takes 3 different short names, one a candidate.",
    ),
    "number nick": (
        "3 1\n[nick a b 3]\n1 a 0\n0\n" + NAMES,
        'Line 2: 3 is no short name: a number, or with one of = - ( ) ".',
    ),
    "twice": ("3 1\n1 1 2 1 0\n0\n" + NAMES, "Line 2: The ballot names 1 twice."),
    "no candidate": ("3 1\n1 1 7 0\n0\n" + NAMES, "Line 2: 7 is no candidate; there are 3, from 1."),
    "no weight": (
        "3 1\nx 1 0\n0\n" + NAMES,
        "Line 2: x is no number of ballots; it takes a whole number up to 1,000,000,000,000.",
    ),
    "some without end": ("3 1\n1 1 2 0\n1 2\n0\n" + NAMES, "Line 3: The ballot does not end with 0."),
    "id open": ("3 1\n(a 1 1 0\n0\n" + NAMES, "Line 2: The ballot's id a 1 1 0 does not end with )."),
    "id twice": ("3 1\n(a) 1 1 0\n(a) 1 2 0\n0\n" + NAMES, "Line 3: Two ballots have the id a."),
    "names missing": (
        '3 1\n1 1 0\n0\n"Ann"\n"Bo"\n',
        "Line 5: Behind the ballots stand the names of 3 candidates and a title, not 2 names.",
    ),
    "too many names": (
        '3 1\n1 1 0\n0\n"Ann"\n"Bo"\n"Cem"\n"Title"\n"a"\n"b"\n"c"\n"d"\n"e"\n"f"\n',
        "Line 8: Behind the ballots stand the names of 3 candidates and a title, not 10 names.",
    ),
    "all gone": ("3 1\n-1 -2 -3\n1 1 0\n0\n" + NAMES, "All the options have withdrawn."),
    "no ballots": ("3 1\n0\n" + NAMES, "The file holds no ballots."),
    "running no zero": (
        '3 1 1 1 0 1 2 0 "Ann" "Bo" "Cem" "T"',
        'Line 1: The lone 0 is missing between the ballots and "Ann".',
    ),
    "same name": ('2 1\n1 1 0\n0\n"Ann"\n"Ann"\n"T"\n', "Line 5: Two options have the name Ann."),
}

ODD = {
    "nick": ("3 1\n[nick a b c]\n[withdrawn c]\n2 a b 0\n0\n" + NAMES, {((0,), (1,)): 2}),
    "ids": ("3 1\n(x) 1 1 2 0\n(y) 1 2 0\n0\n" + NAMES, {((0,), (1,)): 1, ((1,),): 1}),
    "ids droop": ("3 1\n(x) 1 2 0\n(y) 2 0\n0\n" + NAMES, {((0,), (1,)): 1, ((1,),): 1}),
    "running": ('3 1 -3 2 1 2 0 1 2 0 0 "Ann" "Bo" "Cem" "T"', {((0,), (1,)): 2, ((1,),): 1}),
    "skipped": ("3 1\n1 - 2 0\n0\n" + NAMES, {((1,),): 1}),
    "notes": ('3 1\n1 1 0\n0\n"Ann"\n"Bo"\n"Cem"\n"Title"\n\nCounted by hand\n', {((0,),): 1}),
    "empty line": ("3 1\n1 1 0\n\n0\n" + NAMES, {((0,),): 1}),
}
"""What stands in a file, and the ballots in it: the levels of each, and how many are so."""


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_told_with_its_line(case: str) -> None:
    text, told = BAD[case]
    kind = Kind.MARKS if case == "several" else Kind.RANKS

    with pytest.raises(Refusal) as wrong:
        read_ballots(text, Form.BLT, kind)

    assert wrong.value.code == "ballot-file"
    assert render(wrong.value.reason, reader("en", "UTC")) == told


@pytest.mark.parametrize("case", ODD)
def test_an_odd_file_means_what_it_says(case: str) -> None:
    text, ballots = ODD[case]

    read = read_ballots(text, Form.BLT, Kind.RANKS)

    assert {it.ranks: weight for it, weight in read.ballots if isinstance(it, Ranked)} == ballots
