"""Files for the bank: payouts that were made, as SEPA transfers or as a table; to a treasurer alone.

What a bank was told of is in no later file, unless somebody asks for it again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from bot.arguments import OptionType, arguments, flag, takes
from bot.books.exporting.tables import safe
from bot.books.sepa import CENTS_MAX, CURRENCY, Payer, Payment, credit_transfer
from bot.chat import File, Refusal, Reply
from bot.collective.banking import COLLECTIVE, BankAccount, PayoutsFiled, run_of
from bot.collective.members import ERASED
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import TransferAsked, TransferMade, reference
from bot.command import Command
from bot.decision import Accepted, Ask, Query
from bot.digest import Digest, Told
from bot.language.sums import decimals, sums_told
from bot.text.wording import Node, Typed, joined, lines, say, say_n
from commands.decisions.openly import openly
from commands.ledger.ibans import account_of, iban_queries
from commands.ledger.money import who_told

SEPA, CSV = "sepa", "csv"
FORMS = (SEPA, CSV)

COLUMNS = ("ref", "name", "iban", "amount", "currency", "what")

FILE = takes(
    OptionType.WORD,
    say("a file for the bank, too: SEPA transfers, or a table"),
    choices=FORMS,
    default="",
)
"""The option of what pays out."""


@dataclass(frozen=True, slots=True)
class Due:
    """A payout that a bank is to be told of: its number (0: none yet), to whom, and how much."""

    number: int
    member: int
    unit: str
    count: int


def with_file(state: State, ask: Ask, form: str, decision: Accepted) -> Accepted:
    """What pays out, and the file of what was paid; of what waits, how it is had later.

    Raises Refusal where nobody is there to take it.
    """
    if not form:
        return decision
    if ask.proposal:
        raise Refusal(
            "file-of-decision",
            say("What the members decide gives nobody a file."),
            word=form,
            instead=say("A treasurer takes it when it is paid: {line}", line=Typed("payout file")),
        )
    made = [it for it in decision.events if isinstance(it, TransferMade)]
    asked = [it for it in decision.events if isinstance(it, TransferAsked)]
    if made:
        found = [Due(it.number, it.order.member, it.order.unit, it.order.count) for it in made]
        filed = _filed(state, ask, _File.of(state, ask, found, form))
        return replace(
            decision,
            events=(*decision.events, *filed.events),
            replies=(*decision.replies, *filed.replies),
        )
    if not asked:
        return decision
    line = Typed(f"payout file {reference(asked[0].number)}")
    later = say("Its file for the bank is there when it is approved: {line}", line=line)
    return replace(decision, replies=(*decision.replies, Reply(later, private=True)))


def foretold(state: State, ask: Ask, form: str, found: list[Due]) -> tuple[Reply, ...]:
    """What of a run would be in the file, and who not, for whoever asks alone."""
    if not form:
        return ()
    told = _File.of(state, ask, found, form).told(state)
    return (Reply(lines(say("When it is carried out:"), *told), private=True),)


# --- The file -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it can be made: from which account, of which; who stays out, and why it is a table."""

    form: str
    own: BankAccount | None
    accounts: dict[int, BankAccount]
    inside: list[Due]
    without: list[Due]
    foreign: list[Due]
    instead: bool = False

    @classmethod
    def of(cls, state: State, ask: Ask, found: list[Due], form: str) -> _File:
        """SEPA transfers of all that can be; a table of everything where none can, or it is wanted."""
        own = account_of(state, ask, COLLECTIVE)
        known = {it.member: account_of(state, ask, it.member) for it in found}
        accounts = {n: it for n, it in known.items() if it is not None}
        reached = [it for it in found if it.unit == CURRENCY and it.count <= CENTS_MAX]
        able = [it for it in reached if it.member in accounts]
        if form == SEPA and own is not None and able:
            without = [it for it in reached if it.member not in accounts]
            return cls(SEPA, own, accounts, able, without, [it for it in found if it not in reached])
        return cls(CSV, own, accounts, found, [], [], instead=form == SEPA)

    @property
    def sums(self) -> dict[str, int]:
        """What is in it together, by unit."""
        return _sums(self.inside)

    def told(self, state: State) -> Iterator[Node]:
        """What is in it, who stays out, and why it is none of transfers."""
        yield say_n(
            "In the file for the bank: {count} payment, {sums}.",
            "In the file for the bank: {count} payments, {sums} together.",
            len(self.inside),
            sums=sums_told(self.sums),
        )
        if self.instead:
            yield say("It is a table, which no bank reads: none of it can be a SEPA transfer.")
            if self.own is None:
                line = Typed("treasury iban …")
                yield say(
                    "The account that is paid from is not kept yet. In private: {line}", line=line
                )
        if self.without:
            who = joined(who_told(state, n) for n in dict.fromkeys(it.member for it in self.without))
            yield say(
                "Not in it, {sums}, as no IBAN is kept ({line}): {who}",
                sums=sums_told(_sums(self.without)),
                line=Typed("me iban"),
                who=who,
            )
        if self.foreign:
            yield say(
                "Not in it, as SEPA does not take it: {sums}", sums=sums_told(_sums(self.foreign))
            )

    def written(self, state: State, ask: Ask) -> bytes:
        """Its bytes."""
        payments = [self._payment(state, it) for it in self.inside]
        if self.form == SEPA:
            assert self.own is not None, "there is no file of transfers from no account"
            name = self.own.holder or state.name
            return credit_transfer(Payer(name, self.own.iban, ask.today(), ask.moment.now), payments)
        return _table(zip(self.inside, payments, strict=True)).encode()

    def _payment(self, state: State, it: Due) -> Payment:
        ref, account = reference(it.number), self.accounts.get(it.member)
        name = state.members.member(it.member).name
        name = f"#{it.member}" if name == ERASED else name
        if account is None:
            return Payment(ref, name, "", it.count, f"{ref} {state.name}")
        return Payment(ref, account.holder or name, account.iban, it.count, f"{ref} {state.name}")


