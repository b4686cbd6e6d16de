#!/usr/bin/env python3
"""Verifies an exported Talkoot journal; needs Python 3.8 or later and nothing else.

    python verify.py [FOLDER] [--head [COLLECTIVE=]SEQ:HASH ...] [--without-texts]
                     [--checkpoint FILE ...] [--key KEY]

Recomputes every hash, every sum and every text's commitment, and believes nothing that is written
down. Ends with 0 only when all of it holds; otherwise names the first bad entry and ends with 1.
A journal whose end was cut off is sound in itself: only a head from elsewhere (--head) shows that.
A text may be missing if whoever it is of was forgotten since; others only with --without-texts.
A journal must begin with the one of each checkpoint (those of the bundle, and those named); with
--key that key must have signed them. Ed25519 is done here by hand: slowly, and only to check.
"""

import argparse
import base64
import glob
import itertools
import json
import os
import re
import sys
from hashlib import sha256, sha512
from urllib.parse import quote

LINE_BYTES_MAX = 16 << 20
ENTRY = "collective seq at actor cause payload payload_hash previous hash".split()
TEXT = "collective seal salt text".split()
TYPES = {"seq": int, "at": int, "actor": int}
SEAL = re.compile('(?<!"code":)(?<!"commitment":)(?<!"digest":)"([0-9a-f]{64})"')
PERSON = re.compile('"(?:by|member|to)":([0-9]+)')
HEAD = re.compile("(?:(.*)=)?([1-9][0-9]{0,17}:[0-9a-f]{16,64})", re.DOTALL)
TOLD = "%s: %d entries, head %s, sums zero, %d texts match, %d erased or left out"
LOST = "%s, entry %d: a text is missing that nobody had erased (left out on purpose: --without-texts)"
PEOPLE = re.compile('"event":"(?:member.forgotten|members.merged|merge.undone)"')
MISSING, SPARE, FOUND = range(3)
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


class Bad(Exception):
    """What does not hold, in plain words."""


def _whole(digits):
    if len(digits) > 20:
        raise ValueError("a number is too large")
    return int(digits)


_parse = json.JSONDecoder(parse_int=_whole, parse_float=_whole, parse_constant=_whole).decode


def _written(value, sort_keys=False):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)


def _shown(text):
    return ascii(str(text))[1:-1][:200]


def read(folder, name, fields):
    """Every line as (where, its values); a line can be written in one way only."""
    with open(os.path.join(folder, name), "rb") as file:
        for number, raw in enumerate(iter(lambda: file.readline(LINE_BYTES_MAX), b""), 1):
            where = "%s, line %d" % (name, number)
            if not raw.endswith(b"\n"):
                raise Bad(where + (": cut off" if len(raw) < LINE_BYTES_MAX else ": too long"))
            try:
                line = _parse(raw.decode())
                same = _written(line).encode() + b"\n" == raw
            except (ValueError, RecursionError) as why:
                raise Bad("%s: not readable (%s)" % (where, _shown(why)))
            form = [(key, TYPES.get(key, str)) for key in fields]
            if not same or type(line) is not dict or [(k, type(line[k])) for k in line] != form:
                raise Bad("%s: not exactly as Talkoot writes %s" % (where, ", ".join(fields)))
            yield where, line


def read_texts(folder):
    """The commitments of the texts by collective, each text held against its own."""
    texts = {}
    for where, line in read(folder, "texts.jsonl", TEXT):
        name, seal, salt, text = line.values()
        seals = texts.setdefault(name, {})
        if seal in seals:
            raise Bad(where + ": this text is there twice")
        if not re.fullmatch("([0-9a-f]{2})*", salt):
            raise Bad(where + ": its salt is not hexadecimal")
        if sha256(bytes.fromhex(salt) + text.encode()).hexdigest() != seal:
            raise Bad(where + ": not the text that was committed to")
        seals[seal] = SPARE
    return texts


