"""The simulation, as much of it as fits every change; `make simulate` plays on."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.house.cases import first
from tests.simulation.__main__ import play, play_many
from tests.simulation.weather import RATES

WORLDS = int(os.environ.get("TALKOOT_WORLDS", "360"))
"""As many as take a minute or two on two cores."""

COMMANDS = 200
SHARDS = 10
"""So many that each has worlds enough for every fault to strike in it."""


@pytest.mark.parametrize("shard", first(1, range(SHARDS)))
def test_no_world_loses_doubles_or_miscounts_anything(shard: int) -> None:
    begin = shard * WORLDS // SHARDS
    found, struck = play_many(range(begin, (shard + 1) * WORLDS // SHARDS), COMMANDS, processes=1)

    assert not found, "\n".join(f"seed {seed}: {it[:3]}" for seed, it in found.items())
    assert not [fault for fault in RATES if not struck[fault]], "a fault never struck"


def test_the_same_seed_gives_the_same_world_to_the_byte() -> None:
    for seed in (1, 2, 3):
        assert play(seed, COMMANDS) == play(seed, COMMANDS)


def test_whoever_plays_it_reads_a_table_and_no_tracebacks() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--worlds", "4", "--processes", "1"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr == ""
    assert done.stdout.startswith("4 worlds of 200 commands in ")
    assert "F9 batch with a bug in it" in done.stdout, "no bug struck, which would have been logged"
