"""Where addresses are asked for, and mails are handed in: Cognito and SES."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from cliffhanger.errors import Unavailable
from cliffhanger.mail.domain import Mail

SENDER = "Cliffhanger"
_UTF8 = "UTF-8"
_UNSENT = (ConnectTimeoutError, EndpointConnectionError)
"""Failures before anything was handed in."""
SERVER_FAULT = 500


class MailUnclear(Exception):
    """A mail was handed in and nobody knows whether it was taken."""


class Addresses:
    """The user pool: the only place that knows addresses."""

    def __init__(self, cognito: Any, pool: str) -> None:
        self._cognito = cognito
        self._pool = pool

    def address_of(self, subject: str) -> str | None:
        """The verified address of a subject; None where there is none, or the subject is no more.

        Source: Amazon Cognito, AdminGetUser: ``Username`` may be the ``sub``.

        Raises:
            Unavailable: Cognito does not answer.
        """
        try:
            found = self._cognito.admin_get_user(UserPoolId=self._pool, Username=subject)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "UserNotFoundException":
                return None
            raise Unavailable("The user pool does not answer.") from error
        except BotoCoreError as error:
            raise Unavailable("The user pool does not answer.") from error
        attributes = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
        return attributes.get("email") if attributes.get("email_verified") == "true" else None


class Sender:
    """SES, which sends as one address. Its client must not try again by itself: a mail might go twice."""

    def __init__(self, ses: Any, from_address: str) -> None:
        self._ses = ses
        self._from = f"{SENDER} <{from_address}>"

    def send(self, address: str, mail: Mail) -> None:
        """Hands in a mail.

        Raises:
            Unavailable: it was certainly not taken.
            MailUnclear: it may have been.
        """
        body = {name: {"Data": data, "Charset": _UTF8} for name, data in (("Text", mail.text), ("Html", mail.html))}
        try:
            self._ses.send_email(
                FromEmailAddress=self._from,
                Destination={"ToAddresses": [address]},
                Content={"Simple": {"Subject": {"Data": mail.subject, "Charset": _UTF8}, "Body": body}},
            )
        except ClientError as error:
            # Neither message nor cause: what SES answers may quote the address.
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", SERVER_FAULT) >= SERVER_FAULT:
                raise MailUnclear from None
            raise Unavailable(f"SES refuses: {error.response.get('Error', {}).get('Code', 'unknown')}.") from None
        except _UNSENT:
            raise Unavailable("SES cannot be reached.") from None
        except BotoCoreError:
            raise MailUnclear from None
