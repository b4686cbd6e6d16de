"""`/setup`: who founded a collective is led in three questions; one press takes what is usual.

What was answered is what the rules say: nothing is kept beside them, so whoever comes back after a
restart, or in another room, goes on where they were.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from bot.arguments import OptionType, arguments, takes
from bot.chat import Button, Refusal, Reply
from bot.collective.catalogue import PRESETS, known_rule, read_value, setting_of
from bot.collective.roles import Role
from bot.collective.rulebook import WHOLE, RuleSet
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.zones import zone_named
from bot.text.languages import language_named, offered
from bot.text.wording import Node, Say, Typed, Words, items, joined, lines, say
from commands.decisions.openly import openly

KINDS: Mapping[str, tuple[str, Say]] = {
    "co-op": ("sociocracy", say("Co-op: done unless somebody objects")),
    "housing": ("assembly", say("Housing: all agree, and nobody blocks")),
    "software": ("open-source", say("Software: silence agrees, a no needs a reason")),
    "club": ("majority", say("Club: more than half")),
}
"""What kinds of collective there are, by which preset each decides, and how that is said."""

USUAL_KIND = "co-op"
OFF = "off"

PLACES: tuple[str, ...] = ("en Europe/London", "de Europe/Berlin", "en America/New_York")
"""Languages and zones that are one press away; every other one is typed."""

MOMENTS: tuple[tuple[str, Say], ...] = (
    ("mon 09:00", say("Monday 09:00")),
    ("fri 17:00", say("Friday 17:00")),
    ("sun 18:00", say("Sunday 18:00")),
)

QUESTIONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("kind", frozenset({"method"})),
    ("place", frozenset({"language", "zone"})),
    ("digest", frozenset({"digest", "digest-at"})),
)
"""The questions, and the rules of which one is set once it was answered."""


def asked(answered: Collection[str], language: str, zone: str) -> Reply | None:
    """The next question with its buttons; None where all were answered.

    `answered` are the rules that are set for the whole collective; `language` and `zone` hold already.
    """
    number = next((n for n, (_, of_it) in enumerate(QUESTIONS) if not of_it & {*answered}), None)
    if number is None:
        return None
    question, buttons = _QUESTIONS[QUESTIONS[number][0]]
    usual = (say("co-op"), Words(f"{language}, {zone}"), MOMENTS[0][1])
    label = say("As usual: {choices}", choices=joined(usual[number:]))
    choices = (*buttons, Button(label, "setup usual"))
    typed = items(
        say("{label}: {line}", label=it.label, line=it.typed or Typed(it.line)) for it in choices
    )
    body = say("{number} of 3: {question}", number=number + 1, question=question)
    return Reply(body, buttons=choices, typed=typed)


_QUESTIONS: Mapping[str, tuple[Say, tuple[Button, ...]]] = {
    "kind": (
        say("What kind of collective are you? It says how you decide."),
        tuple(Button(label, f"setup kind {kind}") for kind, (_, label) in KINDS.items()),
    ),
    "place": (
        say("Which language do you speak here, and which clock counts?"),
        (
            *(Button(Words(it.replace(" ", ", ")), f"setup place {it}") for it in PLACES),
            Button(
                say("Another"),
                "setup place",
                asks=say("Language and city, such as: de Vienna"),
                goes_on=True,
                typed=Typed("setup place de Vienna"),
            ),
        ),
    ),
    "digest": (
        say("When do you want to read what happened in the week?"),
        (
            *(Button(label, f"setup digest {at}") for at, label in MOMENTS),
            Button(say("Never"), f"setup digest {OFF}"),
            Button(
                say("Another time"),
                "setup digest",
                asks=say("A day and a time, such as: thu 08:00"),
                goes_on=True,
                typed=Typed("setup digest thu 08:00"),
            ),
        ),
    ),
}


def led(state: State, ask: Ask, events: Sequence[RuleSet], *before: Node | None) -> Reply:
    """What is told behind an answer: the next question, or what to do now that all are answered."""
    now = {each.rule: each.value for each in events}
    if now and not _left(state):
        return Reply(lines(*before), facts={"rules": now})  # it was all answered before this
    language = now.get("language", ask.rules.text("language"))
    zone = now.get("zone", ask.rules.text("zone"))
    following = asked({*state.rules.settings.get(WHOLE, {}), *now}, language, zone)
    following = following or Reply(_done())
    facts = {"rules": now} if now else {}
    return msgspec.structs.replace(following, body=lines(*before, following.body), facts=facts)


def _left(state: State) -> bool:
    """Whether a question was not answered yet."""
    answered = {*state.rules.settings.get(WHOLE, {})}
    return any(not of_it & answered for _, of_it in QUESTIONS)


def _done() -> Node:
    return lines(
        say("That is all. Begin with {log}; {help} explains.", log=Typed(BEGIN), help=Typed("help")),
        say(
            "{invite} brings another room along; {rules} shows all that can be set.",
            invite=Typed("collective invite"),
            rules=Typed("rules"),
        ),
    )


BEGIN = "log 2h baked bread"


def setup(state: State, ask: Ask) -> Accepted:
    """The next question that was not answered yet; with all answered, what holds."""
    holds = say(
        "You decide by {method}; {language}, {zone}.",
        method=Words(ask.rules.text("method")),
        language=Words(ask.rules.text("language")),
        zone=Words(ask.rules.text("zone")),
    )
    again = say(
        "{kind}, {place}, {digest} change it.",
        kind=Typed("setup kind housing"),
        place=Typed("setup place de Vienna"),
        digest=Typed("setup digest fri 17:00"),
    )
    if _left(state):
        return Accepted(replies=(led(state, ask, ()),))
    return Accepted(replies=(Reply(lines(holds, _digest_told(ask.rules), again), private=True),))


def _digest_told(rules: Rules) -> Say:
    if rules.text("digest") == OFF:
        return say("No digest comes.")
    return say("The digest comes {at}.", at=Words(rules.text("digest-at")))


@arguments
class SetupKindArgs:
    """What `/setup kind` takes."""

    kind: str = takes(
        OptionType.WORD, say("what you are most like"), positional=True, choices=tuple(KINDS)
    )


def kind(state: State, ask: Ask[SetupKindArgs]) -> Accepted:
    """Decide as collectives of that kind do."""
    preset, label = KINDS[ask.args.kind]
    return _answered(state, ask, PRESETS[preset], label)


@arguments
class SetupPlaceArgs:
    """What `/setup place` takes."""

    where: str = takes(OptionType.TEXT, say("a language, a city or zone, or both"), positional=True)


def place(state: State, ask: Ask[SetupPlaceArgs]) -> Accepted:
    """Speak a language, and go by the clocks of a place."""
    where = _where(ask.args.where)
    return _answered(state, ask, where, Words(", ".join(where.values())))


def _where(text: str) -> dict[str, str]:
    """The language and the zone in some words. Raises Refusal."""
    found: dict[str, str] = {}
    words = [word.strip(",.;") for word in text.split()]
    for word in filter(None, words):
        code = language_named(word)
        zone = None if code else zone_named(word)
        if code and "language" not in found:
            found["language"] = code
        elif zone and "zone" not in found:
            found["zone"] = zone
        else:
            raise Refusal(
                "place-unknown",
                say("“{word}” is no language that I speak, and no city whose clock I know.", word=word),
                word=word,
                instead=say(
                    "I speak {languages}. Name a large city of your zone: {line}",
                    languages=joined(offered()),
                    line=Typed("setup place en Europe/London"),
                ),
            )
    return found


@arguments
class SetupDigestArgs:
    """What `/setup digest` takes."""

    when: str = takes(OptionType.TEXT, say("a day and a time, or off"), positional=True)


def digest(state: State, ask: Ask[SetupDigestArgs]) -> Accepted:
    """Have the week told at that time, or never."""
    when = " ".join(ask.args.when.split()).casefold()
    if when in _NEVER:
        return _answered(state, ask, {"digest": OFF}, say("No digest comes."))
    try:
        at = str(read_value("digest-at", when))
    except Refusal as wrong:
        line = Typed(f"setup digest {MOMENTS[0][0]}")
        raise wrong.but(instead=say("A day and a time of the clock: {line}", line=line)) from None
    told = say("The digest comes {at}.", at=Words(at))
    return _answered(state, ask, {"digest": "home", "digest-at": at}, told)


_NEVER = frozenset([OFF, "never", "none", "no", "nie", "aus", "nein", "keine"])


def usual(state: State, ask: Ask) -> Accepted:
    """Take what is usual for all that was not answered yet."""
    answers = (
        PRESETS[KINDS[USUAL_KIND][0]],
        {"language": ask.rules.text("language"), "zone": ask.rules.text("zone")},
        {"digest-at": MOMENTS[0][0]},
    )
    answered = {*state.rules.settings.get(WHOLE, {})}
    left = [each for each, (_, of_it) in zip(answers, QUESTIONS, strict=True) if not of_it & answered]
    if not left:
        raise Refusal(
            "nothing-changed",
            say("All three are answered."),
            instead=say("{setup} shows how.", setup=Typed("setup")),
        )
    return _answered(
        state, ask, {n: text for each in left for n, text in each.items()}, say("As usual.")
    )


def _answered(state: State, ask: Ask, values: Mapping[str, str], answer: Node) -> Accepted:
    """Set the rules of an answer for the whole collective, and ask on.

    What is so already is written down all the same: it is an answer.
    """
    events = [setting_of(known_rule(name), text, WHOLE) for name, text in values.items()]
    told = say(
        "Set: {answer} ({rules})",
        answer=answer,
        rules=joined(Words(f"{each.rule} = {each.value}") for each in events),
    )
    return Accepted(tuple(events), (), (led(state, ask, events, told),))


COMMANDS = (
    Command(
        name="setup",
        about=say("three questions for a new collective"),
        also=say("set up, configure, configuration, settings, wizard, install, onboarding"),
        decide=setup,
        role=Role.ADMIN,
        examples=("setup",),
    ),
    Command(
        name="setup kind",
        about=say("say what kind of collective you are"),
        decide=openly(kind),
        role=Role.ADMIN,
        args=SetupKindArgs,
        examples=("setup kind co-op", "setup kind housing"),
    ),
    Command(
        name="setup place",
        about=say("say which language and which clock counts here"),
        decide=openly(place),
        role=Role.ADMIN,
        args=SetupPlaceArgs,
        examples=("setup place de Vienna", "setup place en Europe/London"),
    ),
    Command(
        name="setup digest",
        about=say("say when the week is told"),
        decide=openly(digest),
        role=Role.ADMIN,
        args=SetupDigestArgs,
        examples=("setup digest fri 17:00", "setup digest off"),
    ),
    Command(
        name="setup usual",
        about=say("take what is usual"),
        decide=openly(usual),
        role=Role.ADMIN,
        examples=("setup usual",),
    ),
)
