"""What may be read only once: sealed as long as it waits, and gone with the program that wrote it."""

from __future__ import annotations

import msgspec
import pytest

from bot.chat import Key, Outgoing, Place, Reply
from bot.text.wording import say
from storage.fleeting import Memory
from tests.house import plain

CODE = "BXXM-ZMW3"


def answer(*, fleeting: bool) -> Outgoing:
    reply = Reply(
        say("Type {line}.", line=CODE), private=True, ref="Q1", facts={"code": CODE}, fleeting=fleeting
    )
    key, place = Key("m", "m1"), Place("m", "hall")
    return Outgoing(key, 0, "home", place, "ann", reply, "en", "Europe/Berlin", "/", 7)


@pytest.mark.parametrize("fleeting", [False, True])
def test_the_program_that_kept_it_tells_it(*, fleeting: bool) -> None:
    memory = Memory()
    assert memory.told(memory.kept(answer(fleeting=fleeting))) == answer(fleeting=fleeting)


def test_what_is_fleeting_is_nowhere_in_what_is_kept() -> None:
    assert CODE in Memory().kept(answer(fleeting=False))
    assert CODE not in Memory().kept(answer(fleeting=True))


def test_another_program_says_that_it_was_lost() -> None:
    told = Memory().told(Memory().kept(answer(fleeting=True)))
    assert plain(told) == "My answer to this was lost when I was restarted. Please ask me again."
    assert told.reply.fleeting
    assert told.reply.private
    assert told.reply.facts == {}
    asked = answer(fleeting=True)
    assert msgspec.structs.replace(asked, reply=told.reply) == told


def test_another_program_tells_what_is_not_fleeting() -> None:
    assert Memory().told(Memory().kept(answer(fleeting=False))) == answer(fleeting=False)
