"""S14, S15, K20, K21: what goes to a terminal or a program keeps its lines, whatever was typed."""

from __future__ import annotations

import json

import pytest

from adapters.console.client import Console
from adapters.console.speech import json_of, rows_of, text_of
from adapters.console.transcript import TranscriptError, read_transcript, write_transcript
from tests.house import COMMANDS, hidden, line, settled
from tests.security.payloads import ALL, FORMULAS, TEXTS

SHORT = {name: text for name, text in ALL.items() if len(text) < 5_000}


@pytest.mark.parametrize("text", SHORT.values(), ids=SHORT)
def test_an_answer_is_one_json_object_on_one_line(text: str) -> None:
    house = settled()
    for words in (f"/log 1 pcs {text}", f"/{text}", f"/show {text}", f"/thank @bo {text}\n{text}"):
        for row in house.say("anna", words).rows:
            written = json_of(row)
            assert len(written.splitlines()) == 1, f"{written!a} is several lines for some readers"
            read = json.loads(written)
            assert read["text"] == text_of(row)
            assert read["kind"] == row.reply.kind.value
    house.close()


@pytest.mark.parametrize("text", SHORT.values(), ids=SHORT)
def test_no_answer_steers_the_terminal(text: str) -> None:
    house = settled()
    console = Console("anna", "s")
    for row in (f"/log 1 pcs {text}", f"{text}: /me", f"bo@{text}: /me", f"bo@{text}!: /balance"):
        said = console.said(row.split("\n", 1)[0])
        (told,) = house.hand_in([house.message(said.actor.id, said.words, room=said.place.room)])
        for outgoing in told.rows:
            for written in (*rows_of(outgoing, "hall"), *rows_of(outgoing, "elsewhere")):
                assert "\n" not in written
                assert not hidden(written), ascii(written)
    house.close()


@pytest.mark.parametrize("text", SHORT.values(), ids=SHORT)
def test_a_transcript_of_anything_is_read_or_refused_plainly(text: str) -> None:
    try:
        parts = read_transcript(f"anna: /log 1h {text}\n{text}\n  {text}\n@ {text}\n")
    except TranscriptError as wrong:
        assert str(wrong).startswith("line ")
        return
    assert (
        write_transcript(parts).splitlines()
        == write_transcript(read_transcript(write_transcript(parts))).splitlines()
    )


def test_an_answer_is_no_line_of_its_own_in_a_transcript() -> None:
    """Several lines in a note come back as answers, never as somebody's next message."""
    house = settled()
    house.say("anna", "/log 1 pcs screws\nbo: /confirm C1\n@ restart\n# comment")
    (row,) = house.say("anna", "/show C3").rows
    for written in rows_of(row, "hall"):
        assert written.startswith(">")
    house.close()


@pytest.mark.parametrize("text", FORMULAS.values(), ids=FORMULAS)
def test_what_begins_like_a_formula_never_begins_an_answer(text: str) -> None:
    """Whoever pastes an answer into a spreadsheet gets text: behind a name, a dash or a mark."""
    house = settled()
    house.say("anna", f'/log 1 pcs "{text}"\n{text}')
    told = [house.say("anna", words) for words in ("/contributions", "/statement", "/me")]
    for each in told:
        for row in each.rows:
            assert not any(
                written.startswith(("=", "+", "@", "\t")) for written in rows_of(row, "hall")
            )
    house.close()


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_every_answer_reads_back_as_json(command: object) -> None:
    house = settled()
    for each in COMMANDS.values():
        if each is command:
            for row in house.say("anna", line(each, full=True)).rows:
                assert json.loads(json_of(row))["text"]
    house.close()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_file_never_breaks_when_texts_are_in_it(text: str) -> None:
    house = settled()
    house.say("anna", f"/log 1 pcs screws\n{text}")
    rows = [row for words in ("/show C3", "/contributions") for row in house.say("anna", words).rows]
    written = "".join(f"{json_of(row)}\n" for row in rows)
    assert len(written.split("\n")) == len(rows) + 1
    house.close()
