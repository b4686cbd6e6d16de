"""Looking proposals up: which one is meant, in what words, and what may be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.arguments import WithCircle, WithRef
from bot.chat import Place, Refusal, Reply
from bot.collective.catalogue import rules_of
from bot.collective.events import Seal
from bot.collective.proposals import LIFE, Act, Proposal, Stage, fold_proposal
from bot.collective.questions import Question
from bot.collective.roles import Role
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.deciding.casting import closed
from bot.decision import About, Ask, Query, RulesAt
from bot.moment import Moment
from bot.text.wording import Node, Typed, say
from commands.decisions.cards import Texts, rooms_of
from commands.decisions.effects import effect_reads


def instant_of(when: dt.datetime | None) -> int | None:
    """The instant (ms) that was typed, or None."""
    return None if when is None else int(when.timestamp() * 1000)


def texts_of(ask: Ask, typed: Mapping[Seal, str] | None = None) -> Texts:
    """The words behind commitments: just typed, or read from the journal."""
    known = typed or {}
    return lambda seal: known[seal] if seal in known else ask.text(seal)


def rules_at(state: State, ask: Ask) -> RulesAt:
    """The rules in force in any room of the collective."""

    def at(place: Place) -> Rules:
        room = state.rooms.by_place.get(place)
        number, circle = (room.number, room.circle) if room else (0, "")
        return rules_of(ask.configured, *state.rules.layers(number, circle))

    return at


def home_of(state: State) -> Place:
    """The first room of the collective: where it is told what is nobody's in particular."""
    here = sorted(state.rooms.here, key=lambda room: room.number)
    return here[0].place if here else Place("", "")


def circle_for(state: State, ask: Ask[WithCircle]) -> str:
    """The circle that is named, or the room's; empty for none. Raises Refusal."""
    named = ask.args.circle
    return state.circles.named(named).name if named else state.rooms.circle(ask.place)


def proposal_of(state: State, ask: Ask[WithRef]) -> Proposal:
    """The proposal that was named. Raises Refusal where there is none."""
    ref = ask.args.ref
    number = int(ref[1:]) if ref[0] == "P" else 0
    it = state.proposals.alive.get(number)
    if it is None and number:
        it = fold_proposal((entry.at, event) for entry, event in ask.found[About(ref)])
    if it is None:
        raise Refusal(
            "reference-unknown",
            say("There is no proposal {ref} here.", ref=ref),
            word=ref,
            instead=say("{command} lists them.", command=Typed("decisions")),
        )
    return it


def proposal_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    """The life of the proposal that was named; and when that is known, what its effect needs."""
    about = About(ask.args.ref)
    found = ask.found.get(about)
    if not found:
        return (about,)
    it = fold_proposal((entry.at, event) for entry, event in found)
    line = ask.text(it.do) if it else ""
    return (about, *(effect_reads(state, ask, it.number, line) if it and line else ()))


def check_may(it: Proposal, act: Act, at: int) -> None:
    """What may be done with a proposal at this stage of its life. Raises Refusal."""
    stage = it.stage(at)
    if act in LIFE[stage]:
        return
    if act is Act.PUT:
        raise Refusal("no-draft", say("{ref} is no draft.", ref=it.ref), word=it.ref)
    if act is Act.REVIEW:
        raise Refusal(
            "no-review",
            say("{ref} did not pass; there is nothing to look at again.", ref=it.ref),
            word=it.ref,
        )
    if stage is Stage.DRAFT:
        raise Refusal(
            "draft",
            say("{ref} is a draft.", ref=it.ref),
            word=it.ref,
            instead=say("{open} puts it to the vote.", open=Typed(f"open {it.ref}")),
        )
    check_not_over(it, at)


def check_not_over(it: Question[Any], at: int) -> None:
    """A question that is not closed at an instant (ms). Raises Refusal."""
    if not it.open_at(at):
        raise closed(it.ref, it.time(it.ended_at or it.closes))


def check_newest(last: int, moment: Moment, ref: str) -> None:
    """A vote that was said after the last one (ms), whenever it could be read. Raises Refusal."""
    if moment.said and last > moment.said_at:
        raise Refusal(
            "vote-overtaken",
            say("I could read this only now, and you have voted on {ref} since.", ref=ref),
            word=ref,
            instead=say("Vote again if you want to change it."),
        )


def check_own(state: State, ask: Ask, it: Question[Any]) -> None:
    """A question is its author's to change, and the coordinators'. Raises Refusal."""
    author = state.members.one(it.author)
    if ask.member is None or ask.member.number == author or ask.member.may(Role.COORDINATOR):
        return
    raise Refusal(
        "not-own",
        say("{ref} is {who}'s.", ref=it.ref, who=state.members.name(author)),
        word=it.ref,
        instead=say("Say what you think: {vote}", vote=Typed(f"vote {it.ref} …")),
    )


def everywhere(state: State, it: Question[Any], told: Node) -> tuple[Reply, ...]:
    """The same words for every room that a question is shown in."""
    return tuple(Reply(told, ref=it.ref, place=room.place) for room in rooms_of(state, it))
