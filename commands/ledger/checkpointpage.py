"""Checkpoints as a page: the newest one, what witnesses said of it, and the proof between any two."""

from __future__ import annotations

from typing import Any

from bot.checkpoints import base64_of, read_checkpoint, read_note
from bot.collective.state import State
from bot.decision import Ask, Grown, Proof, Query, Signed
from bot.page import PROOF, Listed, Page, Shown, Wanted
from bot.text.wording import Code, Node, Say, Strong, lines, say
from bot.witnessing import write_submission
from commands.ledger.ledger import checkpoint_told
from commands.ledger.verifying import signed_by
from commands.ledger.witnesses import signed_size, witnesses_facts, witnesses_table

FILE = "proof.txt"
"""What the proof is called where it is told how to check it."""


def between(state: State, ask: Ask[Wanted]) -> tuple[int, int]:
    """The sizes of the two that are wanted, the smaller first; (0, 0) where there are not so many.

    Where one was not named it is the end; and the other the last one that a witness signed, else the
    first entry.
    """
    head, want = state.head.seq, ask.args
    newer = want.newer or head
    usual = signed_size(ask.witnessed, newer)
    older, newer = sorted((want.older or usual or 1, newer))
    return (older, newer) if older and newer <= head else (0, 0)


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    older, newer = between(state, ask)
    return (Signed(), Grown(older, newer)) if newer else (Signed(),)


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    older, newer = between(state, ask)
    proof = ask.proofs.get(Grown(older, newer))
    facts: dict[str, Any] = {
        "head": state.head.text,
        "checkpoint": ask.checkpoint or "",
        "signer": ask.signer,
        "witnesses": witnesses_facts(ask.witnessed, state.head.seq),
    }
    if not ask.checkpoint:
        return Shown(body=_UNSIGNED, facts=facts)
    body = lines(
        checkpoint_told(ask.checkpoint),
        signed_by(ask),
        witnesses_table(ask.witnessed, state.head.seq) or _UNASKED,
        _proof_told(older, newer, proof) if proof else _beyond(state),
    )
    if proof is not None:
        facts |= _proof_facts(older, newer, proof)
    return Shown(body=body, facts=facts, exact=_exact(facts))


def _proof_told(older: int, newer: int, proof: Proof) -> Node:
    """The proof, line by line, and how it is checked without this page."""
    return lines(
        Strong(
            say(
                "The journal up to entry {newer} begins with the one up to {older}. This proves it:",
                older=older,
                newer=newer,
            )
        ),
        *(Code(row) for row in _text(older, proof).splitlines() if row),
        say(
            "Whoever kept the checkpoint of entry {older} saves this as {file} and checks both: {line}",
            older=older,
            file=Code(FILE),
            line=Code(f"talkoot verify --proof {FILE} --checkpoint FILE --key KEY"),
        ),
        say("Signed as well, if you kept none, the checkpoint of entry {older}:", older=older),
        *(Code(row) for row in proof.older.splitlines() if row),
    )


def _text(older: int, proof: Proof) -> str:
    """As a witness is sent it (c2sp.org/tlog-witness), so that other programs read it."""
    return write_submission(older, proof.hashes, proof.note)


def _proof_facts(older: int, newer: int, proof: Proof) -> dict[str, Any]:
    return {
        "older": _point(older, proof.older),
        "newer": _point(newer, proof.note),
        "hashes": [base64_of(each) for each in proof.hashes],
        "proof": _text(older, proof),
    }


def _point(size: int, note: str) -> dict[str, Any]:
    return {"size": size, "root": read_checkpoint(read_note(note)).root.hex(), "checkpoint": note}


def _exact(facts: dict[str, Any]) -> frozenset[str]:
    """What is signed, or a hash: every letter of it counts."""
    notes = [facts["checkpoint"], facts.get("proof", ""), facts.get("older", {}).get("checkpoint", "")]
    roots = [facts[name]["root"] for name in ("older", "newer") if name in facts]
    rows = [row for note in notes for row in note.splitlines()]
    return frozenset({*notes, *rows, *roots, *facts.get("hashes", ()), facts["signer"]})


def _beyond(state: State) -> Say:
    return say(
        "A proof is between two numbers of entries; this journal has {count}.", count=state.head.seq
    )


_UNSIGNED = say("This bot has no key to sign with, so there is no checkpoint.")
_UNASKED = say("No witness is asked; the rule {rule} names some.", rule=Code("witnesses"))

PAGE = Page(
    name="checkpoints",
    title=say("Checkpoints"),
    about=say(
        "What is signed of the journal, which witnesses signed it too, and the proof that a longer one "
        "begins with a shorter one."
    ),
    view=_view,
    part=PROOF,
    wants=_wants,
    takes=frozenset({"older", "newer"}),
    listed=Listed("witnesses", ("witness", "key", "size", "at", "behind", "trouble", "other")),
    proof="proof",
    signed=True,
)
