"""From a tree of words to the text that somebody reads: their language, their zone, their markup."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from gettext import NullTranslations
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec
from babel.core import Locale
from babel.dates import format_skeleton, get_datetime_format, get_timezone_name
from babel.numbers import format_decimal

from bot.text.wording import (
    SHOWN_CHARACTERS_MAX,
    Code,
    Day,
    Figure,
    Items,
    Joined,
    Lines,
    Link,
    Node,
    Number,
    Passage,
    Person,
    Quantity,
    Say,
    Strong,
    Table,
    Time,
    Typed,
    Way,
    Words,
)


class Reader(msgspec.Struct, frozen=True):
    """Whom a text is rendered for: language (BCP 47), zone, and the prefix their commands have.

    `own_zone` says that they chose the zone themselves; `year` is the one that goes without saying.
    """

    language: str
    zone: str
    translations: NullTranslations
    prefix: str = "/"
    own_zone: bool = False
    year: int = 0


class Markup(Protocol):
    """How one platform writes: every method gets text that is already safe, but for `escape`."""

    def escape(self, text: str) -> str:
        """Make somebody's text harmless on this platform."""
        ...

    def strong(self, text: str) -> str:
        """Set off."""
        ...

    def code(self, text: str) -> str:
        """Set as code; gets raw text and must make it harmless itself."""
        ...

    def link(self, url: str) -> str:
        """A link whose whole address is visible; gets the raw address."""
        ...

    def way(self, to: str, text: str) -> str:
        """What has a page of its own in the open book."""
        ...

    def time(self, at: dt.datetime, text: str) -> str:
        """An instant; `text` is the reader's own words for it."""
        ...

    def lines(self, items: list[str]) -> str:
        """Things under one another."""
        ...

    def items(self, items: list[str]) -> str:
        """A list."""
        ...

    def table(self, heading: list[str], rows: list[list[str]]) -> str:
        """Rows under a heading."""
        ...


class Plain:
    """Plain text: the form every message has, and the one a screen reader gets."""

    def escape(self, text: str) -> str:
        """Plain text has no markup to break out of; control characters are made visible."""
        return visible(text)

    def strong(self, text: str) -> str:
        """Plain text does not shout."""
        return text

    def code(self, text: str) -> str:
        """As it is typed."""
        return visible(text)

    def link(self, url: str) -> str:
        """The address itself."""
        return visible(url)

    def way(self, to: str, text: str) -> str:  # noqa: ARG002 - text leads nowhere
        """The words."""
        return text

    def time(self, at: dt.datetime, text: str) -> str:  # noqa: ARG002 - other platforms use the instant
        """The words."""
        return text

    def lines(self, items: list[str]) -> str:
        """One a line."""
        return "\n".join(items)

    def items(self, items: list[str]) -> str:
        """One a line, behind a dash."""
        return "\n".join(f"- {item}" for item in items)

    def table(self, heading: list[str], rows: list[list[str]]) -> str:
        """A row a line, its cells apart by a dot: columns are crooked where letters differ in width."""
        return "\n".join(" · ".join(filter(None, row)) for row in (heading, *rows))


# Unicode's bidirectional controls and other invisible characters can make a line read as another
# one (TR36, TR39). They are left out; what emoji and scripts need (U+200C, U+200D, tags) stays.
_INVISIBLE = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " "),
    **dict.fromkeys([0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xE0001], ""),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFFF9, 0xFFFC)], ""),
    # Fillers: letters that are blank.
    **dict.fromkeys([0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0], " "),
}


def visible(text: str) -> str:
    """One line without control, bidirectional or invisible characters; the rest verbatim."""
    return text if text.isascii() and text.isprintable() else text.translate(_INVISIBLE)


def shortened(text: str, characters_max: int = SHOWN_CHARACTERS_MAX) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= characters_max else text[: characters_max - 1].rstrip() + "…"


