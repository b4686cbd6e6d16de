"""Places are never taken twice over, and hours that are done are hours that are logged."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from bot.books.audit import compare
from bot.collective.contributions import ContributionLogged
from bot.collective.needevents import NeedDone
from tests.house.cases import first
from tests.house.house import House

BOTH = {"a": "alpha", "b": "alpha"}

PRESSES = (("bo", "a"), ("cem", "b"), ("dora", "a"), ("eino", "b"))


@pytest.mark.parametrize("order", first(6, sorted(permutations(range(4)), key=lambda it: it[1])))
def test_two_places_are_taken_by_the_first_two_on_whichever_platform(order: tuple[int, ...]) -> None:
    with House(homes=BOTH).enter("ann") as house:
        house.say("ann", "/need 2h carry boxes --people 2")
        presses = [PRESSES[each] for each in order]

        came = house.hand_in([house.message(who, "/take N1", platform) for who, platform in presses])

        need = house.state("alpha").needs.open[1]
        names = [house.state("alpha").members.name(number).name for number in need.taken]
        assert names == [who for who, _ in presses[:2]]
        assert need.free == 0
        assert all("no open place" in each.text for each in came[2:])


@pytest.mark.parametrize("seed", first(8, range(60)))
def test_no_order_of_presses_oversubscribes_and_what_is_done_is_what_is_logged(seed: int) -> None:
    chance = random.Random(seed)
    people = ["ann", "bo", "cem", "dora"]
    with House(homes=BOTH).enter(*people) as house:
        house.say("ann", "/need 2h wash up --people 2")
        house.say("ann", "/need 3h paint")
        house.say("ann", '/need 1h till --every "every day 18:00" --people 2')
        for _ in range(60):
            who, ref = chance.choice(people), f"N{chance.randrange(1, 8)}"
            other = chance.choice(people)
            lines = (
                f"/take {ref}",
                f"/take {ref} --part 1h",
                f"/take {ref} --every",
                f"/drop {ref}",
                f"/swap {ref} @{other}",
                f"/done {ref}",
            )
            house.say(who, chance.choice(lines), chance.choice("ab"))
            if chance.random() < 0.1:
                house.later(hours=chance.randrange(1, 40))
            assert all(it.free >= 0 for it in house.state("alpha").needs.open.values())

        events = house.events("alpha")
        logged = {e.number: e.share.count for e in events if isinstance(e, ContributionLogged)}
        done = {e.contribution: e.count for e in events if isinstance(e, NeedDone)}
        assert done == logged
        assert not list(compare(house.folded("alpha"), house.state("alpha")))
