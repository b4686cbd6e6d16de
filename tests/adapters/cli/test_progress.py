"""Long work says how far it is, by a bar on a terminal or a line of the log; short work is silent."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli import progress
from adapters.cli.app import app
from adapters.cli.progress import LINE_SECONDS, Progress
from tests.adapters.cli.test_running import TALKOOT, talkoot
from tests.house.terminal import Terminal

LINE = "Verifying home: "


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class Watch:
    """A clock that is set by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_terminal_sees_a_bar_that_is_gone_at_the_end() -> None:
    screen, watch = Screen(), Watch()
    with Progress("Verifying", 1_000_000, out=screen, now=watch) as it:
        it.show()
        assert screen.getvalue().endswith("\r\x1b[KVerifying: 0 s")
        for _ in it.over(range(350_000)):
            pass
        it.show()
        assert screen.getvalue().endswith(
            "\r\x1b[KVerifying: [##########--------------------] 350,000 of 1,000,000 (35%)"
        )

    assert screen.getvalue().endswith("\r\x1b[K")


def test_a_name_from_a_database_writes_nothing_on_the_terminal_but_itself() -> None:
    screen = Screen()
    with Progress("Verifying a\x1b]0;mine\x07\nb", 2, out=screen) as it:
        it.show()
    shown = screen.getvalue().replace("\r\x1b[K", "")
    assert not set(shown) & set("\x1b\x07\n")
    assert shown.startswith("Verifying a")


def test_a_log_gets_a_line_and_no_bar(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "talkoot.progress")
    out, watch = io.StringIO(), Watch()
    with Progress("Counting", out=out, now=watch) as it:
        watch.seconds = 20
        it.show()
        list(it.over("abc"))
        it.show()
        it.total = 6
        it.show()

    assert caplog.messages == ["Counting: 20 s", "Counting: 3", "Counting: 3 of 6 (50%)"]
    assert out.getvalue() == ""


@pytest.mark.parametrize(("screen", "every"), [(Screen(), 0.5), (io.StringIO(), LINE_SECONDS)])
def test_how_often_it_is_looked_depends_on_who_watches(
    screen: io.StringIO, every: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    class Over:
        def wait(self, seconds: float) -> bool:
            waited.append(seconds)
            return len(waited) > 3

        def set(self) -> None:
            pass

    monkeypatch.setattr(progress, "Event", Over)
    with Progress("Counting", out=screen) as it:
        it._thread.join()

    assert waited == [every] * 4


def test_where_somebody_types_there_is_no_bar(caplog: pytest.LogCaptureFixture) -> None:
    screen = Screen()
    with Progress("Reading", bar=False, out=screen) as it:
        it.show()

    assert screen.getvalue() == ""


def test_a_terminal_that_goes_away_ends_no_work() -> None:
    class Gone(Screen):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    with Progress("Counting", out=Gone()) as it:
        it.show()
        assert list(it.over("ab")) == ["a", "b"]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What every piece of work would have told at its end."""
    told: list[str] = []
    leave = Progress.__exit__

    def leaving(self: Progress, *why: object) -> None:
        leave(self, *why)  # type: ignore[arg-type]
        told.append(self.text)

    monkeypatch.setattr(Progress, "__exit__", leaving)
    return told


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a book of a few entries, in which one stands."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    CliRunner().invoke(app, ["run"], input="ann: /log 1h bread\nann: /log 2h more\n")
    (tmp_path / "ballots.csv").write_text("Ann,Bo\n1,2\n2,1\n1,2\n")
    (tmp_path / "times.csv").write_text(TIMES)
    return tmp_path


TIMES = """User,Email,Client,Project,Task,Description,Start date,Start time,End date,End time,Duration
ann,ann@example.org,,Work,,swept,2026-01-05,09:00:00,2026-01-05,10:00:00,01:00:00
"""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("verify", [LINE]),
        ("export out", ["Writing home: "]),
        ("export --format csv out.csv", ["Reading home: ", "Writing out.csv: "]),
        ("backup saved", ["Copying: ", LINE, "Packing: ", "Reading back: "]),
        ("doctor --offline", [LINE]),
        ("tally ballots.csv --method irv", ["Reading the ballots: ", "Counting: "]),
        ("import times.csv --as toggl", ["Reading home: ", "Reading the file: "]),
    ],
)
def test_all_long_work_is_counted(line: str, told: list[str], book: Path, shown: list[str]) -> None:
    CliRunner().invoke(app, line.split())

    starts = [each.partition(": ")[0] + ": " for each in shown]
    assert starts == told
    counted = [each for each in shown if each.startswith((LINE, "Writing home", "Reading home"))]
    assert all(each.endswith("(100%)") for each in counted), shown


def test_a_bundle_and_a_restore_are_counted_too(book: Path, shown: list[str]) -> None:
    for line in ("export out", "verify out", "import out --as bundle --db sqlite:///new/it.db"):
        (book / "new").mkdir(exist_ok=True)
        done = CliRunner().invoke(app, line.split())
        assert done.exit_code == 0, done.output

    assert [each.partition(":")[0] for each in shown] == [
        "Writing home",
        "Verifying",
        "Verifying",
        "Taking in",
        "Verifying home",
    ]
    assert all(each.endswith("(100%)") for each in shown)


def test_the_first_reading_of_a_book_is_counted(book: Path, shown: list[str]) -> None:
    asked = CliRunner().invoke(app, ["run"], input="ann: /balance\n")

    assert asked.exit_code == 0
    assert any(
        each.startswith("Reading the book: ") and each != "Reading the book: 0 s" for each in shown
    )


def test_at_a_terminal_the_bar_is_there_and_what_is_told_stands_alone(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly = (
        "import sys, time, adapters.cli.progress as p, adapters.cli.verify as v; p.BAR_SECONDS = 0.01; "
        "kept = v.kept_entries\n"
        "def slow(*given):\n"
        "    for entry in kept(*given):\n"
        "        yield entry\n"
        "        shown.wait()\n"
        "from threading import Event\n"
        "shown, show = Event(), p.Progress.show\n"
        "def telling(self):\n"
        "    show(self)\n"
        "    self.done and shown.set()\n"
        "p.Progress.show, v.kept_entries = telling, slow\n"
        "from adapters.cli.app import main; main()"
    )
    with Terminal(
        (TALKOOT[0], "-c", slowly.replace("shown.wait()", "entry.seq > 1 and shown.wait()"), "verify"),
        book,
    ) as it:
        it.sees("Verifying home: [")
        it.sees(" of ")
        it.sees("\r\x1b[K")
        it.sees("All holds.")
        assert it.ends() == 0


def test_short_work_says_nothing(book: Path) -> None:
    assert talkoot("verify", folder=book).stderr == ""
