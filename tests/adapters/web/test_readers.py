"""Who sees which page, and whose names: page by page, in every form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from adapters.web.forms import forms_of
from adapters.web.library import Picture, with_readings
from bot.collective.pages import Pages
from bot.collective.state import State
from bot.decision import Ask, Ballots, Signed
from bot.polling.sealing import Urn
from commands import FEATURES
from tests.adapters.web.reader import Library, open_book

NAMES = ("Quirina Canary", "Bodo Canary", "Zeno Canary", "Ute Canary")
ACCOUNTS = tuple(f"@{name.split()[0].lower()}:example.org" for name in NAMES)
ENDINGS = {
    page.name: [
        ending
        for ending, form in forms_of(page, news=page.name == "start" or page.news is not None).items()
        if not form.inside
    ]
    for page in FEATURES.pages.values()
}
"""Of each page all its forms, but for those that are for members alone: a new one is tried too."""

PATHS = [
    *(name for name, page in FEATURES.pages.items() if not page.needs_ref),
    *(f"show/{ref}" for ref in ("C1", "C2", "P1", "Q1", "Q2", "T1", "T2", "N1")),
]
EXPECTED = ("role", "web-link-there")
"""The refusals that tests ask for."""

LISTS = [
    f"{name}{form}"
    for name, page in FEATURES.pages.items()
    if not (page.needs_ref or page.inside)
    for form in ("", *(f".{ending}" for ending in ENDINGS[name]))
]
FORMS = [
    f"{path}{form}"
    for path in PATHS
    for form in ("", *(f".{ending}" for ending in ENDINGS[path.split("/")[0]]))
]


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("readers")) as it:
        for account, name in zip(ACCOUNTS, NAMES, strict=True):
            it.house.say(account, "/me", name=name)
        say(it, 0, "/log 3h cleaned with Bodo Canary #care")
        say(it, 1, "/log 2h baked")
        say(it, 0, "/income 120 EUR from @zeno:example.org")
        say(it, 1, "/expense 20 EUR flour")
        say(it, 0, "/propose Thank Zeno Canary")
        say(it, 1, "/vote P1 consent because Zeno Canary is kind")
        say(it, 0, "/poll Who? | Quirina Canary | Bodo Canary")
        say(it, 1, "/vote Q1 1")
        say(it, 0, "/poll Where? | here | there --secret")
        say(it, 0, "/need a van for Zeno Canary")
        say(it, 1, "/take N1")
        say(it, 1, "/dispute C1 Quirina Canary was not there")  # which drafts P2
        yield it


def say(it: Library, who: int, line: str) -> str:
    told = it.house.say(ACCOUNTS[who], line, name=NAMES[who])
    assert told.error in {"", *EXPECTED}, (line, told.text)
    return told.text


def link_of(text: str) -> str:
    """The path of the link that was told."""
    found = re.search(r"https://book\.example\.org(/\S+/)", text)
    assert found is not None, text
    return found[1]


@pytest.mark.parametrize("mode", ["off", "link"])
def test_a_reader_without_permission_sees_nothing(library: Library, mode: str) -> None:
    """Off, or by link alone: the same as for a collective, a page and a thing that there is not."""
    nothing = library.outside("/there-is-none/")
    say(library, 0, f"/rules set web {mode}")

    for path in FORMS:
        guess = f"/alpha/~{'0' * 32}/{path}"
        for asked in (f"/alpha/{path}", guess, f"/beta/{path}", f"/alpha/{path}?lang=en"):
            got = library.outside(asked)
            assert (got.status, got.body) == (404, nothing.body), (mode, asked)
            assert {**got.headers, "date": ""} == {**nothing.headers, "date": ""}


@pytest.mark.parametrize("mode", ["names", "initials", "none"])
def test_names_are_shown_by_rule_in_every_form(library: Library, mode: str) -> None:
    say(library, 0, "/rules set web public")
    say(library, 0, f"/rules set web-names {mode}")
    say(library, 2, "/me privacy web off")

    for path in FORMS:
        got = library.outside(f"/alpha/{path}")
        page = FEATURES.pages[path.split("/")[0].partition(".")[0]]
        assert got.status == (404 if page.inside else 200), path
        shown = {name for name in NAMES if name.casefold() in got.text.casefold()}
        assert NAMES[2] not in shown, path
        assert mode == "names" or not shown, path
        assert not any(account in got.text for account in ACCOUNTS), path


def test_names_are_there_to_be_hidden(library: Library) -> None:
    """The test above would see them: members do."""
    pages = [library.get(f"/alpha/{path}").text for path in FORMS]

    for name in NAMES:
        assert sum(name in page for page in pages) > 3
    say(library, 0, "/rules set web public")
    say(library, 0, "/rules set web-names names")
    assert NAMES[0] in library.outside("/alpha/contributions").text
    say(library, 0, "/rules set web-names initials")
    assert "Q. C" in library.outside("/alpha/contributions").text


def test_what_is_hidden_is_who_and_never_how_much(library: Library) -> None:
    say(library, 0, "/rules set web public")
    say(library, 0, "/rules set web-names none")

    page = library.outside("/alpha/contributions").words

    assert "a member" in page
    assert "baked" in page
    assert "2h" in page


def test_members_alone_see_who_is_a_member(library: Library) -> None:
    say(library, 0, "/rules set web public")

    assert library.outside("/alpha/people").status == 404
    assert 'href="people"' not in library.outside("/alpha/").text
    assert library.get("/alpha/people").status == 200


def test_rules_that_name_accounts_are_for_members(library: Library) -> None:
    say(library, 0, "/rules set ignored @stranger9:elsewhere.org --in collective")
    say(library, 0, "/rules set web public")

    assert "stranger9" not in library.outside("/alpha/rules").text
    assert "stranger9" not in library.outside("/alpha/rules.json").text
    assert "stranger9" in library.get("/alpha/rules").text


# --- Links ----------------------------------------------------------------------------------------


def test_a_member_s_link_shows_what_members_see(library: Library) -> None:
    say(library, 0, "/rules set web link")
    link = link_of(say(library, 1, "/web link"))

    assert NAMES[0] in library.outside(f"{link}people").text
    assert library.outside(f"{link}people").headers["cache-control"] == "private, no-cache"
    assert library.outside("/alpha/people").status == 404


OMA = '@"Oma Liisa"'


def test_who_has_no_account_gets_a_member_s_link_by_hand(library: Library) -> None:
    """From a coordinator, in private; nobody with an account gets one so, and it says what it is."""
    say(library, 0, "/rules set web link")
    say(library, 0, "/member add Oma Liisa")
    told = library.house.say(ACCOUNTS[0], f"/web member {OMA}", name=NAMES[0])
    link = link_of(told.text)

    assert all(row.reply.private for row in told.rows)
    assert NAMES[0] in library.outside(f"{link}people").text
    assert "coordinators" in say(library, 1, f"/web member {OMA}")
    refused = library.house.say(ACCOUNTS[0], '/web member @"Bodo Canary"', name=NAMES[0])
    assert refused.error == "account-known"
    say(library, 0, '/member seat Corner Bakery @"Bodo Canary"')
    refused = library.house.say(ACCOUNTS[0], '/web member @"Corner Bakery"', name=NAMES[0])
    assert refused.error == "seat", refused.text


def test_a_page_opens_no_ballots_and_has_nothing_signed() -> None:
    """Neither is looked up, whatever a page asks for: what is read has no keys."""
    picture = cast("Picture", None)
    ask = cast("Ask[Any]", SimpleNamespace(found={}))
    wanted = (Signed(), Ballots(Urn("home", 1, "")))
    assert with_readings(picture, State("home"), ask, lambda *_: wanted) is ask


@pytest.mark.parametrize(
    "end", [f"/web member {OMA} void", f"/web member {OMA} new", f"/member remove {OMA} yes"]
)
def test_the_link_of_who_has_no_account_ends(library: Library, end: str) -> None:
    say(library, 0, "/rules set web link")
    say(library, 0, "/member add Oma Liisa")
    link = link_of(say(library, 0, f"/web member {OMA}"))
    mine = link_of(say(library, 0, "/web link"))

    told = library.house.say(ACCOUNTS[0], end, name=NAMES[0])

    assert told.error == "", told.text
    assert library.outside(f"{link}contributions").body == library.outside("/there-is-none/").body
    assert library.outside(f"{mine}contributions").status == 200


@pytest.mark.parametrize("has_one_already", [False, True])
def test_the_link_by_hand_ends_when_who_has_it_takes_their_place(
    library: Library, has_one_already: bool
) -> None:
    """It went through others' hands; whoever has an account asks for one of their own."""
    say(library, 0, "/rules set web link")
    say(library, 0, "/member add Oma Liisa")
    handed = link_of(say(library, 0, f"/web member {OMA}"))
    code = say(library, 0, f"/member code {OMA}").split("me link ")[1].split()[0]
    account, name = (ACCOUNTS[3], NAMES[3]) if has_one_already else ("@liisa:example.org", "Liisa")
    own = link_of(say(library, 3, "/web link"))

    told = library.house.say(account, f"/me link {code} yes", name=name)

    assert told.error == "", told.text
    assert "/web link" in told.text
    assert library.outside(f"{handed}people").body == library.outside("/there-is-none/").body
    assert library.outside(f"{own}people").status == 200


