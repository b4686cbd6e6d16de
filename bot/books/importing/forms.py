"""Which programs' files can be brought in, by the name that `talkoot import --as` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.books.importing.bankcsv import read as bank
from bot.books.importing.beancount import read as beancount
from bot.books.importing.camt import read as camt
from bot.books.importing.clockify import CLOCKIFY
from bot.books.importing.hledger import read as hledger
from bot.books.importing.hours import Answers
from bot.books.importing.kimai import KIMAI
from bot.books.importing.loomio import read as loomio
from bot.books.importing.ofx import read as ofx
from bot.books.importing.opencollective import read as opencollective
from bot.books.importing.opening import read as opening
from bot.books.importing.planned import Found, Left
from bot.books.importing.praise import read as praise
from bot.books.importing.sourcecred import read as sourcecred
from bot.books.importing.splitwise import read as splitwise
from bot.books.importing.timeoverflow import read as timeoverflow
from bot.books.importing.toggl import TOGGL

Read = Callable[[str, Answers], Iterator[Found | Left]]

SOURCES: Mapping[str, Read] = {
    "opening": opening,
    "kimai": KIMAI.read,
    "toggl": TOGGL.read,
    "clockify": CLOCKIFY.read,
    "camt": camt,
    "ofx": ofx,
    "bank": bank,
    "opencollective": opencollective,
    "timeoverflow": timeoverflow,
    "splitwise": splitwise,
    "sourcecred": sourcecred,
    "praise": praise,
    "loomio": loomio,
    "hledger": hledger,
    "beancount": beancount,
}
