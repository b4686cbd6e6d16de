"""A list that is told a row at a time, as a page: what was written before is not written again."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from adapters.web.html import Html, Line, figures, table_of, written
from adapters.web.look import Look
from adapters.web.told import Front, Memory, Told
from adapters.web.ways import Served
from bot.page import Page, Rows, Shown, Wanted
from bot.text.rendering import render


def listed(
    look: Look, memory: Memory, page: Page, rows: Rows, want: Wanted, ways: Served, language: str
) -> tuple[Shown, Front, str]:
    """What a page shows besides its rows, how that is written, and what is written below it.

    `language` is set where the address asked for one.
    """
    reader = look.reader
    names = look.rules.text("web-names") if look.outside else ""
    # All that makes a row look otherwise, but for what the memory forgets it for.
    told_to: Hashable = (reader.language, reader.zone, look.outside, names, language, ways)

    def find(to: str) -> str | None:
        return ways.to(to, language)

    def front() -> Front:
        shown = look.around(page, want)
        heading = tuple(render(cell, reader, Html(find)) for cell in rows.heading)
        drawn = figures(shown.charts, reader, find)
        return Front(shown, written(shown.body, reader, find), drawn, heading)

    chosen, older, nothing = look.listing(page, rows, want)
    stretch = replace(want, before=min(want.before, 1))
    moment = (look.state.collective, look.state.head, look.at)
    around = memory.once(moment, (page.name, told_to, stretch), front)
    html = Html(find)

    def line(told: Told) -> Line:
        found = told.written.get(told_to)
        if found is None:
            assert told.row is not None, "only rows are chosen"
            found = Line([render(look.named(cell), reader, html) for cell in told.row.cells])
            told.written[told_to] = found
        return found

    if nothing is not None:
        below = written(nothing, reader, find)
    elif rows.heading:
        below = table_of(around.heading, [line(each) for each in chosen])
    else:
        below = html.items([line(each).first for each in chosen])
    return replace(around.shown, older=older), around, below
