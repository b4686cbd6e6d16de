"""What whoever operates it sees: that it runs, that it lives, and what it logs."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import nio
import pytest

from adapters.cli.config import LogSection
from adapters.cli.heartbeat import ALIVE, LATE_SECONDS, beat, complaint, notify
from adapters.cli.logs import OVERHEARING, JsonLines, set_up_logs
from adapters.cli.running import NOBODY
from tests.adapters.cli.test_running import TALKOOT, talkoot
from tests.house.terminal import Terminal

DOCS = Path(__file__).parents[3] / "docs"


@contextmanager
def set_up(section: LogSection) -> Iterator[None]:
    """Logging as the configuration says, and then as it was; no library is quiet by itself before."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    libraries = {logging.getLogger(name): logging.getLogger(name).level for name in OVERHEARING}
    root.handlers.clear()
    for library in libraries:
        library.setLevel(logging.NOTSET)
    try:
        set_up_logs(section)
        yield
    finally:
        root.handlers[:], root.level = before, level
        for library, was in libraries.items():
            library.setLevel(was)


def test_the_start_is_told_in_one_line(tmp_path: Path) -> None:
    done = talkoot("run", typed="/log 1h swept\n", folder=tmp_path)

    assert re.fullmatch(
        r"talkoot \d+\.\d+\.\d+: talkoot\.db; console; ready in \d+\.\d s\n", done.stderr
    )


def test_a_service_that_nobody_can_speak_to_says_why_it_ends(tmp_path: Path) -> None:
    done = talkoot("run", folder=tmp_path)

    assert done.returncode == 0
    assert done.stderr.splitlines()[1:] == [NOBODY]


def test_at_a_terminal_whoever_types_nothing_is_told_nothing_of_that(tmp_path: Path) -> None:
    with Terminal((*TALKOOT, "run"), tmp_path, TALKOOT_CONSOLE__NAME="ann") as it:
        it.sees("Ctrl-D ends.")
        it.sees("ann:")
        it.press("\x04")
        assert it.ends() == 0
        assert "It ends at once" not in it.screen


def test_what_is_only_played_tells_no_start(tmp_path: Path) -> None:
    done = talkoot("try", typed="/log 1h swept\n", folder=tmp_path)

    assert done.stderr == ""


async def test_while_it_beats_it_lives_and_then_it_does_not(tmp_path: Path) -> None:
    assert complaint(tmp_path) == f"No talkoot runs in {tmp_path}."
    beating = asyncio.create_task(beat(tmp_path))
    await asyncio.sleep(0)  # tidy: lets the task begin
    assert complaint(tmp_path) == ""

    late = time.time() - LATE_SECONDS - 1
    os.utime(tmp_path / ALIVE, (late, late))
    assert "has not moved for 46 seconds" in complaint(tmp_path)

    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    assert complaint(tmp_path) == f"No talkoot runs in {tmp_path}."


def test_the_health_check_ends_with_its_finding(tmp_path: Path) -> None:
    (tmp_path / ALIVE).touch()
    assert talkoot("healthcheck", folder=tmp_path).returncode == 0
    (tmp_path / ALIVE).unlink()

    done = talkoot("healthcheck", folder=tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("No talkoot runs in ")


@pytest.mark.parametrize("abstract", [False, True])
async def test_systemd_is_told_that_it_is_ready_and_lives(
    abstract: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if abstract and sys.platform != "linux":
        pytest.skip("only Linux has sockets without a file")
    name = f"@talkoot-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0{name[1:]}" if abstract else name)
        monkeypatch.setenv("NOTIFY_SOCKET", name)

        notify("READY=1")
        beating = asyncio.create_task(beat(tmp_path))
        await asyncio.sleep(0)  # tidy: lets the task begin
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)

        told = [systemd.recv(100) for _ in range(3)]
    assert told == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


