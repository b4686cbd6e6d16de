"""How many first lines are understood that nobody was taught.

`python -m tests.first_lines.measure SET` tells it, `tests/first_lines/unseen.tsv` being such a set.

A set is a text with a row for each line: its language, the sentence, and the lines that say what was
meant, between bars, with a tab between the three. Each is sent in a room, as a command, and in private.
It is good where it is done as meant, or where a whole line is offered that does it; a wrong pointer is
a line that is offered, and does something else. With `-v` each row that is not good is told;
with `--talk FILE`, how many of its rows are answered in a room.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from bot.writer import asking, righting
from commands import FEATURES
from tests.first_lines.test_first_lines import First, offered, said, said_exactly
from tests.house import Told

WHO = "cem"
"""Who types: a member without a role, who did nothing yet this morning."""


class Class(StrEnum):
    """What becomes of a line."""

    DONE = "done as meant"
    HINTED = "done otherwise, with the line that was meant"
    OFFERED = "refused with the line that was meant"
    NOT_THERE = "refused for the thing that is not there, with the line for one that is"
    AS_EXACT = "refused as the exact line is"
    NOTHING = "refused without a line, or with a page of help"
    QUIET = "unheard"
    POINTER = "refused with a line that does something else"
    WRONG = "done otherwise without a hint"


GOOD = frozenset([Class.DONE, Class.HINTED, Class.OFFERED, Class.NOT_THERE, Class.AS_EXACT])
BAD = frozenset([Class.POINTER, Class.WRONG])


class Unseen(NamedTuple):
    """A line that nobody was taught, and the lines that say what was meant."""

    language: str
    sentence: str
    rights: tuple[str, ...]

    def first(self, where: str) -> First:
        """The line as it is sent: in a room behind the sign of a command."""
        sign = "/" if where == "room" and not self.sentence.startswith("/") else ""
        return First(self.language, where, WHO, f"{sign}{self.sentence}", " || ".join(self.rights))


def read(text: str) -> Iterator[Unseen]:
    """The rows of a set."""
    for row in text.splitlines():
        if row and not row.startswith("#"):
            language, sentence, rights = row.split("\t")
            yield Unseen(language, sentence, tuple(each.strip() for each in rights.split("||")))


_REFERENCE = re.compile(r"\b[A-Z]\d+\b")
_AMOUNT = re.compile(
    r"\b(\d+)h(\d+)?m?\b|\b(\d+) ?m\b|(\d+(?:[.,]\d+)?) ?(?:EUR|€|euros?\b)", re.IGNORECASE
)
_HOURS = re.compile(r"(\d+(?:[.,]\d+)?) ?(?:stunden?|std|hours?|hrs?|h)\b", re.IGNORECASE)
_MINUTES = re.compile(r"(\d+) ?(?:minuten?|minutes?|mins?)\b", re.IGNORECASE)
_BOTH = re.compile(r"\b(\d+)m (?:and |und )?(\d+)m\b")
_YES = frozenset(["yes", "agree", "ja", "for", "zustimmung", "+1", "dafür"])

_ABSTAINS = frozenset(["abstain", "enthaltung"])


def command_of(line: str) -> str:
    """The name of a line's command."""
    words = line.split()
    two = " ".join(words[:2])
    return two if two in FEATURES.commands else words[0]


def _values(line: str) -> tuple[object, ...]:
    """What a line says beside its text: its amount in minutes or money, people, references."""
    line = _HOURS.sub(lambda it: f"{int(float(it[1].replace(',', '.')) * 60)}m", line)
    line = _MINUTES.sub(r"\1m", line)
    line = _BOTH.sub(lambda it: f"{int(it[1]) + int(it[2])}m", line)
    amount: tuple[str, float] | None = None
    if found := _AMOUNT.search(line):
        hours, more, minutes, money = found.groups()
        time_ = 60 * int(hours or 0) + int(more or 0) + int(minutes or 0)
        amount = ("money", float(money.replace(",", "."))) if money else ("time", time_)
    people = frozenset(re.findall(r"@\w+", line.casefold())) - {"@me"}
    return amount, people, frozenset(_REFERENCE.findall(line))


def same(line: str, right: str) -> bool:
    """Whether a line does what another does; their texts may be worded otherwise."""
    if command_of(line) != command_of(right) or _values(line) != _values(right):
        return False
    if command_of(right) != "vote":
        return True
    one, other = ([*each.casefold().split(), "", "", ""][2] for each in (line, right))
    return one == other or any(one in them and other in them for them in (_YES, _ABSTAINS))


def _kinds(left: Sequence[str]) -> list[str]:
    return [each.partition("(")[0] for each in left]


def _numbers(left: Sequence[str]) -> list[str]:
    return re.findall(r"minutes=\d+|amount=[^,)]*", " ".join(left))


