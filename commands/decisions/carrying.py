"""What a proposal with an effect has to meet: when it is put to the vote, and when it is done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from bot.chat import Refusal
from bot.collective.catalogue import rules_of
from bot.collective.effects import Weight, carrying_methods, carrying_terms, proposable_from
from bot.collective.grades import GRADE_WORDS
from bot.collective.members import Member
from bot.collective.proposals import Proposal, terms_of
from bot.collective.rules import Rules, refused_by
from bot.collective.state import State
from bot.deciding.judging import others_needed
from bot.deciding.methods import as_if_closed
from bot.deciding.strictness import ALONE
from bot.deciding.terms import Terms
from bot.decision import Ask
from bot.text.wording import Code, Node, Time, Typed, Words, joined, say, say_n
from commands.decisions.effects import TWIN, insisting, shown_line, weight_of
from commands.decisions.lookups import circle_for
from commands.decisions.voters import electorate_of

CALL = "meeting call"
"""The command that asks those at a meeting."""


class Proposing(Protocol):
    """How a question is to be put, as its author says."""

    @property
    def title(self) -> str:
        """The question."""

    @property
    def method(self) -> str:
        """The method, empty for the usual one."""

    @property
    def closes(self) -> dt.datetime | None:
        """When it closes, None for the usual time."""

    @property
    def circle(self) -> str:
        """The circle that decides, empty for that of the room."""


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it is put: the circle that is asked (empty for all), who that is, by what terms.

    With what it would carry out it has the `weight` of that.
    """

    circle: str
    electorate: tuple[int, ...]
    terms: Terms
    weight: Weight | None = None


def put(state: State, ask: Ask[Proposing], do: str, *, drafted: str) -> Put:
    """How a question is put to the vote, with the line that it carries out. Raises Refusal.

    `drafted` is the reference of the draft that it was, empty for none.
    """
    circle = circle_for(state, ask)
    if not do:
        rules = _rules_in(state, ask, circle)
        terms = terms_of(rules, ask.args.method or rules.text("method"))
        return Put(circle, electorate_of(state, circle), terms)
    try:
        weight = weight_of(state, ask, do)
    except Refusal as wrong:
        if wrong.code != TWIN:
            raise
        raise wrong.but(instead=insisting(state, ask.args.title, do, _command(ask))) from None
    if circle and weight.circle != circle:
        if ask.args.circle and (ask.command == CALL or not drafted):
            raise _beyond(state, ask, circle, do)
        circle = ""
    rules = _rules_in(state, ask, circle)
    check_proposer(state, ask.me, weight, rules, ask.moment.at)
    electorate = electorate_of(state, circle)
    method = _method(state, ask, weight, rules, do, drafted)
    terms = carrying_terms(state, weight, rules, method, len(electorate))
    _check_open(ask, terms, rules)
    return Put(circle, electorate, terms, weight)


def _rules_in(state: State, ask: Ask, circle: str) -> Rules:
    """The rules by which a circle decides, or all: never those of another room's circle."""
    room = state.rooms.by_number.get(ask.room)
    number = ask.room if room is None or room.circle == circle else 0
    return rules_of(ask.configured, *state.rules.layers(number, circle))


def _line(state: State, ask: Ask[Proposing], do: str, drafted: str) -> Typed:
    """The line by which the same is proposed without what was in the way."""
    if drafted:
        return Typed(f"{CALL if ask.command == CALL else 'open'} {drafted}")
    return asking_all(state, ask.args.title, do, _command(ask))


def _command(ask: Ask[Proposing]) -> str:
    """By what a question is put here: asked of all, or of those at a meeting."""
    return CALL if ask.command == CALL else "propose"


def asking_all(state: State, title: str, do: str, command: str = "propose") -> Typed:
    """The line that puts a question with what it carries out."""
    return Typed(f'{command} {title} --do "{shown_line(state, do).line}"')


def _beyond(state: State, ask: Ask[Proposing], circle: str, do: str) -> Refusal:
    return Refusal(
        "beyond-circle",
        say("That is not the affair of the circle {name} alone: all decide it.", name=circle),
        word=circle,
        instead=say("Ask all: {line}", line=asking_all(state, ask.args.title, do)),
    )


