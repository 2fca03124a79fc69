"""The queue of notices to be worked off, in Amazon SQS.

Its two calls are signed and sent with botocore's own parts, but without a client: that would double what a webhook's
record costs in CPU, for a request of two members (docs/adr/0024). Source: Amazon SQS API reference, JSON protocol.
"""

from __future__ import annotations

import json
from typing import Any, Protocol
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, NoCredentialsError
from botocore.httpsession import URLLib3Session
from botocore.session import Session

from cliffhanger.errors import Unavailable

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 0.5, 2.0
ATTEMPTS = 2
OK = 200


class Waiting(Protocol):
    """Where notices wait to be worked off."""

    def send(self, body: str) -> None:
        """Puts a message into the queue.

        Raises:
            Unavailable: it may or may not be there; sending it again is harmless.
        """


class Queue:
    """One queue, by its URL."""

    def __init__(self, url: str, region: str, session: Session) -> None:
        parts = urlsplit(url)
        self._url = url
        self._endpoint = f"{parts.scheme}://{parts.netloc}/"
        self._region = region
        self._session = session
        self._http = URLLib3Session(
            timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)  # type: ignore[arg-type] # takes both, as its docstring says
        )

    def send(self, body: str) -> None:
        """Puts a message into the queue, as :class:`Waiting` says."""
        self._call("SendMessage", {"MessageBody": body})

    def show_again(self, receipt: str, after_s: int) -> None:
        """Lets a message that was handed out be handed out again after so many seconds, 0 to 43,200.

        Raises:
            Unavailable: the queue does not answer; the message is handed out when its own time comes.
        """
        self._call("ChangeMessageVisibility", {"ReceiptHandle": receipt, "VisibilityTimeout": after_s})

    def _credentials(self) -> Credentials:
        found = self._session.get_credentials()
        if found is None:
            raise NoCredentialsError
        return found

    def _call(self, operation: str, parameters: dict[str, Any]) -> None:
        body = json.dumps({"QueueUrl": self._url, **parameters}).encode()
        for _ in range(ATTEMPTS):
            request = AWSRequest(
                "POST",
                self._endpoint,
                data=body,
                headers={"content-type": "application/x-amz-json-1.0", "x-amz-target": f"AmazonSQS.{operation}"},
            )
            SigV4Auth(self._credentials(), "sqs", self._region).add_auth(request)
            try:
                answer = self._http.send(request.prepare())
            except BotoCoreError:
                continue
            if answer.status_code == OK:
                return
        raise Unavailable("The queue of notices does not answer; try again.")
