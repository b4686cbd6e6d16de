"""Figures of how the bot is, for Prometheus: counted and timed, without a name or a word of anybody.

They are served on this machine's own address and on no other. What is kept is asked of the database
when somebody looks, on a connection of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    ProcessCollector,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from adapters.cli.backup import last_backup
from adapters.cli.platforms import Platform
from bot.chat import Incoming
from bot.ports import Clock, StorageBroken, StorageFault
from bot.writer.answers import Answer
from bot.writer.watch import Watch
from storage.health import pending

LOOPBACK = "127.0.0.1"

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The bounds of the histogram: an answer usually takes a few milliseconds."""


class Figures(Watch, Collector):
    """What is counted while it runs, and what is asked when somebody looks."""

    def __init__(self, engine: Engine, url: str, platforms: Sequence[Platform], clock: Clock) -> None:
        """Count nothing yet. `url` is the database's, by which its last backup is found."""
        self._engine, self._url, self._platforms, self._clock = engine, url, platforms, clock
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Info("talkoot", "What runs.", registry=self.registry).info({"version": version("talkoot")})
        self._commands = Counter(
            "talkoot_commands",
            "Messages that were answered: recorded, told, refused or unheard.",
            ("platform", "outcome"),
            registry=self.registry,
        )
        self._refusals = Counter(
            "talkoot_refusals", "Refusals, by code.", ("code",), registry=self.registry
        )
        self._seconds = Histogram(
            "talkoot_answer_seconds",
            "From handing in a message to its durable answer.",
            ("platform",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._faults = Counter(
            "talkoot_database_errors", "Faults of the database.", registry=self.registry
        )
        self.registry.register(self)
        self._server: tuple[WSGIServer, Thread] | None = None

    def start(self, port: int) -> str:
        """Serve them; returns the address. Raises OSError where the port is taken."""
        self._server = start_http_server(port, LOOPBACK, self.registry)
        return f"http://{LOOPBACK}:{self._server[0].server_port}/metrics"

    def stop(self) -> None:
        """Serve them no more."""
        if self._server is not None:
            server, thread = self._server
            server.shutdown()
            server.server_close()
            thread.join()

    def answered(self, message: Incoming, answer: Answer, seconds: float) -> None:
        """Count it, and how long it took."""
        platform = message.place.platform
        self._commands.labels(platform, _outcome(answer)).inc()
        self._seconds.labels(platform).observe(seconds)
        if answer.refused:
            self._refusals.labels(answer.refused).inc()

    def failed(self) -> None:
        """Count it."""
        self._faults.inc()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """How things are now; what the database does not tell is left out, and counted as its fault."""
        connected = GaugeMetricFamily(
            "talkoot_platform_connected", "1 while in contact with the platform.", labels=["platform"]
        )
        for each in self._platforms:
            connected.add_metric([each.platform], float(each.is_connected))
        yield connected
        now = self._clock.now().timestamp()
        if (last := last_backup(self._url)) is not None:
            age = now - last.at / 1000
            yield GaugeMetricFamily("talkoot_backup_age_seconds", "Since the last backup.", age)
        try:
            (waiting, oldest), (due, since) = pending(self._engine, int(now * 1000))
        except (StorageFault, StorageBroken):
            self.failed()
            return
        yield GaugeMetricFamily("talkoot_outbox_waiting", "Messages that wait to be told.", waiting)
        yield GaugeMetricFamily(
            "talkoot_outbox_oldest_seconds", "How long the oldest of them waits.", _age(now, oldest)
        )
        yield GaugeMetricFamily("talkoot_wakes_due", "Collectives in which something is due.", due)
        yield GaugeMetricFamily(
            "talkoot_wakes_late_seconds", "How long the oldest of that is due.", _age(now, since)
        )


def _outcome(answer: Answer) -> str:
    if answer.unheard is not None:
        return "unheard"
    return "refused" if answer.refused else "recorded" if answer.recorded else "told"


def _age(now: float, since_ms: int) -> float:
    return max(now - since_ms / 1000, 0.0) if since_ms else 0.0
