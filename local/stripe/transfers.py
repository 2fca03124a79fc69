"""Transfers to connected accounts, and their reversals."""

from __future__ import annotations

from local.stripe.connect import read_money, transferable
from local.stripe.core import Call, Core
from local.stripe.errors import invalid
from local.stripe.store import Object


def create(core: Core, call: Call) -> Object:
    """Sends money of the platform's balance to a connected account.

    Raises:
        StripeError: the account cannot take it, or there is not as much.
    """
    form = call.form
    amount, currency = read_money(form)
    account = core.store.get("v2.core.account", form.needed("destination", 255), "destination")
    charge = form.text("source_transaction", 255)
    told = {
        "description": form.text("description", 1_000),
        "metadata": form.metadata(),
        "transfer_group": form.text("transfer_group", 255),
    }
    form.done()
    if charge is not None:
        core.store.get("charge", charge, "source_transaction")
    if not transferable(account):
        words = (
            "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
            "legacy_payments"
        )
        raise invalid(words, "insufficient_capabilities_for_transfer", "destination")
    core.balance.require(amount, currency, "")
    name = core.store.name("tr")
    made = core.store.add(
        {
            "id": name,
            "object": "transfer",
            "amount": amount,
            "amount_reversed": 0,
            "balance_transaction": None,
            "created": core.store.now(),
            "currency": currency,
            "destination": account["id"],
            "destination_payment": core.store.name("py"),
            "livemode": False,
            "reversals": {
                "object": "list",
                "data": [],
                "has_more": False,
                "url": f"/v1/transfers/{name}/reversals",
            },
            "reversed": False,
            "source_transaction": charge,
            "source_type": "card",
            **told,
        }
    )
    made["balance_transaction"] = core.balance.move("transfer", -amount, currency, name)["id"]
    core.balance.move("payment", amount, currency, made["destination_payment"], account=account["id"])
    core.emit("transfer.created", made)
    return made


def retrieve(core: Core, call: Call) -> Object:
    """One transfer."""
    call.form.done()
    return core.store.get("transfer", call.ids["id"], "transfer")


def update(core: Core, call: Call) -> Object:
    """Changes what is known of a transfer."""
    form, found = call.form, core.store.get("transfer", call.ids["id"], "transfer")
    told = {"description": form.text("description", 1_000)} if form.has("description") else {}
    metadata = form.metadata(found["metadata"])
    form.done()
    found.update(told, metadata=metadata)
    core.emit("transfer.updated", found)
    return found


def reverse(core: Core, call: Call) -> Object:
    """Takes a transfer back, wholly or in part, from what its account still has.

    Raises:
        StripeError: less of it is left, or the account has not as much.
    """
    form, found = call.form, core.store.get("transfer", call.ids["id"], "transfer")
    left = found["amount"] - found["amount_reversed"]
    amount = form.integer("amount", 1)
    form.text("description", 1_000)
    metadata = form.metadata()
    form.done()
    amount = left if amount is None else amount
    if left == 0 or amount > left:
        words = f"Cannot reverse {amount} of transfer {found['id']}: {left} is left of it."
        raise invalid(words, None, "amount")
    currency, account = found["currency"], found["destination"]
    core.balance.require(amount, currency, account)
    made = core.store.add(
        {
            "id": core.store.name("trr"),
            "object": "transfer_reversal",
            "amount": amount,
            "balance_transaction": None,
            "created": core.store.now(),
            "currency": currency,
            "destination_payment_refund": core.store.name("pyr"),
            "metadata": metadata,
            "source_refund": None,
            "transfer": found["id"],
        }
    )
    made["balance_transaction"] = core.balance.move("transfer_refund", amount, currency, made["id"])["id"]
    back = made["destination_payment_refund"]
    core.balance.move("payment_refund", -amount, currency, back, account=account)
    found["amount_reversed"] += amount
    found["reversed"] = found["amount_reversed"] == found["amount"]
    found["reversals"]["data"].insert(0, made)
    core.emit("transfer.reversed", found)
    return made


def retrieve_reversal(core: Core, call: Call) -> Object:
    """One reversal of a transfer."""
    call.form.done()
    found = core.store.get("transfer_reversal", call.ids["id"])
    core.store.get("transfer", call.ids["transfer"], "transfer")
    if found["transfer"] != call.ids["transfer"]:
        raise invalid("This reversal is of another transfer.", "resource_missing", "id")
    return found
