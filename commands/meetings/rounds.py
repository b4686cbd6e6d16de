"""A round: everybody who is there speaks once, one after the other, or passes.

Who begins is drawn, and each round goes the other way than the one before; one that was broken off is
drawn no second time. Source: Sociocracy 3.0, A Practical Guide: rounds.
"""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Button, Refusal, Reply
from bot.collective.meetingevents import RoundOpened, RoundPassed, SpeakerCalled
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.text.wording import Node, Typed, Words, joined, lines, say
from bot.value.apportion import drawn
from commands.meetings.calls import check_round
from commands.meetings.cards import in_round
from commands.meetings.lookups import (
    check_leads,
    comes,
    in_room,
    meeting_of,
    meeting_queries,
    place_of,
    stepped,
)
from commands.meetings.signals import check_question
from commands.meetings.speakers import round_on
from commands.meetings.spokes import check_spokes, who_speaks


@arguments
class GoRoundArgs:
    """What `/go-round` takes."""

    question: str = takes(
        OptionType.TEXT, say("what everybody says something to"), positional=True, default=""
    )


def round_order(people: list[int], seed: str, *, back: bool) -> tuple[int, ...]:
    """The order of a round: who begins is drawn with the seed, then as people came, or back."""
    ring = people[::-1] if back else people
    first = ring.index(min(people, key=lambda number: drawn(seed, number)))
    return (*ring[first:], *ring[:first])


def go_round(state: State, ask: Ask[GoRoundArgs]) -> Accepted:
    """Have everybody who is there speak once; the first one speaks now."""
    it = meeting_of(state, ask)
    check_leads(state, ask, it)
    check_round(state, it)
    question = ask.args.question
    check_question(question)
    if it.rounding:
        raise Refusal(
            "round-open",
            say("A round is going on; {who} speaks.", who=state.members.name(it.speaking))
            if it.speaking
            else say("A round is going on."),
            instead=say("{line} calls who is next.", line=Typed("meeting speak")),
        )
    came = comes(state, it, ask.me)
    check_spokes(state, it)
    people = who_speaks(state, it.stepped(came, ask.moment.at))
    sealed = ask.moment.seal(question) if question else None
    # Whoever breaks a round off does not draw until it is who suits them that begins.
    seed = it.seed or ask.moment.chance.salt().hex()
    order = round_order(people, seed, back=bool(it.rounds % 2))
    opened = RoundOpened(
        number=it.number, order=order, seed=seed, question=sealed.seal if sealed else ""
    )
    events = (*came, opened, SpeakerCalled(number=it.number, member=order[0]))
    begins = state.members.name(order[0])
    body = lines(
        say("A round: {question}", question=Words(question)) if question else say("A round."),
        say("{who} begins, as drawn. Then: {names}.", who=begins, names=_names(state, order[1:]))
        if order[1:]
        else say("{who} begins, as drawn.", who=begins),
        say("The draw is that of the last round, which was broken off.") if it.seed else None,
    )
    typed = say("{line} if you say nothing.", line=Typed("pass"))
    place = place_of(state, ask, it)
    buttons = (Button(say("Pass"), "pass", emoji="\u23ed"),)
    told = (Reply(body, ref=it.ref, place=place, buttons=buttons, typed=typed),) if place else ()
    return stepped(state, ask, it, events, *told, texts=(sealed,) if sealed else ())


def _names(state: State, numbers: tuple[int, ...]) -> Node:
    return joined(state.members.name(number) for number in numbers)


def pass_(state: State, ask: Ask) -> Accepted:
    """Say nothing in this round; where it is one's turn, the next one speaks."""
    it = meeting_of(state, ask)
    numbers = set(state.members.numbers(ask.me.number))
    now = it.speaking in numbers
    mine = it.speaking if now else next((n for n in in_round(state, it) if n in numbers), 0)
    if not it.rounding or not mine:
        raise Refusal(
            "no-round",
            say("It is not for you to speak in a round now."),
            instead=say("On the list of speakers: {line}", line=Typed("meeting stack")),
        )
    passed = RoundPassed(number=it.number, member=mine)
    told = say("{who} passes.", who=ask.me.shown)
    if now:
        return round_on(state, ask, it, (passed,), told)
    return stepped(state, ask, it, (passed,), *in_room(state, ask, it, told))


COMMANDS = (
    Command(
        name="go-round",
        grouped="go-round begin",
        about=say("have everybody who is at the meeting speak once"),
        also=say("go round, round, check-in, check in, checkout round, round robin"),
        decide=go_round,
        wants=meeting_queries,
        args=GoRoundArgs,
        examples=("go-round", "go-round How does this look to you?"),
    ),
    Command(
        name="pass",
        grouped="go-round pass",
        about=say("say nothing in the round"),
        also=say("skip me, pass on"),
        decide=pass_,
        wants=meeting_queries,
    ),
)
