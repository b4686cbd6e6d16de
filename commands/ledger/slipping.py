"""Handing receipts in: with `/expense`, or later by `/slip add T4`. What is none is refused in words.

What a file is, is judged by what is in it (`bot.slips`), never by its name.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Protocol

import msgspec

from bot.arguments import OptionType, arguments, flag, takes
from bot.chain import Sealed
from bot.chat import Attached, Refusal, Reply
from bot.collective.rules import refused_by
from bot.collective.sharedexpenses import ExpenseShared
from bot.collective.slips import SLIPS, SlipIs, SlipKept, SlipRemoved
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.command import Command
from bot.decision import About, Accepted, Ask, NewSlip, Query, SlipRoom
from bot.grammar.hints import SEND_FILE
from bot.slips.judging import Judged, Kind, judged
from bot.slips.parts import Odd, Why
from bot.text.wording import Node, Say, Time, Typed, lines, say
from commands.decisions.openly import openly
from commands.ledger.slips import REF, Spent, is_theirs, kilobytes, slipped, what_of, with_told

SLIPS_MAX = 5
"""The most receipts of one transfer: front, back, and a third sheet."""

TWINS_MAX = 5_000
"""Among how many receipts the same one is looked for, the newest first."""

ABOUT = say("the receipt: a picture or a PDF, sent along")


class WithSlip(Protocol):
    """Arguments that a receipt may come with."""

    @property
    def slip(self) -> Attached | None:
        """The receipt, None for none."""

    @property
    def again(self) -> bool:
        """Whether it was said to be another one than what looks the same."""


@arguments
class SlipAddArgs:
    """What `/slip add` takes."""

    ref: str = REF
    slip: Attached | None = takes(OptionType.FILE, ABOUT, default=None, kept=True)
    again: bool = flag(say("that the same receipt is meant for this too"))


def new_queries(state: State, ask: Ask[WithSlip]) -> tuple[Query, ...]:
    """What is needed to take a receipt: those of before, and the room that is left."""
    return (About(SLIPS, newest=TWINS_MAX), SlipRoom()) if ask.args.slip is not None else ()


def add_queries(state: State, ask: Ask[SlipAddArgs]) -> tuple[Query, ...]:
    """What it is of, and what is needed to take it."""
    return (About(ask.args.ref), *new_queries(state, ask))


def add_slip(state: State, ask: Ask[SlipAddArgs]) -> Accepted:
    """Hand in a receipt of what was entered before."""
    it = slipped(ask, ask.args.ref)
    if not is_theirs(state, ask, (it.spent.by, it.about)):
        raise Refusal(
            "slip-others",
            say("A receipt of {ref} is handed in by whoever entered it, or a treasurer.", ref=it.ref),
            word=it.ref,
        )
    if ask.args.slip is None:
        raise Refusal("file-missing", say("There is no file with the line."), instead=SEND_FILE)
    if len(it.held) >= SLIPS_MAX:
        raise Refusal(
            "slips-max",
            say("{ref} has {most} receipts, which is the most.", ref=it.ref, most=len(it.held)),
            word=it.ref,
            instead=say(
                "{line} takes one back.", line=Typed(f"slip remove {it.ref} {it.held[0].number}")
            ),
        )
    found = _taken(state, ask, it.ref, Typed(f"slip add {it.ref} --again"))
    event, text, new = _kept(state, ask, it.spent, it.about, it.last + 1, found)
    told = lines(
        say(
            "A receipt of {ref} is kept: {kind}, {size} kB. {line} shows it.",
            ref=it.ref,
            kind=found.kind.upper(),
            size=kilobytes(len(found.data)),
            line=Typed(f"slip {it.ref}"),
        ),
        _left_out(ask, found),
    )
    return Accepted((event,), (text,), (Reply(told, ref=it.ref),), slips=(new,))


def with_slip(state: State, ask: Ask[WithSlip], made: Accepted, again: str) -> Accepted:
    """What was spent, with the receipt that came with it; `again` is the line that insists."""
    spent = next((it for it in made.events if isinstance(it, Spent)), None)
    if ask.args.slip is None or spent is None:
        return made
    ref = reference(spent.number)
    found = _taken(state, ask, ref, Typed(again))
    about = spent.payer if isinstance(spent, ExpenseShared) else spent.order.member
    event, text, new = _kept(state, ask, spent, about, 1, found)
    first, *others = made.replies
    body = lines(first.body, with_told(ref, 1), _left_out(ask, found))
    told = msgspec.structs.replace(first, body=body)
    return replace(
        made,
        events=(*made.events, event),
        texts=(*made.texts, text),
        replies=(told, *others),
        slips=(*made.slips, new),
    )


def _kept(
    state: State, ask: Ask, spent: Spent, about: int, number: int, found: Judged
) -> tuple[SlipKept, Sealed, NewSlip]:
    digest = hashlib.sha256(found.data).hexdigest()
    sealed = ask.moment.seal(SlipIs(found.kind.value, len(found.data), digest).text)
    by = ask.member.number if ask.member else 0
    event = SlipKept(transfer=spent.number, number=number, content=sealed.seal, by=by, member=about)
    return event, sealed, NewSlip(sealed.seal, found.data)


def _left_out(ask: Ask[WithSlip], found: Judged) -> Node | None:
    """That a picture told more than what is to be seen on it; and that a document still does.

    A document is kept to the byte: an invoice that is signed, or holds its figures for machines, is
    worth nothing once it was changed.
    """
    file = ask.args.slip
    if file is not None and found.kind is Kind.PDF:
        return say(
            "A PDF is kept as it is, with what it tells beside (by whom, when; of photos, where). "
            "A picture of it tells less."
        )
    if file is None or len(found.data) == len(file.data):
        return None
    return say("What the picture told beside (place, time, device) was left out.")


def _taken(state: State, ask: Ask[WithSlip], ref: str, again: Typed) -> Judged:
    """The receipt that came along, if it is one, has room and is not there yet. Raises Refusal."""
    file = ask.args.slip
    assert file is not None, "who calls has seen that there is one"
    try:
        found = judged(file.data)
    except Odd as odd:
        raise Refusal(
            "slip-odd",
            _ODD[odd.why],
            word=file.name,
            instead=_TRY.get(odd.why, say("A receipt is a picture (JPEG, PNG, WebP) or a PDF.")),
        ) from None
    if len(found.data) > (ask.slip_room or 0):
        raise Refusal(
            "slip-room",
            say("There is no room for more receipts here."),
            word=file.name,
            instead=say("Whoever runs me can give more: [slips] room in config.toml."),
        )
    _check_no_twin(state, ask, ref, found, again)
    return found


def _check_no_twin(state: State, ask: Ask[WithSlip], ref: str, found: Judged, again: Typed) -> None:
    """Whether the same file was handed in already, for what stands. Raises Refusal."""
    rule, digest = ask.rules.text("duplicates"), hashlib.sha256(found.data).hexdigest()
    removed: set[tuple[int, int]] = set()
    for entry, event in reversed(ask.found.get(About(SLIPS, newest=TWINS_MAX), ())):
        if isinstance(event, SlipRemoved):
            removed.update((event.transfer, number) for number in event.numbers)
        if not isinstance(event, SlipKept) or (event.transfer, event.number) in removed:
            continue
        what = what_of(ask, event.content)
        if what is None or what.digest != digest or event.transfer in state.treasury.undone:
            continue
        other = reference(event.transfer)
        if other == ref:
            raise Refusal("twin", say("{ref} has that very receipt already.", ref=ref), word=ref)
        told = say("{ref} has the same receipt, handed in on {at}.", ref=other, at=Time(entry.at))
        if rule == "refuse":
            raise refused_by("duplicates", told)
        if rule == "allow" or ask.args.again:
            return
        line = say("If it is for both, with the receipt once more: {line}", line=again)
        raise Refusal("twin", told, word=other, instead=line)


_ODD: dict[Why, Say] = {
    Why.EMPTY: say("The file is empty."),
    Why.PROGRAM: say("That is a program, and no receipt."),
    Why.ARCHIVE: say("That is an archive or an office document, and no receipt."),
    Why.MARKUP: say("That is a page or a drawing that can hold programs (HTML, SVG), and no receipt."),
    Why.HEIC: say("That is a picture in a form that not everybody can open (HEIC or AVIF)."),
    Why.OTHER_PICTURE: say("That is a picture in a form that I do not keep."),
    Why.UNKNOWN: say("I do not know what kind of file that is, whatever its name says."),
    Why.BROKEN: say("The file is cut off or damaged."),
    Why.BEHIND: say("There is something else in the file, behind the picture or the document."),
    Why.HUGE: say("The picture has more points than any camera makes."),
    Why.ACTS: say("The document holds a program that begins when it is opened."),
    Why.MOVES: say("The picture moves."),
}
"""What is wrong with a file, in words."""

_TRY: dict[Why, Say] = {
    Why.ARCHIVE: say("Save it as a PDF and send that."),
    Why.HEIC: say("Send it as JPEG: take a picture of the screen, or let your phone save it so."),
    Why.OTHER_PICTURE: say("Save it as JPEG or PNG and send that."),
    Why.BROKEN: say("Send it again."),
    Why.BEHIND: say("Take a new picture of it, or a picture of the screen, and send that."),
    Why.HUGE: say("Make it smaller, and send that."),
    Why.ACTS: say("Print it into a new PDF, or take a picture of it, and send that."),
    Why.MOVES: say("Send one picture of it."),
}
"""What to do then, where there is more to say than what a receipt is."""


COMMANDS = (
    Command(
        name="slip add",
        grouped="treasury slip-add",
        undo="slip remove T4",
        about=say("hand in a receipt of an expense: a picture or a PDF"),
        also=say("hand in a receipt, attach receipt, upload receipt, send in a receipt, add a receipt"),
        decide=openly(add_slip),
        wants=add_queries,
        args=SlipAddArgs,
        examples=("slip add T4",),
        details=say(
            "JPEG, PNG, WebP and PDF are taken. Of a picture it is left out where, when and with what "
            "it was taken; a PDF is kept as it is. The file lies beside the books; they hold only what "
            "proves that it was not changed."
        ),
    ),
)
