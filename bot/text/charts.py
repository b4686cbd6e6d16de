"""Charts: figures as a picture, drawn as SVG, with the same figures in words.

A chart is a value that names what is shown; it is drawn for one reader, late, in their language.
Colours are those of Okabe and Ito (Color Universal Design, 2008), which people who see colours
differently tell apart; nothing is told by colour alone. Drawing is pure: whole numbers in, SVG 1.1 out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from bot.text.rendering import Reader, render, shortened, visible
from bot.text.wording import Figure, Node, items, joined, lines, say

WHOLE = 1000
"""The length of the longest bar; lengths are in thousandths of it."""

WIDTH, MARGIN = 480, 24
TEXT, SMALL = 17, 14
LETTER = 9
"""How wide a small letter is, at the most."""
TITLE_CHARACTERS_MAX, LABEL_CHARACTERS_MAX, CELL_CHARACTERS_MAX = 42, 40, 22
BARS_MAX, COLUMNS_MAX, SERIES_MAX = 30, 12, 8
"""What fits a picture on a phone, where its letters are to be read; the words beside it tell all."""


class Paper(msgspec.Struct, frozen=True):
    """What a picture is drawn on: its ground and ink, a pale shade, and the colours of its bars.

    `strong` and `weak` are for the bar that stands out and the others, `won` for who won a round;
    `corner` is how round the corners are: outside them it is transparent.
    """

    ground: str
    ink: str
    pale: str
    strong: str
    weak: str
    won: str
    colours: tuple[str, ...]
    corner: int = 0


DAY = Paper(
    "#ffffff",
    "#222222",
    "#e8e8e8",
    "#0072b2",
    "#56b4e9",
    "#009e73",
    ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999"),
)
NIGHT = Paper(
    "#22272e",
    "#f2f2f2",
    "#3d444d",
    "#56b4e9",
    "#4a7ea3",
    "#009e73",
    ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#d55e00", "#f2f2f2", "#999999"),
    corner=16,
)
"""For chats: nobody knows whether a room is light or dark, and a dark picture dazzles in neither."""


class Bar(msgspec.Struct, frozen=True):
    """One bar: its name, its figure as people read it, its length, and whether it stands out."""

    label: Node
    figure: str
    length: int
    strong: bool = False


class Bars(msgspec.Struct, frozen=True, tag="bars"):
    """Bars below one another, such as the votes for each option."""

    title: Node
    bars: tuple[Bar, ...]


class Cell(msgspec.Struct, frozen=True):
    """A cell of a grid: its figure, how full it is (thousandths), and a mark: `won`, `out` or none."""

    figure: str
    fill: int = 0
    mark: str = ""


class Row(msgspec.Struct, frozen=True):
    """A row of a grid, with its name."""

    label: Node
    cells: tuple[Cell, ...]


class Grid(msgspec.Struct, frozen=True, tag="grid"):
    """Rows by columns, such as the rounds of a count, or a table of pairs."""

    title: Node
    columns: tuple[Node, ...]
    rows: tuple[Row, ...]


class Series(msgspec.Struct, frozen=True):
    """What one colour stands for, and its share in each column, as whole numbers of one scale.

    Its `figure` is what it comes to in all columns, as people read it; empty where that is not told.
    """

    label: Node
    counts: tuple[int, ...]
    figure: str = ""


class Stacks(msgspec.Struct, frozen=True, tag="stacks"):
    """Columns of stacked bars, such as hours by week and kind; `figures` are the columns' sums."""

    title: Node
    columns: tuple[Node, ...]
    series: tuple[Series, ...]
    figures: tuple[str, ...]


class Stream(msgspec.Struct, frozen=True):
    """Where something comes from or goes to: its name, its figure as people read it, how much it is."""

    label: Node
    figure: str
    count: int


class Streams(msgspec.Struct, frozen=True, tag="streams"):
    """What flows together from several places and from there to several, such as a year's money.

    What `came` and what `went` are as much as one another, where nothing is forgotten.
    """

    title: Node
    came: tuple[Stream, ...]
    went: tuple[Stream, ...]


Chart = Bars | Grid | Stacks | Streams

MARKS = {"won": "✓", "out": "✗"}


