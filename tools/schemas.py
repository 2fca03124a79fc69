"""Publishes the schemas of events in ``docs/schemas/events``, and refuses what would break a receiver.

A published schema is a promise: what is told keeps its members, their types and their bounds. Members may be added, and
bounds made narrower; everything else is a new version beside the old one. Without arguments new versions and additions
are written; with ``--check`` nothing is, and what is not published yet is an error too. A breaking change is refused
either way, with the member and the rule.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cliffhanger.events.catalogue import EventType, catalogue

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "schemas" / "events"

RULES: dict[str, str] = {
    "version_removed": "a published version stays",
    "member_removed": "a member stays, under its name",
    "member_optional": "a member that always came keeps coming",
    "type_changed": "a member keeps its type",
    "value_added": "a member takes no value that receivers have not been told of",
    "pattern_changed": "a text keeps its form",
    "bound_loosened": "a number, text or list stays within its bounds",
    "members_closed": "a receiver that was told of every member is told of no other",
    "keyword_changed": "nobody here can say whether this is safe",
}
"""Why each is refused."""

Json = Mapping[str, Any]
NOTES = frozenset({"description", "examples", "title", "$schema", "$id"})
"""Say nothing of what is valid."""


class Breach(NamedTuple):
    """One breaking change: where in the event, which rule, and what it was and is."""

    where: str
    rule: str
    was: object
    now: object

    def __str__(self) -> str:
        """One line for the reader of the log."""
        return f"{self.where}: {self.rule} ({RULES[self.rule]}): was {self.was}, is {self.now}"


def breaches(old: Json, new: Json, where: str = "") -> Iterator[Breach]:
    """Every way in which what the new schema allows could surprise a receiver who knows the old one."""
    if "properties" in old:
        yield from _of_members(old, new, where)
    if "items" in old and "items" in new:
        yield from breaches(old["items"], new["items"], f"{where}[]")
    for keyword in sorted((set(old) | set(new)) - NOTES):
        was, now = old.get(keyword), new.get(keyword)
        if was != now and not _SAFE.get(keyword, _never)(was, now):
            yield Breach(where or "event", _RULE_OF.get(keyword, "keyword_changed"), was, now)


def _of_members(old: Json, new: Json, where: str) -> Iterator[Breach]:
    before, after = old["properties"], new.get("properties", {})
    for name, schema in before.items():
        path = f"{where}.{name}".lstrip(".")
        if name not in after:
            yield Breach(path, "member_removed", schema.get("type"), None)
            continue
        if name in old.get("required", ()) and name not in new.get("required", ()):
            yield Breach(path, "member_optional", "required", "optional")
        yield from breaches(schema, after[name], path)
    if old.get("additionalProperties", True) is False:
        yield from (
            Breach(f"{where}.{name}".lstrip("."), "members_closed", None, after[name].get("type"))
            for name in after
            if name not in before
        )


def _at_least(was: int | None, now: int | None) -> bool:
    return was is None or (now is not None and now >= was)


def _at_most(was: int | None, now: int | None) -> bool:
    return was is None or (now is not None and now <= was)


def _no_new_value(was: list[Any] | None, now: list[Any] | None) -> bool:
    return was is None or (now is not None and set(now) <= set(was))


def _only_said_now(was: object, now: object) -> bool:
    return was is None and now is not None


def _walked(_was: object, _now: object) -> bool:
    """Looked at member by member."""
    return True


def _kept(was: object, now: object) -> bool:
    return (was is None) == (now is None)


def _not_opened(was: object, _now: object) -> bool:
    return was is not False


def _never(_was: object, _now: object) -> bool:
    return False


_SAFE: dict[str, Callable[[Any, Any], bool]] = {
    "properties": _walked,
    "required": _walked,
    "items": _kept,
    "additionalProperties": _not_opened,
    "enum": _no_new_value,
    "const": _only_said_now,
    "pattern": _only_said_now,
    "format": _only_said_now,
    **dict.fromkeys(("minimum", "minLength", "minItems", "minProperties"), _at_least),
    **dict.fromkeys(("maximum", "maxLength", "maxItems"), _at_most),
}
"""By keyword: whether a change allows nothing that was not allowed."""

_RULE_OF: dict[str, str] = {
    "type": "type_changed",
    "items": "type_changed",
    "enum": "value_added",
    "const": "value_added",
    "pattern": "pattern_changed",
    "format": "pattern_changed",
    "additionalProperties": "members_closed",
    **dict.fromkeys(
        ("minimum", "minLength", "minItems", "minProperties", "maximum", "maxLength", "maxItems"), "bound_loosened"
    ),
}


def file_of(kind: EventType) -> str:
    """The name of a version's file."""
    return f"{kind.type}.v{kind.version}.json"


def text_of(kind: EventType) -> str:
    """The contents of a version's file."""
    return json.dumps(kind.schema, indent=2, ensure_ascii=False) + "\n"


def broken(folder: Path, kinds: Mapping[str, EventType]) -> Iterator[str]:
    """Every breaking change against what the folder holds, as a line with file, member and rule."""
    for path in sorted(folder.glob("*.json")):
        if path.name not in kinds:
            yield f"{path.name}: {Breach('event', 'version_removed', path.name, None)}"
        else:
            old = json.loads(path.read_text())
            yield from (f"{path.name}: {breach}" for breach in breaches(old, kinds[path.name].schema))


def main(arguments: list[str]) -> int:
    """Writes what is new, or with ``--check`` tells of it; 1 where a receiver would be broken, or something is new."""
    kinds = {file_of(kind): kind for kind in catalogue()}
    refused = list(broken(FOLDER, kinds))
    for line in refused:
        print(f"{line}; a new version takes it", file=sys.stderr)
    if refused:
        return 1
    status = 0
    for name, kind in kinds.items():
        path, text = FOLDER / name, text_of(kind)
        if path.exists() and path.read_text() == text:
            continue
        if "--check" in arguments:
            print(f"{name} is {'out of date' if path.exists() else 'not published'}: make docs", file=sys.stderr)
            status = 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
