"""The tests of the platforms while one in ten answers of their servers is one of the worst.

`FOUL_SEED=SEED` makes it so. The seed and the name of a test say which answers. Tests that the worst
answers say nothing about, or that count what is asked, are left out: `@pytest.mark.fair("why")`. With
`FOUL_PART=8` only one test in eight is played, which ones the seed says too.
"""

from __future__ import annotations

import os
import zlib

import pytest

FOUL = "FOUL_SEED"

PART = int(os.environ.get("FOUL_PART", "1"))

PATIENCE = 10 if FOUL in os.environ else 4
"""How many times longer anybody may have to wait than on a quick machine in fair weather."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("fair"):
            assert mark.args, f"{item.nodeid}: why is it not played with the worst answers?"
    if FOUL in os.environ:
        left_out = [it for it in items if it.get_closest_marker("fair") or _of(it.nodeid) % PART]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def seed() -> int | None:
    """The seed for the test that is played; None where the weather is fair."""
    if FOUL not in os.environ:
        return None
    return _of(os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0])


def _of(test: str) -> int:
    return zlib.crc32(f"{os.environ[FOUL]} {test}".encode())
