"""The client, against a desk on a real server and against servers that mean it ill."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from aiohttp import web

from adapters.cli.outside import SeededChance as Seeded
from adapters.cli.vouching import chosen_of, strangers_of
from adapters.witness.client import ANSWER_BYTES_MAX, Newest, WitnessClient, session
from adapters.witness.desk import Desk
from adapters.witness.server import WitnessServer
from bot.checkpoints import (
    COSIGNATURE,
    Checkpoint,
    PublicKey,
    cosigned,
    public_of,
    read_checkpoint,
    read_note,
)
from bot.merkle import LostLeaf
from bot.ports import Clock, StorageBroken, StorageFault
from bot.witnessing import Trouble, Witness, Witnessed
from bot.writer.vault import FleetingKeys
from bot.writer.witnesses import Witnesses
from tests.adapters.witness.test_desk import FORK, ClockOf
from tests.bot.test_witnessing import KEYS, LEAVES, note, tree

SEED = bytes([9]) * 32
KEY = public_of(SEED, "w.example", COSIGNATURE)
NOW = int(dt.datetime(2026, 11, 27, tzinfo=dt.UTC).timestamp())
Answers = Callable[[web.Request], Awaitable[web.StreamResponse]]


def newest(size: int, leaves: list[bytes] = LEAVES) -> Newest:
    def proof(old: int) -> Sequence[bytes]:
        return tree(size, leaves).consistency(old) if 0 < old <= size else ()

    return Newest("home", size, note(size, leaves), proof)


def ask(
    kept: Witnesses, witness: Witness, *each: Newest, clock: Clock | None = None
) -> list[Witnessed]:
    async def run() -> list[Witnessed]:
        said: list[Witnessed] = []
        async with session() as opened:
            client = WitnessClient(kept, clock or ClockOf(NOW), opened)
            for it in each:
                await client.ask(it, [witness])
                said += kept.of("home")
        return said

    return asyncio.run(run())


def test_a_desk_signs_a_journal_that_grows_and_refuses_a_cut_or_a_forked_one(tmp_path: Path) -> None:
    desk = Desk("w.example", KEYS, FleetingKeys(), FleetingKeys())
    desk.open(Seeded(1))
    server = WitnessServer(desk, ClockOf(NOW), "127.0.0.1", 0)
    witness = Witness(desk.public, server.start())
    try:
        kept = Witnesses(FleetingKeys())
        first, again, grown = ask(kept, witness, newest(3), newest(3), newest(9))
        assert (first.size, first.trouble, again) == (3, "", first)
        assert (grown.size, grown.at) == (9, NOW * 1000)
        (cut,) = ask(kept, witness, newest(5))
        assert (cut.trouble, cut.other, cut.size, cut.refuses) == (Trouble.CUT, 9, 9, True)
        (forked,) = ask(kept, witness, newest(12, FORK))
        assert (forked.trouble, forked.refuses) == (Trouble.PAST, True)
        (two,) = ask(kept, witness, newest(9, FORK))
        assert two.trouble == Trouble.TWO
        (whole,) = ask(kept, witness, newest(12))
        assert (whole.trouble, whole.size) == ("", 12)
        other = Witnesses(
            FleetingKeys()
        )  # what was kept here is gone: the witness says where it stands
        (found,) = ask(other, witness, newest(13))
        assert (found.trouble, found.size) == ("", 13)
        (forgot,) = ask(Witnesses(_remembering(other, 15, witness)), witness, newest(16))
        assert (forgot.trouble, forgot.other) == (Trouble.FORGOT, 13)
    finally:
        server.stop()


def test_a_journal_of_as_many_entries_that_is_another_one_is_told() -> None:
    """Cut, and grown again to the size that was signed: what was told of it is not true any more."""
    desk = Desk("w.example", KEYS, FleetingKeys(), FleetingKeys())
    desk.open(Seeded(1))
    server = WitnessServer(desk, ClockOf(NOW), "127.0.0.1", 0)
    witness = Witness(desk.public, server.start())
    try:
        signed, other = ask(Witnesses(FleetingKeys()), witness, newest(9), newest(9, FORK))
    finally:
        server.stop()
    assert (signed.trouble, other.trouble, other.refuses) == ("", Trouble.TWO, True)


@pytest.mark.parametrize("fault", [StorageFault("busy"), StorageBroken("disk"), LostLeaf("gone")])
def test_a_proof_that_cannot_be_made_now_ends_nothing_and_accuses_nobody(fault: Exception) -> None:
    """The one task that asks all witnesses would end by it, and nobody notice."""

    def proof(_: int) -> Sequence[bytes]:
        raise fault

    kept = Witnesses(FleetingKeys())
    kept.keep("home", (Witnessed(KEY.text, 3, note(3)),))
    (said,) = ask(kept, Witness(KEY, "http://127.0.0.1:9"), Newest("home", 7, note(7), proof))
    assert (said.size, said.trouble) == (3, "")


def _remembering(kept: Witnesses, size: int, witness: Witness) -> FleetingKeys:
    keys = FleetingKeys()
    Witnesses(keys).keep("home", (Witnessed(witness.key.text, size, note(size)),))
    return keys


def line(size: int, at: int = NOW, seed: bytes = SEED, name: str = "w.example") -> str:
    return cosigned(read_checkpoint(read_note(note(size))), seed, name, at)


def told(text: str | bytes, status: int = 200) -> Answers:
    async def answer(_: web.Request) -> web.StreamResponse:
        raw = text.encode() if isinstance(text, str) else text
        return web.Response(status=status, body=raw)

    return answer


async def _elsewhere(request: web.Request) -> web.StreamResponse:
    if request.path.startswith("/stolen"):
        return web.Response(text=line(7))
    return web.Response(status=307, headers={"Location": "/stolen/add-checkpoint"})


async def _cut_off(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


ILL: dict[str, tuple[Answers, Trouble]] = {
    "nothing": (told(""), Trouble.ODD),
    "bytes": (told(b"\xff\xfe\x00"), Trouble.ODD),
    "very much": (told(line(7, name="v.example") * 700 + line(7)), Trouble.ODD),
    "another checkpoint": (told(line(6)), Trouble.ODD),
    "another key in its name": (told(line(7, seed=bytes(32))), Trouble.ODD),
    "another name": (told(line(7, name="v.example")), Trouble.ODD),
    "a false signature": (told(line(7)[:-6] + "AAA=\n"), Trouble.ODD),
    "no end": (told(line(7).strip()), Trouble.ODD),
    "a clock far ahead": (told(line(7, at=NOW + 7_200)), Trouble.CLOCK),
    "a time without end": (told(line(7, at=2**63)), Trouble.CLOCK),
    "a stranger": (told("who?", 404), Trouble.STRANGER),
    "forbidden": (told("no", 403), Trouble.STRANGER),
    "another past": (told("no", 422), Trouble.PAST),
    "a fault": (told("no", 503), Trouble.SILENT),
    "a size that is none": (told("many", 409), Trouble.ODD),
    "a size without end": (told("9" * 5_000, 409), Trouble.ODD),
    "an odd size": (told("²", 409), Trouble.ODD),
    "elsewhere": (_elsewhere, Trouble.ODD),
    "cut off": (_cut_off, Trouble.SILENT),
}


def asked_of(answers: Answers, before: Witnessed | None = None) -> Witnessed:
    """What is kept of a witness that answers so."""
    kept = Witnesses(FleetingKeys())
    if before is not None:
        kept.keep("home", (before,))

    async def run() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answers)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        try:
            async with session() as opened:
                witness = Witness(KEY, f"http://{host}:{port}")
                await WitnessClient(kept, ClockOf(NOW), opened).ask(newest(7), [witness])
        finally:
            await runner.cleanup()

    asyncio.run(run())
    (said,) = kept.of("home")
    return said


@pytest.mark.parametrize("sort", ILL)
def test_a_witness_that_means_it_ill_changes_nothing_but_what_is_told(sort: str) -> None:
    answers, trouble = ILL[sort]
    said = asked_of(answers)
    assert len(line(7) * 700) > ANSWER_BYTES_MAX
    assert said.trouble == trouble
    assert (said.size, said.line) == (0, "")


@pytest.mark.parametrize(("text", "status"), [("7", 409), ("no", 422)])
def test_a_second_root_of_one_size_is_told_whichever_way_it_is_refused(text: str, status: int) -> None:
    """tlog-witness said 409 for it, and says 422 since 1.1."""
    before = Witnessed(KEY.text, 7, note(7, FORK), "", 1)
    said = asked_of(told(text, status), before)
    assert (said.trouble, said.other, said.refuses) == (Trouble.TWO, 7, True)


def test_lines_of_other_keys_beside_its_own_are_left_out() -> None:
    text = line(7, seed=bytes(32)) + line(7) + line(7, name="v.example")
    assert asked_of(told(text)).line == line(7)


def test_nothing_packed_is_asked_for() -> None:
    async def answer(_: web.Request) -> web.Response:
        response = web.Response(text=line(7))
        response.enable_compression()  # as a web server in front does where it is welcome
        return response

    assert asked_of(answer).line == line(7)


def test_who_does_not_answer_is_told_so() -> None:
    (said,) = ask(Witnesses(FleetingKeys()), Witness(KEY, "http://127.0.0.1:9"), newest(7))
    assert said.trouble == Trouble.SILENT


def test_who_refused_is_told_of_when_the_rule_names_nobody_like_it_any_more() -> None:
    kept = Witnesses(FleetingKeys())
    kept.keep("home", (Witnessed("v.example+0+0", 3, trouble=Trouble.PAST),))
    ask(kept, Witness(KEY, "http://127.0.0.1:9"), newest(7))
    assert {it.name: it.refuses for it in kept.of("home")} == {"w.example": False, "v.example": True}


def test_of_whom_a_rule_names_no_more_is_told_what_they_signed_and_no_trouble() -> None:
    """It was told for ever that nobody knows a name that was mistyped once."""
    kept = Witnesses(FleetingKeys())
    silent = Witnessed("v.example+0+0", 3, note(3), "line", 5, Trouble.SILENT)
    kept.keep("home", (silent, Witnessed("typo", trouble=Trouble.UNKNOWN)))
    asyncio.run(_told(kept, []))
    assert kept.of("home") == (Witnessed("v.example+0+0", 3, note(3), "line", 5),)


def test_a_name_that_means_nobody_is_kept_once_and_for_as_long_as_it_stands_in_the_rule() -> None:
    keys = _Counted()
    kept = Witnesses(keys)
    for _ in range(3):
        asyncio.run(_told(kept, ["typo", "typo"]))
    assert (kept.of("home"), keys.count) == ((Witnessed("typo", trouble=Trouble.UNKNOWN),), 1)
    asyncio.run(_told(kept, []))
    assert kept.of("home") == ()


async def _told(kept: Witnesses, strangers: list[str]) -> None:
    async with session() as opened:
        await WitnessClient(kept, ClockOf(NOW), opened).ask(newest(7), [], strangers)


class _Counted(FleetingKeys):
    """How often something was kept."""

    count = 0

    def make(self, name: str, key: bytes) -> None:
        self.count += 1
        super().make(name, key)


def test_a_rule_names_only_whom_the_operator_knows() -> None:
    key = PublicKey("w.example", bytes(32), COSIGNATURE)
    known = {"w.example": Witness(key, "https://w.example")}
    assert chosen_of(["w.example"], known) == chosen_of(["*"], known) == [known["w.example"]]
    for wanted in ([], ["http://169.254.169.254"], ["w.example@127.0.0.1"], ["localhost"]):
        assert chosen_of(wanted, known) == []
        assert strangers_of(wanted, known) == wanted
    assert strangers_of(["w.example", "*", "w.*"], known) == []


def test_what_is_kept_and_spoiled_keeps_nobody_from_an_answer() -> None:
    keys = FleetingKeys()
    keys.make("home", b"nonsense")
    assert Witnesses(keys).of("home") == ()
    assert Checkpoint("a", 1, bytes(32)).text
