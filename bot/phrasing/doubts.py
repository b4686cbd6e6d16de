"""What can be meant in two ways: asked before anything is done, with a whole line for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Final

from bot.arguments import OptionType
from bot.language.amounts import read_amount
from bot.language.tokens import Token, mention, tokenize
from bot.language.units import UnitClass
from bot.phrasing.amounts import amount_at, only_amount, parts
from bot.phrasing.entries import Entry, entry_of
from bot.phrasing.joints import AND, EVERYBODY, EVERYBODY_FIRST, FOR, JOINED, WHOSE, WITH
from bot.phrasing.known import Known
from bot.phrasing.onemeaning import has_one_meaning
from bot.phrasing.people import named_person
from bot.phrasing.ranges import range_at
from bot.phrasing.rewording import parted, reworded
from bot.phrasing.slots import CLOSING, moment_at
from bot.phrasing.wording import Said, is_option, is_person, word, words_of
from bot.text.wording import Node, Words, say

EVERYONE_MAX: Final = 8
"""Of more people than these nobody reads the names."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is unclear, at which word, and a whole line for each thing that may be meant."""

    reason: Node
    word: str
    lines: tuple[str, ...]


def doubt(line: str, known: Known) -> Doubt | None:
    """What is to be asked before a line is done; None where there is nothing."""
    it = known.said(line)
    if it is None or it.rest or has_one_meaning(line, known):
        return None
    if it.command.name == "thank":
        # As typed: a comma behind a name says that another may follow.
        return _thanked_all(it, known) or _thanked_too(it, known)
    if it.command.takes_amount_first and (asked := _how_long(it)) is not None:
        return asked
    it = reworded(it, known)
    if it.command.name in _OWN:
        return _OWN[it.command.name](it, known)
    entry = entry_of(it, known)
    if entry is None or not entry.used:
        return None
    several = _two_amounts(entry, known) if it.command.several else None
    return several or (_whose(entry, known) if OptionType.PEOPLE in it.command.by_type else None)


def _how_long(it: Said) -> Doubt | None:
    """`log 2-3h baking`: how long it was is for whoever did it to say."""
    found = range_at(it.words)
    if found is None or len(it.words) == found.used:
        return None
    behind = it.words[found.used :]
    lines = (it.with_words([Token(each), *behind]).line for each in (found.low, found.high))
    reason = say("Was it {low} or {high}?", low=Words(found.low), high=Words(found.high))
    return Doubt(reason, " ".join(token.text for token in it.words[: found.used]), tuple(lines))


def _two_amounts(entry: Entry, known: Known) -> Doubt | None:
    """`log 3h digging + 1h watering`: two entries or more, or whether all behind the first is words."""
    it, core, others, used = entry.it, entry.core, entry.others, entry.used
    begins = [0, *_further_amounts(entry, known)]
    if len(begins) == 1:
        return None
    each = [_without_joint(core[at:end]) for at, end in pairwise([*begins, len(core)])]
    apart = [it.with_words([*some, *others]).line for some in _told_each(each, known)]
    text = Token(" ".join(token.text for token in core[used:]), quoted=True)
    whole = it.with_words([*core[:used], text, *others]).line
    reason = say("Are these several entries, or one?")
    amount = amount_at(core[begins[1] :], known.setting)
    word_ = " ".join(token.text for token in amount[0]) if amount else ""
    return Doubt(reason, word_, ("\n/".join(apart), whole))


def _told_each(each: Sequence[Sequence[Token]], known: Known) -> Iterator[list[Token]]:
    """The words of each of several entries: its amount, what was done, whose it is.

    What was done may be said once for all of them: `2h @bo 1h @eva baked`, `2h baked, bo 1h`.
    """
    found = list[tuple[list[Token], list[Token], list[Token]]]()
    for some in each:
        first = [named_person(some[0], known)] if not amount_at(some, known.setting) else []
        left = some[len(first) :]
        amount, used = amount_at(left, known.setting) or ([], 0)
        people = [*first, *filter(is_person, left[used:])]
        found.append((amount, [it for it in left[used:] if not is_person(it)], people))
    told = next((text for _, text, _ in reversed(found) if text), [])
    yield from ([*amount, *(text or told), *people] for amount, text, people in found)


