"""Where many collectives share a program their digests come spread, each once, and it is said when."""

from __future__ import annotations

import datetime as dt
import random
import textwrap
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.chat import Kind, Outgoing
from bot.collective.digests import DigestTold
from bot.collective.ruletypes import Value
from bot.writer.spreading import SPREAD_SECONDS, Spread, own_delay
from tests.house import House, plain

SECOND, MINUTE, DAY = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(days=1)
MONDAY = dt.datetime(2026, 1, 12, 9, 0, tzinfo=dt.UTC)
WHY = "Many collectives share this bot, so each gets its digests at a minute of its own"
LATER = {"alpha": dt.timedelta(minutes=6, seconds=14), "beta": dt.timedelta(minutes=7, seconds=45)}
"""By hand: the first 64 bits of the SHA-256 of the name, modulo 600, in seconds."""


@pytest.fixture
def house() -> Iterator[House]:
    """Two collectives where many share the program, each with something to tell."""
    it = House(spread=Spread(many=True))
    it.say("anna", "/log 1h swept", platform="a")
    it.say("bo", "/log 1h swept", platform="b")
    yield it
    it.close()


def until(house: House, at: dt.datetime) -> dict[str, Outgoing]:
    """Let it become so late: the digests that rooms are told then, by collective; one each at most."""
    told = house.later(at - house.clock.now())
    rows = [row for row in told.rows if row.reply.kind is Kind.DIGEST and not row.person]
    found = {row.collective: row for row in rows}
    assert len(found) == len(rows)
    return found


def at(when: dt.datetime) -> int:
    return int(when.timestamp() * 1000)


def slots(house: House, collective: str) -> list[int]:
    return [it.slot for it in house.events(collective) if isinstance(it, DigestTold) and it.room]


@pytest.mark.parametrize("name", LATER)
def test_how_much_later_follows_from_the_name_alone(name: str) -> None:
    assert own_delay(name) == LATER[name] // dt.timedelta(milliseconds=1)
    assert Spread(many=True).of(name) == own_delay(name)
    assert Spread().of(name) == 0


def test_ten_thousand_are_spread_evenly_over_ten_minutes() -> None:
    minutes = Counter(own_delay(f"c{n}") // 60_000 for n in range(10_000))
    assert sorted(minutes) == list(range(SPREAD_SECONDS // 60))
    assert min(minutes.values()) > 850
    assert max(minutes.values()) < 1_150


def test_each_comes_at_its_own_time_and_not_before(house: House) -> None:
    assert not until(house, MONDAY)
    for name in sorted(LATER, key=LATER.__getitem__):
        assert not until(house, MONDAY + LATER[name] - dt.timedelta(milliseconds=1))
        assert list(until(house, MONDAY + LATER[name])) == [name]
    assert not until(house, MONDAY + DAY)
    assert [slots(house, name) for name in LATER] == [[at(MONDAY)]] * 2


def test_it_is_not_called_late_for_that_and_tells_the_days_before_its_time(house: House) -> None:
    told = until(house, MONDAY + LATER["alpha"])["alpha"]
    assert (told.reply.facts["from"], told.reply.facts["until"]) == ("2026-01-05", "2026-01-11")
    assert not told.reply.facts["late"]
    house.say("anna", "/log 1h mopped", platform="a")
    told = until(house, MONDAY + 7 * DAY + LATER["alpha"] + 61 * MINUTE)["alpha"]
    assert told.reply.facts["late"]
    assert "This digest was due Mon, 19 Jan, 09:06 UTC." in plain(told)


def test_what_was_done_between_its_time_and_its_coming_is_in_the_next_one(house: House) -> None:
    until(house, MONDAY + MINUTE)
    house.say("anna", "/log 5h mopped", platform="a")
    told = until(house, MONDAY + LATER["alpha"])["alpha"]
    assert told.reply.facts["kinds"]["work"]["h"] == "1.00"
    told = until(house, MONDAY + 7 * DAY + LATER["alpha"])["alpha"]
    assert told.reply.facts["kinds"]["work"]["h"] == "5.00"


def test_the_command_says_when_it_comes_and_why(house: House) -> None:
    assert house.say("anna", "/digest", platform="a").text.splitlines()[:2] == [
        "- weekly: next Mon, 12 Jan, 09:06 UTC",
        f"{WHY}: here 6 min later.",
    ]
    house.spread.many = False
    told = house.say("anna", "/digest", platform="a").text
    assert told.startswith("- weekly: next Mon, 12 Jan, 09:00 UTC\nIt tells: ")


def test_it_is_said_in_german_and_fits_a_phone() -> None:
    house = House({"language": "de"}, spread=Spread(many=True))
    house.say("anna", "/log 1h swept")
    said = house.say("anna", "/digest").text.splitlines()[1]
    assert said == (
        "Viele Kollektive teilen sich diesen Bot, darum bekommt jedes seine Zusammenfassungen zu einer "
        "eigenen Minute: hier 6 min später."
    )
    assert len(textwrap.wrap(said, 40)) <= 4
    house.close()


def test_the_command_names_the_next_one_that_comes_and_none_that_was_told(house: House) -> None:
    """Told at nine while there were few: then there are many, and its own minute is still to come."""
    house.spread.many = False
    house.tick("alpha")
    house.tick("beta")
    assert set(until(house, MONDAY)) == {"alpha", "beta"}
    house.spread.many = True
    told = house.say("anna", "/digest", platform="a").text
    assert told.startswith("- weekly: next Mon, 19 Jan, 09:06 UTC")
    assert not until(house, MONDAY + DAY)


@pytest.mark.parametrize("many", [False, True])
def test_a_clock_that_was_set_while_there_were_few_or_many_loses_none_and_brings_none_early(
    house: House, many: bool
) -> None:
    house.spread.many = not many
    house.say("anna", "/digest every weekly, monthly", platform="a")
    house.spread.many = many
    came = [n for n in range(12 * 60) if "alpha" in until(house, MONDAY + n * SECOND)]
    # Where it is few again, what was set is kept to: it comes when it was said that it would.
    assert came == [374]
    assert slots(house, "alpha") == [at(MONDAY)]


@pytest.mark.parametrize("seed", range(6))
def test_however_often_it_changes_whether_there_are_many_each_is_told_once(seed: int) -> None:
    rng = random.Random(seed)
    rules: dict[str, Value] = {"digest-every": ("daily",), "digest-empty": True}
    house = House(rules, spread=Spread(many=rng.random() < 0.5))
    house.say("anna", "/log 1h swept", platform="a")
    days = [MONDAY + day * DAY for day in range(14)]
    for day in days:
        for minutes in sorted(rng.uniform(-1, 10) for _ in range(rng.randint(1, 6))):
            until(house, day + minutes * MINUTE)
            house.spread.many = rng.random() < 0.5
            if rng.random() < 0.2:
                house.restart()
            house.tick("alpha")
        until(house, day + 10 * MINUTE)
    assert [it for it in slots(house, "alpha") if it >= at(MONDAY)] == [at(day) for day in days]
    house.close()


def test_it_is_counted_how_many_there_are(database_url: str) -> None:
    house = House(url=database_url)
    assert not house.store.wakes.are_more_than(0)
    house.say("anna", "/log 1h swept", platform="a")
    house.say("bo", "/log 1h swept", platform="b")
    assert house.store.wakes.are_more_than(1)
    assert not house.store.wakes.are_more_than(2)
    house.close()
