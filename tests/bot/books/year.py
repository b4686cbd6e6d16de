"""A year that was played: what is asked in chat, and the books that are given out, side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.cli.export import books_of
from bot.books.exporting.forms import FORMS, Books
from tests.house import Play, staged

MONTHS = tuple(f"2026-{month:02}" for month in range(1, 13))

PEOPLE = ("ann", "bo", "cem", "dee")

YEAR = """
@ admin ann
@ rule digest-every monthly
@ rule expenses anyone
@ rule equations treasurer
@ rule recurring itself
@ member bo
@ member cem
@ member dee
ann: /role give @ann treasurer
ann: /role give @dee treasurer
bo: /me zone Pacific/Auckland
cem: /me zone America/Los_Angeles
dee: /me zone Pacific/Auckland
ann: /fund create tools
ann: /partner add bakery
ann: /income 1000 EUR a client #work
bo: /log 3h cleaned the kitchen #care --proof https://example.org/kitchen?a=1,2
cem: /log 90min wrote the letter
ann: /fund add 200 EUR tools
ann: /dues set 11 EUR monthly
ann: /dues paid @cem 4.44 EUR
ann: /invoice 90 EUR a school --due 14d
ann: /income 50 EUR a school #work --invoice B1
ann: /funding open 120 EUR --each 60 EUR --closes in 40 days
bo: /idea A second oven --min 30 --max 70
cem: /idea Paint --min 20 --max 90
dee: /idea A sign --min 15.55
cem: /back K1 50.50 EUR
ann: /recurring 12.50 EUR the server #hosting --every month on the 30th
# The last evening of January, which is February for bo already and January for cem all day.
@ 2026-01-31 11:30
bo: /log 2h the early shift
bo: /expense 12.34 EUR milk; butter | eggs #food --proof https://example.org/r?one=1,two=2
cem: /log 4h the late shift
@ 2026-02-01 00:30
ann: /income 70 EUR a guest
cem: /expense 20 EUR paper #office
ann: /log 1h after midnight
dee: /approve {bo-milk}
dee: /approve {cem-paper}
ann: /dues paid @bo 11 EUR
ann: /dues paid @cem 4 EUR --on 2026-01-31
ann: /dues paid @ann 11 EUR
ann: /income 40 EUR a school #work --invoice B1
dee: /back K1 19.50 EUR
dee: /back K2 33.33 EUR
dee: /approve {own-dues}
# What counted for January counts for more, on another day, or not at all.
@ 2026-02-10 23:45
bo: /amend C1 5h --on 2026-02-02
cem: /amend C2 30min
ann: /withdraw C5
ann: /distribute 300 EUR
dee: /dispute C4 I was there alone
@ 2026-03-01 07:30
cem: /log 6h for the fair --on 2026-02-27
ann: /distribute 150 EUR
cem: /expense 5 EUR stamps #office
dee: /approve {cem-stamps}
@ 2026-03-31 22:59
ann: /payout @bo 50 EUR
bo: /log 9h sowing
dee: /distribute 40 EUR
ann: /reverse {payout} paid twice
ann: /reverse {dues} bounced
ann: /reverse {school} bounced
ann: /reverse {shared} a wrong price
@ 2026-04-01 05:00
dee: /confirm C4
ann: /payout @cem 10 EUR
cem: /withdraw C4 never mind
bo: /pay @dee 7 EUR for the bike
ann: /expense 12.20 EUR bricks --paid treasury --fund k1
@ 2026-06-30 23:30
ann: /income 33.33 EUR a friend --fund tools
bo: /expense 100 EUR pizza @bo @cem 2 @dee 3
cem: /approve {pizza}
dee: /approve {pizza}
dee: /expense 10 EUR wine @bo @cem @dee
bo: /approve {wine}
cem: /approve {wine}
cem: /settle-up paid @bo 30 EUR
bo: /approve {settled}
bo: /settle-up got @dee 12.34 EUR
dee: /settle-up undo {wine} it was cider
bo: /log 7h summer
cem: /log 8h summer
ann: /reverse {friend} sent back
@ 2026-10-25 00:30
bo: /expense 15 EUR hosting
dee: /approve {hosting}
bo: /log 1h clocks
ann: /distribute 99.99 EUR
@ 2026-12-31 12:30
bo: /log 2h a new year
cem: /log 2h an old year
@ 2027-01-31 09:00
"""
"""Amendments, sharings out, midnights in several zones, what was undone."""

_NAMED = {
    "milk": "bo-milk",
    "paper": "cem-paper",
    "stamps": "cem-stamps",
    "/payout @bo": "payout",
    "/income 33": "friend",
    "hosting": "hosting",
    "/settle-up paid": "settled",
    "pizza": "pizza",
    "wine": "wine",
    "/dues paid @bo": "dues",
    "/income 40": "school",
    "/dues paid @ann": "own-dues",
}


@dataclass(slots=True)
class Played:
    """A collective that was spoken to, and what it keeps."""

    it: Play
    refs: dict[str, str]

    def say(self, line: str) -> list[dict[str, Any]]:
        """What comes back, as machines read it."""
        return [json.loads(row) for row in self.it.play(f"{line}\n", machine=True).splitlines()]

    def facts(self, line: str) -> dict[str, Any]:
        """The first answer."""
        first = self.say(line)[0]
        assert first["kind"] != "refusal", (line, first["text"])
        return first

    def play(self, text: str) -> None:
        """Play lines; a distribution is carried out as well."""
        for row in filter(None, text.splitlines()):
            line = re.sub(r"{([a-z-]+)}", lambda found: self.refs[found[1]], row)
            came = self.say(line)
            refused = [each["text"] for each in came if each["kind"] == "refusal"]
            assert not refused, (line, refused)
            if "/distribute" in line:
                came = self.say(f"{line} --confirm {came[0]['code']}")
                self.refs.setdefault("shared", came[0]["ref"])
            for word, name in _NAMED.items():
                if word in line and came[0]["ref"]:
                    self.refs[name] = came[0]["ref"]

    def written(self, form: str) -> tuple[Books, str]:
        """The books in one of the forms."""
        with self.it.store.archive.snapshot() as snapshot:
            books = books_of(snapshot)
            return books, "".join(FORMS[form].write(books))


@contextmanager
def played(folder: Path, text: str = YEAR) -> Iterator[Played]:
    """Play a year into a database in a folder."""
    with staged(f"sqlite:///{folder}/year.db") as it:
        year = Played(it, {})
        year.play(text)
        yield year
