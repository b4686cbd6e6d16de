"""Discord's limits that its OpenAPI document leaves out, each from the documentation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.doubles.discord.world import COMPONENTS_V2, Message, Payload

CONTENT_MAX = 2_000
ROWS_MAX, BUTTONS_MAX, OPTIONS_MAX = 5, 5, 25
ROW, TEXT, GALLERY, FILE, CONTAINER = 1, 10, 12, 13, 17
PARTS_MAX, TEXT_MAX = 40, 4_000
"""Of a message made of components alone."""
COMMAND_CHARACTERS_MAX = 8_000
INPUT_MAX = 4_000
NAME = re.compile(r"[-_'\w]{1,32}")

MESSAGE_FIELDS = {
    *("content", "embeds", "allowed_mentions", "components", "flags", "attachments", "poll"),
    *("message_reference", "nonce", "enforce_nonce", "tts", "sticker_ids"),
}
POST_FIELDS = MESSAGE_FIELDS - {"poll", "message_reference", "nonce", "enforce_nonce", "tts"}
EDIT_FIELDS = {"content", "embeds", "allowed_mentions", "components", "flags", "attachments"}
ANSWER_FIELDS = EDIT_FIELDS | {"poll", "tts"}


def message_complaints(body: Payload, files: int, *, fields: set[str], new: bool) -> Iterator[str]:
    """What is wrong with a message's body."""
    yield from (f"unknown field {name}" for name in set(body) - fields)
    if len(body.get("content") or "") > CONTENT_MAX:
        yield "content: more than 2000 characters"
    if new and not (body.get("content") or "").strip() and not _filled(body, files):
        yield "an empty message (50006)"
    # Discord's default rings whoever is named; what we send must always say whom.
    allowed = body.get("allowed_mentions")
    if allowed is None:
        yield "allowed_mentions is not given"
    elif allowed.get("parse") and (allowed.get("users") or allowed.get("roles")):
        yield "allowed_mentions: parse and ids exclude each other"
    whole = bool((body.get("flags") or 0) & COMPONENTS_V2)
    yield from layout_complaints(body) if whole else component_complaints(body.get("components") or ())
    attachments = body.get("attachments")
    if files and len(attachments or ()) != files:
        yield "files without a description of each"
    if body.get("poll"):
        yield from poll_complaints(body["poll"])
        if body.get("embeds") or body.get("components"):
            yield "a poll with components or embeds: the documentation does not settle it"
    if body.get("enforce_nonce") and not body.get("nonce"):
        yield "enforce_nonce without a nonce"


def _filled(body: Payload, files: int) -> bool:
    return bool(files or body.get("embeds") or body.get("components") or body.get("poll"))


def layout_complaints(body: Payload) -> Iterator[str]:
    """What is wrong with a message made of components alone (Components, Reference; flag 1 << 15)."""
    if body.get("content") or body.get("embeds") or body.get("poll") or body.get("sticker_ids"):
        yield "content, embeds, polls and stickers do not go with the flag IS_COMPONENTS_V2"
    top = body.get("components") or []
    if not top:
        yield "an empty message (50006)"
    parts = [each for one in top for each in (one, *(one.get("components") or ()))]
    if any(each["type"] not in {ROW, TEXT, CONTAINER} for each in top):
        yield "a component that the stand-in does not know"
    inside = [each for one in top if one["type"] == CONTAINER for each in one["components"]]
    if any(each["type"] not in {ROW, TEXT, GALLERY, FILE} for each in inside):
        yield "a container holds texts, files and rows"
    shown = [it["media"] for one in inside if one["type"] == GALLERY for it in one["items"]]
    shown += [one["file"] for one in inside if one["type"] == FILE]
    names = {f"attachment://{each['filename']}" for each in body.get("attachments") or ()}
    if names != {each["url"] for each in shown}:
        yield "what is attached is seen only where a component shows it"
    rows = [each for each in parts if each["type"] == ROW]
    count = len(parts) + sum(len(row["components"]) for row in rows if row in inside)
    if count > PARTS_MAX:
        yield f"{count} components"
    texts = [each["content"] for each in parts if each["type"] == TEXT]
    if not all(text.strip() for text in texts) or sum(map(len, texts)) > TEXT_MAX:
        yield "texts of 1 to 4000 characters in all"
    colours = [each.get("accent_color") or 0 for each in parts if each["type"] == CONTAINER]
    if not all(0 <= each <= 0xFFFFFF for each in colours):
        yield "an accent colour has three bytes"
    # As many rows as there is room for.
    yield from component_complaints(rows, rows_max=PARTS_MAX)


def change_complaints(message: Message, body: Payload) -> Iterator[str]:
    """What is wrong with an edit of this message (Resources, Message, Edit Message).

    The flag IS_COMPONENTS_V2 can be set and never be taken away; what the message had before must be
    emptied with it.
    """
    before = bool(message.flags & COMPONENTS_V2)
    whole = before or bool((body.get("flags") or 0) & COMPONENTS_V2)
    if before and (body.get("content") or body.get("embeds")):
        yield "content in a message that is made of components alone"
    if whole and not before and message.content and ("content" not in body or body["content"]):
        yield "a message that is to be made of components alone must lose its content"
    if whole and not body.get("components", True):
        yield "an empty message (50006)"


