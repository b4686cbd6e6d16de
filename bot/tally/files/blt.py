r"""BLT, the usual file of ranked ballots.

First described in Algorithm 123 (Hill, Wichmann and Woodall, The Computer Journal 30/3, 1987), and
widened since: candidates and seats; who withdrew; ballots, each with its weight before and a 0 behind;
a lone 0; the names; the title.

    4 2             # begins a comment, /* and */ enclose one
    -2              [withdrawn 2] says the same, [nick a b c d] gives short names (Droop)
    3 1 3 4 0       three ballots
    1 2=3 - 4 0     equal ranks, and a rank left out (OpenSTV, OpaVote)
    (B17) 1 4 0     a ballot with an id: its weight is 1, or not written (OpenSTV, Droop)
    0
    "Anna Long"     Scottish councils leave the quotation marks out, or write the party behind the
    "Bo" "Greens"   name, or commas at the line's end
    …
    "The title"

By the standard a line's end is a blank, for everybody since it ends a ballot. Both are read, and what
has two meanings is refused: a 0 inside a line may be a rank left out (Stack Exchange) or the end of a
ballot. Weights are whole numbers. `[tie …]` is not used: each method has its own published rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from bot.chat import Misread
from bot.tally.ballots import Election
from bot.tally.files.blt_words import BLANKS, Running, name_on, without_comments, words_of
from bot.tally.files.common import (
    OPTIONS_MAX,
    WEIGHT_MAX,
    AnyBallot,
    Kind,
    Levels,
    Named,
    Wrong,
    make_election,
    of_levels,
    once_each,
    option_names,
    refused,
    seats_of,
    shown,
    weight_of,
    whole,
)
from bot.text.wording import say, say_n

_END: Final = "0"

_BEHIND_TITLE_MAX: Final = 2
"""Wichmann's program writes a source and a comment behind the title."""

_COUNTED_OTHERWISE: Final = frozenset({"tie", "droop", "undeclared"})
"""Options that Droop reads, which say how to count: here the method says that."""

Tally = dict[Levels, int]


class _Head(NamedTuple):
    """What stands before the ballots; `levels` is what a candidate's number or short name means."""

    candidates: int
    seats: int
    withdrawn: frozenset[int]
    levels: dict[str, tuple[int, ...]]


def read_blt(text: str, kind: Kind = Kind.RANKS) -> Election[AnyBallot]:
    """The election in a BLT file. Raises Misread, with the line."""
    lines = without_comments(text)
    first = next((i for i, line in enumerate(lines) if line.strip(BLANKS)), None)
    if first is None:
        raise refused(say("The file is empty."))
    end = next((i for i in range(first + 1, len(lines)) if lines[i].strip(BLANKS) == _END), None)
    if end is None or len(lines[first].strip(BLANKS).split()) > 2:
        return _read_running(lines, kind)
    head, begin = _read_head(lines, first)
    tally = _read_ballots(lines[begin : end + 1], head, begin)
    names, title = _read_names(lines, end + 1, head.candidates)
    return _election(tally, head, names, title, kind)


def _election(
    tally: Tally, head: _Head, names: Sequence[Named], title: str, kind: Kind
) -> Election[AnyBallot]:
    ballots: dict[AnyBallot, int] = {}
    try:
        for levels, weight in tally.items():
            ballot = of_levels(levels, kind)
            ballots[ballot] = ballots.get(ballot, 0) + weight
    except Wrong as why:
        raise why.on(0) from why
    options = option_names(names)
    return make_election(options, ballots, seats=head.seats, withdrawn=head.withdrawn, title=title)


# --- The head ---------------------------------------------------------------------------------------


