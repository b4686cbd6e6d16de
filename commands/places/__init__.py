"""Where a collective is, and by which rules: circles, rooms, collectives, rules."""

from bot.feature import Chapter, Feature
from bot.text.wording import say
from commands.places import calendars, circles, collectives, openness, rooms, rules, web
from commands.places.page import PLANNED_PAGE, START_PAGE

CHAPTER = Chapter(
    say("Circles, rooms, rules"),
    (
        circles.FEATURE,
        rooms.FEATURE,
        collectives.FEATURE,
        rules.FEATURE,
        Feature(
            name="pages",
            commands=(*web.COMMANDS, *calendars.COMMANDS),
            pages=(START_PAGE, PLANNED_PAGE),
        ),
        openness.FEATURE,
    ),
    topic="rules",
)
