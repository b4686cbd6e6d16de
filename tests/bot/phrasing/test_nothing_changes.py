"""What was read before it was reworded means the same behind it, and no word of it is lost.

Held to every example of every command, every accepted line of the transcripts, the lines that their
answers offer and whose buttons send them, and to the examples with
a small word or a name put into every place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from adapters.console.transcript import Said, read_transcript
from adapters.discord.spelling import People, spelled
from bot.arguments import OptionType
from bot.chat import Misread
from bot.command import Parsed, Setting
from bot.grammar.lines import given, parse
from bot.language.tokens import tokenize
from bot.phrasing.joints import AND
from bot.phrasing.known import Known
from bot.phrasing.rewording import TO, understood
from bot.phrasing.vocabulary import folded
from bot.phrasing.wording import words_of
from commands import FEATURES
from tests.house import BEGIN, House, staged
from tests.test_transcripts import OWN, TRANSCRIPTS, typed

COMMANDS = FEATURES.commands

NAMES = ("ann", "bo", "cem", "may")
JOINTS = TO | AND
"""The words that may go, where they only stand between others."""

AMOUNT_LAST = "need paint the door 3h --people 2 --pays 5 EUR"
"""Typed in a transcript: the amount that a need may leave out is read at its end as well."""

PUT_IN = sorted(
    words_of("to for the my on at of one last it this and an a open all until by with zebra")
    | words_of("bo @bo @bo, may C2 P1 N1 2h -h")
)
"""What is put into every place of the examples: joints, names, references, an amount."""

OTHERWISE = {
    "@bo,": ("",),
    "-h": ("",),
    "and": ("log", "member seat", "meeting here", "payout", "expense 60 EUR pizza @ana"),
    **dict.fromkeys(("bo", "may"), ("payout",)),
    "@bo": ("payout request",),
    "2h": ("need", "offer"),
    "all": ("decisions", "polls"),
    "open": ("decisions", "polls"),
    **dict.fromkeys(
        ("to", "for", "on", "at", "an"),
        ("member remove", "digest at", "setup digest", "meeting action", "payout"),
    ),
    **dict.fromkeys(("the", "last", "this"), ("digest at", "setup digest")),
}
"""With which words put in, behind which commands, a line is read otherwise than the grammar would: the
comma behind a name, `-h` alone, `and` between people, an amount at the end, a list of what is open."""


@pytest.fixture(scope="module")
def known() -> Known:
    house = House().enter(*NAMES)
    return Known(house.state(), FEATURES, Setting("en", "UTC", BEGIN, OWN), lambda: "C9")


def examples() -> list[str]:
    return [each for command in COMMANDS.values() for each in command.examples]


def spoken() -> Iterator[str]:
    """What is typed in the transcripts, without its sign."""
    for path in TRANSCRIPTS:
        for part in read_transcript(path.read_text("utf-8")):
            if isinstance(part.what, Said) and part.what.text[:1] in {"/", "!"}:
                yield part.what.text[1:]


def shown() -> Iterator[str]:
    """What the answers of the transcripts offer to type, in their text and by their buttons."""
    for path in TRANSCRIPTS:
        with staged() as it:
            for part in read_transcript(path.read_text("utf-8")):
                for came in it.stage.play(part):
                    yield from (line for line in typed(came.reply) if "…" not in line)


def meant(line: str, known: Known) -> Parsed | None:
    """What the grammar reads; None where it refuses."""
    try:
        return parse(line, COMMANDS, known.setting)
    except Misread:
        return None


def changed(lines: Iterator[str] | list[str], known: Known) -> list[tuple[str, str]]:
    """The lines that the grammar reads, and reads otherwise behind the rewording."""
    found = list[tuple[str, str]]()
    for line in dict.fromkeys(lines):
        before, became = meant(line, known), understood(line, known)
        if before is not None and became != line and meant(became, known) != before:
            found.append((line, became))
    return found


UNBARRED = {
    "poll Wann putzen wir? Sa | So",
    "poll Which name? Fern | Moss",
    'poll "Which name?" "Fern" "Moss"',
}
"""Polls of people who never read the help: the first option without its bar, or all in quotes."""


def test_every_example_means_what_it_meant(known: Known) -> None:
    assert changed(examples(), known) == []


def test_every_line_of_the_transcripts_means_what_it_meant(known: Known) -> None:
    lines = list(spoken())
    assert len(lines) > 1_000
    otherwise = {AMOUNT_LAST, "polls open", "decisions open", "setup digest freitag 17 uhr", *UNBARRED}
    assert {line for line, _ in changed(lines, known)} == otherwise


def test_every_offered_line_and_button_means_what_it_meant(known: Known) -> None:
    lines = list(shown())
    assert len(set(lines)) > 200
    assert changed(lines, known) == []


def put_in(word: str) -> list[str]:
    """The examples, with the word in every place behind their command's name."""
    lines = list[str]()
    for example in examples():
        words = example.split()
        lines += [" ".join([*words[:at], word, *words[at:]]) for at in range(1, len(words) + 1)]
    return lines


@pytest.mark.parametrize("word", PUT_IN)
def test_a_word_put_in_changes_what_is_meant_only_where_it_says_so(word: str, known: Known) -> None:
    odd = [line for line, _ in changed(put_in(word), known)]
    assert [line for line in odd if not line.startswith(OTHERWISE.get(word, ()))] == []


@pytest.mark.parametrize("word", PUT_IN)
def test_no_word_is_lost_but_a_joint(word: str, known: Known) -> None:
    for line in [*put_in(word), *examples()]:
        became = understood(line, known)
        if became == line or became.startswith("help "):
            continue
        lost = said(line) - said(became)
        assert set(lost) <= JOINTS | REPLACED, (line, became)


REPLACED = frozenset(("all", "open", "the", "last", "this"))
"""What goes behind `polls`, `decisions`, `remind`, `digest at`, for what stands there then says it."""


def said(line: str) -> Counter[str]:
    """How often each word stands in a line, without the signs around it."""
    texts = (each for token in tokenize(line) for each in token.text.split())
    return Counter(folded(each.lstrip("@")) for each in texts)


def test_a_form_of_discord_means_what_was_put_into_it(known: Known) -> None:
    """Also where a text in it has names, amounts, options and joints of its own."""
    lines = list[str]()
    for example in examples():
        read = given(example, COMMANDS, known.setting)
        if read is None:
            assert "\n" in example  # what stands below is a field of its own
            continue
        command, values = read
        for text in ("", "to bo and cem 2h", "-h", "--until friday", "at 9 open?", "Which? Mon | Tue"):
            texts = {o.name for o in command.options if o.type is OptionType.TEXT}
            form = {name: text if text and name in texts else value for name, value in values.items()}
            lines.append(spelled(command.name, form, command, People({})))
    assert changed(lines, known) == []


def test_what_a_proposal_does_is_never_reworded() -> None:
    house = House().enter("ann", "bo")
    assert understood("role give treasurer @bo", house_known(house)) == "role give @bo treasurer"

    told = house.say("ann", '/propose Bo keeps the books --do "role give treasurer @bo"')

    assert told.refused


def house_known(house: House) -> Known:
    return Known(house.state(), FEATURES, Setting("en", "UTC", BEGIN), lambda: "")
