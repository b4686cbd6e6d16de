"""`/import undo`: what an import brought is taken back, but for what has to stay; shown before."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, flag, takes
from bot.books.importing.undoing import Undoing, undoing
from bot.chat import Button, Refusal, Reply
from bot.collective.imports import Import
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import Order
from bot.decision import Accepted, Ask, Query, Since
from bot.text.wording import Node, Typed, Words, items, lines, say, say_n
from commands.contributions.bringing import ROWS_MAX, may_bring
from commands.contributions.entering import back_part, given_up, undone

KEPT_SHOWN = 8


@arguments
class UndoArgs:
    """What `/import undo` takes."""

    ref: str = takes(OptionType.WORD, say("which one, for example I1"), positional=True)
    sure: bool = flag(say("that you have seen what would go"))


def undo_queries(state: State, ask: Ask[UndoArgs]) -> tuple[Query, ...]:
    """All that was written since it was announced."""
    it = _named(state, ask) if may_bring(ask.member) else None
    return (Since(it.at),) if it is not None and it.first and it.entries <= ROWS_MAX else ()


def _named(state: State, ask: Ask[UndoArgs]) -> Import | None:
    known = (it for it in state.imports.known.values() if not it.undone)
    return next((it for it in known if it.ref == ask.args.ref.upper()), None)


def undo(state: State, ask: Ask[UndoArgs]) -> Accepted:
    """Show what would go, and what would stay and why; when that was seen, do it."""
    if not may_bring(ask.me):
        raise Refusal("role", say("Only coordinators undo what was brought in."))
    it = _named(state, ask)
    if it is None:
        raise Refusal(
            "import-unknown",
            say("There is no import {ref} to undo.", ref=ask.args.ref),
            word=ask.args.ref,
            instead=say("{command} lists them.", command=Typed("import")),
        )
    if not it.first:
        told = say("{who} gives up {ref}: nothing of it was entered.", who=ask.me.shown, ref=it.ref)
        return given_up(state, it, Reply(told, ref=it.ref), ask)
    if it.entries > ROWS_MAX:
        line = Words(f"talkoot import --undo {it.ref}")
        raise Refusal(
            "import-large",
            say(
                "{ref} has too many entries for a chat: {most} is the most.", ref=it.ref, most=ROWS_MAX
            ),
            word=it.ref,
            instead=say("The operator undoes it: {line}", line=line),
        )
    events = (event for _, event in ask.entries(*ask.found))
    found = undoing(events, state, it, ask.rules)
    money = any(isinstance(each, Order) for _, each in found.going)
    if money and not ask.me.may(Role.TREASURER):
        raise Refusal("role", say("Only treasurers undo what moved money or units."))
    if not ask.args.sure:
        return Accepted(replies=(_first(it, found),))
    return _undone(state, ask, it, found)


def _undone(state: State, ask: Ask[UndoArgs], it: Import, found: Undoing) -> Accepted:
    today, kept = ask.today().isoformat(), len(found.kept)
    back = back_part(found.going, today, state.treasury.count + 1)
    told = undone(state, it, len(found.going) + found.unnumbered, kept, ask=ask)
    return Accepted((*back.events, *told.events), (), told.replies)


def _first(it: Import, found: Undoing) -> Reply:
    going, line = len(found.going) + found.unnumbered, f"import undo {it.ref} --sure"
    told = lines(
        say_n(
            "{count} entry of {ref} would be withdrawn.",
            "{count} entries of {ref} would be withdrawn.",
            going,
            ref=it.ref,
        ),
        *_staying(found),
        say("To do it: {line}", line=Typed(line)),
    )
    return Reply(told, ref=it.ref, buttons=(Button(say("Undo"), line),))


def _staying(found: Undoing) -> tuple[Node | None, ...]:
    if not found.kept:
        return ()
    more = len(found.kept) - KEPT_SHOWN
    return (
        say("These stay:"),
        items(say("{entry}: {why}", entry=entry, why=why) for entry, why in found.kept[:KEPT_SHOWN]),
        say("and {count} more", count=more) if more > 0 else None,
    )
