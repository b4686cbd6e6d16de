"""Looking needs up: which one is meant, in what words, and whose it is to do."""

from __future__ import annotations

from collections.abc import Iterable

from bot.arguments import OptionType, WithRef, takes
from bot.chat import Place, Refusal
from bot.collective.events import When
from bot.collective.members import Member
from bot.collective.needevents import ShiftsMade, reference
from bot.collective.needs import Held, Need, life_of
from bot.collective.roles import Role
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.language.units import unit_of
from bot.text.wording import Node, Quantity, Time, Typed, Words, joined, say
from commands.decisions.lookups import home_of

REF = takes(OptionType.REFERENCE, say("which one, for example N5"), positional=True)


def need_of(state: State, ask: Ask[WithRef]) -> Need:
    """The need or offer that was named, also one that is over. Raises Refusal."""
    ref = ask.args.ref
    number = int(ref[1:]) if ref[0] == "N" else 0
    it = state.needs.open.get(number)
    if it is None and number:
        entries = ask.entries(*(each for each in ask.found if isinstance(each, About)))
        it = life_of(((event, When(e.at, e.actor, {})) for e, event in entries), number)
    if it is None:
        raise Refusal(
            "reference-unknown",
            say("There is no need or offer {ref} here.", ref=ref),
            word=ref,
            instead=say("{command} lists them.", command=Typed("needs")),
        )
    return it


def open_need(state: State, ask: Ask[WithRef]) -> Need:
    """The need or offer that was named, which is still on the board. Raises Refusal."""
    it = need_of(state, ask)
    if it.number in state.needs.open:
        return it
    raise Refusal(
        "need-closed",
        say("{ref} is not on the board any more.", ref=it.ref),
        word=it.ref,
        instead=say("{show} tells what became of it.", show=Typed(f"show {it.ref}")),
    )


def need_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    """Its words; of one that is over, its whole life, and that of what it is a date of."""
    ref = ask.args.ref
    it = state.needs.open.get(int(ref[1:])) if ref[0] == "N" else None
    if it is not None:
        return words_queries([it])
    about = About(ref)
    made = next((e for _, e in ask.found.get(about, ()) if isinstance(e, ShiftsMade)), None)
    return (about, About(reference(made.number))) if made and made.number != int(ref[1:]) else (about,)


def life_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    """Its whole life, whether it is over or not."""
    ref = ask.args.ref
    it = state.needs.open.get(int(ref[1:])) if ref[0] == "N" else None
    return (About(ref), *words_queries([it])) if it else need_queries(state, ask)


def words_queries(needs: Iterable[Need]) -> tuple[Query, ...]:
    """What these are called."""
    subjects = dict.fromkeys(each for it in needs for each in it.subjects)
    return tuple(map(About, subjects))


def called(ask: Ask, it: Need) -> Words:
    """What it is called."""
    return Words(ask.text(it.what))


def asked_by(state: State, it: Need) -> Member:
    """Whose need or offer it is."""
    return state.members.member(it.author)


def held_by(state: State, it: Need, member: int) -> tuple[int, Held] | None:
    """What a person has taken of it, under whichever of their numbers."""
    numbers = state.members.numbers(member)
    return next(((each, it.taken[each]) for each in numbers if each in it.taken), None)


def doer(state: State, it: Need, taker: int) -> int:
    """Who does it: who took what is needed, or whose offer it is."""
    return state.members.one(it.author if it.terms.offer else taker)


def place_of(state: State, it: Need) -> Place | None:
    """The room where it is told; None where there is none any more."""
    room = state.rooms.by_number.get(it.room)
    if room is not None and room.here:
        return room.place
    home = home_of(state)
    return home if home.room else None


def check_own(state: State, ask: Ask, it: Need) -> None:
    """It is its author's to change, and the coordinators'. Raises Refusal."""
    author = state.members.one(it.author)
    if ask.member is None or ask.member.number == author or ask.member.may(Role.COORDINATOR):
        return
    raise Refusal(
        "not-own",
        say("{ref} is {who}'s.", ref=it.ref, who=state.members.name(author)),
        word=it.ref,
        instead=say("Its author or a coordinator can do that."),
    )


def check_may(state: State, ask: Ask, it: Need, who: Member) -> None:
    """Whether the rules let somebody take it at all. Raises Refusal."""
    own = state.members.one(it.author) == who.number
    if own and it.terms.offer:
        raise Refusal(
            "own-offer",
            say("{ref} is your own offer; somebody else takes it.", ref=it.ref),
            word=it.ref,
            instead=say("{cancel} takes it off the board.", cancel=Typed(f"cancel {it.ref}")),
        )
    if own and not ask.rules.on("own-needs"):
        raise refused_by(
            "own-needs", say("{who} asked for {ref}; others take it.", who=who.shown, ref=it.ref)
        )
    circle = state.circles.by_name.get(it.terms.circle)
    numbers = {*state.members.numbers(who.number)}
    closed = circle is not None and ask.rules.text("circle-needs") == "circle"
    if circle is not None and closed and not numbers & circle.members:
        raise refused_by(
            "circle-needs",
            say("{ref} is for those who work in {circle}.", ref=it.ref, circle=circle.name),
            instead=say("{line} shows who does.", line=Typed("circle")),
        )


def free_told(it: Need) -> Node:
    """What is still open of it."""
    places, rest = divmod(max(it.free, 0), it.terms.size)
    if it.terms.count and rest:
        left = Quantity(it.free, it.terms.unit, unit_of(it.terms.unit).parts)
        return say("{amount} open", amount=left)
    if it.terms.places == 1:
        return say("open") if places else say("taken")
    return say("{free} of {places} places open", free=places, places=it.terms.places)


def takers_told(state: State, it: Need) -> Node | None:
    """Who has taken it."""
    return joined(state.members.name(number) for number in it.taken) if it.taken else None


def when_told(it: Need) -> Node | None:
    """When it is, or until when."""
    if not it.terms.at:
        return None
    at = Time(it.terms.at, it.terms.zone)
    if it.terms.every:
        return at
    return say("until {at}", at=at) if it.terms.offer else say("by {at}", at=at)


def time_line(it: Need) -> Node | None:
    """When it is, as a line of its own."""
    when = when_told(it)
    return say("When: {when}", when=when) if when is not None else None
