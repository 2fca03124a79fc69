"""Balance settings: when an account's money is paid out by itself, which is daily until it is set otherwise."""

from __future__ import annotations

from typing import Final

from local.stripe.core import Call, Core
from local.stripe.errors import invalid
from local.stripe.store import Object

INTERVALS: Final = ("daily", "manual", "monthly", "weekly")


def retrieve(core: Core, call: Call) -> Object:
    """The settings of the account that is spoken for."""
    call.form.done()
    return _document(interval_of(core, call.account))


def update(core: Core, call: Call) -> Object:
    """Sets how often the account that is spoken for is paid out. No event tells of it here.

    Raises:
        StripeError: it is something else that is to be set; the local Stripe knows ``daily`` and ``manual``.
    """
    payments = call.form.inner("payments")
    payouts = payments.inner("payouts") if payments else None
    schedule = payouts.inner("schedule") if payouts else None
    interval = schedule.choice("interval", *INTERVALS) if schedule else None
    call.form.done()
    if interval in ("monthly", "weekly"):
        raise invalid("The local Stripe pays out daily or not at all.", None, "payments[payouts][schedule][interval]")
    if interval is not None:
        _kept(core, call.account)["interval"] = interval
    return _document(interval_of(core, call.account))


def interval_of(core: Core, account: str) -> str:
    """How often all that an account has is paid out."""
    return str(_kept(core, account)["interval"])


def _kept(core: Core, account: str) -> Object:
    """What is kept of an account's settings, which have no id of their own."""
    name = f"settings_{account}"
    return core.store.find(name) or core.store.add(
        {"id": name, "object": "balance_settings", "interval": "daily"}, account=account
    )


def _document(interval: str) -> Object:
    return {
        "object": "balance_settings",
        "payments": {
            "debit_negative_balances": False,
            "payouts": {
                "minimum_balance_by_currency": None,
                "schedule": {"interval": interval, "monthly_payout_days": None, "weekly_payout_days": None},
                "statement_descriptor": None,
                "status": "enabled",
            },
            "settlement_timing": {"delay_days": 2, "delay_days_override": None, "start_of_day": None},
        },
    }
