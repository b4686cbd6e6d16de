"""A line put right: asked where it is open, and where it cannot be done offered as it can be.

Whatever is offered was decided first, on the same state and with nothing written: it works when it is
typed as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import msgspec

from bot.chat import Misread, Refusal, Reply
from bot.collective.prefixes import SLASH
from bot.decision import Accepted
from bot.language.tokens import Token
from bot.phrasing.denying import SHOWS, contradicts
from bot.phrasing.doubts import doubt
from bot.phrasing.examples import made_up, nothing_open
from bot.phrasing.filling import shortened
from bot.phrasing.hints import hint
from bot.phrasing.known import Known, letters
from bot.phrasing.leading import named
from bot.phrasing.likeness import Wanted
from bot.phrasing.mending import instead, mended
from bot.phrasing.offered import as_examples, has_whole_line, points_somewhere, words_alone
from bot.phrasing.offering import whole_lines
from bot.phrasing.rewording import reworded
from bot.phrasing.sentences import (
    SURE_OF_SENTENCE,
    guesses,
    is_plain,
    readings,
    says_no_less,
    understood,
)
from bot.phrasing.ways import with_unit
from bot.phrasing.wishes import BESIDE, FOR_GOOD, HELPS, Wish, asks_how, is_another, wishes
from bot.phrasing.wording import said, split
from bot.text.wording import SHOWN_CHARACTERS_MAX, Node, Typed, fill, items, joined, lines, say
from bot.writer.homes import Scene
from bot.writer.others import with_others
from bot.writer.trying import OFFERED_MAX, Decides, accepted, only_shows, refusal_of, works

TRIED_MAX = 40
"""The most lines that are tried for one refusal, so that it is quick whatever was typed."""

WISHES_MAX = 12
"""The most lines that are tried of what others wanted who said something alike."""

MENDED_MAX = 12
"""The most lines that are tried for the refusal of a decision."""

MENDED = frozenset(
    ["choice-unknown", "poll-options", "person-unknown", "language-unknown", "option-unknown-here"]
)
"""The refusals of decisions that are about a word of the line, which can be put right."""

SAID = frozenset(["parts-odd"])
"""The refusals that say how it is typed: without the word the line would mean another thing."""

OF_UNIT = frozenset(["not-enough", "limit", "not-in-hand"])
"""The refusals that speak of one unit: of a number without any, nobody knows whether it is that."""

PLAIN = frozenset(["amount-missing", "amount-unclear", "period-unknown", "reference-odd"])
"""The refusals of a command that was said by its name, where a word stands in the way of the rest."""


BARE_PAGES = frozenset(["help", "menu"])
"""Whoever is led to these asked for no more."""

LED = 0.15
"""How much it speaks for a line that words of the sentence are words for its command."""

LED_THING = 0.3
"""And where its thing was found by them: `that was wrong, it was 3 hours`."""

LED_BARE = 0.05
"""And for its name alone, which holds nothing of what was said."""

AS_LIKELY = 0.97
"""What works is offered instead of telling why the likeliest does not, if it is nearly as likely."""

SURE = 0.7
"""Below this a command is not surer than a line to which the words themselves lead."""

UNSURE = 0.62
"""Below this every other line would be a wrong one: two pages are offered, which say what there is."""

WEAK = 0.65
"""A line of a whole sentence that is less likely than this is wrong more often than right."""

LIKELY = 0.8
"""From here on what others wanted is worth reading beside a line of the words themselves."""


def asked_first(scene: Scene, line: str, known: Known, decides: Decides | None) -> None:
    """Raise Refusal where a line can be meant in two ways that work, or that nobody tries."""
    open_ = doubt(line, known)
    if open_ is None:
        return
    if them := accepted(scene, open_.lines, decides) if decides else open_.lines:
        told = as_examples if open_.example else offer
        raise Refusal("open-meaning", open_.reason, word=open_.word, instead=told(them))


def put_right(scene: Scene, line: str, wrong: Refusal, known: Known, decides: Decides) -> Refusal:
    """The refusal, ending in the person's own line put right where there is such a line."""
    if len(line) > SHOWN_CHARACTERS_MAX or wrong.code in SAID:
        return wrong
    read = isinstance(wrong, Misread) or wrong.code in MENDED
    found = _put_right(scene, line, wrong, known, decides) if read else []
    own = [each for each in found if not made_up(each, line, known)]
    if whole := _whole(line, own, wrong, known) if read else []:
        example = bool(found) and not own and _command(found[0], known) == whole[0].command
        told = _understood(scene, line, own, whole, known, decides, helps=not example)
        if isinstance(told, Refusal):
            return told
        own = own if _are_pages(told) and said(line, known.features.commands) else told
        found = own or found
    elif read and _says_too_little(line, wrong, own, known):
        told = _wished(scene, line, known, decides) or own
        if isinstance(told, Refusal):
            return told
        own, found = told, told or found
    elif own and isinstance(wrong, Misread):
        own = _refilled(scene, line, own, known, decides)
        if len(own) < OFFERED_MAX and own[0] not in BARE_PAGES:
            own = _with_wish(scene, line, own, known, decides)
        found = own
    if not own and (none := nothing_open(line, wrong, known)) is not None:
        return wrong.but(instead=none)
    return _offering(scene, line, wrong, own, found, known, decides)


