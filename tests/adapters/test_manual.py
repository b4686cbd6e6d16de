"""The pages that are made from the code say what the code says."""

from __future__ import annotations

from pathlib import Path

from adapters.cli.manual import EXAMPLE, RULES_PAGE, example, rules_page

ROOT = Path(__file__).parent.parent.parent


def test_the_page_of_the_rules_is_the_catalogue() -> None:
    assert (ROOT / RULES_PAGE).read_text(encoding="utf-8") == rules_page(), "make docs"


def test_the_example_shows_every_rule_with_its_default() -> None:
    written = (ROOT / EXAMPLE).read_text(encoding="utf-8")
    assert written == example(written), "make docs"
