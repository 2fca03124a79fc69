"""Partners in DynamoDB.

| `partner`       | `item`        | what it is |
|-----------------|---------------|------------|
| `{partner}`     | `partner`     | the partner, but for its clients; in the index `by-list` too |
| `{partner}`     | `client#{id}` | one of its clients |
| `person#{id}`   | `lookup`      | which partner a person is a member of: `belongsTo` |
| `client#{id}`   | `lookup`      | which partner a client is of: `belongsTo` |

A partner is read with its clients by one query, strongly consistent. A lookup is written and removed in the transaction
that adds or removes what it leads to, so that a person is a member of one partner at most. Of secrets only the SHA-256
is here. `clients` counts them by mode, so that the limit holds whatever happens at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PynamoDBException, QueryError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import Unclear, is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.partners.domain import MAX_CLIENTS, Client, Partner, PartnerRow, PartnerRows
from cliffhanger.partners.packing import (
    CLIENT,
    LIST,
    PARTNER,
    Item,
    item_of,
    item_of_client,
    packed_secrets,
    partner_of,
)

LIST_INDEX = "by-list"
LOOKUP = "lookup"
OWNER = "belongsTo"
"""The attribute of a lookup."""


class PutOutcome(NamedTuple):
    """Whether a partner was written: not, when it has ``moved`` on, or when members of others were ``taken``."""

    moved: bool = False
    taken: tuple[str, ...] = ()


class PartnersStore:
    """The table of partners. Reads are strongly consistent, but for the list of all, which may lag by a moment."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(
            table(name, {"partner": "S", "item": "S"}, {LIST_INDEX: {"list": "S", "createdAt": "N"}})
        )
        self._connection = connection
        self._name = name

    def find(self, partner: str) -> Partner | None:
        """A partner with its clients, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.query(self._name, partner, consistent_read=True)
        except QueryError as error:
            raise _unavailable(error) from error
        return partner_of(answer["Items"])

    def partner_of(self, person: str) -> str | None:
        """The id of the partner that a person is a member of, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        return self._owner(_person_key(person))

    def owner_of(self, client: str) -> str | None:
        """The id of the partner that a client is of, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        return self._owner(_client_key(client))

    def listed(self, limit: int, after: tuple[int, str] | None = None) -> PartnerRows:
        """The next ``limit`` partners, newest first, after a position: when one was made, and its id.

        Raises:
            Unavailable: the read did not succeed.
        """
        start = None
        if after is not None:
            made, partner = after
            start = {"list": {"S": LIST}, "createdAt": {"N": str(made)}, "partner": {"S": partner}}
            start["item"] = {"S": PARTNER}
        try:
            # One more than is asked for tells whether there is a rest.
            answer = self._connection.query(
                self._name,
                LIST,
                index_name=LIST_INDEX,
                limit=limit + 1,
                scan_index_forward=False,
                exclusive_start_key=start,
            )
        except QueryError as error:
            raise _unavailable(error) from error
        rows = tuple(_row(item) for item in answer["Items"][:limit])
        more = len(answer["Items"]) > limit or "LastEvaluatedKey" in answer
        return PartnerRows(rows, (rows[-1].created_at, rows[-1].id) if rows and more else None)

    def put(self, partner: Partner, before: Partner | None) -> PutOutcome:
        """Writes a partner as it is now, with the lookups of members that came or went; clients stay as they are.

        Raises:
            Unclear: it may or may not have been written.
        """
        known = frozenset[str]() if before is None else before.members
        revision = Path("revision")
        follows: Condition = Path("partner").does_not_exist()
        if before is not None:
            follows = revision == Value({"N": str(before.revision)})
        changed = self._arguments(
            partner.id,
            PARTNER,
            actions=[Path(name).set(Value(value)) for name, value in item_of(partner).items()],
            condition=follows,
        )
        come = sorted(partner.members - known)
        puts = [self._lookup(_person_key(person), partner.id) for person in come]
        deletes = [
            self._arguments(_person_key(person), LOOKUP, condition=Path(OWNER) == Value({"S": partner.id}))
            for person in sorted(known - partner.members)
        ]
        failed = self._transact(deletes=deletes, puts=puts, updates=[changed])
        if not any(failed):
            return PutOutcome()
        # pynamodb sends deletes, puts and updates in this order, whatever that of the call.
        gone, others = failed[: len(deletes)], failed[len(deletes) : -1]
        taken = tuple(person for person, refused in zip(come, others, strict=True) if refused)
        return PutOutcome(moved=failed[-1] or any(gone), taken=taken)

    def add_client(self, partner: str, client: Client) -> bool:
        """Writes a new client and its lookup; False when the partner is closed, or has as many as it may.

        Raises:
            Unclear: it may or may not have been written.
        """
        count = Path(f"{client.mode}Clients")
        counted = self._arguments(
            partner,
            PARTNER,
            actions=[count.add(Value({"N": "1"}))],
            condition=(Path("status") == Value({"S": "active"}))
            & (count.does_not_exist() | (count < Value({"N": str(MAX_CLIENTS)}))),
        )
        puts = [
            self._new(partner, CLIENT + client.id, item_of_client(client)),
            self._lookup(_client_key(client.id), partner),
        ]
        return not any(self._transact(puts=puts, updates=[counted]))

    def remove_client(self, partner: str, client: Client) -> bool:
        """Removes a client and its lookup; False when it is gone already.

        Raises:
            Unclear: it may or may not have been removed.
        """
        count = Path(f"{client.mode}Clients")
        counted = self._arguments(partner, PARTNER, actions=[count.add(Value({"N": "-1"}))])
        there = Path("partner").exists()
        deletes = [
            self._arguments(partner, CLIENT + client.id, condition=there),
            self._arguments(_client_key(client.id), LOOKUP),
        ]
        return not any(self._transact(deletes=deletes, updates=[counted]))

    def put_secrets(self, partner: str, before: Client, after: Client) -> bool:
        """Writes a client's secrets; False when they are others by now, or the client is gone.

        Raises:
            Unclear: they may or may not have been written.
        """
        secrets = Path("secrets")
        return self._update(
            partner,
            before.id,
            [secrets.set(Value(packed_secrets(after.secrets)))],
            secrets == Value(packed_secrets(before.secrets)),
        )

    def note_use(self, partner: str, client: str, day: str) -> None:
        """Notes the last day on which a client has asked for a token; nothing when it is gone.

        Raises:
            Unclear: it may or may not have been noted.
        """
        self._update(partner, client, [Path("lastUsedDay").set(Value({"S": day}))], Path("partner").exists())

    def _owner(self, key: str) -> str | None:
        try:
            answer = self._connection.get_item(self._name, key, LOOKUP, consistent_read=True)
        except GetError as error:
            raise _unavailable(error) from error
        return str(answer["Item"][OWNER]["S"]) if "Item" in answer else None

    def _update(self, partner: str, client: str, actions: list[Any], condition: Condition) -> bool:
        try:
            self._connection.update_item(
                self._name, partner, CLIENT + client, actions=actions, condition=condition, return_values="NONE"
            )
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise _unclear(error) from error
        return True

    def _arguments(self, partition: str, item: str, **how: Any) -> dict[str, Any]:
        made: dict[str, Any] = self._connection.get_operation_kwargs(self._name, partition, item, **how)
        return made

    def _new(self, partition: str, item: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """An item that must not be there yet."""
        there_is_none = Path("partner").does_not_exist()
        return self._arguments(partition, item, key="Item", attributes=attributes, condition=there_is_none)

    def _lookup(self, partition: str, partner: str) -> dict[str, Any]:
        return self._new(partition, LOOKUP, {OWNER: {"S": partner}})

    def _transact(
        self,
        *,
        deletes: Sequence[dict[str, Any]] = (),
        puts: Sequence[dict[str, Any]] = (),
        updates: Sequence[dict[str, Any]] = (),
    ) -> list[bool]:
        """Whose condition did not hold, in the order in which pynamodb sends them; all False when it was written."""
        try:
            self._connection.transact_write_items([], list(deletes), list(puts), list(updates))
        except TransactWriteError as error:
            if is_unclear(error):
                raise Unclear(str(error)) from error
            codes = [reason.code if reason else "" for reason in error.cancellation_reasons]
            if "ConditionalCheckFailed" not in codes:
                raise
            return [code == "ConditionalCheckFailed" for code in codes]
        return [False]


def _person_key(person: str) -> str:
    return f"person#{person}"


def _client_key(client: str) -> str:
    return f"client#{client}"


def _row(item: Item) -> PartnerRow:
    return PartnerRow(item["partner"]["S"], item["name"]["S"], item["status"]["S"], int(item["createdAt"]["N"]))


def _unavailable(error: GetError | QueryError) -> Exception:
    return Unavailable("The table of partners does not answer.") if is_unclear(error) else error


def _unclear(error: PynamoDBException) -> Exception:
    return Unclear(str(error)) if is_unclear(error) else error
