"""Being forgotten: no name, account or word of somebody is left in the file; sums and hashes stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.cli.verify import verify_archive
from tests.house import House

CANARIES = ("canaryname", "canaryaccount", "canarywork", "canarynote", "canarythanks", "canaryreason")
OTHERS = ("canarygift", "canarycomplaint")
"""What others said about them goes too."""


def lived(bakery: House) -> None:
    """A life full of canaries."""
    bakery.say("ann", "/me")
    bakery.say("bo", "/me")
    bakery.say("canaryaccount", "/log 2h canarywork\ncanarynote", name="canaryname")
    bakery.say("canaryaccount", "/thank @bo canarythanks")
    bakery.say("bo", "/log 1h swept")
    bakery.say("canaryaccount", "/dispute C2 canaryreason")
    bakery.say("bo", "/thank @canaryname canarygift")
    bakery.say("bo", "/dispute C1 canarycomplaint")
    bakery.say("bo", "/confirm C1")


@pytest.mark.parametrize("which", ["sqlite_url", "postgres_url"])
def test_nothing_of_somebody_who_is_forgotten_is_left(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    bakery = House(url=request.getfixturevalue(which), delivering=True)
    lived(bakery)
    before = bakery.say("ann", "/ledger").text.partition("Journal")[0]
    assert "forgotten" in bakery.say("canaryaccount", "/me forget yes").text

    assert bakery.say("ann", "/ledger").text.partition("Journal")[0] == before
    assert "canary" not in bakery.say("ann", "/contributions").text
    assert "canary" not in bakery.say("ann", "/member list").text
    assert "…, 2h" in bakery.say("ann", "/show C1").text
    with bakery.store.archive.snapshot() as snapshot:
        left = [text.text for text in snapshot.kept_texts(bakery.home) if text.text]
    assert not [text for text in left if "canary" in text]
    assert verify_archive(bakery.store.archive).sound
    bakery.close()
    if which == "sqlite_url":
        kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert b"swept" in kept
        for canary in (*CANARIES, *OTHERS):
            assert canary.encode() not in kept, canary


def test_the_same_person_begins_anew_and_gets_nothing_back(sqlite_url: str) -> None:
    bakery = House(url=sqlite_url, delivering=True)
    lived(bakery)
    bakery.say("canaryaccount", "/me forget yes")
    assert bakery.say("canaryaccount", "/balance", name="canaryname").text == "canaryname: 0h"
    bakery.engine.forget()
    assert bakery.say("canaryaccount", "/balance", name="canaryname").text == "canaryname: 0h"
    bakery.close()
