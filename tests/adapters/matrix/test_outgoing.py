"""What we say as Matrix's events: escaped, readable without HTML, never a mention, never too long."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from adapters.matrix.outgoing import CONTENT_BYTES_MAX, PIECES_MAX, parts, text_content, transaction
from bot.chat import Button, Choice, File, Key, Kind, Menu, Outgoing, Place, Reply
from bot.text.wording import (
    Code,
    Items,
    Link,
    Node,
    Passage,
    Strong,
    Table,
    Typed,
    Words,
    joined,
    lines,
    say,
)
from tests.security.payloads import ALL

ROOM = "!kitchen:example.org"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + (800).to_bytes(4) + (400).to_bytes(4) + b"rest"


def outgoing(body: Node, **values: Any) -> Outgoing:
    reply = {name: values.pop(name) for name in list(values) if name in Reply.__struct_fields__}
    given: dict[str, Any] = {
        "key": Key("matrix", "$asked"),
        "number": 0,
        "collective": "home",
        "place": Place("matrix", ROOM),
        "person": "",
        "reply": Reply(body, **reply),
        "language": "en",
        "zone": "UTC",
        "prefix": "!",
        "at": 1_800_000_000_000,
    }
    return Outgoing(**{**given, **values})


def content(body: Node, **values: Any) -> dict[str, Any]:
    (part,) = parts(outgoing(body, **values), ROOM, None)
    return part.content


TREES = {
    "words": (Words("a <b> & *c*"), "a <b> & *c*", None),
    "strong": (Strong(Words("P3 <x>")), "P3 <x>", "<strong>P3 &lt;x&gt;</strong>"),
    "typed": (Typed("vote P3 yes"), "!vote P3 yes", "<code>!vote P3 yes</code>"),
    "lines": (lines("one", "two"), "one\ntwo", None),
    "items": (
        lines("one", Items((Words("a"), Words("b"))), "two"),
        "one\n- a\n- b\ntwo",
        "one<ul><li>a</li><li>b</li></ul>two",
    ),
    "table": (
        Table((Words("who"), Words("h")), ((Words("Bo"), Words("12")),)),
        "who · h\nBo · 12",
        (
            "<table><thead><tr><th>who</th><th>h</th></tr></thead>"
            "<tbody><tr><td>Bo</td><td>12</td></tr></tbody></table>"
        ),
    ),
    "link": (
        Link("https://example.org/?a=1&b=2"),
        "https://example.org/?a=1&b=2",
        '<a href="https://example.org/?a=1&amp;b=2">https://example.org/?a=1&amp;b=2</a>',
    ),
    "no link": (Link("javascript:alert(1)"), "javascript:alert(1)", None),
    "hidden in a link": (Link("https://a\u202eb"), "https://ab", None),
}


@pytest.mark.parametrize(("tree", "plain", "html"), TREES.values(), ids=TREES)
def test_a_text_is_told_plainly_and_in_html(tree: Node, plain: str, html: str | None) -> None:
    told = content(tree)

    assert told["body"] == plain
    assert told.get("formatted_body") == html
    assert told.get("format") == (None if html is None else "org.matrix.custom.html")
    assert told["m.mentions"] == {}


class Tags(HTMLParser):
    """Which tags and attributes a text has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


