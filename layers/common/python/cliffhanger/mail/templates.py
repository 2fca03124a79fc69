"""Receipts as mails: plain text, and the same as simple HTML without anything that is loaded. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from cliffhanger.commerce.price_lists import AMOUNTS
from cliffhanger.mail.domain import Mail, Receipt
from cliffhanger.mail.words import DEFAULT, WORDS, Words

USUAL_DIGITS = 2
"""After the point, in a currency in which nothing is sold any more."""

_PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{subject}</title></head>
<body style="margin:0;padding:24px;background:#f4f4f6;color:#16161d;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:34em;margin:0 auto;padding:24px;background:#ffffff;border-radius:12px">
<h1 style="margin:0 0 16px;font-size:20px">{subject}</h1>
<p>{opening}</p>
<table style="width:100%;border-collapse:collapse">
{rows}
</table>
<p>{closing}</p>
<p>{proof} <a href="{link}">{link}</a></p>
<p style="margin:24px 0 0;color:#5b5b66;font-size:13px">{signed}</p>
</div>
</body>
</html>
"""
_ROW = (
    '<tr><th scope="row" style="padding:6px 12px 6px 0;text-align:left;font-weight:400;color:#5b5b66">{name}</th>'
    '<td style="padding:6px 0;text-align:right">{value}</td></tr>'
)


def render(receipt: Receipt, language: str | None, origin: str) -> Mail:
    """A receipt in the language nearest to a person's (a BCP 47 tag, or None); ``origin`` is the pages' address."""
    code = (language or DEFAULT).split("-")[0]
    code = code if code in WORDS else DEFAULT
    words = WORDS[code]
    amount = money(receipt.amount, receipt.currency, words)
    subject = words.subject[receipt.kind].format(coins=_grouped(receipt.bought, words), amount=amount)
    rows = _rows(receipt, words, amount)
    link = f"{origin}/#receipt-{receipt.seq}"
    opening, closing = words.opening[receipt.kind], words.closing[receipt.kind]
    width = max(len(name) for name, _ in rows)
    table = "\n".join(f"{name:<{width}}  {value}" for name, value in rows)
    text = f"{opening}\n\n{table}\n\n{closing}\n\n{words.proof}\n{link}\n\n{words.signed}\n"
    html = _PAGE.format(
        language=code,
        subject=escape(subject),
        opening=escape(opening),
        rows="\n".join(_ROW.format(name=escape(name), value=escape(value)) for name, value in rows),
        closing=escape(closing),
        proof=escape(words.proof),
        link=escape(link),
        signed=escape(words.signed),
    )
    return Mail(subject, text, html)


def money(amount: int, currency: str, words: Words) -> str:
    """An amount and its currency, with as many digits after the point as that has: ``9.99 EUR``, ``750 JPY``."""
    digits = AMOUNTS[currency][0] if currency in AMOUNTS else USUAL_DIGITS
    whole, part = divmod(amount, 10**digits)
    fraction = f"{words.point}{part:0{digits}}" if digits else ""
    return f"{_grouped(whole, words)}{fraction} {currency}"


def _rows(receipt: Receipt, words: Words, amount: str) -> list[tuple[str, str]]:
    bonus = [(words.bonus, _grouped(receipt.bonus, words))] if receipt.bonus else []
    if receipt.withheld:
        bonus = [(words.bonus, words.withheld)]
    return [
        (words.order, receipt.order),
        (words.date, _date(receipt.at_ms, words)),
        (words.coins, _grouped(receipt.bought, words)),
        *bonus,
        (words.amount[receipt.kind], amount),
        (words.entry, str(receipt.seq)),
    ]


def _grouped(number: int, words: Words) -> str:
    return f"{number:,}".replace(",", words.group)


def _date(at_ms: int, words: Words) -> str:
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    month = words.months[moment.month - 1]
    return words.day.format(day=moment.day, month=month, year=moment.year, time=f"{moment:%H:%M}")
