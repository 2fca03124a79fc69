"""The hosted pages as plain HTML without any script: Checkout, 3-D Secure, onboarding, Identity, and what there is."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from local.stripe.balance import digits_of
from local.stripe.cards import BY_NUMBER, Card
from local.stripe.store import Object

SYMBOLS: Final = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
ROWS: Final = 20


def money(amount: int, currency: str) -> str:
    """An amount of the smallest unit, such as ``€9.99`` or ``9.99 CHF``."""
    digits = digits_of(currency)
    sign, whole = "-" if amount < 0 else "", abs(amount)
    text = f"{whole // 10**digits:,}" + (f".{whole % 10**digits:0{digits}}" if digits else "")
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{text}" if symbol else f"{sign}{text} {currency.upper()}"


def document(title: str, body: str, *, narrow: bool = True) -> bytes:
    """A whole page."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/style.css">'
        f'<link rel="icon" href="data:,"></head><body{" class=narrow" if narrow else ""}>'
        '<header class="mode">Local Stripe: no real money</header>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    ).encode()


def problem(words: str) -> str:
    """What went wrong, or nothing."""
    return f'<p class="problem" role="alert">{escape(words)}</p>' if words else ""


def checkout_page(found: Object, lines: Iterable[Object], key: str, words: str = "") -> bytes:
    """Asks for a card; ``words`` say why it asks again."""
    total = money(found["amount_total"], found["currency"])
    rows = "".join(_line(line) for line in lines)
    offers = (found["saved_payment_method_options"] or {}).get("payment_method_save") == "enabled"
    save = (
        '<label class="check"><input type="checkbox" name="save" value="yes"> Save this card for next time</label>'
        if offers
        else ""
    )
    back = f'<p><a href="{escape(found["cancel_url"])}">Back</a></p>' if found["cancel_url"] else ""
    return document(
        "Pay",
        f'<p class="sum">{total}</p><ul class="card">{rows}</ul>{problem(words)}'
        f'<form method="post" action="/c/pay/{found["id"]}"><input type="hidden" name="key" value="{key}">'
        '<label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number" maxlength="32" '
        'placeholder="4242 4242 4242 4242" required></label><div class="pair">'
        '<label>Expiry <input name="expiry" inputmode="numeric" autocomplete="cc-exp" maxlength="9" '
        'placeholder="12 / 40" required></label>'
        '<label>CVC <input name="cvc" inputmode="numeric" autocomplete="cc-csc" maxlength="4" placeholder="123" '
        f'required></label></div>{save}<button class="main">Pay {total}</button></form>{back}',
    )


def _line(line: Object) -> str:
    times = f", {line['quantity']} times" if line["quantity"] > 1 else ""
    total = money(line["amount_total"], line["currency"])
    return f"<li><span>{escape(line['description'])}{times}</span><span>{total}</span></li>"


def over_page(title: str, words: str, url: str | None, name: str) -> bytes:
    """Says that there is nothing to do here, and leads on."""
    link = f'<p><a href="{escape(url)}">{escape(name)}</a></p>' if url else ""
    return document(title, f"<p>{escape(words)}</p>{link}")


def authenticate_page(payment: Object, key: str) -> bytes:
    """The payer's bank asks whether it is them."""
    total = money(payment["amount"], payment["currency"])
    return document(
        "Is this you?",
        f"<p>Your bank asks you to confirm a payment.</p><p class=sum>{total}</p>"
        + _choice(f"/pay/authenticate/{payment['id']}", key, ("complete", "Complete"), ("fail", "Fail")),
    )


def setup_page(account: Object, key: str) -> bytes:
    """The holder of an account tells who they are."""
    who = account["contact_email"] or account["id"]
    return document(
        "Get paid",
        f"<p>Stripe would ask {escape(who)} for name, address and bank account.</p>"
        + _choice(f"/setup/{account['id']}", key, ("active", "Complete"), ("rejected", "Fail")),
    )


