"""`talkoot init` whole, at a real terminal: asked, gone back in, written at once, well at the end."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.cli.configuring import read_config
from adapters.cli.init_database import unfit
from adapters.cli.init_writing import Draft, written
from adapters.cli.store import usual_keys
from bot.writer.signing import signing_key
from storage import engines
from storage.keys import KeyFolder
from tests.adapters.cli.test_running import TALKOOT, talkoot
from tests.house.terminal import Terminal

LANGUAGE, ZONE = "The language of the collective (en, de) [", "Its time zone ["
NAME, DATABASE = "The name of your collective [", "The database: a file, or PostgreSQL"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TALKOOT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TZ", "Europe/Berlin")
    return tmp_path / "home"


def at_a_terminal(folder: Path) -> Terminal:
    return Terminal((*TALKOOT, "init"), folder)


def answer(it: Terminal, question: str, line: str) -> None:
    it.sees(question)
    it.type(line)


def until_the_language(it: Terminal) -> None:
    answer(it, "Connect Matrix? [yes]", "no")
    answer(it, "Connect Discord? [yes]", "n")


def asked(*typed: str) -> tuple[int, str]:
    """The exit code, and all that is said where this is piped in."""
    done = CliRunner().invoke(app, ["init"], input="".join(f"{line}\n" for line in typed))
    return done.exit_code, done.output


def test_an_evening_ends_in_a_doctor_that_is_well_and_a_bot_that_speaks(
    home: Path, tmp_path: Path
) -> None:
    with at_a_terminal(tmp_path) as it:
        answer(it, "Connect Matrix? [yes]", "perhaps")
        it.sees("“perhaps” is neither yes nor no.")
        until_the_language(it)
        answer(it, f"{LANGUAGE}en]", "Klingon")
        it.sees("“Klingon” is no value for language. It takes")
        answer(it, f"{LANGUAGE}en]", "fr")
        it.sees("“fr” is a language that I do not speak. I speak en, de.")
        answer(it, f"{LANGUAGE}en]", "Deutsch")
        answer(it, f"{ZONE}Europe/Berlin]", "Mars")
        it.sees("“Mars” is no value for zone.")
        answer(it, f"{ZONE}Europe/Berlin]", "Europe/Vienna")
        answer(it, f"{NAME}Talkoot]", "Kiezküche")
        answer(it, f"{DATABASE} as", "/nowhere/at/all.db")
        it.sees("For this file it is sqlite:////nowhere/at/all.db")
        answer(it, DATABASE, "sqlite:////nowhere/at/all.db")
        it.sees("The folder /nowhere/at for the database does not exist.")
        answer(it, DATABASE, "")
        it.sees("rules.language = de")
        assert not home.exists(), "nothing is written before the end"
        answer(it, "Write this down? [yes]", "")
        it.sees("All is well.")
        assert it.ends() == 0

    assert read_config(None).rules == {"language": "de", "zone": "Europe/Vienna"}
    assert sorted(path.name for path in home.iterdir()) == ["config.toml", "talkoot.db"]
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    key = signing_key(KeyFolder(usual_keys()))
    assert key is not None, "checkpoints can be signed, and doctor was right that all is well"
    assert "Dein erster Eintrag!" in talkoot("run", typed="/log 1h Brot\n", folder=tmp_path).stdout
    assert signing_key(KeyFolder(usual_keys())) == key


def test_one_goes_back_as_far_as_the_first_question_and_finds_what_one_answered(
    home: Path, tmp_path: Path
) -> None:
    with at_a_terminal(tmp_path) as it:
        answer(it, "Connect Matrix? [yes]", "<")
        until_the_language(it)
        answer(it, LANGUAGE, "de")
        answer(it, ZONE, "")
        answer(it, NAME, "Werkstat")
        answer(it, DATABASE, "<")
        answer(it, f"{NAME}Werkstat]", "Werkstatt")
        answer(it, DATABASE, "")
        answer(it, "Write this down?", "<")
        for _ in range(4):
            answer(it, "[", "<")
        answer(it, "Connect Discord?", "<")
        until_the_language(it)
        answer(it, f"{LANGUAGE}de]", "")
        answer(it, ZONE, "")
        answer(it, f"{NAME}Werkstatt]", "")
        answer(it, DATABASE, "")
        answer(it, "Write this down?", "yes")
        assert it.ends() == 0

    assert read_config(None).collective.name == "Werkstatt"


def test_what_the_doctor_finds_can_be_mended_and_looked_at_again(home: Path, tmp_path: Path) -> None:
    keys = tmp_path / "own-keys"
    keys.mkdir(mode=0o700)
    (keys / "stray.key").touch()
    home.mkdir()
    (home / "config.toml").write_text(f'# ours\n[ballots]\nkeys = "{keys}"\n')
    with at_a_terminal(tmp_path) as it:
        until_the_language(it)
        for question in (LANGUAGE, ZONE, NAME, DATABASE, "Write this down?"):
            answer(it, question, "")
        it.sees("keys of no poll here")
        it.sees("Mend that, then press Enter to look again")
        (keys / "stray.key").unlink()
        it.type("")
        it.sees("All is well.")
        assert it.ends() == 0

    assert (home / "config.toml").read_text().startswith("# ours\n[ballots]\n")


@contextmanager
def homeserver() -> Iterator[tuple[str, list[str]]]:
    """One that lets everybody in; its address, and what was asked of it with which token."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answered({"versions": ["v1.12"]} if self.path.endswith("/versions") else {})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            login = {"user_id": "@bot:here", "device_id": "NEW", "access_token": "fresh-token"}
            self.answered(login if self.path.endswith("/login") else {})

        def answered(self, told: object) -> None:
            asked.append(
                f"{self.path.rpartition('/')[2]} {self.headers.get('Authorization', '')}".strip()
            )
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - its own name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_who_ends_it_leaves_no_file_no_login_and_no_password_on_the_screen(
    home: Path, tmp_path: Path
) -> None:
    with homeserver() as (address, requests), at_a_terminal(tmp_path) as it:
        answer(it, "Connect Matrix?", "")
        answer(it, "The bot's Matrix id", "@bot:here")
        answer(it, "Its homeserver's address", address)
        answer(it, "you have an access token): ", "correct horse")
        it.sees("Logged in as @bot:here, device NEW.")
        it.sees("Connect Discord?")
        it.interrupt()
        it.sees("Nothing was written.")
        assert it.ends() == 1

        assert "correct horse" not in it.screen
        assert requests[-2:] == ["login", "logout Bearer fresh-token"]
    assert not home.exists()


