"""The call: those who are at a meeting decide on the spot, by a proposal that is asked of them alone.

It is a proposal like any other, also in what it carries out (`commands.meetings.effects`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from bot.chat import Kind, Refusal, Reply
from bot.collective.meetingevents import BlocksHeard, DecisionCalled, ItemTabled
from bot.collective.meetings import Meeting
from bot.collective.members import Member
from bot.collective.proposalevents import ProposalOpened
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.proposals import Proposal, stepped, terms_of
from bot.collective.rules import Rules, refused_by
from bot.collective.spending import Spend
from bot.collective.state import State
from bot.command import Command
from bot.deciding.ballots import Sense
from bot.deciding.judging import Verdict
from bot.deciding.methods import FULL_METHODS, outcome
from bot.deciding.outcome import Outcome
from bot.deciding.telling import cannot_pass
from bot.deciding.terms import Terms, Timing, hours_words, read_quorum
from bot.decision import Accepted, Ask, Query, joined_with
from bot.text.wording import Node, Say, Typed, items, lines, say, say_n
from commands.decisions.cards import Texts, cards, hands_told, reasons
from commands.decisions.closing import conclude
from commands.decisions.letters import RefArgs
from commands.decisions.lookups import proposal_queries, texts_of
from commands.decisions.openings import check_room
from commands.decisions.voters import electorate_of
from commands.meetings.asking import (
    MeetingCallArgs,
    author_of,
    calling_queries,
    check_author,
    draft_of,
    question_of,
)
from commands.meetings.cards import point_told, present
from commands.meetings.effects import (
    check_voices,
    put_there,
    spending,
    terms_there,
)
from commands.meetings.lookups import (
    came_themselves,
    check_leads,
    found_here,
    in_room,
    meeting_of,
    meeting_queries,
    rules_for,
)
from commands.meetings.lookups import stepped as with_card
from commands.meetings.spokes import spoken_for, voices

_MINUTE_MS = 60_000


def open_call(state: State, it: Meeting) -> Proposal | None:
    """The decision that is being made, if one is."""
    found = state.proposals.alive.get(it.call)
    return found if found is not None and found.open else None


def check_no_call(state: State, it: Meeting) -> None:
    """One thing after the other: what is being decided is counted before. Raises Refusal."""
    running = open_call(state, it)
    if running is not None:
        raise Refusal(
            "call-open",
            say("{ref} is being decided.", ref=running.ref),
            instead=say("{line} ends it.", line=Typed("meeting count")),
        )


def call(state: State, ask: Ask[MeetingCallArgs]) -> Accepted:
    """Have those who are there decide."""
    it = meeting_of(state, ask)
    check_leads(state, ask, it)
    check_no_call(state, it)
    drafted = draft_of(state, ask, it)
    if drafted is None:
        check_room(state, ask)
    author = author_of(state, ask, drafted)
    check_author(state, ask, it, author)
    facilitates = author.number == state.members.one(it.facilitator)
    rules = rules_for(state, ask, it)
    if facilitates and rules.text("facilitator-proposes") == "refused":
        raise _proposes(state, it)
    question = question_of(state, ask, it, drafted)
    electorate = _electorate(state, ask, it)
    _check_quorum(state, ask, it, rules, electorate)
    terms = _terms(rules, question.method)
    spends, balance = tuple[Spend, ...](), None
    if question.do:
        found = put_there(state, ask, it, author, question, drafted.ref if drafted else "")
        terms = terms_there(found, terms.timing)
        check_voices(state, ask, it, found, electorate, author.number, question)
        spends, balance = spending(state, ask, it, found, question)
    hopeless = cannot_pass(terms, len(electorate))
    if hopeless is not None:
        raise Refusal("cannot-pass", hopeless, instead=say("Name another method, or quorum."))
    words = (question.title, question.text, question.do)
    sealed = [ask.moment.seal(each) if each else None for each in words]
    seals = [each.seal if each else "" for each in sealed]
    opened = ProposalOpened(
        number=drafted.number if drafted else state.proposals.count + 1,
        author=author.number,
        title=seals[0],
        terms=terms,
        electorate=electorate,
        closes=ask.moment.at + terms.timing.open_ms,
        text=seals[1],
        do=seals[2],
        room=it.room,
        circle=it.circle,
        hidden=rules.on("hide-tally"),
        review=rules.number("review") * _MINUTE_MS,
        meeting=it.number,
        spends=spends,
        circles=tuple(voices(state, ask, it)) if it.council is not None else (),
    )
    proposal = stepped(None, opened, ask.moment.at)
    assert proposal is not None
    texts = texts_of(ask, dict(zip(seals, words, strict=True)))
    shown = cards(state, proposal, texts, Kind.CARD)
    called = DecisionCalled(number=it.number, proposal=opened.number)
    kept = tuple(each for each in sealed if each)
    done = with_card(state, ask, it, (called,), texts=kept)
    warned = in_room(state, ask, it, _both_told(state, it)) if facilitates else ()
    before = in_room(state, ask, it, balance) if balance is not None else ()
    named = () if author.number == ask.me.number else (_named_told(ask, opened, author),)
    replies = (*warned, *before, *shown, *done.replies, *named)
    return replace(done, events=(opened, *done.events), replies=replies)


def _proposes(state: State, it: Meeting) -> Refusal:
    return refused_by(
        "facilitator-proposes",
        say("{who} proposes and facilitates.", who=state.members.name(it.facilitator)),
        instead=say(
            "Somebody else facilitates this: {line}", line=Typed("meeting duty facilitator @…")
        ),
    )


def _named_told(ask: Ask, opened: ProposalOpened, author: Member) -> Reply:
    """Whoever is named as proposing learns it, and how to say no."""
    ref = proposal_ref(opened.number)
    told = say(
        "{who} called {ref} in your name. {line} takes it back.",
        who=ask.me.shown,
        ref=ref,
        line=Typed(f"cancel {ref}"),
    )
    return Reply(told, to=author.number, ref=ref)


def _both_told(state: State, it: Meeting) -> Node:
    """That whoever proposes had better not facilitate."""
    return say(
        "{who} proposes and facilitates; somebody else may facilitate this: {line}",
        who=state.members.name(it.facilitator),
        line=Typed("meeting duty facilitator @…"),
    )


def _electorate(state: State, ask: Ask, it: Meeting) -> tuple[int, ...]:
    """Those who are there and may vote; of a circle's meeting those who work in it.

    And whom others sent away: nobody loses their voice because somebody else says that they left. At a
    spokes council the spokes, in the order of their circles.
    """
    if it.council is not None:
        return tuple(voices(state, ask, it).values())
    there = {*present(state, it), *map(state.members.one, it.sent)}
    return tuple(each for each in electorate_of(state, it.circle) if each in there)


def _check_quorum(
    state: State, ask: Ask, it: Meeting, rules: Rules, electorate: tuple[int, ...]
) -> None:
    """Enough are there to decide for all. Raises Refusal; a meeting may talk without."""
    every = len(electorate_of(state, it.circle))
    needed = read_quorum(rules.text("meeting-quorum")).people(every)
    # Whom others entered may be nowhere near: only who came themselves makes a quorum.
    came = [each for each in electorate if came_themselves(state, it, each)]
    if it.council is not None:
        # Whoever sent a spoke is heard: the council is as large as the circles that came to it.
        heard = len(spoken_for(state, it, electorate_of(state, it.circle)))
        told: Say = say(
            "It takes {needed} of {every} to decide here; the spokes speak for {count}.",
            needed=needed,
            every=every,
            count=heard,
        )
    else:
        heard = len(came)
        told = say_n(
            "It takes {needed} of {every} to decide here; {count} has said to be there.",
            "It takes {needed} of {every} to decide here; {count} have said to be there.",
            heard,
            needed=needed,
            every=every,
        )
    if heard < needed:
        raise refused_by(
            "meeting-quorum",
            told,
            instead=say(
                "Talk about it, and leave it for the next time: {line}", line=Typed("meeting table")
            ),
        )


def _terms(rules: Rules, named: str) -> Terms:
    """The rules in force, but for time: it ends when all have answered, or whoever facilitates says so.

    Silence is no assent: everybody is there to speak. Raises Refusal for methods that live by waiting.
    """
    method = named or rules.text("method")
    if method not in FULL_METHODS:
        method = FULL_METHODS[0]
    terms = terms_of(rules, method)
    idle = rules.number("meeting-idle") * _MINUTE_MS
    timing = Timing(open_ms=idle, early_close=True, zone=terms.timing.zone)
    return msgspec.structs.replace(terms, silence_agrees=False, timing=timing)


# --- Counting ---------------------------------------------------------------------------------------


def _call_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    words, it = meeting_queries(state, ask), found_here(state, ask)
    if it is None or not it.call:
        return words
    return (*words, *proposal_queries(state, ask.with_args(RefArgs(ref=proposal_ref(it.call)))))


def count(state: State, ask: Ask) -> Accepted:
    """End the call: what was said by now decides; a block that stands takes it on, or stops it."""
    it = meeting_of(state, ask)
    check_leads(state, ask, it)
    running = open_call(state, it)
    if running is None:
        raise Refusal(
            "no-call",
            say("Nothing is being decided here now."),
            instead=say("{line} asks those who are there.", line=Typed("meeting call …")),
        )
    check_no_hands_wait(state, running)
    _check_time(ask, it, rules_for(state, ask, it), running)
    # It ends now: nobody has to be waited for who is there and says nothing.
    ended = replace(running, closes=ask.moment.at)
    found = outcome(ended.matter(state.members, state.proposals.proxies), ask.moment.at + 1)
    if found.method.name == "consensus" and found.verdict in {Verdict.TURNS, Verdict.BLOCKED}:
        if running.number not in it.blocks:
            return _heard(state, ask, it, running, found)
        if found.verdict is Verdict.BLOCKED and it.item_now is not None:
            return joined_with(
                conclude(state, ask, ended, found, texts_of(ask)), table_now(state, ask, it)
            )
    done = conclude(state, ask, ended, found, texts_of(ask))
    return joined_with(done, with_card(state, ask, it, ()))


def _heard(state: State, ask: Ask, it: Meeting, running: Proposal, found: Outcome) -> Accepted:
    """A block is heard: why, and what others say to it, before it goes on or is stopped.

    Sources: Occupy Houston and Denver (whoever blocks says why, then the group talks about it).
    """
    told = lines(
        say("{ref} is blocked, and that is heard before it ends:", ref=running.ref),
        *_stopping(state, running, found, texts_of(ask)),
        say(
            "{round} has everybody speak once, {amend} changes it, {end} ends it.",
            round=Typed("go-round"),
            amend=Typed(f"amend-proposal {running.ref} …"),
            end=Typed("meeting count"),
        ),
    )
    event = BlocksHeard(number=it.number, proposal=running.number)
    return with_card(state, ask, it, (event,), *in_room(state, ask, it, told))


def _stopping(state: State, it: Proposal, found: Outcome, texts: Texts) -> Iterator[Node]:
    points = [*reasons(state, it, found, texts, Sense.STOP)]
    if points:
        yield items(points)
    hands = hands_told(state, it, found, texts)
    if hands is not None:
        yield hands


def check_round(state: State, it: Meeting) -> None:
    """No round amid a decision, but where a block is heard. Raises Refusal."""
    if it.call not in it.blocks:
        check_no_call(state, it)


def check_no_hands_wait(state: State, it: Proposal) -> None:
    """Hands that were counted and wait for their witness are not left out. Raises Refusal."""
    shown = it.show
    if shown is not None and not shown.confirmed and shown.hands.version == it.version:
        raise Refusal(
            "hands-waiting",
            say(
                "The hands on {ref} were counted; {who} has not confirmed it yet.",
                ref=it.ref,
                who=state.members.name(shown.witness),
            ),
            word=it.ref,
            instead=say("{line} takes the count back.", line=Typed(f"hands reject {it.ref}")),
        )


def _check_time(ask: Ask, at: Meeting, rules: Rules, it: Proposal) -> None:
    """Nobody is counted out who had no time to answer; where all have, it has ended. Raises Refusal."""
    least = rules.number("call-time") * _MINUTE_MS
    heard = at.blocks.get(it.number, 0)
    if ask.moment.at < max(it.opened_at, it.latest.at, it.recount_at, heard) + least:
        raise refused_by(
            "call-time",
            say("Not all have answered {ref}; they have {time}.", ref=it.ref, time=hours_words(least)),
        )


# --- Tabling ----------------------------------------------------------------------------------------


def table(state: State, ask: Ask) -> Accepted:
    """Leave the point for the next meeting, where it comes first."""
    it = meeting_of(state, ask)
    check_leads(state, ask, it)
    now = it.item_now
    if now is None:
        raise Refusal(
            "no-point",
            say("The meeting is at no point of its agenda."),
            instead=say("{line} goes on to the next.", line=Typed("meeting next")),
        )
    check_no_call(state, it)
    return table_now(state, ask, it)


def table_now(state: State, ask: Ask, it: Meeting) -> Accepted:
    """The point that the meeting is at waits for the next one."""
    now = it.item_now
    assert now is not None, "the meeting is at a point"
    event = ItemTabled(number=it.number, item=now.number)
    told = say("Left for the next time: {point}", point=point_told(it, now, texts_of(ask)))
    return with_card(state, ask, it, (event,), *in_room(state, ask, it, told))


COMMANDS = (
    Command(
        name="meeting call",
        about=say("have those who are there decide on the spot"),
        also=say("call the question, decide now, vote now, call for consensus"),
        decide=call,
        wants=calling_queries,
        args=MeetingCallArgs,
        examples=(
            "meeting call",
            "meeting call We buy the oven",
            "meeting call We buy the oven --method majority",
            'meeting call Bo is paid back --do "pay @bo 20 EUR flour"',
            "meeting call P3",
        ),
    ),
    Command(
        name="meeting count",
        about=say("end the call, and count"),
        also=say("end the call, count votes, end voting"),
        decide=count,
        wants=_call_queries,
    ),
    Command(
        name="meeting table",
        about=say("leave the point for the next meeting"),
        also=say("postpone, table it, defer"),
        decide=table,
        wants=meeting_queries,
    ),
)
