"""Ideas for a funding round: putting one, changing it before anybody backed it, withdrawing it."""

from __future__ import annotations

from typing import Protocol

from bot.arguments import OptionType, arguments, takes
from bot.chat import Kind, Misread, Refusal, Reply
from bot.collective.funding import IDEAS_MAX, Round
from bot.collective.ideas import Idea, IdeaApproved, IdeaChanged, IdeaEnd, IdeaEnded, IdeaPut
from bot.collective.state import State
from bot.decision import Accepted, Ask, Query
from bot.language.amounts import Amount, read_amount
from bot.language.sums import shown
from bot.language.units import UnitClass, unit_of
from bot.text.rendering import unit_name
from bot.text.wording import Typed, Words, lines, say
from commands.decisions.amending import checked_title
from commands.decisions.letters import CancelArgs
from commands.funding.backing import IdeaRefArgs
from commands.funding.drafts import after, cards
from commands.funding.lookups import (
    IDEA,
    called,
    check_own,
    check_round_open,
    live_idea,
    time_of,
    words_queries,
)

EXAMPLE = "idea A second oven --min 300 --max 800"

_LEAST = takes(OptionType.TEXT, say("the least that it takes, for example 300"), default="")
_MOST = takes(OptionType.TEXT, say("the most that it can use, if that is more"), default="")


class Sums(Protocol):
    """What says how much an idea takes."""

    @property
    def min(self) -> str:
        """The least, as typed; empty where it was left out."""

    @property
    def max(self) -> str:
        """The most, as typed; empty where it was left out."""


@arguments
class IdeaArgs:
    """What `/idea` takes."""

    title: str = takes(OptionType.TEXT, say("what it is, in a sentence"), positional=True, default="")
    min: str = _LEAST
    max: str = _MOST
    round: str = takes(OptionType.REFERENCE, say("the round, where several are open"), default="")
    text: str = takes(OptionType.LONG, say("what else there is to say of it"), default="")


def put(state: State, ask: Ask[IdeaArgs]) -> Accepted:
    """Put an idea that members can back."""
    it = _round_for(state, ask.args.round)
    check_round_open(it, ask.moment.said_at)
    if ask.moment.said_at > it.terms.puts_until:
        raise Refusal(
            "ideas-late",
            say(
                "Ideas for {ref} were put until {at}.", ref=it.ref, at=time_of(it, it.terms.puts_until)
            ),
            instead=say("{show} shows those that there are.", show=Typed(f"show {it.ref}")),
        )
    if len(it.ideas) >= IDEAS_MAX:
        raise Refusal(
            "ideas-max", say("There are as many ideas for {ref} as there may be.", ref=it.ref)
        )
    least, most, rest = _sums(ask, it)
    title = checked_title(" ".join(filter(None, (ask.args.title, rest))))
    if not title:
        raise Refusal(
            "idea-untitled",
            say("Say what the idea is."),
            instead=say("For example: {line}", line=Typed(EXAMPLE)),
        )
    least, most = _checked(it, least, most)
    texts = tuple(ask.moment.seal(each) for each in (title, ask.args.text) if each)
    number = state.funding.ideas + 1
    event = IdeaPut(
        number=number,
        round=it.number,
        author=ask.me.number,
        title=texts[0].seal,
        text=texts[1].seal if ask.args.text else "",
        least=least,
        most=most,
    )
    then = after(state, ask, (event,), texts)
    now = then.funding.open[it.number]
    pictures = cards(then, ask, now, (number,), texts, Kind.CARD)
    ref = now.ideas[number].ref
    told = () if not ask.private else (Reply(say("{ref} is put.", ref=ref), private=True, ref=ref),)
    return Accepted((event,), texts, (*told, *pictures))


def _round_for(state: State, ref: str) -> Round:
    """The round that an idea is for: the one that is named, or the only one. Raises Refusal."""
    rounds = state.funding.open
    if ref:
        number = int(ref[1:]) if ref[0] == "F" else 0
        if number not in rounds:
            raise Refusal(
                "reference-unknown",
                say("No funding round {ref} is open here.", ref=ref),
                word=ref,
                instead=say("{command} lists them.", command=Typed("funding")),
            )
        return rounds[number]
    if len(rounds) == 1:
        return next(iter(rounds.values()))
    if not rounds:
        raise Refusal(
            "no-funding-round",
            say("No funding round is open here."),
            instead=say(
                "A treasurer opens one, or a proposal: {line}",
                line=Typed("funding open 5000 EUR --each 100 EUR"),
            ),
        )
    last = max(rounds)
    raise Refusal(
        "which-round",
        say("Several funding rounds are open."),
        instead=say("Name the one that you mean: {option}", option=Words(f"--round F{last}")),
    )


