"""Invitations, and who has redeemed one, in DynamoDB.

| attribute    | type | meaning |
|--------------|------|---------|
| `item`       | S    | partition key: `code:{code}` for an invitation, `friend:{person}` for who has redeemed one |
| `inviter`    | S    | whose it is; of what was redeemed also partition key of the index `by-inviter` |
| `redeemedAt` | N    | of what was redeemed: when, in milliseconds since the Unix epoch; sort key of that index |
| `told`       | S    | what else is known, as JSON |
| `order`      | S    | the purchase that decides, once there is one |
| `barred`     | SS   | sides that the rules gave nothing |
| `undone`     | BOOL | all that was paid for the purchase went back |
| `expiresAt`  | N    | when DynamoDB forgets the item, in seconds since the Unix epoch |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, QueryError, UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.rewards.claims import Signals
from cliffhanger.rewards.referrals import SIDES, Invitation, Referral, Side

INDEX = "by-inviter"
KEPT_S = 400 * 86_400
"""Of a friend far longer than an account is new, so that nobody redeems twice."""


class ReferralsStore:
    """The table of invitations. Single items are read strongly consistent; the index may be a second behind."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"item": "S"}, {INDEX: {"inviter": "S", "redeemedAt": "N"}}))
        self._connection = connection
        self._name = name

    def invitation(self, code: str) -> Invitation | None:
        """An invitation by its code, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._get(f"code:{code}")
        if item is None:
            return None
        told = json.loads(item["told"]["S"])
        devices, blocks = tuple(told.pop("devices")), tuple(told.pop("blocks"))
        return Invitation(code, item["inviter"]["S"], devices, blocks, **told)

    def keep(self, invitation: Invitation, now: int) -> None:
        """Writes an invitation, over what stands of it.

        Raises:
            Unavailable: it may or may not have been written; writing it again is harmless.
        """
        told = {name: value for name, value in invitation._asdict().items() if name not in ("code", "person")}
        item = {"inviter": {"S": invitation.person}, "told": {"S": _json(told)}, "expiresAt": _expires(now)}
        try:
            self._connection.put_item(self._name, f"code:{invitation.code}", attributes=item)
        except PutError as error:
            raise _unavailable(error) from error

    def find(self, friend: str) -> Referral | None:
        """What somebody has redeemed, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._get(f"friend:{friend}")
        return None if item is None else _referral(item)

    def redeem(self, referral: Referral) -> bool:
        """Writes what a friend redeems; False where they have redeemed one, and nothing is written.

        Raises:
            Unavailable: it may or may not have been written; the same again will tell.
        """
        told = {name: value for name, value in referral._asdict().items() if name in _TOLD}
        item = {
            "inviter": {"S": referral.inviter},
            "redeemedAt": {"N": str(referral.redeemed_at)},
            "told": {"S": _json({**told, "signals": list(referral.signals)})},
            "expiresAt": _expires(referral.redeemed_at),
        }
        try:
            self._connection.put_item(
                self._name, f"friend:{referral.friend}", attributes=item, condition=Path("item").does_not_exist()
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True

    def note(self, referral: Referral, *, order: str, barred: tuple[Side, ...], undone: bool) -> None:
        """Notes which purchase decides, and what came of it; only ever adds.

        Raises:
            Unavailable: it may or may not have been written; noting it again is harmless.
        """
        actions = [
            Path("order").set(Value({"S": order})),
            *([Path("undone").set(Value({"BOOL": True}))] if undone else []),
            *([Path("barred").add(Value({"SS": list(barred)}))] if barred else []),
        ]
        try:
            self._connection.update_item(
                self._name,
                f"friend:{referral.friend}",
                actions=actions,
                condition=Path("item").exists(),
            )
        except UpdateError as error:
            if not is_refusal(error):  # it has been forgotten meanwhile
                raise _unavailable(error) from error

    def of_inviter(self, inviter: str, limit: int) -> tuple[Referral, ...]:
        """So many of those who redeemed a viewer's invitation, newest first.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.query(
                self._name, inviter, index_name=INDEX, limit=limit, scan_index_forward=False
            )
        except QueryError as error:
            raise _unavailable(error) from error
        return tuple(_referral(item) for item in answer["Items"])

    def _get(self, item: str) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] | None = self._connection.get_item(self._name, item, consistent_read=True).get(
                "Item"
            )
        except GetError as error:
            raise _unavailable(error) from error
        return found


_TOLD = frozenset({"code", "act_by", "device", "zone", "country", "age", "since"})


def _referral(item: Mapping[str, Any]) -> Referral:
    told = json.loads(item["told"]["S"])
    barred = set(item.get("barred", {}).get("SS", ()))
    return Referral(
        friend=item["item"]["S"].partition(":")[2],
        inviter=item["inviter"]["S"],
        redeemed_at=int(item["redeemedAt"]["N"]),
        order=item.get("order", {}).get("S", ""),
        barred=tuple(side for side in SIDES if side in barred),
        undone=item.get("undone", {}).get("BOOL", False),
        **{**told, "signals": Signals(*told["signals"])},
    )


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, separators=(",", ":"))


def _expires(now: int) -> dict[str, str]:
    return {"N": str(now // 1000 + KEPT_S)}


def _unavailable(error: GetError | PutError | QueryError | UpdateError) -> Exception:
    return Unavailable("The table of invitations does not answer.") if is_unclear(error) else error
