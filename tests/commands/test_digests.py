"""Digests through crashes, absences and other processes: each comes once; late ones say so."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.console.stage import StageClock
from bot.chat import Kind, Outgoing
from tests.security.election import Election, Killed
from tests.security.house import plain

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def coop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Election]:
    """A collective of four on a store, founded on a Monday at nine."""
    it = Election(request.getfixturevalue(request.param), tmp_path / "keys")
    for who in ("ann", "bo", "cem", "dee"):
        it.say(who, "/balance")
    yield it
    it.close()


def digests(it: Election, person: str = "") -> list[Outgoing]:
    """The digests that were told in the room, or to a person."""
    return [row for row in it.said if row.reply.kind is Kind.DIGEST and row.person == person]


def test_each_week_that_has_something_to_tell_is_told_once(coop: Election) -> None:
    for _ in range(4):
        coop.say("ann", "/log 1h swept")
        coop.later(WEEK)
        coop.tick()
        coop.restart()
        coop.tick()
    coop.later(WEEK)
    told = [row for row in digests(coop) if row.place.room == "hall"]
    assert [row.reply.facts["from"] for row in told] == [
        "2026-01-05",
        "2026-01-12",
        "2026-01-19",
        "2026-01-26",
    ]
    assert {row.reply.facts["kinds"]["work"]["h"] for row in told} == {"1.00"}


def test_who_was_away_for_weeks_tells_them_once_marked_late(coop: Election) -> None:
    coop.say("ann", "/log 1h swept")
    coop.clock.move_by(dt.timedelta(days=24))
    coop.restart()
    coop.tick()
    coop.tick()
    (row,) = [row for row in digests(coop) if row.place.room == "hall"]
    assert (row.reply.facts["from"], row.reply.facts["to"]) == ("2026-01-05", "2026-01-25")
    assert row.reply.facts["late"]
    assert "This digest was due Mon 26 Jan 2026 09:00." in plain(row)


def test_clocks_that_are_set_back_bring_nothing_twice(coop: Election) -> None:
    coop.say("ann", "/log 1h swept")
    coop.later(WEEK)
    coop.clock = StageClock(coop.clock.now() - 2 * DAY)
    coop.restart()
    for _ in range(5):
        coop.later(DAY)
    assert len([row for row in digests(coop) if row.place.room == "hall"]) == 1


def test_killed_between_any_two_steps_the_digest_is_told_once(tmp_path: Path) -> None:
    steps = 0
    while True:
        it = Election(f"sqlite:///{tmp_path}/{steps}.db", tmp_path / f"keys-{steps}")
        it.say("ann", "/log 1h swept")
        it.clock.move_by(WEEK)
        it.restart(steps)
        killed = False
        try:
            it.tick()
        except Killed:
            killed = True
        it.restart()
        it.tick()
        it.tick()
        kept = it.outbox()
        it.close()
        assert len([row for row in kept if row.reply.kind is Kind.DIGEST and not row.person]) == 1, (
            steps
        )
        if not killed:
            break
        steps += 1
    assert steps >= 2


def test_two_programs_on_one_database_tell_it_once(postgres_url: str, tmp_path: Path) -> None:
    one = Election(postgres_url, tmp_path / "keys")
    one.say("ann", "/log 1h swept")
    two = Election(postgres_url, tmp_path / "keys", seed=7)
    two.count = 1_000
    for it in (one, two):
        it.clock.move_by(WEEK)
        it.tick()
        it.tick()
    kept = one.outbox()
    one.close()
    two.close()
    assert len([row for row in kept if row.reply.kind is Kind.DIGEST and not row.person]) == 1


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Santiago", "Asia/Kolkata"])
def test_a_year_of_digests_comes_at_the_right_local_hour(zone: str, tmp_path: Path) -> None:
    """One zone with summer time in the north, one in the south, one without."""
    it = Election(f"sqlite:///{tmp_path}/{zone[:4]}.db", tmp_path / "keys")
    it.say("ann", f"/rules set zone {zone}")
    it.say("ann", "/digest every weekly, monthly, quarterly")
    it.say("ann", "/rules set digest-empty on")
    it.say("ann", "/rules set pictures off")
    for _ in range(366):
        it.later(DAY)
    told = [row for row in digests(it) if row.place.room == "hall"]
    it.close()
    slots: dict[str, list[dt.datetime]] = {}
    for row in told:
        at = dt.datetime.fromtimestamp(row.at / 1000, dt.UTC).astimezone(ZoneInfo(zone))
        slots.setdefault(row.reply.facts["every"], []).append(at)
    weekly = [row.reply.facts["to"] for row in told if row.reply.facts["every"] == "weekly"]
    assert len(weekly) == len(set(weekly)) in {52, 53}
    assert len(slots["monthly"]) == 12
    assert len(slots["quarterly"]) == 4
    assert all(dt.date.fromisoformat(day).weekday() == 6 for day in weekly)


def test_a_member_takes_one_and_stops_it_by_one_word(coop: Election) -> None:
    coop.say("cem", "/digest mine daily")
    coop.say("ann", "/log 1h swept")
    coop.later(DAY)
    assert len(digests(coop, "cem")) == 1
    assert "/digest stop stops this digest." in plain(digests(coop, "cem")[0])
    coop.say("cem", "/digest stop")
    coop.say("ann", "/log 1h swept")
    coop.later(DAY)
    assert len(digests(coop, "cem")) == 1


def test_the_head_in_the_digest_is_one_that_the_journal_reaches(coop: Election) -> None:
    coop.say("ann", "/log 1h swept")
    coop.later(WEEK)
    head = digests(coop)[0].reply.facts["head"]
    assert head.count(":") == 1
    assert int(head.split(":")[0]) < coop.state().head.seq


@pytest.mark.parametrize("seed", range(4))
def test_through_restarts_absences_and_clocks_that_jump_each_day_is_told_once(
    seed: int, tmp_path: Path
) -> None:
    """Whatever happens to the program and its clock, the days of the digests follow one another."""
    chance = random.Random(seed)
    zone = chance.choice(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Tehran"])
    it = Election(f"sqlite:///{tmp_path}/walk.db", tmp_path / "keys", seed)
    it.say("ann", f"/rules set zone {zone}")
    it.say("ann", f"/digest at mon {chance.randrange(24):02}:{chance.randrange(60):02}")
    it.say("ann", "/digest every daily")
    it.say("ann", "/rules set digest-empty on")
    it.say("ann", "/rules set pictures off")
    for _ in range(60):
        match chance.randrange(4):
            case 0:
                it.restart()
            case 1:
                back = dt.timedelta(hours=chance.randrange(1, 40))
                it.clock = StageClock(it.clock.now() - back)
                it.restart()
            case _:
                it.clock.move_by(dt.timedelta(minutes=chance.randrange(1, 6_000)))
        it.tick()
    told = [row.reply.facts for row in digests(it) if row.place.room == "hall"]
    it.close()
    days = [(dt.date.fromisoformat(each["from"]), dt.date.fromisoformat(each["to"])) for each in told]
    assert len(days) > 10
    assert all(first <= last for first, last in days)
    assert [first for first, _ in days[1:]] == [last + DAY for _, last in days[:-1]]
