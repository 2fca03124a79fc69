"""A table's stream outlives a restart, as its consumers' positions in it already do.

The emulator saves where each consumer stands but not the stream, which is empty after a restart: a saved position then
points past everything that is written afterwards, and settlement stands still. With the stream saved too the positions
stay true, and what was written just before the stop is still delivered.
"""

from __future__ import annotations

import copy
from typing import Any

from ministack.services import dynamodb

State = dict[str, Any]


def apply() -> None:
    """Adds the streams to what the emulator saves of DynamoDB, and takes them back at start."""
    get_state = dynamodb.get_state
    load = dynamodb.load_persisted_state

    def get_state_with_streams() -> State:
        return {
            **get_state(),
            "stream_records": copy.deepcopy(dynamodb._stream_records),
            "stream_trimmed": copy.deepcopy(dynamodb._stream_trimmed),
        }

    def load_with_streams(data: State) -> None:
        load(data)
        dynamodb._stream_records.update(data.get("stream_records", {}))
        dynamodb._stream_trimmed.update(data.get("stream_trimmed", {}))

    dynamodb.get_state = get_state_with_streams
    dynamodb.load_persisted_state = load_with_streams
