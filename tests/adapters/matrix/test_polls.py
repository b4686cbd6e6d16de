"""What reactions and votes in polls type: worked examples."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.matrix import polls
from adapters.matrix.events import Event
from bot.chat import Button, Choice, Menu, Reply
from bot.text.wording import Words
from tests.adapters.matrix.ballots import ONE_OF, TWO_OF, YES_NO

MIXED = Reply(
    Words("x"),
    buttons=(Button(Words("stop"), "cancel Q5", emoji="⛔"), Button(Words("why"), "why Q5")),
    menus=TWO_OF.menus,
)

TYPED = [
    (YES_NO, ["👍"], "vote P3 yes"),
    (YES_NO, ["👍", "👎"], "vote P3 no"),
    (YES_NO, ["👍🏿"], "vote P3 yes"),
    (YES_NO, ["👍\ufe0f"], "vote P3 yes"),
    (YES_NO, ["🎉", "👍", "🎉"], "vote P3 yes"),
    (YES_NO, ["🎉"], None),
    (YES_NO, [], None),
    (YES_NO, [""], None),
    (ONE_OF, ["1️⃣", "3️⃣"], "vote Q4 3"),
    (ONE_OF, ["1\u20e3"], "vote Q4 1"),
    (TWO_OF, ["1️⃣"], "vote Q5 1"),
    (TWO_OF, ["3️⃣", "1️⃣"], "vote Q5 3,1"),
    (TWO_OF, ["1️⃣", "2️⃣", "3️⃣"], "vote Q5 2,3"),
    (MIXED, ["1️⃣", "⛔"], "cancel Q5"),
    (MIXED, ["⛔", "1️⃣"], "vote Q5 1"),
    (Reply(Words("closed")), ["👍"], None),
]


@pytest.mark.parametrize(("reply", "keys", "line"), TYPED)
def test_the_newest_reaction_that_presses_something_counts(
    reply: Reply, keys: list[str], line: str | None
) -> None:
    assert polls.typed_by(reply, keys) == line


def test_only_of_a_menu_that_takes_several_all_count() -> None:
    assert polls.takes_several(TWO_OF, "2️⃣")
    assert not polls.takes_several(ONE_OF, "2️⃣")
    assert not polls.takes_several(MIXED, "⛔")


VOTED = [
    (ONE_OF, ["2"], "vote Q4 2"),
    (ONE_OF, ["2", "1"], "vote Q4 2"),
    (ONE_OF, [], "vote Q4 withdraw"),
    (ONE_OF, ["9"], "vote Q4 withdraw"),
    (ONE_OF, ["1", "9"], "vote Q4 withdraw"),
    (ONE_OF, ["1; drop"], "vote Q4 withdraw"),
    (TWO_OF, ["3", "1"], "vote Q5 3,1"),
    (TWO_OF, ["3", "3", "1"], "vote Q5 3,1"),
    (TWO_OF, ["1", "2", "3"], "vote Q5 1,2"),
]


@pytest.mark.parametrize(("reply", "chosen", "line"), VOTED)
def test_a_vote_in_a_poll_types_the_menus_line(reply: Reply, chosen: list[str], line: str) -> None:
    assert polls.voted(reply.menus[0], str(reply.ref), chosen) == line


RELATED = {"rel_type": "m.reference", "event_id": "$poll"}
UNSTABLE = "org.matrix.msc3381.poll.response"


def vote(kind: str, content: dict[str, Any], related: object = RELATED) -> Event:
    return Event(kind, "@bo:x", "$v", {**content, "m.relates_to": related})


ANSWERS = [
    (vote(UNSTABLE, {UNSTABLE: {"answers": ["1", "2"]}}), ("1", "2")),
    (vote("m.poll.response", {"m.selections": ["1"]}), ("1",)),
    (vote(UNSTABLE, {}), ()),
    (vote(UNSTABLE, {UNSTABLE: {"answers": [3]}}), ()),
    (vote(UNSTABLE, {UNSTABLE: {"answers": "1"}}), ()),
    (vote("m.poll.response", {"m.selections": {"1": 1}}), ()),
    (vote("m.room.message", {"m.selections": ["1"]}), None),
    (vote(UNSTABLE, {UNSTABLE: {"answers": ["1"]}}, {**RELATED, "rel_type": "m.thread"}), None),
    (vote(UNSTABLE, {UNSTABLE: {"answers": ["1"]}}, 3), None),
]


@pytest.mark.parametrize(("event", "chosen"), ANSWERS)
def test_what_was_chosen_is_read_in_both_forms(event: Event, chosen: tuple[str, ...] | None) -> None:
    assert polls.answers(event) == chosen


def test_what_cannot_be_shown_as_a_poll_is_not() -> None:
    many = tuple(Choice(Words(str(n)), str(n)) for n in range(polls.ANSWERS_MAX + 1))

    assert polls.as_poll(ONE_OF) == ONE_OF.menus[0]
    for reply in (
        YES_NO,
        Reply(Words("x"), menus=ONE_OF.menus),
        Reply(Words("x"), menus=(*ONE_OF.menus, *TWO_OF.menus), native=True),
        Reply(Words("x"), menus=(Menu(Words("x"), "vote Q1", many),), native=True),
        Reply(Words("x"), menus=(Menu(Words("x"), "vote Q1", ()),), native=True),
    ):
        assert polls.as_poll(reply) is None


def test_a_poll_says_in_words_what_it_asks_and_stands_by_its_card() -> None:
    menu = ONE_OF.menus[0]
    asked = polls.start("Which?" * 100, ["Rye", "Wheat", "Spelt"], menu, "$card", "")
    threaded = polls.start("Which?", ["Rye", "Wheat", "Spelt"], menu, "$card", "$root")

    assert len(asked[polls.START]["question"][polls.TEXT]) == polls.QUESTION_CHARACTERS_MAX
    assert asked["m.relates_to"] == {"rel_type": "m.reference", "event_id": "$card"}
    assert threaded["m.relates_to"]["rel_type"] == "m.thread"
    assert threaded["m.relates_to"]["event_id"] == "$root"
    assert asked["m.mentions"] == {}
    assert polls.card_of(Event(polls.START, "@bot:x", "$p", asked)) == "$card"
    assert polls.card_of(Event("m.room.message", "@bot:x", "$p", asked)) == ""
