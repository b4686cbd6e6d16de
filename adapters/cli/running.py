"""`talkoot run`: everything that is configured, until the input ends or somebody stops it."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import logging
import resource
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from adapters.cli.config import Config
from adapters.cli.heartbeat import beat, notify
from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.platforms import Platform, connected
from adapters.cli.progress import Progress
from adapters.cli.serving import measuring, serving, stop_serving
from adapters.cli.slips import keep_tidy, shelf_of
from adapters.cli.snapshots import Snapshots, wrapping
from adapters.cli.store import Store, witnesses_of
from adapters.console.client import Console, piped
from adapters.painter import Painter
from adapters.ticker import Ticker, not_reached
from bot.books.snapshots import Wrapping
from bot.chain import Entry
from bot.chat import CONSOLE, Outgoing, Unread
from bot.command import Asked, Suggestion
from bot.phrasing.likeness import taught
from bot.ports import Chat, Mark, StorageBroken, StorageFault, TurnedAway
from bot.text.languages import uncompiled
from bot.writer.answers import Answer
from bot.writer.crashes import wordless
from bot.writer.delivery import Delivery
from bot.writer.engine import Engine
from bot.writer.hearing import Instance
from bot.writer.intake import Intake
from bot.writer.lease import Lease
from bot.writer.resting import REST_SECONDS
from bot.writer.signing import made_key, signing_key
from commands import FEATURES

if TYPE_CHECKING:
    from adapters.cli.vouching import Vouching

log = logging.getLogger("talkoot")

BROKEN_EXIT_CODE = 75
"""The code of sysexits.h for «try again later»: a supervisor should start us anew."""

TURNED_AWAY_EXIT_CODE = 78
"""The code of sysexits.h for «configuration»: starting anew would not help."""

DRAIN_SECONDS_MAX = 5
"""How long a stop waits for answers to be sent; the rest is sent at the next start."""

LEARN_SECONDS = 5.0
"""How long after the start it is read what is taught: the first answers come before."""

HISTORY = ".talkoot_history"


def history_of(config: Config) -> Path:
    """Where what is typed at the console is remembered: beside the database, else in the home."""
    address = make_url(config.database.url)
    beside = address.get_backend_name() == "sqlite" and address.database
    return (Path(address.database or "").parent if beside else config.home) / HISTORY


def instance(config: Config, store: Store, site: str = "", wrapped: Wrapping | None = None) -> Instance:
    """The engine's surroundings in a real run, with the address of the pages where they are served.

    And with how snapshots are wrapped up, where they are used.
    """
    return Instance(
        features=FEATURES,
        clock=SystemClock(),
        chance=SystemChance(),
        rules=config.rules,
        name=config.collective.name,
        keys=store.keys,
        site=site,
        reads=_reads,
        witnesses=witnesses_of(config.home),
        wrapping=wrapped,
        shelf=shelf_of(config),
    )


def _reads(entries: Iterable[Entry]) -> Iterator[Entry]:
    """What is read of a book, counted; never as a bar, for somebody may be typing on that terminal."""
    with Progress("Reading the book", bar=False) as it:
        yield from it.over(entries)


def console_name(config: Config) -> str:
    """Who sits at the console: as configured, or the system's user."""
    if config.console.name:
        return config.console.name
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return "me"
    return "".join(c for c in name if not c.isspace() and c not in "@!:#>") or "me"


def _console(config: Config) -> Console:
    name, session = console_name(config), secrets.token_hex(6)
    return Console(name, session, commands=FEATURES.commands, slip_bytes=config.slips.bytes)


def keep_memory() -> None:
    """Have the system write no picture of this program's memory when it dies: keys are in there."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def have_key(store: Store) -> None:
    """Have a key that signs checkpoints: made at the first start. Raises SpoiledKeyError.

    For journals that are there already it may follow one that was lost, so it is told.
    """
    if signing_key(store.keys) is not None:
        return
    made_key(store.keys, SystemChance())
    with store.archive.snapshot() as snapshot:
        if any(snapshot.collectives()):
            log.warning(
                "a new key signs checkpoints from now on, for there was none. If there was one before, "
                "stop, and put it back from your copy: nobody can link the new one with it"
            )


def task_failed(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log that something failed that nobody waits for; its words may repeat what somebody said."""
    bug = context.get("exception")
    told = wordless(bug) if isinstance(bug, BaseException) else None
    log.error("a task failed: %s", context.get("message"), exc_info=told)


