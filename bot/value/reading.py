"""Equations as people type them: clauses behind one another, with `;` between.

    5% fund infrastructure; 20% equal; rest work #care*2 last 12 decay 10%

`written` gives the one usual form of an equation, which reads back as the same equation. A clause is
a part (`75%`, `1/3`, `rest`), a form, and for `work` what counts and how much. Raises Refusal, with
the clause that it is about and what would work.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from bot.chat import Refusal
from bot.deciding.terms import Ratio, share_text
from bot.language.units import UNITS, UnitClass
from bot.language.words import short_name
from bot.text.wording import Node, Words, joined, say
from bot.value.equations import (
    BUCKETS_MAX,
    CLAUSE_WEIGHTS_MAX,
    MONTHS_MAX,
    WHOLE,
    Bucket,
    Equation,
    Form,
    Life,
    Weight,
)

CHARACTERS_MAX: Final = 1_000
"""The longest equation: it has to be read by everybody."""

DECAY_DENOMINATOR_MAX: Final = 10_000
"""A hundredth of a percent: powers of finer ones over twenty years are numbers that nobody can read."""

STREAMS: Final = ("livelihood", "love", "care")

_CARE: Final = "care-balance"
_PART: Final = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,4}))?%|([0-9]{1,7})/([0-9]{1,7})")
_FACTOR: Final = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,4}))?|([0-9]{1,6})/([0-9]{1,6})")


def read_equation(text: str) -> Equation:
    """The equation that somebody typed. Raises Refusal."""
    if len(text) > CHARACTERS_MAX:
        raise Refusal(
            "equation-long",
            say("An equation has up to {most} characters.", most=CHARACTERS_MAX),
        )
    clauses = [clause.strip() for clause in text.split(";") if clause.strip()]
    care = [clause.split() for clause in clauses if clause.split()[0].casefold() == _CARE]
    if len(care) > 1:
        raise _wrong(text, say("Care is balanced once."))
    buckets = tuple(_bucket(it) for it in clauses if it.split()[0].casefold() != _CARE)
    if not buckets:
        raise _wrong(text, say("An equation has at least one part."))
    if len(buckets) > BUCKETS_MAX:
        raise _wrong(text, say("An equation has up to {most} parts.", most=BUCKETS_MAX))
    total = sum(Fraction(it.part.n, it.part.d) for it in buckets if it.part is not None)
    if total > 1:
        raise _wrong(text, say("The parts are more than the whole."))
    if len({it.currency for it in buckets if it.currency}) > 1:
        raise _wrong(text, say("All prices of an equation are in one currency."))
    return Equation(buckets, bool(care), _care_most(care[0][1:]) if care else None)


def _care_most(words: list[str]) -> Ratio | None:
    """How much the care balance takes of anybody at most. Raises Refusal."""
    if not words:
        return None
    clause = " ".join([_CARE, *words])
    if len(words) != 2 or words[0].casefold() != "most":
        raise _wrong(clause, say("Behind {care} stands nothing, or most and a percentage.", care=_CARE))
    return _share_behind(words[1], clause)


def _bucket(clause: str) -> Bucket:
    words = clause.split()
    part = _part(words[0], clause)
    form = words[1].casefold() if len(words) > 1 else ""
    rest = words[2:]
    match form:
        case Form.FUND if len(rest) == 1 and (fund := short_name(rest[0])):
            return Bucket(Form.FUND, part, fund=fund)
        case Form.ONE if len(rest) == 1 and re.fullmatch(r"@?#[0-9]{1,9}", rest[0]):
            return Bucket(Form.ONE, part, to=int(rest[0].lstrip("@#")))
        case Form.EQUAL | Form.NEED | Form.GIVEN | Form.WORK:
            return _modified(Bucket(Form(form), part), rest, clause)
        case _:
            raise _wrong(clause, say("“{clause}” is no part of an equation.", clause=clause))


def _part(word: str, clause: str) -> Ratio | None:
    if word.casefold() == "rest":
        return None
    found = _PART.fullmatch(word)
    part = None
    if found and found[1]:
        places = found[2] or ""
        part = Fraction(int(found[1] + places), 100 * 10 ** len(places))
    elif found and int(found[4]):
        part = Fraction(int(found[3]), int(found[4]))
    if part is None or not 0 < part <= 1:
        raise _wrong(clause, say("A part begins with a percentage, or with rest."))
    return Ratio(part.numerator, part.denominator)


def _modified(bucket: Bucket, words: list[str], clause: str) -> Bucket:
    """Take the words behind the form, each at most once but for what counts."""
    fields: dict[str, Any] = {}
    at = 0
    while at < len(words):
        word = words[at].casefold()
        takes = _WITH_VALUE.get(word)
        if word in STREAMS or word[:1] in "#:" or "*" in word or word.upper() in UNITS or word in UNITS:
            if bucket.form is not Form.WORK:
                raise _wrong(clause, say("Only work is weighed."))
            _counts(fields, words[at], clause)
            at += 1
        elif takes is not None and at + 1 < len(words):
            _add(fields, takes(words[at + 1], clause), word, clause)
            at += 2
            if word == "price":
                fields["currency"] = _currency(words[at : at + 1], clause)
                at += 1
        elif word in {*Life}:
            _add(fields, {"life": Life(word)}, word, clause)
            at += 1
        else:
            raise _unknown_word(words[at], clause)
    made = _checked(bucket, fields, clause)
    if len(made.weights) > CLAUSE_WEIGHTS_MAX:
        raise _wrong(clause, say("One part weighs up to {most} things.", most=CLAUSE_WEIGHTS_MAX))
    return made


def _add(fields: dict[str, Any], more: Mapping[str, Any], word: str, clause: str) -> None:
    if any(fields.get(name, value) != value for name, value in more.items()):
        raise _wrong(clause, say("“{word}” comes too late: that is settled already.", word=word))
    fields |= more


def _checked(bucket: Bucket, fields: Mapping[str, Any], clause: str) -> Bucket:
    if bucket.form is not Form.WORK and set(fields) - {"most"}:
        raise _wrong(clause, say("Only work is weighed."))
    made = Bucket(bucket.form, bucket.part, **fields)
    if (made.life is Life.UNTIL_PAID) != (made.price is not None):
        raise _wrong(clause, say("A claim that is open until it is paid has a price, and no other."))
    if made.price is not None and made.decay != WHOLE:
        raise _wrong(
            clause, say("What is owed does not become less by waiting: no decay with a price.")
        )
    return made


def _counts(fields: dict[str, Any], word: str, clause: str) -> None:
    """`care`, `#teaching`, `:garden`, `h`, each with or without a factor behind `*`."""
    name, star, factor_text = word.partition("*")
    factor = _factor(factor_text, clause) if star else None
    folded = name.casefold()
    if folded in STREAMS:
        which, weight = "streams", {"stream": folded}
    elif name[:1] == "#" and (kind := short_name(name[1:])):
        which, weight = "kinds", {"kind": kind}
    elif name[:1] == ":" and (circle := short_name(name[1:])):
        which, weight = "circles", {"circle": circle}
    elif name in UNITS or name.upper() in UNITS:
        code = name if name in UNITS else name.upper()
        fields["weights"] = (*fields.get("weights", ()), Weight(factor or WHOLE, unit=code))
        return
    else:
        raise _unknown_word(word, clause)
    if factor is None:
        fields[which] = (*fields.get(which, ()), next(iter(weight.values())))
    else:
        fields["weights"] = (*fields.get("weights", ()), Weight(factor, **weight))


def _factor(text: str, clause: str) -> Ratio:
    found = _FACTOR.fullmatch(text)
    if found is None or found[4] == "0" or (found[4] and not int(found[4])):
        raise _wrong(clause, say("“{word}” is no factor.", word=text))
    if found[1]:
        places = found[2] or ""
        value = Fraction(int(found[1] + places), 10 ** len(places))
    else:
        value = Fraction(int(found[3]), int(found[4]))
    return Ratio(value.numerator, value.denominator)


def _last(text: str, clause: str) -> dict[str, Any]:
    if not text.isdecimal() or not text.isascii() or not 1 <= int(text[:9]) <= MONTHS_MAX:
        wrong = say("Behind last stands a number of months, up to {most}.", most=MONTHS_MAX)
        raise _wrong(clause, wrong)
    return {"months": int(text)}


def _decay(text: str, clause: str) -> dict[str, Any]:
    lost = _part(text, clause)
    if lost is None:
        raise _wrong(clause, say("Behind decay stands a percentage."))
    if lost.d > DECAY_DENOMINATOR_MAX:
        raise _wrong(clause, say("A decay has up to two decimals."))
    return {"decay": Ratio(lost.d - lost.n, lost.d)}


def _price(text: str, clause: str) -> dict[str, Any]:
    price = _factor(text, clause)
    if not price.n:
        raise _wrong(clause, say("A price is more than nothing."))
    return {"price": price, "life": Life.UNTIL_PAID}


def _currency(words: list[str], clause: str) -> str:
    code = words[0].upper() if words else ""
    if code not in UNITS or UNITS[code].unit_class is not UnitClass.MONEY:
        raise _wrong(clause, say("A price is in a currency: price 20 EUR."))
    return code


def _most(text: str, clause: str) -> dict[str, Any]:
    return {"most": _share_behind(text, clause)}


def _share_behind(text: str, clause: str) -> Ratio:
    most = _part(text, clause)
    if most is None:
        raise _wrong(clause, say("Behind most stands a percentage."))
    return most


_WITH_VALUE: Final[Mapping[str, Callable[[str, str], dict[str, Any]]]] = {
    "last": _last,
    "decay": _decay,
    "price": _price,
    "most": _most,
}


def _unknown_word(word: str, clause: str) -> Refusal:
    known = [*_WITH_VALUE, *Life, *STREAMS]
    near = difflib.get_close_matches(word.casefold(), known, 1)
    return Refusal(
        "equation-word",
        say("I don't know what to do with “{word}” in “{clause}”.", word=word, clause=clause),
        word=word,
        instead=say("Did you mean {near}?", near=near[0]) if near else EXAMPLE,
    )


def _wrong(clause: str, reason: Node) -> Refusal:
    return Refusal("equation-odd", reason, word=clause[:60], instead=EXAMPLE)


EXAMPLE: Final = say(
    "It looks like this: {examples}",
    examples=joined(
        [Words("5% fund reserve; 20% equal; rest work"), Words("75% work livelihood; 25% work love")],
        " / ",
    ),
)


# Writing.


def written(equation: Equation) -> str:
    """The equation in its one usual form; reading that gives the same equation."""
    clauses = [" ".join(_clause(bucket)) for bucket in equation.buckets]
    if equation.care_most is not None:
        clauses.append(f"{_CARE} most {share_text(equation.care_most)}")
    elif equation.care:
        clauses.append(_CARE)
    return "; ".join(clauses)


def _clause(it: Bucket) -> Iterator[str]:
    yield "rest" if it.part is None else share_text(it.part)
    yield it.form.value
    if it.form is Form.FUND:
        yield it.fund
    if it.form is Form.ONE:
        yield f"@#{it.to}"
    yield from it.streams
    yield from (f"#{kind}" for kind in it.kinds)
    yield from (f":{circle}" for circle in it.circles)
    yield from (f"{_weighed(weight)}*{factor_text(weight.factor)}" for weight in it.weights)
    if it.months:
        yield f"last {it.months}"
    if it.decay != WHOLE:
        lost = Fraction(it.decay.d - it.decay.n, it.decay.d)
        yield f"decay {share_text(Ratio(lost.numerator, lost.denominator))}"
    if it.price is not None:
        yield f"price {factor_text(it.price)} {it.currency}"
    elif it.form is Form.WORK and it.life is not Life.ONCE:
        yield it.life.value
    if it.most is not None:
        yield f"most {share_text(it.most)}"


def _weighed(weight: Weight) -> str:
    if weight.kind:
        return f"#{weight.kind}"
    if weight.circle:
        return f":{weight.circle}"
    return weight.unit or weight.stream


def factor_text(factor: Ratio) -> str:
    """A factor as it is typed: `2`, `1/20`."""
    return str(factor.n) if factor.d == 1 else f"{factor.n}/{factor.d}"
