"""Pictures: the chart of a message becomes a file of it, for chats that show pictures."""

from __future__ import annotations

import logging

from msgspec.structs import replace

from bot.chat import File, Outgoing, reader_of
from bot.ports import Paint, Unpainted
from bot.text.charts import NIGHT, svg

log = logging.getLogger("talkoot.pictures")


async def painted(row: Outgoing, paint: Paint | None) -> Outgoing:
    """The message with its chart as a picture; where there is no painter, or it fails, its words do."""
    chart = row.reply.chart
    if chart is None or paint is None:
        return row
    drawn = svg(chart, reader_of(row), NIGHT)
    try:
        png = await paint(drawn)
    except Unpainted as why:
        log.warning("a picture could not be painted: %s: %s", row.id, why)
        return row
    picture = File(f"{row.reply.ref or 'chart'}.png", "image/png", png, row.reply.body)
    return replace(row, reply=replace(row.reply, files=(*row.reply.files, picture)))
