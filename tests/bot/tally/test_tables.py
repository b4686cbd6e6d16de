"""Tables as forms write them: read where they are clear, else refused with the way to say it."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli.app import app
from bot.chat import Refusal
from bot.tally.files import Given, Kind, form_of, read_ballots
from bot.tally.methods import count
from bot.tally.options import Options
from bot.tally.stv_meek import averages
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import lines

ENGLISH = reader("en", "UTC")


def totals(
    text: str, method: str = "single", kind: Kind = Kind.CHOICE, **given: object
) -> dict[str, int]:
    """What the options got in the first round."""
    said = Given(given.get("header"), given.get("columns", ()))  # type: ignore[arg-type]
    election = read_ballots(text, form_of(text, "csv"), kind, given=said)
    result = count(method, election)
    return {election.options[o]: int(total) for o, total in result.rounds[0].totals.items()}


def refusal(text: str, kind: Kind = Kind.CHOICE, ending: str = "csv", **given: object) -> str:
    said = Given(given.get("header"), given.get("columns", ()))  # type: ignore[arg-type]
    with pytest.raises(Refusal) as told:
        read_ballots(text, form_of(text, ending), kind, given=said)
    refused = told.value
    return render(lines(refused.reason, refused.instead), ENGLISH)


FORM = """Email,Which day?
ana@example.org,Monday
bo@example.org,Tuesday
cem@example.org,Monday
"""
QUESTION = "Which day?\nMonday\nTuesday\nMonday\n"


def test_an_email_address_is_no_candidate_and_a_question_is_none() -> None:
    assert totals(FORM) == {"Monday": 2, "Tuesday": 1}
    assert totals(FORM.replace("Email", "Timestamp")) == {"Monday": 2, "Tuesday": 1}
    both = "Timestamp,Email Address,Which day?\n2026/01/01,a@b.c,Monday\n2026/01/02,b@b.c,Tuesday\n"
    assert totals(both) == {"Monday": 1, "Tuesday": 1}


def test_a_single_column_may_have_a_heading_or_none_and_that_is_asked() -> None:
    assert refusal(QUESTION) == (
        "Line 1: Is “Which day?” a heading, or does this row hold votes?\n"
        "Say --header if it is one, or --no-header."
    )
    assert totals(QUESTION, header=True) == {"Monday": 2, "Tuesday": 1}
    assert totals(QUESTION, header=False) == {"Monday": 2, "Tuesday": 1, "Which day?": 1}


def test_names_that_others_vote_for_too_are_no_heading() -> None:
    assert totals("Monday\nTuesday\nMonday\n") == {"Monday": 2, "Tuesday": 1}
    assert totals("Anna,Bo\nBo,Anna\nAnna\n", "irv", Kind.RANKS) == {"Anna": 2, "Bo": 1}


def test_of_several_columns_with_names_somebody_has_to_say_which() -> None:
    text = "Name,Which day?,Remarks\nAna,Monday,fine\nBo,Tuesday,\nCem,Monday,too early\n"
    told = refusal(text, header=True)
    assert told == (
        "Line 1: Which columns hold the vote? They are 1 “Name”, 2 “Which day?”, 3 “Remarks”.\n"
        'Say which, for example --columns "Remarks"; of ranks, best first.'
    )
    for columns in (("Which day?",), ("2",), ("which DAY?",)):
        assert totals(text, columns=columns) == {"Monday": 2, "Tuesday": 1}
    assert refusal(text, columns=("Day",)).startswith("Line 1: There is no column “Day”.")


def test_chosen_columns_are_ranks_in_their_order_where_they_hold_names() -> None:
    text = "Name,Second,First\nx,Bo,Anna\ny,Anna,Bo\nz,Cem,Anna\n"
    assert totals(text, "irv", Kind.RANKS, columns=("3", "2")) == {"Anna": 2, "Bo": 1, "Cem": 0}
    assert totals(text, "irv", Kind.RANKS, columns=("First,Second",)) == {"Anna": 2, "Bo": 1, "Cem": 0}


def test_a_grid_of_a_form_says_its_ranks_in_words() -> None:
    text = (
        "Timestamp,Rank the days [Monday],Rank the days [Tuesday]\n"
        "2026/01/01,1st choice,2nd choice\n"
        "2026/01/02,2nd choice,1st choice\n"
        "2026/01/03,1st choice,\n"
    )
    assert totals(text, "irv", Kind.RANKS) == {"Monday": 2, "Tuesday": 1}
    assert totals(text, "irv", Kind.RANKS, columns=("2-3",)) == {"Monday": 2, "Tuesday": 1}


def test_remarks_beside_numbers_are_no_vote() -> None:
    text = "Anna,Bo,Remarks\n1,2,fine\n2,1,\n"
    assert refusal(text, Kind.RANKS).startswith("Line 1: Which columns hold the vote?")
    assert totals(text, "irv", Kind.RANKS, columns=("1-2",)) == {"Anna": 1, "Bo": 1}
    assert refusal(text, Kind.RANKS, columns=("2-3",)) == (
        "Line 1: Some of these columns hold numbers or marks, and others names.\n"
        "Name only those that hold the vote."
    )


def test_several_answers_in_one_cell_are_no_option() -> None:
    text = 'Email,Which days?\na@b.c,"Mon, Tue"\nb@b.c,Mon\n'
    assert refusal(text) == (
        "Line 2: Is “Mon, Tue” one option, or are these several in one cell?\n"
        "Give each option a column of its own, with x where somebody ticked it."
    )
    assert "one option" in refusal(text.replace("b@b.c,Mon\n", ""), Kind.MARKS)


def test_what_is_said_of_columns_of_a_file_without_any_is_refused() -> None:
    assert refusal("2 1\n1 1 0\n0\nAnna\nBo\nTitle\n", ending="blt", columns=("2",)) == (
        "A BLT file has no columns: that is for tables."
    )


@pytest.mark.parametrize("weight", ["1000000000001", "9" * 40])
@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("W,Anna,Bo\n1,Bo,Anna\n", "csv"),
        ("count,Anna,Bo\nW,1,2\n", "csv"),
        ("W:Anna>Bo\n", "abif"),
        ("2 1\nW 1 2 0\n0\nAnna\nBo\nTitle\n", "blt"),
    ],
)
def test_a_weight_beyond_all_people_is_refused_with_its_line(
    text: str, ending: str, weight: str
) -> None:
    told = refusal(text.replace("W", weight), Kind.RANKS, ending)
    assert told.startswith(("Line 1: ", "Line 2: "))
    assert "is no number of ballots; it takes a whole number up to 1" in told


BLT = '3 1\n2 1 2 0\n1 3 0\n0\n"Anna"\n"Bo"\n"Cem"\n"The title"\n'


@pytest.mark.parametrize(
    "behind",
    [
        "Source: the council\nCounted by hand\nIn two halls\nRecounted once\n",
        '\n"Source"\n"Comment"\n"More"\n"And more"\n',
        '"Source"\n"Comment"\n',
        "\n\n2026-01-01\n\nWard 6\nEnd\nof file\n",
    ],
)
def test_what_archives_write_behind_the_title_is_no_name(behind: str) -> None:
    election = read_ballots(BLT + behind, form_of(BLT, "blt"), Kind.RANKS)
    assert election.options == ("Anna", "Bo", "Cem")
    assert election.title == "The title"


def test_too_many_names_are_refused_with_the_line_and_the_way_out() -> None:
    assert refusal(BLT + '"a"\n"b"\n"c"\n', ending="blt") == (
        "Line 9: Behind the ballots stand the names of 3 candidates and a title, not 7 names.\n"
        "If the lines behind the title are notes, put # before each of them."
    )


def test_the_highest_rating_of_an_abif_file_is_kept() -> None:
    text = "{max_rating: 10}\n=A:[Anna]\n=B:[Bo]\n3:A/9,B/10\n2:A/10,B/0\n"
    election = read_ballots(text, form_of(text), Kind.SCORES)
    assert election.top == 10
    told = refusal(text.replace("A/9", "A/11"), Kind.SCORES, "abif")
    assert told == "Line 4: The score 11 lies above max_rating, 10."
    assert refusal("{max_rating: ten}\n1:A/1\n", Kind.SCORES, "abif").startswith("Line 1: ten is no")


# --- The command line -----------------------------------------------------------------------------


def run(folder: Path, name: str, text: str, *args: str) -> tuple[int, str]:
    (folder / name).write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["tally", str(folder / name), *args])
    return done.exit_code, done.output


def test_the_officer_is_told_the_way_and_it_works(tmp_path: Path) -> None:
    code, told = run(tmp_path, "days.csv", QUESTION, "--method", "single")
    assert code == 2
    assert "Say --header if it is one, or --no-header." in told
    code, told = run(tmp_path, "days.csv", QUESTION, "--method", "single", "--header")
    assert code == 0
    assert "Elected: Monday" in told
    code, told = run(tmp_path, "form.csv", FORM, "--method", "single", "--columns", "Which day?")
    assert code == 0
    assert "Elected: Monday" in told


def test_ratings_are_counted_up_to_what_the_file_says(tmp_path: Path) -> None:
    text = "{max_rating: 10}\n3:A/9,B/10\n4:A/10,B/0\n"
    code, told = run(tmp_path, "x.abif", text, "--method", "score")
    assert code == 0
    assert "Elected: A" in told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.csv", "count,Anna,Bo\n3,,\n"),
        ("x.abif", "=A:[Anna]\n=B:[Bo]\n3:\n"),
        ("x.blt", "2 1\n3 0\n0\nAnna\nBo\nTitle\n"),
    ],
)
def test_a_count_that_elects_nobody_says_how_many_ballots_were_blank(
    tmp_path: Path, name: str, text: str
) -> None:
    code, told = run(tmp_path, name, text, "--method", "irv")
    assert code == 0
    assert "Nobody is elected." in told
    assert (
        "3 ballots of 3 say nothing that this method counts: they are blank, or void. "
        "There is nothing to count." in told
    )


@pytest.mark.parametrize("text", ["", "\n\n", " \n"])
@pytest.mark.parametrize("ending", ["csv", "blt", "abif"])
def test_an_empty_file_is_refused(tmp_path: Path, ending: str, text: str) -> None:
    code, told = run(tmp_path, f"x.{ending}", text, "--method", "irv")
    assert code == 2
    assert "The file" in told


def test_a_wrong_word_for_the_cells_is_no_traceback(tmp_path: Path) -> None:
    code, told = run(tmp_path, "x.csv", FORM, "--method", "single", "--cells", "stars")
    assert code == 2
    assert "There are ranks, scores, marks, choice." in told


# --- Meek, and equal ranks ------------------------------------------------------------------------


def brute(keep: list[Fraction]) -> list[Fraction]:
    """What each keeps on the average, every order written out."""
    got = [Fraction(0)] * len(keep)
    orders = list(itertools.permutations(range(len(keep))))
    for order in orders:
        arriving = Fraction(1)
        for option in order:
            got[option] += arriving * keep[option] / len(orders)
            arriving *= 1 - keep[option]
    return got


@pytest.mark.parametrize(
    "keep",
    [
        [Fraction(1, 2), Fraction(1)],
        [Fraction(1, 3), Fraction(2, 5), Fraction(1)],
        [Fraction(1, 7), Fraction(1, 2), Fraction(3, 4), Fraction(9, 10)],
    ],
)
def test_the_average_is_that_of_all_orders(keep: list[Fraction]) -> None:
    assert averages(keep) == brute(keep)


def test_the_three_ways_of_meek_with_equal_ranks_differ_as_they_say(tmp_path: Path) -> None:
    text = "30:A\n20:A=B>C\n10:A=C\n15:B\n13:C\n12:D>B\n"
    found = {}
    for way in ("split", "average", "exhaust", "skip"):
        election = read_ballots(text, form_of(text, "abif"), Kind.RANKS)
        seats = type(election)(election.options, election.ballots, 2)
        result = count("stv-meek", seats, options=Options(equal=way))
        found[way] = [result.rounds[-1].totals[o] for o in range(3)]
        code, told = run(
            tmp_path, "x.abif", text, "--method", "stv-meek", "--seats", "2", "--set", f"equal={way}"
        )
        assert code == 0
    assert len({tuple(each) for each in found.values()}) == 4
    code, told = run(tmp_path, "x.abif", text, "--method", "stv-meek", "--set", "equal=average")
    assert "Options on one rank count as the average over all orders of them." in told


def test_only_meek_counts_the_average(tmp_path: Path) -> None:
    code, told = run(tmp_path, "x.abif", "1:A=B\n", "--method", "irv", "--set", "equal=average")
    assert code == 2
    assert "It can be: split, exhaust, skip." in told
