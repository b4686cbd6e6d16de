"""The desk keeps before it signs, and signs nothing that an old copy would let it sign twice."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from adapters.cli.outside import SeededChance as Seeded
from adapters.witness.desk import KEY, SEEN, Answer, Desk, RolledBackError
from bot.checkpoints import cosignature, read_note
from bot.ports import StorageFault
from storage.keys import KeyFolder
from tests.bot.test_witnessing import KEYS, LEAVES, note, sent


class ClockOf:
    """A clock that stands."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds

    def now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.seconds, dt.UTC)


FORK = [*LEAVES[:5], bytes(32), *LEAVES[6:]]


def opened(folder: Path) -> Desk:
    desk = Desk("w.example", KEYS, KeyFolder(folder / "keys"), KeyFolder(folder / "witness"))
    desk.open(Seeded(1))
    return desk


def asked(desk: Desk, old: int, size: int, leaves: list[bytes] = LEAVES, clock: int = 1_000) -> Answer:
    return desk.answer(sent(old, size, leaves), ClockOf(clock))


def test_what_is_signed_is_a_cosignature_with_the_time(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    answer = asked(desk, 0, 7)
    assert answer.status == 200
    assert cosignature(read_note(note(7) + answer.text), desk.public) == 1_000


def test_after_a_kill_at_any_step_nothing_is_signed_twice(tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    class Mortal(KeyFolder):
        left = 100

        def make(self, name: str, key: bytes) -> None:
            if Mortal.left == 0:
                raise Killed
            super().make(name, key)
            Mortal.left -= 1
            if Mortal.left == 0:
                raise Killed

    for steps in range(1, 5):
        folder = tmp_path / str(steps)
        asked(opened(folder), 0, 3)
        desk = Desk("w.example", KEYS, Mortal(folder / "keys"), Mortal(folder / "witness"))
        desk.open(Seeded(1))
        Mortal.left = steps
        signed = []
        try:
            signed += [asked(desk, 3, 7)]
            signed += [asked(desk, 7, 9)]
        except Killed:
            pass
        again = opened(folder)
        last = 9 if len(signed) == 2 else 7 if signed else 3
        for size in range(last):
            assert all(asked(again, old, size).status != 200 for old in range(size + 1))
        if last > 5:
            for size in range(last, 15):
                assert all(asked(again, old, size, FORK).status != 200 for old in range(size + 1))


@pytest.mark.parametrize("old", ["witness", "keys"])
def test_an_old_copy_that_was_put_back_signs_nothing(tmp_path: Path, old: str) -> None:
    asked(opened(tmp_path), 0, 3)
    shutil.copytree(tmp_path / old, tmp_path / "copy")
    asked(opened(tmp_path), 3, 7)
    shutil.rmtree(tmp_path / old)
    shutil.copytree(tmp_path / "copy", tmp_path / old)
    if old == "witness":
        with pytest.raises(RolledBackError, match="signs nothing"):
            opened(tmp_path)
    else:  # the key remembers less than was seen: what was seen is whole
        assert asked(opened(tmp_path), 3, 5).status == 409


def test_what_was_seen_and_is_gone_signs_nothing(tmp_path: Path) -> None:
    asked(opened(tmp_path), 0, 3)
    KeyFolder(tmp_path / "witness").destroy(SEEN)
    with pytest.raises(RolledBackError):
        opened(tmp_path)
    other = tmp_path / "other"
    asked(opened(other), 0, 3)
    KeyFolder(other / "keys").destroy(KEY)
    with pytest.raises(RolledBackError):
        opened(other)
    KeyFolder(other / "keys").make(KEY, b"nonsense")
    with pytest.raises(StorageFault):
        opened(other)


def test_what_cannot_be_kept_is_not_signed(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    (tmp_path / "witness").write_bytes(b"")  # no folder can be made here
    with pytest.raises(StorageFault):
        asked(desk, 0, 3)
    (tmp_path / "witness").unlink()
    assert asked(desk, 0, 3).status == 200
    assert asked(opened(tmp_path), 3, 3, FORK).status == 200  # the first three are the same
    assert asked(opened(tmp_path), 0, 7, FORK).status == 409


def test_a_clock_that_was_set_back_signs_nothing_earlier(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    asked(desk, 0, 3, clock=2_000)
    answer = asked(desk, 3, 7, clock=1_000)
    assert cosignature(read_note(note(7) + answer.text), desk.public) == 2_000


def test_who_is_not_known_is_told_so_and_nothing_is_kept(tmp_path: Path) -> None:
    desk = Desk("w.example", [], KeyFolder(tmp_path / "keys"), KeyFolder(tmp_path / "witness"))
    desk.open(Seeded(1))
    assert asked(desk, 0, 3).status == 404
    assert desk.answer(b"\xff", ClockOf(1)).status == 400
    assert not (tmp_path / "witness").exists()
