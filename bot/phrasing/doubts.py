"""What can be meant in two ways: asked before anything is done, with a whole line for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import Final

from bot.arguments import OptionType
from bot.language.amounts import read_amount
from bot.language.tokens import Token, mention, tokenize
from bot.language.units import UnitClass
from bot.phrasing.amounts import amount_at, only_amount, parts
from bot.phrasing.doubting import Doubt
from bot.phrasing.entries import Entry, entry_of
from bot.phrasing.joints import AND, EVERYBODY, JOINED
from bot.phrasing.known import Known
from bot.phrasing.onemeaning import has_one_meaning
from bot.phrasing.people import named_person
from bot.phrasing.ranges import range_at
from bot.phrasing.rewording import parted, reworded
from bot.phrasing.slots import CLOSING, moment_at
from bot.phrasing.whose import EVERYONE_MAX, run_before_end, whose
from bot.phrasing.wording import Said, is_option, is_person, word, words_of
from bot.text.wording import Node, Words, say


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
    return several or (whose(entry, known) if OptionType.PEOPLE in it.command.by_type else None)


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
    head, tail = _head(it)
    bar = max((at for at, token in enumerate(head) if token.text == "|"), default=len(head))
    reason = say("Is that when it closes, or part of the option?")
    return _closing(it, head, tail, bar + 1, known, reason)


def _proposed_until(it: Said, known: Known) -> Doubt | None:
    """`propose Buy an oven until friday`: when it closes, or words of the title."""
    head, tail = _head(it)
    return _closing(it, head, tail, 0, known, say("Is that when it closes, or part of the title?"))


def _head(it: Said) -> tuple[list[Token], list[Token]]:
    """The words before the first option, and the others."""
    first = next((i for i, token in enumerate(it.words) if is_option(token)), len(it.words))
    return list(it.words[:first]), list(it.words[first:])


def _closing(
    it: Said, head: list[Token], tail: list[Token], begin: int, known: Known, reason: Node
) -> Doubt | None:
    """The words from `begin` on, where they end in the moment at which something closes."""
    if any(token.text.startswith("--closes") for token in tail) or head[begin:] == []:
        return None
    bare = [*head[:-1], Token(head[-1].text.rstrip(").!"), head[-1].quoted)]
    for at in range(begin + 1, len(head) - 1):
        lead = word(bare[at]).lstrip("(")
        moment = moment_at(bare, at + 1, known) if lead in CLOSING else []
        if not moment or at + 1 + len(moment) != len(head):
            continue
        text = bare[:at]
        while len(text) > begin + 1 and word(text[-1]).strip("(") in _VOTING:
            text.pop()
        text[-1] = Token(text[-1].text.rstrip(",;(") or text[-1].text, text[-1].quoted)
        closes = it.with_words([*text, Token("--closes"), *map(Token, moment), *tail]).line
        whole = Token(" ".join(token.text for token in head[begin:]), quoted=True)
        lines = closes, it.with_words([*head[:begin], whole, *tail]).line
        return Doubt(reason, " ".join(token.text for token in head[len(text) :]), lines)
    return None


_VOTING: Final = words_of("vote voting votes open abstimmung offen läuft")
"""What is said of it before that: `vote until friday`."""


def _one_more_option(it: Said, known: Known) -> Doubt | None:  # noqa: ARG001 - one of several
    """`poll Which day? Mon | Tue | Wed`: an option without its bar, or still the question."""
    head, tail = _head(it)
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
    rest, run = run_before_end(core[found[1] :], known)
    people = run.people
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
    "propose": _proposed_until,
}
"""What is unclear in a command's own way."""
