"""What must hold of money on its way out, written from the rules: the provider, the books and what is told agree."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from cliffhanger.ledger.names import hold_references
from cliffhanger.payouts.domain import OVER, creator
from tests.support.payouts import CLEO
from tests.support.tables import LEDGER

if TYPE_CHECKING:
    from tests.simulation.payouts import PayoutHistory

ENDS = {"paid": {"PayoutPaid"}, "failed": {"PayoutFailed"}, "returned": {"PayoutPaid", "PayoutReturned"}}
"""What was told of a payout when it is over, beside that it was asked for."""


def left_in_books(history: PayoutHistory) -> dict[str, int]:
    """What has left the creator's account for each payout, the fee with it, and has not come back."""
    left: collections.Counter[str] = collections.Counter()
    account, names = creator(CLEO), set(history.wishes)
    of_hold = {hold_references(name)[1]: name for name in names}
    of_return = {f"payout:{name}:returned": name for name in names}
    for item in history.model.peek(LEDGER["TableName"]):
        if item["account"]["S"] != account:
            continue
        entry = history.read(account, int(item["seq"]["N"]))
        if entry.reference in of_hold:
            left[of_hold[entry.reference]] += sum(one.amount for one in entry.postings)
        elif entry.reference in of_return:
            left[of_return[entry.reference]] -= sum(one.amount for one in entry.postings)
    return dict(left)


def sent_by_provider(history: PayoutHistory) -> dict[str, int]:
    """What of the platform's balance has gone to the creator for each payout, and has not been taken back."""
    out: collections.Counter[str] = collections.Counter()
    for transfer, sending in history.bank.transfers.items():
        out[sending.payout] += 0 if transfer in history.bank.reversed else sending.amount
    return dict(out)


def check_always(history: PayoutHistory) -> None:
    """At any time: nothing is sent twice, nor without having left the books first, and nobody has less than nothing."""
    transfers = collections.Counter(one.payout for one in history.bank.transfers.values())
    payouts = collections.Counter(one.payout for one, _ in history.bank.payouts.values())
    for kind, counted in (("transferred", transfers), ("paid out", payouts)):
        twice = [name for name, count in counted.items() if count > 1]
        assert not twice, f"{twice} was {kind} twice"
    assert not history.bank.strayed, f"{history.bank.strayed} went to a bank by itself"
    left = left_in_books(history)
    for name, amount in sent_by_provider(history).items():
        assert amount <= left.get(name, 0), f"{name} was sent and has not left the books"
    for name, amount in left.items():
        assert amount in (0, history.wishes[name].amount), f"{name} left the books as {amount}"
    assert history.balance >= 0
    assert history.held >= 0
    assert all(amount >= 0 for account in history.bank.accounts.values() for amount in account.values())


def check_ended(history: PayoutHistory) -> None:
    """At the end: the bank has what the books say has left, nothing is held, and everybody was told."""
    left, out = left_in_books(history), sent_by_provider(history)
    reached = {one.payout: shown.status for one, shown in history.bank.payouts.values()}
    told: dict[str, list[str]] = {}
    for event in {event["id"]: event for event in history.events}.values():
        if "payoutId" in event["data"]:
            told.setdefault(event["data"]["payoutId"], []).append(event["type"])
    gone = 0
    days: collections.Counter[int] = collections.Counter()
    for name, wish in history.wishes.items():
        if not history.store_knows(name):
            assert name not in left, f"{name} was not asked for, and left"
            continue
        payout = history.payout(name)
        assert payout.status in OVER, f"{name} stays {payout.status}"
        assert not payout.rule or payout.rule in history.happened, f"{name} fails by {payout.rule}, which never was"
        paid = payout.status == "paid"
        assert paid == (reached.get(name) == "paid"), f"{name} is {payout.status}, and {reached.get(name)} at the bank"
        assert out.get(name, 0) == (wish.amount - wish.fee if paid else 0), f"{name} is {payout.status}: {out}"
        assert left.get(name, 0) == (wish.amount if paid else 0), f"{name} is {payout.status}: {left}"
        ends = set(told.get(name, ())) - {"PayoutRequested"}
        if payout.status == "failed" and reached.get(name) == "failed":
            ends.discard("PayoutPaid")  # told by who died before it was written, and then the bank sent it back
        assert ends == ENDS[payout.status], f"told of {name}: {told.get(name)}"
        assert len(told[name]) == len(set(told[name])), f"{name} was told twice: {told[name]}"
        gone += wish.amount if paid else 0
        if paid:
            days[payout.created_at // 86_400_000] += wish.amount
    in_day = max(days.values(), default=0)
    assert history.limits.day is None or in_day <= history.limits.day, f"{in_day} were paid out in a day"
    assert history.held == 0, f"{history.held} stay held"
    earned = history.share(history.incoming - sum(history.lost.values())) - history.taken
    assert history.balance - history.debt == earned - gone, "something is lost, or invented"
