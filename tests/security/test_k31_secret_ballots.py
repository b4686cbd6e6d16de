"""How somebody voted in a secret poll cannot be learned from anything but the opened ballots.

K31 to K35 of the list of attacks: by what is told, by order, id, time and size, by remnants in the
files of both databases, by the key. `docs/secrecy.md` promises it line by line.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import logging
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from babel.messages.pofile import read_po

from adapters.cli.export import export_bundle
from adapters.cli.store import check_apart, open_store
from adapters.cli.verify import verify_archive
from bot.polling.sealing import BOX_BYTES, Spoiled, Turn, Urn, unseal
from bot.text.wording import Say
from commands import FEATURES
from storage.engines import UnfitDatabase, clean_out_ballots
from tests.house.cases import first
from tests.security.election import HOME, VOTERS, Election, Killed

WEEK = dt.timedelta(days=8)
DATABASES = ["sqlite_url", "postgres_url"]

RANKED = {"ann": "aNNa > fAY > bO", "bo": "fAY > dEE", "cem": "cEM = eVE > bO", "dee": "fAY > aNNa"}
"""Votes in a spelling of their own, which is found wherever it was kept."""

CANARIES = [word.encode() for word in ("aNNa", "fAY", "dEE", "cEM", "eVE")]
TYPED = [b"aNNa > ", b"fAY > ", b" > dEE", b"cEM = eVE", b"eVE > "]
"""The same as they were typed: three letters alone stand in megabytes of a log by chance."""

PLAIN = [b'{"vote":']
"""What a ballot looks like before it is sealed."""


@pytest.fixture(params=DATABASES)
def election(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Election]:
    it = Election(request.getfixturevalue(request.param), tmp_path / "keys")
    yield it
    it.close()


def voted(it: Election, votes: dict[str, str] | None = None) -> list[str]:
    return [it.vote(who, words).text for who, words in (votes or RANKED).items()]


def closing(it: Election) -> dict[str, Any]:
    """What the journal says of the close, for good."""
    with it.store.archive.snapshot() as snapshot:
        payloads = [entry.payload for entry in snapshot.entries(HOME)]
    (closed,) = (json.loads(row) for row in payloads if '"event":"poll.closed"' in row)
    assert isinstance(closed, dict)
    return closed


def finished(it: Election) -> None:
    """The week is over, and everything that is due has happened."""
    it.later(WEEK)
    it.tick()


# --- K31: what is told ----------------------------------------------------------------------------


def test_the_answer_is_the_same_for_every_vote_and_repeats_none(election: Election) -> None:
    election.open()
    before = len(election.said)
    answers = voted(election)
    assert set(answers) == {"Your vote on Q1 is recorded and sealed."}
    assert voted(election, {"ann": "Eve > Dee"}) == [answers[0]]
    # Each vote is told to its voter alone: no card is edited, nobody is notified.
    assert [row.person for row in election.said[before:]] == [*VOTERS, "ann"]


def told_of(url: str, folder: Path, votes: dict[str, str]) -> tuple[list[str], list[str], list[int]]:
    """Everything that is said and kept of an open poll, but what is in the boxes."""
    it = Election(url, folder)
    said = [it.open("--ballots list").text, *voted(it, votes)]
    looks = ("/show Q1", "/why Q1", "/polls", "/me export", "/ledger", "/decisions")
    said.extend(it.say("ann", words).text for words in looks)
    it.restart()
    said.append(it.say("ann", "/why Q1").text)
    with it.database.connect() as connection:
        rows = [
            repr(row)
            for table in ("entries", "subjects", "texts", "inbox", "outbox", "rooms", "wakes")
            for row in sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {table}").all()))
        ]
    sizes = [len(box) for _, box in it.boxes()]
    it.close()
    return said, rows, sizes


def test_until_the_close_two_polls_with_other_votes_are_the_same_poll(tmp_path: Path) -> None:
    """Every answer, card and row: byte by byte; so nothing of them can tell how anybody voted."""
    others = {"ann": "Bo", "bo": "Anna > Bo > Cem > Dee > Eve > Fay", "cem": "Fay", "dee": "Cem = Bo"}
    one = told_of(f"sqlite:///{tmp_path}/one.db", tmp_path / "keys-one", RANKED)
    two = told_of(f"sqlite:///{tmp_path}/two.db", tmp_path / "keys-two", others)
    assert one == two
    assert one[2] == [BOX_BYTES] * len(VOTERS)


def test_the_log_knows_no_vote_and_no_key(election: Election, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    election.open("--ballots receipts")
    told = "".join(voted(election))
    key = election.key_files()[0].read_bytes()
    finished(election)
    assert key.hex() not in caplog.text
    assert not [word for word in CANARIES if word.decode() in caplog.text]
    for words in re.findall(r"Your receipt is (\S+);", told):
        assert words not in caplog.text


# --- K32: order, ids, time, size ------------------------------------------------------------------


def test_every_box_has_one_length_and_no_time(election: Election) -> None:
    election.open()
    voted(election, {"ann": "Anna", "bo": "Anna > Bo > Cem > Dee > Eve > Fay", "cem": "Cem"})
    assert {len(box) for _, box in election.boxes()} == {BOX_BYTES}
    with election.database.connect() as connection:
        found = connection.exec_driver_sql("SELECT * FROM ballots").keys()
    assert list(found) == ["collective", "poll", "voter", "box"]


def test_the_order_of_published_ballots_is_not_that_of_the_votes(tmp_path: Path) -> None:
    """Over many polls each voter's ballot stands in each place about as often (chi-square, 9 d.f.)."""
    places = {who: [0] * len(VOTERS) for who in VOTERS}
    rounds = 60
    names = dict(zip(VOTERS, ("Anna", "Bo", "Cem", "Dee"), strict=True))
    it = Election(f"sqlite:///{tmp_path}/a.db", tmp_path / "keys")
    for who in VOTERS:
        it.say(who, "/balance")
    for number in range(1, rounds + 1):
        it.say("ann", "/poll Who? | Anna | Bo | Cem | Dee --secret --ballots list")
        for who in VOTERS:
            it.say(who, f"/vote Q{number} {names[who]}", private=True)
        told = it.say("ann", f"/close Q{number}").text
        listed = re.findall(r"^- (Anna|Bo|Cem|Dee)$", told.partition("Ballots")[2], re.MULTILINE)
        for who, name in names.items():
            places[who][listed.index(name)] += 1
    it.close()
    expected = rounds / len(VOTERS)
    chi_square = sum((n - expected) ** 2 / expected for row in places.values() for n in row)
    assert chi_square < 27.9  # exceeded by chance in one of a thousand; the seed is fixed