def _further_amounts(entry: Entry, known: Known) -> Iterator[int]:
    """Where another amount begins behind a comma, an `and` or a plus: one with digits and its unit.

    Or behind somebody: `2h @bo 1h @eva baked`, or who stands there without a sign: `2h baked, bo 1h`.
    """
    it, core, behind = entry.it, entry.core, entry.used
    for at in range(behind + 1, len(core)):
        named = at - 1 if _begins_with_name(entry, at - 1, known) else 0
        behind_somebody = it.command.name == "log" and is_person(core[at - 1])
        joint = _joins(entry, at - 1) or behind_somebody or named
        second = amount_at(core[at:], known.setting) if joint and not core[at - 1].quoted else None
        if second is None or len(core[at].text) > AMOUNT_MAX:
            continue
        amount = " ".join(token.text for token in second[0])
        spelled_out = any(map(str.isalpha, amount)) and any(map(str.isdecimal, amount))
        if spelled_out and (it.command.name == "log" or _is_money(amount, known)):
            yield named or at


def _begins_with_name(entry: Entry, at: int, known: Known) -> bool:
    """Whether one of our people begins another entry there, behind a comma or an `and`."""
    core = entry.core
    if entry.it.command.name != "log" or at <= entry.used or core[at].quoted:
        return False
    if not known.is_person(core[at].text.lstrip("@")):
        return False
    return _joins(entry, at - 1)


def _joins(entry: Entry, at: int) -> bool:
    """Whether a word joins what stands behind it to what was before: an `and`, a plus, a comma."""
    return entry.compared[at] in JOINED or entry.core[at].text.endswith((",", ";"))


def _is_money(amount: str, known: Known) -> bool:
    read, _ = read_amount(amount.split(), known.setting.language, known.setting.own)
    return read.unit.unit_class is UnitClass.MONEY


def _without_joint(some: Sequence[Token]) -> list[Token]:
    """The words of one entry without what joins it to the next."""
    left = list(some)
    while left and (word(left[-1]) in JOINED or not left[-1].text.strip(",;")):
        left.pop()
    if left and not left[-1].quoted:
        left[-1] = Token(left[-1].text.rstrip(",;"))
    return left


AMOUNT_MAX: Final = 20
"""No amount is longer."""


def _whose(entry: Entry, known: Known) -> Doubt | None:
    """An entry that ends in `with @cem`, `for cem` or `everyone`: nobody knows whose it is."""
    if WHOSE.isdisjoint(entry.compared):
        return None
    it, core, others, used = entry.it, entry.core, entry.others, entry.used
    amount, text = core[:used], core[used:]
    if text and word(text[-1]) in EVERYBODY and word(text[-2] if text[1:] else text[-1]) not in FOR:
        return _everyones(it, amount, text, others, known)
    if text[1:] and word(text[0]) in EVERYBODY_FIRST:
        return _everyones(it, amount, text, others, known, at=0)
    people, rest = _named_last(text, known)
    if not people:
        people, rest = _named_inside(text, known)
    if not people or not rest or word(rest[-1]) not in WITH | FOR:
        return None
    joint, before = rest[-1], rest[:-1]
    if not before:
        return None
    alone = it.with_words([*amount, *before, *people, *others]).line
    if word(joint) in WITH:
        both = it.with_words([*amount, *before, Token("@me"), *people, *others]).line
        reason = say("Whose is it: only theirs, or yours as well?")
        return Doubt(reason, joint.text, (both, alone))
    quoted = Token(" ".join(token.text for token in text), quoted=True)
    own = it.with_words([*amount, quoted, *others]).line
    reason = say("Whose is it: yours, or theirs?")
    return Doubt(reason, joint.text, (own, alone))


