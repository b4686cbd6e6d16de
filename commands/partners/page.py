"""The loop as a page, with a picture of the money's way; and each partner with its pledge."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from bot.collective.partners import Partner
from bot.collective.state import State
from bot.decision import Ask, Query
from bot.language.units import unit_of
from bot.page import BOOKS, Page, Shown, Wanted, as_answered
from bot.text.charts import SERIES_MAX, Bar, Bars, Chart, Stream, Streams, lengths
from bot.text.rendering import quantity_text
from bot.text.wording import Node, Say, Way, fill, items, lines, say, say_n
from commands.contributions.page import without_receipts
from commands.ledger.flows import PRIVATE, flows_of
from commands.partners.loop import LoopArgs, loop
from commands.partners.loopreport import Loop, loop_of
from commands.partners.partnering import grace_of
from commands.partners.partners import PartnerArgs, listed, partner, partner_queries

# --- The loop -------------------------------------------------------------------------------------


def _loop(state: State, ask: Ask[Wanted]) -> Shown:
    args = LoopArgs(period=ask.args.period)
    told = as_answered(loop, state, ask, args)
    found = loop_of(state, args.within(ask.today()), ask.today(), grace_of(ask.rules))
    captured = found.total.captured
    charts: list[Chart] = []
    for unit in sorted(unit for unit, count in found.came.items() if count > 0):
        charts.append(_flow(state, found, unit))
        if captured[unit]:
            charts.append(_picture(found, unit))
    return Shown(body=told.body, facts=told.facts, charts=tuple(charts))


_PRIVATE = say("private pledges")
_SOURCES = {"income": say("#{kind}"), "partner": say("{kind}")}


def _flow(state: State, found: Loop, unit: str) -> Streams:
    """One currency: from whom it came, and to what it went; what did neither stayed, or was there."""
    done, undone = flows_of(state, found.period.first.isoformat(), found.period.last.isoformat())

    def net(way: str, kind: str) -> int:
        return done[way].get(kind, {}).get(unit, 0) - undone[way].get(kind, {}).get(unit, 0)

    came: list[tuple[Node, int]] = [
        (
            say("private pledges") if kind == PRIVATE and way == "partner" else fill(words, kind=kind),
            count,
        )
        for way, words in _SOURCES.items()
        for kind in sorted({*done[way], *undone[way]})
        if (count := net(way, kind)) > 0
    ]
    went: list[tuple[Node, int]] = [
        (say("#{kind}", kind=kind), count)
        for kind in sorted({*done["expense"], *undone["expense"]})
        if (count := net("expense", kind)) > 0
    ]
    if found.reached[unit] > 0:
        went.append((say("to members"), found.reached[unit]))
    left = sum(count for _, count in came) - sum(count for _, count in went)
    if left > 0:
        went.append((say("left over"), left))
    elif left < 0:
        came.append((say("in hand before"), -left))
    title = say("From where to where, {unit}", unit=unit)
    return Streams(title, _streams(came, unit), _streams(went, unit))


def _streams(found: list[tuple[Node, int]], unit: str) -> tuple[Stream, ...]:
    """The largest first; those for which there is no room, together."""
    ordered = sorted(found, key=lambda it: -it[1])
    most = SERIES_MAX if len(ordered) <= SERIES_MAX else SERIES_MAX - 1
    rest = sum(count for _, count in ordered[most:])
    told = [*ordered[:most], *([(say("others"), rest)] if rest else [])]
    parts = unit_of(unit).parts
    return tuple(Stream(label, quantity_text(count, unit, parts), count) for label, count in told)


_STEPS: tuple[Say, ...] = (
    say("Captured by partners"),
    say("Came back from them"),
    say("Came in altogether"),
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
    """Those who are named to the reader: outside nobody whose pledge is private.

    Whose whole name is asked for is meant alone, also where others are called something with it.
    """
    asked = want.search.casefold()
    seen = (it for it in state.partners.ever if not (want.outside and it.private))
    named = [(want.told(it.name).casefold(), it) for it in seen]
    found = [(name, it) for name, it in named if all(word in name for word in asked.split())]
    return [it for name, it in found if name == asked] or [it for _, it in found]


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
        lines(
            listed(it, today, grace),
            Way(say("All of {name}", name=it.name), f"partners?{urlencode({'search': it.name})}"),
        )
        for it in found
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
        part=BOOKS,
        takes=frozenset({"period"}),
    ),
    Page(
        name="partners",
        title=say("Partners"),
        about=say("Who uses what the commons make, what they pledged, and what of it is open."),
        view=_partners,
        part=BOOKS,
        wants=_wants,
        takes=frozenset({"search"}),
    ),
)
