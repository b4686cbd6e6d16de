"""The ways to say it: what may be missing in a line or in its way, likeliest first.

Each way is only tried; whoever offers the lines has each decided first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from bot.arguments import OptionType
from bot.chat import Misread
from bot.command import Command
from bot.language.moments import read_when
from bot.language.tokens import Token, tokenize
from bot.language.units import UnitClass
from bot.phrasing.amounts import (
    END_WORDS_MAX,
    amount_at,
    day_said,
    only_amount,
    parts,
)
from bot.phrasing.currencies import currencies, is_number, with_currency
from bot.phrasing.doubts import doubt
from bot.phrasing.known import Known, letters
from bot.phrasing.leading import PARTICLES
from bot.phrasing.rewording import LAST, TO, reworded
from bot.phrasing.spoken import loose_span
from bot.phrasing.surveying import asked as asked_for
from bot.phrasing.votes import (
    YES,
    choices_of,
    is_choice,
    meant_by,
    near_choices,
    said_plainly,
    sample_reason,
)
from bot.phrasing.wording import Said, is_option, is_person, reference, said, word, words_of

Way = Callable[[Said, Known], Iterator[Said]]

TRIED_MAX = 24
"""The most ways of saying it that are tried for one refusal."""

SHORT = frozenset({OptionType.REFERENCE, OptionType.PERSON, OptionType.CHOICE, OptionType.NAME})
"""What is one word long: behind these, further words say nothing to the command."""


def lines_of(it: Said, known: Known, ways: Sequence[Way] = ()) -> Iterator[str]:
    """The line itself, then what may be missing in it or in its way, likeliest first."""
    for way in ways or WAYS:
        for each in islice(way(it, known), TRIED_MAX):
            yield from meant(each, known)


def meant(it: Said, known: Known) -> Iterator[str]:
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
    if named:
        yield it.with_words([Token(reference(it.words[0], them)), *it.words[1:]])  # `close P2?`
    refs = [] if named else known.references(it.command)
    if it.command.name in {"withdraw", "amend"} and not named:
        refs = [ref for ref in [known.newest()] if ref]
    someone = next((each for each in it.words if _is_known(each, known)), None)
    only_it = not named and all(word(each) in LAST for each in it.words)  # `take it`
    for ref in refs:
        yield it.with_words([Token(ref), *(() if only_it else it.words)])
        if someone is not None and OptionType.PERSON in in_order:
            yield it.with_words([Token(ref), Token(f"@{someone.text.lstrip('@')}")])
    number = word(it.words[0]).lstrip("#") if it.words and not named else ""
    for letter in sorted(them) if number.isdecimal() else ():
        yield it.with_words([Token(f"{letter}{number}"), *it.words[1:]])


def _is_known(token: Token, known: Known) -> bool:
    return not token.quoted and known.is_person(token.text.lstrip("@"))


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
    """An amount from inside the text, or a number with a unit."""
    if not it.command.takes_amount_first:
        return
    core, others = parts(it.words)
    moved = amount_inside(it, known)
    if moved is not None:
        yield moved
    span = loose_span(core[0].text) if len(core) > 1 else ""
    if span:
        yield it.with_words([Token(span), *core[1:], *others])
    number = next((i for i, token in enumerate(core) if is_number(token)), None)
    if number is None or amount_at(core[number:], known.setting) is not None:
        return  # what has its unit is given no other: `12 EUR`
    at = next((i for i in range(number + 1, len(core)) if amount_at(core[i:], known.setting)), None)
    if at is not None:  # `2 boxes 3 hours`
        found, used = amount_at(core[at:], known.setting) or ([], 0)
        yield it.with_words([*found, *core[:at], *core[at + used :], *others])
        return
    _, text = _sampled(it.command, known)
    digits, rest = core[number], [*core[:number], *core[number + 1 :]] or text
    if number == len(core) - 1:
        rest = _without_joint(rest)
    for unit in _units(it.command, digits.text, known):
        yield it.with_words([Token(f"{digits.text}{unit}"), *rest, *others])


def amending(it: Said, known: Known) -> Iterator[Said]:
    """What an entry becomes, out of a sentence: `it was 3h, not 2`."""
    if it.command.name != "amend":
        return
    ref = reference(it.words[0], letters(it.command)) if it.words else ""
    amount = only_amount(it.words[1:] if ref else it.words, known.setting)
    if amount:
        yield reworded(it.with_words([Token(ref or "to"), *amount]), known)
        return
    ref = ref or known.newest()
    someone = next((each for each in it.words if _is_known(each, known)), None)
    if ref and someone is not None:  # `it was meant for Cem`
        yield it.with_words([Token(ref), Token(f"@{someone.text.lstrip('@')}")])


def completed(it: Said, known: Known) -> Iterator[Said]:
    """The amount or the text of the example, where somebody typed the other alone."""
    if not it.command.takes_amount_first:
        return
    core, others = parts(it.words)
    found = amount_at(core, known.setting)
    if amount_inside(it, known) is not None or any(map(is_number, core[found[1] if found else 0 :])):
        return
    amount, text = _sampled(it.command, known)
    if found is not None and found[1] == len([t for t in core if not is_person(t)]):
        yield it.with_words([*core[: found[1]], *text, *core[found[1] :], *others])
    elif found is None and not any(any(map(str.isdecimal, token.text)) for token in core):
        said_so = any(each.isalnum() for token in core for each in token.text)
        yield it.with_words([*amount, *(core if said_so else text), *others])


def _sampled(command: Command, known: Known) -> tuple[list[Token], list[Token]]:
    """The amount and the text of the command's example."""
    sample = list(tokenize(command.examples[0]))[1:]
    found = amount_at(sample, replace(known.setting, language="en"))
    used = found[1] if found else 1
    behind = parts(sample[used:]).core
    return list(sample[:used]), [token for token in behind if not is_person(token)]