ALLOWED = {"strong", "code", "a", "br", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_nothing_that_somebody_typed_becomes_markup_or_a_mention(text: str) -> None:
    tree = lines(
        Strong(Words(text)),
        Passage(text),
        Code(text),
        Typed(text),
        Link(text),
        say("{who} joined", who=text),
        Items((Words(text),)),
        Table((Words(text),), ((Words(text),),)),
    )
    button = Button(Words(text), text, emoji="👍")
    menu = Menu(Words(text), text, (Choice(Words(text), text),))

    for part in parts(outgoing(tree, buttons=(button,), menus=(menu,)), ROOM, "$card"):
        for told in (part.content, part.content["m.new_content"]):
            found = Tags(told.get("formatted_body", ""))
            assert found.tags <= ALLOWED
            assert all(
                name == "href" and str(value).startswith(("http://", "https://"))
                for name, value in found.attributes
            )
            assert told["m.mentions"] == {}


def test_an_answer_is_one_to_its_message_or_stands_in_its_thread() -> None:
    hello = Words("hello")
    answers = {"m.in_reply_to": {"event_id": "$asked"}}
    thread = {"rel_type": "m.thread", "event_id": "$root", "is_falling_back": True}

    assert content(hello)["m.relates_to"] == answers
    assert content(hello, thread="$root")["m.relates_to"] == {**thread, **answers}
    pressed = {"key": Key("matrix", "press:$reaction")}
    assert "m.relates_to" not in content(hello, **pressed)
    assert content(hello, **pressed, thread="$root")["m.relates_to"] == {
        **thread,
        "m.in_reply_to": {"event_id": "$root"},
    }


@pytest.mark.parametrize(
    "values",
    [{"key": Key("discord", "$asked")}, {"reply": Reply(Words("x"), place=Place("matrix", ROOM))}],
)
def test_what_was_asked_elsewhere_is_no_answer_here(values: dict[str, Any]) -> None:
    assert "m.relates_to" not in content(Words("x"), **values)
    (part,) = parts(outgoing(Words("x")), "!other:example.org", None)
    assert "m.relates_to" not in part.content


def test_an_edit_says_the_new_text_and_its_news_in_one_line_for_old_clients() -> None:
    card = lines(Strong(Words("P3: bread?")), "3 of 5", "By bo.")
    news = Words("P3: yes 3. bread?")
    (part,) = parts(outgoing(card, kind=Kind.EDIT, thread="$root", news=news), ROOM, "$card")

    assert part.content["body"] == "* P3: yes 3. bread?"
    assert "formatted_body" not in part.content
    assert part.content["m.new_content"]["body"] == "P3: bread?\n3 of 5\nBy bo."
    assert "<strong>" in part.content["m.new_content"]["formatted_body"]
    assert part.content["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$card"}
    assert "m.relates_to" not in part.content["m.new_content"]


def test_an_edit_without_news_falls_back_to_its_first_line() -> None:
    (part,) = parts(outgoing(lines("x" * 300, "more"), kind=Kind.EDIT), ROOM, "$card")

    assert part.content["body"] == f"* {'x' * 119}…"


@pytest.mark.parametrize(("rings", "told"), [(True, "m.text"), (False, "m.notice")])
def test_a_new_card_notifies_where_the_rule_says_so(rings: bool, told: str) -> None:
    row = replace(outgoing(Words("P3: bread?"), kind=Kind.CARD), rings=rings)

    assert parts(row, ROOM, None)[0].content["msgtype"] == told


def test_only_a_reminder_is_a_message_that_rings() -> None:
    kinds = {kind: content(Words("x"), kind=kind)["msgtype"] for kind in Kind}

    assert {kind for kind, told in kinds.items() if told == "m.text"} == {Kind.REMINDER}
    assert set(kinds.values()) == {"m.text", "m.notice"}


def test_everything_that_can_be_pressed_has_its_sign_and_its_typed_equal() -> None:
    told = content(
        Words("P3: bread?"),
        kind=Kind.CARD,
        buttons=(
            Button(say("Agree"), "vote P3 agree", emoji="👍"),
            Button(say("Block"), "vote P3 block", emoji="⛔", asks=say("Why?")),
            Button(say("Why"), "why P3"),
        ),
        menus=(Menu(say("Which?"), "vote P3", (Choice(Words("Rye"), "1", "1️⃣"),)),),
    )

    assert told["body"].splitlines() == [
        "P3: bread?",
        "1️⃣ Rye",
        "Vote so: !vote P3 1",
        "👍 Agree !vote P3 agree · ⛔ Block !vote P3 block … · Why !why P3",
    ]
    assert "👍 Agree <code>!vote P3 agree</code>" in told["formatted_body"]


def test_the_typed_equal_of_a_button_is_in_the_language_of_the_room() -> None:
    typed = Typed("vote P3", (say("object"),), "…")
    button = Button(say("object"), "vote P3 object", "✋", say("Why?"), typed)
    told = content(Words("P3: bread?"), kind=Kind.CARD, language="de", buttons=(button,))

    assert told["body"].splitlines()[1] == "!vote P3 ✋ Einwand …"


def test_a_picture_is_told_in_words_and_its_size_is_known() -> None:
    picture = File("week.png", "image/png", PNG, say("Who gave what this week"))
    text, image = parts(outgoing(Words("x"), files=(picture,), thread="$root"), ROOM, None)

    assert text.file is None
    assert image.file == picture
    assert image.content["msgtype"] == "m.image"
    assert image.content["body"] == "Who gave what this week"
    assert image.content["filename"] == "week.png"
    assert image.content["info"] == {"mimetype": "image/png", "size": len(PNG), "w": 800, "h": 400}
    assert image.content["m.relates_to"]["event_id"] == "$root"
    assert parts(outgoing(Words("x"), files=(picture,)), ROOM, "$card")[0].file is None


def encoded(told: dict[str, Any]) -> int:
    return len(msgspec.json.encode(told))


def test_a_long_text_goes_in_pieces_between_its_lines() -> None:
    rows = [f"row {n} {'ä' * 80}" for n in range(400)]

    pieces = parts(outgoing(lines(*rows)), ROOM, None)

    assert 1 < len(pieces) <= PIECES_MAX
    assert [row for piece in pieces for row in piece.content["body"].split("\n")] == rows
    assert all(encoded(piece.content) < CONTENT_BYTES_MAX + 1_000 for piece in pieces)
    assert len({piece.name for piece in pieces}) == len(pieces)


def test_a_text_that_takes_too_many_pieces_is_attached_whole() -> None:
    rows = [f"row {n} {'x' * 80}" for n in range(4_000)]

    *pieces, file = parts(outgoing(lines(*rows)), ROOM, None)

    assert pieces[0].content["body"].startswith("row 0 ")
    assert "attached" in pieces[-1].content["body"]
    assert file.file is not None
    assert file.file.data.decode().split("\n") == rows
    assert all(encoded(piece.content) < CONTENT_BYTES_MAX + 1_000 for piece in pieces)


def test_one_line_that_is_too_long_is_attached_whole() -> None:
    told, file = parts(outgoing(joined(["x" * 290] * 400, "")), ROOM, None)

    assert "attached" in told.content["body"]
    assert file.file is not None
    assert len(file.file.data) == 290 * 400


def test_an_edit_that_is_too_long_is_shortened() -> None:
    (part,) = parts(outgoing(lines(*["x" * 200] * 900), kind=Kind.EDIT), ROOM, "$card")

    assert "too long to be shown whole" in part.content["m.new_content"]["body"]
    assert encoded(part.content) < 60_000


@given(st.text(), st.text(), st.integers(0, 9), st.integers(0, 9))
def test_a_transaction_id_is_the_same_for_the_same_part_of_the_same_row_only(
    one: str, other: str, number: int, second: int
) -> None:
    rows = [
        outgoing(Words(""), key=Key("matrix", key), number=n)
        for key, n in ((one, number), (other, second))
    ]
    same = rows[0].id == rows[1].id

    assert (transaction(rows[0], "0") == transaction(rows[1], "0")) == same
    assert transaction(rows[0], "0") != transaction(rows[0], "1")
    assert transaction(rows[0], "0").isalnum()


def test_figures_stand_to_the_right_by_blanks_of_a_digit_s_width() -> None:
    rows = (("Bo", "120.50 EUR", "1"), ("Cem", "9.00 EUR", "12"), ("&", "", "3"))
    cells_of = [tuple(map(Words, row)) for row in (("who", "how much", "of"), *rows)]
    told = outgoing(Table(cells_of[0], tuple(cells_of[1:])))
    content = text_content(told.reply.body, told)

    cells = re.findall("<td>(.*?)</td>", content["formatted_body"])
    assert cells[1::3] == ["120.50 EUR", "\u2007\u20079.00 EUR", ""]
    assert cells[2::3] == ["\u20071", "12", "\u20073"]
    assert cells[0::3] == ["Bo", "Cem", "&amp;"]
    assert "\u2007" not in content["body"]
