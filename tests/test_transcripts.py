"""The transcripts are tests: what was typed gives what came back, line by line, on both databases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec import Struct

from adapters.cli.store import MEMORY
from adapters.console.speech import json_of
from adapters.console.transcript import Said, read_transcript, write_transcript
from bot.chat import Kind, Outgoing, Refusal
from bot.command import Setting
from bot.grammar.lines import parse
from bot.language.units import own_unit
from bot.text.wording import Lines, Say, Typed
from tests.house import BEGIN, COMMANDS, staged

ROOT = Path(__file__).parent.parent
TRANSCRIPTS = sorted((ROOT / "tests" / "transcripts").glob("*.transcript"))

OWN = {word: own_unit(word, 0) for word in ("leaf", "star")}
REPLY = Draft202012Validator(json.loads((ROOT / "docs" / "schemas" / "reply.json").read_text("utf-8")))


def played(text: str, url: str) -> str:
    with staged(url) as it:
        return it.play(text)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_what_came_back_is_what_the_transcript_says(path: Path) -> None:
    """To people word by word, and to machines as the schema says."""
    text = path.read_text("utf-8")
    parts = read_transcript(text)
    with staged() as it:
        came = [each for part in parts for each in it.stage.annotate(part)]

    assert write_transcript(parts).splitlines() == text.splitlines()
    for each in came:
        REPLY.validate(json.loads(json_of(each)))
        assert not list(not_read(each)), "a refusal offers what would be refused"


def not_read(told: Outgoing) -> Iterator[str]:
    """The lines that a refusal offers and that cannot be typed; a bare name only says which command."""
    if told.reply.kind is not Kind.REFUSAL:
        return
    body = told.reply.body
    for line in typed(body.items[1:] if isinstance(body, Lines) else ()):
        if line not in COMMANDS:
            try:
                parse(line.replace("…", "x"), COMMANDS, Setting("en", "UTC", BEGIN, OWN))
            except Refusal as wrong:
                yield f"{line}: {wrong}"


def typed(part: object) -> Iterator[str]:
    """The lines to type that stand in a text."""
    if isinstance(part, Typed):
        for choice in part.choices or (Say(""),):
            yield " ".join(filter(None, (part.line, choice.text, part.rest)))
    elif isinstance(part, tuple | dict):
        for each in part.values() if isinstance(part, dict) else part:
            yield from typed(each)
    elif isinstance(part, Struct):
        for name in part.__struct_fields__:
            yield from typed(getattr(part, name))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_postgresql_gives_the_same_answers(path: Path, postgres_url: str) -> None:
    text = path.read_text("utf-8")

    assert played(text, postgres_url).splitlines() == text.splitlines()


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_restart_before_every_line_changes_no_answer(path: Path, sqlite_url: str) -> None:
    text = path.read_text("utf-8")
    rows = [
        f"@ restart\n{row}" if _is_message(row) else row for row in text.splitlines() if row[:1] != ">"
    ]

    came = played("\n".join(rows), sqlite_url)

    assert _without_restarts(came) == _without_restarts(text)


def _without_restarts(text: str) -> list[str]:
    return [row for row in text.splitlines() if row != "@ restart"]


def _is_message(row: str) -> bool:
    if row[:1] in {"", "#", "@", ">", " "}:
        return False
    (part,) = read_transcript(row)
    return isinstance(part.what, Said)


def test_the_readme_shows_what_really_comes_back() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```\n(.*?)```", readme, flags=re.DOTALL)
    chats = [block for block in blocks if "\n> " in block and ": /" in block]

    assert chats
    for chat in chats:
        assert played(chat, MEMORY).splitlines() == chat.splitlines()
