"""Times that come once or again and again, in plain words: `fri 18:00`, `every monday 09:00`.

Again and again means by the local clock: summer time moves nothing (`bot.language.repeating`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from bot.chat import Misread
from bot.language.calendar_words import DAYS_FROM_TODAY, names_of
from bot.language.clock import instant, is_behind_gap, local_day
from bot.language.days import read_day
from bot.language.moments import read_when
from bot.language.recurrence_words import (
    ALONE,
    AND,
    ARTICLES,
    COUNT,
    DEFINITE,
    EVERY,
    MONTHLY,
    MONTHLY_BEFORE,
    NUMBERS,
    ON_THE,
    OR_WEEKS,
    ORDINAL,
    PLACES,
    SHORTER,
    SPANS,
    UNTIL,
    UNTIL_ARTICLES,
    UNTIL_BEHIND,
)
from bot.language.repeating import (
    HOUR,
    OF_MONTH,
    WORKDAY,
    is_workday,
    next_of,
    of_month,
    place_in_month,
    weekday_of_month,
)
from bot.text.wording import Node, Words, fill, say, say_n

NUMBER_MAX: Final = 99
"""Every so many days, weeks or months; what is rarer needs no chat to remember it."""


class Times(msgspec.Struct, frozen=True):
    """The first instant (UTC), how often again (a day, a week, 3 weeks, a month; or once), until when.

    `until` is the last instant (ms) at which it may come; 0 for no end. `clock` is the local time that
    was said (`02:30`), where the clocks skip it on the first day; the other days have it.
    """

    first: dt.datetime
    every: str = ""
    until: int = 0
    clock: str = ""

    @property
    def at(self) -> int:
        """The first instant in milliseconds since 1970 UTC."""
        return int(self.first.timestamp() * 1000)


def every_told(every: str) -> Node:
    """How often again, in words."""
    number, _, unit = every.rpartition(" ")
    count = int(number or 1)
    match unit:
        case "day":
            return say_n("every day", "every {count} days", count)
        case "week":
            return say_n("every week", "every {count} weeks", count)
        case "month":
            return say_n("every month", "every {count} months", count)
        case "year":
            return say_n("every year", "every {count} years", count)
        case "quarter":
            return say_n("every quarter", "every {count} quarters", count)
        case "fortnight":
            return say("every fortnight")
        case "hour":
            return say_n("every hour", "every {count} hours", count)
        case _ if unit.startswith(OF_MONTH):
            return _of_month_told(unit)
        case _:
            return say("every day from Monday to Friday")


def read_times(words: Sequence[str], language: str, now: dt.datetime, zone: str) -> tuple[Times, int]:
    """The times that the words begin with, and how many words it took. Raises Misread.

    `every monday 09:00` comes weekly on Mondays, `every other friday 9:00` every second week,
    `every weekday 9:00` from Monday to Friday, `every 3 days 18:00` and `daily 18:00` by days,
    `every month 1st 9:00` and `every month 2026-12-01 9:00` monthly; without `every` it comes once.
    """
    weekday = _weekday_of_month(words, language)
    every, taken = weekday or _every(words, language)
    if not taken:
        first, used, clock = _when(words, language, now, zone)
        if _until_at(words, used):
            raise _ends_once(words[used])
        return Times(first, clock=clock), used
    behind = words[taken:]
    unit = every.rpartition(" ")[2]
    if weekday:
        first, used, clock = _first_of_month(unit, behind, language, now, zone)
        until, used = _until(behind, used, language, now, zone)
        return Times(first, every, _checked(until, first, words[0]), clock), used + taken
    if unit == HOUR and not _is_when(behind, language, now, zone):
        first = now + dt.timedelta(hours=int(every.rpartition(" ")[0] or 1))
        until, used = _until(behind, 0, language, now, zone)
        return Times(first, every, _checked(until, first, words[0])), used + taken
    if not behind:
        raise Misread(
            "times-unclear",
            say("When is that to be?"),
            word=" ".join(words),
            instead=say("Write it so: {example}", example=Words("every monday 09:00")),
        )
    split = _end_behind(behind, language, now, zone)
    first, used, clock = _first(every, behind[:split] if split else behind, language, now, zone)
    _check_one(behind, used, language, now, zone)
    until, used = _until(behind, used, language, now, zone)
    return Times(first, every, _checked(until, first, behind[0]), clock), used + taken


def _when(
    words: Sequence[str], language: str, now: dt.datetime, zone: str
) -> tuple[dt.datetime, int, str]:
    """The instant, how many words it took, and the local time that was said, where it is missing."""
    first, used = read_when(words, language, now, zone)
    if not is_behind_gap(first, zone):
        return first, used, ""
    # By clocks that are never changed, the same words say the time as it is meant.
    wall, _ = read_when(words, language, now.astimezone(ZoneInfo(zone)).replace(tzinfo=dt.UTC), "UTC")
    shown = first.astimezone(ZoneInfo(zone)).replace(tzinfo=dt.UTC)
    skipped = wall != shown and instant(wall.date(), wall.time(), zone) == first
    return first, used, f"{wall:%H:%M}" if skipped else ""


def _checked(until: int, first: dt.datetime, word: str) -> int:
    """The end, unless it comes before the first time."""
    if until and until < int(first.timestamp() * 1000):
        raise Misread(
            "times-over",
            say("It would end before it comes the first time."),
            word=word,
            instead=say("Name a later end, or leave it out."),
        )
    return until


def _end_behind(words: Sequence[str], language: str, now: dt.datetime, zone: str) -> int:
    """Where an end begins that is told behind its day, as Finnish does; 0 where there is none."""
    mark = next((i for i, w in enumerate(words[:12]) if w.casefold() in UNTIL_BEHIND), 0)
    today = local_day(now, zone)
    for start in range(1, mark):
        try:
            if read_day(words[start:mark], language, today, prefer="future")[1] == mark - start:
                return start
        except Misread:
            continue
    return 0


def _of_month_told(unit: str) -> Node:
    place, weekday = place_in_month(unit)
    return fill(_PLACES_TOLD[place], day=_WEEKDAYS_TOLD[weekday])


_WEEKDAYS_TOLD: Final = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)
_PLACES_TOLD: Final = {
    1: say("every month on the first {day}"),
    2: say("every month on the second {day}"),
    3: say("every month on the third {day}"),
    4: say("every month on the fourth {day}"),
    -1: say("every month on the last {day}"),
}


def _weekday_of_month(words: Sequence[str], language: str) -> tuple[str, int] | None:
    """`every last friday`, `second tuesday of the month`: how often that is, and how many words."""
    compared = tuple(word.casefold().rstrip(",") for word in words[:8])
    at, every = 0, False
    before = next((each for each in MONTHLY_BEFORE if compared[: len(each)] == each), ())
    if before:
        at, every = len(before), True
    elif compared[:1] and (compared[0] in EVERY or compared[0] in DEFINITE):
        every, at = compared[0] in EVERY, 1
        at += compared[1:2] != () and compared[1] in ARTICLES
    place = PLACES.get(compared[at], 0) if at < len(compared) else 0
    weekday = _weekday(compared[at + 1], language) if place and at + 1 < len(compared) else None
    if weekday is None:
        return None
    end = at + 2
    behind = next((each for each in MONTHLY if compared[end : end + len(each)] == each), ())
    if not behind and not before and (not every or place in OR_WEEKS):
        return None
    return of_month(place, weekday), end + len(behind)


def _weekday(word: str, language: str) -> int | None:
    found = names_of(language).get(word.rstrip("."), frozenset())
    return next((name.number for name in sorted(found) if name.kind == "weekday"), None)


def _first_of_month(
    unit: str, words: Sequence[str], language: str, now: dt.datetime, zone: str
) -> tuple[dt.datetime, int, str]:
    """The first such weekday to come, at the time that the words say, and how many words that took."""
    today = local_day(now, zone)
    for later in range(3):
        year, month = divmod(today.year * 12 + today.month - 1 + later, 12)
        day = weekday_of_month(dt.date(year, month + 1, 1), unit)
        first, used, clock = _when([day.isoformat(), *words], language, now, zone)
        if first > now:
            return first, used - 1, clock
    raise _unclear(words[0] if words else unit)


def _is_when(words: Sequence[str], language: str, now: dt.datetime, zone: str) -> bool:
    try:
        return bool(words) and bool(read_when(words, language, now, zone))
    except Misread:
        return False


# --- The end --------------------------------------------------------------------------------------


def _until_at(words: Sequence[str], at: int) -> bool:
    return at < len(words) and words[at].casefold() in UNTIL


def _until(
    words: Sequence[str], used: int, language: str, now: dt.datetime, zone: str
) -> tuple[int, int]:
    """The last instant (ms) that the words behind name, 0 where they name none. Raises Misread."""
    if _until_at(words, used):
        at = used + 1 + (used + 1 < len(words) and words[used + 1].casefold() in UNTIL_ARTICLES)
        try:
            day, taken = read_day(words[at:], language, local_day(now, zone), prefer="future")
        except Misread as refusal:
            raise _no_end(words, used, refusal) from refusal
        return _end_of(day, now, zone, words[at]), at + taken
    try:
        day, taken = read_day(words[used:], language, local_day(now, zone), prefer="future")
    except Misread:
        return 0, used
    end = used + taken
    if end < len(words) and words[end].casefold() in UNTIL_BEHIND:
        return _end_of(day, now, zone, words[used]), end + 1
    return 0, used


def _end_of(day: dt.date, now: dt.datetime, zone: str, word: str) -> int:
    end = instant(day, dt.time(23, 59), zone)
    if end <= now:
        raise Misread(
            "times-over",
            say("That end is over already."),
            word=word,
            instead=say("Name a day to come, or leave the end out."),
        )
    return int(end.timestamp() * 1000)


def _no_end(words: Sequence[str], used: int, refusal: Misread) -> Misread:
    return Misread(
        "times-unclear",
        refusal.reason,
        word=" ".join(words[used : used + 2]),
        instead=say("Write the end as a day: {example}", example=Words("until 2026-12-31")),
    )


def _ends_once(word: str) -> Misread:
    return Misread(
        "times-once",
        say("What comes once has no end."),
        word=word,
        instead=say(
            "Say how often, or put the text in quotes: {example}",
            example=Words("every day 09:00 until 2026-12-31"),
        ),
    )


def _every(words: Sequence[str], language: str) -> tuple[str, int]:
    """How often the words say, and how many of them do; none do where it is once. Raises Misread."""
    compared = [word.casefold().rstrip(",") for word in words[:4]]
    if compared and compared[0] in ALONE:
        return ALONE[compared[0]], 1
    if compared[2:3] == ["välein"] and (count := _count(compared[0])) and compared[1] in SPANS:
        return (f"{count} {SPANS[compared[1]]}" if count > 1 else SPANS[compared[1]]), 3
    if not compared or compared[0] not in EVERY:
        return "", 0
    at = 2 if compared[1:2] and compared[1] in ARTICLES else 1
    count = _count(compared[at]) if at < len(compared) else 0
    at += bool(count)
    span = SPANS.get(compared[at], "") if at < len(compared) else ""
    if at < len(compared) and compared[at] in SHORTER:
        raise Misread(
            "times-often",
            say("More often than every hour nobody is reminded."),
            word=words[at],
            instead=say("Write it so: {example}", example=Words("every hour")),
        )
    if not span and count > 1 and COUNT.fullmatch(compared[at - 1]):
        raise _unclear(words[at - 1])
    if span in {"fortnight", WORKDAY} and count > 1:
        raise _unclear(words[at])
    if not span and at < len(compared) and _is_once(compared[at], language):
        raise Misread(
            "times-unclear",
            say("“{word}” is no day that comes again.", word=words[at]),
            word=words[at],
            instead=say("Write it so: {example}", example=Words("every monday 09:00")),
        )
    at += bool(span)
    span = span or "week"
    return (f"{count} {span}" if count > 1 else span), at


def _is_once(word: str, language: str) -> bool:
    """Whether a word names one day, or a time of a day that is not said, and no weekday."""
    if word[:1].isdecimal() or (word,) in DAYS_FROM_TODAY:
        return True
    return word.rstrip(".") in names_of(language) and _weekday(word, language) is None


def _count(word: str) -> int:
    """The number that a word says, 0 for none. Raises Misread."""
    count = int(word) if COUNT.fullmatch(word) else NUMBERS.get(word, 0)
    if count > NUMBER_MAX or word.strip("0") == "" != word:
        raise _unclear(word)
    return count


def _unclear(word: str) -> Misread:
    return Misread(
        "times-unclear",
        say("I do not know how often that is to be."),
        word=word,
        instead=say("Write it so: {example}", example=Words("every 2 weeks friday 09:00")),
    )


def _first(
    every: str, words: Sequence[str], language: str, now: dt.datetime, zone: str
) -> tuple[dt.datetime, int, str]:
    """The first time, how many words it took, and the time meant if it is missing. Raises Misread."""
    unit = every.rpartition(" ")[2]
    at = next((i for i, word in enumerate(words[:3]) if word.casefold() not in ON_THE), 0)
    ordinal = ORDINAL.fullmatch(words[at].casefold()) if unit in {"month", "quarter"} else None
    if ordinal:
        first, used, clock = _of_month(int(ordinal[1]), words[at:], language, now, zone)
        return first, used + at, clock
    first, used, clock = _when(words, language, now, zone)
    if every == WORKDAY and not is_workday(local_day(first, zone)):
        at = int(first.timestamp() * 1000)
        first = dt.datetime.fromtimestamp(next_of(at, every, zone, at, clock) / 1000, dt.UTC)
        clock = ""
    return first, used, clock


def _of_month(
    number: int, words: Sequence[str], language: str, now: dt.datetime, zone: str
) -> tuple[dt.datetime, int, str]:
    """The next time that a month has this day. Raises Misread."""
    today = local_day(now, zone)
    for month in range(today.month - 1, today.month + 11):
        try:
            day = dt.date(today.year + month // 12, month % 12 + 1, number)
        except ValueError:
            continue
        first, used, clock = _when([day.isoformat(), *words[1:]], language, now, zone)
        if first > now:
            return first, used, clock
    raise _unclear(words[0])


def _check_one(words: Sequence[str], used: int, language: str, now: dt.datetime, zone: str) -> None:
    """Whoever names a second day means it; it would be lost in the text. Raises Misread."""
    linked = used < len(words) and words[used].casefold() in AND
    if not (linked or words[used - 1].endswith(",")):
        return
    rest = words[used + linked :]
    try:
        read_when(rest, language, now, zone)
    except Misread:
        return
    raise Misread(
        "times-several",
        say("One reminder comes at one time."),
        word=" ".join(words[: used + linked + 1]),
        instead=say("Set one for each."),
    )
