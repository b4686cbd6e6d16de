"""What is looked at first, so that most words need no more, passes over nothing that could be read."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat import Misread
from bot.command import Setting
from bot.language import days
from bot.language.amounts import read_amount
from bot.language.calendar_words import ARTICLES
from bot.language.line import line_of, longest
from bot.language.tokens import Token
from bot.phrasing import spoken
from bot.phrasing.amounts import amount_at
from bot.phrasing.wording import words_of
from tests.house import BEGIN

SETTING = Setting("en", "UTC", BEGIN)
TODAY = dt.date(2026, 11, 25)
WORDS = st.sampled_from(
    sorted(
        words_of(
            """a an the on am last next in vor ago monday Friday montag 12 12. 3rd Nov november 2026
            2026-12-01 1.12. 24/12/2026 +3d 3d days tagen week yesterday gestern hier pasado mañana day
            before after le l'an half quarter three-quarters three hour hours and of halbe eine ne
            viertel viertelstunde stunde dreiviertelstunde zweieinhalb anderthalb einundeinhalb stund
            zwoa from von 9:00-11:30 9to11am 9 to 11 bis uhr am pm 14 euros 50 cents pence EUR €5 5€ -3h
            + 3h 2h: 20,- ⏰2h ² ٣ watered , . 1h30"""
        )
    )
)
FORMS = dict.fromkeys((*days._FIGURES, *days._WORDS))
SAID = st.lists(WORDS, min_size=1, max_size=8)


@given(SAID, st.sampled_from(["en", "de", "fr", "es", "fi"]), st.sampled_from(["past", "future"]))
@example(["le", "mardi"], "fr", "past")
def test_no_day_is_passed_over(words: list[str], language: str, prefer: days.Prefer) -> None:
    line = line_of(words, language, TODAY)
    every = None
    with suppress(Misread):
        start = line.skip(0, ARTICLES)
        every = longest([form(line, 0, prefer) for form in FORMS]) or longest(
            [form(line, start, prefer) for form in FORMS if start]
        )
        assert days.day_at(line, 0, prefer) == every


@given(SAID)
@example(["9to11am"])
@example(["from", "9", "to", "11"])
@example(["von", "9", "bis", "11"])
@example(["ne", "halbe", "Stunde"])
@example(["three-quarters", "of", "an", "hour"])
@example(["Viertelstunde"])
@example(["Dreiviertelstunde"])
@example(["zweieinhalb", "Stunden"])
@example(["anderthalb", "Stunden"])
@example(["einundeinhalb", "Stunden"])
@example(["half", "hour"])
@example(["halb", "Stunde"])
@example(["quarter", "hour"])
@example(["2", "Stund"])
@example(["14", "euros", "50", "cents"])
@example(["2", "hours", "and", "a", "half"])
def test_no_spoken_amount_is_passed_over(words: list[str]) -> None:
    compared = [spoken._compared(word) for word in words[: spoken.WORDS_READ]]
    texts = {used: " ".join(compared[:used]) for used in range(len(compared), 0, -1)}
    every = ((spoken._hours(text), used) for used, text in texts.items() if text)
    found = next(((text, used) for text, used in every if text), None)
    assert spoken.spoken_amount(words) == (found or spoken._tidied(words))


@given(SAID)
def test_no_amount_is_passed_over(words: list[str]) -> None:
    found = amount_at([Token(word) for word in words], SETTING)
    if spoken.spoken_amount(words) is None:
        try:
            _, used = read_amount(words[:10], SETTING.language, SETTING.own)
        except Misread:
            assert found is None
        else:
            assert found is not None
            assert found[1] == used


def test_no_number_is_cut_off_to_be_an_amount() -> None:
    assert spoken.spoken_amount(["1234567", "and", "a", "half", "hours"]) is None
