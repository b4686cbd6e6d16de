"""Who reads what, page by page and form by form: a table written by hand, and nothing beside it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from adapters.cli.export import export_site
from adapters.web.forms import forms_of
from commands import FEATURES
from tests.adapters.web.reader import Library, open_book

CANARIES = {
    "plain": "Quirina Plainbird",
    "left": "Lefta Leftbird",
    "merged": "Merga Mergebird",
    "hidden": "Hidda Hiddenbird",
    "forgotten": "Forgo Forgotbird",
    "words": "entrywords",
    "erased": "erasedwords",
    "money": "flourwords",
    "receipt": "receiptwords",
    "draft": "draftwords",
    "question": "questionwords",
    "poll": "pollwords",
    "need": "needwords",
    "meeting": "meetingwords",
    "note": "minuteswords",
    "correction": "correctedwords",
    "answer": "answerwords",
    "payout": "payoutwords",
    "budget": "budgetwords",
    "invoice": "invoicewords",
    "idea": "ideawords",
    "secret": "hushedwords",
    "recurring": "recurringwords",
    "pledge": "pledgebird",
    "room": "roomwords",
    "whisper": "whisperwords",
    "stranger": "strangerwords",
    "account": "example.org",
}
"""What is found where it belongs and nowhere else: persons by name, words by what they are of."""

PEOPLE = frozenset({"plain", "left", "merged", "hidden", "forgotten"})

EVERYBODY: dict[str, set[str]] = {
    "start": {"question", "poll"},
    "planned": {"question", "poll", "need", "meeting"},
    "contributions": {"plain", "left", "merged", "words"},
    "needs": {"need"},
    "meetings": {"meeting"},
    "ledger": {"plain", "left", "merged", "words", "money", "payout"},
    "accounts": set(),
    "reports": set(),
    "money": set(),
    "budgets": {"budget"},
    "invoices": set(),
    "recurring": set(),
    "dues": set(),
    "funding": {"idea", "secret"},
    "sharing": set(),
    "units": set(),
    "loop": set(),
    "partners": set(),
    "decisions": {"question"},
    "polls": {"poll"},
    "rules": {"plain"},
    "openness": {"answer"},
    "verify": set(),
    "checkpoints": set(),
    "journal": {"plain", "left", "merged"},
    "show/C1": {"plain", "words"},
    "show/C2": {"left", "words"},
    "show/C3": {"merged", "words"},
    "show/C4": {"words"},
    "show/C5": set(),
    "show/P1": {"plain", "left", "merged", "question"},
    "show/Q1": {"plain", "poll"},
    "show/T1": {"plain", "money"},
    "show/N1": {"plain", "need"},
    "show/F1": {"plain", "idea"},
    "show/F2": {"plain", "secret"},
    "show/K1": {"plain", "merged", "idea"},
    "show/K2": {"plain", "secret"},
    "show/T2": {"plain", "left", "merged"},
    "show/T3": {"plain", "merged", "payout"},
    "show/T4": {"plain"},
    "show/T5": {"plain"},
    "show/M1": {"plain", "meeting", "note", "correction"},
    "show/M2": {"plain", "meeting"},
    "shares/T2": {"plain", "left", "merged"},
}
"""What everybody reads on each page, where names are shown; of it people's names go with the rule."""

MEMBERS: dict[str, set[str]] = {
    "contributions": {"hidden"},
    "ledger": {"hidden"},
    "money": {"left"},
    "partners": {"pledge"},
    "invoices": {"invoice"},
    "recurring": {"recurring"},
    "rules": {"room", "stranger"},
    "people": {"plain", "merged", "hidden"},
    "journal": {"hidden"},
    "show/C4": {"hidden"},
    "show/Q1": {"hidden"},
    "show/B1": {"plain", "invoice"},
    "show/S1": {"plain", "recurring"},
    "show/T1": {"receipt"},
    "show/T2": {"hidden"},
    "show/M1": {"hidden"},
    "show/P2": {"plain", "draft"},
    "show/K1": {"hidden"},
    "shares/T2": {"hidden"},
}
"""What members read beside that."""

NEWS = {"meeting"}
"""What the news of all tell beside the first page: which minutes there are."""

