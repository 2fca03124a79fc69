"""A table's keys, indexes and stream, as CreateTable declares them and DescribeTable gives them back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.support.dynamodb.errors import Refusal, UnsupportedByModel, invalid_parameter, validation
from tests.support.dynamodb.values import SCALAR_TYPES, AttributeValue, Item, Scalar, canonical, kind_of, scalar

MAX_HASH_BYTES = 2048
MAX_RANGE_BYTES = 1024
NO_RANGE = 0
"""Stands for the sort key of tables and indexes that have none."""

_TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_VIEWS = frozenset({"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"})
_IGNORED = frozenset(
    {"BillingMode", "ProvisionedThroughput", "SSESpecification", "Tags", "TableClass", "DeletionProtectionEnabled"}
)
_READ = frozenset(
    {
        "TableName",
        "AttributeDefinitions",
        "KeySchema",
        "LocalSecondaryIndexes",
        "GlobalSecondaryIndexes",
        "StreamSpecification",
    }
)

Key = tuple[Scalar, Scalar]
"""Hash and range of an item; NO_RANGE where the table has no sort key."""


class Index(NamedTuple):
    """A secondary index; ``included`` is None for projection ALL."""

    name: str
    hash: str
    range: str | None
    local: bool
    included: frozenset[str] | None

    def key_names(self) -> tuple[str, ...]:
        return (self.hash,) if self.range is None else (self.hash, self.range)


@dataclass(frozen=True, slots=True)
class Schema:
    """What CreateTable fixed."""

    name: str
    hash: str
    range: str | None
    types: Mapping[str, str]
    indexes: Mapping[str, Index]
    stream_view: str | None
    request: Mapping[str, Any] = field(repr=False)

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.hash,) if self.range is None else (self.hash, self.range)

    def key_of_item(self, item: Item) -> Key:
        """The key within a canonical item that is to be written; indexes' keys are checked too.

        Raises:
            Refusal: a key attribute is missing, empty, too long or of another type.
        """
        for name in self.keys:
            value = item.get(name)
            if value is None:
                raise invalid_parameter(f"Missing the key {name} in the item")
            if kind_of(value) != self.types[name]:
                raise invalid_parameter(
                    f"Type mismatch for key {name} expected: {self.types[name]} actual: {kind_of(value)}"
                )
        self.check_index_keys(item)
        return self._key(item)

    def key_of_request(self, key: object) -> tuple[Key, Item]:
        """The key that a request names, and its canonical attributes.

        Raises:
            Refusal: it does not have exactly the table's key attributes, with their types.
        """
        if not isinstance(key, Mapping) or len(key) != len(self.keys):
            raise validation("The provided key element does not match the schema")
        attributes: Item = {}
        for name in self.keys:
            value = key.get(name)
            if value is None:
                raise validation("The provided key element does not match the schema")
            attributes[name] = canonical(value)
            if kind_of(attributes[name]) != self.types[name]:
                raise validation("The provided key element does not match the schema")
        return self._key(attributes), attributes

    def _key(self, item: Item) -> Key:
        for name, limit in zip(self.keys, (MAX_HASH_BYTES, MAX_RANGE_BYTES), strict=False):
            _check_key_value(name, item[name], limit, "hash" if name == self.hash else "range")
        return scalar(item[self.hash]), NO_RANGE if self.range is None else scalar(item[self.range])

    def check_index_keys(self, item: Item, *, by_update: bool = False) -> None:
        """Refuse an attribute that is an index's key and has another type, or is empty."""
        for index in self.indexes.values():
            for name in index.key_names():
                value = item.get(name)
                if value is None or name in self.keys:
                    continue
                ((kind, content),) = value.items()
                if kind != self.types[name]:
                    raise invalid_parameter(
                        f"Type mismatch for Index Key {name} Expected: {self.types[name]} Actual: {kind} "
                        f"IndexName: {index.name}"
                    )
                if kind != "N" and not content:
                    raise _empty_index_key(index.name, name, kind, by_update=by_update)
                if kind != "N":
                    limit = MAX_HASH_BYTES if name == index.hash else MAX_RANGE_BYTES
                    _check_key_value(name, value, limit, "hash" if name == index.hash else "range")

    def description(self, items: int, size: int, created: float, arn: str) -> dict[str, Any]:
        """The TableDescription that CreateTable and DescribeTable answer with."""
        mode = self.request.get("BillingMode", "PROVISIONED")
        told: dict[str, Any] = {
            "AttributeDefinitions": [dict(one) for one in self.request["AttributeDefinitions"]],
            "TableName": self.name,
            "KeySchema": [dict(one) for one in self.request["KeySchema"]],
            "TableStatus": "ACTIVE",
            "CreationDateTime": created,
            "TableSizeBytes": size,
            "ItemCount": items,
            "TableArn": arn,
            "BillingModeSummary": {"BillingMode": mode},
        }
        for slot in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
            if self.request.get(slot):
                told[slot] = [
                    {**index, "IndexArn": f"{arn}/index/{index['IndexName']}"} for index in self.request[slot]
                ]
        if self.stream_view is not None:
            told["StreamSpecification"] = dict(self.request["StreamSpecification"])
            told["LatestStreamLabel"] = "model"
            told["LatestStreamArn"] = f"{arn}/stream/model"
        return told


