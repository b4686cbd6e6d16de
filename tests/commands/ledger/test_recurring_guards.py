"""What is refused of recurring bills, each for itself."""

from __future__ import annotations

import pytest

from tests.commands.ledger.test_recurring import house, ok


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("/recurring change S1", "nothing-changed"),
        ("/recurring change S1 45 EUR", "nothing-changed"),
        ("/recurring resume S1", "nothing-changed"),
    ],
)
def test_what_changes_nothing_is_refused(line: str, error: str) -> None:
    it = house()
    before = it.tables()
    assert it.say("ann", line).error == error
    assert it.tables() == before


def test_what_is_paused_is_paused_once_and_changed_while_it_rests() -> None:
    it = house()
    ok(it, "ann", "/recurring pause S1")
    assert it.say("ann", "/recurring pause S1").error == "nothing-changed"
    ok(it, "ann", "/recurring change S1 50 EUR")
    assert [each.next for each in it.state().recurring.running] == [0]
    ok(it, "ann", "/recurring resume S1")


def test_a_change_or_a_resuming_by_which_it_would_come_no_more_is_refused() -> None:
    until = '--every "month on the 1st until 2026-02-15"'
    it = house(line=f"/recurring 45 EUR hosting {until} --from treasury")
    ok(it, "ann", "/recurring pause S1")
    it.later(days=60)
    assert it.say("ann", "/recurring resume S1").error == "times-over"
    ok(it, "ann", "/cancel S1")
