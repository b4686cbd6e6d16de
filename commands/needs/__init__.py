"""What is needed and offered, who took it, and the shifts that come again."""

from bot.feature import Chapter, Feature
from bot.text.wording import say
from commands.needs import (
    balance,
    board,
    changing,
    digest,
    doing,
    needs,
    page,
    shifts,
    swaps,
    taking,
    waiting,
)

CHAPTER = Chapter(
    say("Needs, offers and shifts"),
    (
        Feature(
            name="needs",
            commands=(
                *needs.COMMANDS,
                *board.COMMANDS,
                *changing.COMMANDS,
                *taking.COMMANDS,
                *swaps.COMMANDS,
                *doing.COMMANDS,
            ),
            clockworks=(shifts.CLOCKWORK,),
            thing=board.THING,
            digest=digest.TOLD,
            waits=waiting.WAITS,
            pages=(page.PAGE,),
        ),
        balance.FEATURE,
    ),
)
