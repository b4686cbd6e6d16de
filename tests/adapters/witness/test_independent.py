"""Against a witness, a log and proofs that others wrote: `aics-witness` and `aics-tlog` from PyPI.

They need Python 3.12, so they are no dependency of ours: make an environment with them, and name its
Python in `TALKOOT_INDEPENDENT`. What they wrote once is read in `test_vectors.py`, everywhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.outside import SeededChance, SystemClock
from adapters.witness.desk import Desk
from adapters.witness.server import WitnessServer
from bot.checkpoints import COSIGNATURE, cosigned, public_of, read_checkpoint, read_key, read_note
from bot.witnessing import Trouble, Witness
from bot.writer.vault import FleetingKeys
from bot.writer.witnesses import Witnesses
from storage.keys import KeyFolder
from tests.adapters.witness.test_client import ask, newest
from tests.adapters.witness.test_desk import FORK
from tests.bot.test_witnessing import KEYS, LEAVES, ORIGIN, note, tree

PYTHON = os.environ.get("TALKOOT_INDEPENDENT", "")
pytestmark = pytest.mark.skipif(not PYTHON, reason="TALKOOT_INDEPENDENT names no other implementation")


def theirs(program: str, *words: str, said: object = None, folder: Path | None = None) -> Any:
    """What a program of theirs prints, as JSON; `said` is what it is told."""
    done = subprocess.run(
        [PYTHON, "-c", program, *words],
        input=json.dumps(said),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def witness(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [PYTHON, "-m", "aics_witness", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "AICS_WITNESS_CONFIG": str(folder / "witness.json")},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def their_witness(folder: Path) -> Iterator[str]:
    """Their witness, served; its address."""
    with subprocess.Popen(
        [PYTHON, "-m", "aics_witness", "serve", "--listen", "127.0.0.1:0"],
        env={**os.environ, "AICS_WITNESS_CONFIG": str(folder / "witness.json")},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            listening = next(line for line in process.stderr if "listening on" in line)
            yield listening.partition("listening on ")[2].split()[0]
        finally:
            process.terminate()


def test_their_witness_signs_what_grows_and_refuses_what_does_not(tmp_path: Path) -> None:
    vkey = witness(tmp_path, "init", "--name", "theirs.example/witness").split()[0]
    witness(tmp_path, "add-log", "--origin", ORIGIN, "--vkey", KEYS[0].text)
    key = read_key(vkey, COSIGNATURE)
    kept = Witnesses(FleetingKeys())
    now = SystemClock()
    with their_witness(tmp_path) as url:
        one = Witness(key, url)
        first, again, grown = ask(kept, one, newest(3), newest(3), newest(9), clock=now)
        assert (first.size, first.trouble, again) == (3, "", first)
        assert (grown.size, grown.trouble) == (9, "")
        (cut,) = ask(kept, one, newest(5), clock=now)
        assert (cut.trouble, cut.other) == (Trouble.CUT, 9)
        (forked,) = ask(kept, one, newest(12, FORK), clock=now)
        assert (forked.trouble, forked.refuses) == (Trouble.PAST, True)
        (two,) = ask(kept, one, newest(9, FORK), clock=now)
        assert (two.trouble, two.refuses) == (Trouble.TWO, True)
        (stranger,) = ask(kept, one, _of_another(12), clock=now)
        assert stranger.trouble is Trouble.STRANGER
    with their_witness(tmp_path) as url:  # it was stopped, and remembers
        (whole,) = ask(kept, Witness(key, url), newest(12), clock=now)
        assert (whole.trouble, whole.size) == ("", 12)
        # What was kept here is gone: it says where it stands.
        (found,) = ask(Witnesses(FleetingKeys()), Witness(key, url), newest(13), clock=now)
        assert (found.trouble, found.size) == ("", 13)


def _of_another(size: int) -> Any:
    bare = newest(size)
    return type(bare)("home", size, note(size, seed=bytes([7]) * 32), bare.proof)


_THEIR_LOG = """
import json, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from aics_tlog import Checkpoint, MerkleTree, sign_checkpoint
from aics_witness.feeder import FeederError, WitnessClient

told = json.load(sys.stdin)
key, name = Ed25519PrivateKey.from_private_bytes(bytes([5]) * 32), "theirs.example/log"
trees = {fork: MerkleTree([b"%d" % (n if not fork or n != 2 else 99) for n in range(40)])
         for fork in (False, True)}
