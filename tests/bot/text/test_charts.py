"""A picture shows the figures that are told in words, for any names, and is sound XML."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.charts import (
    BARS_MAX,
    COLUMNS_MAX,
    DAY,
    NIGHT,
    SERIES_MAX,
    SMALL,
    WHOLE,
    WIDTH,
    Bar,
    Bars,
    Cell,
    Chart,
    Grid,
    Row,
    Series,
    Stacks,
    Stream,
    Streams,
    lengths,
    svg,
    told,
)
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Words

EN = reader("en", "UTC", "/")
SPACE = "{http://www.w3.org/2000/svg}"

VOTES = Bars(
    Words("Votes"),
    (Bar(Words("Pizza"), "30", WHOLE, strong=True), Bar(Words("Soup <b>"), "15", WHOLE // 2)),
)
ROUNDS = Grid(
    Words("Rounds"),
    (Words("1"), Words("2")),
    (
        Row(Words("Anna"), (Cell("3", 600), Cell("5", WHOLE, "won"))),
        Row(Words("Bo"), (Cell("2", 400, "out"), Cell(""))),
    ),
)
WEEKS = Stacks(
    Words("Hours"),
    (Words("2 Mar"), Words("9 Mar")),
    (Series(Words("care"), (60, 0)), Series(Words("work"), (60, 240))),
    ("2h", "4h"),
)
MONEY = Streams(
    Words("Money"),
    (Stream(Words("grant"), "300", 300), Stream(Words("mill <b>"), "100", 100)),
    (Stream(Words("flour"), "400", 400),),
)

TOLD = [
    (VOTES, "Votes: Pizza: 30, Soup <b>: 15"),
    (ROUNDS, "Rounds:\n- Anna (1: 3, 2: 5 ✓)\n- Bo (1: 2 ✗)"),
    (WEEKS, "Hours: 2 Mar: 2h, 9 Mar: 4h"),
    (MONEY, "Money. In: grant: 300, mill <b>: 100. Out: flour: 400."),
]


@pytest.mark.parametrize(("chart", "words"), TOLD)
def test_the_words_tell_every_figure(chart: Chart, words: str) -> None:
    assert render(told(chart), EN) == words


@pytest.mark.parametrize(("chart", "words"), TOLD)
def test_the_picture_shows_what_the_words_tell(chart: Chart, words: str) -> None:
    shown = " ".join(texts(chart))
    # Left and right say in a picture what is in and out.
    words = words.replace(". In:", " ").replace(". Out:", " ").removesuffix(".")
    for word in re.sub(r"[:,()]|- ", " ", words).split():
        assert word in shown


def test_whoever_sees_nothing_of_a_picture_but_its_text_reads_what_is_how_much() -> None:
    """As in a terminal; of the signs between nothing is drawn."""
    drawn = ET.fromstring(svg(WEEKS, EN))
    read = "".join("".join(it.itertext()) for it in drawn.iter(f"{SPACE}text"))
    assert read == "Hours: 2 Mar: 2h, 9 Mar: 4h, care, work, "
    assert {it.attrib["display"] for it in drawn.iter(f"{SPACE}tspan")} == {"none"}


def test_a_picture_writes_figures_as_its_reader_does() -> None:
    much = "1,240.50 EUR"
    of_each = (
        Bars(Words("B"), (Bar(Words("it"), much, 1),)),
        Grid(Words("G"), (Words("it"),), (Row(Words("of"), (Cell(much),)),)),
        Stacks(Words("S"), (Words("it"),), (Series(Words("of"), (1,)),), (much,)),
        Streams(Words("F"), (Stream(Words("it"), much, 1),), ()),
    )
    for chart in of_each:
        drawn = svg(chart, reader("de", "UTC"))
        assert "1.240,50 EUR" in drawn
        assert much not in drawn


def texts(chart: Chart) -> list[str]:
    return [it.text or "" for it in ET.fromstring(svg(chart, EN)).iter(f"{SPACE}text")]


def boxes(chart: Chart) -> list[dict[str, str]]:
    return [it.attrib for it in ET.fromstring(svg(chart, EN)).iter(f"{SPACE}rect")]


def test_half_as_much_is_half_as_long() -> None:
    blue, pale = [int(it["width"]) for it in boxes(VOTES) if it["fill"] in {"#0072b2", "#56b4e9"}]
    assert blue == 2 * pale


def test_stacks_are_as_high_as_their_shares() -> None:
    heights = [int(it["height"]) for it in boxes(WEEKS) if it["fill"] in {"#0072b2", "#e69f00"}]
    # A week's care and work, the work of the other week, and the two squares of the legend.
    assert heights == [50, 50, 200, 14, 14]


def test_streams_are_as_broad_as_they_are_much() -> None:
    """At both ends, and the middle as broad as all of them."""
    broad = {it["fill"]: int(it["height"]) for it in boxes(MONEY)[1:]}
    posts = [int(it["height"]) for it in boxes(MONEY)[1:]]
    assert broad[DAY.ink] == 220
    assert posts == [220, 165, 55, 220]
    paths = [it.attrib["d"] for it in ET.fromstring(svg(MONEY, EN)).iter(f"{SPACE}path")]
    assert [path.partition("v")[2].partition("C")[0] for path in paths] == ["165", "55", "220"]


def test_many_streams_and_none_have_an_end() -> None:
    many = tuple(Stream(Words(f"n{n}"), str(n), n) for n in range(50))
    assert len(texts(Streams(Words("Many"), many, ()))) == 1 + 2 * SERIES_MAX


def test_nothing_has_no_length() -> None:
    assert lengths([]) == ()
    assert lengths([0, 0]) == (0, 0)
    assert lengths([1, 3]) == (333, 1000)
    assert lengths([-4, 2]) == (1000, 500)


def test_a_picture_has_an_end() -> None:
    many = Bars(Words("Many"), tuple(Bar(Words(f"n{n}"), str(n), 1) for n in range(500)))
    wide = Grid(
        Words("Wide"),
        tuple(Words(f"c{n}") for n in range(100)),
        (Row(Words("r"), tuple(Cell(str(n)) for n in range(100))),),
    )
    assert len(texts(many)) == 1 + 2 * BARS_MAX
    assert len(texts(wide)) == 2 + 2 * COLUMNS_MAX
    assert texts(wide)[-1] == "99"


NAMES = st.text(st.characters(codec=None), max_size=80).map(Words)
FIGURES = st.text("0123456789.,h EUR", max_size=12)
CHARTS = st.builds(
    Bars, NAMES, st.lists(st.builds(Bar, NAMES, FIGURES, st.integers(0, WHOLE))).map(tuple)
)


@given(CHARTS)
def test_any_names_make_sound_xml_within_the_sheet(chart: Bars) -> None:
    for box in boxes(chart):
        assert int(box.get("x", "0")) + int(box["width"]) <= 640


@given(NAMES)
def test_no_name_becomes_an_element(name: Words) -> None:
    root = ET.fromstring(svg(Bars(name, ()), EN))
    assert {it.tag for it in root} <= {f"{SPACE}rect", f"{SPACE}text"}


# --- On light and dark grounds ---------------------------------------------------------------------


def luminance(colour: str) -> float:
    """How bright a colour is (WCAG 2.2, relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.2, contrast ratio)."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_what_a_chat_shows_dazzles_nobody_and_is_read() -> None:
    assert luminance(NIGHT.ground) < 0.05
    assert contrast(NIGHT.ink, NIGHT.ground) >= 7
    assert contrast(NIGHT.ink, NIGHT.pale) >= 7
    bars = {NIGHT.strong, NIGHT.weak, NIGHT.won, *NIGHT.colours}
    assert min(contrast(colour, NIGHT.ground) for colour in bars) >= 3
    assert len(set(NIGHT.colours)) == SERIES_MAX


def test_a_chat_gets_the_dark_picture_with_round_corners_and_a_page_the_bright_one() -> None:
    night, day = (ET.fromstring(svg(VOTES, EN, paper)) for paper in (NIGHT, DAY))
    (dark, bright) = (next(it.iter(f"{SPACE}rect")).attrib for it in (night, day))

    assert (dark["fill"], dark.get("rx")) == (NIGHT.ground, "16")
    assert (bright["fill"], bright.get("rx")) == ("#ffffff", None)
    assert {it.attrib["fill"] for it in night.iter(f"{SPACE}text")} == {NIGHT.ink}


def test_letters_are_large_enough_on_a_phone() -> None:
    shown_wide = 340
    assert SMALL * shown_wide / WIDTH >= 9.5
