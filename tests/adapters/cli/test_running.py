"""The program as people start it: `talkoot run` and `talkoot try`, as real processes."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from adapters.cli.app import app, main
from adapters.cli.beginning import in_words
from adapters.cli.running import learn
from bot.phrasing import likeness
from commands import FEATURES

TALKOOT = (sys.executable, "-c", "from adapters.cli.app import main; main()")


def talkoot(
    *arguments: str, typed: str = "", folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TALKOOT, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )


def test_a_pipe_is_read_line_by_line_and_the_end_is_clean(tmp_path: Path) -> None:
    typed = "/log 3h cleaned the kitchen #care\nhello\nbo: /log 1h swept\nbo: /balance\n"

    done = talkoot("run", typed=typed, folder=tmp_path, TALKOOT_CONSOLE__NAME="anna")

    assert done.returncode == 0
    assert done.stderr.count("\n") == 1, "only that it runs"
    rows = done.stdout.splitlines()
    assert rows[0].startswith("> C1: anna, 3h #care, cleaned the kitchen")
    assert rows[1].startswith("> You are the first here, and the admin: /setup asks three questions")
    assert rows[2].startswith("> Your first entry! ")
    assert rows[3] == "(Commands begin with /. Try /help.)"
    assert rows[5].startswith("> Welcome to Talkoot! ")
    assert rows[6:] == ["> bo: 1h"]


def test_the_next_run_knows_what_was_said_before(tmp_path: Path) -> None:
    talkoot("run", typed="anna: /log 3h cooked\n", folder=tmp_path)

    done = talkoot("run", typed="anna: /balance\nbo: /confirm C1\n", folder=tmp_path)

    told, confirmed, welcome = done.stdout.splitlines()
    assert (told, confirmed) == ("> anna: 3h", "> bo confirms C1; it counts.")
    assert welcome.startswith("> Welcome to Talkoot! ")


def test_being_stopped_loses_nothing_and_is_no_failure(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*TALKOOT, "run"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("anna: /log 3h cooked\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith("> C1: anna")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0

    verified = talkoot("verify", folder=tmp_path)

    assert verified.returncode == 0
    assert "All holds." in verified.stdout


def test_a_script_can_be_read_by_machines(tmp_path: Path) -> None:
    script = "anna: /log 2h30 cooked\nanna: /log nothing\nanna: /balance\n"

    done = talkoot("try", "--script", "-", "--json", typed=script, folder=tmp_path)
    logged, refused, balance = (json.loads(row) for row in done.stdout.splitlines())

    assert (logged["to"], logged["kind"], logged["ref"]) == ("room:main", "reply", "C1")
    assert (refused["to"], refused["kind"]) == ("member:anna", "refusal")
    assert refused["error"] == "amount-unclear" or refused["error"]
    assert balance["balances"] == {"h": "2.50"}
    assert balance["at"] == "2026-01-05T09:00:00Z"


def test_a_transcript_whose_answers_differ_fails_and_shows_where(tmp_path: Path) -> None:
    script = tmp_path / "a.transcript"
    script.write_text("anna: /log 2h cooked\n> C1: bo cooked\n")

    done = talkoot("try", "--script", str(script), folder=tmp_path)
    assert done.returncode == 1
    assert "-> C1: bo cooked" in done.stderr

    talkoot("try", "--script", str(script), "--update", folder=tmp_path)
    assert talkoot("try", "--script", str(script), folder=tmp_path).returncode == 0


def test_the_same_seed_and_script_give_the_same_bytes(tmp_path: Path) -> None:
    script = "anna: /log 2h cooked\nanna: /ledger\n"
    once, again, other = (
        talkoot("try", "--script", "-", "--seed", seed, "--json", typed=script, folder=tmp_path)
        for seed in ("1", "1", "2")
    )

    assert once.stdout == again.stdout
    assert once.stdout != other.stdout


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[rules]\ndayly-cap = 8\n", "Did you mean daily-cap?"),
        ("[rules]\ndaily-cap = 99\n", "a whole number from 1 to 24"),
        ("[databse]\nurl = 'x'\n", "databse"),
        ("[log]\nlevel = 'loud'\n", "log.level"),
        ("[rules\n", "config.toml"),
        ("[database]\nurl = 'mysql://x'\n", "SQLite or PostgreSQL"),
        ("[database]\nurl = 'sqlite:///nowhere/x.db'\n", "does not exist"),
    ],
)
def test_a_mistake_in_the_configuration_is_told_in_plain_words(
    tmp_path: Path, written: str, told: str
) -> None:
    (tmp_path / "config.toml").write_text(written)

    done = talkoot("run", typed="/help\n", folder=tmp_path)

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_environment_and_the_secrets_file_stand_over_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[console]\nname = "anna"\n[collective]\nname = "A"\n')
    (tmp_path / ".env").write_text("TALKOOT_CONSOLE__NAME=bo\n")

    done = talkoot("run", typed="/me\n/ledger\n", folder=tmp_path)

    assert "You are bo" in done.stdout
    assert "> A, " in done.stdout


def test_a_newer_database_is_refused_in_plain_words(tmp_path: Path) -> None:
    talkoot("run", typed="/help\n", folder=tmp_path)
    import sqlite3  # noqa: PLC0415 - to spoil the file from outside

    with sqlite3.connect(tmp_path / "talkoot.db") as spoiled:
        spoiled.execute("UPDATE talkoot_version SET version_num = '9999'")

    done = talkoot("run", typed="/help\n", folder=tmp_path)

    assert done.returncode == 2
    assert "newer Talkoot" in done.stderr


def test_verify_names_a_head_that_is_not_reached(tmp_path: Path) -> None:
    talkoot("run", typed="anna: /log 3h cooked\n", folder=tmp_path)

    assert talkoot("verify", "--head", "99:" + "0" * 16, folder=tmp_path).returncode == 1
    assert talkoot("verify", "--head", "ninety", folder=tmp_path).returncode == 2
    assert talkoot("verify", "--db", "sqlite:///none.db", folder=tmp_path).returncode == 2


def test_an_exported_bundle_is_verified_by_its_own_file_alone(tmp_path: Path) -> None:
    talkoot("run", typed="anna: /log 3h cooked\n", folder=tmp_path)
    assert talkoot("export", "out", folder=tmp_path).returncode == 0

    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "All holds" in done.stdout


TOO_LONG = "x" * 300
"""A file that cannot even be looked at, whoever looks: for root there is none that is forbidden."""


@pytest.mark.parametrize(
    "line",
    [
        f"run --config {TOO_LONG}",
        f"verify --db sqlite:///{TOO_LONG}",
        f"verify {TOO_LONG}",
        f"backup {TOO_LONG}",
        f"export {TOO_LONG}",
        f"tally {TOO_LONG} --method irv",
        f"try --script {TOO_LONG}",
        f"restore {TOO_LONG}",
        f"import {TOO_LONG} --as toggl",
        f"import here --as toggl --map {TOO_LONG}",
        *(f"HOME={name}" for name in ("run", "doctor", "verify", "backup saved", "healthcheck")),
        *(f"DATABASE={name}" for name in ("run", "doctor", "verify", "backup saved")),
        "KEYS=run",
    ],
)
def test_a_place_that_cannot_be_looked_at_is_told_and_no_traceback(
    line: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(gc, "freeze", lambda: None)
    (tmp_path / "here").touch()
    where, _, command = line.rpartition("=")
    too_long = {
        "HOME": ("TALKOOT_HOME", str(tmp_path / TOO_LONG)),
        "DATABASE": ("TALKOOT_DATABASE__URL", f"sqlite:///{TOO_LONG}"),
        "KEYS": ("TALKOOT_BALLOTS__KEYS", str(tmp_path / "state" / TOO_LONG)),
    }
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("TALKOOT_DATABASE__URL", "sqlite:///data/talkoot.db")
    CliRunner().invoke(app, ["run"], input="ann: /log 1h bread\n")
    if where:
        monkeypatch.setenv(*too_long[where])
    monkeypatch.setattr(sys, "argv", ["talkoot", *command.split()])

    with pytest.raises(SystemExit) as end:
        main()

    told = "".join(capsys.readouterr())
    assert end.value.code not in {None, 0}
    assert "Traceback" not in told
    assert "[Errno" not in told
    assert TOO_LONG in told
    assert "File name too long" in told


def test_whose_file_it_is_is_told_to_whoever_may_not_look() -> None:
    forbidden = PermissionError(errno.EACCES, "Permission denied", "/root/x.db")

    assert in_words(forbidden) == (
        "/root/x.db cannot be used: Permission denied."
        " Run it as the user whom it belongs to, or name another place."
    )


def test_what_is_taught_is_read_before_somebody_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the first line that nobody can read would wait for it, and everybody behind it."""
    table = dict(FEATURES.commands)
    surroundings: Any = SimpleNamespace(features=SimpleNamespace(commands=table))

    asyncio.run(learn(surroundings, after=0))

    monkeypatch.delattr(likeness, "sentences_in")
    assert likeness.taught(table).wanted(["how", "many", "hours", "have", "i", "done"])
    with pytest.raises(NameError):
        likeness.taught(dict(table))
