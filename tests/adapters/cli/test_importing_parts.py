"""A large import is written in parts: none counts before the last is there; others come between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.cli import importing_parts
from adapters.cli.bundle_in import take_in
from adapters.cli.config import Config
from adapters.cli.export import books_of, export_bundle
from adapters.cli.importing_map import ImportFault
from adapters.cli.importing_run import Wanted, bring_in, undo
from adapters.cli.store import open_store
from adapters.cli.verify import verify_archive
from bot.books import lookup
from bot.books.exporting.forms import FORMS
from bot.decision import About, Latest, Since
from storage.schema import texts
from tests.adapters.web.reader import open_book
from tests.house import House

ROWS = "person,amount,unit,day,text\nNils,2,h,2026-01-02,first\nann,1,h,2026-01-03,second\n" + "".join(
    f"ann,1,h,2026-01-{day:02},word{day}\n" for day in range(4, 9)
)
"""Seven rows, and somebody who is new: in parts of three, three parts."""


class Killed(BaseException):
    """The program ends here."""


@pytest.fixture
def coop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Three people, of whom Cem and Bo agreed to what is to come; it is written by threes."""
    monkeypatch.setattr(importing_parts, "PART", 3)
    (tmp_path / "hours.csv").write_text(ROWS)
    with House(url=database_url, homes={"a": "alpha"}) as house:
        house.enter("ann", "bo", "cem")
        house.clock.move_to(house.clock.now().replace(month=12))
        again(house, tmp_path)
        house.say("cem", "/import agree I1")
        house.say("bo", "/import agree I1")
        yield house


def again(house: House, tmp_path: Path) -> tuple[list[str], bool]:
    return bring_in(Config(), house.url, Wanted(tmp_path / "hours.csv", "opening", write=True))


def behind_part(number: int, monkeypatch: pytest.MonkeyPatch, do: object) -> None:
    """Have something happen in the rest behind a part."""
    parts = iter(range(1, 99))

    def rest(_: float) -> None:
        if next(parts) == number:
            do()  # type: ignore[operator]

    monkeypatch.setattr("adapters.cli.importing_parts.time.sleep", rest)


def die() -> None:
    raise Killed


