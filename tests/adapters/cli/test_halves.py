"""A long journal is verified by two processes: they find what one finds, and one says it.

Nothing is said to hold of which a half was not looked at, whatever became of the other process.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from adapters.cli import halves, verify
from adapters.cli.app import app
from adapters.cli.halves import in_halves, worth_halving
from adapters.cli.progress import TOLD_EVERY, Going
from adapters.cli.store import MEMORY, open_store
from adapters.cli.verify import Report, verify_archive
from bot.books.audit import read_posted
from bot.ports import StorageFault
from storage.engines import writing
from storage.looking import looking
from storage.reading import SqlArchive
from tests.adapters.cli.test_verify import FORGERIES, parts
from tests.house.journals import Book, book, forged, stored, write

WHOLE = verify._whole
POPEN = subprocess.Popen
PASSWORD = "correct horse"


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a short journal is verified by two, and there are cores for them."""
    monkeypatch.setattr(halves, "ENTRIES_MIN", 1)
    monkeypatch.setattr(halves, "cores", lambda: 2)


@pytest.fixture
def once(two: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often one process looked at all of it: what two find to hold it does not look at again."""
    seen: list[str] = []

    def noted(*given: Any) -> Report:
        seen.append("whole")
        return WHOLE(*given)

    monkeypatch.setattr(verify, "_whole", noted)
    return seen


def alone(archive: SqlArchive, *heads: str) -> Report:
    return WHOLE(archive, [*map(read_posted, heads)], ())


def other(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """The other process does this instead."""
    program = (sys.executable, "-c", "\n".join(("import os, signal, sys", *lines)))
    monkeypatch.setattr(halves, "PROGRAM", program)


# --- what holds -----------------------------------------------------------------------------------


def test_two_find_what_one_finds(database_url: str, once: list[str]) -> None:
    home, garden = book(1, 700, whole=True), book(2, 30, "garden")
    heads = [f"home={home.head.text}", f"garden=7:{garden.entries[6].hash.hex()[:20]}"]
    with stored(database_url, home, garden) as (_, archive):
        found = verify_archive(archive, [*map(read_posted, heads)])
        assert once == []
        assert found == alone(archive, *heads)
        assert found.sound
        missed = verify_archive(archive, [read_posted("garden=99:" + "a" * 16)])
        assert missed == alone(archive, "garden=99:" + "a" * 16)
        assert not missed.sound


def test_a_database_that_is_only_looked_at_is_verified_by_two(
    sqlite_url: str, once: list[str], tmp_path: Path
) -> None:
    with stored(sqlite_url, book(1)) as (_, archive):
        made = archive.engine
    made.dispose()
    before = {it.name: it.read_bytes() for it in tmp_path.iterdir()}
    with looking(sqlite_url) as engine:
        assert verify_archive(SqlArchive(engine)).sound
    assert once == []
    assert {it.name: it.read_bytes() for it in tmp_path.iterdir()} == before


# --- what does not hold ---------------------------------------------------------------------------

SPOILED = {
    "a content is changed": "UPDATE entries SET payload = replace(payload, '1', '2') WHERE seq = 9",
    "an entry is gone": "DELETE FROM entries WHERE seq = 12",
    "an entry is somebody else's": "UPDATE entries SET actor = 77 WHERE seq = 9",
    "a cause is no text": "UPDATE entries SET cause = x'ff00' WHERE seq = 9",
    "a time is no number": "UPDATE entries SET at = 'noon' WHERE seq = 9",
    "a content is no UTF-8": "UPDATE entries SET payload = CAST(x'ff' AS TEXT) WHERE seq = 9",
    "a text is another": "UPDATE texts SET text = 'stolen' WHERE text = 'baked bread'",
    "all texts are gone": "DELETE FROM texts",
    "a text is nobody's": (
        "INSERT INTO texts (collective, seal, salt, text, identity, sheet) "
        "SELECT collective, 'x', salt, text, identity, sheet FROM texts LIMIT 1"
    ),
    "the index is gone": "DELETE FROM subjects",
    "a message is gone": "DELETE FROM inbox WHERE message = (SELECT min(message) FROM inbox)",
    "a room is gone": "DELETE FROM rooms",
    "a node is gone": "DELETE FROM nodes WHERE level = 1",
    "a journal is gone": "DELETE FROM entries WHERE collective = 'garden'",
    "its end is gone": "DELETE FROM entries WHERE seq > 20",
}


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("how", SPOILED)
def test_what_is_spoiled_is_told_as_by_one(sqlite_url: str, how: str) -> None:
    """In the same words, in the same order, whichever of the two finds it."""
    with stored(sqlite_url, book(1), book(2, 30, "garden")) as (_, archive):
        path = sqlite_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as it:
            names = it.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in names:
                it.execute(f"DROP TRIGGER {name}")
            assert it.execute(SPOILED[how]).rowcount
        found = in_halves(archive, (), ())
        assert found is not None
        assert found.doubt
        told = verify_archive(archive)
        assert told == alone(archive)
        assert not told.sound


def test_two_faults_are_told_in_the_order_of_one(sqlite_url: str, once: list[str]) -> None:
    """The other process finds the second one; the first one is found here."""
    made = book(8)
    made.entries = forged(forged(made.entries, FORGERIES["sums"][0]), FORGERIES["blanks"][0])
    told = _forged(sqlite_url, made)
    assert once == ["whole"]
    assert f"home, entry {len(made.entries) - 1}: its postings do not sum to zero" in told.flaws[0]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("name", ["sums", "blanks", "no JSON", "postings"])
def test_a_forged_entry_is_told_as_by_one(sqlite_url: str, name: str) -> None:
    made = book(8)
    made.entries = forged(made.entries, FORGERIES[name][0])
    told = _forged(sqlite_url, made)
    assert f"home, entry {len(made.entries)}: " in told.flaws[0]


def _forged(url: str, made: Book) -> Report:
    with stored(url, made) as (_, archive):
        told = verify_archive(archive)
        assert told == alone(archive)
        assert not told.sound
        return told


# --- the other process ----------------------------------------------------------------------------

HELD = "from adapters.cli import otherhalf as it"
ENDS: dict[str, tuple[tuple[str, ...], str]] = {
    "killed at once": (("os.kill(os.getpid(), signal.SIGKILL)",), "signal SIGKILL"),
    "killed while it looks": (
        (HELD, "it.said_of = lambda *_: os.kill(os.getpid(), signal.SIGKILL)", "it.main()"),
        "signal SIGKILL",
    ),
    "killed before it looks": (
        (HELD, "it.hear, hear = lambda *a: hear(*a) and os.kill(os.getpid(), 9), it.hear", "it.main()"),
        "signal SIGKILL",
    ),
    "no memory": (
        (
            HELD,
            "import resource",
            "def said_of(*_):",
            "    resource.setrlimit(resource.RLIMIT_AS, (1, 1))",
            "    return it.Said({'home': 'x' * 10**9})",
            "it.said_of = said_of",
            "it.main()",
        ),
        "exit code 1",
    ),
    "a bug": (("raise AssertionError",), "exit code 1"),
    "it says nothing": (("pass",), "exit code 0"),
    "it says something else": (("print('Hello.', flush=True)", "sys.stdin.read()"), "signal SIGKILL"),
    "it says half of it": (
        (HELD, "it.said_of = lambda *_: sys.stdout.write('{\"heads\":') and os._exit(0)", "it.main()"),
        "exit code 0",
    ),
}


@pytest.mark.parametrize("how", ENDS)
def test_where_the_other_process_dies_nothing_is_said_to_hold(
    sqlite_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    lines, why = ENDS[how]
    other(monkeypatch, *lines)
    with stored(sqlite_url, book(1)):
        came = CliRunner().invoke(app, ["verify", "--db", sqlite_url])
    assert came.exit_code == 1
    assert came.output == (
        f"NOT SOUND: half of it was not checked: the second process ended before it was done ({why}); "
        "try again, or on one core, where none is needed: taskset -c 0 talkoot verify\n"
    )
    assert once == []


def test_where_it_is_dead_before_it_is_told_what_to_join_nothing_is_said_to_hold(
    sqlite_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other(monkeypatch, "print('true', flush=True)")
    joins = halves._Other.joins

    def late(self: Any, picture: str) -> bool:
        self._process.wait()
        return joins(self, picture)

    monkeypatch.setattr(halves._Other, "joins", late)
    with stored(sqlite_url, book(1)) as (_, archive):
        (flaw,) = verify_archive(archive).flaws
    assert "exit code 0" in flaw
    assert once == []


def test_where_it_cannot_be_started_nothing_is_said_to_hold(
    sqlite_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(halves, "PROGRAM", ("/nowhere/python",))
    with stored(sqlite_url, book(1)) as (_, archive):
        (flaw,) = verify_archive(archive).flaws
    assert "it cannot be started: No such file or directory" in flaw
    assert once == []


DISAGREES = {
    "it doubts": ("it.said_of = lambda *_: it.Said(doubt='not so')", "not so"),
    "it saw another head": ("it.said_of = lambda *_: it.Said({'home': '1:00'})", "other heads"),
    "it saw nothing": ("it.said_of = lambda *_: it.Said()", "other heads"),
}


@pytest.mark.parametrize("how", DISAGREES)
def test_what_one_does_not_find_again_is_told_too(
    sqlite_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    line, words = DISAGREES[how]
    other(monkeypatch, HELD, line, "it.main()")
    with stored(sqlite_url, book(1)) as (_, archive):
        (flaw,) = verify_archive(archive).flaws
    assert flaw.startswith("two processes found something that one alone does not find")
    assert words in flaw
    assert once == ["whole"]


def test_what_cannot_be_read_here_is_looked_at_again(
    sqlite_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failed(_: object) -> str:
        raise StorageFault("the disk hums")

    monkeypatch.setattr("storage.reading.begun", failed)
    with stored(sqlite_url, book(1)) as (_, archive):
        (flaw,) = verify_archive(archive).flaws
    assert "StorageFault: the disk hums" in flaw
    assert once == ["whole"]


def test_it_is_ended_where_this_one_doubts(
    sqlite_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other(monkeypatch, HELD, "import time", "it.said_of = lambda *_: time.sleep(600)", "it.main()")
    made = book(8)
    made.texts.clear()
    with stored(sqlite_url, made) as (_, archive):
        assert not verify_archive(archive).sound
    assert once == ["whole"]


@pytest.mark.usefixtures("two")
def test_no_password_is_on_a_command_line(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[Any, Any]] = []
    popen = subprocess.Popen

    def noted(words: Any, **more: Any) -> Any:
        started.append((words, more))
        return popen(words, **more)

    monkeypatch.setattr(halves, "Popen", noted)
    with stored(postgres_url, book(1)) as (_, archive):
        # The server trusts whoever comes from here, whatever password is given.
        named = archive.engine.url.set(password=PASSWORD).render_as_string(hide_password=False)
        with looking(named) as engine:
            assert verify_archive(SqlArchive(engine)).sound
    assert len(started) == 1
    assert started[0][0] == halves.PROGRAM
    assert "env" not in started[0][1]
    assert PASSWORD.split(maxsplit=1)[0] not in str(started)


# --- one that hangs -------------------------------------------------------------------------------

JOINED = ("sys.stdin.readline()", "print('true', flush=True)", "sys.stdin.readline()")
HANGS: dict[str, tuple[str, ...]] = {
    "at once": (),
    "before it joins": JOINED,
    "before it gets on": (*JOINED, "print('true', flush=True)"),
    "once it has got on": (*JOINED, "print('true\\n1000\\n2000', flush=True)"),
    "amid a word": (*JOINED, "print('true\\n1000\\n{\"he', end='', flush=True)"),
}
"""What the other process still says."""


class Silence:
    """Nobody waits in earnest: once the other one says nothing more, and does not end, time is over."""

    def __init__(self, sign: Path) -> None:
        self.sign, self.waited = sign, list[float]()
        self._readable = halves.readable

    def readable(self, pipe: Any, seconds: float) -> bool:
        self.waited.append(seconds)
        while not self._readable(pipe, 0.01):
            if self.sign.exists():
                return self._readable(pipe, 0)
        return True


@pytest.fixture
def silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Silence:
    it = Silence(tmp_path / "hangs")
    monkeypatch.setattr(halves, "readable", it.readable)
    return it


def hanging(monkeypatch: pytest.MonkeyPatch, silence: Silence, *lines: str) -> None:
    """The other process does this, and then nothing more, for ever."""
    sign = f"open({str(silence.sign)!r}, 'w').close()"
    other(monkeypatch, *lines, sign, "import time", "time.sleep(10**6)")


@pytest.mark.parametrize("how", HANGS)
def test_where_the_other_process_hangs_nothing_is_said_to_hold(
    sqlite_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch, silence: Silence, how: str
) -> None:
    """And it is killed: it is not left behind."""
    hanging(monkeypatch, silence, *HANGS[how])
    started: list[Any] = []

    def noted(*words: Any, **more: Any) -> Any:
        started.append(POPEN(*words, **more))
        return started[0]

    monkeypatch.setattr(halves, "Popen", noted)
    with stored(sqlite_url, book(1)):
        came = CliRunner().invoke(app, ["verify", "--db", sqlite_url])
    assert came.exit_code == 1
    assert came.output == (
        "NOT SOUND: half of it was not checked: the second process ended before it was done (nothing "
        "was heard of it for 600 s); try again, or on one core, where none is needed: "
        "taskset -c 0 talkoot verify\n"
    )
    assert once == []
    assert [it.returncode for it in started] == [-9]


@pytest.mark.usefixtures("two")
def test_on_a_slow_machine_it_may_be_silent_as_long_as_the_other_half_took(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, silence: Silence
) -> None:
    clock = iter((0.0, 4321.0))
    hanging(monkeypatch, silence, *HANGS["once it has got on"])
    with stored(sqlite_url, book(1)) as (_, archive), pytest.raises(halves.Ended, match="4321 s"):
        in_halves(archive, (), (), now=lambda: next(clock))
    assert silence.waited[0] == 600
    assert silence.waited[-1] == 4321


@pytest.mark.usefixtures("two")
def test_one_that_goes_round_comes_no_further(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = "print('true\\n1000\\n2000\\n2000\\n', flush=True)"
    other(monkeypatch, *JOINED, rounds, "sys.stdin.read()")
    with stored(sqlite_url, book(1)) as (_, archive), pytest.raises(halves.Ended, match="no further"):
        in_halves(archive, (), ())


def test_one_that_gets_on_is_waited_for_however_long_it_takes(
    sqlite_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tells of entries, of the index and of the tree; each of its words is waited for anew."""
    told: list[int] = []
    decode = msgspec.json.decode

    def noted(line: bytes, type: Any) -> Any:  # noqa: A002 - msgspec's own name
        found = decode(line, type=type)
        told.extend([found] if type is int else [])
        return found

    monkeypatch.setattr(msgspec.json, "decode", noted)
    every = "from adapters.cli import progress; progress.TOLD_EVERY = progress.ROWS_AT_ONCE = 50"
    other(monkeypatch, every, HELD, "it.main()")
    made = book(1, 700)
    with stored(sqlite_url, made) as (_, archive):
        assert verify_archive(archive).sound
    assert once == []
    assert told == sorted(set(told))
    assert len(told) > 700 // 50, "and what lies beside the entries is told of, too"


def test_what_is_gone_through_is_told_from_time_to_time() -> None:
    told: list[int] = []
    going = Going(told.append)
    rows = range(2 * TOLD_EVERY + 1)
    assert [*going.over(rows)] == [*rows]
    assert told == [TOLD_EVERY, 2 * TOLD_EVERY]
    assert going.done == len(rows)


# --- one picture ----------------------------------------------------------------------------------


def test_a_write_in_between_is_no_fault(
    database_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time that this one has begun somebody writes, until all is written."""
    first, *rest = parts(book(6, 200), 60)
    joined: list[bool] = []
    joins = halves._Other.joins
    with stored(database_url) as (journal, archive):
        write(journal, first)

        def written(self: Any, picture: str) -> bool:
            write(journal, *rest[:1])
            del rest[:1]
            joined.append(joins(self, picture))
            return joined[-1]

        monkeypatch.setattr(halves._Other, "joins", written)
        told = verify_archive(archive)
        assert told.sound, told.flaws
        assert told.journals[0].head.seq == (200 if "sqlite" in database_url else 60)
    assert joined == ([False, False, False, True] if "sqlite" in database_url else [True])
    assert once == []


@pytest.mark.usefixtures("two")
def test_a_database_verifies_while_it_is_written(database_url: str) -> None:
    made = book(6, 900)
    with stored(database_url) as (journal, archive):
        writer = threading.Thread(target=write, args=(journal, *parts(made, 3)))
        writer.start()
        seen = [verify_archive(archive)]
        while writer.is_alive():
            seen.append(verify_archive(archive))
        writer.join()
        seen.append(verify_archive(archive))
    assert all(report.sound for report in seen), [it.flaws for it in seen if not it.sound]
    assert seen[-1].journals[0].head.seq == len(made.entries)


def test_where_somebody_always_writes_in_between_one_looks_at_all_of_it(
    sqlite_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(halves, "TRIES", 2)
    with stored(sqlite_url, book(1)) as (_, archive):
        joins = halves._Other.joins

        def written(self: Any, picture: str) -> bool:
            with writing(archive.engine) as connection:
                connection.exec_driver_sql("UPDATE outbox SET state = state")
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS busy (x INTEGER)")
                connection.exec_driver_sql("INSERT INTO busy VALUES (1)")
            return joins(self, picture)

        monkeypatch.setattr(halves._Other, "joins", written)
        assert verify_archive(archive).sound
    assert once == ["whole"]


def test_a_standby_is_looked_at_by_one(
    sqlite_url: str, once: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.reading.begun", lambda _: None)
    with stored(sqlite_url, book(1)) as (_, archive):
        assert verify_archive(archive).sound
    assert once == ["whole"]


# --- when two are worth it ------------------------------------------------------------------------


@pytest.mark.parametrize(("cores", "more", "worth"), [(1, 0, False), (2, 1, False), (2, 0, True)])
def test_two_are_started_where_there_is_much_to_do_and_a_core_for_it(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, cores: int, more: int, worth: bool
) -> None:
    """All journals count together."""
    home, garden = book(1, 40), book(2, 30, "garden")
    monkeypatch.setattr(halves, "ENTRIES_MIN", home.head.seq + garden.head.seq + more)
    monkeypatch.setattr(halves, "cores", lambda: cores)
    if not worth:
        monkeypatch.setattr(halves, "Popen", None)
    with stored(sqlite_url, home, garden) as (_, archive):
        assert worth_halving(archive) is worth
        assert verify_archive(archive).sound


def test_a_database_in_memory_is_looked_at_by_one(once: list[str]) -> None:
    with open_store(MEMORY) as store:
        write(store.journal, book(1).written)
        assert verify_archive(store.archive).sound
    assert once == ["whole"]


def test_a_program_that_may_use_one_core_has_one() -> None:
    asked = "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); "
    asked += "from adapters.cli.halves import cores; print(cores())"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert ran.stdout == "1\n"
