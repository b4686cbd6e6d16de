"""Buttons, menus and modals, and the custom ids that say what they type.

A custom id carries all that pressing needs, so a button works after a restart and after months, and
nothing is kept for it. It is untrusted: what it types goes through parsing and permission like
anything that somebody typed. Its form is a version, a mark, the point of the books that
it was made from (for only there its references mean what they meant), and fields, the line last:
`2>1x.8f03ac|confirm C1`, `2?1x.8f03ac|Why?|vote P3 block`, `2=1x.8f03ac|, |vote Q4`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from bot.chat import Button, Choice, Menu, Reply
from bot.text.wording import Node, say

VERSION = "2"
CUSTOM_ID_UNITS_MAX = 100
"""Counted in UTF-16 units, the strictest way to read «characters»."""

ROWS_MAX = 5
BUTTONS_MAX = 5
"""Buttons in a row."""

OPTIONS_MAX = 25
LABEL_CHARACTERS_MAX = 80
OPTION_CHARACTERS_MAX = 100
PLACEHOLDER_CHARACTERS_MAX = 150
TITLE_CHARACTERS_MAX = 45
ANSWER_CHARACTERS_MAX = 4_000
"""As much as Discord's windows take (Components, Text Input)."""

ACTION_ROW, BUTTON, SELECT, TEXT_INPUT, LABEL = 1, 2, 3, 4, 18
SECONDARY, SUCCESS = 2, 3
PARAGRAPH = 2

Payload = dict[str, Any]
Text = Callable[[Node], str]
"""How a node is shown as plain text to whoever reads the message."""


class Mark(StrEnum):
    """What it does: type a line, ask for words, send them with it, take choices, rank or rate them.

    What is asked by `OPENS` goes on with the line as if it were typed; it comes by `GOES_ON`.
    """

    TYPES = ">"
    ASKS = "?"
    ANSWERS = "!"
    OPENS = ":"
    GOES_ON = ";"
    WRITES = "&"
    TAKES = "="
    RANKS = "~"
    RANKED = "."
    ANEW = "^"
    TURNS = "*"
    RATES = "+"
    RATED = "@"


class Press(msgspec.Struct, frozen=True):
    """What a custom id says: its mark, its fields, the line, and which books it was made from."""

    mark: Mark
    line: str
    fields: tuple[str, ...] = ()
    as_of: str = ""


_FIELDS = {
    Mark.ASKS: 1,
    Mark.OPENS: 1,
    Mark.TAKES: 1,
    Mark.RANKS: 2,
    Mark.RANKED: 2,
    Mark.ANEW: 2,
    Mark.TURNS: 2,
    Mark.RATES: 2,
    Mark.RATED: 1,
}


def custom_id(press: Press) -> str | None:
    """The custom id of a press, or None when it would be too long."""
    fields = "".join(f"{_packed(field)}|" for field in (press.as_of, *press.fields))
    text = f"{VERSION}{press.mark}{fields}{press.line}"
    return text if _units(text) <= CUSTOM_ID_UNITS_MAX else None


def read_custom_id(text: str) -> Press | None:
    """What a custom id says; None for one that is none of ours, or of another version."""
    if text[:1] != VERSION or text[1:2] not in set(Mark):
        return None
    mark = Mark(text[1])
    count = 1 + _FIELDS.get(mark, 0)
    *fields, line = text[2:].split("|", count)
    if len(fields) != count or not line.strip():
        return None
    as_of, *rest = map(_unpacked, fields)
    return Press(mark, line.rstrip(), tuple(rest), as_of)


def former_line(text: str) -> str:
    """The line that a custom id of the version before this one typed; empty for any other text."""
    if text[:1] != "1" or text[1:2] not in set(Mark):
        return ""
    mark = Mark(text[1])
    line = text[2:].split("|", _FIELDS.get(mark, 0))[-1].strip()
    return line if mark is Mark.TYPES else f"{line} …"


def _packed(field: str) -> str:
    return field.replace("%", "%25").replace("|", "%7C")


def _unpacked(field: str) -> str:
    return field.replace("%7C", "|").replace("%25", "%")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, characters_max: int) -> str:
    """A text that fits a label."""
    return text if len(text) <= characters_max else text[: characters_max - 1] + "…"