def what_becomes_of(it: Unseen, where: str) -> tuple[Class, list[str], Told]:
    """How a line is answered, the lines that are offered, and the whole answer."""
    first = it.first(where)
    told, left = said(first, first.line)
    lines = [line for line in offered(told) if command_of(line).split()[0] in _FIRST_WORDS]
    if not told.rows:
        return Class.QUIET, lines, told
    if not told.refused and any(_does_so(told, left, first, right) for right in it.rights):
        return Class.DONE, lines, told
    if any(_is_right(line, it, first) for line in lines):
        return Class.OFFERED if told.refused else Class.HINTED, lines, told
    if not told.refused:
        return Class.WRONG, lines, told
    for right in it.rights:
        exact, _ = said_exactly(first, right)
        if exact.refused and _first_row(exact) == _first_row(told):
            return Class.AS_EXACT, lines, told
        ref = _REFERENCE.search(right)
        *offers, wanted = (_REFERENCE.sub("X1", each) for each in (*lines, right))
        missing = ref is not None and exact.refused and ref[0] in told.text
        if missing and any(same(each, wanted) for each in offers):
            return Class.NOT_THERE, lines, told
    real = [each for each in lines if each.split()[0] not in _PAGES]
    return Class.POINTER if real else Class.NOTHING, lines, told


_FIRST_WORDS = frozenset(name.split()[0] for name in FEATURES.commands)
_PAGES = frozenset(["help", "menu", "show"])


def _first_row(told: Told) -> str:
    return told.text.partition("\n")[0]


def _does_so(told: Told, left: list[str], first: First, right: str) -> bool:
    exact, its = said_exactly(first, right)
    if (told.text, left) == (exact.text, its):
        return True
    alike = bool(left) and _kinds(its) == _kinds(left) and _numbers(its) == _numbers(left)
    return alike and not exact.refused


def _is_right(line: str, it: Unseen, first: First) -> bool:
    """Whether an offered line is accepted, and does what was meant; or is help about what cannot be."""
    if line in it.rights:  # the page itself was asked for: `how do I log hours?`
        return True
    if line.startswith("help "):
        refused = all(said_exactly(first, right)[0].refused for right in it.rights)
        return refused and line.removeprefix("help ") in map(command_of, it.rights)
    if not any(same(line, right) for right in it.rights):
        return False
    told, _ = said_exactly(first, line)
    return bool(told.rows) and not told.refused


def is_exact(it: Unseen, lines: Sequence[str], where: str) -> bool:
    """Whether one of the lines leaves behind, word for word, what a right one does."""
    first = it.first(where)
    offers = [said_exactly(first, line) for line in lines]
    exact = [said_exactly(first, right) for right in it.rights]
    return any((one.text, a) == (other.text, b) for one, a in offers for other, b in exact)


@contextmanager
def _timed(times: list[float]) -> Iterator[None]:
    """Collect the seconds of the processor that putting a refused line right takes."""
    put_right = righting.put_right

    def timed(*them: object) -> object:
        begun = time.process_time()
        try:
            return put_right(*them)  # type: ignore[arg-type]
        finally:
            times.append(time.process_time() - begun)

    with patch.object(asking, "put_right", timed):
        yield


def tell(them: Sequence[Unseen], where: str, *, tells: bool) -> None:
    """Tell what became of the lines of a set, sent in a room or in private."""
    became = {it: what_becomes_of(it, where) for it in them}
    counts = Counter(each for each, _, _ in became.values())
    good, bad = (sum(counts[each] for each in those) for those in (GOOD, BAD))
    heard = [(it, lines) for it, (each, lines, _) in became.items() if each in GOOD]
    exact = sum(is_exact(it, lines, where) for it, lines in heard)
    german = [each in GOOD for it, (each, _, _) in became.items() if it.language == "de"]
    print(f"{where}: good {good} of {len(them)} = {good / len(them):.1%}", end=", ")
    print(f"German {sum(german)} of {len(german)}", end=", ")
    print(f"wrong {bad} = {bad / len(them):.1%}, word for word {exact}")
    print("  ", {each.name: count for each, count in counts.most_common()})
    for it, (each, lines, answer) in became.items():
        if tells and each not in GOOD:
            print(f"{each.name} {it.sentence}\n  want {' || '.join(it.rights)}\n  got {lines}")
            print(f"  told {answer.text[:150]!r}")


def tell_times(them: Sequence[Unseen]) -> None:
    """Tell how long putting right takes of the processor, of the lines of a set in a room."""
    times: list[float] = []
    with _timed(times):
        for it in them:
            first = it.first("room")
            said(first, first.line)
    times.sort()
    middle, late = (1e3 * times[int(len(times) * share)] for share in (0.5, 0.95))
    load = os.getloadavg()[0]
    print(f"refusals: {len(times)}, median {middle:.1f} ms, p95 {late:.1f} ms, load {load:.1f}")


def answered(talk: Sequence[str]) -> list[str]:
    """What of mere talk in a room is answered."""
    heard = (First("en", "room", WHO, each, "-") for each in talk)
    return [each.line for each in heard if said(each, each.line)[0].rows]


def main() -> None:
    """Tell the figures of a set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("-v", action="store_true", dest="tells")
    parser.add_argument("--talk", type=Path)
    args = parser.parse_args()
    them = list(read(args.set.read_text("utf-8")))
    for where in ("room", "direct"):
        tell(them, where, tells=args.tells)
    tell_times(them)
    if args.talk:
        talk = [each for each in args.talk.read_text("utf-8").splitlines() if each]
        print(f"talk: {len(answered(talk))} of {len(talk)} answered")


if __name__ == "__main__":
    main()
