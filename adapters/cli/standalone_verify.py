#!/usr/bin/env python3
"""Verifies an exported Talkoot journal; needs Python 3.8 or later and nothing else.

    python verify.py [FOLDER] [--head [COLLECTIVE=]SEQ:HASH ...]

Recomputes every hash, every sum and every text's commitment, and believes nothing that is written
down. Ends with 0 only when all of it holds; otherwise names the first bad entry and ends with 1.
A journal whose end was cut off is sound in itself: only a head from elsewhere (--head) shows that.
"""

import argparse
import hashlib
import itertools
import json
import os
import re
import sys

LINE_BYTES_MAX = 16 << 20
ENTRY = {"collective": str, "seq": int, "at": int, "actor": int, "cause": str,
         "payload": str, "payload_hash": str, "previous": str, "hash": str}
HASHED = [name for name in ENTRY if name not in ("payload", "hash")]
TEXT = {"collective": str, "seal": str, "salt": str, "text": str}
SALT = re.compile("([0-9a-f]{2})*")
SEAL = re.compile('"([0-9a-f]{64})"')
HEAD = re.compile("(?:(.*)=)?([1-9][0-9]{0,17}):([0-9a-f]{16,64})", re.DOTALL)
MISSING, SPARE, FOUND = range(3)


class Bad(Exception):
    """What does not hold, in plain words."""


def whole(digits):
    if len(digits) > 20:
        raise ValueError("a number is too large")
    return int(digits)


parse = json.JSONDecoder(parse_int=whole, parse_float=whole, parse_constant=whole).decode


def written(value, sort_keys=False):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def shown(text):
    return ascii(str(text))[1:-1][:200]


def read(folder, name, fields):
    """Every line as (where, its values); a line can be written in one way only."""
    with open(os.path.join(folder, name), "rb") as file:
        for number, raw in enumerate(iter(lambda: file.readline(LINE_BYTES_MAX), b""), 1):
            where = "%s, line %d" % (name, number)
            if not raw.endswith(b"\n"):
                raise Bad(where + (": cut off" if len(raw) < LINE_BYTES_MAX else ": too long"))
            try:
                line = parse(raw[:-1].decode())
                same = written(line).encode() + b"\n" == raw
            except (ValueError, RecursionError) as why:
                raise Bad("%s: not readable (%s)" % (where, shown(why)))
            if type(line) is not dict or [(k, type(line[k])) for k in line] != [*fields.items()]:
                raise Bad("%s: must hold %s" % (where, ", ".join(fields)))
            if not same:
                raise Bad(where + ": not written in the one way that is allowed")
            yield where, line


def read_texts(folder):
    """The commitments of the texts by collective, each text held against its own."""
    seals, last = {}, ("", "")
    for where, line in read(folder, "texts.jsonl", TEXT):
        name, seal, salt, text = line.values()
        if (name, seal) <= last:
            raise Bad(where + ": out of order")
        if not SALT.fullmatch(salt) or sha256(bytes.fromhex(salt) + text.encode()) != seal:
            raise Bad(where + ": not the text that was committed to")
        seals.setdefault(name, {})[seal] = SPARE
        last = name, seal
    return seals


def flaw(line, seq, at, previous):
    """What is wrong with an entry behind entry `seq`, or nothing."""
    if line["seq"] != seq + 1:
        return "follows entry %d" % seq
    if line["previous"] != previous:
        return "does not link to the entry before it"
    if line["at"] < at:
        return "is earlier than the entry before it"
    if sha256(line["payload"].encode()) != line["payload_hash"]:
        return "its content was changed"
    if sha256(b"\0" + written(["talkoot-1"] + [line[k] for k in HASHED]).encode()) != line["hash"]:
        return "its envelope was changed"
    try:
        content, sums = parse(line["payload"]), {}
        if written(content, sort_keys=True) != line["payload"]:
            return "its content is not canonical JSON"
        for _account, unit, count in content.get("postings", ()):
            sums[unit] = sums.get(unit, 0) + count
    except (ValueError, TypeError, AttributeError, RecursionError) as why:
        return "its content is not readable (%s)" % shown(why)
    return "its postings do not sum to zero" if any(sums.values()) else ""


def verify(folder, heads):
    """Verify a bundle; yields a line for each collective that holds."""
    texts, last = read_texts(folder), ""
    journal = read(folder, "journal.jsonl", ENTRY)
    for name, rows in itertools.groupby(journal, lambda row: row[1]["collective"]):
        seals, seq, at, previous = texts.pop(name, {}), 0, 0, "0" * 64
        for where, line in rows:
            wrong = flaw(line, seq, at, previous) if name > last else "collective out of order"
            if wrong:
                raise Bad("%s, entry %d: %s (%s)" % (shown(name), line["seq"], wrong, where))
            for seal in SEAL.findall(line["payload"]):
                seals[seal] = FOUND if seals.get(seal) else MISSING
            seq, at, previous = line["seq"], line["at"], line["hash"]
            heads = [head for head in heads if head[1] != seq or head[0] not in (None, name)
                     or not previous.startswith(head[2])]
        last, known = name, list(seals.values())
        if SPARE in known:
            raise Bad("texts.jsonl: %s has a text that no entry commits to" % shown(name))
        yield "%s: %d entries, head %d:%s, sums zero, %d texts match, %d erased or left out" % (
            shown(name), seq, seq, previous, known.count(FOUND), known.count(MISSING))
    if texts:
        raise Bad("texts.jsonl: %s has texts but no entries" % shown(min(texts)))
    if heads:
        raise Bad("no entry %d:%s; the end was cut off, or it is another journal" % heads[0][1:])


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("folder", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    options.add_argument("--head", action="append", default=[], metavar="[COLLECTIVE=]SEQ:HASH")
    given = options.parse_args()
    heads = [HEAD.fullmatch(head) for head in given.head]
    if None in heads:
        options.error("a head is SEQ:HASH, with 16 to 64 hexadecimal digits of the hash")
    try:
        for told in verify(given.folder, [(head[1], int(head[2]), head[3]) for head in heads]):
            print(told)
    except (Bad, OSError) as why:
        sys.exit("NOT SOUND: %s" % why)
    print("All holds." if heads else "All holds; that its end is not cut off shows only --head.")


if __name__ == "__main__":
    main()
