"""Witnesses beside a bot that runs: others are asked about our journals, and we are asked about theirs.

Neither is waited for: what a witness says is read where people look, and a witness of ours has a
thread of its own.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.cli.config import Config
from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.store import Store
from adapters.ticker import refusing
from adapters.web.library import Library
from adapters.witness.client import Newest, WitnessClient, session
from adapters.witness.desk import Desk, RolledBackError
from adapters.witness.server import WitnessServer
from bot.chat import Incoming
from bot.checkpoints import read_key
from bot.collective.catalogue import rules_of
from bot.collective.ruletypes import Value, matches
from bot.collective.state import State
from bot.merkle import Tree
from bot.ports import StorageBroken, StorageFault
from bot.witnessing import Witness, Witnessed, read_witness
from bot.writer.intake import NotRecorded
from bot.writer.signing import signed_checkpoint
from bot.writer.witnesses import Witnesses
from storage.keys import KeyFolder

log = logging.getLogger("talkoot.witnesses")

Submit = Callable[[Incoming], Awaitable[object]]
"""Hands a message in, as `Intake.submit` does."""

EVERY_SECONDS = 600
"""How often it is looked whether a journal grew since its witnesses signed."""


def desk_of(config: Config, store: Store) -> Desk:
    """The desk of this witness, open. Raises RolledBackError or StorageFault."""
    logs = [read_key(each) for each in config.witness.logs]
    desk = Desk(config.witness.name, logs, store.keys, KeyFolder(config.home / "witness"))
    desk.open(SystemChance())
    return desk


@dataclass(frozen=True, slots=True)
class Vouching:
    """What goes on beside the bot until it stops: asking others, and serving them."""

    task: asyncio.Task[None] | None
    server: WitnessServer | None

    def stop(self) -> None:
        """Ask and serve nobody any more."""
        if self.task is not None:
            self.task.cancel()
        if self.server is not None:
            self.server.stop()


def vouching(config: Config, store: Store, witnesses: Witnesses, submit: Submit) -> Vouching:
    """Begin what is configured of it, in the loop that runs; who refuses is told of by `submit`."""
    asked = asking(config, store, witnesses, submit) if config.witness.known else None
    task = asyncio.create_task(asked, name="witnesses") if asked is not None else None
    return Vouching(task, serving(config, store))


def serving(config: Config, store: Store) -> WitnessServer | None:
    """Our own desk, where others are served from now on; None where that is not wanted, or cannot be.

    Why not is told, and the bot does without.
    """
    section = config.witness
    if not section.serve:
        return None
    try:
        desk = desk_of(config, store)
        server = WitnessServer(desk, SystemClock(), section.host, section.port)
        address = server.start()
    except (RolledBackError, StorageFault) as why:
        log.error("no witness: %s", why)  # noqa: TRY400 - it says all
        return None
    except OSError as taken:
        print(f"No witness: {section.host}:{section.port} cannot be used: {taken}", file=sys.stderr)
        return None
    print(f"Witness: {desk.public.text} {address}", file=sys.stderr, flush=True)
    return server


async def asking(config: Config, store: Store, witnesses: Witnesses, submit: Submit) -> None:
    """Have the journals of those collectives signed that want it, again and again.

    Who refuses is told of in the room, once for each refusal: nobody has to look to hear of it.
    """
    known = {each.key.name: each for each in map(read_witness, config.witness.known)}
    library = Library()
    async with session() as opened:
        client = WitnessClient(witnesses, SystemClock(), opened)
        while True:
            for newest, wanted in await asyncio.to_thread(_grown, config, store, library, witnesses):
                chosen, strangers = chosen_of(wanted, known), strangers_of(wanted, known)
                said = await client.ask(newest, chosen, strangers)
                await _tell(submit, newest.collective, said)
            await asyncio.sleep(EVERY_SECONDS)


async def _tell(submit: Submit, collective: str, said: Sequence[Witnessed]) -> None:
    for each in said:
        if each.refuses:
            try:
                await submit(refusing(collective, each))
            except NotRecorded:
                log.warning("that %s refuses is told later: the store does not answer", each.name)


def chosen_of(wanted: Sequence[str], known: Mapping[str, Witness]) -> list[Witness]:
    """The witnesses that a rule names, among those whom the operator knows: no other is ever called."""
    return [each for name, each in known.items() if matches(name, tuple(wanted))]


def strangers_of(wanted: Sequence[str], known: Mapping[str, Witness]) -> list[str]:
    """The names in a rule by which nobody is meant whom the operator knows."""
    return [name for name in wanted if not any(matches(each, (name,)) for each in known)]


def _grown(
    config: Config, store: Store, library: Library, witnesses: Witnesses
) -> list[tuple[Newest, Sequence[str]]]:
    """The journals that want witnesses, or did, each with its newest checkpoint; empty at a fault."""
    try:
        return list(_wanting(config.rules, store, library, witnesses))
    except (StorageFault, StorageBroken) as why:
        log.warning("witnesses are asked later: %s", why)
        return []


def _wanting(
    configured: Mapping[str, Value], store: Store, library: Library, witnesses: Witnesses
) -> Iterator[tuple[Newest, Sequence[str]]]:
    with store.archive.snapshot() as snapshot:
        for collective in list(snapshot.collectives()):
            state = library.state(snapshot, collective)
            if state is None:
                continue
            wanted = rules_of(configured, *state.rules.layers(0, "")).patterns("witnesses")
            told = wanted or witnesses.of(collective)
            note = signed_checkpoint(store.keys, snapshot, state) if told else ""
            if note:
                yield _newest(store, state, note), wanted


def _newest(store: Store, state: State, note: str) -> Newest:
    name, size = state.collective, state.head.seq

    def proof(old: int) -> Sequence[bytes]:
        if not 0 < old <= size:
            return ()
        with store.archive.snapshot() as snapshot:
            tree = Tree(size, lambda level, number: snapshot.node(name, level, number))
            return tree.consistency(old)

    return Newest(name, size, note, proof)
