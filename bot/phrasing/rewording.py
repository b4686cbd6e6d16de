"""What can be understood safely: the same line as the grammar reads it, where it has one meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from bot.arguments import OptionType
from bot.chat import Misread
from bot.language.moments import read_when
from bot.language.periods import read_period
from bot.language.tokens import Token, tokenize
from bot.phrasing.amounts import amount_at, amount_first, day_words, without_the_other
from bot.phrasing.entries import entry_of
from bot.phrasing.joints import AND
from bot.phrasing.known import Known, all_letters, letters
from bot.phrasing.onemeaning import has_one_meaning
from bot.phrasing.people import ME, with_me
from bot.phrasing.spoken import NUMBERS
from bot.phrasing.votes import said_plainly
from bot.phrasing.wording import Said, is_option, is_person, reference, word, words_of
from bot.text.languages import language_named

Rule = Callable[[Said, Known], Said]

TO: Final = words_of("""to an for für fuer on auf zu über about you at""")
BECOMES: Final = words_of("to at auf zu")
LAST: Final = words_of(
    """last latest newest it that this my the entry one letzte letzten letztes letzter eintrag das
    mein meinen den"""
)
NEWEST: Final = words_of("""last latest newest it that letzte letzten letztes letzter das""")
ENTRY: Final = words_of("entry one eintrag")
EVERYONE: Final = words_of("everyone everybody all us alle allen uns jeden")
PROPOSALS: Final = words_of("P")
UNDO: Final = words_of("undo rückgängig")

ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("until", "deadline", "by", "ends", "end", "due", "bis", "frist", "ende"),
        ("closes", "until"),
    ),
    **dict.fromkeys(("date", "day", "when", "am", "tag", "datum"), ("on",)),
    **dict.fromkeys(("anonymous", "private", "geheim", "anonym"), ("secret", "private")),
    **dict.fromkeys(("text", "title", "note", "notes", "description", "desc", "message"), ("what",)),
    **dict.fromkeys(("hours", "minutes", "time", "stunden", "minuten"), ("amount",)),
    **dict.fromkeys(("link", "url", "receipt", "beleg"), ("proof",)),
}
"""The options that are meant by other names for them, the likeliest first."""

COUNTED: Final = {"hours": "h", "stunden": "h", "minutes": "m", "minuten": "m"}
"""The unit of a bare number behind an option that is called so."""

METHODS: Final = {
    "multiple": "approval",
    "multi": "approval",
    "mehrere": "approval",
    "ranked": "irv",
    "ranking": "irv",
    "rang": "irv",
}
"""The flags by which others name a way of counting."""

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def understood(line: str, known: Known) -> str:
    """The line as it is meant, where that is safe; else as it stands."""
    it = known.said(line) or _undone(line, known)
    if it is None or has_one_meaning(line, known):
        return line
    became = reworded(it, known)
    return line if became == it and line.strip().casefold().startswith(it.command.name) else became.line


def reworded(it: Said, known: Known) -> Said:
    """What is said, as the grammar reads it; a line that begins with an option names all it takes."""
    words = (it.command.name, it.words, it.rest)
    if words not in known.reworded:
        named = bool(it.words) and is_option(it.words[0])
        for rule in (_helped, _options) if named else RULES:
            it = rule(it, known)
        known.reworded[words] = it
    became: Said = known.reworded[words]
    return became


def _undone(line: str, known: Known) -> Said | None:
    """`undo`, by itself or with what says that it is the last entry.

    Whoever did something else since may mean that: they are asked.
    """
    first, *more = line.split() or [""]
    if first.casefold() not in UNDO or any(each.casefold() not in LAST for each in more):
        return None
    ref = known.newest()
    if not ref or (not more and known.did_else(ref)):
        return None
    return Said(known.features.commands["withdraw"], (Token(ref),))


def _helped(it: Said, known: Known) -> Said:
    words = [*map(word, it.words)]
    if "--help" in words or words == ["-h"]:  # among other words `-h` is text: `ls -h`
        return Said(known.features.commands["help"], tuple(map(Token, it.command.name.split())))
    return it


def _options(it: Said, known: Known) -> Said:  # noqa: ARG001 - a rule
    """Options by the names that others give them; a flag that names a method; `3d` for a deadline."""
    if not any(map(is_option, it.words)):
        return it
    own, words, words_before, unit = it.command.by_name, list[Token](), "", ""
    for token in it.words:
        name, equals, value = token.text.lstrip("-—–").partition("=")
        if not is_option(token):
            timed = words_before == "closes" and _SPAN.fullmatch(word(token))
            bare = unit and token.text[-1:].isdecimal()
            counted = Token(f"{token.text}{unit}") if bare else token
            words += [Token("in"), token] if timed else [counted]
            words_before = unit = ""
            continue
        meant = name.casefold()
        if meant not in own and meant in METHODS and "method" in own and not equals:
            words += [Token("--method"), Token(METHODS[meant])]
            continue
        words_before = next((each for each in (meant, *ALIASES.get(meant, ())) if each in own), "")
        words.append(Token(f"--{words_before}{equals}{value}") if words_before else token)
        unit = "" if meant in own else COUNTED.get(meant, "")
    return it.with_words(words) if words != list(it.words) else it


_SPAN = re.compile(r"\d{1,3}(?:d|h|w|min)")


def _people(it: Said, known: Known) -> Said:
    """A list of people: `@bo, @cem and @dan`; in an entry whoever types is one of them, too."""
    if OptionType.PEOPLE not in it.command.by_type or not any(map(is_person, it.words)):
        return it
    given = with_me(it, known) if it.command.name == "log" else it.words
    words = list[Token]()
    for at, token in enumerate(given):
        behind = given[at + 1] if at + 1 < len(given) else Token("")
        if word(token) in AND and words and is_person(words[-1]) and is_person(behind):
            continue
        listed = (
            is_person(token) and token.text.endswith(",") and (is_person(behind) or word(behind) in AND)
        )
        words.append(Token(token.text.rstrip(",")) if listed else token)
    return it.with_words(words)


def _amount(it: Said, known: Known) -> Said:
    entry = entry_of(it, known)
    if entry is None:
        return it
    if entry.used:
        return it.with_words([*entry.amount, *entry.core[entry.used :], *entry.others])
    return amount_first(it, entry.core, entry.others, known.setting)


def _person_first(it: Said, known: Known) -> Said:
    """Whoever stands first: without an `@`, behind an amount or a choice, behind `to`."""
    in_order = [option for option in it.command.options if option.positional]
    people = it.command.by_type.get(OptionType.PEOPLE)
    kinds = [option.type for option in in_order]
    first = kinds[:1] == [OptionType.PERSON]
    if not (first or (people is not None and people.required and it.words)):
        return it
    words = list(it.words)
    joint = len(words) > 1 and word(words[0]) in TO and not _somebody(words[0], known)
    if joint and _somebody(words[1], known):
        del words[0]
    if words and _somebody(words[0], known):
        if first:
            at_it = not in_order[0].required and not is_person(words[0]) and _is_period(words, known)
            return it if at_it else it.with_words([_at(words[0]), *words[1:]])
        text = it.command.by_type.get(OptionType.TEXT)
        if text is not None and text.required and not is_person(words[0]):
            return it  # what has to be named may begin as somebody is called: `member seat May Farm`
        return it.with_words(_listed_people(words, known))
    if not first or len(in_order) == 1:
        return it
    used = _other_first(in_order[1].type, in_order[1].choices, words, known)
    behind = words[used:]
    if used and behind and word(behind[0]) in TO:
        behind = behind[1:]
    if used and behind and _somebody(behind[0], known):
        return it.with_words([_at(behind[0]), *words[:used], *behind[1:]])
    return it


def _listed_people(words: Sequence[Token], known: Known) -> list[Token]:
    """Names at the beginning, with `and` or commas between them, each behind its `@`.

    Where the first has its `@` already the line is read as it stands, and only another `@` is somebody.
    """
    marked = is_person(words[0])
    people, at = [_at(words[0])], 1
    while at < len(words):
        joint = 1 if word(words[at]) in AND else 0
        listed = joint or words[at - 1].text.endswith(",") or is_person(words[at])
        if not listed or at + joint >= len(words) or not _somebody(words[at + joint], known):
            break
        if marked and not is_person(words[at + joint]):
            break
        people.append(_at(words[at + joint]))
        at += joint + 1
    return [*people, *words[at:]]


def _is_period(words: Sequence[Token], known: Known) -> bool:
    """Whether they are a period, which somebody may be called as well: `may`."""
    try:
        read_period([token.text for token in words], known.setting.language, known.setting.today)
    except Misread:
        return False
    return True


def _other_first(
    kind: OptionType, choices: tuple[str, ...], words: Sequence[Token], known: Known
) -> int:
    """How many words are what should stand behind the person; 0 where they are not."""
    if kind is OptionType.AMOUNT:
        found = amount_at(words, known.setting)
        return found[1] if found else 0
    return int(bool(words) and word(words[0]) in choices)


def _somebody(token: Token, known: Known) -> bool:
    name = token.text.rstrip(",:!?.")
    return is_person(token) or (not token.quoted and known.is_person(name))


def _at(token: Token) -> Token:
    name = token.text.rstrip(",:!?.")
    return Token(name if name.startswith("@") else f"@{name}")


def _reference(it: Said, known: Known) -> Said:
    """What a command is about: first, with its letter, also the last entry of one's own."""
    in_order = [option.type for option in it.command.options if option.positional]
    if in_order[:1] != [OptionType.REFERENCE] or not it.words:
        return it
    them, words = letters(it.command), list(it.words)
    if reference(words[0], all_letters(known.features)):
        return it  # of another thing too: what is behind it is a reason, and never what is meant
    for at in (1, 2):
        before = words[:at]
        ref = reference(words[at], them) if at < len(words) else ""
        others = [token for token in before if word(token) not in TO]
        if ref and len(others) <= 1 and (at == 1 or len(others) < at):
            return it.with_words([Token(ref), *others, *words[at + 1 :]])
    return _own_newest(it, _numbered(it, known), known)