def verify_page(found: Object) -> bytes:
    """A person shows a document."""
    return document(
        "Show a document",
        "<p>Stripe would ask for pictures of a document and a face.</p>"
        + _choice(f"/verify/{found['id']}", "", ("verified", "Complete"), ("requires_input", "Fail")),
    )


def _choice(action: str, key: str, *choices: tuple[str, str]) -> str:
    buttons = "".join(
        f'<button{" class=main" if not index else ""} name="to" value="{value}">{name}</button>'
        for index, (value, name) in enumerate(choices)
    )
    hidden = f'<input type="hidden" name="key" value="{escape(key)}">'
    return f'<form method="post" action="{action}" class="choice">{hidden}{buttons}</form>'


def index_page(objects: dict[str, list[Object]], counts: dict[str, int], webhook: str, words: str) -> bytes:
    """What there is, and what can be done to it."""
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "nothing yet"
    parts = [
        problem(words),
        f'<p class="soft">Webhooks go to {escape(webhook or "nobody")}. There is: {escape(told)}.</p>',
        '<p><a href="/_local/requests">Requests</a> · <a href="/_local/deliveries">Webhooks sent</a></p>',
        _section("Payments", "charges", objects["charge"], (("disputed", "Dispute"),)),
        _section("Disputes", "disputes", objects["dispute"], (("won", "Won"), ("lost", "Lost"))),
        _section("Refunds", "refunds", objects["refund"], (("succeeded", "Succeeded"), ("failed", "Failed"))),
        _section("Payouts", "payouts", objects["payout"], (("paid", "Paid"), ("failed", "Failed"))),
        "<h2>Test cards</h2><table>",
        *(f"<tr><th scope=row>{_spaced(number)}</th><td>{_does(card)}</td></tr>" for number, card in BY_NUMBER.items()),
        "</table>",
    ]
    return document("Local Stripe", "".join(parts), narrow=False)


def _section(title: str, path: str, found: list[Object], moves: tuple[tuple[str, str], ...]) -> str:
    """The newest objects of a kind, with a button for each thing that can happen to them."""
    if not found:
        return ""
    return f"<h2>{title}</h2>" + "".join(_row(path, one, moves) for one in found[:ROWS])


def _row(path: str, one: Object, moves: tuple[tuple[str, str], ...]) -> str:
    about = f"{money(one['amount'], one['currency'])}, {one['status'].replace('_', ' ')}"
    if one["object"] == "charge" and one["amount_refunded"]:
        about += f", {money(one['amount_refunded'], one['currency'])} given back"
    told = one.get("metadata") or {}
    ours = escape(str(told.get("order") or told.get("payout") or ""))
    buttons = "".join(
        f'<button name="to" value="{value}" aria-label="{name} {one["id"]}">{name}</button>'
        for value, name in moves
        if _movable(one, value)
    )
    form = f'<form method="post" action="/move/{path}/{one["id"]}" class="buttons">{buttons}</form>' if buttons else ""
    return f'<div class="card"><p>{about}</p><p class="soft">{one["id"]} {ours}</p>{form}</div>'


def _movable(one: Object, to: str) -> bool:
    status = one["status"]
    if one["object"] == "charge":
        return bool(one["paid"] and not one["disputed"] and not one["refunded"])
    if one["object"] == "dispute":
        return status in ("needs_response", "under_review")
    if one["object"] == "refund":
        return status == "pending" or (status == "succeeded" and to == "failed")
    return status in ("pending", "in_transit") or (status == "paid" and to == "failed")


def _spaced(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def _does(card: Card) -> str:
    """What a test card does, in words."""
    if card.decline:
        return f"is declined: {(card.decline_code or card.decline).replace('_', ' ')}"
    if card.authenticate:
        return "asks the bank" + (
            " unless it was saved with the bank's consent" if card.authenticate != "always" else ""
        )
    if card.dispute:
        return f"pays, then {'an inquiry' if card.inquiry else 'a dispute'}: {card.dispute.replace('_', ' ')}"
    if card.refund:
        return f"pays; refunds of it: {card.refund}"
    return f"pays: {card.brand} {card.funding}"
