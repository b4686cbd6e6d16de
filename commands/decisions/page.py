"""Proposals and decisions as a page, the newest first, and what is open on the first page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from bot.collective.contributions import Life
from bot.collective.pollevents import PollBallotCast, PollBallotSealed, PollBallotTaken
from bot.collective.proposalevents import BallotCast, BallotTaken, reference
from bot.collective.proposals import Proposal, fold_proposal
from bot.collective.state import State
from bot.collective.thanks import ThanksGiven
from bot.collective.timers import TimerStarted, TimerStopped
from bot.decision import About, Ask, Query
from bot.page import DECIDING, Ahead, Listed, News, Page, Row, Rows, Shown, Wanted
from bot.text.wording import Node, Strong, Words, items, lines, say
from commands.decisions.decisions import line_told
from commands.decisions.lookups import texts_of

OPEN_MAX = 20
"""How many open ones the first page lists."""

OFTEN: Final = (
    *get_args(Life),
    ThanksGiven,
    TimerStarted,
    TimerStopped,
    BallotCast,
    BallotTaken,
    PollBallotCast,
    PollBallotTaken,
    PollBallotSealed,
)
"""What happens often, and changes in lists no row but of what it is about: no name, and no rule."""

LATEST_MAX = 5
"""How many decisions the first page lists."""


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return tuple(About(f"P{number}") for number in ask.args.numbers(state.proposals.count))


def _proposal(state: State, ask: Ask[Wanted], number: int) -> Proposal | None:
    """The proposal of this number, unless it was never put to anybody."""
    found = ask.found.get(About(f"P{number}"), ())
    it = state.proposals.alive.get(number) or fold_proposal((entry.at, event) for entry, event in found)
    return it if it is not None and it.terms is not None else None


def only_rows(state: State, ask: Ask[Wanted]) -> Shown:
    """A page that shows its rows, and nothing besides."""
    return Shown(body=lines())


def has_words(text: object, want: Wanted) -> bool:
    """Whether a text, as it is told to who looks, has all the words that are looked for."""
    told = want.told(str(text)).casefold()
    return all(word in told for word in want.search.casefold().split())


def _row(state: State, ask: Ask[Wanted], number: int) -> Row | None:
    it = _proposal(state, ask, number)
    if it is None:
        return None
    title, ended = ask.text(it.latest.title), it.ended_at or None
    facts = {"ref": it.ref, "title": title, "status": it.verdict or "open", "ended_at": ended}
    return Row(number, (line_told(it, Words(title)),), facts)


def _news(state: State, ask: Ask[Wanted]) -> tuple[News, ...]:
    """What was put to the members, and what became of it."""
    texts = texts_of(ask)
    return tuple(
        News(it.ref, line_told(it, Words(texts(it.latest.title))), it.ended_at or it.latest.at)
        for number in ask.args.numbers(state.proposals.count)
        if (it := _proposal(state, ask, number)) is not None
    )


def nothing_told(want: Wanted, older: int, count: int | None = None) -> Node:
    """Why a list is empty: it goes on (`older`), there is nothing yet, or it is left out of `count`.

    The way back to all of it stands in the form above. A count that says something else than what is
    shown there, such as one that has drafts in it, is none.
    """
    if older:
        return say("There is nothing in this stretch; the list goes on with what is older.")
    if count == 0 or not (want.is_narrowed or want.before):
        return say("There is nothing here yet.")
    if count is None:
        return say("Nothing here is what was asked for.")
    return say("Nothing here is what was asked for; there are {count} without that.", count=count)


def _nothing(state: State, want: Wanted, older: int) -> Node:
    """Why none is told; numbers were given to drafts as well, so how many there are is not said."""
    return nothing_told(want, older, None if state.proposals.count else 0)


def _open_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return tuple(About(it.ref) for it in state.proposals.open[:OPEN_MAX])


def _front_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    newest = (About(f"P{number}") for number in _newest(state))
    return tuple(dict.fromkeys((*_open_reads(state, ask), *newest)))


def _front(state: State, ask: Ask[Wanted]) -> Node | None:
    texts = texts_of(ask)
    points = [line_told(it, Words(texts(it.latest.title))) for it in state.proposals.open[:OPEN_MAX]]
    decided = [line_told(it, Words(texts(it.latest.title))) for it in _latest(state, ask)]
    return lines(
        *((Strong(say("Open for decision:")), items(points)) if points else ()),
        *((Strong(say("Decided last:")), items(decided)) if decided else ()),
    )


def _latest(state: State, ask: Ask[Wanted]) -> list[Proposal]:
    """The decisions that were made last."""
    newest = (_proposal(state, ask, number) for number in _newest(state))
    over = [it for it in newest if it is not None and it.verdict]
    return sorted(over, key=lambda it: -it.ended_at)[:LATEST_MAX]


def _newest(state: State) -> range:
    return range(state.proposals.count, max(0, state.proposals.count - OPEN_MAX), -1)


def _reviewed(state: State) -> dict[int, int]:
    """When (ms) which decision is looked at again, what comes first before."""
    found = sorted(state.proposals.reviews.items(), key=lambda each: each[1])
    return dict(found[:OPEN_MAX])


def _ahead_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    reviewed = tuple(About(reference(number)) for number in _reviewed(state))
    return (*_open_reads(state, ask), *reviewed)


def _ahead(state: State, ask: Ask[Wanted]) -> Iterator[Ahead]:
    """What closes, and what is looked at again."""
    texts = texts_of(ask)
    for it in state.proposals.open[:OPEN_MAX]:
        title = Words(texts(it.latest.title))
        yield Ahead(it.closes, say("{ref} closes: {title}", ref=it.ref, title=title), it.ref, it.circle)
    for number, at in _reviewed(state).items():
        decided = _proposal(state, ask, number)
        if decided is not None:
            ref, title = decided.ref, Words(texts(decided.latest.title))
            yield Ahead(at, say("{ref} is looked at again: {title}", ref=ref, title=title), ref)


PAGE = Page(
    name="decisions",
    title=say("Decisions"),
    about=say("What was decided and what is open, newest first; each with why it came out so."),
    view=only_rows,
    part=DECIDING,
    takes=frozenset({"search"}),
    front=_front,
    front_reads=_front_reads,
    ahead=_ahead,
    ahead_reads=_ahead_reads,
    listed=Listed("decisions", ("ref", "title", "status", "ended_at")),
    news=_news,
    news_reads=_wants,
    rows=Rows(
        last=lambda state: state.proposals.count,
        about=reference,
        row=_row,
        fits=lambda row, want: has_words(row.facts["title"], want),
        nothing=_nothing,
        spared=OFTEN,
    ),
)