def test_a_login_that_is_asked_anew_is_given_up_and_the_last_one_is_kept(
    home: Path, tmp_path: Path
) -> None:
    with homeserver() as (address, requests), at_a_terminal(tmp_path) as it:
        for _ in range(2):
            answer(it, "Connect Matrix? [yes]", "")
            answer(it, "The bot's Matrix id", "@bot:here")
            answer(it, "Its homeserver's address", address)
            answer(it, "you have an access token): ", "correct horse")
            answer(it, "Connect Discord?", "<")
        answer(it, "Connect Matrix? [yes]", "no")
        it.sees("Connect Discord?")
        assert [each.split()[0] for each in requests if each.startswith("log")] == [
            "login",
            "logout",
        ] * 2
        it.interrupt()
        assert it.ends() == 1
    assert not home.exists()


def test_no_at_the_end_writes_nothing_and_so_does_an_end_of_the_input(home: Path) -> None:
    for typed in (("n", "n", "", "", "", "", "no"), ("n", "n", "de")):
        code, told = asked(*typed)

        assert (code, "Nothing was written." in told) == (1, True)
        assert not home.exists()


def test_what_a_fault_interrupts_stands_as_it_was(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    config, env = home / "config.toml", home / ".env"
    config.write_text("[rules]\nzone = 'UTC'\n")
    env.write_text("OTHERS=1\n")
    draft = Draft()
    draft.put("rules", "zone", "Europe/Berlin")
    draft.hide("discord", "token", "secret")
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target == config:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        written(draft, config, env)

    assert (config.read_text(), env.read_text()) == ("[rules]\nzone = 'UTC'\n", "OTHERS=1\n")
    assert sorted(path.name for path in home.iterdir()) == [".env", "config.toml"]


def test_a_password_of_the_database_goes_where_only_the_owner_reads(home: Path) -> None:
    home.mkdir()
    config, env = home / "config.toml", home / ".env"
    config.write_text('[database]\nurl = "sqlite:///talkoot.db" # at first\n')
    draft = Draft()
    draft.hide("database", "url", "postgresql://me:secret@here/book")
    assert not any("secret@" in row for row in draft.told)

    assert written(draft, config, env) == [config, env]

    assert "url" not in config.read_text()
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert read_config(config).database.url == "postgresql://me:secret@here/book"


def test_what_is_answered_counts_though_the_secrets_said_otherwise(home: Path) -> None:
    home.mkdir()
    (home / ".env").write_text("TALKOOT_RULES__LANGUAGE=en\nTALKOOT_OTHER=1\n")

    code, told = asked("n", "n", "de", "", "", "", "")

    assert code == 0, told
    assert read_config(None).rules["language"] == "de"
    assert (home / ".env").read_text() == "TALKOOT_OTHER=1\n"


def test_what_the_environment_says_is_not_asked_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKOOT_RULES__ZONE", "Europe/Paris")

    code, told = asked("n", "n", "", "", "", "")

    assert code == 0, told
    assert "TALKOOT_RULES__ZONE stands in the environment, and is not asked for." in told
    assert ZONE not in told
    assert read_config(None).rules == {"language": "en", "zone": "Europe/Paris"}
    assert "zone" not in (home / "config.toml").read_text()


def test_another_database_is_told_what_it_leaves_behind(home: Path) -> None:
    assert asked("n", "n", "", "", "", "", "")[0] == 0

    code, told = asked("n", "n", "", "", "", "sqlite:///new.db", "")

    assert (code, "talkoot.db stays there and is not taken along" in told) == (0, True)


def test_a_configuration_that_is_wrong_is_told_before_anything_is_asked(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('[rules]\nquorum = "many"\n[matrix]\nuser = "@bot:here"\n')

    code, told = asked()

    assert code == 2
    assert "Mend this first, then run talkoot init again:\n- rules.quorum (config.toml, line 2)" in told
    assert "matrix" not in told, "an account that is there by half is what it mends"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("postgresql://me:pa@ss:zebra@host/name", "In a password, @ is written %40"),
        ("postgresql://me@host:many/name", "The port in the database's address is no number."),
        ("mysql://me@host/name", "in SQLite or PostgreSQL, not in mysql"),
        ("sqlite://", "The database is a file, as in sqlite:///talkoot.db"),
        ("sqlite:///talkoot.db?mode=ro", "The database is a file, as in sqlite:///talkoot.db"),
        ("sqlite:////etc", "/etc is a folder; the database is a file in it"),
    ],
)
def test_an_address_that_is_none_is_told_without_a_word_of_the_password(
    typed: str, told: str, home: Path
) -> None:
    assert told in unfit(home, typed)
    assert "zebra" not in unfit(home, typed)
    said = talkoot("verify", "--db", typed, folder=home.parent).stderr
    assert told in said or typed.startswith("sqlite:")


def test_a_file_of_something_else_is_told_and_never_written_down(home: Path) -> None:
    home.mkdir()
    (home / "talkoot.db").write_text("what to buy: " * 100)

    code, told = asked("n", "n", "", "", "", "", "sqlite:///books.db", "")

    assert (code, "a file of something else, and no SQLite database" in told) == (0, True), told
    assert (home / "talkoot.db").read_text().startswith("what to buy")
    (home / "empty.db").touch()
    assert not unfit(home, "sqlite:///empty.db"), "it becomes one"
    assert not unfit(home, "sqlite:///books.db")


def test_a_folder_that_nobody_may_write_into_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    home.mkdir()

    code, told = asked("n", "n", "", "", "", "")

    assert (code, f"Nothing can be written into {home}." in told) == (1, True)


def test_a_server_that_is_not_there_or_has_no_driver_is_told_and_asked_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = "postgresql://me:hidden@127.0.0.1:1/book"
    code, told = asked("n", "n", "", "", "", there, "", "")
    assert code == 0, told
    assert "PostgreSQL at 127.0.0.1, port 1, cannot be used: Connection refused." in told

    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    assert "pipx install 'talkoot[postgres]'" in asked("n", "n", "", "", "", there, "", "")[1]