@pytest.mark.parametrize("page", ["decisions", "polls", "needs"])
def test_nobody_finds_out_by_searching_what_is_not_shown(library: Library, page: str) -> None:
    """Letter by letter a name could be guessed, by what is found with it."""
    say(library, 0, "/poll Who is Zeno Canary? | one | two")
    say(library, 2, "/me privacy web off")
    say(library, 0, "/rules set web public")
    say(library, 0, "/rules set web-names names")

    for guess in ("Zen", "zeno canary"):
        hidden = library.outside(f"/alpha/{page}.json?search={guess.replace(' ', '+')}").json["facts"]
        assert not any(hidden.values()), hidden
        assert any(library.get(f"/alpha/{page}.json?search={guess[:4]}").json["facts"].values())
    assert any(library.outside(f"/alpha/{page}.json?search=a+member").json["facts"].values())


def test_a_guest_s_link_shows_what_is_for_everybody(library: Library) -> None:
    say(library, 0, "/rules set web link")
    link = link_of(say(library, 0, "/web guest"))

    assert library.outside(f"{link}people").status == 404
    page = library.outside(f"{link}contributions").text
    assert "baked" in page
    assert NAMES[1] not in page
    assert "coordinators" in say(library, 1, "/web guest")


@pytest.mark.parametrize(
    ("who", "line", "end"),
    [
        (1, "/web link", "/web link void"),
        (1, "/web link", "/web link new"),
        (2, "/web link", "/me leave"),
        (0, "/web link", "/rules set web off"),
        (0, "/web guest", "/web guest new"),
        (0, "/web guest", "/web guest void"),
    ],
)
def test_a_link_that_was_voided_is_no_address(library: Library, who: int, line: str, end: str) -> None:
    say(library, 0, "/rules set web link")
    link = link_of(say(library, who, line))
    seen = library.outside(f"{link}contributions")
    assert seen.status == 200

    say(library, who, end)

    nothing = library.outside("/there-is-none/").body
    for path in FORMS:
        assert library.outside(f"{link}{path}").body == nothing, path
    gone = library.outside(f"{link}contributions", If_None_Match=seen.headers["etag"])
    assert gone.status == 404
    assert gone.body == library.outside("/there-is-none/").body