def killed_behind(number: int, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    behind_part(number, monkeypatch, die)
    with pytest.raises(Killed):
        again(house, tmp_path)
    monkeypatch.setattr("adapters.cli.importing_parts.time.sleep", lambda _: None)


def hours(house: House) -> dict[str, int]:
    state = house.folded()
    return {
        account: count
        for (account, unit), count in state.ledger.balances.items()
        if account.startswith("member:") and unit == "h" and count
    }


WHOLE = {"member:4": 120, "member:1": 360}


def told_of(house: House) -> list[str]:
    """What every reader of the journal shows of the words that came."""
    with house.store.archive.snapshot() as snapshot:
        books = books_of(snapshot)
        forms = ["".join(FORMS[name].write(books)) for name in ("csv", "json", "hledger")]
    chat = [
        "\n".join(house.say("bo", line).texts)
        for line in ("/ledger", "/contributions", "/statement @ann", "/show C1")
    ]
    return [text for text in (*forms, *chat) if "word4" in text or "first" in text]


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_who_kills_it_leaves_nothing_that_counts_and_the_same_line_goes_on(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    killed_behind(parts, coop, tmp_path, monkeypatch)
    assert hours(coop) == {}
    assert [each.name for each in coop.folded().members.here] == ["ann", "bo", "cem"]
    assert told_of(coop) == []
    assert verify_archive(coop.store.archive).sound
    coop.restart()
    there = min(3 * parts - 1, 7)
    assert f"{there} of 7 entries are written" in coop.say("bo", "/import").texts[0]
    assert "C8" in coop.say("bo", "/log 1 kg apples").texts[0], "its numbers are kept free"
    rows, done = again(coop, tmp_path)
    assert done, rows
    assert hours(coop) == WHOLE
    state = coop.folded()
    assert state.members.member(4).name == "Nils"
    assert state.contributions.count == 8
    assert coop.say("dan", "/me").texts
    assert coop.folded().members.by_number[5].name == "dan"
    assert len(told_of(coop)) >= 5
    assert verify_archive(coop.store.archive).sound
    once = [each for each in coop.entries() if "contribution.logged" in each.payload]
    assert len(once) == 8, "nothing was written twice"


def test_others_are_answered_between_the_parts_and_see_nothing_of_them(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def look() -> None:
        seen.extend(coop.say("bo", "/balance @ann").texts)
        seen.extend(told_of(coop))
        seen.extend(coop.say("eve", "/me").texts)

    behind_part(2, monkeypatch, look)
    assert again(coop, tmp_path)[1]
    assert "6h" not in seen[0]
    assert len(seen) == 2, seen
    assert hours(coop) == WHOLE
    assert "6h" in coop.say("bo", "/balance @ann").texts[0]
    assert coop.folded().members.by_number[5].name == "eve", "the number of Nils was kept free"
    assert verify_archive(coop.store.archive).sound


def test_the_chat_checks_all_that_is_written_also_what_does_not_count(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def holds() -> None:
        coop.say("bo", "/log 1h more apples --again")
        told = coop.say("bo", "/verify").texts[0]
        assert f"{len(coop.entries())} entries hold" in told, told

    killed_behind(2, coop, tmp_path, monkeypatch)
    holds()
    coop.say("ann", "/import undo I1")
    holds()


def test_the_chat_checks_what_came_in_parts(coop: House, tmp_path: Path) -> None:
    assert again(coop, tmp_path)[1]
    assert f"{len(coop.entries())} entries hold" in coop.say("bo", "/verify").texts[0]


def test_what_is_given_up_never_counts_and_its_words_are_gone(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_behind(2, coop, tmp_path, monkeypatch)
    assert "gives up I1" in coop.say("ann", "/import undo I1").texts[0]
    assert hours(coop) == {}
    assert told_of(coop) == []
    assert not kept_texts(coop) & {"Nils", "first", "second", "word4"}
    report = verify_archive(coop.store.archive)
    assert report.sound, report
    again(coop, tmp_path)
    coop.say("cem", "/import agree I2")
    coop.say("bo", "/import agree I2")
    assert again(coop, tmp_path)[1]
    assert sorted(hours(coop).values()) == sorted(WHOLE.values())


def test_a_newer_one_gives_up_what_was_begun(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_behind(2, coop, tmp_path, monkeypatch)
    (tmp_path / "hours.csv").write_text(ROWS + "ann,1,h,2026-01-20,more\n")
    assert "Announced as I2" in again(coop, tmp_path)[0][-1]
    assert hours(coop) == {}
    assert verify_archive(coop.store.archive).sound


@pytest.mark.parametrize(
    ("who", "line"),
    [("ann", "/rules set closed-until 2026-01-05"), ("Nils", "/me"), ("ann", "/me leave")],
)
def test_it_is_given_up_where_the_books_changed_meanwhile(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str, line: str
) -> None:
    coop.say("ann", "/role give @bo admin")

    def change() -> None:
        before = len(coop.entries())
        coop.later(minutes=1)
        told = coop.say(who, line)
        assert len(coop.entries()) != before, told.texts

    behind_part(2, monkeypatch, change)
    with pytest.raises(ImportFault, match="the books changed while I1 was entered"):
        again(coop, tmp_path)
    assert hours(coop) == {}
    assert "given up" in coop.say("bo", "/import").texts[0]
    assert verify_archive(coop.store.archive).sound


def test_two_programs_do_not_enter_the_same(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other() -> None:
        monkeypatch.setattr("adapters.cli.importing_parts.time.sleep", lambda _: None)
        assert again(coop, tmp_path)[1]

    behind_part(1, monkeypatch, other)
    with pytest.raises(ImportFault, match=r"somebody gave up I1|another program enters I1"):
        again(coop, tmp_path)
    assert hours(coop) == WHOLE
    assert verify_archive(coop.store.archive).sound


def dies_meanwhile(do: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program does it too, and is killed behind its first part."""
    behind_part(1, monkeypatch, die)
    with pytest.raises(Killed):
        do()  # type: ignore[operator]
    monkeypatch.setattr("adapters.cli.importing_parts.time.sleep", lambda _: None)


def test_two_programs_do_not_go_on_with_the_same(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_behind(1, coop, tmp_path, monkeypatch)
    behind_part(1, monkeypatch, lambda: dies_meanwhile(lambda: again(coop, tmp_path), monkeypatch))
    with pytest.raises(ImportFault, match="another program enters I1"):
        again(coop, tmp_path)
    assert hours(coop) == {}
    assert again(coop, tmp_path)[1]
    assert hours(coop) == WHOLE


def test_two_programs_do_not_take_back_the_same(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert again(coop, tmp_path)[1]
    behind_part(1, monkeypatch, lambda: dies_meanwhile(lambda: taken_back(coop), monkeypatch))
    with pytest.raises(ImportFault, match="or began it anew"):
        taken_back(coop)
    assert hours(coop) == WHOLE
    taken_back(coop)
    assert hours(coop) == {}
    assert verify_archive(coop.store.archive).sound


def test_who_gives_it_up_meanwhile_is_heard(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind_part(1, monkeypatch, lambda: coop.say("ann", "/import undo I1"))
    with pytest.raises(ImportFault, match="somebody gave up I1"):
        again(coop, tmp_path)
    assert hours(coop) == {}


def test_who_gives_it_up_before_the_first_part_is_heard(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = importing_parts.new_name

    def meanwhile() -> str:
        monkeypatch.setattr(importing_parts, "new_name", named)
        coop.say("ann", "/import undo I1")
        return named()

    monkeypatch.setattr(importing_parts, "new_name", meanwhile)
    before = len(coop.entries())
    with pytest.raises(ImportFault, match="somebody changed what is announced meanwhile"):
        again(coop, tmp_path)
    assert len(coop.entries()) == before + 1, "the giving up"
    assert hours(coop) == {}


@pytest.mark.parametrize(
    ("who", "line"),
    [("Nils", "/me"), ("ann", "/rules set closed-until 2026-01-05"), ("ann", "/me leave")],
)
def test_what_changes_while_the_file_is_read_is_seen_before_anything_is_written(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str, line: str
) -> None:
    coop.say("ann", "/role give @bo admin")
    named = importing_parts.new_name

    def meanwhile() -> str:
        monkeypatch.setattr(importing_parts, "new_name", named)
        coop.later(minutes=1)
        coop.say(who, line)
        return named()

    monkeypatch.setattr(importing_parts, "new_name", meanwhile)
    with pytest.raises(ImportFault, match="the books changed while the file was read"):
        again(coop, tmp_path)
    assert coop.folded().imports.known[1].begun is None
    assert hours(coop) == {}


def kept_texts(house: House) -> set[str | None]:
    with house.database.connect() as connection:
        return set(connection.execute(select(texts.c.text)).scalars())


def test_who_is_forgotten_meanwhile_leaves_no_word_in_what_is_half_entered(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_behind(2, coop, tmp_path, monkeypatch)
    coop.say("ann", "/role give @bo admin")
    assert {"second", "word4"} <= kept_texts(coop)
    told = coop.say("ann", "/me forget yes")
    assert "I1 is given up" in "".join(told.texts)
    assert not {"ann", "second", "word4"} & kept_texts(coop)
    assert verify_archive(coop.store.archive).sound


def test_no_part_is_written_about_who_is_forgotten_meanwhile(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coop.say("ann", "/role give @bo admin")
    behind_part(1, monkeypatch, lambda: coop.say("ann", "/me forget yes"))
    with pytest.raises(ImportFault, match="somebody gave up I1"):
        again(coop, tmp_path)
    assert not {"ann", "second", "word4"} & kept_texts(coop)
    assert verify_archive(coop.store.archive).sound


# --- Money --------------------------------------------------------------------------------------------

DAYS = [f"2026-11-{day}" for day in range(20, 27)]
BANK = '[bank]\ndate = "day"\namount = "amount"\ntext = "text"\nunit = "EUR"\n'


@pytest.fixture
def bank(coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Seven incomes of a bank are agreed to, by a clock that moves on with each look."""

    class Moving:
        def now(self) -> dt.datetime:
            coop.clock.move_by(dt.timedelta(seconds=1))
            return coop.clock.now()

    for module in ("importing_parts", "importing_run"):
        monkeypatch.setattr(f"adapters.cli.{module}.SystemClock", Moving)
    coop.say("ann", "/rules set method majority")
    coop.say("ann", "/role give @ann treasurer")
    rows = "".join(f"{day},40.00,FAIR {day}\n" for day in DAYS)
    (tmp_path / "bank.csv").write_text(f"day,amount,text\n{rows}")
    (tmp_path / "bank.toml").write_text(BANK)
    coop.say("ann", "/import undo I1")
    assert "Announced as I2" in of_bank(coop, tmp_path)[0][-1]
    coop.say("cem", "/import agree I2")
    coop.say("bo", "/import agree I2")
    return coop


def of_bank(house: House, tmp_path: Path) -> tuple[list[str], bool]:
    wanted = Wanted(tmp_path / "bank.csv", "bank", tmp_path / "bank.toml", write=True)
    return bring_in(Config(), house.url, wanted)


def treasury(house: House) -> int:
    balances = house.folded().ledger.balances
    return sum(count for (account, unit), count in balances.items() if account == "treasury" and unit)


def test_its_own_money_is_none_that_was_typed_meanwhile(bank: House, tmp_path: Path) -> None:
    assert of_bank(bank, tmp_path)[1]
    assert treasury(bank) == 28_000
    assert verify_archive(bank.store.archive).sound


def test_money_that_is_typed_meanwhile_is_seen_also_when_it_goes_on(
    bank: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = f"/income 40 EUR the fair --on {DAYS[0]}"
    behind_part(2, monkeypatch, lambda: bank.say("ann", typed))
    with pytest.raises(ImportFault, match="the books changed while I2 was entered"):
        of_bank(bank, tmp_path)
    assert treasury(bank) == 4_000


def test_what_was_held_back_counts_from_the_end_on_and_not_from_when_it_was_written(
    bank: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind_part(2, monkeypatch, die)
    with pytest.raises(Killed):
        of_bank(bank, tmp_path)
    monkeypatch.setattr("adapters.cli.importing_parts.time.sleep", lambda _: None)
    bank.later(hours=1)
    line = f"income 40 EUR the fair --on {DAYS[0]}"
    told = bank.say("cem", f'/propose The fair paid --do "{line}" --closes in 2 days').texts
    assert "/vote P1" in "".join(told), told
    bank.later(hours=1)
    assert of_bank(bank, tmp_path)[1]
    for who in ("ann", "bo"):
        bank.say(who, "/vote P1 yes")
    bank.later(days=3)
    bank.tick()
    assert treasury(bank) == 28_000, "asked about, and not entered twice"


def test_pages_and_their_forms_tell_nothing_of_what_is_half_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_parts, "PART", 3)
    (tmp_path / "hours.csv").write_text(ROWS)
    with open_book(tmp_path) as library:
        house = library.house.enter("ann", "bo", "cem")
        house.say("ann", "/rules set web public --in collective")
        again(house, tmp_path)
        house.say("cem", "/import agree I1")
        house.say("bo", "/import agree I1")
        forms = ("contributions.csv", "contributions.json", "ledger.csv", "ledger.json")
        killed_behind(2, house, tmp_path, monkeypatch)
        for form in forms:
            assert "word4" not in library.get(f"/alpha/{form}").text, form
        chain = library.get("/alpha/journal.json").json["facts"]["entries"]
        assert [each["entry"] for each in chain] == [*range(len(house.entries()), 0, -1)]
        assert "C2" not in library.get("/alpha/journal").text
        assert again(house, tmp_path)[1]
        assert any("word4" in library.get(f"/alpha/{form}").text for form in forms)


# --- Taking it back -----------------------------------------------------------------------------------


def taken_back(house: House) -> list[str]:
    return undo(Config(), house.url, "I1", "", write=True)


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_who_kills_an_undo_leaves_all_and_it_can_be_undone_again(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    assert again(coop, tmp_path)[1]
    behind_part(parts, monkeypatch, die)
    with pytest.raises(Killed):
        taken_back(coop)
    assert hours(coop) == WHOLE
    assert "withdrawn" not in coop.say("bo", "/show C1").texts[0]
    assert verify_archive(coop.store.archive).sound
    monkeypatch.setattr("adapters.cli.importing_parts.time.sleep", lambda _: None)
    assert not any("stays" in row for row in taken_back(coop))
    assert hours(coop) == {}
    assert "withdrawn" in coop.say("bo", "/show C1").texts[0]
    assert verify_archive(coop.store.archive).sound


@pytest.mark.parametrize("line", ["/dispute C2 was not there", "/withdraw C2"])
def test_nothing_is_undone_where_somebody_changed_some_of_it_meanwhile(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    assert again(coop, tmp_path)[1]
    told: list[str] = []
    who = "bo" if "dispute" in line else "ann"
    behind_part(1, monkeypatch, lambda: told.extend(coop.say(who, line).texts))
    with pytest.raises(ImportFault, match="changed or shared out while I1 was undone"):
        taken_back(coop)
    assert "C2" in told[0], told
    assert verify_archive(coop.store.archive).sound
    assert coop.folded().imports.known[1].begun is None
    assert any("C2 stays" in row or "6 entries" in row for row in taken_back(coop))
    assert verify_archive(coop.store.archive).sound


# --- Elsewhere ----------------------------------------------------------------------------------------


def test_a_bundle_that_was_made_meanwhile_goes_on_elsewhere(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_behind(2, coop, tmp_path, monkeypatch)
    export_bundle(coop.store.archive, tmp_path / "bundle")
    url = f"sqlite:///{tmp_path / 'other.db'}"
    take_in(tmp_path / "bundle", url, [])
    with open_store(url) as store:
        assert verify_archive(store.archive).sound
    bring_in(Config(), url, Wanted(tmp_path / "hours.csv", "opening", write=True))
    with open_store(url) as store:
        assert verify_archive(store.archive).sound
        with store.archive.snapshot() as snapshot:
            assert books_of(snapshot).state.ledger.balances["member:1", "h"] == 360


def test_what_does_not_count_takes_nobodys_place_among_the_newest(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for apple in range(3):
        coop.say("ann", f"/log 1 kg apples from tree {apple}")
    killed_behind(3, coop, tmp_path, monkeypatch)
    monkeypatch.setattr(lookup, "WIDER", 2)
    state = coop.folded()
    with coop.store.archive.snapshot() as picture:
        every = lookup.look_up(picture, state, Since(0))
        assert len(every) == state.head.seq - 8, "seven rows, and Nils"
        of_ann = [entry for entry, event in every if "member:1" in event.subjects]
        for reading, whole in (
            (About("member:1", newest=2), of_ann),
            (Latest(2), [entry for entry, _ in every]),
        ):
            found = lookup.look_up(picture, state, reading)
            assert [entry for entry, _ in found] == whole[-2:], reading
        assert [it for it, _ in lookup.look_up(picture, state, About("member:1"))] == of_ann
