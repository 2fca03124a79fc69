"""The own rule of a series: who has unlocked no more than so many of its episodes may have the coins again, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.catalog.service import listed_page
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, NotRefundable, NotReversible
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.domain import Unlock, series_prefix, unlocks_of
from cliffhanger.unlocks.reversal import reverse_unlock

if TYPE_CHECKING:
    from cliffhanger.catalog.store import CatalogStore

OWN_RULE = "own-rule"
"""The case of all such reversals: it makes each unlock's the only one."""


class SeriesRefund(NamedTuple):
    """What a series has given back: the reversals, in the order of what they reverse."""

    entries: tuple[Entry, ...]


def refund_series(
    ledger: LedgerStore, catalog: CatalogStore, person: str, series: str, retrying: Retrying | None = None
) -> SeriesRefund:
    """Reverses all of a viewer's unlocks of a series whose own rule allows it, once a series and viewer.

    Asked again, it goes on where it broke off, and answers with the same reversals.

    Raises:
        NotFound: there is no such series.
        NotRefundable: with ``rule``: ``no_own_rule``, ``nothing_unlocked``, ``too_many_episodes`` with
            ``mostEpisodes``, or ``refunded_before``; nothing changed.
        Busy, Undecided, Unavailable: try again.
    """
    account = viewer(person)
    page = listed_page(catalog, series)
    try:
        known = ledger.references(account, series_prefix(series))
        done = [one for one in known if one.reference.endswith(f":rev:{OWN_RULE}")]
        unlocks = [unlock for unlock in unlocks_of(known) if not unlock.reversed]
        if done:
            unlocks = _left(unlocks, done)
        else:
            _check(unlocks, page.refundable_episodes)
        originals = [ledger.entry(account, unlock.seq) for unlock in unlocks]
        before = [ledger.entry(account, one.seq) for one in sorted(done, key=lambda one: one.seq)]
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    reversals = []
    for original in originals:
        try:
            reversals.append(reverse_unlock(ledger, original, OWN_RULE, {"reason": "own_rule"}, retrying).entry)
        except NotReversible:  # support has done so meanwhile
            continue
    return SeriesRefund((*before, *reversals))


def _check(unlocks: list[Unlock], most: int) -> None:
    if not most:
        raise NotRefundable("The series gives nothing back.", rule="no_own_rule")
    if not unlocks:
        raise NotRefundable("Nothing of the series is unlocked.", rule="nothing_unlocked")
    opened = {number for unlock in unlocks for number in range(unlock.first, unlock.last + 1) if unlock.opens(number)}
    if len(opened) > most:
        raise NotRefundable(
            f"More than {most} of its episodes are unlocked.", rule="too_many_episodes", mostEpisodes=most
        )


def _left(unlocks: list[Unlock], done: list[Known]) -> list[Unlock]:
    """What an earlier request has left: unlocks that stood when it began.

    Raises:
        NotRefundable: there are others, bought since.
    """
    began = min(one.seq for one in done)
    if any(unlock.seq > began for unlock in unlocks):
        raise NotRefundable("The series has given its coins back before.", rule="refunded_before")
    return unlocks