def lengths(amounts: Sequence[int]) -> tuple[int, ...]:
    """How long the bars of amounts are, in thousandths of the longest; nothing has no length."""
    longest = max((abs(each) for each in amounts), default=0)
    return tuple(abs(each) * WHOLE // longest if longest else 0 for each in amounts)


# --- In words -------------------------------------------------------------------------------------


def told(chart: Chart) -> Node:
    """The figures in words: what stands in for the picture where there are none."""
    match chart:
        case Bars(title, bars):
            pairs = joined(_pair(it.label, it.figure) for it in bars)
            return say("{title}: {figures}", title=title, figures=pairs)
        case Grid(title, columns, rows):
            return lines(say("{title}:", title=title), items(_row_told(columns, row) for row in rows))
        case Stacks(title, columns, series, figures):
            pairs = joined(
                _pair(column, figure) for column, figure in zip(columns, figures, strict=True)
            )
            parts = [_pair(it.label, it.figure) for it in series if it.figure]
            if not parts:
                return say("{title}: {figures}", title=title, figures=pairs)
            return lines(
                say("{title}: {figures}", title=title, figures=pairs),
                say("Of that {figures}", figures=joined(parts)),
            )
        case Streams(title, came, went):
            return say(
                "{title}. In: {came}. Out: {went}.",
                title=title,
                came=_streams_told(came),
                went=_streams_told(went),
            )


def _pair(label: Node, figure: str) -> Node:
    """What it is, and how much: with a sign between, as names and figures may begin and end alike."""
    return say("{label}: {figure}", label=label, figure=Figure(figure))


def _streams_told(streams: Iterable[Stream]) -> Node:
    return joined(_pair(it.label, it.figure) for it in streams)


def _row_told(columns: Sequence[Node], row: Row) -> Node:
    pairs = [
        _pair(column, _marked(cell))
        for column, cell in zip(columns, row.cells, strict=True)
        if cell.figure
    ]
    return say("{title} ({figures})", title=row.label, figures=joined(pairs)) if pairs else row.label


def _marked(cell: Cell) -> str:
    return f"{cell.figure} {MARKS[cell.mark]}" if cell.mark else cell.figure


# --- As a picture ---------------------------------------------------------------------------------


def svg(chart: Chart, reader: Reader, paper: Paper = DAY) -> str:
    """The picture for one reader, as SVG in the font family `sans-serif`."""
    drawing = _Drawing(reader, paper)
    match chart:
        case Bars():
            drawing.bars(chart)
        case Grid():
            drawing.grid(chart)
        case Stacks():
            drawing.stacks(chart)
        case Streams():
            drawing.streams(chart)
    return drawing.whole()


_BROAD, _POST, _NAMED, _TWO_LINES = 220, 8, 128, 40
"""Of streams: how broad all are together, a post's breadth, the room for names, and for two lines."""


class _Drawing:
    """A sheet that grows downwards."""

    def __init__(self, reader: Reader, paper: Paper) -> None:
        self.reader, self.paper = reader, paper
        self.shapes: list[str] = []
        self.width, self.y = WIDTH, MARGIN

    def whole(self) -> str:
        height = self.y + MARGIN
        size = f'width="{self.width}" height="{height}" viewBox="0 0 {self.width} {height}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">'
        # Its own ground: a picture lies on light and on dark pages.
        corner = f' rx="{self.paper.corner}"' if self.paper.corner else ""
        ground = f'<rect width="{self.width}" height="{height}"{corner} fill="{self.paper.ground}"/>'
        return "\n".join([head, ground, *self.shapes, "</svg>"])

    def words(self, label: Node, characters_max: int) -> str:
        flat = " ".join(visible(render(label, self.reader)).split())
        return shortened(flat, characters_max)

    def figure(self, written: str) -> str:
        """A figure as the reader's language writes it."""
        return render(Figure(written), self.reader)

    def write(
        self, x: int, y: int, words: str, size: int = SMALL, at: str = "start", then: str = ", "
    ) -> None:
        """Words at a place, and the sign that parts them from what is written next.

        It is not drawn: it is for those who see nothing of a picture but its text, as in a terminal.
        """
        place = f'x="{x}" y="{y}" font-size="{size}" text-anchor="{at}"'
        unseen = f'<tspan display="none">{then}</tspan>'
        self.shapes.append(f'<text {place} fill="{self.paper.ink}">{_escaped(words)}{unseen}</text>')

    def box(self, x: int, y: int, width: int, height: int, colour: str) -> None:
        if width > 0 and height > 0:
            self.shapes.append(
                f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}"/>'
            )

    def title(self, title: Node) -> None:
        self.write(MARGIN, self.y + TEXT, self.words(title, TITLE_CHARACTERS_MAX), TEXT, then=": ")
        self.y += 2 * TEXT

    def bars(self, chart: Bars) -> None:
        self.title(chart.title)
        space = self.width - 2 * MARGIN
        for bar in chart.bars[:BARS_MAX]:
            mark = f" {MARKS['won']}" if bar.strong else ""
            named = self.words(bar.label, LABEL_CHARACTERS_MAX) + mark
            self.write(MARGIN, self.y + SMALL, named, then=": ")
            self.write(self.width - MARGIN, self.y + SMALL, self.figure(bar.figure), at="end")
            self.y += SMALL + 7
            self.box(MARGIN, self.y, space, 12, self.paper.pale)
            stands_out = bar.strong or not any(it.strong for it in chart.bars)
            colour = self.paper.strong if stands_out else self.paper.weak
            self.box(MARGIN, self.y, bar.length * space // WHOLE, 12, colour)
            self.y += 12 + 10

    def grid(self, chart: Grid) -> None:
        columns, rows = chart.columns[-COLUMNS_MAX:], chart.rows[:BARS_MAX]
        first, cell, height = 210, 84, 30
        self.width = max(WIDTH, 2 * MARGIN + first + cell * len(columns))
        self.title(chart.title)
        for at, column in enumerate(columns):
            middle = MARGIN + first + at * cell + cell // 2
            self.write(middle, self.y + SMALL, self.words(column, 9), at="middle")
        self.y += SMALL + 10
        for row in rows:
            self.write(MARGIN, self.y + 20, self.words(row.label, CELL_CHARACTERS_MAX), then=": ")
            for at, each in enumerate(row.cells[-COLUMNS_MAX:]):
                left = MARGIN + first + at * cell
                self.box(left + 2, self.y + 2, cell - 4, height - 4, self.paper.pale)
                colour = self.paper.won if each.mark == "won" else self.paper.weak
                self.box(left + 2, self.y + height - 8, each.fill * (cell - 4) // WHOLE, 6, colour)
                self.write(left + cell // 2, self.y + 18, self.figure(_marked(each)), at="middle")
            self.y += height

    def stacks(self, chart: Stacks) -> None:
        self.title(chart.title)
        columns, series = chart.columns[-COLUMNS_MAX:], chart.series[:SERIES_MAX]
        counts = [each.counts[-COLUMNS_MAX:] for each in series]
        sums = [sum(column) for column in zip(*counts, strict=True)]
        highest, room = max(sums, default=0) or 1, 200
        step = (self.width - 2 * MARGIN) // max(len(columns), 1)
        ground = self.y + SMALL + 6 + room
        for at, column in enumerate(columns):
            left, top = MARGIN + at * step, ground
            for each, colour in zip(counts, self.paper.colours, strict=False):
                height = each[at] * room // highest
                top -= height
                self.box(left + step // 8, top, step * 3 // 4, height, colour)
            middle = left + step // 2
            named = self.words(column, max(step // LETTER, 2))
            self.write(middle, ground + SMALL + 6, named, at="middle", then=": ")
            self.write(middle, top - 6, self.figure(chart.figures[-COLUMNS_MAX:][at]), at="middle")
        self.box(MARGIN, ground, self.width - 2 * MARGIN, 1, self.paper.ink)
        self.y = ground + 2 * SMALL + 14
        self.legend(series)

    def streams(self, chart: Streams) -> None:
        """From the left to the middle and on to the right, each as broad as it is much."""
        self.title(chart.title)
        sides = chart.came[:SERIES_MAX], chart.went[:SERIES_MAX]
        whole = max(sum(it.count for it in side) for side in sides) or 1
        breadths = [[max(it.count * _BROAD // whole, 1) for it in side] for side in sides]
        height = max(_BROAD, *(sum(max(each, _TWO_LINES) for each in side) for side in breadths))
        middle = (self.width - _POST) // 2
        self.box(middle, self.y + (height - _BROAD) // 2, _POST, _BROAD, self.paper.ink)
        for at, (side, broad) in enumerate(zip(sides, breadths, strict=True)):
            slots = [max(each, _TWO_LINES) for each in broad]
            top, inner = self.y + (height - sum(slots)) // 2, self.y + (height - sum(broad)) // 2
            outside = self.width - MARGIN - _NAMED - _POST if at else MARGIN + _NAMED
            for it, breadth, slot, colour in zip(side, broad, slots, self.paper.colours, strict=False):
                outer = top + (slot - breadth) // 2
                self.box(outside, outer, _POST, breadth, colour)
                ends = (
                    (middle + _POST, inner, outside, outer)
                    if at
                    else (outside + _POST, outer, middle, inner)
                )
                self.ribbon(*ends, breadth, colour)
                left = outside + _POST + 8 if at else outside - 8
                both = self.words(it.label, _NAMED // LETTER), self.figure(it.figure)
                for row, words in enumerate(both):
                    beside, then = "start" if at else "end", ", " if row else ": "
                    self.write(left, top + slot // 2 + row * 16 - 3, words, at=beside, then=then)
                top, inner = top + slot, inner + breadth
        self.y += height

    def ribbon(self, x: int, y: int, right: int, there: int, breadth: int, colour: str) -> None:
        """A band from one post to the next, as broad at both ends."""
        bend = (x + right) // 2
        path = (
            f"M{x} {y}C{bend} {y} {bend} {there} {right} {there}v{breadth}"
            f"C{bend} {there + breadth} {bend} {y + breadth} {x} {y + breadth}z"
        )
        self.shapes.append(f'<path d="{path}" fill="{colour}" fill-opacity="0.45"/>')

    def legend(self, series: Sequence[Series]) -> None:
        across, wide = 2, (self.width - 2 * MARGIN) // 2
        for at, (each, colour) in enumerate(zip(series, self.paper.colours, strict=False)):
            left, top = MARGIN + at % across * wide, self.y + at // across * 24
            self.box(left, top, SMALL, SMALL, colour)
            self.write(left + SMALL + 8, top + 12, self.words(each.label, CELL_CHARACTERS_MAX))
        self.y += -(-len(series) // across) * 24


def _escaped(words: str) -> str:
    """Words as text of XML: what it cannot hold is left out."""
    sound = "".join(_sound(words))
    return sound.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _sound(words: Iterable[str]) -> Iterator[str]:
    for character in words:
        if unicodedata.category(character) not in {"Cc", "Cs"} and character not in "\ufffe\uffff":
            yield character
