"""What people type: one file a feature, the same names as in `bot/collective`.

`FEATURES` is the table of contents; nothing registers itself.
"""

from __future__ import annotations

from bot.command import Command, command_table
from bot.decision import Clockwork
from commands import (
    about,
    accounts,
    circles,
    closing,
    collectives,
    contributions,
    decisions,
    disputes,
    entries,
    ledger,
    members,
    polling,
    polls,
    proposals,
    roles,
    rooms,
    rules,
    thanks,
    timers,
    voting,
)

FEATURES = (
    contributions,
    disputes,
    entries,
    timers,
    thanks,
    ledger,
    proposals,
    voting,
    closing,
    decisions,
    polls,
    polling,
    accounts,
    members,
    roles,
    circles,
    rooms,
    collectives,
    rules,
    about,
)


def all_clockworks() -> tuple[Clockwork, ...]:
    """Everything that happens by the clock."""
    return tuple(each for feature in FEATURES for each in getattr(feature, "CLOCKWORKS", ()))


def all_commands() -> dict[str, Command]:
    """Every command by its name, with `/help`, which has to know them all."""
    declared = [feature.COMMANDS for feature in FEATURES]
    return command_table([*declared, about.helping(command_table(declared))])