def weighing(weight: Weight) -> Node:
    """What it is about, in words."""
    if weight.locked:
        return say("the locked {rules}", rules=joined(Words(rule) for rule in sorted(weight.locked)))
    return joined(GRADE_WORDS[grade] for grade in sorted(weight.grades))


def check_proposer(
    state: State, who: Member, weight: Weight, rules: Rules, now: int, *, named: bool = False
) -> None:
    """Nobody who has just come proposes what changes the others' affairs. Raises Refusal.

    `named` says that somebody else proposes it in their name.
    """
    since = proposable_from(state.members, who.number, weight, rules, now)
    if now >= since:
        return
    if named:
        raise refused_by(
            "effect-tenure",
            say(
                "{who} has not been a member long enough to propose about {what}.",
                who=who.shown,
                what=weighing(weight),
            ),
            instead=say("Somebody who has been here longer may propose it."),
        )
    raise refused_by(
        "effect-tenure",
        say(
            "You have not been a member long enough to propose about {what}.",
            what=weighing(weight),
        ),
        instead=say(
            "You can from {at}; until then somebody who has been here longer may propose it.",
            at=Time(since),
        ),
    )


def _method(
    state: State, ask: Ask[Proposing], weight: Weight, rules: Rules, do: str, drafted: str
) -> str:
    """The method that is named, if it carries that, else the first that does. Raises Refusal."""
    able, named = carrying_methods(state, weight, rules), ask.args.method
    if not named or named in able:
        return named or able[0]
    refused = refused_by(
        "effect-methods",
        say(
            "{method} carries nothing about {what} here; {able} do.",
            method=Code(named),
            what=weighing(weight),
            able=joined(Code(each) for each in able),
        ),
        instead=say("By {method}: {line}", method=Code(able[0]), line=_line(state, ask, do, drafted)),
    )
    raise refused


def _check_open(ask: Ask[Proposing], terms: Terms, rules: Rules) -> None:
    """It stays open as long as such an effect asks for. Raises Refusal."""
    closes = ask.args.closes
    least = ask.moment.at + terms.timing.min_open_ms
    usual = terms_of(rules, terms.method).timing.min_open_ms
    if closes is None or terms.timing.min_open_ms <= usual:
        return
    if ask.moment.at < int(closes.timestamp() * 1000) < least:
        raise refused_by(
            "effect-open",
            say(
                "Since something is carried out, it stays open until {at} at least.",
                at=terms.timing.time(least),
            ),
            instead=say("Leave {option} out, or name a later time.", option=Words("--closes")),
        )


# --- Carrying out -----------------------------------------------------------------------------------


def check_carried(state: State, it: Proposal, weight: Weight) -> None:
    """Raise Refusal where what passed is not carried out as things stand now.

    What weighs more than when it was put was not decided by these terms; and whoever agreed has to be a
    member still. An effect from before there were grades has none, and is carried out as it was frozen.
    """
    terms = it.terms
    if terms is None or not terms.carries:
        return
    more = not weight.grades <= set(terms.carries) or not weight.locked <= set(terms.locked)
    if more or (it.circle and weight.circle != it.circle):
        told = (
            say("it is about {what} now, which was not so when it was put.", what=weighing(weight))
            if more
            else say("it is not the affair of the circle {circle} alone any more.", circle=it.circle)
        )
        raise Refusal("weighs-more", told)
    said = {each.unit: each.count for each in it.spends}
    if it.meeting and any(count > said.get(unit, 0) for unit, count in weight.spends):
        raise Refusal("weighs-more", say("it spends more now than those at the meeting were told."))
    if terms.method in ALONE:
        return
    agreed, needed = _others(state, it), others_needed(terms, len(it.electorate))
    if agreed >= needed:
        return
    raise Refusal(
        "agreement-gone",
        say_n(
            "{count} person other than the author who agreed is a member still; {needed} must be.",
            "{count} people other than the author who agreed are members still; {needed} must be.",
            agreed,
            needed=needed,
        ),
    )


def _others(state: State, it: Proposal) -> int:
    """How many people other than the author agreed and are members still; a lone author is one."""
    matter = it.matter(state.members, state.proposals.proxies)
    count = as_if_closed(matter).count
    agreed = {
        person
        for choice in count.choices
        if choice.sense.agrees
        for person in count.said[choice.word]
        if count.delegated.get(person, person) != matter.author or count.numbers.alone
    }
    return sum(state.members.member(person).here for person in agreed)
