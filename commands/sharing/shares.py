"""A distribution that was carried out: shown whole, explained to one person, undone.

Everything is told from what was written down when it was carried out: the copy of the equation, the
parts, and each person's lines. Nothing is calculated anew from contributions that may have changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from urllib.parse import urlencode

from bot.arguments import WithRef
from bot.chat import Reply
from bot.collective.distributions import DistributionMade, ShareAllotted
from bot.collective.events import Event, Posting
from bot.collective.guards import check_open
from bot.collective.ledger import reversed_postings
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.decision import Accepted, Ask
from bot.feature import Deed, Thing, reference_queries
from bot.language.sums import shown
from bot.language.units import unit_of
from bot.text.wording import (
    Figure,
    Node,
    Place,
    Quantity,
    Say,
    Strong,
    Typed,
    Way,
    Words,
    fill,
    items,
    lines,
    say,
)
from bot.value.equations import Bucket, Form, Life
from bot.value.reckoning import Basis, Cut, Shared, ShareLine
from commands.decisions.headings import headed, undoing
from commands.decisions.letters import ReverseArgs
from commands.ledger.money import check_covered, fund_words
from commands.sharing.pools import file_of, more_told, table_of, total_told
from commands.sharing.recipes import bucket_told
from commands.sharing.wholes import (
    check_undoable,
    decided_told,
    meant_whole,
    parts_of,
    undoing_told,
    undone_told,
    whole_of,
)

_BASES_MAX = 24
"""How many contributions a line tells: two years of one kind."""


def is_distribution(ask: Ask[WithRef]) -> bool:
    """Whether a distribution was named, or one that undoes another."""
    return whole_of(ask, DistributionMade) is not None


def shares_of(ask: Ask, it: DistributionMade) -> list[ShareAllotted]:
    """What each person gets of a distribution."""
    return parts_of(ask, reference(it.number), ShareAllotted)


def head_told(it: DistributionMade) -> Node:
    """Which distribution it is, of how much, by which equation."""
    ref, amount, place = (
        Strong(Words(reference(it.number))),
        shown(it.unit, it.count),
        fund_words(it.fund),
    )
    if it.reverses:
        return say(
            "{ref} undoes {undone}, {amount}", ref=ref, undone=reference(it.reverses), amount=amount
        )
    if not it.name:
        return say("{ref}: {amount} of {place}, all to one person", ref=ref, amount=amount, place=place)
    if not it.version:
        return say(
            "{ref}: {amount} of {place}, by {name}", ref=ref, amount=amount, place=place, name=it.name
        )
    return say(
        "{ref}: {amount} of {place}, by {name}, version {version}",
        ref=ref,
        amount=amount,
        place=place,
        name=it.name,
        version=it.version,
    )


# --- Why ----------------------------------------------------------------------------------------------


def why_distribution(state: State, ask: Ask[WithRef]) -> Accepted:
    """What whoever asks got of it, line by line: by what part, for what, with which rounding."""
    it = meant_whole(ask, DistributionMade)
    me = ask.me
    numbers = state.members.numbers(me.number)
    own = [share for share in shares_of(ask, it) if share.member in numbers]
    got = sum(share.count for share in own)
    points = [line_told(state, it, line) for share in own for line in share.lines]
    what = ask.text(it.what)
    body = lines(
        head_told(it),
        Words(what) if what else None,
        decided_told(state, it),
        undone_told(ask, it),
        say("{who}, you got {amount}:", who=me.shown, amount=shown(it.unit, got))
        if points
        else say("Nothing of it came to you: nothing of yours counted in it."),
        items(points) if points else None,
        items(others_told(state, it)) if not points else None,
        say("{show} shows what everybody got.", show=Typed(f"show {reference(it.number)}")),
    )
    facts = {"share": str(got), "unit": it.unit}
    return Accepted(
        replies=(
            Reply(
                body,
                private=True,
                ref=reference(it.number),
                facts=facts,
                page=f"shares/{reference(it.number)}",
            ),
        )
    )


def others_told(state: State, it: DistributionMade) -> Iterator[Node]:
    """The parts of the equation, and what each took."""
    for number, (bucket, cut) in enumerate(zip(it.equation.buckets, it.cuts, strict=False), 1):
        amount, told = shown(it.unit, cut.amount), bucket_told(state, bucket)
        yield say("Part {number}, {amount}: {told}", number=number, amount=amount, told=told)


def line_told(state: State, it: DistributionMade, line: ShareLine, *, own: bool = True) -> Node:
    """Why somebody got what of one part: told to them, or of them."""
    cut = it.cuts[line.bucket]
    if line.bucket < 0:
        return _care_told(it, line, cut, own=own)
    bucket = it.equation.buckets[line.bucket]
    part = (
        say(
            "Part {number}, {amount}: {told}.",
            number=line.bucket + 1,
            amount=shown(it.unit, cut.amount),
            told=bucket_told(state, bucket),
        )
        if own
        else say("Of part {number}:", number=line.bucket + 1)
    )
    reason = _reason(it.unit, bucket, line, cut, own=own)
    return lines(part, reason, *_bases(it.unit, bucket, line, own=own))


def _reason(unit: str, bucket: Bucket, line: ShareLine, cut: Cut, *, own: bool) -> Node:
    """Why that much of one part, with its rounding."""
    got, mine, every = shown(unit, line.count), Fraction(line.points), Fraction(cut.points)
    if bucket.life is Life.UNTIL_PAID:
        rest = int(mine) - line.count
        told = (
            say("{owed} was open for you, of {all} in all; {got} is paid, {rest} stays open.")
            if own
            else say("{owed} was open, of {all} in all; {got} is paid, {rest} stays open.")
        )
        return fill(
            told,
            owed=shown(unit, int(mine)),
            all=shown(unit, int(every)),
            got=got,
            rest=shown(unit, rest),
        )
    told = (_REASONS if own else _REASONS_OF)[_reason_of(bucket)]
    places: dict[str, Place] = {
        "points": number_text(mine),
        "all": number_text(every),
        "need": shown(unit, int(mine)),
        "needs": shown(unit, int(every)),
        "got": got,
    }
    return lines(fill(told, **places), _rounding(unit, line.count, cut.amount * mine / every))


def _reason_of(bucket: Bucket) -> str:
    if bucket.form is Form.WORK:
        return "balanced" if bucket.life is Life.BALANCED else "work"
    return bucket.form.value


_REASONS: dict[str, Say] = {
    "work": say("Yours weighs {points} of {all}: {got}."),
    "balanced": say(
        "Of all that was ever shared out you were short of {need}, all together of {needs}: {got}."
    ),
    Form.GIVEN.value: say("Of the points that were given, {all}, yours are {points}: {got}."),
    Form.EQUAL.value: say("An equal share for each of {all}: {got}."),
    Form.NEED.value: say("You said you need {need}, all together {needs}: {got}."),
    Form.ONE.value: say("All of it: {got}."),
}


_REASONS_OF: dict[str, Say] = {
    "work": say("It weighs {points} of {all}: {got}."),
    "balanced": say(
        "Of all that was ever shared out this was short of {need}, all together of {needs}: {got}."
    ),
    Form.GIVEN.value: say("Of the points that were given, {all}, these are {points}: {got}."),
    Form.EQUAL.value: say("An equal share for each of {all}: {got}."),
    Form.NEED.value: say("The need was {need}, all together {needs}: {got}."),
    Form.ONE.value: say("All of it: {got}."),
}
"""The same, of somebody else."""


def _rounding(unit: str, count: int, exact: Fraction) -> Node | None:
    """What the rounding did; or the limit that holds more than that."""
    if exact == count:
        return None
    if abs(exact - count) >= 1:
        return say(
            "Exactly by weight it would be {exact}; a limit, of yours or of others, changed it.",
            exact=_exact(unit, exact),
        )
    told = (
        say("Exactly it is {exact}; rounded up, as what is left over goes to the largest rests.")
        if count > exact
        else say("Exactly it is {exact}; that is rounded down.")
    )
    return fill(told, exact=_exact(unit, exact))


def _exact(unit: str, exact: Fraction) -> Node:
    whole = exact.numerator // exact.denominator
    rest = exact - whole
    if not rest:
        return shown(unit, whole)
    return say(
        "{whole} and {part} of the smallest part", whole=shown(unit, whole), part=number_text(rest)
    )


_DIGITS_MAX = 12
"""Longer fractions are told as a decimal: nobody reads them."""


def number_text(value: Fraction) -> Figure:
    """A number as people read it: `12`, `12.5`, `7/3`; a long one with four decimals and `≈`."""
    whole, rest = divmod(value.numerator, value.denominator)
    if not rest:
        return Figure(f"{whole:,}")
    tens, left = divmod(rest * 10_000, value.denominator)
    decimal = f"{whole:,}.{tens:04}"
    if not left:
        return Figure(decimal.rstrip("0"))
    text = f"{value.numerator}/{value.denominator}"
    return Figure(text if len(text) <= _DIGITS_MAX else f"≈ {decimal}")


def _bases(unit: str, bucket: Bucket, line: ShareLine, *, own: bool) -> Iterator[Node]:
    """What was weighed, one a line; for others than who got it with the way to the entries."""
    shown_bases = line.basis[:_BASES_MAX]
    points = [_basis_told(unit, bucket, basis, own=own) for basis in shown_bases]
    if points:
        yield items(points)
    more = len(line.basis) - len(shown_bases)
    if more > 0:
        yield say("and {count} more", count=more)


def _basis_told(unit: str, bucket: Bucket, basis: Basis, *, own: bool) -> Node:
    what = _gave_told(basis)
    if not own:
        asked = {"kind": basis.kind, "circle": basis.circle, "period": basis.month}
        way = urlencode({name: value for name, value in asked.items() if value})
        what = Way(what, f"contributions?{way}")
    if bucket.life is Life.UNTIL_PAID:
        return say(
            "{what}: {paid} of {due}",
            what=what,
            paid=shown(unit, basis.paid),
            due=shown(unit, int(basis.points)),
        )
    return say("{what}: weighs {points}", what=what, points=number_text(Fraction(basis.points)))


def _gave_told(basis: Basis) -> Node:
    amount = Quantity(basis.count, basis.unit, unit_of(basis.unit).parts)
    told = _GAVE[bool(basis.circle), bool(basis.month)]
    return fill(told, amount=amount, kind=basis.kind, circle=basis.circle, month=basis.month)


_GAVE = {
    (False, False): say("{amount} #{kind}"),
    (False, True): say("{amount} #{kind} of {month}"),
    (True, False): say("{amount} #{kind} for {circle}"),
    (True, True): say("{amount} #{kind} for {circle} of {month}"),
}


def _care_told(it: DistributionMade, line: ShareLine, cut: Cut, *, own: bool) -> Node:
    equal = Fraction(cut.points)
    places = {
        "care": shown("h", int(line.points)),
        "equal": shown("h", int(equal)),
        "count": shown(it.unit, abs(line.count)),
    }
    if not own:
        told = (
            say("Care balance: cared {care}, an equal part is {equal}; {count} is passed on.")
            if line.count < 0
            else say("Care balance: cared {care}, an equal part is {equal}; {count} comes to it.")
        )
    elif line.count > 0:
        told = say("Care balance: you cared {care}, an equal part is {equal}; {count} comes to you.")
    elif line.count < 0:
        told = say("Care balance: you cared {care}, an equal part is {equal}; {count} is passed on.")
    else:
        told = say("Care balance: you cared {care}, an equal part is {equal}; nothing changes.")
    return fill(told, **places)


# --- Whole --------------------------------------------------------------------------------------------


def show_distribution(state: State, ask: Ask[WithRef]) -> Accepted:
    """One distribution with its parts, and what everybody got."""
    it = meant_whole(ask, DistributionMade)
    shared = shared_of(ask, it)
    what = ask.text(it.what)
    body = lines(
        head_told(it),
        Words(what) if what else None,
        None if it.reverses else items(others_told(state, it)),
        None if it.reverses else table_of(state, shared, it.unit, {}),
        None if it.reverses else more_told(shared, it.unit, {}),
        None if it.reverses else total_told(shared, it.unit, it.fund),
        decided_told(state, it),
        undone_told(ask, it),
    )
    files = file_of(state, shared, it.unit)
    return Accepted(
        replies=(
            Reply(body, ref=reference(it.number), files=files, page=f"shares/{reference(it.number)}"),
        )
    )


def _headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads a distribution: what it was for, else how much it was."""
    it = meant_whole(ask, DistributionMade)
    ref, what = reference(it.number), ask.text(it.what)
    if it.reverses:
        return undoing(ref, reference(it.reverses))
    return headed(say("Distribution {ref}", ref=ref), what, shown(it.unit, it.count))


