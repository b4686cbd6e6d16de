"""Polls: asked, voted on, counted."""

from bot.feature import Chapter, Feature
from bot.text.wording import say
from commands.polls import digest, page, polling, polls, waiting

CHAPTER = Chapter(
    say("Polls"),
    (
        Feature(
            name="polls",
            commands=(*polls.COMMANDS, *polling.COMMANDS),
            clockworks=polling.CLOCKWORKS,
            thing=polling.THING,
            digest=digest.TOLD,
            waits=waiting.WAITS,
            pages=(page.PAGE,),
        ),
    ),
)
