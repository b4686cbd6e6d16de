"""What a refusal offers already, before its line is put right; and how examples are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Joined, Lines, Node, Say, Typed, items, lines, say


def has_whole_line(node: Node | None) -> bool:
    """Whether what is said instead has a line already that does something as it stands."""
    return node is not None and any(
        isinstance(each, Typed) and " " in each.line and "…" not in f"{each.line}{each.rest}"
        for each in _parts(node)
    )


def points_somewhere(node: Node | None) -> bool:
    """Whether what is said instead has a command that shows more, whole as it stands."""
    typed_ = [each for each in _parts(node) if isinstance(each, Typed)] if node is not None else []
    return bool(typed_) and not any("…" in f"{each.line}{each.rest}" for each in typed_)


def words_alone(node: Node | None) -> Node | None:
    """What is said instead, where it holds no line that could be typed half."""
    if node is None or any(isinstance(each, Typed) for each in _parts(node)):
        return None
    wants = reader("en", "UTC")
    return None if "--" in render(node, wants) else node


def as_examples(them: Iterable[str]) -> Node:
    """Lines that show how something is typed, with words that nobody said."""
    rows = (Typed(row.removeprefix("/")) for line in them for row in line.split("\n"))
    return lines(say("It works like this, with words of your own:"), items(rows))


def _parts(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Say):
        for place in node.places.values():
            yield from _parts(place)
    elif isinstance(node, Joined | Lines):
        for each in node.items:
            yield from _parts(each)
