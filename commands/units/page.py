"""Units of one's own as a page: what each is for, by which policy, and how it stands."""

from __future__ import annotations

from bot.collective.state import State
from bot.collective.units import OwnUnit
from bot.decision import Ask
from bot.page import BOOKS, Page, Shown, Wanted, as_answered
from bot.text.wording import Say, lines, say
from commands.units.units import UnitArgs, UnitReportArgs, report, unit


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    """Each unit: its terms in plain words, and its report of the time that is wanted."""
    told = [_one(state, ask, it) for it in state.units]
    nothing: Say | None = None if told else say("There is no unit of your own here.")
    body = lines(nothing, *(each.body for each in told))
    return Shown(body=body, facts={"units": [each.facts for each in told]})


def _one(state: State, ask: Ask[Wanted], it: OwnUnit) -> Shown:
    policy = as_answered(unit, state, ask, UnitArgs(name=it.name))
    figures = as_answered(report, state, ask, UnitReportArgs(name=it.name, period=ask.args.period))
    return Shown(
        body=lines(policy.body, figures.body), facts={**policy.facts, "report": dict(figures.facts)}
    )


PAGE = Page(
    name="units",
    title=say("Units of our own"),
    about=say("The units that this collective made for itself: their policy, and how they stand."),
    view=_view,
    part=BOOKS,
    takes=frozenset({"period"}),
)
