"""What a call carries out: decided by those who are there, no easier than if all were asked.

What it needs of people it needs of all who would be asked, not of those who came; and who is not there
must have been able to know. What is spent is told before: how much there is, and what would stay.
Source: New York City General Assembly, minutes of 1 September 2012 (see `bot.collective.spending`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from msgspec import structs

from bot.chat import Refusal
from bot.collective.effects import opening_ms
from bot.collective.meetings import Meeting
from bot.collective.members import Member
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.proposals import fold_proposal
from bot.collective.rules import refused_by
from bot.collective.spending import Spend, held_in_common, part_of
from bot.collective.state import State
from bot.deciding.judging import Verdict, others_needed
from bot.deciding.methods import FULL_METHODS
from bot.deciding.terms import Quorum, Terms, Timing, hours_words
from bot.decision import About, Ask, Query
from bot.language.units import unit_of
from bot.text.wording import Node, Quantity, Say, lines, say, say_n
from commands.decisions.carrying import Put, asking_all, check_proposer, put, weighing
from commands.decisions.proposals import ProposeArgs
from commands.meetings.lookups import came_themselves, place_of, rules_for

LIMIT = "meeting-spend"
"""The rule that bounds what one meeting may decide to spend."""


def put_there(
    state: State, ask: Ask, it: Meeting, author: Member, question: ProposeArgs, drafted: str
) -> Put:
    """How something that is carried out is put to those who meet. Raises Refusal.

    The electorate that is returned is still everybody who would be asked.
    """
    own = rules_for(state, ask, it).text("method")
    named = question.method or ("" if own in FULL_METHODS else FULL_METHODS[0])
    # It is carried out from the room where people meet, wherever it is called.
    there = replace(ask, room=it.room, place=place_of(state, ask, it) or ask.place)
    asked = there.with_args(replace(question, method=named, circle=it.circle))
    found = put(state, asked, question.do, drafted=drafted)
    assert found.weight is not None, "there is something to carry out"
    if author.number != ask.me.number:
        rules = rules_for(state, ask, it)
        check_proposer(state, author, found.weight, rules, ask.moment.at, named=True)
    if LIMIT in found.weight.rules:
        raise refused_by(
            LIMIT,
            say("No meeting changes how much a meeting may spend."),
            instead=asks_all(state, question),
        )
    return found


def asks_all(state: State, question: ProposeArgs) -> Say:
    """How the same is asked of everybody."""
    return say("Ask all: {line}", line=asking_all(state, question.title, question.do))


def check_voices(
    state: State,
    ask: Ask,
    it: Meeting,
    found: Put,
    there: tuple[int, ...],
    author: int,
    question: ProposeArgs,
) -> None:
    """Who is not there could know of it, and enough of all are there. Raises Refusal.

    Only who came by their own word makes up the number: whom others entered may be nowhere near. And
    where not all are there, only who was a member when all could know: nobody brings accounts along.
    """
    weight, every = found.weight, found.electorate
    assert weight is not None, "there is something to carry out"
    others = others_needed(found.terms, len(every)) if len(every) > 1 else 0
    if len({*there} - {state.members.one(author)}) < others:
        raise refused_by(
            "effect-agreement",
            say_n(
                "{count} person other than the author must agree, and nobody else is there.",
                "{count} people other than the author must agree, and not so many are there.",
                others,
            ),
            instead=asks_all(state, question),
        )
    least = opening_ms(rules_for(state, ask, it), weight)
    came = {each for each in there if came_themselves(state, it, each)}
    if not {*every} <= came:
        if not it.announced(least, ask.moment.at):
            raise refused_by(
                "effect-open",
                say(
                    "Not all who decide about {what} are here, and this meeting was not planned {time}"
                    " ahead.",
                    what=weighing(weight),
                    time=hours_words(least),
                ),
                instead=asks_all(state, question),
            )
        came = {n for n in came if state.members.member(n).since + least <= ask.moment.at}
    needed = found.terms.quorum.people(len(every))
    if len(came) < needed:
        raise refused_by(
            "effect-quorum",
            say_n(
                "It takes {needed} of {every} to decide about {what}; {count} who was a member {time}"
                " ago has said to be there.",
                "It takes {needed} of {every} to decide about {what}; {count} who were members {time}"
                " ago have said to be there.",
                len(came),
                needed=needed,
                every=len(every),
                what=weighing(weight),
                time=hours_words(least),
            ),
            instead=asks_all(state, question),
        )


def terms_there(found: Put, timing: Timing) -> Terms:
    """The terms for those who are there: the quorum in people, for it is one of all."""
    people = found.terms.quorum.people(len(found.electorate))
    return structs.replace(
        found.terms, quorum=Quorum(at_least=people), silence_agrees=False, timing=timing
    )


# --- What is spent ----------------------------------------------------------------------------------


def spending_queries(it: Meeting) -> tuple[Query, ...]:
    """What the meeting was asked before, for what it has decided to spend."""
    return tuple(About(proposal_ref(number)) for number in it.calls)


def spending(
    state: State, ask: Ask, it: Meeting, found: Put, question: ProposeArgs
) -> tuple[tuple[Spend, ...], Node | None]:
    """What it spends of what is there, and the words for that. Raises Refusal over the rule's part."""
    assert found.weight is not None, "there is something to carry out"
    before = _decided_before(ask, it)
    rule = rules_for(state, ask, it).text(LIMIT)
    spends: list[Spend] = []
    told: list[Node] = []
    for unit, count in found.weight.spends:
        held = held_in_common(state.ledger, unit)
        so_far = [each for each, _ in before if each.unit == unit]
        # The part is one of what there was when the meeting was asked first.
        first = so_far[0].held if so_far else held
        decided = sum(each.count for each, passed in before if passed and each.unit == unit)
        most = part_of(rule, first)
        if most is not None and decided + count > most:
            raise _too_much(unit, count, decided, most, rule).but(instead=asks_all(state, question))
        spends.append(Spend(unit, count, held))
        told += _balance(unit, held, count, most, decided)
    return tuple(spends), lines(*told) if told else None


