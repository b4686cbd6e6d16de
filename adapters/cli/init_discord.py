"""The Discord part of `talkoot init`: asks for the token, checks it, and says how to invite the bot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import typer

from adapters.cli.asking import agreed, asked, tell
from adapters.discord.setup import Application, SetupError, look

PORTAL = "https://discord.com/developers/applications"

ATTEMPTS_MAX = 5


@dataclass(frozen=True, slots=True)
class Answers:
    """What was found out: the token, which is a secret, and what may be seen."""

    token: str
    message_text: bool


def ask_discord() -> Answers | None:
    """Ask at the terminal; None where Discord is not wanted (an empty token)."""
    typer.echo(
        f"Make an application at {PORTAL} (New Application), then: Bot, Reset Token, Copy. What you "
        "paste here is not shown."
    )
    for _ in range(ATTEMPTS_MAX):
        token = asked("The bot's token (empty: no Discord)", hidden=True)
        if not token:
            return None
        try:
            found = asyncio.run(look(token))
        except SetupError as wrong:
            tell(str(wrong))
            continue
        return _answers(token, found)
    tell("Discord is left out; run this again when you have the token.")
    return None


def _answers(token: str, found: Application) -> Answers:
    typer.echo(f"This is the bot {found.name}.")
    text = agreed(
        "Shall commands also be typed as messages? (Slash-commands, mentions and direct messages work "
        "without; for this the bot has to read along.)",
        usual=False,
    )
    for line in advice(found, message_text=text):
        typer.echo(line)
    return Answers(token, text)


def advice(found: Application, *, message_text: bool) -> list[str]:
    """What there is to do on Discord's side, a sentence each; the last is the invitation."""
    told = []
    if message_text and not found.reads_text:
        told.append(
            f"Switch on Message Content Intent: {PORTAL}/{found.number}/bot. Until then the bot does "
            "not connect."
        )
    if found.public:
        told.append(
            "Anybody may invite this bot. If only you should, first: "
            f"{PORTAL}/{found.number}/installation, Install Link, None, Save Changes; then: "
            f"{PORTAL}/{found.number}/bot, Public Bot, off, Save Changes."
        )
    told.append(f"Invite it into your server: {found.invitation}")
    return told
