"""The key that signs checkpoints: made once, replaced by itself, and never a reason to stop talking."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.cli.outside import SeededChance as Seeded
from bot.checkpoints import check_signature, follow, origin_of, public_of, read_checkpoint, read_note
from bot.merkle import Growing
from bot.ports import Keys
from bot.writer.signing import NAME, SpoiledKeyError, made_key, rotated, signing_key
from storage.engines import writing
from storage.keys import KeyFolder
from tests.security.election import Election


@pytest.fixture
def coop(tmp_path: Path) -> Iterator[Election]:
    it = Election(f"sqlite:///{tmp_path}/talkoot.db", tmp_path / "keys")
    it.say("ann", "/log 3h swept")
    yield it
    it.close()


def keys_of(coop: Election) -> Keys:
    assert coop.keys is not None
    return coop.keys


def note_of(told: str) -> str:
    """The checkpoint in an answer, as a chat shows it, with the empty line that a chat loses."""
    lines = [line.strip("`") for line in told.splitlines()]
    at = next(n for n, line in enumerate(lines) if line.startswith("talkoot/home/"))
    return "\n".join([*lines[at : at + 3], "", lines[at + 3], ""])


def root(coop: Election, size: int) -> bytes:
    tree = Growing()
    for entry in coop.entries()[:size]:
        tree.add(entry.hash)
    return tree.root


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")
    assert signing_key(keys) is None
    first = made_key(keys, Seeded(1))
    assert made_key(keys, Seeded(2)) == first == signing_key(keys)
    (path,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_old_key_signs_the_new_one_and_is_gone(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")
    assert rotated(keys, Seeded(1)) is None
    first = made_key(keys, Seeded(1))
    rotated(keys, Seeded(2))
    third = rotated(keys, Seeded(3))
    assert third is not None
    assert third == signing_key(keys)
    assert follow(first.public("a"), third.rotations)[-1] == third.public("a")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "keys").iterdir())
    assert first.seed not in kept


@pytest.mark.parametrize("kept", [b"", b"{}", b"nonsense", b'{"seed":"AAAA"}', b"\xff"])
def test_what_is_no_key_is_never_replaced_unasked(tmp_path: Path, kept: bytes) -> None:
    keys = KeyFolder(tmp_path / "keys")
    keys.make(NAME, kept)
    for do in (signing_key, lambda it: made_key(it, Seeded(1)), lambda it: rotated(it, Seeded(1))):
        with pytest.raises(SpoiledKeyError, match="Put it back"):
            do(keys)
    assert keys.read(NAME) == kept


def test_where_there_is_no_key_nothing_is_signed(coop: Election) -> None:
    assert "checkpoint" not in coop.say("ann", "/verify").text.casefold()
    assert "checkpoint" not in coop.say("ann", "/digest now").text.casefold()


@pytest.mark.parametrize("line", ["/verify", "/digest now"])
def test_the_checkpoint_that_is_told_is_the_journal_s_and_signed(line: str, coop: Election) -> None:
    key = made_key(keys_of(coop), Seeded(1))
    size = coop.state().head.seq
    note = read_note(note_of(coop.say("ann", line).text))
    point = read_checkpoint(note)
    assert point.origin == origin_of("home", coop.entries()[0].hash)
    assert (point.size, point.root) == (size, root(coop, size))
    check_signature(note, key.public(point.origin))


def test_after_a_rotation_the_new_key_signs_without_a_restart(coop: Election) -> None:
    made_key(keys_of(coop), Seeded(1))
    coop.say("ann", "/verify")
    new = rotated(keys_of(coop), Seeded(2))
    assert new is not None
    note = read_note(note_of(coop.say("ann", "/verify").text))
    check_signature(note, public_of(new.seed, read_checkpoint(note).origin))


def test_a_spoiled_key_or_a_lost_entry_keeps_nobody_from_an_answer(coop: Election) -> None:
    keys_of(coop).make(NAME, b"spoiled")
    told = coop.say("ann", "/verify").text
    assert "hold" in told
    assert "checkpoint" not in told.casefold()
    keys_of(coop).destroy(NAME)
    made_key(keys_of(coop), Seeded(1))
    with writing(coop.database) as connection:
        connection.exec_driver_sql("DROP TRIGGER entries_delete")
        connection.exec_driver_sql("DELETE FROM entries WHERE seq = 1")
    told = coop.say("ann", "/verify").text
    assert "hold" in told
    assert "checkpoint" not in told.casefold()


@pytest.mark.parametrize("line", ["/verify", "/digest now"])
def test_a_key_that_cannot_be_read_keeps_nobody_from_an_answer(
    line: str, coop: Election, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As when an administrator replaced it under a name of their own: trying again would not help."""
    made_key(keys_of(coop), Seeded(1))
    path = tmp_path / "keys" / f"{NAME}.key"
    path.unlink()
    path.mkdir()
    assert "checkpoint" not in coop.say("ann", line).text.casefold()
    assert "cannot be read" in caplog.text
