"""The board begins with what is soon and empty; all else comes as it comes."""

from __future__ import annotations

from tests.house.house import House


def test_what_is_soon_and_empty_stands_before_what_comes_earlier_and_is_half_taken() -> None:
    with House().enter("ann", "bo") as house:
        for line in (
            "/need 2h carry --people 2 --by tomorrow 12:00",
            "/need 1h dig --by tomorrow 18:00",
            "/offer 1h mend --until tomorrow 10:00",
            "/need 1h paint --by 2026-01-20",
            "/need somebody who can weld",
        ):
            assert not house.say("ann", line).refused
        house.say("bo", "/take N1")

        told = house.say("bo", "/needs")
        assert told.facts["refs"] == ["N2", "N3", "N1", "N4", "N5"]
        assert told.facts["pressing"] == ["N2"]
        lines = told.text.splitlines()
        assert [line for line in lines if line.endswith(":")] == [
            "Soon, and nobody has taken it:",
            "All else:",
        ]
        house.say("bo", "/take N2")
        assert "Soon" not in house.say("bo", "/needs").text
        assert "Soon" not in house.say("bo", "/needs --mine").text


def test_what_is_empty_becomes_pressing_three_days_before() -> None:
    with House().enter("ann", "bo") as house:
        house.say("ann", "/need 1h paint --by 2026-01-20")
        assert "Soon" not in house.say("bo", "/needs").text
        house.later(days=13)
        assert "Soon" in house.say("bo", "/needs").text
