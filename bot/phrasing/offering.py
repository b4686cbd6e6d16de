"""What is offered where a line cannot be read: the person's own line, put right.

The lines come in tiers, likeliest first, and a later tier is only tried where an earlier one had
nothing; of each list of a tier one line is enough. Whoever offers them has each decided first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from bot.arguments import OptionType
from bot.chat import Refusal
from bot.language.amounts import read_amount
from bot.language.tokens import Token, tokenize
from bot.language.units import UnitClass, meaning_of
from bot.phrasing.amounts import amount_at, only_amount
from bot.phrasing.known import Known, all_letters
from bot.phrasing.leading import ASKED, HOW, Lead, inside, leads_of, may_be_meant, named, plainly
from bot.phrasing.people import ME
from bot.phrasing.rewording import reworded
from bot.phrasing.spoken import loose_money
from bot.phrasing.spoken_votes import vote_of
from bot.phrasing.vocabulary import Led, led
from bot.phrasing.ways import (
    BARE,
    EACH,
    TRIED_MAX,
    TYPED,
    WAYS,
    Way,
    amending,
    amount_inside,
    completed,
    lines_of,
    meant,
)
from bot.phrasing.wording import Said, reference, said, split, word, words_of
from bot.text.languages import language_named, reader
from bot.text.rendering import render
from bot.text.wording import Joined, Say

AMOUNTS = ("amount-", "number-", "unit-")
NO_AMOUNT = frozenset(["amount-missing", "amount-missing-unit", "amount-unclear"])
"""How the refusals of an amount are called, and those where any amount will do."""

LANGUAGE_WORDS = 4
"""Nobody asks for a language in more words: `speak german with me`."""

Tier = Iterable[Iterable[str]]


def whole_lines(line: str, wrong: Refusal, known: Known) -> Iterator[Tier]:
    """The whole lines that may be meant, tier by tier: of each list one is enough."""
    now = _as_now(line, known)
    if now:
        yield [[now, now.rpartition(" ")[0]]]
        return
    it = said(line, known.features.commands)
    if it is not None and wrong.code.startswith(AMOUNTS) and wrong.code not in NO_AMOUNT:
        yield ([each] for each in _with_choices(it, wrong, known))
        return
    if it is not None:
        yield from _of_command(it, known)
        return
    tokens, rest = split(line)
    if tokens:
        yield from _of_no_command(tokens, rest, known)


def _as_now(line: str, known: Known) -> str:
    """What a line is today that did something before; empty for any other."""
    words = " ".join(line.casefold().split())
    found = (it.once[words] for it in known.features.commands.values() if words in it.once)
    return next(found, "")


def _of_command(it: Said, known: Known) -> Iterator[Tier]:
    """What the command may have been meant to do; and what else its words mean to people."""
    it = reworded(it, known)
    refs = named(it.words, known)
    for tier in _meant_with(it, refs, known):
        yield ([line for line in them if _keeps(line, refs, known)] for them in tier)
    asks = it.words[:1] and it.words[0].text.endswith("?")  # `close P2?`
    if refs and (asks or OptionType.TEXT not in it.command.by_type) and it.command.name != "show":
        yield [[f"show {refs[0]}"]]


def _meant_with(it: Said, refs: Sequence[str], known: Known) -> Iterator[Tier]:
    name = list(tokenize(it.command.name))
    texts = [token.text for token in [*name, *it.words]]
    # What a command is called says more than a shorter phrase that its name begins with.
    leads = [each for each in led(texts, known.features.commands) if each.used >= len(name)]
    also = [_with_lead(each, [*name, *it.words], it.rest, known) for each in leads]
    if any(each.used >= WHOLE_PHRASE for each in leads):  # `cancel my vote on P1` cancels nothing else
        yield from ([each] for each in also)
        yield [[f"show {ref}"] for ref in refs[:1]]
        return
    yield _its_own(it, known)
    yield from ([each] for each in also)
    if OptionType.TEXT in it.command.by_type:
        return
    # In a text of one's own the words of commands mean nothing; nor does a choice of its own.
    own = {choice for option in it.command.options for choice in option.choices}
    asks = refs and word(name[0]) in ASKED
    for lead in inside(it.words, known, 0) if not asks else ():
        if _names_amount(it.words[: lead.begin], known):
            continue  # of `budget create food 60 EUR --per week` nothing is left in `ledger`
        other = Said(lead.led.command, tuple(lead.behind(it.words)), it.rest)
        meant_so = word(it.words[lead.begin]) not in own and may_be_meant(lead, it.words, refs)
        if meant_so and other.command is not it.command:
            yield [
                [other.line],
                *([[other.with_words([]).line]] if _says_little(other.words, known) else []),
            ]


def _names_amount(tokens: Sequence[Token], known: Known) -> bool:
    return any(amount_at(tokens[at:], known.setting) is not None for at in range(len(tokens)))


WHOLE_PHRASE = 3
"""A phrase of so many words says more than the command that it begins with."""


def _with_lead(each: Led, tokens: Sequence[Token], rest: str, known: Known) -> Iterator[str]:
    return lines_of(_led_to(Lead(each, 0), tokens, rest, known), known)


def _its_own(it: Said, known: Known) -> Iterator[list[str]]:
    for way in WAYS:
        them = [line for each in islice(way(it, known), TRIED_MAX) for line in meant(each, known)]
        yield from ([each] for each in them) if way in EACH else [them]


def _of_no_command(tokens: list[Token], rest: str, known: Known) -> Iterator[Tier]:
    """What may be meant by words that begin with no command: nothing that forgets what they name."""
    leads = led([token.text for token in tokens], known.features.commands)
    told_how = word(tokens[0]) in HOW
    if not any(each.used == len(tokens) for each in leads):  # `what now` is one whole
        tokens = plainly(tokens)
    refs = named(tokens, known)
    for tier in _meant_by(tokens, rest, known):
        yield ([line for line in them if _keeps(line, refs, known, told_how=told_how)] for them in tier)
    if refs:
        yield [[f"show {refs[0]}"]]


def _keeps(line: str, refs: Sequence[str], known: Known, *, told_how: bool = False) -> bool:
    """Whether a line is about what was named: nobody asks of one thing and means another."""
    helps = told_how and line.startswith("help ")
    return not refs or helps or named([*tokenize(line)], known)[:1] == refs[:1]


def _meant_by(tokens: list[Token], rest: str, known: Known) -> Iterator[Tier]:
    tokens = _money_together(tokens)
    entry = Said(known.features.commands["log"], tuple(tokens), rest)
    if (found := amount_at(tokens, known.setting)) is not None:
        if _is_money(found[0], known):  # `15 euro … ausgegeben`
            yield _spent(tokens, rest, 0, leads_of(tokens, known), known)
        yield ([each] for each in meant(entry, known))
        yield [lines_of(entry, known)]
        return
    if reference(tokens[0], all_letters(known.features)):
        yield _of_reference(tokens, rest, known)
    yield _of_spoken_language(tokens)
    leads = leads_of(tokens, known)
    begun = list(takewhile(lambda lead: not lead.begin, leads))
    inner = leads[len(begun) :]
    moved = amount_inside(entry, known)
    if all(each.led.command.name == "log" for each in begun):  # `i have spent 12 EUR on seeds`
        used = max((each.led.used for each in leads if not each.begin), default=0)
        yield _spent(tokens, rest, used, inner, known)
    yield _set_right(leads, tokens, known)
    if not begun and moved is not None:
        who = next((each for each in leads if not each.begin), None)  # the others were sorted behind
        yield (
            [[moved.line]]
            if who is None
            else [lines_of(_led_to(who, tokens, rest, known), known, TYPED)]
        )
    yield [lines_of(_led_to(each, tokens, rest, known), known, _ways(each)) for each in begun]
    yield [_alone(each, tokens, known, BARE) for each in begun]
    if word(tokens[0]) in HOW:
        yield [[f"help {each.led.command.name}"] for each in [*inner, *begun][:1]]
    for each in inner:
        yield [lines_of(_led_to(each, tokens, rest, known), known, TYPED)]
        last = each.led.used > 1 and not each.behind(tokens)
        yield [_alone(each, tokens, known, TYPED if last else BARE)]
    yield [_alone(each, tokens, known, TYPED) for each in begun]
    yield [[f"help {each.led.command.name}"] for each in [*begun, *inner][:1]]


def _money_together(tokens: Sequence[Token]) -> list[Token]:
    """A sentence with `14 euros 50` as one word, where it ends so or words say what it was for."""
    for at in range(len(tokens) - 2):
        behind = tokens[at + 3 : at + 4]
        money = loose_money([token.text for token in tokens[at : at + 3]])
        if money and (not behind or word(behind[0]) in SPENT_ON):
            return [*tokens[:at], Token(money), *tokens[at + 3 :]]
    return list(tokens)


SPENT_ON = words_of("for on für an")
"""Behind these stands what money was spent on."""


def _set_right(leads: Sequence[Lead], tokens: Sequence[Token], known: Known) -> Iterator[Iterable[str]]:
    """`that was wrong, it was 3h`: an entry is taken back, or is what it should have been."""
    amend = known.features.commands["amend"]
    for lead in leads:
        if lead.led.command.name in {"withdraw", "amend"}:
            yield lines_of(Said(amend, tuple(lead.behind(tokens))), known, (amending,))


def _ways(lead: Lead) -> Sequence[Way]:
    """Only a word that certainly is one for a command is worth an example of it."""
    return TYPED if lead.slip else WAYS


def _led_to(lead: Lead, tokens: Sequence[Token], rest: str, known: Known) -> Said:
    """The command with the words behind what led to it; in German the verb may stand last."""
    before, behind = tokens[: lead.begin], lead.behind(tokens)
    words: list[Token] = behind if behind and not _begins_with_reference(before) else [*before, *behind]
    if lead.led.command.takes_amount_first and words and word(words[0]) in ME:
        del words[0]  # `schreib mir 2h auf`
    words = [] if lead.begin and lead.led.command.name == "help" else words
    found = Said(lead.led.command, tuple(words), rest)
    votes = found.command.name == "vote"
    return reworded(vote_of(lead.phrase(tokens), found), known) if votes else found


def _begins_with_reference(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and bool(reference(tokens[0], frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))


def _alone(lead: Lead, tokens: Sequence[Token], known: Known, ways: Sequence[Way]) -> Iterator[str]:
    """The command by itself, where the other words hold nothing that it would forget."""
    it = lead.led.command
    others = [*tokens[: lead.begin], *lead.behind(tokens)]
    if it.name != "vote" and _says_little(
        others, known
    ):  # of a vote that cannot be given no other is made
        yield from lines_of(Said(it, ()), known, ways)


def _says_little(words: Sequence[Token], known: Known) -> bool:
    """Whether words hold neither a number nor anybody whom we know."""
    return not any(
        (not each.quoted and known.is_person(each.text.lstrip("@").rstrip(",.?!:")))
        or any(map(str.isdecimal, each.text))
        for each in words
    )


def _of_reference(tokens: Sequence[Token], rest: str, known: Known) -> Iterator[Iterable[str]]:
    """What is said of a thing that stands first: `P1 yes`, `C2 3h`."""
    table = known.features.commands
    for name in ("vote", "amend") if len(tokens) > 1 else ():
        yield lines_of(Said(table[name], tuple(tokens), rest), known, TYPED)


def _of_spoken_language(tokens: Sequence[Token]) -> Iterator[list[str]]:
    """`speak german`, `auf deutsch`: the language in a few words."""
    if len(tokens) <= LANGUAGE_WORDS:
        codes = (language_named(word(each)) for each in tokens)
        yield from ([f"me language {code}"] for code in codes if code)


def _spent(
    tokens: Sequence[Token], rest: str, used: int, leads: Sequence[Lead], known: Known
) -> Iterator[list[str]]:
    """`i have spent 12 EUR on seeds`: the amount is what a word inside says that it is."""
    for lead in leads:
        it = lead.led.command
        if it.takes_amount_first and it.name != "log":
            others = Said(it, (*tokens[used : lead.begin], *lead.behind(tokens)), rest)
            moved = amount_inside(others, known)
            alone = only_amount(others.words, known.setting) == list(others.words)
            yield (
                [moved.line]
                if moved is not None
                else [*lines_of(others, known, (completed,))]
                if alone
                else []
            )


def _is_money(amount: Sequence[Token], known: Known) -> bool:
    setting = known.setting
    found, _ = read_amount([token.text for token in amount], setting.language, setting.own)
    return found.unit.unit_class is UnitClass.MONEY


def _with_choices(it: Said, wrong: Refusal, known: Known) -> Iterator[str]:
    """The line with each amount that the refusal proposes, in the place of the one that was typed."""
    at = next((i for i, token in enumerate(it.words) if token.text == wrong.word), None)
    places = wrong.instead.places if isinstance(wrong.instead, Say) else {}
    choices = places.get("choices")
    if at is None or not isinstance(choices, Joined):
        return
    wants = reader(known.setting.language, known.setting.zone)
    behind = it.words[at + 1 :]
    unit = word(behind[0]) if behind else ""
    has_unit = unit in known.setting.own or meaning_of(unit, known.setting.language) is not None
    for part in choices.items:
        amount = tokenize(render(part, wants).replace("\xa0", " "))
        yield it.with_words([*it.words[:at], *amount, *behind[int(has_unit) :]]).line