# --- K33, K34: remnants ---------------------------------------------------------------------------


def bytes_of_sqlite(folder: Path) -> bytes:
    """The database with its log and everything beside it, as a thief or a backup would have them."""
    return b"".join(path.read_bytes() for path in folder.glob("*.db*"))


def bytes_of_postgres(url: str, *, with_log: bool = True) -> bytes:
    """Every table of the database, and the server's log, from its disk."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        names = connection.execute(
            "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 't', 'i') "
            "AND relnamespace = 'public'::regnamespace OR relkind = 't'"
        ).fetchall()
        log = connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
        assert log is not None
    paths = [Path(row[0]) / name for (name,) in names if name]
    paths += [Path(row[0]) / "pg_wal" / log[0]] if with_log else []
    return b"".join(path.read_bytes() for path in paths if path.exists())


def kept(it: Election, *, with_log: bool = True) -> bytes:
    if it.url.startswith("sqlite"):
        return bytes_of_sqlite(Path(it.url.removeprefix("sqlite:///")).parent)
    return bytes_of_postgres(it.url, with_log=with_log)


def found(it: Election) -> list[bytes]:
    """What is found of votes in the files; the server's log has open votes of other databases as well,
    so only what is spelled as here is looked for in it.
    """
    everything, own = kept(it), kept(it, with_log=False)
    return [what for what in TYPED if what in everything] + [what for what in PLAIN if what in own]


def test_no_file_of_the_database_holds_a_vote_before_or_after_the_close(election: Election) -> None:
    election.open()
    voted(election)
    voted(election, {"ann": "eVE > dEE"})
    assert not found(election)
    # What is kept is found this way: the boxes are there.
    assert all(box[:64] in kept(election) for _, box in election.boxes())
    finished(election)
    assert not found(election)


MISTYPED = (
    "/vote Q1 --foo aNNa > fAY",
    "/votee Q1 aNNa > fAY",
    "/vote aNNa > fAY Q1",
    "/ich stimme Q1 aNNa > fAY",
    "/vote Q1 aNNa > fAY > zoe",
    "/Q1 aNNa > fAY",
    "/why Q1 aNNa > fAY",
    "/show Q1 aNNa > fAY",
    "Q1 aNNa > fAY",
    "/in Talkoot votee Q1 aNNa > fAY",
)
"""Votes that are refused, or answered with a line put right."""


@pytest.mark.parametrize("line", MISTYPED)
def test_a_vote_that_was_mistyped_is_kept_in_no_file(election: Election, line: str) -> None:
    election.open()
    told = election.say("ann", line, private=True)
    assert told.text
    assert b"aNNa > " not in kept(election)


def test_after_the_close_the_boxes_are_gone_from_the_files_of_the_table(election: Election) -> None:
    election.open()
    voted(election)
    boxes = [box for _, box in election.boxes()]
    finished(election)
    assert election.boxes() == []
    if election.url.startswith("sqlite"):
        left = kept(election)
        assert not [box for box in boxes if box[:64] in left]
        return
    # The server's own log keeps sealed boxes until it is written over, and so does a table while
    # anybody on the server began something before: their key is gone.
    while any(box[:64] in bytes_of_postgres(election.url, with_log=False) for box in boxes):
        clean_out_ballots(election.database)


def test_a_reader_who_holds_the_log_open_delays_the_end_and_does_not_spoil_it(tmp_path: Path) -> None:
    it = Election(f"sqlite:///{tmp_path}/a.db", tmp_path / "keys")
    it.open()
    voted(it)
    boxes = [box for _, box in it.boxes()]
    holding = it.store.archive
    with holding.snapshot() as snapshot:
        assert next(iter(snapshot.entries(HOME)))
        it.later(WEEK)
        assert "poll.closed" in it.kinds()
        assert "poll.key.destroyed" not in it.kinds()
        assert it.key_files() == []
    it.later(dt.timedelta(minutes=2))
    assert it.kinds()[-2:] == ["poll.closed", "poll.key.destroyed"]
    assert not [box for box in boxes if box[:64] in bytes_of_sqlite(tmp_path)]
    it.close()


def test_a_bundle_for_others_holds_no_vote(election: Election, tmp_path: Path) -> None:
    election.open()
    voted(election)
    export_bundle(election.store.archive, tmp_path / "open")
    finished(election)
    export_bundle(election.store.archive, tmp_path / "closed")
    for name, what in itertools.product(("open", "closed"), (*TYPED, *PLAIN)):
        files = [path for path in (tmp_path / name).iterdir() if path.suffix != ".py"]
        assert not [path for path in files if what in path.read_bytes()], what


# --- K35: the key ---------------------------------------------------------------------------------


def test_the_key_is_one_file_of_32_bytes_for_its_owner_alone(election: Election) -> None:
    election.folder.mkdir(mode=0o755)
    election.open()
    (key,) = election.key_files()
    assert len(key.read_bytes()) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(election.folder.stat().st_mode) == 0o700
    assert key.read_bytes() not in kept(election)
    assert key.read_bytes().hex().encode() not in kept(election)


def test_a_copy_of_the_database_opens_nothing_without_the_key(election: Election) -> None:
    election.open()
    voted(election)
    (key,) = election.key_files()
    right = key.read_bytes()
    it = election.state().polls.known[1]
    urn, (voter, box) = it.urn(HOME), election.boxes()[0]
    turn = it.last_turns()[0]
    assert b"ranks" in unseal(urn, turn, box, right)
    for wrong in (bytes(32), right[::-1], right[:-1] + bytes([right[-1] ^ 1])):
        with pytest.raises(Spoiled):
            unseal(urn, turn, box, wrong)
    for other in (Urn(HOME, 2, urn.opening), Urn("other", 1, urn.opening), Urn(HOME, 1, "0" * 64)):
        with pytest.raises(Spoiled):
            unseal(other, turn, box, right)
    for moved in (Turn(voter + 1, 1), Turn(voter, 2)):
        with pytest.raises(Spoiled):
            unseal(urn, moved, box, right)


BESIDE = ["", "keys", "a/b/keys"]


@pytest.mark.parametrize("inside", BESIDE)
def test_keys_in_the_folder_of_the_database_are_refused_at_the_start(
    inside: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/data/talkoot.db"
    with pytest.raises(UnfitDatabase, match="Name another folder"):
        check_apart(url, tmp_path / "data" / inside)
    check_apart(url, tmp_path / "keys")
    with pytest.raises(UnfitDatabase), open_store(url, tmp_path / "data" / inside):
        pass


def test_a_program_that_runs_leaves_no_picture_of_its_memory() -> None:
    code = "import resource, adapters.cli.running as r; r.keep_memory(); "
    code += "print(resource.getrlimit(resource.RLIMIT_CORE))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0)"


# --- The end, killed between any two steps --------------------------------------------------------


def until_killed(it: Election, steps: int) -> bool:
    """Let the poll end in a process that lives for so many steps; whether it was killed."""
    it.clock.move_by(WEEK)
    it.restart(steps)
    try:
        it.tick()
    except Killed:
        return True
    return False


@pytest.mark.parametrize("cancelled", [False, True], ids=["counted", "cancelled"])
@pytest.mark.parametrize("which", first(1, DATABASES))
def test_killed_between_any_two_steps_there_is_one_count_and_no_key(
    which: str, request: pytest.FixtureRequest, tmp_path: Path, *, cancelled: bool
) -> None:
    steps = 0
    while True:
        url = f"sqlite:///{tmp_path}/{steps}.db"
        if which == "postgres_url":
            url = request.getfixturevalue(which)
            with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute("DROP SCHEMA public CASCADE")
                connection.execute("CREATE SCHEMA public")
        it = Election(url, tmp_path / f"keys-{steps}")
        it.open()
        voted(it)
        killed = ended(it, steps, cancelled=cancelled)
        it.restart()
        for _ in range(3):
            it.tick()
            it.clock.move_by(dt.timedelta(minutes=2))
        if cancelled and "poll.cancelled" not in it.kinds():
            assert killed
            assert len(it.key_files()) == 1
            assert len(it.boxes()) == len(VOTERS)
        else:
            end = "poll.cancelled" if cancelled else "poll.closed"
            assert it.kinds().count(end) == 1, steps
            assert it.kinds()[-1] == "poll.key.destroyed", steps
            assert it.kinds().count("poll.key.destroyed") == 1, steps
            assert it.key_files() == []
            assert it.boxes() == []
        if not cancelled:
            assert closing(it)["result"]["elected"]
            assert closing(it)["voters"] == len(VOTERS)
        assert verify_archive(it.store.archive).sound
        it.close()
        if not killed:
            break
        steps += 1
    # A poll ends in four transactions and one key, with a step before and behind each.
    assert steps >= 10


def ended(it: Election, steps: int, *, cancelled: bool) -> bool:
    if not cancelled:
        return until_killed(it, steps)
    it.restart(steps)
    try:
        it.say("ann", "/cancel Q1")
    except Killed:
        return True
    return False


# --- Lost, wrong, foreign -------------------------------------------------------------------------


def spoil_key(it: Election) -> None:
    it.key_files()[0].write_bytes(bytes(32))


def lose_key(it: Election) -> None:
    it.key_files()[0].unlink()


def cut_key(it: Election) -> None:
    it.key_files()[0].write_bytes(b"short")


def drop_box(it: Election) -> None:
    with it.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM ballots WHERE voter = 2")


def swap_boxes(it: Election) -> None:
    (_, one), (_, two) = it.boxes()[:2]
    mark = "?" if it.url.startswith("sqlite") else "%s"
    with it.database.begin() as connection:
        for voter, box in ((1, two), (2, one)):
            connection.exec_driver_sql(
                f"UPDATE ballots SET box = {mark} WHERE voter = {mark}", (box, voter)
            )


HARMS: dict[Callable[[Election], None], str] = {
    spoil_key: "its ballots do not open with its key",
    lose_key: "the key of its ballots is gone",
    cut_key: "the key of its ballots is gone",
    drop_box: "its ballots are not those of the people who took part",
    swap_boxes: "its ballots do not open with its key",
}


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_what_cannot_be_opened_voids_the_poll_loudly_and_counts_nothing(
    harm: Callable[[Election], None], election: Election
) -> None:
    election.open()
    voted(election)
    harm(election)
    told = election.later(WEEK).text
    assert f"Void: {HARMS[harm]}" in told
    election.tick()
    assert "poll.voided" in election.kinds()
    assert "poll.closed" not in election.kinds()
    assert election.kinds()[-1] == "poll.key.destroyed"
    assert "Anna" not in told


def test_an_older_box_of_the_same_voter_does_not_count(election: Election) -> None:
    election.open()
    voted(election)
    old = dict(election.boxes())[1]
    voted(election, {"ann": "Eve"})
    mark = "?" if election.url.startswith("sqlite") else "%s"
    with election.database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE ballots SET box = {mark} WHERE voter = 1", (old,))
    assert "Void" in election.later(WEEK).text


# --- Who may learn what, at the close -------------------------------------------------------------


def test_totals_publish_no_ballot(election: Election) -> None:
    election.open()
    voted(election)
    told = election.later(WEEK).text
    assert "How many put the option of a row above" in told
    assert "Ballots, in random order" not in told
    assert "ballots" not in closing(election)


def test_outcome_only_publishes_nothing_but_what_was_decided(election: Election) -> None:
    election.open("--outcome-only")
    voted(election)
    told = election.later(WEEK).text
    assert "Q1: Fay. 4 of 4 people voted. Who?" in told
    for word in ("Round", "Equal", "above that", "Ballots", "Votes"):
        assert word not in told
    closed = closing(election)
    assert set(closed) <= {"event", "number", "closed", "result", "seed", "voters"}
    assert set(closed["result"]) <= {"elected", "method"}


def test_a_list_is_without_names_and_receipts_are_told_to_their_voters_alone(
    election: Election,
) -> None:
    election.open("--ballots receipts")
    receipts = [re.findall(r"receipt is (\S+);", told)[0] for told in voted(election)]
    assert not [one for one in receipts if one.encode() in kept(election)]
    told = election.later(WEEK).text
    assert set(re.findall(r"^- (\w+-\w+-\w+): ", told, re.MULTILINE)) == set(receipts)
    assert "Fay > Dee" in election.say("bo", f"/verify-ballot Q1 {receipts[1]}").text
    assert "has this receipt" in election.say("bo", "/verify-ballot Q1 oak-oak-oak").text


def test_two_votes_of_one_person_collapse_to_the_later(election: Election) -> None:
    election.say("eve", "/balance")
    election.open()
    voted(election, {**RANKED, "eve": "bO"})
    told = election.say("dee", "/me link", private=True).text
    code = re.findall(r"/me link ([A-Z0-9]+-[A-Z0-9]+)", told)
    assert code
    election.say("cem", f"/me link {code[0]} yes", private=True)
    assert "4 of 4 people voted" in election.later(WEEK).text


def test_what_protects_voters_is_never_switched_off(election: Election) -> None:
    election.open()
    assert election.say("ann", "/hide Q1 --secret off").text
    voted(election)
    it = election.state().polls.known[1]
    assert it.terms.secret
    assert it.terms.hidden
    assert "Void" not in election.later(WEEK).text


BANNED = re.compile(
    r"anonym|untrace|unlink(?:able)|nobody can ever|end-to-end verif|deleted for ever|unhackable"
    r"|niemand kann je|unr\u00fcckverfolg",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", ["talkoot.pot", "de/LC_MESSAGES/talkoot.po"])
def test_no_message_promises_what_nobody_can_keep(language: str) -> None:
    root = Path(__file__).parents[2]
    with (root / "bot" / "locales" / language).open("rb") as file:
        catalogue = read_po(file)
    # What people type to find a command is said by them, not by us.
    looked_for = {it.also.text for it in FEATURES.commands.values() if isinstance(it.also, Say)}
    assert len(looked_for) > 50
    promised = [
        each
        for message in catalogue
        if message.id not in looked_for
        for each in (message.id, message.string)
        if BANNED.search(str(each))
    ]
    assert promised == []


def test_each_line_of_the_page_on_secrecy_is_held_by_a_test_that_is_there() -> None:
    page = (Path(__file__).parents[2] / "docs" / "secrecy.md").read_text("utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| ") and not row.startswith("| who |")]
    assert len(rows) == 18
    for row in rows:
        held = row.rstrip(" |").rpartition("|")[2].strip()
        assert held in {"held by", "said, not held"} or re.findall(r"`(test_\w+)`", held), row
    named = set(re.findall(r"`(test_\w+)`", page))
    assert named <= set(globals()), named - set(globals())
    assert not BANNED.search(page)
