"""Terms: what is frozen when a poll opens, and what of that can be. Instants are in ms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from bot.chat import Refusal
from bot.deciding.deadlines import OPEN_DAYS_MAX, after_quiet
from bot.deciding.terms import HOUR_MS, Timing
from bot.tally.methods import METHODS, CountingMethod
from bot.tally.options import EQUAL_TOLD, Options, settled
from bot.text.wording import Node, Words, fill, items, joined, say, say_n

OPTIONS_MAX: Final = 50
"""The most options of a poll: more than anybody compares, and a table of pairs still fits a page."""

OPTION_CHARACTERS_MAX: Final = 100
"""The longest option: what a menu shows."""

USUAL_MS: Final = 7 * 24 * HOUR_MS
"""How long a poll is open where neither its author nor a rule says so."""

POINTS_MAX: Final = 1_000
"""The most points of a voter, and the highest score: what a person can still divide."""

USUAL_POINTS: Final = {"dots": 10, "quadratic": 100}
"""The points of a voter where the author names no number."""

WITHDRAW: Final = "withdraw"
"""The word that takes a vote back."""

NONE_WORD: Final = "none"
"""The word for none of the above, where that is an option."""

_NUMBERED = re.compile(r"#[0-9]")

NONE_NAME: Final = "None of the above"
"""What this option is called in the draw, in every language."""

PROPORTIONAL: Final = frozenset({"stv-scottish", "stv-meek"})
"""The methods in which the order of election is no order of preference."""


TOTALS: Final = "totals"
LIST: Final = "list"
RECEIPTS: Final = "receipts"
OUTCOME: Final = "outcome"
"""What a secret poll publishes at its close: the working of the count; all ballots in random order;
those with a receipt for each voter; or nothing but what was decided."""


class PollTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one poll is counted and shown by.

    seats: how many are elected. counting: how, where the method leaves a choice. hidden: nothing is
    told of the votes before the close. adding: voters may add options. write_ins: they may do so
    within their vote. none: the last of the first options is none of the above. secret: ballots are
    sealed until the close. publishes: what is told of them then, and floor: of how few people's ballots
    nothing is. shuffle: each voter's ballot lists the options in an order of its own.
    """

    method: str = "single"
    seats: int = 1
    counting: Options = Options()
    hidden: bool = False
    adding: bool = False
    write_ins: bool = False
    none: bool = False
    timing: Timing = Timing()
    secret: bool = False
    publishes: str = TOTALS
    shuffle: bool = False
    floor: int = 0

    @property
    def how(self) -> CountingMethod:
        """The counting method."""
        return METHODS[self.method]

    @property
    def marks_max(self) -> int | None:
        """The most options that a vote may mark; None for any number."""
        if self.how.kind == "choice":
            return 1
        return self.counting.marks if self.how.kind == "marks" else None

    @property
    def ends_at_equal(self) -> bool:
        """Whether two options on one rank end a vote there."""
        return (self.counting.equal or self.how.options.get("equal")) == "exhaust"

    @property
    def top(self) -> int | None:
        """The highest number that one option can be given; None where only the points limit it."""
        return self.counting.top or self.how.top


def checked_terms(terms: PollTerms, options: int) -> PollTerms:
    """The terms with what they leave open filled in. Raises Refusal for what cannot be."""
    how = terms.how
    usual = USUAL_POINTS.get(terms.method)
    if usual is not None and terms.counting.points is None:
        counting = msgspec.structs.replace(terms.counting, points=usual)
        terms = msgspec.structs.replace(terms, counting=counting)
    settled(terms.method, terms.counting, how.options)
    if how.most_seats is not None and terms.seats > how.most_seats:
        raise Refusal(
            "poll-seats",
            say("The method “{method}” elects only one.", method=terms.method),
            word=str(terms.seats),
            instead=say(
                "For several seats there are: {methods}.",
                methods=joined(name for name, each in METHODS.items() if each.most_seats is None),
            ),
        )
    if terms.seats > options:
        raise Refusal(
            "poll-seats",
            say_n(
                "There is {count} option for {seats} seats.",
                "There are {count} options for {seats} seats.",
                options,
                seats=terms.seats,
            ),
            word=str(terms.seats),
        )
    for number in (terms.counting.points, terms.counting.top):
        if number is not None and number > POINTS_MAX:
            raise Refusal(
                "poll-points",
                say("{count} is too many; {most} is the most.", count=number, most=POINTS_MAX),
                word=str(number),
            )
    return terms


