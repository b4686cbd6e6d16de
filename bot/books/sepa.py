"""A bank's file of transfers: ISO 20022's pain.001.001.09, as the SEPA rulebook wants it.

What is in it is only given; nothing here looks anything up. Names are brought into the few letters that
every bank takes (European Payments Council, EPC217-08).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from anyascii import anyascii

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

CURRENCY = "EUR"

CENTS_MAX = 99_999_999_999
"""The largest transfer of SEPA."""

NAME_CHARACTERS_MAX = 70
REMITTANCE_CHARACTERS_MAX = 140

COUNTRIES = frozenset(
    {
        *(
            "AD",
            "AL",
            "AT",
            "BE",
            "BG",
            "CH",
            "CY",
            "CZ",
            "DE",
            "DK",
            "EE",
            "ES",
            "FI",
            "FR",
            "GB",
            "GI",
        ),
        *(
            "GR",
            "HR",
            "HU",
            "IE",
            "IS",
            "IT",
            "LI",
            "LT",
            "LU",
            "LV",
            "MC",
            "MD",
            "ME",
            "MK",
            "MT",
            "NL",
        ),
        *("NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA"),
    }
)
"""With which letters the accounts begin that SEPA reaches (European Payments Council, EPC409-09)."""

_OTHERS = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+")
_PICTURES = frozenset({"So", "Sk", "Cf"})
_NAMELESS = "NOTPROVIDED"


@dataclass(frozen=True, slots=True)
class Payment:
    """A transfer: its reference here, to whom and to which account, how many cents, and what for."""

    ref: str
    name: str
    iban: str
    cents: int
    what: str


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, from which account, on which day; and when the file is made."""

    name: str
    iban: str
    day: dt.date
    made: dt.datetime


def sepa_text(text: str, most: int) -> str:
    """A text in the letters of SEPA; of what has none there, and is no writing, nothing is left."""
    letters = "".join(" " if unicodedata.category(each) in _PICTURES else each for each in text)
    plain = _OTHERS.sub(" ", anyascii(letters))
    once = re.sub(r"/{2,}", "/", " ".join(plain.split()))
    return once.strip("/ ")[:most].strip("/ ") or _NAMELESS


def credit_transfer(payer: Payer, payments: Sequence[Payment]) -> bytes:
    """The file; the same transfers again have the same name in it, by which a bank can tell."""
    named = repr((payer.iban, [(it.ref, it.iban, it.cents) for it in payments]))
    name = f"TALKOOT-{hashlib.sha256(named.encode()).hexdigest()[:24]}"
    count, total = str(len(payments)), _amount(sum(it.cents for it in payments))
    document = ET.Element("Document", xmlns=NAMESPACE)
    body = ET.SubElement(document, "CstmrCdtTrfInitn")
    head = ET.SubElement(body, "GrpHdr")
    _say(head, "MsgId", name)
    _say(head, "CreDtTm", payer.made.replace(microsecond=0).isoformat())
    _say(head, "NbOfTxs", count)
    _say(head, "CtrlSum", total)
    _say(head, "InitgPty/Nm", sepa_text(payer.name, NAME_CHARACTERS_MAX))
    batch = ET.SubElement(body, "PmtInf")
    _say(batch, "PmtInfId", f"{name}-1")
    _say(batch, "PmtMtd", "TRF")
    _say(batch, "NbOfTxs", count)
    _say(batch, "CtrlSum", total)
    _say(batch, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _say(batch, "ReqdExctnDt/Dt", payer.day.isoformat())
    _say(batch, "Dbtr/Nm", sepa_text(payer.name, NAME_CHARACTERS_MAX))
    _say(batch, "DbtrAcct/Id/IBAN", payer.iban)
    _say(batch, "DbtrAgt/FinInstnId/Othr/Id", _NAMELESS)
    _say(batch, "ChrgBr", "SLEV")
    for each in payments:
        _transfer(batch, each)
    ET.indent(document)
    written: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return written


def _transfer(batch: ET.Element, it: Payment) -> None:
    one = ET.SubElement(batch, "CdtTrfTxInf")
    _say(one, "PmtId/EndToEndId", it.ref)
    _say(one, "Amt/InstdAmt", _amount(it.cents)).set("Ccy", CURRENCY)
    _say(one, "Cdtr/Nm", sepa_text(it.name, NAME_CHARACTERS_MAX))
    _say(one, "CdtrAcct/Id/IBAN", it.iban)
    _say(one, "RmtInf/Ustrd", sepa_text(it.what, REMITTANCE_CHARACTERS_MAX))


def _say(parent: ET.Element, path: str, text: str) -> ET.Element:
    """Put a text below a chain of new elements."""
    for name in path.split("/"):
        parent = ET.SubElement(parent, name)
    parent.text = text
    return parent


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