BACK = {
    "by speaking": ("/me leave yes", (2, "/log 1h came back")),
    "by an admin": ('/member remove @"Zeno Canary" --sure', (0, '/member return @"Zeno Canary"')),
    "as one who asks": ("/me leave yes", (0, "/member admit 1")),
}


@pytest.mark.parametrize("left_before_links_ended", [False, True])
@pytest.mark.parametrize("road", BACK)
def test_who_comes_back_has_no_old_link(
    library: Library, monkeypatch: pytest.MonkeyPatch, road: str, left_before_links_ended: bool
) -> None:
    """Whoever left may have handed it on, and nobody remembers it; a new one is had by asking."""
    say(library, 0, "/rules set web link")
    page, own = (link_of(say(library, 2, line)) for line in ("/web link", "/calendar link"))
    feed = f"{own}planned.ics"
    assert library.outside(f"{page}contributions").status == library.outside(feed).status == 200
    leaving, (who, returning) = BACK[road]

    with monkeypatch.context() as older:
        if left_before_links_ended:
            older.setattr(Pages, "voided", lambda *_: ())
        say(library, 0 if "remove" in leaving else 2, leaving)
    pages = library.house.state().pages
    assert bool(pages.links or pages.calendars) is left_before_links_ended
    if road == "as one who asks":
        say(library, 0, "/rules set new-members request")
        say(library, 2, "/member apply")
    say(library, who, returning)

    assert any(it.name == NAMES[2] for it in library.house.state().members.here)
    nothing = library.outside("/there-is-none/").body
    assert library.outside(f"{page}contributions").body == nothing
    assert library.outside(feed).body == nothing
    new = link_of(say(library, 2, "/web link"))
    assert library.outside(f"{new}contributions").status == 200
    assert library.outside(f"{page}contributions").body == nothing


