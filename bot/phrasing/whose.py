"""Whose an entry is, where its words leave that open: `with cem`, `for cem`, `cem baked`, `everyone`.

A name without an `@` is only a word to the grammar, and the entry that of whoever types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.language.tokens import Token
from bot.phrasing.doubting import Doubt
from bot.phrasing.entries import Entry
from bot.phrasing.joints import AND, BY, EACH, EVERYBODY, EVERYBODY_FIRST, FOR, WHOSE, WITH
from bot.phrasing.known import Known
from bot.phrasing.people import SPEAKER, is_named
from bot.phrasing.wording import is_person, word, words_of
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Node, say

EVERYONE_MAX: Final = 8
"""Of more people than these nobody reads the names."""

TOGETHER: Final = words_of("together zusammen gemeinsam")
_DASHES: Final = frozenset("-–—:")


class Run(NamedTuple):
    """Names in a row with what joins them, and where they end: `@cem, anna and me`.

    `bare` says that one has no `@`, `mine` that whoever types is among them.
    """

    end: int
    people: list[Token]
    bare: bool
    mine: bool


def whose(entry: Entry, known: Known) -> Doubt | None:
    """What is to be asked of an entry that may be somebody else's as well, or instead."""
    text = entry.core[entry.used :]
    if not text:
        return None
    log = entry.it.command.name == "log"
    if not WHOSE.isdisjoint(entry.compared) and (log or len(text) > 2):
        asked = _everybodys(entry, text, known) or _with_or_for(entry, text, known)
        if asked is not None:
            return asked
    if not log:
        return None
    return _named_first(entry, text, known) or _named_last(entry, text, known)


def run_at(text: Sequence[Token], begin: int, known: Known) -> Run:
    """The names from there on."""
    people, bare, mine, at = list[Token](), False, False, begin
    while at < len(text):
        joined = at > begin and (word(text[at]) in AND or text[at - 1].text.endswith(","))
        here = at + int(at > begin and word(text[at]) in AND)
        if here == len(text):
            break
        token = text[here]
        if _is_me(token) and (joined or at == begin):
            mine = True
        elif is_named(token, known):
            people.append(Token(f"@{token.text.lstrip('@').rstrip(',.:;')}"))
            bare = bare or not is_person(token)
        else:
            break
        at = here + 1
    return Run(at, people, bare, mine)


def run_before_end(text: Sequence[Token], known: Known) -> tuple[list[Token], Run]:
    """The names that a text ends with, and what stands before them."""
    begin = len(text)
    while begin and (
        is_named(text[begin - 1], known) or _is_me(text[begin - 1]) or word(text[begin - 1]) in AND
    ):
        begin -= 1
    while begin < len(text) and word(text[begin]) in AND:
        begin += 1
    run = run_at(text, begin, known)
    return (
        (list(text[:begin]), run)
        if run.end == len(text)
        else (list(text), Run(0, [], bare=False, mine=False))
    )


def _is_me(token: Token) -> bool:
    return not token.quoted and token.text.rstrip(",.:;").casefold() in SPEAKER


def _everybodys(entry: Entry, text: list[Token], known: Known) -> Doubt | None:
    """An entry of everybody, who stand at one end of the text: one each, or only in words."""
    last = word(text[-1]) in EVERYBODY and word(text[-2] if text[1:] else text[-1]) not in FOR
    if not last and not (text[1:] and word(text[0]) in EVERYBODY_FIRST):
        return None
    before = text[:-1] if last else text[1:]
    while before and word(before[-1]) in WITH:
        before.pop()
    here = [Token(f"@{member.name}") for member in known.state.members.here]
    each = _line(entry, before, here, known) if 1 < len(here) <= EVERYONE_MAX else ""
    lines = (_in_words(entry, text), *filter(None, [each]))
    reason = say("Whose is it: yours alone, or one entry for each?")
    return Doubt(reason, text[-1 if last else 0].text, lines)


