"""S1, S3, S4, K3, K4: what somebody typed is shown as typed, and is never markup or a mention."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.markdown import Markdown, cut_off, split
from bot.text.languages import reader
from bot.text.rendering import render, visible
from bot.text.wording import (
    Code,
    Day,
    Link,
    Node,
    Passage,
    Person,
    Quantity,
    Strong,
    Table,
    Time,
    Typed,
    Words,
    items,
    joined,
    lines,
    say,
)
from tests.doubles.discord.markdown import read
from tests.security.payloads import ALL, MARKUP, MENTIONS

READER = reader("en", "Europe/Berlin")
PIECES = (
    *"\\`*_~|<>[]()#+-:@./! \t019abz{}&%é\n",
    *("discord.gg/x", "https://", "//", "@everyone", "<@1>", "```", "**", "||", "-# "),
)
SIGNS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def written(tree: Node) -> str:
    return render(tree, READER, Markdown())


@given(SIGNS | st.text(max_size=60))
def test_any_words_are_shown_as_they_were_typed_and_are_no_markup(text: str) -> None:
    shown, markup = read(Markdown().escape(text))

    assert shown == visible(text)
    assert markup == []


@given(SIGNS, SIGNS)
def test_leaves_beside_each_other_make_no_markup_together(one: str, other: str) -> None:
    shown, markup = read(written(say("{one}{other}", one=one, other=other)))

    assert markup == []
    assert shown == visible(one) + visible(other)


@pytest.mark.parametrize("name", [*MENTIONS, *MARKUP])
def test_hostile_words_stay_words(name: str) -> None:
    text = {**MENTIONS, **MARKUP}[name]

    for tree in (
        Words(text),
        Person(text),
        Passage(text),
        say("{a}: {a}", a=text),
        joined([text, text]),
    ):
        shown, markup = read(written(tree))
        assert markup == [], shown


@given(SIGNS | st.text(max_size=60))
def test_code_is_shown_exactly_and_never_broken_out_of(text: str) -> None:
    shown, markup = read(written(say("a {b} c", b=Code(text))))

    assert markup in ([], ["code"])
    assert " ".join(shown.split()) == " ".join(f"a {visible(text)} c".split())


@pytest.mark.parametrize(
    ("url", "markup"),
    [
        ("https://example.org/a_b*c", []),
        ("https://example.org/a_b", ["link"]),
        ("http://user@example.org/?q=[1]", ["link"]),
        ("HTTPS://EXAMPLE.ORG", []),
        ("javascript:alert(1)", []),
        ("data:text/html,x", []),
        ("https://example.org/> <@1>", []),
        ("https://example.org/`x`", []),
        ("https://" + "a" * 600, []),
    ],
)
def test_only_plain_web_addresses_become_links_and_are_seen_whole(url: str, markup: list[str]) -> None:
    shown, found = read(written(Link(url)))

    assert shown == visible(url)
    assert found == markup


def test_what_the_bot_says_has_its_own_form() -> None:
    at = int(dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC).timestamp() * 1000)
    tree = lines(
        Strong(say("{who}, {amount}", who=Person("an*na"), amount=Quantity(150, "h", 60))),
        items([say("one"), lines("two", "three")]),
        Table((say("Kind"), say("Amount")), ((Words("#care"), Quantity(60, "h", 60)),)),
        say("Type {line} by {at} on {day}", line=Typed("log 2h"), at=Time(at), day=Day("2026-01-05")),
    )

    assert written(tree).splitlines() == [
        "**an\\*na, 2h30**",
        "- one",
        "- two",
        "  three",
        "**Kind · Amount**",
        "\\#care · 1h",
        "Type `/log 2h` by <t:1767603600:f> on Mon, 5 Jan 2026",
    ]


@given(st.lists(SIGNS, max_size=8), st.integers(30, 90))
def test_a_text_is_split_without_losing_a_word_or_gaining_markup(texts: list[str], most: int) -> None:
    content = written(lines(*(say("{a} {b}", a=Words(text), b=Code("x y")) for text in texts)))
    parts = split(content, most)

    assert all(len(part) <= most + 1 for part in parts)
    seen = [read(part) for part in parts]
    assert {name for _, found in seen for name in found} <= {"code"}
    together = "".join(shown for shown, _ in seen)
    assert "".join(together.split()) == "".join(read(content)[0].split())


def test_a_text_is_split_between_lines_where_it_can_be() -> None:
    assert split("a\nb\nc d", 4) == ["a\nb", "c d"]
    assert split("aa bb cc", 5) == ["aa bb", "cc"]
    assert split("a" * 9, 4) == ["aaaa", "aaaa", "a"]
    assert split("word # no heading", 12) == ["word # no", "heading"]
    assert split("word # no heading", 5) == ["word", "\\# no", "headi", "ng"]
    assert split("word\n- point", 7) == ["word", "- point"]
    assert split("   ", 4) == []


@pytest.mark.parametrize("text", [text for text in ALL.values() if len(text) < 10_000])
def test_a_text_that_is_cut_off_fits_and_stays_harmless(text: str) -> None:
    content = cut_off(written(Passage(text)), 20)

    assert len(content) <= 20
    assert read(content)[1] == []
