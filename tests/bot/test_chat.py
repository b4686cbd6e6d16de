"""Who reads a message: in which year, by their own clock."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.chat import Key, Outgoing, Place, Reply, reader_of
from bot.text.rendering import render
from bot.text.wording import Time

NEW_YEAR = [
    ("Europe/Helsinki", "2026-12-31T22:30", "Fri, 1 Jan, 00:30 EET"),
    ("America/New_York", "2027-01-01T01:00", "Thu, 31 Dec, 20:00 EST"),
    ("UTC", "2026-12-31T23:59", "Thu, 31 Dec, 23:59 UTC"),
]


@pytest.mark.parametrize(("zone", "utc", "shown"), NEW_YEAR)
def test_the_year_left_out_is_that_of_the_readers_clock(zone: str, utc: str, shown: str) -> None:
    at = int(dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC).timestamp() * 1000)
    place = Place("matrix", "!hall")
    row = Outgoing(Key("matrix", "$1"), 0, "home", place, "", Reply(Time(at)), "en", zone, "!", at)

    assert render(row.reply.body, reader_of(row)) == shown
