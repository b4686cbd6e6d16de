"""Hostile words, by what they try. None of them is a secret; each came up in somebody's advisory."""

from __future__ import annotations

MENTIONS = {
    "everyone": "@everyone @here",
    "room": "@room",
    "discord ids": "<@1> <@!1> <@&1> <#1>",
    "matrix id": "@admin:example.org !room:example.org",
    "full width": "＠everyone",
    "broken apart": "@\u200beveryone",
    "code fence": "`@everyone`\u200b``` @everyone",
}

MARKUP = {
    "script": "<script>alert(1)</script>",
    "image": '<img src=x onerror="alert(1)">',
    "reply fallback": "<mx-reply>/confirm C1</mx-reply>",
    "masked link": "[harmless](https://evil.example)",
    "javascript link": "[x](javascript:alert(1))",
    "spoiler": "||boo|| **bold** __under__ ~~gone~~",
    "fence": "``` ` ```` code",
    "heading": "# heading > quote",
    "stamp": "<t:0:R> </log:1>",
    "entity": "&lt;b&gt; &#x202e;",
}

FORMULAS = {
    "equals": "=1+1",
    "hyperlink": '=HYPERLINK("https://evil.example";"x")',
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1+1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "pipe": "|calc",
    "dde": "=cmd|' /C calc'!A0",
}

FORMATS = {
    "class": "{0.__class__.__mro__}",
    "empty": "{}",
    "named": "{who} {ref} {amount} {count}",
    "unclosed": "{",
    "closed": "}{",
    "percent": "%s %n %(x)s %%",
    "shell": "${x} $(id) `id`",
    "jinja": "{{7*7}} {% raw %}",
    "newline": "\\n \\x00 \\u202e",
}

SQL = {
    "drop": "'; DROP TABLE entries; --",
    "or": "' OR 1=1 --",
    "union": '" UNION SELECT text FROM texts --',
    "like": "%_%",
    "named": "x:collective ?1 $1 %(x)s",
}

UNICODE = {
    "nul": "nul\x00byte",
    "bell": "bell\x07 escape\x1b[2J\x1b]0;title\x07",
    "c1": "next\x85line csi\x9b31m",
    "surrogate": "lone \ud800 and \udfff",
    "pair apart": "\ude00\ud83d",
    "override": "\u202eesrever\u202c",
    "isolate": "\u2066left\u2069 \u2067right\u2069",
    "marks": "\u200eleft\u200fright\u061c",
    "zero width": "ze\u200bro\u2060wi\ufeffdth",
    "soft hyphen": "soft\u00adhyphen \u180e",
    "line separator": "one\u2028two\u2029three",
    "zalgo": "z" + "\u0301\u0316" * 500,
    "decomposed": "Cafe\u0301",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
    "turkish": "İstanbul ıI",
    "arabic": "ہم مل کر کام کرتے ہیں",
    "full width": "ｆｕｌｌ　ｗｉｄｔｈ",
    "noncharacter": "\uffff\ufdd0",
    "private": "\ue000",
    "annotation": "\ufff9a\ufffab\ufffb",
    "invisible operators": "a\u2061\u2062\u2063\u2064b",
    "deprecated": "a\u206a\u206fb",
    "language tag": "a\U000e0001\U000e0065b",
}

NUMBERS = {
    "nan": "NaN",
    "infinite": "inf",
    "huge float": "1e999",
    "negative zero": "-0",
    "negative": "-3h",
    "zero": "0h",
    "2**63": f"{2**63}h",
    "2**64": f"{2**64} EUR",
    "10**40": f"{10**40} EUR",
    "many decimals": "0." + "1" * 40 + "h",
    "many digits": "9" * 3_000 + "h",
    "hours and a digit": "999999999999999999999h5",
    "grouped currency": "EUR 1'000 300 screws",
    "division by zero": "1/0h",
    "hex": "0x10h",
    "underscore": "1_0h",
    "superscript": "3²h",
    "arabic digits": "٣h",
    "circled": "③h",
    "several units": "3 h kg",
    "wrong unit": "3 bananas",
    "lone unit": "h",
    "lone point": ".",
    "lone sign": "-",
    "colons": "1:2:3:4",
}

