"""Snapshots are made and compared beside the bot; whatever is killed, none is ever half of one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

import bot
from adapters.cli import snapshots, snapshotting
from adapters.cli.backup import backup
from adapters.cli.snapshots import _APART, Failed, Snapshots, code, wrapping
from adapters.cli.snapshotting import Done, Job, What, check, do, make
from adapters.cli.store import open_archive
from adapters.cli.verify import verify_archive
from bot.books.snapshots import Wrapping
from bot.collective.folding import fold
from bot.writer.signing import made_key, rotated
from bot.writer.vault import FleetingKeys
from storage.engines import open_engine
from storage.reading import SqlArchive
from storage.snapshots import flaws, kept, oldest
from tests.adapters.cli.test_doctor import wrong
from tests.crash.killed import killed
from tests.house import House
from tests.house.small import WRAPPING, in_small, kept_by
from tests.house.twins import differences


@pytest.fixture
def house(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    in_small(monkeypatch, far=10_000)
    with House(url=database_url, wrapping=WRAPPING) as it:
        it.enter("anna", "bo")
        it.say("anna", "/log 1m bread")
        yield it


def opened(house: House) -> Any:
    """The state in the snapshot that is kept, or None."""
    with house.store.journal.transaction() as tx:
        return WRAPPING.opened(tx.snapshot("alpha"), tx, print)


def spoil(house: House, part: str = "balances") -> None:
    """Keep a state that is not what the journal comes to, as whoever has the key could."""
    state = house.folded()
    state.ledger.balances["member:1", "h"] = 1_000_000
    with house.store.journal.transaction() as tx:
        tx.claim("alpha", "mine")
        tx.keep(WRAPPING.wrapped(state), "mine")


# --- Making -------------------------------------------------------------------------------------------


def test_what_is_made_is_what_the_journal_comes_to(house: House) -> None:
    assert make(house.database, WRAPPING, "alpha") == Done(house.state().head.seq)
    assert not differences(house.folded(), opened(house))


def test_the_next_is_made_from_the_one_before(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_by(house)
    before = house.state().head.seq
    for _ in range(7):
        house.say("anna", "/log 1m bread")
    folded: list[int] = []

    def counting(state: Any, entries: Any, names: Any) -> Any:
        several = list(entries)
        folded.append(len(several))
        return fold(state, several, names)

    monkeypatch.setattr(snapshotting, "fold", counting)

    assert kept_by(house).seq == before + 7
    assert folded == [7]
    assert not differences(house.folded(), opened(house))


def test_one_that_is_new_enough_is_not_made_again(house: House) -> None:
    kept_by(house)
    with house.database.connect() as connection:
        before = kept(connection, "alpha")
    house.say("anna", "/log 1m bread")
    kept_by(house)
    with house.database.connect() as connection:
        assert kept(connection, "alpha") == before


def test_other_code_and_another_key_make_their_own(house: House) -> None:
    kept_by(house)
    for other in (Wrapping("newer code", b"a key"), Wrapping("newer code", b"another key")):
        assert make(house.database, other, "alpha").seq == house.state().head.seq
        with house.store.journal.transaction() as tx:
            made = other.opened(tx.snapshot("alpha"), tx, print)
            assert WRAPPING.opened(tx.snapshot("alpha"), tx, print) is None
        assert made == house.folded()


def test_an_erasure_while_one_is_made_leaves_none_with_the_name(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of the names and the keeping of what came of them."""
    real = fold

    def slow(*given: Any) -> Any:
        state = real(*given)
        assert not house.say("bo", "/me forget yes").refused
        return state

    monkeypatch.setattr(snapshotting, "fold", slow)

    assert kept_by(house).seq == 0
    assert opened(house) is None
    monkeypatch.setattr(snapshotting, "fold", real)
    assert kept_by(house).seq
    assert "bo" not in {each.name for each in opened(house).members.by_number.values()}


