"""How Discord's client reads Markdown: what people see, and which markup there is in it.

Written from the client's published rules (escapes before all else, then code, links, mentions, styles,
and at a line's beginning headings, quotes and lists). It shares nothing with the adapter.
"""

from __future__ import annotations

import re

ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
SPANS: dict[str, re.Pattern[str]] = {
    "code block": re.compile(r"```.+?```", re.DOTALL),
    "code": re.compile(r"(`+)(?P<shown>.*?[^`])\1(?!`)", re.DOTALL),
    "link": re.compile(r"<(?P<shown>https?://[^ >]+)>"),
    "address": re.compile(r"https?://[^\s<]+", re.IGNORECASE),
    "invite": re.compile(r"discord(?:app)?\.(?:gg|com/invite)/\S+", re.IGNORECASE),
    "mention": re.compile(r"<(?:@[!&]?|#)\d+>|@everyone|@here"),
    "instant": re.compile(r"<t:-?\d+(?::[a-zA-Z])?>"),
    "command": re.compile(r"</[^:>]+:\d+>"),
    "emoji": re.compile(r"<a?:\w+:\d+>"),
    "masked link": re.compile(r"\[[^\]]*\]\([^)]*\)"),
    "strong": re.compile(r"\*\*(?P<shown>.+?)\*\*(?!\*)", re.DOTALL),
    "underline": re.compile(r"__(?P<shown>.+?)__(?!_)", re.DOTALL),
    "struck": re.compile(r"~~(?P<shown>.+?)~~", re.DOTALL),
    "spoiler": re.compile(r"\|\|(?P<shown>.+?)\|\|", re.DOTALL),
    "emphasis": re.compile(r"\*(?=\S)(?P<shown>.+?)\*(?!\*)|\b_(.+?)_\b", re.DOTALL),
}
LINES: dict[str, re.Pattern[str]] = {
    "heading": re.compile(r"#{1,3} +"),
    "small": re.compile(r"-# +"),
    "quote": re.compile(r">(?:>>)? "),
    "list": re.compile(r"[ \t]*[-*] +"),
    "numbered list": re.compile(r"[ \t]*\d+\. +"),
}


def read(content: str) -> tuple[str, list[str]]:
    """What is shown of a message's words, and the markup in it, in order."""
    shown, found, at = list[str](), list[str](), 0
    while at < len(content):
        if at == 0 or content[at - 1] == "\n":
            line = _first(LINES, content, at)
            if line is not None:
                found.append(line[0])
                at = line[1].end()
                continue
        escape = ESCAPE.match(content, at)
        if escape is not None:
            shown.append(escape[1])
            at = escape.end()
            continue
        span = _first(SPANS, content, at)
        if span is None:
            shown.append(content[at])
            at += 1
            continue
        found.append(span[0])
        inside = span[1].groupdict().get("shown")
        if inside is not None and span[0] not in {"code", "link"}:
            words, more = read(inside)
            shown.append(words)
            found += more
        else:
            shown.append(inside if inside is not None else span[1][0])
        at = span[1].end()
    return "".join(shown), found


def _first(
    patterns: dict[str, re.Pattern[str]], content: str, at: int
) -> tuple[str, re.Match[str]] | None:
    for name, pattern in patterns.items():
        match = pattern.match(content, at)
        if match is not None:
            return name, match
    return None
