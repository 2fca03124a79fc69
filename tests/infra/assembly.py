"""Reads a synthesized assembly the way its promises are stated: names of things instead of intrinsics."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

HASH = re.compile(r"(?<=[A-Za-z0-9])[0-9A-F]{8}$")


class Resource(NamedTuple):
    """One resource: its stack's short name, logical id, and definition."""

    stack: str
    id: str
    definition: dict[str, Any]

    @property
    def properties(self) -> dict[str, Any]:
        return self.definition.get("Properties", {})


class Assembly:
    """The templates of one stage, by short stack name."""

    def __init__(self, folder: Path, stage: str) -> None:
        self.folder = folder
        self.stage = stage
        prefix = f"cliffhanger-{stage}-"
        self.templates: dict[str, dict[str, Any]] = {
            file.name.removeprefix(prefix).removesuffix(".template.json"): json.loads(file.read_text())
            for file in sorted(folder.glob(f"{prefix}*.template.json"))
        }
        self.manifest = json.loads((folder / "manifest.json").read_text())

    def resources(self, kind: str, stack: str | None = None) -> list[Resource]:
        """Every resource of a type, in every stack or in one."""
        return [found for found in self._all() if found.definition["Type"] == kind and stack in (None, found.stack)]

    def one(self, kind: str, stack: str | None = None) -> Resource:
        """The only resource of a type."""
        found = self.resources(kind, stack)
        assert len(found) == 1, f"{len(found)} resources of type {kind}"
        return found[0]

    def functions(self) -> dict[str, Resource]:
        """The product's functions by short name, without those of the infrastructure itself."""
        prefix = f"cliffhanger-{self.stage}-"
        named = {str(each.properties.get("FunctionName", "")): each for each in self.resources("AWS::Lambda::Function")}
        return {
            name.removeprefix(prefix): function
            for name, function in named.items()
            if str(function.properties["Handler"]).startswith("functions.")
        }

    def role_of(self, function: Resource) -> Resource:
        """A function's role."""
        role = function.properties["Role"]["Fn::GetAtt"][0]
        return Resource(function.stack, role, self.templates[function.stack]["Resources"][role])

    def grants_of(self, function: Resource) -> set[tuple[str, str]]:
        """What a function may do, with what: (``dynamodb:GetItem``, ``<data.Ledger.Arn>``)."""
        granted = set()
        for policy in self.role_of(function).properties.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                assert statement["Effect"] == "Allow"
                for action in as_list(statement["Action"]):
                    for resource in as_list(statement["Resource"]):
                        granted.add((action, self.text(resource, function.stack)))
        return granted

    def text(self, value: Any, stack: str) -> str:
        """A value with its intrinsics spelled as ``<stack.Thing.Attribute>``, whichever stack refers to it."""
        if isinstance(value, str):
            return value
        [(kind, inner)] = value.items()
        if kind == "Ref":
            return f"<{inner}>" if inner.startswith("AWS::") else f"<{stack}.{plain(inner)}>"
        if kind == "Fn::GetAtt":
            return f"<{stack}.{plain(inner[0])}.{inner[1]}>"
        if kind == "Fn::Join":
            return str(inner[0]).join(self.text(part, stack) for part in inner[1])
        if kind == "Fn::ImportValue":
            return self._imported(inner)
        raise AssertionError(f"no text for {value}")

    def _imported(self, name: str) -> str:
        """What another stack exports under a name."""
        stack, key = name.removeprefix(f"cliffhanger-{self.stage}-").split(":", 1)
        return self.text(self.templates[stack]["Outputs"][key]["Value"], stack)

    def _all(self) -> Iterator[Resource]:
        for stack, template in self.templates.items():
            for name, definition in template["Resources"].items():
                yield Resource(stack, name, definition)


def plain(logical_id: str) -> str:
    """A logical id without the hash that the CDK adds."""
    return HASH.sub("", logical_id)


def as_list(value: Any) -> list[Any]:
    """A policy's field, which may be one or many."""
    return value if isinstance(value, list) else [value]
