"""What is read for a digest: of its own days, and by each feature what is told by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from bot.collective.events import Event
from bot.collective.folding import read_event
from bot.collective.thanks import ThanksGiven
from bot.decision import Found
from bot.digest import Digest
from tests.house import House


@pytest.fixture
def house() -> Iterator[House]:
    """A collective with nine thanks of two months ago, and two of this week."""
    with House() as it:
        it.enter("ann", "bo")
        for number in range(9):
            it.say("ann", f"/thank @bo for loaf {number}")
        it.later(days=60)
        it.say("ann", "/thank @bo for the cake")
        it.say("bo", "/thank @ann for the tea")
        yield it


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[type[Event]]:
    """The events that are read from the journal, counted."""
    counted: Counter[type[Event]] = Counter()

    def reading(payload: str) -> Event:
        event = read_event(payload)
        counted[type(event)] += 1
        return event

    monkeypatch.setattr("bot.books.lookup.read_event", reading)
    return counted


def test_a_digest_reads_no_thanks_from_before_its_days(
    house: House, read: Counter[type[Event]]
) -> None:
    told = house.say("ann", "/digest preview")
    assert "for the cake" in told.text
    assert "loaf" not in told.text
    assert told.facts["thanks"] == 2
    assert read[ThanksGiven] == 2

    read.clear()
    assert house.say("ann", "/digest preview --every quarterly").facts["thanks"] == 11
    assert read[ThanksGiven] == 11


def test_the_one_by_the_clock_reads_its_own_days_too(house: House, read: Counter[type[Event]]) -> None:
    told = house.later(days=7)
    assert "for the cake" in told.text
    assert "loaf" not in told.text
    assert read[ThanksGiven] == 2


def test_one_that_is_very_late_tells_of_all_its_days(house: House) -> None:
    house.later(days=7)
    house.say("ann", "/thank @bo for the pear tree")
    told = house.later(days=150)
    assert "for the pear tree" in told.text


def test_each_feature_looks_at_what_it_asked_about_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: Counter[str] = Counter()
    about = Digest.about

    def looking(self: Digest, subject: str) -> Found:
        looked[subject] += len(found := about(self, subject))
        return found

    monkeypatch.setattr(Digest, "about", looking)
    house.say("ann", "/digest preview")
    assert {subject for subject, count in looked.items() if count} == {"thanks"}
    assert len(looked) > 3