said = []
for size, fork, old in told["asked"]:
    tree = trees[fork]
    note = sign_checkpoint(Checkpoint(name, size, tree.root(size)), key, name).to_bytes()
    try:
        with WitnessClient(told["url"], told["vkey"], max_attempts=1) as client:
            line = client.submit(note, tree.consistency_proof, old_size=old)
        said.append(["", line])
    except FeederError as why:
        said.append([type(why).__name__, str(why)])
print(json.dumps(said))
"""


def test_our_witness_signs_for_their_log_what_grows_and_refuses_what_does_not(tmp_path: Path) -> None:
    log = theirs(
        "from aics_tlog import vkey_from_ed25519, format_vkey;"
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as K;"
        "import json;"
        "k = K.from_private_bytes(bytes([5]) * 32).public_key();"
        "print(json.dumps(format_vkey(vkey_from_ed25519('theirs.example/log', k))))"
    )
    keys, seen = KeyFolder(tmp_path / "keys"), KeyFolder(tmp_path / "seen")

    def asked(*each: tuple[int, bool, int | None]) -> list[tuple[str, str]]:
        desk = Desk("ours.example/witness", [read_key(log)], keys, seen)
        desk.open(SeededChance(1))
        server = WitnessServer(desk, SystemClock(), "127.0.0.1", 0)
        url = server.start()
        try:
            found = theirs(_THEIR_LOG, said={"url": url, "vkey": desk.public.text, "asked": each})
        finally:
            server.stop()
        return [(kind, words) for kind, words in found]

    first, again, grown = asked((3, False, None), (3, False, None), (17, False, None))
    assert [first[0], again[0], grown[0]] == ["", "", ""]
    # Behind a restart: growth from what it knows alone, no fork, no smaller tree, no second root.
    cut, forked, two, whole = asked(
        (9, False, None), (20, True, None), (17, True, None), (40, False, 17)
    )
    assert cut[0] == "WitnessAhead"
    assert forked[0] == "WitnessRejected"
    assert "422" in forked[1]
    assert two[0] == "WitnessRejected"
    assert whole[0] == ""


_CHECK = """
import json, sys
from aics_tlog import (parse_checkpoint, parse_note, parse_vkey, verify_checkpoint, verify_consistency,
                       verify_inclusion)

told = json.load(sys.stdin)
found = []
for note in (told["older"], told["newer"]):
    result = verify_checkpoint(parse_note(note), parse_vkey(told["key"]),
                               [parse_vkey(each) for each in told["witnesses"]], told["quorum"])
    found.append(result.ok and result.cosignature_count == told["quorum"])
was, now = (parse_checkpoint(parse_note(told[name]).text) for name in ("older", "newer"))
found.append(verify_consistency(was.size, now.size, was.root, now.root,
                                [bytes.fromhex(each) for each in told["proof"]]))
for index, leaf, proof in told["inclusions"]:
    found.append(verify_inclusion(bytes.fromhex(leaf), index, now.size,
                                  [bytes.fromhex(each) for each in proof], now.root))
print(json.dumps(found, default=str))
"""


def test_their_check_takes_our_checkpoints_cosignatures_and_proofs() -> None:
    for older, newer in ((1, 2), (3, 7), (8, 20), (19, 20)):
        notes = []
        for size in (older, newer):
            text = note(size)
            point = read_checkpoint(read_note(text))
            for number in (8, 9):
                text += cosigned(point, bytes([number]) * 32, f"w{number}.example", int(time.time()))
            notes.append(text)
        said: dict[str, Any] = {
            "older": notes[0],
            "newer": notes[1],
            "key": KEYS[0].text,
            "witnesses": [
                public_of(bytes([n]) * 32, f"w{n}.example", COSIGNATURE).text for n in (8, 9)
            ],
            "quorum": 2,
            "proof": [each.hex() for each in tree(newer).consistency(older)],
            "inclusions": [
                [at, LEAVES[at].hex(), [each.hex() for each in tree(newer).inclusion(at)]]
                for at in range(newer)
            ],
        }
        found = theirs(_CHECK, said=said)
        assert found == [True] * (3 + newer)
        another = [bytes(32).hex()] * len(said["proof"])
        assert theirs(_CHECK, said={**said, "proof": another}) == [True, True, False, *[True] * newer]
