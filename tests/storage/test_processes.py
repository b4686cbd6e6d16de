"""Whether a program is gone: only what is certain counts, and nothing of another machine is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from storage.processes import is_gone, own_mark

TELLS = "from storage.processes import own_mark; print(own_mark(), flush=True); input()"


def test_who_ended_is_gone_and_who_lives_is_not() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TELLS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        mark = process.stdout.readline().strip()
        assert mark != own_mark()
        assert not is_gone(mark)
        process.kill()
        assert process.stdout.read() == ""
        while not is_gone(mark):  # it is dead before its parent has asked for it, a moment later
            pass
        process.wait()
        assert is_gone(mark)
    assert not is_gone(own_mark())


def test_another_process_of_the_same_number_is_not_the_one_that_was() -> None:
    here, number, began = own_mark().split("-")
    assert is_gone(f"{here}-{number}-{int(began) - 1}")


@pytest.mark.parametrize("mark", ["", "x", "0-1", "somewhere else-1-2", "-", "--"])
def test_of_another_machine_or_an_odd_mark_nothing_is_certain(mark: str) -> None:
    assert not is_gone(mark)
