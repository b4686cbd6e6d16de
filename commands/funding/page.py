"""Funding rounds as a page: the newest first, each with its ideas and what became of them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.events import When
from bot.collective.funding import Asked, Round, life_of
from bot.collective.ideas import Idea, round_reference
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.language.sums import decimals, shown
from bot.page import BOOKS, ROWS, Ahead, Listed, News, Page, Shown, Wanted, older_than
from bot.text.rendering import unit_name
from bot.text.wording import Node, Strong, Table, Words, items, lines, say
from commands.decisions.page import nothing_told
from commands.funding.cards import by_total, round_line, stands_told


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return tuple(About(round_reference(number)) for number in ask.args.numbers(state.funding.count))


def _round(state: State, ask: Ask[Wanted], number: int) -> Asked | Round | None:
    """The round of a number, also one that is over; nothing of one that was never opened."""
    book = state.funding
    known = book.open.get(number) or book.asked.get(number)
    if known is not None:
        return known
    entries = ask.found.get(About(round_reference(number)), ())
    return life_of(((event, When(e.at, e.actor, {})) for e, event in entries), number)[1]


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    numbers = ask.args.numbers(state.funding.count)
    words = ask.args.search.casefold().split()
    shown_now: list[tuple[Asked | Round, list[Idea]]] = []
    older = older_than(numbers)
    for number in numbers:
        if sum(len(ideas) for _, ideas in shown_now) >= ROWS:
            older = number + 1  # a round has up to a hundred ideas, and is not parted
            break
        it = _round(state, ask, number)
        ideas = by_total(it) if isinstance(it, Round) else []
        ideas = [each for each in ideas if _is_wanted(ask, each, words)]
        if it is not None and (ideas or not words):
            shown_now.append((it, ideas))
    body: Node = lines(*(part for it, ideas in shown_now for part in _told(ask, it, ideas)))
    if not shown_now:
        body = nothing_told(ask.args, older, None if state.funding.count else 0)
    facts = {
        "rounds": [_facts(it) for it, _ in shown_now],
        "ideas": [_idea_facts(ask, it, idea) for it, ideas in shown_now for idea in ideas],
    }
    return Shown(body=body, facts=facts, older=older)


def _is_wanted(ask: Ask[Wanted], idea: Idea, words: list[str]) -> bool:
    title = ask.text(idea.title).casefold()
    return all(word in title for word in words)


def _told(ask: Ask[Wanted], it: Asked | Round, ideas: list[Idea]) -> Iterator[Node]:
    yield Strong(round_line(it))
    if isinstance(it, Asked):
        return
    unit = it.terms.unit
    if not ideas:
        yield say("No idea yet.") if not it.ended_at else say("Nobody put an idea.")
        return
    heading = (say("Entry"), say("Idea"), say("At least"), say("At most"), say("How it stands"))
    rows: tuple[tuple[Node, ...], ...] = tuple(
        (
            Words(each.ref),
            Words(ask.text(each.title)),
            shown(unit, each.least),
            shown(unit, each.most),
            stands_told(it, each),
        )
        for each in ideas
    )
    yield Table(heading, rows)


def _figure(it: Asked | Round, count: int) -> str:
    return decimals({it.terms.unit: count})[unit_name(it.terms.unit)]


def _facts(it: Asked | Round) -> dict[str, object]:
    over = isinstance(it, Round) and bool(it.ended_at)
    status = (
        "waits"
        if isinstance(it, Asked)
        else "cancelled"
        if it.cancelled
        else "over"
        if over
        else "open"
    )
    given = it.given if isinstance(it, Round) else 0
    return {
        "ref": it.ref,
        "status": status,
        "unit": unit_name(it.terms.unit),
        "amount": _figure(it, it.terms.count),
        "each": _figure(it, it.terms.each),
        "given": _figure(it, given),
        "closes_at": it.terms.closes,
    }


def _idea_facts(ask: Ask[Wanted], it: Asked | Round, idea: Idea) -> dict[str, object]:
    ended = idea.ended.value if idea.ended else "open"
    return {
        "ref": idea.ref,
        "round": it.ref,
        "title": ask.text(idea.title),
        "unit": unit_name(it.terms.unit),
        "least": _figure(it, idea.least),
        "most": _figure(it, idea.most),
        "given": _figure(it, idea.total or idea.missed),
        "status": "funded" if idea.funded else ended,
        "fund": idea.fund,
    }


def _news(state: State, ask: Ask[Wanted]) -> tuple[News, ...]:
    """What rounds were opened, and how they ended."""
    found = (_round(state, ask, number) for number in ask.args.numbers(state.funding.count))
    return tuple(
        News(it.ref, round_line(it), it.ended_at or it.opened_at)
        for it in found
        if isinstance(it, Round)
    )


def _front(state: State, ask: Ask[Wanted]) -> Node | None:
    points = [round_line(it) for it in state.funding.open.values()]
    return lines(Strong(say("Open for ideas:")), items(points)) if points else None


def _ahead(state: State, ask: Ask[Wanted]) -> Iterator[Ahead]:
    """What closes."""
    for it in state.funding.open.values():
        terms = it.terms
        told = say(
            "{ref} closes: {title}",
            ref=it.ref,
            title=say("{amount} for ideas", amount=shown(terms.unit, terms.count)),
        )
        yield Ahead(terms.closes, told, it.ref)


PAGE = Page(
    name="funding",
    title=say("Funding rounds"),
    about=say("Money that members give to ideas, newest first; what became of each idea."),
    view=_view,
    part=BOOKS,
    wants=_wants,
    takes=frozenset({"search"}),
    front=_front,
    ahead=_ahead,
    listed=Listed(
        "ideas", ("ref", "round", "title", "least", "most", "given", "unit", "status", "fund")
    ),
    news=_news,
)
