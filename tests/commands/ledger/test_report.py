"""What there was and all that moved make what there is after it, whatever time is asked for."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import subprocess
import tempfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from beancount import loader
from beancount.core import data
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.books.exporting.accounts import account_names
from bot.books.exporting.beancount import currencies
from bot.books.exporting.forms import FORMS, Books
from bot.books.exporting.transactions import commodity
from bot.collective.contributions import Life
from bot.collective.folding import EVENTS
from bot.collective.moves import Moving, place_of
from bot.collective.sharedexpenses import ExpenseShared, PartAgreed
from bot.collective.state import State
from bot.language.periods import read_period
from commands.ledger.accounts import turnovers
from tests.house import House, cooperative

PLACES = ("treasury", "funds", "held")
UNITS = st.sampled_from(("EUR", "USD", "HUF"))
AMOUNTS = st.builds("{} {}".format, st.integers(1, 60), UNITS)
WHO = st.sampled_from(("ann", "bo", "cem"))
T = st.integers(1, 12)
ONE = st.integers(1, 2)

STEPS = st.one_of(
    st.tuples(st.just("ann"), st.builds("/income {} somebody #{}".format, AMOUNTS, UNITS)),
    st.tuples(st.just("ann"), st.builds("/income {} somebody --fund tools".format, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/income {} the share --partner shy".format, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/dues paid @{} {}".format, WHO, AMOUNTS)),
    st.tuples(WHO, st.builds("/expense {} something #food".format, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/expense {} a bill --paid treasury".format, AMOUNTS)),
    st.tuples(WHO, st.builds("/pay @{} {} a debt".format, WHO, AMOUNTS)),
    st.tuples(WHO, st.builds("/pay @{} {} leaf eggs".format, WHO, st.integers(1, 9))),
    st.tuples(st.just("ann"), st.builds("/payout @{} {}".format, WHO, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/fund add {} tools".format, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/funding open {0} --each {0}".format, AMOUNTS)),
    st.tuples(WHO, st.builds("/idea x --min 3 --max {} --round F1".format, st.integers(3, 40))),
    st.tuples(WHO, st.builds("/back K{} {}".format, st.integers(1, 3), AMOUNTS)),
    st.tuples(WHO, st.builds("/log {}h something".format, st.integers(1, 6))),
    st.tuples(st.just("ann"), st.builds("/distribute {}".format, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/unit issue star".format)),
    st.tuples(st.just("ann"), st.builds("/reverse T{} wrong".format, T)),
    st.tuples(st.just("ann"), st.builds("/reverse T{} wrong".format, T)),
    st.tuples(st.just("ann"), st.builds("/invoice {} City library --due 30d".format, AMOUNTS)),
    st.tuples(st.just("ann"), st.builds("/income {} City library --invoice B{}".format, AMOUNTS, ONE)),
    st.tuples(
        st.just("ann"), st.builds('/recurring {} rent --every "month on the 3rd"'.format, AMOUNTS)
    ),
    st.tuples(WHO, st.builds("/expense {} pizza @{} @{} 2".format, AMOUNTS, WHO, WHO)),
    st.tuples(WHO, st.builds("/settle-up got @{} {}".format, WHO, AMOUNTS)),
    st.tuples(WHO, st.builds("/settle-up undo T{} wrong".format, T)),
    st.tuples(WHO, st.builds("/approve T{}".format, T)),
    st.tuples(WHO, st.builds("/approve T{}".format, T)),
    st.tuples(st.just("later"), st.integers(1, 60).map(str)),
)
"""What a year brings: in three currencies and two units of their own, and much of it is undone."""

LIVES = st.lists(STEPS, min_size=8, max_size=25)


def lived(steps: list[tuple[str, str]]) -> House:
    """Do all that; what is refused is no matter here, what waits is approved."""
    rules = ("equations treasurer", "units treasurer", "partners treasurer", "duplicates allow")
    house = cooperative("bo", "cem", rules=(*rules, "credit-limit 20 EUR", "digest off"))
    for line in (
        "/role give @cem treasurer",
        "/fund create tools",
        "/partner add shy",
        "/partner pledge shy revenue 1% EUR --private",
        "/unit create leaf credit --limit 20 --fee 10% --demurrage 5%",
        "/unit create star issued --wage 2 --budget 100",
        "/dues set 5 EUR monthly",
        "/income 200 EUR a client",
        "/income 90 USD a client",
    ):
        assert house.say("ann", line).error == "", line
    for who, line in steps:
        if who == "later":
            house.later(dt.timedelta(days=int(line)))
            continue
        told = house.say(who, line)
        reply = told.rows[0].reply if told.rows else None
        if reply is not None and reply.facts.get("code"):
            house.say("ann", f"{line} --confirm {reply.facts['code']}")
        if reply is not None and reply.facts.get("status") == "waiting":
            house.say("cem" if who == "ann" else "ann", f"/approve {reply.ref}")
    return house


def written(house: House, form: str) -> tuple[State, str]:
    """The books in a form."""
    state = house.state()
    books = Books(state, house.entries, lambda *_: {})
    return state, "".join(FORMS[form].write(books))


Months = dict[tuple[str, str, str], Decimal]
"""What the tables of all postings moved, by month, account and unit."""


def posted(house: House) -> Months:
    sums: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(written(house, "csv")[1], newline="")):
        sums[row["day"][:7], row["account"], row["unit"]] += Decimal(row["amount"])
    return {key: count for key, count in sums.items() if count}


def adds_up(rows: list[dict[str, str]]) -> dict[str, dict[str, tuple[Decimal, Decimal]]]:
    """How each unit opens and closes, by place; a table of which a line or a column is wrong fails."""
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    ends: dict[str, dict[str, tuple[Decimal, Decimal]]] = {}
    for row in rows:
        assert sum(Decimal(row[place]) for place in PLACES) == Decimal(row["together"]), row
        opening = ends.setdefault(row["unit"], {})
        for place in (*PLACES, "together"):
            key, count = (row["unit"], place), Decimal(row[place])
            if row["what"] == "closing":
                assert sums[key] == count, (row, place)
                opening[place] = (opening[place][0], count)
            else:
                sums[key] += count
                if row["what"] == "opening":
                    opening[place] = (count, count)
    return ends


def of_books(months: Months, until: str) -> dict[tuple[str, str], Decimal]:
    """What lay where before a month, by the table of all postings: an account of each sort together."""
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (month, account, unit), count in months.items():
        place = place_of(account)
        if month < until and place is not None:
            sums[place.value, unit] += count
    return {key: count for key, count in sums.items() if count}


def between(lines: list[dict[str, str]], column: str) -> dict[tuple[str, str], Decimal]:
    """A column of what members owe one another; where a line or a column is wrong it fails."""
    for each in lines:
        parts = sum(Decimal(each[name]) for name in ("before", "shared", "paid"))
        assert parts == Decimal(each["after"]), each
    found = {(str(it["member"]), it["unit"]): Decimal(it[column]) for it in lines}
    for unit in {unit for _, unit in found}:
        assert sum(count for (_, of), count in found.items() if of == unit) == 0, (unit, lines)
    return {key: count for key, count in found.items() if count}


def of_members(months: Months, until: str) -> dict[tuple[str, str], Decimal]:
    """What members were owed by others before a month, by the table of all postings."""
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (month, account, unit), count in months.items():
        sort, _, number = account.partition(":")
        if month < until and sort == "between":
            sums[number, unit] += count
    return {key: count for key, count in sums.items() if count}


def told(rows: list[dict[str, str]], end: int) -> dict[tuple[str, str], Decimal]:
    """The opening (0) or the closing (1) of a report as the books call it."""
    return {
        (place, unit): sides[end]
        for unit, places in adds_up(rows).items()
        for place, sides in places.items()
        if place != "together" and sides[end]
    }


def all_months(house: House) -> list[str]:
    """Every month from the first to the one in which the clock stands."""
    day, now = dt.date(2026, 1, 1), house.clock.now().date()
    found = []
    while day <= now:
        found.append(f"{day:%Y-%m}")
        day = (day + dt.timedelta(days=32)).replace(day=1)
    return found


def report(house: House, period: str) -> list[dict[str, str]]:
    came = house.say("ann", f"/report {period}")
    assert came.error == "", came.text
    rows: list[dict[str, str]] = came.facts["report"]
    return rows


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],
)
@given(LIVES)
def test_opening_and_movements_make_the_closing_of_every_time(steps: list[tuple[str, str]]) -> None:
    house = lived(steps)
    months, times = posted(house), all_months(house)

    for month in times:
        rows = report(house, month)
        following = f"{month}~"
        assert told(rows, 0) == of_books(months, month)
        assert told(rows, 1) == of_books(months, following)
        lines = house.say("ann", f"/report {month}").facts["between"]
        assert between(lines, "before") == of_members(months, month)
        assert between(lines, "after") == of_members(months, following)
    year = report(house, times[0][:4])
    assert told(year, 0) == {}
    for week in range(3):
        begin = dt.date(2025, 12, 29) + dt.timedelta(days=3 * week)
        adds_up(report(house, f"{begin}..{begin + dt.timedelta(days=6)}"))
    assert "shy" not in str(year)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate]
)
@given(LIVES)
def test_every_account_opens_where_it_closed_the_month_before(steps: list[tuple[str, str]]) -> None:
    house = lived(steps)
    months, state = posted(house), house.state()
    after: dict[tuple[str, str], Decimal] = {}

    for month in all_months(house):
        period = read_period([month], "en", house.clock.now().date())[0]
        found = turnovers(state, period)
        facts = [it.facts for it in found]
        opening = {(it["account"], it["unit"]): Decimal(it["opening"]) for it in facts}
        assert {key: n for key, n in opening.items() if n} == after
        for it in facts:
            parts = Decimal(it["opening"]) + Decimal(it["came"]) - Decimal(it["went"])
            assert parts == Decimal(it["closing"]), it
        after = {
            (it["account"], it["unit"]): Decimal(it["closing"])
            for it in facts
            if Decimal(it["closing"])
        }
        lies: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for (account, unit), count in after.items():
            place = place_of(account if account != "held" else "held:1")
            if place is not None:
                lies[place.value, "min" if unit == "h" else unit] += count
        assert lies == of_books(months, f"{month}~")


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate]
)
@given(LIVES)
def test_the_real_tools_close_each_month_with_the_report(steps: list[tuple[str, str]]) -> None:
    """Beancount and, where it is, hledger read the exports and find what each month closes with."""
    house = lived(steps)
    state, beans = written(house, "beancount")
    entries, errors, _ = loader.load_string(beans)
    assert errors == []
    names = {name: account for account, name in account_names(state).items()}
    units = {
        name: commodity(unit) for unit, name in currencies(u for _, u in state.ledger.balances).items()
    }
    sums: Months = defaultdict(Decimal)
    for entry in entries:
        for each in entry.postings if isinstance(entry, data.Transaction) else ():
            assert each.units is not None
            assert each.units.number is not None
            key = (f"{entry.date:%Y-%m}", names[each.account], units[each.units.currency])
            sums[key] += each.units.number
    for month in all_months(house):
        assert told(report(house, month), 1) == of_books(sums, f"{month}~")
    if shutil.which("hledger"):
        assert hledgers(house) == {key: n for key, n in sums.items() if n}


def hledgers(house: House) -> Months:
    """What hledger's own month table tells."""
    state, text = written(house, "hledger")
    names = {name: account for account, name in account_names(state).items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "it.journal")
        file.write_text(text, "utf-8")
        line = ["hledger", "-f", str(file), "balance", "--monthly", "--flat", "--layout=bare", "-N"]
        done = subprocess.run(
            [*line, "-O", "csv"], capture_output=True, text=True, check=True, env={"LANG": "C.UTF-8"}
        )
    rows = list(csv.reader(io.StringIO(done.stdout)))
    months = [cell[:7] for cell in rows[0][2:]]
    return {
        (month, names[account], unit): Decimal(count)
        for account, unit, *counts in rows[1:]
        for month, count in zip(months, counts, strict=True)
        if Decimal(count)
    }