def _numbered(it: Said, known: Known) -> Said:
    """`2` for `P2`, where only one such thing is open."""
    first = word(it.words[0]).removeprefix("#")
    if not first.isdecimal() or not first.isascii():
        return it
    fits = [ref for ref in known.references(it.command) if ref[1:] == first]
    return it.with_words([Token(fits[0]), *it.words[1:]]) if len(fits) == 1 else it


def _own_newest(it: Said, became: Said, known: Known) -> Said:
    """The last entry of one's own: `last`, or an amendment that only says what it becomes."""
    if became is not it or it.command.name not in {"withdraw", "amend"}:
        return became
    words = list(it.words)
    determined = len(words) > 1 and word(words[0]) in LAST and _is_newest(words[1:], known)
    named = determined or word(words[0]) in NEWEST
    if named:
        del words[: 1 + determined]
        if words and word(words[0]) in ENTRY and amount_at(words, known.setting) is None:
            del words[0]
    to = it.command.name == "amend" and amount_at(_without_to(words), known.setting) is not None
    if not named and not (to and not _bare_number(words)):
        return it
    ref = known.newest()
    return it.with_words([Token(ref), *words]) if ref else it


def _is_newest(words: Sequence[Token], known: Known) -> bool:
    """`the last`, `last entry`, `last one`; `last one hour` says how much."""
    if word(words[0]) in ENTRY:
        return amount_at(words, known.setting) is None
    return word(words[0]) in NEWEST


