"""Openness as a page: all thirteen with what shows them, the quarters, and the scores of others."""

from __future__ import annotations

from bot.collective.openness import POINTS_MAX, about_answer, about_comment
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.page import PROOF, Listed, Page, Shown, Wanted
from bot.text.wording import Figure, Node, Number, Table, Words, lines, say
from commands.decisions.lookups import texts_of
from commands.places.opennesscards import (
    answer_told,
    areas_told,
    evidence_told,
    figures,
    headed,
    picture,
    points_text,
    trend_told,
)
from commands.places.opennessindex import PUBLISHED, SOURCE, Index, index_of


def openness_queries(state: State) -> tuple[Query, ...]:
    """What was said to the questions, the newest of each."""
    answers = (About(about_answer(number), newest=1) for number in state.openness.answers)
    comments = (About(about_comment(number), newest=1) for number in state.openness.comments)
    return (*answers, *comments)


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return openness_queries(state)


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    found, texts = index_of(state, ask, ask.moment.at), texts_of(ask)
    heading = (say("Question"), say("Answer"), say("Points"))
    rows = tuple(
        (
            lines(
                say("{number}. {question}", number=row.question.number, question=row.question.text),
                *evidence_told(row, found, texts),
            ),
            answer_told(row),
            say("{points} of {of}", points=Figure(points_text(row.halves)), of=row.question.points),
        )
        for row in found.rows
    )
    body = lines(
        headed(found),
        areas_told(found),
        Table(heading, rows),
        _counted(found),
        trend_told(state, found),
        say(
            "To compare, what {source} gave eight projects by its own questions and points. This is "
            "not the same index.",
            source=Words(SOURCE),
        ),
        _published(),
    )
    chart = picture(state, found)
    return Shown(body=body, facts=figures(state, found, texts), charts=(chart,) if chart else ())


def _counted(found: Index) -> Node:
    """How the answers become points."""
    first, last = found.months
    return say(
        "Full brings all points, half brings half of them; {of} in all. What the books answer is "
        "counted from {first} to {last}: full from nine tenths on, half from a half on, and of fewer "
        "than three things never more than half.",
        of=POINTS_MAX,
        first=first,
        last=last,
    )


def _published() -> Node:
    rows = tuple((Words(name), Number(score)) for name, score in PUBLISHED.items())
    return Table((say("Project"), say("Score of 100")), rows)


PAGE = Page(
    name="openness",
    title=say("Openness"),
    about=say("How open the collective is, by thirteen questions, and what shows each answer."),
    view=_view,
    part=PROOF,
    wants=_wants,
    listed=Listed(
        "questions", ("number", "area", "answer", "points", "of", "computed", "stale", "said")
    ),
)
