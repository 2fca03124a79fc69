"""The two queues of deliveries in Amazon SQS, and what their messages say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.errors import Unavailable, ValidationFailed
from cliffhanger.webhooks.domain import Delivery, Lane, Mode, owner_of, partner_of

MOST_AT_ONCE = 10
"""SendMessageBatch takes so many (Amazon SQS)."""


class Message(NamedTuple):
    """That a delivery is due. ``number`` is how many attempts had been made of it: what is sent twice is known by it.

    ``lane`` is the queue it came by, or goes to.
    """

    partner: str
    mode: Mode
    endpoint: str
    delivery: str
    number: int
    lane: Lane


class Queues(Protocol):
    """Where messages wait until their deliveries are due."""

    def send(self, messages: Sequence[Message], delay_s: int = 0) -> None:
        """Puts messages into their lanes' queues, to be handed out after so many seconds, 0 to 900.

        Raises:
            Unavailable: not all of them may be there; sending all of them again is harmless.
        """


def message_for(delivery: Delivery, lane: Lane) -> Message:
    """The message that a delivery is due as it stands."""
    return Message(delivery.partner, delivery.mode, delivery.endpoint, delivery.delivery, delivery.made, lane)


def text_of(message: Message) -> str:
    """A message as it stands in a queue. Its lane is the queue."""
    return json.dumps(
        {
            "owner": owner_of(message.partner, message.mode),
            "endpoint": message.endpoint,
            "delivery": message.delivery,
            "number": message.number,
        },
        separators=(",", ":"),
    )


def message_in(text: str, lane: Lane) -> Message:
    """The message in a text that came by a lane.

    Raises:
        ValidationFailed: it is none of ours.
    """
    try:
        document: Mapping[str, Any] = json.loads(text)
        partner, mode = partner_of(document["owner"])
        message = Message(partner, mode, document["endpoint"], document["delivery"], document["number"], lane)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValidationFailed("This is no message of a delivery.") from error
    return message


class SqsQueues:
    """The queues by their URLs. Fair queues: a message's group is its endpoint, and none makes the others wait.

    Source: Amazon SQS Developer Guide, "Amazon SQS fair queues".

    Args:
        client: makes the client of SQS, when it is needed.
        urls: of the queue of each lane.
    """

    def __init__(self, client: Callable[[], Any], urls: Mapping[Lane, str]) -> None:
        self._client = client
        self._urls = urls

    def send(self, messages: Sequence[Message], delay_s: int = 0) -> None:
        """Puts messages into their lanes' queues, as :class:`Queues` says."""
        for lane, url in self._urls.items():
            of_lane = [message for message in messages if message.lane == lane]
            for start in range(0, len(of_lane), MOST_AT_ONCE):
                self._send(url, of_lane[start : start + MOST_AT_ONCE], delay_s)

    def _send(self, url: str, messages: Iterable[Message], delay_s: int) -> None:
        entries = [
            {
                "Id": str(place),
                "MessageBody": text_of(message),
                "MessageGroupId": message.endpoint,
                "DelaySeconds": delay_s,
            }
            for place, message in enumerate(messages)
        ]
        try:
            answer = self._client().send_message_batch(QueueUrl=url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("The queue of deliveries does not answer; try again.") from error
        if answer.get("Failed"):
            raise Unavailable("The queue of deliveries did not take all; try again.")
