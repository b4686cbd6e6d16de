"""How open a collective is: thirteen questions in four areas, and what was answered.

After the Open Governance Index of VisionMobile (Liz Laffan, 2011), in our own words and with points of
our own for each question; so it is never that index. Some questions the books answer
(`commands.places.evidence`); nobody can answer those otherwise, only say something about it. What
coordinators answer is good for a year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.collective.events import Changes, Event, Seal, When, about_member
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup
from bot.collective.ruletypes import one_of
from bot.text.wording import Say, say

STALE_MS: Final = 365 * 86_400_000
"""After how long an answer that people gave counts no more."""


class Answer(StrEnum):
    """How far something is so."""

    NO = "no"
    HALF = "half"
    FULL = "full"

    @property
    def halves(self) -> int:
        """How many halves of the points it brings."""
        return (Answer.NO, Answer.HALF, Answer.FULL).index(self)


class Area(StrEnum):
    """What questions are about."""

    ACCESS = "access"
    DEVELOPMENT = "development"
    DERIVATIVES = "derivatives"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Question:
    """One of the questions: its area, how many points it brings, in short and in full."""

    number: int
    area: Area
    points: int
    short: Say
    text: Say
    computed: bool = False


_ASKED: Final = (
    (
        Area.ACCESS,
        4,
        True,
        say("Books open to all"),
        say("Can everybody look into the books, all at the same time?"),
    ),
    (
        Area.ACCESS,
        4,
        True,
        say("Open licence"),
        say("May others use what is made here, under an open licence?"),
    ),
    (
        Area.ACCESS,
        4,
        False,
        say("Rooms and tools open"),
        say("Are the rooms, documents and tools open to everybody?"),
    ),
    (Area.ACCESS, 4, False, say("Plans open"), say("Can everybody see what is planned?")),
    (
        Area.ACCESS,
        3,
        True,
        say("Minutes of meetings"),
        say("Do minutes tell within 7 days what a meeting came to, and how?"),
    ),
    (
        Area.DEVELOPMENT,
        4,
        True,
        say("Outcomes of proposals"),
        say("Do proposals come to an outcome that others than their author voted on?"),
    ),
    (
        Area.DEVELOPMENT,
        4,
        True,
        say("Known who gave"),
        say("Is it known of each contribution whose it is?"),
    ),
    (
        Area.DEVELOPMENT,
        4,
        True,
        say("Becoming a member"),
        say("Can anybody become a member, and is everybody who asks answered within 14 days?"),
    ),
    (
        Area.DEVELOPMENT,
        3,
        False,
        say("Known who decides"),
        say("Can everybody see who coordinates, keeps the money and sets the rules?"),
    ),
    (
        Area.DEVELOPMENT,
        3,
        False,
        say("Rights are kept"),
        say("Do people keep their rights in what they contribute?"),
    ),
    (
        Area.DERIVATIVES,
        3,
        False,
        say("Name free to use"),
        say("May others go by the name without having to be checked first?"),
    ),
    (
        Area.DERIVATIVES,
        3,
        False,
        say("Free to build on"),
        say("May others build on what is made here and hand that on, without asking?"),
    ),
    (
        Area.COMMUNITY,
        2,
        True,
        say("The same say"),
        say("Can every member propose and vote?"),
    ),
)

QUESTIONS: Final = {
    number: Question(number, area, points, short, text, computed)
    for number, (area, points, computed, short, text) in enumerate(_ASKED, 1)
}
"""The thirteen by number."""

POINTS: Final = {area: sum(it.points for it in QUESTIONS.values() if it.area is area) for area in Area}
"""How many points each area brings at the most."""

POINTS_MAX: Final = sum(POINTS.values())


def halves_by_area(answers: Iterable[str]) -> tuple[int, ...]:
    """How many halves of points each area has by these answers, in order; an empty one brings none."""
    found = dict.fromkeys(Area, 0)
    for question, answer in zip(QUESTIONS.values(), answers, strict=True):
        found[question.area] += question.points * Answer(answer).halves if answer else 0
    return tuple(found.values())


def score_of(halves: Iterable[int]) -> int:
    """How open that is, of 100, rounded down."""
    return sum(halves) * 100 // (2 * POINTS_MAX)


# --- What happens ---------------------------------------------------------------------------------


def about_answer(question: int) -> str:
    """The index subject of what was answered to a question."""
    return f"openness:answer:{question}"


def about_comment(question: int) -> str:
    """The index subject of what was said about a question that the books answer."""
    return f"openness:comment:{question}"


class OpennessAnswered(Event, frozen=True, kw_only=True, tag="openness.answered"):
    """A coordinator answered a question, with what shows it."""

    sealed_fields = ("evidence",)
    common_fields = ("evidence",)
    question: int
    answer: Answer
    member: int
    evidence: Seal

    @property
    def subjects(self) -> tuple[str, ...]:
        """The question's answers, and who gave this one."""
        return (about_answer(self.question), about_member(self.member))


