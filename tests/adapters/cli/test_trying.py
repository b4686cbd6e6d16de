"""`talkoot try`: every play is heard, and what is wrong is said in words."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli.app import app, three_lines
from storage.keys import KeyFolder
from tests.house import House


def run(*words: str) -> tuple[int, str]:
    came = CliRunner().invoke(app, list(words))
    assert came.exception is None or isinstance(came.exception, SystemExit), came.exception
    return came.exit_code, came.output


def test_every_play_on_one_database_is_heard(tmp_path: Path) -> None:
    script, url = tmp_path / "a.transcript", f"sqlite:///{tmp_path / 'talkoot.db'}"
    script.write_text("ann: what a day\nann: /about\n", encoding="utf-8")
    told = [run("try", "--script", str(script), "--db", url) for _ in range(3)]
    assert all("Talkoot keeps the books" in text for _, text in told)

    script.write_text("ann: /log 1h swept\n", encoding="utf-8")
    refs = [run("try", "--script", str(script), "--db", url)[1] for _ in range(3)]
    assert [f"C{n}: ann, 1h" in text for n, text in enumerate(refs, 1)] == [True] * 3


@pytest.mark.parametrize("url", ["what?", "", "mysql://x/y", "sqlite:///no/such/folder/x.db", "://"])
@pytest.mark.parametrize("words", [["try", "--script"], ["verify"], ["doctor", "--offline"], ["run"]])
def test_a_bad_address_of_a_database_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], url: str
) -> None:
    script = tmp_path / "a.transcript"
    script.write_text("ann: /about\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = [*words, str(script)] if words[-1] == "--script" else words
    code, told = run(*given, "--db", url or "sqlite:///")
    assert code == 2
    assert 0 < len(told.splitlines()) <= 3
    assert "Traceback" not in told


def test_a_folder_of_keys_is_its_owners_alone_and_those_made_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "talkoot" / "keys"
    keys = KeyFolder(folder)
    keys.shut()
    assert not folder.exists()
    keys.make("home-Q1", b"k" * 32)
    for each in (folder, folder.parent, folder.parent.parent):
        assert stat.S_IMODE(each.stat().st_mode) == 0o700

    folder.chmod(0o755)
    KeyFolder(folder).shut()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_every_line_that_a_player_is_told_to_type_is_taken() -> None:
    house = House()
    for line in three_lines("anna").splitlines()[1:]:
        speaker, _, words = line.strip().rpartition(": ")
        assert house.say(speaker or "anna", words).error == "", line
    house.close()
