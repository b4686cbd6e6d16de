"""What people type: one file a feature, the same names as in `bot/collective`.

`FEATURES` is the table of contents; nothing registers itself.
"""

from __future__ import annotations

from bot.command import Command, command_table
from bot.decision import Clockwork
from bot.text.wording import say
from commands.clock import digests, reminders
from commands.contributions import contributions, disputes, entries, thanks, timers
from commands.decisions import closing, decisions, proposals, voting
from commands.help import about
from commands.ledger import exports, ledger, settling, transfers, treasury, undoing, verifying
from commands.partners import loop, partners, pledges
from commands.people import members, roles
from commands.places import circles, collectives, rooms, rules
from commands.polls import polling, polls
from commands.sharing import distributions, equations, rounds
from commands.units import credit, issuing, levies, units
from commands.yourself import accounts

CHAPTERS = (
    (say("Contributions"), (contributions, disputes, entries, timers, thanks)),
    (say("The ledger"), (ledger, treasury, transfers, undoing, settling, exports, verifying)),
    (say("Sharing out"), (equations, distributions, rounds)),
    (say("Units of your own"), (units, issuing, credit, levies)),
    (say("Partners"), (partners, pledges, loop)),
    (say("Decisions"), (proposals, voting, closing, decisions)),
    (say("Polls"), (polls, polling)),
    (say("By the clock"), (digests, reminders)),
    (say("Yourself"), (accounts,)),
    (say("Members and roles"), (members, roles)),
    (say("Circles, rooms, rules"), (circles, rooms, collectives, rules)),
    (say("Help"), (about,)),
)
"""The features, as `/help` lists them."""

FEATURES = tuple(feature for _, features in CHAPTERS for feature in features)


def all_clockworks() -> tuple[Clockwork, ...]:
    """Everything that happens by the clock."""
    return tuple(each for feature in FEATURES for each in getattr(feature, "CLOCKWORKS", ()))


def all_commands() -> dict[str, Command]:
    """Every command by its name, with `/help`, which has to know them all."""
    declared = [feature.COMMANDS for feature in FEATURES]
    chapters = [
        (title, [command.name for feature in features for command in feature.COMMANDS])
        for title, features in CHAPTERS
    ]
    return command_table([*declared, about.helping(command_table(declared), chapters)])
