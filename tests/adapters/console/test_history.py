"""What the console remembers of what was typed: nothing private or secret, for its owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory

from adapters.cli.config import Config, DatabaseSection
from adapters.cli.running import history_of
from adapters.console import terminal
from adapters.console.history import DiscreetHistory
from adapters.console.terminal import CommandCompleter
from bot.command import Asked, Suggestion
from bot.text.wording import Words
from commands import FEATURES

COMMANDS = FEATURES.commands

KEPT = ("/log 2h baked bread", "bo: /confirm C1", "/balance", "ann@garden: /ledger")
GONE = (
    "bo!: /vote Q1 2",
    "bo!@garden: /log 2h a private note",
    "ann!: /balance",
    "/vote Q1 2",
    "bo: /vote Q1 Anna > Bo",
    "/VOTE Q1 2",
    "/me link K7PM-3XQ2 yes",
    "/collective join home-ABCD-EFGH",
    "/verify-ballot Q1 amber-canoe-owl",
    "/in Garden vote Q1 2",
    "/ballot Q1",
    "/vtoe Q1 2",
    "K7PM-3XQ2",
    "Q1 2",
    "",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".talkoot_history"


def remembered(path: Path) -> list[str]:
    return list(FileHistory(str(path)).load_history_strings())[::-1]


@pytest.mark.parametrize("row", GONE)
def test_what_is_private_or_secret_is_not_in_the_file(row: str, path: Path) -> None:
    history = DiscreetHistory(path, COMMANDS)
    history.append_string(row)
    assert path.read_bytes() == b""
    # Whoever typed it can still go back to it while the program runs.
    assert history.get_strings() == [row]


def test_what_may_be_known_is_found_again(path: Path) -> None:
    history = DiscreetHistory(path, COMMANDS)
    for row in KEPT:
        history.append_string(row)
    assert remembered(path) == list(KEPT)


def test_the_file_is_its_owners_alone_also_one_that_was_there(path: Path) -> None:
    old = os.umask(0)
    try:
        DiscreetHistory(path, COMMANDS)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)
        DiscreetHistory(path, COMMANDS).append_string("/balance")
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_an_older_program_had_kept_is_taken_out(path: Path) -> None:
    older = FileHistory(str(path))
    for row in (KEPT[0], *GONE[:3], KEPT[1], GONE[6]):
        older.store_string(row)
    DiscreetHistory(path, COMMANDS)
    assert remembered(path) == [KEPT[0], KEPT[1]]
    assert b"vote" not in path.read_bytes()


def test_it_lies_beside_the_database(tmp_path: Path) -> None:
    beside = Config(database=DatabaseSection(url=f"sqlite:///{tmp_path}/garden.db"))
    assert history_of(beside) == tmp_path / ".talkoot_history"
    assert history_of(Config()) == Path(".talkoot_history")
    # In a container one stands where nothing can be written.
    server = Config(database=DatabaseSection(url="postgresql://p@there/talkoot")).at(tmp_path)
    assert history_of(server) == tmp_path / ".talkoot_history"


def test_the_file_is_never_open_to_others_not_even_at_first(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    DiscreetHistory(path, COMMANDS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_whoever_types_has_this_history_and_what_the_collective_knows(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}

    class Session:
        def __class_getitem__(cls, _: object) -> type[Session]:
            return cls

        def __init__(self, **them: Any) -> None:
            given.update(them)

        async def prompt_async(self, _: str) -> str:
            raise EOFError

    async def suggests(row: str, asked: Asked) -> list[Suggestion]:
        return [Suggestion("C7", Words("bread"))]

    monkeypatch.setattr(terminal, "PromptSession", Session)
    assert [row async for row in terminal.typed(COMMANDS, path, "> ", suggests)] == []
    assert isinstance(given["history"], DiscreetHistory)
    completer = given["completer"]
    assert isinstance(completer, CommandCompleter)
    found = completer.get_completions_async(Document("/show "), CompleteEvent())
    assert "C7" in [it.text async for it in found]
