"""Voting in polls, what came out of them, and everything that they do by the clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from msgspec import structs

from bot.arguments import OptionType, WithRef, arguments, takes
from bot.chain import Sealed
from bot.chat import Kind, Refusal, Reply
from bot.collective.events import Event
from bot.collective.members import Member
from bot.collective.pollbook import AGAIN
from bot.collective.pollevents import (
    CLOSED,
    PollBallotCast,
    PollBallotTaken,
    PollClosed,
    PollMoved,
    PollNudged,
    PollOptionAdded,
    reference,
)
from bot.collective.polls import Cast, Poll
from bot.collective.questions import CLOSE, first_due, next_due, without
from bot.collective.state import State
from bot.command import Command, Suggestion
from bot.decision import About, Accepted, Ask, Clockwork, Due, Query, RulesAt
from bot.feature import Deed, Thing, reference_queries
from bot.feature import Found as Suggested
from bot.polling.counting import counted
from bot.polling.emptiness import says_nothing
from bot.polling.reading import read_vote
from bot.polling.record import recorded
from bot.polling.shuffling import ballot_order
from bot.polling.slate import example
from bot.polling.terms import WITHDRAW, checked_names, checked_options, poll_closing, terms_told
from bot.polling.votes import Name, vote_told
from bot.text.wording import Node, Strong, Typed, Words, joined, lines, say
from commands.decisions.cards import Texts
from commands.decisions.headings import in_own_words
from commands.decisions.letters import REF, CloseArgs, VoteArgs
from commands.decisions.lookups import check_newest, check_own, everywhere, instant_of, texts_of
from commands.decisions.reminding import nudges
from commands.decisions.voters import voter_of
from commands.polls.cards import (
    ballot_menu,
    namer,
    options_told,
    poll_card,
    poll_cards,
    results,
    slate_of,
    vote_typed,
)
from commands.polls.ending import cancel_poll
from commands.polls.lookups import check_poll_open, check_voter, poll_of, poll_queries
from commands.polls.polls import asked_again
from commands.polls.secrecy import (
    check_full_term,
    close_queries,
    closed_secretly,
    vote_queries,
    vote_secretly,
)
from commands.polls.secretcards import promise_told, verified_told
from commands.polls.working import as_read, why_poll

# --- Voting ---------------------------------------------------------------------------------------


@arguments
class BallotArgs:
    """What `/ballot` takes."""

    ref: str = REF


def ballot(state: State, ask: Ask[BallotArgs]) -> Accepted:
    """Show somebody their own ballot, in private; nothing of it is kept."""
    it = poll_of(state, ask)
    check_poll_open(it, ask.moment)
    voter = ask.me
    check_voter(state, it, voter)
    texts = texts_of(ask)
    slate = slate_of(it, texts)
    name = namer(it, slate.names)
    order: Iterable[int] = range(it.count)
    if it.terms.shuffle:
        order = ballot_order(it.count, it.commitment, voter.number, it.none)
    last = it.votes(state.members).get(voter.number)
    told = lines(
        say("{ref}: {question}", ref=it.ref, question=Strong(Words(texts(it.question)))),
        terms_told(it.terms),
        promise_told(state, it) if it.secret else None,
        _ballot_told(it, last, name),
    )
    typed = lines(
        *options_told(it, slate, order).items,
        say("Vote so: {vote}", vote=Typed(f"vote {it.ref} {example(it.terms, slate)}")),
    )
    menu = ballot_menu(it, texts, order)
    shown = () if it.terms.how.kind == "scores" and not menu.answers else (menu,)
    return Accepted(replies=(Reply(told, private=True, ref=it.ref, menus=shown, typed=typed),))


def _ballot_told(it: Poll, last: Cast | None, name: Name) -> Node:
    """What counts so far of this voter; of a secret ballot only that there is one."""
    if last is None:
        return say("You have not voted yet.")
    if it.secret:
        return say("You have voted; another vote takes its place.")
    return say("Your vote so far: {vote}", vote=vote_told(it.terms, last.vote, name))


def vote_in_poll(state: State, ask: Ask[VoteArgs]) -> Accepted:
    """Vote, or vote anew; `withdraw` takes it back."""
    it = poll_of(state, ask)
    check_poll_open(it, ask.moment)
    voter = voter_of(state, ask, ask.args.for_)
    check_voter(state, it, voter)
    last = it.votes(state.members).get(voter.number)
    check_newest(0 if last is None else last.at, ask.moment, it.ref)
    if it.secret:
        return vote_secretly(state, ask, it, voter)
    typed = f"{ask.args.choice} {ask.args.reason}".strip()
    if typed.casefold() == WITHDRAW:
        return _withdrawn(state, ask, it, voter)
    texts = texts_of(ask)
    slate = slate_of(it, texts)
    terms = structs.replace(it.terms, write_ins=it.terms.write_ins and not it.draw_known)
    read = read_vote(terms, slate, typed, it.ref)
    if last is not None and last.vote == read.vote:
        raise Refusal("nothing-changed", say("That is what you said already on {ref}.", ref=it.ref))
    names = (*slate.names, *read.written_in)
    checked_options(names, least=1)
    checked_names(read.written_in, none=it.terms.none)
    added = tuple(map(ask.moment.seal, read.written_in))
    by = ask.me.number if voter.seat else 0
    events: tuple[Event, ...] = (
        *(PollOptionAdded(number=it.number, option=each.seal, member=voter.number) for each in added),
        PollBallotCast(number=it.number, member=voter.number, vote=read.vote, by=by),
    )
    told = vote_told(it.terms, read.vote, namer(it, names))
    if voter.seat:
        ack = say("{who} on {ref}: {choice}.", who=voter.shown, ref=it.ref, choice=told)
    else:
        ack = say("You on {ref}: {choice}.", ref=it.ref, choice=told)
    body = lines(ack, says_nothing(it.terms, read.vote, len(names)))
    voted = _with_vote(state, it, voter, Cast(read.vote, ask.moment.at, by), added)
    known = texts_of(ask, {each.seal: each.text for each in added})
    shown = poll_cards(state, voted, known, Kind.EDIT)
    return Accepted(events, added, (Reply(body, private=True, ref=it.ref), *shown))


def _with_vote(state: State, it: Poll, voter: Member, cast: Cast, added: tuple[Sealed, ...]) -> Poll:
    """The poll with the options that the vote writes in, and no other vote of this person."""
    others = without(it, state.members.numbers(voter.number))
    return replace(
        others,
        cast={**others.cast, voter.number: cast},
        added=[*it.added, *(each.seal for each in added)],
        count=it.count + len(added),
    )


def _withdrawn(state: State, ask: Ask, it: Poll, voter: Member) -> Accepted:
    numbers = [number for number in state.members.numbers(voter.number) if number in it.cast]
    if not numbers:
        raise Refusal("nothing-changed", say("You have not voted on {ref}.", ref=it.ref))
    events = tuple(PollBallotTaken(number=it.number, member=number) for number in numbers)
    told = Reply(say("You took back your vote on {ref}.", ref=it.ref), private=True, ref=it.ref)
    shown = poll_cards(state, without(it, numbers), texts_of(ask), Kind.EDIT)
    return Accepted(events, (), (told, *shown))


# --- Closing --------------------------------------------------------------------------------------


def close_poll(state: State, ask: Ask[CloseArgs]) -> Accepted:
    """Close a poll now; or, with a time, let it close then."""
    it = poll_of(state, ask)
    check_poll_open(it, ask.moment)
    check_own(state, ask, it)
    when = instant_of(ask.args.when)
    who = say("the operator") if ask.member is None else ask.member.shown
    if when is None:
        check_full_term(state, it)
        return _closed(state, ask, it, ask.moment.at, say("Closed by {who}.", who=who))
    closes = poll_closing(it.terms.timing, ask.moment.at, when)
    words = ask.args.reason
    reason = ask.moment.seal(words) if words else None
    told = lines(
        say("{who} lets {ref} close {at}.", who=who, ref=it.ref, at=it.time(closes)),
        Words(words) if words else None,
    )
    shown = poll_cards(state, replace(it, closes=closes), texts_of(ask), Kind.EDIT)
    event = PollMoved(number=it.number, closes=closes, reason=reason.seal if reason else "")
    texts = (reason,) if reason else ()
    return Accepted((event,), texts, (*everywhere(state, it, told), *shown))


def _closed(state: State, ask: Ask, it: Poll, at: int, by: Node | None = None) -> Accepted:
    """Count, write the result down, and tell it everywhere, and who closed it."""
    if it.secret:
        return closed_secretly(state, ask, it, at, by)
    texts = texts_of(ask)
    votes = it.votes(state.members)
    seed = texts(it.seed)
    given, draw = (each.vote for each in votes.values()), it.drawn_with(seed)
    result = counted(it.terms, it.names(texts), given, draw, it.none)
    record = recorded(result)
    event = PollClosed(number=it.number, result=record, seed=seed, voters=len(votes), closed=at)
    done = replace(it, status=CLOSED, result=record, revealed=seed, voted=len(votes), ended_at=at)
    replies = (*results(state, done, texts, ask.rules, by), *poll_cards(state, done, texts, Kind.EDIT))
    return Accepted((event,), (), replies)


def _due(state: State, rules: RulesAt) -> int | None:
    return next_due(state.polls.dues())


def _named(state: State, ask: Ask[Due]) -> Ask[CloseArgs]:
    number = first_due(state.polls.dues(), ask.args.due).number
    return ask.with_args(CloseArgs(ref=reference(number)))


def _due_queries(state: State, ask: Ask[Due]) -> tuple[Query, ...]:
    return close_queries(state, _named(state, ask))


def _happen(state: State, ask: Ask[Due]) -> Accepted:
    """Do the first thing that is due."""
    named = _named(state, ask)
    it = poll_of(state, named)
    what = first_due(state.polls.dues(), ask.args.due).what
    if what == CLOSE:
        return _closed(state, named, it, it.closes)
    if what == AGAIN:
        return asked_again(state, named, it)
    return _nudged(state, ask, it, texts_of(named))


def _nudged(state: State, ask: Ask, it: Poll, texts: Texts) -> Accepted:
    """Remind those who have not voted, and nobody else; when it is over already, nobody at all."""
    told: tuple[Reply, ...] = ()
    if ask.moment.at < it.closes:
        silent = sorted(it.voters(state.members) - set(it.votes(state.members)))
        told = nudges(state, ask, it, Words(texts(it.question)), silent)
    members = tuple(each.to for each in told)
    return Accepted((PollNudged(number=it.number, members=members),), (), told)


# --- Looking --------------------------------------------------------------------------------------


def show_poll(state: State, ask: Ask[WithRef]) -> Accepted:
    """One poll, whole."""
    it = as_read(state, ask)
    texts = texts_of(ask)
    body, typed = poll_card(state, it, texts), vote_typed(it, texts)
    return Accepted(
        replies=(
            Reply(body, ref=it.ref, facts={"status": it.status}, typed=typed, page=f"show/{it.ref}"),
        )
    )


def _headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads a poll: its question."""
    it = as_read(state, ask)
    return in_own_words(ask.text(it.question), say("Poll {ref}", ref=it.ref))


