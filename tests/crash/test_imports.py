"""An import that is killed at every step leaves none of its entries, or all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.cases import first


@pytest.mark.parametrize("every", first(1, [11, 2]))
def test_a_killed_import_leaves_nothing_or_all_of_it(
    database_url: str, tmp_path: Path, every: int
) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.crash.killing_imports"),
            *(str(tmp_path / "rows.csv"), database_url, str(every)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 1
