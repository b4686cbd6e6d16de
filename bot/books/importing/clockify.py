"""Clockify: the CSV of its detailed report. How days are written is a personal setting there."""

from __future__ import annotations

from bot.books.importing.hours import Hours
from bot.books.importing.reasons import a_sum
from bot.books.importing.tables import Row, aliases
from bot.text.wording import Say, say


def _skipped(row: Row) -> Say | None:
    return a_sum() if row.get("project").casefold() == "total" else None


CLOCKIFY = Hours(
    aliases(
        {
            "project": ("Project",),
            "text": ("Description",),
            "task": ("Task",),
            "person": ("User",),
            "date": ("Start Date",),
            "from": ("Start Time",),
            "end-date": ("End Date",),
            "to": ("End Time",),
            "duration": ("Duration (h)",),
        }
    ),
    wanted=("person", "date", "duration"),
    text=("text", "task", "project"),
    kind=("project",),
    hint=say("It is the detailed report that is wanted, not the summary"),
    skipped=_skipped,
)
