"""The receiver's page: its inboxes with how each answers, and what came, newest first. HTML without any script."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any, Final

from cliffhanger.clock import rfc3339
from local.receiver.inboxes import BEHAVIOURS, Inbox, Received

MOST_SHOWN: Final = 50
WORDS: Final = {
    "accept": "Accept: 204 when verified, else 401",
    "error": "Answer 500",
    "gone": "Answer 410, gone for ever",
    "hang": "Never answer",
}
_STYLE = """
body { margin: 0 auto; max-width: 52rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif }
body { color: #16161d; background: #f4f4f6 }
a { color: #5530c8 } h1 { font-size: 1.3rem } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem }
form, details { margin: .5rem 0; padding: .7rem 1rem; border-radius: .6rem; background: #fff }
form { display: flex; flex-wrap: wrap; align-items: end; gap: .5rem 1rem } form strong { flex: 1 0 100% }
label { display: grid; font-size: .85rem; flex: 1 1 14rem } summary { cursor: pointer; overflow-wrap: anywhere }
* { box-sizing: border-box }
input, select, button { font: inherit; padding: .35rem .5rem; min-height: 2.5rem; max-width: 100% }
.soft, time { color: #5b5b66; font-size: .85rem } .good { color: #14713d } .bad { color: #b3261e }
table { border-collapse: collapse; font-size: .85rem; margin: .7rem 0 }
th { text-align: left; font-weight: 600; padding-right: 1rem; vertical-align: top } td { overflow-wrap: anywhere }
pre { padding: .7rem; border-radius: .4rem; background: #f4f4f6; white-space: pre-wrap; overflow-wrap: anywhere }
"""


def page(origin: str, inboxes: list[Inbox], received: list[Received], words: str = "") -> str:
    """All of it; ``origin`` is where endpoints lead, ``words`` say what was wrong with what was asked last."""
    problem = f'<p class="bad" role="alert">{escape(words)}</p>' if words else ""
    forms = "".join(_form(inbox) for inbox in inboxes) or "<p>None yet: an inbox opens when something comes for it.</p>"
    shown = "".join(_received(one) for one in received[:MOST_SHOWN]) or "<p>Nothing yet.</p>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Receiver</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>{_STYLE}</style>'
        f"</head><body><main><h1>A partner's receiver</h1>{problem}"
        f"<p>Endpoints at <code>{escape(origin)}/</code> and a name fill the inbox of that name. "
        '<a href="/">Look again</a></p>'
        f"<h2>Inboxes</h2>{forms}<h2>Received</h2>{shown}</main></body></html>"
    )


def _form(inbox: Inbox) -> str:
    options = "".join(
        f'<option value="{name}"{" selected" if name == inbox.behaviour else ""}>{WORDS[name]}</option>'
        for name in BEHAVIOURS
    )
    known = {0: "No secret yet", 1: "One secret"}.get(len(inbox.secrets), "Two secrets")
    return (
        f'<form method="post" action="/inboxes/{inbox.name}"><strong>{inbox.name} <span class="soft">{known}</span>'
        f'</strong><label>What it does <select name="behaviour">{options}</select></label>'
        '<label>A new secret <input name="secret" placeholder="whsec_…" maxlength="200" autocomplete="off"></label>'
        f'<button aria-label="Save {inbox.name}">Save</button></form>'
    )


def _received(one: Received) -> str:
    verdict = '<span class="good">verified</span>' if one.verified else f'<span class="bad">{escape(one.why)}</span>'
    again = f", attempt {one.attempt}" if one.attempt > 1 else ""
    answer = "no answer" if one.status is None else str(one.status)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in one.headers
    )
    return (
        f"<details><summary><strong>{escape(_type(one.body))}</strong> in {one.inbox}{again}: {verdict}, {answer} "
        f"<time>{rfc3339(one.at)}</time></summary><table>{rows}</table><pre>{escape(pretty(one.body))}</pre></details>"
    )


def _type(body: bytes) -> str:
    document = _json(body)
    return str(document.get("type", "no type"))[:100] if isinstance(document, dict) else "no event"


def pretty(body: bytes) -> str:
    """The body with line breaks if it is JSON, else as it is."""
    document = _json(body)
    return body.decode(errors="replace") if document is None else json.dumps(document, indent=2, ensure_ascii=False)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def document(inboxes: Iterable[Inbox], received: Iterable[Received]) -> dict[str, Any]:
    """The same for programs. Secrets are only counted."""
    return {
        "inboxes": [
            {"name": inbox.name, "behaviour": inbox.behaviour, "secrets": len(inbox.secrets)} for inbox in inboxes
        ],
        "received": [
            {**one._asdict(), "at": rfc3339(one.at), "headers": dict(one.headers), "body": _text(one.body)}
            for one in received
        ],
    }


def _text(body: bytes) -> str:
    return body.decode(errors="replace")
