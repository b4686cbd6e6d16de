"""The grammar: what a line means, and where it is misread."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Misread, Refusal
from bot.collective.state import State
from bot.command import Command, Setting, addressed, command_table, help_page
from bot.decision import Accepted, Ask
from bot.grammar.lines import LINE_CHARACTERS_MAX, PEOPLE_MAX, WORDS_MAX, parse
from bot.language.amounts import Amount
from bot.language.periods import Period
from bot.language.tokens import Token, tokenize
from bot.language.units import unit_of
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import lines, say

NOW = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
SETTING = Setting("en", "UTC", NOW)


def nothing(state: State, ask: Ask) -> Accepted:
    return Accepted()


def a(kind: OptionType, **more: Any) -> Any:
    return takes(kind, say("a thing"), **more)


@arguments
class GiveArgs:
    amount: Amount = a(OptionType.AMOUNT, positional=True)
    what: str = a(OptionType.TEXT, positional=True)
    kind: str = a(OptionType.KIND, default="")
    who: tuple[str, ...] = a(OptionType.PEOPLE, default=())
    on: dt.date | None = a(OptionType.DAY, default=None)
    circle: str = a(OptionType.WORD, default="")
    proof: str = a(OptionType.LINK, default="")
    note: str = a(OptionType.LONG, default="")


GIVE = Command(
    name="give",
    about=say("gives"),
    decide=nothing,
    args=GiveArgs,
    examples=("give 1h bread",),
)


@arguments
class RoleArgs:
    who: str = a(OptionType.PERSON, positional=True)
    role: str = a(OptionType.WORD, positional=True, choices=("red", "blue"))


ROLE = Command(
    name="role set",
    about=say("sets"),
    decide=nothing,
    args=RoleArgs,
)


@arguments
class LookArgs:
    who: str = a(OptionType.PERSON, positional=True, default="")
    period: Period | None = a(OptionType.PERIOD, positional=True, default=None)


LOOK = Command(
    name="look",
    about=say("looks"),
    decide=nothing,
    args=LookArgs,
)


@arguments
class ShowArgs:
    ref: str = a(OptionType.REFERENCE, positional=True)
    reason: str = a(OptionType.TEXT, positional=True, default="")


SHOW = Command(
    name="show",
    about=say("shows"),
    decide=nothing,
    args=ShowArgs,
)


@arguments
class MendArgs:
    ref: str = a(OptionType.REFERENCE, positional=True)
    amount: Amount | None = a(OptionType.AMOUNT, positional=True, default=None)
    what: str = a(OptionType.TEXT, positional=True, default="")
    who: tuple[str, ...] = a(OptionType.PEOPLE, default=())


MEND = Command(
    name="mend",
    about=say("mends"),
    decide=nothing,
    args=MendArgs,
)


@arguments
class HangArgs:
    what: str = a(OptionType.TEXT, positional=True)
    high: bool = flag(say("high up"))
    on: dt.date | None = a(OptionType.DAY, default=None)


HANG = Command(
    name="hang",
    about=say("hangs"),
    decide=nothing,
    args=HangArgs,
)
BARE = Command(name="role", about=say("is bare"), decide=nothing)
TABLE = command_table([(GIVE, ROLE), (LOOK, SHOW, MEND, HANG, BARE)])
HOUR = Amount(60, unit_of("h"))


def read(line: str) -> dict[str, Any]:
    return parse(line, TABLE, SETTING).arguments


def misread(line: str) -> Refusal:
    with pytest.raises(Misread) as told:
        parse(line, TABLE, SETTING)
    return told.value


def shown(refused: Refusal) -> str:
    return render(lines(refused.reason, refused.instead), reader("en", "UTC"))


READ = {
    "give 1h bread": {"amount": HOUR, "what": "bread"},
    "GIVE 1h bread": {"amount": HOUR, "what": "bread"},
    "give 1h  two   words ": {"amount": HOUR, "what": "two words"},
    'give 1h "two   words"': {"amount": HOUR, "what": "two   words"},
    "give 1h bread #care": {"amount": HOUR, "what": "bread", "kind": "care"},
    "give #Care 1h bread": {"amount": HOUR, "what": "bread", "kind": "care"},
    "give 1h bread #care.": {"amount": HOUR, "what": "bread", "kind": "care"},
    "give 1h bread @bo @cem": {"amount": HOUR, "what": "bread", "who": ("bo", "cem")},
    "give 1h @bo bread @bo": {"amount": HOUR, "what": "bread", "who": ("bo",)},
    "give 1h bread for @bo indeed": {"amount": HOUR, "what": "bread for @bo indeed"},
    'give 1h "@bo"': {"amount": HOUR, "what": "@bo"},
    'give 1h "#care"': {"amount": HOUR, "what": "#care"},
    'give 1h "--on"': {"amount": HOUR, "what": "--on"},
    "give 1h bread --on 2026-01-02": {"amount": HOUR, "what": "bread", "on": dt.date(2026, 1, 2)},
    "give --on=2026-01-02 1h bread": {"amount": HOUR, "what": "bread", "on": dt.date(2026, 1, 2)},
    "give —on 2026-01-02 1h bread": {"amount": HOUR, "what": "bread", "on": dt.date(2026, 1, 2)},
    "give –ON 2026-01-02 1h bread": {"amount": HOUR, "what": "bread", "on": dt.date(2026, 1, 2)},
    "give 1h bread --circle garden": {"amount": HOUR, "what": "bread", "circle": "garden"},
    "give 1h bread\nmore\nwords": {"amount": HOUR, "what": "bread", "note": "more\nwords"},
    "give 1h bread\r\nmore": {"amount": HOUR, "what": "bread", "note": "more"},
    "give 1h -- bread": {"amount": HOUR, "what": "-- bread"},
    "give 1h bread # 7": {"amount": HOUR, "what": "bread # 7"},
    "give 1h #1 priority": {"amount": HOUR, "what": "#1 priority"},
    "give 1h e\u0301": {"amount": HOUR, "what": "é"},
    "give 1h a\x00b": {"amount": HOUR, "what": "ab"},
    "give 1h x --proof https://a.b": {"amount": HOUR, "what": "x", "proof": "https://a.b"},
    "role": {},
    "role set @bo red": {"who": "bo", "role": "red"},
    "role set bo RED": {"who": "bo", "role": "red"},
    'role set "@bo of old" red': {"who": "bo of old", "role": "red"},
    "look": {},
    "look @bo": {"who": "bo"},
    "mend C7 @bo2": {"ref": "C7", "who": ("bo2",)},
    "show c7": {"ref": "C7"},
    "show #C007": {"ref": "C7"},
    "show C7, because": {"ref": "C7", "reason": "because"},
    "show C7\nbecause\nso": {"ref": "C7", "reason": "because\nso"},
}


@pytest.mark.parametrize(("line", "arguments"), READ.items())
def test_lines_that_are_read(line: str, arguments: dict[str, Any]) -> None:
    assert read(line) == arguments


MISREAD = {
    "": "command-unknown",
    "nope": "command-unknown",
    "rolle": "command-unknown",
    "role see": "word-unexpected",
    "give": "amount-missing",
    "give 1h": "what-missing",
    "give bread": "amount-missing",
    "give 1h bread #a #b": "kind-twice",
    "give 1h bread --nope x": "option-unknown",
    "give 1h bread --note x": "option-unknown",
    "give 1h bread --on": "option-empty",
    "give 1h bread --on --circle x": "option-empty",
    "give 1h bread --on never": "day-unknown",
    "give 1h bread --proof ftp://a": "link-odd",
    "give 1h bread #a!b": "name-odd",
    f"give 1h bread #{'k' * 31}": "name-odd",
    "role set @bo": "role-missing",
    "role set @bo green": "choice-unknown",
    "role set @bo red blue": "word-unexpected",
    "role set @bo red\nblue": "word-unexpected",
    "look 2026 2027": "word-unexpected",
    "show": "ref-missing",
    "show 7": "reference-odd",
    "show C": "reference-odd",
    "show C0": "reference-odd",
    "show C1234567890": "reference-odd",
    "show C٣": "reference-odd",
    "show ÄÄ1": "reference-odd",
}


@pytest.mark.parametrize(("line", "error"), MISREAD.items())
def test_lines_that_are_misread_say_why(line: str, error: str) -> None:
    refused = misread(line)
    assert refused.code == error
    assert shown(refused)


FLAGS = [
    ("hang a lamp --high", {"what": "a lamp", "high": True}),
    ("hang --high a lamp", {"what": "a lamp", "high": True}),
    ("hang —high a lamp", {"what": "a lamp", "high": True}),
    ("hang a lamp --high off", {"what": "a lamp", "high": False}),
    ("hang a lamp --high=off", {"what": "a lamp", "high": False}),
    ("hang --high=on a lamp", {"what": "a lamp", "high": True}),
    ("hang --high on the lamp", {"what": "on the lamp", "high": True}),
    ("hang --high off the lamp", {"what": "off the lamp", "high": True}),
    ('hang a lamp --high "off"', {"what": "a lamp off", "high": True}),
]


@pytest.mark.parametrize(("line", "arguments"), FLAGS)
def test_a_flag_is_on_by_its_name_alone(line: str, arguments: dict[str, Any]) -> None:
    assert read(line) == arguments


def test_a_flag_before_another_option_may_have_its_word() -> None:
    assert read("hang a lamp --high off --on today")["high"] is False
    assert misread("hang a lamp --high=maybe").code == "flag-value"
    assert "[--high]" in HANG.usage


QUOTED = {
    'give "1h 30m" x': {"amount": read("give 1h30m x")["amount"], "what": "x"},
    'give 1h x --on "3 days ago"': read("give 1h x --on 3 days ago"),
    'give 1h x --on="3 days ago"': read("give 1h x --on 3 days ago"),
    "give 1h x —on=“3 days ago”": read("give 1h x --on 3 days ago"),
    'give 1h --on "3 days ago" x y': {**read("give 1h x y --on 3 days ago")},
}


@pytest.mark.parametrize(("line", "arguments"), QUOTED.items())
def test_values_of_several_words_may_be_quoted(line: str, arguments: dict[str, Any]) -> None:
    assert read(line) == arguments


def test_a_quoted_value_is_a_value_to_its_end() -> None:
    assert misread('give 1h x --on "3 days ago perhaps"').code == "word-unexpected"
    assert misread('give 1h x --on ""').code


def test_an_unknown_command_is_told_what_would_work() -> None:
    assert "/help lists them all" in shown(misread("giv 1h x"))
    only = command_table([(ROLE,)])
    with pytest.raises(Misread) as told:
        parse("role", only, SETTING)
    assert "/role set" in shown(told.value)


def test_an_unknown_option_names_the_nearest() -> None:
    assert "--circle" in shown(misread("give 1h x --circel y"))


def test_limits() -> None:
    longest = "give 1h " + "x" * (LINE_CHARACTERS_MAX - len("give 1h "))
    assert read(longest)["what"].startswith("xxx")
    assert misread(longest + "x").code == "too-long"
    assert misread("give 1h" + " x" * WORDS_MAX).code == "too-long"
    people = " ".join(f"@p{number}" for number in range(PEOPLE_MAX))
    assert len(read(f"give 1h x {people}")["who"]) == PEOPLE_MAX
    assert misread(f"give 1h x {people} @more").code == "too-many-people"


def test_named_people_and_marked_people_are_counted_together() -> None:
    people = " ".join(f"@p{number}" for number in range(PEOPLE_MAX))
    assert misread(f"give 1h x --who more {people}").code == "too-many-people"


ADDRESSED: dict[tuple[str, ...], str | None] = {
    ("/log", "/"): "log",
    ("  /log x", "/"): "log x",
    ("!log", "!"): "log",
    ("/log", "!"): None,
    ("/log", "!", "/"): "log",
    ("!log", "/"): None,
    ("?!log", "?!"): "log",
    ("log", "/"): None,
    ("/", "/"): None,
    ("//log", "/"): None,
    ("/ log", "/"): None,
    ("/1", "/"): None,
    ("/24/7 open", "/"): None,
    ("/2 hours swept", "/"): "2 hours swept",
    ("/etc/passwd", "/"): None,
    ("/log a/b", "/"): "log a/b",
    ("/äh", "/"): "äh",
    ("/@bo keeps the time", "/"): "@bo keeps the time",
    ("/+1 P3", "/"): "+1 P3",
    ("/-1 too dear", "/"): "-1 too dear",
    ("/@bo", "/"): None,
    ("/+1", "/"): None,
    ("!@#$ that printer", "!"): None,
    ("/-- not now", "/"): None,
    ("", "/"): None,
    ("x /log", "/"): None,
    ("/log\nmore", "/"): "log\nmore",
}


@pytest.mark.parametrize(("given_", "line"), ADDRESSED.items())
def test_what_is_a_command(given_: tuple[str, ...], line: str | None) -> None:
    assert addressed(*given_) == line


TOKENS = {
    "": [],
    "a  b": [("a", False), ("b", False)],
    '"a b" c': [("a b", True), ("c", False)],
    "“a b” c": [("a b", True), ("c", False)],
    "„a b“ c": [("a b", True), ("c", False)],
    "«a b» c": [("a b", True), ("c", False)],
    'a"b c"d': [('a"b', False), ('c"d', False)],
    '"a b': [('"a', False), ("b", False)],
    '"a"b c': [('"a"b', False), ("c", False)],
    '""': [("", True)],
    "a\u3000b\xa0c": [("a", False), ("b", False), ("c", False)],
}


@pytest.mark.parametrize(("text", "tokens"), TOKENS.items())
def test_words_and_quotes(text: str, tokens: list[tuple[str, bool]]) -> None:
    assert list(tokenize(text)) == [Token(*each) for each in tokens]


@given(st.text(st.sampled_from(' \t"“”„«»ab')))
def test_tokens_lose_nothing_but_blanks_and_quotes(text: str) -> None:
    kept = "".join(token.text for token in tokenize(text))
    strip = str.maketrans("", "", ' \t"“”„«»')
    assert kept.translate(strip) == text.translate(strip)


@given(st.text(st.characters(codec=None), max_size=200))
def test_any_words_are_a_text_when_they_are_quoted(text: str) -> None:
    words = text.replace('"', "").replace("\n", " ").replace("\r", " ")
    if not words.strip() or "\x00" in words:
        return
    try:
        told = read(f'give 1h "{words}"')
    except Refusal as wrong:
        assert wrong.code in {"too-long", "what-missing"}
        return
    assert set(told) == {"amount", "what"}


def test_a_command_twice_is_an_error_of_ours() -> None:
    with pytest.raises(AssertionError):
        command_table([(GIVE,), (GIVE,)])


def test_help_is_made_from_the_declaration() -> None:
    page = render(help_page(GIVE), reader("en", "UTC"))
    assert page.startswith("/give: ")
    assert page.splitlines()[1:3] == ["- /give 1h bread", "- amount: a thing"]
    assert "note" not in page
    whole = render(help_page(GIVE, whole=True), reader("en", "UTC"))
    assert whole.startswith("/give AMOUNT WHAT [#kind] [@who…] [--on ON] [--circle CIRCLE]")
    assert ROLE.usage == "role set @who red|blue"
    assert BARE.usage == "role"
