"""A chart goes out as a picture with its words; where that cannot be, as words."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.chat import Kind, Outgoing, Reply, reader_of
from bot.ports import Unpainted
from bot.text.charts import NIGHT, Bar, Bars, svg
from bot.text.wording import Words
from bot.writer.pictures import painted
from tests.bot.writer.test_delivery import row

BARS = Bars(Words("Votes"), (Bar(Words("Bo"), "2", 1000),))


async def encoded(drawn: str) -> bytes:
    return drawn.encode()


def charted() -> Outgoing:
    reply = Reply(Words("Votes: Bo 2"), kind=Kind.PICTURE, ref="Q4", chart=BARS)
    return replace(row(1), reply=reply)


async def test_a_chart_becomes_a_file_with_its_words() -> None:
    async def paint(drawn: str) -> bytes:
        return b"PNG of " + drawn[:4].encode()

    got = await painted(charted(), paint)

    (file,) = got.reply.files
    assert (file.name, file.media, file.data) == ("Q4.png", "image/png", b"PNG of <svg")
    assert file.about == Words("Votes: Bo 2")


async def test_a_picture_is_drawn_for_dark_rooms_too() -> None:
    got = await painted(charted(), encoded)

    assert got.reply.files[0].data == svg(BARS, reader_of(charted()), NIGHT).encode()


async def test_without_a_painter_the_words_do() -> None:
    assert await painted(charted(), None) == charted()


async def test_a_message_without_a_chart_stays_as_it_is() -> None:
    assert await painted(row(1), encoded) == row(1)


async def test_a_picture_that_cannot_be_painted_is_told_in_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(_drawn: str) -> bytes:
        raise Unpainted("it is no picture")

    assert await painted(charted(), broken) == charted()
    assert "could not be painted" in caplog.text
    assert "it is no picture" in caplog.text
