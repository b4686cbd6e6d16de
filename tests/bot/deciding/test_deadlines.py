"""Deadlines: default, asked for, quiet hours by the local clock, extension, emergency, reminders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.deciding.deadlines import (
    after_amending,
    after_quiet,
    closing_time,
    extended,
    reminder_time,
    shortened,
)
from bot.deciding.methods import outcome
from bot.deciding.terms import HOUR_MS, Quiet, Quorum, Terms, Timing
from bot.text.wording import lines
from tests.bot.deciding.builders import CLOSES, OPENED, matter, shown

DAY_MS = 24 * HOUR_MS
NIGHT = Quiet(22 * 60, 7 * 60)
NOON = Quiet(12 * 60, 14 * 60)
BERLIN = "Europe/Berlin"


def at(text: str, zone: str = BERLIN) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def clock(instant: int, zone: str = BERLIN) -> str:
    return dt.datetime.fromtimestamp(instant / 1000, tz=ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def refusal(act: Callable[[], Any]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act()
    refused = caught.value
    assert refused.instead is not None
    assert shown(refused.reason)
    assert shown(refused.instead)
    return refused


QUIET = [
    # quiet hours, instant, moved to
    (NIGHT, "2026-11-25 21:59", "2026-11-25 21:59"),
    (NIGHT, "2026-11-25 22:00", "2026-11-26 07:00"),
    (NIGHT, "2026-11-25 23:30", "2026-11-26 07:00"),
    (NIGHT, "2026-11-26 00:00", "2026-11-26 07:00"),
    (NIGHT, "2026-11-26 06:59", "2026-11-26 07:00"),
    (NIGHT, "2026-11-26 07:00", "2026-11-26 07:00"),
    (NOON, "2026-11-26 11:59", "2026-11-26 11:59"),
    (NOON, "2026-11-26 12:00", "2026-11-26 14:00"),
    (NOON, "2026-11-26 14:00", "2026-11-26 14:00"),
    # The clock is put forward at 2:00 on 28 March 2027: 2:30 does not exist.
    (Quiet(0, 150), "2027-03-28 01:00", "2027-03-28 03:00"),
    # It is put back at 3:00 on 31 October 2027.
    (NIGHT, "2027-10-31 01:00", "2027-10-31 07:00"),
]


@pytest.mark.parametrize(("quiet", "instant", "moved"), QUIET)
def test_quiet_hours_end_by_the_local_clock(quiet: Quiet, instant: str, moved: str) -> None:
    assert clock(after_quiet(at(instant), Timing(quiet=quiet, zone=BERLIN))) == moved


@given(
    st.integers(OPENED, OPENED + 3 * 365 * DAY_MS),
    st.sampled_from([NIGHT, NOON, Quiet(0, 8 * 60), Quiet(20 * 60, 0)]),
    st.sampled_from(
        [BERLIN, "America/Havana", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo"]
    ),
)
def test_after_quiet_hours_it_is_not_quiet(instant: int, quiet: Quiet, zone: str) -> None:
    timing = Timing(quiet=quiet, zone=zone)
    moved = after_quiet(instant, timing)

    assert instant <= moved <= instant + 12 * HOUR_MS
    assert after_quiet(moved, timing) == moved


def test_a_default_deadline_is_the_methods_or_the_rules_and_never_in_quiet_hours() -> None:
    opened = at("2026-11-25 23:30")
    night = Timing(quiet=NIGHT, zone=BERLIN)

    assert closing_time(Terms("lazy"), opened) == opened + 72 * HOUR_MS
    assert closing_time(Terms("consent"), opened) == opened + 7 * DAY_MS
    assert closing_time(Terms("consent", timing=Timing(open_ms=DAY_MS)), opened) == opened + DAY_MS
    assert clock(closing_time(Terms("lazy", timing=night), opened)) == "2026-11-29 07:00"
    least = Timing(open_ms=HOUR_MS, min_open_ms=DAY_MS)
    assert closing_time(Terms("majority", timing=least), opened) == opened + DAY_MS


def test_a_deadline_that_somebody_named_stays_where_it_is() -> None:
    opened, asked = at("2026-11-25 12:00"), at("2026-11-26 23:00")
    terms = Terms("majority", timing=Timing(quiet=NIGHT, zone=BERLIN, min_open_ms=HOUR_MS))

    assert closing_time(terms, opened, asked) == asked
    assert closing_time(terms, opened, opened + HOUR_MS) == opened + HOUR_MS


@pytest.mark.parametrize(
    ("asked_at", "error"),
    [
        (OPENED, "closes-past"),
        (OPENED - 1, "closes-past"),
        (OPENED + HOUR_MS - 1, "closes-too-soon"),
        (OPENED + 3650 * DAY_MS, "closes-too-late"),
    ],
)
def test_deadlines_that_are_refused(asked_at: int, error: str) -> None:
    terms = Terms("majority", timing=Timing(min_open_ms=HOUR_MS))

    assert refusal(lambda: closing_time(terms, OPENED, asked_at)).code == error


def test_the_advice_process_stays_open_past_its_wait() -> None:
    terms = Terms("advice", timing=Timing(open_ms=DAY_MS))

    assert closing_time(terms, OPENED) == OPENED + 96 * HOUR_MS
    refused = refusal(lambda: closing_time(terms, OPENED, OPENED + 72 * HOUR_MS))
    assert refused.code == "closes-too-soon"
    assert "advice-wait" in shown(refused.instead) if refused.instead else False


EXTENDING = Timing(extend_ms=DAY_MS, extensions_max=2)


@pytest.mark.parametrize(
    ("votes", "quorum", "timing", "now", "used", "expected"),
    [
        ("yes - -", 2, EXTENDING, CLOSES, 0, CLOSES + DAY_MS),
        ("yes - -", 2, EXTENDING, CLOSES, 1, CLOSES + DAY_MS),
        ("yes - -", 2, EXTENDING, CLOSES, 2, None),
        ("yes - -", 2, EXTENDING, CLOSES + 3 * DAY_MS, 0, CLOSES + 4 * DAY_MS),
        ("yes yes -", 3, EXTENDING, CLOSES, 0, CLOSES + DAY_MS),
        ("yes - -", 2, Timing(), CLOSES, 0, None),
        ("yes yes -", 2, EXTENDING, CLOSES, 0, None),
        ("no no -", 2, EXTENDING, CLOSES, 0, None),
        ("yes - -", 4, EXTENDING, CLOSES, 0, None),
        ("", 0, EXTENDING, CLOSES, 0, None),
    ],
)
def test_a_missing_quorum_extends(
    votes: str, quorum: int, timing: Timing, now: int, used: int, expected: int | None
) -> None:
    case = matter("majority", votes, quorum=Quorum(quorum), timing=timing)

    assert extended(case.terms, outcome(case, now), CLOSES, now, used=used) == expected


def test_an_emergency_shortens_with_a_reason_and_leaves_some_time() -> None:
    terms = Terms("majority", timing=Timing(min_open_ms=HOUR_MS, emergency_ms=2 * HOUR_MS))
    soon = OPENED + 2 * HOUR_MS

    assert shortened(terms, CLOSES, soon, "the roof leaks", now=OPENED, since=OPENED) == soon
    for asked_at, reason, error in (
        (soon, " ", "reason-missing"),
        (soon, "\u200b", "reason-missing"),
        (soon - 1, "the roof leaks", "closes-too-soon"),
        (CLOSES, "the roof leaks", "closes-not-sooner"),
        (OPENED - 1, "the roof leaks", "closes-too-soon"),
    ):
        refused = refusal(
            lambda asked_at=asked_at, reason=reason: shortened(  # type: ignore[misc]
                terms, CLOSES, asked_at, reason, now=OPENED, since=OPENED
            )
        )
        assert refused.code == error


@pytest.mark.parametrize(
    ("method", "least", "rule"),
    [("lazy", 72 * HOUR_MS, "min-open"), ("advice", 96 * HOUR_MS, "advice-wait")],
)
def test_no_emergency_is_sooner_than_the_shortest_time_of_the_newest_text(
    method: str, least: int, rule: str
) -> None:
    terms = Terms(method, timing=Timing(min_open_ms=72 * HOUR_MS))
    amended, closes = OPENED + 10 * HOUR_MS, OPENED + 30 * DAY_MS
    earliest = amended + least

    def asked(at: int) -> int:
        return shortened(terms, closes, at, "the roof leaks", now=amended + HOUR_MS, since=amended)

    assert asked(earliest) == earliest
    refused = refusal(lambda: asked(earliest - 1))
    assert refused.code == "closes-too-soon"
    assert rule in shown(lines(refused.instead))


def test_a_new_text_stays_open_for_the_shortest_time_of_its_method() -> None:
    lazy = Terms("lazy", timing=Timing(min_open_ms=72 * HOUR_MS))
    late = CLOSES - HOUR_MS

    assert after_amending(lazy, CLOSES, OPENED) == CLOSES
    assert after_amending(lazy, CLOSES, late) == late + 72 * HOUR_MS
    night = Terms("lazy", timing=Timing(min_open_ms=HOUR_MS, quiet=NIGHT, zone=BERLIN))
    assert clock(after_amending(night, 0, at("2026-11-25 23:30"))) == "2026-11-26 07:00"
    assert after_amending(Terms("advice"), 0, late) == late + 96 * HOUR_MS


def test_those_who_have_not_voted_are_reminded_once_by_day() -> None:
    night = Timing(quiet=NIGHT, zone=BERLIN)
    opened, closes = at("2026-11-20 12:00"), at("2026-11-26 23:00")

    assert reminder_time(Timing(), opened, closes) == closes - DAY_MS
    assert clock(reminder_time(night, opened, closes) or 0) == "2026-11-26 07:00"
    assert reminder_time(Timing(), opened, opened + 2 * HOUR_MS) == opened + HOUR_MS
    early = at("2026-11-26 06:00")
    assert reminder_time(night, at("2026-11-25 23:00"), early) is None
