"""Numbers of bank accounts are found among words, and nothing else is taken for one."""

from __future__ import annotations

import hashlib

import pytest

from adapters.web.ibans import INSTEAD, without_ibans

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
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert without_ibans(text) == text


def test_no_hash_is_taken_for_one() -> None:
    for number in range(20_000):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        assert without_ibans(digest) == digest
        assert without_ibans(digest[:16]) == digest[:16]
