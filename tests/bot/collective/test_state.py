"""What is in memory is what the journal says, field by field, after everything that people type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.console.transcript import Said, read_transcript
from bot.books.audit import compare
from bot.collective.catalogue import rules_of
from bot.collective.folding import fold
from bot.collective.state import State
from bot.phrasing.meetingwords import long_form
from commands import FEATURES
from tests.house import Play, staged
from tests.house.journals import book

TRANSCRIPTS = sorted((Path(__file__).parents[2] / "transcripts").glob("*.transcript"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_after_every_line_the_state_is_the_fold_of_the_journal(path: Path) -> None:
    with staged() as it:
        for part in read_transcript(path.read_text("utf-8")):
            it.stage.play(part)
            assert list(differences(it)) == [], part.what


def test_no_look_at_the_clock_leaves_a_trace_whatever_has_happened() -> None:
    """One state is asked what is due after each event of all kinds, the other never."""
    asked, left_alone = State("home"), State("home")
    for entry in book(13, 400, whole=True).entries:
        for each in (asked, left_alone):
            fold(each, [entry], {})
        for clockwork in FEATURES.clockworks:
            clockwork.due(asked, lambda _: rules_of())

        assert compare(asked, left_alone) == [], entry.payload


REST = """
ann: /minutes approve M1
ann: /round need 20 EUR
ann: /round no-need EUR
ann: /rules export
ann: /in home /me
ann: /import
ann: /import agree I1
ann: /import decisions
"""
"""What no transcript shows."""


def test_every_command_is_among_what_is_typed() -> None:
    said = {" ".join(words.split()[:n]) for words in _typed() for n in (1, 2)}

    assert set(FEATURES.commands) - said == set()
    with staged() as it:
        for part in read_transcript(REST):
            it.stage.play(part)
            assert list(differences(it)) == [], part.what


def _typed() -> Iterator[str]:
    for text in [REST, *(path.read_text("utf-8") for path in TRANSCRIPTS)]:
        for part in read_transcript(text):
            if isinstance(part.what, Said):
                yield long_form(part.what.text.removeprefix("/"))


def differences(it: Play) -> Iterator[str]:
    for name, live in it.remembered.items():
        yield from compare(live, it.folded(name))