def _bare_number(words: Sequence[Token]) -> bool:
    return bool(words) and word(words[0]).isdecimal()


def _without_to(words: Sequence[Token]) -> list[Token]:
    return list(words[1:] if words and word(words[0]) in BECOMES else words)


def _amended(it: Said, known: Known) -> Said:
    """`amend C12 to 2h`, and amounts in words."""
    if it.command.name != "amend" or not it.words:
        return it
    behind = _without_to(it.words[1:])
    found = amount_at(behind, known.setting)
    if found is None:
        return it
    left = without_the_other(behind[found[1] :])  # `2h not 3h` says nothing of its words
    return it.with_words([it.words[0], *found[0], *left])


def _voted(it: Said, known: Known) -> Said:
    """`YES!` is `yes`; so is `ok` where the method has one choice that means it."""
    if it.command.name != "vote" or len(it.words) < 2 or it.words[1].quoted:
        return it
    ref, choice, *more = it.words
    if not reference(ref, PROPOSALS):
        return it  # a poll's options are words of their own, with commas between them
    bare = it.with_words([ref, Token(choice.text.rstrip("!.,:") or choice.text), *more])
    return said_plainly(bare, known)


def _polled(it: Said, known: Known) -> Said:  # noqa: ARG001 - a rule
    """A question and its options with too few bars between: `Which day? Mon | Tue`, `"Q?" "A" "B"`."""
    if it.command.name != "poll" or it.rest:
        return it
    first = next((i for i, token in enumerate(it.words) if is_option(token)), len(it.words))
    head, tail = it.words[:first], it.words[first:]
    if len(head) > 2 and all(token.quoted and "|" not in token.text for token in head):
        barred = [each for token in head for each in (Token("|"), token)]
        return it.with_words([*barred[1:], *tail])
    text = parted(head)
    # With two options behind a bar it is a question already, whatever else stands behind its mark.
    return it.with_words([*tokenize(text), *tail]) if text.count("|") == 2 else it


