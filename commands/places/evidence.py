"""What the books say to the questions of openness: the answer, and the figures that led to it.

Pure, of the state and the rules in force. What is counted is of twelve months: that of the instant
asked for, and the eleven before. Nothing counted is nothing shown: none of none is `no`, and fewer than
three things bring no more than `half`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.collective.events import month_of
from bot.collective.members import ERASED
from bot.collective.openness import OPEN_LICENCES, Answer
from bot.collective.proposalbook import Came
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.decision import Ask
from bot.language.clock import local_day
from bot.text.wording import Code, Node, Say, joined, say, say_n
from commands.decisions.lookups import home_of, rules_at
from commands.decisions.voters import electorate_of

LEAST: Final = 3
"""Of fewer things nobody can tell how it usually is."""

_DAY_MS: Final = 86_400_000
MINUTES_MS: Final = 7 * _DAY_MS
ANSWER_MS: Final = 14 * _DAY_MS
MET_LEAST: Final = 2
"""So many have to come themselves that it is a meeting."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the books answer to a question: how far it is so, why in words, and in figures.

    What was `counted` is of the months that count; else it is as it stands now.
    """

    answer: Answer
    told: Node
    figures: Mapping[str, Any] = field(default_factory=dict)
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: the state and its rules, at an instant (ms), with the months that count."""

    state: State
    rules: Rules
    site: str
    able: frozenset[int]
    at: int
    months: frozenset[str]

    def counts(self, at: int) -> bool:
        """Whether what was at an instant (ms) is of the months that count."""
        return at <= self.at and month_of(at) in self.months


def looked_at(state: State, ask: Ask, at: int) -> Looked:
    """All that is looked at, at an instant (ms), whoever asks and wherever."""
    rules = rules_at(state, ask)(home_of(state))
    day = local_day(dt.datetime.fromtimestamp(at / 1000, dt.UTC), rules.text("zone"))
    able = electorate_of(state, "")
    return Looked(state, rules, ask.site, frozenset(able), at, twelve_months(day))


def twelve_months(day: dt.date) -> frozenset[str]:
    """The month of a day, and the eleven before."""
    whole = day.year * 12 + day.month - 1
    return frozenset(f"{each // 12:04}-{each % 12 + 1:02}" for each in range(whole - 11, whole + 1))


def _by_share(good: int, of: int) -> Answer:
    """What a share comes to: full from nine tenths on, half from a half on."""
    if of >= LEAST and 10 * good >= 9 * of:
        return Answer.FULL
    return Answer.HALF if of and 2 * good >= of else Answer.NO


def _figures(good: int, of: int, **more: int) -> dict[str, int]:
    return {"good": good, "of": of, **more}


# --- One by one -----------------------------------------------------------------------------------


def _books(it: Looked) -> Evidence:
    """The pages: for everybody, for whoever has a link, or for nobody."""
    mode = it.rules.text("web")
    served = bool(it.site)
    figures = {"web": mode, "served": served}
    if mode == "off":
        return Evidence(Answer.NO, say("The pages are off: rule web."), figures)
    if not served:
        told = say("The rule web is {mode}, but whoever runs the bot serves no pages.", mode=mode)
        return Evidence(Answer.NO, told, figures)
    if mode == "link":
        return Evidence(Answer.HALF, say("Only whoever has a link sees the pages: rule web."), figures)
    return Evidence(Answer.FULL, say("Everybody sees the pages: rule web."), figures)


def _licence(it: Looked) -> Evidence:
    """The licence that is named: an open one, another one, or none."""
    licence = it.rules.text("licence")
    figures = {"licence": licence}
    if licence == "none":
        return Evidence(Answer.NO, say("No licence is named: rule licence."), figures)
    if licence in OPEN_LICENCES:
        told = say("{licence}, an open licence: rule licence.", licence=Code(licence))
        return Evidence(Answer.FULL, told, figures)
    told = say("{licence}, which does not let everybody: rule licence.", licence=Code(licence))
    return Evidence(Answer.HALF, told, figures)


def _minutes(it: Looked) -> Evidence:
    """The meetings to which two came themselves: those whose minutes told something in 7 days."""
    one = it.state.members.one
    met = [
        each
        for each in it.state.meetings.ended.by_number.values()
        if it.counts(each.closed_at) and len({*map(one, each.themselves)}) >= MET_LEAST
    ]
    good = sum(bool(each.told_at) and each.told_at - each.opened_at <= MINUTES_MS for each in met)
    told = say_n(
        "{good} of {count} meeting has minutes within 7 days.",
        "{good} of {count} meetings have minutes within 7 days.",
        len(met),
        good=good,
    )
    none = say("No meeting to which two came themselves.")
    return Evidence(
        _by_share(good, len(met)), told if met else none, _figures(good, len(met)), counted=True
    )


