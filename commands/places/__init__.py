"""Where a collective is, and by which rules: circles, rooms, collectives, rules."""

from bot.feature import Chapter
from bot.text.wording import say
from commands.places import circles, collectives, rooms, rules, web

CHAPTER = Chapter(
    say("Circles, rooms, rules"),
    (
        circles.FEATURE,
        rooms.FEATURE,
        collectives.FEATURE,
        rules.FEATURE,
        web.FEATURE,
    ),
    topic="rules",
)