def _life_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    return (About(ask.args.ref),)


@arguments
class VerifyBallotArgs:
    """What `/verify-ballot` takes."""

    ref: str = REF
    receipt: str = takes(OptionType.WORD, say("the three words that you were told"), positional=True)


def verify_ballot(state: State, ask: Ask[VerifyBallotArgs]) -> Accepted:
    """The ballot that was counted under a receipt."""
    it, texts = as_read(state, ask), texts_of(ask)
    if it.open:
        raise Refusal(
            "poll-open", say("{ref} is open; its ballots are sealed.", ref=it.ref), word=it.ref
        )
    if not any(each.receipt for each in it.ballots):
        raise Refusal("no-receipts", say("{ref} has no receipts.", ref=it.ref), word=it.ref)
    words = ask.args.receipt.casefold()
    told = verified_told(it, words, namer(it, it.names(texts)))
    if told is None:
        raise Refusal(
            "receipt-unknown",
            say("No ballot that was counted on {ref} has this receipt.", ref=it.ref),
            instead=say("It is three words with dashes, for example {example}.", example=_RECEIPT),
        )
    return Accepted(replies=(Reply(told, private=True, ref=it.ref, fleeting=True),))


_RECEIPT = Words("amber-canoe-owl")


CLOCKWORKS = (Clockwork("polls", _due, _happen, _due_queries, hears=True),)

