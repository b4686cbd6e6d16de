"""Amounts: worked examples read and shown, what is refused and what is offered instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from babel.numbers import list_currencies
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import Misread, Refusal
from bot.language import amounts, units
from bot.language.amounts import COUNT_MAX, Amount, read_amount
from bot.language.plain_times import plain_minutes
from bot.language.units import UNITS, Unit, UnitClass, own_unit, unit_of
from bot.text.languages import offered, reader
from bot.text.rendering import quantity_text, render
from bot.text.wording import Joined, Quantity, Say
from tests.house.steps import grows_with, halved

SPOKEN = ("en", "de", "fi", "fr", "es")
LANGUAGES = (*dict.fromkeys((*SPOKEN, *offered())), "en-US", "en-IN", "de-CH", "es-MX", "sv", "pl")

READ = [
    # typed, language, smallest parts, unit, words taken
    ("3h", "en", 180, "h", 1),
    ("3 h", "en", 180, "h", 2),
    ("3H", "en", 180, "h", 1),
    ("90m", "en", 90, "h", 1),
    ("90 min", "en", 90, "h", 2),
    ("1h30", "en", 90, "h", 1),
    ("1h30m", "en", 90, "h", 1),
    ("1h30 min", "en", 90, "h", 2),
    ("1h 30m", "en", 90, "h", 2),
    ("1 h 30 min", "en", 90, "h", 4),
    ("1h5m", "en", 65, "h", 1),
    ("1h05", "en", 65, "h", 1),
    ("1 hour and 30 minutes of it", "en", 90, "h", 5),
    ("1 hour and a bit", "en", 60, "h", 2),
    ("1 Std. 30 Min.", "de", 90, "h", 4),
    ("2 tuntia ja 15 minuuttia", "fi", 135, "h", 5),
    ("1 heure et 5 minutes", "fr", 65, "h", 5),
    ("2 horas y 10 minutos", "es", 130, "h", 5),
    ("1:30", "en", 90, "h", 1),
    ("1:30h", "en", 90, "h", 1),
    ("1:30 hours of it", "en", 90, "h", 2),
    ("0:05", "en", 5, "h", 1),
    ("2.5 hours", "en", 150, "h", 2),
    ("2,5 Stunden", "en", 150, "h", 2),
    ("2,5 tuntia", "en", 150, "h", 2),
    (".5h", "en", 30, "h", 1),
    ("1½h", "en", 90, "h", 1),
    ("½h", "en", 30, "h", 1),
    ("½ h", "en", 30, "h", 2),
    ("⅓ h", "en", 20, "h", 2),
    ("1/2 h", "en", 30, "h", 2),
    ("1 1/2 h", "en", 90, "h", 3),
    ("3h, cooked", "en", 180, "h", 1),
    ("3h 30 eggs", "en", 180, "h", 1),
    ("+3h", "en", 180, "h", 1),
    ("12.50 EUR", "en", 1250, "EUR", 2),
    ("12.50 eur", "en", 1250, "EUR", 2),
    ("12.5EUR", "en", 1250, "EUR", 1),
    ("EUR 12.50", "en", 1250, "EUR", 2),
    ("EUR12.50", "en", 1250, "EUR", 1),
    ("€12,50", "en", 1250, "EUR", 1),
    ("€ 12,50", "en", 1250, "EUR", 2),
    ("12,50€", "en", 1250, "EUR", 1),
    ("12 euroa", "en", 1200, "EUR", 2),
    ("5 €.", "en", 500, "EUR", 2),
    ("$5", "en", 500, "USD", 1),
    ("US$5", "en", 500, "USD", 1),
    ("5 zł", "en", 500, "PLN", 2),
    ("5 Kč", "en", 500, "CZK", 2),
    ("£5", "en", 500, "GBP", 1),
    ("¥500", "en", 500, "JPY", 1),
    ("￥500", "en", 500, "JPY", 1),
    ("₹500", "en", 50000, "INR", 1),
    ("3 CUP", "en", 300, "CUP", 2),
    ("1,000.50 USD", "en", 100050, "USD", 2),
    ("1,000.50 USD", "de", 100050, "USD", 2),
    ("1.000,50 USD", "en", 100050, "USD", 2),
    ("1'000.50 CHF", "en", 100050, "CHF", 2),
    ("1’000 CHF", "en", 100000, "CHF", 2),
    ("1 000,50 EUR", "en", 100050, "EUR", 3),
    ("1 000 000 JPY", "en", 1_000_000, "JPY", 4),
    ("12,34,567 INR", "en", 123456700, "INR", 2),
    ("1,000 EUR", "en", 100000, "EUR", 2),
    ("1.000 EUR", "de", 100000, "EUR", 2),
    ("1.250 kg", "en", 1250, "kg", 2),
    ("1,250 kg", "de", 1250, "kg", 2),
    ("0.250 kg", "fi", 250, "kg", 2),
    ("1234.567 kg", "fi", 1_234_567, "kg", 2),
    ("3 kg flour", "en", 3000, "kg", 2),
    ("500g", "en", 500, "kg", 1),
    ("500 grammes", "fr", 500, "kg", 2),
    ("2 t gravel", "en", 2_000_000, "kg", 2),
    ("2 t", "fi", 120, "h", 2),
    ("5 dl", "fi", 500, "l", 2),
    ("750 ml", "en", 750, "l", 2),
    ("2 litres", "en", 2000, "l", 2),
    ("12.5 km", "en", 12500, "km", 2),
    ("300 metres", "en", 300, "km", 2),
    ("3 pcs", "en", 3, "pcs", 2),
    ("3x eggs", "en", 3, "pcs", 1),
    ("4 Stück", "de", 4, "pcs", 2),
    ("4 kpl", "fi", 4, "pcs", 2),
    ("1.500 BHD", "en", 1500, "BHD", 2),
    ("2.5000 CLF", "en", 25000, "CLF", 2),
    ("３ｈ", "en", 180, "h", 1),
    ("٣h", "en", 180, "h", 1),
    ("१२٫५० EUR", "en", 1250, "EUR", 2),
    ("16666666666666h40", "en", COUNT_MAX, "h", 1),
]

SHOWN = [
    # smallest parts, unit, language, text: read back it is the same amount
    (180, "h", "en", "3h"),
    (45, "h", "en", "45m"),
    (150, "h", "de", "2h30"),
    (61, "h", "fi", "1h01"),
    (1250, "EUR", "en", "12.50 EUR"),
    (1250, "EUR", "de", "12,50 EUR"),
    (123456789, "EUR", "en", "1,234,567.89 EUR"),
    (123456789, "EUR", "de", "1.234.567,89 EUR"),
    (123456789, "EUR", "fi", "1\xa0234\xa0567,89 EUR"),
    (123456789, "EUR", "fr", "1\u202f234\u202f567,89 EUR"),
    (1234, "kg", "es", "1,234 kg"),
    (1234, "JPY", "de", "1.234 JPY"),
    (3, "pcs", "en", "3 pcs"),
]

REFUSED = [
    # typed, language, code, word, what is offered
    ("", "en", "amount-missing", "", "3h"),
    ("cleaned the kitchen", "en", "amount-missing", "cleaned", "3h"),
    ("NaN", "en", "amount-missing", "NaN", "3h"),
    ("inf h", "en", "amount-missing", "inf", "3h"),
    ("③h", "en", "amount-missing", "③h", "3h"),
    ("kg 3", "en", "amount-missing", "kg", "3h"),
    ("- flour", "en", "amount-missing", "-", "3h"),
    ("3", "en", "amount-missing-unit", "3", "3 EUR"),
    ("7 bananas", "en", "amount-missing-unit", "7", "7h"),
    ("0.333 bananas", "en", "amount-missing-unit", "0.333", "3h"),
    ("3 4 h", "en", "amount-missing-unit", "3", "3h"),
    ("3foo", "en", "unit-unknown", "3foo", "3h"),
    ("3 hous", "en", "unit-unknown", "hous", "hours"),
    ("3 EUT", "en", "amount-missing-unit", "3", "3h"),
    ("3EUT", "en", "unit-unknown", "3EUT", "EUR"),
    ("3²h", "en", "unit-unknown", "3²h", "h"),
    ("3 cup flour", "en", "unit-unknown", "cup", "CUP"),
    ("3 XAU", "en", "amount-missing-unit", "3", "3h"),
    ("2 days", "en", "unit-not-fixed", "days", "8h"),
    ("2d", "en", "unit-not-fixed", "2d", "8h"),
    ("2 päivää", "fi", "unit-not-fixed", "päivää", "8h"),
    ("100 kr", "en", "unit-ambiguous", "kr", "100 SEK / 100 NOK / 100 DKK"),
    ("kr 100", "en", "unit-ambiguous", "kr", "100 SEK"),
    ("3 pounds", "en", "unit-ambiguous", "pounds", "3 GBP / 3 kg"),
    ("2 t", "sv", "amount-missing-unit", "2", "2h"),
    ("0.33h", "en", "amount-not-exact", "0.33h", "20m"),
    ("0.001 EUR", "en", "amount-not-exact", "0.001", "0.01 EUR"),
    ("12.505 EUR", "en", "amount-not-exact", "12.505", "12.51 EUR"),
    ("0,5 JPY", "en", "amount-not-exact", "0,5", "1 JPY"),
    ("2.5 pcs", "en", "amount-not-exact", "2.5", "3 pcs"),
    ("0h", "en", "amount-zero", "0h", "3h"),
    ("0.00 EUR", "en", "amount-zero", "0.00", "3 EUR"),
    ("-0h", "en", "amount-negative", "-0h", "3h"),
    ("-3h", "en", "amount-negative", "-3h", "3h"),
    ("- 3 h", "en", "amount-negative", "-", "3h"),
    ("−3h", "en", "amount-negative", "−3h", "3h"),
    ("€-5", "en", "amount-negative", "€-5", "3h"),
    ("-€5", "en", "amount-negative", "-€5", "3h"),
    ("9223372036854775808 h", "en", "amount-too-large", "9223372036854775808", "16666666666666h40"),
    ("16666666666666h41", "en", "amount-too-large", "16666666666666h41", "16666666666666h40"),
    ("1" * 40 + " EUR", "en", "number-too-long", "1" * 40, "3 EUR"),
    ("3." + "0" * 40 + " h", "en", "number-too-long", "3." + "0" * 40, "3h"),
    ("1e9h", "en", "amount-unclear", "1e9h", "3h"),
    ("1e999 h", "en", "amount-unclear", "1e999", "3h"),
    ("1.2.3 EUR", "en", "amount-unclear", "1.2.3", "3 EUR"),
    ("1,0000,000 EUR", "en", "amount-unclear", "1,0000,000", "3 EUR"),
    ("1:3", "en", "amount-unclear", "1:3", "3h"),
    ("1:30:00", "en", "amount-unclear", "1:30:00", "3h"),
    ("1:30 min", "en", "amount-unclear", "1:30", "3h"),
    ("1.5h30", "en", "amount-unclear", "1.5h30", "3h"),
    ("1h30kg", "en", "amount-unclear", "1h30kg", "3h"),
    ("12€50", "en", "amount-unclear", "12€50", "3 EUR"),
    ("3h/week", "en", "amount-unclear", "3h/week", "3h"),
    ("3-4h", "en", "amount-unclear", "3-4h", "3h"),
    ("2026-12-01", "en", "amount-unclear", "2026-12-01", "3h"),
    ("1/12/2026", "en", "amount-unclear", "1/12/2026", "3h"),
    ("1/0 h", "en", "amount-unclear", "1/0", "3h"),
    ("1 5/4 h", "en", "amount-unclear", "1", "3h"),
    ("1h5", "en", "amount-minutes", "1h5", "1h05 / 1h50"),
    ("1h75", "en", "amount-minutes", "1h75", "2h15"),
    ("1:75", "en", "amount-minutes", "1:75", "2h15"),
    ("1.000 EUR", "en", "number-ambiguous", "1.000", "1,000.00 EUR / 1.00 EUR"),
    ("1.500 h", "en", "number-ambiguous", "1.500", "1500h / 1h30"),
    ("1.250 kg", "fr", "number-ambiguous", "1.250", "1250 kg / 1,25 kg"),
    ("1,500 kg", "en", "number-ambiguous", "1,500", "1500 kg / 1.5 kg"),
    ("1.234 kg", "de", "number-ambiguous", "1.234", "1234 kg / 1,234 kg"),
    ("EUR 12 300 screws", "en", "number-ambiguous", "EUR", "12,300.00 EUR / 12.00 EUR"),
    ("EUR 1'000 300 screws", "en", "number-ambiguous", "EUR", "1,000,300.00 EUR / 1,000.00 EUR"),
]


def refusal(words: Sequence[str], language: str = "en") -> Refusal:
    with pytest.raises(Misread) as caught:
        read_amount(words, language)
    return caught.value


def offer(refused: Refusal, language: str = "en") -> str:
    assert refused.instead is not None
    return render(refused.instead, reader(language, "UTC"))


def in_plain_words(refused: Refusal, language: str) -> str:
    """Both sentences of a refusal as somebody reads them; fails if a place has no value."""
    return render(refused.reason, reader(language, "UTC")) + offer(refused, language)


@pytest.mark.parametrize(("typed", "language", "count", "unit", "used"), READ)
def test_what_people_type_is_read_exactly(
    typed: str, language: str, count: int, unit: str, used: int
) -> None:
    assert read_amount(typed.split(" "), language) == (Amount(count, UNITS[unit]), used)


@pytest.mark.parametrize(("typed", "language", "count", "unit", "used"), READ)
def test_what_follows_an_amount_does_not_change_it(
    typed: str, language: str, count: int, unit: str, used: int
) -> None:
    words = [*typed.split(" ")[:used], "flour", "for", "everybody"]
    assert read_amount(words, language) == (Amount(count, UNITS[unit]), used)


@pytest.mark.parametrize(("typed", "language", "count", "unit", "used"), READ)
def test_an_amount_in_quotes_is_one_word(
    typed: str, language: str, count: int, unit: str, used: int
) -> None:
    quoted = " ".join(typed.split(" ")[:used])
    assert read_amount([quoted, "flour"], language) == (Amount(count, UNITS[unit]), 1)


@pytest.mark.parametrize(("count", "unit", "language", "text"), SHOWN)
def test_an_amount_is_shown_and_read_back(count: int, unit: str, language: str, text: str) -> None:
    amount = Amount(count, UNITS[unit])
    assert render(amount.shown, reader(language, "UTC")) == text
    assert read_amount(text.split(), language) == (amount, len(text.split()))


@pytest.mark.parametrize(("typed", "language", "code", "word", "offered_text"), REFUSED)
def test_what_cannot_be_an_amount_is_refused_at_its_word_with_what_would_work(
    typed: str, language: str, code: str, word: str, offered_text: str
) -> None:
    refused = refusal(typed.split(" ") if typed else [], language)
    assert (refused.code, refused.word) == (code, word)
    assert offered_text in offer(refused, language)
    assert "{" not in in_plain_words(refused, language)


@pytest.mark.parametrize(("typed", "language", "code", "word", "offered_text"), REFUSED)
def test_every_amount_that_a_refusal_offers_can_be_typed(
    typed: str, language: str, code: str, word: str, offered_text: str
) -> None:
    instead = refusal(typed.split(" ") if typed else [], language).instead
    assert isinstance(instead, Say)
    choices = instead.places.get("choices")
    shown = choices.items if isinstance(choices, Joined) else tuple(instead.places.values())
    texts = [render(each, reader(language, "UTC")) for each in shown]
    for text in texts if not {"near", "withdraw"} & set(instead.places) else ():
        assert read_amount(text.split(), language)[1] == len(text.split())


@settings(deadline=None)
@given(
    count=st.integers(1, COUNT_MAX),
    unit=st.sampled_from(sorted(UNITS)),
    language=st.sampled_from(LANGUAGES),
)
def test_every_amount_is_read_back_from_its_plain_text_in_every_language(
    count: int, unit: str, language: str
) -> None:
    text = quantity_text(count, unit, UNITS[unit].parts, language)
    amount, used = read_amount(text.split(), language)
    assert (amount.count, amount.unit.code, used) == (count, unit, len(text.split()))


@settings(deadline=None)
@given(count=st.integers(1, COUNT_MAX), unit=st.sampled_from(sorted(UNITS)))
def test_every_amount_is_read_back_from_its_decimal_unless_hours_are_rounded(
    count: int, unit: str
) -> None:
    amount = Amount(count, UNITS[unit])
    if UNITS[unit].parts != 60:
        # Two decimals: three of them may be a thousand, which `1.250 kg` above pins down.
        assert read_amount([amount.decimal, unit], "en") == (amount, 2)


ODD = st.text(st.characters(exclude_categories=()), max_size=8)
PIECES = (
    *("3", "12", "000", "0", "1", "1e9", ",", ".", "'", "-", "+", ":", "/", "½", "١", "²", "—"),
    *("h", "m", "min", "kg", "EUR", "€", "kr", "d", "and", "NaN", "\x00", "\u202e", "\u200b", "😀"),
)
FRAGMENTS = st.lists(st.one_of(st.sampled_from(PIECES), ODD), max_size=6).map("".join)


@settings(max_examples=600, deadline=None)
@given(words=st.lists(st.one_of(FRAGMENTS, ODD), max_size=14), language=st.sampled_from(LANGUAGES))
def test_any_words_are_an_amount_or_a_refusal_and_nothing_else(words: list[str], language: str) -> None:
    try:
        amount, used = read_amount(words, language)
    except Refusal as misread:
        in_plain_words(misread, language)
    else:
        assert 1 <= used <= len(words)
        assert 1 <= amount.count <= COUNT_MAX
        assert read_amount(words[:used], language) == (amount, used)


BEHIND = st.sampled_from(
    [
        "",
        "30m",
        "30",
        "min",
        "min,",
        "m.",
        "and",
        "und",
        "+",
        "-",
        "/",
        "h",
        "kg",
        "³",
        "③",
        "bread",
        "²",
    ]
)


@given(
    st.from_regex(r"[0-9]{0,4}[hm][0-9]{0,3}m?", fullmatch=True),
    st.lists(BEHIND, max_size=4),
    st.sampled_from(LANGUAGES),
)
def test_a_plain_time_is_read_at_once_as_in_pieces(time: str, behind: list[str], language: str) -> None:
    words = [time, *behind]
    found = plain_minutes(words, language)
    if found:
        reading = amounts._Reading(words, language, {}, ())
        assert (reading.amount(), reading.words_used()) == (Amount(found, UNITS["h"]), 1)


def test_most_times_are_plain() -> None:
    typed = (["3h", "of", "work"], ["1h30", "baking"], ["45m"], ["90m", "bread"])
    assert [plain_minutes(words, "en") for words in typed] == [180, 90, 45, 90]


@pytest.mark.parametrize("language", ["", "xx", "tlh", "not a language", "en-", "zz-ZZ", "😀"])
def test_an_unknown_language_reads_like_english(language: str) -> None:
    assert read_amount(["1,000.50", "EUR"], language)[0].count == 100050
    assert read_amount(["1.250", "kg"], language)[0].count == 1250


@given(st.sampled_from([chr(c) for c in range(0x110000) if chr(c).isdecimal()]))
def test_decimal_digits_of_every_script_are_read(digit: str) -> None:
    number = int(digit)
    assert read_amount([f"1{digit}m"], "en")[0].count == 10 + number


HOSTILE: list[list[str]] = [
    ["x" * 60_000],
    ["1" * 60_000],
    ["1." * 30_000],
    ["1," * 30_000 + "h"],
    ["½" * 60_000],
    ["\ufdfa" * 60_000],
    ["e\u0301\u0302" * 20_000],
    ["3", "hou" * 20_000],
    ["3", "." * 60_000],
    ["1", *["000"] * 20_000],
    ["a"] * 30_000,
    ["", *[""] * 30_000],
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_sixty_thousand_characters_are_refused_with_work_in_proportion(words: list[str]) -> None:
    assert grows_with(refusal, halved(words), words)


# Units.


def test_currencies_have_the_decimals_that_iso_4217_gives_them() -> None:
    places = {"EUR": 2, "MGA": 2, "MRU": 2, "JPY": 0, "UGX": 0, "BHD": 3, "TND": 3, "CLF": 4}
    assert {code: UNITS[code].parts for code in places} == {
        code: 10**digits for code, digits in places.items()
    }


def test_every_currency_is_known_to_cldr_and_none_is_a_metal_or_a_test() -> None:
    currencies = {unit.code for unit in UNITS.values() if unit.unit_class is UnitClass.MONEY}
    newer = {"XAD", "XCG", "ZWG", "UYW"}
    assert currencies - newer <= list_currencies()
    assert not currencies & {"XAU", "XAG", "XPT", "XPD", "XDR", "XTS", "XXX", "XSU", "XUA"}
    assert len(currencies) == 165


def test_a_unit_stands_under_its_own_code() -> None:
    assert all(unit.code == code for code, unit in UNITS.items())
    assert unit_of("kg") == Unit("kg", UnitClass.GOODS, 1000)
    assert unit_of("h") == Unit("h", UnitClass.TIME, 60)


@pytest.mark.parametrize("code", ["", "hours", "eur", "XAU", "\x00", "KG"])
def test_a_stored_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(Misread) as caught:
        unit_of(code)
    assert caught.value.code == "unit-unknown"


@pytest.mark.parametrize("language", SPOKEN)
def test_every_unit_word_of_a_language_is_understood_there(language: str) -> None:
    for key, words in units._WORDS[language].items():
        for word in words.split():
            for typed in (word, word.upper(), word.title(), f"{word}."):
                amount, used = read_amount(["3", typed], language)
                assert (amount.count, used) == (3 * units.MEANINGS[key].parts, 2), typed


@pytest.mark.parametrize("language", SPOKEN)
def test_no_word_of_a_language_hides_a_currency_code_or_stands_in_two_tables(language: str) -> None:
    tables = (units._ALL_LANGUAGES, units._WORDS[language])
    words = [word for table in tables for each in table.values() for word in each.split()]
    several = " ".join(units.SEVERAL.values()).split()
    refused = {*several, *units.NO_FIXED_HOURS.split()}
    assert len(words) == len(set(words))
    assert not refused & set(words)
    assert not {word.upper() for word in words} & {code for code in UNITS if code.isupper()}


@pytest.mark.parametrize("codes", sorted(units.SEVERAL))
def test_a_word_for_several_units_offers_units_that_exist(codes: str) -> None:
    assert set(codes.split()) <= set(UNITS)


# Amounts as values.


@pytest.mark.parametrize(
    ("count", "code"),
    [(0, "amount-zero"), (-1, "amount-negative"), (COUNT_MAX + 1, "amount-too-large")],
)
def test_no_invalid_amount_can_be_made(count: int, code: str) -> None:
    with pytest.raises(Misread) as caught:
        Amount(count, UNITS["EUR"])
    assert caught.value.code == code


def test_nine_thousand_of_the_largest_amount_sum_up_within_64_bits() -> None:
    assert 9_000 * COUNT_MAX < 2**63


@pytest.mark.parametrize(
    ("count", "unit", "decimal"),
    [
        (150, "h", "2.50"),
        (20, "h", "0.33"),
        (10, "h", "0.17"),
        (1250, "EUR", "12.50"),
        (500, "JPY", "500"),
        (1, "BHD", "0.001"),
        (3, "pcs", "3"),
    ],
)
def test_the_decimal_is_exact_and_hours_are_rounded_to_two_places(
    count: int, unit: str, decimal: str
) -> None:
    assert Amount(count, UNITS[unit]).decimal == decimal


def test_an_amount_is_shown_as_a_quantity() -> None:
    shown: Any = Amount(150, UNITS["h"]).shown
    assert shown == Quantity(150, "h", 60)


# A collective's own units.

LEAF, STAR = own_unit("leaf", 0), own_unit("stern", 2)
OWN = {"leaf": LEAF, "leaves": LEAF, "blätter": LEAF, "stern": STAR}


@pytest.mark.parametrize(
    ("typed", "language", "count", "unit", "used"),
    [
        ("3 leaf", "en", 3, LEAF, 2),
        ("3 Leaves for tea", "en", 3, LEAF, 2),
        ("3leaf", "en", 3, LEAF, 1),
        ("12 BLÄTTER.", "de", 12, LEAF, 2),
        ("1.25 stern", "en", 125, STAR, 2),
        ("1,25 stern", "de", 125, STAR, 2),
        ("1.000 stern", "de", 100_000, STAR, 2),
        ("1 h 3 leaf", "en", 60, UNITS["h"], 2),
    ],
)
def test_units_of_ones_own_are_read_as_all_others(
    typed: str, language: str, count: int, unit: Unit, used: int
) -> None:
    assert read_amount(typed.split(), language, OWN) == (Amount(count, unit), used)


def test_a_unit_of_ones_own_is_nobody_elses() -> None:
    with pytest.raises(Misread):
        read_amount(["3", "leaf"], "en")


def test_a_slip_in_a_unit_of_ones_own_is_told() -> None:
    with pytest.raises(Misread) as caught:
        read_amount(["3", "leafs"], "en", OWN)
    assert caught.value.code == "unit-unknown"
    assert "leaf" in str(caught.value.instead)


@pytest.mark.parametrize("places", range(7))
def test_a_posting_in_a_unit_of_ones_own_can_be_read_by_itself(places: int) -> None:
    made = own_unit("Lehti", places)
    assert made == unit_of(made.code) == Unit(f"lehti.{places}", UnitClass.OWN, 10**places)
    assert made.name == "lehti"
    assert quantity_text(10**places, made.code, made.parts) == "1 lehti"


@pytest.mark.parametrize("code", ["leaf", "leaf.", ".2", "leaf.12", "leaf.x", "leaf.²"])
def test_what_is_no_code_of_a_unit_is_refused(code: str) -> None:
    with pytest.raises(Misread):
        unit_of(code)