def _check_key_value(name: str, value: AttributeValue, limit: int, role: str) -> None:
    ((kind, content),) = value.items()
    if kind == "N":
        return
    if not content:
        words = "string" if kind == "S" else "binary"
        raise validation(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            f"empty {words} value. Key: {name}"
        )
    if len(content) * 4 > limit and len(content.encode() if kind == "S" else content) > limit:
        raise invalid_parameter(f"Aggregated size of all {role} keys has exceeded the size limit of {limit} bytes")


def _empty_index_key(index: str, name: str, kind: str, *, by_update: bool) -> Refusal:
    words = "string" if kind == "S" else "binary"
    if by_update:
        return validation(
            "One or more parameter values are not valid. The update expression attempted to update a secondary index "
            "key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty "
            f"{words} value."
        )
    return validation(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
        f"The AttributeValue for a key attribute cannot contain an empty {words} value. "
        f"IndexName: {index}, IndexKey: {name}"
    )


def schema_of(request: Mapping[str, Any]) -> Schema:
    """The schema that a CreateTable request declares.

    Raises:
        Refusal: the declaration contradicts itself.
        UnsupportedByModel: it asks for what the model does not imitate.
    """
    unknown = request.keys() - _READ - _IGNORED
    if unknown:
        raise UnsupportedByModel(f"CreateTable: {sorted(unknown)}")
    name = request.get("TableName", "")
    if not _TABLE_NAME.fullmatch(name):
        raise validation(
            f"1 validation error detected: Value '{name}' at 'tableName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        )
    types = {one["AttributeName"]: one["AttributeType"] for one in request.get("AttributeDefinitions", ())}
    if not set(types.values()) <= SCALAR_TYPES:
        raise validation("Member must satisfy enum value set: [B, N, S]")
    hash_name, range_name = _key_names(request.get("KeySchema", ()))
    indexes: dict[str, Index] = {}
    for slot in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        for declared in request.get(slot) or ():
            index = _index(declared, local=slot.startswith("Local"))
            if index.name in indexes:
                raise invalid_parameter(f"Duplicate index name: {index.name}")
            if index.local and (index.hash != hash_name or range_name is None or index.range is None):
                raise invalid_parameter(
                    f"Index KeySchema does not have the same hash key as the table, or a range key: {index.name}"
                )
            indexes[index.name] = index
    used = {hash_name, range_name} - {None}
    used.update(*(index.key_names() for index in indexes.values()))
    if used != types.keys():
        raise invalid_parameter(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            f"AttributeDefinitions: {sorted(str(one) for one in used ^ types.keys())}"
        )
    return Schema(name, hash_name, range_name, types, indexes, _stream_view(request), dict(request))


def _stream_view(request: Mapping[str, Any]) -> str | None:
    stream = request.get("StreamSpecification") or {}
    if not stream.get("StreamEnabled"):
        return None
    view: str = stream.get("StreamViewType", "")
    if view not in _VIEWS:
        raise invalid_parameter(f"StreamViewType: {view}")
    return view


def _index(declared: Mapping[str, Any], *, local: bool) -> Index:
    hash_name, range_name = _key_names(declared["KeySchema"])
    projection = declared.get("Projection") or {}
    kind = projection.get("ProjectionType", "ALL")
    if kind not in ("ALL", "KEYS_ONLY", "INCLUDE"):
        raise invalid_parameter(f"Unknown ProjectionType: {kind}")
    if (kind == "INCLUDE") != bool(projection.get("NonKeyAttributes")):
        raise invalid_parameter(f"ProjectionType is {kind}, NonKeyAttributes: {projection.get('NonKeyAttributes')}")
    included = None if kind == "ALL" else frozenset(projection.get("NonKeyAttributes") or ())
    return Index(declared["IndexName"], hash_name, range_name, local, included)


def _key_names(key_schema: Any) -> tuple[str, str | None]:
    names: dict[str, list[str]] = {"HASH": [], "RANGE": []}
    for element in key_schema:
        names[element["KeyType"]].append(element["AttributeName"])
    if len(names["HASH"]) != 1 or len(names["RANGE"]) > 1:
        raise validation("Invalid KeySchema: one HASH and at most one RANGE key are expected")
    return names["HASH"][0], names["RANGE"][0] if names["RANGE"] else None
