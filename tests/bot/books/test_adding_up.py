"""What a reader can add up with a pencil is right: over random states, through the real engine."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.house import House, cooperative

PEOPLE = ("ann", "bo", "cem")
SPANS = (
    "2025-12",
    "2026-01-01..2026-01-04",
    "2026-01-05..2026-01-05",
    "2026-01-06..2026-01-20",
    "2026-01-21..2026-02-28",
    "2026-03-01..2029-12-31",
)

AMOUNTS = st.integers(1, 3_000).map(lambda cents: f"{cents / 100:.2f} EUR")
KINDS = st.sampled_from(["#rent", "#food", "#care"])
WHO = st.sampled_from(PEOPLE)

STEPS = st.one_of(
    st.tuples(WHO, st.builds("/log {}min something {}".format, st.integers(1, 600), KINDS)),
    st.tuples(st.just("ann"), st.builds("/income {} somebody {}".format, AMOUNTS, KINDS)),
    st.tuples(st.just("ann"), st.builds("/income {} somebody --fund tools".format, AMOUNTS)),
    st.tuples(WHO, st.builds("/expense {} something {}".format, AMOUNTS, KINDS)),
    st.tuples(st.just("ann"), st.builds("/expense {} a bill --paid treasury".format, AMOUNTS)),
    st.tuples(WHO, st.builds("/pay @{} {} a debt".format, WHO, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/payout @{} {}".format, WHO, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/fund add {} tools".format, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/distribute {}".format, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/reverse T{} wrong".format, st.integers(1, 6))),
    st.tuples(WHO, st.builds("/withdraw C{}".format, st.integers(1, 6))),
    st.tuples(WHO, st.builds("/amend C{} {}min".format, st.integers(1, 6), st.integers(1, 600))),
    st.tuples(st.just("later"), st.integers(1, 40).map(str)),
)


def spoken(house: House, steps: list[tuple[str, str]]) -> None:
    """Do all that; what is refused is no matter here, what waits is approved."""
    for who, line in steps:
        if who == "later":
            house.clock.move_by(dt.timedelta(days=int(line)))
            continue
        told = house.say(who, line)
        reply = told.rows[0].reply if told.rows else None
        if reply is not None and reply.facts.get("code"):
            house.say("ann", f"{line} --confirm {reply.facts['code']}")
        if reply is not None and reply.facts.get("status") == "waiting":
            house.say("cem" if who == "ann" else "ann", f"/approve {reply.ref}")


def whole(*tables: dict[str, Any]) -> dict[str, Decimal]:
    """Sums by unit of tables whose leaves are sums by unit; what is nothing is left out."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for table in tables:
        for name, it in table.items():
            if isinstance(it, dict):
                for unit, count in whole(it).items():
                    sums[unit] += count
            else:
                # Hours are told with two decimals: each is read back as the minutes that it means.
                sums[name] += round(Decimal(it) * 60) if name == "h" else Decimal(it)
    return {unit: count for unit, count in sums.items() if count}


def less(first: dict[str, Decimal], *others: dict[str, Decimal]) -> dict[str, Decimal]:
    sums = defaultdict(Decimal, first)
    for other in others:
        for unit, count in other.items():
            sums[unit] -= count
    return {unit: count for unit, count in sums.items() if count}


def ledger_adds_up(told: dict[str, Any]) -> None:
    """Before + in - out + laid out - paid out, and what was undone the other way, make after."""
    undone = defaultdict(dict, told["undone"])

    def way(name: str) -> dict[str, Decimal]:
        return less(whole(told[name]), whole(undone[name]))

    made = less(whole(told["in-hand"]["before"]), way("expense"), way("paid-out"))
    for name in ("income", "partner", "laid-out"):
        made = less(made, less({}, way(name)))
    assert made == whole(told["in-hand"]["after"])
    assert whole(told["kinds"]) == whole(told["totals"])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=8, max_size=30))
def test_every_table_adds_up_to_what_it_says(steps: list[tuple[str, str]]) -> None:
    house = cooperative("bo", "cem", rules=("equations treasurer", "credit-limit 20 EUR"))
    house.say("ann", "/role give @cem treasurer")
    house.say("ann", "/fund create tools")
    house.say("ann", "/income 200 EUR a client")
    house.say("bo", "/log 3h cleaned")
    spoken(house, steps)

    treasury = house.say("ann", "/treasury").facts
    inside = (treasury["treasury"], treasury["funds"], treasury["held"])
    assert less(whole(*inside), whole(treasury["owed"])) == whole(treasury["in-hand"])

    people = [house.say("ann", f"/balance @{who}").facts["held"] for who in PEOPLE]
    for side, sign in ((treasury["held"], 1), (treasury["owed"], -1)):
        of_side = [{u: n for u, n in each.items() if sign * Decimal(n) > 0} for each in people]
        assert {u: sign * n for u, n in whole(*of_side).items()} == whole(side)

    for who in PEOPLE:
        after: dict[str, Decimal] = {}
        for span in SPANS:
            told = house.say("ann", f"/statement @{who} {span}").facts
            assert whole(told["opening"]) == after
            after = whole(told["closing"])
        assert after == whole(house.say("ann", f"/balance @{who}").facts["balances"])

    after = {}
    for span in SPANS:
        told = house.say("ann", f"/ledger {span}").facts
        ledger_adds_up(told)
        assert whole(told["in-hand"]["before"]) == after
        after = whole(told["in-hand"]["after"])
    assert after == whole(treasury["in-hand"])
