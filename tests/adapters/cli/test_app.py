"""`talkoot` itself: help, the version and completion are there at once, and load nothing."""

from __future__ import annotations

import gc
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import commands  # noqa: F401 - loaded, as where somebody played before
from adapters.cli.app import app, loading

PROJECT = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]

HEAVY = ("aiohttp", "apscheduler", "commands", "discord", "icalendar", "nio", "sqlalchemy", "storage")
"""What help has no use for, and what took most of its time."""


def test_the_version_is_the_projects() -> None:
    done = CliRunner().invoke(app, ["--version"])

    assert (done.exit_code, done.output) == (0, f"talkoot {PROJECT['version']}\n")


@pytest.mark.parametrize("asked", [["--help"], ["--version"], ["run", "--help"]])
def test_help_loads_nothing_that_only_a_command_needs(asked: list[str]) -> None:
    program = (
        "import sys\n"
        "from adapters.cli.app import app\n"
        f"app({asked}, standalone_mode=False)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = set(done.stderr.split())
    assert "typer" in loaded, "the list is empty"
    assert loaded & set(HEAVY) == set()


def test_a_bot_that_is_spoken_to_through_a_pipe_loads_only_what_it_needs(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from adapters.cli.app import app\n"
        f"app(['run', '--db', 'sqlite:///{tmp_path}/a.db'], standalone_mode=False)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        input="/log 2h baked\n",
        capture_output=True,
        text=True,
        check=True,
    )

    assert "C1" in done.stdout
    loaded = set(done.stderr.split())
    assert {"sqlalchemy", "commands"} <= loaded, "it did not run"
    assert loaded & {"aiohttp", "discord", "icalendar", "jinja2", "nio", "prompt_toolkit"} == set()


def test_what_is_there_when_all_is_loaded_already_need_not_stay() -> None:
    assert "commands" in sys.modules
    before = gc.get_freeze_count()

    with loading():
        assert gc.isenabled()

    assert gc.get_freeze_count() == before


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_are_given_their_completion(shell: str) -> None:
    # What `--install-completion` has the shell read; which shell one is in is not asked.
    asked = {"_TALKOOT_COMPLETE": f"source_{shell}"}
    done = CliRunner().invoke(app, [], prog_name="talkoot", env=asked)

    assert done.exit_code == 0, done.output
    assert "_TALKOOT_COMPLETE" in done.output
