"""What is logged to standard error: as text or JSON, and of libraries only what matters.

Names and words of people are kept out of it by whoever logs (`bot.writer.crashes.wordless`). Libraries
know no such care: what they say below a warning is not heard at any level, what failed in them is told
without its words, and those that hear what people say are only told of with the place.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
from typing import TextIO

from adapters.cli.config import LogSection
from bot.writer.crashes import wordless

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OURS = ("talkoot", "bot", "commands", "storage", "adapters")
OVERHEARING = ("nio", "discord", "aiohttp")
"""The libraries through which goes what people say."""

FOREIGN_MIN = logging.WARNING


def set_up_logs(section: LogSection, level: str | None = None) -> None:
    """Log as the configuration says; `level` goes before its level."""
    handler = _Discreet(sys.stderr)
    handler.setFormatter(JsonLines() if section.form == "json" else logging.Formatter(TEXT))
    wanted = logging.getLevelNamesMapping()[(level or section.level).upper()]
    handler.addFilter(lambda row: _is_ours(row.name) or row.levelno >= max(wanted, FOREIGN_MIN))
    logging.basicConfig(level=wanted, handlers=[handler])
    # How far long work is, is wanted by whoever waits for it, unless only errors are.
    heard = logging.INFO if wanted <= logging.WARNING else wanted
    logging.getLogger("talkoot.progress").setLevel(heard)


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in OURS


class _Discreet(logging.StreamHandler[TextIO]):
    """Writes what is logged, of libraries without what they may have from people."""

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(_without_words(record))


def _without_words(row: logging.LogRecord) -> logging.LogRecord:
    if _is_ours(row.name):
        return row
    told = logging.makeLogRecord(row.__dict__)
    if row.exc_info and (bug := row.exc_info[1]):
        safe = wordless(bug)
        told.exc_info, told.exc_text = (type(safe), safe, safe.__traceback__), None
    if row.name.partition(".")[0] in OVERHEARING:
        told.msg, told.args = f"something is wrong, see {row.filename}, line {row.lineno}", ()
    return told


class JsonLines(logging.Formatter):
    """Each thing as a JSON object on a line of its own, its traceback inside."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        row = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "told": record.getMessage(),
        }
        if record.exc_info:
            row["trace"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)
