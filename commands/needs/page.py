"""The board as a page: what is needed and offered, and who took it."""

from __future__ import annotations

from bot.collective.state import State
from bot.decision import Ask, Query
from bot.page import Page, Shown, Wanted, as_answered
from bot.text.wording import say
from commands.needs.board import NeedsArgs, board_queries, needs


def _args(ask: Ask[Wanted]) -> NeedsArgs:
    return NeedsArgs(search=ask.args.search, taken=True, mine=False)


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return board_queries(state, ask.with_args(_args(ask)))


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    return as_answered(needs, state, ask, _args(ask))


PAGE = Page(
    name="needs",
    title=say("Needs and offers"),
    about=say("What is needed and offered, what comes first before, and who took it."),
    view=_view,
    wants=_wants,
    takes=frozenset({"search"}),
)
