"""How income is shared out, as a page; and of one distribution who got what and why."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Refusal
from bot.collective.distributions import DistributionMade, Made, ShareAllotted
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.decision import About, Ask, Query
from bot.language.sums import decimals, shown
from bot.page import BOOKS, ROWS, Listed, Page, Shown, Wanted
from bot.text.wording import Code, Day, Node, Strong, Table, Way, Words, items, lines, say, say_n
from bot.value.reading import written
from commands.decisions.letters import ShowArgs
from commands.decisions.page import nothing_told
from commands.sharing.recipes import equation_named, equation_told, name_told, text_of
from commands.sharing.shares import (
    head_told,
    is_distribution,
    line_told,
    others_told,
    shared_of,
    shares_of,
)
from commands.sharing.wholes import decided_told, meant_whole, undone_told

PEOPLE_MAX = 20
"""How many people's shares one page explains: each may have several parts."""


# --- How it is shared out -------------------------------------------------------------------------


def _sharing(state: State, ask: Ask[Wanted]) -> Shown:
    """The equation in force in plain words, those there are beside it, and every distribution."""
    every = _distributions(state)
    before = ask.args.before
    found = [it for it in every if not before or it.number < before]
    chosen = found[:ROWS]
    body = lines(
        *(_equations(state) if not before else ()),
        Strong(say("What was shared out:")),
        _table(state, chosen) if chosen else nothing_told(ask.args, 0, len(every)),
    )
    facts = {
        "in-force": state.equations.chosen,
        "equation": written(equation_named(state, state.equations.chosen)),
        "distributions": [_facts(state, it) for it in chosen],
    }
    older = chosen[-1].number if len(found) > len(chosen) else 0
    return Shown(body=body, facts=facts, older=older)


def _distributions(state: State) -> list[Made]:
    """Those that stand and those that were undone, the newest first."""
    return sorted((*state.distributions.made, *state.distributions.undone), key=lambda it: -it.number)


def _equations(state: State) -> Iterator[Node]:
    chosen = state.equations.chosen
    found = equation_named(state, chosen)
    yield say("In force is {name}:", name=Strong(name_told(state, chosen)))
    yield equation_told(state, found)
    yield Code(text_of(state, found))
    others = [
        say_n(
            "{name}, in {count} version: {text}",
            "{name}, in {count} versions: {text}",
            len(versions),
            name=Strong(Words(name)),
            text=Code(text_of(state, versions[-1])),
        )
        for name, versions in state.equations.named.items()
        if name != chosen
    ]
    if others:
        yield say("Others that were decided on:")
        yield items(others)


def _table(state: State, chosen: list[Made]) -> Node:
    heading = (say("Entry"), say("Day"), say("Shared out"), say("To people"), say("Why"), say("State"))
    rows: list[tuple[Node, ...]] = [
        (
            Words(reference(it.number)),
            Day(it.day),
            shown(it.unit, it.count),
            shown(it.unit, state.distributions.reached.get(it.number, 0)),
            Way(say("who got what"), f"shares/{reference(it.number)}"),
            say("undone on {day}", day=Day(it.undone)) if it.undone else say("stands"),
        )
        for it in chosen
    ]
    return Table(heading, tuple(rows))


def _facts(state: State, it: Made) -> dict[str, object]:
    return {
        "ref": reference(it.number),
        "day": it.day,
        "amount": decimals({it.unit: it.count}),
        "reached": decimals({it.unit: state.distributions.reached.get(it.number, 0)}),
        "undone": it.undone or None,
    }


# --- Who got what, and why ------------------------------------------------------------------------


def _shares_wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return (About(ask.args.ref),)


def _shares(state: State, ask: Ask[Wanted]) -> Shown:
    """One distribution, person by person, down to what was weighed. Raises Refusal."""
    asked = ask.with_args(ShowArgs(ref=ask.args.ref))
    if not ask.found.get(About(ask.args.ref)) or not is_distribution(asked):
        raise Refusal("reference-unknown", say("There is no such distribution."), word=ask.args.ref)
    it = meant_whole(asked, DistributionMade)
    # The largest first: an order of members would tell the nameless apart.
    every = sorted(shares_of(asked, it), key=lambda share: (-share.count, share.member))
    begin = max(0, len(every) + 1 - ask.args.before) if ask.args.before else 0
    chosen = every[begin : begin + PEOPLE_MAX]
    shared = shared_of(asked, it)
    body = lines(
        head_told(it),
        decided_told(state, it),
        undone_told(asked, it),
        items(others_told(state, it)),
        *(_share_told(state, it, share) for share in chosen),
    )
    facts = {
        "ref": ask.args.ref,
        "amount": decimals({it.unit: it.count}),
        "rest": decimals({it.unit: shared.rest}),
        "shares": [_share_facts(state, it, share) for share in chosen],
    }
    left = len(every) - begin - len(chosen)
    older = left + 1 if left > 0 else 0
    title = say("{ref}: who got what, and why", ref=ask.args.ref)
    return Shown(body=body, title=title, facts=facts, older=older)


def _share_told(state: State, it: DistributionMade, share: ShareAllotted) -> Node:
    who = say(
        "{who}: {amount}",
        who=state.members.name(share.member),
        amount=shown(it.unit, share.count),
    )
    return lines(Strong(who), items(line_told(state, it, line, own=False) for line in share.lines))


def _share_facts(state: State, it: DistributionMade, share: ShareAllotted) -> dict[str, object]:
    return {
        "who": state.members.name(share.member).name,
        "amount": decimals({it.unit: share.count}),
        "lines": [
            {
                "part": line.bucket + 1,
                "amount": decimals({it.unit: line.count}),
                "points": line.points,
                "for": [
                    {
                        "kind": basis.kind,
                        "circle": basis.circle,
                        "month": basis.month,
                        "amount": decimals({basis.unit: basis.count}),
                        "points": basis.points,
                    }
                    for basis in line.basis
                ],
            }
            for line in share.lines
        ],
    }


PAGE = Page(
    name="sharing",
    title=say("Sharing out"),
    about=say("How what comes in is shared out, in plain words; and what was, newest first."),
    view=_sharing,
    part=BOOKS,
    listed=Listed("distributions", ("ref", "day", "amount", "unit", "reached", "undone")),
)
SHARES_PAGE = Page(
    name="shares",
    title=say("Who got what, and why"),
    about=say("One distribution, person by person, down to what was weighed."),
    view=_shares,
    wants=_shares_wants,
    needs_ref=True,
    listed=Listed("shares", ("who", "amount", "unit")),
)
