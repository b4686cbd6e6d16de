"""What the pages show: the same as chat, from the newest back, each with its machine form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin

import pytest

from adapters.web.book import Book, Request
from bot.chat import Reply
from bot.collective.state import State
from bot.decision import Accepted
from bot.page import ROWS, as_answered
from bot.text.wording import say
from commands import FEATURES
from tests.adapters.web.reader import Library, open_book

LISTED = [page.name for page in FEATURES.pages.values() if not page.needs_ref]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("book")) as it:
        fill(it)
        yield it


def fill(it: Library) -> None:
    """A little of everything."""
    say = it.house.say
    it.house.enter("ann", "bo", "cem", "dag")
    for line in (
        "/log 3h cleaned the <b>kitchen</b> #care",
        "/log 2h baked bread #work",
        "/income 120 EUR market stall",
        "/expense 20 EUR flour",
        "/propose Buy a mixer",
        "/poll Which day? | Monday | Tuesday",
        "/need 2h two hands <b>now</b>",
        "/poll Who holds the key? | Xaver | Yvonne --secret",
    ):
        assert say("ann", line).error == "", line
    say("bo", "/vote P1 consent we need it")
    say("bo", "/vote Q1 Monday")
    say("bo", "/vote Q2 Xaver", private=True)


@pytest.mark.parametrize("name", LISTED)
def test_every_page_is_shown_and_has_a_form_for_machines(library: Library, name: str) -> None:
    page, facts = library.get(f"/alpha/{name}"), library.get(f"/alpha/{name}.json")

    assert page.status == facts.status == 200
    assert page.text.startswith("<!doctype html>")
    assert f"As of entry {facts.json['as_of']['entry']} " in page.words
    assert facts.json["page"] == name
    assert len(page.body) < 100_000


def test_a_thing_is_shown_whole_with_why(library: Library) -> None:
    proposal = library.get("/alpha/show/P1")

    assert "Buy a mixer" in proposal.words
    assert "Why it is so:" in proposal.words
    assert "bo, consent: we need it" in proposal.words
    assert library.get("/alpha/show/P1.json").json["facts"]["ref"] == "P1"
    assert library.get("/alpha/show/T1").status == library.get("/alpha/show/Q1").status == 200


def test_why_says_nothing_again_and_does_not_say_how_to_ask_for_it(library: Library) -> None:
    for ref, title in (("P1", "Buy a mixer"), ("Q1", "Which day?")):
        page = library.get(f"/alpha/show/{ref}").words
        shown = page.partition("One thing whole")[2]

        assert "Why it is so:" in shown
        assert shown.count(title) == 1, ref
        assert f"why {ref}" not in shown


def test_what_is_set_off_whole_heads_what_stands_below(library: Library) -> None:
    assert "<h2>Why it is so:</h2>" in library.get("/alpha/show/P1").text


def test_a_thing_is_headed_by_its_own_words(library: Library) -> None:
    """Where they say little, behind what it is; the number below leads nowhere: one is there."""
    for ref, heading in (
        ("Q1", "Which day?"),
        ("Q2", "Who holds the key?"),
        ("P1", "Buy a mixer"),
        ("N1", "two hands &lt;b&gt;now&lt;/b&gt;"),
        ("C1", "Contribution C1: cleaned the &lt;b&gt;kitchen&lt;/b&gt;"),
        ("T1", "Movement T1: market stall"),
    ):
        page = library.get(f"/alpha/show/{ref}").text
        assert f"<h1>{heading}</h1>" in page, ref
        assert f"<title>{heading} · " in page, ref
        below = page.split("<h1>")[1].split("</h1>")[1].split("<footer>")[0]
        assert ref in below
        assert f">{ref}</a>" not in below


def test_what_a_page_shows_is_what_chat_says(library: Library) -> None:
    """The words of `/ledger` and of `/treasury` stand on the pages, which also tell the year."""
    for line, name in (("/ledger", "ledger"), ("/treasury", "money")):
        page = "".join(library.get(f"/alpha/{name}").words.replace(" 2026,", ",").split())
        for row in library.house.say("ann", line).text.splitlines():
            for word in row.removeprefix("- ").split():
                assert word in page, (line, row)


def test_what_members_typed_is_never_markup(library: Library) -> None:
    page = library.get("/alpha/contributions").text

    assert "&lt;b&gt;kitchen&lt;/b&gt;" in page
    assert "<b>" not in page


def test_a_secret_poll_tells_nothing_that_chat_does_not(library: Library) -> None:
    """Open: who took part, as chat says, and neither a choice nor a count, in no form, for nobody."""
    for path in ("/alpha/show/Q2", "/alpha/show/Q2.json", "/alpha/polls", "/alpha/polls.json"):
        told = library.get(path).text
        assert "So far" not in told or "Q1" in told
        for sign in ('"tally"', '"votes"', "Xaver 1", "Xaver: 1", "bo: Xaver"):
            assert sign not in told, (path, sign)
    assert "Took part: bo" in library.get("/alpha/show/Q2").words


def test_lists_go_on_by_an_address_that_stays(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_book(tmp_path_factory.mktemp("long")) as it:
        it.house.enter("ann")
        for number in range(1, 121):
            it.house.say(
                "ann", f"/log {5 + number % 5}m task{number} #{'care' if number % 3 else 'work'}"
            )

        first = it.get("/alpha/contributions.json").json
        second = it.get(f"/alpha/contributions.json?before={first['older']}").json
        third = it.get(f"/alpha/contributions.json?before={second['older']}").json
        refs = [row["ref"] for page in (first, second, third) for row in page["facts"]["contributions"]]

        assert refs == [f"C{number}" for number in range(120, 0, -1)]
        assert third["older"] is None
        it.house.say("ann", "/log 9m one more")
        assert it.get(f"/alpha/contributions.json?before={first['older']}").json["facts"] == {
            **second["facts"],
            "sums": it.get("/alpha/contributions.json").json["facts"]["sums"],
        }


@pytest.mark.parametrize("name", ["journal", "ledger"])
def test_no_entry_is_left_out_or_told_twice(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    with open_book(tmp_path_factory.mktemp("long")) as it:
        it.house.enter("ann")
        for number in range(1, 121):
            it.house.say("ann", f"/log 5m task{number}")
        it.house.say("ann", "/rules set web public")

        seen: list[int] = []
        before = 0
        while before is not None:
            page = it.get(f"/alpha/{name}.json?before={before}").json
            rows = page["facts"]["entries" if name == "journal" else "movements"]
            seen += [row["entry"] for row in rows]
            before = page["older"]

        posting = [entry.seq for entry in it.house.entries() if '"postings"' in entry.payload]
        every = [entry.seq for entry in it.house.entries()]
        assert seen[::-1] == (every if name == "journal" else posting)


def test_an_entry_of_two_days_is_not_torn_between_two_pages(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Its rows are the fiftieth and the one behind it."""
    with open_book(tmp_path_factory.mktemp("torn")) as it:
        it.house.enter("ann")
        it.house.say("ann", "/log 10m moved")
        assert it.house.say("ann", "/amend C1 --day yesterday").error == ""
        for number in range(ROWS - 1):
            it.house.say("ann", f"/log 5m task{number}")

        first = it.get("/alpha/ledger.json").json
        second = it.get(f"/alpha/ledger.json?before={first['older']}").json

        rows = [
            [(row["entry"], row["day"]) for row in page["facts"]["movements"]]
            for page in (first, second)
        ]
        assert [len(some) for some in rows] == [ROWS + 1, 1]
        assert len({entry for entry, _ in rows[0][-2:]}) == 1
        assert len({day for _, day in rows[0][-2:]}) == 2
        assert len(set(rows[0] + rows[1])) == ROWS + 2


