"""What is in memory is what the journal says, field by field, after everything that people type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.console.transcript import read_transcript
from bot.books.audit import compare
from tests.house import Play, staged

TRANSCRIPTS = sorted((Path(__file__).parents[2] / "transcripts").glob("*.transcript"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_after_every_line_the_state_is_the_fold_of_the_journal(path: Path) -> None:
    with staged() as it:
        for part in read_transcript(path.read_text("utf-8")):
            it.stage.play(part)
            assert list(differences(it)) == [], part.what


def differences(it: Play) -> Iterator[str]:
    for name, live in it.remembered.items():
        yield from compare(live, it.folded(name))
