#!/usr/bin/env python3
"""Verifies an exported Talkoot journal; needs Python 3.8 or later and nothing else.

    python verify.py [FOLDER] [--head [COLLECTIVE=]SEQ:HASH ...]

Recomputes every hash, every sum and every text's commitment, and believes nothing that is written
down. Ends with 0 only when all of it holds; otherwise names the first bad entry and ends with 1.
A journal whose end was cut off is sound in itself: only a head from elsewhere (--head) shows that.
"""

import argparse
import hashlib
import json
import os
import re
import sys

LINE_BYTES_MAX = 16 << 20
ENTRY = {"collective": str, "seq": int, "at": int, "actor": int, "cause": str,
         "payload": str, "payload_hash": str, "previous": str, "hash": str}
TEXT = {"collective": str, "seal": str, "salt": str, "text": str}
SEAL = re.compile('"([0-9a-f]{64})"')
HEAD = re.compile("(?:(.*)=)?([1-9][0-9]{0,17}):([0-9a-f]{16,64})", re.DOTALL)
MISSING, SPARE, FOUND = range(3)


class Bad(Exception):
    """What does not hold, in plain words."""


def whole(digits):
    if len(digits) > 20:
        raise ValueError("a number is too large")
    return int(digits)


def refuse(number):
    raise ValueError("%s is not a whole number" % number)


parse = json.JSONDecoder(parse_int=whole, parse_float=refuse, parse_constant=refuse).decode


def written(value, sort_keys=False):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def shown(text):
    return ascii(text)[1:-1]


def read(folder, name, fields):
    """Every line as (where, its values); a line can be written in one way only."""
    with open(os.path.join(folder, name), "rb") as file:
        for number, raw in enumerate(iter(lambda: file.readline(LINE_BYTES_MAX + 1), b""), 1):
            where = "%s, line %d" % (name, number)
            if not raw.endswith(b"\n"):
                raise Bad(where + (": too long" if len(raw) > LINE_BYTES_MAX else ": cut off"))
            try:
                row = raw[:-1].decode()
                line = parse(row)
                same = written(line) == row
            except (ValueError, RecursionError) as why:
                raise Bad("%s: not readable (%s)" % (where, shown(str(why))[:200]))
            if not isinstance(line, dict) or list(line) != list(fields):
                raise Bad("%s: must hold %s, in this order" % (where, ", ".join(fields)))
            for field, kind in fields.items():
                if type(line[field]) is not kind:
                    raise Bad("%s: %s is not of the right type" % (where, field))
            if not same:
                raise Bad(where + ": not written in the one way that is allowed")
            yield where, line


def read_texts(folder):
    """The commitments of the texts by collective, each text held against its own."""
    seals, last = {}, ("", "")
    for where, line in read(folder, "texts.jsonl", TEXT):
        key = line["collective"], line["seal"]
        if key <= last:
            raise Bad(where + ": out of order")
        salt = line["salt"]
        if not re.fullmatch("([0-9a-f]{2})*", salt):
            raise Bad(where + ": its salt is not hexadecimal")
        if sha256(bytes.fromhex(salt) + line["text"].encode()) != line["seal"]:
            raise Bad(where + ": not the text that was committed to")
        seals.setdefault(key[0], {})[key[1]] = SPARE
        last = key
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
    fields = "collective", "seq", "at", "actor", "cause", "payload_hash", "previous"
    envelope = written(["talkoot-1"] + [line[field] for field in fields])
    if sha256(b"\0" + envelope.encode()) != line["hash"]:
        return "its envelope was changed"
    try:
        content, sums = parse(line["payload"]), {}
        if written(content, sort_keys=True) != line["payload"]:
            return "its content is not canonical JSON"
        for _account, unit, count in content.get("postings", ()):
            sums[unit] = sums.get(unit, 0) + count
    except (ValueError, TypeError, AttributeError, RecursionError) as why:
        return "its content is not readable (%s)" % shown(str(why))[:200]
    return "its postings do not sum to zero" if any(sums.values()) else ""


def verify(folder, heads):
    """Verify a bundle, telling each collective as it ends; what is left of `heads` is not there."""
    texts, name, seq, at, previous = read_texts(folder), None, 0, 0, ""
    for where, line in read(folder, "journal.jsonl", ENTRY):
        if line["collective"] != name:
            close(name, seq, previous, texts)
            if name is not None and line["collective"] <= name:
                raise Bad(where + ": out of order")
            name, seq, at, previous = line["collective"], 0, 0, "0" * 64
            seals = texts.setdefault(name, {})
        wrong = flaw(line, seq, at, previous)
        if wrong:
            raise Bad("%s, entry %d (%s): %s" % (shown(name), line["seq"], where, wrong))
        for seal in SEAL.findall(line["payload"]):
            seals[seal] = FOUND if seals.get(seal) else MISSING
        seq, at, previous = line["seq"], line["at"], line["hash"]
        heads[:] = [(of, its, digits) for of, its, digits in heads if not (
            its == seq and previous.startswith(digits) and of in (None, name))]
    close(name, seq, previous, texts)
    for left in texts:
        raise Bad("texts.jsonl: %s has texts but no entries" % shown(left))
    for of, its, digits in heads:
        raise Bad("%sno entry %d:%s; the end was cut off, or this is another journal"
                  % (shown(of) + ": " if of else "", its, digits))


def close(name, seq, head, texts):
    if name is not None:
        known = list(texts.pop(name).values())
        if SPARE in known:
            raise Bad("texts.jsonl: %s has a text that no entry commits to" % shown(name))
        print("%s: %d entries, head %d:%s, sums zero, %d texts match, %d erased or left out"
              % (shown(name), seq, seq, head, known.count(FOUND), known.count(MISSING)))


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("folder", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    options.add_argument("--head", action="append", default=[], metavar="[COLLECTIVE=]SEQ:HASH")
    given = options.parse_args()
    heads = [HEAD.fullmatch(head) for head in given.head]
    if None in heads:
        options.error("a head is SEQ:HASH, with at least 16 hexadecimal digits of the hash")
    try:
        verify(given.folder, [(m.group(1), int(m.group(2)), m.group(3)) for m in heads])
    except (Bad, OSError) as why:
        sys.exit("NOT SOUND: %s" % why)
    print("All of it holds. " + ("The heads are reached." if heads else "Whether the end was cut"
          " off, only a head from elsewhere shows: --head SEQ:HASH."))


if __name__ == "__main__":
    main()
