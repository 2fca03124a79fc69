"""Deliveries in the log: what is written of each, what is listed, and what somebody has to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pynamodb.exceptions import QueryError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action

from cliffhanger.dynamo import is_refusal
from cliffhanger.webhooks.domain import Delivery
from cliffhanger.webhooks.items import (
    DUE_SHARDS,
    REPLAY,
    Replay,
    Wanted,
    changing,
    delivery_item,
    delivery_of,
    due_shard,
    is_over,
    replay_of,
)
from cliffhanger.webhooks.store.replays import ReplayLog
from cliffhanger.webhooks.store.table import INDEX, failure

_AFTER = "~"
"""Sorts after every character of a delivery's id."""
MOST_PAGES = 5
"""So many pages of the table one page of a list looks through: a rare state does not make a call endless."""


class Due(NamedTuple):
    """What somebody has to look at, and since when: a delivery, or a replay."""

    endpoint: str
    key: str
    due_at: int

    @property
    def is_replay(self) -> bool:
        """Whether it is a replay."""
        return self.key.startswith(REPLAY)


class Page(NamedTuple):
    """A page of deliveries, and the last one that was looked at, where more may follow."""

    deliveries: tuple[Delivery, ...]
    after: str | None


class DeliveryLog(ReplayLog):
    """The table of deliveries, and of the replays of them."""

    def add(self, delivery: Delivery) -> bool:
        """Writes a new delivery; False when there is one already, and nothing is written.

        Raises:
            Unavailable: it may or may not have been written; writing it again is harmless.
        """
        return self._put(delivery.endpoint, delivery.delivery, delivery_item(delivery))

    def find(self, endpoint: str, delivery: str, now: int) -> Delivery | None:
        """A delivery, or None; its time may be over.

        Raises:
            DeliveryUnreadable: its body is none that we have packed.
            Unavailable: the table does not answer.
        """
        item = self._item(endpoint, delivery)
        return None if item is None or "body" not in item or is_over(item, now) else delivery_of(item)

    def record(self, before: Delivery, after: Delivery) -> bool:
        """Writes what has changed of a delivery; False when it has changed since it was read, and nothing is written.

        Raises:
            Unavailable: it may or may not have been written.
        """
        was, now = changing(before), changing(after)
        changed = [name for name in now if now[name] != was[name]]
        actions: list[Action] = [
            Path(name).set(Value(now[name])) if now[name] is not None else Path(name).remove() for name in changed
        ]
        return self._update(before.endpoint, before.delivery, actions, _unchanged(before))

    def between(self, endpoint: str, wanted: Wanted, limit: int, after: str | None, *, newest_first: bool) -> Page:
        """At most so many deliveries of an endpoint, after another one of them; only those that are wanted.

        A page may be shorter than it could be: more follows as long as it says after which one.

        Raises:
            DeliveryUnreadable, Unavailable: as of :meth:`find`.
        """
        first, last = f"{wanted.since:013d}", f"{wanted.until:013d}{_AFTER}"
        found: list[Delivery] = []
        start = None if after is None else {"endpoint": {"S": endpoint}, "delivery": {"S": after}}
        for _ in range(MOST_PAGES):
            try:
                page = self._connection.query(
                    self._name,
                    endpoint,
                    range_key_condition=Path("delivery").between(Value({"S": first}), Value({"S": last})),
                    filter_condition=_filter(wanted),
                    consistent_read=True,
                    exclusive_start_key=start,
                    limit=limit - len(found),
                    scan_index_forward=not newest_first,
                )
            except QueryError as error:
                raise failure(error) from error
            found += map(delivery_of, page["Items"])
            start = page.get("LastEvaluatedKey")
            if not start or len(found) >= limit:
                break
        return Page(tuple(found), start["delivery"]["S"] if start else None)

    def due(self, until: int, most: int) -> tuple[Due, ...]:
        """At most so many, of each partition, that somebody has to look at by a time, longest first.

        What has just changed may be missing, or stand there still.

        Raises:
            Unavailable: the table does not answer.
        """
        found: list[Due] = []
        for shard in range(DUE_SHARDS):
            try:
                page = self._connection.query(
                    self._name,
                    str(shard),
                    range_key_condition=Path("dueAt") <= Value({"N": str(until)}),
                    index_name=INDEX,
                    limit=most,
                )
            except QueryError as error:
                raise failure(error) from error
            found += map(_due_of, page["Items"])
        return tuple(sorted(found, key=lambda each: each.due_at))

    def take(self, due: Due, again_at: int) -> Delivery | Replay | None:
        """Takes something that is due, which is due again at another time, unless somebody has taken it: then None.

        Raises:
            DeliveryUnreadable: it is no longer due, because nobody can read it.
            Unavailable: it may or may not have been taken; it is due again in any case.
        """
        action = Path("dueAt").set(Value({"N": str(again_at)}))
        try:
            answer = self._connection.update_item(
                self._name,
                due.endpoint,
                due.key,
                actions=[action],
                condition=Path("dueAt") == Value({"N": str(due.due_at)}),
                return_values="ALL_NEW",
            )
        except UpdateError as error:
            if is_refusal(error):
                return None
            raise failure(error) from error
        item = answer["Attributes"]
        return replay_of(item) if due.is_replay else delivery_of(item)

    def watch(self, delivery: Delivery, due_at: int) -> bool:
        """Lets somebody look after a delivery of which nothing has been seen; False when something has.

        Raises:
            Unavailable: it may or may not have been noted.
        """
        shard = Value({"S": due_shard(delivery.endpoint, delivery.delivery)})
        actions: list[Action] = [Path("shard").set(shard), Path("dueAt").set(Value({"N": str(due_at)}))]
        return self._update(delivery.endpoint, delivery.delivery, actions, _unchanged(delivery))

    def forget(self, due: Due) -> None:
        """Notes that nobody has to look at something any more.

        Raises:
            Unavailable: it may or may not have been noted.
        """
        actions: list[Action] = [Path("shard").remove(), Path("dueAt").remove()]
        self._update(due.endpoint, due.key, actions, Path("delivery").exists())


def _due_of(item: Mapping[str, Any]) -> Due:
    return Due(item["endpoint"]["S"], item["delivery"]["S"], int(item["dueAt"]["N"]))


def _unchanged(delivery: Delivery) -> Condition:
    """That nobody has attempted, ended or renewed a delivery since it was read."""
    condition = Path("state") == Value({"S": delivery.state})
    for name, number in (("made", delivery.made), ("since", delivery.since)):
        path = Path(name)
        condition &= path == Value({"N": str(number)}) if number else path.does_not_exist()
    return condition


def _filter(wanted: Wanted) -> Condition | None:
    condition: Condition | None = None
    if wanted.states:
        first, *others = (Value({"S": state}) for state in wanted.states)
        condition = Path("state").is_in(first, *others)
    if wanted.type:
        typed = Path("type") == Value({"S": wanted.type})
        condition = typed if condition is None else condition & typed
    return condition
