"""The figures for Prometheus, read by scraping them: right, on loopback alone, and without words."""

from __future__ import annotations

import datetime as dt
import re
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.cli.backup import backup
from adapters.cli.config import Config, MetricsSection
from adapters.cli.figures import Figures
from adapters.cli.platforms import Platform
from adapters.cli.serving import measuring
from adapters.cli.store import Store, open_store
from bot.chat import Actor, Incoming, Place
from bot.ports import StorageFault
from bot.writer.answers import Answer
from bot.writer.engine import Engine
from bot.writer.intake import Intake, NotRecorded
from storage.schema import outbox, wakes
from tests.adapters.cli.test_running import TALKOOT, talkoot
from tests.house.engines import engine_over

NOW = dt.datetime(2026, 1, 5, 12, 0, tzinfo=dt.UTC)
CANARY = "zebracanary"


class Noon:
    def now(self) -> dt.datetime:
        return NOW


@dataclass
class Far:
    """As much of a platform as is asked here."""

    platform: str
    is_connected: bool


def scraped(address: str) -> dict[tuple[str, ...], float]:
    """Every figure, by its name and the values of its labels."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        text = answer.read().decode()
    assert CANARY not in text
    return {
        (each.name, *(each.labels[name] for name in sorted(each.labels))): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "data").mkdir()
    with open_store(url(tmp_path), tmp_path / "keys") as it:
        yield it


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/data/talkoot.db"


@pytest.fixture
def figures(store: Store, tmp_path: Path) -> Iterator[Figures]:
    platforms: list[Platform] = [Far("matrix", True), Far("discord", False)]  # type: ignore[list-item]
    it = Figures(store.archive.engine, url(tmp_path), platforms, Noon())
    yield it
    it.stop()


def test_what_runs_is_scraped_while_it_runs_and_has_no_name_in_it(tmp_path: Path) -> None:
    env = {"TALKOOT_METRICS__SERVE": "true", "TALKOOT_METRICS__PORT": "0", "TALKOOT_HOME": "."}
    lines = (f"/log 1h {CANARY}\n", f"{CANARY}: /balance\n", "/help\n", f"/confirm {CANARY}\n")
    with subprocess.Popen(
        ["env", *(f"{name}={value}" for name, value in env.items()), *TALKOOT, "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stderr.readline().removeprefix("Figures: ").strip()
        for line in lines:
            process.stdin.write(line)
            process.stdin.flush()
        while f"“{CANARY}”" not in (told := process.stdout.readline()):
            assert told
        found = scraped(address)
        process.stdin.close()
        process.stdout.read()

    assert found["talkoot_commands_total", "recorded", "console"] == 2, "whoever asks first enters"
    assert found["talkoot_commands_total", "refused", "console"] == 1
    assert sum(value for name, value in found.items() if name[0] == "talkoot_refusals_total") == 1
    assert found["talkoot_answer_seconds_count", "console"] == 4
    assert found["talkoot_database_errors_total",] == 0
    assert found["talkoot_wakes_due",] == 0
    assert ("talkoot_backup_age_seconds",) not in found, "there is none yet"
    assert found["process_resident_memory_bytes",] > 0
    assert any(name[0] == "talkoot_info" for name in found)


def test_where_it_is_not_switched_on_nothing_is_served(store: Store) -> None:
    assert measuring(Config(), store, []) is None


def test_they_are_on_this_machine_s_own_address_alone(figures: Figures) -> None:
    address = figures.start(0)
    port = int(address.removeprefix("http://127.0.0.1:").removesuffix("/metrics"))

    with socket.create_connection(("127.0.0.1", port), timeout=30):
        pass
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", port), timeout=30)


def test_a_port_that_is_taken_is_told_and_the_bot_does_without(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert measuring(Config(metrics=MetricsSection(serve=True, port=port)), store, []) is None

    assert f"No figures: port {port} cannot be used" in capsys.readouterr().err


def test_platforms_and_what_waits_and_is_due_are_told_with_their_age(
    figures: Figures, store: Store
) -> None:
    at = int(NOW.timestamp() * 1000)
    with store.archive.engine.begin() as connection:
        words = dict.fromkeys(("message", "step", "collective", "kind", "to_person", "receipt"), "")
        row = {"platform": "x", "number": 0, "to_platform": "x", "to_room": CANARY, "failure": ""}
        connection.execute(
            outbox.insert().values(**words, **row, at=at - 60_000, state="waiting", body=CANARY)
        )
        connection.execute(wakes.insert().values(collective=CANARY, at=at - 5_000))
        connection.execute(wakes.insert().values(collective="later", at=at + 5_000))

    found = scraped(figures.start(0))

    assert found["talkoot_platform_connected", "matrix"] == 1
    assert found["talkoot_platform_connected", "discord"] == 0
    assert (found["talkoot_outbox_waiting",], found["talkoot_outbox_oldest_seconds",]) == (1, 60)
    assert (found["talkoot_wakes_due",], found["talkoot_wakes_late_seconds",]) == (1, 5)


def test_the_age_of_the_last_backup_is_told(
    figures: Figures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.cli.backup.time.time", lambda: NOW.timestamp() - 3600)
    (tmp_path / "backups").mkdir()
    backup(url(tmp_path), tmp_path / "backups")

    assert scraped(figures.start(0))["talkoot_backup_age_seconds",] == 3600


def test_the_page_tells_every_figure_and_no_other(figures: Figures, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    backup(url(tmp_path), tmp_path / "backups")
    ours = {name for name, *_ in scraped(figures.start(0)) if name.startswith("talkoot_")}
    ours |= {"talkoot_commands_total", "talkoot_refusals_total", "talkoot_answer_seconds_bucket"}
    page = (Path(__file__).parents[3] / "docs" / "operating.md").read_text("utf-8")
    told = set(re.findall(r"\btalkoot_\w+", page))

    assert told <= ours
    parts = {"talkoot_answer_seconds_count", "talkoot_answer_seconds_sum"}
    assert {name for name in ours - parts if not name.endswith("_created")} <= told


async def test_a_fault_of_the_database_is_counted_each_time_it_is_met(
    figures: Figures, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*given: object, **more: object) -> None:
        raise StorageFault("away")

    monkeypatch.setattr("bot.writer.intake.RETRY_SECONDS", (0.0,))
    monkeypatch.setattr(Engine, "handle", away)
    intake = Intake(engine_over(store.journal), print, print, figures)
    with pytest.raises(NotRecorded):
        await intake.submit(Incoming("m", Place("console", "r"), Actor("console", "a", "a"), "/log"))
    await intake.stop()
    monkeypatch.setattr("adapters.cli.figures.pending", away)

    found = scraped(figures.start(0))

    assert ("talkoot_outbox_waiting",) not in found
    assert scraped_again(figures)["talkoot_database_errors_total",] >= 3


def scraped_again(figures: Figures) -> dict[tuple[str, ...], float]:
    server = figures._server
    assert server is not None
    return scraped(f"http://127.0.0.1:{server[0].server_port}/metrics")


async def test_how_long_it_took_is_told_and_what_came_twice_counts_once(
    figures: Figures, store: Store
) -> None:
    message = Incoming("m", Place("console", CANARY), Actor("console", CANARY, CANARY), "/log 1h x")
    intake = Intake(engine_over(store.journal), lambda _: None, lambda _: None, figures)
    for _ in range(2):
        await intake.submit(message)
    await intake.stop()
    figures.answered(message, Answer((), refused="role"), 0.2)

    found = scraped(figures.start(0))

    assert found["talkoot_refusals_total", "role"] == 1
    assert found["talkoot_commands_total", "recorded", "console"] == 1
    assert found["talkoot_answer_seconds_count", "console"] == 2


def test_the_doctor_of_a_run_on_another_database_looks_at_that(tmp_path: Path) -> None:
    done = talkoot("run", "--db", "sqlite:///other.db", typed="/log 1h x\n", folder=tmp_path)

    assert "other.db" in done.stderr
