"""The index of openness as a value: each question, its answer and points, and the next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.collective.openness import (
    POINTS,
    QUESTIONS,
    Answer,
    Answered,
    Area,
    Commented,
    Noted,
    OpennessNoted,
    Question,
    halves_by_area,
    score_of,
)
from bot.collective.state import State
from bot.decision import Accepted, Ask, Clockwork, Due, RulesAt
from bot.language.clock import instant, local_day
from bot.language.periods import Period
from bot.text.wording import Node, Say, Typed, fill, say
from bot.value.periods import Every, next_period, period_of, period_text
from commands.decisions.lookups import home_of
from commands.places.evidence import COMPUTED, Evidence, looked_at

PUBLISHED: Final[Mapping[str, int]] = {
    "Eclipse": 84,
    "Linux": 71,
    "WebKit": 68,
    "Mozilla": 65,
    "MeeGo": 61,
    "Symbian": 58,
    "Qt": 58,
    "Android": 23,
}
"""What the index of 2011 gave eight projects, of 100, by its own questions and points."""

SOURCE: Final = "VisionMobile, Open Governance Index, 2011"


@dataclass(frozen=True, slots=True)
class Row:
    """One question as it stands: by the `evidence` of the books, or as it was `answered`.

    A `stale` answer counts no more. `commented` is what somebody said about what the books answer.
    """

    question: Question
    evidence: Evidence | None = None
    answered: Answered | None = None
    commented: Commented | None = None
    stale: bool = False

    @property
    def answer(self) -> Answer | None:
        """The answer that counts."""
        if self.evidence is not None:
            return self.evidence.answer
        return self.answered.answer if self.answered is not None and not self.stale else None

    @property
    def halves(self) -> int:
        """How many halves of points it brings."""
        return self.question.points * self.answer.halves if self.answer is not None else 0

    @property
    def left(self) -> int:
        """How many it could bring more."""
        return 2 * self.question.points - self.halves


@dataclass(frozen=True, slots=True)
class Index:
    """All thirteen as they stand at an instant (ms); what is counted is of the `months` from to."""

    rows: tuple[Row, ...]
    at: int
    months: tuple[str, str]

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers that count, in order; an empty one where there is none."""
        return tuple(row.answer.value if row.answer is not None else "" for row in self.rows)

    @property
    def halves(self) -> tuple[int, ...]:
        """How many halves of points each area has."""
        return halves_by_area(self.answers)

    @property
    def score(self) -> int:
        """How open that is, of 100."""
        return score_of(self.halves)

    def of_area(self, area: Area) -> tuple[int, int, Row]:
        """The halves of points of an area, its points at the most, and the row that could add most."""
        rows = [row for row in self.rows if row.question.area is area]
        best = max(rows, key=lambda row: (row.left, -row.question.number))
        return sum(row.halves for row in rows), POINTS[area], best


def index_of(state: State, ask: Ask[Any], at: int) -> Index:
    """How open a collective is, at an instant (ms)."""
    looked, known = looked_at(state, ask, at), state.openness
    rows = []
    for number, question in QUESTIONS.items():
        if question.computed:
            commented = known.comments.get(number)
            rows.append(Row(question, COMPUTED[number](looked), commented=commented))
            continue
        answered = known.answers.get(number)
        stale = answered is not None and answered.is_stale(at)
        rows.append(Row(question, answered=answered, stale=stale))
    return Index(tuple(rows), at, (min(looked.months), max(looked.months)))


