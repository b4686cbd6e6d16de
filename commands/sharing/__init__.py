"""Sharing out what came in: equations, distributions, rounds of points and needs."""

from bot.feature import Chapter
from bot.text.wording import say
from commands.sharing import distributions, equations, rounds

CHAPTER = Chapter(
    say("Sharing out"), (equations.FEATURE, distributions.FEATURE, rounds.FEATURE), topic="money"
)
