"""G1: random text at the grammar. Nothing that anybody types raises, or is answered with a bug."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.command import Setting, addressed
from bot.grammar.lines import parse
from tests.house import BEGIN, COMMANDS, House, hidden, settled
from tests.security.payloads import ALL

SIGNS = st.characters(codec=None)
"""Every code point, lone surrogates too."""

WORDS = st.one_of(
    st.text(SIGNS, max_size=60),
    st.sampled_from(sorted(ALL.values())).filter(lambda text: len(text) < 5_000),
    st.sampled_from(["@bo", "#care", "--on", "--who", "--circle=x", "C1", "1h", "2.5 EUR", "\n"]),
    st.text("0123456789.,:'/-+ hmkgEUR€½", max_size=12),
    st.text('"“”„«»—–-#@= \n', max_size=12),
)
LINES = st.lists(WORDS, max_size=8).map(" ".join)
NAMES = st.sampled_from(sorted(COMMANDS))
LANGUAGES = st.sampled_from(["en", "de", "fi", "fr", "es", "en-US", "xx"])


@given(st.tuples(NAMES, LINES), LANGUAGES)
def test_a_line_is_read_or_misread(given_line: tuple[str, str], language: str) -> None:
    setting = Setting(language, "Europe/Berlin", BEGIN)
    try:
        parsed = parse(" ".join(given_line), COMMANDS, setting)
    except Refusal as wrong:
        assert wrong.code
        return
    assert parsed.command in COMMANDS


@given(st.text(SIGNS), st.sampled_from(["/", "!", "?!", "🤖"]))
def test_any_text_is_a_command_or_talk(text: str, prefix: str) -> None:
    behind = addressed(text, prefix)
    assert behind is None or behind[0].isalpha()


HOUSES: list[House] = []


@settings(max_examples=settings().max_examples * 2)
@given(LINES, NAMES, st.booleans(), st.integers(0, 400))
def test_the_engine_answers_whatever_is_said(text: str, command: str, named: bool, days: int) -> None:
    if not HOUSES:
        HOUSES.append(settled())
    house = HOUSES[0]
    house.clock.move_by(dt.timedelta(hours=days))
    kept = house.tables()
    message = house.message("bo", f"/{command} {text}" if named else text)
    (told,) = house.hand_in([message])
    assert told.error != "bug"
    assert not hidden(told.text)
    if told.error:
        assert house.tables() == kept
