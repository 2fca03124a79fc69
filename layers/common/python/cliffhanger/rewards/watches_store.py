"""What stands of viewers' watching in DynamoDB: an item for the viewer, and one for each series watched before.

| attribute   | type | meaning |
|-------------|------|---------|
| `person`    | S    | partition key: the viewer's pseudonym |
| `part`      | S    | sort key: `now`, or `series:{series}` |
| `revision`  | N    | counts the viewer's checkpoints; that of a series is the one after which it was put aside |
| `session`   | S    | the session that goes on |
| `through`   | N    | when the last checkpoint was made, in milliseconds since the Unix epoch |
| `day`       | L    | `[date, zone, beganAt]` of the day that is counted |
| `counts`    | L    | of that day: milliseconds that were credited, seconds that were claimed |
| `owed`      | L    | rewards that the last checkpoint has brought: `[kind, date, series, number, amount]` |
| `series`    | S    | whose record it is |
| `finished`, `dropped` | B | a bit for each episode, the first one's the lowest |
| `parts`     | L    | of episodes that are begun: `[number, from, to, from, to ...]` in milliseconds |
| `expiresAt` | N    | when DynamoDB forgets the item, in seconds since the Unix epoch |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import follows, is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.rewards.days import Day
from cliffhanger.rewards.watches import KEPT_FOR_S, Owed, Part, Record, Watcher

_NOW = "now"
_BITS = ("finished", "dropped")


class WatchesStore:
    """The table of watches. Every read is strongly consistent."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"person": "S", "part": "S"}))
        self._connection = connection
        self._name = name

    def find(self, person: str) -> Watcher | None:
        """What stands of a viewer, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._item(person, _NOW)
        return None if item is None else _watcher(item)

    def record(self, person: str, series: str) -> Record:
        """What a viewer has watched of a series that another has followed; nothing of one that was never watched.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._item(person, f"series:{series}")
        return Record(series) if item is None else _record(item)

    def put(self, person: str, watcher: Watcher) -> bool:
        """Writes the next revision; False when that is not the next one any more, and nothing is written.

        Raises:
            Unavailable: it may or may not have been written.
        """
        attributes = {
            "revision": _n(watcher.revision),
            "session": {"S": watcher.session},
            "through": _n(watcher.through),
            "day": _list(watcher.day),
            "counts": _list((watcher.credited_ms, watcher.claimed_s)),
            **({"owed": {"L": [_list(owed) for owed in watcher.owed]}} if watcher.owed else {}),
        }
        return self._put((person, _NOW), watcher.record, watcher.through, attributes, follows(watcher.revision))

    def put_aside(self, person: str, record: Record, watcher: Watcher) -> None:
        """Keeps a series' record that the viewer's own item makes room for another's; what is newer stays.

        Raises:
            Unavailable: it may or may not have been written; writing it again is harmless.
        """
        revision = Path("revision")
        older = revision.does_not_exist() | (revision < _number(watcher.revision))
        attributes = {"revision": _n(watcher.revision)}
        self._put((person, f"series:{record.series}"), record, watcher.through, attributes, older)

    def _item(self, person: str, part: str) -> Mapping[str, Any] | None:
        try:
            answer = self._connection.get_item(self._name, person, part, consistent_read=True)
        except GetError as error:
            raise _unavailable(error) from error
        item: Mapping[str, Any] | None = answer.get("Item")
        return item

    def _put(
        self, key: tuple[str, str], record: Record, at: int, attributes: Mapping[str, Any], condition: Condition
    ) -> bool:
        try:
            self._connection.put_item(
                self._name,
                *key,
                attributes={**attributes, **_packed(record), "expiresAt": _n(at // 1000 + KEPT_FOR_S)},
                condition=condition,
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _packed(record: Record) -> dict[str, Any]:
    bits = {name: _bytes(getattr(record, name)) for name in _BITS if getattr(record, name)}
    parts = [_list((number, *(at for span in spans for at in span))) for number, spans in record.parts]
    return {"series": {"S": record.series}, **bits, **({"parts": {"L": parts}} if parts else {})}


def _record(item: Mapping[str, Any]) -> Record:
    finished, dropped = (int.from_bytes(item[name]["B"], "little") if name in item else 0 for name in _BITS)
    parts = []
    for packed in item.get("parts", {"L": []})["L"]:
        number, *ends = (int(value["N"]) for value in packed["L"])
        parts.append(Part(number, tuple(zip(ends[::2], ends[1::2], strict=True))))
    return Record(item["series"]["S"], finished, dropped, tuple(parts))


def _watcher(item: Mapping[str, Any]) -> Watcher:
    date, zone, began_at = _values(item["day"])
    credited_ms, claimed_s = _values(item["counts"])
    owed = tuple(Owed(*_values(packed)) for packed in item.get("owed", {"L": []})["L"])
    return Watcher(
        item["session"]["S"],
        int(item["revision"]["N"]),
        int(item["through"]["N"]),
        Day(date, zone, began_at),
        _record(item),
        credited_ms,
        claimed_s,
        owed,
    )


def _values(packed: Mapping[str, Any]) -> list[Any]:
    return [part["S"] if "S" in part else int(part["N"]) for part in packed["L"]]


def _list(values: tuple[Any, ...]) -> dict[str, Any]:
    return {"L": [{"S": value} if isinstance(value, str) else _n(value) for value in values]}


def _bytes(bits: int) -> dict[str, bytes]:
    return {"B": bits.to_bytes(-(-bits.bit_length() // 8), "little")}


def _n(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _number(value: int) -> Value:
    return Value(_n(value))


def _unavailable(error: GetError | PutError) -> Exception:
    return Unavailable("The table of watches does not answer.") if is_unclear(error) else error