def _units(command: Command, digits: str, known: Known) -> Iterator[str]:
    """The units that a bare number may have."""
    classes = [unit.unit_class for unit in command.units]
    if UnitClass.TIME in classes:
        yield "m" if digits.isdecimal() and int(digits[:6]) > 12 else "h"
    if UnitClass.MONEY in classes:
        yield from (f" {unit}" for unit in currencies(command, known.state))


def with_unit(it: Said, known: Known) -> Iterator[Said]:
    """The line with each unit that its bare number may have."""
    yield from _measured(it, known)
    yield from with_currency(it, known)


def amount_inside(it: Said, known: Known) -> Said | None:
    """The line with the one amount that stands inside its text at the beginning."""
    core, others = parts(it.words)
    for at in range(len(core)):
        found = amount_at(core[at : at + END_WORDS_MAX + 5], known.setting)
        if found is not None:
            before, behind = core[:at], core[at + found[1] :]
            if before[1:] and (not behind or word(before[-1]) in _LASTING):
                before = _without_joint(before)  # `cleaned for 2 hours with zoe`
            rest, others = _dated(it, before, behind, others, known)
            if not rest or any(any(map(str.isdecimal, token.text)) for token in rest):
                return None
            amount = [Token(token.text.rstrip(",;:")) for token in found[0]]
            return it.with_words([*amount, *rest, *others])
    return None


def _dated(
    it: Said, before: list[Token], behind: list[Token], others: list[Token], known: Known
) -> tuple[list[Token], list[Token]]:
    """The text and the options, with a day that stood before the amount as the option it is."""
    named = any(token.text.startswith("--on") for token in others)
    day, used = day_said(before, known.setting)
    if not day or named or "on" not in it.command.by_name:
        return [*before, *behind], others
    return [*before[used:], *behind], [*others, Token("--on"), *day]


def _without_joint(words: list[Token]) -> list[Token]:
    """What was said before an amount: `bought seeds for 8 EUR`."""
    kept = list(words)
    while len(kept) > 1 and word(kept[-1]) in _JOINTS:
        kept.pop()
    return kept


_LASTING: Final = words_of("for für fuer ca circa etwa")
_JOINTS: Final = words_of("for at of about around um für von ca circa etwa und and")