# --- Suggested ------------------------------------------------------------------------------------


def _suggested(state: State) -> Suggested:
    """The open ones, then those that closed lately; their questions stand outside the state."""
    for it in sorted(state.polls.known.values(), key=lambda it: (not it.open, -it.number)):
        who = state.members.name(it.author)
        how = say("open") if it.open else say("closed")
        yield f"{it.ref} {who.name}", Suggestion(it.ref, joined([it.ref, who, how]))


COMMANDS = (
    Command(
        name="ballot",
        discreet=True,
        about=say("your own ballot of a poll, to fill in"),
        decide=ballot,
        wants=_life_queries,
        args=BallotArgs,
        examples=("ballot Q4",),
    ),
    Command(
        name="verify-ballot",
        discreet=True,
        about=say("find the ballot of your receipt among those that were counted"),
        decide=verify_ballot,
        wants=_life_queries,
        args=VerifyBallotArgs,
        examples=("verify-ballot Q4 amber-canoe-owl",),
    ),
)
"""Votes, closings and questions are typed as for proposals, and told apart by the letter."""

THING = Thing(
    letter="Q",
    show=Deed(show_poll, reference_queries),
    why=Deed(why_poll, reference_queries),
    explained=True,
    vote=Deed(vote_in_poll, vote_queries),
    close=Deed(close_poll, close_queries),
    cancel=Deed(cancel_poll, poll_queries),
    suggested=_suggested,
    title=_headed,
)
"""A poll."""
