"""S1, S3, S4, K1, K3: what somebody typed is a leaf of every answer, never markup or a mention."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.arguments import OptionType
from bot.command import Command
from bot.text.languages import reader
from bot.text.rendering import Plain, render
from bot.text.wording import (
    Code,
    Items,
    Joined,
    Lines,
    Link,
    Node,
    Passage,
    Person,
    Say,
    Strong,
    Table,
    Typed,
    Words,
)
from tests.house import COMMANDS, House, line, settled
from tests.house.cases import dealt, first
from tests.security.payloads import MARKUP, MENTIONS

CANARY = "ZEBRA"
PARTS = 4
PAYLOADS = [f"{text} {CANARY}" for text in (*MENTIONS.values(), *MARKUP.values())]

OPEN, CLOSE = "\ue000", "\ue001"


class Walls(Plain):
    """A platform that puts walls around everything that it was asked to make harmless."""

    def escape(self, text: str) -> str:
        return f"{OPEN}{super().escape(text)}{CLOSE}"

    def code(self, text: str) -> str:
        return f"{OPEN}{super().code(text)}{CLOSE}"

    def link(self, url: str) -> str:
        return f"{OPEN}{super().link(url)}{CLOSE}"


def outside(text: str) -> str:
    """What a rendered text has outside of its walls."""
    kept, depth = [], 0
    for sign in text:
        depth += (sign == OPEN) - (sign == CLOSE)
        if not depth:
            kept.append(sign)
    assert depth == 0
    return "".join(kept)


def sentences(tree: Node) -> list[str]:
    """All message ids in a tree: what the catalogues translate, and what is never escaped twice."""
    match tree:
        case Say(text, places, many):
            inside = [each for place in places.values() for each in sentences(place)]
            return [text, *([many] if many else []), *inside]
        case Strong(body):
            return sentences(body)
        case Joined(parts, _) | Lines(parts) | Items(parts):
            return [each for part in parts for each in sentences(part)]
        case Table(heading, rows):
            cells = [*heading, *(cell for row in rows for cell in row)]
            return [each for cell in cells for each in sentences(cell)]
        case _:
            return []


def lines_with(command: Command, payload: str) -> list[str]:
    """Every way to get a payload into a command, as text, name, kind, reference, choice or note."""
    texts = [line(command, {option.name: payload}) for option in command.options]
    quoted = [
        line(command, {option.name: f'"{payload}"'})
        for option in command.options
        if '"' not in payload and option.type is not OptionType.LONG
    ]
    return [*texts, *quoted, f"{line(command)} {payload}", f"/{command.name} {payload}"]


def check(house: House, words: str, **said: str) -> None:
    for row in house.say("anna", words, **said).rows:
        trees = [row.reply.body, *(button.label for button in row.reply.buttons)]
        for tree in trees:
            assert not any(CANARY in text for text in sentences(tree)), words
            shown = render(tree, reader("en", "UTC"), Walls())
            assert CANARY not in outside(shown), words


@pytest.mark.parametrize("part", first(1, range(PARTS)))
@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_typed_words_reach_no_answer_but_as_a_leaf(command: Command, part: int) -> None:
    for payload in dealt(PAYLOADS, PARTS, part + len(command.name)):
        house = settled()
        for words in lines_with(command, payload):
            check(house, words)
        house.close()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_kept_comes_out_as_a_leaf_too(payload: str) -> None:
    house = House({"confirmations": 1})
    for who in ("anna", "bo"):
        house.say(who, "/me", name=f"{who} {payload}")
    check(house, f"/log 1h {payload} --circle {CANARY}\n{payload}\n{payload}")
    check(house, f'/log 2 pcs "{payload}" --proof https://{CANARY}/{payload.split(maxsplit=1)[0]}')
    check(house, f'/log 2 pcs @me "{payload}"')
    house.say("bo", f"/dispute C1 {payload}")
    for words in ("/show C1", "/show C2", "/show C3", "/contributions", "/statement", "/ledger", "/me"):
        check(house, words)
    check(house, "/balance @bo", room=f"{payload}")
    check(house, f"/withdraw C1 {payload}")
    check(house, "/show C1")
    house.clock.move_by(dt.timedelta(hours=1))
    house.say("anna", f"/timer start {payload}")
    check(house, "/timer status")
    check(house, "/timer stop")
    house.close()


def test_nobody_is_ever_mentioned_by_the_bot_itself() -> None:
    house = settled()
    for command in COMMANDS.values():
        for row in house.say("anna", line(command, full=True)).rows:
            assert "@everyone" not in "".join(sentences(row.reply.body))
            assert "@room" not in "".join(sentences(row.reply.body))
    house.close()


def test_the_walls_of_this_test_hold() -> None:
    tree = Say("{who} said", {"who": Words(CANARY)})
    assert CANARY not in outside(render(tree, reader("en", "UTC"), Walls()))
    assert CANARY in outside(render(tree, reader("en", "UTC")))
    leaves = (Words("x"), Passage("x\ny"), Person("x"), Typed("x"), Code("x"), Link("https://x"))
    for leaf in leaves:
        assert "x" not in outside(render(leaf, reader("en", "UTC"), Walls()))