def test_a_name_that_was_erased_is_nowhere_in_the_files_of_the_database(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_small(monkeypatch)
    monkeypatch.setattr("bot.books.snapshots._LEVEL", 0)
    with House(url=sqlite_url, wrapping=WRAPPING) as house:
        house.enter("anna", "Quirinius")
        kept_by(house)
        path = Path(str(house.database.url.database))
        found = [
            b"Quirinius" in each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*"))
        ]
        assert any(found)
        house.delivering = True
        assert not house.say("Quirinius", "/me forget yes").refused
        with house.database.connect() as connection:
            rows = connection.exec_driver_sql("SELECT count(*) FROM snapshots").scalar()
        assert rows == 0


def test_no_backup_has_one_and_verify_does_not_look_at_one(house: House, tmp_path: Path) -> None:
    spoil(house)
    with open_archive(house.url) as archive:
        assert verify_archive(archive).sound
    made = backup(house.url, tmp_path / "made.zip")
    assert "snapshots of states" in made.manifest.left_out

    with zipfile.ZipFile(made.path) as archive_file:
        archive_file.extractall(tmp_path / "out")
    copy = open_engine(f"sqlite:///{tmp_path / 'out' / 'talkoot.db'}")
    with copy.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM snapshots").scalar() == 0
    copy.dispose()


# --- Comparing ----------------------------------------------------------------------------------------


def test_a_right_one_is_noted_as_compared(house: House) -> None:
    kept_by(house)
    house.say("anna", "/log 1m bread")

    assert check(house.database, WRAPPING, "alpha").flaw == ""
    assert oldest(house.database, WRAPPING.code, 1_000) == ""
    assert not differences(house.folded(), fold(opened(house), house.entries()[-1:], {}))


def test_a_wrong_one_is_thrown_away_and_the_doctor_tells(house: House, tmp_path: Path) -> None:
    spoil(house)
    url = house.url

    done = check(house.database, WRAPPING, "alpha")

    assert done.flaw == "it differs from the journal in ledger"
    assert opened(house) is None
    told = wrong(house.store, url, tmp_path)["snapshots"]
    assert "that of alpha: it differs from the journal in ledger" in told
    assert "anna" not in told
    kept_by(house)
    assert not differences(house.folded(), opened(house))
    assert "snapshots" in wrong(house.store, url, tmp_path)


def test_one_whose_bytes_were_flipped_is_told_too(house: House, tmp_path: Path) -> None:
    kept_by(house)
    with house.database.begin() as connection:
        connection.exec_driver_sql("UPDATE snapshots SET seq = seq + 1")

    assert check(house.database, WRAPPING, "alpha").flaw.startswith("it is not what was kept")
    assert "snapshots" in wrong(house.store, house.url, tmp_path)
    assert check(house.database, WRAPPING, "alpha") == Done()

    spoil(house)
    with house.database.begin() as connection:
        connection.exec_driver_sql("UPDATE snapshots SET seq = seq + 1")
    assert kept_by(house).flaw.startswith("it is not what was kept")
    assert not differences(house.folded(), opened(house))


def test_of_what_differs_only_the_part_is_told() -> None:
    said = ["members.by_number[3].name: Anna live, Bo folded anew", "name: x", "and 7 more", "Anna: x"]
    assert snapshotting._parts(said) == "members, name"
    assert snapshotting._parts(["and 7 more"]) == "something"
    assert snapshotting._parts([]) == ""


# --- Kills --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("every", [7])
def test_a_killed_making_leaves_the_old_one_or_the_new_one(
    house: House, every: int, tmp_path: Path
) -> None:
    kept_by(house)
    for _ in range(6):
        house.say("anna", "/log 1m bread")
    url, steps, seen = house.url, 0, set[int]()
    house.database.dispose()

    def run() -> None:
        engine = open_engine(url)
        make(engine, WRAPPING, "alpha")
        engine.dispose()

    for steps in killed(run, every):  # noqa: B007 - the last one is looked at
        state = opened(house)
        assert state is not None
        seen.add(state.head.seq)
        assert not differences(
            fold(type(state)("alpha"), house.entries()[: state.head.seq], names(house)), state
        )
        house.database.dispose()
    assert steps > every
    assert opened(house).head.seq == house.folded().head.seq
    assert seen


def names(house: House) -> dict[str, str]:
    with SqlArchive(house.database).snapshot() as picture:
        return dict(picture.names("alpha"))


async def begun(it: Snapshots) -> None:
    """Whatever was begun is done."""
    await asyncio.sleep(0)  # tidy: lets what was asked for from any thread begin
    await asyncio.gather(*it._tasks.values())


# --- The process --------------------------------------------------------------------------------------


async def test_the_process_makes_what_is_asked_for(sqlite_url: str) -> None:
    with House(url=sqlite_url) as house:
        for _ in range(3):
            house.say("anna", "/log 1m bread")
        it = Snapshots(sqlite_url, WRAPPING)
        await it.fetch("alpha")
        assert not differences(house.folded(), opened(house))
        it.grown("alpha")
        await begun(it)
        await it.compare_oldest(house.database)
        spoil(house)
        with house.database.begin() as connection:
            connection.exec_driver_sql("UPDATE snapshots SET compared_at = 0")
        spoiled: list[str] = []
        other = Snapshots(sqlite_url, WRAPPING)
        other.start(house.database, spoiled.append)
        await other.compare_oldest(house.database)
        assert spoiled == ["alpha"]
        assert flaws(house.database, 0) == [("alpha", "it differs from the journal in ledger")]
        await other.compare_oldest(house.database)
        await it.close()
        await other.close()
        assert other._comparing is not None
        assert other._comparing.cancelled()


PROGRAMS: dict[str, str] = {
    "dies": "import sys; sys.stdin.buffer.read(); sys.stdout.write('{\"seq\":')",
    "is killed": "import os; os.kill(os.getpid(), 9)",
    "fails": 'import sys; sys.stdout.write(\'{"failed":"OSError"}\')',
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
async def test_one_that_fails_is_told_and_nothing_hangs(
    program: str, caplog: pytest.LogCaptureFixture
) -> None:
    it = Snapshots("sqlite:///nowhere", WRAPPING, program=(sys.executable, "-c", program))

    with pytest.raises(Failed):
        await it.fetch("alpha")
    it.grown("alpha")
    await begun(it)

    assert "no snapshot of alpha" in caplog.text
    await it.close()


async def test_one_that_hangs_is_ended_in_time_and_at_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    program = f"import os, signal; open({str(pid)!r}, 'w').write(str(os.getpid())); signal.pause()"
    it = Snapshots("sqlite:///nowhere", WRAPPING, program=(sys.executable, "-c", program))
    it.grown("alpha")
    while not pid.exists() or not pid.read_text():
        await asyncio.sleep(0.01)  # tidy: the process has to come up
    await it.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)

    monkeypatch.setattr(snapshots, "SECONDS_MAX", 0.2)
    with pytest.raises(Failed, match="died or hung"):
        await it.fetch("alpha")


async def test_what_is_waited_for_does_not_wait_for_what_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = Snapshots("sqlite:///nowhere", WRAPPING)
    order: list[str] = []
    going = asyncio.Event()

    async def done(job: Job) -> Done:
        if not job.waited_for:
            await going.wait()
        order.append(job.collective)
        return Done()

    monkeypatch.setattr(it, "_done", done)
    it.grown("slow")
    it.grown("slow")
    await asyncio.sleep(0)  # tidy: lets what was begun begin
    await it.fetch("urgent")
    going.set()
    await begun(it)

    assert order == ["urgent", "slow"]


def test_a_job_is_done_whatever_is_asked_and_shows_no_secret(house: House) -> None:
    url = house.database.url.render_as_string(hide_password=False)
    job = Job(What.MAKE, url, "alpha", WRAPPING, waited_for=True)
    assert do(job).seq == house.state().head.seq
    assert "a key" not in repr(job)
    assert url not in repr(job)


def test_what_fails_in_the_process_is_told_without_words() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "adapters.cli.snapshotting"], input=b"{", capture_output=True, check=True
    )
    assert done.stdout == b'{"seq":0,"flaw":"","failed":"DecodeError"}'
    assert done.stderr == b""


