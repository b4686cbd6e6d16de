"""What `talkoot init` asks to connect Matrix: until the homeserver takes it, or it is left out."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from adapters.cli.asking import asked, tell
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.incoming import is_user
from adapters.matrix.login import Session, answers_at, by_password, by_token, homeserver_of
from bot.ports import TurnedAway


def ask_matrix() -> Session | None:
    """Log in on a homeserver, once; None where it is left out.

    A wrong answer is told and asked for again; an empty one goes a question back.
    """
    while True:
        user = asked("The bot's Matrix id, such as @talkoot:example.org (empty: leave Matrix out)")
        if not user:
            return None
        if not is_user(user):
            tell(f"{user} is no Matrix id; it has the form @name:server.")
            continue
        homeserver = _found(_address(asked("Its homeserver's address", _homeserver(user))))
        session = _logged_in(homeserver, user) if homeserver else None
        if session is not None:
            return session


def _found(address: str) -> str:
    """The address at which a homeserver answers, before any secret goes there; empty for none."""
    while address and not asyncio.run(answers_at(address)):
        tell(f"No Matrix homeserver answers at {address}.")
        typed = asked("Its homeserver's address (empty: begin again)")
        address = _address(typed) if typed else ""
    return address


def _logged_in(homeserver: str, user: str) -> Session | None:
    """Log in by what is typed; None where nothing is."""
    while True:
        password = asked("The password (empty: you have an access token)", hidden=True)
        token = "" if password else asked("The access token (empty: begin again)", hidden=True)
        if not password and not token:
            return None
        session = _tried(
            by_password(homeserver, user, password) if password else by_token(homeserver, token)
        )
        if session is not None and session.user == user:
            return session
        if session is not None:
            tell(f"That is the token of {session.user}, not of {user}.")


def _tried(login: Coroutine[None, None, Session]) -> Session | None:
    try:
        return asyncio.run(login)
    except TurnedAway:
        tell("The homeserver does not know this access token.")
    except Limited as why:
        minutes = max(round(why.seconds / 60), 1)
        tell(f"The homeserver wants us to wait {minutes} minutes before the next try.")
    except (Denied, Unreachable) as why:
        tell(f"The homeserver did not let the bot in: {why}")
    return None


def _address(typed: str) -> str:
    """The address with its scheme, which people leave out."""
    typed = typed.strip().rstrip("/")
    return typed if typed.startswith(("https://", "http://")) else f"https://{typed}"


def _homeserver(user: str) -> str:
    """Where the homeserver should be; a guess, if its domain does not say."""
    try:
        return asyncio.run(homeserver_of(user))
    except (Denied, Limited, Unreachable, TurnedAway):
        return f"https://{user.partition(':')[2]}"
