"""Proposals: asked, voted on, closed, carried out; and what every decision in here shares."""

from bot.arguments import OptionType
from bot.feature import Chapter, Deed, Feature, Thing, reads_reference
from bot.text.wording import say
from commands.decisions import closing, decisions, digest, page, proposals, voting
from commands.decisions.lookups import reads_proposal

CHAPTER = Chapter(
    say("Decisions"),
    (
        Feature(
            name="proposals",
            commands=(*proposals.COMMANDS, *voting.COMMANDS, *decisions.COMMANDS),
            clockworks=closing.CLOCKWORKS,
            thing=Thing(
                letter="P",
                show=Deed(decisions.show_proposal, reads_reference),
                why=Deed(decisions.why, reads_proposal),
                vote=Deed(voting.vote, reads_proposal),
                close=Deed(proposals.close, reads_proposal),
                cancel=Deed(proposals.cancel, reads_proposal),
                suggested=voting.suggested,
            ),
            digest=digest.TOLD,
            pages=(page.PAGE,),
            suggests={OptionType.CHOICE: voting.suggested_choices},
        ),
    ),
)
