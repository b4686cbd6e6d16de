"""Looking rounds and ideas up: which one is meant, in what words, where it is told, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable

from bot.arguments import OptionType, WithRef, takes
from bot.chat import Place, Refusal
from bot.collective.events import When
from bot.collective.funding import Asked, Round, life_of
from bot.collective.ideas import Idea, IdeaPut, round_reference, words_of
from bot.collective.roles import Role
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.language.amounts import Amount
from bot.language.units import unit_of
from bot.text.rendering import decimal_text, unit_name
from bot.text.wording import Say, Time, Typed, Words, say
from commands.decisions.lookups import home_of

ROUND = takes(OptionType.REFERENCE, say("which round, for example F1"), positional=True)
IDEA = takes(OptionType.REFERENCE, say("which idea, for example K3"), positional=True)

# --- Rounds -----------------------------------------------------------------------------------------


def round_known(state: State, ask: Ask[WithRef]) -> Asked | Round:
    """The round that was named: one that waits, is open, or is over. Raises Refusal."""
    ref = ask.args.ref
    number = int(ref[1:]) if ref[0] == "F" else 0
    book = state.funding
    it = book.open.get(number) or book.asked.get(number)
    if it is None and number:
        entries = ask.entries(*(each for each in ask.found if isinstance(each, About)))
        waited, was = life_of(((event, When(e.at, e.actor, {})) for e, event in entries), number)
        it = was or waited
    if it is None:
        raise Refusal(
            "reference-unknown",
            say("There is no funding round {ref} here.", ref=ref),
            word=ref,
            instead=say("{command} lists them.", command=Typed("funding")),
        )
    return it


def round_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    """What its ideas are called; of one that is over, its whole life."""
    ref = ask.args.ref
    number = int(ref[1:])
    if ref[0] == "F" and number in state.funding.open:
        return (About(words_of(number)),)
    return (About(ref),)


def check_round_open(it: Round, at: int) -> None:
    """A round that is not over at an instant (ms). Raises Refusal."""
    if not it.open_at(at):
        raise Refusal(
            "round-over",
            say(
                "{ref} is over since {at}.", ref=it.ref, at=time_of(it, it.ended_at or it.terms.closes)
            ),
            instead=say("{show} tells what became of it.", show=Typed(f"show {it.ref}")),
        )


# --- Ideas ------------------------------------------------------------------------------------------


def idea_known(state: State, ask: Ask[WithRef]) -> tuple[Round, Idea]:
    """The idea that was named, with its round, also of one that is over. Raises Refusal."""
    ref = ask.args.ref
    number = int(ref[1:]) if ref[0] == "K" else 0
    found = state.funding.idea(number)
    if found is None and number:
        entries = ask.entries(*(each for each in ask.found if isinstance(each, About)))
        put = (e for _, e in entries if isinstance(e, IdeaPut) and e.number == number)
        of = next((event.round for event in put), 0)
        _, it = life_of(((event, When(e.at, e.actor, {})) for e, event in entries), of)
        found = (it, it.ideas[number]) if it is not None and number in it.ideas else None
    if found is None:
        raise Refusal(
            "reference-unknown",
            say("There is no idea {ref} here.", ref=ref),
            word=ref,
            instead=say("{command} lists them.", command=Typed("ideas")),
        )
    return found


def idea_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    """What the ideas of its round are called; of one that is over, the whole life of that."""
    ref = ask.args.ref
    found = state.funding.idea(int(ref[1:])) if ref[0] == "K" else None
    if found is not None:
        return (About(words_of(found[0].number)),)
    about = About(ref)
    put = next((event for _, event in ask.found.get(about, ()) if isinstance(event, IdeaPut)), None)
    return (about, About(round_reference(put.round))) if put else (about,)


def live_idea(state: State, ask: Ask[WithRef]) -> tuple[Round, Idea]:
    """The idea that was named, which is neither funded nor ended, of an open round. Raises Refusal."""
    it, idea = idea_known(state, ask)
    check_round_open(it, ask.moment.said_at)
    show = say("{show} tells what became of it.", show=Typed(f"show {idea.ref}"))
    if idea.funded:
        told = say("{ref} is funded already.", ref=idea.ref)
        raise Refusal("idea-funded", told, word=idea.ref, instead=show)
    if idea.ended is not None:
        told = say("{ref} was withdrawn.", ref=idea.ref)
        raise Refusal("idea-ended", told, word=idea.ref, instead=show)
    return it, idea


def words_queries(rounds: Iterable[Round]) -> tuple[Query, ...]:
    """What the ideas of these rounds are called."""
    return tuple(About(words_of(it.number)) for it in rounds)


def called(ask: Ask, idea: Idea) -> Words:
    """What it is called."""
    return Words(ask.text(idea.title))


def check_own(state: State, ask: Ask, idea: Idea) -> None:
    """An idea is its author's to change, and the coordinators'. Raises Refusal."""
    author = state.members.one(idea.author)
    if ask.member is None or ask.member.number == author or ask.member.may(Role.COORDINATOR):
        return
    raise Refusal(
        "not-own",
        say("{ref} is {who}'s.", ref=idea.ref, who=state.members.name(author)),
        word=idea.ref,
        instead=say("Its author or a coordinator can do that."),
    )


# --- Both -------------------------------------------------------------------------------------------


def place_of(state: State, number: int) -> Place | None:
    """The room where a round is told, by the number of that; None where there is none any more."""
    room = state.rooms.by_number.get(number)
    if room is not None and room.here:
        return room.place
    home = home_of(state)
    return home if home.room else None


def time_of(it: Round | Asked, at: int) -> Time:
    """An instant of a round (ms), by the clocks of whoever opened it."""
    return Time(at, it.terms.zone)


def money(it: Round | Asked, count: int) -> str:
    """An amount as it is typed."""
    return typed_money(it.terms.unit, count)


def typed_money(unit: str, count: int) -> str:
    """An amount of a currency as it is typed."""
    parts = unit_of(unit).parts
    figure = str(count // parts) if count % parts == 0 else decimal_text(count, parts)
    return f"{figure} {unit_name(unit)}"


def check_currency(it: Round, amount: Amount) -> None:
    """An amount in the currency of the round. Raises Refusal."""
    if amount.unit.code != it.terms.unit:
        raise Refusal(
            "currency-differs",
            say("{ref} is in {unit}.", ref=it.ref, unit=unit_name(it.terms.unit)),
            word=amount.unit.name,
            instead=_in(it),
        )


def _in(it: Round) -> Say:
    return say("Name an amount in it, for example {example}.", example=Words(money(it, it.terms.each)))