def quantity_text(count: int, unit: str, parts: int, language: str = "en") -> str:
    """How people write an amount: `2h30`, `45m`, `12.50 EUR`, `-3 kg`."""
    if parts == 60:
        hours, minutes = divmod(abs(count), 60)
        shown = (
            f"{hours}h{minutes:02}" if hours and minutes else f"{hours}h" if hours else f"{minutes}m"
        )
        shown = "0h" if count == 0 else shown
        return f"-{shown}" if count < 0 else shown
    shown = decimal_text(count, parts, language)
    if not _is_currency(unit) and count % parts == 0:
        shown = decimal_text(count // parts, 1, language)
    return f"{shown} {unit_name(unit)}"


def unit_name(code: str) -> str:
    """What people call a unit: the code of a collective's own carries its decimals behind a point."""
    return code.partition(".")[0]


def _is_currency(unit: str) -> bool:
    """Sums of money keep their last places; 3 kg is not written 3.000 kg."""
    return unit.isupper()


@lru_cache(maxsize=1_000)
def decimal_text(count: int, parts: int, language: str | None = None) -> str:
    """`count/parts` as an exact decimal: with the language's separators, or plain with a point.

    `parts` is a power of ten, or 60 (minutes), which is rounded half up to two places.
    """
    if parts == 60:
        count, parts = _half_up(count * 100, 60), 100
    places = len(str(parts)) - 1
    whole, rest = divmod(abs(count), parts)
    sign = "-" if count < 0 else ""
    if language is None:
        return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"
    grouped = format_decimal(whole, locale=_locale(language))
    point = _locale(language).number_symbols["latn"]["decimal"]
    return f"{sign}{grouped}{point}{rest:0{places}}" if places else f"{sign}{grouped}"


@lru_cache(maxsize=1_000)
def figure_text(text: str, language: str) -> str:
    """A number that was written with a point and commas, with the language's separators."""
    symbols = _locale(language).number_symbols["latn"]
    return text.translate({ord("."): symbols["decimal"], ord(","): symbols["group"]})


def _half_up(numerator: int, denominator: int) -> int:
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def _calendar_locale(language: str) -> Locale:
    """Whose dates: English without a country is that of the world, where the day comes first."""
    return _locale("en-001" if language == "en" else language)


def day_text(day: dt.date, language: str, *, short: bool = False, year: int = 0) -> str:
    """A day as the language writes it: `Mon, 5 Jan 2026`; without its year if it is in that `year`.

    In `short` it is only its day and month.
    """
    skeleton = "MMMd" if short else "MMMEd" if day.year == year else "yMMMEd"
    # Babel's stubs have no dates here, only instants and times; a date has all that these forms ask.
    return format_skeleton(skeleton, day, locale=_calendar_locale(language))


@lru_cache(maxsize=1_000)
def _iso_day_text(iso: str, language: str, short: bool, year: int) -> str:  # noqa: FBT001 - a key
    """The text of a day in ISO form: a list of fifty rows tells few of them again and again."""
    return day_text(dt.date.fromisoformat(iso), language, short=short, year=year)


@lru_cache(maxsize=100)
def _month_text(iso: str, language: str) -> str:
    """The short name of the month of a day in ISO form: `Jan`."""
    return format_skeleton("MMM", dt.date.fromisoformat(iso), locale=_calendar_locale(language))


def time_text(at: dt.datetime, language: str, *, year: int = 0) -> str:
    """An instant by the clock of its zone, which is named: `Mon, 5 Jan 2026, 16:18 CET`.

    An instant in that `year` is told without it.
    """
    locale = _calendar_locale(language)
    clock = format_skeleton("Hm", at, locale=locale)
    form = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    told = form.replace("{1}", day_text(at, language, year=year)).replace("{0}", clock)
    return f"{told} {_zone_name(at, locale)}"


@lru_cache(maxsize=1_000)
def _instant_text(ms: int, zone: str, language: str, short: bool, year: int) -> str:  # noqa: FBT001
    """The text of an instant (ms): a page tells the same few again and again."""
    at = dt.datetime.fromtimestamp(ms / 1000, tz=ZoneInfo(zone))
    if short:
        return day_text(at, language, short=True)
    return time_text(at, language, year=year)


@lru_cache(maxsize=1_000)
def _number_text(value: int, language: str) -> str:
    """A whole number, grouped as the language does."""
    return format_decimal(value, locale=_locale(language))


def _zone_name(at: dt.datetime, locale: Locale) -> str:
    """The short name of the zone in the language (MEZ), else in the tz database (CET, UTC+05:45)."""
    name = get_timezone_name(at, width="short", locale=locale)
    if name.isupper() and name.isalpha():
        return name
    known = at.tzname() or ""
    return known if known.isalpha() else f"UTC{at.isoformat()[-6:]}"


def render(tree: Node, reader: Reader, markup: Markup | None = None) -> str:
    """The tree as text for one reader on one platform (plain text by default)."""
    return _Rendering(reader, markup or Plain()).text(tree)


class _Rendering:
    """One walk over one tree; a new node is one line of the table below."""

    __slots__ = ("markup", "reader")

    def __init__(self, reader: Reader, markup: Markup) -> None:
        self.reader, self.markup = reader, markup

    def text(self, tree: Node) -> str:
        return _HOW[type(tree)](self, tree)

    def _quantity(self, it: Quantity) -> str:
        return self.markup.escape(quantity_text(it.count, it.unit, it.parts, self.reader.language))

    def _table(self, it: Table) -> str:
        return self.markup.table(
            [self.text(cell) for cell in it.heading],
            [[self.text(cell) for cell in row] for row in it.rows],
        )

    def _passage(self, it: Passage) -> str:
        return self.markup.lines([self.markup.escape(visible(row)) for row in it.text.splitlines()])

    def _typed(self, it: Typed) -> str:
        choices = "|".join(render(each, self.reader) for each in it.choices)
        line = " ".join(filter(None, (it.line, choices, it.rest)))
        return self.markup.code(self.reader.prefix + line)

    def _day(self, it: Day) -> str:
        if it.month:
            return _month_text(it.iso, self.reader.language)
        return _iso_day_text(it.iso, self.reader.language, it.short, self.reader.year)

    def _time(self, it: Time) -> str:
        reader = self.reader
        zone = reader.zone if reader.own_zone or not it.zone else it.zone
        at = dt.datetime.fromtimestamp(it.at / 1000, tz=ZoneInfo(zone))
        told = _instant_text(it.at, zone, reader.language, it.short, reader.year)
        return self.markup.escape(told) if it.short else self.markup.time(at, told)

    def _say(self, it: Say) -> str:
        catalogue = self.reader.translations
        template = (
            catalogue.gettext(it.text)
            if it.many is None
            else catalogue.ngettext(it.text, it.many, it.count)
        )
        return "".join(self._pieces(template, it.places))

    def _pieces(self, template: str, places: Mapping[str, Node]) -> Iterable[str]:
        """Fill the named places by splitting, not formatting: a text can hold no format of its own."""
        first, *rest = template.split("{")
        yield self.markup.escape(first)
        for piece in rest:
            name, _, after = piece.partition("}")
            yield self.text(places[name])
            yield self.markup.escape(after)


_HOW: Mapping[type, Callable[[_Rendering, Any], str]] = {
    Words: lambda on, it: on.markup.escape(shortened(visible(it.text))),
    Passage: _Rendering._passage,  # noqa: SLF001 - the table of the class above
    Strong: lambda on, it: on.markup.strong(on.text(it.body)),
    Person: lambda on, it: on.markup.escape(visible(it.name)),
    Quantity: _Rendering._quantity,  # noqa: SLF001
    Number: lambda on, it: _number_text(it.value, on.reader.language),
    Figure: lambda on, it: on.markup.escape(figure_text(it.text, on.reader.language)),
    Day: _Rendering._day,  # noqa: SLF001
    Time: _Rendering._time,  # noqa: SLF001
    Typed: _Rendering._typed,  # noqa: SLF001
    Code: lambda on, it: on.markup.code(it.text),
    Link: lambda on, it: on.markup.link(it.url),
    Way: lambda on, it: on.markup.way(it.to, on.text(it.body)),
    Say: _Rendering._say,  # noqa: SLF001
    Joined: lambda on, it: on.markup.escape(it.between).join(map(on.text, it.items)),
    Lines: lambda on, it: on.markup.lines([on.text(item) for item in it.items]),
    Items: lambda on, it: on.markup.items([on.text(item) for item in it.items]),
    Table: _Rendering._table,  # noqa: SLF001
}
