"""`/verify` finds what somebody changed in the database behind the bot's back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.election import Election


@pytest.fixture
def coop(tmp_path: Path) -> Iterator[Election]:
    it = Election(f"sqlite:///{tmp_path}/talkoot.db", tmp_path / "keys")
    it.say("ann", "/log 3h swept")
    it.say("bo", "/log 2h cooked")
    yield it
    it.close()


def change(it: Election, statement: str) -> None:
    """What the database refuses as long as its triggers are there."""
    with it.database.begin() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in names.scalars().all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql(statement)
    it.restart()


def test_the_head_that_was_told_is_reached(coop: Election) -> None:
    head = coop.state().head
    coop.say("ann", "/log 1h more")
    told = coop.say("cem", f"/verify {head.seq}:{head.hash.hex()[:16]}").text
    assert f"It reaches {head.seq}:{head.hash.hex()[:16]}." in told


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "UPDATE entries SET payload = replace(payload, '180', '190') WHERE seq = 4",
            "its content was changed",
        ),
        ("UPDATE entries SET actor = 2 WHERE seq = 4", "its envelope was changed"),
        ("UPDATE entries SET at = at + 1 WHERE seq = 4", "its envelope was changed"),
    ],
)
def test_what_was_changed_is_named(statement: str, what: str, coop: Election) -> None:
    before = coop.say("ann", "/verify").text
    assert "entries hold" in before
    change(coop, statement)
    told = coop.say("ann", "/verify").text
    assert "The journal does not hold: home, entry" in told
    assert what in told
    assert "talkoot verify" in told


def test_a_cut_end_is_shown_by_the_head_that_was_told(coop: Election) -> None:
    head = coop.state().head
    change(coop, f"DELETE FROM entries WHERE seq = {head.seq}")
    told = coop.say("ann", f"/verify {head.seq}:{head.hash.hex()}").text
    assert f"The journal does not reach {head.seq}:" in told