def _offering(
    scene: Scene,
    line: str,
    wrong: Refusal,
    own: list[str],
    found: list[str],
    known: Known,
    decides: Decides,
) -> Refusal:
    """The refusal with the lines of its own words; else with an example, or what mends it."""
    if found and found[0] not in own:
        examples = joined((Typed(each) for each in found), " / ")
        return wrong.but(instead=say("It works like this: {example}", example=examples))
    if own:
        return wrong.but(instead=offer(with_others(scene, line, own, known, decides)))
    return _mended(scene, line, _unit_aside(scene, line, wrong, known, decides), known, decides)


def _unit_aside(scene: Scene, line: str, wrong: Refusal, known: Known, decides: Decides) -> Refusal:
    """What stands in the way of a line beside the missing unit, where no unit makes it work.

    That is told with the unit that works where nobody reads along; else where it is the same in each
    unit. What is not whole in any is told as an example.
    """
    it = said(line, known.features.commands)
    if it is None or wrong.code != "amount-missing-unit":
        return wrong
    them = list(dict.fromkeys(each.line for each in with_unit(reworded(it, known), known)))
    refused = [(each, refusal_of(scene, each, decides)) for each in them[:MENDED_MAX]]
    found = [(each, why) for each, why in refused if why is not None]
    unseen = replace(scene, message=msgspec.structs.replace(scene.message, unseen=True))
    alone = [it for it in found if works(unseen, it[0], decides)]
    whole = [it for it in found if not isinstance(it[1], Misread)]
    codes = {why.code for _, why in whole}
    same = whole if len(codes) == 1 and not codes & OF_UNIT else []
    for typed, why in (*alone, *same)[:1]:
        return _told_why(scene, Wish(typed, 1.0), why, known, decides)
    for _, why in found[:1]:
        return wrong.but(instead=why.instead) if has_whole_line(why.instead) else wrong
    return wrong


def _are_pages(them: Sequence[str]) -> bool:
    """Whether nothing but help is offered: of a line that begins with its command that says less."""
    return all(each.startswith("help ") for each in them)


def _whole(line: str, own: Sequence[str], wrong: Refusal, known: Known) -> list[Wanted]:
    """What a whole sentence may want; nothing where its own words say that plainly."""
    whole = understood(line, known)
    asks = isinstance(wrong, Misread) and not own and named(split(line)[0], known)
    return [] if whole and not asks and is_plain(line, whole, known) else whole


