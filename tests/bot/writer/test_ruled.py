"""The rules at many places, asked again and again: found anew only where something was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.chat import Incoming
from bot.collective.rules import Rules
from tests.house import House

HOMES = {name: f"the {name}" for name in "abcdefgh"}


class Watched:
    """A journal that says of which collectives entries were read, and which were held."""

    def __init__(self, journal: Any) -> None:
        self._journal = journal
        self.read: list[str] = []
        self.held: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with self._journal.transaction() as tx:
            yield WatchedTransaction(tx, self)


class WatchedTransaction:
    def __init__(self, tx: Any, watched: Watched) -> None:
        self._tx, self._watched = tx, watched

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def entries(self, collective: str, *more: Any) -> Any:
        self._watched.read.append(collective)
        return self._tx.entries(collective, *more)

    def hold(self, collectives: Any) -> None:
        self._watched.held += collectives
        self._tx.hold(collectives)


class Asked:
    """A house with a collective on each of eight platforms, of which two stay in memory."""

    def __init__(self, url: str) -> None:
        self.journals: list[Watched] = []
        self.house = House(homes=HOMES, states_max=2, url=url, between=self._between)
        for platform in HOMES:
            self.house.say("anna", "/me", platform)

    def _between(self, journal: Any) -> Any:
        self.journals.append(Watched(journal))
        return self.journals[-1]

    @property
    def watched(self) -> Watched:
        return self.journals[-1]

    def messages(self) -> list[Incoming]:
        return [self.house.message("bot", "", platform) for platform in HOMES]

    def rules(self) -> list[Rules | None]:
        """The rules everywhere, and what it took from now on."""
        self.watched.read.clear()
        self.watched.held.clear()
        return self.house.engine.looking.rules(self.messages())


@pytest.fixture
def asked(database_url: str) -> Iterator[Asked]:
    it = Asked(database_url)
    with it.house:
        yield it


def flags(rules: list[Rules | None]) -> str:
    """Where rules are shown, a letter each."""
    pairs = zip(HOMES, rules, strict=True)
    return "".join(name for name, its in pairs if its is not None and its.on("show-rules"))


def test_what_nobody_wrote_about_is_neither_held_nor_read_again(asked: Asked) -> None:
    assert flags(asked.rules()) == ""
    # Two are in memory.
    assert len(set(asked.watched.read)) >= len(HOMES) - 2

    again = asked.rules()

    assert flags(again) == ""
    assert (asked.watched.read, asked.watched.held) == ([], [])


def test_a_rule_that_was_set_is_found_and_only_its_collective_read(asked: Asked) -> None:
    asked.rules()
    asked.house.say("anna", "/rules set show-rules on", "c")
    asked.house.say("anna", "/rules set show-rules on", "g")

    assert flags(asked.rules()) == "cg"
    assert set(asked.watched.held) == {HOMES["c"], HOMES["g"]}
    assert set(asked.watched.read) <= {HOMES["c"], HOMES["g"]}
    assert flags(asked.rules()) == "cg"
    assert asked.watched.held == []


def test_a_rule_that_another_program_set_is_found(asked: Asked) -> None:
    asked.rules()
    with House(homes=HOMES, url=asked.house.url, program="other") as other:
        other.say("anna", "/rules set show-rules on", "d")

    assert flags(asked.rules()) == "d"


def test_what_another_program_wrote_is_known_also_where_it_was_seen_by_asking(
    database_url: str,
) -> None:
    with House(homes=HOMES, url=database_url) as house:
        house.say("anna", "/log 1h dug", "a")
        # Of b nothing is written, so its rules are known from now on.
        house.engine.looking.rules([house.message("bot", "", "b")])
        with House(homes=HOMES, url=house.url, program="other") as other:
            other.say("anna", "/log 2h watered", "a")
        # This look sees that somebody wrote; the next command must still know what.
        house.engine.looking.rules([house.message("bot", "", "b")])

        came = house.say("anna", "/log 3h baked", "a")

        assert "C3" in str(came.rows[0].reply)


def test_a_room_that_joins_a_collective_has_its_rules(database_url: str) -> None:
    with House(homes={}, url=database_url) as house:
        house.platform = "p"
        garden = house.message("anna", "", "p", room="garden", standing=("power:100",))
        assert house.engine.looking.rules([garden]) == [None]
        assert house.engine.looking.rules([garden]) == [None]
        house.say("anna", "/collective create Garden", "p", room="garden", standing=("power:100",))
        house.say("anna", "/rules set show-rules on", "p", room="garden", standing=("power:100",))

        (rules,) = house.engine.looking.rules([garden])

        assert rules is not None
        assert rules.on("show-rules")


def test_a_room_in_a_space_is_told_from_the_same_room_without(database_url: str) -> None:
    with House(homes={}, url=database_url) as house:
        house.platform = "p"
        inside = {"standing": ("power:100",), "space": "!space"}
        house.say("anna", "/collective create Garden", "p", room="garden", **inside)
        kitchen = house.message("anna", "", "p", room="kitchen")
        within = house.message("anna", "", "p", room="kitchen", space="!space")

        for _ in range(2):
            assert house.engine.looking.rules([kitchen])[0] is None
            assert house.engine.looking.rules([within])[0] is not None
