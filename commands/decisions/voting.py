"""Voting: what somebody says on a proposal, for themselves or for an organisation; and proxies."""

from __future__ import annotations

from dataclasses import replace

from bot.arguments import OptionType, arguments, takes
from bot.chat import Actor, Kind, Refusal, Reply
from bot.collective.memberbook import folded
from bot.collective.members import Member
from bot.collective.proposalevents import BallotCast, BallotTaken, ProxyNamed
from bot.collective.proposals import Act, Proposal
from bot.collective.questions import without
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Asked, Command, Suggestion
from bot.deciding.ballots import Ballot
from bot.deciding.casting import cast
from bot.deciding.delegation import check_proxy
from bot.deciding.judging import Verdict
from bot.deciding.methods import choices_of, closes_early, outcome
from bot.deciding.terms import Terms
from bot.decision import Accepted, Ask, joined_with
from bot.feature import Found
from bot.polling.terms import WITHDRAW
from bot.text.wording import Node, Typed, Words, items, joined, say
from commands.decisions import letters
from commands.decisions.cards import cards, outcome_of
from commands.decisions.closing import conclude
from commands.decisions.letters import VoteArgs
from commands.decisions.lookups import check_may, check_newest, everywhere, proposal_of, texts_of
from commands.decisions.voters import voter_of

SEND_ME = Typed("meeting duty spoke me")

_CIRCLE = takes(OptionType.CIRCLE, say("only in this circle"), default="")


def vote(state: State, ask: Ask[VoteArgs]) -> Accepted:
    """Say something on a proposal; again to change it, `withdraw` to take it back."""
    it = proposal_of(state, ask)
    check_may(it, Act.VOTE, ask.moment.said_at)
    voter = voter_of(state, ask, ask.args.for_)
    _check_speaks(state, it, voter)
    last = it.votes(state.members).get(voter.number)
    check_newest(0 if last is None else last.at, ask.moment, it.ref)
    if ask.args.choice.casefold() == WITHDRAW:
        return _taken(state, ask, it, voter)
    matter = it.matter(state.members, state.proposals.proxies)
    now = ask.moment.said_at
    ballot = cast(matter, voter.number, ask.args.choice, ask.args.reason, now=now, ref=it.ref)
    if _same(ask, last, ballot):
        raise Refusal("nothing-changed", say("That is what you said already on {ref}.", ref=it.ref))
    sealed = ask.moment.seal(ballot.reason) if ballot.reason else None
    seal = sealed.seal if sealed else ""
    event = BallotCast(
        number=it.number,
        member=voter.number,
        choice=ballot.choice,
        reason=seal,
        version=ballot.version,
        by=ask.me.number if voter.seat else 0,
        said=ask.moment.said_at if ask.moment.said else 0,
    )
    kept = Ballot(ballot.choice, ask.moment.said_at, seal, ballot.version)
    voted = without(it, state.members.numbers(voter.number))
    voted.take_vote(voter.number, kept)
    label = next(c.label for c in choices_of(_terms(it)) if c.word == ballot.choice)
    told = (_ack(it, voter, label), *_hands_fallen(state, it, voted, voter))
    return after_vote(state, ask, voted, Accepted((event,), (sealed,) if sealed else (), told))


def _check_speaks(state: State, it: Proposal, voter: Member) -> None:
    """At a spokes council a circle votes through its spoke, whoever that is now. Raises Refusal."""
    if it.spokes and voter.number not in it.voters(state.members):
        met = state.meetings.open.get(it.meeting)
        sent = met.council.last if met is not None and met.council is not None else {}
        if circle := next((name for name, member in sent.items() if member == voter.number), ""):
            raise Refusal(
                "not-eligible",
                say(
                    "{ref} was put before {circle} sent anybody; it has a voice in what comes next.",
                    ref=it.ref,
                    circle=circle,
                ),
                word=it.ref,
                instead=say("Until then: {line}", line=Typed("meeting stack")),
            )
        raise Refusal(
            "not-eligible",
            say("{ref} is asked of those who speak for their circles, and you do not.", ref=it.ref),
            word=it.ref,
            instead=say("Tell yours; or your circle sends you: {line}", line=SEND_ME),
        )


