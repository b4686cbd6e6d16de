"""What is in memory is what the journal says, field by field, after everything that people type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.cli.config import Config
from adapters.cli.store import MEMORY, Store, open_store
from adapters.cli.trying import BEGIN, open_stage
from adapters.console.stage import Stage
from adapters.console.transcript import read_transcript
from bot.books.audit import compare
from bot.collective.state import State, fold

TRANSCRIPTS = sorted((Path(__file__).parents[2] / "transcripts").glob("*.transcript"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_after_every_line_the_state_is_the_fold_of_the_journal(path: Path) -> None:
    with open_store(MEMORY) as store:
        stage = open_stage(Config(), store, BEGIN, seed=0)
        for part in read_transcript(path.read_text("utf-8")):
            stage.play(part)
            assert list(differences(stage, store)) == [], part.what


def differences(stage: Stage, store: Store) -> Iterator[str]:
    with store.journal.transaction() as tx:
        for live in stage._engine._homes.states._states.values():
            name = live.collective
            yield from compare(live, fold(State(name), tx.entries(name), tx.names(name)))
