"""When people say when: understood, or refused at the word; never swallowed as text."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Misread, Refusal
from bot.language.moments import read_when
from bot.language.recurrence import every_told, read_times
from bot.language.repeating import next_of
from bot.text.languages import reader
from bot.text.rendering import render

NOW = dt.datetime(2026, 11, 26, 10, 0, tzinfo=dt.UTC)
"""A Thursday, 11:00 in Berlin."""
ZONE = "Europe/Berlin"


def local(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M")


MOMENTS = [
    # language, words, when (UTC), what is left as text
    ("en", "in 2 days and 3 hours tea", "2026-11-28 13:00", "tea"),
    ("en", "in 2 days 18:00 tea", "2026-11-28 17:00", "tea"),
    ("en", "in 1 week and 2 days tea", "2026-12-05 10:00", "tea"),
    ("en", "tomorrow morning x", "2026-11-27 08:00", "x"),
    ("en", "fri evening x", "2026-11-27 17:00", "x"),
    ("en", "tonight x", "2026-11-26 20:00", "x"),
    ("en", "in the morning x", "2026-11-27 08:00", "x"),
    ("en", "18:30 CET feed cats", "2026-11-26 17:30", "feed cats"),
    ("en", "18:30 UTC feed cats", "2026-11-26 18:30", "feed cats"),
    ("en", "fri 18:30 Asia/Tokyo x", "2026-11-27 09:30", "x"),
    ("en", "18:30 PARTY", "2026-11-26 17:30", "PARTY"),
    ("en", "in an hour x", "2026-11-26 11:00", "x"),
    ("en", "in half an hour x", "2026-11-26 10:30", "x"),
    ("en", "at 9 o'clock x", "2026-11-27 08:00", "x"),
    ("en", "1h30 x", "2026-11-26 11:30", "x"),
    ("de", "morgen früh x", "2026-11-27 08:00", "x"),
    ("de", "heute Abend x", "2026-11-26 17:00", "x"),
    ("de", "in 2 Tagen und 3 Stunden Tee", "2026-11-28 13:00", "Tee"),
    ("de", "in einer Stunde x", "2026-11-26 11:00", "x"),
    ("de", "in einer halben Stunde x", "2026-11-26 10:30", "x"),
    ("de", "18:30 MEZ Katzen", "2026-11-26 17:30", "Katzen"),
    ("de", "15h30 x", "2026-11-26 14:30", "x"),
    ("fi", "huomenna aamulla x", "2026-11-27 08:00", "x"),
    ("fi", "2 päivän ja 3 tunnin päästä x", "2026-11-28 13:00", "x"),
    ("fi", "tunnin päästä x", "2026-11-26 11:00", "x"),
    ("fi", "tänä iltana x", "2026-11-26 17:00", "x"),
    ("fr", "demain matin x", "2026-11-27 08:00", "x"),
    ("fr", "dans 2 jours et 3 heures x", "2026-11-28 13:00", "x"),
    ("fr", "dans une heure x", "2026-11-26 11:00", "x"),
    ("fr", "ce soir x", "2026-11-26 17:00", "x"),
    ("fr", "15h30 x", "2026-11-26 14:30", "x"),
    ("es", "mañana por la mañana x", "2026-11-27 08:00", "x"),
    ("es", "en 2 días y 3 horas x", "2026-11-28 13:00", "x"),
    ("es", "en una hora x", "2026-11-26 11:00", "x"),
    ("es", "esta noche x", "2026-11-26 20:00", "x"),
]


@pytest.mark.parametrize(("language", "words", "when", "rest"), MOMENTS)
def test_a_moment_is_understood_whole(language: str, words: str, when: str, rest: str) -> None:
    at, used = read_when(words.split(), language, NOW, ZONE)
    assert (local(at), " ".join(words.split()[used:])) == (when, rest)


REFUSED = [
    ("en", "15h30 x", "15h30"),
    ("fi", "15h30 x", "15h30"),
    ("en", "in 30 seconds", "seconds"),
    ("de", "in 30 Sekunden", "Sekunden"),
    ("fi", "30 sekunnin päästä", "sekunnin"),
    ("fr", "dans 30 secondes", "secondes"),
    ("es", "en 30 segundos", "segundos"),
    ("en", "18:30 CEST x", "CEST"),
    ("en", "18:30 EST x", "EST"),
    ("en", "fri 18:30 IST x", "IST"),
    ("en", "every 30 minutes x", "minutes"),
    ("de", "alle 10 Minuten x", "Minuten"),
    ("en", "every day 9:00 until 2026-03-01 x", "2026-03-01"),
    ("en", "every day 9:00 until today x", "9:00"),
    ("en", "tomorrow 9:00 until fri x", "until"),
    ("en", "every monday 9:00 until next year x", "until next"),
]


@pytest.mark.parametrize(("language", "words", "word"), REFUSED)
def test_what_cannot_be_kept_is_refused_at_its_word(language: str, words: str, word: str) -> None:
    with pytest.raises(Misread) as told:
        read_times(words.split(), language, NOW, ZONE)
    assert told.value.word == word
    assert told.value.instead is not None


TIMES = [
    # language, words, first (UTC), how often, until (UTC)
    ("en", "every last friday 17:00 x", "2026-11-27 16:00", "every month on the last Friday", ""),
    (
        "en",
        "second tuesday of the month x",
        "2026-12-08 17:00",
        "every month on the second Tuesday",
        "",
    ),
    ("en", "every first monday 9:00 x", "2026-12-07 08:00", "every month on the first Monday", ""),
    ("en", "every second friday 9:00 x", "2026-11-27 08:00", "every 2 weeks", ""),
    (
        "en",
        "every second friday of the month 9:00 x",
        "2026-12-11 08:00",
        "every month on the second Friday",
        "",
    ),
    ("en", "every 6 hours x", "2026-11-26 16:00", "every 6 hours", ""),
    ("en", "every hour x", "2026-11-26 11:00", "every hour", ""),
    ("en", "every 6 hours 9:00 x", "2026-11-27 08:00", "every 6 hours", ""),
    ("en", "every day 9:00 until 2026-12-31 x", "2026-11-27 08:00", "every day", "2026-12-31 22:59"),
    ("en", "every monday morning x", "2026-11-30 08:00", "every week", ""),
    ("de", "jeden letzten Freitag 17:00 x", "2026-11-27 16:00", "every month on the last Friday", ""),
    (
        "de",
        "am zweiten Dienstag im Monat 19:00 x",
        "2026-12-08 18:00",
        "every month on the second Tuesday",
        "",
    ),
    ("de", "jeden zweiten Dienstag 19:00 x", "2026-12-01 18:00", "every 2 weeks", ""),
    ("de", "alle 6 Stunden x", "2026-11-26 16:00", "every 6 hours", ""),
    ("de", "jeden Tag 9:00 bis zum 31.12. x", "2026-11-27 08:00", "every day", "2026-12-31 22:59"),
    (
        "fi",
        "joka kuun viimeinen perjantai klo 17 x",
        "2026-11-27 16:00",
        "every month on the last Friday",
        "",
    ),
    ("fi", "6 tunnin välein x", "2026-11-26 16:00", "every 6 hours", ""),
    ("fi", "joka päivä 9:00 2026-12-31 asti x", "2026-11-27 08:00", "every day", "2026-12-31 22:59"),
    (
        "fr",
        "le dernier vendredi du mois 17:00 x",
        "2026-11-27 16:00",
        "every month on the last Friday",
        "",
    ),
    ("fr", "toutes les 6 heures x", "2026-11-26 16:00", "every 6 hours", ""),
    (
        "fr",
        "chaque jour 9:00 jusqu'au 31/12/2026 x",
        "2026-11-27 08:00",
        "every day",
        "2026-12-31 22:59",
    ),
    ("es", "cada último viernes 17:00 x", "2026-11-27 16:00", "every month on the last Friday", ""),
    ("es", "cada 6 horas x", "2026-11-26 16:00", "every 6 hours", ""),
    ("es", "cada día 9:00 hasta el 31/12/2026 x", "2026-11-27 08:00", "every day", "2026-12-31 22:59"),
]


@pytest.mark.parametrize(("language", "words", "first", "every", "until"), TIMES)
def test_how_often_and_until_when_are_understood_whole(
    language: str, words: str, first: str, every: str, until: str
) -> None:
    times, used = read_times(words.split(), language, NOW, ZONE)
    told = render(every_told(times.every), reader("en", ZONE))
    end = local(dt.datetime.fromtimestamp(times.until / 1000, dt.UTC)) if times.until else ""
    assert (local(times.first), told, end) == (first, every, until)
    assert words.split()[used:] == ["x"]


def test_the_last_day_is_one_on_which_it_still_comes() -> None:
    times, _ = read_times(["every", "hour", "until", "today", "x"], "en", NOW, ZONE)
    assert local(dt.datetime.fromtimestamp(times.until / 1000, dt.UTC)) == "2026-11-26 22:59"


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("month-last-fri", ["2026-11-27", "2026-12-25", "2027-01-29", "2027-02-26", "2027-03-26"]),
        ("month-2-tue", ["2026-12-08", "2027-01-12", "2027-02-09", "2027-03-09", "2027-04-13"]),
        ("month-1-mon", ["2026-12-07", "2027-01-04", "2027-02-01", "2027-03-01", "2027-04-05"]),
    ],
)
def test_the_weekday_of_a_month_comes_each_month_at_its_local_hour(every: str, days: list[str]) -> None:
    first = dt.datetime.fromisoformat(f"{days[0]}T17:00:00+01:00")
    at = int(first.timestamp() * 1000)
    found = [at]
    while len(found) < len(days):
        found.append(next_of(at, every, ZONE, found[-1]))
    zone = dt.timezone(dt.timedelta(hours=1))
    seen = [dt.datetime.fromtimestamp(each / 1000, dt.UTC) for each in found]
    assert [each.astimezone(zone).date().isoformat() for each in seen] == days
    summer = {each.strftime("%H:%M") for each in seen if each.date() >= dt.date(2027, 3, 28)}
    assert summer <= {"15:00"}


WHENS = [words.rsplit(" ", 1)[0] for language, words, *_ in TIMES if language == "en"]
TEXT = st.lists(
    st.sampled_from(
        [
            "water",
            "the",
            "plants",
            "and",
            "feed",
            "cats",
            "before",
            "noon",
            "at",
            "home",
            "until",
            "spring",
        ]
    ),
    min_size=1,
    max_size=6,
)


@given(st.sampled_from(WHENS), TEXT)
def test_every_word_is_part_of_what_was_understood_or_stays_text(when: str, text: list[str]) -> None:
    """What the first words say is the same whatever text follows, and the text stays whole."""
    alone, used = read_times(when.split(), "en", NOW, ZONE)
    assert used == len(when.split())
    try:
        times, taken = read_times([*when.split(), *text], "en", NOW, ZONE)
    except Refusal:
        return  # refused at a word, with nothing written
    understood = [*when.split(), *text][:taken]
    assert read_times(understood, "en", NOW, ZONE) == (times, taken)
    assert times == alone or taken > used
