"""A file for the bank is the run that was paid, for a treasurer; account numbers are nowhere else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from adapters.cli.bundle_in import take_in
from adapters.cli.export import export_bundle
from adapters.cli.verify import verify_archive, verify_bundle
from bot.books.bundle import TEXTS, VERIFIER
from bot.books.exporting.forms import FORMS
from bot.books.sepa import NAMESPACE
from bot.chat import File
from bot.collective.banking import KEPT_MS, Banking, PayoutsFiled
from bot.collective.events import Origin
from bot.collective.treasury import Flow, Order, TransferMade
from commands.ledger.bankfiles import COLUMNS
from tests.commands.ledger.test_payouts import carried, held, house
from tests.house import House
from tests.house.told import Told

DEE, EVE, OWN = "DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606"


def banked(*rules: str) -> House:
    """Dee's, Eve's and the collective's accounts are kept."""
    it = house(*rules)
    for who, line in (("dee", f"/me iban {DEE}"), ("eve", f"/me iban {EVE}")):
        assert it.say(who, line, private=True).error == "", line
    assert it.say("ann", f"/treasury iban {OWN}", private=True).error == ""
    return it


def files(told: Told) -> list[tuple[str, File]]:
    return [(row.person, file) for row in told.rows for file in row.reply.files]


def paid(file: File) -> dict[str, str]:
    """The amounts of a file by account."""
    whole = ET.fromstring(file.data)
    name = f"{{{NAMESPACE}}}"
    return {
        str(it.findtext(f".//{name}CdtrAcct//{name}IBAN")): str(it.findtext(f".//{name}InstdAmt"))
        for it in whole.iter(f"{name}CdtTrfTxInf")
    }


def filed(it: House) -> list[tuple[int, ...]]:
    return [event.numbers for event in it.events() if isinstance(event, PayoutsFiled)]


# --- The file -----------------------------------------------------------------------------------


def test_the_file_is_the_run_and_goes_to_the_treasurer_alone() -> None:
    it = banked()
    code = it.say("ann", "/payout all --file sepa").facts["code"]
    assert filed(it) == []
    told = it.say("ann", f"/payout all --file sepa --confirm {code}")

    ((person, file),) = files(told)
    assert person == "ann"
    assert paid(file) == {DEE: "30.00", EVE: "20.00"}
    assert filed(it) == [(4, 5)]
    assert not any(each in told.text for each in (DEE, EVE, OWN))


def test_who_gave_no_account_is_named_and_stays_out() -> None:
    it = banked()
    it.say("eve", "/me iban off", private=True)
    code = it.say("ann", "/payout all --file sepa").facts["code"]
    told = it.say("ann", f"/payout all --file sepa --confirm {code}")

    ((_, file),) = files(told)
    assert paid(file) == {DEE: "30.00"}
    assert "eve" in told.texts[-1]
    assert filed(it) == [(4,)]
    it.say("eve", f"/me iban {EVE}", private=True)
    ((_, rest),) = files(it.say("ann", "/payout file T4"))
    assert paid(rest) == {EVE: "20.00"}, "nobody is paid twice"


def test_what_waits_is_in_no_file_until_it_is_agreed_to() -> None:
    it = banked("second-eyes 1 *")
    code = it.say("ann", "/payout all --file sepa").facts["code"]
    told = it.say("ann", f"/payout all --file sepa --confirm {code}")
    assert files(told) == []
    assert it.say("ann", "/payout file T4").error == "no-payout"
    it.say("bo", "/approve T4")

    ((_, file),) = files(it.say("ann", "/payout file T5"))
    assert paid(file) == {DEE: "30.00", EVE: "20.00"}, "all of the run"
    assert it.say("ann", "/payout file").error == "filed"


def test_a_declined_or_undone_payout_is_in_no_file() -> None:
    it = banked()
    carried(it, "ann", "/payout @dee @eve")
    it.say("ann", "/reverse T5 wrong account")
    ((_, file),) = files(it.say("ann", "/payout file"))
    assert paid(file) == {DEE: "30.00"}
    assert held(it, "eve") == {"EUR": "20.00"}


