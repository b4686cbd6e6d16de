"""Twins: money that looks like some of before, which is asked about before it counts twice."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from bot.arguments import given
from bot.chat import Refusal
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.proposals import fold_proposal
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.collective.treasury import Flow, Order, TransferAsked, TransferMade, reference
from bot.decision import About, Ask, Query
from bot.language.amounts import Amount
from bot.language.periods import Period
from bot.language.tokens import MARKED, quoted
from bot.text.wording import Day, Node, Say, Typed, Words, say
from bot.value.periods import period_text
from commands.contributions.alike import same_words
from commands.ledger.money import order_told

RECEIPTS_MAX = 50
"""Among how many movements of late, in its currency, a receipt is looked for."""

_FLOWS = {"income": Flow.INCOME, "expense": Flow.EXPENSE}


class AgainArgs(Protocol):
    """What is taken by whatever may be a twin."""

    @property
    def again(self) -> bool:
        """Whether it was said to be another one."""


class Alike(NamedTuple):
    """One that is there and comes to the same: its reference, its words, and its line."""

    ref: str
    words: str
    line: Node


def asks(ask: Ask[AgainArgs]) -> bool:
    """Whether twins are asked about: by the rule, and where nobody said that it is another one."""
    rule = ask.rules.text("duplicates")
    return rule == "refuse" or not (rule == "allow" or ask.args.again)


def twin(ask: Ask[AgainArgs], told: Say, ref: str) -> Refusal:
    """The question about a twin; by the rule it is no question.

    The line that insists is put behind it, as it was typed (`bot.phrasing.mending`).
    """
    if ask.rules.text("duplicates") == "refuse":
        return refused_by("duplicates", told)
    hint = say("If it is another one, send it with {option}.", option=Words("--again"))
    return Refusal("twin", told, word=ref, instead=hint)


def check_unlike(ask: Ask[AgainArgs], words: str, found: Iterable[Alike]) -> None:
    """Whether one of those that come to the same says the same. Raises Refusal."""
    if not asks(ask):
        return
    for it in found:
        if same_words(it.words, words):
            told = say("That looks like one that is there: {line}", line=it.line)
            raise twin(ask, told, it.ref)


class MoneyArgs(Protocol):
    """What an income and an expense take that another may have been entered with."""

    @property
    def amount(self) -> Amount:
        """How much."""

    @property
    def what(self) -> str:
        """What for, empty where it was left out."""

    @property
    def kind(self) -> str:
        """Its kind, empty where it was left out."""

    @property
    def on(self) -> dt.date | None:
        """The day, None for today."""

    @property
    def proof(self) -> str:
        """The link to its receipt, empty where there is none."""

    @property
    def again(self) -> bool:
        """Whether it was said to be another one."""


def twins_queries(state: State, ask: Ask[MoneyArgs]) -> tuple[Query, ...]:
    """The movements of late that an income or expense may be the same as."""
    return tuple(About(reference(number)) for number in _alike(state, ask))


def _alike(state: State, ask: Ask[MoneyArgs]) -> Iterator[int]:
    """Those of the same amount and day, the newest first; where a receipt is named, those of late too.

    What a proposal decides is compared with what came since it was put, of whatever day: what was there
    by then was asked about when it was put.
    """
    amount, put = ask.args.amount, _put_at(state, ask)
    left = RECEIPTS_MAX if ask.args.proof else 0
    for number, (at, order) in reversed(state.treasury.lately.items()):
        if at < put:
            return
        if order.flow is not _FLOWS[ask.command] or order.unit != amount.unit.code:
            continue
        left -= number not in state.treasury.imported
        if left >= 0 or (order.count == amount.count and _may_be_day(state, ask, order.day)):
            yield number


def _put_at(state: State, ask: Ask) -> int:
    """When (ms) the proposal was put that has it done; 0 where none does, or it is only being put."""
    if not 0 < ask.proposal <= state.proposals.count:
        return 0
    life = ask.found.get(About(proposal_ref(ask.proposal)), ())
    it = state.proposals.alive.get(ask.proposal) or fold_proposal((e.at, event) for e, event in life)
    return it.opened_at if it else 0


def _may_be_day(state: State, ask: Ask[MoneyArgs], day: str) -> bool:
    """Whether it may be of that day: what was put before, and names none, may be of any."""
    named = ask.args.on
    if named is None and _put_at(state, ask):
        return True
    return day == (named or ask.today()).isoformat()


def check_no_twin(state: State, ask: Ask[MoneyArgs], order: Order) -> None:
    """Whether the same money, or the same receipt, was entered already. Raises Refusal.

    Whoever says `--again` means another one.
    """
    if not asks(ask):
        return
    for number in _alike(state, ask):
        for _, event in ask.found.get(About(reference(number)), ()):
            if not isinstance(event, TransferMade | TransferAsked) or event.number != number:
                continue
            if _is_twin(state, ask, order, event):
                raise _twin_told(state, ask, event)


def _is_twin(
    state: State, ask: Ask[MoneyArgs], order: Order, event: TransferMade | TransferAsked
) -> bool:
    """The same receipt; or the same amount and day, from the same source or person.

    Of what was imported nobody knows the source: its words are a bank's.
    """
    other, proof = event.order, ask.args.proof
    if proof and ask.text(event.proof) == proof:
        return True
    if (other.count, other.own) != (order.count, order.own) or not _may_be_day(state, ask, other.day):
        return False
    if order.own:
        return state.members.one(other.member) == state.members.one(order.member)
    if order.partner or other.partner:
        return order.partner == other.partner
    if isinstance(event, TransferMade) and event.origin is not None:
        return True  # a bank has other words for it
    if order.flow is Flow.INCOME:
        return _same_source(ask.text(event.what), ask.args.what)
    return same_words(ask.text(event.what), ask.args.what)


def _same_source(one: str, other: str) -> bool:
    """Whether two incomes may be from the same: one says as much as the other, or more behind it."""
    words = [re.findall(r"\w+", text.casefold()) for text in (one, other)]
    shorter, longer = sorted(words, key=len)
    return longer[: len(shorter)] == shorter


def _twin_told(state: State, ask: Ask[MoneyArgs], event: TransferMade | TransferAsked) -> Refusal:
    ref = reference(event.number)
    told = say(
        "That looks like one that is there, of {day}: {line}",
        day=Day(event.order.day),
        line=order_told(state, ref, event.order, ask.text(event.what)),
    )
    if ask.rules.text("duplicates") == "refuse":
        return refused_by("duplicates", told)
    other = say("If it is another one: {line}", line=Typed(again_line(ask)))
    invoice = given(ask.args).get("invoice")
    if invoice and not event.order.invoice:
        matches = Typed(f"invoice paid {invoice} {ref}")
        other = say("If that pays of it: {matches}. {other}", matches=matches, other=other)
    if given(ask.args).get("slip"):
        other = say("{other} Send the receipt along once more.", other=other)
    return Refusal("twin", told, word=ref, instead=other)


def again_line(ask: Ask[MoneyArgs]) -> str:
    """The line that was typed, insisting."""
    amount, (first, _, rest) = ask.args.amount, ask.args.what.partition("\n")
    marked = any(word.startswith((*MARKED, '"')) for word in first.split())
    words = [ask.command, f"{amount.decimal} {amount.unit.name}", quoted(first) if marked else first]
    if ask.args.kind:
        words.append(f"#{ask.args.kind}")
    typed = given(ask.args)
    words += [f"@{who}" for who in typed.get("who", ())]
    for name in ("circle", "fund", "on", "proof", "paid", "partner", "period", "invoice"):
        value = typed.get(name)
        if value:
            text = period_text(value) if isinstance(value, Period) else quoted(str(value))
            words.append(f"--{name} {text}")
    line = " ".join([*words, "--again"])
    return f"{line}\n{rest}" if rest else line
