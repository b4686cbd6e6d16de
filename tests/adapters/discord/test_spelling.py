"""What was chosen on Discord means the same when it is read as a typed line, whatever is in it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.spelling import People, continued, spelled
from bot.chain import normal
from bot.command import Command, Setting
from bot.grammar.lines import parse
from bot.language.tokens import quoted, tokenize
from commands import FEATURES
from tests.adapters.discord.cards import Cards
from tests.adapters.discord.test_markdown import SIGNS

COMMANDS = FEATURES.commands
SETTING = Setting("en", "UTC", dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC))
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40)


def read(line: str, commands: dict[str, Command] | None = None) -> dict[str, object]:
    return parse(line, commands or COMMANDS, SETTING).arguments


def nobody() -> People:
    return People({})


@given(SIGNS | WORDS, SIGNS | WORDS)
def test_any_text_is_one_value(what: str, note: str) -> None:
    wanted = " ".join(normal(what).split())
    if not wanted or "<@" in what or "<@" in note or not note.strip():
        return
    values = {"amount": "3h", "what": what, "kind": "care", "note": note}
    line = spelled("log", values, COMMANDS["log"], nobody())
    if '"' in wanted and "“" in wanted and "«" in wanted:
        return

    found = read(line)

    assert found["what"] == wanted
    assert found["note"] == normal(note).strip()
    assert set(found) == {"amount", "what", "kind", "note"}


@pytest.mark.parametrize("text", ['"a" “b” «c» d', '“ " »', 'a" b” c»'])
def test_a_text_with_every_kind_of_quotes_stays_one_value(text: str) -> None:
    found = read(spelled("log", {"amount": "1h", "what": text}, COMMANDS["log"], nobody()))

    assert str(found["what"]).replace("”", '"') == text.replace("”", '"')


@given(SIGNS)
def test_a_quoted_word_is_one_word(text: str) -> None:
    plain = " ".join(text.split())
    if plain:
        assert len(list(tokenize(quoted(plain)))) == 1


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("<@11>", ("BoLi",)),
        ("<@11> <@!12>", ("BoLi", "cem")),
        ("@bo, anna; <@12>", ("bo", "anna", "cem")),
        ("bo", ("bo",)),
        ("<@11> <@13>", ("BoLi", "BoLi13")),
        ("<@14>", ("14",)),
        ("<@15>", ("15",)),
    ],
)
def test_people_are_words_that_mean_their_accounts(value: str, words: tuple[str, ...]) -> None:
    people = People({"11": "Bo Li", "12": "cem", "13": "Bo\u2003Li", "15": "@#"})
    line = spelled("log", {"amount": "1h", "what": "dug", "who": value}, COMMANDS["log"], people)

    assert read(line)["who"] == words
    assert all(people.mentions[word] in {"11", "12", "13", "14", "15"} for word in people.mentions)


def test_a_person_alone_is_chosen_mentioned_or_typed() -> None:
    for value in ("<@11>", "@Bo Li", "Bo Li", "BoLi"):
        people = People({"11": "Bo Li"})
        line = spelled("balance", {"who": value}, COMMANDS["balance"], people)
        assert read(line)["who"] == "BoLi"


def test_mentions_within_a_text_are_names() -> None:
    people = People({"11": "Bo"})
    values = {"amount": "1h", "what": "dug with <@11> and <@12>"}

    found = read(spelled("log", values, COMMANDS["log"], people))
    assert found["what"] == "dug with @Bo and @12"


def test_an_amount_or_a_day_of_several_words_is_read_as_typed() -> None:
    values = {"amount": "1 hour and 30 minutes", "what": "dug", "on": "last friday"}
    found = read(spelled("log", values, COMMANDS["log"], nobody()))

    assert str(found["amount"]).startswith("Amount(count=90")
    assert found["on"] == dt.date(2026, 1, 2)


def test_an_option_in_a_value_is_part_of_the_value() -> None:
    values = {"amount": "3h --who @bo", "what": "dug"}
    line = spelled("log", values, COMMANDS["log"], nobody())

    assert line == 'log --amount 3h "--who" "@bo" --what dug'


@given(SIGNS | WORDS)
def test_words_from_a_modal_follow_their_line(words: str) -> None:
    said = normal(words).strip()
    first = said.partition("\n")[0]
    if not said or not first.strip() or "<@" in words or {'"', "“", "«"} <= set(first):
        return
    commands = dict(Cards().commands())
    found = read(continued("vote P3 block", words, nobody()), commands)

    assert found["choice"] == "block"
    assert " ".join(str(found["reason"]).split()) == " ".join(said.split())
