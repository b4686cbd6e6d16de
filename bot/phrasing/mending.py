"""Refusals of decisions: the person's own line put right, by what was wrong with it.

A name that is nearly one, a thing that is open, an option that stands in the way, the reason that was
missing, the proposal that may do what its author may not. Each way is only tried here; whoever offers
them has each decided first. What no line can help says so in words, where it is refused.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, takewhile
from typing import Final

from msgspec.structs import replace

from bot.arguments import SUGGESTED, Option, OptionType
from bot.chat import Refusal
from bot.command import Asked
from bot.language.amounts import read_amount
from bot.language.tokens import Token, mention, quoted
from bot.phrasing.amounts import amount_at
from bot.phrasing.known import Known, all_letters, letters
from bot.phrasing.otherthings import LETTERS, of_other_thing
from bot.phrasing.votes import sample_reason
from bot.phrasing.wording import Said, is_kind, is_option, is_person, reference, typed, words_of
from bot.text.languages import language_named, reader
from bot.text.rendering import quantity_text, render
from bot.text.wording import Joined, Lines, Node, Quantity, Say, Words

Way = Callable[[Said, Refusal, Known], Iterator[str]]

NAMES_READ: Final = 300
"""Among so many names a near one is looked for."""

NAMES_OFFERED: Final = 2

NEAR: Final = 0.6
"""How like a choice a word must be to have been meant for it."""

TRIED_MAX: Final = 6
"""The most lines of one way that are tried."""

MEMBERS_DECIDE: Final = words_of(
    "role by-proposal units equations partners new-members distributions expenses"
)
"""Refusals of what a passed proposal may do."""

IN_THE_WAY: Final = {
    "closes-past": "closes",
    "closes-too-soon": "closes",
    "closes-too-late": "closes",
    "min-open": "closes",
    "effect-open": "closes",
    "closed-until": "on",
    "day-past": "since",
    "fund-bound": "fund",
    "link-odd": "proof",
    "secret-draw": "secret",
    "secret-write-ins": "write-ins",
    "poll-seats": "seats",
    "poll-points": "points",
    "part-large": "part",
    "part-unit": "part",
    "people-odd": "people",
    "need-past": "by",
    "currency-differs": "cap",
    "taken-already": "every",
    "share-unclear": "demurrage",
    "decimals-odd": "decimals",
}
"""The option without which it may work, by what it is refused for."""

INSTEAD: Final = {
    "not-taken": ("take {ref}",),
    "no-place": ("show {ref}",),
    "need-closed": ("show {ref}",),
    "taken-already": ("show {ref}",),
    "done-already": ("show {ref}",),
    "need-early": ("show {ref}",),
    "need-over": ("show {ref}",),
    "withdrawn": ("show {ref}",),
    "undone": ("show {ref}",),
    "not-made": ("show {ref}",),
    "not-confirmed": ("confirm {ref}", "show {ref}"),
    "own-entry": ("withdraw {ref}", "show {ref}"),
    "own-transfer": ("decline {ref}", "show {ref}"),
    "choice-unknown": ("show {ref}", "help {command}"),
    "option-unknown-here": ("show {ref}",),
    "vote-closed": ("why {ref}", "show {ref}"),
    "poll-over": ("show {ref}",),
    "poll-open": ("ballot {ref}", "show {ref}"),
    "draft": ("open {ref}", "show {ref}"),
    "no-draft": ("show {ref}",),
    "no-review": ("show {ref}",),
    "nothing-to-retry": ("show {ref}",),
    "not-own": (
        "dispute {ref} I remember it otherwise",
        "vote {ref} concern I would word it otherwise",
        "show {ref}",
    ),
    "advice-missing": ("show {ref}",),
    "still-open": ("show {ref}",),
    "too-few": ("show {ref}",),
    "min-open": ("show {ref}",),
    "already-voted": ("show {ref}",),
    "drawn": ("why {ref}", "show {ref}"),
    "draw-known": ("why {ref}", "show {ref}"),
    "no-votes": ("show {ref}",),
    "no-adding": ("show {ref}",),
    "not-eligible": ("show {ref}",),
    "own-needs": ("show {ref}",),
    "circle-needs": ("show {ref}",),
    "reference-unknown": ("show {ref}",),
    "timer-none": ("timer start {words}",),
    "timer-running": ("timer stop",),
    "digest-none": ("digest mine weekly",),
    "account-known": ("member list",),
    "circle-known": ("circle join {words}", "circle"),
    "fund-known": ("treasury",),
    "unit-known": ("unit {word}", "unit"),
    "partner-known": ("partner {words}", "partner"),
    "name-taken": ("member list",),
    "candidate-unknown": ("member list",),
    "not-merged": ("member list",),
    "rule-value": ("rules explain {first}",),
    "not-member": ("member apply",),
    "language-unknown": ("help {command}",),
    "zone-unknown": ("help {command}",),
    "room-taken": ("collective info",),
    "funds-max": ("treasury",),
    "needs-many": ("needs --mine",),
    "reminders-many": ("reminders",),
    "no-work": ("unit",),
    "nothing-owed": ("unit",),
    "proxy-self": ("delegate",),
    "proxy-loop": ("delegate",),
    "not-enough": ("treasury",),
    "not-in-hand": ("treasury",),
    "limit": ("balance",),
    "last-room": ("collective info",),
    "last-admin": ("member list",),
    "already-confirmed": ("show {ref}",),
    "already-disputed": ("show {ref}",),
    "closed-until": ("amend {ref} --on today", "show {ref}"),
}
"""What does instead what was wanted, or shows why it cannot be, by what it is refused for."""


def mended(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:
    """The line put right, in each way that may be meant."""
    for way in WAYS:
        yield from islice(way(it, wrong, known), TRIED_MAX)


def bare(token: Token) -> str:
    """A word without what marks it."""
    return token.text.lstrip("@#＃").strip(",;:").casefold()


def _place(it: Said, wrong: Refusal) -> tuple[int, str] | None:
    """Where the word that is wrong stands, and the option's name that stands before it in it."""
    wanted = wrong.word.lstrip("@#＃").casefold()
    for at, token in enumerate(it.words):
        name, equals, value = token.text.partition("=")
        if equals and is_option(token) and value.strip("\"'").casefold() == wanted:
            return at, f"{name}="
        if bare(token) == wanted:
            return at, ""
    return None


