"""Whoever enters by what they type, for the first time or again, is a member from then on.

What somebody asks is decided by the collective as it is once they have entered: they are counted,
asked and named like everybody, and are no older a member for having been one before.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from bot.collective.access import among
from bot.command import Command
from tests.house import COMMANDS, House, line


def house(*people: str) -> House:
    """Anna keeps the till, and all have been members for long; bo was one as long, and left."""
    it = House().enter("anna", "bo", *people)
    it.say("anna", "/role give @anna treasurer")
    it.later(days=60)
    it.say("bo", "/me leave yes")
    it.later(days=1)
    return it


def test_who_comes_back_by_proposing_is_no_old_member() -> None:
    with house("cem") as it:
        first = it.say("bo", '/propose I help --do "role give @cem treasurer"')
        it.say("bo", "/me")
        then = it.say("bo", '/propose I help --do "role give @cem treasurer"')

    assert first.error == then.error == "effect-tenure"


def test_who_comes_back_by_opening_an_old_draft_is_no_old_member() -> None:
    with House().enter("anna", "bo", "cem") as it:
        it.later(days=60)
        it.say("bo", '/draft I help --do "role give @cem treasurer"')
        it.say("bo", "/me leave yes")
        it.later(days=1)

        assert it.say("bo", "/open P1").error == "effect-tenure"


def test_who_comes_back_by_agreeing_is_no_second_pair_of_eyes() -> None:
    """What was asked while they were away they do not agree to."""
    with house() as it:
        it.say("anna", "/income 500 EUR grant")
        asked = it.say("anna", "/expense 100 EUR paint")
        it.later(days=1)
        first = it.say("bo", "/approve T2")
        it.say("bo", "/me")
        then = it.say("bo", "/approve T2")

    assert not asked.refused
    assert first.error == then.error == "member-later"


@pytest.mark.parametrize("who", ["bo", "zoe"])
@pytest.mark.parametrize("words", ["/propose Paint the wall", "/poll Which day? | Monday | Tuesday"])
def test_who_asks_is_asked(who: str, words: str) -> None:
    """Whoever enters by a question may answer it."""
    with house("cem") as it:
        it.say(who, words)
        kind, choice = ("Q1", "1") if "poll" in words else ("P1", "consent")

        assert not it.say(who, f"/vote {kind} {choice}").refused


@pytest.mark.parametrize("who", ["bo", "zoe"])
def test_who_enters_is_counted_and_known_by_name(who: str) -> None:
    with house("cem") as it:
        shared = it.say(who, f"/expense 60 EUR pizza @cem @{who}")
    with house("cem") as it:
        met = it.say(who, "/meeting open Weekly")

    assert not shared.refused
    assert "Here: 1 member." in met.text


def test_the_state_that_is_given_stays_as_it_is() -> None:
    with house("cem") as it:
        state = it.state()
        bo = state.members.by_number[2]
        there = among(state, replace(bo, here=True), it.message("bo", "").actor, it.now)

        assert not state.members.by_number[2].here
        assert there.members.by_number[2].here
        assert there.members.by_number[2].since == it.now
        assert state.members.by_number[2].since < it.now
        assert among(there, there.members.by_number[2], it.message("bo", "").actor, it.now) is there


@cache
def lively() -> House:
    """A house in which much is going on, and dee, who had a hand in all of it, has left."""
    it = House().enter("anna", "bo", "cem", "dee")
    for who, words in (
        ("anna", "/role give @anna treasurer"),
        ("anna", "/role give @bo treasurer"),
        ("anna", "/income 1000 EUR grant"),
        ("anna", "/circle create garden"),
        ("anna", "/fund create tools"),
        ("anna", "/fund add 100 EUR tools"),
        ("bo", "/meeting open Weekly"),
        ("cem", "/meeting here"),
        ("cem", "/meeting add Roof"),
        ("bo", "/meeting next"),
        ("cem", "/meeting stack"),
        ("bo", "/meeting speak"),
        ("cem", "/need 1h water"),
        ("cem", "/need 2h dig --people 2"),
        ("bo", "/poll Colour? | red | blue"),
        ("bo", "/propose Paint --method majority"),
        ("cem", "/expense 60 EUR pizza @cem @dee"),
        ("dee", "/log 1h swept"),
        ("dee", "/meeting here"),
        ("dee", "/meeting stack"),
        ("dee", "/take N1"),
        ("dee", "/vote P1 no"),
        ("dee", "/vote Q1 2"),
        ("dee", "/remind me in 2 days tea"),
        ("dee", "/circle join garden"),
        ("dee", "/timer start weeding"),
        ("dee", "/expense 10 EUR flour"),
        ("dee", "/need 2h carry"),
        ("dee", "/delegate to @bo"),
        ("bo", "/funding open 100 EUR --each 10 EUR"),
    ):
        told = it.say(who, words)
        assert not told.refused, told.text
    assert not it.say("dee", "/me leave yes").refused
    return it


def lines_of(command: Command) -> list[str]:
    """What it requires, and its first examples."""
    return list(dict.fromkeys([line(command), *(f"/{each}" for each in command.examples[:3])]))


@pytest.mark.parametrize("who", ["dee", "zoe"])
def test_every_command_can_be_the_first_word_of_whoever_enters(who: str) -> None:
    """It is answered, and what it wrote is read as it was meant."""
    broken = []
    for command in COMMANDS.values():
        for words in lines_of(command):
            with lively().copy() as it:
                told = it.say(who, words)
                if told.error == "bug" or (told.answer is not None and it.folded() != it.state()):
                    broken.append(words)

    assert not broken