def _mended(scene: Scene, line: str, wrong: Refusal, known: Known, decides: Decides) -> Refusal:
    """The refusal of what was read, ending in what would be done; as it is where it does already."""
    it = said(line, known.features.commands)
    if it is None or has_whole_line(wrong.instead):
        return wrong
    it = reworded(it, known)
    words = words_alone(wrong.instead)
    fresh = (each for each in dict.fromkeys(mended(it, wrong, known)) if each not in {line, it.line})
    found = accepted(scene, islice(fresh, MENDED_MAX), decides)
    if found and wrong.code == "twin":
        insists = say("If it is another one: {line}", line=Typed(found[0]))
        return wrong.but(instead=insists)
    if found:
        return wrong.but(instead=lines(words, offer(found)))
    if points_somewhere(wrong.instead):
        return wrong
    found = accepted(scene, islice(instead(it, wrong, known), MENDED_MAX), decides, most=1)
    if not found:
        return wrong
    shows = found[0].startswith(SHOWS) or " " not in found[0] or "list" in found[0]
    told = say("{line} says more.") if shows else say("This works: {line}")
    return wrong.but(instead=lines(words, fill(told, line=Typed(found[0]))))


def _put_right(scene: Scene, line: str, wrong: Refusal, known: Known, decides: Decides) -> list[str]:
    """The lines that may be meant by what cannot be read, or by a word that means nothing."""
    found, said_so = list[str](), split(line)[0]
    seen = {line}
    for tier in whole_lines(line, wrong, known):
        for them in tier:
            wanted = (each for each in dict.fromkeys(them) if not contradicts(said_so, each, known))
            fresh = [each for each in wanted if each not in seen][: TRIED_MAX - len(seen)]
            seen.update(fresh)
            works = accepted(scene, fresh, decides, most=1)
            found += [each for each in works if not found or _says_as_much(each, found)]
            if len(found) >= OFFERED_MAX or len(seen) >= TRIED_MAX:
                return found
        if found:
            break
    return found


def _understood(
    scene: Scene,
    line: str,
    own: list[str],
    whole: list[Wanted],
    known: Known,
    decides: Decides,
    *,
    helps: bool,
) -> list[str] | Refusal:
    """The lines that a whole sentence makes likeliest: of its own words, and of what others wanted.

    Where that cannot be done here, or holds too little, it is a page about it, if one `helps`; or the
    line's own refusal, which says what is missing.
    """
    sure, spare = dict(whole), own
    near = {each.command for each in whole if each.sure >= whole[0].sure * BESIDE}
    own = _refilled(
        scene, line, [each for each in own if _command(each, known) in near], known, decides
    )
    read = readings(line, whole, known)
    tokens = split(line)[0]
    read_as = {_command(each.line, known): each.line for each in reversed(read)}
    mine = [
        Wish(each, _likely(each, sure, known))
        for each in own
        if says_no_less(each, read_as.get(_command(each, known)), tokens, known)
    ]
    best, refused, impossible = _tried(scene, tokens, mine, read, known, decides)
    if refused and not any(each.likely >= refused[0].likely * AS_LIKELY for each in best):
        return _told_why(scene, *refused, known, decides)
    others = [each for each in whole if each.command not in impossible]
    if helps and best and best[0].likely < WEAK and best[0] not in mine:
        return _pages(whole)
    if impossible and not best and others and others[0].sure >= SURE_OF_SENTENCE:
        return _understood(scene, line, own, others, known, decides, helps=helps)
    about = next((ref for ref in named(tokens, known) if whole[0].command == "vote"), "")
    shown = f"show {about}" if about and works(scene, f"show {about}", decides) else ""
    page = shown or _looked_up(scene, line, whole[0].command, decides)
    helping = Wish(page or f"help {whole[0].command}", whole[0].sure - HELPS)
    does = any(whole[0].command == _command(wish.line, known) for wish in best)
    if not best and whole[0].sure < SURE:
        return spare[:OFFERED_MAX]
    if helps and whole[0].sure < UNSURE and not any(wish in mine for wish in best):
        return _pages(whole)
    if helps and not does and (not best or best[0].likely < helping.likely):
        best.insert(0, helping)
    return [wish.line for wish in best][:OFFERED_MAX]


