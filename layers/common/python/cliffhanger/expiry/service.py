"""Notes when somebody has to come to accounts: beside the publisher, from the stream, or anew, from the ledger itself.

Whatever is delivered twice, late or out of order is harmless: who comes looks at the account's head before acting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, LedgerCorrupt
from cliffhanger.expiry.domain import Due, due_of, wait_of
from cliffhanger.expiry.store import DueStore
from cliffhanger.ledger.names import GUARDED_KINDS
from cliffhanger.ledger.store import entry_of_image

if TYPE_CHECKING:
    from cliffhanger.ledger.store import LedgerStore


class Backfilled(NamedTuple):
    """How many accounts were looked at, how many of them wait, and how many of those waits were not noted before.

    ``unreadable``: accounts whose head is no entry; for the auditor.
    """

    accounts: int = 0
    waiting: int = 0
    noted: int = 0
    unreadable: tuple[str, ...] = ()


def wait_for_images(store: DueStore, images: Iterable[Mapping[str, Any]]) -> int:
    """Notes what the entries of a stream's new images wait for, in DynamoDB's JSON; returns how many waits were noted.

    What cannot be read is passed over: the publisher parks it.

    Raises:
        Unavailable: not all are noted; noting all of them again is harmless.
    """
    newest: dict[tuple[str, int], Due] = {}
    for image in images:
        try:
            due = due_of(entry_of_image(image))
        except LedgerCorrupt:
            continue
        if due is not None:
            key = (due.account, due.at)
            newest[key] = max(newest.get(key, due), due, key=lambda one: one.seq)
    for due in newest.values():
        store.wait(due)
    return len(newest)


def wait_anew(
    store: DueStore, ledger: LedgerStore, images: Iterable[Mapping[str, Any]], *, dry: bool = False
) -> Backfilled:
    """Notes what the accounts of some entries wait for and no row tells, as their heads stand; safe to repeat.

    ``images`` are items in DynamoDB's JSON. Those of one account are best together, as a table's scan has them: each
    time that another comes, its head is read. With ``dry`` nothing is noted.

    Raises:
        Busy, Unavailable: a table does not answer; begin again.
    """
    done, last = Backfilled(), ""
    for image in images:
        account = image["account"]["S"]
        if account == last or account.partition(":")[0] not in GUARDED_KINDS:
            continue
        last = account
        done = done._replace(accounts=done.accounts + 1)
        try:
            head = ledger.head(account)
        except LedgerCorrupt:
            done = done._replace(unreadable=(*done.unreadable, account))
            continue
        except Unclear as error:
            raise Busy("Try again in a moment.") from error
        due = None if head is None else wait_of(head)
        if due is not None:
            noted = not dry and store.wait(due)
            done = done._replace(waiting=done.waiting + 1, noted=done.noted + noted)
    return done
