"""A poll as a sentence asks for it: the question, and what can be chosen.

`quick poll what colour for the door, red or blue` is `What colour for the door? | red | blue`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.language.tokens import Token
from bot.phrasing.stems import title_word
from bot.phrasing.wording import words_of

OPTIONS_MAX: Final = 12
OPTION_WORDS: Final = 6
"""What is longer is no option that somebody lists in a sentence."""

QUESTION_WORDS: Final = 2

TWO_WORDS: Final = 3
"""The longest option of two that stand within a question."""

_ASKED_FOR: Final = re.compile(
    r"^(?:(?:please|bitte|hey|ok|so|hi)[ ,]+)*"
    r"(?:(?:can|could|would|will) (?:you|someone|we) (?:please )?"
    r"|kannst du (?:bitte )?|lass(?:t)? uns )?"
    r"(?:(?:let's |lets |let us )?(?:run|start|open|make|do|take|hold|mach\w*|starte?|eröffne) )?"
    r"(?:(?:me|mal|doch|bitte|schnell|kurz|eben|us|eine?|ne|a|an|the|quick|short|little"
    r"|kurze?|kleine?|neue?|new|doodle) )*"
    r"(?:(?:poll|survey|umfrage|doodle|terminfindung|terminumfrage|abstimmung|vote)"
    r"(?: (?:on|about|about the question|zu|zum|zur|über|wegen|ob|whether))?\b[:,]? ?"
    r"|(?:ask|frag\w*|find out|let (?:people|them|everyone|everybody) (?:choose|pick|vote)"
    r"|lass\w* (?:die leute|alle|sie) (?:wählen|abstimmen))\b ?)",
    re.IGNORECASE,
)
"""How a sentence begins that asks for a poll, or asks to ask people."""

_WHOM: Final = re.compile(
    r"^(?:(?:doch|mal|bitte|please|die|the|all|in|into|among|unter|alle|everyone|everybody|people"
    r"|others|other|room|runde|anderen|leute|members|mitglieder|us|uns|group|gruppe|kurz|from"
    r"|between|zwischen|von|of)\b[ ,]*)+(?:(?:ob|whether|if|wether)\b ?)?",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(
    r"\s*,?\s+(?:or|oder|od\.?|or else|and|und)\s+(?:rather |lieber )?", re.IGNORECASE
)
_OR: Final = re.compile(r"\s+(?:or|oder|od\.?)\s+", re.IGNORECASE)
_SPLIT: Final = re.compile(r"\s*,\s*|\s+(?:or|oder|od\.?)\s+|\s+[|/]\s+", re.IGNORECASE)
_BETWEEN_DAYS: Final = words_of("or oder od od. and und &")
_BOTH: Final = words_of("and und &")
_WHICH: Final = words_of("which what when whats what's welche welcher welches was wann")
"""Who asks so wants one of what is joined by `and`: `work on saturday and sunday` is both."""
_ABOUT: Final = words_of("for für fürs zum zur am an on at in im beim bei to as als auf")
"""What follows these is about both of two choices: `rye or spelt for the weekend`."""


def asked(tokens: Sequence[Token]) -> str:
    """The text of the poll that a sentence asks for; empty where it lists no choices."""
    text = " ".join(token.text for token in tokens)
    found = _ASKED_FOR.match(text)
    if found and found.end():
        text = text[found.end() :]
        whom = _WHOM.match(text)
        text = text[whom.end() :] if whom else text
    question, options = _parted(text.strip(" ,:"))
    if not question and found and found.end():
        question, options = _of_two(text.strip(" ,:.?!"))
    if not question or not 1 < len(options) <= OPTIONS_MAX:
        return ""
    if any(not 0 < len(each.split()) <= OPTION_WORDS for each in options):
        return ""
    return " | ".join([f"{question}?", *options])


def _parted(text: str) -> tuple[str, list[str]]:
    """The question, and what may be chosen."""
    for mark in ("? ", ": ", " - ", " – "):  # the colon of `14:00` ends no question
        question, found, listed = text.partition(mark)
        options = _listed(listed)
        if found and len(options) > 1:
            return question.strip(" ,"), options
    if " / " in text:
        first, *others = (each.strip(" .?!") for each in text.split(" / "))
        words = first.split()
        at = next((at for at, each in enumerate(words) if title_word(each)[:1] == "<"), 0)
        return " ".join(words[:at]), [" ".join(words[at:]), *others]
    if (of_days := _days_at_end(text))[1]:
        return of_days
    if not _OR.search(text):
        return "", []
    clauses = [each.strip() for each in _SPLIT.split(text.rstrip(" ?.!")) if each.strip()]
    if len(clauses) > 2 and len(clauses[0].split()) >= QUESTION_WORDS:
        return clauses[0], clauses[1:]
    return "", []


def _days_at_end(text: str) -> tuple[str, list[str]]:
    """`which day monday tuesday or thursday`: the days at the end, with or without a joint between."""
    words = text.rstrip(" ?.!").split()
    begin = len(words)
    while begin and (_is_day(words[begin - 1]) or words[begin - 1].casefold() in _BETWEEN_DAYS):
        begin -= 1
    days = [each.strip(",") for each in words[begin:] if _is_day(each)]
    question, run = words[:begin], {each.casefold() for each in words[begin:]}
    both = run & _BOTH and not any(each.casefold() in _WHICH for each in question)
    if not question or both or len(days) < 2 or not _is_day(words[begin]):
        return "", []
    return " ".join(question).strip(" ,:"), days


def _is_day(word: str) -> bool:
    return title_word(word.strip(","))[:1] == "<"


def _of_two(text: str) -> tuple[str, list[str]]:
    """`which is better, the lake or the mountains`: as many words before `or` as behind it.

    Of `rye or spelt for the weekend` what it is for is no part of a choice. Of days alone, as `monday
    or tuesday`, what is asked stood before them.
    """
    parts = _OR.split(text)
    if len(parts) != 2 or "," in text or all(map(_is_day, parts)):
        return "", []
    before, behind = parts[0].split(), parts[1].split()
    about = next((at for at, each in enumerate(behind) if at and each.casefold() in _ABOUT), None)
    behind = behind[:about]
    count = len(behind)
    if not count <= TWO_WORDS or len(before) < count:
        return "", []
    return text, [" ".join(before[-count:]), " ".join(behind)]


def _listed(text: str) -> list[str]:
    joined = _SPLIT.split(_JOINT.sub(" or ", text.strip(" .!?")))
    return [each.strip(" .") for each in joined if each.strip(" .")]