def _looked_up(scene: Scene, line: str, name: str, decides: Decides) -> str:
    """A command by itself where it only shows something: that says more than the help about it."""
    return name if not asks_how(line) and only_shows(scene, name, decides) else ""


def _pages(whole: Sequence[Wanted]) -> list[str]:
    """The pages about what a sentence may want; the page about help says nothing of it."""
    about = [each.command for each in whole[:OFFERED_MAX] if each.command != "help"]
    return [f"help {each}" for each in about or ["all"]]


def _tried(
    scene: Scene,
    tokens: Sequence[Token],
    mine: Sequence[Wish],
    read: Sequence[Wish],
    known: Known,
    decides: Decides,
) -> tuple[list[Wish], tuple[Wish, Refusal] | None, set[str]]:
    """The likeliest lines that work; the likeliest that does not; the commands for nothing here."""
    best, refused, impossible = list[Wish](), None, set[str]()
    for wish in sorted([*mine, *read], key=lambda each: -each.likely)[:WISHES_MAX]:
        if len(best) == OFFERED_MAX or (best and wish.likely < best[0].likely * BESIDE):
            break
        fresh = all(is_another(wish.line, each.line) for each in best)
        if not fresh or contradicts(tokens, wish.line, known):
            continue
        wrong = None if wish in mine else refusal_of(scene, wish.line, decides)
        if wrong is None:
            best.append(wish)
        elif isinstance(wrong, Misread):
            continue
        elif guesses(wish.line, tokens, known):
            impossible.add(_command(wish.line, known))
        elif not best and not refused:
            refused = wish, wrong
    return best, refused, impossible


def _told_why(scene: Scene, wish: Wish, wrong: Refusal, known: Known, decides: Decides) -> Refusal:
    """The refusal of the line that a sentence means, with a line that works beneath it."""
    told = _mended(scene, wish.line, wrong, known, decides)
    if has_whole_line(told.instead):
        return told
    it = said(wish.line, known.features.commands)
    name = it.command.name if it is not None else "help"
    more = [f"show {wish.line.split()[1]}"] if it is not None and letters(it.command) else []
    found = accepted(scene, [*more, f"help {name}"], decides, most=1)
    tail = [say("{line} says more.", line=Typed(each)) for each in found]
    return told.but(instead=lines(told.instead, *tail))


def _likely(line: str, sure: Mapping[str, float], known: Known) -> float:
    """How likely a line is that words of the sentence led to."""
    helps = line.startswith("help ")
    it = said(line.removeprefix("help "), known.features.commands)
    if it is None:
        return 0.0
    led = LED_BARE if " " not in line else LED_THING if letters(it.command) else LED
    return sure.get(it.command.name, 0.0) + (-HELPS if helps else led)


def _command(line: str, known: Known) -> str:
    it = said(line, known.features.commands)
    return it.command.name if it else ""


def _says_too_little(line: str, wrong: Refusal, own: Sequence[str], known: Known) -> bool:
    """Whether nothing but a page is offered, and the line may be what others say in other words."""
    if own and (not own[0].startswith(SHOWS) or asks_how(line)):
        return False
    return said(line, known.features.commands) is None or wrong.code in PLAIN


