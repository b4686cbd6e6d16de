"""The benchmarks still run: each once, with tiny sizes, whatever the figures."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import BEGIN, BENCHMARKS, END, run, written
from tests.bench.figures import TINY, Figure, table


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_measures_something(name: str) -> None:
    figures = run([name], TINY)

    assert figures
    assert all(figure.figure for figure in figures)


def test_the_table_replaces_the_one_before() -> None:
    rows = table([Figure("what", "1/s", ratio=0.5, met=False)])

    document = written(f"before\n{BEGIN}old\n{END}after\n", f"{rows}\n")

    assert document == f"before\n{BEGIN}{rows}\n{END}after\n"
    assert rows.splitlines()[-1] == "| what | 1/s    | –        | 0.50  | –    | NO  |"
