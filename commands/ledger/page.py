"""The books as pages: the ledger, the money, the check, the journal entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from bot.books.exporting.transactions import Transaction, transactions
from bot.books.reserved import OWN, hides_votes, is_own_affair, kind_of
from bot.collective.events import Event
from bot.collective.ledger import member_account
from bot.collective.pollevents import PollClosed, PollOpened
from bot.collective.proposalevents import ProposalClosed, ProposalDrafted, ProposalOpened
from bot.collective.state import State
from bot.collective.treasury import TransferMade, between_account, held_account
from bot.decision import Ask, JournalQuery, Latest, Query, Signed
from bot.feature import features_of
from bot.language.periods import Period
from bot.language.sums import decimals, shown
from bot.page import (
    BOOKS,
    LOOKED_THROUGH,
    PROOF,
    ROWS,
    Listed,
    Page,
    Row,
    Rows,
    Shown,
    Wanted,
    as_answered,
)
from bot.text.wording import (
    Code,
    Day,
    Node,
    Number,
    Say,
    Strong,
    Table,
    Time,
    Way,
    Words,
    fill,
    joined,
    lines,
    say,
)
from bot.value.periods import Every, period_of
from commands.decisions.page import OFTEN, nothing_told
from commands.ledger.accounts import account_named, public_account, written
from commands.ledger.funds import account_queries, idea_of, moved_queries, title_queries
from commands.ledger.ledger import LedgerArgs, head_told, ledger
from commands.ledger.money import balances_of_funds
from commands.ledger.treasury import treasury, treasury_outside
from commands.ledger.verifying import ENTRIES_MAX, VerifyArgs, verify

LOOKED_FURTHER: Final = 1_000
"""How many entries more are read where those at first do not fill a page of movements."""


def posted_queries(state: State, ask: Ask[Wanted]) -> tuple[JournalQuery, ...]:
    """A stretch of the journal, before the end of the time that is wanted.

    Where what was found in it does not fill a page, one more before it is read, and no third.
    """
    want, period = ask.args, ask.args.period
    begin, end = written(state, period) if period else (0, 0)
    newest = Latest(LOOKED_THROUGH, want.before, end)
    found = ask.found.get(newest, ())
    if not found or found[0][0].seq <= 1 or found[0][0].at < begin:
        return (newest,)
    if sum(_moves(state, event, want.account) for _, event in found) >= ROWS:
        return (newest,)
    return (newest, Latest(LOOKED_FURTHER, found[0][0].seq))


def _moves(state: State, event: Event, account: str) -> bool:
    """Whether an entry moves something, on this account where one is asked for."""
    return any(
        not account or public_account(state, each.account) == account
        for each in getattr(event, "postings", ())
    )


def named_queries(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    """That stretch, and what the ideas are called whose funds are in it."""
    reads = posted_queries(state, ask)
    found = ask.entries(*(each for each in reads if each in ask.found))
    accounts = (each.account for _, it in found for each in getattr(it, "postings", ()))
    return (*reads, *account_queries(state, accounts))


def posted(state: State, ask: Ask[Wanted]) -> tuple[list[Transaction], int]:
    """What that stretch posts in the time that is wanted, newest first; and where the list goes on."""
    found = ask.entries(*posted_queries(state, ask))

    def texts(seals: Iterable[str], _near: Mapping[str, int]) -> Mapping[str, str]:
        return {seal: ask.text(seal) for seal in seals if ask.text(seal)}

    every = list(transactions((entry for entry, _ in found), texts, ask.args.days))[::-1]
    begin = written(state, ask.args.period)[0] if ask.args.period else 0
    more = bool(found) and found[0][0].seq > 1 and found[0][0].at >= begin
    return every, found[0][0].seq if more else 0


def first_rows(every: list[Transaction], older: int) -> tuple[list[Transaction], int]:
    """So many as a page shows, and where the list goes on; no entry is torn between two pages."""
    if len(every) <= ROWS:
        return every, older
    last = every[ROWS - 1].seq
    chosen = [it for it in every if it.seq >= last]
    return chosen, last if len(chosen) < len(every) else older


# --- The ledger -----------------------------------------------------------------------------------


def _ledger_queries(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    summed = ask.args.period or _this_month(ask)
    return (*named_queries(state, ask), *moved_queries(state, summed))


def _ledger(state: State, ask: Ask[Wanted]) -> Shown:
    """What came together in the month, and the movements, newest first."""
    summary = as_answered(ledger, state, ask, LedgerArgs(period=ask.args.period))
    chosen, older = first_rows(*posted(state, ask))
    body = lines(
        summary.body if not ask.args.before else None,
        _movements(state, ask, chosen) if chosen else nothing_told(ask.args, older),
    )
    facts = {**summary.facts, "movements": [movement_facts(state, it) for it in chosen]}
    return Shown(body=body, facts=facts, older=older)


def _movements(state: State, ask: Ask[Wanted], chosen: list[Transaction]) -> Node:
    heading = (say("Entry"), say("Day"), say("What"), say("Movements"))
    rows = tuple(
        (Words(it.ref), Day(it.day), with_receipt(state, it), _postings(state, ask, it))
        for it in chosen
    )
    return Table(heading, rows)


DEEDS: Mapping[str, Say] = {
    "contribution.logged": say("entered"),
    "contribution.confirmed": say("confirmed"),
    "contribution.disputed": say("disputed"),
    "dispute.lifted": say("dispute taken back"),
    "contribution.amended": say("changed"),
    "contribution.withdrawn": say("withdrawn"),
    "transfer.made": say("moved"),
    "transfer.approved": say("approved"),
    "issue.allotted": say("issued"),
    "units.taken": say("collected"),
    "distribution.made": say("shared out"),
    "share.allotted": say("a share of it"),
    "expense.shared": say("shared"),
    "part.agreed": say("a part agreed to"),
}
"""What is told of what posts and has no words, by the kind of its entry."""


_CHANGED = frozenset(
    {"contribution.disputed", "dispute.lifted", "contribution.amended", "contribution.withdrawn"}
)
"""What moves again what moved before, and is told in the words of that."""


def words_told(it: Transaction) -> Node:
    """The words of a movement, or what was done; both where it changes what was entered before."""
    deed = DEEDS[it.event]
    if not it.what:
        return deed
    return (
        say("{what} ({deed})", what=Words(it.what), deed=deed)
        if it.event in _CHANGED
        else Words(it.what)
    )


def with_receipt(state: State, it: Transaction) -> Node:
    """The same, and whether a receipt of it was handed in within the last year; never the receipt."""
    number = it.ref.removeprefix("T")
    if it.undoes or not number.isdecimal() or int(number) not in state.slips.kept:
        return words_told(it)
    return say("{what} (with a receipt)", what=words_told(it))


def _postings(state: State, ask: Ask[Wanted], it: Transaction) -> Node:
    return lines(
        *(
            say("{account}: {amount}", account=account_told(state, ask, each.account), amount=amount)
            for each in it.postings
            if (amount := shown(each.unit, each.count))
        )
    )


def account_told(state: State, ask: Ask[Wanted], account: str) -> Node:
    """An account by the name of whose it is."""
    number = account.partition(":")[2]
    if number.isdecimal() and account in _accounts_of(int(number)):
        who = state.members.name(int(number))
        told = _accounts_of(int(number))[account]
        return fill(told, who=who) if told is not None else who
    return account_named(state, ask, public_account(state, account))


def _accounts_of(number: int) -> Mapping[str, Say | None]:
    """The accounts of a member, and how each is told."""
    return {
        member_account(number): None,
        held_account(number): say("held for {who}"),
        between_account(number): say("between members, {who}"),
    }


def movement_facts(state: State, it: Transaction) -> dict[str, Any]:
    """A movement for machines."""
    return {
        "entry": it.seq,
        "ref": it.ref,
        "day": it.day,
        "what": it.what,
        "event": it.event,
        "postings": [
            {
                "account": _account(state, each.account),
                **({"idea": idea} if (idea := idea_of(state, each.account)) else {}),
                **_unit_and_count(each.unit, each.count),
            }
            for each in it.postings
        ],
    }


def _account(state: State, account: str) -> str:
    """An account for machines; whose pledge is private is not named."""
    return public_account(state, account) if account.startswith("partner:") else account


def _unit_and_count(unit: str, count: int) -> dict[str, str]:
    ((name, amount),) = decimals({unit: count}).items()
    return {"unit": name, "amount": amount}


def _this_month(ask: Ask[Wanted]) -> Period:
    return period_of(ask.today(), Every.MONTH)


def _front_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return moved_queries(state, _this_month(ask))


def _front(state: State, ask: Ask[Wanted]) -> Node | None:
    return lines(Strong(say("This month:")), as_answered(ledger, state, ask, LedgerArgs()).body)


# --- Money, the check, the journal ----------------------------------------------------------------


def _money_queries(state: State, _: Ask[Wanted]) -> tuple[Query, ...]:
    return title_queries(state, (name for name, _ in balances_of_funds(state)))


def _money(state: State, ask: Ask[Wanted]) -> Shown:
    return as_answered(treasury_outside if ask.args.outside else treasury, state, ask, None)


def _check_queries(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return (Latest(ENTRIES_MAX, every=True), Signed())


def _check(state: State, ask: Ask[Wanted]) -> Shown:
    checked = as_answered(verify, state, ask, VerifyArgs())
    head = Code(state.head.text)
    body = lines(
        checked.body,
        say("The whole head, to note and to compare later: {head}", head=head),
        say(
            "Whoever noted an earlier head types {line} in chat, and is told whether the journal still "
            "reaches it.",
            line=Code(f"verify {state.head.seq}:{state.head.hash.hex()[:16]}"),
        ),
        Way(say("Checkpoints, witnesses, and the proof between any two"), "checkpoints"),
    )
    facts = {**checked.facts, "head": state.head.text}
    exact = frozenset({ask.checkpoint or "", *(ask.checkpoint or "").splitlines(), ask.signer})
    return Shown(body=body, facts=facts, exact=exact)


def _journal(state: State, ask: Ask[Wanted]) -> Shown:
    """How far the journal goes, and how it is checked; what was written stands below."""
    return Shown(body=lines(head_told(state), _how_to_check(state, ask.args)))


def _stretch(numbers: Sequence[int], _: Ask[Wanted]) -> tuple[Query, ...]:
    """The entries of these numbers, the highest first, and those between them."""
    return (Latest(numbers[0] - numbers[-1] + 1, numbers[0] + 1, every=True),)


def _entry(state: State, ask: Ask[Wanted], number: int) -> Row:
    """What was written: what kind, about what, by whom, with its hash."""
    entry, event = next(it for it in ask.entries(*ask.found) if it[0].seq == number)
    told = _is_told(event, ask.args) and entry.cause not in state.imports.hidden
    cells = (
        Number(entry.seq),
        Time(entry.at),
        Code(kind_of(event)),
        joined([Words(each) for each in _about(event, ask)]) if told else Words("–"),
        _by(state, entry.actor) if told else Words("–"),
        Code(entry.hash.hex()[:16]),
    )
    facts = {
        "entry": entry.seq,
        "at": entry.at,
        "event": kind_of(event),
        "hash": entry.hash.hex(),
        "previous": entry.previous.hex(),
    }
    return Row(number, cells, facts)


def _how_to_check(state: State, want: Wanted) -> Node:
    """How the journal is checked without trusting this page."""
    if want.outside:
        return say(
            "Members can download the journal and check it themselves; each line here has its hash."
        )
    whole = say(
        "To check it yourself, download the bundle below, unpack it and run {line}: it holds every "
        "entry and the check, but no words and names.",
        line=Code("python verify.py --without-texts"),
    )
    if not hides_votes(state):
        return whole
    return lines(whole, say("It ends before the first vote that is hidden until its close."))


def _by(state: State, actor: int) -> Node:
    """Who made an entry; an account that only joined another one is nobody's name."""
    known = state.members.one(actor) in state.members.by_number
    return state.members.name(actor) if known else Words("–")


