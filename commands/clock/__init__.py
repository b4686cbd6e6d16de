"""What comes by the clock: digests and reminders."""

from bot.feature import Chapter
from bot.text.wording import say
from commands.clock import digests, reminders

CHAPTER = Chapter(
    say("By the clock"),
    (
        digests.FEATURE,
        reminders.FEATURE,
    ),
)
