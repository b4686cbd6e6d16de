"""Markdown for files: what somebody typed is read as they typed it, and is no markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.text.languages import reader
from bot.text.markdown import Markdown
from bot.text.rendering import render, visible
from bot.text.wording import Node, Table, Typed, Words, items, lines

HOSTILE = ("# a", "- a", "1. a", "1) a", "***", "---", "===", "> a", "`a`", "[a](b)", "![a](b)", "<b>")
TEXTS = st.sampled_from([*HOSTILE, "&amp;", "a_b_", "~~a~~", "a | b", "\\", "+ a"]) | st.text(
    alphabet=st.sampled_from("ab 1.)-+=#*_`~|<>[]()!&\\:/\n"), max_size=20
)


def rendered(tree: Node) -> str:
    return render(tree, reader("en", "UTC"), Markdown())


def read(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(text)


@given(TEXTS)
def test_what_somebody_typed_is_a_paragraph_of_plain_text(text: str) -> None:
    wanted = " ".join(visible(text).split())
    tokens = read(rendered(Words(text)))
    assert [each.type for each in tokens] == (
        ["paragraph_open", "inline", "paragraph_close"] if wanted else []
    )
    for each in (child for token in tokens for child in token.children or ()):
        assert each.type in {"text", "text_special"}
    said = "".join(c.content for token in tokens for c in token.children or ())
    assert " ".join(said.split()) == wanted


@given(TEXTS)
def test_a_typed_line_is_a_span_of_code_as_it_is_typed(text: str) -> None:
    line = f"log 1h a{text}b"
    (_, inline, _) = read(rendered(Typed(line)))
    assert inline.children is not None
    (code,) = inline.children
    assert (code.type, code.content) == ("code_inline", f"/{visible(line)}")


def test_lists_and_tables_are_lists_and_tables() -> None:
    tree = lines(Words("first"), items((Words("- a"), Words("# b"))))
    kinds = [each.type for each in read(rendered(tree))]
    assert kinds.count("list_item_open") == 2
    assert "heading_open" not in kinds
    table = Table((Words("a"), Words("b|c")), ((Words("1"), Words("2|3")),))
    kinds = [each.type for each in read(rendered(table))]
    assert (kinds.count("th_open"), kinds.count("td_open")) == (2, 2)