def _polling(it: Said, known: Known) -> Iterator[Said]:  # noqa: ARG001 - a way
    """Options in a list with commas, those of `A or B?`, or yes and no."""
    if it.command.name != "poll":
        return
    first = next((i for i, token in enumerate(it.words) if is_option(token)), len(it.words))
    head, tail = list(it.words[:first]), list(it.words[first:])
    if not head:
        return
    if len(head) > 1 and word(head[-1]) in _SECRETLY:
        head, tail = head[:-1], [*tail, Token("--secret")]
    asked, mark, text = " ".join(token.text for token in head).partition("?")
    if "|" in f"{asked}{text}":
        return
    if polled := asked_for([Token(it.command.name), *head]):
        yield it.with_words([*tokenize(polled), *tail])
        return
    if not (mark or word(head[0]) in _ASKING):
        return
    listed = re.sub(r" (?:oder|or) |\s*/\s*", ", ", text).split(",")
    options = [each.strip(" .") for each in listed if each.strip(" .")]
    for choices in (options, _of_two(asked), ["yes", "no"]):
        if len(choices) > 1:
            yield it.with_words([*tokenize(" | ".join([f"{asked}?", *choices])), *tail])
            return


_SECRETLY: Final = words_of("secret secretly anonymous anonymously geheim anonym")


_ASKING: Final = words_of("""should shall do does is are can may will would soll sollen sollten wollen
    will ist sind darf dürfen kann können""")
"""What begins so is a question without its mark, too."""


def _of_two(question: str) -> list[str]:
    """`Trip to Rome or Paris`: what stands on both sides of its only `or`; `tea, juice or milk`."""
    for joint in (" or ", " oder "):
        before, _, behind = question.partition(joint)
        listed = [each.strip() for each in before.split(",")]
        if behind and len(listed) > 1 and all(0 < len(each.split()) <= TWO_WORDS for each in listed):
            return [*listed, behind.strip()]
        if behind and joint not in behind and len(behind.split()) <= TWO_WORDS:
            last = " ".join(before.split()[-len(behind.split()) :])
            return [last.strip(" ,:"), behind.strip()] if last else []
    return []


TWO_WORDS = 2
"""The longest option that is read out of a question."""


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
    if [option.type for option in it.command.options if option.positional] == [OptionType.PERSON]:
        yield it.with_words([who])  # `how many hours does bo have`


LEFT_OVER_MAX = 8
"""So many words at the end may say nothing to the command."""


def _shortened(it: Said, known: Known) -> Iterator[Said]:  # noqa: ARG001 - a way
    """Without the last words, which say nothing to the command."""
    types = {option.type for option in it.command.options if option.positional}
    if types <= SHORT and not any(map(is_option, it.words)):
        for left in range(len(it.words) - 1, max(0, len(it.words) - 1 - LEFT_OVER_MAX), -1):
            yield it.with_words(it.words[:left])


def _reminding(it: Said, known: Known) -> Iterator[Said]:
    """Whom, where nobody is named: oneself; and the time, where it stands last."""
    if it.command.name != "remind" or not it.words:
        return
    named = is_person(it.words[0]) or word(it.words[0]) in {"me", "room"}
    who, text = (it.words[0], it.words[1:]) if named else (Token("me"), it.words)
    if not named and _is_known(it.words[0], known):  # `remind bo tomorrow`
        who, text = Token(f"@{it.words[0].text}"), it.words[1:]
    while len(text) > 1 and word(text[0]) in {"dran", "daran", "please", "bitte"}:
        text = text[1:]
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


def _unhurried(it: Said, known: Known) -> Iterator[Said]:  # noqa: ARG001 - a way
    """Without what only says that it is wanted: `close P1 now`."""
    left = list(it.words)
    while left and word(left[-1]) in PARTICLES:
        left.pop()
    if len(left) < len(it.words):
        yield it.with_words(left)


def _exemplary(it: Said, known: Known) -> Iterator[Said]:
    """The command's own examples, of what is open."""
    if it.words:
        return
    for example in it.command.examples:
        same = said(example, known.features.commands)
        if same is not None and same.command.name == it.command.name:
            yield same


TYPED: Final[tuple[Way, ...]] = (
    _as_said,
    _referring,
    _voting,
    _measured,
    with_currency,
    amending,
    _polling,
    _reminding,
    _unnamed,
    _unhurried,
    _shortened,
)
"""The ways that keep to what was typed."""

WAYS: Final[tuple[Way, ...]] = (*TYPED[:6], completed, *TYPED[6:], _exemplary)
"""What may be missing in a line or in its way, likeliest first."""

POLLED: Final[tuple[Way, ...]] = (_polling, _as_said)
"""What a question may ask for."""

BARE: Final[tuple[Way, ...]] = (_as_said,)
"""The line and nothing else."""

EACH: Final = (_referring, _voting, _measured, with_currency, completed)
"""Those that say different things, of which several are offered."""
