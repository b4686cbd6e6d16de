"""`talkoot tally`: counts the ballots in a file by any method, and tells the whole working.

Nothing is kept and no database is opened: the file is read (`bot.tally.files`), counted by the same
code that counts polls (`bot.tally.methods`), and told, for people or as JSON. A file that cannot be
read whole gives no result: one sentence with the line, and the exit code 2.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from adapters.cli.progress import Progress
from bot.chat import Refusal
from bot.tally.ballots import Election
from bot.tally.files import Given, Kind, Overvotes, decoded, form_of, read_ballots
from bot.tally.files.common import AnyBallot
from bot.tally.methods import METHODS, count
from bot.tally.options import EQUAL_TOLD, NUMBERS, Options
from bot.tally.result import Result, Round, Tie
from bot.tally.ties import commitment
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Node, Strong, Table, Words, items, joined, lines, say, say_n

_ENGLISH = reader("en", "UTC")

DECIMALS: Mapping[str, int] = {"stv-scottish": 5, "stv-meek": 9}
"""How many decimals the law of a method carries; its totals are told with all of them."""

_PLAIN = Options()

OPTIONS_IN_TABLE_MAX = 60
"""More columns than that are told as lists."""


Named = Callable[[Iterable[int]], list[str]]


class TallyError(Exception):
    """The file or the question cannot be counted; says why, and in which line."""


def tally(
    path: str,
    method: str,
    *,
    seats: int | None,
    seed: str,
    options: Options,
    cells: str = "",
    given: Given = Given(),  # noqa: B008 - a value, and never changed
) -> tuple[Election[AnyBallot], Result]:
    """Read a file (`-`: standard input) and count it. Raises TallyError.

    `cells` says what the numbers in a table are, where they are not what the method counts; `given`
    whether it has a heading, and which of its columns hold the vote.
    """
    known = METHODS.get(method)
    try:
        text = decoded(sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes())
        ending = "" if path == "-" else Path(path).suffix.removeprefix(".")
        kind = Kind(known.kind) if known and known.kind != "none" else Kind.RANKS
        with Progress("Reading the ballots"):
            election = read_ballots(
                text,
                form_of(text, ending),
                kind,
                cells=_kind_of(cells) if cells else None,
                overvotes=Overvotes.EXHAUST if options.overvotes == "void" else Overvotes.REFUSE,
                given=given,
            )
        if seats is not None:
            election = msgspec.structs.replace(election, seats=seats)
        if known and "top" in known.options and options.top is None and election.top:
            options = msgspec.structs.replace(options, top=election.top)
        with Progress("Counting"):
            return election, count(method, election, options=options, seed=seed)
    except Refusal as wrong:
        refused = wrong
        raise TallyError(render(lines(refused.reason, refused.instead), _ENGLISH)) from wrong
    except OSError as wrong:
        raise TallyError(f"{path} cannot be read: {wrong.strerror or wrong}") from wrong


def _kind_of(cells: str) -> Kind:
    try:
        return Kind(cells.casefold())
    except ValueError as wrong:
        there_are = ", ".join(Kind)
        raise TallyError(f"“{cells}” is nothing that cells can be. There are {there_are}.") from wrong


def read_options(given: Sequence[str]) -> Options:
    """Choices of a method as they are typed: `quota=hare`, `points=20`. Raises TallyError."""
    chosen: dict[str, Any] = {}
    for text in given:
        name, mark, value = text.partition("=")
        if not mark or name not in Options.__struct_fields__:
            known = ", ".join(Options.__struct_fields__)
            raise TallyError(f"“{text}” is no choice; it looks like quota=hare. There are {known}.")
        chosen[name] = int(value) if name in NUMBERS and value.isascii() and value.isdigit() else value
    return Options(**chosen)


def number(value: Fraction, method: str = "") -> str:
    """A number of votes, exactly: with the decimals of the law, as a decimal, or as a fraction."""
    places = DECIMALS.get(method)
    if places is None:
        rest, places = value.denominator, 0
        while rest % 10 == 0:
            rest, places = rest // 10, places + 1
        for prime in (2, 5):
            while rest % prime == 0:
                rest, places = rest // prime, places + 1
        if rest != 1:
            return f"{value.numerator}/{value.denominator}"
    scaled = value * 10**places
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled.numerator)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


# --- For machines ---------------------------------------------------------------------------------


def as_json(election: Election[AnyBallot], result: Result, seed: str) -> str:
    """The result and its whole working, as one JSON object."""
    names, method = election.options, result.method

    def named(options: Iterable[int]) -> list[str]:
        return [names[option] for option in options]

    told: dict[str, Any] = {
        "method": method,
        "seats": result.seats,
        "elected": named(result.elected),
        "ties": [_tie_json(tie, named) for tie in result.ties],
        "rounds": [_round_json(each, named, method) for each in result.rounds],
        "title": election.title,
        "options": list(names),
        "withdrawn": named(sorted(election.withdrawn)),
        "ballots": election.voters,
        "blank": result.blank,
    }
    if result.order:
        told["order"] = [named(level) for level in result.order]
    if result.pairwise:
        told["pairwise"] = {
            name: dict(zip(names, row, strict=True))
            for name, row in zip(names, result.pairwise, strict=True)
        }
    if seed:
        told["seed"], told["commitment"] = seed, commitment(seed)
    return json.dumps(told, ensure_ascii=False)


def _tie_json(tie: Tie, named: Named) -> dict[str, Any]:
    return {
        "round": tie.round,
        "options": named(tie.options),
        "chosen": named(tie.chosen),
        "rule": tie.rule,
        "purpose": tie.purpose,
    }


def _round_json(each: Round, named: Named, method: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "totals": {named([o])[0]: number(total, method) for o, total in each.totals.items()},
        "elected": named(each.elected),
        "eliminated": named(each.eliminated),
        "exhausted": number(each.exhausted, method),
    }
    if each.quota is not None:
        told["quota"] = number(each.quota, method)
    if each.surplus_of is not None:
        (told["surplus_of"],) = named([each.surplus_of])
    return told


# --- For people -----------------------------------------------------------------------------------


def as_text(election: Election[AnyBallot], result: Result, seed: str, options: Options = _PLAIN) -> str:
    """The result and its working, to be read; `options` are those that were chosen."""
    names = election.options
    elected = joined(names[option] for option in result.elected)
    body = lines(
        Strong(Words(election.title)) if election.title else None,
        say(
            "{method}, {seats} of {options}, {ballots}",
            method=result.method,
            seats=result.seats,
            options=say_n("{count} option", "{count} options", len(election.standing)),
            ballots=say_n("{count} ballot", "{count} ballots", election.voters),
        ),
        EQUAL_TOLD[options.equal] if options.equal else None,
        say("Elected: {names}", names=elected) if result.elected else say("Nobody is elected."),
        _blank(election, result),
        _withdrawn(election),
        _rounds(election, result),
        _pairs(election, result),
        _ties(election, result),
        say("Seed of the draw: {seed}, commitment {hash}", seed=seed, hash=commitment(seed))
        if seed
        else None,
    )
    return render(body, _ENGLISH)


def _blank(election: Election[AnyBallot], result: Result) -> Node | None:
    """How many ballots said nothing, and that this is why nobody is elected."""
    if not result.blank:
        return None
    told = say_n(
        "{count} ballot of {all} says nothing that this method counts: it is blank, or void.",
        "{count} ballots of {all} say nothing that this method counts: they are blank, or void.",
        result.blank,
        all=election.voters,
    )
    every = say("There is nothing to count.") if result.blank == election.voters else None
    return joined([told, *([every] if every else [])], " ")


def _withdrawn(election: Election[AnyBallot]) -> Node | None:
    gone = joined(election.options[option] for option in sorted(election.withdrawn))
    return say("Withdrawn: {names}", names=gone) if election.withdrawn else None


def _rounds(election: Election[AnyBallot], result: Result) -> Node | None:
    if not result.rounds:
        return None
    numbers = [str(place) for place in range(1, len(result.rounds) + 1)]
    header: tuple[Node, ...] = (say("Round"), *map(Words, numbers))
    shown = [option for option in range(len(election.options)) if _ever(option, result.rounds)]
    rows: list[tuple[Node, ...]] = [
        (
            Words(election.options[option]),
            *(Words(_cell(option, each, result.method)) for each in result.rounds),
        )
        for option in shown[:OPTIONS_IN_TABLE_MAX]
    ]
    rows.append(
        (
            say("no option"),
            *(Words(number(each.exhausted, result.method)) for each in result.rounds),
        )
    )
    if any(each.quota is not None for each in result.rounds):
        rows.append(
            (
                say("quota"),
                *(
                    Words("" if each.quota is None else number(each.quota, result.method))
                    for each in result.rounds
                ),
            )
        )
    return Table(header, tuple(rows))


def _ever(option: int, rounds: Sequence[Round]) -> bool:
    return any(option in each.totals for each in rounds)


def _cell(option: int, each: Round, method: str) -> str:
    """A total, with + for an election and × for an exclusion in this round."""
    if option not in each.totals:
        return ""
    mark = " +" if option in each.elected else " ×" if option in each.eliminated else ""
    return number(each.totals[option], method) + mark


def _pairs(election: Election[AnyBallot], result: Result) -> Node | None:
    if not result.pairwise or len(election.options) > OPTIONS_IN_TABLE_MAX:
        return None
    header: tuple[Node, ...] = (say("prefer … to"), *map(Words, election.options))
    rows: tuple[tuple[Node, ...], ...] = tuple(
        (Words(name), *(Words("" if a == b else str(n)) for b, n in enumerate(row)))
        for a, (name, row) in enumerate(zip(election.options, result.pairwise, strict=True))
    )
    return Table(header, rows)


def _ties(election: Election[AnyBallot], result: Result) -> Node | None:
    if not result.ties:
        return None
    names = election.options
    return items(
        say(
            "Round {round}, tie for {purpose} between {options}: {chosen}, by {rule}",
            round=tie.round,
            purpose=tie.purpose,
            options=joined(names[option] for option in tie.options),
            chosen=joined(names[option] for option in tie.chosen),
            rule=tie.rule,
        )
        for tie in result.ties
    )
