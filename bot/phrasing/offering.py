"""What is offered where a line cannot be done: the person's own line, put right.

Each way to say it is only tried here; whoever offers them has each decided first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from bot.arguments import OptionType
from bot.chat import Misread, Refusal
from bot.command import Command
from bot.language.moments import read_when
from bot.language.tokens import Token, tokenize
from bot.language.units import UnitClass, meaning_of
from bot.phrasing.amounts import END_WORDS_MAX, amount_at, parts, takes_amount_first
from bot.phrasing.doubts import doubt
from bot.phrasing.known import Known, all_letters, letters
from bot.phrasing.rewording import TO, reworded
from bot.phrasing.spoken import loose_span
from bot.phrasing.spoken_votes import vote_of
from bot.phrasing.vocabulary import Led, led, near
from bot.phrasing.votes import (
    YES,
    choices_of,
    is_choice,
    meant_by,
    near_choices,
    said_plainly,
    sample_reason,
)
from bot.phrasing.wording import (
    Said,
    is_option,
    is_person,
    reference,
    said,
    split,
    word,
    words_of,
)
from bot.text.languages import language_named, reader
from bot.text.rendering import render
from bot.text.wording import Joined, Say

TRIED_MAX = 24
"""The most ways of saying it that are tried for one refusal."""

SEARCHED_WORDS = 6
"""How far into a sentence a word for a command is looked for."""

AMOUNTS = ("amount-", "number-", "unit-")
NO_AMOUNT = frozenset(["amount-missing", "amount-missing-unit", "amount-unclear"])
"""How the refusals of an amount are called, and those where any amount will do."""

SHORT = frozenset({OptionType.REFERENCE, OptionType.PERSON, OptionType.CHOICE, OptionType.NAME})
"""What is one word long: behind these, further words say nothing to the command."""

HOW = words_of("how what wie was")
"""What a question begins with: it is answered by how to do it."""


def whole_lines(line: str, wrong: Refusal, known: Known) -> Iterator[list[str]]:
    """The whole lines that may be meant, by what they do: of each list one is enough."""
    now = _as_now(line, known)
    if now:
        yield [now, now.rpartition(" ")[0]]
        return
    it = said(line, known.features.commands)
    if it is not None and wrong.code.startswith(AMOUNTS) and wrong.code not in NO_AMOUNT:
        yield from ([each] for each in _with_choices(it, wrong, known))
        return
    if it is not None:
        yield from _of_command(it, known)
        return
    tokens, rest = split(line)
    if tokens:
        yield from _of_no_command(tokens, rest, known)


def _as_now(line: str, known: Known) -> str:
    """What a line is today that did something before; empty for any other."""
    words = " ".join(line.casefold().split())
    found = (it.once[words] for it in known.features.commands.values() if words in it.once)
    return next(found, "")


def _of_command(it: Said, known: Known) -> Iterator[list[str]]:
    """What the command may have been meant to do; and what else its words mean to people."""
    it = reworded(it, known)
    for way in WAYS:
        them = [line for each in islice(way(it, known), TRIED_MAX) for line in _meant(each, known)]
        yield from ([each] for each in them) if way in EACH else [them]
    name = list(tokenize(it.command.name))
    for other in led([token.text for token in [*name, *it.words]], known.features.commands):
        words = [*name, *it.words][other.used :]
        yield list(_lines(Said(other.command, tuple(words), it.rest), known))
    if OptionType.TEXT not in it.command.by_type:
        # In a text of one's own the words of commands mean nothing; nor does a choice of its own.
        own = {choice for option in it.command.options for choice in option.choices}
        for found, begin in _inside(it.words, known, 0):
            if word(it.words[begin]) in own:
                continue
            meant = Said(found.command, it.words[begin + found.used :], it.rest)
            yield [
                each.line for each in (meant, meant.with_words([])) if each.command is not it.command
            ]


def _inside(tokens: Sequence[Token], known: Known, begin: int) -> Iterator[tuple[Led, int]]:
    """The commands that words inside a sentence lead to, and at which word."""
    table, texts = known.features.commands, [token.text for token in tokens]
    for at in range(begin, min(len(tokens), SEARCHED_WORDS)):
        exact = table.get(word(tokens[at]))
        them = [Led(exact, 1)] if exact is not None else led(texts[at:], table)
        yield from ((each, at) for each in them)


def _of_no_command(tokens: list[Token], rest: str, known: Known) -> Iterator[list[str]]:
    """What may be meant by words that begin with no command."""
    if ref := reference(tokens[0], all_letters(known.features)):
        yield [f"show {ref}"]
    entry = Said(known.features.commands["log"], tuple(tokens), rest)
    if amount_at(tokens, known.setting) is not None:
        yield list(_lines(entry, known))
        return
    leads = list(_led(tokens, known))
    inside = _amount_inside(entry, known)
    yield from _of_spoken_language(tokens)
    yield from _spent(tokens, rest, leads, known)
    if inside is not None and not any(begin == 0 for _, begin in leads):
        yield [inside.line]
    for found, begin in _without_question(leads, tokens):
        if word(tokens[0]) in HOW and begin:
            yield [f"help {found.command.name}"]
            continue
        phrase, behind = tokens[begin : begin + found.used], tuple(tokens[begin + found.used :])
        meant = Said(found.command, behind, rest)
        if found.command.name == "vote":
            meant = vote_of(phrase, meant)
        before = tuple(tokens[:begin])
        if begin and not behind:  # in German the verb stands last
            yield list(_lines(Said(found.command, before, rest), known))
        yield list(_led_lines(meant, known))
    if inside is not None and not leads:
        yield [inside.line]


LANGUAGE_WORDS = 4
"""Nobody asks for a language in more words: `speak german with me`."""


def _of_spoken_language(tokens: Sequence[Token]) -> Iterator[list[str]]:
    """`speak german`, `auf deutsch`: the language in a few words."""
    if len(tokens) <= LANGUAGE_WORDS:
        codes = (language_named(word(each)) for each in tokens)
        yield from ([f"me language {code}"] for code in codes if code)


def _spent(
    tokens: Sequence[Token], rest: str, leads: Sequence[tuple[Led, int]], known: Known
) -> Iterator[list[str]]:
    """`i have spent 12 EUR on seeds`: the amount is what a word inside says that it is."""
    for found, begin in leads:
        if begin and takes_amount_first(found.command) and found.command.name != "log":
            others = (*tokens[:begin], *tokens[begin + found.used :])
            moved = _amount_inside(Said(found.command, others, rest), known)
            yield [moved.line] if moved is not None else []


def _led(tokens: Sequence[Token], known: Known) -> Iterator[tuple[Led, int]]:
    """The commands that the words lead to, and at which word."""
    table = known.features.commands
    texts = [token.text for token in tokens]
    inside = [name for name in table if name.startswith(f"{word(tokens[0])} ")]
    first = led(texts, table) or ([] if inside else near(texts, table))
    if len(tokens) == (first[0].used if first else 0):
        first.sort(key=lambda it: any(option.required for option in it.command.options))
    yield from ((each, 0) for each in first)
    if len(tokens) > 1:
        yield from ((Led(table[name], 1), 0) for name in inside)
    yield from _inside(tokens, known, 1)


def _without_question(
    leads: Sequence[tuple[Led, int]], tokens: Sequence[Token]
) -> Sequence[tuple[Led, int]]:
    """What is asked about, where the first word only says that it is a question."""
    is_help = [found.command.name == "help" and found.used == 1 for found, _ in leads]
    asks = is_help[:1] == [True] and len(leads) > 1 and word(tokens[0]).startswith(("what", *HOW))
    return leads[1:] if asks else leads


def _led_lines(it: Said, known: Known) -> Iterator[str]:
    """What the command does with the words; else by itself; else how it is used."""
    yield from _lines(it, known)
    if it.words and it.command.name != "vote":  # of a vote that cannot be given no other is made
        yield from _lines(it.with_words([]), known)
    yield f"help {it.command.name}"


def _lines(it: Said, known: Known) -> Iterator[str]:
    """The line itself, then what may be missing in it or in its way, likeliest first."""
    for way in WAYS:
        for each in islice(way(it, known), TRIED_MAX):
            yield from _meant(each, known)


def _meant(it: Said, known: Known) -> Iterator[str]:
    """The line; where it would be asked what is meant, the line for each thing that may be."""
    line = reworded(it, known).line
    open_ = doubt(line, known)
    yield from open_.lines if open_ else [line]


def _as_said(it: Said, known: Known) -> Iterator[Said]:  # noqa: ARG001 - a way
    yield it


def _referring(it: Said, known: Known) -> Iterator[Said]:
    """What is open, where nothing was named."""
    in_order = [option.type for option in it.command.options if option.positional]
    if in_order[:1] != [OptionType.REFERENCE]:
        return
    them = letters(it.command)
    named = bool(it.words) and bool(reference(it.words[0], them))
    refs = [] if named else known.references(it.command)
    if it.command.name in {"withdraw", "amend"} and not named:
        refs = [ref for ref in [known.newest()] if ref]
    for ref in refs:
        yield it.with_words([Token(ref), *it.words])
    number = word(it.words[0]).lstrip("#") if it.words and not named else ""
    for letter in sorted(them) if number.isdecimal() else ():
        yield it.with_words([Token(f"{letter}{number}"), *it.words[1:]])


def _voting(it: Said, known: Known) -> Iterator[Said]:
    """A vote that says which way, with a reason where it needs one."""
    if it.command.name != "vote":
        return
    them, words = letters(it.command), list(it.words)
    if words and reference(words[0], them):
        refs, words = [words[0].text], words[1:]
    else:
        refs = known.references(it.command)[:2]
    chosen = [token for token in words if word(token) not in TO]
    for ref in refs:
        if chosen and meant_by(chosen[0].text) == YES and choices_of(ref, known):
            yield from _agreeing(it, ref, chosen, known)
        elif chosen:
            reason = chosen[1:] or sample_reason(known)
            for choice in near_choices(ref, chosen[0].text, known):
                behind = reason if choice.reasoned else chosen[1:]
                yield it.with_words([Token(ref), Token(choice.word), *behind])
            yield it.with_words([Token(ref), chosen[0], *reason])
        else:  # which way is theirs to say: the card lists what can be said
            yield Said(known.features.commands["show"], (Token(ref),))


def _agreeing(it: Said, ref: str, chosen: Sequence[Token], known: Known) -> Iterator[Said]:
    """A yes in the words it was said in; else each choice that agrees."""
    plain = said_plainly(it.with_words([Token(ref), *chosen]), known)
    if is_choice(plain.words[1].text, choices_of(ref, known)):
        yield plain
        return
    for choice in near_choices(ref, chosen[0].text, known):
        reason = chosen[1:] or (sample_reason(known) if choice.reasoned else [])
        yield it.with_words([Token(ref), Token(choice.word), *reason])


def _measured(it: Said, known: Known) -> Iterator[Said]:
    """An amount from inside the text, with a unit, or of the example; a text of the example."""
    if not takes_amount_first(it.command):
        return
    core, others = parts(it.words)
    moved = _amount_inside(it, known)
    if moved is not None:
        yield moved
    span = loose_span(core[0].text) if len(core) > 1 else ""
    if span:
        yield it.with_words([Token(span), *core[1:], *others])
    sample = list(tokenize(it.command.examples[0]))[1:]
    amount, text = _sampled(sample, known)
    number = next((i for i, token in enumerate(core) if _is_number(token)), None)
    if number is not None:
        digits, rest = core[number], [*core[:number], *core[number + 1 :]] or text
        behind = rest[1:] if number < len(core) - 1 and number == 0 and len(rest) > 1 else []
        for unit in _units(it.command, digits.text):
            yield it.with_words([Token(f"{digits.text}{unit}"), *rest, *others])
            if behind:
                yield it.with_words([Token(f"{digits.text}{unit}"), *behind, *others])
        return
    found = amount_at(core, known.setting)
    if found is not None and found[1] == len([t for t in core if not is_person(t)]):
        yield it.with_words([*core[: found[1]], *text, *core[found[1] :], *others])
    elif found is None and not any(any(map(str.isdecimal, token.text)) for token in core):
        yield it.with_words([*amount, *(core or text), *others])


def _sampled(sample: Sequence[Token], known: Known) -> tuple[list[Token], list[Token]]:
    """The amount and the text of an example."""
    found = amount_at(sample, replace(known.setting, language="en"))
    used = found[1] if found else 1
    behind = parts(sample[used:]).core
    return list(sample[:used]), [token for token in behind if not is_person(token)]


def _is_number(token: Token) -> bool:
    text = token.text.replace(",", ".")
    return not token.quoted and text.replace(".", "", 1).isdecimal()


def _units(command: Command, digits: str) -> Iterator[str]:
    """The units that a bare number may have."""
    classes = [unit.unit_class for unit in command.units]
    if UnitClass.TIME in classes:
        yield "m" if digits.isdecimal() and int(digits[:6]) > 12 else "h"
    yield from (f" {unit.code}" for unit in command.units if unit.unit_class is UnitClass.MONEY)


def _amount_inside(it: Said, known: Known) -> Said | None:
    """The line with the one amount that stands inside its text at the beginning."""
    core, others = parts(it.words)
    for at in range(len(core)):
        found = amount_at(core[at : at + END_WORDS_MAX + 5], known.setting)
        if found is not None:
            rest = [*core[:at], *core[at + found[1] :]]
            if not rest or any(any(map(str.isdecimal, token.text)) for token in rest):
                return None
            return it.with_words([*found[0], *rest, *others])
    return None


def _polling(it: Said, known: Known) -> Iterator[Said]:  # noqa: ARG001 - a way
    """Options in a list with commas, or those of a question that is answered by yes or no."""
    if it.command.name != "poll" or not it.words:
        return
    first = next((i for i, token in enumerate(it.words) if is_option(token)), len(it.words))
    head, tail = it.words[:first], it.words[first:]
    asked, mark, text = " ".join(token.text for token in head).partition("?")
    if "|" in text or not mark:
        return
    listed = text.replace(" oder ", ", ").replace(" or ", ", ").split(",")
    options = [each.strip(" .") for each in listed if each.strip(" .")]
    for choices in (options, ["yes", "no"]):
        if len(choices) > 1:
            yield it.with_words([*tokenize(" | ".join([f"{asked}?", *choices])), *tail])


def _unnamed(it: Said, known: Known) -> Iterator[Said]:
    """Somebody's account, where a period or nothing was asked for; a person inside the words."""
    people = [
        token for token in it.words if not token.quoted and known.is_person(token.text.lstrip("@"))
    ]
    if not people:
        return
    who = Token(f"@{people[0].text.lstrip('@')}")
    if it.command.name == "ledger":
        yield Said(known.features.commands["statement"], (who,))
    others = [token for token in it.words if token is not people[0] and word(token) not in TO]
    yield it.with_words([who, *others])
    if it.command.name == "role give":
        yield it.with_words([who, *others])


