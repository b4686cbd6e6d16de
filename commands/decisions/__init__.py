"""Proposals: asked, voted on, closed, carried out; and what every decision in here shares."""

from bot.arguments import OptionType
from bot.feature import Chapter, Deed, Feature, Thing, reference_queries
from bot.text.wording import say
from commands.decisions import closing, decisions, digest, page, proposals, voting, waiting, ways
from commands.decisions.lookups import proposal_queries

CHAPTER = Chapter(
    say("Decisions"),
    (
        Feature(
            name="proposals",
            commands=(*proposals.COMMANDS, *voting.COMMANDS, *decisions.COMMANDS),
            clockworks=closing.CLOCKWORKS,
            thing=Thing(
                letter="P",
                show=Deed(decisions.show_proposal, reference_queries),
                why=Deed(decisions.why, proposal_queries),
                explained=True,
                vote=Deed(voting.vote, proposal_queries),
                close=Deed(proposals.close, proposal_queries),
                cancel=Deed(proposals.cancel, proposal_queries),
                suggested=voting.suggested,
                inside=decisions.is_draft,
                way=ways.way_told,
                title=decisions.headed,
            ),
            digest=digest.TOLD,
            waits=waiting.WAITS,
            pages=(page.PAGE,),
            suggests={OptionType.CHOICE: voting.suggested_choices},
        ),
    ),
)
