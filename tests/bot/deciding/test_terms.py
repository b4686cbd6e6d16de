"""Terms: how shares, quorums, means and quiet hours are read, rounded and written again."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.deciding.terms import (
    HOUR_MS,
    Quiet,
    Ratio,
    Terms,
    Timing,
    hours_words,
    mean_text,
    read_mean,
    read_quiet,
    read_quorum,
    read_share,
    share_text,
)
from tests.bot.deciding.builders import shown

QUORUMS = [
    # typed, electorate, people needed, written again
    ("50%", 5, 3, "50%"),
    ("50%", 4, 2, "50%"),
    ("50 %", 0, 0, "50%"),
    ("1%", 10, 1, "1%"),
    ("100%", 7, 7, "100%"),
    ("33.3%", 10, 4, "33.3%"),
    ("66,7%", 9, 7, "66.7%"),
    ("2/3", 9, 6, "2/3"),
    ("2/4", 9, 5, "50%"),
    ("5", 3, 5, "5"),
    ("0", 9, 0, "none"),
    ("0%", 9, 0, "none"),
    ("none", 9, 0, "none"),
    ("", 9, 0, "none"),
]


@pytest.mark.parametrize(("typed", "electorate", "people", "written"), QUORUMS)
def test_a_quorum_is_a_share_or_people(typed: str, electorate: int, people: int, written: str) -> None:
    quorum = read_quorum(typed)

    assert quorum.people(electorate) == people
    assert str(quorum) == written
    assert read_quorum(str(quorum)) == quorum


READ: list[tuple[Callable[[str], Any], Callable[[Any], str], str, object, str]] = [
    (read_share, share_text, "2/3", Ratio(2, 3), "2/3"),
    (read_share, share_text, "90%", Ratio(9, 10), "90%"),
    (read_share, share_text, "9/10", Ratio(9, 10), "90%"),
    (read_share, share_text, "66.67%", Ratio(6667, 10_000), "66.67%"),
    (read_share, share_text, "100%", Ratio(1), "100%"),
    (read_mean, mean_text, "4", Ratio(4), "4"),
    (read_mean, mean_text, "3.5", Ratio(7, 2), "3.5"),
    (read_mean, mean_text, "3,25", Ratio(13, 4), "3.25"),
    (read_quiet, str, "22:00-07:00", Quiet(1320, 420), "22:00-07:00"),
    (read_quiet, str, "9:05 – 17:00", Quiet(545, 1020), "09:05-17:00"),
]


@pytest.mark.parametrize(("read", "write", "typed", "value", "written"), READ)
def test_values_are_read_and_written(
    read: Callable[[str], Any], write: Callable[[Any], str], typed: str, value: object, written: str
) -> None:
    assert read(typed) == value
    assert write(value) == written
    assert read(written) == value


def test_no_quiet_hours() -> None:
    assert read_quiet("none") is None


UNREADABLE = [
    (read_quorum, ["-1", "1.5", "101%", "5/4", "1/0", "half", "50%%", "9" * 8, "٣", "%"]),
    (read_share, ["0%", "0/3", "4/3", "2", "none", "101%", "x"]),
    (read_mean, ["0", "0.9", "8.1", "9", "-4", "four", ""]),
    (read_quiet, ["22-7", "24:00-07:00", "22:60-07:00", "07:00-07:00", "22:00", "x"]),
]


@pytest.mark.parametrize(("read", "typed"), [(r, t) for r, texts in UNREADABLE for t in texts])
def test_what_cannot_be_read_is_refused_with_a_form_that_works(
    read: Callable[[str], Any], typed: str
) -> None:
    with pytest.raises(Refusal) as caught:
        read(typed)

    refused = caught.value
    assert refused.code.endswith("-unclear")
    assert refused.instead is not None
    assert shown(refused.instead).startswith("It takes ")


@given(st.integers(0, 1000), st.integers(1, 1000), st.integers(0, 10_000))
def test_a_share_is_exact(n: int, d: int, whole: int) -> None:
    assert Ratio(n, d).of(whole) == ceil(Fraction(n, d) * whole)


@pytest.mark.parametrize("bad", ['{"n": 1, "d": 0}', '{"n": -1}'])
def test_a_ratio_that_is_none_cannot_be_read_from_the_journal(bad: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(bad, type=Ratio)


def test_terms_go_through_the_journal_and_old_ones_get_defaults() -> None:
    terms = Terms("majority", quorum=read_quorum("50%"), timing=Timing(quiet=Quiet(0, 60)))

    assert msgspec.json.decode(msgspec.json.encode(terms), type=Terms) == terms
    assert msgspec.json.encode(Terms("lazy")) == b'{"method":"lazy"}'


@pytest.mark.parametrize(
    ("duration_ms", "words"),
    [
        (72 * HOUR_MS, "3 days"),
        (HOUR_MS, "1 hour"),
        (25 * HOUR_MS, "25 hours"),
        (90 * 60_000, "90 minutes"),
        (0, "0 hours"),
    ],
)
def test_durations_in_words(duration_ms: int, words: str) -> None:
    assert shown(hours_words(duration_ms)) == words


def test_terms_of_an_older_journal_are_read_as_they_were_meant() -> None:
    terms = msgspec.convert({"method": "gradient", "timing": {"min_open_ms": HOUR_MS}}, Terms)

    assert terms.abstentions_in_mean
    assert not terms.advice_anew
    assert terms.turned("majority").timing.min_open_ms == HOUR_MS


def test_what_a_proposal_turns_into_has_its_own_shortest_time() -> None:
    timing = Timing(min_open_ms=72 * HOUR_MS, min_open_turned={"consent": HOUR_MS})
    turned = Terms("lazy", timing=timing).turned("consent")

    assert (turned.method, turned.timing.min_open_ms) == ("consent", HOUR_MS)
    assert Terms("lazy", timing=timing).turned("apache").timing.min_open_ms == 72 * HOUR_MS
