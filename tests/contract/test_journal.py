"""The journal's contract, held by both databases: what is written is kept, whole, and once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from sqlalchemy.exc import DBAPIError

from bot.chain import GENESIS, Head, flaws, link, sealed
from bot.chat import Place
from bot.ports import Assigned, Conflict, Erased, Journal, Mark, Outbox, StorageFault, Text, Written
from storage.asking import PAGE
from storage.engines import writing
from tests.contract.making import KITCHEN, NOON, Chain, Store, key, outgoing, store_at, together


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with store_at(database_url) as store:
        yield store


@pytest.fixture
def chain() -> Chain:
    return Chain()


def test_what_is_written_is_read_back_and_the_chain_holds(store: Store, chain: Chain) -> None:
    batch = together(*(chain.command(f"m{n}", at=NOON + n) for n in range(5)))

    store.write(batch)

    assert store.entries() == batch.entries
    assert list(flaws(store.entries())) == []


def test_a_journal_longer_than_a_page_is_read_whole_and_from_any_entry(
    store: Store, chain: Chain
) -> None:
    entries = [chain.entry(f"m{n}") for n in range(2 * PAGE + 1)]
    store.write(Written(entries=entries))

    with store.journal.transaction() as transaction:
        assert list(transaction.entries("home")) == entries
        assert list(transaction.entries("home", after=PAGE)) == entries[PAGE:]
        assert list(transaction.entries("home", after=len(entries))) == []
        assert list(transaction.entries("nowhere")) == []


def test_two_collectives_have_two_journals(store: Store) -> None:
    kitchen, garden = Chain("kitchen"), Chain("garden")

    store.write(together(kitchen.command("m1"), garden.command("m2"), kitchen.command("m3")))

    assert [entry.seq for entry in store.entries("kitchen")] == [1, 2]
    assert [entry.seq for entry in store.entries("garden")] == [1]


def test_texts_of_every_script_and_the_largest_numbers_come_back_as_they_were(
    store: Store, chain: Chain
) -> None:
    entry = chain.entry("🥕 — ‏שלום", at=2**62, payload='{"what":"crème brûlée 🍮 \'\\\\%s ?"}')

    store.write(Written(entries=[entry]))

    assert store.entries() == [entry]


def test_an_exception_undoes_everything(store: Store, chain: Chain) -> None:
    with pytest.raises(LookupError), store.journal.transaction() as transaction:
        transaction.write(chain.command("m1"))
        raise LookupError

    assert store.entries() == []
    assert store.outbox.waiting(10) == []
    with store.journal.transaction() as transaction:
        assert transaction.answered([key("m1")]) == {}
        assert transaction.about("home", "C1") == []


def test_what_is_written_can_be_read_before_the_commit(store: Store, chain: Chain) -> None:
    with store.journal.transaction() as transaction:
        transaction.write(chain.command("m1"))
        transaction.write(Written())
        transaction.write(chain.command("m2"))

        assert [entry.seq for entry in transaction.about("home", "member:12")] == [1, 2]
        each = transaction.about_each("home", ["nothing", "member:12"])
        assert {about: [it.seq for it in found] for about, found in each.items()} == {
            "nothing": [],
            "member:12": [1, 2],
        }
        assert set(transaction.answered([key("m1"), key("m2")])) == {key("m1"), key("m2")}


def test_a_message_received_twice_is_a_conflict_and_has_no_second_effect(
    store: Store, chain: Chain
) -> None:
    first = chain.command("m1")
    store.write(first)

    with pytest.raises(Conflict):
        store.write(chain.command("m1"))

    assert store.entries() == first.entries


def test_two_entries_behind_the_same_one_are_a_conflict(store: Store, chain: Chain) -> None:
    store.write(chain.command("m1"))
    fork = Chain(head=chain.head)
    store.write(chain.command("m2"))

    with pytest.raises(Conflict):
        store.write(fork.command("m3"))

    assert [entry.cause for entry in store.entries()] == ["matrix:m1", "matrix:m2"]


@pytest.mark.parametrize("seq", [1, 2, 4])
def test_an_entry_that_does_not_link_to_the_one_before_it_is_a_conflict(
    store: Store, chain: Chain, seq: int
) -> None:
    store.write(together(chain.command("m1"), chain.command("m2")))
    entry = Chain(head=replace(chain.head, seq=seq - 1, hash=b"\x01" * 32)).entry("m3")

    with pytest.raises(Conflict):
        store.write(Written(entries=[entry]))

    assert len(store.entries()) == 2


@pytest.mark.parametrize("seq", [0, 2])
def test_a_journal_begins_with_its_first_entry(store: Store, seq: int) -> None:
    entry = Chain(head=Head(seq - 1, GENESIS)).entry("m1")

    with pytest.raises(Conflict):
        store.write(Written(entries=[entry]))


def test_a_room_belongs_to_one_collective(store: Store) -> None:
    store.write(Written(rooms=[Assigned(KITCHEN, "home")]))

    with pytest.raises(Conflict):
        store.write(Written(rooms=[Assigned(KITCHEN, "other")]))

    with store.journal.transaction() as transaction:
        assert transaction.collectives_of([KITCHEN]) == {KITCHEN: "home"}
        assert transaction.collectives_of([Place("discord", KITCHEN.room)]) == {}


def test_a_conflict_that_somebody_swallows_is_not_committed_half(store: Store, chain: Chain) -> None:
    store.write(chain.command("m1"))
    forked = Chain().command("m2")

    with (
        pytest.raises(StorageFault, match="nothing was kept"),
        store.journal.transaction() as transaction,
        pytest.raises(Conflict),
    ):
        transaction.write(forked)

    with store.journal.transaction() as transaction:
        assert transaction.answered([key("m2")]) == {}


def test_what_is_no_conflict_but_a_mistake_of_ours_is_not_called_one(
    store: Store, chain: Chain
) -> None:
    command = chain.command("m1")
    command.subjects.append(command.subjects[0])

    with pytest.raises(DBAPIError) as raised:
        store.write(command)

    assert not isinstance(raised.value, StorageFault)
    assert store.entries() == []


def test_a_repeated_message_gets_its_first_answers_in_their_order(store: Store, chain: Chain) -> None:
    command = chain.command("m1")
    command.outgoing = [outgoing("m1", n) for n in range(3)]
    silent = chain.command("m2")
    silent.outgoing = []
    store.write(together(command, silent))

    with store.journal.transaction() as transaction:
        answered = transaction.answered([key("m2"), key("m1"), key("m3"), key("m1", "edited")])

    assert answered == {key("m1"): tuple(command.outgoing), key("m2"): ()}


def test_each_step_of_a_message_is_answered_for_itself(store: Store, chain: Chain) -> None:
    first, edited = chain.command("m1"), chain.command("m1, edited")
    edited.received[0] = replace(edited.received[0], key=key("m1", "edited"))
    edited.outgoing = [replace(outgoing("m1", 7), key=key("m1", "edited"))]
    store.write(together(first, edited))

    with store.journal.transaction() as transaction:
        assert transaction.answered([key("m1", "edited")]) == {
            key("m1", "edited"): tuple(edited.outgoing)
        }
        assert len(transaction.answered([key("m1"), key("m1", "edited")])) == 2


def test_a_thousand_messages_are_looked_up_at_once(store: Store, chain: Chain) -> None:
    store.write(together(*(chain.command(f"m{n}") for n in range(0, 1200, 2))))

    with store.journal.transaction() as transaction:
        keys = [key(f"m{n}", step) for step in ("", "edited") for n in range(1200)]
        answered = transaction.answered(keys)

    assert set(answered) == {key(f"m{n}") for n in range(0, 1200, 2)}
    assert all(len(answers) == 1 for answers in answered.values())


def test_entries_are_found_by_what_they_are_about(store: Store, chain: Chain) -> None:
    batch = together(*(chain.command(f"m{n}", at=NOON + n * 1000) for n in range(9)))
    store.write(batch)

    with store.journal.transaction() as transaction:
        about = transaction.about
        assert about("home", "C3") == [batch.entries[2]]
        assert about("home", "member:12") == batch.entries
        assert about("home", "member:12", newest=2) == batch.entries[-2:]
        assert about("home", "member:12", since=NOON + 3001) == batch.entries[4:]
        assert about("home", "member:12", since=NOON + 7000, newest=5) == batch.entries[7:]
        assert about("home", "member:12", since=NOON + 9000) == []
        assert about("other", "member:12") == []


def test_the_latest_entries_come_newest_first(store: Store, chain: Chain) -> None:
    batch = together(*(chain.command(f"m{n}") for n in range(5)))
    store.write(batch)

    with store.journal.transaction() as transaction:
        latest = transaction.latest("home", before=None, limit=2)
        assert latest == [batch.entries[4], batch.entries[3]]
        assert transaction.latest("home", before=3, limit=9) == [batch.entries[1], batch.entries[0]]
        assert transaction.latest("other", before=None, limit=9) == []


def test_entries_since_an_instant_come_in_order_whatever_instants_they_share(
    store: Store, chain: Chain
) -> None:
    times = [NOON, NOON, NOON + 5, NOON + 5, NOON + 5, NOON + 9]
    batch = together(*(chain.command(f"m{n}", at=at) for n, at in enumerate(times)))
    store.write(batch)

    with store.journal.transaction() as transaction:
        for at in [0, -1, *range(NOON - 1, NOON + 11)]:
            expected = [entry for entry in batch.entries if entry.at >= at]
            assert list(transaction.since("home", at)) == expected
        assert list(transaction.since("other", NOON)) == []


def test_texts_are_kept_beside_the_journal_and_names_apart_from_words(
    store: Store, chain: Chain
) -> None:
    command = chain.command("m1")
    words = command.texts[0].sealed
    name, account = sealed("Aino", b"1" * 16), sealed("@aino:example.org", b"2" * 16)
    command.texts += [Text("home", each, identity=True, seq=1) for each in (name, account)]
    store.write(command)

    with store.journal.transaction() as transaction:
        assert transaction.names("home") == {name.seal: "Aino", account.seal: "@aino:example.org"}
        found = transaction.texts("home", [words.seal, name.seal, "0" * 64])
        assert found == {words.seal: words.text, name.seal: "Aino"}
        assert transaction.texts("other", [words.seal]) == {}
        assert transaction.texts("home", []) == {}


def test_an_erased_text_leaves_its_commitment_and_nothing_else(store: Store, chain: Chain) -> None:
    command = chain.command("m1")
    name = sealed("Aino", b"1" * 16)
    command.texts.append(Text("home", name, identity=True, seq=1))
    store.write(command)

    with store.journal.transaction() as transaction:
        transaction.write(Written(erased=[Erased("home", (name.seal,))]))
        transaction.write(Written(erased=[Erased("other", (command.texts[0].sealed.seal,))]))

    with store.archive.snapshot() as snapshot:
        kept = {text.seal: text for text in snapshot.kept_texts("home")}
        assert snapshot.names("home") == {}
        assert snapshot.texts("home", [name.seal]) == {}
    assert (kept[name.seal].salt, kept[name.seal].text) == (None, None)
    assert kept[command.texts[0].sealed.seal].text == "cooked — m1"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET payload = 'other'",
        "UPDATE entries SET seq = seq",
        "DELETE FROM entries",
        "UPDATE subjects SET subject = 'other'",
        "DELETE FROM subjects",
        "DELETE FROM texts",
        "UPDATE texts SET text = 'other'",
        "UPDATE texts SET text = NULL",
        "UPDATE texts SET salt = NULL",
        "UPDATE texts SET text = NULL, salt = NULL, seal = 'other'",
        "UPDATE texts SET text = NULL, salt = NULL, identity = NOT identity",
        "UPDATE texts SET text = NULL, salt = NULL, sheet = sheet + 1",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_written(
    store: Store, chain: Chain, statement: str
) -> None:
    store.write(chain.command("m1"))

    with pytest.raises(DBAPIError), writing(store.journal._engine) as connection:
        connection.exec_driver_sql(statement)

    assert len(store.entries()) == 1


@pytest.mark.parametrize("table", ["entries", "subjects", "texts"])
def test_postgresql_refuses_to_empty_a_table_at_a_stroke(postgres_url: str, table: str) -> None:
    with store_at(postgres_url) as store:
        store.write(Chain().command("m1"))

        with pytest.raises(DBAPIError), writing(store.journal._engine) as connection:
            connection.exec_driver_sql(f"TRUNCATE {table}")

        assert len(store.entries()) == 1


def test_the_archive_knows_all_collectives_and_sees_one_moment(store: Store) -> None:
    home, garden = Chain("home"), Chain("garden")
    store.write(together(home.command("m1"), garden.command("m2")))

    with store.archive.snapshot() as snapshot:
        assert list(snapshot.collectives()) == ["garden", "home"]
        store.write(together(home.command("m3"), Chain("attic").command("m4")))
        assert list(snapshot.collectives()) == ["garden", "home"]
        assert len(list(snapshot.entries("home"))) == 1
        assert len(list(snapshot.kept_texts("home"))) == 1

    assert len(store.entries("home")) == 2


def test_more_texts_than_a_page_are_exported(store: Store) -> None:
    texts = [
        Text("home", sealed(f"text {n}", n.to_bytes(16, "big")), identity=False, seq=1)
        for n in range(PAGE + 10)
    ]
    store.write(Written(texts=texts))

    with store.archive.snapshot() as snapshot:
        kept = {(text.seal, text.salt, text.text) for text in snapshot.kept_texts("home")}
        found = snapshot.texts("home", [text.sealed.seal for text in texts])

    assert kept == {(text.sealed.seal, text.sealed.salt, text.sealed.text) for text in texts}
    assert len(found) == PAGE + 10


def test_the_store_has_the_faces_that_the_engine_asks_for(store: Store) -> None:
    journal: Journal = store.journal
    outbox: Outbox = store.outbox

    with journal.transaction() as transaction:
        transaction.write(Written())
    assert outbox.waiting(1) == []


def test_closing_twice_is_safe(store: Store) -> None:
    store.journal.close()
    store.journal.close()


def test_a_room_that_is_given_up_may_go_to_somebody_else_in_the_same_batch(store: Store) -> None:
    store.write(Written(rooms=[Assigned(KITCHEN, "home")]))
    with pytest.raises(Conflict):
        store.write(Written(rooms=[Assigned(KITCHEN, "other")]))
    store.write(Written(rooms=[Assigned(KITCHEN, ""), Assigned(KITCHEN, "other")]))
    with store.journal.transaction() as transaction:
        assert transaction.collectives_of([KITCHEN]) == {KITCHEN: "other"}
    store.write(
        Written(rooms=[Assigned(KITCHEN, ""), Assigned(KITCHEN, "home"), Assigned(KITCHEN, "")])
    )
    with store.journal.transaction() as transaction:
        assert transaction.collectives_of([KITCHEN]) == {}


def test_entries_are_found_by_who_made_them(store: Store) -> None:
    head, entries = Head(), []
    for seq in range(2 * PAGE + 1):
        entry = link(head, "home", NOON, seq % 2, "matrix:m", '{"event":"made.up"}')
        head = Head(entry.seq, entry.hash, entry.at)
        entries.append(entry)
    store.write(Written(entries=entries))
    with store.journal.transaction() as transaction:
        assert list(transaction.by("home", 1)) == entries[1::2]
        assert list(transaction.by("home", 7)) == []
        assert list(transaction.by("other", 1)) == []


def test_the_collectives_that_may_know_an_account_are_found_by_it(store: Store) -> None:
    def text(collective: str, words: str, *, identity: bool = True) -> Text:
        return Text(collective, sealed(words, collective.encode().ljust(16, b".")), identity, 1)

    store.write(
        Written(
            texts=[
                text("garden", "@ann:x"),
                text("attic", "@ann:x"),
                text("cellar", "@ann:x", identity=False),
                text("kitchen", "@bo:x"),
            ]
        )
    )
    with store.journal.transaction() as transaction:
        assert transaction.homes_of("@ann:x") == ["attic", "garden"]
        assert transaction.homes_of("@cem:x") == []
        seal = sealed("@ann:x", b"attic".ljust(16, b".")).seal
        transaction.write(Written(erased=[Erased("attic", (seal,))]))
    with store.journal.transaction() as transaction:
        assert transaction.homes_of("@ann:x") == ["garden"]


def test_an_erasure_takes_what_was_told_with_it(store: Store, chain: Chain) -> None:
    told, waiting = chain.command("told"), chain.command("waiting")
    store.write(together(told, waiting))
    store.write(Written(marks=[Mark(key("told"), 0, receipt="$1")]))
    store.write(Written(erased=[Erased("home", (told.texts[0].sealed.seal,))]))

    with store.journal.transaction() as transaction:
        answered = transaction.answered([key("told"), key("waiting")])
    assert answered == {key("told"): (), key("waiting"): tuple(waiting.outgoing)}
    assert store.outbox.waiting(10) == waiting.outgoing
