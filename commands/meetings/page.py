"""The meetings as a page, newest first; what each came to is behind its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from bot.collective.meetingevents import Step, reference, words_of
from bot.collective.meetings import Meeting
from bot.collective.minutes import Minutes
from bot.collective.state import State
from bot.command import Suggestion
from bot.decision import About, Ask, Query
from bot.feature import Found
from bot.page import DECIDING, Ahead, Listed, News, Page, Row, Rows, Wanted
from bot.text.wording import Node, Time, Way, Words, joined, say
from commands.decisions.lookups import texts_of
from commands.decisions.page import OFTEN, nothing_told, only_rows
from commands.meetings.cards import present_told
from commands.meetings.minutes import read_minutes


def _reads(numbers: Iterable[int], _: Ask[Wanted]) -> tuple[Query, ...]:
    """The whole life of these meetings, and what they are called."""
    names = ((reference(number), words_of(number)) for number in numbers)
    return tuple(About(subject) for each in names for subject in each)


def _news_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return _reads(ask.args.numbers(state.meetings.count), ask)


def _people(state: State, found: Minutes) -> int:
    return len({state.members.one(each) for each in found.meeting.came})


def _row(state: State, ask: Ask[Wanted], number: int) -> Row | None:
    found = read_minutes(ask, number)
    if found is None:
        return None
    it = found.meeting
    name = joined(filter(None, (it.ref, texts_of(ask)(it.title) if it.title else "")), " ")
    cells = (
        Way(name, f"show/{it.ref}"),
        Time(it.opened_at or it.starts_at),
        Words(f":{it.circle}" if it.circle else ""),
        present_told(_people(state, found), it.guests_most) if it.opened_at else Words(""),
        _stands(it),
    )
    return Row(number, cells, _facts(state, ask, found))


def _stands(it: Meeting) -> Node:
    """Whether it is to come, goes on, is over, or never was."""
    if it.opened_at:
        return say("over") if it.closed_at else say("open")
    return say("called off") if it.closed_at else say("planned")


def _facts(state: State, ask: Ask[Wanted], found: Minutes) -> dict[str, object]:
    it = found.meeting
    return {
        "ref": it.ref,
        "title": texts_of(ask)(it.title) if it.title else "",
        "planned": it.starts_at or None,
        "opened": it.opened_at or None,
        "closed": it.closed_at or None,
        "circle": it.circle,
        "members": _people(state, found),
        "guests": it.guests_most,
    }


def _news(state: State, ask: Ask[Wanted]) -> tuple[News, ...]:
    """What met, and since when its minutes are there to be read."""
    texts, found = texts_of(ask), list[News]()
    for number in ask.args.numbers(state.meetings.count):
        it = read.meeting if (read := read_minutes(ask, number)) is not None else None
        if it is not None and it.opened_at and it.closed_at:
            title = Words(texts(it.title)) if it.title else say("a meeting")
            found.append(
                News(it.ref, say("{ref}, minutes: {title}", ref=it.ref, title=title), it.closed_at)
            )
    return tuple(found)


def suggested(state: State) -> Found:
    """The meetings of late, what is open first."""
    for number in sorted(state.meetings.open, reverse=True):
        yield reference(number), Suggestion(reference(number), joined([reference(number), say("open")]))
    for it in sorted(state.meetings.planned.values(), key=lambda each: each.starts_at):
        yield it.ref, Suggestion(it.ref, joined([it.ref, say("planned"), Time(it.starts_at)]))
    for number in range(state.meetings.count, max(0, state.meetings.count - 5), -1):
        if number not in state.meetings.open and number not in state.meetings.planned:
            yield reference(number), Suggestion(reference(number), Words(reference(number)))


_LISTED = ("ref", "title", "planned", "opened", "closed", "circle", "members", "guests")


def _dated(state: State, ask: Ask[Wanted]) -> list[Meeting]:
    """Those that are planned, of a circle where one is asked for."""
    wanted = ask.args.circle
    found = state.meetings.planned.values()
    return [it for it in found if not wanted or it.circle.casefold() == wanted]


def _ahead_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return tuple(About(words_of(it.number)) for it in _dated(state, ask))


def _ahead(state: State, ask: Ask[Wanted]) -> Iterator[Ahead]:
    """The meetings that are to come."""
    for it in _dated(state, ask):
        told = (
            say("{ref}, meeting: {title}", ref=it.ref, title=Words(ask.text(it.title)))
            if it.title
            else say("{ref}, meeting", ref=it.ref)
        )
        yield Ahead(it.starts_at, told, it.ref, it.circle)


PAGE = Page(
    name="meetings",
    title=say("Meetings"),
    about=say("Who met when; the minutes stand behind each."),
    view=only_rows,
    part=DECIDING,
    takes=frozenset({"circle"}),
    listed=Listed("meetings", _LISTED),
    news=_news,
    news_reads=_news_reads,
    rows=Rows(
        heading=(say("Meeting"), say("When"), say("Circle"), say("Who was there"), say("State")),
        last=lambda state: state.meetings.count,
        about=reference,
        row=_row,
        fits=lambda row, want: not want.circle or str(row.facts["circle"]).casefold() == want.circle,
        nothing=lambda state, want, older: nothing_told(want, older, state.meetings.count),
        spared=(*OFTEN, *get_args(Step)),
        read=_reads,
    ),
    ahead=_ahead,
    ahead_reads=_ahead_reads,
)
