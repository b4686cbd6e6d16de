"""Who uses what the commons make, and what they give back."""

from bot.arguments import OptionType
from bot.feature import Chapter, Feature, names
from bot.text.wording import say
from commands.partners import digest, loop, page, partners, pledges

CHAPTER = Chapter(
    say("Partners"),
    (
        Feature(
            name="partners",
            commands=(*partners.COMMANDS, *pledges.COMMANDS, *loop.COMMANDS),
            clockworks=partners.CLOCKWORKS,
            digest=digest.TOLD,
            pages=page.PAGES,
            suggests={OptionType.PARTNER: names(lambda state: [it.name for it in state.partners.here])},
        ),
    ),
    topic="money",
)
