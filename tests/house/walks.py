"""Promises that were read sentence by sentence, each with the names of the tests that show it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def is_there(named: str, here: str) -> bool:
    """Whether a test, or a file, that shows a promise is there: below `here` or below `tests`.

    It is named `folder/test_it.py::test_that_it_is_so`, or by its file alone.
    """
    path, _, test = named.partition("::")
    found = [each for each in (ROOT / here / path, ROOT / path) if each.exists()]
    if not found or not test:
        return bool(found)
    written = found[0].read_text("utf-8")
    return re.search(rf"^(async )?def {test}\(", written, re.MULTILINE) is not None