class OpennessCommented(Event, frozen=True, kw_only=True, tag="openness.commented"):
    """A coordinator said something about what the books answer; an empty text takes that back."""

    sealed_fields = ("text",)
    common_fields = ("text",)
    question: int
    member: int
    text: Seal = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The question's comments, and who said this."""
        return (about_comment(self.question), about_member(self.member))


class OpennessNoted(Event, frozen=True, kw_only=True, tag="openness.noted"):
    """How open it was at the end of a quarter, which began on the day `first` and ended at `at` (ms).

    `answers` are those to all questions in order, an empty one where there was none that counted;
    `halves` are the halves of points by area, as they were reckoned then.
    """

    moves_clock = True
    first: str
    at: int
    answers: tuple[str, ...]
    halves: tuple[int, ...]


# --- What is known --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that people gave: by whom, when (ms), and the commitment to what shows it."""

    answer: Answer
    member: int
    at: int
    evidence: Seal

    def is_stale(self, at: int) -> bool:
        """Whether it counts no more at an instant (ms)."""
        return at - self.at >= STALE_MS


@dataclass(frozen=True, slots=True)
class Commented:
    """What somebody said about a question that the books answer."""

    member: int
    at: int
    text: Seal


@dataclass(frozen=True, slots=True)
class Noted:
    """How open it was at the end of a quarter."""

    first: str
    at: int
    answers: tuple[str, ...]
    halves: tuple[int, ...]

    @property
    def score(self) -> int:
        """Of 100."""
        return score_of(self.halves)


@dataclass(slots=True)
class Openness:
    """What was answered and said, by question, and how open each quarter was."""

    answers: dict[int, Answered] = field(default_factory=dict)
    comments: dict[int, Commented] = field(default_factory=dict)
    quarters: list[Noted] = field(default_factory=list)

    def answer(self, event: OpennessAnswered, when: When) -> None:
        """Enter an answer in place of the one before."""
        self.answers[event.question] = Answered(event.answer, event.member, when.at, event.evidence)

    def comment(self, event: OpennessCommented, when: When) -> None:
        """Enter what was said, or take it away."""
        if event.text:
            self.comments[event.question] = Commented(event.member, when.at, event.text)
        else:
            self.comments.pop(event.question, None)

    def note(self, event: OpennessNoted, _: When) -> None:
        """Enter a quarter."""
        self.quarters.append(Noted(event.first, event.at, event.answers, event.halves))


CHANGES: Changes = {
    OpennessAnswered: Openness.answer,
    OpennessCommented: Openness.comment,
    OpennessNoted: Openness.note,
}

OPEN_LICENCES: Final = (
    "cc0-1.0",
    "cc-by-4.0",
    "cc-by-sa-4.0",
    "odbl-1.0",
    "mit",
    "apache-2.0",
    "gpl-3.0",
    "agpl-3.0",
    "eupl-1.2",
)
"""Licences by which everybody may use, change and hand on (opendefinition.org, opensource.org)."""

RESERVED_LICENCES: Final = ("cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "ppl", "copyfair")
"""Licences that let some do some of that."""

RULES: RulesByGroup = {
    Group.CLOCK: (
        Rule(
            "licence",
            say("By which licence others may use what is made here; none for none that is named."),
            "none",
            one_of("none", *OPEN_LICENCES, *RESERVED_LICENCES),
            TOGETHER,
        ),
    )
}
