#!/usr/bin/env python3
"""Verifies an exported Talkoot journal; needs Python 3.8 or later and nothing else.

    python verify.py [FOLDER] [--head [COLLECTIVE=]SEQ:HASH ...] [--without-texts]

Recomputes every hash, every sum and every text's commitment, and believes nothing that is written
down. Ends with 0 only when all of it holds; otherwise names the first bad entry and ends with 1.
A journal whose end was cut off is sound in itself: only a head from elsewhere (--head) shows that.
A text may be missing if whoever it is of was forgotten since; others only with --without-texts.
"""

import argparse
import itertools
import json
import os
import re
import sys
from hashlib import sha256

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


def verify(folder, heads, partial=False):
    """Verify a bundle; yields a line for each collective that holds."""
    texts, last = read_texts(folder), ""
    journal = read(folder, "journal.jsonl", ENTRY)
    for name, rows in itertools.groupby(journal, lambda row: row[1]["collective"]):
        seals, seq, at, previous = texts.pop(name, {}), 0, 0, "0" * 64
        gone, merged, forgotten = {}, {}, {}
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


def _main():
    line = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    line.add_argument("folder", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    line.add_argument("--head", action="append", default=[], type=HEAD.fullmatch, metavar="HEAD")
    line.add_argument("--without-texts", action="store_true", help="texts were left out on purpose")
    given = line.parse_args()
    if None in given.head:
        line.error("a head is SEQ:HASH, with 16 to 64 hexadecimal digits of the hash")
    try:
        for told in verify(given.folder, [it.groups() for it in given.head], given.without_texts):
            print(told)
    except (Bad, OSError) as why:
        sys.exit("NOT SOUND: %s" % why)
    print("All holds." if given.head else "All holds; a cut end shows only with --head.")


if __name__ == "__main__":
    _main()
