"""What people gave: entries and their life, timers, thanks."""

from bot.arguments import OptionType
from bot.feature import Chapter, Feature, names
from bot.text.wording import say
from commands.contributions import (
    contributions,
    digest,
    disputes,
    entries,
    importing,
    page,
    thanks,
    timers,
    waiting,
)

CHAPTER = Chapter(
    say("Contributions"),
    (
        Feature(
            name="contributions",
            commands=(*contributions.COMMANDS, *disputes.COMMANDS, *entries.COMMANDS),
            thing=entries.THING,
            digest=digest.TOLD,
            waits=waiting.WAITS,
            pages=page.PAGES,
            suggests={OptionType.KIND: names(lambda state: state.contributions.kinds, "#")},
        ),
        timers.FEATURE,
        thanks.FEATURE,
        importing.FEATURE,
    ),
)
