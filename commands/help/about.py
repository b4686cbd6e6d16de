"""`/help` and `/about`: the whole vocabulary on one screen, and what this is.

Help is made from the same declarations as everything else, so it cannot be wrong about them.
"""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command, Home, help_page
from bot.decision import Accepted, Ask
from bot.feature import Chapter, Feature, features_of
from bot.phrasing.vocabulary import found, near
from bot.text.wording import Node, Say, Strong, Typed, Words, items, joined, lines, say


def about(state: State, ask: Ask) -> Accepted:
    """What this bot is, and how to begin."""
    body = lines(
        say("Talkoot keeps the books of a cooperative: who gave what, and what was decided about it."),
        say(
            "Everything goes into one journal that anybody here can check; nothing is edited in place."
        ),
        say(
            "Begin with {log}; {help} lists everything.",
            log=Typed("log 2h baked bread"),
            help=Typed("help"),
        ),
        say("Free software: AGPL-3.0-or-later."),
    )
    return Accepted(replies=(Reply(body),))


@arguments
class HelpArgs:
    """What `/help` takes."""

    command: str = takes(OptionType.TEXT, say("about which command"), positional=True, default="")


def help_(state: State, ask: Ask[HelpArgs]) -> Accepted:
    """All commands a line each, or one of them whole."""
    wanted, known = ask.args.command.lstrip("/!").casefold(), features_of(ask).commands
    if not wanted:
        points = (_chapter(each, ask.command) for each in features_of(ask).chapters)
        body = lines(
            say("These are the commands:"),
            items(points),
            say("{help} tells more about one.", help=Typed("help log")),
        )
        return Accepted(replies=(Reply(body, private=True),))
    pages = [each for name, each in known.items() if name == wanted or name.startswith(f"{wanted} ")]
    if pages:
        body = lines(*(help_page(each) for each in pages))
        return Accepted(replies=(Reply(body, private=True),))
    about_it = found(wanted, known, ask.language) or [it for it, _ in near(wanted.split(), known)]
    if about_it:
        points = (say("{command}: {about}", command=Typed(it.name), about=it.about) for it in about_it)
        body = lines(say("These commands may be what you look for:"), items(points))
        return Accepted(replies=(Reply(body, private=True),))
    raise Refusal(
        "command-unknown",
        say("There is no command {command}.", command=Typed(wanted)),
        word=wanted,
        instead=say("{help} lists them all.", help=Typed("help")),
    )


def _chapter(chapter: Chapter, asked: str) -> Say:
    """A chapter in one line; what belongs to one word stands together: `circle (create, join)`.

    What was asked with is known already.
    """
    by_word: dict[str, list[str]] = {}
    for command in chapter.commands:
        word, _, rest = command.name.partition(" ")
        if command.name != asked:
            by_word.setdefault(word, []).extend([rest] if rest else [])
    shown: list[Node] = []
    for word, rests in by_word.items():
        more = Words(f" ({', '.join(rests)})")
        shown.append(joined((Typed(word), more), "") if rests else Typed(word))
    return say("{title}: {commands}", title=Strong(chapter.title), commands=joined(shown))


COMMANDS = (
    Command(
        name="about",
        about=say("what this is"),
        also=say("version, info, who are you, bot"),
        decide=about,
        role=Role.GUEST,
        home=Home.ANY,
    ),
    Command(
        name="help",
        about=say("what there is to type"),
        also=say(
            "start, commands, menu, hello, hi, hey, manual, man, usage, what can you do, "
            "what can i do, how, what, guide, tutorial, begin, ?"
        ),
        decide=help_,
        role=Role.GUEST,
        home=Home.ANY,
        args=HelpArgs,
        examples=("help", "help log"),
    ),
)

FEATURE = Feature(name="about", commands=COMMANDS)