def parted(head: Sequence[Token]) -> str:
    """The text with a bar behind its question mark too, where something stands between them."""
    text = " ".join(token.text for token in head)
    question, bar, options = text.partition("|")
    asked, mark, one = question.rpartition("? ")
    if not bar or not mark or not one.strip() or any(token.quoted for token in head):
        return ""
    return f"{asked}? | {one.strip()} |{options}"


def _reminded(it: Said, known: Known) -> Said:
    """`everyone` is the room; `at 9`, `um neun` is a time."""
    if it.command.name != "remind" or len(it.words) < 2:
        return it
    who, *words = it.words
    if word(who) in EVERYONE | ME:
        who = Token("me" if word(who) in ME else "room")
    used = day_words(words, known.setting)
    at = _clock(words[used:])
    if at is None:
        return it.with_words([who, *words])
    return it.with_words([who, *words[:used], Token(at), *words[used + 2 :]])


def _clock(words: Sequence[Token]) -> str | None:
    """`at 9` as `09:00`, where no half of the day, no unit and no colon follows."""
    at, hour = [*map(word, words[:2]), "", ""][:2]
    behind = word(words[2]) if len(words) > 2 else ""
    number = int(hour) if hour.isdecimal() and len(hour) < 3 else NUMBERS.get(hour, 99)
    if at not in {"at", "um"} or number > 24 or behind in _NO_CLOCK or behind[:1].isdecimal():
        return None
    return f"{number % 24:02}:00"


_NO_CLOCK: Final = words_of("""am pm a.m p.m minutes minute hours hour days day weeks week months month
years year minuten stunden stunde tage tagen tag wochen woche monate monaten monat jahre jahren jahr""")
"""What behind a number says that it is no time of the day."""


def _digest_at(it: Said, known: Known) -> Said:
    """When the digest comes, by the reader that reminders use: `friday evening`."""
    if it.command.name not in {"digest at", "setup digest"} or not it.words:
        return it
    texts, setting = [token.text for token in it.words], known.setting
    if len(texts) > 1 and re.fullmatch(r"\d\d?:\d\d", texts[1]):
        return it
    try:
        at, used = read_when(texts, setting.language, setting.now, setting.zone)
    except Misread:
        return it
    if used < len(texts):
        return it
    here = at.astimezone(ZoneInfo(setting.zone))
    return it.with_words([Token(DAYS[here.weekday()]), Token(f"{here:%H:%M}")])


def _spoken_language(it: Said, known: Known) -> Said:  # noqa: ARG001 - a rule
    """`German`, `Deutsch` is `de`."""
    if it.command.name != "me language" or len(it.words) != 1:
        return it
    code = language_named(word(it.words[0]))
    return it.with_words([Token(code)]) if code else it


_ALL: Final = words_of("all list alle liste show")
_OPEN: Final = words_of("open offen offene")


def _listed(it: Said, known: Known) -> Said:  # noqa: ARG001 - a rule
    """`polls all` is the list, `polls open` what is open in it; `polls "open"` a search."""
    if it.command.name not in {"polls", "decisions", "reminders"} or len(it.words) != 1:
        return it
    only = word(it.words[0])
    if only in _OPEN and "open" in it.command.by_name:
        return it.with_words([Token("--open")])
    return it.with_words([]) if only in _ALL else it


RULES: Final[tuple[Rule, ...]] = (
    _helped,
    _options,
    _people,
    _amount,
    _person_first,
    _reference,
    _amended,
    _voted,
    _polled,
    _reminded,
    _digest_at,
    _spoken_language,
    _listed,
)
"""What is tried on a line, in this order; each leaves what it does not know as it is."""