def flaw(line, seq, at, previous):
    """What is wrong with an entry behind entry `seq`, or nothing."""
    if line["seq"] != seq + 1:
        return "follows entry %d" % seq
    if line["previous"] != previous:
        return "does not link to the entry before it"
    if line["at"] < at:
        return "is earlier than the entry before it"
    if sha256(line["payload"].encode()).hexdigest() != line["payload_hash"]:
        return "its content was changed"
    envelope = _written(["talkoot-1"] + [line[k] for k in ENTRY if k not in ("payload", "hash")])
    if sha256(b"\0" + envelope.encode()).hexdigest() != line["hash"]:
        return "its envelope was changed"
    try:
        content, sums = _parse(line["payload"]), {}
        if _written(content, sort_keys=True) != line["payload"]:
            return "its content is not canonical JSON"
        for _account, unit, count in content.get("postings", ()):
            sums[unit] = sums.get(unit, 0) + count
    except (ValueError, TypeError, AttributeError, RecursionError) as why:
        return "its content is not readable (%s)" % _shown(why)
    return "its postings do not sum to zero" if any(sums.values()) else ""


def note(event, seq, merged, forgotten):
    """Keep who is one person with whom, and when (at which entry) somebody was forgotten."""
    if event["event"] == "members.merged":
        merged[event["absorbed"]] = event["member"]
    elif event["event"] == "merge.undone":
        merged.pop(event["absorbed"], None)
    elif event["event"] == "member.forgotten":
        one = [event["member"]]
        for number in one:
            linked = [each for each in merged if merged[each] == number] + [merged.get(number, number)]
            one += [each for each in linked if each not in one]
        forgotten.update((each, seq) for each in one)


def unexplained(gone, forgotten):
    """The first entry with a text that is gone, of nobody who was forgotten since; 0 for none."""
    for referred in gone.values():
        if all(forgotten.get(each, 0) <= seq for seq, people in referred for each in people):
            return referred[0][0]
    return 0


