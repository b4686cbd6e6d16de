"""Receipts: `/slip T4` shows them, `/slip add T4` hands one in, `/slip remove T4` takes it back.

Treasurers see receipts, and whoever handed one in, laid the money out or bears a part of it; nobody
else, in whatever room it is asked. The answer is private, and is kept nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from bot.arguments import OptionType, WithRef, arguments, takes
from bot.chat import File, Refusal, Reply
from bot.collective.roles import Role
from bot.collective.sharedexpenses import ExpenseShared
from bot.collective.slips import SlipIs, SlipKept, SlipRemoved
from bot.collective.state import State
from bot.collective.treasury import Flow, TransferAsked, TransferMade, reference
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query, SlipFile
from bot.slips.judging import Kind
from bot.text.wording import Node, Typed, items, lines, say, say_n
from commands.decisions.openly import openly

SHOWN_BYTES_MAX = 9_000_000
"""How much is shown at once: what Discord takes in one message."""

Spent = TransferMade | TransferAsked | ExpenseShared
"""What a receipt can be of, as it was entered."""

# --- What there is --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """A receipt that is kept: its number, who handed it in, and what it is; None where erased."""

    number: int
    by: int
    content: str
    what: SlipIs | None


@dataclass(frozen=True, slots=True)
class Slipped:
    """What was spent or came in, the receipts that are kept of it, and the last number of one."""

    ref: str
    spent: Spent
    held: tuple[Held, ...]
    last: int

    @property
    def about(self) -> int:
        """The member whom it is about, 0 for nobody."""
        return self.spent.payer if isinstance(self.spent, ExpenseShared) else self.spent.order.member


def slipped(ask: Ask, ref: str) -> Slipped:
    """What a reference means, if receipts can be of that. Raises Refusal."""
    found = [event for _, event in ask.found.get(About(ref), ())]
    spent = next((it for it in found if isinstance(it, Spent) and reference(it.number) == ref), None)
    if spent is None or not _has_slips(spent):
        raise Refusal(
            "slip-not-of",
            say("{ref} is no expense and no income here.", ref=ref),
            word=ref,
            instead=say("{ledger} tells what there is.", ledger=Typed("ledger")),
        )
    kept = [event for event in found if isinstance(event, SlipKept)]
    removed = {n for event in found if isinstance(event, SlipRemoved) for n in event.numbers}
    held = tuple(
        Held(it.number, it.by, it.content, what_of(ask, it.content))
        for it in kept
        if it.number not in removed
    )
    return Slipped(ref, spent, held, max((it.number for it in kept), default=0))


def _has_slips(spent: Spent) -> bool:
    if isinstance(spent, ExpenseShared):
        return not spent.reverses
    return not spent.reverses and spent.order.flow in {Flow.EXPENSE, Flow.INCOME}


def what_of(ask: Ask, seal: str) -> SlipIs | None:
    """What a receipt is, by its commitment; None where that was erased."""
    text = ask.texts.get(seal)
    return SlipIs.of(text) if text else None


def slips_told(ask: Ask, ref: str) -> Node | None:
    """How many receipts there are of a transfer, and what shows them; None for none."""
    try:
        count = len([it for it in slipped(ask, ref).held if it.what is not None])
    except Refusal:
        return None
    return with_told(ref, count) if count else None


def with_told(ref: str, count: int) -> Node:
    """That something has so many receipts, and what shows them."""
    line = Typed(f"slip {ref}")
    return say_n("With a receipt: {line}", "With {count} receipts: {line}", count, line=line)


# --- Who may --------------------------------------------------------------------------------------


def is_theirs(state: State, ask: Ask, numbers: Iterator[int] | tuple[int, ...]) -> bool:
    """Whether whoever asks is a treasurer, the operator, or one of these members."""
    me = ask.member
    if me is None or me.may(Role.TREASURER):
        return True
    return any(
        number and state.members.one(number) == state.members.one(me.number) for number in numbers
    )


def _sees(state: State, ask: Ask, it: Slipped, held: Held) -> bool:
    """Treasurers; who handed it in, laid it out, or bears a part of it."""
    borne = it.spent.borne if isinstance(it.spent, ExpenseShared) else ()
    return is_theirs(state, ask, (held.by, it.about, *(each.member for each in borne)))


def _private(ref: str) -> Refusal:
    return Refusal(
        "slip-private",
        say("Receipts are for treasurers, and for those whose they are."),
        word=ref,
        instead=say("{show} tells the rest of it.", show=Typed(f"show {ref}")),
    )


# --- Looking --------------------------------------------------------------------------------------

REF = takes(OptionType.REFERENCE, say("of what, for example T4"), positional=True)
_NUMBER = takes(OptionType.WORD, say("which one, of several"), positional=True, default="")


@arguments
class SlipArgs:
    """What `/slip` takes."""

    ref: str = REF
    number: str = _NUMBER


def slip_queries(state: State, ask: Ask[SlipArgs]) -> tuple[Query, ...]:
    """What it is of; and the files of those receipts that whoever asks may see."""
    ref = ask.args.ref
    if About(ref) not in ask.found:
        return (About(ref),)
    try:
        it = slipped(ask, ref)
        asked = _asked(it, ask.args.number)
    except Refusal:
        return (About(ref),)
    seen = [each for each in asked if each.what is not None and _sees(state, ask, it, each)]
    return (About(ref), *(SlipFile(each.content) for each in _at_once(seen)))


def _asked(it: Slipped, number: str) -> tuple[Held, ...]:
    """The receipts that are meant. Raises Refusal where there is none."""
    if not it.held:
        raise Refusal(
            "slip-none",
            say("There is no receipt of {ref}.", ref=it.ref),
            word=it.ref,
            instead=say("{line} hands one in.", line=Typed(f"slip add {it.ref}")),
        )
    if not number:
        return it.held
    found = tuple(each for each in it.held if str(each.number) == number)
    if not found:
        there = ", ".join(str(each.number) for each in it.held)
        raise Refusal(
            "slip-unknown",
            say("{ref} has no receipt {number}.", ref=it.ref, number=number),
            word=number,
            instead=say("There are: {numbers}.", numbers=there),
        )
    return found


def _at_once(some: list[Held]) -> list[Held]:
    """As many of them as go into one message; the first one in any case."""
    shown, count = list[Held](), 0
    for each in some:
        count += each.what.bytes if each.what is not None else 0
        if shown and count > SHOWN_BYTES_MAX:
            break
        shown.append(each)
    return shown


def show_slips(state: State, ask: Ask[SlipArgs]) -> Accepted:
    """The receipts of a transfer, in private, and kept nowhere else."""
    it = slipped(ask, ask.args.ref)
    asked = _asked(it, ask.args.number)
    seen = [each for each in asked if _sees(state, ask, it, each)]
    if not seen:
        raise _private(it.ref)
    there = [each for each in seen if each.what is not None]
    shown = _at_once(there)
    files = [file for each in shown if (file := _file(ask, it.ref, each))]
    rows = [_held_told(state, ask, it.ref, each) for each in seen]
    rest = [Typed(f"slip {it.ref} {each.number}") for each in there if each not in shown]
    body = lines(
        say("The receipts of {ref}, for you alone:", ref=it.ref),
        items(rows),
        say("Too much for one message; one by one:") if rest else None,
        items(rest) if rest else None,
    )
    facts = {"receipts": [each.number for each in seen]}
    reply = Reply(body, private=True, fleeting=True, files=tuple(files), facts=facts)
    return Accepted(replies=(reply,))


def _file(ask: Ask, ref: str, held: Held) -> File | None:
    """The file, where it is there and is what was handed in."""
    data, what = ask.slips.get(SlipFile(held.content)), held.what
    if data is None or what is None or hashlib.sha256(data).hexdigest() != what.digest:
        return None
    kind = Kind(what.kind)
    name = f"{ref}-{held.number}.{kind.ending}"
    return File(
        name, kind.media, data, say("receipt {number} of {ref}", number=str(held.number), ref=ref)
    )


def _held_told(state: State, ask: Ask, ref: str, held: Held) -> Node:
    """One receipt in a line: what it is and whose, or why it is not shown."""
    number, wanted = str(held.number), SlipFile(held.content)
    if held.what is None:
        return say("{number}: erased", number=number)
    if wanted in ask.slips and _file(ask, ref, held) is None:
        return say(
            "{number}: its file is gone or was changed; whoever runs me is told by talkoot doctor",
            number=number,
        )
    who = state.members.name(held.by) if held.by else say("the operator")
    return say(
        "{number}: {kind}, {size} kB, from {who}",
        number=number,
        kind=held.what.kind.upper(),
        size=kilobytes(held.what.bytes),
        who=who,
    )


def kilobytes(count: int) -> str:
    """How much it is, in thousands of bytes."""
    return str(max(1, count // 1_000))


# --- Taking back ----------------------------------------------------------------------------------


@arguments
class SlipRemoveArgs:
    """What `/slip remove` takes."""

    ref: str = REF
    number: str = _NUMBER


def remove_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    """What it is of."""
    return (About(ask.args.ref),)


def remove_slip(state: State, ask: Ask[SlipRemoveArgs]) -> Accepted:
    """Take receipts back: their files are destroyed, and what was spent stands."""
    it = slipped(ask, ask.args.ref)
    asked = _asked(it, ask.args.number)
    mine = [each for each in asked if is_theirs(state, ask, (each.by,))]
    if not mine:
        raise Refusal(
            "slip-others",
            say("A receipt is taken back by whoever handed it in, or a treasurer."),
            word=it.ref,
        )
    numbers = tuple(each.number for each in mine)
    event = SlipRemoved(
        transfer=it.spent.number, numbers=numbers, by=ask.member.number if ask.member else 0
    )
    who = ask.member.shown if ask.member else say("the operator")
    told: Node = say_n(
        "{who} took a receipt of {ref} back; its file is destroyed.",
        "{who} took {count} receipts of {ref} back; their files are destroyed.",
        len(mine),
        who=who,
        ref=it.ref,
    )
    if left := len(asked) - len(mine):
        stays = say_n(
            "{count} that somebody else handed in stays.",
            "{count} that others handed in stay.",
            left,
        )
        told = lines(told, stays)
    dropped = tuple(each.content for each in mine)
    return Accepted((event,), (), (Reply(told, ref=it.ref),), dropped=dropped)


COMMANDS = (
    Command(
        name="slip",
        grouped="treasury slip",
        about=say("see the receipts of an expense, in private"),
        also=say("show receipt, see the receipt, picture of the receipt, show me the receipt"),
        decide=show_slips,
        wants=slip_queries,
        args=SlipArgs,
        examples=("slip T4", "slip T4 2"),
        details=say(
            "Treasurers see them, and whoever handed one in, laid the money out or bears a part of it."
        ),
    ),
    Command(
        name="slip remove",
        grouped="treasury slip-remove",
        about=say("take a receipt back, and destroy its file"),
        also=say("delete receipt, erase the receipt, remove the receipt, wrong receipt"),
        decide=openly(remove_slip),
        wants=remove_queries,
        args=SlipRemoveArgs,
        examples=("slip remove T4", "slip remove T4 2"),
    ),
)
