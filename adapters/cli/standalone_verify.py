#!/usr/bin/env python3
"""Verifies an exported Talkoot journal; needs Python 3.8 or later and nothing else.

    python verify.py [FOLDER] [--head [COLLECTIVE=]SEQ:HASH ...] [--without-texts]
                     [--checkpoint FILE ...] [--key KEY] [--rotations FILE]
                     [--witness KEY ... [--quorum K]]
    python verify.py --receipt FILE [--key KEY] [--witness KEY ...]

Recomputes every hash, every sum and every text's commitment, and believes nothing that is written
down. Ends with 0 only when all of it holds; otherwise names the first bad entry and ends with 1.
A journal whose end was cut off is sound in itself: only a head from elsewhere (--head) shows that.
A text may be missing if whoever it is of was forgotten since, or if it is needed no more (an import's
rows, an account's number); others only with --without-texts. A journal must begin with the one of each
checkpoint (those of the bundle, and those named); with --key that key must have signed them, or one
that it named as the next (--rotations, or those of the bundle); with --witness those witnesses, or K of
them, those that were named or that lie in the bundle as witnessed-*.txt. A receipt shows that one entry
is in the journal of its checkpoint, without the others. Ed25519 is done here by hand, slowly.
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
SEAL = re.compile('(?<!"code":)(?<!"commitment":)(?<!"digest":)(?:"(content|iban)":)?"([0-9a-f]{64})"')
PERSON = re.compile('"(?:by|member|to)":([0-9]+)')
HEAD = re.compile("(?:(.*)=)?([1-9][0-9]{0,17}:[0-9a-f]{16,64})", re.DOTALL)
TOLD = "%s: %d entries, head %s, sums zero, %d texts match, %d erased or left out"
LOST = "%s, entry %d: a text is missing that nobody had erased (left out on purpose: --without-texts)"
PEOPLE = re.compile('"event":"(?:member.forgotten|members.merged|merge.undone)"')
MISSING, SPARE, FOUND = range(3)
ROTATION = "talkoot key rotation v1"
PROOF = "c2sp.org/tlog-proof@v1"
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


def bare(path, most=1 << 17):
    """The lines of a file, without what a chat puts around them."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read(most + 1)
    if len(text) > most:
        raise Bad("%s: too long" % _shown(path))
    lines = [line.strip().lstrip(">").strip(" `\t") for line in text.splitlines()]
    return [line for line in lines if line]


