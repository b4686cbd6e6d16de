"""Funding rounds: money that members give to ideas, everybody out of the same share."""

from bot.feature import Chapter
from bot.text.wording import say
from commands.funding import commands, ideacommands

CHAPTER = Chapter(say("Funding rounds"), (commands.FEATURE, ideacommands.FEATURE), topic="money")
