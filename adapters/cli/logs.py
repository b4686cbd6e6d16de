"""What is logged to standard error: as text or JSON, and of libraries only what matters.

Names and words of people are kept out of it by whoever logs (`bot.writer.crashes.wordless`).
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys

from adapters.cli.config import LogSection

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OURS = ("talkoot", "bot", "commands", "storage", "adapters")
FOREIGN_MIN = logging.WARNING
"""What libraries say below this is for those who look for a fault, with `level = "debug"`."""


def set_up_logs(section: LogSection, level: str | None = None) -> None:
    """Log as the configuration says; `level` goes before its level."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if section.form == "json" else logging.Formatter(TEXT))
    wanted = logging.getLevelNamesMapping()[(level or section.level).upper()]
    handler.addFilter(lambda row: _is_ours(row.name) or row.levelno >= max(wanted, FOREIGN_MIN))
    logging.basicConfig(level=wanted, handlers=[handler])
    if wanted <= logging.DEBUG:
        handler.filters.clear()


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in OURS


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
