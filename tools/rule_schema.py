"""Writes ``docs/schemas/rule-set.v1.json``, the schema of rule sets of rewards, from the types that they are read as.

With ``--check`` nothing is written and a difference is an error.
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from cliffhanger.rewards.rules import RuleSet

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "schemas" / "rule-set.v1.json"


def schema() -> dict[str, Any]:
    """The schema as a JSON Schema (2020-12) of its own."""
    (root,), parts = msgspec.json.schema_components([RuleSet], ref_template="#/$defs/{name}")
    for part in parts.values():
        part["description"] = inspect.cleandoc(part["description"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "rule-set.v1", **root, "$defs": parts}


def main(arguments: list[str]) -> int:
    """Writes the schema, or with ``--check`` tells whether the one that is there is up to date."""
    new = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    if "--check" not in arguments:
        TARGET.write_text(new)
        print(TARGET.relative_to(ROOT))
        return 0
    if not TARGET.exists() or TARGET.read_text() != new:
        print(f"{TARGET.relative_to(ROOT)} is out of date: make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
