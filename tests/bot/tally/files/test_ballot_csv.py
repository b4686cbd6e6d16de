"""Tables of ballots: what is wrong with one, at which line; and what odd ones mean."""

from __future__ import annotations

import pytest

from bot.chat import Refusal
from bot.tally.ballots import Ranked
from bot.tally.files import Form, Kind, read_ballots
from bot.text.languages import reader
from bot.text.rendering import render

BAD = {
    "empty": ("", "The file is empty."),
    "overvote": (
        "rank1,rank2\nAnn,overvote\n",
        "Line 2: An overvote, and the file does not say of whom.",
    ),
    "twice": ("rank1,rank2\nAnn,Ann\n", "Line 2: The ballot names Ann twice."),
    "several": (
        'choice\n"Ann, Bo"\nAnn\n',
        "Line 2: Is “Ann, Bo” one option, or are these several in one cell?",
    ),
    "profile order": (
        '2,1\n2,1,2\n"Candidate 2","Ann","Red"\n"Candidate 1","Bo","Blue"\n"Ward 1"\n',
        "Line 3: Here should stand Candidate 1, a name and a party.",
    ),
    "profile rows": (
        '2,1\n2,1,2\n"Candidate 1","Ann","Red"\n',
        "Line 3: 2 rows with names and one with a title end the file.",
    ),
    "profile number": (
        '2,1\n2,1,9\n"Candidate 1","Ann","Red"\n"Candidate 2","Bo","Blue"\n"Ward 1"\n',
        "Line 2: 9 is no candidate; there are 2.",
    ),
    "profile twice": (
        '2,1\n2,1,1\n"Candidate 1","Ann","Red"\n"Candidate 2","Bo","Blue"\n"Ward 1"\n',
        "Line 2: The ballot names Ann twice.",
    ),
    "profile seats": (
        '2,0\n2,1,2\n"Candidate 1","Ann","Red"\n"Candidate 2","Bo","Blue"\n"Ward 1"\n',
        "Line 1: 0 is no number of seats; it takes 1 to 10,000.",
    ),
}

ODD = {
    "sep": ("sep=;\nAnn;Bo\n1;2\n2;1\n", {((0,), (1,)): 1, ((1,), (0,)): 1}),
    "profile": (
        (
            '3,1\n2,1,2\n1,3,\n"Candidate 1","Ann","Red"\n'
            '"Candidate 2","Bo","Blue"\n"Candidate 3","Cem","Red"\n"Ward 1"\n'
        ),
        {((0,), (1,)): 2, ((2,),): 1},
    ),
    "profile same": (
        '2,1\n2,1,2\n"Candidate 1","Ann","Red"\n"Candidate 2","Ann","Blue"\n"Ward 1"\n',
        {((0,), (1,)): 2},
    ),
}
"""What stands in a file, and the ballots in it: the levels of each, and how many are so."""


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_told_with_its_line(case: str) -> None:
    text, told = BAD[case]
    kind = Kind.MARKS if case == "several" else Kind.RANKS

    with pytest.raises(Refusal) as wrong:
        read_ballots(text, Form.CSV, kind)

    assert wrong.value.code == "ballot-file"
    assert render(wrong.value.reason, reader("en", "UTC")) == told


@pytest.mark.parametrize("case", ODD)
def test_an_odd_file_means_what_it_says(case: str) -> None:
    text, ballots = ODD[case]

    read = read_ballots(text, Form.CSV, Kind.RANKS)

    assert {it.ranks: weight for it, weight in read.ballots if isinstance(it, Ranked)} == ballots