def layout(reply: Reply, text: Text, as_of: str = "") -> tuple[list[Payload], list[str]]:
    """The rows of a reply's menus and buttons, and the lines that found no place in them.

    `as_of` says which books they are made from.
    What cannot be a component (its line is too long, there are too many) can still be typed.
    """
    rows, left, seen = list[Payload](), list[str](), set[str]()
    for menu in reply.menus:
        selects = (
            _rating(menu, text, seen, as_of) if menu.answers else _selects(menu, text, seen, as_of)
        )
        if selects and len(rows) + len(selects) <= ROWS_MAX:
            rows += map(_row, selects)
        else:
            left.append(f"{menu.line} …")
    room = (ROWS_MAX - len(rows)) * BUTTONS_MAX
    fitting = list[Payload]()
    for each in reply.buttons:
        payload = _button(each, text, seen, as_of) if len(fitting) < room else None
        if payload is None:
            left.append(each.line)
        else:
            fitting.append(payload)
    rows += [_row(*fitting[at : at + BUTTONS_MAX]) for at in range(0, len(fitting), BUTTONS_MAX)]
    return rows, left


def _row(*components: Payload) -> Payload:
    return {"type": ACTION_ROW, "components": list(components)}


def _own_id(press: Press, seen: set[str]) -> str | None:
    """A custom id that the message has not got yet: blanks behind a line change nothing in it."""
    pressed = custom_id(press)
    while pressed is not None and pressed in seen:
        press = msgspec.structs.replace(press, line=f"{press.line} ")
        pressed = custom_id(press)
    if pressed is not None:
        seen.add(pressed)
    return pressed


def _button(button: Button, text: Text, seen: set[str], as_of: str) -> Payload | None:
    pressed = _own_id(_press_of(button, text, as_of), seen)
    if pressed is None:
        return None
    return {
        "type": BUTTON,
        "style": SECONDARY,
        "label": cut(text(button.label).strip() or button.line, LABEL_CHARACTERS_MAX),
        "custom_id": pressed,
        **_emoji(button.emoji),
    }


def _press_of(button: Button, text: Text, as_of: str) -> Press:
    if button.asks is None:
        return Press(Mark.TYPES, button.line, as_of=as_of)
    # The question is shown as far as there is room for it; whoever presses knows what they pressed.
    asks = cut(text(button.asks), TITLE_CHARACTERS_MAX)
    questions = (asks[:end] for end in range(len(asks), -1, -1))
    mark = Mark.OPENS if button.goes_on else Mark.ASKS
    presses = (Press(mark, button.line, (question,), as_of) for question in questions)
    fits = (press for press in presses if custom_id(press) is not None)
    return next(fits, Press(mark, button.line, ("",), as_of))


def _emoji(sign: str) -> Payload:
    """An emoji of Unicode; Discord refuses the whole message for a sign that is none."""
    keycap = sign.endswith("\u20e3")
    known = sign and len(sign) <= 8 and (keycap or unicodedata.category(sign[0]) == "So")
    return {"emoji": {"name": sign}} if known else {}


def ranks(menu: Menu) -> bool:
    """Whether the order in which choices are taken counts: Discord does not tell it."""
    return menu.most > 1 and ">" in menu.joint


def _selects(menu: Menu, text: Text, seen: set[str], as_of: str) -> list[Payload]:
    """A menu as selects; a long list of single choices is cut into several. Empty where none fits."""
    words = [each.word for each in menu.choices]
    if not words or len(set(words)) < len(words):
        return []
    if any(not 1 <= len(word) <= OPTION_CHARACTERS_MAX for word in words):
        return []
    if menu.most > 1 and len(words) > OPTIONS_MAX:
        return []
    press, most = Press(Mark.TAKES, menu.line, (menu.joint,), as_of), min(menu.most, len(words))
    if ranks(menu):
        longest = Press(Mark.RANKED, menu.line, ("a" * menu.most, menu.joint), as_of)
        if custom_id(longest) is None:
            return []
        press, most = Press(Mark.RANKS, menu.line, ("", menu.joint), as_of), 1
    options = [
        {
            "label": cut(text(each.label).strip() or each.word, OPTION_CHARACTERS_MAX),
            "value": each.word,
            **_emoji(each.emoji),
        }
        for each in menu.choices
    ]
    parts = [options[at : at + OPTIONS_MAX] for at in range(0, len(options), OPTIONS_MAX)]
    prompt = cut(text(menu.prompt), PLACEHOLDER_CHARACTERS_MAX - 8)
    selects = []
    for number, part in enumerate(parts, start=1):
        pressed = _own_id(press, seen)
        if pressed is None:
            return []
        numbered = f"{prompt} ({number}/{len(parts)})" if len(parts) > 1 else prompt
        selects.append(select(pressed, numbered, part, most))
    return selects


def _rating(menu: Menu, text: Text, seen: set[str], as_of: str) -> list[Payload]:
    """A menu that gives each choice an answer, as two selects: which choice, and what for it."""
    listed = [_option(each, text) for each in menu.choices]
    answers = [_option(each, text) for each in menu.answers]
    selects = rating(Press(Mark.TURNS, menu.line, as_of=as_of), "", listed, answers, text)
    return selects if all(each["custom_id"] not in seen for each in selects) else []


