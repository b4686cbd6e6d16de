"""Files for a bank hold to ISO 20022's own schema, and to the letters and lengths of SEPA."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import sepaxml
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.books.sepa import (
    CENTS_MAX,
    NAME_CHARACTERS_MAX,
    NAMESPACE,
    REMITTANCE_CHARACTERS_MAX,
    Payer,
    Payment,
    credit_transfer,
    sepa_text,
)

IBANS = ("DE89370400440532013000", "FR1420041010050500013M02606", "GB29NWBK60161331926819")
LETTERS = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]+")
MADE = dt.datetime(2026, 10, 25, 2, 30, 0, 5, tzinfo=dt.UTC)

PAYMENTS = st.lists(
    st.builds(
        Payment,
        st.integers(1, 10**9).map("T{}".format),
        st.text(max_size=100),
        st.sampled_from(IBANS),
        st.integers(1, CENTS_MAX),
        st.text(max_size=200),
    ),
    min_size=1,
    max_size=8,
)


@cache
def schema() -> xmlschema.XMLSchema:
    folder = Path(sepaxml.__file__).parent / "schemas"
    return xmlschema.XMLSchema(str(folder / "pain.001.001.09.xsd"))


def texts(file: bytes, path: str) -> list[str]:
    whole = ET.fromstring(file)
    steps = "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))
    return [it.text or "" for it in whole.findall(f".//{steps}")]


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=100), PAYMENTS)
def test_every_file_holds_to_the_schema_and_adds_up(name: str, payments: list[Payment]) -> None:
    file = credit_transfer(Payer(name, IBANS[0], MADE.date(), MADE), payments)

    schema().validate(file.decode())
    cents = [int(each.replace(".", "")) for each in texts(file, "InstdAmt")]
    assert cents == [it.cents for it in payments]
    for place in ("GrpHdr", "PmtInf"):
        assert texts(file, f"{place}/NbOfTxs") == [str(len(payments))]
        assert [int(it.replace(".", "")) for it in texts(file, f"{place}/CtrlSum")] == [sum(cents)]
    assert texts(file, "CdtrAcct/Id/IBAN") == [it.iban for it in payments]
    assert texts(file, "EndToEndId") == [it.ref for it in payments]
    assert texts(file, "SvcLvl/Cd") == ["SEPA"]
    assert texts(file, "DbtrAcct/Id/IBAN") == [IBANS[0]]
    assert texts(file, "Cdtr/Nm") == [sepa_text(it.name, NAME_CHARACTERS_MAX) for it in payments]
    assert texts(file, "Ustrd") == [sepa_text(it.what, REMITTANCE_CHARACTERS_MAX) for it in payments]
    for told in (*texts(file, "Nm"), *texts(file, "Ustrd")):
        assert LETTERS.fullmatch(told), told
    assert max(map(len, texts(file, "Nm"))) <= NAME_CHARACTERS_MAX
    assert max(map(len, texts(file, "Ustrd"))) <= REMITTANCE_CHARACTERS_MAX


def test_the_schema_refuses_what_is_wrong() -> None:
    """The measure itself: another order, a wrong amount, no account."""
    payment = Payment("T1", "Bo", IBANS[1], 100, "T1")
    file = credit_transfer(Payer("Bakery", IBANS[0], MADE.date(), MADE), [payment]).decode()
    for was, now in (
        ("1.00</InstdAmt>", "1.001234</InstdAmt>"),
        ("<PmtMtd>TRF</PmtMtd>", ""),
        (IBANS[1], "12"),
        ("<Dt>2026-10-25</Dt>", "<Dt>25.10.2026</Dt>"),
    ):
        assert was in file
        assert not schema().is_valid(file.replace(was, now)), now


def test_the_same_transfers_have_the_same_name_and_others_another() -> None:
    one, other = Payment("T1", "Bo", IBANS[1], 100, ""), Payment("T1", "Bo", IBANS[1], 101, "")
    later = MADE + dt.timedelta(days=1)
    first = credit_transfer(Payer("Bakery", IBANS[0], MADE.date(), MADE), [one])
    again = credit_transfer(Payer("Bakery", IBANS[0], later.date(), later), [one])
    third = credit_transfer(Payer("Bakery", IBANS[0], MADE.date(), MADE), [other])
    elsewhere = Payment("T1", "Bo", IBANS[2], 100, "")
    fourth = credit_transfer(Payer("Bakery", IBANS[0], MADE.date(), MADE), [elsewhere])
    assert texts(first, "MsgId") == texts(again, "MsgId")
    assert len({*texts(first, "MsgId"), *texts(third, "MsgId"), *texts(fourth, "MsgId")}) == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Bäckerei Straße", "Backerei Strasse"),
        ("Жанна", "Zhanna"),
        ("Łukasz & Söhne", "Lukasz Sohne"),
        ("//a//b/", "a/b"),
        ("😀", "NOTPROVIDED"),
        ("", "NOTPROVIDED"),
        ("x\u202ey\n\tz", "x y z"),
        ("a" * 69 + " b", "a" * 69),
    ],
)
def test_names_are_told_in_the_letters_that_a_bank_takes(text: str, told: str) -> None:
    assert sepa_text(text, NAME_CHARACTERS_MAX) == told
