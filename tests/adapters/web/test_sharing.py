"""The way of the money as pages: sharing out and why, partners and pledges, units, reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.adapters.web.reader import Library, open_book


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("sharing")) as it:
        fill(it)
        yield it


def say(it: Library, who: str, line: str) -> str:
    told = it.house.say(who, line)
    assert told.error == "", (line, told.text)
    return told.text


def fill(it: Library) -> None:
    """Two people who gave, what came in, one distribution, two partners, a unit of their own."""
    it.house.enter("ann", "bo")
    for line in (
        "/role give @ann treasurer",
        "/rules set partners treasurer",
        "/rules set distributions treasurer",
        "/rules set web public",
        "/rules set web-names names",
        "/log 3h cleaned #care",
        "/partner add mill",
        "/partner pledge mill flat 30 EUR --every month",
        "/partner add canaryshop",
        "/partner pledge canaryshop flat 20 EUR --private",
        "/income 100 EUR from mill",
    ):
        say(it, "ann", line)
    say(it, "bo", "/log 1h baked #work")
    preview = say(it, "ann", "/distribute 40 EUR")
    found = re.search(r"/distribute \S+ EUR --confirm \w+", preview)
    assert found is not None
    say(it, "ann", found[0])


def test_a_distribution_is_explained_person_by_person(library: Library) -> None:
    """What chat tells each person of their own share, for everybody, with the way to the entries."""
    page = library.outside("/alpha/shares/T2")
    facts = library.outside("/alpha/shares/T2.json").json["facts"]

    assert "ann: 30.00 EUR" in page.words
    assert "It weighs 3 of 4: 30.00 EUR." in page.words
    assert "you" not in page.words.split()
    month = f"{library.house.clock.now():%Y-%m}"
    assert f'href="../contributions?kind=care&amp;period={month}"' in page.text
    assert "cleaned" in library.outside(f"/alpha/contributions?kind=care&period={month}").words
    assert [(it["who"], it["amount"]["EUR"]) for it in facts["shares"]] == [
        ("ann", "30.00"),
        ("bo", "10.00"),
    ]
    assert sum(Decimal(it["amount"]["EUR"]) for it in facts["shares"]) == Decimal("40.00")
    assert 'href="../shares/T2"' in library.outside("/alpha/show/T2").text
    assert 'href="../shares/' not in library.outside("/alpha/show/T1").text
    assert library.outside("/alpha/shares/T1").status == 404
    assert library.outside("/alpha/shares/T9").status == 404


def test_how_it_is_shared_out_stands_in_plain_words(library: Library) -> None:
    page = library.outside("/alpha/sharing").words

    assert "In force is hours" in page
    assert "each hour counts 1" in page
    assert "40.00 EUR 40.00 EUR who got what stands" in page


def test_many_people_s_shares_go_on_by_an_address_that_stays(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    people = [f"p{number:02}" for number in range(45)]
    with open_book(tmp_path_factory.mktemp("many")) as it:
        it.house.enter(*people)
        for line in ("/role give @p00 treasurer", "/rules set distributions treasurer"):
            say(it, "p00", line)
        say(it, "p00", "/income 450 EUR from a fair")
        for number, who in enumerate(people):
            say(it, who, f"/log {10 + number}m swept")
        preview = say(it, "p00", "/distribute 450 EUR")
        found = re.search(r"/distribute \S+ EUR --confirm \w+", preview)
        assert found is not None
        say(it, "p00", found[0])

        seen, before = [], 0
        while before is not None:
            page = it.get(f"/alpha/shares/T2.json?before={before}").json
            seen += [
                (share["who"], Decimal(share["amount"]["EUR"])) for share in page["facts"]["shares"]
            ]
            before = page["older"]

    assert sorted(who for who, _ in seen) == people
    assert sum(amount for _, amount in seen) == 450
    assert [amount for _, amount in seen] == sorted((amount for _, amount in seen), reverse=True)


def test_a_partner_is_told_whole_and_a_private_pledge_to_members_alone(library: Library) -> None:
    outside, inside = library.outside("/alpha/partners"), library.get("/alpha/partners")

    assert "mill" in outside.words
    assert "And 1 whose pledge is private." in outside.words
    assert "canaryshop" in inside.words
    assert "It pledged" in library.outside("/alpha/partners?search=mill").words
    for path in ("partners", "partners?search=canaryshop", "loop", "reports"):
        for form in ("", ".json"):
            name, _, query = path.partition("?")
            got = library.outside(f"/alpha/{name}{form}{'?' + query if query else ''}")
            told = got.text.replace('value="canaryshop"', "").replace("search=canaryshop", "")
            assert "canaryshop" not in told, (path, form)


def test_a_receipt_of_a_declaration_is_for_members(library: Library) -> None:
    say(library, "ann", "/partner pledge mill revenue 5% EUR --every month")
    library.house.later(days=62)
    month = min(library.house.state().ledger.monthly)
    year, number = map(int, month.split("-"))
    following = f"{year + number // 12}-{number % 12 + 1:02}"
    said = library.house.say(
        "ann", f"/partner declare mill 900 EUR {following} --proof https://receipts.example/canary"
    )
    assert said.error == "", said.text

    assert "receipts.example" in library.get("/alpha/partners?search=mill").text
    assert "receipts.example" not in library.outside("/alpha/partners?search=mill").text


def test_a_report_is_told_by_its_parts_and_its_figures_are_the_ledger_s(library: Library) -> None:
    month = min(library.house.state().ledger.monthly)
    year, of_month = (
        library.outside(f"/alpha/reports.json?period={text}").json["facts"]
        for text in (month[:4], month)
    )

    assert len(year["parts"]) >= 1
    given = [Decimal(it["given"].get("h", "0")) for it in of_month["parts"]]
    assert sum(given) == Decimal(of_month["totals"]["h"]) == 4
    page = library.outside(f"/alpha/reports?period={month[:4]}")
    assert f'href="reports?period={month}"' in page.text
    assert "<figure>" in page.text
    told = library.house.say("ann", f"/report {month}").text
    words = "".join(library.outside(f"/alpha/reports?period={month}").words.split())
    for row in told.splitlines()[1:-1]:
        for word in row.removeprefix("- ").replace(" · ", " ").split():
            assert word in words, row


def test_a_unit_is_told_with_its_policy_and_its_report(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with open_book(tmp_path_factory.mktemp("unit")) as it:
        it.house.enter("ann", "bo")
        assert "There is no unit of your own here." in it.get("/alpha/units").words
        say(it, "ann", '/propose A unit --do "unit create leaf credit --decimals 0 --limit 20"')
        for who in ("ann", "bo"):
            say(it, who, "/vote P1 consent")
        it.house.later(days=9)
        assert it.house.say("ann", "/pay @bo 3 leaf for tea").error == ""

        page = it.get("/alpha/units").words
        assert "leaf" in page
        for line in ("/unit leaf", "/unit report leaf"):
            for row in it.house.say("ann", line).text.splitlines():
                if "You " not in row and "Jan to" not in row:
                    assert row.removeprefix("- ").split(" · ")[0][:20] in page, row
