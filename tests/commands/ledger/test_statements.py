"""A statement is what adding up by hand makes of the journal; and no words are read but its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.collective.booking import booked
from bot.collective.contributions import Contribution, Life, Status, Step, fold_contributions
from bot.collective.events import Event
from bot.collective.folding import read_event
from bot.collective.ledger import member_account
from bot.collective.treasury import between_account, held_account
from bot.decision import Found, Words, about_person
from bot.language.periods import Period
from bot.writer.batch import Batch
from commands.ledger import ledger, statements
from commands.ledger.statements import Account, Statement, Sums
from tests.bot.books.test_adding_up import PEOPLE, SPANS, STEPS, spoken
from tests.house import House, cooperative

Moved = list[tuple[str, Event, Sums]]


def summed(house: House, account: str, first: str, last: str) -> tuple[Sums, Moved, Sums]:
    """What the whole journal posts on an account before these days, in them, and until their end."""
    before: Sums = {}
    after: Sums = {}
    moved: Moved = []
    for entry in house.entries():
        event = read_event(entry.payload)
        for day, postings in booked(event, entry.at):
            sums: Sums = {}
            for each in postings:
                if each.account == account:
                    sums[each.unit] = sums.get(each.unit, 0) + each.count
            for unit, count in sums.items():
                if day < first:
                    before[unit] = before.get(unit, 0) + count
                if day <= last:
                    after[unit] = after.get(unit, 0) + count
            if any(sums.values()) and first <= day <= last:
                moved.append((day, event, sums))
    return without_nothing(before), moved, without_nothing(after)


def without_nothing(sums: Sums) -> Sums:
    return {unit: count for unit, count in sums.items() if count}


def entered(house: House, member: int, first: str, last: str) -> Sequence[Contribution]:
    """Every contribution of the journal, of which those of these days are kept."""
    steps = (
        Step(entry.at, entry.actor, event)
        for entry in house.entries()
        if isinstance(event := read_event(entry.payload), Life)
    )
    of_member = (it for it in fold_contributions(steps) if it.share.member == member)
    here = [it for it in of_member if first <= it.share.day <= last]
    kept = [it for it in here if it.status is not Status.WITHDRAWN]
    return sorted(kept, key=lambda it: (it.share.day, it.number))


def told_of(it: Account) -> tuple[Sums, Moved, Sums]:
    return it.opening, list(it.moved), it.closing


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=8, max_size=30))
def test_a_statement_is_what_the_whole_journal_adds_up_to(steps: list[tuple[str, str]]) -> None:
    """Told the same with fewer words looked up than with all of them; at most two lines of a sort."""
    house = cooperative("bo", "cem", rules=("equations treasurer", "credit-limit 20 EUR"))
    house.say("ann", "/role give @cem treasurer")
    house.say("ann", "/fund create tools")
    house.say("ann", "/income 200 EUR a client")
    spoken(house, steps)
    made: list[Statement] = []
    reckoned = statements.reckoned

    def reckoning(state: object, found: Found, numbers: object, period: Period) -> Statement:
        made.append(it := reckoned(state, found, numbers, period))  # type: ignore[arg-type]
        return it

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ledger, "reckoned", reckoning)
        patched.setattr(ledger, "LINES_MAX", 2)
        patched.setattr(statements, "LINES_MAX", 2)
        for number, who in enumerate(PEOPLE, start=1):
            for span in SPANS:
                first, _, last = span.partition("..")
                if not last:
                    first, last = f"{first}-01", f"{first}-31"
                told = house.say("ann", f"/statement @{who} {span}")
                it = made[-1]
                assert it.entries == entered(house, number, first, last)
                assert told_of(it.given) == summed(house, member_account(number), first, last)
                assert told_of(it.money) == summed(house, held_account(number), first, last)
                assert told_of(it.owed) == summed(house, between_account(number), first, last)
                assert "…" not in told.text
                with pytest.MonkeyPatch.context() as whole:
                    whole.setattr(
                        ledger,
                        "about_person",
                        lambda state, member, *, since, words: about_person(state, member, since=since),
                    )
                    whole.setattr(ledger, "words_of", lambda *_: Words(()))
                    assert house.say("ann", f"/statement @{who} {span}").text == told.text
    house.close()


@pytest.mark.parametrize("count", [1, 45])
def test_only_the_words_that_are_told_are_looked_up(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    texts = Batch.texts

    def remember(self: Batch, collective: str, near: dict[str, int]) -> object:
        asked.append(len(near))
        return texts(self, collective, near)

    with House({"flood": 1_000, "duplicates": "allow", "daily-cap": 24}) as house:
        house.enter("ann")
        for number in range(count):
            house.say("ann", f"/log 5min row {number}")
        day = dt.datetime.fromtimestamp(house.now / 1000, dt.UTC).date().isoformat()
        house.later(days=3)
        for number in range(7):
            house.say("ann", f"/log 5min another row {number}")
        monkeypatch.setattr(Batch, "texts", remember)
        told = house.say("ann", f"/statement {day}..{day}")
        assert len(told.facts["entries"]) == count
        assert "another" not in told.text
        assert f"row {count - 1}" in told.text
        assert sum(asked) == min(count, statements.LINES_MAX)
