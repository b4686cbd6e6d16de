"""Who asks to become a member: applying, vouching, and what is decided on it."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Button, Refusal, Reply
from bot.collective.access import (
    EVERYONE,
    is_ghost,
    removed,
    returned,
    sealed_identity,
    shown_name,
)
from bot.collective.events import Event
from bot.collective.members import (
    CANDIDATES_MAX,
    Candidate,
    MemberJoined,
    MembershipAsked,
    MembershipRefused,
    MembershipVouched,
)
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.decision import Accepted, Ask
from bot.text.wording import (
    Node,
    Person,
    Typed,
    lines,
    say,
    say_n,
)

_CANDIDATE = takes(OptionType.WORD, say("who asks, by name or number"), positional=True)


@arguments
class MemberApplyArgs:
    """What `/member apply` takes."""

    words: str = takes(OptionType.TEXT, say("who you are"), positional=True, default="")


def apply(state: State, ask: Ask[MemberApplyArgs]) -> Accepted:
    """Ask to become a member, where one does not become it by speaking."""
    if state.members.who(ask.actor) is not None:
        raise Refusal("nothing-changed", say("You are a member already."))
    _check_may_apply(state, ask)
    name, account = sealed_identity(ask.actor, state.members, ask.moment)
    words = ask.moment.seal(ask.args.words) if ask.args.words else None
    number = state.members.asked + 1
    event = MembershipAsked(
        candidate=number,
        name=name.seal,
        platform=ask.actor.platform,
        account=account.seal,
        until=ask.moment.at + ask.rules.number("asking-lapses") * 60_000,
        words=words.seal if words else "",
    )
    shown = Person(shown_name(ask.actor, state.members))
    told = lines(
        say("{name} asks to become a member: {words}", name=shown, words=ask.args.words)
        if words
        else say("{name} asks to become a member.", name=shown),
        _what_next(ask, number),
    )
    texts = (name, account, words) if words else (name, account)
    button = Button(say("Vouch"), f"member vouch {number}")
    buttons = (button,) if ask.rules.text("new-members") == "vouch" else ()
    return Accepted((event,), texts, (Reply(told, buttons=buttons),))


def _check_may_apply(state: State, ask: Ask) -> None:
    """Whether the rules let this account ask. Raises Refusal."""
    known = state.members.known(ask.actor)
    if known is not None and known.removed:
        raise removed()
    way = ask.rules.text("new-members")
    if is_ghost(ask.actor, ask.rules):
        raise refused_by("bridge-ghosts", say("You speak through a bridge."))
    if way == EVERYONE:
        raise Refusal(
            "nothing-changed",
            say("Nobody needs to ask here."),
            instead=say(
                "You become a member by what you do first, for example {log}.", log=Typed("log")
            ),
        )
    if way == "nobody":
        raise refused_by("new-members", say("Nobody becomes a member by asking here."))
    if state.members.candidate(ask.actor, ask.moment.at) is not None:
        raise Refusal("already-asked", say("You have asked already; the answer is still open."))
    if len(state.members.open_candidates(ask.moment.at)) >= CANDIDATES_MAX:
        raise Refusal("too-many-askings", say("More people are asking than can be answered now."))


def _what_next(ask: Ask, number: int) -> Node:
    match ask.rules.text("new-members"):
        case "vouch":
            return say_n(
                "One member has to vouch for them: {vouch}",
                "{count} members have to vouch for them: {vouch}",
                ask.rules.number("vouches"),
                vouch=Typed(f"member vouch {number}"),
            )
        case "proposal":
            line = Typed(f"propose Admit {number} --do member admit {number}")
            return say("The members decide about it by a proposal: {line}", line=line)
        case _:
            return say("A coordinator answers: {admit}", admit=Typed(f"member admit {number}"))


@arguments
class MemberVouchArgs:
    """What `/member vouch` takes."""

    who: str = _CANDIDATE


def vouch(state: State, ask: Ask[MemberVouchArgs]) -> Accepted:
    """Vouch for somebody who asks; the last vouching that was needed lets them in."""
    if ask.rules.text("new-members") != "vouch":
        raise refused_by("new-members", say("Vouching lets nobody in here."))
    candidate = state.members.asking(ask.args.who, ask.moment.at)
    vouched = {state.members.one(number) for number in candidate.vouched}
    if ask.me.number in vouched:
        raise Refusal(
            "nothing-changed", say("You have vouched for {who} already.", who=candidate.shown)
        )
    event = MembershipVouched(member=ask.me.number, candidate=candidate.number)
    left = ask.rules.number("vouches") - len(vouched) - 1
    if left > 0:
        told = say_n(
            "{me} vouches for {who}; one more is needed.",
            "{me} vouches for {who}; {count} more are needed.",
            left,
            me=ask.me.shown,
            who=candidate.shown,
        )
        return Accepted((event,), (), (Reply(told),))
    told = say("{me} vouches for {who}, who is a member now.", me=ask.me.shown, who=candidate.shown)
    return Accepted((event, *_joining(state, ask, candidate)), (), (Reply(told),))


def _joining(state: State, ask: Ask, candidate: Candidate) -> tuple[Event, ...]:
    """The events by which a candidate is let in: back in, where they were a member before.

    Raises Refusal where they were removed since they asked.
    """
    account = (candidate.platform, candidate.account)
    if account in state.members.by_account:
        known = state.members.member(state.members.by_account[account])
        if known.removed:
            raise Refusal(
                "removed",
                say("{who} was removed from the members here.", who=known.shown),
                instead=say(
                    "An admin takes them back: {line}", line=Typed(f"member return #{known.number}")
                ),
            )
        return returned(state, known.number)
    joined = MemberJoined(
        member=state.members.next_number,
        name=candidate.seals[0],
        platform=candidate.platform,
        account=candidate.seals[1],
        candidate=candidate.number,
    )
    return (joined,)


@arguments
class MemberAdmitArgs:
    """What `/member admit` takes."""

    who: str = _CANDIDATE


def admit(state: State, ask: Ask[MemberAdmitArgs]) -> Accepted:
    """Let somebody in who asks."""
    if ask.rules.text("new-members") == "proposal" and not ask.proposal:
        raise refused_by("new-members", say("Here the members decide about that by a proposal."))
    candidate = state.members.asking(ask.args.who, ask.moment.at)
    told = say("{who} is a member now.", who=candidate.shown)
    return Accepted(_joining(state, ask, candidate), (), (Reply(told),))


@arguments
class MemberRefuseArgs:
    """What `/member refuse` takes."""

    who: str = _CANDIDATE


def refuse(state: State, ask: Ask[MemberRefuseArgs]) -> Accepted:
    """Turn somebody's asking down."""
    candidate = state.members.asking(ask.args.who, ask.moment.at)
    told = say("{who} does not become a member for now.", who=candidate.shown)
    return Accepted((MembershipRefused(candidate=candidate.number),), (), (Reply(told),))
