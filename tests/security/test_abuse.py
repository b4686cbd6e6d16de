"""`docs/abuse.md` promises nothing that no test holds: every row names tests that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAD = ["who", "tries", "what stops it", "held by"]
NAMED = re.compile(r"`([^`]+)`")


def rows(page: str) -> Iterator[list[str]]:
    """The cells of each row of the page's tables, without heads and rules."""
    for line in page.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells != HEAD and not set("".join(cells)) <= set("-:"):
                yield cells


def wrong_in(page: str) -> list[str]:
    """What is wrong with the rows of a page."""
    found, seen = [], set()
    for cells in rows(page):
        if len(cells) != len(HEAD) or not all(cells):
            found.append(f"not four cells: {cells}")
            continue
        if tuple(cells[:2]) in seen:
            found.append(f"twice: {cells[:2]}")
        seen.add(tuple(cells[:2]))
        tests = NAMED.findall(cells[3])
        rest = NAMED.sub("", cells[3]).strip(", ")
        if not tests or rest:
            found.append(f"names no test: {cells[3]}")
        found += [f"is not there: {test}" for test in tests if not is_there(test)]
    return found


def is_there(test: str) -> bool:
    """Whether a test or a transcript of this name exists."""
    path, _, name = test.partition("::")
    file = ROOT / path
    if not path.startswith("tests/") or not file.is_file():
        return False
    return not name or f"def {name}(" in file.read_text("utf-8")


def test_every_row_of_the_page_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "abuse.md").read_text("utf-8")
    assert list(rows(page))
    assert wrong_in(page) == []


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("| a member | steals | a guard | `tests/transcripts/nowhere.transcript` |", "is not there"),
        (
            "| a member | steals | a guard | `tests/security/test_abuse.py::test_nothing` |",
            "is not there",
        ),
        ("| a member | steals | a guard | by hand |", "names no test"),
        ("| a member | steals | a guard | `tests/security/test_abuse.py` and trust |", "names no test"),
        ("| a member | steals | `tests/security/test_abuse.py` |", "not four cells"),
        ("| a member | steals | | `tests/security/test_abuse.py` |", "not four cells"),
    ],
)
def test_a_row_that_holds_nothing_is_found(row: str, wrong: str) -> None:
    assert wrong_in(row)[0].startswith(wrong)


def test_a_row_that_stands_twice_is_found() -> None:
    row = "| a member | steals | a guard | `tests/security/test_abuse.py` |"
    assert wrong_in(f"{row}\n{row}") == ["twice: ['a member', 'steals']"]
