"""Discord's official OpenAPI document as a judge of bodies, where the machine has it.

Its path comes from the variable DISCORD_OPENAPI; without it only the stand-in's own limits count.
The document refuses some things that Discord takes: those are put right before it is asked.
"""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

PATH = os.environ.get("DISCORD_OPENAPI", "")
BASE = "urn:discord"

_IDS = {"id", "recipient_id", "message_id", "channel_id", "guild_id"}


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Path(PATH).read_text("utf-8"))
    return document


@lru_cache(maxsize=1)
def _registry() -> Registry[Any]:
    empty: Registry[Any] = Registry()
    registry: Registry[Any] = empty.with_resource(BASE, DRAFT202012.create_resource(_document()))
    return registry


@lru_cache(maxsize=1)
def _operations() -> list[tuple[str, re.Pattern[str], str, dict[str, Any]]]:
    found = []
    for path, item in _document()["paths"].items():
        pattern = re.compile(re.sub(r"\\\{[^}]+\}", "[^/]+", re.escape(path)))
        found += [
            (method.upper(), pattern, path, operation)
            for method, operation in item.items()
            if method != "parameters"
        ]
    # A literal path before one with a place in it: @original before {message_id}.
    return sorted(found, key=lambda each: each[2].count("{"))


@lru_cache(maxsize=256)
def _validator(pointer: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{BASE}#{pointer}"}, registry=_registry())


def _judged(value: Any) -> Any:
    """The body as the document wants it: ids as texts, where Discord takes numbers as well."""
    if isinstance(value, dict):
        return {
            key: str(each) if key in _IDS and type(each) is int else _judged(each)
            for key, each in value.items()
        }
    return [_judged(each) for each in value] if isinstance(value, list) else value


def complaints(method: str, path: str, body: Any, query: dict[str, str]) -> list[str]:
    """What the document says against a request; nothing where it is not there."""
    if not PATH:
        return []
    for known, pattern, template, operation in _operations():
        if known == method and pattern.fullmatch(path):
            return [
                *_against_query(operation, query),
                *_against_body(method, template, operation, body),
            ]
    return [f"{method} {path} is not in the document"]


def _against_query(operation: dict[str, Any], query: dict[str, str]) -> list[str]:
    known = {each["name"] for each in operation.get("parameters", ()) if each.get("in") == "query"}
    return [f"the query {name} is not in the document" for name in query if name not in known]


def _against_body(method: str, template: str, operation: dict[str, Any], body: Any) -> list[str]:
    if body is None:
        return []
    if "requestBody" not in operation:
        return [f"{method} {template} takes no body"]
    pointed = template.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    pointer = f"/paths/{pointed}/{method.lower()}/requestBody/content/application~1json/schema"
    return list(_judgement(pointer, json.dumps(_judged(body), sort_keys=True)))


@lru_cache(maxsize=4096)
def _judgement(pointer: str, body: str) -> tuple[str, ...]:
    """What is wrong with a body; all the commands come again and again, and take long."""
    error = best_match(_validator(pointer).iter_errors(json.loads(body)))
    return () if error is None else (f"{error.json_path}: {error.message[:300]}",)