# --- Code and key -------------------------------------------------------------------------------------


def test_the_code_that_a_state_depends_on_is_all_in_its_hash() -> None:
    asked = "import sys, bot.books.snapshots, bot.collective.folding; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout.split()
    ours = [name.split(".") for name in loaded if name.startswith(("bot.", "commands", "storage"))]

    assert ours
    assert all(parts[0] == "bot" and parts[1] not in _APART for parts in ours)


def test_another_line_anywhere_in_it_is_other_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "bot"
    for name in ("collective/ledger.py", "chain.py", "writer/engine.py"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text("x = 1\n")
    first = code()
    assert first == code()
    monkeypatch.setattr(snapshots, "bot", SimpleNamespace(__file__=str(made / "__init__.py")))
    seen = {first, code()}
    for name in ("collective/ledger.py", "chain.py"):
        (made / name).write_text("x = 2\n")
        seen.add(code())
    (made / "collective" / "new.py").write_text("")
    seen.add(code())
    assert len(seen) == 5
    (made / "writer" / "engine.py").write_text("x = 2\n")
    assert code() in seen
    assert Path(bot.__file__).exists()


def test_the_key_follows_from_the_one_that_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    keys, chance = FleetingKeys(), Chance()
    assert wrapping(keys) == wrapping(keys)
    made = {wrapping(keys).key}
    made_key(keys, chance)
    made.add(wrapping(keys).key)
    rotated(keys, chance)
    made.add(wrapping(keys).key)
    keys.make("checkpoints", b"spoiled")
    assert wrapping(keys).key in made
    assert len(made) == 3


class Chance:
    def __init__(self) -> None:
        self.count = 0

    def salt(self) -> bytes:
        self.count += 1
        return bytes([self.count]) * 16

    def reference(self) -> str:
        return "x"


# --- Several programs ---------------------------------------------------------------------------------


def test_several_that_make_one_at_once_leave_a_whole_one(house: House) -> None:
    said: list[Done] = []
    engines = [open_engine(house.database.url.render_as_string(hide_password=False)) for _ in range(3)]

    def one(engine: Engine) -> None:
        said.append(make(engine, WRAPPING, "alpha"))

    several = [threading.Thread(target=one, args=(engine,)) for engine in engines]
    for each in several:
        each.start()
    for each in several:
        each.join()
    for engine in engines:
        engine.dispose()

    assert len(said) == 3
    assert any(done.seq for done in said)
    assert not differences(house.folded(), opened(house))
