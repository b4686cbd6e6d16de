"""What machines are told: no fact stands where the message itself does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.chat import MESSAGE_KEYS, Kind, Reply
from bot.text.wording import Words

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("key", sorted(MESSAGE_KEYS))
def test_no_fact_shadows_what_the_message_is(key: str) -> None:
    with pytest.raises(ValueError, match=key):
        Reply(Words("here"), facts={key: "2026-01-31"})


@pytest.mark.parametrize("name", ["reply", "tally"])
def test_the_published_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")))


def test_the_schema_knows_each_key_of_a_message_and_each_kind() -> None:
    schema = json.loads((SCHEMAS / "reply.json").read_text("utf-8"))
    assert set(schema["properties"]) >= MESSAGE_KEYS
    assert schema["properties"]["kind"]["enum"] == [kind.value for kind in Kind]


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "2026-01-31"},
        {"kind": "digest"},
        {"kind": "refusal"},
        {"outcome": "open", "tally": {}},
        {"outcome": "passed"},
        {"balances": {"EUR": 12.5}},
        {"ref": "the first"},
    ],
)
def test_the_schema_refuses_what_the_contract_does_not_know(wrong: dict[str, object]) -> None:
    schema = Draft202012Validator(json.loads((SCHEMAS / "reply.json").read_text("utf-8")))
    right = {"to": "room:main", "kind": "reply", "ref": None, "text": "", "at": "2026-01-05T09:00:00Z"}
    schema.validate(right)
    assert list(schema.iter_errors(right | wrong))
