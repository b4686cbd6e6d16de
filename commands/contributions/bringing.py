"""`/import` with a file: it is read, shown, and entered when enough people agreed to what was shown."""

from __future__ import annotations

import json

import msgspec

from bot.arguments import OptionType, arguments, takes
from bot.books.importing.forms import SOURCES
from bot.books.importing.mapping import Map, map_of_lines
from bot.books.importing.planned import WITHOUT_AMOUNT, Plan, Planned
from bot.books.importing.planning import Before, has_changed, is_of, plan_of
from bot.books.importing.reasons import Misfit
from bot.chat import Attached, Refusal, Reply
from bot.collective.imports import Import, ImportAnnounced
from bot.collective.members import Member
from bot.collective.roles import Role
from bot.collective.state import State
from bot.decision import About, Accepted, Ask, Query, Since
from bot.grammar.hints import SEND_FILE
from bot.text.rendering import shortened, visible
from bot.text.wording import Node, Typed, Words, items, joined, lines, say
from commands.contributions.entering import announced
from commands.contributions.plans import left_told

ROWS_MAX = 2_000
"""How many entries come in by a chat: what is more keeps everybody waiting, and is the operator's."""

BEFORE_MAX = 10_000
"""How many entries earlier imports of a source may have: all are looked through for what is here."""

ASKED_SHOWN = 8


@arguments
class ImportArgs:
    """What `/import` takes."""

    as_: str = takes(
        OptionType.CHOICE,
        say("which program the file is from"),
        positional=True,
        choices=tuple(SOURCES),
        default="",
    )
    file: Attached | None = takes(
        OptionType.FILE, say("the file: sent along, or answered with this line"), default=None
    )
    map: str = takes(OptionType.LONG, say("whom and what its words mean, a line each"), default="")


def bring_queries(state: State, ask: Ask[ImportArgs]) -> tuple[Query, ...]:
    """What earlier imports of the source brought."""
    before = state.imports.done_of(ask.args.as_)
    if ask.args.file is None or not before or not may_bring(ask.member):
        return ()
    return (Since(min(it.at for it in before)),) if _count(before) <= BEFORE_MAX else ()


def _count(some: list[Import]) -> int:
    return sum(it.entries for it in some)


def bring(state: State, ask: Ask[ImportArgs]) -> Accepted:
    """Show what a file would bring, and ask the others; nothing of it counts yet."""
    me, source, file = ask.me, ask.args.as_, ask.args.file
    if not may_bring(me):
        raise Refusal("role", say("Only coordinators bring files in."))
    if not source:
        raise Refusal(
            "as-missing",
            say("Which program is the file from?"),
            instead=say("Add one of these: {lines}", lines=_kinds()),
        )
    if file is None:
        raise Refusal(
            "file-missing",
            say("There is no file with the line."),
            instead=SEND_FILE,
        )
    plan = _plan(state, ask, source, file)
    if plan.asked:
        return Accepted(replies=(Reply(_asked(plan)),))
    if not plan.entries:
        here = say("Here already: {count}.", count=plan.again) if plan.again else ""
        nothing = joined(filter(None, [say("There is nothing to enter."), here]), " ")
        return Accepted(replies=(Reply(lines(nothing, *left_told(plan))),))
    if len(plan.entries) > ROWS_MAX:
        raise _too_many()
    _check_money(me, plan)
    content = ask.moment.seal(json.dumps(msgspec.to_builtins(plan.entries)))
    return announced(state, plan, me.shown, content, ask)


def may_bring(who: Member | None) -> bool:
    """Whether somebody may bring files in at all."""
    return who is not None and who.may(Role.COORDINATOR)


def _check_money(me: Member, plan: Plan) -> None:
    """What moves money or own units is a treasurer's as well."""
    given = {"", *WITHOUT_AMOUNT}
    if not me.may(Role.TREASURER) and any(each.flow not in given for each in plan.entries):
        raise Refusal("role", say("Only treasurers bring in what moves money or units."))


def _kinds() -> Node:
    return joined([Words(f"--as {source}") for source in SOURCES])


def _plan(state: State, ask: Ask[ImportArgs], source: str, file: Attached) -> Plan:
    """What the file would enter. Raises Refusal where it cannot be read."""
    if _count(state.imports.done_of(source)) > BEFORE_MAX:
        raise _too_many()
    brought = [event for _, event in ask.entries(*ask.found) if is_of(event, state, source)]
    try:
        answers = map_of_lines(ask.args.map) if ask.args.map else Map()
        before = Before(brought, ask.texts)
        return plan_of(state, ask.rules, source, file.data, answers, ask.today(), before)
    except Misfit as why:
        raise Refusal(
            "import-misfit",
            say(
                "{file} cannot be brought in as {source}: {why}.",
                file=Words(shortened(visible(file.name))),
                source=source,
                why=why.why,
            ),
            word=source,
            instead=say("Nothing was entered. Mend it, or say what it is: {kinds}", kinds=_kinds()),
        ) from None


def _too_many() -> Refusal:
    return Refusal(
        "import-large",
        say("Those are too many entries for a chat: {most} is the most.", most=ROWS_MAX),
        instead=say(
            "Part the file, or let the operator bring it in: {line}", line=Words("talkoot import")
        ),
    )


def _asked(plan: Plan) -> Node:
    """What has to be answered first, and how."""
    more = len(plan.asked) - ASKED_SHOWN
    return lines(
        say("Nothing is entered yet. First tell me:"),
        items(plan.asked[:ASKED_SHOWN]),
        say("and {count} more", count=more) if more > 0 else None,
        say(
            "Send the file again, with an answer in each line below the first: {person}, {dates}.",
            person=Words("Nils = new"),
            dates=Words("dates = day-first"),
        ),
    )


# --- Entering what was agreed to ----------------------------------------------------------------------


def kept_queries(state: State, ref: str) -> tuple[Query, ...]:
    """The rows that an import which waits would enter, where they are kept."""
    it = state.imports.waiting
    return (About(it.ref),) if it is not None and it.content and it.ref == ref.upper() else ()


def kept_plan(state: State, ask: Ask, it: Import) -> Plan:
    """What was shown and is agreed to. Raises Refusal where the books would not take it now."""
    file = next(
        event.file
        for _, event in ask.entries(*ask.found)
        if isinstance(event, ImportAnnounced) and event.number == it.number
    )
    plan = Plan(it.source, file)
    if it.content in ask.texts:
        plan.entries = msgspec.json.decode(ask.texts[it.content], type=list[Planned])
    plan.new = plan.newcomers()
    if plan.digest != it.plan or has_changed(state, ask.rules, plan, it.at):
        raise Refusal(
            "import-changed",
            say("The books are not what they were when {ref} was shown.", ref=it.ref),
            word=it.ref,
            instead=say("Look at it again: {line}", line=Typed("import")),
        )
    return plan
