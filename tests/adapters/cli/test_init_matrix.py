"""`talkoot init` for Matrix: a wrong answer is told and asked for again, and what works is written."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values
from typer.testing import CliRunner

from adapters.cli import init, init_matrix
from adapters.cli.app import app
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.login import Session
from bot.ports import TurnedAway

USER, HOME = "@talkoot:example.org", "https://matrix.example.org"


@pytest.fixture(autouse=True)
def _homeserver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One homeserver that takes one password and two tokens."""

    async def found(_user: str) -> str:
        return HOME

    async def answers(address: str) -> bool:
        return address == HOME

    async def by_password(address: str, user: str, password: str) -> Session:
        match password:
            case "slow":
                raise Limited(180.0)
            case "away":
                raise Unreachable("no route")
            case "right":
                return Session(address, user, "DEV", "token-1")
            case _:
                raise Denied("M_FORBIDDEN", "Invalid username or password")

    async def by_token(address: str, token: str) -> Session:
        if token == "unknown":
            raise TurnedAway("unknown token")
        user = USER if token == "own" else "@other:example.org"
        return Session(address, user, "DEV2", token)

    monkeypatch.setattr(init_matrix, "homeserver_of", found)
    monkeypatch.setattr(init_matrix, "answers_at", answers)
    monkeypatch.setattr(init_matrix, "by_password", by_password)
    monkeypatch.setattr(init_matrix, "by_token", by_token)
    monkeypatch.setattr(init, "examine", lambda settings, url: True)
    monkeypatch.chdir(tmp_path)


def asked(*typed: str) -> str:
    """What `talkoot init` says when this is typed, Matrix alone."""
    done = CliRunner().invoke(app, ["init"], input="\n".join(["y", *typed, "n", *[""] * 6]))

    assert done.exit_code == 0, done.output
    return done.output


def test_what_works_is_written_where_only_the_owner_reads_the_secrets(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[rules]\nquorum = "50%" # ours\n')

    said = asked(USER, "", "right")

    written = (tmp_path / "config.toml").read_text()
    assert "# ours" in written
    assert f'user = "{USER}"' in written
    assert f'homeserver = "{HOME}"' in written
    assert "token-1" not in written + said
    secret = dotenv_values(tmp_path / ".env")
    assert secret["TALKOOT_MATRIX__TOKEN"] == "token-1"
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600

    asked(USER, "", "right")

    key = "TALKOOT_MATRIX__STORE_KEY"
    assert dotenv_values(tmp_path / ".env")[key] == secret[key]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("talkoot", USER, "", "right"), "talkoot is no Matrix id; it has the form @name:server."),
        (
            (USER, "elsewhere.org", "matrix.example.org", "right"),
            "No Matrix homeserver answers at https://elsewhere.org.",
        ),
        ((USER, "", "wrong", "right"), "did not let the bot in: Invalid username or password"),
        ((USER, "", "away", "right"), "did not let the bot in: no route"),
        ((USER, "", "slow", "right"), "wants us to wait 3 minutes before the next try"),
        ((USER, "", "", "unknown", "", "own"), "does not know this access token"),
        ((USER, "", "", "others", "", "own"), f"the token of @other:example.org, not of {USER}"),
        ((USER, "elsewhere.org", "", USER, "", "right"), "answers at https://elsewhere.org."),
        ((USER, "", "", "", USER, "", "right"), "Logged in as"),
    ],
)
def test_a_wrong_answer_is_told_and_asked_for_again(
    typed: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    said = asked(*typed)

    assert told in said
    assert f"Logged in as {USER}" in said
    assert (tmp_path / ".env").is_file()


def test_an_empty_answer_leaves_matrix_out(tmp_path: Path) -> None:
    asked("")

    assert "matrix" not in (tmp_path / "config.toml").read_text()
    assert not (tmp_path / ".env").exists()
