"""Numbers of bank accounts are found among words, and nothing else is taken for one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from adapters.web.forms import forms_of
from adapters.web.ibans import INSTEAD, without_ibans
from commands import FEATURES
from tests.adapters.web.reader import open_book

NUMBERS = (
    "DE89370400440532013000",
    "DE89 3704 0044 0532 0130 00",
    "de89 3704 0044 0532 0130 00",
    "GB29 NWBK 6016 1331 9268 19",
    "nl91abna0417164300",
    "AT61 1904 3002 3457 3201",
    "BE68539007547034",
    "be68539007547034",
    "NO93-8601-1117-947",
    "MT84MALT011000012345MTLCAST001S",
    "DE89.3704.0044.0532.0130.00",
    "DE89  3704  0044  0532  0130  00",
    "DE89\u20113704\u20110044\u20110532\u20110130\u201100",
    "FR14\u202f2004\u202f1010\u202f0505\u202f0001\u202f3M02\u202f606",
    "FR14\u00a02004\u00a01010\u00a00505\u00a00001\u00a03M02\u00a0606",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_it_is_found_wherever_it_stands(number: str) -> None:
    for before, behind in (
        ("", ""),
        ("to ", " for flour"),
        ("IBAN:", ", thanks"),
        ("IBAN", "."),
        ("x/", f" {NUMBERS[0]}"),
    ):
        told = without_ibans(f"{before}{number}{behind}")

        assert told == f"{before}{INSTEAD}{behind.replace(NUMBERS[0], INSTEAD)}"


@pytest.mark.parametrize(
    "text",
    [
        "DE88370400440532013000",  # its check digits are of another
        "XDE89370400440532013000",
        "DE89370400440532013000X",
        "C12 and T4, ab12 cleaned the kitchen twice",
        "+49 170 1234567890",
        # A signature in Base64 in which such a number happens to stand.
        f"— talkoot {'Qk3x' * 8}/DE89370400440532013000/{'v9Lm' * 10}ab==",
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert without_ibans(text) == text


def test_no_hash_is_taken_for_one() -> None:
    for number in range(20_000):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        assert without_ibans(digest) == digest
        assert without_ibans(digest[:16]) == digest[:16]


SAID = (
    "/log 1h paid {iban} by hand",
    "/income 20 EUR from {iban}",
    "/expense 5 EUR flour, back to {iban}",
    "/propose Pay the mill at {iban}",
    "/poll Is it {iban}? | yes | no",
    "/need somebody who knows {iban}",
    "/openness answer 3 half it stands at {iban}",
    "/meeting open About {iban}",
    "/meeting note it is {iban}",
    "/meeting close",
    "/circle create garden",
    "/budget create flour 600 EUR --per quarter",
    "/invoice 10 EUR the mill at {iban} --for {iban}",
    "/thank @bo for {iban}",
)
"""Where somebody may type one."""


def test_no_page_and_no_form_tells_one_to_who_is_no_member(tmp_path: Path) -> None:
    """Wherever it was typed; members read what they wrote."""
    iban = NUMBERS[0]
    with open_book(tmp_path) as it:
        it.house.enter("ann", "bo")
        for line in (*SAID, "/rules set web public", "/rules set web-names names"):
            told = it.house.say("ann", line.format(iban=iban))
            assert told.error == "", (line, told.text)
        things = [f"show/{ref}" for ref in ("C1", "T1", "T2", "P1", "Q1", "N1", "M1")]
        names = [name for name, page in FEATURES.pages.items() if not page.needs_ref]
        seen = set()
        for path in (*names, *things):
            page = FEATURES.pages[path.partition("/")[0]]
            for ending in ("", *forms_of(page, news=bool(page.news) or path == "start")):
                address = f"/alpha/{path}.{ending}".rstrip(".")
                assert iban not in it.outside(address).text, address
                if ending != "zip" and iban in it.get(address).text:
                    seen.add(path)
        assert {"contributions", "ledger", "decisions", "polls", "needs", *things} <= seen
