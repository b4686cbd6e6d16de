"""Who belongs to a collective, and what they may do."""

from bot.feature import Chapter
from bot.text.wording import say
from commands.people import members, roles

CHAPTER = Chapter(
    say("Members and roles"),
    (
        members.FEATURE,
        roles.FEATURE,
    ),
)