def tell_uncompiled() -> None:
    """Log once, at the start, in which languages people are answered in English."""
    for language in uncompiled():
        log.warning("the catalogue of %s is not compiled: people read English", language)


def _guarded_loop(end: Callable[[], None]) -> asyncio.AbstractEventLoop:
    """The loop that we run in: it logs what fails without anybody's words, and a signal ends it."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(task_failed)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, end)
    return loop


async def run(config: Config, store: Store, *, online: bool = False, since: float = 0.0) -> int:
    """Run until a signal comes, or nobody is left to listen to; returns the exit code.

    The console's end is the end where no other platform is connected; what is configured is connected
    where it is to be `online`, and that it runs is told, with the time it took `since` it was started
    (monotonic seconds). Raises TurnedAway where one of those cannot be used at all.
    """
    ended = asyncio.Event()
    loop = _guarded_loop(ended.set)
    broken: list[StorageBroken] = []

    def broke(why: StorageBroken) -> None:
        broken.append(why)
        ended.set()

    def tell(rows: Sequence[Outgoing]) -> None:
        delivery.offer(rows)

    def retell(rows: Sequence[Outgoing]) -> None:
        delivery.look_for(rows)

    def woken() -> None:
        loop.call_soon_threadsafe(ticker.woken)

    console = _console(config)
    painter = Painter()
    lease = Lease(store.crew, time.monotonic, time.time)
    platforms = _connected(config, store, painter, lease) if online else []
    pages = serving(config, store, witnesses_of(config.home))
    figures = measuring(config, store, platforms) if online else None
    snapshots = Snapshots(config.database.url, wrapping(store.keys))
    site = config.web.site(pages.address) if pages else ""
    surroundings = instance(config, store, site, snapshots.wrapping)
    engine = Engine(store.journal, surroundings, woken, snapshots.grown)
    intake = Intake(engine, tell, broke, figures, snapshots.fetch, retell)
    ticker = _ticker(intake, store, surroundings, platforms)
    chats: dict[str, Chat] = {each.platform: each for each in (console, *platforms)}
    lease.join(chats)
    delivery = _delivery(chats, store, intake, lease)
    delivering = loop.create_task(_keep_on(delivery, broke), name="delivery")
    ticker.start()
    beating = _began(config, store, platforms, since) if online else None
    vouched = _vouched(config, store, surroundings, intake) if online else None
    aside = _aside(config, store, surroundings, online=online)
    snapshots.start(store.archive.engine, intake.distrust)
    at_console = asyncio.create_task(_listen(config, console, intake, delivery), name=CONSOLE)
    elsewhere = (asyncio.create_task(it.listen(intake), name=it.platform) for it in platforms)
    turned_away = await _until(ended, {at_console, *elsewhere}, broke)
    if online and not (platforms or console.heard or ended.is_set() or sys.stdin.isatty()):
        print(NOBODY, file=sys.stderr)
    ticker.stop()
    for task in filter(None, (beating, *aside)):
        task.cancel()
    await _stop(intake, delivery, platforms)
    await _leave(store, delivering, painter, snapshots)
    stop_serving(pages, figures, vouched)
    if broken:
        print(f"Stopped: {broken[0]}. Nothing that was answered is lost.", file=sys.stderr)
        return BROKEN_EXIT_CODE
    return TURNED_AWAY_EXIT_CODE if turned_away else 0


async def learn(surroundings: Instance, after: float = LEARN_SECONDS) -> None:
    """Read what is taught before it is needed: whoever types what nobody can read would wait for it."""
    await asyncio.sleep(after)
    await asyncio.to_thread(taught, surroundings.features.commands)


def _aside(
    config: Config, store: Store, surroundings: Instance, *, online: bool
) -> list[asyncio.Task[None]]:
    """What goes on beside all else: receipts are kept in order, and what is taught is read."""
    tidying = asyncio.create_task(keep_tidy(config, store), name="tidying")
    if not online:
        return [tidying]
    return [tidying, asyncio.create_task(learn(surroundings), name="learning")]


def _connected(config: Config, store: Store, painter: Painter, lease: Lease) -> list[Platform]:
    return connected(config, store, FEATURES.commands, painter.paint, lease.held)


def _vouched(config: Config, store: Store, surroundings: Instance, intake: Intake) -> Vouching | None:
    """What goes on with witnesses, where the configuration names some or serves as one."""
    if not (config.witness.known or config.witness.serve):
        return None
    from adapters.cli.vouching import vouching  # noqa: PLC0415 - few need it

    return vouching(config, store, surroundings.witnesses, intake.submit)


def _began(
    config: Config, store: Store, platforms: Sequence[Platform], since: float
) -> asyncio.Task[None]:
    """Tell in one line what runs, and systemd that it does; what is returned tells so on and on."""
    kept = store.archive.engine.url
    where = f"{kept.host}/{kept.database}" if kept.host else kept.database
    chats = ", ".join(["console", *(each.platform for each in platforms)])
    took = time.monotonic() - since
    print(f"talkoot {version('talkoot')}: {where}; {chats}; ready in {took:.1f} s", file=sys.stderr)
    notify("READY=1")
    return asyncio.create_task(beat(config.home), name="heartbeat")


def _ticker(
    intake: Intake, store: Store, surroundings: Instance, platforms: Sequence[Platform]
) -> Ticker:
    return Ticker(
        intake, store.wakes, surroundings.clock, lambda: _unread(platforms), surroundings.spread
    )


def _unread(platforms: Sequence[Platform]) -> tuple[Unread, ...]:
    """What may have been said on any of them and could not be read so far."""
    return tuple(each for it in platforms for each in it.unread())


async def _stop(intake: Intake, delivery: Delivery, platforms: Sequence[Platform]) -> None:
    """Let what was handed in be answered and told, and give back what is held."""
    await intake.finished()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(delivery.drained(), DRAIN_SECONDS_MAX)
    await delivery.stop()
    await intake.stop()
    for platform in platforms:
        await platform.close()


async def _keep_on(delivery: Delivery, broke: Callable[[StorageBroken], None]) -> None:
    try:
        await delivery.keep_on()
    except StorageBroken as why:
        broke(why)


def _delivery(chats: Mapping[str, Chat], store: Store, intake: Intake, lease: Lease) -> Delivery:
    telling = set[asyncio.Task[Answer | None]]()

    def mark(what: Mark) -> None:
        intake.note(what, at_once=not lease.is_apart())

    def unreached(row: Outgoing) -> None:
        task = asyncio.get_running_loop().create_task(intake.submit(not_reached(row)))
        telling.add(task)
        task.add_done_callback(telling.discard)

    return Delivery(
        chats,
        store.outbox,
        mark,
        unreached=unreached,
        lease=lease,
        writing=intake,
        rests={platform: REST_SECONDS for platform in chats if platform != CONSOLE},
    )


async def _leave(
    store: Store, delivering: asyncio.Task[None], painter: Painter, snapshots: Snapshots
) -> None:
    """What is still to be sent is anybody's now; where the store is away, it is a few seconds later.

    The processes beside us end.
    """
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)
    try:
        store.crew.leave()
    except (StorageBroken, StorageFault) as why:
        log.warning("others take what was not sent a few seconds later: %s", why)
    await painter.close()
    await snapshots.close()


async def _until(
    ended: asyncio.Event,
    listening: set[asyncio.Task[None]],
    broke: Callable[[StorageBroken], None],
) -> bool:
    """Wait until it is over, then cancel what still listens; whether a platform turned us away.

    A platform that does so is told of, and the others go on.
    """
    turned_away = False
    stopping = asyncio.create_task(ended.wait())
    while listening and not stopping.done():
        done, _ = await asyncio.wait({*listening, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in listening & done:
            listening.discard(task)
            try:
                await task
            except TurnedAway as why:
                turned_away = True
                print(f"No longer on {task.get_name()}: {why}", file=sys.stderr)
            except StorageBroken as why:
                broke(why)
    for left in (stopping, *listening):
        left.cancel()
    await asyncio.gather(stopping, *listening, return_exceptions=True)
    return turned_away


async def _listen(config: Config, console: Console, intake: Intake, delivery: Delivery) -> None:
    if sys.stdin.isatty():
        from adapters.console.terminal import typed  # noqa: PLC0415 - a service and a pipe need none

        print(WELCOME)

        async def suggests(row: str, asked: Asked) -> list[Suggestion]:
            return await intake.suggest(console.typing(row), asked)

        rows = typed(FEATURES.commands, history_of(config), f"{console.name}: ", suggests)
    else:
        rows = piped(sys.stdin)
    await console.listen(rows, intake, delivery.drained)


NOBODY = (
    "It ends at once: no platform is connected, and nobody can type here. "
    "talkoot init connects one; in a terminal, talkoot run takes what you type."
)
"""Told where a service was started before it has anybody to listen to."""

WELCOME = """Talkoot. Type /help for what there is, for example: /log 2h baked bread
Speak for somebody else with their name in front: bo: /confirm C1. Ctrl-D ends."""