async def test_where_nobody_can_be_told_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    monkeypatch.setattr("adapters.cli.heartbeat.BEAT_SECONDS", 0)
    notify("READY=1")
    (tmp_path / "home").touch()  # nothing can be written in there

    beating = asyncio.create_task(beat(tmp_path / "home"))
    for _ in range(3):
        await asyncio.sleep(0)  # tidy: lets it beat
    assert not beating.done()
    beating.cancel()
    (ended,) = await asyncio.gather(beating, return_exceptions=True)

    assert isinstance(ended, asyncio.CancelledError)
    assert len([row for row in caplog.messages if "cannot be written: Not a directory" in row]) == 1
    assert complaint(tmp_path / "home") == f"No talkoot runs in {tmp_path / 'home'}."


def test_without_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)

    notify("READY=1")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
@pytest.mark.parametrize("page", ["operating.md", "backup.md"])
def test_the_units_of_the_manual_are_what_systemd_takes(page: str, tmp_path: Path) -> None:
    text = (DOCS / page).read_text("utf-8")
    units = re.findall(
        r"^`/etc/systemd/system/(\S+)`:\n\n```ini\n(.*?)```", text, re.DOTALL | re.MULTILINE
    )
    assert units
    for name, unit in units:
        # What is installed where the unit says is not here.
        (tmp_path / name).write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit))

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name, _ in units)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def logged(capsys: pytest.CaptureFixture[str], section: LogSection) -> list[str]:
    with set_up(section):
        logging.getLogger("talkoot").info("ours, in passing")
        logging.getLogger("elsewhere.client").info("theirs, in passing")
        logging.getLogger("elsewhere.client").warning("theirs, of weight")
    return capsys.readouterr().err.splitlines()


def test_libraries_are_quiet_and_we_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    rows = logged(capsys, LogSection(level="info"))

    assert [row.split(": ", 1)[1] for row in rows] == ["ours, in passing", "theirs, of weight"]


def test_who_looks_for_a_fault_hears_libraries_no_better(capsys: pytest.CaptureFixture[str]) -> None:
    rows = logged(capsys, LogSection(level="debug"))

    assert [row.split(": ", 1)[1] for row in rows] == ["ours, in passing", "theirs, of weight"]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("level", ["debug", "warning"])
def test_of_what_people_say_libraries_log_nothing(
    form: Literal["text", "json"],
    level: Literal["debug", "warning"],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with set_up(LogSection(level=level, form=form)):
        for name in ("nio.events.misc", "discord.gateway", "aiohttp.client"):
            for weight in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
                logging.getLogger(name).log(weight, "event: %s", "ZEBRACANARY")
        # What nio says of a message whose form is wrong holds the message.
        nio.Event.parse_event({"type": "m.room.message", "content": {"body": "ZEBRACANARY"}})
        logging.getLogger("apscheduler").error("a job failed", exc_info=ValueError("ZEBRACANARY"))
        logging.getLogger("talkoot").warning("the end")

    told = capsys.readouterr().err
    assert "ZEBRACANARY" not in told
    assert "nio.events.misc" in told, "that something is wrong is told"
    assert "test_operating.py, line" in told, "and where"
    assert "builtins.ValueError" in told
    assert "the end" in told


def test_a_log_of_json_has_an_object_a_line_its_traceback_inside(
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = ValueError("two\nlines")
    with set_up(LogSection(level="warning", form="json")):
        logging.getLogger("talkoot").error("it broke", exc_info=broken)

    (row,) = capsys.readouterr().err.splitlines()
    told = json.loads(row)
    assert (told["level"], told["from"], told["told"]) == ("error", "talkoot", "it broke")
    assert told["trace"].endswith("ValueError: two\nlines")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", told["at"])


def test_json_lines_say_when_in_utc() -> None:
    row = logging.makeLogRecord({"name": "talkoot", "levelname": "INFO", "msg": "x", "created": 0.25})

    assert json.loads(JsonLines().format(row))["at"] == "1970-01-01T00:00:00.250+00:00"
