"""A crowd cannot be cut until one ballot stands alone: secret polls in which few take part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.decision import Ballots
from bot.writer.vault import Vault
from tests.security.election import Election

WEEK = dt.timedelta(days=8)
DAY = dt.timedelta(days=1)
PUBLISHES = ("", "--ballots list", "--ballots receipts", "--outcome-only")
THREE = {"ann": "aNNa > fAY", "bo": "fAY > dEE", "cem": "aNNa > bO"}


@pytest.fixture
def election(sqlite_url: str, tmp_path: Path) -> Iterator[Election]:
    it = Election(sqlite_url, tmp_path / "keys")
    yield it
    it.close()


def vote(it: Election, votes: dict[str, str]) -> None:
    for who, words in votes.items():
        it.vote(who, words)


@pytest.mark.parametrize("publishes", PUBLISHES)
def test_a_close_by_its_author_tells_nothing_of_few_ballots(election: Election, publishes: str) -> None:
    election.open(publishes)
    for who, words in THREE.items():
        vote(election, {who: words})
        assert election.say("ann", "/close Q1").text.startswith("Too few have voted on Q1")
        assert "poll.closed" not in election.kinds()


@pytest.mark.parametrize("publishes", PUBLISHES)
def test_the_end_of_a_poll_with_few_ballots_opens_none(
    election: Election, publishes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    election.open(publishes)
    vote(election, THREE)
    before = len(election.said)
    opened: list[Ballots] = []
    monkeypatch.setattr(Vault, "opened", lambda _vault, _tx, wanted: opened.append(wanted))

    told = election.later(WEEK).text
    assert opened == []
    told += (
        election.tick().text
        + election.say("ann", "/why Q1").text
        + election.say("ann", "/show Q1").text
    )

    assert "too few took part" in told
    assert election.kinds()[-2:] == ["poll.voided", "poll.key.destroyed"]
    assert (election.boxes(), election.key_files()) == ([], [])
    said = "\n".join(str(row.reply) for row in election.said[before:])
    assert not [name for name in ("Anna", "Fay", "Dee") if name in said.replace("Q1: Who?", "")]


def test_a_poll_of_few_ballots_is_the_same_whatever_was_voted(tmp_path: Path) -> None:
    told = []
    for name, votes in (("one", THREE), ("two", {"ann": "eVE", "bo": "cEM", "cem": "dEE > eVE"})):
        it = Election(f"sqlite:///{tmp_path}/{name}.db", tmp_path / f"keys-{name}")
        it.open("--outcome-only")
        vote(it, votes)
        it.later(WEEK)
        it.tick()
        told.append(([str(row.reply) for row in it.said], it.say("ann", "/why Q1").text))
        it.close()
    assert told[0] == told[1]


def test_the_floor_is_that_of_the_opening(election: Election) -> None:
    """Whoever may change rules lowers the floor no more once somebody has trusted it."""
    election.open()
    vote(election, THREE)
    assert "now 2" in election.say("ann", "/rules set secrecy-floor 2 --in collective").text
    assert election.say("ann", "/close Q1").text.startswith("Too few have voted on Q1")
    assert "too few took part" in election.later(WEEK).text


def test_people_who_turn_out_to_be_one_are_one_of_the_crowd(election: Election) -> None:
    """Four ballots; then two of the voters merge, and three people are left to hide among."""
    election.open()
    vote(election, {**THREE, "dee": "eVE"})
    code = election.say("dee", "/me link", private=True).text.partition("/me link ")[2].split()[0]
    election.say("cem", f"/me link {code} yes", private=True)
    assert election.say("ann", "/close Q1").text.startswith("Too few have voted on Q1")
    assert "too few took part" in election.later(WEEK).text


def test_who_has_left_is_still_one_of_the_crowd(election: Election) -> None:
    election.open()
    vote(election, {**THREE, "dee": "eVE"})
    election.say("dee", "/me leave yes", private=True)
    assert "4 of 4 people voted" in election.later(WEEK).text


def test_a_poll_taken_back_tells_nothing(election: Election) -> None:
    election.open("--ballots list")
    vote(election, {**THREE, "dee": "eVE"})
    before = len(election.said)
    election.say("ann", "/cancel Q1")
    election.tick()
    election.say("ann", "/why Q1")
    said = "\n".join(str(row.reply) for row in election.said[before:])
    assert not [name for name in ("Anna", "Fay", "Eve") if name in said]
    assert (election.boxes(), election.key_files()) == ([], [])


def test_a_process_that_comes_later_counts_nothing_either(sqlite_url: str, tmp_path: Path) -> None:
    """The voided poll's key goes, and no later process counts what the first did not."""
    it = Election(sqlite_url, tmp_path / "keys")
    it.open()
    vote(it, THREE)
    it.later(WEEK)
    it.restart()
    it.tick()
    assert it.kinds().count("poll.voided") == 1
    assert "poll.closed" not in it.kinds()
    assert it.key_files() == []
    it.close()


def test_who_speaks_for_organisations_is_no_crowd(sqlite_url: str, tmp_path: Path) -> None:
    """Two people and three organisations that one of them speaks for are two people."""
    it = Election(sqlite_url, tmp_path / "keys")
    for who in ("ann", "bo"):
        it.say(who, "/balance")
    for name in ("Attic", "Cellar", "Loft"):
        assert "one vote" in it.say("ann", f"/member seat {name} @ann").text
    assert it.say("ann", "/poll Who? | Anna | Bo --secret").text.startswith("With 2 voters")
    it.close()


def test_what_is_asked_again_has_the_floor_of_that_day(election: Election) -> None:
    election.say("eve", "/balance")
    election.open("--every day")
    assert "now 5" in election.say("eve", "/rules set secrecy-floor 5 --in collective").text
    election.later(DAY)
    polls = election.state().polls.known
    assert [polls[number].terms.floor for number in (1, 2)] == [4, 5]
