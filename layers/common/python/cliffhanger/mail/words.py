"""The words of receipts, by language. Data.

``{…}`` are filled in by :mod:`cliffhanger.mail.templates`; none of them is a text that a person wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """One language's words. ``point`` and ``group`` are how it writes 1,234.56; ``day`` how it writes a date."""

    point: str
    group: str
    day: str
    months: tuple[str, ...]
    subject: Mapping[str, str]
    opening: Mapping[str, str]
    closing: Mapping[str, str]
    order: str
    date: str
    coins: str
    bonus: str
    withheld: str
    amount: Mapping[str, str]
    entry: str
    proof: str
    signed: str


DEFAULT = "en"
WORDS: Mapping[str, Words] = {
    "en": Words(
        point=".",
        group=",",
        day="{day} {month} {year}, {time} UTC",
        months=(
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        subject={"purchase": "Your receipt: {coins} coins for {amount}", "refund": "Your refund of {amount}"},
        opening={
            "purchase": "Thank you. Your coins are in your wallet.",
            "refund": "Your money is on its way back to what you paid with. Banks take five to ten days.",
        },
        closing={
            "purchase": "Changed your mind? While all coins of this order are unspent, you can have your money "
            "back within 14 days: open the order in your account, and choose the refund.",
            "refund": "The coins of this order have left your wallet. What had been spent of them is owed, and the "
            "next coins that you get pay it back.",
        },
        order="Order",
        date="Date",
        coins="Coins",
        bonus="Bonus coins",
        withheld="none: they come with the first purchase, which was another order",
        amount={"purchase": "Paid, taxes included where they apply", "refund": "Refunded"},
        entry="Entry of your statement",
        proof="This receipt proves itself. See it and its proof in your account:",
        signed="Cliffhanger. This mail was sent because of an order in your account; nobody reads answers to it.",
    ),
    "es": Words(
        point=",",
        group=".",
        day="{day} de {month} de {year}, {time} UTC",
        months=(
            *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
            *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
        ),
        subject={"purchase": "Tu recibo: {coins} monedas por {amount}", "refund": "Tu reembolso de {amount}"},
        opening={
            "purchase": "Gracias. Tus monedas ya están en tu monedero.",
            "refund": "Tu dinero va de vuelta al medio con el que pagaste. Los bancos tardan de cinco a diez días.",
        },
        closing={
            "purchase": "¿Has cambiado de idea? Mientras no hayas gastado ninguna moneda de este pedido, te "
            "devolvemos el dinero durante 14 días: abre el pedido en tu cuenta y elige el reembolso.",
            "refund": "Las monedas de este pedido han salido de tu monedero. Lo que ya habías gastado de ellas se "
            "debe, y lo pagan las próximas monedas que recibas.",
        },
        order="Pedido",
        date="Fecha",
        coins="Monedas",
        bonus="Monedas de regalo",
        withheld="ninguna: vienen con la primera compra, que fue otro pedido",
        amount={"purchase": "Pagado, con impuestos donde correspondan", "refund": "Reembolsado"},
        entry="Movimiento de tu extracto",
        proof="Este recibo se demuestra a sí mismo. Míralo con su prueba en tu cuenta:",
        signed="Cliffhanger. Recibes este correo por un pedido de tu cuenta; nadie lee las respuestas.",
    ),
}
"""By the first part of a language's tag; who reads none of these reads English."""
