"""What reaches people: receipts by mail, and what operators do for them."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import connection, ledger_store, people_store
from cliffhanger.bootstrap.money import shop
from cliffhanger.settings import read

if TYPE_CHECKING:
    from cliffhanger.mail.service import PostOffice
    from cliffhanger.support.service import Casework
    from cliffhanger.support.store import CasesStore


@functools.cache
def post_office() -> PostOffice:
    """What receipts are sent with. SES is asked once a mail: a call that is repeated by itself might send two."""
    from botocore.config import Config

    from cliffhanger.mail.adapters import Addresses, Sender
    from cliffhanger.mail.domain import Recipient
    from cliffhanger.mail.service import PostOffice
    from cliffhanger.mail.store import MailsStore

    people, addresses = people_store(), Addresses(aws_client("cognito-idp"), read("USER_POOL"))

    def recipient(person: str) -> Recipient | None:
        found = people.behind(person)
        address = None if found is None else addresses.address_of(found[0])
        return None if found is None or address is None else Recipient(address, found[1])

    sender = os.environ.get("EMAIL_FROM")
    once = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
    return PostOffice(
        MailsStore(connection(), read("MAILS_TABLE")),
        recipient,
        None if sender is None else Sender(aws_client("sesv2", once), sender),
        "" if sender is None else read("PUBLIC_ORIGIN"),
    )


@functools.cache
def cases_store() -> CasesStore:
    """What operators have asked for."""
    from cliffhanger.support.store import CasesStore

    return CasesStore(connection(), read("CASES_TABLE"))


@functools.cache
def casework() -> Casework:
    """What cases are worked on with."""
    from cliffhanger.support.service import Casework

    return Casework(cases_store(), ledger_store(), shop=shop)
