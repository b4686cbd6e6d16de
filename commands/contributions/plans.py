"""What an import would bring, as people see it before they agree: on a screen, and whole in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.books.importing.mapping import NEW, SKIP
from bot.books.importing.planned import Plan, Way
from bot.chat import File
from bot.collective.memberbook import folded
from bot.collective.state import State
from bot.collective.treasury import Flow
from bot.decision import Ask
from bot.language.units import unit_of
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Node, Person, Quantity, Words, items, lines, say, say_n

SUMS_SHOWN, TAKEN_SHOWN, LEFT_SHOWN = 8, 5, 4
"""How much a card names: all of it together fits the screen of a phone."""

REPORTED_MAX = 2_000
"""How many rows that are left out the file tells: nobody reads more, and all wait while it is made."""


def plan_told(state: State, plan: Plan) -> tuple[Node | None, ...]:
    """What would come, whom and what each name is taken for, what is left out and why; in short."""
    sums, taken = _sums(state, plan), _taken(state, plan)
    return (
        items(sums[:SUMS_SHOWN]),
        _more(len(sums) - SUMS_SHOWN),
        *_titled(say("Taken for:"), taken[:TAKEN_SHOWN], len(taken)),
        say_n(
            "{count} row is here already and is passed over.",
            "{count} rows are here already and are passed over.",
            plan.again,
        )
        if plan.again
        else None,
        *left_told(plan),
    )


def left_told(plan: Plan) -> tuple[Node | None, ...]:
    """What is left out and why, in short; and what is to be known of the file."""
    count = len(plan.left)
    title = say_n("{count} row is left out:", "{count} rows are left out:", count)
    return (
        *_titled(title, _left(plan, LEFT_SHOWN), count),
        *plan.notes[:LEFT_SHOWN],
    )


def report_of(state: State, plan: Plan, ref: str, ask: Ask | None) -> tuple[File, ...]:
    """All of it as a file, where the card leaves something out; in the words of whoever asked."""
    sums, taken = _sums(state, plan), _taken(state, plan)
    told = ((sums, SUMS_SHOWN), (taken, TAKEN_SHOWN), (plan.left, LEFT_SHOWN), (plan.notes, LEFT_SHOWN))
    if ask is None or not any(len(some) > most for some, most in told):
        return ()
    text = render(
        lines(
            say("What would come:"),
            items(sums),
            *_titled(say("Taken for:"), taken, len(taken)),
            *_titled(say("Left out:"), _left(plan, REPORTED_MAX), len(plan.left)),
            *plan.notes,
        ),
        reader(ask.language, ask.zone),
    )
    about = say("the whole of it")
    return (File(f"{ref}.txt", "text/plain; charset=utf-8", f"{text}\n".encode(), about),)


def _titled(title: Node, told: Sequence[Node], count: int) -> tuple[Node | None, ...]:
    """The first points of a list under its title, which has so many; nothing where it is empty."""
    return (title, items(told), _more(count - len(told))) if count else ()


def _more(count: int) -> Node | None:
    return say("and {count} more", count=count) if count > 0 else None


def _left(plan: Plan, most: int) -> list[Node]:
    return [say("line {line}: {why}", line=str(it.line), why=it.why) for it in plan.left[:most]]


def _sums(state: State, plan: Plan) -> list[Node]:
    """Who would get how much, what goes into the treasury and out of it, thanks and decisions."""
    return [
        *_unnumbered(plan),
        *(_flow(*each) for each in plan.flows()),
        *(_sum(state, *each) for each in plan.sums()),
    ]


def _sum(state: State, member: int, name: str, unit: str, count: int) -> Node:
    amount = Quantity(count, unit, unit_of(unit).parts)
    if member:
        return say("{who}: {amount}", who=state.members.name(member), amount=amount)
    return say("{who}, new here: {amount}", who=Person(name), amount=amount)


def _unnumbered(plan: Plan) -> Iterator[Node]:
    if thanks := plan.told(Way.THANKS):
        yield say_n("{count} thanks", "{count} thanks", thanks)
    if decisions := plan.told(Way.DECISION):
        yield say_n(
            "{count} decision, as a record that binds nobody",
            "{count} decisions, as records that bind nobody",
            decisions,
        )


def _flow(flow: str, unit: str, count: int) -> Node:
    amount = Quantity(count, unit, unit_of(unit).parts)
    if flow == Flow.INCOME:
        return say("into the treasury: {amount}", amount=amount)
    return say("out of the treasury: {amount}", amount=amount)


def _taken(state: State, plan: Plan) -> list[Node]:
    """Whom and what their words are taken for, where that is not called so here."""
    people = (_person(state, theirs, ours) for theirs, ours in plan.people.items())
    return [
        *(each for each in people if each is not None),
        *(
            say("“{theirs}” is {ours}", theirs=Words(theirs), ours=Words(f"#{ours}"))
            for theirs, ours in plan.kinds.items()
            if theirs and folded(theirs) != folded(ours)
        ),
        *(
            say("“{theirs}” is {ours}", theirs=Words(theirs), ours=Words(ours))
            for theirs, ours in plan.units.items()
            if ours and folded(theirs) != folded(ours)
        ),
    ]


def _person(state: State, theirs: str, ours: str) -> Node | None:
    if ours == NEW:
        return None
    if ours == SKIP:
        return say("“{theirs}” is left out", theirs=Words(theirs))
    who = state.members.name(int(ours.removeprefix("#")))
    if folded(theirs) == folded(who.name):
        return None
    return say("“{theirs}” is {ours}", theirs=Words(theirs), ours=who)
