"""Partners: enterprises around the commons; what each is, what it gave in kind, and who is late."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Refusal, Reply
from bot.collective.contributions import Status, fold_contribution
from bot.collective.events import Event
from bot.collective.grades import Grade
from bot.collective.partners import (
    PARTNERS_MAX,
    Grace,
    Partner,
    PartnerAdded,
    PartnerClassified,
    PartnerEnded,
    PartnerFell,
    PartnerGave,
    Standing,
    Term,
    about_partner,
)
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Clockwork, Query, RulesAt
from bot.language.clock import instant
from bot.language.sums import decimals, sums_told
from bot.text.wording import Day, Link, Node, Strong, Typed, Words, items, joined, lines, say
from bot.value.periods import period_text
from commands.contributions.lookups import steps_of
from commands.decisions.lookups import home_of, rules_at
from commands.decisions.openly import openly
from commands.decisions.proposals import drafted
from commands.ledger.payments import partner_named, pledge_told
from commands.partners.partnering import (
    NAME,
    STANDINGS,
    by_of,
    earlier_told,
    ended_terms,
    grace_of,
    partner_here,
    term_told,
)

_NO_NAMES = ("add", "classify", "pledge", "declare", "in-kind", "end")
"""What `/partner add` and the others could not be told apart from."""

_TERMS_SHOWN = 8
"""How many periods of a partner are shown: two years of quarters, and a phone's screen."""

_TOLD_AT: Final = dt.time(9)
"""The hour at which the members hear that a partner is overdue: not in the night."""

_DAY: Final = dt.timedelta(days=1)


# --- Looking ----------------------------------------------------------------------------------------


def partner_queries(state: State, ask: Ask[PartnerArgs]) -> tuple[Query, ...]:
    """What the journal says of the one that was named."""
    name = ask.args.name
    return (About(about_partner(name)),) if name in state.partners.named else ()


@arguments
class PartnerArgs:
    """What `/partner` takes."""

    name: str = takes(OptionType.PARTNER, say("which one"), positional=True, default="")


def partner(state: State, ask: Ask[PartnerArgs]) -> Accepted:
    """All partners, or one of them whole."""
    today, grace = ask.today(), grace_of(ask.rules)
    if ask.args.name:
        return _one(state, ask, partner_named(state, ask.args.name), today, grace)
    here = [it for it in state.partners.ever if not it.ended or _open(ended_terms(it, today))]
    points = [listed(it, today, grace) for it in here]
    body = lines(
        items(points) if points else say("There are no partners yet."),
        say("{show} tells one whole.", show=Typed(f"partner {here[0].name}"))
        if here
        else say("{add} enters one.", add=Typed("partner add city-bakery")),
    )
    return Accepted(
        replies=(Reply(body, facts={"partners": [it.name for it in here]}, page="partners"),)
    )


def listed(it: Partner, today: dt.date, grace: Grace) -> Node:
    """A partner in one line: what it is, what it pledged, what is open."""
    terms = ended_terms(it, today)
    late = [
        *([say("undeclared")] if any(each.undeclared(today, grace) for each in terms) else []),
        *([say("overdue")] if any(each.overdue(today, grace) for each in terms) else []),
    ]
    due: dict[str, int] = {}
    for each in terms:
        due[each.pledge.unit] = due.get(each.pledge.unit, 0) + max(0, each.left)
    due = {unit: count for unit, count in due.items() if count}
    told = [
        STANDINGS[it.standing] if not it.ended else say("a partner no more"),
        pledge_told(it.pledge) if it.pledge else say("nothing pledged"),
        *([say("{sums} open", sums=sums_told(due))] if due else []),
        *late,
    ]
    return say("{name}: {told}", name=Strong(Words(it.name)), told=joined(told, "; "))


def _open(terms: list[Term]) -> bool:
    """Whether anything is not declared, or not paid."""
    return any(each.left > 0 or not each.known for each in terms)


