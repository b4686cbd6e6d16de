"""The first page of the book, and the rules in force."""

from __future__ import annotations

from bot.collective.catalogue import CATALOGUE, GROUPS
from bot.collective.ruletypes import Patterns, Standings
from bot.collective.state import State
from bot.decision import Ask
from bot.page import Listed, Page, Shown, Wanted
from bot.text.wording import Node, Strong, Words, items, lines, say, say_n


def _start(state: State, ask: Ask[Wanted]) -> Shown:
    people = sum(1 for _ in state.members.here)
    body = say_n("{count} member.", "{count} members.", people)
    facts = {"name": state.name, "members": people, "open": len(state.proposals.open)}
    return Shown(body=body, facts={**facts, "open_polls": len(state.polls.open)})


def _rules(state: State, ask: Ask[Wanted]) -> Shown:
    """The rules of the whole collective; those that name accounts are not for everybody."""
    told = {
        name: rule.type.write(ask.rules.value(name))
        for name, rule in CATALOGUE.items()
        if not (ask.args.outside and isinstance(rule.type, Patterns | Standings))
    }
    blocks: list[Node] = []
    for title, rules in GROUPS:
        points = [
            say("{rule} = {value}: {about}", rule=it.name, value=Words(told[it.name]), about=it.about)
            for it in rules
            if it.name in told
        ]
        blocks += [Strong(title), items(points)]
    left = len(CATALOGUE) - len(told)
    kept = say_n(
        "{count} rule that can name accounts is shown to members alone.",
        "{count} rules that can name accounts are shown to members alone.",
        left,
    )
    return Shown(body=lines(*blocks, kept if left else None), facts={"rules": told})


START_PAGE = Page(
    name="start",
    title=say("Overview"),
    about=say("What is open now, and what came together this month."),
    view=_start,
)
RULES_PAGE = Page(
    name="rules",
    title=say("Rules"),
    about=say("The rules in force for the whole collective; rooms and circles may have others."),
    view=_rules,
    listed=Listed("rules", ("rule", "value")),
)
