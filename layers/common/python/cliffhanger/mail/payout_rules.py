"""Why a payout did not go through, in the words of mails: each reads on from "Why:". Data."""

from __future__ import annotations

from collections.abc import Mapping

WHY: Mapping[str, Mapping[str, str]] = {
    "en": {
        "verification_required": "your identity has to be confirmed first",
        "verification_pending": "your identity was still being checked",
        "verification_refused": "your identity could not be confirmed",
        "no_destination": "no bank was named",
        "destination_restricted": "the payment provider still asks something about your bank",
        "cooling_off": "your bank had been changed a short while before",
        "currency": "there are no payouts in this currency",
        "speed": "your bank takes no instant payouts",
        "below_minimum": "it was less than the smallest payout",
        "over_payable": "it was more than could be paid out",
        "disputed": "a payment that you had a share in is disputed",
        "over_day_limit": "it was more than may be paid out in a day",
        "over_month_limit": "it was more than may be paid out in a month",
        "too_many": "there were too many payouts this month",
        "frozen": "your account is frozen",
        "debt": "what you owe is repaid first",
        "canceled": "it was called off",
        "expired": "it took too long",
        "provider_refused": "the payment provider did not take it",
        "bank_refused": "your bank did not take it",
    },
    "es": {
        "verification_required": "antes hay que confirmar tu identidad",
        "verification_pending": "tu identidad aún se estaba comprobando",
        "verification_refused": "no se ha podido confirmar tu identidad",
        "no_destination": "no se había indicado ningún banco",
        "destination_restricted": "el proveedor de pagos aún pide algún dato sobre tu banco",
        "cooling_off": "tu banco se había cambiado poco antes",
        "currency": "no se hacen pagos en esta moneda",
        "speed": "tu banco no admite pagos inmediatos",
        "below_minimum": "era menos que el pago más pequeño",
        "over_payable": "era más de lo que se podía pagar",
        "disputed": "se disputa un cobro en el que tenías parte",
        "over_day_limit": "era más de lo que se puede pagar en un día",
        "over_month_limit": "era más de lo que se puede pagar en un mes",
        "too_many": "había demasiados pagos este mes",
        "frozen": "tu cuenta está bloqueada",
        "debt": "antes se devuelve lo que debes",
        "canceled": "se anuló",
        "expired": "tardó demasiado",
        "provider_refused": "el proveedor de pagos no lo aceptó",
        "bank_refused": "tu banco no lo aceptó",
    },
}
"""By language, and by the rule that :data:`cliffhanger.payouts.domain.RULES` names."""
OTHERWISE: Mapping[str, str] = {
    "en": "it could not be made; ask support",
    "es": "no se ha podido hacer; pregunta a soporte",
}
"""For a rule that an older version of ours, or a newer one, has told."""
