"""What may stand in a file of rules, and what is too much."""

from __future__ import annotations

import pytest

from tests.house import settled

DEEP = "x = " + "[" * 5_000


@pytest.mark.parametrize(
    "toml",
    [DEEP, "x = " + "{a=" * 5_000, "quorum = " + "9" * 9_000, "a" + ".a" * 3_000 + " = 1"],
)
def test_rules_that_never_end_are_refused_politely(toml: str) -> None:
    house = settled()
    told = house.say("anna", f"/rules import\n{toml}")
    assert told.error in {"toml-odd", "rule-unknown", "rule-value", "too-long", "text-long"}, told.text
    house.close()