def test_other_currencies_and_no_account_of_ones_own_make_a_table() -> None:
    it = banked()
    it.say("ann", "/income 50 USD a friend")
    it.say("dee", "/expense 12.50 USD =paper")
    ((_, table),) = files(it.say("ann", "/payout @dee 12.50 USD --file sepa"))
    assert table.data.decode().split("\r\n")[:2] == [
        ",".join(COLUMNS),
        f"T6,dee,{DEE},12.50,USD,T6 Talkoot",
    ]
    it.say("ann", "/treasury iban off", private=True)
    ((_, table),) = files(it.say("ann", "/payout @eve 20 EUR --file sepa"))
    assert table.name.endswith(".csv")


def test_a_name_is_no_formula_in_a_table() -> None:
    it = banked()
    it.say("dee", f'/me iban {DEE} --name "=1+1"', private=True)
    ((_, table),) = files(it.say("ann", "/payout @dee 30 EUR --file csv"))
    assert ",'=1+1," in table.data.decode()


def test_the_day_is_todays_though_the_payout_counts_for_another() -> None:
    it = banked()
    it.later(days=2)
    ((_, file),) = files(it.say("ann", "/payout @dee 30 EUR --on yesterday --file sepa"))
    assert b"<Dt>2026-01-07</Dt>" in file.data


def test_only_a_treasurer_takes_a_file_and_all_see_that() -> None:
    it = banked()
    carried(it, "ann", "/payout all")
    assert it.say("dee", "/payout file").error == "role"
    told = it.say("bo", "/payout file", private=True)
    assert any(not row.person and "bo" in text for row, text in zip(told.rows, told.texts, strict=True))
    assert "bo" in it.say("dee", "/show T4").text


def test_a_decision_gives_nobody_a_file() -> None:
    it = banked()
    told = it.say("ann", '/propose Pay --do "payout all --file sepa"')
    assert "gives nobody a file" in told.text
    assert told.error != ""
    assert filed(it) == []


def test_coordinators_hear_of_what_no_bank_was_told_of() -> None:
    it = banked()
    carried(it, "ann", "/payout all")
    assert "2 payouts are in no file" in it.say("ann", "/digest preview").text
    it.say("ann", "/payout file")
    assert "no file" not in it.say("ann", "/digest preview").text


def test_of_what_nobody_has_a_file_made_coordinators_do_not_hear() -> None:
    it = house()
    carried(it, "ann", "/payout all")
    assert "no file" not in it.say("ann", "/digest preview").text


def test_what_is_long_past_is_in_no_file() -> None:
    it = banked()
    carried(it, "ann", "/payout @dee")
    it.later(days=93)
    assert it.say("ann", "/payout file").error == "no-payout"
    assert it.say("ann", "/payout file T4").error == "no-payout"


def test_the_file_says_in_whose_names_the_accounts_are() -> None:
    it = banked()
    it.say("ann", f'/treasury iban {OWN} --name "Bakery eG"', private=True)
    ((_, file),) = files(it.say("ann", "/payout @dee 30 EUR --file sepa"))
    assert file.data.decode().count("<Nm>Bakery eG</Nm>") == 2
    it.say("eve", "/me forget yes")
    ((_, table),) = files(it.say("ann", "/payout @#5 20 EUR --file csv"))
    assert table.data.decode().split("\r\n")[1] == "T5,#5,,20.00,EUR,T5 Talkoot"


def test_more_than_sepa_takes_is_a_table() -> None:
    it = banked("leaving-max 9000000000 EUR", "second-eyes 9000000000 EUR")
    for who, line in (("ann", "/income 2000000000 EUR gold"), ("dee", "/expense 1000000000 EUR gold")):
        assert it.say(who, line).error == "", line
    ((_, table),) = files(it.say("ann", "/payout @dee 1000000000 EUR --file sepa"))
    assert table.name.endswith(".csv")


