"""A house for tests: collectives on the real engine, that people speak to and that answer."""

from tests.house.house import (
    BEGIN,
    COMMANDS,
    HOMES,
    House,
    Told,
    hidden,
    line,
    plain,
    sample,
    settled,
    told,
    without,
)

__all__ = [
    "BEGIN",
    "COMMANDS",
    "HOMES",
    "House",
    "Told",
    "hidden",
    "line",
    "plain",
    "sample",
    "settled",
    "told",
    "without",
]
