"""Text as a tree: what people typed is a leaf that comes out verbatim, harmless and once."""

from __future__ import annotations

import sys
import unicodedata
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import languages
from bot.text.rendering import Plain, Reader, decimal_text, quantity_text, render, shortened, visible
from bot.text.wording import (
    SHOWN_CHARACTERS_MAX,
    Code,
    Day,
    Figure,
    Items,
    Link,
    Node,
    Number,
    Passage,
    Person,
    Quantity,
    Say,
    Strong,
    Table,
    Time,
    Typed,
    Words,
    items,
    joined,
    lines,
    node,
    say,
    say_n,
)

SIGNS = st.characters(codec=None)
ENGLISH = Reader("en", "UTC", NullTranslations())
GERMAN = Reader("de", "Europe/Berlin", NullTranslations(), "!")

CONTROLS = [chr(c) for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)) == "Cc"]
FORMATS = [chr(c) for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)) == "Cf"]

WANTED = {
    "\u200d",  # joins emoji
    "\u200c",  # parts letters in Persian
    *(chr(c) for c in range(0xE0020, 0xE0080)),  # flags
    *(chr(c) for c in (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2)),  # seen, in Arabic
    "\U000110bd",
    "\U000110cd",  # seen, in Kaithi
    *(chr(c) for c in (*range(0x13430, 0x13456), *range(0x1BCA0, 0x1BCA4))),  # hieroglyphs, shorthand
    *(chr(c) for c in range(0x1D173, 0x1D17B)),  # beams of music
}
"""Format signs that scripts need, or that are seen."""


@pytest.mark.parametrize("sign", CONTROLS, ids=lambda sign: f"{ord(sign):04X}")
def test_no_control_character_is_visible(sign: str) -> None:
    assert visible(f"a{sign}b") == "a b"


def test_no_invisible_format_sign_is_left() -> None:
    left = [sign for sign in FORMATS if sign not in WANTED and visible(f"a{sign}b") != "ab"]
    assert not left, ", ".join(f"U+{ord(sign):04X}" for sign in left)


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_no_sign_begins_a_line_of_its_own(sign: str) -> None:
    assert len(visible(f"a{sign}b").splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "plain words",
        "käse, naïve",
        "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "ہم مل کر کام کرتے ہیں",
        "עִבְרִית",
        "हिन्दी सेवा",
        "ภาษาไทย",
        "中文、日本語、한국어",
        "<b>&amp;</b> *x* `y` [z](u) @everyone {0} %s",
    ],
)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text
    assert render(Words(text), ENGLISH) == text


@given(st.text(SIGNS))
def test_visible_text_is_one_line_and_stays(text: str) -> None:
    once = visible(text)
    assert visible(once) == once
    assert len(once.splitlines()) <= 1
    assert len(once) <= len(text)


@given(st.text(SIGNS, max_size=400))
def test_words_in_a_sentence_come_out_once_and_verbatim(text: str) -> None:
    shown = render(say("before {it} behind", it=text), ENGLISH)
    assert shown == f"before {shortened(visible(text))} behind"


LEAVES = st.one_of(
    st.text(SIGNS, max_size=20).map(Words),
    st.text(SIGNS, max_size=20).map(Passage),
    st.text(SIGNS, max_size=20).map(Person),
    st.text(SIGNS, max_size=20).map(Typed),
    st.text(SIGNS, max_size=20).map(Code),
    st.text(SIGNS, max_size=20).map(Link),
    st.integers(-(10**20), 10**20).map(Number),
    st.integers(0, 253_402_300_799_000).map(Time),
    st.dates().map(lambda day: Day(day.isoformat())),
    st.builds(
        Quantity,
        st.integers(-(10**20), 10**20),
        st.sampled_from(["h", "EUR", "kg"]),
        st.sampled_from([60, 1, 100, 1000]),
    ),
)
TREES = st.recursive(
    LEAVES,
    lambda inside: st.one_of(
        inside.map(Strong),
        st.lists(inside, max_size=3).map(lambda some: lines(*some)),
        st.lists(inside, max_size=3).map(items),
        st.lists(inside, max_size=3).map(joined),
        inside.map(lambda each: say("a {it} {it} b", it=each)),
        st.lists(inside, min_size=2, max_size=2).map(lambda pair: Table(tuple(pair), (tuple(pair),))),
    ),
    max_leaves=8,
)


@given(TREES, st.sampled_from([ENGLISH, GERMAN]))
def test_any_tree_is_rendered_without_control_characters(tree: Node, reader: Reader) -> None:
    shown = render(tree, reader)
    assert not [sign for sign in shown if unicodedata.category(sign) == "Cc" and sign != "\n"]


@pytest.mark.parametrize(
    "text", ["{0.__class__}", "{it}", "{", "}", "{}", "{it!r:>99}", "%s", "{{it}}"]
)
def test_a_format_in_somebody_s_words_is_only_words(text: str) -> None:
    assert render(say("{it} and {it}", it=text), ENGLISH) == f"{text} and {text}"
    assert render(Person(text), ENGLISH) == text
    assert render(Typed(text), ENGLISH) == f"/{text}"


