"""How openness is told: in short, the thirteen in a list, one whole, as figures and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bot.collective.openness import POINTS_MAX, Answer, Area
from bot.collective.state import State
from bot.text.charts import Series, Stacks
from bot.text.wording import Figure, Node, Say, Strong, Time, Typed, Words, items, joined, lines, say
from commands.decisions.cards import Texts
from commands.places.opennessindex import (
    PUBLISHED,
    SOURCE,
    Index,
    Row,
    band_of,
    quarter_of,
    quarter_text,
    step_of,
)

QUARTERS_SHOWN: Final = 7
"""So many quarters before now stand in the picture: as many as can be read on a phone."""

AREAS: Final = {
    Area.ACCESS: say("Access"),
    Area.DEVELOPMENT: say("Development"),
    Area.DERIVATIVES: say("Derivatives"),
    Area.COMMUNITY: say("Community"),
}
ANSWERS: Final = {Answer.NO: say("no"), Answer.HALF: say("half"), Answer.FULL: say("full")}


def points_text(halves: int) -> str:
    """Points, of their halves: `3` or `3.5`."""
    whole, half = divmod(halves, 2)
    return f"{whole}.5" if half else str(whole)


def points_told(halves: int) -> Node:
    """Points, as the reader's language writes them."""
    return Figure(points_text(halves))


def answer_told(row: Row) -> Say:
    """The answer that counts, or why there is none."""
    if row.answer is not None:
        return ANSWERS[row.answer]
    return say("too old") if row.stale else say("not answered")


# --- In short -------------------------------------------------------------------------------------


def headed(found: Index) -> Node:
    """The score, the points and the band."""
    low, high = band_of(found.score)
    return say(
        "Openness: {score} of 100 (points: {points} of {of}; band: {low} to {high}).",
        score=Strong(Words(str(found.score))),
        points=points_told(sum(found.halves)),
        of=POINTS_MAX,
        low=low,
        high=high,
    )


def areas_told(found: Index) -> Node:
    """Each area: its points, and the step that would bring most."""
    return items(
        say(
            "{area} {points} of {of}: {step}",
            area=AREAS[area],
            points=points_told(halves),
            of=of,
            step=step,
        )
        for area in Area
        for halves, of, best in (found.of_area(area),)
        for step in (step_of(best),)
    )


def published_told() -> Node:
    """The published scores, with their source; they are not of the same questions."""
    return say(
        "Not the same index, but to compare: {scores} ({source}).",
        scores=joined(f"{name} {score}" for name, score in PUBLISHED.items()),
        source=Words(SOURCE),
    )


def trend_told(state: State, found: Index) -> Node | None:
    """The scores by quarter, and now; None where no quarter is over yet."""
    quarters = state.openness.quarters[-QUARTERS_SHOWN:]
    if not quarters:
        return None
    told = (say("{quarter}: {score}", quarter=quarter_text(it), score=it.score) for it in quarters)
    return say("By quarter: {quarters}, now {score}.", quarters=joined(told), score=found.score)


def picture(state: State, found: Index) -> Stacks | None:
    """The points by quarter and area, and now; None where no quarter is over yet."""
    quarters = state.openness.quarters[-QUARTERS_SHOWN:]
    if not quarters:
        return None
    halves = [*(it.halves for it in quarters), found.halves]
    short = (quarter_of(it).first for it in quarters)
    return Stacks(
        say("Openness by quarter, of 100"),
        (*(Words(f"Q{(day.month + 2) // 3} {day:%y}") for day in short), say("now")),
        tuple(Series(AREAS[area], tuple(each[at] for each in halves)) for at, area in enumerate(Area)),
        (*(str(it.score) for it in quarters), str(found.score)),
    )


# --- One by one -----------------------------------------------------------------------------------


def listed(found: Index) -> Node:
    """All thirteen, a line each."""
    return items(
        say(
            "{number}. {question}: {answer}",
            number=row.question.number,
            question=row.question.short,
            answer=answer_told(row),
        )
        for row in found.rows
    )


def evidence_told(row: Row, found: Index, texts: Texts) -> Iterator[Node]:
    """What shows it: figures and their months, or what was answered when."""
    if row.evidence is not None:
        yield row.evidence.told
        if row.evidence.counted:
            first, last = found.months
            yield say("Counted from {first} to {last}.", first=first, last=last)
        if row.commented is not None:
            day = Time(row.commented.at, short=True)
            yield say("Said about it, {day}: {text}", day=day, text=Words(texts(row.commented.text)))
    elif row.answered is not None:
        text = Words(texts(row.answered.evidence))
        yield say(
            "Answered {at}, {answer}: {text}",
            at=Time(row.answered.at),
            answer=ANSWERS[row.answered.answer],
            text=text,
        )
        if row.stale:
            yield say("That is more than a year ago, and counts no more.")


def whole(row: Row, found: Index, texts: Texts) -> Node:
    """One question: its answer, its points, what shows it, and what to do next."""
    question = row.question
    return lines(
        say("{number}. {question}", number=question.number, question=Strong(question.text)),
        say(
            "Answer: {answer}. Points: {points} of {of}.",
            answer=answer_told(row),
            points=points_told(row.halves),
            of=question.points,
        ),
        *evidence_told(row, found, texts),
        step_of(row),
    )


def how_told(row: Row) -> Node:
    """How a coordinator answers it, or says something about what the books answer."""
    number = row.question.number
    if row.question.computed:
        return say(
            "The books answer it; a coordinator may say something about it: {line}",
            line=Typed(f"openness comment {number} …"),
        )
    return say(
        "A coordinator answers it no, half or full, with what shows it: {line}",
        line=Typed(f"openness answer {number} half …"),
    )


# --- For machines ---------------------------------------------------------------------------------


def figures(state: State, found: Index, texts: Texts) -> dict[str, Any]:
    """All of it for machines; who answered stands in the journal."""
    return {
        "score": found.score,
        "points": points_text(sum(found.halves)),
        "points_max": POINTS_MAX,
        "band": list(band_of(found.score)),
        "areas": [_area(found, area) for area in Area],
        "questions": [_row(row, texts) for row in found.rows],
        "quarters": [
            {"quarter": quarter_text(it), "score": it.score} for it in state.openness.quarters
        ],
        "published": {"source": SOURCE, "same_index": False, "scores": dict(PUBLISHED)},
    }


def _area(found: Index, area: Area) -> dict[str, Any]:
    halves, of, best = found.of_area(area)
    return {
        "area": area.value,
        "points": points_text(halves),
        "of": of,
        "next": best.question.number if best.left else None,
    }


def _row(row: Row, texts: Texts) -> dict[str, Any]:
    seal = row.answered.evidence if row.answered else row.commented.text if row.commented else ""
    dated = row.answered or row.commented
    return {
        "number": row.question.number,
        "area": row.question.area.value,
        "answer": row.answer.value if row.answer is not None else None,
        "points": points_text(row.halves),
        "of": row.question.points,
        "computed": row.question.computed,
        "stale": row.stale,
        "figures": dict(row.evidence.figures) if row.evidence is not None else {},
        "said_at": dated.at if dated else None,
        "said": texts(seal) if seal else "",
    }