TOGETHER: Final = words_of("together zusammen gemeinsam")


def _named_inside(text: Sequence[Token], known: Known) -> tuple[list[Token], list[Token]]:
    """The people behind a `with` that stands before other words: `with Cem mended the fridge`.

    Or behind a `for` that stands before all others: `for Cem, he mended the fridge`.
    """
    for at in range(len(text) - 1):
        joints = WITH if at else WITH | FOR
        if word(text[at]) not in joints or not _is_somebody(text[at + 1], known):
            continue
        end = at + 1
        while end < len(text) and (_is_somebody(text[end], known) or word(text[end]) in AND):
            end += 1
        people, _ = _named_last(text[at + 1 : end], known)
        before = [t for t in text[:at] if word(t) not in TOGETHER]
        behind = [t for t in text[end:] if word(t) not in TOGETHER]
        return people, [*before, *behind, text[at]]
    return [], []


def _is_somebody(token: Token, known: Known) -> bool:
    return is_person(token) or (not token.quoted and known.is_person(token.text.rstrip(",.")))


def _named_last(text: Sequence[Token], known: Known) -> tuple[list[Token], list[Token]]:
    """The people that a text ends with, with or without an `@`, and what stands before them."""
    rest, people = list(text), list[Token]()
    while rest:
        name = rest[-1].text.rstrip(",.")
        if is_person(rest[-1]) or (not rest[-1].quoted and known.is_person(name)):
            people.insert(0, Token(f"@{name.lstrip('@')}"))
            rest.pop()
        elif people and word(rest[-1]) in AND:
            rest.pop()
        else:
            break
    return people, rest


def _everyones(
    it: Said,
    amount: list[Token],
    text: list[Token],
    others: list[Token],
    known: Known,
    at: int = -1,
) -> Doubt | None:
    """An entry of everybody, who stand at one end of the text: one each, or only in words."""
    before = text[:-1] if at else text[1:]
    while before and word(before[-1]) in WITH:
        before.pop()
    if not before:
        return None
    quoted = Token(" ".join(token.text for token in text), quoted=True)
    lines = [it.with_words([*amount, quoted, *others]).line]
    here = [Token(f"@{member.name}") for member in known.state.members.here]
    if 1 < len(here) <= EVERYONE_MAX:
        lines.append(it.with_words([*amount, *before, *here, *others]).line)
    return Doubt(say("Whose is it: yours alone, or one entry for each?"), text[at].text, tuple(lines))


def _thanked_all(it: Said, known: Known) -> Doubt | None:
    """`thank everyone for coming`: people are thanked by their names; of many nobody reads the line."""
    if not it.words or word(it.words[0]) not in EVERYBODY or known.actor is None:
        return None
    me = known.state.members.who(known.actor)
    others = [each for each in known.state.members.here if me is None or each.number != me.number]
    names = [Token(f"@{each.name}") for each in others]
    line = (
        it.with_words([*names, *it.words[1:]]).line if 0 < len(names) <= EVERYONE_MAX else "help thank"
    )
    reason = say("Thanks are for people, by their names.")
    return Doubt(reason, it.words[0].text, (line,))


def _thanked_too(it: Said, known: Known) -> Doubt | None:
    """`thank @bo and cem for it`: whether who stands there without an `@` is thanked as well."""
    behind = (*it.words[1:], Token(""))
    named = takewhile(
        lambda pair: is_person(pair[0]) or (word(pair[0]) in AND and is_person(pair[1])),
        zip(it.words, behind, strict=False),
    )
    begun = [token for token, _ in named]
    people, text = [token for token in begun if is_person(token)], list(it.words[len(begun) :])
    joint = int(bool(text) and word(text[0]) in AND)
    listed = joint or (bool(people) and people[-1].text.endswith(","))
    if not people or not listed or len(text) <= joint or text[joint].quoted:
        return None
    name = text[joint].text.rstrip(",")
    if not known.is_person(name):
        return None
    people = [Token(each.text.rstrip(",")) for each in people]
    both = it.with_words([*people, Token(f"@{name}"), *text[joint + 1 :]]).line
    quoted = Token(" ".join(token.text for token in text), quoted=True)
    alone = it.with_words([*people, quoted]).line
    return Doubt(say("Do you thank them as well?"), text[joint].text, (both, alone))


