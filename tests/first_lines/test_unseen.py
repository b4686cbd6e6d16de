"""First lines that nobody was taught are no less understood than when they were measured."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.first_lines.measure import BAD, GOOD, Class, Unseen, answered, read, same, what_becomes_of

HERE = Path(__file__).parent

GOOD_LEAST = 0.86
"""The least share that is done as meant, or offered as the line that does it."""

BAD_MOST = 0.07
"""The largest share that is answered with a line that does something else."""


@cache
def classes() -> dict[Unseen, Class]:
    rows = read(HERE.joinpath("unseen.tsv").read_text("utf-8"))
    return {it: what_becomes_of(it, "room")[0] for it in rows}


def test_the_set_is_large_and_in_both_languages() -> None:
    assert len(classes()) == 255
    assert sum(it.language == "de" for it in classes()) == 110


def test_most_are_understood_and_few_led_astray() -> None:
    count = len(classes())
    good, bad = (sum(each in those for each in classes().values()) for those in (GOOD, BAD))
    rest = [f"{each}: {it.sentence}" for it, each in classes().items() if each not in GOOD]
    assert good / count >= GOOD_LEAST, f"{good} of {count}\n" + "\n".join(rest)
    assert bad / count <= BAD_MOST, f"{bad} of {count}\n" + "\n".join(rest)


def test_talk_that_nobody_was_taught_is_not_answered() -> None:
    assert answered(HERE.joinpath("talk.txt").read_text("utf-8").splitlines()) == []


def test_lines_are_the_same_that_do_the_same() -> None:
    assert same("log 1.5h mowed", "log 90m I mowed the lawn")
    assert not same("log 2h mowed", "log 90m mowed")
    assert not same("log 2h mowed @bo", "log 2h mowed")
    assert same("vote P1 yes", "vote P1 agree it is fine")
    assert not same("vote P1 no", "vote P1 agree")
    assert not same("take N1", "take N2")
