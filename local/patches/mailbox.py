"""Mails of the user pool and of SES land in a folder, one file each, and every code in them is a code of its own.

The emulator gives everybody the same code, so that a client could confirm without having read any mail, and keeps mails
in its memory. With the patch a code is random, as on AWS, and whoever signs up on this machine finds it in
``LOCAL_MAILBOX``: a file is named by its time and its receiver, and can be read as it is.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from ministack.core import iam_actions
from ministack.services import cognito, ses, ses_v2

MAILBOX_VARIABLE = "LOCAL_MAILBOX"
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9@.+-]+")
LONGEST_NAME = 80


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06}"


def mail(sender: str, receiver: str, subject: str, words: str) -> bytes:
    """A message (RFC 5322) in plain text that a person can read without a mail program."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, receiver, subject
    message.set_content(words, cte="8bit")
    return message.as_bytes()


def keep(folder: Path, receiver: str, content: bytes) -> Path:
    """Puts a message into the folder; later ones sort behind earlier ones."""
    folder.mkdir(parents=True, exist_ok=True)
    now = time.time_ns()
    moment = time.strftime("%Y-%m-%dT%H-%M-%S", time.gmtime(now // 1_000_000_000))
    name = NOT_IN_A_NAME.sub("_", receiver)[:LONGEST_NAME]
    path = folder / f"{moment}.{now % 1_000_000_000:09}-{name}.eml"
    path.write_bytes(content)
    return path


def apply() -> None:
    """Gives each verification mail a fresh code, and keeps each mail that Cognito and SES send.

    SES sends as anybody to anybody: on one machine nobody's domain can be verified, and nothing leaves it.
    """
    send_code, send = cognito._send_verification_email, ses.send_internal_email
    folder = Path(os.environ[MAILBOX_VARIABLE])

    def send_fresh_code(
        pool: Mapping[str, Any], username: str, attributes: Any, code: str, attribute_name: str = "email"
    ) -> Any:
        user, _missing = cognito._resolve_user(pool, username)
        kept = "_reset_code" if attribute_name == "password" else "_confirmation_code"
        if user and user.get(kept) == code:
            code = user[kept] = new_code()
        return send_code(pool, username, attributes, code, attribute_name=attribute_name)

    def send_and_keep(
        source: str, to_addrs: list[str], subject: str, body_text: str = "", body_html: str = "", **more: Any
    ) -> Any:
        for receiver in to_addrs:
            keep(folder, receiver, mail(source, receiver, subject, body_text or body_html))
        return send(source=source, to_addrs=to_addrs, subject=subject, body_text=body_text, body_html=body_html, **more)

    def keep_whole(_source: str, receivers: list[str], message: str) -> None:
        for receiver in receivers:
            keep(folder, receiver, message.encode())

    def refuse_nobody(_sender: str, _receivers: Any = ()) -> None:
        return None

    named = iam_actions._ses_v2_resource_arn

    def sent_as(method: str, path: str, body: bytes, region: str, account: str) -> str:
        """A mail is authorized on the identity it is sent as, the sender's domain, as on AWS."""
        if (method, path) != ("POST", "/v2/email/outbound-emails"):
            return str(named(method, path, body, region, account))
        domain = parseaddr(json.loads(body).get("FromEmailAddress", ""))[1].rpartition("@")[2]
        return f"arn:aws:ses:{region}:{account}:identity/{domain}"

    iam_actions._ses_v2_resource_arn = sent_as
    ses_v2._smtp_relay, ses_v2._message_rejection = keep_whole, refuse_nobody
    cognito._send_verification_email = send_fresh_code
    ses.send_internal_email = send_and_keep