# --- Sums -------------------------------------------------------------------------------------------


def _sums(ask: Ask[Sums], it: Round) -> tuple[int, int, str]:
    """The least and the most that were typed, 0 where they were left out; and the words behind them."""
    least, behind = _sum(ask, it, ask.args.min)
    most, behind_too = _sum(ask, it, ask.args.max)
    return least, most, " ".join(filter(None, (behind, behind_too)))


def _sum(ask: Ask, it: Round, text: str) -> tuple[int, str]:
    """An amount in the round's currency, with or without its name; and what stands behind it."""
    words = text.split()
    if not words:
        return 0, ""
    unit = unit_name(it.terms.unit)
    amount, used = _amount(ask, words, unit)
    if amount.unit.code != it.terms.unit:
        raise Refusal(
            "currency-differs",
            say("{ref} is in {unit}.", ref=it.ref, unit=unit),
            word=amount.unit.name,
            instead=say("Its ideas are, too: {line}", line=Typed(EXAMPLE)),
        )
    return amount.count, " ".join(words[used:])


def _amount(ask: Ask, words: list[str], unit: str) -> tuple[Amount, int]:
    """An amount of money, or so many of this unit; and how many words that took. Raises Misread."""
    try:
        return _money(ask, words) or (read_amount([words[0], unit], ask.language)[0], 1)
    except Misread as wrong:
        raise wrong.but(instead=say("For example: {line}", line=Typed(EXAMPLE))) from None


def _money(ask: Ask, words: list[str]) -> tuple[Amount, int] | None:
    """An amount that names its currency; None where it names none. Raises Misread: nothing, or less."""
    try:
        found, used = read_amount(words, ask.language)
    except Misread as wrong:
        if wrong.code in {"amount-zero", "amount-negative"}:
            raise
        return None
    return (found, used) if found.unit.unit_class is UnitClass.MONEY else None


def _checked(it: Round, least: int, most: int) -> tuple[int, int]:
    """How much an idea takes, by the terms of its round. Raises Refusal."""
    line, unit = Typed(EXAMPLE), it.terms.unit
    if not least and not most:
        raise Refusal(
            "idea-sum",
            say("Say how much it takes at the least."),
            instead=say("For example: {line}", line=line),
        )
    least, most = least or most, most or least
    if least > most:
        raise Refusal(
            "idea-sum",
            say("The least is more than the most."),
            word=shown_word(unit, least),
            instead=say("For example: {line}", line=line),
        )
    if it.terms.exact and least != most:
        raise Refusal(
            "idea-exact",
            say("An idea of {ref} takes one sum, all of it or nothing.", ref=it.ref),
            word="--max",
            instead=say("Leave {option} out.", option=Words("--max")),
        )
    if least > it.terms.count:
        raise Refusal(
            "idea-beyond",
            say(
                "There is {amount} in {ref} for all ideas.",
                amount=shown(unit, it.terms.count),
                ref=it.ref,
            ),
            word=shown_word(unit, least),
            instead=say("Name a part of it that it can begin with."),
        )
    return least, most


