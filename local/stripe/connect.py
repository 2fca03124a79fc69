"""Connect: accounts v2 as recipients, their onboarding, transfers to them and reversals, payouts."""

from __future__ import annotations

from typing import Final

from local.stripe.balance import CURRENCIES
from local.stripe.core import Call, Core
from local.stripe.errors import invalid
from local.stripe.events import moment
from local.stripe.forms import Form
from local.stripe.payments import MAX_URL
from local.stripe.store import Object

INCLUDED: Final = (
    *("configuration.customer", "configuration.merchant", "configuration.recipient"),
    *("defaults", "future_requirements", "identity", "requirements"),
)
LINK_S: Final = 5 * 60
CAPABILITY: Final = "v2.core.account[configuration.recipient].capability_status_updated"


def create_account(core: Core, call: Call) -> Object:
    """An account that money can be sent to once its holder has told who they are.

    Raises:
        StripeError: something does not fit.
    """
    form = call.form
    include, contact = _included(form), form.text("contact_email", 800)
    display, dashboard = form.text("display_name", 800), form.choice("dashboard", "express", "full", "none")
    country, entity = _identity(form.inner("identity"))
    recipient = _recipient(form.inner("configuration"))
    responsible, currency = _defaults(form.inner("defaults"))
    metadata = form.metadata()
    form.done()
    name = core.store.name("acct", 16)
    made = core.store.add(
        {
            "id": name,
            "object": "v2.core.account",
            "applied_configurations": ["recipient"] if recipient else [],
            "closed": False,
            "configuration": {"customer": None, "merchant": None, "recipient": recipient},
            "contact_email": contact,
            "contact_phone": None,
            "created": moment(core.store.now()),
            "dashboard": dashboard or "none",
            "defaults": {"currency": currency, "locales": [], "profile": None, "responsibilities": responsible},
            "display_name": display,
            "future_requirements": None,
            "identity": {
                "attestations": None,
                "business_details": None,
                "country": country,
                "entity_type": entity,
                "individual": None,
            },
            "livemode": False,
            "metadata": metadata,
            "requirements": _requirements(due=recipient is not None),
        }
    )
    core.emit("v2.core.account.created", made)
    return seen(made, include)


def _included(form: Form) -> list[str]:
    include = form.words("include")
    for name in include:
        if name not in INCLUDED:
            raise invalid(f"Invalid include: {name[:100]}", None, "include")
    return include


def _identity(form: Form | None) -> tuple[str | None, str | None]:
    if form is None:
        return None, None
    country = form.text("country", 2)
    return country.lower() if country else None, form.choice("entity_type", "individual", "company")


def _recipient(form: Form | None) -> Object | None:
    recipient = form.inner("recipient") if form else None
    if recipient is None:
        return None
    capabilities = recipient.inner("capabilities") or Form({})
    balance = capabilities.inner("stripe_balance") or Form({})
    transfers = balance.inner("stripe_transfers") or Form({})
    if not transfers.flag("requested"):
        raise invalid("The local Stripe knows recipients of stripe_transfers only.", None, "configuration")
    waits = {"status": "restricted", "status_details": [_detail()]}
    return {
        "applied": True,
        "capabilities": {"stripe_balance": {"payouts": dict(waits), "stripe_transfers": dict(waits)}},
    }


def _detail() -> Object:
    return {"code": "requirements_past_due", "resolution": "provide_info"}


def _defaults(form: Form | None) -> tuple[Object, str | None]:
    responsible = (form.inner("responsibilities") if form else None) or Form({})
    return {
        "fees_collector": responsible.choice("fees_collector", "application", "stripe") or "application",
        "losses_collector": responsible.choice("losses_collector", "application", "stripe") or "application",
        "requirements_collector": "stripe",
    }, form.text("currency", 3) if form else None


def _requirements(*, due: bool) -> Object:
    entry: Object = {
        "awaiting_action_from": "user",
        "description": "identity.individual",
        "errors": [],
        "impact": {"restricts_capabilities": []},
        "minimum_deadline": {"status": "past_due"},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }
    summary = {"minimum_deadline": {"status": "past_due", "time": None}} if due else None
    return {"alternatives": None, "entries": [entry] if due else [], "summary": summary}


