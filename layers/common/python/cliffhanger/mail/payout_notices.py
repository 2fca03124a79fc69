"""Mails that tell a creator what became of their money, or that their bank was changed. Pure; in their language.

Nothing of a bank is said: that only the provider knows. A changed bank is told of at once, whoever changed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from cliffhanger.ledger.names import is_id
from cliffhanger.mail.domain import Mail
from cliffhanger.mail.payout_rules import OTHERWISE, WHY
from cliffhanger.mail.templates import money
from cliffhanger.mail.words import DEFAULT, WORDS

TOLD = frozenset({"PayoutPaid", "PayoutFailed", "PayoutReturned", "PayoutDestinationChanged", "WeeklyPayoutRefused"})
"""The events that a creator is written to for."""

_SUBJECTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "PayoutPaid": "Your payout of {amount} has arrived",
        "PayoutFailed": "Your payout of {amount} did not go through",
        "PayoutReturned": "Your payout of {amount} was sent back by your bank",
        "PayoutDestinationChanged": "The bank that you are paid out to was changed",
        "WeeklyPayoutRefused": "This week's payout of {amount} was not made",
    },
    "es": {
        "PayoutPaid": "Tu pago de {amount} ha llegado",
        "PayoutFailed": "Tu pago de {amount} no se ha podido hacer",
        "PayoutReturned": "Tu banco ha devuelto tu pago de {amount}",
        "PayoutDestinationChanged": "Se ha cambiado el banco en el que cobras",
        "WeeklyPayoutRefused": "Tu pago de esta semana, de {amount}, no se ha hecho",
    },
}
_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "PayoutPaid": "{net} is with your bank. Payout {payout}.",
        "PayoutFailed": "Nothing is lost: all of it, the fee as well, is on your account. Why: {rule}. "
        "Payout {payout}.",
        "PayoutReturned": "Nothing is lost: all of it, the fee as well, is on your account again. Look at your bank's "
        "details before you ask once more. Why: {rule}. Payout {payout}.",
        "PayoutDestinationChanged": "Nothing is paid out to it before {from}. If it was not you: change your password "
        "now, and write to support before then.",
        "WeeklyPayoutRefused": "Nothing is lost: all of it is on your account. Why: {rule}. The page says what to do; "
        "then ask for it there, or wait for next Monday.",
    },
    "es": {
        "PayoutPaid": "{net} ya están en tu banco. Pago {payout}.",
        "PayoutFailed": "No se ha perdido nada: todo, también la comisión, está en tu cuenta. Motivo: {rule}. "
        "Pago {payout}.",
        "PayoutReturned": "No se ha perdido nada: todo, también la comisión, vuelve a estar en tu cuenta. Revisa los "
        "datos de tu banco antes de pedirlo otra vez. Motivo: {rule}. Pago {payout}.",
        "PayoutDestinationChanged": "No se pagará nada a ese banco antes del {from}. Si no has sido tú: cambia ya tu "
        "contraseña y escribe a soporte antes de esa fecha.",
        "WeeklyPayoutRefused": "No se ha perdido nada: todo está en tu cuenta. Motivo: {rule}. La página dice qué "
        "hacer; después pídelo allí o espera al próximo lunes.",
    },
}


class PayoutNotice(NamedTuple):
    """What a creator is told: by which event, its id, of whom, and the event's data."""

    event: str
    kind: str
    person: str
    data: Mapping[str, Any]


def payout_notice_by(detail: Mapping[str, Any]) -> PayoutNotice | None:
    """The notice that an event of the product's bus asks for; None where it asks for none.

    Raises:
        LookupError, TypeError, ValueError: it is not of its schema.
    """
    if detail["type"] not in TOLD:
        return None
    person = str(detail["data"]["personId"])
    if not is_id(person):
        raise ValueError("no person")
    return PayoutNotice(str(detail["id"]), str(detail["type"]), person, detail["data"])


def render_payout_notice(notice: PayoutNotice, language: str | None, origin: str) -> Mail:
    """The mail, in the language nearest to a person's; ``origin`` is the pages' address."""
    code = (language or DEFAULT).split("-")[0]
    code = code if code in _TEXTS else DEFAULT
    data = notice.data
    why = WHY[code].get(str(data.get("rule", "")), OTHERWISE[code])
    words: dict[str, str] = {"rule": why, "payout": str(data.get("payoutId", ""))}
    if "amount" in data:
        currency = str(data["currency"])
        words["amount"] = money(int(data["amount"]), currency, WORDS[code])
        words["net"] = money(int(data["amount"]) - int(data["fee"]), currency, WORDS[code])
    words["from"] = str(data.get("paysFrom", ""))[:16].replace("T", " ") + " UTC"
    subject = _SUBJECTS[code][notice.kind].format_map(words)
    text = f"{_TEXTS[code][notice.kind].format_map(words)}\n\n{origin}/earnings.html\n"
    html = f'<!doctype html><html lang="{code}"><meta charset="utf-8"><p>{escape(text)}</p></html>'
    return Mail(subject, text, html)