def test_a_secret_is_kept_nowhere_and_repeated_on_no_page(library: Library) -> None:
    say(library, 0, "/rules set web link")
    link = link_of(say(library, 1, "/web link"))
    secret = link.split("~")[1].strip("/")

    assert len(secret) == 32
    assert secret not in "".join(entry.payload for entry in library.house.entries())
    for path in FORMS:
        assert secret not in library.outside(f"{link}{path}").text
    assert "I do not know it any more" in say(library, 1, "/web link")


def test_a_link_is_told_in_private(library: Library) -> None:
    say(library, 0, "/rules set web link")

    told = library.house.say(ACCOUNTS[1], "/web link", name=NAMES[1])

    assert all(row.reply.private for row in told.rows)


def test_no_reader_has_another_one_s_tag(library: Library) -> None:
    """By who reads, by which link, in which language and form: each has bytes of their own."""
    say(library, 0, "/rules set web public")
    mine, guest = (link_of(say(library, 0, line)) for line in ("/web link", "/web guest"))

    tags = [
        library.outside(f"{root}contributions{form}{query}").headers["etag"]
        for root in (mine, guest, "/alpha/")
        for form in ("", ".json", ".csv")
        for query in ("", "?lang=de", "?kind=care")
    ]
    tags.append(library.outside("/alpha/contributions", Accept_Language="de").headers["etag"])

    assert len(set(tags)) == len(tags)
    vary = library.outside("/alpha/contributions").headers["vary"]
    assert {"Accept-Language", "Accept-Encoding"} <= set(vary.split(", "))


def test_no_account_in_the_books_adds_up_whose_name_is_not_shown(library: Library) -> None:
    say(library, 0, "/rules set web public")
    say(library, 0, "/rules set web-names none")

    for ending in ("json", "csv", "journal", "beancount", "jsonld"):
        told = library.outside(f"/alpha/ledger.{ending}").text
        found = re.findall(r"(?:member|held|Members|Held)[:/](\d+)", told)
        assert set(found) <= {"0"}, ending
    say(library, 0, "/rules set web-names names")
    say(library, 1, "/me privacy web off")
    told = library.outside("/alpha/ledger.csv").text
    assert set(re.findall(r"member:(\d+)", told)) == {"0", "1"}


# --- At home --------------------------------------------------------------------------------------


def test_who_sits_at_the_machine_sees_the_own_collective_without_asking(library: Library) -> None:
    assert library.get("/").headers["location"] == "alpha/"
    assert library.get("/alpha/").status == 200
    assert library.get("/beta/").status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"X-Forwarded-For": "1.2.3.4"},
        {"Forwarded": "for=1.2.3.4"},
        {"Via": "1.1 proxy"},
    ],
)
def test_a_proxy_or_a_foreign_page_is_not_at_home(library: Library, headers: dict[str, str]) -> None:
    assert library.get("/alpha/", **headers).status == 404


def test_a_web_server_that_says_nothing_of_itself_is_not_at_home(library: Library) -> None:
    """As nginx asks where nobody told it otherwise: under this machine's name, in an older HTTP."""
    came = library.raw(b"GET /alpha/ HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")

    assert b" 404 " in came[:20]


