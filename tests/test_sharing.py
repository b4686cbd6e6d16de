"""What all processes of a run share outlives a run that one of its tests begins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres, synapse

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("folder", [postgres.FOLDER, synapse.FOLDER])
def test_a_run_inside_of_a_run_leaves_the_servers_to_it(folder: str) -> None:
    kept = Path(os.environ[folder]) / "kept"
    kept.touch()
    inside = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--collect-only",
        __file__,
    ]

    done = subprocess.run(inside, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert kept.exists()
    kept.unlink()
