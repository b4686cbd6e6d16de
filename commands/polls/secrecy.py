"""Secret polls: what may be one, sealing a vote, and counting at the close."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec
from msgspec import structs

from bot.arguments import OptionType, WithRef, arguments, flag, given, takes
from bot.chat import Kind, Refusal, Reply
from bot.collective.members import Member
from bot.collective.pollevents import (
    CLOSED,
    FEW,
    VOID,
    PollBallotSealed,
    PollBallotTaken,
    PollClosed,
    PollMoved,
    PollVoided,
)
from bot.collective.polls import Poll
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.deciding.deadlines import after_quiet
from bot.decision import Accepted, Ask, Ballots, Opened, Query, SecretBallot
from bot.moment import Moment
from bot.polling.counting import counted, standing
from bot.polling.emptiness import says_nothing
from bot.polling.reading import read_vote
from bot.polling.record import PublishedBallot, outcome_only, recorded
from bot.polling.sealing import receipt, shuffled
from bot.polling.slate import example
from bot.polling.terms import LIST, OUTCOME, RECEIPTS, TOTALS, WITHDRAW, PollTerms
from bot.polling.votes import Vote
from bot.text.wording import Code, Node, Typed, Words, lines, say, say_n
from commands.decisions.cards import rooms_of
from commands.decisions.letters import CloseArgs, VoteArgs
from commands.decisions.lookups import everywhere, texts_of
from commands.decisions.voters import told_for
from commands.polls.cards import poll_cards, results, slate_of
from commands.polls.lookups import poll_queries
from commands.polls.secretcards import void_told


class _Sealed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What lies in a box."""

    vote: Vote
    receipt: str = ""


# --- Opening --------------------------------------------------------------------------------------


@arguments
class SecrecyArgs:
    """How a poll is secret."""

    secret: bool = flag(say("seal the votes until the close; cast in private"))
    ballots: str = takes(
        OptionType.WORD,
        say("of a secret poll: what is published of its ballots"),
        choices=(TOTALS, LIST, RECEIPTS),
        default="",
    )
    outcome_only: bool = flag(say("of a secret poll: publish nothing but what was decided"))


def secret_terms(ask: Ask[SecrecyArgs], terms: PollTerms) -> PollTerms:
    """The terms of a poll that becomes secret. Raises Refusal for what cannot be."""
    if terms.how.kind == "none":
        raise Refusal("secret-draw", say("A draw by lot has no votes to seal."), word="--secret")
    if terms.write_ins:
        raise Refusal(
            "secret-write-ins",
            say("What a vote writes in is told to all; it cannot be secret."),
            word="--write-ins",
            instead=say("With {adding}, options are added apart from votes.", adding=Words("--adding")),
        )
    alone = ask.args.outcome_only
    publishes = OUTCOME if alone else ask.args.ballots or ask.rules.text("ballots")
    floor = ask.rules.number("secrecy-floor")
    return structs.replace(terms, secret=True, hidden=True, publishes=publishes, floor=floor)


def check_only_secret(ask: Ask[SecrecyArgs]) -> None:
    """What is said of secret ballots, without any being secret. Raises Refusal."""
    for name in ("ballots", "outcome-only"):
        if given(ask.args).get(name):
            raise Refusal(
                "only-secret",
                say("{option} is for secret polls.", option=Words(f"--{name}")),
                word=f"--{name}",
                instead=say("Add {secret}.", secret=Words("--secret")),
            )


def voters_hidden_in(state: State, ask: Ask, electorate: Iterable[int]) -> int:
    """How many people a secret vote hides among.

    Who speaks for organisations has several votes and is one of the crowd.
    """
    members = state.members
    asked = list(map(members.member, electorate))
    people = {members.one(number) for each in asked for number in told_for(each)}
    return min(len(asked), len(people))


def check_enough(state: State, ask: Ask, electorate: Iterable[int]) -> None:
    """Raise Refusal for a secret poll with so few voters that its result gives their choices away."""
    voters, floor = voters_hidden_in(state, ask, electorate), ask.rules.number("secrecy-floor")
    if voters >= floor:
        return
    raise refused_by(
        "secrecy-floor",
        say_n(
            "With {count} voter, a result tells who chose what.",
            "With {count} voters, a result tells who chose what.",
            voters,
        ),
        instead=say("A secret poll needs at least {floor}.", floor=floor),
    )


# --- Voting ---------------------------------------------------------------------------------------