def point(raw):
    """The point of the curve that 32 bytes stand for, as (x, y, 1, xy): RFC 8032, 5.1.3."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if len(raw) != 32 or y >= P or x * x % P != square or (sign and not x):
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def plus(one, two):
    """The sum of two points: RFC 8032, 5.1.4."""
    a, b = (one[1] - one[0]) * (two[1] - two[0]), (one[1] + one[0]) * (two[1] + two[0])
    c, d = 2 * one[3] * two[3] * D, 2 * one[2] * two[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, one):
    """So many times a point."""
    total = (0, 1, 1, 0)
    while number:
        total = plus(total, one) if number & 1 else total
        one, number = plus(one, one), number >> 1
    return total


def is_signed(key, text, signature):
    """Whether an Ed25519 key signed these bytes: RFC 8032, 5.1.7."""
    try:
        public, begins = point(key), point(signature[:32])
    except ValueError:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    hashed = int.from_bytes(sha512(signature[:32] + key + text).digest(), "little")
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    one, two = times(scalar, base), plus(begins, times(hashed % ORDER, public))
    same = not any((one[i] * two[2] - two[i] * one[2]) % P for i in (0, 1))
    return same and len(signature) == 64 and scalar < ORDER


def read_checkpoint(path, key):
    """The origin, size and root of a checkpoint, which the key must have signed, if there is one."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [line.strip().lstrip(">").strip(" `\t") for line in file.read(1 << 14).splitlines()]
    origin, size, root, *rest = [line for line in lines if line] + [""] * 4
    signatures = [line.split(" ") for line in rest if line]
    try:
        count, raw = int(size), base64.b64decode(root, validate=True)
        made = [
            (name, base64.b64decode(it, validate=True))
            for dash, name, it in signatures
            if dash == "\u2014"
        ]
    except ValueError:
        raise Bad("%s: not a checkpoint: origin, size, root, a signature" % _shown(path))
    if len(raw) != 32 or str(count) != size or count < 0 or not made or len(made) < len(signatures):
        raise Bad("%s: not a checkpoint: origin, size, root, a signature" % _shown(path))
    if key:
        number = sha256(origin.encode() + b"\n\1" + key).digest()[:4]
        mine = [it[4:] for name, it in made if name == origin and it[:4] == number]
        text = ("%s\n%d\n%s\n" % (origin, count, root)).encode()
        if not mine or not all(is_signed(key, text, it) for it in mine):
            raise Bad("%s: not signed by this key" % _shown(path))
    return origin, count, raw


def read_key(text):
    """The 32 bytes of a public key, NAME+NUMBER+KEY."""
    name, number, encoded = text.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if len(raw) != 33 or sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != number:
        raise ValueError("no public key")
    return raw[1:]


def grow(peaks, size, leaf):
    """Add leaf number `size` to a Merkle tree (RFC 6962), which is kept as its whole subtrees."""
    while size & 1:
        leaf, size = sha256(b"\1" + peaks.pop() + leaf).digest(), size >> 1
    peaks.append(leaf)


def root_of(peaks):
    """The root of a tree."""
    root = peaks[-1] if peaks else sha256(b"").digest()
    for peak in reversed(peaks[:-1]):
        root = sha256(b"\1" + peak + root).digest()
    return root


def verify(folder, heads, partial=False, points=()):
    """Verify a bundle; yields a line for each collective that holds."""
    texts, last, points = read_texts(folder), "", set(points)
    sizes = {size for _origin, size, _root in points}
    journal = read(folder, "journal.jsonl", ENTRY)
    for name, rows in itertools.groupby(journal, lambda row: row[1]["collective"]):
        seals, seq, at, previous = texts.pop(name, {}), 0, 0, "0" * 64
        gone, merged, forgotten, peaks, origin = {}, {}, {}, [], ""
        for where, line in rows:
            wrong = flaw(line, seq, at, previous) if name >= last else "collective out of order"
            if wrong:
                raise Bad("%s, entry %d: %s (%s)" % (_shown(name), line["seq"], wrong, where))
            people = [line["actor"], *map(int, PERSON.findall(line["payload"]))]
            for seal in SEAL.findall(line["payload"]):
                seals[seal] = FOUND if seals.get(seal) else MISSING
                if seals[seal] == MISSING:
                    gone.setdefault(seal, []).append((line["seq"], people))
            if PEOPLE.search(line["payload"]):
                note(_parse(line["payload"]), line["seq"], merged, forgotten)
            if points:
                grow(peaks, seq, bytes.fromhex(line["hash"]))
                origin = origin or "talkoot/%s/%s" % (quote(name, safe=""), line["hash"][:16])
                if seq + 1 in sizes:
                    points -= {(origin, seq + 1, root_of(peaks))}
            seq, at, previous = line["seq"], line["at"], line["hash"]
            now = "%d:%s" % (seq, previous)
            heads = [(of, its) for of, its in heads if of not in (None, name) or now.find(its) != 0]
        last, known, lost = name, list(seals.values()), unexplained(gone, forgotten)
        if lost and not partial:
            raise Bad(LOST % (_shown(name), lost))
        if SPARE in known:
            texts[name] = seals
        yield TOLD % (_shown(name), seq, now, known.count(FOUND), known.count(MISSING))
    if texts:
        raise Bad("texts.jsonl: %s has texts that no entry commits to" % _shown(min(texts)))
    if heads:
        raise Bad("no entry %s; the end was cut off, or it is another journal" % heads[0][1])
    for origin, size, _root in points:
        raise Bad(
            "no journal begins with the %d entries of the checkpoint of %s" % (size, _shown(origin))
        )


def _main():
    line = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    line.add_argument("folder", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    line.add_argument("--head", action="append", default=[], type=HEAD.fullmatch, metavar="HEAD")
    line.add_argument("--without-texts", action="store_true", help="texts were left out on purpose")
    line.add_argument(
        "--checkpoint", action="append", default=[], metavar="FILE", help="one that was kept"
    )
    line.add_argument("--key", type=read_key, help="the public key that signed the checkpoints")
    given = line.parse_args()
    if None in given.head:
        line.error("a head is SEQ:HASH, with 16 to 64 hexadecimal digits of the hash")
    try:
        files = given.checkpoint + sorted(
            glob.glob(os.path.join(glob.escape(given.folder), "checkpoint-*.txt"))
        )
        points = [read_checkpoint(file, given.key) for file in files]
        if given.key and not points:
            line.error("a key says who signed a checkpoint: name one with --checkpoint FILE")
        heads = [it.groups() for it in given.head]
        for told in verify(given.folder, heads, given.without_texts, points):
            print(told)
    except (Bad, OSError) as why:
        sys.exit("NOT SOUND: %s" % why)
    print("All holds." if given.head else "All holds; a cut end shows only with --head.")


if __name__ == "__main__":
    _main()