BOOKS_OF_ACCOUNT = ("json", "journal", "beancount", "jsonld")
FORMS: dict[str, tuple[str, ...]] = {
    "start": ("json", "atom"),
    "planned": ("json", "csv", "ics"),
    "contributions": ("json", "csv"),
    "needs": ("json", "csv"),
    "meetings": ("json", "csv", "atom"),
    "people": ("json",),
    "ledger": (*BOOKS_OF_ACCOUNT, "csv"),
    "accounts": (*BOOKS_OF_ACCOUNT, "csv"),
    "reports": (*BOOKS_OF_ACCOUNT, "csv"),
    "money": (*BOOKS_OF_ACCOUNT, "csv"),
    "budgets": ("json", "csv"),
    "invoices": ("json", "csv"),
    "recurring": ("json", "csv"),
    "dues": ("json", "csv"),
    "funding": ("json", "csv", "atom"),
    "sharing": ("json", "csv"),
    "shares": ("json", "csv"),
    "units": ("json",),
    "loop": ("json",),
    "partners": ("json",),
    "decisions": ("json", "csv", "atom"),
    "polls": ("json", "csv", "atom"),
    "rules": ("json", "csv"),
    "openness": ("json", "csv"),
    "verify": ("json",),
    "checkpoints": ("json", "csv", "txt"),
    "journal": ("json", "csv", "zip"),
    "show": ("json",),
}
"""The forms of each page for machines."""

BOOKS = frozenset({"ledger", "money", "accounts", "reports"})
"""The pages beside which the whole books lie."""

INSIDE = ".zip"
"""The form that is for members alone: the bundle."""

ENTRIES = {"pledge", "room", "stranger", "account", "budget"}
"""What stands in the entries themselves, without the texts, as members know it from `/export json`."""

PATHS = sorted(EVERYBODY | MEMBERS)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("sees")) as it:
        fill(it)
        yield it


@pytest.fixture(scope="module", autouse=True)
def filled(library: Library) -> int:
    """How many entries there are before the tests here write more, which push older ones off a page."""
    number: int = library.get("/alpha/journal.json").json["as_of"]["entry"]
    return number


def say(it: Library, who: str, line: str, *, private: bool = False, room: str | None = None) -> str:
    """Say it from the account of who is called so."""
    account = f"@{who.split('-', maxsplit=1)[0]}{who.count('-')}:example.org"
    name = CANARIES.get(who.split("-", maxsplit=1)[0], who)
    told = it.house.say(account, line, name=name, private=private, room=room)
    assert told.error == "", (line, told.text)
    return told.text


def fill(it: Library) -> None:
    """People who stay, left, have two accounts, hide or were forgotten, with what is theirs."""
    for who in ("plain", "left", "merged", "hidden", "forgotten"):
        say(it, who, "/me")
    for line in (
        "/role give @me treasurer",
        "/rules set web public --in collective",
        "/rules set partners treasurer",
        "/partner add pledgebird",
        "/partner pledge pledgebird flat 10 EUR --private",
        "/rules set ignored @strangerwords:elsewhere.org --in collective",
    ):
        say(it, "plain", line)
    code = re.search(r"/me link (\S+-\S+)", say(it, "merged", "/me link", private=True))
    assert code is not None
    say(it, "merged-", f"/me link {code[1]}", private=True)
    for who in ("plain", "left", "merged-", "hidden"):
        say(it, who, "/log 1h entrywords")
    say(it, "forgotten", "/log 1h erasedwords")
    say(it, "plain", "/income 9 EUR flourwords --proof https://receiptwords.example/1")
    say(it, "plain", "/propose questionwords")
    say(it, "plain", "/recurring 3 EUR recurringwords --every month on the 1st")
    say(it, "plain", "/invoice 7 EUR invoicewords --for invoicewords")
    say(it, "plain", "/dues set 5 EUR monthly --choices 4,5")
    say(it, "plain", "/budget create budgetwords 600 EUR --per quarter")
    say(it, "left", "/vote P1 consent")
    say(it, "plain", "/draft draftwords")
    say(it, "plain", "/poll pollwords? | Xaver | Yvonne --secret")
    say(it, "hidden", "/vote Q1 Yvonne", private=True)
    say(it, "plain", "/need 2h needwords --by in 4 days")
    say(it, "plain", "/meeting open meetingwords")
    say(it, "hidden", "/meeting here")
    say(it, "plain", "/meeting note minuteswords")
    say(it, "plain", "/meeting close")
    say(it, "plain", "/minutes amend M1 correctedwords")
    say(it, "plain", "/meeting plan fri 19:00 meetingwords")
    say(it, "plain", "/openness answer 3 half answerwords")
    say(it, "plain", "/remind me in 2 days whisperwords", private=True)
    say(it, "plain", "/rules set quorum 50%", room="roomwords")
    say(it, "hidden", "/me privacy web off")
    say(it, "left", "/me leave yes")
    told = say(it, "plain", "/distribute 4 EUR")
    (code,) = re.findall(r"/distribute \S+ EUR --confirm \w+", told)
    say(it, "plain", code)
    say(it, "merged-", "/vote P1 consent")
    say(it, "plain", f'/payout @"{CANARIES["merged"]}" 0.80 EUR payoutwords')
    say(it, "plain", "/funding open 2 EUR --each 1 EUR")
    say(it, "plain", "/idea ideawords --min 2")
    say(it, "plain", "/funding open 2 EUR --each 1 EUR --hidden")
    say(it, "plain", "/idea hushedwords --min 2 --round F2")
    for who in ("merged-", "hidden", "forgotten"):
        say(it, who, "/back K1 0.50 EUR")
        say(it, who, "/back K2 0.40 EUR", private=True)
    say(it, "forgotten", "/me forget yes", private=True)