def _one(state: State, ask: Ask, it: Partner, today: dt.date, grace: Grace) -> Accepted:
    terms = ended_terms(it, today)
    paid: dict[str, int] = {}
    for each in it.payments.values():
        paid[each.unit] = paid.get(each.unit, 0) + each.count
    given, refs = state.partners.given(it.name), state.partners.refs(it.name)
    proofs = [ask.text(each.declared.proof) for each in terms[-_TERMS_SHOWN:] if each.declared]
    form = ask.text(it.form)
    body = lines(
        Strong(say("{name}, {standing}", name=it.name, standing=STANDINGS[it.standing])),
        say("Legal form: {form}", form=form) if form else None,
        say("It belongs to those who work there.") if it.worker_owned else None,
        say("It is a partner no more since {day}.", day=Day(it.ended)) if it.ended else None,
        say("It pledged {pledge}.", pledge=pledge_told(it.pledge))
        if it.pledge
        else say("It has pledged nothing yet."),
        earlier_told(terms[:-_TERMS_SHOWN], today, grace),
        items(term_told(each, today, grace) for each in terms[-_TERMS_SHOWN:]) if terms else None,
        items(Link(proof) for proof in proofs if proof) if any(proofs) else None,
        say("Paid in all: {sums}", sums=sums_told(paid)) if paid else None,
        say("In kind: {sums} ({refs})", sums=sums_told(given), refs=joined(refs)) if given else None,
    )
    facts = {
        "name": it.name,
        "classification": it.standing.value if it.standing else "",
        "paid": decimals(paid),
        "in-kind": decimals(given),
        "periods": [
            {
                "period": period_text(each.period),
                "declared": each.known,
                "undeclared": each.undeclared(today, grace),
                "overdue": each.overdue(today, grace),
                "unit": each.pledge.unit,
                "due": decimals({each.pledge.unit: each.due})[each.pledge.unit],
                "open": decimals({each.pledge.unit: each.left})[each.pledge.unit],
            }
            for each in terms[-_TERMS_SHOWN:]
        ],
    }
    return Accepted(replies=(Reply(body, facts=facts),))


# --- Entering, classifying, ending ------------------------------------------------------------------


@arguments
class PartnerAddArgs:
    """What `/partner add` takes."""

    name: str = takes(OptionType.NAME, say("the partner's name"), positional=True)
    form: str = takes(OptionType.TEXT, say("its legal form"), default="")
    worker_owned: bool = flag(say("it belongs to those who work there"))


def add(state: State, ask: Ask[PartnerAddArgs]) -> Accepted:
    """A new partner, which the members then classify; or one that comes back."""
    name = ask.args.name
    if name in _NO_NAMES:
        raise Refusal("name-odd", say("“{name}” cannot be a name here.", name=name), word=name)
    known = state.partners.named.get(name)
    if known is not None and not known.ended:
        raise Refusal("partner-known", say("There is a partner {name} already.", name=name), word=name)
    if known is None and len(state.partners.named) >= PARTNERS_MAX:
        raise Refusal("partners-max", say("There are as many partners as there may be."))
    form = ask.moment.seal(ask.args.form) if ask.args.form else None
    event = PartnerAdded(
        name=name,
        day=ask.today().isoformat(),
        form=form.seal if form else "",
        worker_owned=ask.args.worker_owned,
        by=by_of(ask),
        proposal=ask.proposal,
    )
    told = lines(
        say("{name} is a partner, not classified yet.", name=Strong(Words(name))),
        say("What it is to the commons, the members decide: {line}", line=_classifying(name)),
    )
    return Accepted((event,), (form,) if form else (), (Reply(told),))


def _classifying(name: str, standing: str = "cooperative") -> Typed:
    return Typed(f'propose … --do "partner classify {name} {standing}"')


@arguments
class PartnerClassifyArgs:
    """What `/partner classify` takes."""

    name: str = NAME
    standing: str = takes(
        OptionType.WORD,
        say("what it is"),
        positional=True,
        choices=tuple(each.value for each in Standing),
    )


