"""Translations: every message can be extracted, and every catalogue says all of them, whole."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Translated
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.chat import Refusal
from bot.collective.catalogue import read_value
from bot.text.rendering import Reader, render
from bot.text.wording import Code, Day, Node, Person, Quantity, Typed, say, say_n

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("bot", "commands", "storage", "adapters")

LITERALS = {"say": 1, "say_n": 2}
"""What makes a message, and how many literals it begins with."""

SHIPPED = sorted(path.parent.parent.name for path in (ROOT / "bot/locales").glob("*/*/talkoot.po"))


class Message(NamedTuple):
    """A message as the code has it; `many` is empty where it has no plural."""

    one: str
    many: str


def messages() -> set[Message]:
    """Every message in the code, found as the template of the catalogues is made."""
    found = set()
    for room in ROOMS:
        for _, _, it, _, _ in extract_from_dir(
            ROOT / room, [("**.py", "python")], keywords={"say": None, "say_n": (1, 2)}
        ):
            found.add(Message(it, "") if isinstance(it, str) else Message(it[0], it[1]))
    return found


def read_catalogue(language: str) -> Catalog:
    path = ROOT / "bot/locales" / language / "LC_MESSAGES/talkoot.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="talkoot", abort_invalid=True)


def entries(catalogue: Catalog) -> Iterator[tuple[Message, tuple[str, ...], Translated]]:
    """Each message of a catalogue with its forms in that language; not the header."""
    for it in catalogue:
        if it.id:
            one, many = (it.id, "") if isinstance(it.id, str) else (it.id[0], it.id[1])
            forms = (it.string,) if isinstance(it.string, str) else tuple(it.string or ("",))
            yield Message(one, many), forms, it


def places(text: str) -> Counter[str]:
    """The named places of a text, as rendering takes it apart, and its closing braces."""
    named = Counter(piece.partition("}")[0] for piece in text.split("{")[1:])
    return named + Counter({"}": text.count("}")})


def lost_or_made_up(message: Message, forms: tuple[str, ...]) -> Iterator[str]:
    """Each form that has not every place of its message once; a singular may spell its number out."""
    fitting = [places(text) for text in message if text]
    for form in forms:
        if places(form) not in fitting:
            yield form
    if places(forms[-1]) != fitting[-1]:
        yield forms[-1]


def hidden(tree: ast.Module) -> Iterator[int]:
    """The lines of messages that are not plain literals, so that no extraction could see them."""
    for item in ast.walk(tree):
        if not isinstance(item, ast.Call):
            continue
        name = item.func.attr if isinstance(item.func, ast.Attribute) else ast.unparse(item.func)
        wanted = LITERALS.get(name, 0)
        texts = item.args[:wanted]
        plain = [it for it in texts if isinstance(it, ast.Constant) and isinstance(it.value, str)]
        if len(plain) < wanted:
            yield item.lineno


def in_german(text: Node, prefix: str = "/") -> str:
    """The text as a German reader gets it, from a catalogue compiled in memory."""
    compiled = BytesIO()
    write_mo(compiled, read_catalogue("de"))
    compiled.seek(0)
    return render(text, Reader("de", "Europe/Berlin", GNUTranslations(compiled), prefix))


def test_german_is_shipped() -> None:
    assert "de" in SHIPPED


@pytest.mark.parametrize("language", SHIPPED)
def test_a_catalogue_says_its_language_its_encoding_and_its_plurals(language: str) -> None:
    path = ROOT / "bot/locales" / language / "LC_MESSAGES/talkoot.po"
    header = path.read_text("utf-8").partition("\n\n")[0]

    assert f'"Language: {language}\\n"' in header
    assert "charset=utf-8" in header
    assert "Plural-Forms:" in header


@pytest.mark.parametrize("language", SHIPPED)
def test_a_catalogue_has_every_message_of_the_code(language: str) -> None:
    there = {message for message, _, _ in entries(read_catalogue(language))}

    missing = messages() - there

    assert not missing, "make messages, then translate"


@pytest.mark.parametrize("language", SHIPPED)
def test_every_message_of_a_catalogue_is_translated_and_none_is_a_guess(language: str) -> None:
    open_ = [
        message.one
        for message, forms, it in entries(read_catalogue(language))
        if it.fuzzy or not all(form.strip() for form in forms)
    ]

    assert not open_


@pytest.mark.parametrize("language", SHIPPED)
def test_a_translation_has_the_places_of_its_message_and_no_others(language: str) -> None:
    wrong = [
        form
        for message, forms, _ in entries(read_catalogue(language))
        for form in lost_or_made_up(message, forms)
    ]

    assert not wrong


@pytest.mark.parametrize("language", SHIPPED)
def test_a_message_has_as_many_forms_as_its_language(language: str) -> None:
    catalogue = read_catalogue(language)
    wrong = [
        message.one
        for message, forms, _ in entries(catalogue)
        if len(forms) != (catalogue.num_plurals if message.many else 1)
    ]

    assert not wrong


@pytest.mark.parametrize(
    ("message", "forms"),
    [
        (Message("{who} left", ""), ("weg",)),
        (Message("{who} left", ""), ("{who} ging, {who}",)),
        (Message("{who} left", ""), ("{wer} ging",)),
        (Message("{who} left", ""), ("{who} ging {}",)),
        (Message("{who} left", ""), ("{who} ging}",)),
        (Message("one left", "{count} left"), ("einer ging", "viele gingen")),
    ],
)
def test_a_lost_or_made_up_place_is_noticed(message: Message, forms: tuple[str, ...]) -> None:
    assert list(lost_or_made_up(message, forms))


def test_every_message_is_a_plain_literal() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for line in hidden(ast.parse(path.read_text("utf-8")))
    ]

    assert not found


@pytest.mark.parametrize(
    "bad",
    [
        "say(text)",
        "wording.say(text)",
        "say(f'{who} joined')",
        "say('a' + 'b')",
        "say('a' if b else 'c')",
        "say(*texts)",
        "say_n('one', many, 3)",
        "say_n('one')",
    ],
)
def test_a_message_that_is_no_plain_literal_is_noticed(bad: str) -> None:
    assert list(hidden(ast.parse(bad)))


def test_an_entry_is_told_in_german() -> None:
    told = say(
        "{ref}: {who}, {amount} #{kind}, {what} ({day})",
        ref="C1",
        who=Person("anna"),
        amount=Quantity(1250, "EUR", 100),
        kind="money",
        what="Mehl {who}",
        day=Day("2026-01-05"),
    )

    assert in_german(told) == "C1: anna, 12,50 EUR #money, Mehl {who} (Mo., 5. Jan. 2026)"


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (1, "bo bestätigt C1; es fehlt noch eine Bestätigung."),
        (2, "bo bestätigt C1; es fehlen noch 2 Bestätigungen."),
    ],
)
def test_a_number_chooses_the_german_form(count: int, shown: str) -> None:
    told = say_n(
        "{who} confirms {ref}; one more is needed.",
        "{who} confirms {ref}; {count} more are needed.",
        count,
        who=Person("bo"),
        ref="C1",
    )

    assert in_german(told) == shown


def test_a_german_message_keeps_the_commands_and_the_readers_prefix() -> None:
    told = say("Begin with {log}; {help} lists everything.", log=Typed("log 2h …"), help=Typed("help"))

    assert in_german(told, prefix="!") == "Fang an mit !log 2h …; !help zeigt alles."


def test_large_numbers_and_codes_are_told_in_german() -> None:
    told = say_n(
        "Journal: {count} entry, head {head}",
        "Journal: {count} entries, head {head}",
        1234,
        head=Code("ab"),
    )

    assert in_german(told) == "Journal: 1.234 Einträge, Kopf ab"


def test_a_refusal_is_told_in_german_with_german_quotes() -> None:
    with pytest.raises(Refusal) as told:
        read_value("daily-cap", "viel")
    refused = told.value
    assert refused.instead is not None

    assert in_german(refused.reason) == "„viel“ ist kein Wert für daily-cap."
    assert in_german(refused.instead) == "Möglich ist: eine ganze Zahl von 1 bis 24."
