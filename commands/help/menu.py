"""`/menu`: what waits for whoever asks, and what most people come to do."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Button, Reply
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Query
from bot.digest import listed
from bot.feature import Feature, features_of
from bot.text.wording import Node, Say, Typed, items, lines, say

DOORS: tuple[tuple[str, Say, Say], ...] = (
    ("log 2h baked bread", say("Enter work"), say("What did you give? 2h baked bread")),
    ("expense 5 EUR salt", say("Enter an expense"), say("How much, for what? 5 EUR salt")),
    ("need 2h help on Saturday", say("Ask for help"), say("What is needed? 2h help on Saturday")),
    ("propose Buy a mixer", say("Propose"), say("What do you propose? Buy a mixer")),
    ("poll Which day? | Mon | Tue", say("Ask the others"), say("Which day? | Mon | Tue")),
    ("thank @bo for the lift", say("Say thanks"), say("Whom, for what? @bo for the lift")),
)
"""What is opened from here: a line that does it, the button, and what its window asks."""


def _waiting(state: State, ask: Ask) -> Iterator[Node]:
    if ask.member is not None:
        for each in features_of(ask).waits:
            yield from each.told(state, ask)


def _wants(state: State, ask: Ask) -> tuple[Query, ...]:
    if ask.member is None:
        return ()
    wants = (each.wants for each in features_of(ask).waits if each.wants is not None)
    return tuple(dict.fromkeys(query for each in wants for query in each(state, ask)))


def menu(state: State, ask: Ask) -> Accepted:
    """What waits, and six buttons; each is typed as well."""
    waiting = [*_waiting(state, ask)]
    body = lines(
        say("This waits for you:") if waiting else say("Nothing waits for you."),
        listed(waiting, "") if waiting else None,
    )
    typed = items(say("{label}: {line}", label=label, line=Typed(line)) for line, label, _ in DOORS)
    buttons = tuple(
        Button(label, line.partition(" ")[0], asks=asks, goes_on=True, typed=Typed(line))
        for line, label, asks in DOORS
    )
    return Accepted(replies=(Reply(body, private=True, buttons=buttons, typed=typed),))


COMMANDS = (
    Command(
        name="menu",
        about=say("what waits for you, and what most people come to do"),
        also=say(
            "my tasks, inbox, waiting, what now, what next, next, pending, what should i "
            "do, anything for me, what waits, what's new, whats new, what needs my "
            "attention, what is there to do, anything new, news for me, what is going on, "
            "what's going on"
        ),
        decide=menu,
        wants=_wants,
        examples=("menu",),
    ),
)

FEATURE = Feature(name="menu", commands=COMMANDS)