def _polled_how(it: Said, known: Known) -> Doubt | None:
    return _one_more_option(it, known) or _until_when(it, known)


def _until_when(it: Said, known: Known) -> Doubt | None:
    """`poll Which day? | Mon | Tue until friday`: when it closes, or words of the last option."""
    first = next((i for i, token in enumerate(it.words) if is_option(token)), len(it.words))
    head, tail = list(it.words[:first]), it.words[first:]
    bar = max((at for at, token in enumerate(head) if token.text == "|"), default=len(head))
    for at in range(bar + 2, len(head) - 1):
        moment = moment_at(head, at + 1, known) if word(head[at]) in CLOSING else []
        if not moment or at + 1 + len(moment) != len(head):
            continue
        closes = it.with_words([*head[:at], Token("--closes"), *map(Token, moment), *tail]).line
        option = Token(" ".join(token.text for token in head[bar + 1 :]), quoted=True)
        whole = it.with_words([*head[: bar + 1], option, *tail]).line
        said = " ".join(token.text for token in head[at:])
        return Doubt(say("Is that when it closes, or part of the option?"), said, (closes, whole))
    return None


def _one_more_option(it: Said, known: Known) -> Doubt | None:  # noqa: ARG001 - one of several
    """`poll Which day? Mon | Tue | Wed`: an option without its bar, or still the question."""
    first = next((i for i, token in enumerate(it.words) if is_option(token)), len(it.words))
    head, tail = it.words[:first], it.words[first:]
    text = parted(head)
    if not text:
        return None
    question, _, options = " ".join(token.text for token in head).partition("|")
    one = text.split("|")[1].strip()
    apart = it.with_words([*tokenize(text), *tail]).line
    asked = Token(question.strip(), quoted=True)
    whole = it.with_words([asked, Token("|"), *tokenize(options), *tail]).line
    return Doubt(say("Is that an option, or part of the question?"), one, (apart, whole))


def _shared_out(it: Said, known: Known) -> Doubt | None:
    """`distribute 300 EUR to bo and cem`: the names would be what it is for, and all would be paid."""
    core, others = parts(it.words)
    found = amount_at(core, known.setting)
    if found is None:
        return None
    people, rest = _named_last(core[found[1] :], known)
    if not people or len(rest) > 1:
        return None
    everybody = it.with_words([*core[: found[1]], *others]).line
    each = [f"pay {mention(who.text[1:])} " for who in people]
    amount = " ".join(token.text for token in core[: found[1]])
    reason = say("The names would not change who is paid: everybody is, as the equation says.")
    return Doubt(reason, people[0].text, (everybody, *(f"{line}{amount}" for line in each[:1])))


def _amended_how(it: Said, known: Known) -> Doubt | None:
    """`amend C2 it should be 4h`: how much it was, or the words of what was done."""
    if len(it.words) < 2 or any(map(is_option, it.words)) or it.words[1].quoted:
        return None
    ref, *text = it.words
    amount = only_amount(text, known.setting)
    if not amount or amount_at(text, known.setting) is not None:
        return None
    words = Token(" ".join(token.text for token in text), quoted=True)
    lines = it.with_words([ref, *amount]).line, it.with_words([ref, Token("--what"), words]).line
    reason = say("Is that how much it was, or the words of the entry?")
    return Doubt(reason, " ".join(token.text for token in amount), lines)


_OWN: Final[Mapping[str, Callable[[Said, Known], Doubt | None]]] = {
    "amend": _amended_how,
    "distribute": _shared_out,
    "poll": _polled_how,
}
"""What is unclear in a command's own way."""
