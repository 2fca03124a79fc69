"""The local MediaConvert may publish as ``aws.mediaconvert``.

On AWS only the service itself may use an ``aws.`` source, and the emulator refuses it to callers just so. Here the
service is a process beside the emulator, so that one source is let through for it; the others stay refused.
"""

from __future__ import annotations

from typing import Any

from ministack.services import eventbridge

SOURCE = "aws.mediaconvert"


def apply() -> None:
    """Lets PutEvents through when every ``aws.`` source in it is MediaConvert's."""
    put_events = eventbridge._put_events

    def put_events_of_media(data: dict[str, Any], allow_aws_source: bool = False) -> Any:
        sources = {str(entry.get("Source", "")) for entry in data.get("Entries", [])}
        reserved = {source for source in sources if source.startswith("aws.")}
        return put_events(data, allow_aws_source=allow_aws_source or reserved == {SOURCE})

    eventbridge._put_events = put_events_of_media
