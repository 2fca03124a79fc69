"""The mail that tells a partner's members of an endpoint that was disabled. Pure; in English, as for all partners."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from cliffhanger.mail.domain import Mail

DISABLED = "WebhookEndpointDisabled"
REASONS = {
    "gone": "It answered 410: nobody is there any more.",
    "failing": "Nothing has come through for five days.",
    "exhausted": "A delivery was tried for the last time, and nothing had come through since its first attempt.",
}
_TEXT = """An endpoint of yours ({mode}) is disabled, and nothing more is sent to it.

Endpoint  {endpoint}
Name      {name}
Why       {why}

What it misses is kept for thirty days. Mend the receiver, enable the endpoint, and ask for a replay of what failed:
{link}

Cliffhanger. This mail goes to every member of the partner; nobody reads answers to it.
"""


class Notice(NamedTuple):
    """An endpoint that was disabled, whose it is, and the id of the event that tells it."""

    event: str
    partner: str
    mode: str
    endpoint: str
    name: str
    reason: str


def notice_by(detail: Mapping[str, Any]) -> Notice | None:
    """The notice that an event of the product's bus asks for; None where it asks for none.

    Raises:
        LookupError, TypeError: it is not of its schema.
    """
    if detail["type"] != DISABLED:
        return None
    data = detail["data"]
    return Notice(
        event=str(detail["id"]),
        partner=str(data["partnerId"]),
        mode=str(data["mode"]),
        endpoint=str(data["endpointId"]),
        name=str(data["description"]),
        reason=str(data["reason"]),
    )


def render_notice(notice: Notice, origin: str) -> Mail:
    """The mail; ``origin`` is the pages' address."""
    text = _TEXT.format(
        mode=notice.mode,
        endpoint=notice.endpoint,
        name=notice.name or "(none)",
        why=REASONS.get(notice.reason, notice.reason),
        link=f"{origin}/partners.html",
    )
    html = f'<!doctype html><html lang="en"><meta charset="utf-8"><pre>{escape(text)}</pre></html>'
    return Mail("An endpoint for webhooks is disabled", text, html)
