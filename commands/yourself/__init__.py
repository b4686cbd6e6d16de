"""What somebody says about themselves: accounts, languages, their own data."""

from bot.feature import Chapter
from bot.text.wording import say
from commands.yourself import accounts

CHAPTER = Chapter(say("Yourself"), (accounts.FEATURE,), topic="people")
