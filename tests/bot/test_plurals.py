"""Numbers and the nouns behind them agree: no sentence says "1 days", in no language."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parents[2] / "bot" / "locales"

NUMBERS = frozenset(
    {
        "against",
        "all",
        "ballots",
        "before",
        "columns",
        "count",
        "counted",
        "days",
        "factor",
        "floor",
        "found",
        "given",
        "hours",
        "least",
        "minus",
        "minutes",
        "most",
        "needed",
        "number",
        "options",
        "plus",
        "points",
        "seats",
        "top",
        "velocity",
        "votes",
        "weeks",
        "years",
        "yes",
    }
)
"""The places that hold a number; of what other places hold, the noun behind it tells."""

VERBS = frozenset(
    {
        "asks",
        "comes",
        "confirms",
        "counts",
        "gets",
        "is",
        "lists",
        "makes",
        "names",
        "needs",
        "passes",
        "says",
        "shows",
        "stands",
        "stays",
        "takes",
        "thanks",
        "vouches",
        "was",
        "weighs",
        "yes",
    }
)
"""Words that end like nouns in the plural."""

BEHIND = re.compile(r"\{(\w+)\}[- ](?:(?:different|binding|more|other|short) )*([\w+]+)")
GERMAN_BEHIND = re.compile(r"\{(\w+)\} (?:[a-zäöüß]+en )*([A-ZÄÖÜ]\w+|sind\b)")

BOUND = "a bound of the program, which is more than one"
OVER = "more than a bound of the program"
SEVERAL = "told only where there are several"

ALLOWED = {
    "{ref} has {most} receipts, which is the most.": "more than one may be kept",
    "A name has up to {most} characters.": BOUND,
    "A name is longer than {most} characters.": BOUND,
    "A poll is open for at most {days} days.": BOUND,
    "A proposal is open for at most {days} days.": BOUND,
    "A question has one to {most} characters.": BOUND,
    "A title has up to {most} characters.": BOUND,
    "A unit has 0 to {most} decimals.": BOUND,
    "An equation has up to {most} characters.": BOUND,
    "An equation has up to {most} parts.": BOUND,
    "An option has up to {most} characters.": BOUND,
    "It is 2 to {most} letters, such as leaf.": BOUND,
    "Fewer than {floor} votes are void.": "the rule secrecy-floor is two or more",
    "It was opened to be counted with ballots of at least {floor} people; it closes {at}.": (
        "the rule secrecy-floor is two or more"
    ),
    "Letters, digits and - are fine, up to {most}.": BOUND,
    "One part weighs up to {most} things.": BOUND,
    "Paid between members: {paid}; each was used {velocity} times.": "told with two decimals",
    "That is {count} characters; {most} is the most that I take.": OVER,
    "That is {count} options; up to {most} can be marked.": "more than those that may be marked",
    "That is {count} options; {most} is the most.": OVER,
    "That is {count} people; {most} is the most.": OVER,
    "That number has more than {most} digits.": BOUND,
    "The file is longer than {most} MiB.": BOUND,
    "There are more than {most} options.": BOUND,
    "There is {count} option for {seats} seats.": "more seats than there are options",
    "Up to {most} words mean one unit.": BOUND,
    "With ballots of fewer than {floor} people it is open once more, for as long; after that, nothing "
    "is counted or told.": "the rule secrecy-floor is two or more",
    "With ballots of fewer than {floor} people, nothing is counted or told.": (
        "the rule secrecy-floor is two or more"
    ),
    "it has more than {count} MB; split it by year": BOUND,
    "it has more than {count} rows; split it by year": BOUND,
    "it has {count} rows, where the export stops by itself: add {setting}": BOUND,
    "is {count} hours, more than a day has": "told where it is more than a day",
    "up to {most} patterns with commas between, such as {example}, or none": BOUND,
    "{count} are elected.": SEVERAL,
    "{minutes} minutes": "what is a whole number of minutes is told as a time",
    "{what} counts {factor} times": "a weight that is one is not written",
    "{who} has been below nothing for {days} days: {amount}. {line}": "longer than a year",
    "“{name}” could be any of {count} people who came so before.": SEVERAL,
    "“{word}” could be any of {count} people here.": SEVERAL,
}
"""Sentences in which the number is never one, and why; what needs no leave any more has to go."""


def catalogue(path: str) -> Catalog:
    with (LOCALES / path).open("rb") as file:
        return read_po(file)


TEMPLATE = catalogue("talkoot.pot")
GERMAN = catalogue("de/LC_MESSAGES/talkoot.po")


def one_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def counted() -> frozenset[str]:
    """The nouns that stand behind the number of some sentence in the plural."""
    many = (message.id[1] for message in TEMPLATE if not isinstance(message.id, str))
    found = (noun for text in many for place, noun in BEHIND.findall(text) if place == "count")
    return frozenset(noun for noun in found if is_plural(noun) and noun not in {"are", "were"})


def is_plural(word: str) -> bool:
    return word in {"are", "were", "people", "MiB"} or (word.endswith("s") and word not in VERBS)


def lone_numbers(message: Message, nouns: frozenset[str]) -> list[str]:
    """The numbers of a sentence that the noun behind them does not follow."""
    texts = (message.id,) if isinstance(message.id, str) else message.id
    own = set() if isinstance(message.id, str) else {"count"}
    return [
        f"{{{place}}} {noun}"
        for text in texts
        for place, noun in BEHIND.findall(text)
        if place not in own and ((place in NUMBERS and is_plural(noun)) or noun in nouns)
    ]


def in_german() -> dict[str, list[str]]:
    """The German sentences in which a noun stands behind a number that it does not follow."""
    found: dict[str, list[str]] = {}
    for message in GERMAN:
        said = message.string or ""
        texts = (said,) if isinstance(said, str) else tuple(map(str, said))
        own = set() if isinstance(said, str) else {"count"}
        lone = [
            f"{{{place}}} {noun}"
            for text in texts
            for place, noun in GERMAN_BEHIND.findall(text)
            if message.id and place in NUMBERS - own
        ]
        if lone:
            found[one_of(message)] = lone
    return found


def test_no_sentence_has_a_noun_in_the_plural_behind_a_number_that_may_be_one() -> None:
    nouns = counted()
    found = {one_of(it): lone for it in TEMPLATE if it.id and (lone := lone_numbers(it, nouns))}

    assert {text: lone for text, lone in found.items() if text not in ALLOWED} == {}
    assert set(ALLOWED) - set(found) - set(in_german()) == set(), "these need no leave any more"


def test_no_german_sentence_has_a_noun_behind_a_number_that_may_be_one() -> None:
    assert {text: lone for text, lone in in_german().items() if text not in ALLOWED} == {}
