"""A line of the exported journal says of each entry when, by whom and which it is."""

from __future__ import annotations

import json
from itertools import chain

from bot.books.exporting.entries import document
from bot.books.exporting.transactions import instant_of
from bot.collective.state import State
from tests.house import House
from tests.house.journals import book


def test_what_a_line_says_of_the_entry_is_never_the_events_own() -> None:
    entries = book(13, 400, whole=True).entries
    told = json.loads("".join(document(State("home"), entries, lambda *_: {}, lambda _: True)))[
        "entries"
    ]

    assert len(told) == len(entries)
    for line, entry in zip(told, entries, strict=True):
        of_entry = {name: line[name] for name in ("seq", "at", "by", "hash")}
        assert of_entry == {
            "seq": entry.seq,
            "at": instant_of(entry.at),
            "by": entry.actor,
            "hash": entry.hash.hex(),
        }
        for name, value in json.loads(entry.payload).items():
            if name in of_entry:
                assert line[f"event_{name}"] == value, line


def test_a_reminder_says_when_it_was_set_and_when_it_comes() -> None:
    house = House().enter("ann")
    house.say("ann", "/remind me tomorrow 09:00 water the plants")
    files = chain.from_iterable(row.reply.files for row in house.say("ann", "/export json").rows)
    (line,) = (
        each for each in json.loads(next(files).data)["entries"] if each["event"] == "reminder.set"
    )

    assert line["at"].startswith("2026-01-05T")
    assert line["event_at"] == 1767690000000
