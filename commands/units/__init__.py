"""Units that a collective makes for itself."""

from bot.arguments import OptionType
from bot.feature import Chapter, Feature, names
from bot.text.wording import say
from commands.units import credit, digest, issues, issuing, levies, page, units

CHAPTER = Chapter(
    say("Units of your own"),
    (
        Feature(
            name="units",
            commands=(*units.COMMANDS, *issuing.COMMANDS, *credit.COMMANDS, *levies.COMMANDS),
            clockworks=levies.CLOCKWORKS,
            thing=issues.THING,
            digest=digest.TOLD,
            pages=(page.PAGE,),
            suggests={OptionType.UNIT: names(lambda state: [it.name for it in state.units])},
        ),
    ),
    topic="money",
)
