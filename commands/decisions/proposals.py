"""Proposals: drafting, opening, amending, closing and taking them back; and what their clock does."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.arguments import OptionType, arguments, takes
from bot.chain import Sealed
from bot.chat import Kind, Refusal, Reply
from bot.collective.proposalevents import (
    WITHDRAWN,
    ProposalClosed,
    ProposalDrafted,
    ProposalMoved,
    ProposalOpened,
)
from bot.collective.proposals import Act, Proposal, stepped
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Command
from bot.deciding.deadlines import closing_time, shortened
from bot.deciding.matter import Asked
from bot.deciding.methods import METHODS, closes_early, outcome, settled
from bot.deciding.telling import cannot_pass
from bot.decision import Accepted, Ask, Query
from bot.moment import Moment
from bot.text.wording import Typed, Words, say
from commands.decisions import letters
from commands.decisions.advising import asking, people_of
from commands.decisions.amending import TITLE_CHARACTERS_MAX, AmendProposalArgs, amend, checked_title
from commands.decisions.cards import buttons, card, cards, draft_card, vote_typed
from commands.decisions.carrying import put
from commands.decisions.closing import conclude
from commands.decisions.effects import effect_reads, frozen_line
from commands.decisions.letters import REF, CancelArgs, CloseArgs
from commands.decisions.lookups import (
    check_may,
    check_own,
    circle_for,
    everywhere,
    instant_of,
    proposal_of,
    proposal_queries,
    texts_of,
)
from commands.decisions.openings import check_room

_TITLE = takes(OptionType.TEXT, say("the question in one line"), positional=True)
_TEXT = takes(OptionType.LONG, say("more words, on the lines after the first"), default="")
_METHOD = takes(OptionType.WORD, say("how it is decided"), choices=tuple(METHODS), default="")
_CLOSES = takes(OptionType.WHEN, say("when it closes"), default=None)
_DO = takes(OptionType.TEXT, say("the command that is carried out if it passes"), default="")
_CIRCLE = takes(OptionType.CIRCLE, say("the circle that decides"), default="")
_AFFECTED = takes(OptionType.TEXT, say("for advice: who is affected, as @name"), default="")
_EXPERTS = takes(OptionType.TEXT, say("for advice: who knows about it, as @name"), default="")


# --- Opening --------------------------------------------------------------------------------------


@arguments
class ProposeArgs:
    """What `/propose` takes."""

    title: str = _TITLE
    text: str = _TEXT
    method: str = _METHOD
    closes: dt.datetime | None = _CLOSES
    do: str = _DO
    circle: str = _CIRCLE
    affected: str = _AFFECTED
    experts: str = _EXPERTS


def _effect_queries(state: State, ask: Ask[ProposeArgs]) -> tuple[Query, ...]:
    """What the command that is to be carried out wants to know, so that it can be tried."""
    try:
        line = frozen_line(state, ask, ask.args.do)
    except Refusal:
        return ()
    return effect_reads(state, ask, state.proposals.count + 1, line) if line else ()


def propose(state: State, ask: Ask[ProposeArgs]) -> Accepted:
    """Put a question to the vote."""
    return _opened(state, ask, state.proposals.count + 1)


@arguments
class DraftArgs:
    """What `/draft` takes."""

    title: str = _TITLE
    text: str = _TEXT
    do: str = _DO
    circle: str = _CIRCLE


def draft(state: State, ask: Ask[DraftArgs]) -> Accepted:
    """Prepare a proposal, to be opened later."""
    check_room(state, ask)
    title, text = checked_title(ask.args.title), ask.args.text
    do = frozen_line(state, ask, ask.args.do) if ask.args.do else ""
    sealed = [ask.moment.seal(words) if words else None for words in (title, text, do)]
    seals = [each.seal if each else "" for each in sealed]
    event = ProposalDrafted(
        number=state.proposals.count + 1,
        author=ask.me.number,
        title=seals[0],
        text=seals[1],
        do=seals[2],
        room=ask.room,
        circle=circle_for(state, ask),
    )
    it = stepped(None, event, ask.moment.at)
    assert it is not None
    known = dict(zip(seals, (title, text, do), strict=True))
    body = draft_card(state, it, texts_of(ask, known))
    texts = tuple(each for each in sealed if each)
    return Accepted((event,), texts, (Reply(body, private=True, ref=it.ref),))


@arguments
class OpenArgs:
    """What `/open` takes."""

    ref: str = REF
    method: str = _METHOD
    closes: dt.datetime | None = _CLOSES
    affected: str = _AFFECTED
    experts: str = _EXPERTS


def open_(state: State, ask: Ask[OpenArgs]) -> Accepted:
    """Put a draft to the vote."""
    it = proposal_of(state, ask)
    check_may(it, Act.PUT, ask.moment.at)
    check_own(state, ask, it)
    asked = ProposeArgs(
        title=ask.text(it.latest.title),
        text=ask.text(it.latest.text),
        method=ask.args.method,
        closes=ask.args.closes,
        do=ask.text(it.do),
        circle=it.circle,
        affected=ask.args.affected,
        experts=ask.args.experts,
    )
    return _opened(state, ask.with_args(asked), it.number, it)


def _opened(
    state: State, ask: Ask[ProposeArgs], number: int, drafted: Proposal | None = None
) -> Accepted:
    rules = ask.rules
    if len(state.proposals.open) >= rules.number("open-max"):
        raise refused_by("open-max", say("As many proposals are open as there may be."))
    if drafted is None:
        check_room(state, ask)
    title, text, line = checked_title(ask.args.title), ask.args.text, ask.args.do
    do = frozen_line(state, ask, line) if line else ""
    asked_how = put(state, ask, do, drafted=drafted.ref if drafted else "")
    circle, electorate, terms = asked_how.circle, asked_how.electorate, asked_how.terms
    author = drafted.author if drafted else ask.me.number
    asked = _asked(state, ask, author) if terms.method == "advice" else None
    if asked is not None:
        electorate = tuple(dict.fromkeys((*electorate, author, *people_of(asked))))
    closes = ask.args.closes
    hopeless = cannot_pass(terms, len(electorate))
    if hopeless is not None:
        raise Refusal("cannot-pass", hopeless, instead=say("Name another method, or quorum."))
    sealed = [ask.moment.seal(words) if words else None for words in (title, text, do)]
    seals = [each.seal if each else "" for each in sealed]
    event = ProposalOpened(
        number=number,
        author=author,
        title=seals[0],
        terms=terms,
        electorate=electorate,
        closes=closing_time(terms, ask.moment.at, instant_of(closes)),
        text=seals[1],
        do=seals[2],
        room=ask.room,
        circle=circle,
        asked=asked,
        nudges=rules.on("nudges"),
        hidden=rules.on("hide-tally"),
        review=rules.number("review") * 60_000,
    )
    it = stepped(None, event, ask.moment.at)
    assert it is not None
    texts = texts_of(ask, dict(zip(seals, (title, text, do), strict=True)))
    shown = cards(state, it, texts, Kind.CARD)
    if not any(each.place == ask.place for each in shown) and not ask.private:
        body = card(state, it, texts)
        here = Reply(
            body,
            kind=Kind.CARD,
            ref=it.ref,
            place=ask.place,
            buttons=buttons(it),
            typed=vote_typed(it),
            page=f"show/{it.ref}",
        )
        shown = (here, *shown)
    told = _opened_told(it) if ask.private else ()
    asks = asking(state, it, texts)
    return Accepted((event,), tuple(each for each in sealed if each), (*told, *shown, *asks))


def _opened_told(it: Proposal) -> tuple[Reply, ...]:
    return (Reply(say("{ref} is open in the rooms.", ref=it.ref), private=True, ref=it.ref),)


def _asked(state: State, ask: Ask[ProposeArgs], author: int) -> Asked:
    """Whom the author asks for advice. Raises Refusal without anybody."""
    named = (ask.args.affected, ask.args.experts)
    affected, experts = (_people(state, ask, words, author) for words in named)
    if not affected or not experts:
        raise Refusal(
            "advice-whom",
            say("Advice is asked of somebody who is affected, and of somebody who knows."),
            instead=say("Name them: {options}", options=Words("--affected @ann --experts @bo")),
        )
    both = next((each for each in affected if each in experts), 0)
    if both:
        raise Refusal(
            "advice-of-one",
            say("{who} is named as both; the two are different people.", who=state.members.name(both)),
            instead=say("Name them: {options}", options=Words("--affected @ann --experts @bo")),
        )
    return Asked(ask.moment.at, affected, experts)


def _people(state: State, ask: Ask, named: str, author: int) -> tuple[int, ...]:
    words = named.replace(",", " ").split()
    people = (ask.person(state, word.removeprefix("@")) for word in words)
    return tuple(dict.fromkeys(each.number for each in people if each.number != author))


# --- Changing -------------------------------------------------------------------------------------


def close(state: State, ask: Ask[CloseArgs]) -> Accepted:
    """Close what nothing can change any more; or, with a time and a reason, close it sooner."""
    it = proposal_of(state, ask)
    check_may(it, Act.CLOSE, ask.moment.at)
    check_own(state, ask, it)
    assert it.terms is not None
    when = ask.args.when
    if when is not None:
        return _sooner(state, ask, it, when)
    matter = it.matter(state.members, state.proposals.proxies)
    found = closes_early(matter, ask.moment.at)
    if found is not None:
        return conclude(state, ask, it, found, texts_of(ask))
    if settled(matter) is None:
        raise Refusal(
            "still-open",
            say("What comes out of {ref} can still change.", ref=it.ref),
            word=it.ref,
            instead=say("In an emergency: {line}", line=Typed(f"close {it.ref} in 2 hours because …")),
        )
    if not it.terms.timing.early_close:
        raise refused_by("early-close", say("{ref} closes when its time is over.", ref=it.ref))
    least = it.time(it.early_from)
    raise refused_by("min-open", say("{ref} is open until {at} at least.", ref=it.ref, at=least))


def _sooner(state: State, ask: Ask[CloseArgs], it: Proposal, when: dt.datetime) -> Accepted:
    assert it.terms is not None
    reason = ask.args.reason
    since = it.matter(state.members, {}).since
    at = shortened(
        it.terms, it.closes, int(when.timestamp() * 1000), reason, now=ask.moment.at, since=since
    )
    sealed = ask.moment.seal(reason)
    event = ProposalMoved(number=it.number, closes=at, reason=sealed.seal)
    told = say(
        "{who} closes {ref} sooner, {at}: {reason}",
        who=ask.me.shown,
        ref=it.ref,
        at=it.time(at),
        reason=reason,
    )
    shown = cards(state, replace(it, closes=at), texts_of(ask), Kind.EDIT)
    return Accepted((event,), (sealed,), (*everywhere(state, it, told), *shown))


def cancel(state: State, ask: Ask[CancelArgs]) -> Accepted:
    """Take a proposal back."""
    it = proposal_of(state, ask)
    check_may(it, Act.CANCEL, ask.moment.at)
    check_own(state, ask, it)
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    event = ProposalClosed(
        number=it.number,
        verdict=WITHDRAWN,
        closed=ask.moment.at,
        reason=reason.seal if reason else "",
    )
    told = (
        say("{who} withdraws {ref}: {reason}", who=ask.me.shown, ref=it.ref, reason=ask.args.reason)
        if reason
        else say("{who} withdraws {ref}.", who=ask.me.shown, ref=it.ref)
    )
    facts = {"outcome": WITHDRAWN, "tally": _tally(state, it, ask.moment)}
    reply = Reply(told, kind=Kind.OUTCOME, ref=it.ref, facts=facts)
    gone = replace(it, verdict=WITHDRAWN, ended_at=ask.moment.at)
    shown = cards(state, gone, texts_of(ask), Kind.EDIT) if it.terms else ()
    return Accepted((event,), (reason,) if reason else (), (reply, *shown))


def _tally(state: State, it: Proposal, moment: Moment) -> dict[str, int]:
    """How many chose what when it was taken back; nobody could choose anything of a draft."""
    if it.terms is None:
        return {}
    return outcome(it.matter(state.members, state.proposals.proxies), moment.at).tally


def drafted(
    state: State, moment: Moment, author: int, title: str, do: str, room: int
) -> tuple[ProposalDrafted, tuple[Sealed, ...]]:
    """A draft that the bot prepares for somebody."""
    named, line = moment.seal(title[:TITLE_CHARACTERS_MAX]), moment.seal(do)
    event = ProposalDrafted(
        number=state.proposals.count + 1,
        author=author,
        title=named.seal,
        do=line.seal,
        room=room,
    )
    return event, (named, line)


COMMANDS = (
    Command(
        name="propose",
        about=say("put a question to the vote"),
        also=say(
            "suggest, suggestion, motion, proposal, idea, decide, request, rfc, i propose, "
            "i suggest, we should, i move, i move that, shall we, what if we, put to the "
            "vote, vote on, can we buy, can we get, can we have, could we buy, could we "
            "get, should we, why don't we"
        ),
        decide=propose,
        wants=_effect_queries,
        args=ProposeArgs,
        examples=(
            "propose Buy a mixer",
            "propose Two confirmations from now on --do rules set confirmations 2",
            "propose Open on Mondays --method majority --closes in 5 days",
        ),
        details=say("Lines after the first are the long text."),
    ),
    Command(
        name="draft",
        about=say("prepare a proposal, to be opened later"),
        decide=draft,
        args=DraftArgs,
        examples=("draft Buy a mixer",),
    ),
    Command(
        name="open",
        about=say("put a draft to the vote"),
        decide=open_,
        wants=proposal_queries,
        args=OpenArgs,
        examples=("open P3",),
    ),
    Command(
        name="amend-proposal",
        about=say("give your proposal another text"),
        decide=amend,
        wants=proposal_queries,
        args=AmendProposalArgs,
        examples=("amend-proposal P3 Buy a used mixer",),
    ),
    letters.CLOSE,
    letters.CANCEL,
)
