"""Typed votes: what each method understands, and which word it refuses."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.polling.reading import read_vote
from bot.polling.slate import Read, Slate
from bot.polling.terms import PollTerms, checked_terms
from bot.polling.votes import Vote
from bot.tally.methods import METHODS
from bot.tally.options import Options
from tests.house.steps import grows_with

PEOPLE = ("Anna", "Bo", "Cem", "Anna Maria")
SLOTS = ("Mon 5 Jan 18:00", "Tue 6 Jan, evening", "Wed")
NUMBERS = ("2", "3", "1")
SIGNS = ("a > b", "a", "b=c", "#4")


def read(method: str, text: str, names: tuple[str, ...] = PEOPLE, **said: object) -> Read:
    counting = Options(**{k: v for k, v in said.items() if k in {"marks", "points", "top"}})  # type: ignore[arg-type]
    terms = PollTerms(method, counting=counting, write_ins=bool(said.get("write_ins")))
    none = len(names) - 1 if said.get("none") else None
    return read_vote(checked_terms(terms, len(names)), Slate(names, none), text, "Q4")


MARKS = [
    ("single", "Anna", (0,)),
    ("single", "anna", (0,)),
    ("single", "2", (1,)),
    ("single", "#2", (1,)),
    ("single", "c", (2,)),
    ("single", "Anna M", (3,)),
    ("single", "ANNA MARIA", (3,)),
    ("several", "Anna, Bo", (0, 1)),
    ("several", "bo anna", (0, 1)),
    ("several", "4 2", (1, 3)),
    ("several", "Anna Maria Bo", (1, 3)),
    ("several", "Anna; Cem;", (0, 2)),
    ("approval", "3, 1, 2", (0, 1, 2)),
    ("approval", "Anna\nCem", (0, 2)),
]


@pytest.mark.parametrize(("method", "text", "marks"), MARKS)
def test_marks(method: str, text: str, marks: tuple[int, ...]) -> None:
    assert read(method, text).vote == Vote(marks=marks)


RANKS = [
    ("Anna > Bo = Cem", ((0,), (1, 2))),
    ("Anna>Bo=Cem", ((0,), (1, 2))),
    ("anna, bo, cem", ((0,), (1,), (2,))),
    ("2 1 3", ((1,), (0,), (2,))),
    ("Anna Maria > Anna", ((3,), (0,))),
    ("Anna Maria Anna", ((3,), (0,))),
    ("1 = 2 > 3 = 4", ((0, 1), (2, 3))),
    ("Cem", ((2,),)),
    ("c > b", ((2,), (1,))),
]


@pytest.mark.parametrize("method", ["irv", "stv-scottish", "stv-meek", "schulze", "borda"])
@pytest.mark.parametrize(("text", "ranks"), RANKS)
def test_ranks(method: str, text: str, ranks: tuple[tuple[int, ...], ...]) -> None:
    assert read(method, text).vote == Vote(ranks=ranks)


SCORES = [
    ("score", "Anna=5 Bo=3", ((0, 5), (1, 3))),
    ("score", "Anna 4 Bo 2", ((0, 4), (1, 2))),
    ("score", "Bo: 2, Anna : 4", ((0, 4), (1, 2))),
    ("score", "1=5 2=0", ((0, 5), (1, 0))),
    ("score", "1 5 2 3", ((0, 5), (1, 3))),
    ("star", "Anna Maria 5 Anna 1", ((0, 1), (3, 5))),
    ("dots", "c 10", ((2, 10),)),
    ("quadratic", "Anna=6;Bo=8", ((0, 6), (1, 8))),
]


@pytest.mark.parametrize(("method", "text", "scores"), SCORES)
def test_numbers(method: str, text: str, scores: tuple[tuple[int, int], ...]) -> None:
    assert read(method, text).vote == Vote(scores=scores)


TIMES = [
    ("yes maybe no", ((0, 2), (1, 1), (2, 0))),
    ("yes/if need be/no", ((0, 2), (1, 1), (2, 0))),
    ("Y, n, MAYBE", ((0, 2), (1, 0), (2, 1))),
    ("1=yes 3=maybe", ((0, 2), (2, 1))),
    ("Mon=no, Tue=yes", ((0, 0), (1, 2))),
    ("Tue 6 Jan, evening if need be, Wed no", ((1, 1), (2, 0))),
    ("Mon 5 Jan 18:00: yes", ((0, 2),)),
]


@pytest.mark.parametrize(("text", "scores"), TIMES)
def test_times(text: str, scores: tuple[tuple[int, int], ...]) -> None:
    assert read("times", text, SLOTS).vote == Vote(scores=scores)


def test_a_name_that_is_a_number_is_a_name_first() -> None:
    assert read("single", "2", NUMBERS).vote == Vote(marks=(0,))
    assert read("single", "#2", NUMBERS).vote == Vote(marks=(1,))
    assert Slate(NUMBERS).word(0) == "#1"
    assert Slate(PEOPLE).word(0) == "1"


@pytest.mark.parametrize("option", range(len(SIGNS)))
def test_a_name_with_signs_in_it_is_read_whole(option: int) -> None:
    text = f"{SIGNS[option]} > {SIGNS[option - 1]}"

    assert read("irv", text, SIGNS).vote == Vote(ranks=((option,), ((option - 1) % 4,)))


def test_none_of_the_above_has_a_word() -> None:
    names = ("Anna", "None of the above")

    assert read("single", "none", names, none=True).vote == Vote(marks=(1,))
    assert read("irv", "none > Anna", names, none=True).vote == Vote(ranks=((1,), (0,)))


def test_what_is_written_in_stands_behind_a_plus() -> None:
    found = read("irv", "+Dora Dee > Anna > +Eve", write_ins=True)

    assert found == Read(Vote(ranks=((4,), (0,), (5,))), ("Dora Dee", "Eve"))
    assert read("single", "+anna", write_ins=True).vote == Vote(marks=(0,))


REFUSED = [
    ("single", "Dora", "option-unknown-here", "Dora"),
    ("single", "Anna, Bo", "vote-too-many", "Anna, Bo"),
    ("single", "5", "option-unknown-here", "5"),
    ("single", "0", "option-unknown-here", "0"),
    ("single", "an", "option-unclear", "an"),
    ("single", "+Dora", "no-write-ins", "+Dora"),
    ("single", ",", "option-missing", ""),
    ("several", "Anna, Dora", "option-unknown-here", "Dora"),
    ("several", "Anna, 1", "option-twice", "Anna"),
    ("irv", "Anna > Dora > Bo", "option-unknown-here", "Dora"),
    ("irv", "Anna >", "vote-unfinished", ">"),
    ("irv", "Anna > > Bo", "option-missing", ""),
    ("irv", "Anna > Bo > anna", "option-twice", "Anna"),
    ("score", "Anna=6", "vote-number", "Anna=6"),
    ("score", "Anna=-1", "vote-number", "Anna=-1"),
    ("score", "Anna", "vote-number", "Anna"),
    ("score", "Dora=3", "option-unknown-here", "Dora"),
    ("score", "Anna=3.5", "vote-number", "Anna=3.5"),
    ("score", "Anna=1 Anna=2", "option-twice", "Anna"),
    ("dots", "Anna 6 Bo 5", "vote-points", "Anna 6 Bo 5"),
    ("quadratic", "Anna 8 Bo 7", "vote-points", "Anna 8 Bo 7"),
    ("sortition", "Anna", "no-votes", "Q4"),
]


@pytest.mark.parametrize(("method", "text", "error", "word"), REFUSED)
def test_a_bad_vote_is_told_which_word(method: str, text: str, error: str, word: str) -> None:
    with pytest.raises(Refusal) as wrong:
        read(method, text)

    assert (wrong.value.code, wrong.value.word) == (error, word)


def test_no_more_than_the_marks_allowed() -> None:
    with pytest.raises(Refusal) as wrong:
        read("several", "1 2 3", marks=2)

    assert wrong.value.word == "Cem"


WORDS = st.lists(
    st.sampled_from([*PEOPLE, "an", "+X", "1", "4", "9", ">", "=", ",", ":", "5", "-1", "yes", "none"]),
    max_size=12,
)


@given(st.sampled_from(sorted(METHODS)), WORDS, st.booleans())
def test_whatever_is_typed_is_a_vote_that_counts_or_a_refusal(
    method: str, words: list[str], write_ins: bool
) -> None:
    try:
        found = read(method, " ".join(words), write_ins=write_ins)
    except Refusal as wrong:
        assert wrong.code
        return
    options = list(found.vote.options)
    assert options
    assert len(set(options)) == len(options)
    assert all(0 <= each < len(PEOPLE) + len(found.written_in) for each in options)


@given(st.permutations(range(4)), st.sets(st.integers(0, 2)), st.integers(1, 4))
def test_a_ranking_is_read_back_as_it_was_meant(order: list[int], equal: set[int], size: int) -> None:
    ranks: list[list[int]] = []
    for place, option in enumerate(order[:size]):
        if place and place - 1 in equal:
            ranks[-1].append(option)
        else:
            ranks.append([option])
    text = " > ".join(" = ".join(PEOPLE[option] for option in rank) for rank in ranks)

    assert read("irv", text).vote == Vote(ranks=tuple(map(tuple, ranks)))


LONG = (
    "1 " * 1990,
    "option " * 560,
    "a" + " " * 3800 + "b",
    "yes " * 990 + "x",
    "a=1 " * 990,
    "+a " * 1300,
)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_longest_lines_are_read_with_work_in_proportion(method: str) -> None:
    """One of them took five minutes once."""
    names = tuple(f"option number {number}" for number in range(50))

    def reading(text: str) -> None:
        with contextlib.suppress(Refusal):
            read(method, text, names, write_ins=True)

    for text in LONG:
        assert grows_with(reading, text[: len(text) // 2], text), text[:10]