def test_the_most_that_sepa_takes_is_a_transfer() -> None:
    it = banked("leaving-max 9000000000 EUR", "second-eyes 9000000000 EUR")
    for who, line in (
        ("ann", "/income 2000000000 EUR gold"),
        ("dee", "/expense 999999999.99 EUR gold"),
    ):
        assert it.say(who, line).error == "", line
    ((_, file),) = files(it.say("ann", "/payout @dee 999999999.99 EUR --file sepa"))
    assert paid(file) == {DEE: "999999999.99"}


def test_an_account_is_paid_in_the_name_that_it_is_kept_in() -> None:
    it = banked()
    assert it.say("dee", f'/me iban {DEE} --name "Dolores Ek"', private=True).error == ""
    ((_, file),) = files(it.say("ann", "/payout @dee 30 EUR --file sepa"))
    assert "<Nm>Dolores Ek</Nm>" in file.data.decode()
    assert "<Nm>dee</Nm>" not in file.data.decode()


def test_the_file_of_one_payout_has_no_other_in_it() -> None:
    it = banked()
    for line in ("/payout @dee 30 EUR", "/payout @eve 20 EUR"):
        assert it.say("ann", line).error == ""
    ((_, file),) = files(it.say("ann", "/payout file T4"))
    assert paid(file) == {DEE: "30.00"}


def test_what_an_import_brought_is_none_and_what_is_long_past_is_remembered_no_more() -> None:
    it, order = Banking(), Order(Flow.PAYOUT, "EUR", 100, "2026-01-05", member=2)
    it.moved(TransferMade(number=1, order=order, origin=Origin(1, 2)), 1)
    assert it.paid == {}
    it.moved(TransferMade(number=2, order=order), 1)
    it.moved(TransferMade(number=3, order=order), 2 + KEPT_MS)
    assert list(it.paid) == [3]


# --- The accounts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("/me iban DE88370400440532013000", "iban-odd"),
        ("/me iban DE8937040044053201300", "iban-odd"),
        ("/me iban DE89370400440532013000 x", "iban-odd"),
        ("/me iban XX89370400440532013000", "iban-odd"),
        ("/me iban ½", "iban-odd"),
        ("/me iban TR330006100519786457841326", "iban-not-reached"),
        (f"/me iban {DEE} --name {'x' * 71}", "too-long"),
        ("/me iban off", "nothing-changed"),
    ],
)
def test_a_number_that_is_none_is_refused_and_not_repeated(line: str, error: str) -> None:
    it = house()
    before = it.tables()
    told = it.say("dee", line, private=True)
    assert told.error == error
    assert "370400" not in str(told.rows)
    assert it.tables() == before


def test_a_number_is_typed_in_private_only() -> None:
    it = house()
    told = it.say("dee", f"/me iban {DEE}")
    assert told.error == "not-private"
    assert DEE not in str(told.rows)
    assert it.say("ann", f"/treasury iban {OWN}").error == "not-private"
    assert it.say("dee", f"/treasury iban {OWN}", private=True).error == "role"
    assert it.say("dee", f"/me iban {DEE}", unseen=True).error == "", "a slash-command nobody sees"


def test_no_number_is_in_the_journal_an_export_or_what_is_given_to_its_owner() -> None:
    it = banked()
    carried(it, "ann", "/payout all --file sepa")
    lines = ("/me", "/me iban", "/me privacy", "/treasury iban", "/ledger", "/owed", "/member list")
    told = [it.say("dee", line).text for line in lines]
    exported = [
        file.data.decode() for form in FORMS for _, file in files(it.say("ann", f"/export {form}"))
    ]
    mine = [file.data.decode() for _, file in files(it.say("dee", "/me export"))]
    assert len(exported) == len(FORMS)
    assert len(mine) == 1
    payloads = [entry.payload for entry in it.entries()]
    for each in (DEE, EVE, OWN):
        assert not [text for text in (*told, *exported, *mine, *payloads) if each in text]


