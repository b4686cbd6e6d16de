"""What is asked of one member is what a walk over everybody's says, and takes no such walk."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.books.audit import compare
from bot.collective.contributions import Status
from bot.collective.events import Posting
from bot.collective.folding import fold
from bot.collective.ledger import Ledger, member_account
from bot.collective.snapshots import read_snapshot, write_snapshot
from bot.collective.state import State
from bot.collective.treasury import between_account, held_account
from bot.writer import knowing
from bot.writer.homes import Scene
from commands.ledger import exits, ledger
from tests.house import House, cooperative
from tests.house.cases import first
from tests.house.journals import book

# --- The same as by a walk over everybody's -------------------------------------------------------

ACCOUNTS = ("member:1", "member:2", "held:1", "held:2", "treasury")
POSTED = st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(("h", "EUR", "kg")), st.integers(-9, 9))
ASKED = st.lists(st.sampled_from((*ACCOUNTS, "member:3")), max_size=4)


def walked(it: Ledger, *accounts: str) -> list[tuple[str, int]]:
    """What some accounts hold together, by a walk over all balances; as the units first came."""
    sums: dict[str, int] = {}
    for (name, unit), count in it.balances.items():
        if name in accounts:
            sums[unit] = sums.get(unit, 0) + count
    return [*sums.items()]


def walked_apart(state: State, number: int) -> dict[Status, dict[str, int]]:
    """What of a member's does not count, by a walk over all that does not."""
    numbers = state.members.numbers(number)
    sums: dict[Status, dict[str, int]] = {}
    for status, share in state.contributions.unsettled.values():
        if share.member in numbers:
            of_status = sums.setdefault(status, {})
            of_status[share.unit] = of_status.get(share.unit, 0) + share.count
    return sums


@given(st.lists(st.one_of(POSTED, ASKED)))
def test_balances_of_accounts_are_those_of_a_walk_whenever_they_are_asked(steps: list[Any]) -> None:
    it = Ledger()
    for step in steps:
        if isinstance(step, tuple):
            it.post([Posting(*step)])
        else:
            assert [*it.of(*step).items()] == walked(it, *step)
    for account in ACCOUNTS:
        assert [*it.of(account).items()] == walked(it, account)


def check(state: State, said: str) -> None:
    """Of everybody there is, and of nobody else."""
    known = state.contributions
    for number in state.members.by_number:
        numbers = state.members.numbers(number)
        for of in (member_account, held_account, between_account):
            own = [*map(of, numbers)]
            assert [*state.ledger.of(*own).items()] == walked(state.ledger, *own), said
        theirs = [(n, *it) for n, it in known.unsettled.items() if it[1].member == number]
        assert [*known.unsettled_of([number])] == theirs, said
        assert ledger._apart(state, number) == walked_apart(state, number), said
    assert {n for n, *_ in known.unsettled_of(known.waiting)} == known.unsettled.keys(), said
    assert all(known.waiting.values()), said


def test_after_each_event_of_every_kind_it_is_what_a_walk_says() -> None:
    made = book(5, 150, whole=True)
    state = State("home")
    waited = set[Status]()
    for number, entry in enumerate(made.entries):
        fold(state, [entry], {})
        check(state, entry.payload)
        waited |= {status for _, status, _ in state.contributions.unsettled_of((1, 2, 3))}
        if not number % 40:
            state = read_snapshot(write_snapshot(state))
            check(state, entry.payload)

    assert waited == {Status.RECORDED, Status.DISPUTED}


PEOPLE = ("ann", "bo", "cem", "dag")
STEPS = 100


def lines(draw: random.Random, house: House) -> Iterator[tuple[str, str]]:
    """What somebody might type."""
    while True:
        who, other = draw.sample(PEOPLE, 2)
        entry = f"C{draw.randint(1, max(1, house.state().contributions.count))}"
        transfer = f"T{draw.randint(1, max(1, house.state().treasury.count))}"
        amount = f"{draw.randint(1, 900)} {draw.choice(['EUR', 'EUR', 'USD'])}"
        gave = f"{draw.randint(1, 30)}m" if draw.random() < 0.7 else f"{draw.randint(1, 9)} EUR"
        yield draw.choice(
            [
                (who, f"/log {gave} something"),
                (who, f"/log {gave} something --who @{other}"),
                (who, f"/amend {entry} {draw.randint(1, 60)}m"),
                (who, f"/amend {entry} --who @{other}"),
                (who, f"/withdraw {entry} wrong"),
                (who, f"/dispute {entry} hm"),
                (who, f"/confirm {entry}"),
                ("ann", f"/rules set confirmations {draw.randint(0, 2)}"),
                (who, f"/expense {amount} pizza @ann @bo @cem --again"),
                (who, f"/approve {transfer}"),
                (who, f"/settle-up paid @{other} {draw.randint(1, 9)} EUR"),
                ("ann", f"/income {amount} somebody --again"),
                (who, f"/expense {amount} flour --again"),
                ("ann", f"/payout @{other} {amount}"),
                ("ann", f"/reverse {transfer} wrong"),
                ("ann", f"/distribute {amount} --equation {draw.choice(['hours', 'equal'])}"),
            ]
        )


