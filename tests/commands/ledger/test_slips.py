"""Receipts: handed in with an expense or later, seen by few, taken back, erased with whose they are."""

from __future__ import annotations

import hashlib

import pytest

from adapters.cli.verify import verify_archive
from bot.chat import Attached
from bot.collective.slips import SlipIs, SlipKept
from bot.writer.shelf import FleetingSlips, Shelf
from tests.house import House, cooperative
from tests.house.papers import JPEG, JPEG_PROGRESSIVE, PDF, PNG, WEBP
from tests.house.told import Told

PHOTO = Attached("IMG_2026.jpg", JPEG)
SCAN = Attached("scan.pdf", PDF)


def coop(*rules: str) -> House:
    """Ann keeps the till, dee coordinates; bo and cem are members."""
    it = cooperative("bo", "cem", "dee", "eve", rules=("digest off", *rules))
    it.say("ann", "/income 500 EUR a client")
    it.say("ann", "/role give @dee coordinator")
    it.say("ann", "/role give @eve treasurer")
    return it


def kept(it: House) -> list[bytes]:
    """The files that there are."""
    slips = it.shelf.slips
    assert isinstance(slips, FleetingSlips)
    return [*slips.kept.values()]


def files(told: Told) -> list[tuple[str, bytes]]:
    return [(file.name, file.data) for row in told.rows for file in row.reply.files]


def test_it_comes_with_an_expense_and_is_shown_to_its_member_in_private() -> None:
    it = coop()

    told = it.say("bo", "/expense 12.50 EUR eggs", file=PHOTO)

    assert told.error == ""
    assert "With a receipt: /slip T2" in told.text
    assert "(place, time, device) was left out" in told.text
    shown = it.say("bo", "/slip T2")
    ((name, data),) = files(shown)
    assert name == "T2-1.jpg"
    assert data != JPEG
    assert b"SecretCam" not in data
    assert [(row.reply.private, row.reply.fleeting) for row in shown.rows] == [(True, True)]
    assert "With a receipt: /slip T2" in it.say("cem", "/show T2").text


def test_a_document_is_kept_to_the_byte_and_whoever_sends_it_is_told() -> None:
    """A signed invoice, or one with its figures for machines, is worth nothing once it was changed."""
    it = coop()
    told = it.say("bo", "/expense 12.50 EUR eggs", file=SCAN)
    assert kept(it) == [PDF]
    assert "A PDF is kept as it is, with what it tells beside" in told.text
    it.say("bo", "/expense 13 EUR milk")
    assert "kept as it is" in it.say("bo", "/slip add T3 --again", file=SCAN).text
    assert "kept as it is" not in it.say("bo", "/slip add T3", file=PHOTO).text


def test_the_journal_holds_only_a_commitment() -> None:
    it = coop()
    it.say("bo", "/expense 12.50 EUR eggs", file=PHOTO)

    (event,) = [each for each in it.events() if isinstance(each, SlipKept)]
    ((collective, name),) = it.shelf.slips.kept  # type: ignore[attr-defined]

    assert (collective, name) == (it.home, event.content)
    digest = hashlib.sha256(kept(it)[0]).hexdigest()
    assert digest not in "".join(entry.payload for entry in it.entries())
    with it.store.archive.snapshot() as snapshot:
        text = snapshot.texts(it.home, [event.content])[event.content]
    assert SlipIs.of(text) == SlipIs("jpeg", len(kept(it)[0]), digest)


SEES = {
    # who asks: sees bo's receipt of an expense of bo's, and one that the treasurer handed in for it
    "bo": ("yes", "yes"),  # laid it out
    "ann": ("yes", "yes"),  # admin and treasurer
    "eve": ("yes", "yes"),  # treasurer
    "cem": ("slip-private", "slip-private"),  # a member
    "dee": ("slip-private", "slip-private"),  # a coordinator
}


@pytest.mark.parametrize("who", SEES)
@pytest.mark.parametrize("private", [False, True])
def test_who_may_see_one(who: str, private: bool) -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs", file=PHOTO)
    it.say("bo", "/expense 13 EUR milk")
    it.say("eve", "/slip add T3", file=SCAN)

    for ref, expected in zip(("T2", "T3"), SEES[who], strict=True):
        told = it.say(who, f"/slip {ref}", private=private)
        assert (told.error or "yes") == expected
        assert bool(files(told)) == (expected == "yes")
        assert all(row.reply.private or not row.reply.files for row in told.rows)


def test_of_what_members_share_those_see_it_who_bear_it() -> None:
    it = coop()
    it.say("bo", "/expense 60 EUR pizza @bo @cem", file=PHOTO)

    assert {who: it.say(who, "/slip T2").error for who in ("bo", "cem", "ann", "dee")} == {
        "bo": "",
        "cem": "",
        "ann": "",
        "dee": "slip-private",
    }


