"""The exported bundle: how a journal and its texts are written down, a line each.

A line can be written in one way only, so every byte of a bundle is checked. The form is fixed for
ever, as the chain's bytes are: bundles lie on other people's disks. Nothing here opens a file.
"""

from __future__ import annotations

import msgspec

from bot.chain import Entry, Sealed
from bot.collective.banking import CollectiveIbanKept, MemberIbanKept
from bot.collective.events import Seal
from bot.collective.folding import read_event
from bot.collective.slips import SlipKept

JOURNAL = "journal.jsonl"
"""The entries, by collective and number."""
TEXTS = "texts.jsonl"
"""The texts that are not erased, by collective; their order says nothing."""
VERIFIER = "verify.py"
CHECKPOINTS = "checkpoint-*.txt"
"""Where this bot signs: a checkpoint of each journal."""
WITNESSED = "witnessed-*.txt"
"""Where witnesses signed: the newest checkpoint that they did, of each journal."""
ROTATIONS = "rotations.txt"
"""Where the key was replaced: the notes in which each key named the next."""
README = "README.txt"

LINE_BYTES_MAX = 16 * 2**20
"""No line is longer; whoever reads a stranger's bundle needs no more memory than this."""

_UNREADABLE = (ValueError, OverflowError, RecursionError)
_encode = msgspec.json.Encoder().encode


class Misshapen(Exception):  # noqa: N818 - the bundle's fault, not the program's
    """A line that is not one of a bundle; says why in plain words."""


class _EntryLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    collective: str
    seq: int
    at: int
    actor: int
    cause: str
    payload: str
    payload_hash: str
    previous: str
    hash: str


class _TextLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    collective: str
    seal: str
    salt: str
    text: str


_entry_line = msgspec.json.Decoder(_EntryLine).decode
_text_line = msgspec.json.Decoder(_TextLine).decode


def write_entry(entry: Entry) -> bytes:
    """An entry as a line; its payload stands there as the text that was hashed."""
    line = _EntryLine(
        entry.collective,
        entry.seq,
        entry.at,
        entry.actor,
        entry.cause,
        entry.payload,
        entry.payload_hash.hex(),
        entry.previous.hex(),
        entry.hash.hex(),
    )
    return _encode(line) + b"\n"


def read_entry(line: bytes) -> Entry:
    """The entry of a line. Raises Misshapen on anything that `write_entry` would not write."""
    try:
        it = _entry_line(line)
        entry = Entry(
            it.collective,
            it.seq,
            it.at,
            it.actor,
            it.cause,
            it.payload,
            bytes.fromhex(it.payload_hash),
            bytes.fromhex(it.previous),
            bytes.fromhex(it.hash),
        )
        same = write_entry(entry) == line
    except _UNREADABLE as why:
        raise Misshapen(f"not readable ({why})") from why
    if not same:
        raise Misshapen("not exactly as Talkoot writes an entry")
    return entry


def write_text(collective: str, sealed: Sealed) -> bytes:
    """A text as a line."""
    return _encode(_TextLine(collective, sealed.seal, sealed.salt.hex(), sealed.text)) + b"\n"


def read_text(line: bytes) -> tuple[str, Sealed]:
    """The collective and the text of a line. Raises Misshapen on what `write_text` would not write."""
    try:
        it = _text_line(line)
        sealed = Sealed(it.seal, bytes.fromhex(it.salt), it.text)
        same = write_text(it.collective, sealed) == line
    except _UNREADABLE as why:
        raise Misshapen(f"not readable ({why})") from why
    if not same:
        raise Misshapen("not exactly as Talkoot writes a text")
    return it.collective, sealed


_AT_HOME = (MemberIbanKept, CollectiveIbanKept, SlipKept)
_OF_HOME = tuple(f'"event":"{kind.__struct_config__.tag}"' for kind in _AT_HOME)


def kept_at_home(entry: Entry) -> tuple[Seal, ...]:
    """The commitments of an entry whose texts are in no bundle: account numbers, what a receipt is."""
    if not any(each in entry.payload for each in _OF_HOME):
        return ()
    event = read_event(entry.payload)
    return event.seals if isinstance(event, _AT_HOME) else ()


READ_ME = f"""What this is
============
A journal of the chat bot Talkoot, with everything that is needed to check it.

  {JOURNAL}   every entry, one a line: who did what, when, and the hash that chains it to the
                  entry before it
  {TEXTS}     the texts and names that people wrote, one a line; those that somebody had erased
                  are missing, and so are all numbers of bank accounts, and receipts
  {VERIFIER}       the check: one short file to read before you run it
  checkpoint-*.txt where the bot has a key: which journal this is, how long, and the root of the
                  Merkle tree over it, signed
  witnessed-*.txt where witnesses signed: the newest checkpoint that they did

How to check it
===============
You need Python 3.8 or later and nothing else:

  python {VERIFIER}

It ends with “All holds” and exit code 0, or names the first entry that does not hold.

What that proves
================
No entry was changed, added, left out or moved between the first one and the head that is printed;
the postings of every entry sum to zero; every text is the one that was committed to when it was
written, and none is missing but those of people who were forgotten since.

What it does not prove
======================
- That the end was not cut off. A shorter journal is sound in itself. Compare the head with one that
  was told in your room (/ledger shows it), or let the check do it:

    python {VERIFIER} --head SEQ:HASH

- Who signed the checkpoint, unless you say whose key you know (told by whoever runs the bot):

    python {VERIFIER} --key NAME+NUMBER+KEY

  A checkpoint that you kept from the room says more: nothing before it can have been changed since.

    python {VERIFIER} --checkpoint FILE --key NAME+NUMBER+KEY

- That nobody else was told another story, unless a witness whose key you know signed it:

    python {VERIFIER} --witness NAME+NUMBER+KEY

- That nobody made up the whole journal anew. Such a journal has another head: the same comparison
  shows it.
- That what people said they did is true. For that there are the people.

Who passes this on
==================
{TEXTS} holds names, accounts and words of people. You may empty that file before you pass the
bundle on: everything but the texts can still be checked, by whoever knows that they were left out:

    python {VERIFIER} --without-texts

Texts that are erased later stay in the bundles that were exported before.
"""
"""What a stranger reads first."""

WITHOUT_TEXTS = f"""The texts were left out of this bundle on purpose: {TEXTS} is empty.
While votes are hidden until the close of what is asked, it ends before the first of them.
All else is checked by

  python {VERIFIER} --without-texts

"""
"""What stands before it where the texts stayed at home."""
