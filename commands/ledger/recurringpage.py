"""What recurs: in a line, for machines, on a page, and what of it is to come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.collective.recurring import Recurring
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.digest import Digest, Told
from bot.language.recurrence import every_told
from bot.language.sums import decimals, shown
from bot.page import BOOKS, Ahead, Listed, Page, Shown, Wanted
from bot.text.rendering import unit_name
from bot.text.wording import Node, Say, Strong, Table, Time, Words, say
from commands.ledger.money import fund_words
from commands.ledger.recurringclock import day_of


def line_told(it: Recurring, what: str) -> Node:
    """One in a line: how much, what for, out of what, how often, and when next."""
    terms = it.terms
    return say(
        "{ref}: {amount} #{kind} from {place} {every}, {status}: {what}",
        ref=Strong(Words(it.ref)),
        amount=shown(terms.unit, terms.count),
        kind=f"{terms.kind} :{terms.circle}" if terms.circle else terms.kind,
        place=fund_words(terms.fund),
        every=every_told(terms.every),
        status=status_told(it),
        what=Words(what),
    )


def status_told(it: Recurring) -> Say:
    """When it comes next, or why it does not."""
    if it.ended:
        return say("over")
    if it.paused:
        return say("paused")
    return say("next {at}", at=Time(it.next))


def facts_of(it: Recurring) -> dict[str, Any]:
    """One for machines, without its words."""
    terms = it.terms
    return {
        "recurring": it.ref,
        "unit": unit_name(terms.unit),
        "amount": decimals({terms.unit: terms.count})[unit_name(terms.unit)],
        "of-kind": terms.kind,
        "of-circle": terms.circle,
        "fund": terms.fund,
        "how-often": terms.every,
        "next": day_of(it.next, terms.zone) if it.next else "",
        "last": it.last,
        "status": "over" if it.ended else "paused" if it.paused else "running",
    }


# --- The page -------------------------------------------------------------------------------------


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return () if ask.args.outside else tuple(About(it.ref) for it in state.recurring.running)


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    found, inside = state.recurring.running, not ask.args.outside
    facts = [facts_of(it) | ({"what": ask.text(it.what)} if inside else {}) for it in found]
    if not found:
        return Shown(body=say("Nothing recurs."), facts={"recurring": facts})
    heading = (
        say("Entry"),
        *((say("What for"),) if inside else ()),
        say("How much"),
        say("Kind"),
        say("From"),
        say("How often"),
        say("How it stands"),
    )
    rows = tuple(
        (
            Words(it.ref),
            *((Words(ask.text(it.what)),) if inside else ()),
            shown(it.terms.unit, it.terms.count),
            Words(f"#{it.terms.kind}"),
            fund_words(it.terms.fund),
            every_told(it.terms.every),
            status_told(it),
        )
        for it in found
    )
    return Shown(body=Table(heading, rows), facts={"recurring": facts})


def _ahead(state: State, ask: Ask[Wanted]) -> Iterator[Ahead]:
    for it in state.recurring.running:
        if it.next:
            yield Ahead(it.next, _due_told(it), circle=it.terms.circle)


def _due_told(it: Recurring) -> Say:
    amount = shown(it.terms.unit, it.terms.count)
    return say("{ref} is due: {amount} #{kind}", ref=it.ref, amount=amount, kind=it.terms.kind)


PAGE = Page(
    name="recurring",
    title=say("Recurring bills"),
    about=say("What is paid again and again: how much, how often, and when next."),
    view=_view,
    part=BOOKS,
    wants=_wants,
    ahead=_ahead,
    listed=Listed(
        "recurring",
        (
            "recurring",
            "unit",
            "amount",
            "of-kind",
            "of-circle",
            "fund",
            "how-often",
            "next",
            "last",
            "status",
        ),
        inside=("what",),
    ),
)


# --- The digest -----------------------------------------------------------------------------------

_SOON_MS = 8 * 86_400_000
"""What comes within a week is told."""


def _due(digest: Digest) -> Iterator[tuple[int, Node]]:
    for it in digest.state.recurring.running:
        if it.next and it.next <= digest.at + _SOON_MS:
            yield it.next, _due_told(it)


TOLD = Told(due=_due)
