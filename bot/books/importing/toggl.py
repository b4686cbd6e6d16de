"""Toggl Track: the CSV of its detailed report. It has no ids and no zone; days are as written."""

from __future__ import annotations

from bot.books.importing.hours import Hours
from bot.books.importing.tables import aliases
from bot.text.wording import say

TOGGL = Hours(
    aliases(
        {
            "person": ("User",),
            "project": ("Project",),
            "task": ("Task",),
            "text": ("Description",),
            "date": ("Start date",),
            "from": ("Start time",),
            "end-date": ("End date", "Stop date"),
            "to": ("End time", "Stop time"),
            "duration": ("Duration",),
        }
    ),
    wanted=("person", "date", "duration"),
    text=("text", "task", "project"),
    kind=("project",),
    hint=say("It is the detailed report that is wanted, not the summary"),
)
