"""The terms of a unit of one's own: how they are typed, read and told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.arguments import OptionType, arguments, given, takes
from bot.chat import Refusal
from bot.collective.state import State
from bot.deciding.terms import Ratio, read_share
from bot.decision import Ask
from bot.language.amounts import read_amount
from bot.language.sums import shown
from bot.language.units import Unit
from bot.language.words import kind as read_kind
from bot.text.wording import Typed, Words, say
from bot.value.periods import Every
from bot.value.policy import NOTHING, Mode, UnitTerms


@arguments
class TermsArgs:
    """The terms of a unit; what is left out stays as it is."""

    also: str | None = takes(
        OptionType.TEXT, say("other words that mean it, such as plurals"), default=None
    )
    every: str | None = takes(
        OptionType.WORD,
        say("how long a period is"),
        choices=tuple(each.value for each in Every),
        default=None,
    )
    fee: str | None = takes(
        OptionType.TEXT, say("what a payment costs beside it, such as 2%"), default=None
    )
    demurrage: str | None = takes(
        OptionType.TEXT, say("what is taken of what is held, each period, such as 1%"), default=None
    )
    levy: str | None = takes(OptionType.TEXT, say("what each member owes for a period"), default=None)
    plenty: str | None = takes(
        OptionType.TEXT, say("above how much somebody is reminded to spend"), default=None
    )
    limit: str | None = takes(
        OptionType.TEXT, say("credit: how far below nothing members may go"), default=None
    )
    earning: str | None = takes(
        OptionType.TEXT,
        say("credit: how much of a month's income beyond that, such as 100%"),
        default=None,
    )
    most: str | None = takes(OptionType.TEXT, say("credit: how far at most"), default=None)
    vouches: str | None = takes(
        OptionType.TEXT, say("credit: how many members must vouch before"), default=None
    )
    wage: str | None = takes(
        OptionType.TEXT, say("issued: what an hour of work is worth"), default=None
    )
    budget: str | None = takes(
        OptionType.TEXT, say("issued: how much in a period at most"), default=None
    )
    kinds: str | None = takes(
        OptionType.TEXT, say("issued: which kinds of work, all if left out"), default=None
    )
    since: str | None = takes(
        OptionType.TEXT, say("issued: for work since which month, such as 2026-01"), default=None
    )


_CREDIT_ONLY = frozenset({"limit", "earning", "most", "vouches"})

_ISSUED_ONLY = frozenset({"wage", "budget", "kinds", "since"})


def terms_of(state: State, ask: Ask[TermsArgs], made: Unit, old: UnitTerms) -> UnitTerms:
    """The terms with what the line changes of them. Raises Refusal."""
    changed: dict[str, Any] = {}
    other = _ISSUED_ONLY if old.mode is Mode.CREDIT else _CREDIT_ONLY
    for name, read in _READS.items():
        typed = getattr(ask.args, name)
        if typed is None:
            continue
        if name in other:
            raise Refusal(
                "term-of-mode",
                say("--{name} says nothing of a unit of this mode.", name=name),
                word=f"--{name}",
                instead=say("{help} tells which are for which.", help=Typed("help unit set")),
            )
        changed[name] = read(state, ask, made, typed)
    terms = msgspec.structs.replace(old, **changed)
    if terms.mode is Mode.ISSUED and not (terms.wage and terms.budget):
        if old.wage and old.budget:
            return terms
        raise Refusal(
            "budget-missing",
            say("An issued unit needs what an hour is worth, and how much may be issued in a period."),
            instead=say("For example {options}.", options=Words("--wage 1 --budget 400")),
        )
    return terms


def _count(_: State, ask: Ask, made: Unit, typed: str) -> int:
    words = typed.split()
    if words in (["0"], ["none"]):
        return 0
    words = words if len(words) > 1 else [*words, made.name]
    amount, used = read_amount(words, ask.language, {made.name: made}, (made,))
    if amount.unit != made or used < len(words):
        raise Refusal(
            "unit-other",
            say("“{words}” is no amount of {unit}.", words=typed, unit=made.name),
            word=words[-1],
            instead=say("For example {amount}.", amount=shown(made.code, 10 * made.parts)),
        )
    return amount.count


def _share(_: State, ask: Ask, made: Unit, typed: str) -> Ratio:
    return NOTHING if typed in {"0", "0%", "none"} else read_share(typed)


def _people(_: State, ask: Ask, made: Unit, typed: str) -> int:
    if typed.isdecimal() and len(typed) <= 2:
        return int(typed)
    raise Refusal(
        "number-odd",
        say("“{word}” is no number of members.", word=typed),
        word=typed,
        instead=say("It is a whole number, such as 2; 0 asks for none."),
    )


def _kinds(state: State, ask: Ask, made: Unit, typed: str) -> tuple[str, ...]:
    if typed in {"none", "all"}:
        return ()
    kinds = tuple(dict.fromkeys(map(read_kind, typed.replace(",", " ").split())))
    unknown = next((kind for kind in kinds if kind not in state.contributions.kinds), "")
    if unknown:
        raise Refusal("kind-unknown", say("There is no kind #{name} here.", name=unknown), word=unknown)
    return kinds


def _since(_: State, ask: Ask, made: Unit, typed: str) -> str:
    try:
        return dt.date.fromisoformat(f"{typed}-01").isoformat()[:7]
    except ValueError:
        raise Refusal(
            "month-odd",
            say("“{word}” is no month.", word=typed),
            word=typed,
            instead=say("For example {month}.", month=Words("2026-01")),
        ) from None


def _every(_: State, ask: Ask, made: Unit, typed: str) -> Every:
    return Every(typed)


_READS: Mapping[str, Callable[[State, Ask, Unit, str], Any]] = {
    "limit": _count,
    "earning": _share,
    "most": _count,
    "vouches": _people,
    "wage": _count,
    "budget": _count,
    "kinds": _kinds,
    "since": _since,
    "fee": _share,
    "demurrage": _share,
    "levy": _count,
    "plenty": _count,
    "every": _every,
}
"""How each term is read, by its option."""


def term_line(what: str, name: str, mode: str, ask: Ask[TermsArgs]) -> str:
    """The line again, for a proposal."""
    typed = given(ask.args)
    options = (f"--{each} {typed[each]}" for each in ("decimals", "also", *_READS) if each in typed)
    return " ".join(filter(None, ("unit", what, name, mode, *options)))
