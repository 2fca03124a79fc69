"""Who has claimed from which device, in DynamoDB.

| attribute   | type | meaning |
|-------------|------|---------|
| `device`    | S    | partition key: the hash of a device's id |
| `viewers`   | L    | who has claimed from it, newest last: `[person, at]`, in milliseconds since the Unix epoch |
| `revision`  | N    | counts the changes; a write names the one before |
| `expiresAt` | N    | when DynamoDB forgets the item, in seconds since the Unix epoch |
"""

from __future__ import annotations

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException

from cliffhanger.dynamo import follows, is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.rewards.devices import KEPT_MS, Device, Seen


class DevicesStore:
    """The table of devices. Every read is strongly consistent."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"device": "S"}))
        self._connection = connection
        self._name = name

    def find(self, device: str) -> Device:
        """Who has claimed from a device.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            item = self._connection.get_item(self._name, device, consistent_read=True).get("Item")
        except GetError as error:
            raise _unavailable(error) from error
        if item is None:
            return Device()
        seen = (packed["L"] for packed in item["viewers"]["L"])
        return Device(tuple(Seen(person["S"], int(at["N"])) for person, at in seen), int(item["revision"]["N"]))

    def put(self, device: str, known: Device) -> bool:
        """Writes the next revision; False when that is not the next one any more, and nothing is written.

        Raises:
            Unavailable: it may or may not have been written.
        """
        last = max(seen.at for seen in known.viewers)
        try:
            self._connection.put_item(
                self._name,
                device,
                attributes={
                    "viewers": {"L": [{"L": [{"S": seen.person}, _n(seen.at)]} for seen in known.viewers]},
                    "revision": _n(known.revision),
                    "expiresAt": _n((last + KEPT_MS) // 1000),
                },
                condition=follows(known.revision),
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _n(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _unavailable(error: PynamoDBException) -> Exception:
    return Unavailable("The table of devices does not answer.") if is_unclear(error) else error
