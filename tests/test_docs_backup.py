"""`docs/backup.md`: every command that it tells people to type is typed here, in that order."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.adapters.cli.test_running import talkoot

PAGE = (Path(__file__).parent.parent / "docs" / "backup.md").read_text("utf-8")
SHELL = re.compile(r"^ *```sh\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
UNIT = re.compile(r"^```ini\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_what_the_page_says_works_as_it_stands_up_to_the_bad_friday(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path / "home"), "XDG_STATE_HOME": str(tmp_path / "state")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    work = tmp_path / "work"
    work.mkdir()
    (work / "config.toml").touch()
    talkoot("run", typed="ann: /log 2h bread\n", folder=work, **env)
    for block in SHELL.findall(PAGE):
        for row in (each.strip() for each in block.splitlines()):
            line = row
            if row.startswith("talkoot restore"):  # one file is to be given
                line = f"talkoot restore backups/{max((work / 'backups').iterdir()).name}"
            done = subprocess.run(
                ["sh", "-c", line],
                cwd=work,
                env={**os.environ, **env, "PATH": path},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, f"{row}: {done.stdout}{done.stderr}"
    assert talkoot("run", typed="ann: /balance\n", folder=work, **env).stdout.endswith("> ann: 2h\n")


def test_the_timers_call_what_there_is(tmp_path: Path) -> None:
    service, timer = (configparser.ConfigParser(interpolation=None) for _ in range(2))
    for parser, text in zip((service, timer), UNIT.findall(PAGE), strict=True):
        parser.optionxform = str  # type: ignore[assignment,method-assign] # systemd minds the case
        parser.read_string(text)
    words = service["Service"]["ExecStart"].split()[1:]
    assert f"talkoot {' '.join(words)}" in PAGE
    assert words in ([*row.split()[10:-1]] for row in PAGE.splitlines() if row.startswith("30 3 * * *"))
    assert timer["Install"]["WantedBy"] == "timers.target"
