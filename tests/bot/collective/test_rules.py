"""The catalogue of rules: every value is read, bounded and explained; layers cover one another."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.collective.catalogue import CATALOGUE, read_value, rules_of
from bot.collective.rules import Rule, refused_by
from bot.collective.ruletypes import Value
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import lines, say
from bot.writer.answers import told

ENGLISH = reader("en", "UTC")


def tried(name: str, text: str) -> Value | Refusal:
    """The value that somebody typed, or why it is none."""
    try:
        return read_value(name, text)
    except Refusal as refused:
        return refused


def shown(refused: Refusal) -> str:
    return render(lines(refused.reason, refused.instead), ENGLISH)


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=CATALOGUE)
def test_every_rule_is_whole(rule: Rule) -> None:
    assert CATALOGUE[rule.name] is rule
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert tried(rule.name, rule.type.write(rule.default)) == rule.default
    assert render(rule.about, ENGLISH).endswith(".")
    assert render(rule.type.allowed, ENGLISH)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_bad_value_says_what_the_rule_takes(name: str) -> None:
    refused = tried(name, "\x00 bad value")
    assert isinstance(refused, Refusal)
    assert refused.code == "rule-value"
    assert name in shown(refused)
    assert render(CATALOGUE[name].type.allowed, ENGLISH) in shown(refused)


NUMBERS = {"confirmations": (0, 20), "daily-cap": (1, 24), "days-back": (0, 366), "grace": (0, 1440)}


@pytest.mark.parametrize(("name", "bounds"), NUMBERS.items())
def test_numbers_are_bounded(name: str, bounds: tuple[int, int]) -> None:
    least, most = bounds
    assert tried(name, str(least)) == least
    assert tried(name, f" {most} ") == most
    for text in (str(least - 1), str(most + 1), "", "x", "1.5", "1e1", "0x1", "nan", "9" * 5_000):
        assert isinstance(tried(name, text), Refusal), text[:20]


@given(st.text(st.characters(codec=None)), st.sampled_from(sorted(CATALOGUE)))
def test_any_text_is_a_value_or_a_refusal(text: str, name: str) -> None:
    value = tried(name, text)
    if isinstance(value, Refusal):
        assert shown(value)
    else:
        rule = CATALOGUE[name]
        assert rule.type.read(rule.type.write(value)) == value


@given(st.text(st.characters(codec=None)))
def test_any_name_is_a_rule_or_unknown(name: str) -> None:
    value = tried(name, "1")
    assert name in CATALOGUE or (isinstance(value, Refusal) and value.code == "rule-unknown")


def test_an_unknown_rule_names_the_nearest() -> None:
    refused = tried("daily-kap", "3")
    assert isinstance(refused, Refusal)
    assert "daily-cap" in shown(refused)
    far = tried("qqqqqq", "3")
    assert isinstance(far, Refusal)
    assert "/rules all" in shown(far)


@pytest.mark.parametrize("text", ["/", "!", "?!", "🤖", "::", "$$$$$$$$"])
def test_prefixes_that_work(text: str) -> None:
    assert tried("prefix", text) == text


@pytest.mark.parametrize("text", ["", "log", "a!", "1", "# ", "@", "-", "--", "!" * 9, "! !", "é", "९"])
def test_prefixes_that_would_swallow_talk(text: str) -> None:
    assert isinstance(tried("prefix", text), Refusal)


@pytest.mark.parametrize(
    "text",
    ["../../etc/passwd", "/etc/localtime", "Europe", "posix", "", "UTC\x00", "a" * 5_000, "..", "."],
)
def test_a_zone_is_no_path(text: str) -> None:
    assert isinstance(tried("zone", text), Refusal)


@pytest.mark.parametrize(
    "text", ["../de", "de/../en", "", "klingon", "de\x00", "x" * 5_000, "de_DE", "e"]
)
def test_a_language_is_no_path(text: str) -> None:
    assert isinstance(tried("language", text), Refusal)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("none", None),
        ("", None),
        ("2026-12-31", dt.date(2026, 12, 31)),
        ("0001-01-01", dt.date(1, 1, 1)),
    ],
)
def test_days(text: str, day: dt.date | None) -> None:
    assert tried("closed-until", text) == day


def test_layers_cover_one_another_and_the_defaults_are_below() -> None:
    rules = rules_of({"grace": 5, "zone": "Europe/Berlin"}, {"grace": 7})
    assert rules.number("grace") == 7
    assert rules.text("zone") == "Europe/Berlin"
    assert rules.number("daily-cap") == 24
    assert rules.day("closed-until") is None


def test_a_rule_is_asked_for_what_it_is() -> None:
    rules = rules_of()
    for ask, name in ((rules.number, "zone"), (rules.text, "grace"), (rules.day, "grace")):
        with pytest.raises(AssertionError):
            ask(name)
    with pytest.raises(KeyError):
        rules.text("nope")


def test_a_refusal_names_its_rule_and_who_may_change_it() -> None:
    refused = refused_by("grace", say("No."), instead=say("Else."))
    assert (refused.code, refused.rule) == ("grace", "grace")
    open_, locked = (render(told(refused, locked=it).body, ENGLISH) for it in (False, True))
    assert open_ == "No.\nElse.\nThe rule grace says so; an admin may change it."
    assert locked == "No.\nElse.\nThe rule grace says so; only a passed proposal changes it."


@pytest.mark.parametrize("text", ["role:Gardeners", "role:*", "role:1?3456", "permission:*"])
def test_a_role_is_named_by_its_id_and_nothing_that_fits_several(text: str) -> None:
    assert isinstance(tried("coordinators", text), Refusal)


@pytest.mark.parametrize("text", ["role:123456", "<@&123456>", "role:<@&123456>"])
def test_a_mention_of_a_role_is_its_id(text: str) -> None:
    assert tried("coordinators", f"power:50, {text}") == ("power:50", "role:123456")


@pytest.mark.parametrize(
    ("typed", "kept", "lazy", "majority"),
    [
        ("1h", "1h, lazy 3d, apache 3d", 4320, 60),
        ("5d", "5d, lazy 5d, apache 5d", 7200, 7200),
        ("2h, lazy 1d", "2h, lazy 1d, apache 3d", 1440, 120),
        ("lazy 1h, majority 2d", "1h, lazy 1h, apache 3d, majority 2d", 60, 2880),
        ("0m,lazy 0m,apache 0m", "0m, lazy 0m, apache 0m", 0, 0),
    ],
)
def test_lengths_of_time_by_method_are_kept_whole(
    typed: str, kept: str, lazy: int, majority: int
) -> None:
    rule = CATALOGUE["min-open"]
    value = rule.type.read(typed)
    rules = rules_of({"min-open": value})

    assert rule.type.write(value) == kept
    assert rule.type.read(kept) == value
    assert (rules.minutes("min-open", "lazy"), rules.minutes("min-open", "majority")) == (
        lazy,
        majority,
    )


@pytest.mark.parametrize(
    "typed",
    ["", "lazy", "1h, nonsense 3d", "lazy 3d 4d", "91d", "1h, lazy 91d", "1h, 2h", "lazy 1d, lazy 3d"],
)
def test_what_is_no_length_of_time_by_method_is_refused(typed: str) -> None:
    assert isinstance(tried("min-open", typed), Refusal)