def component_complaints(rows: Any, *, rows_max: int = ROWS_MAX) -> Iterator[str]:
    """What is wrong with rows of components, in a message."""
    if len(rows) > rows_max:
        yield f"{len(rows)} rows of components"
    ids: Counter[str] = Counter()
    for row in rows:
        if row.get("type") != 1:
            yield f"a component of type {row.get('type')} where a row must be"
            continue
        inside = row.get("components") or ()
        kinds = {each["type"] for each in inside}
        if not inside or len(inside) > BUTTONS_MAX or (kinds != {2} and len(inside) != 1):
            yield "a row holds one to five buttons, or one select"
        for each in inside:
            ids[str(each.get("custom_id"))] += 1
            yield from (button(each) if each["type"] == 2 else select(each))
    yield from (f"the custom id {name} is there twice" for name, times in ids.items() if times > 1)


def button(each: Payload) -> Iterator[str]:
    if not each.get("custom_id") or each.get("url"):
        yield "a button needs a custom id"
    if not each.get("label") and not each.get("emoji"):
        yield "a button needs a label or an emoji"
    if len(each.get("label") or "") > 80:
        yield "a label of more than 80 characters"
    if len((each.get("custom_id") or "").encode("utf-16-le")) > 200:
        yield "a custom id of more than 100 characters"


def select(each: Payload) -> Iterator[str]:
    options = each.get("options") or ()
    values = [option["value"] for option in options]
    if not 1 <= len(values) <= OPTIONS_MAX:
        yield "a select has 1 to 25 options"
    if any(
        not 1 <= len(text) <= 100 for option in options for text in option.values() if type(text) is str
    ):
        yield "labels and values of 1 to 100 characters"
    if len(each.get("placeholder") or "") > 150:
        yield "a placeholder of more than 150 characters"
    if len(set(values)) != len(values):
        yield "a select with the same value twice"
    if each.get("max_values", 1) > len(values) or each.get("min_values", 1) > each.get("max_values", 1):
        yield "a select of which more are to be taken than there are"
    if len((each.get("custom_id") or "").encode("utf-16-le")) > 200:
        yield "a custom id of more than 100 characters"


def poll_complaints(poll: Payload) -> Iterator[str]:
    """What is wrong with a poll (Poll Create Request)."""
    if not (poll["question"].get("text") or "").strip() or len(poll["question"]["text"]) > 300:
        yield "a question of 1 to 300 characters"
    answers = [answer["poll_media"].get("text") or "" for answer in poll["answers"]]
    if not 1 <= len(answers) <= 10:
        yield "1 to 10 answers"
    if any(not 1 <= len(text) <= 55 for text in answers):
        yield "answers of 1 to 55 characters"
    hours = poll.get("duration", 24)
    if int(hours) != hours or not 1 <= hours <= 768:
        yield "a duration of 1 to 768 whole hours"


def modal_complaints(data: Payload) -> Iterator[str]:
    """What is wrong with a modal."""
    if not 1 <= len(data["title"]) <= 45 or not 1 <= len(data["custom_id"]) <= 100:
        yield "a title of 1 to 45 and a custom id of 1 to 100 characters"
    if not 1 <= len(data["components"]) <= 5:
        yield "a modal has 1 to 5 parts"
    for label in data["components"]:
        if label["type"] != 18 or not 1 <= len(label["label"]) <= 45:
            yield "a label of 1 to 45 characters around each field"
            continue
        field = label["component"]
        least, most = field.get("min_length", 0), field.get("max_length", INPUT_MAX)
        if not 0 <= least <= most <= INPUT_MAX or most < 1:
            yield "a field takes up to 4000 characters"
        if len(field.get("value") or "") > most or len(field.get("placeholder") or "") > 100:
            yield "a field with more in it than it takes"


def command_complaints(commands: list[Payload]) -> Iterator[str]:
    """What is wrong with a list of application commands."""
    if len(commands) > 100:
        yield f"{len(commands)} commands of one type"
    names = Counter(command["name"] for command in commands)
    yield from (f"the command {name} is there twice" for name, times in names.items() if times > 1)
    for command in commands:
        yield from _named(command)
        if _characters(command) > COMMAND_CHARACTERS_MAX:
            yield f"{command['name']} has more than 8000 characters in all"


def _named(it: Payload) -> Iterator[str]:
    name = it["name"]
    for each in (name, *it.get("name_localizations", {}).values()):
        if not NAME.fullmatch(each) or each != each.lower():
            yield f"{each} is no name of a command or an option"
    if not 1 <= len(it.get("description") or "") <= 100:
        yield f"{name} needs a description of 1 to 100 characters"
    yield from _optioned(name, it.get("options") or [])
    if it.get("choices") and it.get("autocomplete"):
        yield f"{name} has choices and autocompletion"
    if it.get("min_length", 0) > it.get("max_length", 6000):
        yield f"{name} takes no length at all"
    for choice in it.get("choices") or ():
        if not 1 <= len(choice["name"]) <= 100 or not 1 <= len(choice["value"]) <= 100:
            yield f"{name} has a choice that is too long"


def _optioned(name: str, options: list[Payload]) -> Iterator[str]:
    if len(options) > OPTIONS_MAX:
        yield f"{name} has more than 25 options"
    kinds = {option["type"] for option in options}
    if kinds & {1, 2} and kinds - {1, 2}:
        yield f"{name} has subcommands and options beside each other"
    if len({option["name"] for option in options}) < len(options):
        yield f"{name} has an option twice"
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield f"{name} has a required option after one that is not"
    for option in options:
        yield from _named(option)


def _characters(it: Payload) -> int:
    own = len(it["name"]) + len(it.get("description") or "")
    own += sum(len(choice["name"]) + len(choice["value"]) for choice in it.get("choices") or ())
    return own + sum(_characters(option) for option in it.get("options") or ())
