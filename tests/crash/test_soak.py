"""The soak of workers that are killed, for less than a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.soak import Plan, Soak


@pytest.mark.exhaustive
def test_a_short_soak_with_kills_loses_nothing_doubles_nothing_and_keeps_each_room_in_order(
    postgres_url: str, tmp_path: Path
) -> None:
    plan = Plan(seconds=40, a_second=15, kills=(4, 8), looks=10)
    found = Soak(plan, postgres_url, tmp_path).run()
    assert not found.flaws, "\n".join(found.flaws)
    assert found.kills >= 4
    assert found.handed_again, "somebody was killed in the middle"
    assert found.reminders
