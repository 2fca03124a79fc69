"""Uploads in DynamoDB: one item an upload, one conditional write a transition.

| attribute | type | meaning |
|---|---|---|
| `upload` | S | partition key: the upload's id, which becomes the episode's version |
| `series`, `episode`, `owner`, `language` | S, N, S, S | what it is for, and whose it is |
| `place` | S | partition key of the index `by-place`: the episode among all; sorted by `createdAt` |
| `contentType`, `sizeBytes` | S, N | what was declared of the video |
| `parts` | L | the same of each other file, with `kind` and `language` |
| `etags` | M | S3's tags of the files that are there, by the part's name |
| `status`, `percent`, `job` | S, N, S | how far it has come |
| `approval` | S | JSON: the film, its price by output, the budget's month and the policy |
| `held` | N | micro-USD reserved in the budgets; gone once they are spent or given back |
| `problemCode`, `problemReason`, `problemDetail` | S | why it failed |
| `createdAt` | N | milliseconds since the epoch |
| `sweep`, `dueAt` | S, N | keys of the sparse index `by-due`: when the sweep looks at it, in milliseconds |
| `expiresAt` | N | seconds since the epoch, when the table forgets it; none while its episode plays |

Budgets are a table of their own: `budget` is the month and whose it is, `reserved` the micro-USD that are promised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, QueryError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action

from cliffhanger.clock import Clock, system_clock
from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.media.domain import KEPT_FOR_S, Approval, Upload
from cliffhanger.media.items import DUE, PROBLEM, approval_text, item_of, problem_item, upload_of
from cliffhanger.media.policy import Budgets
from cliffhanger.media.transitions import Transition

BY_PLACE = "by-place"
BY_DUE = "by-due"

Position = tuple[int, str]
"""Where a list of uploads goes on: when the last one that was given was made, and its id."""

Reserved = Literal["reserved", "overtaken", "stage", "creator"]
"""The price is reserved; the upload is in another state by now; one of the budgets does not hold the price."""

_REFUSED = "ConditionalCheckFailed"


class UploadsStore:
    """The tables of uploads and of budgets.

    Reads by key are strongly consistent: an event may follow its cause within milliseconds.
    """

    def __init__(
        self, connection: Connection, uploads: str, promises: str, budgets: Budgets, clock: Clock = system_clock
    ) -> None:
        connection.add_meta_table(
            table(
                uploads,
                {"upload": "S"},
                {BY_PLACE: {"place": "S", "createdAt": "N"}, BY_DUE: {"sweep": "S", "dueAt": "N"}},
            )
        )
        connection.add_meta_table(table(promises, {"budget": "S"}))
        self._connection = connection
        self._uploads = uploads
        self._promises = promises
        self.budgets = budgets
        self._clock = clock

    def create(self, upload: Upload) -> None:
        """Writes a new upload.

        Raises:
            Unavailable: it may or may not have been written.
        """
        item = item_of(upload)
        del item["upload"]
        try:
            self._connection.put_item(
                self._uploads, upload.upload, attributes=item, condition=Path("upload").does_not_exist()
            )
        except PutError as error:
            # The id has 80 random bits: an item that is there already is our own, from a try whose answer was lost.
            if not is_refusal(error):
                raise _failure(error) from error

    def find(self, upload: str) -> Upload | None:
        """The upload of that id, or None.

        Raises:
            Unavailable: the table does not answer.
        """
        item = self._item(self._uploads, upload)
        return None if item is None else upload_of(item)

    def of_place(self, place: str, limit: int, before: Position | None = None) -> tuple[Upload, ...]:
        """The latest ``limit`` uploads of an episode that were made before a position, newest first.

        Raises:
            Unavailable: the table does not answer.
        """
        start = None
        if before is not None:
            made, last = before
            start = {"place": {"S": place}, "createdAt": {"N": str(made)}, "upload": {"S": last}}
        items = self._query(place, BY_PLACE, limit, scan_index_forward=False, exclusive_start_key=start)
        return tuple(upload_of(item) for item in items)

    def due(self, now: int, limit: int) -> tuple[str, ...]:
        """The ids of uploads that the sweep is to look at by now, those that waited longest first.

        Raises:
            Unavailable: the table does not answer.
        """
        by_now = Path("dueAt") <= Value({"N": str(now)})
        return tuple(item["upload"]["S"] for item in self._query(DUE, BY_DUE, limit, range_key_condition=by_now))

    def take(self, upload: Upload, until: int) -> bool:
        """Takes a due upload until a time, so that no other sweep does; False when another has, or its state changed.

        Raises:
            Unavailable: it may or may not have been taken; it is due again at that time at the latest.
        """
        condition = (Path("dueAt") == Value({"N": str(upload.due_at)})) & (
            Path("status") == Value({"S": upload.status})
        )
        return self._change(upload, [Path("dueAt").set(Value({"N": str(until)}))], condition)

    def apply(self, upload: Upload, transition: Transition) -> bool:
        """Applies a transition if the stored state still allows it; False when it does not, and nothing is written.

        Raises:
            Unavailable: it may or may not have been applied; applying it again is harmless.
        """
        return self._change(upload, self._changes(transition), _condition(transition), releases=transition.releases)

    def close(self, upload: Upload, *, spent: bool) -> bool:
        """Notes that nothing is left to do for an upload that is over; what it holds goes back unless it was spent.

        False when it is in another state by now, and nothing is written.

        Raises:
            Unavailable: it may or may not have been noted; noting it again is harmless.
        """
        actions = _removals(["sweep", "dueAt", "held"] if spent or not upload.held else ["sweep", "dueAt"])
        return self._change(upload, actions, Path("status") == Value({"S": upload.status}), releases=not spent)

    def reserve(self, upload: Upload, approval: Approval) -> Reserved:
        """Promises an approved price to an upload whose files are all there, at most once, if both budgets hold it.

        Raises:
            Unavailable: it may or may not have been reserved; reserving it again is harmless.
        """
        price, reserved, budgets = approval.price.micro_usd, Path("reserved"), self.budgets
        if price > budgets.stage_micro_usd:
            return "stage"
        if price > budgets.creator_micro_usd:
            return "creator"
        amount = Value({"N": str(price)})
        condition = (Path("status") == Value({"S": "received"})) & Path("approval").does_not_exist()
        actions = [Path("approval").set(Value({"S": approval_text(approval)})), Path("held").set(amount)]
        updates = [self._kwargs(self._uploads, upload.upload, actions, condition)]
        for name, most in zip(_budgets_of(approval.month, upload.owner), budgets, strict=True):
            fits = reserved.does_not_exist() | (reserved <= Value({"N": str(most - price)}))
            updates.append(self._kwargs(self._promises, name, [reserved.add(amount)], fits))
        # The upload's own state decides first: it may hold the price already.
        outcomes: tuple[Reserved, ...] = ("overtaken", "stage", "creator")
        broken = self._transact(updates)
        return next((outcome for outcome, failed in zip(outcomes, broken, strict=True) if failed), "reserved")

    def reserved(self, month: str, owner: str) -> int:
        """The micro-USD that are promised to a creator's uploads in a month.

        Raises:
            Unavailable: the table does not answer.
        """
        item = self._item(self._promises, _budgets_of(month, owner)[1])
        return 0 if item is None else int(item["reserved"]["N"])

    def _changes(self, transition: Transition) -> list[Action]:
        now = self._clock()
        sets: dict[str, Mapping[str, str]] = {"status": {"S": transition.status}}
        removed: list[str] = []
        if transition.percent is not None:
            sets["percent"] = {"N": str(transition.percent)}
        if transition.job is not None:
            sets["job"] = {"S": transition.job}
        if transition.problem is not None:
            sets |= problem_item(transition.problem)
        elif transition.status != "failed":
            removed += PROBLEM
        if transition.status == "published":
            # What plays is not forgotten; and its price is spent.
            removed += ["expiresAt", "held"]
        else:
            sets["expiresAt"] = {"N": str(now // 1000 + KEPT_FOR_S)}
        if transition.due_in_s is None:
            removed += ["sweep", "dueAt"]
        else:
            sets |= {"sweep": {"S": DUE}, "dueAt": {"N": str(now + transition.due_in_s * 1000)}}
        actions = [*(Path(name).set(Value(value)) for name, value in sets.items()), *_removals(removed)]
        if transition.part is not None:
            actions.append(_tag(transition.part).set(Value({"S": transition.etag or ""})))
        return actions

    def _change(
        self, upload: Upload, actions: Sequence[Action], condition: Condition, *, releases: bool = False
    ) -> bool:
        """One write of an upload; with it, if wanted, what it holds goes back to the budgets."""
        if not releases or upload.approval is None or not upload.held:
            try:
                self._connection.update_item(self._uploads, upload.upload, actions=actions, condition=condition)
            except UpdateError as error:
                if is_refusal(error):
                    return False
                raise _failure(error) from error
            return True
        price = upload.approval.price.micro_usd
        held = Path("held") == Value({"N": str(price)})
        updates = [self._kwargs(self._uploads, upload.upload, [*actions, *_removals(["held"])], condition & held)]
        back = [Path("reserved").add(Value({"N": str(-price)}))]
        names = _budgets_of(upload.approval.month, upload.owner)
        updates += [self._kwargs(self._promises, name, back) for name in names]
        return not any(self._transact(updates))

    def _transact(self, updates: Sequence[dict[str, Any]]) -> list[bool]:
        """Writes all updates or none; of each, whether its condition did not hold."""
        try:
            self._connection.transact_write_items([], [], [], updates)
        except TransactWriteError as error:
            broken = [reason is not None and reason.code == _REFUSED for reason in error.cancellation_reasons]
            if any(broken):
                return broken
            raise _failure(error) from error
        return [False] * len(updates)

    def _kwargs(
        self, name: str, key: str, actions: Sequence[Action], condition: Condition | None = None
    ) -> dict[str, Any]:
        made: dict[str, Any] = self._connection.get_operation_kwargs(name, key, actions=actions, condition=condition)
        return made

    def _item(self, name: str, key: str) -> Mapping[str, Any] | None:
        try:
            answer = self._connection.get_item(name, key, consistent_read=True)
        except GetError as error:
            raise _failure(error) from error
        item: Mapping[str, Any] | None = answer.get("Item")
        return item

    def _query(self, partition: str, index: str, limit: int, **more: Any) -> list[Mapping[str, Any]]:
        try:
            answer = self._connection.query(self._uploads, partition, index_name=index, limit=limit, **more)
        except QueryError as error:
            raise _failure(error) from error
        items: list[Mapping[str, Any]] = answer["Items"]
        return items


def _condition(transition: Transition) -> Condition:
    condition: Condition = Path("status").is_in(*(Value({"S": status}) for status in transition.sources))
    if transition.job is not None:
        job = Path("job")
        condition &= job.does_not_exist() | (job == Value({"S": transition.job}))
    if transition.rising:
        condition &= Path("percent") < Value({"N": str(transition.percent)})
    if transition.part is not None:
        condition &= _tag(transition.part).does_not_exist()
    return condition


def _tag(part: str) -> Path:
    """Where the tag of a part's file stands."""
    return Path(["etags", part])


def _removals(names: Sequence[str]) -> list[Action]:
    return [Path(name).remove() for name in names]


def _budgets_of(month: str, owner: str) -> tuple[str, str]:
    """The keys of a month's budgets: the stage's, and a creator's."""
    return f"{month}:stage", f"{month}:creator:{owner}"


def _failure(error: PynamoDBException) -> Exception:
    return Unavailable("The table of uploads does not answer; try again.") if is_unclear(error) else error
