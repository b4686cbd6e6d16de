"""Several workers on one database: each has its own, and what a dead one left is taken once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from msgspec import structs
from sqlalchemy import Connection, Engine

from bot.chat import Kind, Outgoing, Place, Reply
from bot.ports import Mark, Written
from bot.text.wording import Words
from storage.crew import SqlCrew
from storage.engines import open_engine, writing
from storage.journal import SqlJournal
from storage.outbox import SqlOutbox
from storage.reading import SqlArchive
from storage.upgrading import bring_up_to_date
from tests.contract.making import KITCHEN, Chain, Store, key, outgoing

GARDEN = Place("matrix", "!garden:example.org")
HALL = Place("discord", "42")


class Worker(Store):
    """One of the programs on a database."""

    def __init__(self, url: str, *platforms: str) -> None:
        engine = open_engine(url)
        self.crew = SqlCrew(engine)
        outbox, archive = SqlOutbox(engine, self.crew), SqlArchive(engine)
        super().__init__(url, SqlJournal(engine, self.crew), outbox, archive)
        if platforms:
            self.crew.join(platforms)

    def tell(self, message: str, place: Place = KITCHEN) -> None:
        self.write(Written(outgoing=[outgoing(message, place=place)]))

    def has(self) -> list[str]:
        return [each.key.message for each in self.outbox.queued(1_000)]


@pytest.fixture
def url(database_url: str) -> str:
    bring_up_to_date(database_url)
    return database_url


@pytest.fixture
def two(url: str) -> Iterator[tuple[Worker, Worker]]:
    one, other = Worker(url, "matrix"), Worker(url, "matrix", "discord")
    yield one, other
    one.journal.close()
    other.journal.close()


def test_each_has_what_it_wrote_and_a_platform_that_it_lacks_is_anybodys(
    two: tuple[Worker, Worker],
) -> None:
    one, other = two
    one.tell("m1")
    other.tell("m2")
    one.tell("m3", HALL)

    assert (one.has(), other.has()) == (["m1"], ["m2"])
    assert one.outbox.addresses() == other.outbox.addresses() == [(KITCHEN, "")]
    assert one.crew.look().owners == {one.crew.me, other.crew.me}
    look = other.crew.look()
    assert look.owners == {one.crew.me, other.crew.me, ""}
    assert look.beats == {one.crew.me: 0, other.crew.me: 0}

    assert other.crew.claim(look.owners - look.beats.keys(), 9) == [(HALL, "")]
    assert other.has() == ["m2", "m3"]


def test_what_is_taken_is_taken_oldest_first_and_only_by_one(two: tuple[Worker, Worker]) -> None:
    one, other = two
    for number in range(40):
        one.tell(f"m{number}", (KITCHEN, GARDEN)[number % 2])
    left = one.crew.me
    one.crew.leave()
    one.crew.join(["matrix"])

    assert Counter(other.crew.claim([left], 4)) == {(KITCHEN, ""): 2, (GARDEN, ""): 2}
    assert other.has() == ["m0", "m1", "m2", "m3"]
    taken: list[int] = []

    def take(worker: Worker) -> None:
        while count := len(worker.crew.claim([left], 3)):
            taken.append(count)

    threads = [threading.Thread(target=take, args=(worker,)) for worker in two]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(taken) == 36
    assert sorted(one.has() + other.has()) == sorted(f"m{number}" for number in range(40))
    assert not set(one.has()) & set(other.has())


def test_who_beats_is_not_struck_out_and_who_was_hears_of_it(two: tuple[Worker, Worker]) -> None:
    one, other = two
    stale = other.crew.look().beats
    assert one.crew.beat()

    other.crew.bury({one.crew.me: stale[one.crew.me]})
    assert one.crew.beat()
    other.crew.bury({one.crew.me: other.crew.look().beats[one.crew.me]})

    assert not one.crew.beat()
    assert one.crew.me not in other.crew.look().beats


@pytest.mark.parametrize("what", ["join", "beat", "bury", "claim", "leave"])
def test_who_is_stopped_in_the_middle_holds_up_nobody_for_long(
    two: tuple[Worker, Worker], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Nobody could strike it out while it holds its row, nor take what it was taking."""
    one, _ = two
    waits: list[str] = []

    @contextmanager
    def stopped(engine: Engine) -> Iterator[Connection]:
        with writing(engine) as connection:
            yield connection
            if engine.dialect.name == "postgresql":
                asked = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout")
                waits.append(asked.scalar_one())

    monkeypatch.setattr("storage.crew.writing", stopped)
    given: dict[str, tuple[object, ...]] = {
        "join": (["matrix"],),
        "bury": ({"nobody": 0},),
        "claim": ([""], 9),
    }
    getattr(one.crew, what)(*given.get(what, ()))

    assert waits in ([], ["2s"])


