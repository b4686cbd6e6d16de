"""What there is to type, and what this is."""

from bot.feature import Chapter
from bot.text.wording import say
from commands.help import about, menu

CHAPTER = Chapter(say("Help"), (about.FEATURE, menu.FEATURE))
