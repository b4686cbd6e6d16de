"""The text grammar: what a typed line means for the command that it begins with.

Reading a line is pure and knows no state: people, kinds, references come out as words, which the
decision looks up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.arguments import FLAG, Option, OptionType
from bot.chain import normal
from bot.chat import ATTACHED_BYTES_MAX, Incoming, Misread
from bot.command import Command, Parsed, Setting
from bot.grammar.hints import how, left_over, missing, no_such_option, unknown_command
from bot.grammar.parts import is_part, part_of
from bot.grammar.values import Values
from bot.language import words
from bot.language.marks import is_circle, is_kind, is_person, option_name
from bot.language.tokens import Token, spelled, tokenize
from bot.text.rendering import shortened, visible
from bot.text.wording import SHOWN_CHARACTERS_MAX, Typed, joined, say

LINE_CHARACTERS_MAX = 6_000
"""The longest text that a command may have: a window of Discord's (4,000) behind a long line."""

WORDS_MAX = 800
"""The most words of a first line, so that reading it stays quick whatever is typed."""

PEOPLE_MAX = 20
"""The most people in one line: a whole circle, not a whole server."""


def parse(line: str, table: Mapping[str, Command], setting: Setting) -> Parsed:
    """Read a line (without its prefix) as a command. Raises Misread with what was wrong, and where."""
    if len(line) > LINE_CHARACTERS_MAX:
        raise Misread(
            "too-long",
            say(
                "That is {count} characters; {most} is the most that I take.",
                count=len(line),
                most=LINE_CHARACTERS_MAX,
            ),
            instead=say("Put the long text behind a link."),
        )
    first, _, rest = normal(line).strip().partition("\n")
    tokens = list(tokenize(first))
    if len(tokens) > WORDS_MAX:
        raise Misread("too-long", say("That is more words than I take in one line."))
    command, used = _command(tokens, table)
    return Parsed(command.name, _Reading(command, tokens[used:], rest.strip(), setting).read())


def given(
    line: str, table: Mapping[str, Command], setting: Setting
) -> tuple[Command, dict[str, str]] | None:
    """What a line gives to each option of its command, in the words that it stands in.

    None where it cannot be read; what a command needs may be left out, for a hint often has only the
    beginning of a line.
    """
    try:
        tokens = list(tokenize(normal(line)))
        command, used = _command(tokens, table)
        reading = _Reading(command, tokens[used:], "", setting)
        reading.read()
    except Misread as wrong:
        if not wrong.code.endswith("-missing"):
            return None
    return command, {name: _given(words) for name, words in reading.taken.items()}


def _given(words: list[Token]) -> str:
    """The words of an option without its name."""
    return " ".join(each.text for each in words if each.quoted or not option_name(each.text))


def command_named(line: str, table: Mapping[str, Command]) -> Command | None:
    """The command that a line begins with, whatever else stands in it."""
    first = line[:LINE_CHARACTERS_MAX].strip().partition("\n")[0]
    try:
        return _command(list(tokenize(first[:WORDS_MAX])), table)[0]
    except Misread:
        return None


SIGNS_MAX = 9
"""How many signs a line may begin with, before a command's name: its prefix."""


HANDS_IN = "slip add"
"""What a file says that answers a message of ours without a word: it is a receipt of that."""


def bytes_max(option: Option, most: int) -> int:
    """How large a file an option takes, where a receipt may have so many bytes at `most`."""
    return most if option.kept else ATTACHED_BYTES_MAX


def file_bytes(message: Incoming, table: Mapping[str, Command], most: int) -> int:
    """How large a file a message may bring along, 0 where it is no command that takes one.

    A platform fetches what was sent along only then, whatever the prefix is: not for mere talk, nor
    again for an edit. A receipt may have so many bytes at `most`.
    """
    line = message.words.lstrip()
    start = next((at for at, sign in enumerate(line[:SIGNS_MAX]) if sign.isalnum()), SIGNS_MAX)
    if message.edited or not (start or message.addressed or message.answering):
        return 0
    command = command_named(line[start:], table)
    option = command.by_type.get(OptionType.FILE) if command is not None else None
    return bytes_max(option, most) if option is not None else 0