def vote_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    """The words of the poll, and whether its key is there."""
    it = _known(state, ask)
    sealed = (Ballots(it.urn(state.collective)),) if it and it.secret and it.open else ()
    return (*poll_queries(state, ask), *sealed)


def vote_secretly(state: State, ask: Ask[VoteArgs], it: Poll, voter: Member) -> Accepted:
    """Seal a vote. The answer is the same for every vote, and no word of it goes anywhere else."""
    slate = slate_of(it, texts_of(ask))
    line = Typed(f"vote {it.ref} {example(it.terms, slate)}")
    if not ask.unseen:
        raise Refusal(
            "not-private",
            say("Votes on {ref} are secret; this room reads along.", ref=it.ref),
            instead=say("Write it to me in private: {line}", line=line),
        )
    if not isinstance(ask.opened.get(Ballots(it.urn(state.collective))), Opened):
        raise Refusal(
            "key-lost",
            say(
                "The key of {ref} is gone: no vote can be sealed, and it cannot be counted.", ref=it.ref
            ),
            word=it.ref,
            instead=say("Whoever runs this bot has to look for it; else ask anew."),
        )
    typed = f"{ask.args.choice} {ask.args.reason}".strip()
    if typed.casefold() == WITHDRAW:
        return _withdrawn(state, it, voter)
    how = say("It works like this: {line}", line=line)
    try:
        vote = read_vote(it.terms, slate, typed, it.ref).vote
    except Refusal as wrong:
        vote, code = None, wrong.code
    if vote is None:
        # Raised here, and not above: a refusal keeps the one that it follows from, and that the words.
        raise Refusal(
            code,
            say("That is no vote that {ref} can count; nothing was recorded.", ref=it.ref),
            instead=how,
        )
    nothing = says_nothing(it.terms, vote, it.count)
    if nothing is not None:
        # Told only of what is not recorded: the answer to what is, is always the same.
        recorded = say("Nothing was recorded.")
        raise Refusal("vote-empty", lines(nothing, recorded), instead=how)
    words = receipt(ask.moment.chance.salt()) if it.terms.publishes == RECEIPTS else ""
    sealed = SecretBallot(
        it.urn(state.collective),
        it.next_turn(voter.number),
        msgspec.json.encode(_Sealed(vote, words)),
    )
    by = ask.me.number if voter.seat else 0
    event = PollBallotSealed(number=it.number, member=voter.number, by=by)
    told = Reply(_recorded(it, voter, words), private=True, ref=it.ref, fleeting=True)
    return Accepted((event,), replies=(told,), ballots=(sealed,))


def _recorded(it: Poll, voter: Member, words: str) -> Node:
    told = (
        say("The vote of {who} on {ref} is recorded and sealed.", who=voter.shown, ref=it.ref)
        if voter.seat
        else say("Your vote on {ref} is recorded and sealed.", ref=it.ref)
    )
    if not words:
        return told
    line = Typed(f"verify-ballot {it.ref} {words}")
    return lines(
        told,
        say("Your receipt is {receipt}; it is not told again.", receipt=Code(words)),
        say("After the close, {line} finds your ballot.", line=line),
    )


def _withdrawn(state: State, it: Poll, voter: Member) -> Accepted:
    numbers = [number for number in state.members.numbers(voter.number) if number in it.cast]
    if not numbers:
        raise Refusal("nothing-changed", say("You have not voted on {ref}.", ref=it.ref))
    urn = it.urn(state.collective)
    events = tuple(PollBallotTaken(number=it.number, member=number) for number in numbers)
    gone = tuple(SecretBallot(urn, it.next_turn(number), None) for number in numbers)
    told = say("You took back your vote on {ref}.", ref=it.ref)
    return Accepted(events, replies=(Reply(told, private=True, ref=it.ref),), ballots=gone)


# --- Closing --------------------------------------------------------------------------------------


def close_queries(state: State, ask: Ask[CloseArgs]) -> tuple[Query, ...]:
    """The words of the poll; where it is to close now, its ballots, opened. Too few stay sealed."""
    it = _known(state, ask)
    closes = it is not None and it.secret and it.open and ask.args.when is None
    counts = it is not None and closes and not it.has_too_few(state.members)
    sealed = (Ballots(it.urn(state.collective), it.last_turns()),) if it and counts else ()
    return (*poll_queries(state, ask), *sealed)