def _option(choice: Choice, text: Text) -> Payload:
    label = cut(text(choice.label).strip() or choice.word, OPTION_CHARACTERS_MAX)
    return {"label": label, "value": choice.word}


LETTERS = "abcdefghijklmnopqrstuvwxy"
"""A sign for each of the 25 choices that a menu can have."""

UNRATED = "-"


def rating(
    press: Press,
    rated: str,
    options: list[Payload],
    answers: list[Payload],
    text: Text,
    turn: int = -1,
) -> list[Payload]:
    """The two selects that give each option an answer; empty where they cannot.

    They type the line of `press`, as of the same books. `rated` has the
    letter of the answer for each option so far; `turn` is the option that the second
    select is about, the first without an answer unless one was taken.
    """
    fits = 0 < len(options) <= OPTIONS_MAX and 0 < len(answers) <= OPTIONS_MAX
    if not fits or len({each["value"] for each in options}) < len(options):
        return []
    rated = rated.ljust(len(options), UNRATED)
    turn = turn if turn >= 0 else max(rated.find(UNRATED), 0)
    fields = (rated, LETTERS[turn])
    presses = (Press(mark, press.line, fields, press.as_of) for mark in (Mark.TURNS, Mark.RATES))
    ids = [pressed for each in presses if (pressed := custom_id(each)) is not None]
    if len(ids) < 2:
        return []
    given = [answers[LETTERS.index(sign)]["label"] if sign != UNRATED else "" for sign in rated]
    listed = [
        {**option, **({"description": answer} if answer else {})}
        for option, answer in zip(options, given, strict=True)
    ]
    name = options[turn]["label"]
    asked = cut(text(say("your answer for {option}", option=name)), PLACEHOLDER_CHARACTERS_MAX)
    return [select(ids[0], text(say("another option")), listed), select(ids[1], asked, answers)]


def select(pressed: str, placeholder: str, options: Sequence[Payload], most: int = 1) -> Payload:
    """A select of which one to `most` options are taken."""
    return {
        "type": SELECT,
        "custom_id": pressed,
        "placeholder": placeholder,
        "min_values": 1,
        "max_values": most,
        "options": list(options),
    }


ANSWER, LINE = "answer", "line"
"""The custom ids of a modal's fields: what is asked for, and the line where no custom id holds it."""

BELOW = "…"
"""Stands in a modal's custom id for a line that is in its second field."""


_HANDED_IN = {Mark.WRITES: Mark.WRITES, Mark.OPENS: Mark.GOES_ON}
"""How what is written into a window comes back; else it answers."""


def modal(press: Press, title: str, instead: str) -> Payload | None:
    """The modal that asks for words; `instead` stands where there was no room for the question.

    They follow the line, or stand below it where the press is one of `Mark.WRITES`: then a line that
    is too long for a custom id is shown in a field of its own. None where there is no room for it.
    """
    mark = _HANDED_IN.get(press.mark, Mark.ANSWERS)
    pressed = custom_id(Press(mark, press.line, as_of=press.as_of))
    question = next(iter(press.fields), "").strip() or instead
    fields = [_field(ANSWER, cut(question, TITLE_CHARACTERS_MAX), "")]
    if pressed is None and mark is Mark.WRITES and len(press.line) <= ANSWER_CHARACTERS_MAX:
        pressed = custom_id(Press(mark, BELOW))
        fields.append(_field(LINE, cut(title.strip(), TITLE_CHARACTERS_MAX), press.line))
    if pressed is None:
        return None
    return {
        "custom_id": pressed,
        "title": cut(title.strip() or question, TITLE_CHARACTERS_MAX),
        "components": fields,
    }


def _field(name: str, label: str, filled: str) -> Payload:
    """A field of several lines with its label, filled in already if there is something to fill in."""
    return {
        "type": LABEL,
        "label": label,
        "component": {
            "type": TEXT_INPUT,
            "custom_id": name,
            "style": PARAGRAPH,
            "min_length": 1,
            "max_length": ANSWER_CHARACTERS_MAX,
            "required": True,
            **({"value": filled} if filled else {}),
        },
    }


def answered(components: object, name: str = ANSWER) -> str:
    """What was written into a modal's field, whatever Discord wraps its fields in."""
    if isinstance(components, dict):
        if components.get("custom_id") == name:
            value = components.get("value")
            return value if isinstance(value, str) else ""
        inside = answered(components.get("component"), name)
        return inside or answered(components.get("components"), name)
    if isinstance(components, list):
        return next((text for each in components if (text := answered(each, name))), "")
    return ""
