"""What people type: a folder for each chapter of `/help`, one file a feature.

This is the table of contents; nothing registers itself.
"""

from bot.feature import Features
from commands import (
    clock,
    contributions,
    decisions,
    funding,
    help,  # noqa: A004 - the chapter
    ledger,
    meetings,
    needs,
    partners,
    people,
    places,
    polls,
    sharing,
    units,
    yourself,
)

FEATURES = Features.of(
    contributions.CHAPTER,
    needs.CHAPTER,
    ledger.CHAPTER,
    sharing.CHAPTER,
    funding.CHAPTER,
    units.CHAPTER,
    partners.CHAPTER,
    decisions.CHAPTER,
    polls.CHAPTER,
    meetings.CHAPTER,
    clock.CHAPTER,
    yourself.CHAPTER,
    people.CHAPTER,
    places.CHAPTER,
    help.CHAPTER,
)
"""All that there is, as `/help` lists it."""