def classify(state: State, ask: Ask[PartnerClassifyArgs]) -> Accepted:
    """What a partner is to the commons, which only the members decide."""
    it, standing = partner_here(state, ask.args.name), Standing(ask.args.standing)
    if not ask.proposal:
        raise Refusal(
            "by-proposal",
            say("What a partner is to the commons, only the members decide."),
            instead=say("Propose it: {line}", line=_classifying(it.name, standing.value)),
        )
    if standing is it.standing:
        raise Refusal("nothing-changed", say("{name} is that already.", name=it.name), word=it.name)
    event = PartnerClassified(name=it.name, standing=standing, by=by_of(ask), proposal=ask.proposal)
    told = say(
        "{name}, before {was}, is now: {standing}",
        name=Strong(Words(it.name)),
        was=STANDINGS[it.standing],
        standing=STANDINGS[standing],
    )
    return Accepted((event,), (), (Reply(told),))


@arguments
class PartnerEndArgs:
    """What `/partner end` takes."""

    name: str = NAME


def end(state: State, ask: Ask[PartnerEndArgs]) -> Accepted:
    """A partner is one no more; what is due by now stays due."""
    it, today = partner_here(state, ask.args.name), ask.today()
    left: dict[str, int] = {}
    for each in ended_terms(it, today):
        left[each.pledge.unit] = left.get(each.pledge.unit, 0) + max(0, each.left)
    due = {unit: count for unit, count in left.items() if count}
    event = PartnerEnded(
        name=it.name, day=(today - _DAY).isoformat(), by=by_of(ask), proposal=ask.proposal
    )
    told = lines(
        say("{name} is a partner no more.", name=Strong(Words(it.name))),
        say("Still due: {sums}", sums=sums_told(due)) if due else None,
    )
    return Accepted((event,), (), (Reply(told),))


# --- In kind ----------------------------------------------------------------------------------------


def _contribution_queries(state: State, ask: Ask[PartnerInKindArgs]) -> tuple[Query, ...]:
    return (About(ask.args.ref),)


@arguments
class PartnerInKindArgs:
    """What `/partner in-kind` takes."""

    name: str = NAME
    ref: str = takes(OptionType.REFERENCE, say("the contribution, for example C12"), positional=True)
    undo: bool = flag(say("it was not given for it"))


def in_kind(state: State, ask: Ask[PartnerInKindArgs]) -> Accepted:
    """A confirmed contribution was given for a partner; or was not."""
    it, ref = partner_named(state, ask.args.name), ask.args.ref
    found = fold_contribution(steps_of(state, ask.found[About(ref)])) if ref[0] == "C" else None
    if found is None:
        raise Refusal(
            "reference-unknown", say("There is no contribution {ref} here.", ref=ref), word=ref
        )
    known, undone = state.partners.in_kind.get(found.number), ask.args.undo
    event = PartnerGave(
        name=it.name,
        contribution=found.number,
        share=found.share,
        undone=undone,
        by=by_of(ask),
        proposal=ask.proposal,
    )
    if undone:
        if known is None or known.partner != it.name:
            raise Refusal("not-in-kind", say("{ref} was not given for {name}.", ref=ref, name=it.name))
        told = say("{ref} was not given for {name}.", ref=ref, name=it.name)
        return Accepted((event,), (), (Reply(told, ref=ref),))
    if known is not None:
        told = say("{ref} was given for {name} already.", ref=ref, name=known.partner)
        raise Refusal("in-kind-known", told)
    if found.status is not Status.CONFIRMED:
        raise Refusal("not-confirmed", say("{ref} is not confirmed.", ref=ref), word=ref)
    told = say(
        "{ref}, {amount}, was given for {name}. {undo} takes that back.",
        ref=ref,
        amount=found.share.shown,
        name=Strong(Words(it.name)),
        undo=Typed(f"partner in-kind {it.name} {ref} --undo"),
    )
    return Accepted((event,), (), (Reply(told, ref=ref),))


# --- By the clock -----------------------------------------------------------------------------------