def test_every_kind_of_event_that_posts_is_known_to_the_reports() -> None:
    """One that posts and is told by none would open a gap between what moved and what there is."""
    posting = {kind for kind in EVENTS if "postings" in kind.__struct_fields__}

    # What members share is none of the collective's money: its report tells it below the tables.
    apart = {*get_args(Life), ExpenseShared, PartAgreed}
    assert posting - set(get_args(Moving)) == posting & apart


def test_what_was_undone_stands_in_the_month_of_its_undoing() -> None:
    house = lived([("later", "31"), ("ann", "/reverse T1 sent back")])

    january, february = report(house, "2026-01"), report(house, "2026-02")
    assert [row["what"] for row in january if row["unit"] == "EUR"] == ["opening", "income", "closing"]
    (undone,) = [row for row in february if row["undone"]]
    assert (undone["what"], undone["name"], undone["treasury"]) == ("income", "other", "-200.00")
    assert told(february, 1) == {("treasury", "USD"): Decimal(90)}


def test_what_was_shared_out_or_issued_and_is_undone_is_told_as_both() -> None:
    lines = ("/distribute 50 EUR", "/unit issue star", "/reverse T3 wrong", "/reverse T4 wrong")
    house = lived([("bo", "/log 3h baked"), *(("ann", line) for line in lines)])

    rows = [row for row in report(house, "2026-01") if row["what"] in {"shared-out", "issued"}]
    assert [(row["what"], row["undone"], row["held"]) for row in rows] == [
        ("shared-out", "", "50.00"),
        ("shared-out", "yes", "-50.00"),
        ("issued", "", "6.00"),
        ("issued", "yes", "-6.00"),
    ]


