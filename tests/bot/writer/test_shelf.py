"""Between the file and the journal: a fault, a bug or a kill leaves nothing dangling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.chat import Attached
from bot.ports import CommitUnknown, Journal, StorageFault, Transaction
from bot.writer.shelf import Shelf
from storage.slips import SlipFolder, kept_in, tidy
from tests.house import House
from tests.house.papers import JPEG, PNG

LATER = 10**11
"""Long after everything (s)."""


class Weather:
    """A journal that fails when it commits: before, or after it did."""

    def __init__(self, journal: Journal) -> None:
        self.journal, self.after = journal, False
        self.fault: StorageFault | None = None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        fault, self.fault = self.fault, None
        if fault is None:
            with self.journal.transaction() as tx:
                yield tx
            return
        if self.after:
            with self.journal.transaction() as tx:
                yield tx
            raise fault
        with self.journal.transaction() as tx:
            yield tx
            raise fault

    def close(self) -> None:
        self.journal.close()


def house(folder: Path) -> tuple[House, Weather]:
    """Ann and bo, and receipts as files."""
    made: list[Weather] = []

    def between(journal: Journal) -> Weather:
        made.append(Weather(journal))
        return made[-1]

    it = House(between=between, shelf=Shelf(SlipFolder(folder))).enter("ann", "bo")
    return it, made[-1]


def endings(folder: Path) -> list[str]:
    return sorted(each.suffix for each in folder.rglob("*") if each.is_file())


def put_in_order(it: House, folder: Path) -> None:
    """As the next start does."""
    tidy(SlipFolder(folder), kept_in(it.database), LATER)


def handed_in(it: House) -> str:
    return it.say("bo", "/expense 12 EUR eggs", file=Attached("r.jpg", JPEG)).error


def test_it_is_on_the_disk_before_the_journal_knows_it_and_named_after(tmp_path: Path) -> None:
    it, _ = house(tmp_path)

    assert handed_in(it) == ""

    assert endings(tmp_path) == [".slip"]


def test_of_what_was_not_written_nothing_stays(tmp_path: Path) -> None:
    it, weather = house(tmp_path)
    weather.fault = StorageFault("the database is away")

    with pytest.raises(StorageFault):
        handed_in(it)

    assert endings(tmp_path) == []
    assert it.state().treasury.count == 0
    assert handed_in(it) == ""


@pytest.mark.parametrize("after", [False, True])
def test_where_nobody_knows_whether_it_was_written_the_next_start_does(
    tmp_path: Path, after: bool
) -> None:
    it, weather = house(tmp_path)
    weather.fault, weather.after = CommitUnknown("the line broke"), after

    with pytest.raises(CommitUnknown):
        handed_in(it)

    assert endings(tmp_path) == [".new"]
    put_in_order(it, tmp_path)
    assert endings(tmp_path) == ([".slip"] if after else [])
    if after:
        assert it.say("bo", "/slip T1").rows[0].reply.files


def test_a_kill_before_the_journal_leaves_nothing_after_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it, weather = house(tmp_path)
    monkeypatch.setattr(SlipFolder, "destroy", lambda *_: None)  # nobody is there to clear up
    weather.fault = StorageFault("killed")
    with pytest.raises(StorageFault):
        handed_in(it)
    monkeypatch.undo()

    assert endings(tmp_path) == [".new"]
    put_in_order(it, tmp_path)
    assert endings(tmp_path) == []


def test_a_kill_between_the_journal_and_the_name_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it, _ = house(tmp_path)
    monkeypatch.setattr(SlipFolder, "keep", lambda *_: None)
    handed_in(it)
    monkeypatch.undo()

    assert endings(tmp_path) == [".new"]
    assert it.say("bo", "/slip T1").rows[0].reply.files, "it is found all the same"
    put_in_order(it, tmp_path)
    assert endings(tmp_path) == [".slip"]


def test_a_kill_between_erasing_it_and_its_file_leaves_nothing_after_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it, _ = house(tmp_path)
    handed_in(it)
    it.say("bo", "/slip add T1", file=Attached("p", PNG))
    monkeypatch.setattr(SlipFolder, "destroy", lambda *_: None)
    it.say("bo", "/slip remove T1 1")
    monkeypatch.undo()

    assert endings(tmp_path) == [".slip", ".slip"]
    put_in_order(it, tmp_path)
    assert endings(tmp_path) == [".slip"]
    assert [f.name for f in it.say("bo", "/slip T1").rows[0].reply.files] == ["T1-2.png"]


def test_a_file_that_the_disk_does_not_let_go_of_breaks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    it, _ = house(tmp_path)
    handed_in(it)

    def refused(*_: object) -> None:
        raise StorageFault("the disk says no")

    monkeypatch.setattr(SlipFolder, "destroy", refused)

    assert it.say("bo", "/slip remove T1").error == ""
    assert "is to be put in order at the next start" in caplog.text