def _with_or_for(entry: Entry, text: list[Token], known: Known) -> Doubt | None:
    """An entry that is with somebody, or for them."""
    before, run = run_before_end(text, known)
    if not run.people or not before or word(before[-1]) not in WITH | FOR:
        before, run = _inside(text, known)
    if not run.people:
        return None
    joint, before = before[-1], before[:-1]
    both = _line(entry, before, [Token("@me"), *run.people], known)
    own = _in_words(entry, text)
    if word(joint) in WITH and not run.mine:
        alone = _line(entry, before, run.people, known)
        return _asked(joint, both, alone, say("Whose is it: only theirs, or yours as well?"))
    theirs = both if run.mine else _line(entry, before, run.people, known)
    return _asked(joint, own, theirs, say("Whose is it: yours, or theirs?"))


def _inside(text: Sequence[Token], known: Known) -> tuple[list[Token], Run]:
    """The people behind a `with` that stands before other words: `with Cem mended the fridge`.

    Or behind a `for` that stands before all others: `for Cem, he mended the fridge`. What joins them
    stands last in what is left.
    """
    for at in range(len(text) - 1):
        joints = WITH if at else WITH | FOR
        if word(text[at]) not in joints or not is_named(text[at + 1], known):
            continue
        run = run_at(text, at + 1, known)
        left = [*text[:at], *text[run.end :]]
        return [*(token for token in left if word(token) not in TOGETHER), text[at]], run
    return [], Run(0, [], bare=False, mine=False)


def _named_first(entry: Entry, text: list[Token], known: Known) -> Doubt | None:
    """`2h cem baked`, `2h cem and i baked`: whoever stands first may be who did it."""
    first = int(word(text[0]) in EACH)
    run = run_at(text, first, known)
    if not run.bare:
        return None
    return _by_them(entry, text, text[run.end :], run, text[first], known)


def _named_last(entry: Entry, text: list[Token], known: Known) -> Doubt | None:
    """`2h baking, cem`, `2h baked by cem`, `2h baked @cem and anna`: and whoever stands last, parted.

    Of `visited cem` and `showed cem and anna the oven` they are whom it was done to.
    """
    last = text[-1]
    bracketed = not last.quoted and last.text[:1] == "(" and last.text[-1:] == ")"
    bare = [*text[:-1], Token(last.text[1:-1])] if bracketed else text
    before, run = run_before_end(bare, known)
    if not run.bare or not before:
        return None
    joint = before[-1].text
    parted = bracketed or word(before[-1]) in BY or joint in _DASHES or joint[-1] in ",:"
    signed = any(map(is_person, text[len(before) :]))
    if not (parted or run.mine or signed):
        return None
    if word(before[-1]) in BY or joint in _DASHES:
        before.pop()
    return _by_them(entry, text, before, run, text[-1], known)


def _by_them(
    entry: Entry, text: list[Token], left: list[Token], run: Run, at: Token, known: Known
) -> Doubt:
    """Whether it is theirs who are named, or as it was read: of those with an `@`, or of who types."""
    people = [Token("@me"), *run.people] if run.mine else run.people
    theirs = _line(entry, left, people, known)
    return _asked(at, _in_words(entry, text, apart=True), theirs, say("Whose is it: yours, or theirs?"))


def _asked(at: Token, first: str, second: str, reason: Node) -> Doubt:
    return Doubt(reason, at.text, (first, second))


def _line(entry: Entry, left: Sequence[Token], people: Sequence[Token], known: Known) -> str:
    """The entry of these people; one that says nothing of what was done has a word for it."""
    text = [*left[:-1], Token(left[-1].text.rstrip(",:;"), left[-1].quoted)] if left else []
    if all(not token.text or word(token) in EACH for token in text):
        text = [Token(_sample(known))]
    return entry.it.with_words([*entry.core[: entry.used], *text, *people, *entry.others]).line


def _in_words(entry: Entry, text: Sequence[Token], *, apart: bool = False) -> str:
    """The entry with all of it as its words; who has an `@` stands `apart`, as it was read."""
    signed = [token for token in text if is_person(token)] if apart else []
    told = " ".join(token.text for token in text if token not in signed)
    # A word alone needs its quotes as well: without them the line would be asked about again.
    as_text = Token(told, quoted=True) if " " in told else Token(f'"{told}"')
    words = [*entry.core[: entry.used], as_text, *signed, *entry.others]
    return entry.it.with_words(words).line


def _sample(known: Known) -> str:
    """What was done as one could say it, in the language of whoever typed."""
    return render(say("work"), reader(known.setting.language, "UTC"))
