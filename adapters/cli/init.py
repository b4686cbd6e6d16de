"""`talkoot init`: asks what it takes to connect, tries it, and writes it down.

What may be seen goes into `config.toml`, where everything else stays as it is; secrets go into `.env`,
which only its owner can read.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path

import tomlkit
import typer
from dotenv import dotenv_values, set_key

from adapters.cli.init_discord import ask_discord
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.incoming import is_user
from adapters.matrix.login import Session, by_password, by_token, homeserver_of
from bot.ports import TurnedAway

STORE_KEY = "TALKOOT_MATRIX__STORE_KEY"


class InitError(Exception):
    """It cannot be connected so; the text says why."""


def init(config: Path, env: Path) -> None:
    """Ask, platform by platform, and write down what works. Raises InitError."""
    for name, connect in PLATFORMS:
        if typer.confirm(f"Connect {name}?", default=True):
            connect(config, env)


def connect_matrix(config: Path, env: Path) -> None:
    """Log in on a homeserver, once. Raises InitError."""
    user = typer.prompt("The bot's Matrix id, such as @talkoot:example.org")
    if not is_user(user):
        raise InitError(f"{user} is no Matrix id; it has the form @name:server.")
    homeserver = typer.prompt("Its homeserver's address", default=_homeserver(user))
    password = typer.prompt(
        "The password (empty: you have an access token)",
        default="",
        show_default=False,
        hide_input=True,
    )
    if password:
        session = _tried(by_password(homeserver, user, password))
    else:
        session = _tried(by_token(homeserver, typer.prompt("The access token", hide_input=True)))
    if session.user != user:
        raise InitError(f"That is the token of {session.user}, not of {user}.")
    _write_matrix(session, config, env)
    typer.echo(
        f"Logged in as {session.user}, device {session.device}. "
        f"Written to {config} and {env}.\n"
        "Invite the bot into a room, and start it with: talkoot run"
    )


def connect_discord(config: Path, env: Path) -> None:
    """Take in a bot's token, and say how to invite the bot."""
    answers = ask_discord()
    if answers is None:
        return
    _write_settings(config, "discord", {"message_text": answers.message_text})
    _write_secret(env, "TALKOOT_DISCORD__TOKEN", answers.token)
    typer.echo(f"Written to {config} and {env}. Start it with: talkoot run")


def _homeserver(user: str) -> str:
    """Where the homeserver should be; a guess, if its domain does not say."""
    try:
        return asyncio.run(homeserver_of(user))
    except (Denied, Limited, Unreachable, TurnedAway):
        return f"https://{user.partition(':')[2]}"


def _tried(login: Coroutine[None, None, Session]) -> Session:
    try:
        return asyncio.run(login)
    except TurnedAway as why:
        raise InitError("The homeserver does not know this access token.") from why
    except Limited as why:
        minutes = max(round(why.seconds / 60), 1)
        raise InitError(f"The homeserver wants us to wait {minutes} minutes.") from why
    except (Denied, Unreachable) as why:
        raise InitError(f"The homeserver did not let the bot in: {why}") from why


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