def test_a_stranger_s_second_account_sees_none_and_hands_none_in() -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs", file=PHOTO)
    it.say("mallory", "/me", "b")

    assert it.say("bo", "/slip T2", "b").error == "slip-not-of", "of another collective"
    assert it.say("frank", "/slip T2").error == "slip-private"
    assert it.say("cem", "/slip add T2", file=SCAN).error == "slip-others"
    assert it.say("cem", "/slip remove T2").error == "slip-others"
    assert len(kept(it)) == 1


def test_it_is_handed_in_later_by_whoever_entered_it_or_a_treasurer() -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs")

    assert it.say("bo", "/slip T2").error == "slip-none"
    assert it.say("bo", "/slip add T2").error == "file-missing"
    assert (
        "A receipt of T2 is kept: PNG, 1 kB"
        in it.say("bo", "/slip add T2", file=Attached("x", PNG)).text
    )
    assert it.say("ann", "/slip add T2", file=SCAN).error == ""
    assert [name for name, _ in files(it.say("ann", "/slip T2"))] == ["T2-1.png", "T2-2.pdf"]
    assert [name for name, _ in files(it.say("ann", "/slip T2 2"))] == ["T2-2.pdf"]
    assert it.say("ann", "/slip T2 3").error == "slip-unknown"
    assert it.say("ann", "/slip add T1", file=Attached("x", WEBP)).error == "", "of an income"


def test_what_is_handed_in_in_private_is_told_in_the_home_room() -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs")

    told = it.say("bo", "/slip add T2", file=SCAN, private=True)
    gone = it.say("bo", "/slip remove T2", private=True)

    assert any("bo, in private:" in text and "A receipt of T2" in text for text in told.texts)
    assert any("bo took a receipt of T2 back" in text for text in gone.texts[1:])
    assert not any(files(told))


REFUSED = {
    b"\x7fELF" + bytes(99): "That is a program, and no receipt.",
    JPEG + b"\x7fELF" + bytes(99): "There is something else in the file",
    b"<svg/>": "(HTML, SVG)",
    b"<!doctype html>": "(HTML, SVG)",
    b"PK\x03\x04" + bytes(99): "an archive or an office document",
    JPEG[:-2]: "cut off or damaged",
    b"": "The file is empty.",
}


@pytest.mark.parametrize("data", REFUSED)
@pytest.mark.parametrize("line", ["/expense 13 EUR milk", "/slip add T2"])
def test_what_is_none_is_refused_in_words_and_nothing_is_entered(data: bytes, line: str) -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs")
    before = len(it.entries())

    told = it.say("bo", line, file=Attached("receipt.jpg", data))

    assert told.error == "slip-odd"
    assert REFUSED[data] in told.text
    assert len(it.entries()) == before
    assert kept(it) == []


def test_one_that_is_too_large_or_gone_is_refused() -> None:
    it = coop()
    it.shelf = Shelf(FleetingSlips(), most=1_000_000, room=2_000)
    it.begin()

    for file, error in (
        (Attached("r.jpg", fault="file-large"), "file-large"),
        (Attached("r.jpg", bytes(1_000_001)), "file-large"),
        (Attached("r.jpg", fault="file-gone"), "file-gone"),
    ):
        assert it.say("bo", "/expense 12 EUR eggs", file=file).error == error
    assert (
        "1,000 kB is the most"
        in it.say("bo", "/expense 12 EUR eggs", file=Attached("r", bytes(1_000_001))).text
    )
    assert it.say("bo", "/expense 12 EUR eggs", file=PHOTO).error == ""
    assert it.say("bo", "/slip add T2", file=Attached("p", JPEG_PROGRESSIVE)).error == ""
    assert it.say("bo", "/slip add T2", file=SCAN).error == ""
    assert it.say("bo", "/slip add T2", file=Attached("p", PNG)).error == "slip-room"
    assert it.say("bo", "/slip remove T2 1").error == ""
    assert it.say("bo", "/slip add T2", file=Attached("p", PNG)).error == ""


def test_of_several_one_s_own_are_taken_back_and_it_is_said_that_others_stay() -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs", file=PHOTO)
    it.say("ann", "/slip add T2", file=SCAN)

    told = it.say("bo", "/slip remove T2").text
    assert told == (
        "bo took a receipt of T2 back; its file is destroyed.\n1 that somebody else handed in stays."
    )
    assert len(kept(it)) == 1