def _renamed(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:
    """The nearest names of what there is, where a name is none."""
    if not wrong.code.endswith(("-unknown", "-ambiguous", "new-kinds")) or not wrong.word:
        return
    found = _place(it, wrong)
    if found is None:
        return
    at, before = found
    option = _option_of(it, at)
    if option is None or option.type not in SUGGESTED or option.type is OptionType.REFERENCE:
        return
    token, people = it.words[at], option.type in {OptionType.PERSON, OptionType.PEOPLE}
    mark = "#" if is_kind(token) else ""
    for name in _near(bare(token), _names(option, it, known), few=not people):
        word = mention(name.lstrip("@")) if people else f"{mark}{quoted(name)}"
        yield _line(it, at, [f"{before}{word}"])


def _names(option: Option, it: Said, known: Known) -> list[str]:
    suggest = known.features.suggests.get(option.type)
    if suggest is None or known.actor is None:
        return []
    asked = Asked(it.command.name, option.name, "")
    return [each.word for _, each in islice(suggest(known.state, known.actor, asked), NAMES_READ)]


def _near(word: str, names: Sequence[str], *, few: bool) -> list[str]:
    """The names that a word was probably meant for; where there are `few`, all of them may be."""
    folded = {name.casefold().lstrip("@"): name for name in names}
    begun = [name for each, name in folded.items() if each.startswith(word[:2]) and len(word) > 1]
    near = [folded[each] for each in difflib.get_close_matches(word, folded, NAMES_OFFERED, 0.6)]
    all_ = list(folded.values()) if few and len(folded) <= NAMES_OFFERED else []
    return list(dict.fromkeys([*near, *begun[:NAMES_OFFERED], *all_]))[: NAMES_OFFERED + 1]


def _option_of(it: Said, at: int) -> Option | None:
    """The option that a word of a line belongs to."""
    token, own = it.words[at], it.command
    if is_kind(token):
        return own.by_type.get(OptionType.KIND)
    name = token.text.lstrip("-—–").partition("=")[0]
    if is_option(token):
        return own.by_name.get(name)
    before = it.words[at - 1] if at else Token("")
    if is_option(before) and before.text.lstrip("-—–") in own.by_name:
        return own.by_name[before.text.lstrip("-—–")]
    if is_person(token):
        return own.by_type.get(OptionType.PEOPLE) or own.by_type.get(OptionType.PERSON)
    in_order = [option for option in own.options if option.positional]
    return in_order[min(at, len(in_order) - 1)] if in_order else None


def _line(it: Said, at: int, words: Sequence[str], used: int = 1) -> str:
    """The line with other words in a place."""
    before, behind = map(typed, it.words[:at]), map(typed, it.words[at + used :])
    first = " ".join([it.command.name, *before, *words, *behind])
    return f"{first}\n{it.rest}" if it.rest else first


def _chosen(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:
    """The nearest of the choices that a refusal lists; the only one. None is chosen for anybody.

    A number is near no other one: what looks like it is another thing.
    """
    found = _place(it, wrong) if wrong.word and not wrong.code.startswith("amount-") else None
    if found is None or wrong.word.isdecimal():
        return
    at, before = found
    wants = reader(known.setting.language, known.setting.zone)
    listed = list(dict.fromkeys(render(part, wants) for part in _listed(wrong.instead)))
    near = {each.casefold(): each for each in listed}
    found_near = difflib.get_close_matches(wrong.word.casefold(), near, 1, NEAR)
    for choice in listed if len(listed) == 1 else [near[each] for each in found_near]:
        yield _line(it, at, [f"{before}{quoted(choice)}"])


def _listed(node: Node | None) -> Iterator[Node]:
    """The choices in what is said instead: those of its lists."""
    if isinstance(node, Lines):
        for each in node.items:
            yield from _listed(each)
    elif isinstance(node, Say):
        for name, place in node.places.items():
            if isinstance(place, Joined):
                yield from place.items
            elif name in {"near", "name"}:
                yield place


_NAMED = re.compile(r"(--[a-z-]+)((?: (?!--)[^\s.]+)*)")


def _named(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:
    """The option that the refusal names, with its value, in the line."""
    if wrong.instead is None:
        return
    told = render(wrong.instead, reader(known.setting.language, known.setting.zone))
    named = [(name, value.strip()) for name, value in _NAMED.findall(told)]
    named = [pair for pair in named if pair[0].removeprefix("--") in it.command.by_name]
    if not named:
        return
    words = list(it.words)
    for name, _ in named:
        words = list(_without(words, name.removeprefix("--")))
    line = it.with_words(words).line.partition("\n")[0]
    told_options = " ".join(f"{name} {value}".strip() for name, value in named)
    yield "\n".join(filter(None, [f"{line} {told_options}", it.rest]))


def _without(words: Sequence[Token], option: str) -> Iterator[Token]:
    """The words without an option and what belongs to it, up to the next one."""
    skipping = False
    for token in words:
        if is_option(token):
            skipping = token.text.lstrip("-—–").partition("=")[0] == option
        if not skipping:
            yield token


def _freed(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:  # noqa: ARG001 - a way
    """Without the option that stands in the way."""
    option = IN_THE_WAY.get(wrong.code)
    if option is None and wrong.code in {"number-odd", "tally-option"}:
        place = _place(it, wrong)
        of_it = _option_of(it, place[0]) if place else None
        option = of_it.name if of_it and not of_it.positional else wrong.word.lstrip("-")
    if wrong.code == "kind-unit":
        yield it.with_words([token for token in it.words if not is_kind(token)]).line
    if option:
        words = list(_without(it.words, option))
        if len(words) < len(it.words):
            yield it.with_words(words).line


def _reasoned(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:
    """With a reason, where one is needed."""
    if wrong.code == "reason-missing":
        yield it.with_words([*it.words, *sample_reason(known)]).line


def _dated(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:  # noqa: ARG001 - a way
    """With the day that was probably meant."""
    if wrong.code not in {"day-unknown", "when-unknown"} or not isinstance(wrong.instead, Say):
        return
    meant = wrong.instead.places.get("near") or wrong.instead.places.get("day")
    found = _place(it, wrong)
    if found is not None and isinstance(meant, Words):
        at, before = found
        yield _line(it, at, [f"{before}{word}" for word in meant.text.split()])


def _again(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:  # noqa: ARG001 - a way
    """Said once more on purpose."""
    if wrong.code == "twin" and "again" in it.command.by_name:
        yield it.with_words([*it.words, Token("--again")]).line


def _proposed(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:  # noqa: ARG001 - a way
    """As a proposal, where its author may not do it and the members may."""
    if wrong.code not in MEMBERS_DECIDE or it.command.effect is None or it.rest:
        return
    title = [token.text.lstrip("@#").replace('"', "") for token in it.words if not is_option(token)]
    words = " ".join([it.command.name, *title[:3]])
    yield f"propose {words[:1].upper()}{words[1:]} --do {quoted(it.line)}"


def _others(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:
    """The things that it can be done to, where what was named is none of them.

    Where it is there, but something else, that is meant: never another thing for it.
    """
    if wrong.code not in {"reference-unknown", "not-waiting"}:
        return
    them = letters(it.command)
    named = reference(it.words[0], all_letters(known.features) | LETTERS) if it.words else ""
    if not named:
        return
    if named[0] not in them and known.title(named):
        yield of_other_thing(it, named)
        return
    for letter in sorted(them):
        if letter != named[0]:
            yield _line(it, 0, [f"{letter}{named[1:]}"])
    for ref in known.references(it.command):
        yield _line(it, 0, [ref])


_PLACE: Final = re.compile(r"\{(\w+)\}")


def instead(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:
    """What does it by another command, or shows why it cannot be."""
    ref = next((found for t in it.words if (found := reference(t, all_letters(known.features)))), "")
    plain = [token for token in it.words if not is_option(token)]
    values = {
        "ref": ref,
        "first": plain[0].text if plain else "",
        "command": it.command.name,
        "word": quoted(wrong.word),
        "words": " ".join(map(typed, plain)) or "work",
    }
    for form in INSTEAD.get(wrong.code, ()):
        if "{ref}" not in form or ref:
            yield _PLACE.sub(lambda found: values[found[1]], form)


def _less(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:
    """As much as there is, or as still goes into the day."""
    told = wrong.reason.places if isinstance(wrong.reason, Say) else {}
    sums = {name: each for name, each in told.items() if isinstance(each, Quantity)}
    for at in range(len(it.words)) if wrong.code in _LESS else ():
        found = amount_at(it.words[at:], known.setting)
        if found is None:
            continue
        left = sums.get("has")
        if "sum" in sums and "cap" in sums:
            typed_, _ = read_amount(
                [t.text for t in found[0]], known.setting.language, known.setting.own
            )
            if typed_.unit.code != sums["cap"].unit:
                continue
            left = replace(sums["cap"], count=typed_.count - sums["sum"].count + sums["cap"].count)
        if left is not None and left.count > 0:
            amount = quantity_text(left.count, left.unit, left.parts).replace(",", "").split()
            yield _line(it, at, amount, found[1])
        return


_LESS: Final = frozenset(["daily-cap", "not-enough", "not-in-hand"])


def _language(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:  # noqa: ARG001 - a way
    """`in german`: a language, and no collective."""
    if it.command.name == "in":
        codes = (language_named(token.text.casefold()) for token in it.words[:2])
        yield from (f"me language {code}" for code in codes if code)


def _unbracketed(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:  # noqa: ARG001 - a way
    """A name without the account that stands behind it."""
    if wrong.code == "name-account":
        yield it.with_words(list(takewhile(lambda token: "(" not in token.text, it.words))).line


WAYS: Final[tuple[Way, ...]] = (
    _renamed,
    _chosen,
    _named,
    _freed,
    _reasoned,
    _less,
    _unbracketed,
    _language,
    _dated,
    _again,
    _proposed,
    _others,
)
"""What may be wrong, likeliest first."""