_INSIDE = ("member", "account.", "merge.", "role.", "seat.", "proxy.", "circle.joined", "circle.left")
"""How those begin that say who is a member, which members alone know."""


def _is_told(event: Event, want: Wanted) -> bool:
    """Whether it is told about what an entry is and by whom; that there is one is told of all."""
    if not want.outside:
        return not is_own_affair(event)
    return not (kind_of(event).startswith(OWN + _INSIDE) or isinstance(event, ProposalDrafted))


def _about(event: Event, ask: Ask[Wanted]) -> list[str]:
    """The references that an entry is about; whom it is about stands beside it where it is told."""
    return [each for each in event.subjects if features_of(ask).is_reference(each)]


JOURNALS = ("hledger", "beancount", "valueflows")
"""The forms in which what was counted is given out, but for tables."""

LEDGER = Page(
    name="ledger",
    title=say("Ledger"),
    about=say("What was counted: the sums of a month, and every movement, newest first."),
    view=_ledger,
    part=BOOKS,
    wants=_ledger_queries,
    takes=frozenset({"period"}),
    front=_front,
    front_reads=_front_reads,
    books=("csv", *JOURNALS),
)
MONEY = Page(
    name="money",
    title=say("Money"),
    about=say("What there is: the treasury, the funds, what is held for members, and what waits."),
    view=_money,
    part=BOOKS,
    wants=_money_queries,
    books=("csv", *JOURNALS),
)
CHECKS = (
    Page(
        name="verify",
        title=say("Check"),
        about=say("Whether the journal holds: nothing in it can be changed without showing here."),
        view=_check,
        part=PROOF,
        wants=_check_queries,
        signed=True,
    ),
    Page(
        name="journal",
        title=say("Journal"),
        about=say("Everything that was written, entry by entry, newest first, with its hash."),
        view=_journal,
        part=PROOF,
        bundled=True,
        rows=Rows(
            heading=(say("Entry"), say("When"), say("What"), say("About"), say("By"), say("Hash")),
            last=lambda state: state.head.seq,
            about=lambda number: f"entry:{number}",
            row=_entry,
            fits=lambda *_: True,
            nothing=lambda state, want, older: nothing_told(want, older, state.head.seq),
            spared=(*OFTEN, ProposalOpened, ProposalClosed, PollOpened, PollClosed, TransferMade),
            read=_stretch,
        ),
        listed=Listed("entries", ("entry", "at", "event", "hash", "previous")),
    ),
)
