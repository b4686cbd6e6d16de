"""`/import`: what another program kept comes in, when members have looked at it and agreed.

The operator reads the file at the command line and announces what would come; the room sees who would
get how much. Nobody agrees alone to what they get themselves: it takes somebody who gets nothing of it,
or two; and two where somebody gets of it who has no account, for whoever claims that name gets it. What
is agreed to is exactly what was shown: a checksum holds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.events import Origin
from bot.collective.imports import (
    DECIDED_ELSEWHERE,
    DecisionBrought,
    Import,
    ImportAgreed,
    reference,
)
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query
from bot.feature import Feature
from bot.text.wording import Day, Node, Say, Typed, Words, items, lines, say, say_n
from commands.decisions.openly import openly

TOLD_MAX = 20
"""How many people the card names with what they would get."""

# --- What members type ------------------------------------------------------------------------------


@arguments
class ImportArgs:
    """What `/import` takes: nothing."""


def listed(state: State, ask: Ask[ImportArgs]) -> Accepted:
    """The imports there are, and what each waits for."""
    known = sorted(state.imports.known.values(), key=lambda it: -it.number)
    if not known:
        nothing = say("Nothing was imported. The operator begins: {line}", line=Words("talkoot import"))
        return Accepted(replies=(Reply(nothing),))
    return Accepted(replies=(Reply(items(_standing(state, it) for it in known[:TOLD_MAX])),))


def _standing(state: State, it: Import) -> Node:
    if it.undone:
        return say("{ref}: {source}, undone", ref=it.ref, source=it.source)
    if it.first and not it.letter:
        return say_n(
            "{ref}: {source}, {count} entry",
            "{ref}: {source}, {count} entries",
            it.entries,
            ref=it.ref,
            source=it.source,
        )
    if it.first:
        return say_n(
            "{ref}: {source}, {count} entry, from {first}",
            "{ref}: {source}, {count} entries, from {first}",
            it.entries,
            ref=it.ref,
            source=it.source,
            first=f"{it.letter}{it.first}",
        )
    if enough(state, it):
        return say("{ref}: {source}, agreed; the operator enters it", ref=it.ref, source=it.source)
    return say(
        "{ref}: {source}, waits: {line}",
        ref=it.ref,
        source=it.source,
        line=Typed(f"import agree {it.ref}"),
    )


def origin_told(state: State, origin: Origin | None) -> Say | None:
    """Which import brought an entry, from which program and line; None for what somebody typed."""
    if origin is None:
        return None
    known = state.imports.known.get(origin.number)
    return say(
        "Imported from {source}, line {line} ({ref}).",
        source=known.source if known else "…",
        line=str(origin.line),
        ref=reference(origin.number),
    )


@arguments
class AgreeArgs:
    """What `/import agree` takes."""

    ref: str = takes(OptionType.WORD, say("which one, for example I1"), positional=True)


def agree(state: State, ask: Ask[AgreeArgs]) -> Accepted:
    """Agree to an import that waits."""
    it, me = state.imports.waiting, ask.me
    if it is None or ask.args.ref.upper() != it.ref:
        raise Refusal(
            "import-unknown",
            say("No import {ref} waits here.", ref=ask.args.ref),
            word=ask.args.ref,
            instead=say("{command} lists them.", command=Typed("import")),
        )
    if state.members.one(me.number) in map(state.members.one, it.agreed):
        raise Refusal("import-agreed", say("You agreed to {ref} already.", ref=it.ref))
    if me.since > it.at:
        raise Refusal(
            "member-later",
            say("{ref} was asked before you were a member; somebody else agrees to it.", ref=it.ref),
            word=ask.args.ref,
        )
    if enough(state, replace(it, agreed=[*it.agreed, me.number])):
        told = say("{who} agrees to {ref}; the operator can enter it now.", who=me.shown, ref=it.ref)
    elif claimable(state, it):
        told = say(
            "{who} agrees to {ref}; somebody gets of it who has no account: one more has to agree.",
            who=me.shown,
            ref=it.ref,
        )
    else:
        told = say(
            "{who} agrees to {ref}, and gets some of it: one more has to.", who=me.shown, ref=it.ref
        )
    return Accepted((ImportAgreed(number=it.number, member=me.number),), (), (Reply(told),))


def enough(state: State, it: Import) -> bool:
    """Whether somebody agreed who can get nothing of it, or two did; alone, one is all there are.

    Who came after it was announced counts for nothing, nor does who left: nobody makes themselves a
    second account to agree by.
    """
    members = state.members

    def counted(numbers: Iterable[int]) -> set[int]:
        some = map(members.member, numbers)
        return {each.number for each in some if each.here and each.since <= it.at}

    agreed, acting = counted(it.agreed), counted(members.by_account.values())
    alone = agreed - set(map(members.one, it.members)) if not claimable(state, it) else set()
    return bool(alone) or 0 < min(2, len(acting)) <= len(agreed)


def claimable(state: State, it: Import) -> bool:
    """Whether some of it is for somebody without an account: whoever claims that name gets it."""
    return bool(it.new) or not all(map(state.members.accounts, it.members))


# --- What was decided elsewhere ---------------------------------------------------------------------

LISTED_MAX = 15
LOOKED_THROUGH = 2_000


@arguments
class ElsewhereArgs:
    """What `/import decisions` takes."""

    search: str = takes(OptionType.TEXT, say("words of it"), positional=True, default="")


def _elsewhere_queries(state: State, ask: Ask[ElsewhereArgs]) -> tuple[Query, ...]:
    return (About(DECIDED_ELSEWHERE, newest=LOOKED_THROUGH),)


def elsewhere(state: State, ask: Ask[ElsewhereArgs]) -> Accepted:
    """What was decided before, elsewhere: records, which bind nobody here; the latest day first."""
    wanted = ask.args.search.casefold().split()
    found = [
        (event.day, ask.text(event.what), event.origin)
        for _, event in ask.entries(*ask.found)
        if isinstance(event, DecisionBrought) and not state.imports.known[event.origin.number].undone
    ]
    found = [each for each in found if all(word in each[1].casefold() for word in wanted)]
    if not found:
        nothing = say("Nothing that was decided elsewhere has these words.")
        if not state.imports.decisions:
            nothing = say("Nothing that was decided elsewhere was brought in.")
        return Accepted(replies=(Reply(nothing),))
    found.sort(key=lambda each: each[0], reverse=True)
    points = [
        say(
            "{day}: {what} ({ref})",
            day=Day(day),
            what=Words(what),
            ref=reference(origin.number),
        )
        for day, what, origin in found[:LISTED_MAX]
    ]
    more = len(found) - LISTED_MAX
    body = lines(
        say("Decided elsewhere, before; it binds nobody here:"),
        items(points),
        say_n("and {count} more decision", "and {count} more decisions", more) if more > 0 else None,
    )
    return Accepted(replies=(Reply(body),))


COMMANDS = (
    Command(
        name="import",
        about=say("what was brought in from another program"),
        decide=listed,
        args=ImportArgs,
        examples=("import",),
    ),
    Command(
        name="import decisions",
        about=say("what was decided elsewhere, before"),
        decide=elsewhere,
        wants=_elsewhere_queries,
        args=ElsewhereArgs,
        examples=("import decisions", "import decisions oven"),
    ),
    Command(
        name="import agree",
        about=say("agree to what the operator wants to bring in"),
        decide=openly(agree),
        args=AgreeArgs,
        examples=("import agree I1",),
    ),
)

FEATURE = Feature(name="imports", commands=COMMANDS)