def _terms(it: Proposal) -> Terms:
    assert it.terms is not None
    return it.terms


def _same(ask: Ask, last: Ballot | None, ballot: Ballot) -> bool:
    if last is None or (last.choice, last.version) != (ballot.choice, ballot.version):
        return False
    return (ask.text(last.reason) if last.reason else "") == ballot.reason


def _ack(it: Proposal, voter: Member, label: Node) -> Reply:
    if voter.seat:
        told = say("{who} on {ref}: {choice}.", who=voter.shown, ref=it.ref, choice=label)
    else:
        told = say("You on {ref}: {choice}.", ref=it.ref, choice=label)
    return Reply(told, private=True, ref=it.ref)


def _hands_fallen(state: State, before: Proposal, it: Proposal, voter: Member) -> tuple[Reply, ...]:
    """What a vote does to a show of hands, which all are told: nobody else sees who is heard twice.

    Where there are more voices than people now, the hands count no more.
    """
    if not outcome_of(state, before).count.hands:
        return ()
    if outcome_of(state, it).count.hands:
        numbers = {*state.members.numbers(voter.number)}
        if numbers & before.cast.keys():
            return ()
        beside = say(
            "{who} votes on {ref} beside the show of hands: whoever raised a hand does not vote as"
            " well. {line} has them counted again.",
            who=voter.shown,
            ref=it.ref,
            line=Typed(f"hands reject {it.ref}"),
        )
        return everywhere(state, it, beside)
    told = say(
        "{who} votes on {ref}, and with the hands these are more than there are people: the show of"
        " hands counts no more. {line}",
        who=voter.shown,
        ref=it.ref,
        line=Typed(f"hands count {it.ref} …"),
    )
    return everywhere(state, it, told)


def after_vote(state: State, ask: Ask, it: Proposal, cast_: Accepted) -> Accepted:
    """Redraw the cards; or conclude, where that vote decided it."""
    matter = it.matter(state.members, state.proposals.proxies)
    typed = {each.seal: each.text for each in cast_.texts}
    texts = texts_of(ask, typed)
    found = outcome(matter, ask.moment.said_at)
    early = closes_early(matter, ask.moment.said_at) if found.verdict is Verdict.OPEN else found
    if early is None:
        return replace(cast_, replies=(*cast_.replies, *cards(state, it, texts, Kind.EDIT)))
    return joined_with(cast_, conclude(state, ask, it, early, texts))


def _taken(state: State, ask: Ask, it: Proposal, voter: Member) -> Accepted:
    numbers = [n for n in state.members.numbers(voter.number) if n in it.cast]
    if not numbers:
        raise Refusal("nothing-changed", say("You have not voted on {ref}.", ref=it.ref))
    events = tuple(BallotTaken(number=it.number, member=number) for number in numbers)
    voted = without(it, numbers)
    told = Reply(say("You took back your vote on {ref}.", ref=it.ref), private=True, ref=it.ref)
    return after_vote(state, ask, voted, Accepted(events, (), (told,)))


# --- Proxies --------------------------------------------------------------------------------------


@arguments
class DelegateToArgs:
    """What `/delegate to` takes."""

    who: str = takes(OptionType.PERSON, say("whom, as @name"), positional=True)
    circle: str = _CIRCLE


def delegate_to(state: State, ask: Ask[DelegateToArgs]) -> Accepted:
    """Name somebody who votes for one wherever one does not vote oneself."""
    if not ask.rules.on("delegation"):
        raise refused_by("delegation", say("Nobody votes for somebody else here."))
    proxy = ask.person(state, ask.args.who)
    circle = _circle(state, ask)
    named = {
        state.members.one(member): {c: state.members.one(p) for c, p in by_circle.items()}
        for member, by_circle in state.proposals.proxies.items()
    }
    check_proxy(named, ask.me.number, circle, proxy.number, lambda n: state.members.name(n).name)
    if named.get(ask.me.number, {}).get(circle) == proxy.number:
        raise Refusal("nothing-changed", say("That is so already."))
    event = ProxyNamed(member=ask.me.number, proxy=proxy.number, circle=circle)
    where: Node = say("in the circle {name}", name=circle) if circle else say("everywhere")
    told = say(
        "{who} votes for {me} {where}, where {me} does not vote.",
        who=proxy.shown,
        me=ask.me.shown,
        where=where,
    )
    return Accepted((event,), (), (Reply(told),))