def _read_head(lines: Sequence[str], first: int) -> tuple[_Head, int]:
    """What stands before the ballots of a file with a ballot on each line, and where they begin."""
    try:
        head = _new_head(lines[first].strip(BLANKS).split())
    except Wrong as why:
        raise why.on(first + 1) from why
    at = first + 1
    while not (line := lines[at].strip(BLANKS)) or line[0] in "-[":
        begin, parts = at, [line]
        while line.startswith("[") and "]" not in parts[-1] and at + 1 < len(lines):
            at += 1
            parts.append(lines[at])
        try:
            head = _with_line(head, " ".join(parts))
        except Wrong as why:
            raise why.on(begin + 1) from why
        at += 1
    return head, at


def _new_head(words: Sequence[str]) -> _Head:
    count = whole(words[0], OPTIONS_MAX)
    if not count:
        raise Wrong(
            say(
                "{word} is no number of candidates; a BLT file begins with it (1 to {most}) "
                "and the number of seats.",
                word=shown(words[0]),
                most=OPTIONS_MAX,
            ),
            words[0],
        )
    if len(words) < 2:
        raise Wrong(say("The number of seats is missing behind {word}.", word=words[0]), words[0])
    return _Head(count, seats_of(words[1]), frozenset(), _numbers(count))


def _numbers(count: int) -> dict[str, tuple[int, ...]]:
    return {str(number): (number - 1,) for number in range(1, count + 1)}


def _with_line(head: _Head, line: str) -> _Head:
    """The head with one more line of it: withdrawn candidates, or an option in brackets."""
    if line.startswith("["):
        inside, closed, rest = line[1:].partition("]")
        if not closed or rest.strip(BLANKS):
            raise Wrong(say("The option {word} does not end with ].", word=shown(line)), line)
        return _with_option(head, inside.split())
    gone = {_withdrawn(word, head.candidates) for word in line.split()}
    return head._replace(withdrawn=head.withdrawn | gone)


def _withdrawn(word: str, count: int) -> int:
    number = whole(word.removeprefix("-"), count)
    if not word.startswith("-") or not number:
        reason = say_n(
            "{word} is no withdrawn candidate, such as -1; there is {count} candidate.",
            "{word} is no withdrawn candidate, such as -1; there are {count} candidates.",
            count,
            word=shown(word),
        )
        raise Wrong(reason, word)
    return number - 1


def _with_option(head: _Head, words: Sequence[str]) -> _Head:
    name = words[0] if words else ""
    if name == "nick":
        return head._replace(levels=_nicks(words[1:], head.candidates))
    if name == "withdrawn":
        gone = {_candidate(word, head) for word in words[1:]}
        return head._replace(withdrawn=head.withdrawn | gone)
    if name not in _COUNTED_OTHERWISE:
        raise Wrong(say("The option {word} is not known.", word=shown(name)), name)
    return head


def _nicks(names: Sequence[str], count: int) -> dict[str, tuple[int, ...]]:
    if len(set(names)) != count or len(names) != count:
        reason = say_n(
            "[nick …] takes {count} short name, one a candidate.",
            "[nick …] takes {count} different short names, one a candidate.",
            count,
        )
        raise Wrong(reason)
    if bad := next((name for name in names if name.isdigit() or set(name) & set('=-()"')), None):
        reason = say('{word} is no short name: a number, or with one of = - ( ) ".', word=shown(bad))
        raise Wrong(reason, bad)
    return {**_numbers(count), **{name: (i,) for i, name in enumerate(names)}}


# --- The ballots, a line each -----------------------------------------------------------------------


def _read_ballots(lines: list[str], head: _Head, before: int) -> Tally:
    """The ballots on some lines, the last of which is the lone 0, with `before` lines before them.

    Each different line is read once: what it costs is mostly how many differ.
    """
    lines = _without_ids(lines, before)
    body = Counter(lines[:-1])
    tally: Tally = {}
    odd = [line for line, times in body.items() if not _take(line, times, head.levels, tally)]
    closed = _closed(lines, body, before) if odd else True
    zeros: list[str] = []
    for line in odd:
        try:
            weight, levels, zero = _odd_ballot(line, head, closed=closed)
        except Wrong as why:
            other = _as_running(lines, head)
            if other is None:
                raise why.on(before + lines.index(line) + 1) from why
            return other
        tally[levels] = tally.get(levels, 0) + weight * body[line]
        zeros += [line] if zero else []
    if zeros and _as_running(lines, head) is not None:
        reason = say("A 0 inside the line: the end of a ballot, or a rank left out? The latter is -.")
        raise refused(reason, before + lines.index(zeros[0]) + 1, word=_END)
    return tally


