"""Payouts in DynamoDB, with what else is known of a creator's: where it goes, when, and how much in a month.

| attribute  | type | meaning |
|------------|------|---------|
| `person`   | S    | partition key: the creator's pseudonym |
| `item`     | S    | sort key: `payout:{id}`, `destination`, `schedule`, `tally:{month}:{currency}`,
|            |      | `asked:{day}`, `stake:{until}:{dispute}:{currency}` |
| `told`     | S    | all that is known, as JSON |
| `revision` | N    | counts the changes; each write names the one before, so that none is lost |
| `sweep`, `dueAt` | S, N | index `by-due`: `payouts` that are not over, of them `transits` with a bank, `schedules`;
|            |      | when one moved, or is due |

Nothing is ever deleted: a payout says why money moved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, QueryError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import follows, is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.payouts.domain import OVER, Destination, Payout
from cliffhanger.payouts.schedules import Schedule
from cliffhanger.payouts.tallies import Asked, Tally

INDEX = "by-due"
Sweep = Literal["payouts", "transits", "schedules"]
DESTINATION, SCHEDULE, PAYOUT = "destination", "schedule", "payout:"
STAKE = "stake:"
MOST_READ = 2_000
"""So many stakes of one creator are read at most."""


class Due(NamedTuple):
    """Something that is to be looked at: whose, and by which key."""

    person: str
    item: str
    due_at: int


class Stake(NamedTuple):
    """What a dispute may take of a person: an amount in the currency's smallest unit, until a time in milliseconds.

    One that was won does not stand any more.
    """

    person: str
    dispute: str
    currency: str
    amount: int
    until: int
    stands: bool = True


class PayoutsStore:
    """The table of payouts. Every read by key is strongly consistent; the index may be a second behind."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"person": "S", "item": "S"}, {INDEX: {"sweep": "S", "dueAt": "N"}}))
        self._connection = connection
        self._name = name

    def find(self, person: str, payout: str) -> Payout | None:
        """A payout, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._item(person, f"{PAYOUT}{payout}")
        return None if item is None else _payout(item)

    def of(self, person: str) -> tuple[Payout, ...]:
        """A creator's payouts, newest first.

        All are read, to be put in order of time: a thousand or more at once, of the few that may be asked for in a day.

        Raises:
            Unavailable: the read did not succeed.
        """
        found = [_payout(item) for item in self._under(person, Path("item").startswith(PAYOUT), None)]
        return tuple(sorted(found, key=lambda payout: (-payout.created_at, payout.payout)))

    def put(self, payout: Payout) -> bool:
        """Writes a payout's next revision; False where that is not the next one any more, and nothing is written.

        What a bank has for days is listed by itself, so that nothing that is to be done stands behind it.

        Raises:
            Unavailable: it may or may not have been written.
        """
        sweep: Sweep = "transits" if payout.status == "inTransit" else "payouts"
        due = None if payout.status in OVER else (sweep, payout.changed_at)
        told = {**payout.newer, **payout._asdict()}
        del told["newer"]
        return self._put(payout.person, f"{PAYOUT}{payout.payout}", told, payout.revision, due)

    def destination(self, person: str) -> Destination | None:
        """Where a creator's money goes, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._item(person, DESTINATION)
        return None if item is None else Destination(**_known(item, Destination))

    def put_destination(self, destination: Destination) -> bool:
        """Writes the next revision of where a creator's money goes; as :meth:`put`."""
        told, revision = destination._asdict(), destination.revision
        return self._put(destination.person, DESTINATION, told, revision, None)

    def schedule(self, person: str) -> Schedule:
        """When a creator's money is paid out by itself.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._item(person, SCHEDULE)
        return Schedule(person) if item is None else Schedule(**_known(item, Schedule))

    def put_schedule(self, schedule: Schedule) -> bool:
        """Writes the next revision of a schedule; as :meth:`put`."""
        due = ("schedules", schedule.due_at) if schedule.due_at else None
        return self._put(schedule.person, SCHEDULE, schedule._asdict(), schedule.revision, due)

    def tally(self, person: str, month: str, currency: str) -> Tally:
        """What a creator has had paid out in a month and currency.

        Raises:
            Unavailable: the read did not succeed.
        """
        empty = Tally(person, month, currency)
        item = self._item(person, empty.name)
        if item is None:
            return empty
        told = _known(item, Tally)
        return Tally(**{**told, "taken": tuple((str(one), str(day), int(much)) for one, day, much in told["taken"])})

    def put_tally(self, tally: Tally) -> bool:
        """Writes the next revision of a month; as :meth:`put`."""
        return self._put(tally.person, tally.name, tally._asdict(), tally.revision, None)

    def asked(self, person: str, day: str) -> Asked:
        """What a creator has asked for on a day.

        Raises:
            Unavailable: the read did not succeed.
        """
        empty = Asked(person, day)
        item = self._item(person, empty.name)
        if item is None:
            return empty
        told = _known(item, Asked)
        return Asked(**{**told, "payouts": tuple(told["payouts"])})

    def put_asked(self, asked: Asked) -> bool:
        """Writes the next revision of a day; as :meth:`put`."""
        return self._put(asked.person, asked.name, asked._asdict(), asked.revision, None)

    def stakes(self, person: str, now: int) -> tuple[Stake, ...]:
        """What disputes may take of a person at a time.

        Raises:
            Unavailable: the read did not succeed.
        """
        span = Path("item").between(Value({"S": f"{STAKE}{now + 1:013}"}), Value({"S": f"{STAKE}~"}))
        found = (Stake(**_known(item, Stake)) for item in self._under(person, span, MOST_READ))
        return tuple(stake for stake in found if stake.stands)

    def put_stake(self, stake: Stake) -> None:
        """Writes what a dispute may take of a person, over what was known of it.

        Raises:
            Unavailable: it may or may not have been written.
        """
        name = f"{STAKE}{stake.until:013}:{stake.dispute}:{stake.currency}"
        self._write(stake.person, name, {"told": _text(stake._asdict()), "revision": {"N": "1"}}, None)

    def due(self, sweep: Sweep, until: int, most: int, after: Due | None = None) -> tuple[Due, ...]:
        """At most so much of what is due by a time, the longest first; what comes after another one.

        Raises:
            Unavailable: the read did not succeed.
        """
        start = None
        if after is not None:
            keys = {"person": {"S": after.person}, "item": {"S": after.item}}
            start = {"sweep": {"S": sweep}, "dueAt": {"N": str(after.due_at)}, **keys}
        try:
            page = self._connection.query(
                self._name,
                sweep,
                range_key_condition=Path("dueAt") <= Value({"N": str(until)}),
                index_name=INDEX,
                limit=most,
                exclusive_start_key=start,
            )
        except QueryError as error:
            raise _unavailable(error) from error
        return tuple(Due(item["person"]["S"], item["item"]["S"], int(item["dueAt"]["N"])) for item in page["Items"])

    def _under(self, person: str, names: Condition, most: int | None) -> list[Mapping[str, Any]]:
        """What has these names, in their order; of more than so many only whole pages that began before."""
        found: list[Mapping[str, Any]] = []
        start = None
        while most is None or len(found) < most:
            try:
                page = self._connection.query(
                    self._name, person, range_key_condition=names, consistent_read=True, exclusive_start_key=start
                )
            except QueryError as error:
                raise _unavailable(error) from error
            found += page["Items"]
            start = page.get("LastEvaluatedKey")
            if start is None:
                break
        return found

    def _item(self, person: str, name: str) -> Mapping[str, Any] | None:
        try:
            item = self._connection.get_item(self._name, person, name, consistent_read=True).get("Item")
        except GetError as error:
            raise _unavailable(error) from error
        found: Mapping[str, Any] | None = item
        return found

    def _put(self, person: str, name: str, told: Mapping[str, Any], revision: int, due: tuple[str, int] | None) -> bool:
        attributes: dict[str, Any] = {"told": _text(told), "revision": {"N": str(revision)}}
        if due is not None:
            attributes |= {"sweep": {"S": due[0]}, "dueAt": {"N": str(due[1])}}
        return self._write(person, name, attributes, follows(revision))

    def _write(self, person: str, name: str, attributes: dict[str, Any], condition: Condition | None) -> bool:
        try:
            self._connection.put_item(self._name, person, name, attributes=attributes, condition=condition)
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _text(told: Mapping[str, Any]) -> dict[str, str]:
    return {"S": json.dumps(told, separators=(",", ":"))}


def _told(item: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(item["told"]["S"])
    return told


def _known(item: Mapping[str, Any], kind: type[NamedTuple]) -> dict[str, Any]:
    """What this version knows of what is told: while one is deployed, a newer one may have noted more."""
    return {name: told for name, told in _told(item).items() if name in kind._fields}


def _payout(item: Mapping[str, Any]) -> Payout:
    """A payout; what a newer version has noted of it goes along, and is written again."""
    told, known = _told(item), _known(item, Payout)
    newer = {name: value for name, value in told.items() if name not in known}
    return Payout(**{**known, "tried": tuple(told["tried"]), "newer": newer})


def _unavailable(error: PynamoDBException) -> Exception:
    return Unavailable("The table of payouts does not answer.") if is_unclear(error) else error