def shared_of(ask: Ask, it: DistributionMade) -> Shared:
    """A distribution as it was shared out, from what was written down."""
    everything = tuple(line for share in shares_of(ask, it) for line in share.lines)
    funds = tuple(
        (bucket.fund, cut.amount)
        for bucket, cut in zip(it.equation.buckets, it.cuts, strict=False)
        if bucket.form is Form.FUND
    )
    return Shared(it.count, it.cuts, everything, funds, it.rest)


# --- Undoing ------------------------------------------------------------------------------------------


def undo_distribution(state: State, ask: Ask[ReverseArgs]) -> Accepted:
    """Everything back where it was, if it is still there; what was shared on by it is open again."""
    it = meant_whole(ask, DistributionMade)
    check_undoable(state, ask, it)
    ref = reference(it.number)
    today = ask.today()
    check_open(today, ask.rules)
    shares = shares_of(ask, it)
    everything: list[Posting] = list(it.postings)
    for share in shares:
        everything += share.postings
    check_covered(state, ask, reversed_postings(everything))
    moved = sum(each.count for each in everything if each.count > 0)
    assert moved + it.rest + _kept(it) == it.count, f"not all shares of {ref} are at hand"
    sealed, number = ask.moment.seal(ask.args.reason), state.treasury.count + 1
    day = today.isoformat()
    back = DistributionMade(
        number=number,
        unit=it.unit,
        count=it.count,
        day=day,
        equation=it.equation,
        name=it.name,
        version=it.version,
        fund=it.fund,
        rest=it.rest,
        what=sealed.seal,
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
        reverses=it.number,
        postings=reversed_postings(it.postings),
    )
    returned: tuple[Event, ...] = tuple(_returned(share, number, day) for share in shares)
    told = undoing_told(it, number, day, ask.args.reason)
    return Accepted((back, *returned), (sealed,), (told,))


def _kept(it: DistributionMade) -> int:
    """What of a fund went into the same fund: nothing moved."""
    cuts = zip(it.equation.buckets, it.cuts, strict=False)
    return sum(cut.amount for bucket, cut in cuts if bucket.fund and bucket.fund == it.fund)


def _returned(share: ShareAllotted, number: int, day: str) -> ShareAllotted:
    return ShareAllotted(
        number=number,
        member=share.member,
        unit=share.unit,
        count=share.count,
        day=day,
        lines=share.lines,
        needed=share.needed,
        reverses=share.number,
        postings=reversed_postings(share.postings),
    )


THING = Thing(
    letter="T",
    show=Deed(show_distribution, reference_queries),
    why=Deed(why_distribution, reference_queries),
    explained=True,
    reverse=Deed(undo_distribution, reference_queries),
    is_meant=is_distribution,
    page="shares",
    title=_headed,
)
"""It is a transfer among others, told as what it is."""