def _take(line: str, times: int, table: dict[str, tuple[int, ...]], tally: Tally) -> bool:
    """Count a line that is as most are (weight, candidates, 0), and stands there so many times."""
    words = line.split()
    try:
        weight = 1 if words[0] == "1" else whole(words[0], WEIGHT_MAX)
        levels = tuple(map(table.__getitem__, words[1:-1]))
    except (KeyError, IndexError):
        return False
    if not weight or words[-1] != _END or len(set(levels)) < len(levels):
        return False
    tally[levels] = tally.get(levels, 0) + weight * times
    return True


def _odd_ballot(line: str, head: _Head, *, closed: bool) -> tuple[int, Levels, bool]:
    """The ballots on any line: their weight and levels, and whether a 0 stands inside it."""
    words = line.strip(BLANKS).split()
    if not words:
        return 0, (), False
    weight = weight_of(words[0])
    if not weight:
        raise Wrong(say("A ballot begins with its weight; {word} is none.", word=_END), _END)
    ranks = words[1:-1] if closed else words[1:]
    named = [word for word in ranks if word != _END]
    levels = tuple(level for word in named if (level := _level(word, head)))
    once_each(levels)
    return weight, levels, len(named) < len(ranks)


def _closed(lines: list[str], body: Iterable[str], before: int) -> bool:
    """Whether the ballots end with 0: all of them, or none, in a file that means its lines."""
    without = next((line for line in body if line.strip(BLANKS) and not _ends(line)), None)
    if without is not None and any(map(_ends, body)):
        raise refused(say("The ballot does not end with 0."), before + lines.index(without) + 1)
    return without is None


def _ends(line: str) -> bool:
    return line.rstrip(BLANKS).endswith((" 0", "\t0"))


def _without_ids(lines: list[str], before: int) -> list[str]:
    """The lines without ids of ballots; OpenSTV writes the weight 1 behind them, Droop none."""
    named = {i: line for i, line in enumerate(lines) if line.lstrip().startswith("(")}
    if not named:
        return lines
    ids: set[str] = set()
    rests: dict[int, str] = {}
    for i, line in named.items():
        name, close, rest = line.lstrip()[1:].partition(")")
        if not close or not rest.strip():
            reason = say("The ballot's id {word} does not end with ).", word=shown(name))
            raise refused(reason, before + i + 1, word=shown(name))
        if name in ids:
            reason = say("Two ballots have the id {word}.", word=shown(name))
            raise refused(reason, before + i + 1, word=shown(name))
        ids.add(name)
        rests[i] = rest
    weighted = all(rest.split(maxsplit=1)[0] == "1" for rest in rests.values())
    behind = {i: rest if weighted else f"1 {rest}" for i, rest in rests.items()}
    return [behind.get(i, line) for i, line in enumerate(lines)]


def _level(word: str, head: _Head) -> tuple[int, ...]:
    """The candidates on one rank; none on a rank left out."""
    if word == "-":
        return ()
    return tuple(sorted(_candidate(part, head) for part in word.split("=")))


def _candidate(word: str, head: _Head) -> int:
    if level := head.levels.get(word):
        return level[0]
    number = whole(word, head.candidates)
    if not number:
        reason = say(
            "{word} is no candidate; there are {count}, from 1.",
            word=shown(word),
            count=head.candidates,
        )
        raise Wrong(reason, word)
    return number - 1


# --- The ballots, word for word ---------------------------------------------------------------------


def _as_running(lines: Sequence[str], head: _Head) -> Tally | None:
    """What the lines of ballots mean when a line's end is a blank, if they then are full ballots."""
    try:
        tally = _tally_of(Running(lines), head)
    except Misread:
        return None
    return None if () in tally else tally