def shown_word(unit: str, count: int) -> str:
    """An amount as it may have been typed, without its unit: whole, where it is."""
    parts = unit_of(unit).parts
    return str(count // parts) if count % parts == 0 else ""


# --- Changing ---------------------------------------------------------------------------------------


@arguments
class IdeasChangeArgs:
    """What `/ideas change` takes."""

    ref: str = IDEA
    title: str = takes(OptionType.TEXT, say("what it is, if that changes"), positional=True, default="")
    min: str = _LEAST
    max: str = _MOST
    text: str = takes(OptionType.LONG, say("what else there is to say of it"), default="")


def change(state: State, ask: Ask[IdeasChangeArgs]) -> Accepted:
    """Change an idea as long as nobody backs it: who backs one knows what it is."""
    it, idea = live_idea(state, ask)
    check_own(state, ask, idea)
    if idea.backing:
        raise Refusal(
            "idea-backed",
            say("Somebody backs {ref} as it is.", ref=idea.ref),
            word=idea.ref,
            instead=say("Withdraw it and put another one: {line}", line=Typed(f"cancel {idea.ref}")),
        )
    typed_least, typed_most, rest = _sums(ask, it)
    words = checked_title(" ".join(filter(None, (ask.args.title, rest))))
    least = typed_least or (min(idea.least, typed_most) if typed_most else idea.least)
    most = typed_most or (max(idea.most, least) if not it.terms.exact else least)
    if typed_least and not typed_most and idea.least == idea.most:
        most = least
    least, most = _checked(it, least, most)
    if not words and not ask.args.text and (least, most) == (idea.least, idea.most):
        raise Refusal(
            "nothing-changed",
            say("That changes nothing in {ref}.", ref=idea.ref),
            instead=say("For example: {line}", line=Typed(f"ideas change {idea.ref} --min 200")),
        )
    title = ask.moment.seal(words) if words else None
    text = ask.moment.seal(ask.args.text) if ask.args.text else None
    texts = tuple(each for each in (title, text) if each)
    event = IdeaChanged(
        number=idea.number,
        round=it.number,
        least=least,
        most=most,
        title=title.seal if title else "",
        text=text.seal if text else "",
    )
    then = after(state, ask, (event,), texts)
    now = then.funding.open[it.number]
    told = say("{ref} is changed.", ref=idea.ref)
    pictures = cards(then, ask, now, (idea.number,), texts)
    return Accepted((event,), texts, (Reply(told, ref=idea.ref), *pictures))


def approve(state: State, ask: Ask[IdeaRefArgs]) -> Accepted:
    """Let an idea be backed, where a coordinator looks at each first."""
    it, idea = live_idea(state, ask)
    if not it.terms.looked_at or idea.approved:
        raise Refusal(
            "nothing-changed",
            say("{ref} can be backed already.", ref=idea.ref),
            word=idea.ref,
        )
    if ask.member is not None and ask.member.number == state.members.one(idea.author):
        raise Refusal(
            "own-idea",
            say("{ref} is yours; somebody else looks at it.", ref=idea.ref),
            word=idea.ref,
            instead=say("Another coordinator lets it be backed."),
        )
    by = ask.member.number if ask.member else 0
    event = IdeaApproved(number=idea.number, round=it.number, by=by)
    then = after(state, ask, (event,))
    told = say("{ref} can be backed: {what}", ref=idea.ref, what=called(ask, idea))
    pictures = cards(then, ask, then.funding.open[it.number], (idea.number,))
    return Accepted((event,), (), (Reply(told, ref=idea.ref), *pictures))


def withdraw(state: State, ask: Ask[CancelArgs]) -> Accepted:
    """Withdraw an idea: whoever backed it has that to give again, and is told so."""
    it, idea = live_idea(state, ask)
    check_own(state, ask, idea)
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    by = ask.member.number if ask.member else 0
    event = ended_of(state, it, idea, IdeaEnd.WITHDRAWN, by=by, reason=reason.seal if reason else "")
    then = after(state, ask, (event,))
    who = ask.member.shown if ask.member else say("The operator")
    told = lines(
        say("{who} withdraws {ref}: {what}", who=who, ref=idea.ref, what=called(ask, idea)),
        say("Because: {reason}", reason=ask.args.reason) if reason else None,
    )
    given = tuple(
        Reply(
            lines(told, say("Your {amount} is yours to give again.", amount=shown(it.terms.unit, n))),
            to=backer,
            ref=idea.ref,
        )
        for backer, n in idea.backers(state.members.one).items()
        if backer != by and state.members.member(backer).here
    )
    pictures = cards(then, ask, then.funding.open[it.number], (idea.number,))
    texts = (reason,) if reason else ()
    return Accepted((event,), texts, (Reply(told, ref=idea.ref), *given, *pictures))


def ended_of(
    state: State, it: Round, idea: Idea, why: IdeaEnd, *, by: int = 0, reason: str = ""
) -> IdeaEnded:
    """The end of an idea that gets nothing, with what it had."""
    return IdeaEnded(
        number=idea.number,
        round=it.number,
        why=why,
        count=idea.total,
        backers=len(idea.backers(state.members.one)),
        reason=reason,
        by=by,
    )


def words_of_open(state: State, ask: Ask) -> tuple[Query, ...]:
    """What the ideas of all rounds are called."""
    return words_queries(state.funding.open.values())
