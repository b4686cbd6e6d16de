"""`/help` and `/about`: the whole vocabulary on one screen, and what this is.

Help is made from the same declarations as everything else, so it cannot be wrong about them.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command, Home, help_page
from bot.decision import Accepted, Ask, Query, Signed
from bot.feature import Chapter, Feature, features_of
from bot.grammar.lines import command_named
from bot.phrasing.vocabulary import found, near
from bot.text.wording import Code, Node, Say, Strong, Typed, Words, items, joined, lines, say


def _about_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    return (Signed(),)


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
            help=Typed("help all"),
        ),
        say("Its checkpoints are signed by {key}", key=Code(ask.signer)) if ask.signer else None,
        say("Free software: AGPL-3.0-or-later."),
    )
    return Accepted(replies=(Reply(body),))


@arguments
class HelpArgs:
    """What `/help` takes."""

    command: str = takes(
        OptionType.TEXT, say("a command, a topic, or all"), positional=True, default=""
    )


TASKS = (
    ("log 3h baked bread", say("what you gave")),
    ("balance", say("what you have")),
    ("ledger", say("where we all stand")),
    ("propose Buy a mixer", say("decide")),
    ("poll Which day? | Mon | Tue", say("ask")),
    ("expense 5 EUR salt", say("what you laid out")),
    ("digest preview", say("the week so far")),
    ("member code", say("let people in")),
    ("withdraw C1", say("take an entry back")),
)
"""What people want to do, and a line that does it."""

LINES_SHOWN = 8
"""Of so many commands that begin with one word each has a line; of more, their names: a screen of a
phone has a dozen lines.
"""

TOPICS = ("money", "people", "rules")
ALL = "all"


def help_(state: State, ask: Ask[HelpArgs]) -> Accepted:
    """What people want to do; a topic, everything, or one command."""
    wanted = ask.args.command.lstrip("/!").casefold()
    if not wanted:
        return _private(lines(*_tasks(ask), _more()))
    topic = [each for each in wanted.split() if each in TOPICS]
    if len(topic) == 1 and not _pages(ask, wanted):
        wanted = topic[0]  # `help with money`
    pages = _pages(ask, wanted)
    if wanted == ALL or wanted in TOPICS:
        chapters = (it for it in features_of(ask).chapters if wanted in {ALL, it.topic})
        told = [line for each in chapters if (line := _chapter(each, ask)) is not None]
        return _private(lines(items(told), *pages[:1], _more()))
    if pages:
        return _private(lines(*pages))
    about_it = _about(ask, wanted)
    if about_it:
        points = (say("{command}: {about}", command=Typed(it.name), about=it.about) for it in about_it)
        return _private(lines(say("These commands may be what you look for:"), items(points)))
    raise Refusal(
        "command-unknown",
        say("There is no command {command}.", command=Typed(wanted)),
        word=wanted,
        instead=say("{help} lists them all.", help=Typed("help all")),
    )


def _about(ask: Ask[HelpArgs], wanted: str) -> list[Command]:
    """The commands that some words are about, or were nearly."""
    known = features_of(ask).commands
    return found(wanted, known, ask.language) or [it.command for it in near(wanted.split(), known)]


def _private(body: Node) -> Accepted:
    return Accepted(replies=(Reply(body, private=True),))


def _may(ask: Ask[HelpArgs], command: Command) -> bool:
    """Whether who asks may run it, as far as roles say; the operator may run everything."""
    if ask.actor.operator:
        return True
    if ask.member is None:
        return command.role in {Role.GUEST, Role.MEMBER}
    return ask.member.may(command.role)


def _tasks(ask: Ask[HelpArgs]) -> Iterator[Node]:
    for line, about in TASKS:
        command = command_named(line, features_of(ask).commands)
        if command is not None and _may(ask, command):
            yield say("{line}: {about}", line=Typed(line), about=about)


def _more() -> Node:
    return say(
        "More: {topics}, {all}; {one} for one.",
        topics=joined(Typed(f"help {topic}") for topic in TOPICS),
        all=Typed("help all"),
        one=Typed("help log"),
    )


def _pages(ask: Ask[HelpArgs], wanted: str) -> list[Node]:
    """The help of the commands of this name; whole where `all` stands behind it."""
    name, _, rest = wanted.rpartition(" ")
    name, whole = (name, True) if rest == ALL and name else (wanted, False)
    known = features_of(ask).commands
    named = [it for each, it in known.items() if each == name or each.startswith(f"{name} ")]
    if whole or len(named) <= 1:
        return [help_page(each, whole=whole) for each in named]
    return _group(ask, name, named)


def _group(ask: Ask[HelpArgs], name: str, named: list[Command]) -> list[Node]:
    """What begins with one word: the command itself, and each other in a line, or all in a row."""
    own = [help_page(each) for each in named if each.name == name]
    more = [each for each in named if each.name != name and _may(ask, each)]
    if len(more) <= LINES_SHOWN:
        points = (say("{command}: {about}", command=Typed(it.name), about=it.about) for it in more)
        return [*own, items(points), *_one_of(more)]
    row = Words(", ".join(it.name.removeprefix(f"{name} ") for it in more))
    return [
        *own,
        say("{command} takes one of these: {more}", command=Typed(name), more=row),
        *_one_of(more),
    ]


def _one_of(commands: list[Command]) -> Iterator[Node]:
    for each in commands[:1]:
        yield say("{line} tells of one.", line=Typed(f"help {each.name}"))


def _chapter(chapter: Chapter, ask: Ask[HelpArgs]) -> Say | None:
    """What who asks may run of a chapter, in one line; what belongs to one word stands together.

    What was asked with is known already.
    """
    by_word: dict[str, list[str]] = {}
    for command in chapter.commands:
        word, _, rest = command.name.partition(" ")
        if command.name != ask.command and _may(ask, command):
            by_word.setdefault(word, []).extend([rest] if rest else [])
    shown: list[Node] = []
    for word, rests in by_word.items():
        more = Words(f" ({', '.join(rests)})")
        shown.append(joined((Typed(word), more), "") if rests else Typed(word))
    if not shown:
        return None
    return say("{title}: {commands}", title=Strong(chapter.title), commands=joined(shown))


COMMANDS = (
    Command(
        name="about",
        about=say("what this is"),
        also=say(
            "version, info, who are you, bot, who can see this, who reads this, privacy, "
            "is this thing on, are you there"
        ),
        decide=about,
        wants=_about_queries,
        role=Role.GUEST,
        home=Home.ANY,
    ),
    Command(
        name="help",
        about=say("what there is to type"),
        also=say(
            "start, commands, hello, hi, hey, manual, man, usage, what can you do, what can "
            "i do here, what can i do, how does this work, how does it work, how, what, "
            "guide, tutorial, begin, ?, help me, can you help, i need help, what do i do, i "
            "don't understand, i dont understand, how do i start, what is this, confused, "
            "instructions, lost, how this works, how it works, no idea how, i'm new, i am "
            "new, first time"
        ),
        decide=help_,
        role=Role.GUEST,
        home=Home.ANY,
        args=HelpArgs,
        examples=("help", "help log", "help money"),
    ),
)

FEATURE = Feature(name="about", commands=COMMANDS)
