"""Uploads in DynamoDB: one item an upload, one conditional write a transition.

| attribute | type | meaning |
|---|---|---|
| `upload` | S | partition key: the upload's id, which becomes the episode's version |
| `series`, `episode`, `owner`, `language` | S, N, S, S | what it is for, and whose it is |
| `contentType`, `sizeBytes` | S, N | what the creator declared |
| `status`, `percent`, `job` | S, N, S | how far it has come |
| `etag` | S | S3's tag of the file that arrived first |
| `problemCode`, `problemReason`, `problemDetail` | S | why it failed |
| `createdAt` | N | milliseconds since the epoch |
| `expiresAt` | N | seconds since the epoch, when the table forgets it |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.media.domain import ABANDONED_AFTER_S, FORM_LIFETIME_S, KEPT_FOR_S, Problem, Transition, Upload


class UploadsStore:
    """The table of uploads. Reads are strongly consistent: an event may follow its cause within milliseconds."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"upload": "S"}))
        self._connection = connection
        self._name = name

    def create(self, upload: Upload) -> None:
        """Writes a new upload.

        Raises:
            Unavailable: it may or may not have been written.
        """
        item = _item(upload)
        del item["upload"]
        try:
            self._connection.put_item(
                self._name, upload.upload, attributes=item, condition=Path("upload").does_not_exist()
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
        try:
            answer = self._connection.get_item(self._name, upload, consistent_read=True)
        except GetError as error:
            raise _failure(error) from error
        item = answer.get("Item")
        return None if item is None else _upload(item)

    def apply(self, upload: Upload, transition: Transition) -> bool:
        """Applies a transition if the stored state still allows it; False when it does not, and nothing is written.

        Raises:
            Unavailable: it may or may not have been applied; applying it again is harmless.
        """
        changes: dict[str, Mapping[str, str]] = {
            "status": {"S": transition.status},
            "expiresAt": {"N": str(upload.created_at // 1000 + KEPT_FOR_S)},
        }
        if transition.percent is not None:
            changes["percent"] = {"N": str(transition.percent)}
        if transition.job is not None:
            changes["job"] = {"S": transition.job}
        if transition.etag is not None:
            changes["etag"] = {"S": transition.etag}
        if transition.problem is not None:
            changes |= _problem_item(transition.problem)
        try:
            self._connection.update_item(
                self._name,
                upload.upload,
                actions=[Path(name).set(Value(value)) for name, value in changes.items()],
                condition=_condition(transition),
            )
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise _failure(error) from error
        return True


def _condition(transition: Transition) -> Condition:
    condition: Condition = Path("status").is_in(*(Value({"S": status}) for status in transition.sources))
    if transition.job is not None:
        job = Path("job")
        condition = condition & (job.does_not_exist() | (job == Value({"S": transition.job})))
    if transition.rising:
        condition = condition & (Path("percent") < Value({"N": str(transition.percent)}))
    return condition


def _item(upload: Upload) -> dict[str, Mapping[str, str]]:
    item: dict[str, Mapping[str, str]] = {
        "upload": {"S": upload.upload},
        "series": {"S": upload.series},
        "episode": {"N": str(upload.episode)},
        "owner": {"S": upload.owner},
        "language": {"S": upload.language},
        "contentType": {"S": upload.content_type},
        "sizeBytes": {"N": str(upload.size_bytes)},
        "createdAt": {"N": str(upload.created_at)},
        "expiresAt": {"N": str(upload.created_at // 1000 + FORM_LIFETIME_S + ABANDONED_AFTER_S)},
        "status": {"S": upload.status},
        "percent": {"N": str(upload.percent)},
    }
    if upload.job is not None:
        item["job"] = {"S": upload.job}
    if upload.etag is not None:
        item["etag"] = {"S": upload.etag}
    if upload.problem is not None:
        item |= _problem_item(upload.problem)
    return item


def _problem_item(problem: Problem) -> dict[str, Mapping[str, str]]:
    return {
        "problemCode": {"S": problem.code},
        "problemReason": {"S": problem.reason},
        "problemDetail": {"S": problem.detail},
    }


def _upload(item: Mapping[str, Any]) -> Upload:
    problem = None
    if "problemCode" in item:
        problem = Problem(item["problemCode"]["S"], item["problemReason"]["S"], item["problemDetail"]["S"])
    return Upload(
        upload=item["upload"]["S"],
        series=item["series"]["S"],
        episode=int(item["episode"]["N"]),
        owner=item["owner"]["S"],
        language=item["language"]["S"],
        content_type=item["contentType"]["S"],
        size_bytes=int(item["sizeBytes"]["N"]),
        created_at=int(item["createdAt"]["N"]),
        status=item["status"]["S"],
        percent=int(item["percent"]["N"]),
        job=item["job"]["S"] if "job" in item else None,
        problem=problem,
        etag=item["etag"]["S"] if "etag" in item else None,
    )


def _failure(error: PynamoDBException) -> Exception:
    return Unavailable("The table of uploads does not answer; try again.") if is_unclear(error) else error
