"""The advice process: asking people for their advice, and telling who was asked and who answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from bot.chat import Reply
from bot.collective.events import Seal
from bot.collective.members import Member
from bot.collective.proposals import Proposal
from bot.collective.state import State
from bot.deciding.advice import ADVICE, ADVISE, decidable_from
from bot.deciding.matter import Asked
from bot.deciding.outcome import Outcome
from bot.language.tokens import mention
from bot.text.wording import Node, Passage, Strong, Typed, Words, joined, lines, say
from commands.decisions.voters import told_for


class _Texts(Protocol):
    def __call__(self, seal: Seal, /) -> str:
        """The words behind a commitment."""


def asked_of(state: State, it: Proposal) -> Asked | None:
    """Whom the author asked for advice, as they are known now."""
    return it.matter(state.members, {}).asked if it.terms else None


def people_of(asked: Asked) -> dict[int, None]:
    """All who were asked, each once."""
    return dict.fromkeys((*asked.affected, *asked.experts))


def answered(outcome: Outcome) -> tuple[int, ...]:
    """Who advised, about the text as it stands."""
    return outcome.count.said.get("advice", ())


def unanswered(state: State, it: Proposal, outcome: Outcome) -> list[int]:
    """Of whom something is awaited in the advice process: those asked, and in the end the author."""
    asked = asked_of(state, it)
    awaited = [*people_of(asked), state.members.one(it.author)] if asked else []
    return [person for person in dict.fromkeys(awaited) if person in outcome.count.silent]


def asking(state: State, it: Proposal, texts: _Texts) -> Iterator[Reply]:
    """A message of its own for each who is asked for advice on the text as it stands."""
    asked = asked_of(state, it)
    if asked is None:
        return
    for number in people_of(asked):
        who = state.members.member(number)
        body = _asking_told(state, it, texts, asked, who)
        for person in told_for(who):
            yield Reply(body, to=person, ref=it.ref)


def _asking_told(state: State, it: Proposal, texts: _Texts, asked: Asked, who: Member) -> Node:
    since = decidable_from(it.matter(state.members, {}))
    speaks = f"--for {mention(who.name)} " if who.seat else ""
    return lines(
        say(
            "{author} asks for your advice on {ref}: {title}",
            author=state.members.name(it.author),
            ref=it.ref,
            title=Strong(Words(texts(it.latest.title))),
        ),
        Passage(texts(it.latest.text)) if it.latest.text else None,
        _as_whom(asked, who.number),
        say("Answer with {line}", line=Typed(f"vote {it.ref}", (ADVISE.typed,), f"{speaks}…")),
        say("Without your answer the author may decide from {at} on.", at=it.time(since))
        if since is not None
        else None,
    )


def _as_whom(asked: Asked, number: int) -> Node:
    affected, expert = number in asked.affected, number in asked.experts
    if affected and expert:
        return say("You are asked as somebody who is affected and who knows about it.")
    if affected:
        return say("You are asked as somebody who is affected.")
    return say("You are asked as somebody who knows about it.")


def asked_told(state: State, it: Proposal, outcome: Outcome) -> Node | None:
    """Who was asked, as what, and of whom there is no answer yet; None where nobody is asked."""
    asked = asked_of(state, it)
    if asked is None or outcome.method.name != ADVICE.name:
        return None
    silent = [person for person in people_of(asked) if person not in answered(outcome)]
    return lines(
        say(
            "Asked for advice: {affected} (affected), {experts} (experts).",
            affected=_names(state, asked.affected),
            experts=_names(state, asked.experts),
        ),
        say("No answer from {people}.", people=_names(state, silent)) if silent else None,
    )


def _names(state: State, people: Iterable[int]) -> Node:
    return joined(state.members.name(person) for person in dict.fromkeys(people))
