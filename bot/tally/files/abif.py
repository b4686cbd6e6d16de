"""ABIF, the aggregated ballot information format, as electowiki.org/wiki/ABIF describes version 0.1.

    {title: "Capital of Tennessee"}        metadata: the title, and {max_rating: 5}, the highest score;
                                           other keys say nothing to us
    =Memph:[Memphis, TN]                   a candidate: the short name on ballots, and the name
    42:Memph>Nash=Chat>Knox                42 ballots that rank
    26:Nash/5>Chat/3>Knox/0                the same with scores; `*` does as well as `/`
    15:Chat/5,[Knoxville, TN]/4            scores alone; names with other signs stand in [] or ""
    3:                                     blank ballots; `#` begins a comment

The order and the scores of a ballot may not contradict each other. Where candidates are declared, a
bare name on a ballot must be one of them: a slip would be a candidate of its own. Those who are not
declared come behind, in the order of their names, so that the order of the lines never matters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from bot.tally.ballots import Election
from bot.tally.files.common import (
    SCORE_MAX,
    AnyBallot,
    Kind,
    Levels,
    Named,
    Wrong,
    by_number,
    in_places,
    make_election,
    of_levels,
    of_scores,
    once_each,
    option_name,
    option_names,
    shown,
    unknown,
    weight_of,
    whole,
)
from bot.text.wording import say

_BARE: Final = r'[^\s\[\]">=,/*:#{}]+'
_NAME: Final = rf'(?:\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|({_BARE}))'
_CANDIDATE: Final = re.compile(rf"=\s*{_NAME}\s*:\s*(.*)")
_VOTE: Final = re.compile(r"([^:*\[\"]*)[:*](.*)")
_CHOICE: Final = re.compile(rf"\s*{_NAME}\s*(?:[/*]\s*([^\s>=,:{{]+)\s*)?([>=,]?)")
_EXTENDED: Final = re.compile(r"\s*:\s*\{.*\}\s*")
_HEADER: Final = re.compile(r"ABIF(?:\s+[0-9.]+)?\s*(?:\{.*\})?")
_COMMENT: Final = re.compile(r'\[[^\]]*(?:\]|$)|"(?:[^"\\]|\\.?)*(?:"|$)|(#)')
"""What begins a comment, or hides what does; what is never closed hides all behind it."""

_SPECIAL: Final = re.compile(r'[\[\]"*={}#:]')

Pairs = tuple[tuple[int, int], ...]
Choice = tuple[int, int | None, str]
"""A candidate, the score, and the sign behind it."""


class _Vote(NamedTuple):
    """What a ballot says: an order (None where it gives only scores), and scores by candidate."""

    levels: Levels | None
    scores: Pairs


def read_abif(text: str, kind: Kind = Kind.RANKS) -> Election[AnyBallot]:
    """The election in an ABIF file. Raises Misread, with the line."""
    lines = text.split("\n")
    body = Counter(lines)
    candidates = _Candidates()
    declared = {line: i for i, line in enumerate(lines, 1) if line.lstrip()[:1] == "="}
    votes: list[str] = []
    for raw in body:
        try:
            if candidates.is_vote(raw, declared.get(raw, 0)):
                votes.append(raw)
        except Wrong as why:
            raise why.on(lines.index(raw) + 1) from why
    tally: dict[_Vote, int] = {}
    for raw in votes:
        try:
            vote, weight = candidates.vote(raw)
        except Wrong as why:
            raise why.on(lines.index(raw) + 1) from why
        if too_high := candidates.beyond_top(vote):
            raise too_high.on(lines.index(raw) + 1)
        tally[vote] = tally.get(vote, 0) + weight * body[raw]
    return _election(candidates, tally, kind)


def _without_comment(line: str) -> str:
    """A line without its comment; in brackets and quotation marks, `#` begins none."""
    if "#" not in line:
        return line.strip()
    for found in _COMMENT.finditer(line):
        if found[1]:
            return line[: found.start()].strip()
    return line.strip()


def _metadata(line: str) -> tuple[str, str]:
    """The key and the value of a line of metadata: `{title: "…"}`, JSON or nearly."""
    if not line.endswith("}"):
        raise Wrong(say("{word} lacks its closing curly bracket.", word=shown(line)), line)
    key, _, value = line[1:-1].partition(":")
    name = key.strip().strip("\"'").lower()
    try:
        return name, msgspec.json.decode(value.strip(), type=str)
    except (msgspec.DecodeError, UnicodeError):
        return name, value.strip().strip("\"'")


class _Candidates:
    """The candidates, declared or met on ballots, and the reading of lines that name them."""

    def __init__(self) -> None:
        self.names: list[Named] = []
        self.declared = 0
        self.title = ""
        self.top = 0
        self._short: dict[str, int] = {}
        self._full: dict[str, int] = {}
        self._plain: dict[str, tuple[int, ...]] = {}
        self._scored: dict[str, tuple[int, int]] = {}

    def is_vote(self, raw: str, number: int) -> bool:
        """Whether ballots stand on a line, which must wait; what else a line says is taken at once."""
        line = _without_comment(raw)
        if line[:1].isdigit():
            return True
        if line.startswith("="):
            self._declare(line, number)
        elif line.startswith("{"):
            self._take_metadata(*_metadata(line))
        elif line and not _HEADER.fullmatch(line):
            reason = say("{word} begins no line of ABIF, such as 27:A>B.", word=shown(line))
            raise Wrong(reason, line)
        return False

    def _take_metadata(self, key: str, value: str) -> None:
        if key == "title":
            self.title = value or self.title
        elif key == "max_rating":
            top = whole(value, SCORE_MAX)
            if not top:
                reason = say("{word} is no highest score; it takes a whole number.", word=shown(value))
                raise Wrong(reason, value)
            self.top = top

    def _declare(self, line: str, number: int) -> None:
        found = _CANDIDATE.fullmatch(line)
        if not found:
            raise Wrong(say("{word} declares no candidate, such as =A:[Anna].", word=shown(line)), line)
        short = option_name(_which(found))
        full = found[4]
        if full[:1] in {"[", '"'} and full[-1:] in {"]", '"'}:
            full = full[1:-1]
        if short in self._short:
            raise Wrong(say("{word} is declared twice.", word=shown(short)), short)
        self._short[short] = self._new(full.strip() or short, number)
        self.declared = len(self.names)

    def _new(self, name: str, line: int = 0) -> int:
        name = option_name(name)
        self.names.append(Named(name, line))
        self._full.setdefault(name, len(self.names) - 1)
        return len(self.names) - 1

    def beyond_top(self, vote: _Vote) -> Wrong | None:
        """What is wrong where a score lies above the highest that the file names."""
        high = max((score for _, score in vote.scores), default=0)
        if not self.top or high <= self.top:
            return None
        reason = say("The score {word} lies above max_rating, {top}.", word=str(high), top=self.top)
        return Wrong(reason, str(high))

    def vote(self, raw: str) -> tuple[_Vote, int]:
        """The ballot on a line, and how many cast it."""
        head, _, rest = raw.partition(":")
        try:
            if "/" in rest:
                scores = sorted(map(self._scored.__getitem__, rest.split(",")))
                vote, fits = _Vote(None, tuple(scores)), len(dict(scores)) == len(scores)
            else:
                levels = tuple(map(self._plain.__getitem__, rest.split(">")))
                vote, fits = _Vote(levels, ()), len(set(levels)) == len(levels)
        except KeyError:
            fits = False
        return (vote, weight_of(head.strip())) if fits else self._careful(raw)

    def _careful(self, raw: str) -> tuple[_Vote, int]:
        """A line that is not as others were: new words, other signs, mistakes."""
        line = _without_comment(raw)
        found = _VOTE.fullmatch(line)
        if not found:
            raise Wrong(say("{word} is no ballot, such as 27:A>B.", word=shown(line)), line)
        weight = weight_of(found[1].strip())
        choices = list(self._choices(found[2]))
        if not _SPECIAL.search(raw.partition(":")[2]):
            self._remember(raw, choices)
        return _vote(choices, self.names), weight

    def _remember(self, raw: str, choices: Sequence[Choice]) -> None:
        """Look the words of a plain line up as they stand when they come again."""
        words = raw.partition(":")[2]
        if all(sign in {">", ""} and score is None for _, score, sign in choices):
            self._plain |= {
                word: (number,) for word, (number, _, _) in zip(words.split(">"), choices, strict=False)
            }
        elif all(sign in {",", ""} for _, _, sign in choices):
            self._scored |= {
                word: (number, score)
                for word, (number, score, _) in zip(words.split(","), choices, strict=False)
                if score is not None
            }

    def _choices(self, text: str) -> Iterator[Choice]:
        """The candidates on a ballot, each with its score and the sign behind it."""
        at, before, sign = 0, "", ""
        text = text.strip()
        while at < len(text):
            found = _CHOICE.match(text, at)
            if _EXTENDED.fullmatch(text, at) and not sign:
                return
            if not found:
                raise Wrong(say("{word} is no candidate.", word=shown(text[at:])), text[at:])
            if before and not sign:
                reason = say(
                    "Between {before} and {word} stands no > or =; names with blanks stand in [].",
                    before=shown(before),
                    word=shown(found[0]),
                )
                raise Wrong(reason, found[0].strip())
            before, sign, at = _which(found), found[5], found.end()
            yield self._number(found), _score(found[4]), sign
        if sign:
            raise Wrong(say("A candidate is missing behind the last {word}.", word=sign), sign)

    def _number(self, found: re.Match[str]) -> int:
        """The candidate that a ballot names, by the short or the whole name."""
        name = option_name(_which(found))
        number = self._short.get(name, self._full.get(name))
        if number is not None:
            return number
        if found[3] and self.declared:
            raise unknown(name, self._short)
        return self._new(name)


def _which(found: re.Match[str]) -> str:
    """The name in whichever of its three forms stands there."""
    inside = found[1] if found[1] is not None else found[2]
    return found[3] or (inside or "").strip()


def _score(word: str | None) -> int | None:
    if word is None:
        return None
    score = whole(word, SCORE_MAX)
    if score is None:
        raise Wrong(say("{word} is no score; it takes a whole number.", word=shown(word)), word)
    return score


def _vote(choices: Sequence[Choice], names: Sequence[Named]) -> _Vote:
    """The order and the scores of some choices. Refuses them where they contradict each other."""
    once_each(tuple((number,) for number, _, _ in choices), names)
    scores = tuple(sorted((n, score) for n, score, _ in choices if score is not None))
    if scores and not any(sign in {">", "="} for _, _, sign in choices):
        return _Vote(None, scores)
    levels: list[list[int]] = []
    above = ">"
    for number, _, sign in choices:
        if above == ">":
            levels.append([])
        levels[-1].append(number)
        above = sign
    found = tuple(tuple(sorted(level)) for level in levels)
    if scores:
        _refuse_contradiction(found, dict(scores))
    return _Vote(found, scores)


def _refuse_contradiction(levels: Levels, scores: dict[int, int]) -> None:
    least = SCORE_MAX
    for level in levels:
        given = [scores[number] for number in level if number in scores]
        if given and (max(given) > least or max(given) != min(given)):
            reason = say("The scores contradict the order: {word}.", word=str(max(given)))
            raise Wrong(reason, str(max(given)))
        least = min(given, default=least)


# --- The election -----------------------------------------------------------------------------------


def _election(candidates: _Candidates, tally: dict[_Vote, int], kind: Kind) -> Election[AnyBallot]:
    """The declared candidates in their order, the others in the order of their names."""
    names, declared = candidates.names, candidates.declared
    others = sorted(range(declared, len(names)), key=lambda i: by_number(names[i].name))
    order = [*range(declared), *others]
    placed = in_places(order)
    ballots: dict[AnyBallot, int] = {}
    try:
        for vote, weight in tally.items():
            levels = None if vote.levels is None else tuple(map(placed.__getitem__, vote.levels))
            scores = tuple([(placed[n,][0], score) for n, score in vote.scores])
            ballot = _ballot(_Vote(levels, scores), len(names), kind)
            ballots[ballot] = ballots.get(ballot, 0) + weight
    except Wrong as why:
        raise why.on(0) from why
    return make_election(
        option_names([names[i] for i in order]), ballots, title=candidates.title, top=candidates.top
    )


def _ballot(vote: _Vote, count: int, kind: Kind) -> AnyBallot:
    """The ballot as the kind that a method counts: of both, the order for ranks, else the scores."""
    ordered = vote.levels is not None and (kind is Kind.RANKS or not vote.scores)
    blank = not vote.levels and not vote.scores
    if ordered and not (blank and kind is Kind.SCORES):
        return of_levels(vote.levels or (), kind)
    scores: list[int | None] = [None] * count
    for number, score in vote.scores:
        scores[number] = score
    return of_scores(scores, kind)
