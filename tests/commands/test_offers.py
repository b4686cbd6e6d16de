"""What a refusal offers fits the command: it is read by it, in units that it takes, and accepted."""

from __future__ import annotations

import re

import pytest

from bot.arguments import OptionType
from bot.chat import Refusal
from bot.command import Command, Setting
from bot.grammar.lines import parse
from bot.language.amounts import read_amount
from bot.text.languages import reader
from bot.text.rendering import render
from commands import FEATURES
from commands.decisions.effects import USUAL
from tests.house import BEGIN, cooperative
from tests.test_transcripts import OWN, typed

COMMANDS = FEATURES.commands
SETTING = Setting("en", "UTC", BEGIN, OWN)
WRONG = (
    "0 EUR",
    "0h",
    "-5 EUR",
    "-3h",
    "x",
    "5",
    "90",
    "3 days",
    "1e9h",
    "12€50",
    "3 pounds",
    "1.000 EUR",
)
TAKING = [
    command
    for command in COMMANDS.values()
    for option in command.options[:2]
    if option.type is OptionType.AMOUNT and option.required
]


def refusal(line: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse(line, COMMANDS, SETTING)
    return caught.value


@pytest.mark.parametrize("amount", WRONG)
@pytest.mark.parametrize("command", TAKING, ids=lambda command: command.name)
def test_what_is_offered_for_no_amount_fits_the_command(command: Command, amount: str) -> None:
    before = {
        OptionType.PERSON: " @bo",
        OptionType.NAME: " kitchen",
        OptionType.BUDGET: " kitchen",
    }.get(command.options[0].type, "")
    refused = refusal(f"{command.name}{before} {amount}")
    classes = {unit.unit_class for unit in command.units or OWN.values()}
    lines = list(typed(refused.instead))
    assert refused.instead is not None
    for line in lines:
        assert line == command.undo or parse(line, COMMANDS, SETTING).command == command.name
    told = render(refused.instead, reader("en", "UTC"))
    choices = re.sub("^(Try|Say how many hours, for example) ", "", told).rstrip(".").split(" / ")
    named = "EUR" in amount or "pounds" in amount
    for choice in choices if not lines and (command.units or not named) else ():
        assert read_amount(choice.split(), "en", OWN)[0].unit.unit_class in classes


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_every_example_can_be_typed(command: Command) -> None:
    for line in filter(None, (*command.examples, command.undo)):
        assert parse(line.replace("…", "x"), COMMANDS, SETTING).command


def test_what_proposals_are_said_to_carry_out_usually_they_can() -> None:
    assert all(COMMANDS[name].effect is not None for name in USUAL)


@pytest.mark.parametrize(
    "wrong",
    [
        "/expense 0 EUR",
        "/expense x",
        "/expense 3 days eggs",
        "/income 0 EUR",
        "/income 5",
        "/log",
        "/log 0h",
        "/log 1,500 kg flour",
        "/log 1.000 EUR flour",
        "/lgo 2h cooked",
        "/pay @bo",
        "/pay @bo 0h",
        "/payout @bo -1",
    ],
)
def test_what_is_offered_is_accepted_as_it_stands(wrong: str) -> None:
    house = cooperative("bo")
    house.say("ann", "/income 1000 EUR a client")
    house.say("ann", "/pay @bo 300 EUR")
    house.say("bo", "/expense 500 EUR a bike")
    house.say("bo", "/log 2h cooked")
    house.say("ann", "/log 2h cooked")
    told = house.say("ann", wrong)
    assert told
    body = told.rows[0].reply.body
    lines = [f"/{line}" for line in typed(body)][-1:]
    choices = re.findall(r"Try (.*)\.", told.text)
    lines += [
        f"{wrong.split(maxsplit=1)[0]} {choice} flour"
        for several in choices
        for choice in several.split(" / ")
    ]
    for line in lines:
        assert line != wrong
        answer = house.say("ann", line)
        assert answer.error not in {"amount-missing", "number-ambiguous"}, (line, answer.text)
