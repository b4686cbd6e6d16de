"""Which receipts there are stands in each export as a tag `slip`, read back by the real tools."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core import data

from bot.collective.slips import SlipKept
from tests.commands.ledger.test_report import written
from tests.commands.ledger.test_slips import PHOTO, SCAN, coop
from tests.house import House


@pytest.fixture(scope="module")
def house() -> House:
    """T2 has two receipts; of T3 it was taken back, T6 undoes that; T4 is shared; T5 has none."""
    it = coop("expenses anyone", "second-eyes none")
    for who, line, file in (
        ("bo", "/expense 12.50 EUR eggs, a dozen; fresh", PHOTO),
        ("bo", "/slip add T2", SCAN),
        ("cem", "/approve T2", None),
        ("eve", "/expense 7 EUR milk --paid treasury --again", SCAN),
        ("eve", "/slip remove T3", None),
        ("bo", "/expense 60 EUR pizza @bo @cem --again", PHOTO),
        ("cem", "/approve T4", None),
        ("eve", "/expense 3 EUR salt --paid treasury", None),
        ("eve", "/reverse T3 twice", None),
    ):
        more: dict[str, Any] = {"file": file} if file else {}
        assert it.say(who, line, **more).error == "", line
    return it


def there(it: House) -> dict[str, str]:
    """The commitments that the journal has of what is still kept, by what they are of."""
    found: dict[str, list[str]] = {"T2": [], "T4": []}
    for each in it.events():
        if isinstance(each, SlipKept) and f"T{each.transfer}" in found:
            found[f"T{each.transfer}"].append(each.content)
    assert [len(them) for them in found.values()] == [2, 1]
    return {ref: " ".join(them) for ref, them in found.items()}


@pytest.mark.skipif(not shutil.which("hledger"), reason="hledger is not installed")
def test_hledger_reads_which_receipts_there_are(house: House, tmp_path: Path) -> None:
    file = tmp_path / "it.journal"
    file.write_text(written(house, "hledger")[1], "utf-8")

    def said(*line: str) -> str:
        done = subprocess.run(
            ["hledger", "-f", str(file), *line],
            capture_output=True,
            text=True,
            check=True,
            env={"LANG": "C.UTF-8"},
        )
        return done.stdout

    tagged = json.loads(said("print", "tag:slip", "-O", "json"))
    assert {it["tcode"]: dict(it["ttags"])["slip"] for it in tagged} == there(house)
    # What an auditor asks for: what was spent without one.
    without = json.loads(said("print", "expenses", "not:tag:slip", "-O", "json"))
    assert [it["tcode"] for it in without] == ["T3", "T5", "T6"]
    total = said("balance", "expenses", "not:tag:slip", "-N", "--format", "%(total)")
    assert total.strip() == "3.00 EUR"


def test_beancount_reads_which_receipts_there_are(house: House) -> None:
    entries, errors, _ = loader.load_string(written(house, "beancount")[1])
    assert errors == []
    found = [it for it in entries if isinstance(it, data.Transaction) and "slip" in it.meta]
    assert {link: it.meta["slip"] for it in found for link in it.links} == there(house)


def test_a_table_tells_which_receipts_there_are(house: House) -> None:
    rows = csv.DictReader(io.StringIO(written(house, "csv")[1], newline=""))
    assert {row["ref"]: row["slip"] for row in rows if row["slip"]} == there(house)