def _sums(found: Iterable[Due]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for each in found:
        sums[each.unit] = sums.get(each.unit, 0) + each.count
    return sums


def _table(found: Iterable[tuple[Due, Payment]]) -> str:
    """A table that no spreadsheet takes for formulas."""
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for due, it in found:
        ((unit, amount),) = decimals({due.unit: due.count}).items()
        writer.writerow((it.ref, safe(it.name), it.iban, amount, unit, safe(it.what)))
    return told.getvalue()


def _filed(state: State, ask: Ask, it: _File) -> Accepted:
    """The file for whoever asks, and that it was taken."""
    by = ask.member.number if ask.member else 0
    event = PayoutsFiled(numbers=tuple(each.number for each in it.inside), form=it.form, by=by)
    about = say("payments for the bank")
    name, media = (f"payouts-{reference(event.numbers[0])}", "application/xml")
    file = (
        File(f"{name}.xml", media, it.written(state, ask), about)
        if it.form == SEPA
        else File(f"{name}.csv", "text/csv", it.written(state, ask), about)
    )
    facts = {"payments": len(it.inside), "total": decimals(it.sums), "form": it.form}
    told = Reply(lines(*it.told(state)), private=True, fleeting=True, files=(file,), facts=facts)
    return Accepted((event,), (), (told,))


# --- Taking it later ----------------------------------------------------------------------------------


@arguments
class PayoutFileArgs:
    """What `/payout file` takes."""

    ref: str = takes(
        OptionType.REFERENCE,
        say("which payout or run, for example T4; all that are in none yet if left out"),
        positional=True,
        default="",
    )
    as_: str = takes(OptionType.WORD, say("SEPA transfers, or a table"), choices=FORMS, default=SEPA)
    again: bool = flag(say("also what is in a file already"))


def payout_file(state: State, ask: Ask[PayoutFileArgs]) -> Accepted:
    """The file for the bank of what was paid out, and is in none yet."""
    ref, paid = ask.args.ref, state.banking.of_late(ask.moment.at)
    number = int(ref[1:]) if ref[:1] == "T" else 0
    meant = run_of(paid, number) if ref else list(paid)
    if ref and not meant:
        raise Refusal(
            "no-payout",
            say("{ref} is no payout of the last three months that stands.", ref=ref),
            word=ref,
            instead=say("{show} tells what it is.", show=Typed(f"show {ref}")),
        )
    numbers = [n for n in meant if ask.args.again or not paid[n].filed]
    if not meant:
        raise Refusal("no-payout", say("Nothing was paid out within the last three months."))
    if not numbers:
        form = f"--as {CSV}" if ask.args.as_ == CSV else ""
        again = Typed(" ".join(word for word in ("payout file", ref, form, "--again") if word))
        raise Refusal(
            "filed",
            say("All of it is in a file already: whoever gives a bank another one pays twice."),
            word=ref,
            instead=say("The same once more: {line}", line=again),
        )
    found = [Due(n, paid[n].member, paid[n].unit, paid[n].count) for n in numbers]
    filed = _filed(state, ask, _File.of(state, ask, found, ask.args.as_))
    (event,) = filed.events
    assert isinstance(event, PayoutsFiled)
    who = ask.member.shown if ask.member else say("the operator")
    openly_told = say_n(
        "{ref} goes into a file for the bank, which {who} gets in private.",
        "{count} payouts from {ref} on go into a file for the bank, which {who} gets in private.",
        len(event.numbers),
        ref=reference(event.numbers[0]),
        who=who,
    )
    return replace(filed, replies=(*filed.replies, Reply(openly_told)))


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    """What no bank was told of yet, where the collective has files made."""
    banking = digest.state.banking
    waiting = [n for n, it in banking.of_late(now).items() if not it.filed]
    if waiting and COLLECTIVE in banking.ibans:
        yield say_n(
            "{count} payout is in no file for the bank yet: {line}",
            "{count} payouts are in no file for the bank yet: {line}",
            len(waiting),
            line=Typed("payout file"),
        )


TOLD = Told(needs=_needs)


class _WithFile(Protocol):
    """Arguments with the form of a file, empty for none."""

    @property
    def file(self) -> str:
        """SEPA transfers, or a table."""


def file_queries(state: State, ask: Ask[_WithFile]) -> tuple[Query, ...]:
    """The account numbers, where a file is asked for."""
    return iban_queries(state, ask) if ask.args.file else ()


COMMANDS = (
    Command(
        name="payout file",
        about=say("a file for the bank of what was paid out, in private"),
        also=say("bank file, sepa file, sepa xml, pain.001, batch transfer"),
        decide=openly(payout_file),
        wants=iban_queries,
        role=Role.TREASURER,
        args=PayoutFileArgs,
        examples=("payout file", "payout file T4 --as csv"),
    ),
)