def _falls(state: State, grace: Grace, zone: str) -> list[tuple[int, Partner]]:
    """When (ms) the members are to be asked about whom, the next first."""
    found = []
    for it in state.partners.here:
        fall = it.fall(grace)
        if fall is not None:
            at = instant(fall[0] + _DAY, _TOLD_AT, zone)
            found.append((int(at.timestamp() * 1000), it))
    return sorted(found, key=lambda each: (each[0], each[1].name))


def _due(state: State, rules: RulesAt) -> int | None:
    if not state.partners.named:
        return None
    of_all = rules(home_of(state))
    falls = _falls(state, grace_of(of_all), of_all.text("zone"))
    return falls[0][0] if falls else None


def _happen(state: State, ask: Ask) -> Accepted:
    """Draft what the members may decide of a partner that is overdue; it changes nothing by itself."""
    rules = rules_at(state, ask)(home_of(state))
    grace = grace_of(rules)
    it = _falls(state, grace, rules.text("zone"))[0][1]
    fall = it.fall(grace)
    assert fall is not None
    today = max(ask.today(), fall[0] + _DAY)
    late = [each for each in ended_terms(it, today) if each.overdue(today, grace)]
    asked = {each.period.first.isoformat(): None for each in late} | dict.fromkeys(fall[1])
    names = joined(period_text(each.period) for each in late)
    told = say(
        "{name} has not paid what is due for {periods}.", name=Strong(Words(it.name)), periods=names
    )
    author, home = _author(state), state.rooms.by_place.get(home_of(state))
    place = home.place if home else None
    events: list[Event] = [PartnerFell(name=it.name, periods=tuple(asked))]
    if not author:
        return Accepted(tuple(events), (), (Reply(told, place=place),) if place else ())
    line = f"partner classify {it.name} {Standing.NONCONTRIBUTING.value}"
    draft, texts = drafted(
        state,
        ask.moment,
        author,
        f"{it.name} → {Standing.NONCONTRIBUTING.value}",
        line,
        home.number if home else 0,
    )
    ref = proposal_ref(draft.number)
    events = [draft, PartnerFell(name=it.name, periods=tuple(asked), proposal=draft.number)]
    body = lines(
        told,
        say(
            "Whether it still counts as contributing, the members decide: {open} asks everybody.",
            open=Typed(f"open {ref}"),
        ),
    )
    return Accepted(tuple(events), texts, (Reply(body, ref=ref, place=place),) if place else ())


def _author(state: State) -> int:
    """Whose draft it is: a treasurer's, else an admin's; 0 where there is neither."""
    for role in (Role.TREASURER, Role.ADMIN):
        found = [each.number for each in state.members.here if role in each.roles]
        if found:
            return min(found)
    return 0


CLOCKWORKS = (Clockwork("partners", _due, _happen),)


# --- Declarations -----------------------------------------------------------------------------------

COMMANDS = (
    Command(
        name="partner",
        about=say("the enterprises around the commons, or one of them whole"),
        decide=partner,
        wants=partner_queries,
        args=PartnerArgs,
        examples=("partner", "partner city-bakery"),
    ),
    Command(
        name="partner add",
        about=say("enter an enterprise as a partner"),
        decide=openly(add),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=PartnerAddArgs,
        examples=("partner add city-bakery --form cooperative society --worker-owned",),
    ),
    Command(
        name="partner classify",
        about=say("what a partner is to the commons, by a proposal"),
        decide=openly(classify),
        effect=Grade.MONEY,
        args=PartnerClassifyArgs,
        examples=("partner classify city-bakery contributing-firm",),
    ),
    Command(
        name="partner in-kind",
        about=say("count a contribution as given for a partner"),
        decide=openly(in_kind),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        wants=_contribution_queries,
        args=PartnerInKindArgs,
        examples=("partner in-kind city-bakery C12",),
    ),
    Command(
        name="partner end",
        about=say("an enterprise is a partner no more"),
        decide=openly(end),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=PartnerEndArgs,
        examples=("partner end city-bakery",),
    ),
)