def decoded(text):
    """What Base64 stands for, which is written in one way only."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("Base64 that is written otherwise")
    return raw


def checked(path, lines, given):
    """The origin, size and root of a checkpoint in some lines, signed by whom `given` demands."""
    origin, size, root, *rest = lines + [""] * 4
    signatures = [line.split(" ") for line in rest if line]
    try:
        count, raw = int(size), decoded(root)
        made = [(name, decoded(it)) for dash, name, it in signatures if dash == "\u2014"]
    except ValueError:
        raise Bad("%s: not a checkpoint: origin, size, root, a signature" % _shown(path))
    if len(raw) != 32 or str(count) != size or count < 0 or not made or len(made) < len(signatures):
        raise Bad("%s: not a checkpoint: origin, size, root, a signature" % _shown(path))
    text = "%s\n%d\n%s\n" % (origin, count, root)
    by = [signers(made, origin, b"\1" + key, text) for key in given.key]
    if by and not any(by):
        raise Bad("%s: not signed by this key" % _shown(path))
    seen = [name for name, key in given.witness if signers(made, name, b"\4" + key, text)]
    if len(seen) < given.quorum:
        raise Bad("%s: %d of %d witnesses signed it" % (_shown(path), len(seen), given.quorum))
    return origin, count, raw


def signers(made, name, key, text):
    """How often a key, behind the byte of its kind, signed a note in a name; Bad if once falsely."""
    number = sha256(name.encode() + b"\n" + key).digest()[:4]
    mine = [it[4:] for one, it in made if one == name and it[:4] == number]
    for it in mine:
        time = "cosignature/v1\ntime %d\n" % int.from_bytes(it[:8], "big") if key[0] == 4 else ""
        if not is_signed(key[1:], (time + text).encode(), it[8:] if time else it):
            raise Bad("a signature in the name of %s is false" % _shown(name))
    return len(mine)


def read_receipt(path, given):
    """The origin, size and root that a receipt's entry leads to, and what is to be told of it."""
    lines = bare(path, 32 << 20)
    lines = lines[lines.index(PROOF) if PROOF in lines else len(lines) :]
    signed = next((at for at, line in enumerate(lines) if line.startswith("\u2014 ")), 0)
    if signed < 6 or lines[1][:6] != "extra " or lines[2][:6] != "index ":
        raise Bad("%s: not a receipt: entry, index, proof and a signed checkpoint" % _shown(path))
    if signed - 6 > 64:
        raise Bad("%s: a proof has at most 64 hashes" % _shown(path))
    try:
        entry, hashes = decoded(lines[1][6:]), [decoded(line) for line in lines[3 : signed - 3]]
        line = _parse(entry.decode())
        same = _written(line).encode() + b"\n" == entry
    except (ValueError, RecursionError) as why:
        raise Bad("%s: not readable (%s)" % (_shown(path), _shown(why)))
    form = [(key, TYPES.get(key, str)) for key in ENTRY]
    if type(line) is not dict or [(k, type(line[k])) for k in line] != form:
        raise Bad("%s: its entry is not as Talkoot writes one" % _shown(path))
    name, seq = line["collective"], line["seq"]
    wrong = flaw(line, seq - 1, line["at"], line["previous"])
    if wrong or lines[2][6:] != str(seq - 1) or not same:
        raise Bad("%s: entry %d: %s" % (_shown(path), seq, wrong or "not the one of its index"))
    origin, size, root = checked(path, lines[signed - 3 :], given)
    begin = "talkoot/%s/%s" % (quote(name, safe=""), line["hash"][:16] if seq == 1 else "")
    if not origin.startswith(begin) or "/" in origin[len(begin) :]:
        raise Bad("%s: an entry of %s, a checkpoint of %s" % tuple(map(_shown, (path, name, origin))))
    if led_to(bytes.fromhex(line["hash"]), seq - 1, size, hashes) != root:
        raise Bad("%s: entry %d is not in the journal of its checkpoint" % (_shown(path), seq))
    told = "%s: entry %d of %s is in the journal of %d entries; it says %s"
    told %= (_shown(path), seq, _shown(name), size, ascii(line["payload"])[1:-1])
    return (origin, size, root), told


def led_to(leaf, at, size, hashes):
    """The root that a proof of inclusion leads to (RFC 9162, 2.1.3.2); None for one of no tree."""
    last = size - 1
    if not 0 <= at <= last:
        return None
    for each in hashes:
        if last == 0 or len(each) != 32:
            return None
        if at & 1 or at == last:
            leaf = sha256(b"\1" + each + leaf).digest()
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            leaf = sha256(b"\1" + leaf + each).digest()
        at, last = at >> 1, last >> 1
    return None if last else leaf


def read_key(text, kind=b"\1"):
    """The name and the 32 bytes of a public key, NAME+NUMBER+KEY."""
    name, number, encoded = text.split("+", 2)
    raw = decoded(encoded)
    if (
        len(raw) != 33
        or raw[:1] != kind
        or sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != number
    ):
        raise ValueError("no public key")
    return name, raw[1:]