def _read_running(lines: Sequence[str], kind: Kind) -> Election[AnyBallot]:
    """A file whose line ends mean nothing: all of it on one line, or ballots over several."""
    words = Running(lines)
    try:
        head = _running_head(words, _new_head([words.next(), words.next()]))
    except Wrong as why:
        raise why.on(words.line) from why
    tally = _tally_of(words, head)
    found = list(_rest(words))
    names, title = _named(found, head.candidates, words.line)
    return _election(tally, head, names, title, kind)


def _running_head(words: Running, head: _Head) -> _Head:
    """The head with the withdrawn candidates and the options before the first ballot."""
    while True:
        word = words.next()
        if word.startswith("["):
            parts = [word]
            while "]" not in parts[-1]:
                parts.append(words.next())
            head = _with_line(head, " ".join(parts))
        elif word.startswith("-"):
            head = _with_line(head, word)
        else:
            words.back(word)
            return head


def _tally_of(words: Running, head: _Head) -> Tally:
    """The ballots up to the 0 where a weight would stand."""
    tally: Tally = {}
    try:
        while weight := _weight_or_end(words.next()):
            levels = tuple(_running_levels(words, head))
            once_each(levels)
            tally[levels] = tally.get(levels, 0) + weight
    except Wrong as why:
        raise why.on(words.line) from why
    return tally


def _weight_or_end(word: str) -> int:
    if word.startswith('"'):
        reason = say("The lone 0 is missing between the ballots and {word}.", word=shown(word))
        raise Wrong(reason, word)
    return weight_of(word)


def _running_levels(words: Running, head: _Head) -> Iterator[tuple[int, ...]]:
    while (word := words.next()) != _END:
        if level := _level(word, head):
            yield level


def _rest(words: Running) -> Iterator[Named]:
    while (word := words.maybe()) is not None:
        yield Named(word, words.line)


# --- The names --------------------------------------------------------------------------------------


def _read_names(lines: Sequence[str], begin: int, count: int) -> tuple[list[Named], str]:
    """The names and the title: one on each line, or all of them quoted; notes may stand behind."""
    found = [Named(lines[i], i + 1) for i in range(begin, len(lines)) if lines[i].strip(BLANKS)]
    if not _fits(found, count) and all(map(_is_quoted, found)):
        found = [Named(word, it.line) for it in found for word in words_of(it.name)]
    return _named(_without_notes(found, count), count, len(lines))


def _without_notes(found: Sequence[Named], count: int) -> Sequence[Named]:
    """The names and the title, without what archives write behind them.

    Notes are known by a blank line before them, or by being bare where names and title are quoted.
    """
    named, notes = found[: count + 1], found[count + 1 :]
    if len(named) <= count or not notes:
        return found
    apart = notes[0].line > named[-1].line + 1 and named[-1].line == named[0].line + count
    bare = all(map(_is_quoted, named)) and not any(map(_is_quoted, notes))
    return named if apart or bare else found


def _is_quoted(it: Named) -> bool:
    return it.name.strip(BLANKS).startswith('"')


def _fits(found: Sequence[Named], count: int) -> bool:
    return count < len(found) <= count + 1 + _BEHIND_TITLE_MAX


def _named(found: Sequence[Named], count: int, last: int) -> tuple[list[Named], str]:
    if _fits(found, count):
        names = [name_on(it) for it in found]
        return names[:count], names[count].name
    many = len(found) > count
    raise refused(
        say(
            "Behind the ballots stand {names} and a title, not {found}.",
            names=say_n("the name of {count} candidate", "the names of {count} candidates", count),
            found=say_n("{count} name", "{count} names", len(found)),
        ),
        (found[count + 1].line if many else found[-1].line) if found else last,
        instead=say("If the lines behind the title are notes, put # before each of them.")
        if many
        else say("Write each name on a line of its own, and a title behind them."),
    )
