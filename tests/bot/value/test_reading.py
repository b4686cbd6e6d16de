"""Equations as they are typed: read, written again, and refused where they mean nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.deciding.terms import Ratio
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import lines
from bot.value.equations import WHOLE, Bucket, Equation, Form, Life, Weight
from bot.value.presets import PRESET_WORDS, PRESETS, USUAL
from bot.value.reading import read_equation, written

READ = (
    ("rest equal", "rest equal"),
    ("  REST   Equal ; ", "rest equal"),
    ("5% fund Reserve; 20% equal; rest work", "5% fund reserve; 20% equal; rest work"),
    ("75% work; 25% work love; care-balance", "75% work; 25% work love; care-balance"),
    ("rest work; care-balance most 30%", "rest work; care-balance most 30%"),
    ("1/3 work #care*2 love*1/2 :garden h kg*0,5", "1/3 work love*1/2 h*1 kg*1/2 #care*2 :garden"),
    ("12.5% work last 12 decay 10% most 50%", "12.5% work last 12 decay 10% most 50%"),
    ("rest work price 20 eur", "rest work price 20 EUR"),
    ("rest work price 20 EUR until-paid", "rest work price 20 EUR"),
    ("rest work lasting", "rest work lasting"),
    ("rest work balanced", "rest work balanced"),
    ("rest work EUR*1/20", "rest work EUR*1/20"),
    ("10% to @#7; rest need most 20%", "10% to @#7; rest need most 20%"),
    ("rest given", "rest given"),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "usual"), READ)
def test_what_is_typed_is_written_in_one_usual_form(typed: str, usual: str) -> None:
    read = read_equation(typed)

    assert sorted(written(read).split()) == sorted(usual.split())
    assert read_equation(written(read)) == read


REFUSED = (
    # what is typed, a word of the answer
    ("", "at least one part"),
    (";;", "at least one part"),
    ("care-balance", "at least one part"),
    ("rest work; care-balance 30%", "most and a percentage"),
    ("rest work; care-balance most", "most and a percentage"),
    ("rest work; care-balance; care-balance", "balanced once"),
    ("60% equal; 41% work", "more than the whole"),
    ("0% equal", "percentage"),
    ("101% equal", "percentage"),
    ("-5% equal", "percentage"),
    ("1/0 equal", "percentage"),
    ("equal", "percentage"),
    ("rest", "no part"),
    ("rest evenly", "no part"),
    ("rest fund", "no part"),
    ("rest fund a b", "no part"),
    ("rest to bo", "no part"),
    ("rest equal #care", "Only work"),
    ("rest equal last 3", "Only work"),
    ("rest work #care*-1", "no factor"),
    ("rest work #care*1/0", "no factor"),
    ("rest work h*2e9", "no factor"),
    ("rest work __import__('os')", "don't know"),
    ("rest work lastingly", "don't know"),
    ("rest work last 0", "number of months"),
    ("rest work last 241", "number of months"),
    ("rest work last ten", "number of months"),
    ("rest work decay rest", "percentage"),
    ("rest work most rest", "percentage"),
    ("rest work decay 0.001%", "two decimals"),
    ("rest work decay 10% price 20 EUR", "by waiting"),
    ("rest work until-paid", "has a price"),
    ("rest work price 0 EUR", "more than nothing"),
    ("rest work price 20", "in a currency"),
    ("rest work price 20 kg", "in a currency"),
    ("rest work lasting price 20 EUR", "settled already"),
    ("rest work last 3 last 4", "settled already"),
    ("50% work price 1 EUR; 50% work price 1 USD", "one currency"),
    ("; ".join(["1% equal"] * 13), "12 parts"),
    (
        "rest work " + " ".join(f"#k{chr(97 + n % 26)}{chr(97 + n // 26)}*2" for n in range(41)),
        "40 things",
    ),
    ("rest work " + "#care " * 200, "1,000 characters"),
)


@pytest.mark.parametrize(("typed", "words"), REFUSED)
def test_what_means_nothing_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(Refusal) as wrong:
        read_equation(typed)

    refused = wrong.value
    assert words in render(lines(refused.reason, refused.instead), reader("en", "UTC"))


def test_every_preset_says_what_it_does() -> None:
    assert PRESETS.keys() == PRESET_WORDS.keys()
    assert USUAL in PRESETS
    assert {
        "equal",
        "hours",
        "disco",
        "immediate",
        "recent",
        "lifetime-fair",
        "round",
    } == PRESETS.keys()


RATIOS = st.integers(1, 10_000).flatmap(lambda d: st.integers(1, d).map(lambda n: _lowest(n, d)))
FACTORS = st.integers(1, 999).flatmap(lambda d: st.integers(0, 999).map(lambda n: _lowest(n, d)))
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)


def _lowest(n: int, d: int) -> Ratio:
    return Ratio(*Fraction(n, d).as_integer_ratio())


WEIGHTS = st.one_of(
    st.builds(lambda f, name: Weight(f, kind=name), FACTORS, NAMES),
    st.builds(lambda f, name: Weight(f, circle=name), FACTORS, NAMES),
    st.builds(lambda f, name: Weight(f, stream=name), FACTORS, st.sampled_from(["love", "care"])),
    st.builds(lambda f, name: Weight(f, unit=name), FACTORS, st.sampled_from(["h", "kg", "EUR"])),
)
LIVES = st.one_of(
    st.builds(
        lambda life, decay: {"life": life, "decay": decay},
        st.sampled_from([Life.ONCE, Life.LASTING, Life.BALANCED]),
        RATIOS,
    ),
    FACTORS.filter(lambda it: it.n > 0).map(
        lambda price: {"life": Life.UNTIL_PAID, "price": price, "currency": "EUR"}
    ),
)
BUCKETS = st.builds(
    lambda life, **fields: Bucket(Form.WORK, **{**fields, "decay": WHOLE, **life}),
    LIVES,
    part=st.one_of(st.none(), RATIOS.map(lambda it: _lowest(it.n, it.d * 12))),
    streams=st.lists(st.sampled_from(["livelihood", "love"]), max_size=2).map(tuple),
    kinds=st.lists(NAMES, max_size=2).map(tuple),
    circles=st.lists(NAMES, max_size=2).map(tuple),
    weights=st.lists(WEIGHTS, max_size=3).map(tuple),
    months=st.integers(0, 240),
    most=st.one_of(st.none(), RATIOS),
)


@given(st.lists(BUCKETS, min_size=1, max_size=3), st.booleans())
def test_what_is_written_reads_back_as_the_same(buckets: list[Bucket], care: bool) -> None:
    equation = Equation(tuple(buckets), care)
    if len(written(equation)) <= 1_000:
        assert read_equation(written(equation)) == equation
