"""Voting in polls, what came out of them, and everything that they do by the clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from msgspec import structs

from bot.arguments import OptionType, WithRef, arguments, takes
from bot.chain import Sealed
from bot.chat import Kind, Refusal, Reply
from bot.collective.events import Event
from bot.collective.members import Member
from bot.collective.pollbook import AGAIN
from bot.collective.polls import (
    CANCELLED,
    CLOSED,
    VOID,
    Cast,
    Poll,
    PollBallotCast,
    PollBallotTaken,
    PollClosed,
    PollMoved,
    PollNudged,
    PollOptionAdded,
    life_of,
    reference,
)
from bot.collective.questions import CLOSE, first_due, next_due, without
from bot.collective.state import State
from bot.command import Command, Suggestion
from bot.decision import About, Accepted, Ask, Clockwork, Due, Query, RulesAt
from bot.feature import Deed, Thing, reference_queries
from bot.feature import Found as Suggested
from bot.polling.counting import counted
from bot.polling.emptiness import says_nothing
from bot.polling.reading import example, read_vote
from bot.polling.record import recorded, result_of
from bot.polling.shuffling import ballot_order
from bot.polling.terms import (
    OUTCOME,
    WITHDRAW,
    checked_names,
    checked_options,
    poll_closing,
    terms_told,
)
from bot.polling.votes import Name, vote_told
from bot.tally.telling import working_told
from bot.tally.ties import commitment, next_seed
from bot.text.wording import Code, Node, Strong, Typed, Words, items, joined, lines, say, say_n
from commands.decisions.cards import Texts, electorate_told
from commands.decisions.lookups import (
    REF,
    CloseArgs,
    VoteArgs,
    check_newest,
    check_own,
    everywhere,
    instant_of,
    texts_of,
)
from commands.decisions.reminding import nudges
from commands.decisions.voters import voter_of
from commands.polls.cards import (
    ballot_menu,
    elected_told,
    namer,
    options_told,
    poll_card,
    poll_cards,
    result_facts,
    results,
    slate_of,
    vote_typed,
)
from commands.polls.lookups import check_poll_open, check_voter, poll_of, poll_queries
from commands.polls.polls import asked_again, cancel_poll
from commands.polls.secrecy import (
    check_full_term,
    close_queries,
    closed_secretly,
    vote_queries,
    vote_secretly,
)
from commands.polls.secretcards import (
    key_told,
    promise_told,
    published_told,
    took_part_told,
    verified_told,
    void_told,
)

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
    it = _as_read(state, ask)
    texts = texts_of(ask)
    body, typed = poll_card(state, it, texts), vote_typed(it, texts)
    return Accepted(replies=(Reply(body, ref=it.ref, facts={"status": it.status}, typed=typed),))


def _as_read(state: State, ask: Ask[WithRef]) -> Poll:
    """The poll that was named, where its whole life was read along."""
    number = ask.args.ref
    return life_of(ask.found.get(About(number), ())) or poll_of(state, ask)


def why_poll(state: State, ask: Ask[WithRef]) -> Accepted:
    """How it was counted: the rules, every vote, every round, and how to repeat the draw."""
    it, texts = _as_read(state, ask), texts_of(ask)
    body = lines(*_working(state, it, texts))
    facts = result_facts(state, it, texts) if it.result else {}
    return Accepted(replies=(Reply(body, private=True, ref=it.ref, facts=facts),))


def _working(state: State, it: Poll, texts: Texts) -> Iterator[Node]:
    yield say("{ref}: {title}", ref=it.ref, title=Strong(Words(texts(it.question))))
    if it.circle:
        yield electorate_told(it.circle, len(it.voters(state.members)))
    if it.status in {CANCELLED, VOID}:
        yield void_told(it) if it.status == VOID else say("Taken back; nothing was counted.")
        if it.secret:
            yield key_told(it)
        return
    name = namer(it, it.names(texts))
    yield say("Method: {method}.", method=Code(it.terms.method))
    yield terms_told(it.terms)
    yield it.terms.how.ties
    votes = it.votes(state.members)
    if it.terms.how.kind != "none":
        yield _took_part(len(it.voters(state.members)), len(votes))
    if it.result is not None:
        yield say("Result: {elected}", elected=elected_told(it, texts))
        if it.terms.publishes != OUTCOME:
            yield working_told(result_of(it.result), name)
    if it.secret:
        yield from _secretly(state, it, name)
    elif it.terms.hidden and it.open:
        yield say("The count is hidden until it closes.")
    elif votes:
        yield say("Votes:")
        yield items(_votes(state, it, votes, name))
    yield from _draw_told(it, texts)


def _took_part(electorate: int, voted: int) -> Node:
    return say_n(
        "{count} person could vote, frozen when it was opened; {voted} took part.",
        "{count} people could vote, frozen when it was opened; {voted} took part.",
        electorate,
        voted=voted,
    )


def _secretly(state: State, it: Poll, name: Name) -> Iterator[Node]:
    yield took_part_told(state, it)
    if it.open:
        yield promise_told(state, it)
    else:
        yield from published_told(it, name)
        yield key_told(it)


def _votes(state: State, it: Poll, votes: Mapping[int, Cast], name: Name) -> Iterator[Node]:
    for number, each in votes.items():
        who, told = state.members.name(number), vote_told(it.terms, each.vote, name)
        if each.by:
            by = state.members.name(each.by)
            yield say("{who}, by {by}: {vote}", who=who, by=by, vote=told)
        else:
            yield say("{who}: {vote}", who=who, vote=told)


def _draw_told(it: Poll, texts: Texts) -> Iterator[Node]:
    """How anybody repeats the draw, in a shell; and every close, with the draw that it had."""
    for number, each in enumerate(it.earlier, 1):
        then = replace(it, result=each.result, voted=each.voted, status=CLOSED)
        yield say(
            "Closed {at}, and opened again: {elected}; {voted} had voted.",
            at=it.time(each.at),
            elected=elected_told(then, texts),
            voted=each.voted,
        )
        yield from _seed_told(each.seed, each.commitment, at_opening=number == 1)
        yield _next_told(it, number)
    if it.earlier and not it.revealed:
        return
    if not it.revealed:
        yield say(
            "The draw that settles ties is sealed as {commitment}.", commitment=Code(it.commitment)
        )
        return
    yield from _seed_told(it.revealed, it.commitment, at_opening=not it.earlier)
    drawn = it.drawn_with(it.revealed)
    if drawn != it.revealed:
        yield say(
            "The votes are those of an earlier close; so its draw counts, of {seed}.", seed=Code(drawn)
        )
    yield say(
        "The lot of an option is what {second} gives; the lowest comes first.",
        second=Code(f"printf '%s\\n%s' {drawn} OPTION | sha256sum"),
    )


def _seed_told(seed: str, sealed: str, *, at_opening: bool) -> Iterator[Node]:
    first = Code(f"printf '%s' {seed} | sha256sum")
    if at_opening:
        yield say(
            "The draw: {first} gives {commitment}, which was published at the opening.",
            first=first,
            commitment=Code(sealed),
        )
    else:
        yield say(
            "The draw after it was opened again: {first} gives {commitment}.",
            first=first,
            commitment=Code(sealed),
        )


def _next_told(it: Poll, reopening: int) -> Node:
    """Where the seed came from with which it was opened again."""
    seed = it.earlier[reopening - 1].seed
    after = it.earlier[reopening].commitment if reopening < len(it.earlier) else it.commitment
    if commitment(next_seed(seed, reopening)) != after:
        return say("Its next seed was drawn anew when it was opened again.")
    line = Code(f"printf '%s\\n%s' {seed} {reopening} | sha256sum")
    return say("Its next seed is what {line} gives.", line=line)


def _life_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    return (About(ask.args.ref),)


@arguments
class VerifyBallotArgs:
    """What `/verify-ballot` takes."""

    ref: str = REF
    receipt: str = takes(OptionType.WORD, say("the three words that you were told"), positional=True)


def verify_ballot(state: State, ask: Ask[VerifyBallotArgs]) -> Accepted:
    """The ballot that was counted under a receipt."""
    it, texts = _as_read(state, ask), texts_of(ask)
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
    vote=Deed(vote_in_poll, vote_queries),
    close=Deed(close_poll, close_queries),
    cancel=Deed(cancel_poll, poll_queries),
    suggested=_suggested,
)
"""A poll."""
