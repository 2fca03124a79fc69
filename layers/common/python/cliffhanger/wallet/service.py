"""Use cases of the wallet."""

from __future__ import annotations

from cliffhanger.clock import Clock, system_clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.entries import Entry, Known
from cliffhanger.ledger.journal import Decide, Recorded, Retrying, record
from cliffhanger.ledger.movements import credit_bought_coins, grant_coins
from cliffhanger.ledger.names import platform, viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.wallet.domain import Wallet, wallet_of


def get_wallet(ledger: LedgerStore, person: str, clock: Clock = system_clock) -> Wallet:
    """What a viewer holds: one strongly consistent read.

    Raises:
        Busy: the ledger does not answer now.
    """
    try:
        head = ledger.head(viewer(person))
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    return wallet_of(head, clock())


def grant_bonus(
    ledger: LedgerStore,
    person: str,
    *,
    coins: int,
    lifetime_days: int,
    reference: str,
    retrying: Retrying | None = None,
) -> Recorded:
    """Grants bonus coins from the house, once per reference.

    Raises:
        Busy: try again.
    """
    account = viewer(person)
    request = digest(canonical_json({"operation": "grantBonus", "coins": coins, "lifetimeDays": lifetime_days}))

    def plan(head: Entry | None, now: int) -> Entry:
        return grant_coins(
            account,
            head,
            now,
            unit="bonus",
            coins=coins,
            lifetime_days=lifetime_days,
            source=platform("issued", account),
            reference=reference,
            request=request,
        )

    return record(ledger, account, reference, decide=_exactly(reference), plan=plan, retrying=retrying)


def credit_bought(
    ledger: LedgerStore,
    person: str,
    *,
    coins: int,
    cash: int,
    currency: str,
    channel: str,
    source: str,
    reference: str,
    retrying: Retrying | None = None,
) -> Recorded:
    """Credits coins that were paid for with ``cash``, in the smallest unit of ``currency``, once per reference.

    Raises:
        Busy: try again.
    """
    account = viewer(person)
    request = digest(canonical_json({"operation": "creditBought", "coins": coins, "cash": cash, "currency": currency}))

    def plan(head: Entry | None, now: int) -> Entry:
        return credit_bought_coins(
            account,
            head,
            now,
            coins=coins,
            cash=cash,
            currency=currency,
            channel=channel,
            source=source,
            reference=reference,
            request=request,
        )

    return record(ledger, account, reference, decide=_exactly(reference), plan=plan, retrying=retrying)


def _exactly(reference: str) -> Decide:
    def decide(known: tuple[Known, ...]) -> int | None:
        return next((seq for name, seq in known if name == reference), None)

    return decide
