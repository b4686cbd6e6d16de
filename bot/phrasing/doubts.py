"""What can be meant in two ways: asked before anything is done, with a whole line for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Final

from bot.arguments import OptionType
from bot.language.amounts import read_amount
from bot.language.tokens import Token, mention, tokenize
from bot.language.units import UnitClass
from bot.phrasing.amounts import amount_at, day_words, only_amount, parts
from bot.phrasing.doubting import Doubt
from bot.phrasing.entries import Entry, entry_of
from bot.phrasing.hints import ON, TODAY
from bot.phrasing.joints import AND, BY, EVERYBODY, JOINED, LAID_OUT
from bot.phrasing.known import Known
from bot.phrasing.lengths import how_long
from bot.phrasing.oneeach import one_each
from bot.phrasing.onemeaning import has_one_meaning
from bot.phrasing.people import is_named, named_person
from bot.phrasing.rewording import parted, reworded
from bot.phrasing.slots import CLOSING, moment_at
from bot.phrasing.whose import EVERYONE_MAX, run_before_end, whose
from bot.phrasing.wording import Said, is_option, is_person, word, words_of
from bot.text.wording import Node, say

AS_AN_EXAMPLE: Final = ("cleaned", "the", "kitchen")
"""What was done, where nobody said what, in a line that shows how it is typed."""


def doubt(line: str, known: Known) -> Doubt | None:
    """What is to be asked before a line is done; None where there is nothing."""
    it = known.said(line)
    if it is None or it.rest or has_one_meaning(line, known):
        return None
    if it.command.name == "thank":
        # As typed: a comma behind a name says that another may follow.
        return _thanked_all(it, known) or _thanked_too(it, known)
    if it.command.takes_amount_first and (asked := how_long(it, known)) is not None:
        return asked
    it = reworded(it, known)
    if (asked := one_each(it, known)) is not None:
        return asked
    if it.command.name in _OWN:
        return _OWN[it.command.name](it, known)
    entry = entry_of(it, known)
    if entry is None or not entry.used:
        return None
    if it.command.several and (asked := _two_amounts(entry, known)) is not None:
        return asked
    if it.command.several and it.command.name != "log":
        asked = _paid_by(entry, known) or _on_that_day(entry, known)
        if asked is not None:
            return asked
    return whose(entry, known) if OptionType.PEOPLE in it.command.by_type else None


def _two_amounts(entry: Entry, known: Known) -> Doubt | None:
    """`log 3h digging + 1h watering`: two entries or more, or whether all behind the first is words."""
    it, core, others, used = entry.it, entry.core, entry.others, entry.used
    begins = [0, *_further_amounts(entry, known)]
    if len(begins) == 1:
        return None
    each = [_without_joint(core[at:end]) for at, end in pairwise([*begins, len(core)])]
    told = [*_told_each(each, known)]
    amount = amount_at(core[begins[1] :], known.setting)
    word_ = " ".join(token.text for token in amount[0]) if amount else ""
    if it.command.name == "log" and not any(each.says_what for each in told):
        shown = (replace(each, what=(*map(Token, AS_AN_EXAMPLE), *each.what)) for each in told)
        apart = "\n/".join(it.with_words([*each.words, *others]).line for each in shown)
        return Doubt(say("What was done?"), word_, (apart,), example=True)
    apart = "\n/".join(it.with_words([*each.words, *others]).line for each in told)
    text = Token(" ".join(token.text for token in core[used:]), quoted=True)
    whole = it.with_words([*core[:used], text, *others]).line
    return Doubt(say("Are these several entries, or one?"), word_, (apart, whole))


@dataclass(frozen=True, slots=True)
class _One:
    """One of several entries: its amount, what was done, whose it is."""

    amount: tuple[Token, ...]
    what: tuple[Token, ...]
    people: tuple[Token, ...]

    @property
    def says_what(self) -> bool:
        """Whether there is a word of what was done, and not only a kind or a circle."""
        return any(not it.text.startswith(("#", ":")) for it in self.what)

    @property
    def words(self) -> list[Token]:
        """As it is typed."""
        return [*self.amount, *self.what, *self.people]


def _told_each(each: Sequence[Sequence[Token]], known: Known) -> Iterator[_One]:
    """Each of several entries.

    What was done may be said once for all of them: `2h @bo 1h @eva baked`, `2h baked, bo 1h`.
    """
    found = list[_One]()
    for some in each:
        first = [named_person(some[0], known)] if not amount_at(some, known.setting) else []
        left = some[len(first) :]
        amount, used = amount_at(left, known.setting) or ([], 0)
        what = tuple(it for it in left[used:] if not is_person(it))
        found.append(_One(tuple(amount), what, (*first, *filter(is_person, left[used:]))))
    told = next((it.what for it in reversed(found) if it.what), ())
    yield from (replace(it, what=it.what or told) for it in found)


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


def _on_that_day(entry: Entry, known: Known) -> Doubt | None:
    """`expense 12 EUR flour yesterday`: of what is written for good no day is corrected behind it."""
    text = entry.core[entry.used :]
    if any(token.text.startswith("--on") for token in entry.others):
        return None
    for length in range(min(DAY_WORDS_MAX, len(text) - 1), 0, -1):
        day = text[-length:]
        named = [token for token in day if word(token) not in ON]
        if day_words(day, known.setting) != length or not named or word(named[0]) in TODAY:
            continue
        if not any(each.isalpha() for token in named for each in token.text):
            return None
        amount, bare = entry.core[: entry.used], _without_joint(text[:-length])
        then = entry.it.with_words([*amount, *bare, *entry.others, Token("--on"), *named]).line
        told = Token(" ".join(token.text for token in text), quoted=True)
        whole = entry.it.with_words([*amount, told, *entry.others]).line
        said = " ".join(token.text for token in day)
        return Doubt(
            say("Was it on that day, or is that part of what it was for?"), said, (then, whole)
        )
    return None


DAY_WORDS_MAX: Final = 3
"""The longest day that is looked for at the end of a text: `on last friday`."""


def _paid_by(entry: Entry, known: Known) -> Doubt | None:
    """`expense 12 EUR flour paid by bo`: it would be paid back to whoever types."""
    text = entry.core[entry.used :] if entry.it.command.name == "expense" else []
    for at, token in enumerate(text):
        if is_person(token) or not is_named(token, known):
            continue
        behind = {word(each) for each in text[at + 1 : at + 4]}
        by = at > 0 and word(text[at - 1]) in BY and not LAID_OUT.isdisjoint(map(word, text))
        if by or not LAID_OUT.isdisjoint(behind):
            told = Token(" ".join(each.text for each in text), quoted=True)
            line = entry.it.with_words([*entry.core[: entry.used], told, *entry.others]).line
            reason = say("It is paid back to whoever enters it: if others paid, they do. Was it you?")
            return Doubt(reason, token.text, (line,))
    return None


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
    return _one_more_option(it, known) or _until_when(it, known) or _sealed(it)


def _sealed(it: Said) -> Doubt | None:
    """`poll Who? | Ann | Bo secret`: how it is voted on, or words of the last option."""
    head, tail = _head(it)
    bar = max((at for at, token in enumerate(head) if token.text == "|"), default=len(head))
    said = word(head[-1]).strip("(),.!") if head[bar + 2 :] else ""
    if said not in _SECRET or any(token.text.startswith("--secret") for token in tail):
        return None
    text = _without_joint(head[:-1])
    option = Token(" ".join(token.text for token in head[bar + 1 :]), quoted=True)
    lines = (
        it.with_words([*text, *tail, Token("--secret")]).line,
        it.with_words([*head[: bar + 1], option, *tail]).line,
    )
    return Doubt(say("Is the poll secret, or is that part of the option?"), head[-1].text, lines)


_SECRET: Final = words_of("secret secretly anonymous anonymously geheim anonym")


def _begins_when(it: Said, known: Known) -> Doubt | None:
    """`meeting open assembly friday 18:00`: it would begin now."""
    head, tail = _head(it)
    for at in range(1, len(head)):
        moment = moment_at(head, at, known)
        if not moment or at + len(moment) != len(head) or head[at].quoted:
            continue
        said = [each.casefold() for each in moment]
        if not any(":" in each or each.isalpha() for each in said) or _NOW.issuperset(said):
            continue
        plan = Said(known.features.commands["meeting plan"], (), it.rest)
        title = head[: at - 1] if at > 1 and word(head[at - 1]) in _AT else head[:at]
        whole = Token(" ".join(token.text for token in head), quoted=True)
        lines = (
            plan.with_words([*map(Token, moment), *title, *tail]).line,
            it.with_words([whole, *tail]).line,
        )
        return Doubt(say("Does it begin now, or then?"), " ".join(moment), lines)
    return None


_NOW: Final = words_of("now today jetzt heute sofort")
_AT: Final = words_of("on at am um for für fuer this next")


def _not_done(it: Said, known: Known) -> Doubt | None:  # noqa: ARG001 - one of several
    """`done N1 not yet`: it would be logged."""
    if len(it.words) < 2 or word(it.words[1]).rstrip(",.!") not in _NOT_YET:
        return None
    ref = it.words[0].text
    lines = f"drop {ref}", f"show {ref}"
    return Doubt(say("That would log it as done."), it.words[1].text, lines)


_NOT_YET: Final = words_of("no not nope never nein nicht nie noch cannot can't cant isn't kein keine")


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
    if (asked := _amended_to(it, ref, text, known)) is not None:
        return asked
    amount = only_amount(text, known.setting)
    if not amount or amount_at(text, known.setting) is not None:
        return None
    words = Token(" ".join(token.text for token in text), quoted=True)
    lines = it.with_words([ref, *amount]).line, it.with_words([ref, Token("--what"), words]).line
    reason = say("Is that how much it was, or the words of the entry?")
    return Doubt(reason, " ".join(token.text for token in amount), lines)


def _amended_to(it: Said, ref: Token, text: list[Token], known: Known) -> Doubt | None:
    """`amend C2 it was yesterday`, `amend C2 2h bo`: when it was or whose it is, or its words."""
    found = amount_at(text, known.setting)
    used = found[1] if found else 0
    bare = text[used:]
    while bare and word(bare[0]) in _IT_WAS:
        bare = bare[1:]
    if not bare or any(token.quoted or is_person(token) for token in bare):
        return None
    words = Token(" ".join(token.text for token in text[used:]), quoted=True)
    whole = it.with_words([ref, *text[:used], Token("--what"), words]).line
    last = [Token(token.text.rstrip(".!")) for token in bare]
    if day_words(bare, known.setting) == len(bare):
        meant = it.with_words([ref, *text[:used], Token("--on"), *last]).line
        return Doubt(say("Is that when it was, or the words of the entry?"), words.text, (meant, whole))
    if len(bare) == 1 and is_named(bare[0], known):
        meant = it.with_words([ref, *text[:used], named_person(bare[0], known)]).line
        return Doubt(say("Is that whose it is, or the words of the entry?"), words.text, (meant, whole))
    return None


_IT_WAS: Final = words_of("it its it's was is war es ist on am to auf by von for für of that das")

_OWN: Final[Mapping[str, Callable[[Said, Known], Doubt | None]]] = {
    "amend": _amended_how,
    "distribute": _shared_out,
    "done": _not_done,
    "meeting open": _begins_when,
    "poll": _polled_how,
    "propose": _proposed_until,
}
"""What is unclear in a command's own way."""
