"""Meetings: people come together, one speaks after the other, and what came of it can be read."""

from bot.feature import Chapter, Deed, Feature, Thing
from bot.text.wording import say
from commands.meetings import (
    agenda,
    calls,
    clock,
    digest,
    going,
    hands,
    meetings,
    minutes,
    notes,
    page,
    plans,
    rounds,
    signals,
    speakers,
)

CHAPTER = Chapter(
    say("Meetings"),
    (
        Feature(
            name="meetings",
            commands=(
                *meetings.COMMANDS,
                *plans.COMMANDS,
                *agenda.COMMANDS,
                *going.COMMANDS,
                *speakers.COMMANDS,
                *signals.COMMANDS,
                *rounds.COMMANDS,
                *calls.COMMANDS,
                *hands.COMMANDS,
                *notes.COMMANDS,
                *minutes.COMMANDS,
            ),
            clockworks=(clock.CLOCKWORK,),
            thing=Thing(
                letter="M",
                show=Deed(minutes.minutes, minutes.named_queries),
                cancel=Deed(plans.cancel, plans.cancel_queries),
                suggested=page.suggested,
                title=minutes.headline,
            ),
            digest=digest.TOLD,
            pages=(page.PAGE,),
        ),
    ),
)
