"""The values of options: one value from the words that stand next, by the option's type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.arguments import Option, OptionType
from bot.chat import Misread
from bot.command import Command, Setting
from bot.grammar.hints import HOW_OFTEN, how, left_over
from bot.language import words as shapes
from bot.language.amounts import read_amount
from bot.language.days import Prefer, read_day
from bot.language.moments import read_when
from bot.language.periods import read_period
from bot.language.recurrence import read_times
from bot.language.tokens import Token
from bot.language.units import UnitClass, example
from bot.text.wording import Typed, joined, say

AMOUNT_WORDS_MAX = 8
"""The most words that an amount can have, and then some: `1 hour and 30 minutes`."""

_NO_AMOUNT = {"amount-zero", "amount-negative", "amount-missing", "amount-unclear", "number-too-long"}
"""Where there is no amount at all, a whole line is offered."""

_EVERY = "every"

_ONE_WORD: Mapping[OptionType, Callable[[str], Any]] = {
    OptionType.PERSON: lambda word: word.removeprefix("@"),
    OptionType.PEOPLE: lambda word: (word.removeprefix("@"),),
    OptionType.KIND: shapes.kind,
    **dict.fromkeys(
        (
            OptionType.CIRCLE,
            OptionType.FUND,
            OptionType.BUDGET,
            OptionType.EQUATION,
            OptionType.UNIT,
            OptionType.PARTNER,
            OptionType.NAME,
        ),
        lambda word: shapes.named(word, word),
    ),
    OptionType.LINK: shapes.link,
}
"""How the types that take exactly one word are read."""


@dataclass(frozen=True, slots=True)
class Values:
    """Reads the values of one command's options, where and when the line was typed."""

    command: Command
    setting: Setting

    def read(self, option: Option, tokens: list[Token]) -> tuple[Any, int]:
        """The value of an option, and how many words it took. Raises Misread."""
        words = [token.text for token in tokens]
        match option.type:
            case (
                OptionType.AMOUNT
                | OptionType.DAY
                | OptionType.PERIOD
                | OptionType.WHEN
                | OptionType.TIMES
            ):
                if not tokens[0].quoted:
                    return self._several(option, words)
                inner = words[0].split() or [""]
                value, used = self._several(option, inner)
                if used < len(inner):
                    raise left_over(self.command, inner[used])
                return value, 1
            case OptionType.TEXT:
                return (words[0], 1) if tokens[0].quoted else (" ".join(words), len(words))
            case OptionType.WORD | OptionType.RULE | OptionType.CHOICE:
                return self._word(option, words[0]), 1
            case OptionType.REFERENCE:
                try:
                    return shapes.reference(words[0]), 1
                except Misread as wrong:
                    raise wrong.but(instead=how(self.command)) from None
            case _:
                return _ONE_WORD.get(option.type, str)(words[0]), 1

    def _several(self, option: Option, words: list[str]) -> tuple[Any, int]:
        """A value that may take several words, and how many it took."""
        setting = self.setting
        match option.type:
            case OptionType.AMOUNT:
                return self._amount(words[:AMOUNT_WORDS_MAX])
            case OptionType.DAY:
                prefer: Prefer = "future" if option.ahead else "past"
                return read_day(words, setting.language, setting.today, prefer=prefer)
            case OptionType.PERIOD:
                return read_period(words, setting.language, setting.today)
            case OptionType.TIMES:
                return self._times(option, words)
            case _:
                return read_when(words, setting.language, setting.now, setting.zone)

    def _times(self, option: Option, words: list[str]) -> tuple[Any, int]:
        """Times; what stands behind `--every` comes again, without saying every once more."""
        setting = self.setting
        if option.name == _EVERY:
            try:
                times, used = read_times([_EVERY, *words], setting.language, setting.now, setting.zone)
                return times, used - 1
            except Misread as wrong:
                # Such as `daily 18:00`, which says so itself; what is neither is told as the first.
                try:
                    return read_times(words, setting.language, setting.now, setting.zone)
                except Misread:
                    raise wrong.but(instead=HOW_OFTEN) from None
        return read_times(words, setting.language, setting.now, setting.zone)

    def _amount(self, words: list[str]) -> tuple[Any, int]:
        """An amount; where there is none, what this command takes is offered, and nothing else."""
        setting, command = self.setting, self.command
        units = command.units or tuple(dict.fromkeys(setting.own.values()))
        try:
            return read_amount(words, setting.language, setting.own, units)
        except Misread as wrong:
            offered = wrong.instead
            hours = any(unit.unit_class is UnitClass.TIME for unit in units)
            if wrong.code == "amount-negative" and command.undo:
                offered = say("To take something back: {line}", line=Typed(command.undo))
            elif (
                wrong.code in _NO_AMOUNT
                or offered == example()
                or (wrong.code == "unit-not-fixed" and not hours)
            ):
                offered = how(command)
            raise wrong.but(instead=offered) from None

    def _word(self, option: Option, word: str) -> str:
        folded = word.casefold()
        if not option.choices or folded in option.choices:
            return folded if option.choices else word
        raise Misread(
            "choice-unknown",
            say("“{word}” is none of the choices.", word=word)
            if option.positional
            else say("“{word}” is none of the choices for --{option}.", word=word, option=option.name),
            word=word,
            instead=say("Choose one of {choices}.", choices=joined(option.choices)),
        )
