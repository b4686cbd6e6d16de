"""A proposal with 10,000 voters: counted, and its card made and rendered."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.collective.members import Member
from bot.collective.proposals import Proposal, Version
from bot.collective.state import State
from bot.deciding.ballots import Ballot
from bot.deciding.terms import Terms
from bot.text.languages import reader
from bot.text.rendering import render
from commands.decisions.cards import card
from tests.bench.figures import Figure, Sizes

VOTERS = 10_000
SECONDS_MAX = 0.050
ROUNDS = 15


def _crowd() -> tuple[State, Proposal]:
    draw = random.Random(1)
    state = State("home", name="Home")
    people = range(1, VOTERS + 1)
    state.members.by_number = {n: Member(n, f"Member {n}") for n in people}
    it = Proposal(
        number=1,
        author=1,
        versions=[Version(0, "title", "text")],
        terms=Terms("modified-consensus"),
    )
    it.electorate, it.closes = frozenset(people), 10**12
    said = ("agree", "agree", "agree", "no", "stand-aside", "abstain")
    it.cast = {n: Ballot(draw.choice(said), n) for n in people}
    return state, it


def _median(act: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - begun)
    return sorted(seconds)[ROUNDS // 2]


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Against counting the same ballots with a Counter, and nothing else."""
    state, it = _crowd()
    english = reader("en", "UTC")
    ours = _median(lambda: render(card(state, it, lambda seal: seal), english))
    plain = _median(lambda: Counter(ballot.choice for ballot in it.cast.values()))
    yield Figure(
        f"card of a proposal with {VOTERS:,} voters",
        f"{ours * 1000:.1f} ms",
        f"{plain * 1000:.2f} ms (a Counter over the ballots)",
        ours / plain,
        f"< {SECONDS_MAX * 1000:.0f} ms",
        ours < SECONDS_MAX,
    )