def test_behind_a_web_server_nobody_is_at_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_book(tmp_path_factory.mktemp("behind"), behind=True) as it:
        it.house.enter("ann")

        assert it.get("/alpha/").status == 404


def test_only_what_is_public_may_be_found_by_search(library: Library) -> None:
    assert "noindex" in library.get("/alpha/").headers["x-robots-tag"]
    say(library, 0, "/rules set web public")

    public = library.outside("/alpha/")

    assert "x-robots-tag" not in public.headers
    assert "noindex" not in public.text


def test_what_members_alone_see_is_never_found_by_search(library: Library) -> None:
    """Who is a member is told of people, and so is kept from search engines, wherever it is read."""
    say(library, 0, "/rules set web public")
    member = link_of(library.house.say(ACCOUNTS[0], "/web link new", private=True).text)

    pages = [
        library.outside(f"{member}people"),
        *(library.get(f"/alpha/{it}") for it in ("people", "")),
    ]
    for got in pages:
        assert got.status == 200
        assert got.headers["x-robots-tag"] == "noindex, nofollow"
        assert got.headers["cache-control"] == "private, no-cache"
        assert '<meta name="robots" content="noindex, nofollow">' in got.text


# --- What chat does not tell everybody ------------------------------------------------------------


def test_a_draft_is_for_members(library: Library) -> None:
    """Also when it was taken back, and what the bot drafted with a dispute; opened, it is for all."""
    assert "P3" in say(library, 2, "/draft Sell the canary van")
    assert "P4" in say(library, 2, "/draft Keep it")
    say(library, 2, "/cancel P4")
    say(library, 0, "/rules set web public")
    nothing = library.outside("/there-is-none/").body

    assert "Sell the canary van" in library.get("/alpha/show/P3").text
    for ref in ("P2", "P3", "P4"):
        for form in ("", ".json"):
            assert library.outside(f"/alpha/show/{ref}{form}").body == nothing, ref
    for path in LISTS:
        told = library.outside(f"/alpha/{path}").text
        assert "canary van" not in told, path
        assert ">P3<" not in told, path
    say(library, 2, "/open P3")
    assert "Sell the canary van" in library.outside("/alpha/show/P3").text


def rows_of(page: str) -> list[str]:
    """The rows of a page's table, without marks."""
    return [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr>.*?</tr>", page)]


def test_the_journal_names_nobody_for_what_is_private_in_chat(library: Library) -> None:
    """Who had themselves reminded of something: not even members read that of one another."""
    say(library, 1, "/remind me in 2 hours water")
    say(library, 1, "/me privacy web off")
    say(library, 1, "/me privacy web on")
    say(library, 2, "/draft Keep it")
    say(library, 0, "/rules set web public")
    say(library, 0, "/rules set web-names names")

    inside, outside = (rows_of(got("/alpha/journal").text) for got in (library.get, library.outside))

    for rows in (inside, outside):
        own = [row for row in rows if "reminder.set" in row or "page.name" in row]
        assert len(own) == 3
        assert not any("Canary" in row for row in own)
    drafts = [[row for row in rows if "proposal.drafted" in row] for rows in (inside, outside)]
    assert [sum("Canary" in row for row in some) for some in drafts] == [2, 0]
    joined = [[row for row in rows if "member.joined" in row] for rows in (inside, outside)]
    assert [sum("Canary" in row for row in some) for some in joined] == [4, 0]
    assert any("Quirina Canary" in row and "C1" in row for row in outside)


def test_receipts_are_for_members(library: Library) -> None:
    say(library, 0, "/expense 30 EUR oil --proof https://receipts.example/canary")
    say(library, 0, "/rules set web public")
    ref = re.findall(r"T[0-9]+", library.get("/alpha/money").words)[-1]

    assert "receipts.example" in library.get(f"/alpha/show/{ref}").text
    for form in ("", ".json"):
        got = library.outside(f"/alpha/show/{ref}{form}")
        assert got.status == 200
        assert "receipts.example" not in got.text
        assert "oil" in got.text