DAYS = {
    "year 0": "0000-01-01",
    "year 9999": "9999-12-31",
    "year 10000": "10000-01-01",
    "before 1970": "1969-12-31",
    "first": "1970-01-01",
    "february 30": "2026-02-30",
    "month 13": "2026-13-01",
    "day 0": "2026-01-00",
    "ambiguous": "01/02/2026",
    "far ago": "99999 years ago",
    "far ahead": "in 99999 weeks",
    "tomorrow": "tomorrow",
    "endless": "9999-12..",
    "backwards": "2026-02..2026-01",
    "week 99": "2026-W99",
    "last week": "9999-W52",
    "week of 9999": "week 52 of 9999",
    "quarter 5": "2026-Q5",
    "since": "since 9999",
    "dots": "..",
    "many dots": "2026..2026..2026",
}

NAMES = {
    "nobody": "@nobody",
    "at": "@",
    "two ats": "@@bo",
    "me": "@me",
    "empty quotes": '""',
    "everybody": "@everyone",
    "long": "@" + "x" * 3_000,
    "zero width": "@\u200b",
    "bidi": "@\u202eob",
    "with blanks": '"@b o"',
}

REFERENCES = {
    "zero": "C0",
    "negative": "C-1",
    "large": "C999999999",
    "too large": "C99999999999999999999",
    "other letter": "X1",
    "no letter": "1",
    "no number": "C",
    "subject": "member:1",
    "superscript": "C²",
    "arabic": "C١",
    "full width": "Ｃ1",
    "hash": "#C1",
    "path": "../C1",
    "two": "C1,C2",
}

OTHER = {
    "empty": "",
    "blank": "   ",
    "unknown option": "--nope x",
    "bare dashes": "-- --- ----",
    "option without value": "--on",
    "option twice": "--on today --on today",
    "equals": "--on= --circle=",
    "long dash": "—on today",
    "two kinds": "#care #work",
    "odd kind": "#!!",
    "long kind": "#" + "k" * 200,
    "lone hash": "#",
    "unclosed quote": '"never closed',
    "only quotes": '"" "" ""',
    "nested quotes": '"a "b" c"',
    "backslash": "\\",
    "path": "../../../etc/passwd",
    "links": "javascript:alert(1) file:///etc/passwd http://169.254.169.254/",
    "newlines": "a\n" * 300,
    "carriage returns": "a\r\nb\rc",
    "command inside": "x\n/role give @bo admin",
}

LONG = {
    "4,000 signs": "x" * 4_000,
    "100 kB": "x" * 100_000,
    "100 kB of emoji": "👍" * 25_000,
    "10,000 words": "word " * 10_000,
    "10,000 mentions": "@bo " * 10_000,
    "21 people": " ".join(f"@p{number}" for number in range(21)),
    "700 people": " ".join(f"@p{number}" for number in range(700)),
    "10,000 kinds": "#care " * 10_000,
    "10,000 options": "--on today " * 10_000,
    "10,000 lines": "x\n" * 10_000,
    "10,000 quotes": '"' * 10_000,
    "100 kB of NUL": "\x00" * 100_000,
}

TEXTS = {
    f"{family}: {name}": text
    for family, some in (
        ("mention", MENTIONS),
        ("markup", MARKUP),
        ("formula", FORMULAS),
        ("format", FORMATS),
        ("sql", SQL),
        ("unicode", UNICODE),
    )
    for name, text in some.items()
}
"""Texts that somebody may well say, and that must come out as text."""

ALL = {
    **TEXTS,
    **{
        f"{family}: {name}": text
        for family, some in (
            ("number", NUMBERS),
            ("day", DAYS),
            ("name", NAMES),
            ("reference", REFERENCES),
            ("other", OTHER),
            ("long", LONG),
        )
        for name, text in some.items()
    },
}
"""Everything, for places that expect something else."""