def _circle(state: State, ask: Ask[DelegateToArgs]) -> str:
    named = ask.args.circle
    return state.circles.named(named).name if named else ""


@arguments
class DelegateEndArgs:
    """What `/delegate end` takes."""

    circle: str = _CIRCLE


def delegate_end(state: State, ask: Ask[DelegateEndArgs]) -> Accepted:
    """Have nobody vote for one any more."""
    circle = ask.args.circle
    numbers = [
        n for n in state.members.numbers(ask.me.number) if circle in state.proposals.proxies.get(n, {})
    ]
    if not numbers:
        raise Refusal("nothing-changed", say("Nobody votes for you there."))
    events = tuple(ProxyNamed(member=n, proxy=0, circle=circle) for n in numbers)
    told = say("Nobody votes for {me} any more.", me=ask.me.shown)
    return Accepted(events, (), (Reply(told),))


def delegates(state: State, ask: Ask) -> Accepted:
    """Who votes for one, and for whom one votes."""
    mine = state.members.numbers(ask.me.number)
    points: list[Node] = []
    for member, by_circle in state.proposals.proxies.items():
        for circle, proxy in by_circle.items():
            of_mine = member in mine or state.members.one(proxy) in mine
            # Who left is nobody's proxy, and nobody votes for them.
            here = all(state.members.member(each).here for each in (member, proxy))
            if of_mine and here:
                where: Node = Words(circle) if circle else say("everywhere")
                points.append(
                    say(
                        "{proxy} for {who}, {where}",
                        proxy=state.members.name(proxy),
                        who=state.members.name(member),
                        where=where,
                    )
                )
    body = items(points) if points else say("Nobody votes for you, and you for nobody.")
    return Accepted(replies=(Reply(body, private=True),))


# --- Suggested ------------------------------------------------------------------------------------


def suggested(state: State) -> Found:
    """The proposals that are alive; their titles stand outside the state."""
    for it in sorted(state.proposals.alive.values(), key=lambda it: -it.number):
        who = state.members.name(it.author)
        how = say("open") if it.open else say("a draft")
        yield f"{it.ref} {who.name}", Suggestion(it.ref, joined([it.ref, who, how]))


def suggested_choices(state: State, actor: Actor, asked: Asked) -> Found:
    """What can be said about an open proposal, found by its word, or as another spelling begins."""
    begun, ref = folded(asked.typed), asked.given.get("ref", "").casefold()
    it = next((it for it in state.proposals.open if it.ref.casefold() == ref), None)
    if it is not None and it.terms is not None:
        for choice in choices_of(it.terms):
            suggestion = Suggestion(choice.word, choice.label)
            also = (each for each in choice.also if begun and folded(each).startswith(begun))
            inside = begun in folded(choice.word)
            yield choice.word if inside else next(also, choice.word), suggestion


COMMANDS = (
    letters.VOTE,
    Command(name="delegate", about=say("who votes for whom"), decide=delegates),
    Command(
        name="delegate to",
        about=say("name somebody who votes for you where you do not"),
        decide=delegate_to,
        args=DelegateToArgs,
        examples=("delegate to @bo", "delegate to @bo --circle kitchen"),
        also=say(
            "delegate my vote, delegate vote, give my vote, proxy, vote for me, let vote "
            "for me, my vote goes to"
        ),
    ),
    Command(
        name="delegate end",
        about=say("have nobody vote for you any more"),
        decide=delegate_end,
        args=DelegateEndArgs,
        also=say(
            "stop delegating, undelegate, end delegation, stop delegation, take my vote "
            "back, revoke proxy, vote myself"
        ),
    ),
)