def _decided_before(ask: Ask, it: Meeting) -> list[tuple[Spend, bool]]:
    """What was asked at this meeting to be spent, in order, and whether that was decided."""
    found: list[tuple[Spend, bool]] = []
    for reading in spending_queries(it):
        assert isinstance(reading, About)
        proposal = fold_proposal((e.at, event) for e, event in ask.found.get(reading, ()))
        if proposal is not None:
            found += ((each, proposal.verdict == Verdict.PASSED) for each in proposal.spends)
    return found


def _shown(unit: str, count: int) -> Quantity:
    return Quantity(count, unit, unit_of(unit).parts)


def _balance(unit: str, held: int, count: int, most: int | None, decided: int) -> Iterator[Node]:
    yield say(
        "The treasury and its funds hold {held}; {left} would stay.",
        held=_shown(unit, held),
        left=_shown(unit, held - count),
    )
    if most is not None:
        yield say(
            "This meeting may decide to spend {most}; {decided} is decided already.",
            most=_shown(unit, most),
            decided=_shown(unit, decided),
        )


def _too_much(unit: str, count: int, decided: int, most: int, rule: str) -> Refusal:
    if decided:
        return refused_by(
            LIMIT,
            say(
                "One meeting may decide to spend {part}, which is {most}; {decided} is decided already,"
                " and this is {count}.",
                part=rule,
                most=_shown(unit, most),
                decided=_shown(unit, decided),
                count=_shown(unit, count),
            ),
        )
    return refused_by(
        LIMIT,
        say(
            "One meeting may decide to spend {part}, which is {most}; this is {count}.",
            part=rule,
            most=_shown(unit, most),
            count=_shown(unit, count),
        ),
    )
