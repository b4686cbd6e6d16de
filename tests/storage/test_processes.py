"""Whether a program is gone: only what is certain counts, and nothing of another machine is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage import processes
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


def test_without_when_it_began_nothing_is_certain() -> None:
    here, number, _ = own_mark().split("-")
    assert not is_gone(f"{here}-{number}-")
    assert not is_gone(f"{here}-{number}")
    assert is_gone(f"{here}-{number}-0")


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the system tells of processes, without any but this one."""
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("a boot\n")
    (tmp_path / "self/ns/pid").symlink_to("pid:[1]")
    own = tmp_path / str(os.getpid())
    own.mkdir()
    fields = " ".join(map(str, range(4, 52)))
    own.joinpath("stat").write_text(f"{os.getpid()} (odd) S (name) S {fields}")
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    return tmp_path


def test_a_process_may_be_called_anything(proc: Path) -> None:
    assert own_mark().endswith(f"-{os.getpid()}-22")
    assert not is_gone(own_mark())


def test_a_process_that_is_only_hidden_from_us_is_not_gone(proc: Path) -> None:
    """`hidepid` and systemd's `ProtectProc` show nobody else's."""
    mark = own_mark()
    (proc / str(os.getpid()) / "stat").unlink()
    assert not is_gone(mark)
    assert own_mark() == "", "nothing that others could check"
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    here = mark.partition("-")[0]
    assert is_gone(f"{here}-{process.pid}-22")
    assert not is_gone(f"{here}-{10**30}-22")


@pytest.mark.parametrize("what", ["another boot", "another container", "no /proc"])
def test_what_was_seen_from_elsewhere_says_nothing_here(proc: Path, what: str) -> None:
    mark = own_mark().rpartition("-")[0] + "-1"
    assert is_gone(mark)
    if what == "another boot":
        (proc / "sys/kernel/random/boot_id").write_text("a later boot\n")
    else:
        (proc / "self/ns/pid").unlink()
    if what == "another container":
        (proc / "self/ns/pid").symlink_to("pid:[2]")

    assert not is_gone(mark)
    assert (own_mark() == "") is (what == "no /proc")