def test_a_list_that_holds_only_what_is_not_listed_is_empty(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Nobody asked for less: a draft is not left out by a filter."""
    with open_book(tmp_path_factory.mktemp("empty")) as it:
        it.house.enter("ann")
        it.house.say("ann", "/draft Buy a mixer")

        for name in ("decisions", "ledger"):
            assert "There is nothing here yet." in it.get(f"/alpha/{name}").words
        assert "Nothing here is what was asked for" in it.get("/alpha/decisions?search=mixer").words


def test_an_empty_ledger_counts_no_entries_of_other_kinds(library: Library) -> None:
    """It was said that so many movements were left out as the journal has entries."""
    page = library.get("/alpha/ledger?period=2020-01").words

    assert "Nothing here is what was asked for." in page
    assert "without that" not in page


def test_a_filter_is_its_address_and_its_sum_stands_beside_it(library: Library) -> None:
    page = library.get("/alpha/contributions?kind=care")

    assert "Confirmed of all that is asked for: 3h" in page.words
    assert "baked bread" not in page.words
    assert 'value="care"' in page.text
    empty = library.get("/alpha/contributions?period=2020-01").words
    assert "Nothing here is what was asked for; there are 2 without that." in empty


@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        ("period=November", ["period=November"]),
        ("period=2026-13", ["period=2026-13"]),
        ("search=bread", ["search=bread"]),  # contributions are not searched
        ("who=ann&kind=care", ["who=ann"]),
        ("kind=care&kind=work", ["kind=work"]),
        (f"kind={'x' * 90}", [f"kind={'x' * 74}…"]),
        ("before=-3", ["before=-3"]),
        ("lang=tlh", ["lang=tlh"]),
        ("kind=care&period=2026-01&before=9&lang=de&circle=", []),
    ],
)
def test_what_is_asked_in_vain_is_said(library: Library, query: str, left_out: list[str]) -> None:
    page = library.get(f"/alpha/contributions?{query}")
    facts = library.get(f"/alpha/contributions.json?{query}").json

    assert facts["left_out"] == left_out
    for each in left_out:
        assert f"left out: {each}" in page.words
    assert ("Not understood here" in page.words) == bool(left_out)
    assert not re.search(r"<p[^>]*>\s*<div", page.text)  # which would end the paragraph, empty


def test_what_is_no_query_is_no_page(library: Library) -> None:
    """Never the page as if nothing had been asked."""
    for query in ("kind=%ff", f"kind={'x' * 500}", "&".join(f"f{n}=1" for n in range(30))):
        assert library.get(f"/alpha/contributions?{query}").status == 400, query
        assert library.outside(f"/there-is-none/?{query}").status == 400, query


def test_beyond_the_end_there_is_a_plain_page(library: Library) -> None:
    """Also where a number is larger than any database takes, or is one in another script."""
    for name, page in FEATURES.pages.items():
        if page.listed is None or page.needs_ref:
            continue
        for before in ("1", "0", "99999999999999999999", "-3", "x", "%00", "%EF%BC%91", "%C2%B2"):
            got = library.get(f"/alpha/{name}?before={before}&older={before}")
            assert got.status == 200, (name, before)


def test_the_reader_s_language_is_the_address_s_then_the_browser_s(library: Library) -> None:
    assert "Beiträge" in library.get("/alpha/contributions?lang=de").text
    for header, title in (
        ("fr, de-AT;q=0.8", "Beiträge"),
        ("en;q=0.3, de;q=0.9", "Beiträge"),
        ("de;q=0.3, en;q=0.9", "Contributions"),
        ("de;q=nought, en;q=0.9", "Beiträge"),
        ("*, \u00ff;q=9", "Contributions"),
    ):
        page = library.get("/alpha/contributions", Accept_Language=header).text
        assert f"<h1>{title}</h1>" in page, header
    assert '<html lang="en">' in library.get("/alpha/contributions?lang=tlh").text
    assert 'href="ledger?lang=de"' in library.get("/alpha/contributions?lang=de").text


def test_what_did_not_change_is_not_sent_again(library: Library) -> None:
    first = library.get("/alpha/contributions")
    again = library.get("/alpha/contributions", If_None_Match=first.headers["etag"])

    assert (again.status, again.body) == (304, b"")
    library.house.say("bo", "/log 1h swept")
    changed = library.get("/alpha/contributions", If_None_Match=first.headers["etag"])
    assert changed.status == 200
    assert "swept" in changed.text


def test_a_page_asks_for_nothing_outside_its_path(library: Library) -> None:
    """Behind a web server the books may be one of its folders: no address begins at the top."""
    for path in ("", "contributions", "show/P1", f"~{'0' * 32}/ledger"):
        here = f"/alpha/{path}"
        page = library.get(here).text
        ways = re.findall(r'(?:href|src|action)="([^"]*)"', page)
        style = next(way for way in ways if way.endswith(".css"))

        assert not [way for way in ways if way.startswith("/")], path
        assert library.get(urljoin(here, style)).headers["content-type"].startswith("text/css"), path
    for path in ("/", "/alpha"):
        assert not library.get(path).headers["location"].startswith("/")


def test_what_the_operator_changed_is_sent_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No entry was written meanwhile, and the rules in force are others after a new start."""
    with open_book(tmp_path_factory.mktemp("changed")) as it:
        it.house.enter("ann")
        archive, clock = it.house.store.archive, it.house.clock
        asked = Request("/alpha/rules", at_home=True)
        before = Book(archive, FEATURES, clock, it.house.rules, own="alpha").answer(asked)

        changed = Book(archive, FEATURES, clock, {**it.house.rules, "confirmations": 2}, own="alpha")
        again = changed.answer(replace(asked, known=before.tag))

        assert again.status == 200
        assert b"confirmations = 2" in again.body
        assert changed.answer(replace(asked, known=again.tag)).status == 304


def test_what_was_erased_is_gone_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_book(tmp_path_factory.mktemp("erased")) as it:
        it.house.enter("ann", "bo")
        it.house.say("bo", "/log 1h canarywords")
        before = it.get("/alpha/contributions")
        assert "canarywords" in before.text

        it.house.say("bo", "/me forget yes", private=True)

        after = it.get("/alpha/contributions", If_None_Match=before.headers["etag"])
        assert after.status == 200
        assert "canarywords" not in after.text


@pytest.mark.parametrize(
    ("publish", "voters", "end"),
    [("totals", 4, "/close"), ("list", 4, "/close"), ("totals", 2, "clock"), ("totals", 4, "/cancel")],
)
def test_a_secret_poll_that_is_over_tells_what_chat_tells(
    tmp_path_factory: pytest.TempPathFactory, publish: str, voters: int, end: str
) -> None:
    """Counted, listed, with too few ballots, taken back: never who chose what."""
    people = ("ann", "bo", "cem", "dag")
    with open_book(tmp_path_factory.mktemp("over")) as it:
        it.house.enter(*people)
        it.house.say("ann", f"/poll Who? | Xaver | Yvonne --secret --ballots {publish}")
        for at, who in enumerate(people[:voters]):
            told = it.house.say(who, f"/vote Q1 {'Yvonne' if at else 'Xaver'}", private=True)
            assert told.error == "", told.text
        if end == "clock":
            for _ in range(3):
                it.house.later(days=8)
        else:
            assert it.house.say("ann", f"{end} Q1").error == ""

        page, facts = it.get("/alpha/show/Q1"), it.get("/alpha/show/Q1.json")

        counted = voters == 4 and end == "/close"
        assert ("Yvonne 3" in page.words) == counted, page.words
        for text in (page.words, facts.text):
            for who in people:
                assert not re.search(rf"{who}\W{{1,4}}(Xaver|Yvonne)", text), text
        assert ("Yvonne 3" in it.house.say("bo", "/why Q1").text) == counted


def test_what_is_told_but_once_is_no_page() -> None:
    """What is fleeting is kept only until it is told: a page would keep it."""

    def decide(*_: object) -> Accepted:
        return Accepted(replies=(Reply(say("A code."), fleeting=True),))

    ask: Any = SimpleNamespace(with_args=lambda _: None)
    with pytest.raises(AssertionError):
        as_answered(decide, State("alpha"), ask, None)


def test_each_partner_is_led_to_whose_name_is_within_another(tmp_path: Path) -> None:
    with open_book(tmp_path) as it:
        it.house.enter("ann")
        for line in ("/role give @me treasurer", "/rules set partners treasurer"):
            it.house.say("ann", line)
        for name in ("mill", "mill-house"):
            assert it.house.say("ann", f"/partner add {name}").error == ""

        ways = re.findall(r'href="(partners\?search=[^"]*)"', it.get("/alpha/partners").text)

        assert len(ways) == 2
        for way in ways:
            assert "All partners" in it.get(f"/alpha/{way}").words, way


def test_a_meeting_is_headed_by_what_it_is_called(tmp_path: Path) -> None:
    with open_book(tmp_path) as it:
        it.house.enter("ann")
        it.house.say("ann", "/meeting open Spring assembly")
        assert "<h1>Spring assembly</h1>" in it.get("/alpha/show/M1").text
        it.house.say("ann", "/meeting close")
        it.house.say("ann", "/meeting open")
        assert "<h1>Meeting M2</h1>" in it.get("/alpha/show/M2").text


def test_who_is_called_otherwise_is_so_in_the_past_too(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Names stand by whose they are, in every list and in every form."""
    paths = (
        "contributions",
        "contributions.csv",
        "ledger",
        "journal",
        "people",
        "show/C1",
        "show/C1.json",
    )
    with open_book(tmp_path_factory.mktemp("renamed")) as it:
        it.house.say("ann", "/log 1h baked", name="Quirina")
        before = [it.get(f"/alpha/{path}").text for path in paths]
        assert it.house.say("ann", "/me name Zenobia", name="Quirina").error == ""
        after = [it.get(f"/alpha/{path}").text for path in paths]

    assert ["Quirina" in told for told in before] == ["Zenobia" in told for told in after]
    assert all("Quirina" in told for told in before)
    assert not [path for path, told in zip(paths, after, strict=True) if "Quirina" in told]


def test_what_binds_is_told_apart_from_what_does_not(library: Library) -> None:
    """On pages of their own, which say it; each lists what is open with how it stands."""
    assert "binds nobody" in library.get("/alpha/polls").words
    decisions, polls = (
        library.get(f"/alpha/{name}.json").json["facts"] for name in ("decisions", "polls")
    )
    assert [(it["ref"], it["status"]) for it in decisions["decisions"]] == [("P1", "open")]
    assert {it["ref"]: it["status"] for it in polls["polls"]} == {"Q1": "open", "Q2": "open"}
