"""The table of switches: one item for each that was ever changed."""

from __future__ import annotations

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError

from cliffhanger.dynamo import is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.switches.domain import Switch, SwitchName


class SwitchesStore:
    """The table of switches: ``switch`` → ``off``, ``reason``, ``by``, ``at``."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"switch": "S"}))
        self._connection = connection
        self._name = name

    def find(self, switch: SwitchName, *, consistent: bool = False) -> Switch:
        """A switch as it stands; on when it was never changed.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.get_item(self._name, switch, consistent_read=consistent)
        except GetError as error:
            raise _unavailable(error) from error
        item = answer.get("Item")
        if item is None:
            return Switch(switch)
        return Switch(switch, item["off"]["BOOL"], item["reason"]["S"], item["by"]["S"], int(item["at"]["N"]))

    def put(self, switch: Switch) -> None:
        """Writes a switch; the last one to write it wins, and is named in it.

        Raises:
            Unavailable: the write did not succeed.
        """
        try:
            self._connection.put_item(
                self._name,
                switch.switch,
                attributes={
                    "off": {"BOOL": switch.off},
                    "reason": {"S": switch.reason},
                    "by": {"S": switch.by},
                    "at": {"N": str(switch.at)},
                },
            )
        except PutError as error:
            raise _unavailable(error) from error


def _unavailable(error: GetError | PutError) -> Exception:
    return Unavailable("The table of switches does not answer.") if is_unclear(error) else error