def _shortened(it: Said, known: Known) -> Iterator[Said]:  # noqa: ARG001 - a way
    """Without the last words, which say nothing to the command."""
    types = {option.type for option in it.command.options if option.positional}
    if types <= SHORT and not any(map(is_option, it.words)):
        for left in range(len(it.words) - 1, 0, -1):
            yield it.with_words(it.words[:left])


def _reminding(it: Said, known: Known) -> Iterator[Said]:
    """Whom, where nobody is named: oneself; and the time, where it stands last."""
    if it.command.name != "remind" or not it.words:
        return
    named = is_person(it.words[0]) or word(it.words[0]) in {"me", "room"}
    who, text = (it.words[0], it.words[1:]) if named else (Token("me"), it.words)
    yield it.with_words([who, *text])
    for length in range(min(WHEN_WORDS, len(text) - 1), 0, -1):
        what = list(text[:-length])
        while what and word(what[0]) in TO | {"of", "that", "dass", "an"}:
            del what[0]
        last = text[-length:]
        if what and _is_when([token.text for token in last], known):
            yield it.with_words([who, *last, *what])


WHEN_WORDS = 4
"""The longest time that is looked for at the end of a reminder."""


def _is_when(texts: Sequence[str], known: Known) -> bool:
    setting = known.setting
    try:
        _, used = read_when(list(texts), setting.language, setting.now, setting.zone)
    except Misread:
        return False
    return used == len(texts)