def follow(key, paths):
    """The keys that took the place of one, it first, by the notes in which each names the next."""
    keys = [key]
    for path in paths:
        lines = bare(path)
        for at in [at for at, line in enumerate(lines) if line == ROTATION]:
            try:
                (name, was), (_, now) = map(read_key, lines[at + 1 : at + 3])
                dash, by, signature = (lines[at + 3 :] + [""])[0].split(" ")
                made = [(by, decoded(signature))]
            except ValueError:
                raise Bad("%s: not a note about a new key" % _shown(path))
            if was == keys[-1]:
                text = "\n".join(lines[at : at + 3]) + "\n"
                if dash != "\u2014" or not signers(made, name, b"\1" + was, text):
                    raise Bad("%s: not signed by the key that it replaces" % _shown(path))
                keys.append(now)
    return keys


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
            for passing, seal in SEAL.findall(line["payload"]):
                seals[seal] = FOUND if seals.get(seal) else MISSING
                if seals[seal] == MISSING and not passing:
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


def read_files(given):
    """What receipts show, and all checkpoints: (origin, size, root)."""
    given.key = (
        follow(given.key[1], given.rotations + given.lying("rotations.txt")) if given.key else []
    )
    points = []
    for file in given.receipt:
        point, told = read_receipt(file, given)
        points.append(point)
        print(told)
    seen = [] if given.receipt else given.lying("witnessed-*.txt")
    noted = [checked(file, bare(file), given) for file in given.checkpoint + seen]
    for origin, size, root in noted if given.receipt else ():
        if (origin, size, root) not in points:
            raise Bad("no receipt is of the checkpoint of %d entries of %s" % (size, _shown(origin)))
    if given.witness and not points + noted:
        raise Bad("no checkpoint that witnesses signed: name one with --checkpoint FILE")
    given.quorum = 0  # those that every bundle has no witness was shown yet
    lying = [] if given.receipt else given.lying("checkpoint-*.txt")
    return points + noted + [checked(file, bare(file), given) for file in lying]


def _main():
    line, several = argparse.ArgumentParser(description=__doc__.split("\n")[0]), {"action": "append"}
    line.add_argument("folder", nargs="?")
    line.add_argument("--head", type=HEAD.fullmatch, help="SEQ:HASH, told earlier", **several)
    line.add_argument("--without-texts", action="store_true", help="texts were left out on purpose")
    line.add_argument("--checkpoint", metavar="FILE", help="one that was kept", **several)
    line.add_argument("--receipt", metavar="FILE", help="one to be checked", **several)
    line.add_argument("--key", type=read_key, help="the public key that signed the checkpoints")
    line.add_argument("--rotations", metavar="FILE", help="which keys followed it", **several)
    line.add_argument("--witness", type=lambda text: read_key(text, b"\4"), metavar="KEY", **several)
    line.add_argument("--quorum", type=int, help="how many of the witnesses (usually all)")
    given = line.parse_args()
    if given.receipt and (given.folder or given.head or given.without_texts):
        line.error("a receipt is checked without a journal: leave the folder, --head and texts out")
    for name in ("head", "checkpoint", "receipt", "rotations", "witness"):
        setattr(given, name, getattr(given, name) or [])
    if None in given.head:
        line.error("a head is SEQ:HASH, with 16 to 64 digits of the hash")
    folder = given.folder or os.path.dirname(os.path.abspath(__file__))
    given.lying = lambda names: sorted(glob.glob(os.path.join(glob.escape(folder), names)))
    given.witness = list({key: (name, key) for name, key in given.witness}.values())
    given.quorum = len(given.witness) if given.quorum is None else given.quorum
    if not min(1, len(given.witness)) <= given.quorum <= len(given.witness):
        line.error("--quorum is from 1 to the number of different witnesses")
    try:
        points = read_files(given)
        if given.key and not points:
            line.error("a key says who signed a checkpoint: name one with --checkpoint FILE")
        heads = [it.groups() for it in given.head]
        rows = () if given.receipt else verify(folder, heads, given.without_texts, points)
        for told in rows:
            print(told)
    except (Bad, OSError) as why:
        sys.exit("NOT SOUND: %s" % why)
    lacks = (
        "who signed it shows only with --key" if given.receipt else "a cut end shows only with --head"
    )
    print("All holds." if (given.key if given.receipt else given.head) else "All holds; %s." % lacks)


if __name__ == "__main__":
    _main()