def poll_closing(timing: Timing, now: int, asked_at: int | None) -> int:
    """When a poll that opens now closes; `asked_at` is what its author asked for. Raises Refusal."""
    if asked_at is None:
        return after_quiet(now + (timing.open_ms or USUAL_MS), timing)
    if asked_at <= now:
        raise Refusal(
            "closes-past",
            say("{when} is over.", when=timing.time(asked_at)),
            instead=say("Name a time to come, for example {example}.", example="in 3 days"),
        )
    if asked_at > now + OPEN_DAYS_MAX * 24 * HOUR_MS:
        raise Refusal(
            "closes-too-late",
            say("A poll is open for at most {days} days.", days=OPEN_DAYS_MAX),
            instead=say("Name an earlier time, and open it again when it is due."),
        )
    return asked_at


def checked_options(names: tuple[str, ...], least: int) -> None:
    """Options that people can tell apart. Raises Refusal."""
    if len(names) < least:
        raise Refusal(
            "poll-options",
            say_n(
                "A poll needs a question and at least {count} option.",
                "A poll needs a question and at least {count} options.",
                least,
            ),
            instead=say("Write them so: {example}", example=Words("Which day? | Monday | Tuesday")),
        )
    if len(names) > OPTIONS_MAX:
        raise Refusal(
            "poll-options",
            say("That is {count} options; {most} is the most.", count=len(names), most=OPTIONS_MAX),
        )
    seen: set[str] = set()
    for name in names:
        if len(name) > OPTION_CHARACTERS_MAX:
            raise Refusal(
                "option-long",
                say("An option has up to {most} characters.", most=OPTION_CHARACTERS_MAX),
                word=name,
                instead=say("Explain it in the room, and give it a short name here."),
            )
        if name.casefold() in seen:
            raise Refusal("option-twice", say("Two options are called “{name}”.", name=name), word=name)
        seen.add(name.casefold())


def checked_names(names: Iterable[str], *, none: bool) -> None:
    """New options that cannot be taken for what is typed in a vote. Raises Refusal.

    `none` says that there is none of the above, which has a word.
    """
    for name in names:
        folded = name.casefold()
        if folded == WITHDRAW:
            reason = say("“{name}” is the word that takes a vote back.", name=name)
        elif folded == NONE_WORD and none:
            reason = say("“{name}” is the word for none of the above.", name=name)
        elif _NUMBERED.match(name):
            reason = say("“{name}” looks like the number of an option.", name=name)
        else:
            continue
        raise Refusal(
            "option-command", reason, word=name, instead=say("Give this option another name.")
        )


def terms_told(terms: PollTerms) -> Node:
    """What whoever votes has to know: the method, and what this poll says about it."""
    counting = terms.counting
    about = terms.how.about
    points: list[Node] = [fill(about, top=terms.top or 0) if "top" in about.places else about]
    if terms.seats > 1:
        points.append(say("{count} are elected.", count=terms.seats))
    if counting.marks is not None:
        points.append(
            say_n("Mark up to {count} option.", "Mark up to {count} options.", counting.marks)
        )
    if counting.points is not None:
        points.append(say("Everybody has {count} to give.", count=counting.points))
    points += [
        say("{option}: {value}.", option=name, value=value)
        for name in ("quota", "unranked", "overvotes", "strength", "borda")
        if (value := getattr(counting, name)) is not None
    ]
    if counting.equal is not None or terms.ends_at_equal:
        points.append(EQUAL_TOLD[counting.equal or "exhaust"])
    if terms.shuffle:
        points.append(say("Each voter's ballot has an order of its own."))
    if terms.none and terms.method in PROPORTIONAL:
        points.append(say("A seat that none of the above wins stays empty."))
    elif terms.none:
        points.append(say("Whoever comes behind none of the above is not elected."))
    return items(points) if len(points) > 1 else points[0]
