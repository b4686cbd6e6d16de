"""Who is a member, as a page: for members alone."""

from __future__ import annotations

from bot.collective.state import State
from bot.decision import Ask
from bot.page import WORK, Page, Shown, Wanted, as_answered
from bot.text.wording import say
from commands.people.members import show


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    return as_answered(show, state, ask, None)


PAGE = Page(
    name="people",
    title=say("Members"),
    about=say("Who is a member and with which role, and who asks to become one."),
    view=_view,
    part=WORK,
    inside=True,
)
