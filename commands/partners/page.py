"""The loop as a page, with a picture of the money's way; and each partner with its pledge."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.partners import Partner
from bot.collective.state import State
from bot.decision import Ask, Query
from bot.language.units import unit_of
from bot.page import Page, Shown, Wanted, as_answered
from bot.text.charts import Bar, Bars, lengths
from bot.text.rendering import quantity_text
from bot.text.wording import Node, Say, Way, items, lines, say, say_n
from commands.contributions.page import without_receipts
from commands.partners.loop import LoopArgs, loop
from commands.partners.loopreport import Loop, loop_of
from commands.partners.partnering import grace_of
from commands.partners.partners import PartnerArgs, listed, partner, partner_queries

# --- The loop -------------------------------------------------------------------------------------


def _loop(state: State, ask: Ask[Wanted]) -> Shown:
    args = LoopArgs(period=ask.args.period)
    told = as_answered(loop, state, ask, args)
    found = loop_of(state, args.within(ask.today()), ask.today(), grace_of(ask.rules))
    charts = tuple(_picture(found, unit) for unit in sorted(found.came) if found.came[unit] > 0)
    return Shown(body=told.body, facts=told.facts, charts=charts)


_STEPS: tuple[Say, ...] = (
    say("Captured by partners"),
    say("Came back from them"),
    say("Came in, all together"),
    say("Reached people"),
)


def _picture(found: Loop, unit: str) -> Bars:
    """One currency on its way: from what was captured outside to what reached people."""
    total = found.total
    parts = unit_of(unit).parts
    counts = (total.captured[unit], total.returned[unit], found.came[unit], found.reached[unit])
    bars = zip(_STEPS, counts, lengths(counts), strict=True)
    return Bars(
        say("The way of the money, {unit}", unit=unit),
        tuple(Bar(label, quantity_text(count, unit, parts), length) for label, count, length in bars),
    )


# --- Partners -------------------------------------------------------------------------------------


def _seen(state: State, want: Wanted) -> list[Partner]:
    """Those who are named to the reader: outside nobody whose pledge is private."""
    words = want.search.casefold().split()
    return [
        it
        for it in state.partners.ever
        if not (want.outside and it.private) and all(word in it.name.casefold() for word in words)
    ]


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    found = _seen(state, ask.args)
    one = found[0].name if ask.args.search and len(found) == 1 else ""
    return partner_queries(state, ask.with_args(PartnerArgs(name=one)))


def _partners(state: State, ask: Ask[Wanted]) -> Shown:
    """All partners, a line each; where one is meant, that whole."""
    found, want = _seen(state, ask.args), ask.args
    if want.search and len(found) == 1:
        one = as_answered(partner, state, without_receipts(ask), PartnerArgs(name=found[0].name))
        body = lines(one.body, Way(say("All partners"), "partners"))
        return Shown(body=body, facts={"partners": [it.name for it in found], "partner": one.facts})
    today, grace = ask.today(), grace_of(ask.rules)
    points = [
        lines(listed(it, today, grace), Way(say("whole"), f"partners?search={it.name}")) for it in found
    ]
    body = lines(
        items(points) if points else _nothing(want),
        *_private(state, want),
    )
    return Shown(body=body, facts={"partners": [it.name for it in found]})


def _nothing(want: Wanted) -> Node:
    return say("No partner is called so.") if want.search else say("There are no partners yet.")


def _private(state: State, want: Wanted) -> Iterator[Node]:
    count = sum(it.private for it in state.partners.ever)
    if count and want.outside and not want.search:
        yield say_n(
            "And {count} whose pledge is private.", "And {count} whose pledges are private.", count
        )


PAGES = (
    Page(
        name="loop",
        title=say("The loop"),
        about=say("What was made of the commons outside, what came back, and whom it reached."),
        view=_loop,
        takes=frozenset({"period"}),
    ),
    Page(
        name="partners",
        title=say("Partners"),
        about=say("Who uses what the commons make, what they pledged, and what of it is open."),
        view=_partners,
        wants=_wants,
        takes=frozenset({"search"}),
    ),
)
