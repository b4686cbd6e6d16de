"""The loop as a page: what partners captured, what came back, and whom it reached."""

from __future__ import annotations

from bot.collective.state import State
from bot.decision import Ask
from bot.page import Page, Shown, Wanted, as_answered
from bot.text.wording import say
from commands.partners.loop import LoopArgs, loop


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    return as_answered(loop, state, ask, LoopArgs(period=ask.args.period))


PAGE = Page(
    name="loop",
    title=say("The loop"),
    about=say("What was made of the commons outside, what came back, and whom it reached."),
    view=_view,
    takes=frozenset({"period"}),
)
