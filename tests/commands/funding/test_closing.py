"""How rounds end: by the clock, however late; and that no cent is left or made on the way."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.collective.ideas import IdeaEnd
from bot.collective.state import State
from bot.collective.treasury import TransferMade
from tests.commands.funding.test_backing import back, house, in_funds, whole
from tests.house import House, cooperative
from tests.house.lives import sums

WHO = st.sampled_from(("ann", "bo", "cem", "dee", "eve"))
K = st.integers(1, 5)
CENTS = st.builds("{}.{:02}".format, st.integers(0, 40), st.integers(0, 99))

STEPS = st.one_of(
    st.tuples(WHO, st.builds("/back K{} {} EUR".format, K, CENTS)),
    st.tuples(WHO, st.builds("/back K{} {} EUR".format, K, CENTS)),
    st.tuples(WHO, st.builds("/back K{} {} EUR".format, K, CENTS)),
    st.tuples(WHO, st.builds("/unback K{}".format, K)),
    st.tuples(WHO, st.builds("/idea x --min {} --max {}".format, CENTS, CENTS)),
    st.tuples(WHO, st.builds("/ideas change K{} --min {}".format, K, CENTS)),
    st.tuples(WHO, st.builds("/ideas accept K{}".format, K)),
    st.tuples(WHO, st.builds("/cancel K{}".format, K)),
    st.tuples(st.sampled_from(("ann", "bo")), st.just("/cancel F1")),
    st.tuples(st.sampled_from(("cem", "dee")), st.just("/me leave yes")),
    st.tuples(st.just("eve"), st.just("/me forget yes")),
    st.tuples(st.just("later"), st.integers(1, 9).map(str)),
)
"""What people do with a round, of which much is refused."""


def pots(state: State) -> dict[tuple[str, str], int]:
    return {key: n for key, n in state.ledger.balances.items() if n and key[0].startswith("fund:F")}


def holds(it: House) -> None:
    """What is given and what is left make the pot; nobody gives more than their share."""
    state = it.state()
    for number, each in state.funding.open.items():
        funded = each.funded
        assert each.given + each.left == each.terms.count
        assert each.left >= 0
        assert each.given == sum(
            sum(idea.backing.values()) if not idea.funded else idea.funded
            for idea in each.ideas.values()
            if idea.ended is None
        )
        lies = state.ledger.balances.get((f"fund:F{number}", each.terms.unit), 0)
        assert lies + funded == each.terms.count
        for member in state.members.by_number:
            assert each.spent_by(state.members.numbers(member)) <= each.terms.each
        for idea in each.ideas.values():
            assert idea.total <= idea.most
    if not state.funding.open:
        assert pots(state) == {}
    assert not any(sums(it).values())


@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=6, max_size=25), hidden=st.booleans())
def test_given_and_left_are_the_pot_and_a_round_that_ended_leaves_no_cent(
    steps: list[tuple[str, str]], *, hidden: bool
) -> None:
    it = cooperative("bo", "cem", "dee", "eve", rules=("digest off",))
    for line in (
        "/income 1000 EUR a client",
        f"/funding open 100 EUR --each 30 EUR{' --hidden' if hidden else ''}",
        "/idea a --min 20 --max 40",
        "/idea b --min 7.77",
    ):
        assert it.say("ann", line).error == ""
    for who, line in steps:
        if who == "later":
            it.later(dt.timedelta(days=int(line)))
        else:
            it.say(who, line, private="forget" in line)
        holds(it)
    it.later(days=30)
    assert it.state().funding.open == {}
    assert pots(it.state()) == {}
    assert sum(n for (name, _), n in it.state().ledger.balances.items() if _is_cash(name)) == 100_000
    whole(it)


def _is_cash(account: str) -> bool:
    return account == "treasury" or account.startswith(("fund:", "held:"))


def test_after_a_long_time_off_it_closes_once_and_counts_for_the_day_that_it_is() -> None:
    it = house()
    back(it, "cem", "K1", "60 EUR")
    it.clock.move_by(dt.timedelta(days=100))
    assert it.say("dee", "/back K1 10 EUR").error == "round-over"
    assert "is over" in it.later().text
    today = it.clock.now().date().isoformat()
    assert "is over" not in it.later(days=1).text
    days = {event.order.day for event in it.events() if isinstance(event, TransferMade)}
    assert today in days
    assert in_funds(it) == {"k1": {"EUR": "60.00"}}
    whole(it)


def test_the_clock_closes_it_also_where_the_books_of_today_are_closed() -> None:
    it = house()
    back(it, "cem", "K1", "60 EUR")
    day = (it.clock.now() + dt.timedelta(days=20)).date().isoformat()
    assert it.say("ann", f"/rules set closed-until {day}").error == ""
    made = len(it.events())
    assert "is over" in it.later(days=11).text
    moved = [each.order.day for each in it.events()[made:] if isinstance(each, TransferMade)]
    assert len(moved) == 3
    assert min(moved) > day
    assert it.state().funding.open == {}
    whole(it)


def test_of_two_rounds_each_closes_at_its_time() -> None:
    it = house()
    assert it.say("ann", "/funding open 20 EUR --each 10 EUR --closes in 3 days").error == ""
    assert "F2 is over" in it.later(days=4).text
    assert set(it.state().funding.open) == {1}
    assert "F1 is over" in it.later(days=8).text


def test_what_became_of_each_idea_is_told_for_good() -> None:
    it = house(ideas=("A --min 50 --max 100", "B --min 20", "C --min 30", "D --min 1"))
    back(it, "cem", "K2", "20 EUR")
    back(it, "dee", "K1", "50 EUR")
    back(it, "ann", "K3", "29 EUR")
    assert it.say("bo", "/cancel K4").error == ""
    told = it.later(days=11).text
    assert "2 ideas are funded, with 70.00 EUR; 80.00 EUR goes back" in told
    status = {ref: it.say("ann", f"/show {ref}").facts["status"] for ref in ("K1", "K2", "K3", "K4")}
    assert status == {
        "K1": "funded",
        "K2": "funded",
        "K3": IdeaEnd.MISSED.value,
        "K4": IdeaEnd.WITHDRAWN.value,
    }
    facts = it.say("ann", "/show F1").facts
    assert (facts["given"], facts["left"]) == ({"EUR": "70.00"}, {"EUR": "0.00"})
    assert "F1" in it.say("ann", "/funding").text


@pytest.mark.parametrize("line", ["/funding", "/ideas", "/show F1", "/show K1"])
def test_all_of_it_fits_a_phone(line: str) -> None:
    many = tuple(f"An idea of number {n} --min 50 --max 100" for n in range(30))
    it = house(ideas=many)
    told = it.say("ann", line).text
    assert len(told.splitlines()) <= 45, told
    card = it.say("bo", "/idea one more --min 5").rows[-1]
    assert str(card.reply.body).count("K") < 40


def test_the_digest_tells_what_was_funded_and_coordinators_what_waits() -> None:
    it = house(line="/funding open 150 EUR --each 60 EUR --looked-at", ideas=("Awordy --min 50",))
    told = it.say("ann", "/digest now")
    assert "F1: 0.00 EUR of 150.00 EUR" in told.text
    needs = it.say("ann", "/digest preview", private=True).text
    assert "K1 waits to be looked at" in needs + told.text
    assert it.say("ann", "/ideas approve K1").error == ""
    back(it, "cem", "K1", "50 EUR")
    it.later(seconds=5)
    assert "K1 is funded with 50.00 EUR: Awordy" in it.say("ann", "/digest now").text