def played(house: House, who: str, words: str) -> bool:
    """Do it, a distribution with both its steps; whether it was carried out."""
    told = house.say(who, words)
    assert "Something broke" not in told.text, words
    if words.startswith("/distribute") and not told.refused:
        told = house.say(who, f"{words} --confirm {told.rows[0].reply.facts['code']}")
    return not told.refused


@pytest.mark.parametrize("seed", first(3, range(60)))
def test_after_each_line_of_a_random_life_it_is_what_a_walk_says(seed: int) -> None:
    """Also after somebody's second account was found to be theirs, and was their own again."""
    draw = random.Random(seed)
    with cooperative(*PEOPLE[1:]) as house:
        line, done = lines(draw, house), set[str]()
        for number in range(STEPS):
            who, words = next(line)
            if number == STEPS // 3:
                who, words = "dag", f"/me link {house.say('cem', '/me link').facts['code']} yes"
            if number == 2 * STEPS // 3:
                who, words = "ann", "/member unmerge @cem"
            if played(house, who, words):
                done.add(words.split()[0])
            check(house.state(), words)

        assert {"/me", "/member", "/log", "/expense"} < done
        assert not compare(house.state(), house.folded())


# --- At no cost for what others have --------------------------------------------------------------


OURS = tuple(str(Path(__file__).parents[3] / each) for each in ("bot", "commands"))


def looks(act: Callable[[], object], before: Callable[[], object] = lambda: None) -> int:
    """How many single steps of our Python it takes the second time: a walk takes some for each.

    Done again it comes after what is to be done `before`. What the storage takes is not counted: it
    finds an instant in a longer journal by one look more for twice as many entries.
    """
    act()
    before()
    count = 0

    def stepped(frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return stepped

    traced = sys.gettrace()
    sys.settrace(stepped)
    try:
        act()
    finally:
        sys.settrace(traced)
    return count


def among(people: int, entries: int) -> House:
    """Bo has something of each sort, and others have so many entries that wait, and money held."""
    others = [f"m{n}" for n in range(people)]
    house = cooperative("bo", *others, rules=("confirmations 1", "daily-cap 24"))
    for words in ("2h baked", "3h swept", "5 EUR salt"):
        house.say("bo", f"/log {words}")
    house.say("ann", "/confirm C1")
    house.say("ann", "/dispute C2 hm")
    house.say("ann", "/income 900 EUR somebody")
    house.hand_in([house.message(each, "/expense 3 EUR flour") for each in ("bo", *others)])
    house.hand_in([house.message("ann", f"/approve T{n}") for n in range(2, people + 3)])
    house.hand_in([house.message(others[n % people], f"/log 1m thing {n}") for n in range(entries)])
    assert len(house.state().contributions.unsettled) == entries + 2
    assert len([a for a, _ in house.state().ledger.balances if a.startswith("held:")]) == people + 1
    return house


@pytest.fixture(scope="module")
def few_and_many() -> Iterator[tuple[House, House]]:
    with among(2, 10) as few, among(40, 1_000) as many:
        yield few, many


QUESTIONS = (
    "/balance",
    "/statement",
    "/contributions @me",
    "/payout request",
    "/show C3",
    "/log 5m plums",
)


@pytest.mark.parametrize("line", QUESTIONS)
def test_a_question_about_oneself_is_as_dear_among_many(
    line: str, few_and_many: tuple[House, House]
) -> None:
    few, many = (looks(partial(house.say, "bo", line)) for house in few_and_many)

    assert 0 < few == many


def test_what_others_did_since_one_asked_is_not_gone_through(few_and_many: tuple[House, House]) -> None:
    """But for an account that had none of a unit before: that is noted when one asks."""
    few, many = (
        looks(partial(house.say, "bo", "/balance"), before=partial(house.say, "ann", "/confirm C10"))
        for house in few_and_many
    )

    assert 0 < few == many


def test_what_is_open_of_a_member_is_as_dear_among_many(few_and_many: tuple[House, House]) -> None:
    """Before somebody leaves, and where their newest entry is looked for."""

    def waiting(house: House) -> int:
        state = house.state()
        bo = state.members.named("bo")[0].number
        return looks(lambda: [*exits._waiting(state, bo)])

    few, many = map(waiting, few_and_many)
    assert 0 < few == many


WRONG = "/that was wrong, it was 3 hours not 2"


def test_an_own_newest_entry_is_found_as_cheaply_among_many(
    few_and_many: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = knowing._newest
    taken: list[int] = []

    def counted(scene: Scene, state: State) -> str:
        taken.append(looks(lambda: found(scene, state)))
        return found(scene, state)

    monkeypatch.setattr(knowing, "_newest", counted)
    for house in few_and_many:
        assert "amend" in house.say("bo", WRONG).text

    half = len(taken) // 2
    assert taken[:half] == taken[half:] != []
