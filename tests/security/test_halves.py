"""A6, S27: two processes doubt whatever one finds, and nothing else; each fault is in one half's view.

Here both halves look in this process, so that many faults can be tried.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from adapters.cli.halves import _outcomes, _together
from adapters.cli.otherhalf import said_of
from adapters.cli.verify import verify_archive
from bot.books.audit import read_posted
from storage.engines import open_engine
from storage.reading import SqlArchive
from tests.house import House, staged
from tests.house.cases import first
from tests.security.test_beside import SPOILED, TRANSCRIPTS, house, sql
from tests.security.test_tampering import HEADS, PARTS, TRIES, Tampering, original, tries

__all__ = ["house", "original"]


def doubted(archive: SqlArchive) -> bool:
    """Whether one of both halves doubts that all holds."""
    with archive.snapshot() as snapshot:
        said = said_of(snapshot)
        try:
            found = _outcomes(snapshot, [*map(read_posted, HEADS)], ())
        except Exception:  # noqa: BLE001 - as `in_halves` takes it
            return True
    return bool(_together(found, said).doubt)


@pytest.mark.parametrize("how", SPOILED)
def test_what_is_spoiled_beside_the_journal_is_doubted(house: House, how: str) -> None:
    assert not doubted(house.store.archive)
    sql(house, SPOILED[how][0])
    assert doubted(house.store.archive)


def test_a_journal_that_is_gone_is_doubted(house: House) -> None:
    sql(house, "DELETE FROM entries")
    assert doubted(house.store.archive)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_what_any_transcript_leaves_behind_is_not_doubted(path: Path) -> None:
    with staged() as it:
        it.play(path.read_text("utf-8"))
        assert not doubted(it.store.archive)


@pytest.mark.parametrize("part", first(1, range(PARTS)))
def test_two_doubt_what_one_finds(original: Path, tmp_path: Path, part: int) -> None:
    path = tmp_path / "talkoot.db"
    shutil.copy(original / "talkoot.db", path)
    engine = open_engine(f"sqlite:///{path}")
    archive = SqlArchive(engine)
    tampering = Tampering(path, random.Random(part))
    faults = 0
    for draw in tries(part):
        tampering.draw = draw
        tampering.tamper()
        sound = verify_archive(archive).sound
        faults += not sound
        assert doubted(archive) is not sound
        tampering.restore()
    tampering.connection.close()
    engine.dispose()

    assert faults > TRIES / PARTS / 2