def _outcomes(it: Looked) -> Evidence:
    """The proposals that others than their author decided, of those that needed it."""
    count = Counter[Came]()
    for (month, came), several in it.state.proposals.came.items():
        count[came] += several if month in it.months else 0
    good, aside = count[Came.DECIDED], count[Came.ASIDE]
    of = good + count[Came.UNANSWERED]
    told = say_n(
        "{good} of {count} proposal was decided by others than its author.",
        "{good} of {count} proposals were decided by others than their author.",
        of,
        good=good,
    )
    left = say_n(
        "{count} that passed in silence or was taken back for a reason is not counted.",
        "{count} that passed in silence or were taken back for a reason are not counted.",
        aside,
    )
    none = say("No proposal was up for a vote of others than its author.")
    words = joined(filter(None, (told if of else none, left if aside else None)), " ")
    return Evidence(_by_share(good, of), words, _figures(good, of, aside=aside), counted=True)


def _named(it: Looked) -> Evidence:
    """The entries of which it is known whose they are: nobody's who was forgotten."""
    members, of, good = it.state.members, 0, 0
    for (month, member, *_), (entries, _count) in it.state.contributions.monthly.items():
        if month in it.months:
            of += entries
            good += entries if members.member(member).name != ERASED else 0
    told = say_n(
        "It is known of {good} of {count} entry whose it is.",
        "It is known of {good} of {count} entries whose they are.",
        of,
        good=good,
    )
    none = say("Nothing was entered that counts.")
    return Evidence(_by_share(good, of), told if of else none, _figures(good, of), counted=True)


_JOINING: Final[Mapping[str, Say]] = {
    "everyone": say("Whoever types a command is a member: rule new-members."),
    "nobody": say("Nobody can become a member: rule new-members."),
}


def _joining(it: Looked) -> Evidence:
    """How one becomes a member; where one asks, how long each waited, also who was never answered."""
    how = it.rules.text("new-members")
    asked = [each for each in it.state.members.askings.values() if it.counts(each.at)]
    waits = [
        (min(each.answered_at or it.at, it.at) - each.at, 0 < each.answered_at <= it.at)
        for each in asked
    ]
    over = [(wait, answered) for wait, answered in waits if answered or wait > ANSWER_MS]
    good = sum(answered and wait <= ANSWER_MS for wait, answered in over)
    longest = max((wait for wait, _ in over), default=0) // _DAY_MS
    figures = {"new-members": how, **_figures(good, len(over), longest_days=longest)}
    if how in _JOINING:
        return Evidence(Answer.FULL if how == "everyone" else Answer.NO, _JOINING[how], figures)
    if not over:
        return Evidence(
            Answer.HALF, say("Who wants to can ask, but nobody did."), figures, counted=True
        )
    told = say_n(
        "{good} of {count} who asked was answered within 14 days; the longest wait was {longest}.",
        "{good} of {count} who asked were answered within 14 days; the longest wait was {longest}.",
        len(over),
        good=good,
        longest=say_n("{count} day", "{count} days", longest),
    )
    return Evidence(_by_each(good, len(over)), told, figures, counted=True)


def _by_each(good: int, of: int) -> Answer:
    """As a share, but full only where it is so of each: many others do not make one less."""
    found = _by_share(good, of)
    return Answer.HALF if found is Answer.FULL and good < of else found


def _same_say(it: Looked) -> Evidence:
    """The members who can propose and vote: who has an account, or somebody who speaks for them."""
    here = {each.number for each in it.state.members.here}
    good = len(here & it.able)
    told = say_n(
        "{good} of {count} member can propose and vote.",
        "{good} of {count} members can propose and vote.",
        len(here),
        good=good,
    )
    return Evidence(_by_share(good, len(here)), told, _figures(good, len(here)))


COMPUTED: Final[Mapping[int, Callable[[Looked], Evidence]]] = {
    1: _books,
    2: _licence,
    5: _minutes,
    6: _outcomes,
    7: _named,
    8: _joining,
    13: _same_say,
}
"""The questions that the books answer, and how."""
