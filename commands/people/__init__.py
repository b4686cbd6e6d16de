"""Who belongs to a collective, and what they may do."""

from bot.feature import Chapter, Feature
from bot.text.wording import say
from commands.people import members, page, roles
from commands.people.digest import TOLD
from commands.people.waiting import WAITS

CHAPTER = Chapter(
    say("Members and roles"),
    (
        Feature(
            name="members",
            commands=members.COMMANDS,
            digest=TOLD,
            waits=WAITS,
            suggests=members.SUGGESTS,
            pages=(page.PAGE,),
        ),
        roles.FEATURE,
    ),
    topic="people",
)
