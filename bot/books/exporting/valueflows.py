"""The ledger as ValueFlows 1.0 in JSON-LD: agents, what is counted, and events (https://www.valueflo.ws).

What somebody gave is a `work` event (time) or a `transfer` to the collective; money is transferred.
What a member lays out for another, or pays back, is a transfer between the two: the first makes a
`Claim`, the second settles those of the two, then what else one owes or the other is owed.
What the collective comes to owe a member is a `Claim`, which the payout settles, oldest first; what a
partner owes for a period of its pledge, which is an `Agreement`, is one too. Nothing is edited: what
takes an earlier event back is an event that `corrects` it, with a negative quantity.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.books.exporting.pledges import Claimed, claims_of, pledges_of
from bot.books.exporting.transactions import (
    Flow,
    Transaction,
    commodity,
    exact,
    flows,
    instant_of,
    member_name,
    one_line,
)
from bot.collective.state import State
from bot.collective.treasury import OUTSIDE, partner_account
from bot.language.units import UnitClass, unit_of
from bot.value.partners import Basis, Pledge, due_of

CONTEXT = {
    "@vocab": "https://w3id.org/valueflows/ont/vf#",
    "action": {"@type": "@vocab"},
    **{
        name: {"@type": "@id"}
        for name in (
            "provider",
            "receiver",
            "resourceConformsTo",
            "hasUnit",
            "corrects",
            "settles",
            "triggeredBy",
            "defaultUnitOfResource",
            "stipulates",
            "clauseOf",
            "resourceInventoriedAs",
            "toResourceInventoriedAs",
            "primaryAccountable",
            "conformsTo",
        )
    },
    "seeAlso": {"@id": "http://www.w3.org/2000/01/rdf-schema#seeAlso", "@type": "@id"},
}
"""The terms: those of ValueFlows as they are, and which of them name another thing."""

Thing = dict[str, Any]

_PAID_WITH = frozenset({UnitClass.MONEY, UnitClass.OWN})


def graph(state: State, found: Iterable[Transaction]) -> Iterator[str]:
    """The document, a piece at a time; a thing a line."""
    naming = _Naming(state.collective)
    yield f'{{"@context": {_text(CONTEXT)},\n"@graph": [\n'
    first = True
    for thing in _things(state, naming, found):
        yield ("" if first else ",\n") + _text(thing)
        first = False
    yield "\n]}\n"


def _text(thing: object) -> str:
    return json.dumps(thing, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class _Naming:
    """Addresses of things: they lead nowhere, and are the same in every export."""

    collective: str

    def of(self, kind: str, name: str = "") -> str:
        return ":".join(filter(None, ("urn:talkoot", self.collective, kind, name)))

    def agent(self, account: str) -> str:
        """Whose account it is."""
        root, _, rest = account.partition(":")
        if root in {"member", "held", "between"}:
            return self.of("member", rest)
        if root == "commons" and rest:
            return self.of("circle", rest)
        if root in {"income", "expense", "partner"} or account == OUTSIDE:
            return self.of("outside", account)
        return self.of("collective")

    def account(self, account: str, unit: str) -> str:
        """An account of one unit."""
        return self.of("account", f"{account}:{commodity(unit)}")


def _things(state: State, naming: _Naming, found: Iterable[Transaction]) -> Iterator[Thing]:
    yield from _agents(state, naming)
    yield from _units(state, naming)
    yield from _accounts(state, naming)
    for name, pledge in pledges_of(state):
        yield from _agreed(naming, name, pledge)
    claims = list(claims_of(state))
    events = _Events(naming)
    for claim in claims:
        yield _owed(naming, claim)
        for ref in claim.settled_by:
            events.pledged[ref].append(naming.of("pledge", claim.name))
    for each in found:
        yield from events.of(each)


def _agreed(naming: _Naming, partner: str, pledge: Pledge) -> Iterator[Thing]:
    """What a partner pledged: an agreement with one commitment, of which only a flat sum is known."""
    agreement, commitment = (
        naming.of(kind, f"{partner}:{pledge.first}") for kind in ("agreement", "commitment")
    )
    rate = f"{pledge.rate.n}/{pledge.rate.d} " if pledge.captures else ""
    committed: Thing = {
        "@id": commitment,
        "@type": "Commitment",
        "action": "transfer",
        "provider": naming.agent(partner_account(partner)),
        "receiver": naming.of("collective"),
        "clauseOf": agreement,
        "hasBeginning": pledge.first,
        "note": f"{rate}{pledge.basis.value}, every {pledge.every.value}",
        "resourceConformsTo": naming.of("resource", commodity(pledge.unit)),
    }
    if pledge.last:
        committed["hasEnd"] = pledge.last
    if pledge.basis is Basis.FLAT:
        committed["resourceQuantity"] = _money(naming, due_of(pledge, 0), pledge.unit)
    yield {
        "@id": agreement,
        "@type": "Agreement",
        "name": one_line(partner),
        "created": pledge.first,
        "stipulates": [commitment],
    }
    yield committed


def _money(naming: _Naming, count: int, unit: str) -> Thing:
    return {
        "@type": "Measure",
        "hasNumericalValue": exact(count, unit),
        "hasUnit": naming.of("unit", "one"),
    }


def _owed(naming: _Naming, claim: Claimed) -> Thing:
    """What a partner owes by its pledge."""
    return {
        "@id": naming.of("pledge", claim.name),
        "@type": "Claim",
        "action": "transfer",
        "provider": naming.agent(partner_account(claim.partner)),
        "receiver": naming.of("collective"),
        "created": claim.period.last.isoformat(),
        "resourceConformsTo": naming.of("resource", commodity(claim.unit)),
        "resourceQuantity": _money(naming, claim.count, claim.unit),
    }


def _agents(state: State, naming: _Naming) -> Iterator[Thing]:
    yield {"@id": naming.of("collective"), "@type": "Organization", "name": one_line(state.name)}
    for number in sorted(state.members.by_number):
        name = one_line(member_name(state, number))
        yield {"@id": naming.of("member", str(number)), "@type": "Person", "name": name}
    posted = (account for account, _ in state.ledger.balances)
    pledging = (partner_account(name) for name, _ in pledges_of(state))
    for account in dict.fromkeys((*posted, *pledging)):
        agent = naming.agent(account)
        if not agent.startswith((naming.of("member"), naming.of("collective"))):
            yield {"@id": agent, "@type": "Organization", "name": one_line(account)}


def _units(state: State, naming: _Naming) -> Iterator[Thing]:
    yield {"@id": naming.of("unit", "one"), "@type": "Unit", "label": "one"}
    posted = (unit for _, unit in state.ledger.balances)
    pledged = (pledge.unit for _, pledge in pledges_of(state))
    for unit in dict.fromkeys((*posted, *pledged)):
        money = unit_of(unit).unit_class in _PAID_WITH
        name = commodity(unit)
        if not money:
            yield {"@id": naming.of("unit", name), "@type": "Unit", "label": name}
        yield {
            "@id": naming.of("resource", name),
            "@type": "ResourceSpecification",
            "name": name,
            "mediumOfExchange": money,
        }


def _accounts(state: State, naming: _Naming) -> Iterator[Thing]:
    """What is held lies on accounts, between which it is transferred."""
    for account, unit in state.ledger.balances:
        yield {
            "@id": naming.account(account, unit),
            "@type": "EconomicResource",
            "name": one_line(account),
            "primaryAccountable": naming.agent(account),
            "conformsTo": naming.of("resource", commodity(unit)),
        }


class _Between(msgspec.Struct, frozen=True):
    """What one account of members owes another, in smallest parts."""

    debtor: str
    creditor: str
    unit: str
    count: int


_SHARES = frozenset({"expense.shared", "part.agreed"})
"""By what a member comes to owe another: that of a payment is undone by another of these."""


def _claimed(claim: str, debtor: str, creditor: str, event: Thing, count: str) -> Thing:
    """What one agent owes another by an event; of one that undoes a payment, what is owed again."""
    return {
        "@id": claim,
        "@type": "Claim",
        "action": "transfer",
        "provider": debtor,
        "receiver": creditor,
        "triggeredBy": event["@id"],
        "created": event["created"],
        "resourceConformsTo": event["resourceConformsTo"],
        "resourceQuantity": event["resourceQuantity"] | {"hasNumericalValue": count},
    }


@dataclass(slots=True)
class _Events:
    """Remembers what can still be corrected or settled."""

    naming: _Naming
    made: dict[str, dict[str, str]] = field(default_factory=dict)
    claims: defaultdict[tuple[str, str], deque[list[Any]]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    pledged: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    between: dict[str, _Between] = field(default_factory=dict)

    def of(self, each: Transaction) -> Iterator[Thing]:
        """The events of a transaction, and the claims that they trigger."""
        earlier = self.made.setdefault(each.undoes or each.ref, {})
        for place, flow in enumerate(flows(each.postings)):
            backwards = f"{flow.target} {flow.source} {flow.unit}"
            corrected = earlier.pop(backwards, "")
            number = f"{each.seq}.{each.part}.{place}" if each.part else f"{each.seq}.{place}"
            if corrected:
                # Given back is what was given, with a negative quantity.
                event = self._event(
                    number, each, Flow(flow.target, flow.source, flow.unit, -flow.count)
                )
                event["corrects"] = corrected
            else:
                event = self._event(number, each, flow)
                earlier[f"{flow.source} {flow.target} {flow.unit}"] = event["@id"]
            claims = list(self._claim(each, flow, event))
            yield event
            yield from claims

    def _event(self, number: str, each: Transaction, flow: Flow) -> Thing:
        naming, given = self.naming, flow.target.startswith("member:")
        # A ledger books to the giver what is owed to them; the gift itself goes the other way.
        gift = given or flow.target.startswith("between:")
        provider, receiver = (flow.target, flow.source) if gift else (flow.source, flow.target)
        worked = given and unit_of(flow.unit).unit_class is UnitClass.TIME
        name = commodity(flow.unit)
        money = unit_of(flow.unit).unit_class in _PAID_WITH
        quantity = {
            "@type": "Measure",
            "hasNumericalValue": exact(flow.count, flow.unit),
            "hasUnit": naming.of("unit", "one" if money else name),
        }
        event: Thing = {
            "@id": naming.of("event", number),
            "@type": "EconomicEvent",
            "action": "work" if worked else "transfer",
            "provider": naming.agent(provider),
            "receiver": naming.agent(receiver),
            "hasPointInTime": each.day,
            "created": instant_of(each.at),
            "note": one_line(f"{each.ref} {each.title}"),
            "resourceConformsTo": naming.of("resource", name),
            "effortQuantity" if worked else "resourceQuantity": quantity,
        }
        if not given:
            event["resourceInventoriedAs"] = naming.account(flow.source, flow.unit)
            event["toResourceInventoriedAs"] = naming.account(flow.target, flow.unit)
        if "://" in each.proof:
            event["seeAlso"] = each.proof
        if each.tags:
            event["resourceClassifiedAs"] = [f"{tag}:{value}" for tag, value in each.tags.items()]
        return event

    def _claim(self, each: Transaction, flow: Flow, event: Thing) -> Iterator[Thing]:
        """What the collective owes a member from now on, or what this pays of it.

        What members have in a unit of their own nobody owes them.
        """
        if unit_of(flow.unit).unit_class is UnitClass.OWN:
            return
        if flow.target.startswith("between:"):
            yield from self._between(each, flow, event)
        elif flow.target.startswith("held:"):
            claim = f"{event['@id']}.claim"
            self.claims[flow.target, flow.unit].append([claim, flow.count])
            collective, whose = self.naming.of("collective"), self.naming.agent(flow.target)
            yield _claimed(claim, collective, whose, event, exact(flow.count, flow.unit))
        elif flow.source.startswith("held:"):
            settled = self._settled(flow)
            if settled:
                event["settles"] = settled
        elif flow.source.startswith("partner:") and each.ref in self.pledged:
            event["settles"] = self.pledged[each.ref]

    def _between(self, each: Transaction, flow: Flow, event: Thing) -> Iterator[Thing]:
        """What a member owes another from now on; or what is paid of it, or not owed any more."""
        shares = each.event in _SHARES
        if shares != bool(each.undoes):
            claim = f"{event['@id']}.claim"
            self.between[claim] = _Between(flow.source, flow.target, flow.unit, flow.count)
            debtor, creditor = self.naming.agent(flow.source), self.naming.agent(flow.target)
            yield _claimed(claim, debtor, creditor, event, exact(flow.count, flow.unit))
            return
        settled = self._settled_between(flow, others=not shares)
        if settled:
            event["settles"] = settled

    def _settled_between(self, flow: Flow, *, others: bool) -> list[str]:
        """The claims that are paid of: those of the two, then `others` of one of them, oldest first.

        What is taken back is of the two alone.
        """
        debtor, creditor, settled = flow.target, flow.source, list[str]()
        of = [(claim, it) for claim, it in self.between.items() if it.unit == flow.unit]
        own = [(c, it) for c, it in of if (it.debtor, it.creditor) == (debtor, creditor)]
        owed = [(c, it) for c, it in of if it.debtor == debtor and it.creditor != creditor]
        due = [(c, it) for c, it in of if it.debtor != debtor and it.creditor == creditor]
        left = flow.count
        for claim, it in own:
            left -= self._paid_of(claim, it, left, settled)
        for them in (owed, due) if others else ():
            rest = left
            for claim, it in them:
                rest -= self._paid_of(claim, it, rest, settled)
        return settled

    def _paid_of(self, claim: str, it: _Between, most: int, settled: list[str]) -> int:
        """How much of a claim is paid with at the most so much; it is noted as settled by that."""
        part = min(it.count, most)
        if part:
            settled.append(claim)
            self.between.pop(claim)
            if it.count > part:
                self.between[claim] = msgspec.structs.replace(it, count=it.count - part)
        return part

    def _settled(self, flow: Flow) -> list[str]:
        owed, left, settled = self.claims[flow.source, flow.unit], flow.count, []
        while owed and left:
            claim, open_ = owed[0]
            part = min(open_, left)
            left -= part
            owed[0][1] -= part
            settled.append(claim)
            if not owed[0][1]:
                owed.popleft()
        return settled