def _command(tokens: list[Token], table: Mapping[str, Command]) -> tuple[Command, int]:
    words = [token.text.casefold() for token in tokens[:2]]
    if len(words) == 2:
        both = " ".join(words)
        command = table.get(both) or (_grouped(both, table) if words[1][:1].isalpha() else None)
        if command is not None:
            return command, 2
    command = table.get(words[0]) if words else None
    if command is None:
        raise unknown_command(words, table)
    return command, 1


def _grouped(both: str, table: Mapping[str, Command]) -> Command | None:
    """The command that two words name where commands are counted."""
    return next((command for command in table.values() if command.grouped == both), None)


class _Reading:
    """One reading of one line against one command: takes marked words first, then the rest in order."""

    def __init__(self, command: Command, tokens: list[Token], rest: str, setting: Setting) -> None:
        self.command, self.tokens, self.rest = command, tokens, rest
        self.values = Values(command, setting)
        self.typed = tuple(tokens)
        self.taken: dict[str, list[Token]] = {}
        """The words that each option was named by, with those of its value."""
        self.arguments: dict[str, Any] = {}
        self.by_type, self.by_name = command.by_type, command.by_name

    def read(self) -> dict[str, Any]:
        self._take_named()
        self._take_kind()
        self._take_circle()
        for option in self.command.options:
            if option.type is OptionType.PEOPLE:
                self._take_people(behind=False)
            elif option.positional:
                self._take_positional(option)
        self._take_people()
        self._take_text()
        self._take_long()
        if self.tokens:
            raise left_over(self.command, self.tokens[0].text)
        for option in self.command.options:
            if option.required and not _something(self.arguments.get(option.name)):
                raise missing(self.command, option, self._named())
        return self.arguments

    def _take_named(self) -> None:
        """`--name value`; phones turn the two dashes into one long one."""
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            name = "" if token.quoted else option_name(token.text)
            if not name:
                at += 1
                continue
            name, _, value = name.partition("=")
            has_value = bool(value)
            option = self.by_name.get(name.casefold())
            if option is None or option.type is OptionType.LONG:
                raise no_such_option(self.command, token.text, name)
            if option.type is OptionType.FLAG:
                used = self._flag(option, [Token(value)] if has_value else self.tokens[at + 1 :], token)
                del self.tokens[at : at + 1 + (0 if has_value else used)]
                continue
            values = [Token(value), *self.tokens[at + 1 :]] if has_value else self.tokens[at + 1 :]
            used = self._value(option, values, token)
            del self.tokens[at : at + used + (0 if has_value else 1)]

    def _flag(self, option: Option, behind: list[Token], flag: Token) -> int:
        """On, unless `off` is said; a word behind it is its own only at an end or before an option."""
        word = behind[0].text.casefold() if behind and not behind[0].quoted else ""
        own = word in FLAG and (len(behind) == 1 or bool(option_name(behind[1].text)))
        if "=" in flag.text and not own:
            raise Misread(
                "flag-value",
                say("{option} is on or off.", option=f"--{option.name}"),
                word=flag.text,
                instead=how(self.command),
            )
        self._once(option, [flag, *behind[: int(own)]])
        self.arguments[option.name] = FLAG[word] if own else True
        return int(own)

    def _value(self, option: Option, tokens: list[Token], named: Token) -> int:
        until = next(
            (i for i, t in enumerate(tokens) if not t.quoted and option_name(t.text)), len(tokens)
        )
        if not until:
            raise Misread(
                "option-empty",
                say("{option} needs a value behind it.", option=named.text),
                word=named.text,
                instead=how(self.command),
            )
        value, used = self.values.read(option, tokens[:until])
        if option.parts and used < until and is_part(tokens[used]):
            value, used = value * part_of(self.command, tokens[used]), used + 1
        self._once(option, [named, *tokens[:used]])
        people = self.arguments.get(option.name, ()) if option.type is OptionType.PEOPLE else ()
        self.arguments[option.name] = (*people, *value) if people else value
        return used

    def _once(self, option: Option, words: list[Token]) -> None:
        """Note which words name an option. Raises Misread where it was named before."""
        if option.name in self.taken and option.type is not OptionType.PEOPLE:
            raise self._twice(option, words)
        self.taken[option.name] = words

    def _take_kind(self) -> None:
        option = self.by_type.get(OptionType.KIND)
        if option is None:
            return
        named = [t for t in self.tokens if is_kind(t)]
        if len(named) > 1:
            raise Misread(
                "kind-twice",
                say("One entry has one kind; I see {kinds}.", kinds=joined(t.text for t in named)),
                word=named[1].text,
                instead=how(self.command),
            )
        if named:
            self._once(option, named)
            self.tokens.remove(named[0])
            self.arguments[option.name] = words.kind(named[0].text)

    def _take_circle(self) -> None:
        """`:garden`, as equations write it, where an entry may be for a circle."""
        option = self.by_type.get(OptionType.CIRCLE)
        named = [token for token in self.tokens if is_circle(token)]
        if option is None or option.positional or OptionType.KIND not in self.by_type or not named:
            return
        for token in named:
            self._once(option, [token])
            self.tokens.remove(token)
        self.arguments[option.name] = words.named(named[0].text[1:], named[0].text)

    def _take_positional(self, option: Option) -> None:
        if option.type is OptionType.TEXT:
            return
        if option.name in self.arguments:
            self._not_again(option)
            return
        if not option.required and not self._fits(option):
            return
        if not self.tokens:
            if option.required:
                raise missing(self.command, option, self._named())
            return
        used = self._put(option, self.tokens)
        self.taken[option.name] = self.tokens[:used]
        del self.tokens[:used]

    def _not_again(self, option: Option) -> None:
        """Raise Misread where the next word says once more what was named."""
        plain = option.type in _PLAIN and self.tokens and not self.tokens[0].quoted
        if not plain or not self._fits(option):
            return
        try:
            used = self.values.read(option, self.tokens)[1]
        except Misread:
            return
        raise self._twice(option, self.tokens[:used])

    def _fits(self, option: Option) -> bool:
        """Whether the next word may be meant for an option that can be left out.

        A person stands behind an @; an amount has a digit in its first two words, else it is text.
        """
        first, second = [*self.tokens[:2], Token(""), Token("")][:2]
        if option.type is OptionType.PERSON:
            return is_person(first)
        if option.type is OptionType.AMOUNT and OptionType.TEXT in self.by_type:
            digits = any(c.isdecimal() or c.isnumeric() for c in first.text)
            may_be = not is_person(first) and (digits or second.text[:1].isdecimal())
            # Where there must be words, what is no amount is some of them: `A4 paper`, `clean 3 rooms`.
            # So is what stands in quotes, where a text may: `amend C2 "swept 4h"`.
            text = self.by_type[OptionType.TEXT].required or first.quoted
            return may_be and (not text or self._wants(option))
        return True

    def _wants(self, option: Option) -> bool:
        """Whether what comes next can be read as that at all; `clean 3 rooms` is no amount."""
        try:
            return bool(self.values.read(option, self.tokens)[1])
        except Misread:
            return False

    def _take_people(self, *, behind: bool = True) -> None:
        """People stand before the text or behind it; within it, an `@name` is part of the text.

        Where they are declared before an amount they may stand before that, too.
        """
        option = self.by_type.get(OptionType.PEOPLE)
        if option is None:
            return
        named, before = list(self.arguments.get(option.name, ())), list(self.tokens)
        people, last, weighed = list(named), list[str](), False
        while self.tokens and is_person(self.tokens[0]):
            who = self.tokens.pop(0).text[1:]
            weighed = option.parts and self._is_part_next(weighed=weighed)
            people += [who] * (part_of(self.command, self.tokens.pop(0)) if weighed else 1)
        while behind and (count := self._person_behind(option)):
            parts = part_of(self.command, self.tokens[-1]) if count > 1 else 1
            last += [self.tokens[-count].text[1:]] * parts
            del self.tokens[-count:]
        people += reversed(last)
        if len(dict.fromkeys(people)) > PEOPLE_MAX:
            raise Misread(
                "too-many-people",
                say(
                    "That is {count} people; {most} is the most.",
                    count=len(dict.fromkeys(people)),
                    most=PEOPLE_MAX,
                ),
            )
        if people:
            self.arguments[option.name] = tuple(people if option.parts else dict.fromkeys(people))
        if len(people) > len(named):
            gone = [token for token in before if not _among(token, self.tokens)]
            self.taken[option.name] = [*self.taken.get(option.name, []), *gone]

    def _is_part_next(self, *, weighed: bool) -> bool:
        """Whether the next word says how many parts the person before it bears.

        `@bo 3 pizzas` are pizzas; behind somebody whose parts were said it is parts.
        """
        if not self.tokens or not is_part(self.tokens[0]):
            return False
        return weighed or len(self.tokens) == 1 or is_person(self.tokens[1])

    def _person_behind(self, option: Option) -> int:
        """How many words at the end are a person, with the number of parts; 0 where none are."""
        if self.tokens and is_person(self.tokens[-1]):
            return 1
        parts = option.parts and len(self.tokens) > 1 and is_part(self.tokens[-1])
        return 2 if parts and is_person(self.tokens[-2]) else 0

    def _take_text(self) -> None:
        option = self.by_type.get(OptionType.TEXT)
        if option is None or not option.positional or not self.tokens:
            return
        if option.name in self.taken:
            raise self._twice(option, self.tokens)
        self.arguments[option.name] = " ".join(token.text for token in self.tokens)
        self.taken[option.name] = list(self.tokens)
        self.tokens.clear()

    def _take_long(self) -> None:
        option = self.by_type.get(OptionType.LONG)
        if not self.rest:
            return
        text = self.by_type.get(OptionType.TEXT)
        if option is not None:
            self.arguments[option.name] = self.rest
        elif text is not None:
            before = self.arguments.get(text.name, "")
            self.arguments[text.name] = f"{before}\n{self.rest}".strip()
        else:
            raise left_over(self.command, self.rest.split("\n", 1)[0])

    def _put(self, option: Option, tokens: list[Token]) -> int:
        value, used = self.values.read(option, tokens)
        self.arguments[option.name] = value
        return used

    def _named(self) -> str:
        """The reference that was typed, or nothing."""
        option = self.by_type.get(OptionType.REFERENCE)
        return str(self.arguments.get(option.name, "")) if option else ""

    def _twice(self, option: Option, again: list[Token]) -> Misread:
        """What is named is never overwritten; the line that is shown keeps what was named."""
        kept = self._without(again)
        if option.type is OptionType.TEXT and option.positional:
            # Of two texts nobody knows which is meant: the line has both, in their order.
            both = [*again, *self.taken[option.name]]
            text = " ".join(t.text for t in self.typed if _among(t, both) and not option_name(t.text))
            kept = [*self._without(both), Token(f"--{option.name}"), Token(text, quoted=True)]
        line = " ".join([self.command.name, *map(spelled, kept)])
        return Misread(
            "said-twice",
            say(
                "“{word}” would be a second “{option}”; one is there already.",
                word=shortened(" ".join(t.text for t in again)),
                option=option.name,
            ),
            word=again[0].text,
            instead=say("Send it so: {line}", line=Typed(line))
            if len(line) <= SHOWN_CHARACTERS_MAX
            else how(self.command),
        )

    def _without(self, words: list[Token]) -> list[Token]:
        return [token for token in self.typed if not _among(token, words)]


def _something(value: object) -> bool:
    """Whether there is a value; a text that nobody can see is none."""
    return bool(visible(value).strip()) if isinstance(value, str) else value is not None


_PLAIN = {
    OptionType.AMOUNT,
    OptionType.DAY,
    OptionType.PERIOD,
    OptionType.PERSON,
    OptionType.REFERENCE,
    OptionType.TIMES,
    OptionType.WHEN,
}
"""The types whose values look like nothing else."""


def _among(token: Token, words: list[Token]) -> bool:
    """Whether this very word is one of them: the same may stand twice in a line."""
    return any(token is each for each in words)
