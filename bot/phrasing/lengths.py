"""How long it was, where that has to be reckoned: `2-3h`, `2h minus 30m`, `2 x 3h`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.language.amounts import read_amount
from bot.language.tokens import Token
from bot.language.units import UnitClass
from bot.phrasing.amounts import amount_at
from bot.phrasing.doubting import Doubt
from bot.phrasing.known import Known
from bot.phrasing.ranges import range_at
from bot.phrasing.wording import Said, word, words_of
from bot.text.wording import Words, say

_LESS: Final = words_of("minus less abzüglich abzgl - – —")
_TIMES: Final = words_of("x × * times mal")
_RECKONED: Final = _LESS | _TIMES
_BREAK: Final = words_of("break breaks lunch pause")
BEHIND_MAX: Final = 6
"""Within so many words behind the first an amount has ended."""

TIMES_MAX: Final = 12
"""Nobody did as long a thing more often in a day."""


def how_long(it: Said, known: Known) -> Doubt | None:
    """What is to be asked about the length that a line begins with."""
    return _from_to(it) or (_reckoned(it, known) if it.command.name == "log" else None)


def _from_to(it: Said) -> Doubt | None:
    """`log 2-3h baking`: how long it was is for whoever did it to say."""
    found = range_at(it.words)
    if found is None or len(it.words) == found.used:
        return None
    behind = it.words[found.used :]
    lines = (it.with_words([Token(each), *behind]).line for each in (found.low, found.high))
    reason = say("Was it {low} or {high}?", low=Words(found.low), high=Words(found.high))
    return Doubt(reason, " ".join(token.text for token in it.words[: found.used]), tuple(lines))


def _reckoned(it: Said, known: Known) -> Doubt | None:
    """`log 2h minus 30 min swept`, `log 2 x 3h baked`: what comes of it, or the rest as words."""
    words = it.words
    if _RECKONED.isdisjoint(map(word, words[1 : BEHIND_MAX + 1])):
        return None  # nobody needs the amount to be read
    first = amount_at(words, known.setting)
    factor = words[0].text if len(words) > 3 and word(words[1]) in _TIMES else ""
    if factor.isascii() and factor.isdecimal() and len(factor) < 3:
        begin, each = 2, amount_at(words[2:], known.setting)
        minutes = min(int(factor), TIMES_MAX + 1) * _minutes(each, known)
        possible = 1 < int(factor) <= TIMES_MAX
    elif first is not None and len(words) > first[1] + 1 and word(words[first[1]]) in _LESS:
        begin, each = first[1] + 1, amount_at(words[first[1] + 1 :], known.setting)
        less = _minutes(each, known)
        minutes, possible = _minutes(first, known) - less, less > 0
    else:
        return None
    if each is None or minutes <= 0 or not possible:
        return None
    text = words[begin + each[1] :]
    text = text[1:] if len(text) > 1 and word(text[0]) in _BREAK else text
    if not text:
        return None
    hours, rest = divmod(minutes, 60)
    typed = (f"{hours}h{rest:02}" if rest else f"{hours}h") if hours else f"{rest}m"
    kept = begin - 1 if first is not None and word(words[begin - 1]) in _LESS else begin
    told = Token(" ".join(token.text for token in words[kept:]), quoted=True)
    lines = it.with_words([Token(typed), *text]).line, it.with_words([*words[:kept], told]).line
    said = " ".join(token.text for token in words[: begin + each[1]])
    return Doubt(say("Was it {amount}?", amount=Words(typed)), said, lines)


def _minutes(found: tuple[Sequence[Token], int] | None, known: Known) -> int:
    """How many minutes an amount is; 0 for what is no time."""
    if found is None:
        return 0
    setting = known.setting
    read, _ = read_amount([token.text for token in found[0]], setting.language, setting.own)
    return read.count if read.unit.unit_class is UnitClass.TIME else 0
