"""Whether data fits an event's schema: the few keywords of JSON Schema that :data:`EVENT_SCHEMAS` uses. Pure.

What we tell is made by our own code and needs no check; this is for data that a partner names in the sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cliffhanger.clock import ms_of

TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
KEYWORDS = frozenset(
    {
        "type", "enum", "const", "properties", "required", "minProperties", "additionalProperties", "items", "minItems",
        "maxItems", "minimum", "maximum", "minLength", "maxLength", "pattern", "format", "description", "examples",
    }
)  # fmt: skip
"""What a schema of ours may say; a test sees that none says more."""


def misfits(schema: Mapping[str, Any], value: Any, where: str = "data") -> Iterator[str]:
    """Everything in which a value does not fit, in words that name the member.

    Stricter than the schema in two ways, because no event of ours is otherwise: members that it does not name are
    refused, and so is 1.0 for a whole number.
    """
    expected = TYPES[schema["type"]]
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        yield f"{where}: expected {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: not one of {', '.join(map(str, schema['enum']))}"
    if "const" in schema and value != schema["const"]:
        yield f"{where}: not {schema['const']}"
    if isinstance(value, str):
        yield from _of_text(schema, value, where)
    elif isinstance(value, list):
        yield from _bounded(where, len(value), schema.get("minItems"), schema.get("maxItems"))
        for number, item in enumerate(value):
            yield from misfits(schema["items"], item, f"{where}[{number}]")
    elif isinstance(value, dict):
        yield from _of_members(schema, value, where)
    elif isinstance(value, int):
        yield from _bounded(where, value, schema.get("minimum"), schema.get("maximum"))


def _of_text(schema: Mapping[str, Any], value: str, where: str) -> Iterator[str]:
    yield from _bounded(where, len(value), schema.get("minLength"), schema.get("maxLength"))
    # As a whole: in Python, though not in JSON Schema, ``$`` lets a line feed follow.
    if "pattern" in schema and re.fullmatch(schema["pattern"], value) is None:
        yield f"{where}: does not match {schema['pattern']}"
    if schema.get("format") == "date-time":
        try:
            ms_of(value)
        except ValueError:
            yield f"{where}: no time of RFC 3339"


def _of_members(schema: Mapping[str, Any], value: Mapping[str, Any], where: str) -> Iterator[str]:
    yield from (f"{where}.{name}: missing" for name in schema.get("required", ()) if name not in value)
    yield from _bounded(where, len(value), schema.get("minProperties"), None)
    for name, member in value.items():
        if name in schema["properties"]:
            yield from misfits(schema["properties"][name], member, f"{where}.{name}")
        else:
            yield f"{where}.{name}: there is no such member"


def _bounded(where: str, number: int, least: int | None, most: int | None) -> Iterator[str]:
    if least is not None and number < least:
        yield f"{where}: less than {least}"
    if most is not None and number > most:
        yield f"{where}: more than {most}"