def forms(path: str) -> list[str]:
    """The addresses of a page in all its forms."""
    return [path, *(f"{path}.{ending}" for ending in FORMS[path.split("/", maxsplit=1)[0]])]


def found(text: str) -> set[str]:
    """Which canaries stand in a text."""
    return {name for name, words in CANARIES.items() if words.casefold() in text.casefold()}


def unpacked(data: bytes) -> str:
    """All that is in a ZIP file."""
    with ZipFile(io.BytesIO(data)) as packed:
        return "".join(packed.read(name).decode() for name in packed.namelist())


def expected(path: str, mode: str, *, member: bool) -> set[str]:
    """What the table says."""
    everybody = EVERYBODY.get(path, set())
    if member:
        return everybody | MEMBERS.get(path, set())
    return everybody if mode == "names" else everybody - PEOPLE


@pytest.mark.parametrize("mode", ["names", "initials", "none"])
@pytest.mark.parametrize("kind", ["public", "guest", "member", "home"])
def test_each_page_tells_each_reader_what_the_table_says(
    library: Library, filled: int, kind: str, mode: str
) -> None:
    """Not one name or word more, in no form; and not less on the page itself."""
    told = library.house.say("@plain0:example.org", f"/rules set web-names {mode} --in collective")
    assert told.error in {"", "nothing-changed"}
    root, read = "/alpha/", library.outside
    if kind == "home":
        read = library.get
    elif kind in {"guest", "member"}:
        line = "/web guest new" if kind == "guest" else "/web link new"
        link = say(library, "plain", line, private=True)
        address = re.search(r"https://book\.example\.org(/\S+/)", link)
        assert address is not None
        root = address[1]
    member = kind in {"member", "home"}

    for path in PATHS:
        wanted = expected(path, mode, member=member)
        seen = path in EVERYBODY or member
        for form in forms(path):
            got = read(f"{root}{form}?before={filled + 1}" if form == "journal" else f"{root}{form}")
            given = seen and (member or not form.endswith(INSIDE))
            assert got.status == (200 if given else 404), (form, got.status)
            if form.endswith(INSIDE):
                assert not given or found(unpacked(got.body)) == ENTRIES, form
                continue
            there = found(got.text) if seen else set()
            if form == path:
                assert there == wanted, (path, there ^ wanted)
            elif form == "start.atom":
                assert there <= wanted | NEWS, there
            else:
                # The forms of the books tell all that is in them: as the ledger, with the receipts.
                books = expected("ledger", mode, member=member) | ({"receipt"} if member else set())
                assert there <= (wanted | books if path in BOOKS else wanted), (form, there - wanted)


@pytest.mark.parametrize("mode", ["names", "initials", "none"])
def test_no_file_of_the_site_tells_more(library: Library, tmp_path: Path, mode: str) -> None:
    """By the same table: what lies as files is what everybody sees."""
    library.house.say("@plain0:example.org", f"/rules set web-names {mode} --in collective")
    export_site(library.house.store.archive, tmp_path / "book", library.house.rules, "alpha")
    told: set[str] = set()
    for file in sorted((tmp_path / "book").rglob("*")):
        if file.is_dir() or file.name == "style.css":
            continue
        stem = file.relative_to(tmp_path / "book").as_posix().partition(".")[0]
        name = "start" if stem.startswith("index") else stem.partition("-")[0]
        wanted = expected(name, mode, member=False)
        moved = stem.startswith("accounts-account-")  # each movement on it, as in the ledger
        if moved or (name in BOOKS and file.suffix not in {".html", ".json"}):
            wanted = wanted | expected("ledger", mode, member=False)
        there = found(file.read_text())
        wanted = wanted | NEWS if file.name == "index.atom" else wanted
        assert there <= wanted, (file.name, there - wanted)
        told |= {name}

    assert told == set(EVERYBODY)


def test_the_tables_have_every_page_and_every_form() -> None:
    """A page or a form that comes stands in them, or this fails."""
    pages = FEATURES.pages
    declared = {
        name: set(forms_of(page, news=name == "start" or page.news is not None))
        for name, page in pages.items()
    }

    assert set(pages) == {path.split("/")[0] for path in PATHS}
    assert declared == {name: set(endings) for name, endings in FORMS.items()}


def test_who_chose_what_in_a_secret_poll_stands_nowhere(library: Library) -> None:
    for path in PATHS:
        for form in forms(path):
            got = library.get(f"/alpha/{form}")
            text = unpacked(got.body) if form.endswith(INSIDE) else got.text
            assert not re.search(r"Hiddenbird\W{1,9}Yvonne", text), form
