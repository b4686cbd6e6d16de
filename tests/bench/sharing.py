"""A distribution over 1,000 members and 1,000,000 contributions: previewed, as it would be told.

The months are three years, each member does four kinds of work for three circles, so that the running
sums by month are many. The equation has every kind of part that costs: decay, claims, care.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from adapters.cli.outside import SeededChance
from bot.chat import Actor, Place
from bot.collective.catalogue import CATALOGUE
from bot.collective.circles import Circle
from bot.collective.contributions import Share
from bot.collective.members import Member
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount
from bot.language.units import unit_of
from bot.moment import Moment
from bot.text.languages import reader
from bot.text.rendering import render
from bot.value.reading import read_equation
from commands import FEATURES
from commands.sharing.distributions import DistributeArgs, distribute
from tests.bench.figures import Figure, Sizes, alternating
from tests.bench.figures import time as shown

MEMBERS = 1_000
SECONDS_MAX = 3.0
EQUATION = (
    "5% fund reserve; 10% equal; 25% work care decay 3% last 24; 20% work #gift price 20 EUR; "
    "rest work #care*2 :garden*3/2; care-balance most 20%"
)
KINDS, CIRCLES = ("work", "teaching", "care", "gift"), ("", "garden", "shop")
POOL = 10_000_000

Entry = tuple[int, str, str, str, int]
"""Member, month, kind, circle, minutes."""


def _entries(count: int, members: int) -> list[Entry]:
    draw = random.Random(1)
    months = [f"{2024 + n // 12}-{n % 12 + 1:02}" for n in range(36)]
    return [
        (
            draw.randrange(1, members + 1),
            draw.choice(months),
            draw.choice(KINDS),
            draw.choice(CIRCLES),
            15 * draw.randrange(1, 32),
        )
        for _ in range(count)
    ]


def _collective(entries: list[Entry], members: int) -> State:
    state = State("home", name="Home")
    state.members.by_number = {n: Member(n, f"Member {n}") for n in range(1, members + 1)}
    for member, month, kind, circle, minutes in entries:
        # The running sums are made as an event makes them; the single entries of old days are not kept.
        state.contributions._count(Share(member, kind, "h", minutes, f"{month}-01", circle), 1)
    state.circles.by_name = {name: Circle(name, "") for name in CIRCLES[1:]}
    state.treasury.funds["reserve"] = None
    state.ledger.balances["treasury", "EUR"] = POOL
    state.equations.named["fair"] = [read_equation(EQUATION)]
    state.equations.chosen = "fair"
    return state


def _asked(state: State, moment: Moment) -> Ask[DistributeArgs]:
    place = Place("console", "main")
    return Ask(
        "distribute",
        place,
        Actor("console", "me", "me"),
        state.members.by_number[1],
        DistributeArgs(amount=Amount(POOL, unit_of("EUR"))),
        moment,
        Rules(CATALOGUE),
        "en",
        "UTC",
        features=FEATURES,
    )


def _plain(entries: list[Entry]) -> dict[int, float]:
    """What a script over a spreadsheet would do: hours by member, times a rate, in floats."""
    hours: defaultdict[int, float] = defaultdict(float)
    for member, _, kind, _, minutes in entries:
        hours[member] += minutes / 60 * (2 if kind == "care" else 1)
    total = sum(hours.values())
    return {member: round(POOL / 100 * each / total, 2) for member, each in hours.items()}


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Against one pass over the entries in floats, which weighs less and explains nothing."""
    members = MEMBERS if not sizes.smoke else 50
    entries = _entries(sizes.entries, members)
    state = _collective(entries, members)
    english = reader("en", "UTC")
    moment = Moment(dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC), SeededChance(0))
    ask = _asked(state, moment)

    def preview() -> float:
        begun = time.perf_counter()
        decided = distribute(state, ask)
        assert isinstance(decided, Accepted)
        assert render(decided.replies[0].body, english)
        return time.perf_counter() - begun

    def plain() -> float:
        begun = time.perf_counter()
        _plain(entries)
        return time.perf_counter() - begun

    ours, theirs = alternating(sizes.runs, preview, plain)
    yield Figure(
        f"preview of a distribution, {members:,} members, {sizes.entries:,} contributions",
        shown(ours),
        f"{shown(theirs)} (one pass over the entries in floats)",
        ours / theirs,
        f"< {SECONDS_MAX:.0f} s",
        ours < SECONDS_MAX,
    )