def _wished(
    scene: Scene, line: str, known: Known, decides: Decides, likely: float = 0.0
) -> list[str] | Refusal:
    """What others wanted who said something like it, where the line itself says too little.

    Where the likeliest of it cannot be done here, that is told, and nothing that is less likely.
    """
    best, said_so, refused = list[Wish](), split(line)[0], None
    wanted = (each for each in wishes(line, known) if not contradicts(said_so, each.line, known))
    for wish in islice(wanted, WISHES_MAX):
        if wish.likely < max(likely, best[0].likely * BESIDE if best else 0.0):
            break
        fresh = wish.line != line and all(is_another(wish.line, each.line) for each in best)
        wrong = refusal_of(scene, wish.line, decides) if fresh else None
        if fresh and wrong is None:
            best.append(wish)
        may_tell = wrong is not None and not isinstance(wrong, Misread) and not best and not refused
        if wrong is not None and may_tell and not guesses(wish.line, said_so, known):
            refused = wish, wrong
    if refused and not any(each.likely >= refused[0].likely * AS_LIKELY for each in best):
        return _told_why(scene, *refused, known, decides)
    return [wish.line for wish in best][:OFFERED_MAX]


def _refilled(scene: Scene, line: str, own: Sequence[str], known: Known, decides: Decides) -> list[str]:
    """The lines, each without the words that only said which command is wanted."""
    tokens, rest = split(line)
    better = dict[str, str]()
    for each in own:
        shorter = (
            it for it in shortened(each, tokens, rest, known) if not contradicts(tokens, it, known)
        )
        better[each] = next((it for it in shorter if works(scene, it, decides)), each)
    return list(dict.fromkeys(better.values()))


def _with_wish(scene: Scene, line: str, own: list[str], known: Known, decides: Decides) -> list[str]:
    """The lines, and beside them what others wanted who said something like it."""
    found = _wished(scene, line, known, decides, LIKELY)
    more = [] if isinstance(found, Refusal) else found
    if own[0] in known.features.commands:  # `reminders` of `stop reminders` is less than was said
        own = [next((it for it in more if it.startswith(f"{own[0]} ")), own[0])]
    return [*own, *(it for it in more if all(_is_beside(it, each, known) for each in own))][
        :OFFERED_MAX
    ]


def _is_beside(line: str, own: str, known: Known) -> bool:
    """Whether a line is worth reading beside one of the words themselves.

    No second reading of an amount that was called by its name, nothing that cannot be undone, and not
    less of the same.
    """
    its, others = (said(each, known.features.commands) for each in (line, own))
    amounts = [it for it in (its, others) if it is not None and it.command.takes_amount_first]
    less = set(line.split()) <= set(own.split())
    return is_another(line, own) and len(amounts) < 2 and not less and line not in FOR_GOOD


def _says_as_much(line: str, found: Sequence[str]) -> bool:
    """Whether a second line is worth reading: no page of help, and no bare name beside whole lines."""
    fewer = " " not in line and any(" " in each for each in found)
    shown = line.startswith("show ") and any(line.split()[1] in each.split() for each in found)
    return line not in found and not fewer and not shown and not line.startswith("help ")


def hinted(decision: Accepted, line: str, known: Known) -> Accepted:
    """The decision, with what may be meant otherwise in it."""
    ref = decision.replies[0].ref if decision.replies else None
    told = hint(line, known, ref) if ref else None
    if told is None:
        return decision
    return replace(decision, replies=(*decision.replies, Reply(told, private=True)))


def offer(them: Iterable[str]) -> Node:
    """The lines to send; what is several lines is told as a list, each of which may go alone."""
    them = [*them]
    several = [line for line in them if "\n" in line]
    if several:
        rows = [Typed(row.removeprefix(SLASH)) for row in several[0].split("\n")]
        told = say("As several, in one message or one after the other:")
        return lines(
            told,
            items(rows),
            *(say("As one: {line}", line=Typed(line)) for line in them if line not in several),
        )
    typed = [Typed(line) for line in them]
    if len(typed) == 1 and typed[0].line.startswith(SHOWS):
        return say("{line} says more.", line=typed[0])
    if len(typed) == 1:
        return say("Send it so: {line}", line=typed[0])
    return say("Send one of these: {lines}", lines=joined(typed, " / "))
