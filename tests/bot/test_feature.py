"""What serves several kinds of things does it to the one that was named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import pytest

from bot.arguments import WithRef
from bot.chat import Reply
from bot.collective.state import State
from bot.decision import About, Accepted, Ask
from bot.feature import Chapter, Deed, Feature, Features, Thing, by_letter
from bot.text.wording import Words, say
from commands import FEATURES


def telling(name: str) -> Deed:
    def decide(state: State, ask: Ask[WithRef]) -> Accepted:
        return Accepted(replies=(Reply(Words(name)),))

    def wants(state: State, ask: Ask[WithRef]) -> tuple[About, ...]:
        return (About(name),)

    return Deed(decide, wants)


def of(thing: Thing) -> Feature:
    return Feature(name=thing.letter, commands=(), thing=thing)


THINGS = (
    Thing(letter="C", show=telling("an entry")),
    Thing(letter="T", show=telling("a transfer")),
    Thing(letter="T", show=telling("a distribution"), is_meant=lambda ask: ask.args.ref == "T2"),
    Thing(letter="P", vote=telling("a vote")),
)


@dataclass
class Ref:
    ref: str


@dataclass
class Named:
    args: Ref
    features: Features = field(
        default_factory=lambda: Features.of(Chapter(say("All"), tuple(map(of, THINGS))))
    )


def named(ref: str) -> Ask[WithRef]:
    return cast(Ask[WithRef], Named(Ref(ref)))


@pytest.mark.parametrize(
    ("ref", "done"),
    [("C1", "an entry"), ("T1", "a transfer"), ("T2", "a distribution"), ("P1", "an entry")],
)
def test_what_was_named_is_shown_and_what_has_no_such_deed_is_the_usual_one_s(
    ref: str, done: str
) -> None:
    show, ask = by_letter(lambda thing: thing.show, usual="C"), named(ref)

    accepted = show.decide(State(""), ask)

    assert [reply.body for reply in accepted.replies] == [Words(done)]


def test_before_it_is_known_what_was_named_the_letter_says_what_is_read() -> None:
    show, ask = by_letter(lambda thing: thing.show, usual="C"), named("T2")

    assert show.wants(State(""), ask) == (About("a transfer"),)


def test_no_command_is_declared_twice() -> None:

    with pytest.raises(AssertionError, match="declared twice"):
        Features.of(*FEATURES.chapters, FEATURES.chapters[0])
