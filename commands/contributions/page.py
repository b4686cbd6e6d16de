"""Contributions as a page, and one thing with a letter whole, with why it came out so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from bot.arguments import WithRef
from bot.chat import Refusal
from bot.collective.contributions import Contribution, fold_contribution, reference
from bot.collective.state import State
from bot.decision import About, Accepted, Ask, Query
from bot.feature import features_of, reference_queries
from bot.language.sums import decimals, sums_told
from bot.language.units import UnitClass, unit_of
from bot.page import WORK, Listed, Page, Row, Rows, Shown, Wanted, as_answered
from bot.text.charts import Bar, Bars, lengths
from bot.text.languages import reader
from bot.text.rendering import quantity_text, render
from bot.text.wording import (
    Day,
    Lines,
    Node,
    Say,
    Strong,
    Typed,
    Way,
    Words,
    joined,
    lines,
    say,
)
from commands.contributions.cards import STATUS_WORDS
from commands.contributions.lookups import steps_of
from commands.decisions import letters
from commands.decisions.letters import ShowArgs
from commands.decisions.page import OFTEN, nothing_told

CHARTED_MIN = 2
"""One bar alone tells nothing."""


# --- The list -------------------------------------------------------------------------------------


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    sums = _sums(state, ask.args)
    told = sums_told(sums) if sums else say("nothing")
    chart = None if ask.args.before else _chart(state, ask.args)
    return Shown(
        body=lines(say("Confirmed of all that is asked for: {sums}", sums=told)),
        facts={"sums": decimals(sums)},
        charts=() if chart is None else (chart,),
    )


def _row(state: State, ask: Ask[Wanted], number: int) -> Row | None:
    it = fold_contribution(steps_of(state, ask.found.get(About(reference(number)), ())))
    if it is None:
        return None
    who, what, share = state.members.name(it.share.member), ask.text(it.what), it.share
    cells = (
        Words(it.ref),
        Day(share.day),
        who,
        Words(what),
        _kind(it),
        share.shown,
        STATUS_WORDS[it.status],
    )
    facts = {
        "ref": it.ref,
        "day": share.day,
        "who": who.name,
        "what": what,
        "kind": share.kind,
        "circle": share.circle,
        "amount": decimals({share.unit: share.count}),
        "status": it.status.value,
    }
    return Row(number, cells, facts)


def _nothing(state: State, want: Wanted, older: int) -> Node:
    count = state.contributions.count
    return nothing_told(want, older, None if count and state.imports.hidden else count)


def _chart(state: State, want: Wanted) -> Bars | None:
    """Time by kind, of all that is asked for; None where that is of one kind, or none."""
    found = {}
    for kind in state.contributions.kinds:
        if want.kind in {"", kind.casefold()}:
            sums = _sums(state, replace(want, kind=kind.casefold()))
            minutes = sum(n for unit, n in sums.items() if unit_of(unit).unit_class is UnitClass.TIME)
            if minutes:
                found[kind] = minutes
    if len(found) < CHARTED_MIN:
        return None
    kinds = sorted(found, key=lambda kind: (-found[kind], kind))
    long = lengths([found[kind] for kind in kinds])
    bars = zip(kinds, long, strict=True)
    return Bars(
        say("Hours by kind"),
        tuple(Bar(Words(f"#{kind}"), quantity_text(found[kind], "h", 60), n) for kind, n in bars),
    )


def _fits(row: Row, want: Wanted) -> bool:
    kind, circle, day = (str(row.facts[name]) for name in ("kind", "circle", "day"))
    first, last = want.days
    return (
        (not want.kind or kind.casefold() == want.kind)
        and (not want.circle or circle.casefold() == want.circle)
        and first <= day <= last
    )


def _sums(state: State, want: Wanted) -> dict[str, int]:
    """What is confirmed of that, by unit."""
    first, last = want.days
    sums: defaultdict[str, int] = defaultdict(int)
    for (kind, unit, circle), _, count in state.contributions.between(first, last):
        if want.kind in {"", kind.casefold()} and want.circle in {"", circle.casefold()}:
            sums[unit] += count
    return dict(sorted(sums.items()))


def _kind(it: Contribution) -> Node:
    circle = [Words(f":{it.share.circle}")] if it.share.circle else []
    return joined([Words(f"#{it.share.kind}"), *circle], " ")


# --- One thing ------------------------------------------------------------------------------------


def _one_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    asked = ask.with_args(ShowArgs(ref=ask.args.ref))
    found = (*reference_queries(state, asked), *letters.SHOWING.wants(state, asked))
    explained = letters.EXPLAINING.wants(state, asked) if _is_explained(asked) else ()
    return tuple(dict.fromkeys((*found, *explained)))


def _one(state: State, ask: Ask[Wanted]) -> Shown:
    """One thing whole. Raises Refusal where there is none."""
    args = ShowArgs(ref=ask.args.ref)
    if not ask.found.get(About(args.ref)) or (ask.args.outside and _is_inside(state, ask, args)):
        raise Refusal("reference-unknown", say("There is nothing with that name here."), word=args.ref)
    ask = without_receipts(ask)
    shown = as_answered(letters.SHOWING.decide, state, ask, args)
    why = _why(state, ask, args) if _is_explained(ask.with_args(args)) else None
    title, more = _title(state, ask, args), _more(state, ask, args)
    way = _way(state, ask, args)
    if why is None:
        body = lines(shown.body, more, way)
        return Shown(body=body, title=title, facts={"ref": args.ref, **shown.facts})
    card = [it for it in _lines_of(shown.body) if not _asks_why(it, args.ref)]
    read = reader(ask.language, ask.zone)
    told = {render(it, read) for it in card}
    besides = [it for it in _lines_of(why.body) if render(it, read) not in told]
    body = lines(*card, more, Strong(say("Why it is so:")), *besides, way)
    facts = {"ref": args.ref, **shown.facts, "why": why.facts}
    return Shown(body=body, title=title, facts=facts, charts=(*shown.charts, *why.charts))


def _is_explained(asked: Ask[ShowArgs]) -> bool:
    """Whether what is under this letter has a reason to be told beside it."""
    return any(it.explained for it in features_of(asked).things if it.letter == asked.args.ref[0])


def _lines_of(body: Node) -> Iterator[Node]:
    """What stands under one another in a text, each by itself."""
    if isinstance(body, Lines):
        for each in body.items:
            yield from _lines_of(each)
    else:
        yield body


def _asks_why(line: Node, ref: str) -> bool:
    """Whether a line says how the reason is asked for, which stands on this page."""
    return isinstance(line, Say) and Typed(f"why {ref}") in line.places.values()


def _title(state: State, ask: Ask[Wanted], args: WithRef) -> Node:
    """What heads it: its own words, else its number."""
    asked = ask.with_args(args)
    things = [it for it in features_of(ask).things if it.letter == args.ref[0]]
    meant = (it for it in things if it.is_meant is not None and it.is_meant(asked))
    it = next(meant, None) or next(it for it in things if it.is_meant is None)
    return it.title(state, asked) if it.title is not None else Words(args.ref)


def _way(state: State, ask: Ask[Wanted], args: WithRef) -> Node | None:
    """How it came to be as it is."""
    asked = ask.with_args(args)
    found = (it for it in features_of(ask).things if it.letter == args.ref[0] and it.way)
    return next((it.way(state, asked) for it in found if it.way), None)


def _more(state: State, ask: Ask[Wanted], args: WithRef) -> Node | None:
    """The way to the page that tells more of it."""
    features, asked = features_of(ask), ask.with_args(args)
    for it in features.things:
        if it.letter == args.ref[0] and it.page and (it.is_meant is None or it.is_meant(asked)):
            page = features.pages[it.page]
            return Way(page.title, f"{page.name}/{args.ref}")
    return None


def without_receipts(ask: Ask[Wanted]) -> Ask[Wanted]:
    """The same without the links to receipts, for who is no member: they are not handed them."""
    if not ask.args.outside:
        return ask
    proofs = {getattr(event, "proof", "") for _, event in ask.entries(*ask.found)}
    return replace(ask, texts={**ask.texts, **dict.fromkeys(proofs, "")})


def _is_inside(state: State, ask: Ask[Wanted], args: WithRef) -> bool:
    """Whether it is for members alone."""
    asked = ask.with_args(args)
    return any(
        thing.letter == args.ref[0] and thing.inside is not None and thing.inside(state, asked)
        for thing in features_of(ask).things
    )


def _why(state: State, ask: Ask[Wanted], args: WithRef) -> Shown | None:
    """Why it is so; None for what has no reason, or only one for those whom it is about."""
    try:
        return as_answered(_decided_why, state, ask, args)
    except Refusal:
        return None


def _decided_why(state: State, ask: Ask[WithRef]) -> Accepted:
    return letters.EXPLAINING.decide(state, ask)


PAGES = (
    Page(
        name="contributions",
        title=say("Contributions"),
        about=say("What people gave, newest first, with the sum of what is confirmed."),
        view=_view,
        part=WORK,
        takes=frozenset({"kind", "circle", "period"}),
        listed=Listed(
            "contributions",
            ("ref", "day", "who", "what", "kind", "circle", "amount", "unit", "status"),
        ),
        rows=Rows(
            heading=(
                say("Entry"),
                say("Day"),
                say("Who"),
                say("What"),
                say("Kind"),
                say("Amount"),
                say("State"),
            ),
            last=lambda state: state.contributions.count,
            about=reference,
            row=_row,
            fits=_fits,
            nothing=_nothing,
            spared=OFTEN,
        ),
    ),
    Page(
        name="show",
        title=say("One thing"),
        about=say("One thing whole, with its life."),
        view=_one,
        wants=_one_reads,
        needs_ref=True,
    ),
)