def _exemplary(it: Said, known: Known) -> Iterator[Said]:
    """The command's own examples, of what is open."""
    if it.words:
        return
    for example in it.command.examples:
        same = said(example, known.features.commands)
        if same is not None and same.command.name == it.command.name:
            yield same


WAYS = (
    _as_said,
    _referring,
    _voting,
    _measured,
    _polling,
    _reminding,
    _unnamed,
    _shortened,
    _exemplary,
)
"""What may be missing in a line or in its way, likeliest first."""

EACH = (_referring, _voting, _measured)
"""Those that say different things, of which several are offered."""


def _with_choices(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:
    """The line with each amount that the refusal proposes, in the place of the one that was typed."""
    at = next((i for i, token in enumerate(it.words) if token.text == wrong.word), None)
    places = wrong.instead.places if isinstance(wrong.instead, Say) else {}
    choices = places.get("choices")
    if at is None or not isinstance(choices, Joined):
        return
    wants = reader(known.setting.language, known.setting.zone)
    behind = it.words[at + 1 :]
    unit = word(behind[0]) if behind else ""
    has_unit = unit in known.setting.own or meaning_of(unit, known.setting.language) is not None
    for part in choices.items:
        amount = tokenize(render(part, wants).replace("\xa0", " "))
        yield it.with_words([*it.words[:at], *amount, *behind[int(has_unit) :]]).line