def test_a_translation_with_other_places_is_a_bug_and_no_leak() -> None:
    class Wrong(NullTranslations):
        def gettext(self, message: str) -> str:
            return "{secret}"

    with pytest.raises(KeyError):
        render(say("{it}", it="x"), Reader("en", "UTC", Wrong()))


def test_plurals_choose_their_form() -> None:
    for count, shown in ((0, "0 days"), (1, "1 day"), (2, "2 days"), (1_000, "1,000 days")):
        assert render(say_n("{count} day", "{count} days", count), ENGLISH) == shown


@pytest.mark.parametrize(
    ("count", "unit", "parts", "shown"),
    [
        (0, "h", 60, "0h"),
        (1, "h", 60, "1m"),
        (59, "h", 60, "59m"),
        (60, "h", 60, "1h"),
        (65, "h", 60, "1h05"),
        (-65, "h", 60, "-1h05"),
        (-1, "h", 60, "-1m"),
        (1250, "EUR", 100, "12.50 EUR"),
        (-5, "EUR", 100, "-0.05 EUR"),
        (123_456_789, "EUR", 100, "1,234,567.89 EUR"),
        (3, "JPY", 1, "3 JPY"),
        (3000, "kg", 1000, "3 kg"),
        (3001, "kg", 1000, "3.001 kg"),
        (-1, "kg", 1000, "-0.001 kg"),
        (10**24, "EUR", 100, "10,000,000,000,000,000,000,000.00 EUR"),
    ],
)
def test_amounts_are_exact_at_any_size(count: int, unit: str, parts: int, shown: str) -> None:
    assert quantity_text(count, unit, parts) == shown
    assert render(Quantity(count, unit, parts), ENGLISH) == shown


@pytest.mark.parametrize(
    ("count", "parts", "shown"),
    [
        (20, 60, "0.33"),
        (-20, 60, "-0.33"),
        (1, 60, "0.02"),
        (90, 60, "1.50"),
        (0, 60, "0.00"),
        (5, 1, "5"),
        (-5, 100, "-0.05"),
        (100_000, 100, "1000.00"),
    ],
)
def test_decimals_for_machines_have_a_point_and_no_groups(count: int, parts: int, shown: str) -> None:
    assert decimal_text(count, parts) == shown


def test_a_reader_s_language_and_zone_and_prefix_count() -> None:
    assert render(Quantity(123_450, "EUR", 100), GERMAN) == "1.234,50 EUR"
    assert render(Typed("log"), GERMAN) == "!log"
    assert render(Time(0), GERMAN).endswith("01:00 MEZ")


def test_a_long_text_is_shortened_in_a_sentence_and_whole_as_a_passage() -> None:
    text = "x" * 5_000
    shown = render(Words(text), ENGLISH)
    assert len(shown) == SHOWN_CHARACTERS_MAX
    assert shown.endswith("…")
    assert render(Passage(text), ENGLISH) == text
    assert shortened("x" * SHOWN_CHARACTERS_MAX) == "x" * SHOWN_CHARACTERS_MAX
    assert shortened("ab  cd", 4) == "ab…"


def test_a_text_cannot_break_out_of_a_list_or_a_table() -> None:
    listed = render(items(["a\n- forged", "b"]), ENGLISH)
    assert listed.splitlines() == ["- a - forged", "- b"]
    table = render(Table((node("k"), node("v")), ((node("a\nb"), node("1")),)), ENGLISH)
    assert len(table.splitlines()) == 2


def test_a_table_is_told_a_row_a_line() -> None:
    table = Table(
        (node("Kind"), node("Amount")), ((node("#a"), node("1")), (node("#long"), node("22")))
    )
    assert render(table, ENGLISH) == "Kind · Amount\n#a · 1\n#long · 22"


def test_empty_things_are_empty() -> None:
    assert render(lines(), ENGLISH) == ""
    assert render(lines(None, "a", None), ENGLISH) == "a"
    assert render(Items(()), ENGLISH) == ""
    assert render(Passage(""), ENGLISH) == ""
    assert render(Say(""), ENGLISH) == ""
    assert Plain().code("a\x1bb") == "a b"
    assert Plain().link("https://a\u202eb") == "https://ab"


def test_a_figure_has_the_separators_of_the_language() -> None:
    told = {
        language: render(Figure("1,234.50"), languages.reader(language, "UTC"))
        for language in ("en", "de")
    }
    assert told == {"en": "1,234.50", "de": "1.234,50"}


def test_a_line_ends_in_its_rest_behind_choices_of_the_language() -> None:
    line = Typed("vote P1", (say("advice"),), "…")
    assert render(line, languages.reader("de", "UTC")) == "/vote P1 Rat …"
