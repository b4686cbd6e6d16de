"""`python -m tests.simulation --worlds N --commands N --first SEED`: a longer run than the tests'."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation.weather import RATES
from tests.simulation.world import World


def play(seed: int, count: int) -> tuple[int, list[str], Counter[str]]:
    """One world: its seed, what the audit found, and which faults struck."""
    world = World(seed)
    findings = world.run(count)
    return seed, findings, world.weather.struck


def play_many(seeds: range, count: int, processes: int) -> tuple[dict[int, list[str]], Counter[str]]:
    """Many worlds: the findings by seed, and how often each fault struck in all."""
    struck: Counter[str] = Counter()
    found: dict[int, list[str]] = {}
    # Faults and bugs are what is played: their log would bury what is found.
    with ProcessPoolExecutor(processes, initializer=logging.disable) as pool:
        for seed, findings, faults in pool.map(partial(play, count=count), seeds, chunksize=16):
            struck.update(faults)
            if findings:
                found[seed] = findings
    return found, struck


def main() -> int:
    """Play, and print what was found and which faults struck."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--worlds", type=int, default=20_000)
    parser.add_argument("--commands", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    begun = time.perf_counter()
    seeds = range(given.first, given.first + given.worlds)
    found, struck = play_many(seeds, given.commands, given.processes)
    seconds = time.perf_counter() - begun
    print(f"{given.worlds} worlds of {given.commands} commands in {seconds:.0f} s")
    for fault in RATES:
        print(f"{struck[fault]:>10}  {fault}")
    for seed, findings in sorted(found.items())[:20]:
        print(f"seed {seed}: {findings[0]} (and {len(findings) - 1} more)")
    never = [fault for fault in RATES if not struck[fault]]
    if never:
        print(f"never struck: {', '.join(never)}")
    return 1 if found or never else 0


if __name__ == "__main__":
    sys.exit(main())
