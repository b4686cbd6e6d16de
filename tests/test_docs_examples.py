"""Every example on every page works: chat lines are played, shell lines parsed, settings read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from adapters.cli.app import app
from adapters.cli.configuring import mistakes
from adapters.cli.given import given_in_file
from adapters.cli.importing_map import read_map
from adapters.console.transcript import read_transcript, write_transcript
from tests.house import staged

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("docs/*.md"), ROOT / "README.md"])
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)

ELSEWHERE = {
    "ini": "tests/test_docs_backup.py and tests/adapters/cli/test_operating.py",
    "caddy": "tests/adapters/web",
    "nginx": "tests/adapters/web",
    "python": "tests/test_docs.py",
    "text": "tests/adapters/cli/test_manual.py",
    "yaml": "tests/adapters/cli/test_figures.py",
    "": "no example, or played by tests/test_transcripts.py and tests/test_docs_backup.py",
}
"""What is looked at by other tests, and where."""

PLAIN = {"docs/verifying.md", "README.md", "docs/backup.md", "docs/architecture.md"}
"""The pages that have blocks in no language."""

OTHERS = {"pipx", "pip", "make", "mkdir", "mv", "docker", "sha256sum", "ssh-keygen", "echo"}
"""The programs of others that a page has people type."""

COMMAND = typer.main.get_command(app)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def blocks(path: Path, language: str) -> Iterator[str]:
    for indent, found, text in BLOCK.findall(path.read_text("utf-8")):
        if found == language:
            yield "".join(row.removeprefix(indent) for row in text.splitlines(keepends=True))


def with_blocks(language: str) -> list[Path]:
    return [path for path in PAGES if any(blocks(path, language))]


def not_parsed(line: str) -> str:
    """Why a line of the shell is none that works; nothing where it is."""
    words = shlex.split(line, comments=True)
    if not words or words[0] in OTHERS:
        return ""
    if words[0] != "talkoot":
        return f"{words[0]} is not known here"
    if "<" in words:
        words = words[: words.index("<")]
    try:
        with COMMAND.make_context(
            "talkoot", words[1:2] if words[1].startswith("-") else words[1:]
        ) as top:
            assert isinstance(COMMAND, click.Group | typer.core.TyperGroup)
            _, command, rest = COMMAND.resolve_command(top, words[1:])
            assert command is not None
            command.make_context(words[1], rest, parent=top)
    except (click.exceptions.Exit, typer.Exit):  # --version
        return ""
    except Exception as wrong:  # noqa: BLE001 - whatever it says, the line does not work
        return str(wrong)
    return ""


@pytest.mark.parametrize("path", with_blocks("transcript"), ids=named)
def test_what_a_page_says_in_chat_is_what_is_answered(path: Path) -> None:
    text = "".join(blocks(path, "transcript"))
    with staged() as it:
        parts = read_transcript(text)
        for part in parts:
            it.stage.annotate(part)

    assert write_transcript(parts).splitlines() == text.splitlines()


@pytest.mark.parametrize("path", with_blocks("sh"), ids=named)
def test_what_a_page_has_one_type_in_a_shell_is_a_line_that_works(path: Path) -> None:
    rows = [row for block in blocks(path, "sh") for row in block.splitlines()]

    assert {row: told for row in rows if (told := not_parsed(row))} == {}


@pytest.mark.parametrize("path", with_blocks("toml"), ids=named)
def test_every_setting_that_a_page_shows_is_one(path: Path, tmp_path: Path) -> None:
    for block in blocks(path, "toml"):
        if named(path) == "docs/imports.md":  # the map of an import
            (tmp_path / "map.toml").write_text(block)
            read_map(tmp_path / "map.toml")
        else:
            assert mistakes(given_in_file(block, named(path))) == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_no_page_has_an_example_that_nobody_plays(path: Path) -> None:
    known = {"transcript", "sh", "toml", *ELSEWHERE}
    found = {language for _, language, _ in BLOCK.findall(path.read_text("utf-8"))}

    assert found <= known
    assert "" not in found or named(path) in PLAIN


@pytest.mark.parametrize(
    "line",
    ["talkoot nothing", "talkoot verify --nothing", "frobnicate", "talkoot export", "talkoot run x"],
)
def test_a_line_that_does_not_work_is_found(line: str) -> None:
    assert not_parsed(line)


def test_the_newest_version_has_its_note_for_whoever_upgrades() -> None:
    newest = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)[0]
    notes = re.findall(r"^## (.+)$", (ROOT / "docs/upgrading.md").read_text("utf-8"), re.MULTILINE)

    assert notes[0] == newest


def test_the_picture_comes_first() -> None:
    rows = (ROOT / "README.md").read_text("utf-8").splitlines()

    assert next(row for row in rows[1:] if row).startswith("![")
