"""Closing: what follows from an outcome, and everything that proposals do by the clock."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from bot.chat import Kind, Refusal, Reply
from bot.collective.proposalbook import REVIEW
from bot.collective.proposalevents import (
    EffectDone,
    EffectFailed,
    ProposalClosed,
    ProposalMoved,
    ProposalTurned,
    ReviewCame,
    VotersNudged,
    reference,
)
from bot.collective.proposals import Proposal
from bot.collective.questions import CLOSE, NUDGE, first_due, next_due
from bot.collective.state import State
from bot.deciding.deadlines import closing_time, extended
from bot.deciding.judging import Verdict
from bot.deciding.methods import outcome, settled
from bot.deciding.outcome import Outcome
from bot.deciding.telling import tally_words, verdict_words
from bot.decision import Accepted, Ask, Clockwork, Due, Query, RulesAt, joined_with
from bot.moment import Moment
from bot.text.wording import Code, Strong, Typed, lines, say
from commands.decisions.advising import unanswered
from commands.decisions.cards import Texts, cards, hands_told, rooms_of, rooms_told, title_of
from commands.decisions.carrying import check_carried
from commands.decisions.effects import TWIN, carried_out, insisting
from commands.decisions.letters import RefArgs
from commands.decisions.lookups import everywhere, proposal_of, proposal_queries, texts_of
from commands.decisions.reminding import nudges


def conclude(state: State, ask: Ask, it: Proposal, found: Outcome, texts: Texts) -> Accepted:
    """What follows from an outcome: it goes on, or it is written down and carried out."""
    assert it.terms is not None
    if found.verdict is Verdict.TURNS:
        return _turned(state, ask.moment, it, found, texts)
    later = extended(it.terms, found, it.closes, ask.moment.at, used=it.extensions)
    if later is not None:
        event = ProposalMoved(number=it.number, closes=later, extension=True)
        told = say("{ref} has no quorum yet; it is open until {at}.", ref=it.ref, at=it.time(later))
        shown = cards(state, replace(it, closes=later), texts, Kind.EDIT)
        return Accepted((event,), (), (*everywhere(state, it, told), *shown))
    return _written_down(state, ask, it, found, texts)


def _turned(state: State, moment: Moment, it: Proposal, found: Outcome, texts: Texts) -> Accepted:
    assert it.terms is not None
    terms = it.terms.turned(found.turns_into)
    closes = closing_time(terms, moment.at)
    event = ProposalTurned(number=it.number, terms=terms, closes=closes)
    told = lines(
        found.judgement.why,
        say(
            "{ref} goes on as {method}, until {at}.",
            ref=it.ref,
            method=Code(terms.method),
            at=it.time(closes),
        ),
    )
    on = replace(it, terms=terms, closes=closes, opened_at=moment.at)
    return Accepted((event,), (), (*everywhere(state, it, told), *cards(state, on, texts, Kind.EDIT)))


def _written_down(state: State, ask: Ask, it: Proposal, found: Outcome, texts: Texts) -> Accepted:
    closed = min(ask.moment.at, it.closes)
    passed = found.verdict is Verdict.PASSED
    review = closed + it.review_after if passed and found.method.name == "consent" else 0
    event = ProposalClosed(
        number=it.number,
        verdict=found.verdict.value,
        tally={word: n for word, n in found.tally.items() if n},
        closed=closed,
        review=review,
    )
    head = say(
        "{ref}, {title}: {verdict}.",
        ref=it.ref,
        title=title_of(it, texts),
        verdict=Strong(verdict_words(found.judgement)),
    )
    body = lines(
        head,
        found.judgement.why,
        say("Counted: {tally}", tally=tally_words(found)),
        hands_told(state, replace(it, verdict=found.verdict.value), found, texts),
        say("It is looked at again {at}.", at=it.time(review)) if review else None,
        say("{why} tells the whole reckoning.", why=Typed(f"why {it.ref}")),
    )
    facts = found.facts()
    told = tuple(
        Reply(body, kind=Kind.OUTCOME, ref=it.ref, place=room.place, facts=facts)
        for room in (rooms_told(state, it) if passed else rooms_of(state, it))
    )
    done = replace(it, verdict=found.verdict.value, ended_at=closed)
    accepted = Accepted((event,), (), (*told, *cards(state, done, texts, Kind.EDIT)))
    if not (passed and it.do):
        return accepted
    return joined_with(accepted, effected(state, ask, it, texts(it.do)))


def effected(state: State, ask: Ask, it: Proposal, line: str) -> Accepted:
    """Carry out what was decided; where that cannot be, say so and keep it to be retried."""
    room = state.rooms.by_number.get(it.room)
    place = room.place if room and room.here else None
    try:
        done, weight = carried_out(state, ask, it.number, line)
        check_carried(state, it, weight)
    except Refusal as wrong:
        told = lines(
            say("What {ref} decided cannot be carried out: {reason}", ref=it.ref, reason=wrong.reason),
            say("{retry} tries it again.", retry=Typed(f"retry {it.ref}")),
            insisting(state, texts_of(ask)(it.latest.title), line) if wrong.code == TWIN else None,
        )
        failed = EffectFailed(number=it.number, error=wrong.code)
        return Accepted((failed,), (), (Reply(told, ref=it.ref, place=place),))
    replies = tuple(
        each if each.place or each.to else structs.replace(each, place=place, private=False)
        for each in done.replies
    )
    events = (*done.events, EffectDone(number=it.number))
    return Accepted(events, done.texts, replies, done.erased)


# --- By the clock ---------------------------------------------------------------------------------


def _due(state: State, rules: RulesAt) -> int | None:
    return next_due(state.proposals.dues(state.members))


def _due_queries(state: State, ask: Ask[Due]) -> tuple[Query, ...]:
    number = first_due(state.proposals.dues(state.members), ask.args.due).number
    return proposal_queries(state, ask.with_args(RefArgs(ref=reference(number))))


def _happen(state: State, ask: Ask[Due]) -> Accepted:
    """Do the first thing that is due."""
    due = ask.args.due
    _, number, what = first_due(state.proposals.dues(state.members), due)
    again = ask.with_args(RefArgs(ref=reference(number)))
    it = proposal_of(state, again)
    texts = texts_of(again)
    if what == REVIEW:
        return _reviewed(state, it, texts)
    if what == NUDGE:
        return _nudged(state, ask, it, texts)
    matter = it.matter(state.members, state.proposals.proxies)
    found = outcome(matter, max(due, it.closes)) if what == CLOSE else settled(matter)
    assert found is not None
    return conclude(state, again, it, found, texts)


def _reviewed(state: State, it: Proposal, texts: Texts) -> Accepted:
    told = lines(
        say("{ref} is due to be looked at again: {title}", ref=it.ref, title=title_of(it, texts)),
        say(
            "{show} shows it, {review} sets the next time.",
            show=Typed(f"show {it.ref}"),
            review=Typed(f"review {it.ref} in 90 days"),
        ),
    )
    replies = tuple(
        Reply(told, kind=Kind.REMINDER, ref=it.ref, place=room.place) for room in rooms_of(state, it)
    )
    return Accepted((ReviewCame(number=it.number),), (), replies)


def _nudged(state: State, ask: Ask, it: Proposal, texts: Texts) -> Accepted:
    """Remind those who have not voted, and nobody else; when it is over already, nobody at all."""
    told: tuple[Reply, ...] = ()
    if ask.moment.at < state.proposals.ends(it, state.members):
        found = outcome(it.matter(state.members, state.proposals.proxies), it.opened_at)
        silent = unanswered(state, it, found) if it.asked else found.count.silent
        told = nudges(state, ask, it, title_of(it, texts), silent)
    members = tuple(each.to for each in told)
    return Accepted((VotersNudged(number=it.number, members=members),), (), told)


CLOCKWORKS = (Clockwork("proposals", _due, _happen, _due_queries, hears=True),)

"""Nobody types a closing: it comes by the clock, or by the vote that decides."""
