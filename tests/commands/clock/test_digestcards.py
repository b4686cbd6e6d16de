"""The digest as a document: several features tell in one section."""

from __future__ import annotations

import datetime as dt

from bot.collective.catalogue import rules_of
from bot.collective.digests import Every
from bot.collective.state import State
from bot.digest import Digest, Section, Told
from bot.language.periods import Period
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Words, lines, say
from commands.clock.digestcards import document, happened, needs_person

DAY = dt.date(2026, 1, 5)

PLAIN = Told(
    sections={Section("money"): lambda _: [Words("I1")]}, needs=lambda _, now: [Words(f"{now}")]
)
TITLED = Told(
    sections={Section("money", say("Money:"), "treasury"): lambda _: [Words("P1")]},
    happened=lambda _: True,
)


def digest(*tellers: Told) -> Digest:
    return Digest(
        State("c"),
        rules_of(),
        tellers,
        Period(DAY, DAY),
        Every.DAILY,
        {},
        lambda _: "",
        since=0,
        until=1,
        at=1,
    )


def told(*tellers: Told) -> list[str]:
    return render(document(digest(*tellers)), reader("en", "UTC")).splitlines()[1:]


def test_a_section_that_one_names_has_its_title_whoever_tells_first() -> None:
    assert told(PLAIN, TITLED) == ["Money:", "- I1", "- P1"]
    assert told(TITLED, PLAIN) == ["Money:", "- P1", "- I1"]
    assert told(PLAIN) == ["I1"]
    assert told() == []


def test_what_closes_first_is_told_first_and_the_first_line_has_the_news() -> None:
    late = Told(due=lambda _: [(9, Words("P1")), (3, Words("P2"))], headline=lambda _: [Words("2h")])
    soon = Told(due=lambda _: [(5, Words("Q1"))])

    assert told(late, soon) == ["Open:", "- P2", "- Q1", "- P1"]
    body = render(document(digest(late, soon)), reader("en", "UTC"))
    assert body.splitlines()[0].endswith(": 2h, 3 open")


def test_one_feature_is_enough_for_a_digest_and_for_what_needs_a_person() -> None:
    assert happened(digest(PLAIN, TITLED))
    assert not happened(digest(PLAIN))
    assert needs_person(digest(TITLED), 7) is None
    assert render(lines(needs_person(digest(PLAIN), 7)), reader("en", "UTC")).endswith("- 7")
