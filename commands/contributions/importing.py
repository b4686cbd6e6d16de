"""`/import`: what another program kept comes in, when members have looked at it and agreed.

A coordinator sends the file, or the operator reads it at the command line; the room sees who would get
how much (`agreement` says who has to agree). What is agreed to is exactly what was shown: a checksum
holds it. What came by a chat is entered with the last agreement.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.imports import (
    DECIDED_ELSEWHERE,
    DecisionBrought,
    Import,
    ImportAgreed,
    reference,
)
from bot.collective.members import Member
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query
from bot.feature import Feature
from bot.text.wording import Day, Node, Typed, Words, items, lines, say, say_n
from commands.contributions.agreement import claimable, enough, missing
from commands.contributions.bringing import (
    ImportArgs,
    bring,
    bring_queries,
    kept_plan,
    kept_queries,
)
from commands.contributions.entering import entered
from commands.contributions.unbringing import UndoArgs, undo, undo_queries
from commands.decisions.openly import openly

TOLD_MAX = 20
"""How many people the card names with what they would get."""

# --- What members type ------------------------------------------------------------------------------


def brought_or_listed(state: State, ask: Ask[ImportArgs]) -> Accepted:
    """Bring a file in; without one, the imports there are, and what each waits for."""
    if ask.args != ImportArgs():
        return bring(state, ask)
    known = sorted(state.imports.known.values(), key=lambda it: -it.number)
    if not known:
        nothing = say(
            "Nothing was imported. A coordinator sends a file with {line}, or the operator begins.",
            line=Typed("import --as kimai"),
        )
        return Accepted(replies=(Reply(nothing),))
    return Accepted(replies=(Reply(items(_standing(state, it) for it in known[:TOLD_MAX])),))


def _standing(state: State, it: Import) -> Node:
    if it.undone and not it.first:
        return say("{ref}: {source}, given up", ref=it.ref, source=it.source)
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
    if it.begun is not None:
        return say_n(
            "{ref}: {source}, agreed; {there} of {count} entry is written; it counts when all is "
            "there. The operator types the same line again, or somebody gives it up: {line}",
            "{ref}: {source}, agreed; {there} of {count} entries are written; they count when all are "
            "there. The operator types the same line again, or somebody gives it up: {line}",
            it.entries,
            ref=it.ref,
            source=it.source,
            there=max(0, len(it.begun.held) - it.new),
            line=Typed(f"import undo {it.ref}"),
        )
    if enough(state, it):
        return say("{ref}: {source}, agreed; the operator enters it", ref=it.ref, source=it.source)
    return say(
        "{ref}: {source}, waits: {line}",
        ref=it.ref,
        source=it.source,
        line=Typed(f"import agree {it.ref}"),
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
    agreed = ImportAgreed(number=it.number, member=me.number)
    told: Node
    if enough(state, replace(it, agreed=[*it.agreed, me.number])):
        if it.content:
            return _entered(state, ask, it, agreed)
        told = say("{who} agrees to {ref}; the operator can enter it now.", who=me.shown, ref=it.ref)
    elif it.by:
        told = _waits_for_others(state, it, me)
    elif claimable(state, it):
        told = say(
            "{who} agrees to {ref}; somebody gets of it who has no account: one more has to agree.",
            who=me.shown,
            ref=it.ref,
        )
    else:
        told = _gets_some_told(it, me)
    return Accepted((agreed,), (), (Reply(told),))


def _gets_some_told(it: Import, me: Member) -> Node:
    return say("{who} agrees to {ref}, and gets some of it: one more has to.", who=me.shown, ref=it.ref)


def _waits_for_others(state: State, it: Import, me: Member) -> Node:
    if state.members.one(it.by) == state.members.one(me.number):
        raise Refusal(
            "import-own",
            say("You brought {ref}; somebody else agrees to it.", ref=it.ref),
            word=it.ref,
            instead=say("To give it up: {line}", line=Typed(f"import undo {it.ref}")),
        )
    left = missing(state, replace(it, agreed=[*it.agreed, me.number]))
    if left == 1 and me.number in map(state.members.one, it.members):
        return _gets_some_told(it, me)
    return say_n(
        "{who} agrees to {ref}; {count} more has to.",
        "{who} agrees to {ref}; {count} more have to.",
        left,
        who=me.shown,
        ref=it.ref,
    )


def _entered(state: State, ask: Ask[AgreeArgs], it: Import, agreed: ImportAgreed) -> Accepted:
    """The last agreement that it takes: all of it is entered with it."""
    parts = entered(state, it, kept_plan(state, ask, it), ask.moment, ask)
    told = say("{who} agrees to {ref}.", who=ask.me.shown, ref=it.ref)
    return Accepted(
        (agreed, *(event for part in parts for event in part.events)),
        tuple(text for part in parts for text in part.texts),
        tuple(
            msgspec.structs.replace(reply, body=lines(told, reply.body), private=reply.place is None)
            for part in parts
            for reply in part.replies
        ),
        dropped=tuple(seal for part in parts for seal in part.dropped),
    )


def _agree_queries(state: State, ask: Ask[AgreeArgs]) -> tuple[Query, ...]:
    return kept_queries(state, ask.args.ref)


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
        grouped="import bring",
        about=say("bring in what another program kept, or see what was brought in"),
        decide=brought_or_listed,
        wants=bring_queries,
        args=ImportArgs,
        examples=("import", "import --as kimai"),
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
        about=say("agree to what is to be brought in"),
        decide=openly(agree),
        wants=_agree_queries,
        args=AgreeArgs,
        examples=("import agree I1",),
    ),
    Command(
        name="import undo",
        about=say("take back what an import brought, or give up one that waits"),
        decide=undo,
        wants=undo_queries,
        args=UndoArgs,
        examples=("import undo I1",),
    ),
)

FEATURE = Feature(name="imports", commands=COMMANDS)