def test_another_one_s_row_of_the_same_address_comes_before_ours(two: tuple[Worker, Worker]) -> None:
    one, other = two
    one.tell("m1")
    other.tell("m2")
    one.tell("m3")
    other.tell("m4", GARDEN)

    assert not one.crew.ahead(outgoing("m1"))
    assert other.crew.ahead(outgoing("m2"))
    assert one.crew.ahead(outgoing("m3"))
    assert not other.crew.ahead(outgoing("m4", place=GARDEN))
    one.write(Written(marks=[Mark(key("m1"), 0, "$1")]))
    assert not other.crew.ahead(outgoing("m2"))


def live(message: str, kind: Kind, ref: str = "M1") -> Outgoing:
    return structs.replace(outgoing(message), reply=Reply(Words("live"), kind=kind, ref=ref))


def test_of_another_one_s_edits_only_those_of_the_same_card_come_before_ours(
    two: tuple[Worker, Worker],
) -> None:
    one, other = two
    theirs = live("m1", Kind.EDIT)
    ours = (
        outgoing("m2"),
        live("m3", Kind.REPLY),
        live("m4", Kind.EDIT, "P1"),
        live("m5", Kind.CARD, "P1"),
        live("m6", Kind.EDIT),
        live("m7", Kind.CARD),
    )
    one.write(Written(outgoing=[theirs]))
    other.write(Written(outgoing=list(ours)))

    assert [other.crew.ahead(row) for row in ours] == [False] * 4 + [True] * 2
    one.write(Written(marks=[Mark(key("m1"), 0, "$1")]))
    assert not any(other.crew.ahead(row) for row in ours)


def test_who_writes_something_to_be_sent_meets_the_others(url: str) -> None:
    one = Worker(url, "matrix")
    one.tell("m1")
    assert one.crew.met == 0

    other = Worker(url, "matrix")
    one.write(Written(received=Chain().command("m2").received))
    assert one.crew.met == 0, "nothing is to be sent"
    one.tell("m3")
    assert one.crew.met == 1
    other.crew.leave()
    one.tell("m4")

    assert one.crew.met == 1
    one.journal.close()
    other.journal.close()


def test_what_somebody_left_who_is_not_there_any_more_is_met_too(two: tuple[Worker, Worker]) -> None:
    """A command of the shell joins nobody; a paused one may come to write when it is struck out."""
    one, other = two
    shell = Worker(one.url)
    shell.tell("m1", HALL)
    struck_out = other.crew.me
    other.crew.leave()
    one.tell("m2")
    assert one.crew.met == 0, "it is not connected there"
    shell.tell("m3")
    one.tell("m4")
    assert one.crew.met == 1
    assert one.crew.claim([""], 9) == [(KITCHEN, "")]
    one.tell("m5")
    assert one.crew.met == 1
    assert struck_out == other.crew.me
    other.tell("m6")
    one.tell("m7")

    assert one.crew.met == 2
    assert one.crew.ahead(outgoing("m7"))
    shell.journal.close()


def test_who_comes_to_give_up_at_last_undoes_nothing_that_was_sent(two: tuple[Worker, Worker]) -> None:
    one, other = two
    one.tell("m1")
    other.write(Written(marks=[Mark(key("m1"), 0, "$1")]))
    one.write(Written(marks=[Mark(key("m1"), 0, failure="tried 12 times")]))

    with one.journal._engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT state, receipt, failure FROM outbox").all()
    assert [tuple(each) for each in kept] == [("sent", "$1", "")]


def test_who_never_joined_has_what_is_nobodys_and_needs_no_others(url: str) -> None:
    one, alone = Worker(url, "matrix"), Worker(url)
    one.tell("m1")
    alone.tell("m2")

    assert alone.has() == ["m2"]
    assert one.has() == ["m1"]
    assert one.crew.claim([""], 9) == [(KITCHEN, "")]
    assert one.has() == ["m1", "m2"]
    one.journal.close()
    alone.journal.close()


def test_a_start_tells_nothing_lost_that_a_living_one_is_about_to_tell(
    two: tuple[Worker, Worker],
) -> None:
    """What is read only once is sealed; who cannot open it would say that it was lost."""
    one, other = two
    one.tell("m1")

    assert other.outbox.addresses() == []
    assert other.crew.look().owners <= other.crew.look().beats.keys(), "there is nothing to take"
