"""Backups while commands stream in, and backups and restores that are killed at every step."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from adapters.cli.backup import backup
from adapters.cli.restore import Target, restore
from adapters.cli.store import open_archive
from adapters.cli.verify import verify_archive
from tests.crash.test_kill import run_and_kill
from tests.house import House
from tests.house.cases import first
from tests.postgres import fresh_database


@pytest.mark.parametrize("backups", first(1, [5, 50]))
def test_every_backup_made_while_commands_stream_in_restores_and_verifies(
    database_url: str, tmp_path: Path, backups: int
) -> None:
    numbers = [str(n) for n in range(1, 40 * backups + 1)]
    (tmp_path / "out").mkdir()
    run_and_kill(database_url, numbers[:5], None)
    stream = threading.Thread(target=run_and_kill, args=(database_url, numbers, None))
    stream.start()
    made = [backup(database_url, tmp_path / f"{n}.zip") for n in range(backups)]
    stream.join()
    made.append(backup(database_url, tmp_path / "last.zip"))

    lengths = []
    for each in made:
        url = f"sqlite:///{tmp_path}/out/{each.path.stem}.restored.db"
        restore(each.path, Target(url, tmp_path / "keys"))
        with open_archive(url) as archive:
            report = verify_archive(archive)
        assert report.sound
        lengths.append(report.journals[0].head.seq)
        assert f"{lengths[-1] - 1}:" in each.manifest.heads["home"]  # and that it was restored
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1], "nothing was written meanwhile"


def kill(what: str, folder: Path, url: str, every: int) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.killing_backups", what, str(folder), url, str(every)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def filled(url: str) -> None:
    with House(url=url) as house:
        house.enter("ann", "bo")
        house.say("ann", "/log 2h bread")


@pytest.mark.parametrize("every", first(1, [23, 1]))
def test_a_killed_backup_leaves_nothing_or_all_of_it(
    database_url: str, tmp_path: Path, every: int
) -> None:
    filled(database_url)
    (tmp_path / "out").mkdir()
    assert kill("backup", tmp_path / "out", database_url, every) > 2


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
@pytest.mark.parametrize("every", first(1, [19, 1]))
def test_a_killed_restore_leaves_nothing_or_all_of_it(tmp_path: Path, every: int, to: str) -> None:
    filled(f"sqlite:///{tmp_path / 'old.db'}")
    folder = tmp_path / "out"
    folder.mkdir()
    backup(f"sqlite:///{tmp_path / 'old.db'}", folder / "given.zip")
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'new.db'}"
        if to == "postgresql":
            url = stack.enter_context(fresh_database())
        assert kill("restore", folder, url, every) > 2