def test_what_is_replaced_taken_back_or_forgotten_is_gone_from_the_file(
    sqlite_url: str, tmp_path: Path
) -> None:
    with House(url=sqlite_url, delivering=True) as it:
        it.enter("ann", "dee", "eve")
        for who, line in (
            ("ann", "/role give @ann treasurer"),
            ("ann", "/rules set expenses nobody"),
            ("ann", "/income 100 EUR a client"),
            ("dee", "/expense 30 EUR flour"),
            ("dee", f"/me iban {OWN}"),
            ("dee", f"/me iban {DEE}"),
            ("ann", f"/treasury iban {OWN}"),
            ("ann", "/payout @dee 30 EUR --file sepa"),
            ("ann", "/payout file --again --as csv"),
            ("eve", f"/me iban {EVE}"),
            ("dee", "/me iban off"),
            ("eve", "/me forget yes"),
            ("ann", f"/treasury iban {OWN}"),
            ("ann", "/treasury iban off"),
        ):
            assert it.say(who, line, private=True).error == "", line
        assert verify_archive(it.store.archive).sound
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"member.iban" in kept
    for each in (DEE, EVE, OWN):
        assert each.encode() not in kept


def test_a_bundle_holds_no_number_and_both_verifiers_say_that_it_holds(
    sqlite_url: str, tmp_path: Path
) -> None:
    folder, new = tmp_path / "bundle", f"sqlite:///{tmp_path / 'new.db'}"
    with House(url=sqlite_url) as it:
        it.enter("ann", "dee")
        it.say("dee", f"/me iban {DEE}", private=True)
        export_bundle(it.store.archive, folder)
    assert DEE not in (folder / TEXTS).read_text()
    assert verify_bundle(folder).sound
    ran = subprocess.run([sys.executable, "-I", folder / VERIFIER], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    take_in(folder, new, [])
    with House(url=new, program="n") as it:
        assert it.say("dee", "/me iban").facts["kept"] is False
        assert it.say("dee", f"/me iban {DEE}", private=True).error == ""
        assert it.say("dee", "/me iban").facts["kept"] is True


def test_of_two_accounts_of_one_person_one_number_is_used_and_off_erases_both() -> None:
    it = banked()
    code = it.say("dee", "/me link", private=True).facts["code"]
    it.say("eve", f"/me link {code} yes", private=True)
    carried(it, "ann", "/payout @dee")
    ((_, file),) = files(it.say("ann", "/payout file"))
    assert paid(file) == {DEE: "50.00"}
    assert it.say("eve", "/me iban off", private=True).error == ""
    assert it.say("dee", "/me iban").facts["kept"] is False


def test_what_was_given_while_two_were_one_person_pays_neither_when_they_are_two_again() -> None:
    it = banked()
    code = it.say("dee", "/me link", private=True).facts["code"]
    it.say("eve", f"/me link {code} yes", private=True)
    assert it.say("eve", f"/me iban {EVE}", private=True).error == ""
    assert EVE in str(it.tables())
    told = it.say("ann", "/member unmerge @dee")
    assert {row.person for row, text in zip(told.rows, told.texts, strict=True) if "IBAN" in text} == {
        "dee",
        "eve",
    }
    assert EVE not in str(it.tables())
    for who in ("dee", "eve"):
        assert it.say(who, "/me iban").facts["kept"] is False
    carried(it, "ann", "/payout @dee")
    ((_, file),) = files(it.say("ann", "/payout file"))
    assert EVE not in file.data.decode()


def test_what_each_gave_before_they_were_one_person_is_theirs_when_they_are_two_again() -> None:
    it = banked()
    code = it.say("dee", "/me link", private=True).facts["code"]
    it.later(minutes=1)
    it.say("eve", f"/me link {code} yes", private=True)
    it.later(minutes=1)
    it.say("ann", "/member unmerge @dee")
    carried(it, "ann", "/payout @dee")
    carried(it, "ann", "/payout @eve")
    ((_, file),) = files(it.say("ann", "/payout file"))
    assert paid(file) == {DEE: "30.00", EVE: "20.00"}


def test_who_left_still_keeps_or_erases_their_account() -> None:
    it = banked()
    it.say("dee", "/me leave yes")
    assert it.say("dee", "/me iban off", private=True).error == ""
    carried(it, "ann", "/payout @#4")
    ((_, file),) = files(it.say("ann", "/payout file"))
    assert file.name.endswith(".csv")