def test_the_same_again_is_asked_about() -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs", file=PHOTO)

    again = it.say("cem", "/expense 12 EUR my eggs", file=PHOTO)
    assert again.error == "twin"
    assert "T2 has the same receipt, handed in on Mon, 5 Jan" in again.text
    assert "/expense 12.00 EUR my eggs --again" in again.text
    assert it.say("bo", "/slip add T2", file=PHOTO).error == "twin", "to the same"
    stripped = Attached("other.jpg", kept(it)[0])
    assert it.say("cem", "/expense 9 EUR milk", file=stripped).error == "twin", "without its EXIF"
    assert it.say("cem", "/expense 12 EUR my eggs --again", file=PHOTO).error == ""
    it.say("ann", "/rules set duplicates refuse")
    refused = it.say("cem", "/expense 7 EUR yeast --again", file=PHOTO)
    assert refused.error == "duplicates"


def test_one_that_was_taken_back_may_be_handed_in_again() -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs", file=PHOTO)
    assert it.say("bo", "/slip remove T2").error == ""

    assert kept(it) == []
    assert it.say("bo", "/slip T2").error == "slip-none"
    assert it.say("cem", "/expense 3 EUR salt", file=PHOTO).error == ""
    assert it.say("bo", "/slip add T2 --again", file=SCAN).error == ""
    assert [name for name, _ in files(it.say("bo", "/slip T2"))] == ["T2-2.pdf"]
    assert verify_archive(it.store.archive).sound


def test_it_goes_with_whoever_it_is_about() -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs", file=PHOTO)
    it.say("cem", "/expense 13 EUR milk")
    it.say("eve", "/slip add T3", file=SCAN)
    it.say("eve", "/expense 14 EUR salt", file=Attached("x", PNG))

    it.say("bo", "/me forget yes")
    assert len(kept(it)) == 2
    assert "1: erased" in it.say("ann", "/slip T2").text
    assert "slip T2" not in it.say("ann", "/show T2").text

    it.say("cem", "/me forget yes")
    assert len(kept(it)) == 1, "handed in by somebody else, and about cem"
    assert verify_archive(it.store.archive).sound


def test_a_file_that_was_changed_or_is_gone_is_not_shown() -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs", file=PHOTO)
    slips = it.shelf.slips
    assert isinstance(slips, FleetingSlips)
    ((key, data),) = slips.kept.items()

    slips.kept[key] = PNG
    told = it.say("bo", "/slip T2")
    assert not files(told)
    assert "its file is gone or was changed" in told.text
    slips.kept.clear()
    assert not files(it.say("bo", "/slip T2"))
    slips.kept[key] = data
    assert files(it.say("bo", "/slip T2"))


def test_there_are_not_endlessly_many_of_one() -> None:
    it = coop()
    it.say("bo", "/expense 12 EUR eggs", file=PHOTO)
    for data in (PNG, WEBP, PDF, JPEG_PROGRESSIVE):
        assert it.say("bo", "/slip add T2", file=Attached("x", data)).error == ""

    told = it.say("bo", "/slip add T2", file=Attached("x", PDF + b"\n"))

    assert told.error == "slips-max"
    assert "/slip remove T2 1" in told.text


@pytest.mark.parametrize(
    "line", ["/slip T9", "/slip add T9", "/slip remove T9", "/slip C1", "/slip P1"]
)
def test_of_what_is_no_expense_there_is_none(line: str) -> None:
    it = coop()
    it.say("bo", "/log 2h baking")

    assert it.say("bo", line, file=SCAN).error == "slip-not-of"


def test_one_goes_with_one_entry() -> None:
    it = coop()

    told = it.say("bo", "/expense 12 EUR eggs\n13 EUR milk", file=PHOTO)

    assert told.error == "slip-several"
    assert it.state().treasury.count == 1
    assert kept(it) == []


def test_the_same_message_again_keeps_nothing_more() -> None:
    it = coop()
    for _ in range(2):
        it.say("bo", "/expense 12 EUR eggs", file=PHOTO, key="again")

    assert len(kept(it)) == 1
    assert it.state().slips.kept.keys() == {2}


def test_a_report_names_what_has_none_where_receipts_are_handed_in() -> None:
    it = coop("expenses nobody")
    it.say("bo", "/expense 12 EUR eggs")
    assert "Without a receipt" not in it.say("ann", "/report").text
    it.say("bo", "/expense 13 EUR milk", file=PHOTO)
    it.say("bo", "/expense 14 EUR yeast --proof https://example.org/bill")
    it.say("bo", "/expense 15 EUR salt")

    told = it.say("ann", "/report")
    assert "Without a receipt: T2, T5" in told.text
    assert told.facts["without-receipt"] == ["T2", "T5"]
    it.say("bo", "/slip remove T3")
    it.say("bo", "/slip add T2", file=SCAN)
    it.say("ann", "/reverse T5 typed twice")
    assert it.say("ann", "/report").facts["without-receipt"] == ["T3"]
    assert "without-receipt" not in it.say("ann", "/report 2025").facts
