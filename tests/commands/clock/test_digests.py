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
from tests.house import plain
from tests.house.cases import first
from tests.security.election import Election, Killed

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
    assert (row.reply.facts["from"], row.reply.facts["until"]) == ("2026-01-05", "2026-01-25")
    assert row.reply.facts["late"]
    assert "This digest was due Mon, 26 Jan, 09:00 UTC." in plain(row)


def test_a_late_digest_calls_nothing_open_that_is_closed(coop: Election) -> None:
    coop.say("ann", "/log 1h swept")
    coop.say("ann", "/propose Buy a mixer --closes in 8 days")
    coop.say("ann", "/poll Which day? | Monday | Tuesday --closes in 8 days")
    coop.say("ann", "/poll Which month? | May | June --closes in 20 days")
    coop.clock.move_by(dt.timedelta(days=9))
    coop.tick()

    told = [row for row in coop.said if row.reply.kind is Kind.DIGEST]
    assert {row.person for row in told} == {"", "ann"}
    for row in told:
        assert "- Q2, " in plain(row)
        assert "P1" not in plain(row)
        assert "Q1" not in plain(row)


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
    two = Election(postgres_url, tmp_path / "keys", "other")
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
    """One zone with summer time in the north, one in the south, one without; a member is elsewhere."""
    it = Election(f"sqlite:///{tmp_path}/{zone[:4]}.db", tmp_path / "keys")
    for who, line in (
        ("ann", f"/rules set zone {zone}"),
        ("ann", "/digest every weekly, monthly, quarterly"),
        ("ann", "/rules set digest-empty on"),
        ("ann", "/rules set pictures off"),
        ("bo", "/me zone Australia/Lord_Howe"),
        ("bo", "/digest mine weekly"),
    ):
        it.say(who, line)
    begun = it.clock.now()
    while (at := it.store.wakes.next()) is not None and at < ms(begun + 365 * DAY):
        it.clock.move_to(max(it.clock.now(), dt.datetime.fromtimestamp(at / 1000, dt.UTC)))
        it.tick()
    in_room = slots([row for row in digests(it) if row.place.room == "hall"], zone)
    own = slots(digests(it, "bo"), "Australia/Lord_Howe")
    it.close()

    assert {at.time() for each in (*in_room.values(), *own.values()) for at in each} == {dt.time(9)}
    assert {at.weekday() for at in in_room["weekly"] + own["weekly"]} == {0}
    for weekly in (in_room["weekly"], own["weekly"]):
        assert len(weekly) in {52, 53}
        days = [at.date() for at in weekly]
        assert days == [days[0] + n * WEEK for n in range(len(weekly))]
    first_days = [(at.month, at.day) for at in in_room["monthly"]]
    assert first_days == [(month, 1) for month in (*range(2, 13), 1)]
    assert [(at.month, at.day) for at in in_room["quarterly"]] == [(4, 1), (7, 1), (10, 1), (1, 1)]


def ms(at: dt.datetime) -> int:
    return int(at.timestamp() * 1000)


def slots(told: list[Outgoing], zone: str) -> dict[str, list[dt.datetime]]:
    """When they came by the clocks of a zone, by how often."""
    found: dict[str, list[dt.datetime]] = {}
    for row in told:
        at = dt.datetime.fromtimestamp(row.at / 1000, dt.UTC).astimezone(ZoneInfo(zone))
        found.setdefault(row.reply.facts["every"], []).append(at)
    return found


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


@pytest.mark.parametrize("seed", first(1, range(4)))
def test_through_restarts_absences_and_clocks_that_jump_each_day_is_told_once(
    seed: int, tmp_path: Path
) -> None:
    """Whatever happens to the program and its clock, the days of the digests follow one another."""
    chance = random.Random(seed)
    zone = chance.choice(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Tehran"])
    it = Election(f"sqlite:///{tmp_path}/walk.db", tmp_path / "keys", f"m{seed}-")
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
    days = [
        (dt.date.fromisoformat(each["from"]), dt.date.fromisoformat(each["until"])) for each in told
    ]
    assert len(days) > 10
    assert all(first <= last for first, last in days)
    assert [first for first, _ in days[1:]] == [last + DAY for _, last in days[:-1]]


def test_members_whose_own_digest_is_the_same_one_get_it_at_once(tmp_path: Path) -> None:
    """It is put together once; whoever has another clock or takes another one gets their own."""
    it = Election(f"sqlite:///{tmp_path}/many.db", tmp_path / "keys")
    for number in range(30):
        it.say(f"m{number}", "/digest mine daily")
    it.say("m1", "/digest mine weekly")
    it.say("m2", "/me zone Asia/Kolkata")
    it.say("m3", "/digest stop")
    it.say("m0", "/log 1h swept")
    it.later(2 * DAY)
    told = [row for row in it.said if row.reply.kind is Kind.DIGEST]
    it.close()
    daily = {row.person: row for row in told}
    assert len(told) == len(daily)
    assert {f"m{number}" for number in range(30)} - set(daily) == {"m1", "m3"}
    heads = {row.reply.facts["head"] for who, row in daily.items() if who != "m2"}
    assert len(heads) == 1
    assert daily["m2"].reply.facts["head"] not in heads
