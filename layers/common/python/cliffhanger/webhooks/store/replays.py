"""Replays of ranges of deliveries: how far each has come."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.exceptions import QueryError
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action

from cliffhanger.webhooks.items import REPLAY, Replay, is_over, replay_item, replay_of
from cliffhanger.webhooks.store.table import LogTable, failure


class ReplayLog(LogTable):
    """What the delivery log knows of replays."""

    def begin(self, replay: Replay) -> bool:
        """Writes a new replay; False when there is one of that id already, and nothing is written.

        Raises:
            Unavailable: it may or may not have been written; writing it again is harmless.
        """
        return self._put(replay.endpoint, replay.key, replay_item(replay))

    def replay(self, endpoint: str, replay: str, now: int) -> Replay | None:
        """A replay, or None; its time may be over.

        Raises:
            Unavailable: the table does not answer.
        """
        item = self._item(endpoint, REPLAY + replay)
        return None if item is None or is_over(item, now) else replay_of(item)

    def running(self, endpoint: str, most: int) -> Sequence[Replay]:
        """The replays of an endpoint that are not done, of the newest few.

        Raises:
            Unavailable: the table does not answer.
        """
        try:
            page = self._connection.query(
                self._name,
                endpoint,
                range_key_condition=Path("delivery").startswith(REPLAY),
                filter_condition=Path("doneAt").does_not_exist(),
                consistent_read=True,
                limit=most,
            )
        except QueryError as error:
            raise failure(error) from error
        return tuple(map(replay_of, page["Items"]))

    def note_progress(self, before: Replay, after: Replay) -> bool:
        """Notes how far a replay has come; False when another worker has come as far.

        Raises:
            Unavailable: it may or may not have been noted; looking at the same deliveries again is harmless.
        """
        actions: list[Action] = [
            Path("position").set(Value({"S": after.position})),
            Path("found").set(Value({"N": str(after.found)})),
            Path("sent").set(Value({"N": str(after.sent)})),
        ]
        if after.done_at:
            actions += [
                Path("doneAt").set(Value({"N": str(after.done_at)})),
                Path("shard").remove(),
                Path("dueAt").remove(),
            ]
        position = Path("position")
        there = Path("delivery").exists() & Path("doneAt").does_not_exist()
        there &= position == Value({"S": before.position}) if before.position else position.does_not_exist()
        return self._update(before.endpoint, before.key, actions, there)