def seen(found: Object, include: list[str]) -> Object:
    """An account as it is answered: what was not asked to be included is null."""
    shown = {**found, **dict.fromkeys(("configuration", "defaults", "identity", "requirements"))}
    for name in include:
        whole, _, part = name.partition(".")
        if part:
            shown["configuration"] = {
                **(shown["configuration"] or dict.fromkeys(("customer", "merchant", "recipient"))),
                part: found["configuration"][part],
            }
        else:
            shown[whole] = found[whole]
    return shown


def retrieve_account(core: Core, call: Call) -> Object:
    """One account."""
    include = _included(call.form)
    call.form.done()
    return seen(core.store.get("v2.core.account", call.ids["id"]), include)


def update_account(core: Core, call: Call) -> Object:
    """Changes how to reach an account's holder, and its metadata."""
    form, found = call.form, core.store.get("v2.core.account", call.ids["id"])
    include = _included(form)
    told = {name: form.text(name, 800) for name in ("contact_email", "display_name") if form.has(name)}
    metadata = form.metadata(found["metadata"])
    form.done()
    found.update(told, metadata=metadata)
    core.emit("v2.core.account.updated", found)
    return seen(found, include)


def onboarded(core: Core, found: Object, *, to: str) -> None:
    """Its holder has told who they are (``active``), is asked again (``restricted``) or not wanted (``rejected``)."""
    details = {
        "active": [],
        "restricted": [_detail()],
        "rejected": [{"code": "rejected_other", "resolution": "no_resolution"}],
    }
    recipient = found["configuration"]["recipient"]
    if recipient is None or to not in details:
        raise invalid(f"This account cannot become {to[:100]}.")
    for capability in recipient["capabilities"]["stripe_balance"].values():
        capability.update(status=to, status_details=details[to])
    found["requirements"] = _requirements(due=to == "restricted")
    core.emit("v2.core.account[requirements].updated", found)
    core.emit(CAPABILITY, found)


def create_link(core: Core, call: Call) -> Object:
    """An address at which an account's holder tells who they are, once, within five minutes."""
    form = call.form
    account, case = form.needed("account", 255), form.inner("use_case")
    if case is None:
        raise form.lacks("use_case")
    kind = case.choice("type", "account_onboarding", "account_update")
    if kind is None:
        raise case.lacks("type")
    asked = case.inner(kind)
    if asked is None:
        raise case.lacks(kind)
    asked.words("configurations")
    asked.inner("collection_options")
    refresh, back = asked.needed("refresh_url", MAX_URL), asked.text("return_url", MAX_URL)
    core.store.get("v2.core.account", account, "account")
    form.done()
    key, end = core.store.name("k"), core.store.now() + LINK_S
    core.store.note(account)["link"] = {"key": key, "end": end, "refresh": refresh, "back": back}
    return {
        "object": "v2.core.account_link",
        "account": account,
        "created": moment(core.store.now()),
        "expires_at": moment(end),
        "livemode": False,
        "url": f"{core.origin}/setup/{account}?key={key}",
        "use_case": {
            "type": kind,
            kind: {"collection_options": None, "refresh_url": refresh, "return_url": back},
        },
    }


def transferable(found: Object) -> bool:
    """Whether money can be sent to an account."""
    recipient = found["configuration"]["recipient"]
    if recipient is None:
        return False
    return bool(recipient["capabilities"]["stripe_balance"]["stripe_transfers"]["status"] == "active")


def read_money(form: Form) -> tuple[int, str]:
    """Amount and currency of a transfer or payout.

    Raises:
        StripeError: one is missing, or is none that is taken.
    """
    amount, currency = form.integer("amount", 1), form.needed("currency", 8).lower()
    if amount is None:
        raise form.lacks("amount")
    if currency not in CURRENCIES:
        raise invalid(f"Invalid currency: {currency}.", None, "currency")
    return amount, currency
