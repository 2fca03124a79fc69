"""Payouts of the platform's or a connected account's balance: instant ones arrive at once, others when it is told."""

from __future__ import annotations

from typing import Final

from local.stripe.connect import read_money
from local.stripe.core import Call, Core
from local.stripe.errors import invalid
from local.stripe.settings import interval_of
from local.stripe.store import Object

DAY_S: Final = 86_400
WAITS: Final = ("pending", "in_transit")
FAILURES: Final = (
    *("account_closed", "account_frozen", "bank_account_restricted", "could_not_process", "declined"),
    *("insufficient_funds", "invalid_account_number", "no_account"),
)


def create(core: Core, call: Call) -> Object:
    """Sends money to an account's bank.

    Raises:
        StripeError: there is not as much.
    """
    form = call.form
    amount, currency = read_money(form)
    told = {
        "description": form.text("description", 1_000),
        "metadata": form.metadata(),
        "method": form.choice("method", "instant", "standard") or "standard",
        "statement_descriptor": form.text("statement_descriptor", 22),
    }
    form.choice("source_type", "card", "bank_account")
    form.done()
    core.balance.require(amount, currency, call.account)
    made = _make(core, amount, currency, told, call.account)
    outcome = core.outcomes.next("payout")
    answer = dict(made)
    if outcome or told["method"] == "instant":
        move(core, made, str(outcome.get("to", "paid")), str(outcome.get("code", "account_closed")))
    return answer


def _make(core: Core, amount: int, currency: str, told: Object, account: str, *, automatic: bool = False) -> Object:
    now = core.store.now()
    made = core.store.add(
        {
            "id": core.store.name("po"),
            "object": "payout",
            "amount": amount,
            "application_fee": None,
            "application_fee_amount": None,
            "arrival_date": now if told["method"] == "instant" else now + 2 * DAY_S,
            "automatic": automatic,
            "balance_transaction": None,
            "created": now,
            "currency": currency,
            "destination": core.store.name("ba"),
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "livemode": False,
            "original_payout": None,
            "payout_method": None,
            "reconciliation_status": "completed" if automatic else "not_applicable",
            "reversed_by": None,
            "source_type": "card",
            "status": "pending",
            "trace_id": None,
            "type": "bank_account",
            **told,
        },
        account=account,
    )
    line = core.balance.move("payout", -amount, currency, made["id"], account=account)
    made["balance_transaction"] = line["id"]
    if automatic:
        core.store.note(line["id"])["payout"] = made["id"]
    core.emit("payout.created", made, account)
    return made


def pay_out_all(core: Core, account: str) -> list[Object]:
    """The daily payout: all that an account has, a payout for each currency, with the lines that it consists of.

    There is none of an account whose schedule is ``manual``.
    """
    made: list[Object] = []
    if interval_of(core, account) == "manual":
        return made
    for currency, amount in core.balance.sums(account).items():
        if amount > 0:
            told: Object = {
                "description": "STRIPE PAYOUT",
                "metadata": {},
                "method": "standard",
                "statement_descriptor": None,
            }
            lines = [
                line
                for line in core.store.newest("balance_transaction", account)
                if line["currency"] == currency and core.store.note(line["id"])["payout"] is None
            ]
            payout = _make(core, amount, currency, told, account, automatic=True)
            for line in lines:
                core.store.note(line["id"])["payout"] = payout["id"]
            made.append(payout)
    return made


def move(core: Core, found: Object, to: str, code: str = "account_closed") -> Object:
    """What the bank did: ``paid``, ``in_transit`` or ``failed``; the last even after it was paid.

    Raises:
        StripeError: it is over, or cannot become that.
    """
    account, status = core.store.owner(found["id"]), found["status"]
    failing = to == "failed" and status == "paid"
    if to not in ("paid", "in_transit", "failed") or code not in FAILURES or (status not in WAITS and not failing):
        raise invalid(f"A payout that is {status} cannot become {to[:100]}.")
    found["status"] = to
    if to == "failed":
        _come_back(core, found, account)
        found.update(failure_code=code, failure_message=f"The bank said: {code.replace('_', ' ')}.")
    core.emit({"in_transit": "payout.updated"}.get(to, f"payout.{to}"), found, account)
    return found


def _come_back(core: Core, found: Object, account: str) -> None:
    line = core.balance.move("payout_failure", found["amount"], found["currency"], found["id"], account=account)
    found["failure_balance_transaction"] = line["id"]


def retrieve(core: Core, call: Call) -> Object:
    """One payout of the account that is spoken for."""
    call.form.done()
    return core.store.get("payout", call.ids["id"], "payout", call.account)


def cancel(core: Core, call: Call) -> Object:
    """Calls a payout off that is still pending.

    Raises:
        StripeError: it is not.
    """
    call.form.done()
    found = core.store.get("payout", call.ids["id"], "payout", call.account)
    if found["status"] != "pending":
        raise invalid("Payouts that have already been submitted cannot be canceled.", "payouts_not_allowed")
    found["status"] = "canceled"
    _come_back(core, found, call.account)
    core.emit("payout.canceled", found, call.account)
    return found