def test_a_time_that_has_not_begun_has_no_report() -> None:
    house = lived([])

    assert house.say("ann", "/report 2031").error == "day-future"
    assert house.say("ann", "/report 2026").error == ""


@pytest.mark.parametrize("period", ["2026-01", "2026"])
def test_the_table_in_words_is_the_one_for_machines(period: str) -> None:
    house = lived(
        [("bo", "/log 3h baked"), ("ann", "/distribute 50 EUR"), ("ann", "/payout @bo 9 EUR")]
    )

    came: Any = house.say("ann", f"/report {period}")
    for row in came.facts["report"]:
        assert f"{Decimal(row['together']):,} {row['unit']}" in came.text


def test_what_members_owe_one_another_is_told_a_line_each() -> None:
    house = cooperative("bo", "cem")
    house.say("ann", "/expense 30 EUR pizza @ann @bo @cem")
    for who in ("bo", "cem"):
        house.say(who, "/approve T1")
    house.later(days=31)
    house.say("ann", "/settle-up got @cem 4 EUR")

    rows = house.say("ann", "/report 2026-02").facts["between"]
    table = [(it["member"], it["before"], it["shared"], it["paid"], it["after"]) for it in rows]
    assert table == [
        (1, "20.00", "0.00", "-4.00", "16.00"),
        (2, "-10.00", "0.00", "0.00", "-10.00"),
        (3, "-10.00", "0.00", "4.00", "-6.00"),
    ]
    year = house.say("ann", "/report 2026").facts["between"]
    assert [(it["before"], it["after"]) for it in year] == [
        ("0.00", "16.00"),
        ("0.00", "-10.00"),
        ("0.00", "-6.00"),
    ]
    text = house.say("ann", "/report 2026").text
    assert "Between members, EUR" in text
    days = ("2026-01-05..2026-01-05", "2026-01-06..2026-02-04", "2026-02-05..2026-02-05")
    first = [house.say("ann", f"/report {each}").facts["between"][0] for each in days]
    assert [(it["before"], it["shared"], it["paid"], it["after"]) for it in first] == [
        ("0.00", "20.00", "0.00", "20.00"),
        ("20.00", "0.00", "0.00", "20.00"),
        ("20.00", "0.00", "-4.00", "16.00"),
    ]
