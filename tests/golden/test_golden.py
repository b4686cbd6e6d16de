"""The journals of earlier releases fold to what they folded to then, and still verify."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.cli.verify import verify_bundle
from bot.books.bundle import read_entry, read_text
from bot.collective.collectives import HOME
from bot.collective.folding import fold
from bot.collective.state import State
from tests.golden.facts import facts

RELEASES = sorted(path.parent for path in Path(__file__).parent.glob("*/journal.jsonl"))


def test_there_is_a_journal_of_a_release() -> None:
    assert RELEASES


@pytest.mark.parametrize("folder", RELEASES, ids=lambda folder: folder.name)
def test_a_journal_of_a_release_folds_to_the_same_result(folder: Path) -> None:
    with (folder / "journal.jsonl").open("rb") as journal, (folder / "texts.jsonl").open("rb") as kept:
        entries = [read_entry(row) for row in journal]
        texts = [read_text(row)[1] for row in kept]

    state = fold(State(HOME), entries, {text.seal: text.text for text in texts})

    assert facts(state) == json.loads((folder / "state.json").read_text("utf-8"))
    assert verify_bundle(folder).sound
