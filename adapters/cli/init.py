"""`talkoot init`: asks what it takes to connect, tries it, and writes it down.

What may be seen goes into `config.toml`, where everything else stays as it is; secrets go into `.env`,
which only its owner can read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

import tomlkit
import typer
from dotenv import dotenv_values, set_key

from adapters.cli.init_discord import ask_discord
from adapters.cli.init_matrix import ask_matrix
from adapters.matrix.login import Session

STORE_KEY = "TALKOOT_MATRIX__STORE_KEY"


class InitError(Exception):
    """It cannot be connected so; the text says why."""


def init(config: Path, env: Path) -> None:
    """Ask, platform by platform, and write down what works. Raises InitError."""
    for name, connect in PLATFORMS:
        if typer.confirm(f"Connect {name}?", default=True):
            connect(config, env)


def connect_matrix(config: Path, env: Path) -> None:
    """Log in on a homeserver, once."""
    session = ask_matrix()
    if session is None:
        return
    _write_matrix(session, config, env)
    typer.echo(
        f"Logged in as {session.user}, device {session.device}. "
        f"Written to {config} and {env}.\n"
        "Start it with: talkoot run. Then invite it into a room, and type there: !help"
    )


def connect_discord(config: Path, env: Path) -> None:
    """Take in a bot's token, and say how to invite the bot."""
    answers = ask_discord()
    if answers is None:
        return
    _write_settings(config, "discord", {"message_text": answers.message_text})
    _write_secret(env, "TALKOOT_DISCORD__TOKEN", answers.token)
    typer.echo(f"Written to {config} and {env}. Start it with: talkoot run")


def _write_matrix(session: Session, config: Path, env: Path) -> None:
    settings = {
        "user": session.user,
        "homeserver": session.homeserver,
        "device": session.device,
    }
    _write_settings(config, "matrix", settings)
    _write_secret(env, "TALKOOT_MATRIX__TOKEN", session.token)
    if not dotenv_values(env).get(STORE_KEY):
        _write_secret(env, STORE_KEY, secrets.token_urlsafe(32))


def _write_settings(config: Path, section: str, settings: Mapping[str, str | bool]) -> None:
    """Set some values, and leave everything else in the file as it stands."""
    document = tomlkit.parse(config.read_text("utf-8")) if config.is_file() else tomlkit.document()
    table = document.setdefault(section, tomlkit.table())
    for name, value in settings.items():
        table[name] = value
    config.write_text(tomlkit.dumps(document), "utf-8")


def _write_secret(env: Path, name: str, value: str) -> None:
    env.touch(mode=0o600)
    env.chmod(0o600)
    set_key(env, name, value)
    env.chmod(0o600)


PLATFORMS: tuple[tuple[str, Callable[[Path, Path], None]], ...] = (
    ("Matrix", connect_matrix),
    ("Discord", connect_discord),
)
"""What can be connected, in the order in which it is asked."""