def check_full_term(state: State, it: Poll) -> None:
    """Raise Refusal where a secret poll is not closed now: too few have voted to hide in."""
    if not it.has_too_few(state.members):
        return
    raise Refusal(
        "too-few",
        say("Too few have voted on {ref}: so few ballots tell who chose what.", ref=it.ref),
        word=it.ref,
        instead=say(
            "It was opened to be counted with ballots of at least {floor} people; it closes {at}.",
            floor=it.terms.floor,
            at=it.time(it.closes),
        ),
    )


def closed_secretly(state: State, ask: Ask, it: Poll, at: int, by: Node | None = None) -> Accepted:
    """Count the ballots, all of them or none, and publish what was chosen before the first of them."""
    if it.has_too_few(state.members):
        return _with_too_few(state, ask, it, at)
    found = ask.opened[Ballots(it.urn(state.collective), it.last_turns())]
    if not isinstance(found, Opened):
        return _voided(state, ask, it, found.why, at)
    texts = texts_of(ask)
    boxes = {voter: msgspec.json.decode(words, type=_Sealed) for voter, words in found.words.items()}
    known = replace(
        it, cast={voter: replace(cast, vote=boxes[voter].vote) for voter, cast in it.cast.items()}
    )
    votes = [each.vote for each in known.votes(state.members).values()]
    seed, publishes = texts(it.seed), it.terms.publishes
    record = recorded(counted(it.terms, it.names(texts), votes, seed, it.none))
    event = PollClosed(
        number=it.number,
        result=outcome_only(record) if publishes == OUTCOME else record,
        seed=seed,
        voters=len(votes),
        closed=at,
        standing=() if publishes == OUTCOME else standing(it.terms, votes, it.count),
        ballots=_published(state, known, boxes, ask.moment),
    )
    done = replace(
        it,
        status=CLOSED,
        result=event.result,
        revealed=seed,
        voted=len(votes),
        ended_at=at,
        standing=event.standing,
        ballots=event.ballots,
    )
    replies = (*results(state, done, texts, ask.rules, by), *poll_cards(state, done, texts, Kind.EDIT))
    return Accepted((event,), (), replies)


def _published(
    state: State, it: Poll, boxes: dict[int, _Sealed], moment: Moment
) -> tuple[PublishedBallot, ...]:
    """The ballots in nobody's order, where they are published."""
    if it.terms.publishes not in {LIST, RECEIPTS}:
        return ()
    latest: dict[int, int] = {}
    for voter in sorted(it.cast, key=lambda voter: it.cast[voter].at):
        latest[state.members.one(voter)] = voter
    ballots = [PublishedBallot(boxes[voter].vote, boxes[voter].receipt) for voter in latest.values()]
    return tuple(shuffled(ballots, moment.chance.salt))


def _with_too_few(state: State, ask: Ask, it: Poll, at: int) -> Accepted:
    """Open once more for as long as before, where the rule `extend` allows it; else nothing is told."""
    timing = it.terms.timing
    if not timing.extend_ms or it.extended:
        return _voided(state, ask, it, FEW, at)
    later = after_quiet(max(at, ask.moment.at) + it.planned - it.opened_at, timing)
    told = say("Too few have voted on {ref}; it is open until {at}.", ref=it.ref, at=it.time(later))
    on = replace(it, closes=later, extended=True)
    shown = poll_cards(state, on, texts_of(ask), Kind.EDIT)
    event = PollMoved(number=it.number, closes=later, extension=True)
    return Accepted((event,), (), (*everywhere(state, it, told), *shown))


def _voided(state: State, ask: Ask, it: Poll, why: str, at: int) -> Accepted:
    """Nothing is counted, and everybody is told why."""
    done = replace(it, status=VOID, void=why, ended_at=at)
    told = lines(
        say("{ref} cannot be counted.", ref=it.ref), void_told(done), say("It has to be asked anew.")
    )
    facts: dict[str, object] = {"elected": [], "tally": {}, "void": why}
    shown = tuple(
        Reply(told, kind=Kind.RESULT, ref=it.ref, place=room.place, facts=facts, page=f"show/{it.ref}")
        for room in rooms_of(state, it)
    )
    event = PollVoided(number=it.number, why=why, closed=at)
    return Accepted((event,), (), (*shown, *poll_cards(state, done, texts_of(ask), Kind.EDIT)))


def _known(state: State, ask: Ask[WithRef]) -> Poll | None:
    ref = ask.args.ref
    return state.polls.known.get(int(ref[1:])) if ref[0] == "Q" else None