def band_of(score: int) -> tuple[int, int]:
    """The band of a score, as the index of 2011 drew them: 0 to 19, and so on to 80 to 100."""
    low = min(score // 20, 4) * 20
    return low, 100 if low == 80 else low + 19


# --- The next step --------------------------------------------------------------------------------

_STEPS: Final[Mapping[int, tuple[Say, str]]] = {
    1: (say("{line} shows the books to everybody."), "rules set web public"),
    2: (say("{line} names an open licence."), "rules set licence cc-by-sa-4.0"),
    3: (say("Open rooms and tools to everybody, and say where: {line}"), "openness answer 3 full …"),
    4: (say("Show everybody what is planned, and say where: {line}"), "openness answer 4 full …"),
    5: (say("Note at each meeting what it came to: {line}"), "meeting note …"),
    6: (say("Vote on what others propose: {line}"), "decisions"),
    7: (say("Enter what each of you gave: {line}"), "log 2h …"),
    8: (say("Answer who asks to become a member, within 14 days: {line}"), "member list"),
    9: (
        say("Write down for everybody who decides what, and say where: {line}"),
        "openness answer 9 full …",
    ),
    10: (
        say("Write down that people keep their rights, and say where: {line}"),
        "openness answer 10 full …",
    ),
    11: (
        say("Write down that others may go by the name, and say where: {line}"),
        "openness answer 11 full …",
    ),
    12: (
        say("Write down that others may build on it, and say where: {line}"),
        "openness answer 12 full …",
    ),
    13: (say("See who has no account yet to vote with: {line}"), "member list"),
}

_FIRST: Final[Mapping[int, tuple[Say, str]]] = {
    5: (say("Hold a meeting here, and note what it comes to: {line}"), "meeting open"),
    6: (say("Propose what there is to decide: {line}"), "propose …"),
    8: (say("Let in whoever types a command: {line}"), "rules set new-members everyone"),
}
"""The step where there was nothing to count yet."""


def step_of(row: Row) -> Node:
    """What to do about a question next, in one sentence."""
    figures = row.evidence.figures if row.evidence is not None else {}
    number = row.question.number
    if not row.left:
        return say("As open as it gets.")
    if row.stale and row.answered is not None:
        anew = Typed(f"openness answer {number} {row.answered.answer} …")
        return say("Answer question {number} anew: {line}", number=number, line=anew)
    if figures.get("web", "off") != "off" and not figures.get("served"):
        return say("Whoever runs the bot has to have it serve the pages.")
    if figures.get("new-members") == "nobody":
        return say(
            "{line} lets people ask to become members.", line=Typed("rules set new-members request")
        )
    if number == 13 and figures["good"] == figures["of"]:
        return say("Invite others: {line}", line=Typed("collective invite"))
    nothing = row.evidence is not None and not figures.get("of", 1)
    sentence, line = _FIRST[number] if nothing and number in _FIRST else _STEPS[number]
    return fill(sentence, line=Typed(line))


# --- Quarters -------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _end(quarter: Period, zone: str) -> int:
    """The instant (ms) at which a quarter is over."""
    return int(instant(quarter.last + dt.timedelta(days=1), dt.time(), zone).timestamp() * 1000)


def _local(at: int, zone: str) -> dt.date:
    return local_day(dt.datetime.fromtimestamp(at / 1000, dt.UTC), zone)


def quarter_of(noted: Noted) -> Period:
    """The quarter that was noted."""
    return period_of(dt.date.fromisoformat(noted.first), Every.QUARTER)


def quarter_text(noted: Noted) -> str:
    """The same, as it is typed."""
    return period_text(quarter_of(noted))


def _coming(state: State, zone: str) -> Period:
    """The quarter that is noted next: each once, whatever becomes of the zone."""
    known = state.openness.quarters
    if known:
        return next_period(quarter_of(known[-1]), Every.QUARTER)
    return period_of(_local(state.founded_at, zone), Every.QUARTER)


def _due(state: State, rules: RulesAt) -> int | None:
    if not state.founded or not any(state.rooms.here):
        return None
    zone = rules(home_of(state)).text("zone")
    return _end(_coming(state, zone), zone)


def _note(state: State, ask: Ask[Due]) -> Accepted:
    """Note how open it was at the end of a quarter; the first time, of the last one that is over.

    While nobody could say anything nothing changed: a quarter that is noted late is noted as it was.
    """
    zone = looked_at(state, ask, ask.args.due).rules.text("zone")
    quarter = _coming(state, zone)
    if not state.openness.quarters:
        running = period_of(_local(ask.moment.at, zone), Every.QUARTER)
        before = period_of(running.first - dt.timedelta(days=1), Every.QUARTER)
        quarter = max(quarter, before, key=lambda it: it.first)
    found = index_of(state, ask, _end(quarter, zone) - 1)
    event = OpennessNoted(
        first=quarter.first.isoformat(),
        at=_end(quarter, zone),
        answers=found.answers,
        halves=found.halves,
    )
    return Accepted((event,))


CLOCKWORKS = (Clockwork("openness", _due, _note),)
