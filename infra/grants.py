"""What a function may be given: statements that allow, and the settings that name their resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from infra.resources import Resources, Secret

Conditions = Mapping[str, Mapping[str, Any]]


class AccessError(Exception):
    """A function asks for an access that does not exist, or that its stack cannot give."""


@dataclass(frozen=True)
class Grant:
    """One statement that allows: all of these actions on all of these resources."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Conditions = field(default_factory=dict)

    def statement(self) -> iam.PolicyStatement:
        """The grant as a policy statement."""
        return iam.PolicyStatement(
            actions=list(self.actions), resources=list(self.resources), conditions=dict(self.conditions) or None
        )


@dataclass(frozen=True)
class Access:
    """What one access name gives: permissions, and the settings that name their resources."""

    grants: tuple[Grant, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


def on(table: dynamodb.ITable, *operations: str) -> Grant:
    """Operations on a table itself."""
    return Grant(tuple(f"dynamodb:{operation}" for operation in operations), (table.table_arn,))


def in_table(name: str, *operations: str) -> Callable[[Resources], Access]:
    """Operations on the table of that name, without any index, and the setting that names it."""

    def give(resources: Resources) -> Access:
        table: dynamodb.ITable = getattr(resources.tables, name)
        return Access((on(table, *operations),), {f"{name.upper()}_TABLE": table.table_name})

    return give


def index(table: dynamodb.ITable, index: str) -> Grant:
    """Queries of one index of a table."""
    return Grant(("dynamodb:Query",), (f"{table.table_arn}/index/{index}",))


def reading(secret: Secret) -> Grant:
    """The value of one secret."""
    return Grant(("secretsmanager:GetSecretValue",), (secret.arn,))
