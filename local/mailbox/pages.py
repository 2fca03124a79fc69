"""The pages of the mailbox: a list of mails, and one mail as it reads."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage
from email.parser import BytesParser
from html import escape
from pathlib import Path
from typing import NamedTuple

MOST_SHOWN = 200
_STYLE = """
body { margin: 0 auto; max-width: 46rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif }
body { color: #16161d; background: #f4f4f6 }
a { color: #5530c8 } h1 { font-size: 1.3rem } time, .to { color: #5b5b66; font-size: .85rem }
ul { list-style: none; padding: 0 } li { margin: .5rem 0; padding: .7rem 1rem; border-radius: .6rem; background: #fff }
pre { padding: 1rem; border-radius: .6rem; background: #fff; white-space: pre-wrap; overflow-wrap: anywhere }
iframe { width: 100%; height: 36rem; border: 0; border-radius: .6rem; background: #fff }
"""


class Read(NamedTuple):
    """A mail: its file's name, when it was kept, whom it is for, what it says; ``html`` is empty where it has none."""

    name: str
    at: str
    to: str
    subject: str
    text: str
    html: str


def mails(folder: Path) -> list[Read]:
    """The newest mails of the mailbox, newest first."""
    return [read(path) for path in sorted(folder.glob("*.eml"), reverse=True)[:MOST_SHOWN]]


def find(folder: Path, name: str) -> Read | None:
    """The mail of a file's name; None where the mailbox has none of that name."""
    path = next((path for path in folder.glob("*.eml") if path.name == name), None)
    return None if path is None else read(path)


def read(path: Path) -> Read:
    """A mail of the mailbox."""
    message = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(path.read_bytes())
    moment, _, _ = path.name.partition(".")
    day, _, time = moment.partition("T")
    return Read(
        path.name,
        f"{day} {time.replace('-', ':')} UTC",
        str(message["To"] or ""),
        str(message["Subject"] or ""),
        _part(message, "plain"),
        _part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return "" if body is None else str(body.get_content())


def list_page(found: list[Read]) -> str:
    """All mails, as links."""
    items = "".join(
        f'<li><a href="/mails/{escape(mail.name)}">{escape(mail.subject) or "(no subject)"}</a><br>'
        f'<span class="to">{escape(mail.to)}</span> <time>{escape(mail.at)}</time></li>'
        for mail in found
    )
    return _page("Mailbox", f"<ul>{items}</ul>" if found else "<p>No mail yet.</p>")


def mail_page(mail: Read) -> str:
    """One mail: its HTML in a frame that may do nothing, and its text."""
    frame = f'<iframe title="As HTML" sandbox srcdoc="{escape(mail.html)}"></iframe>' if mail.html else ""
    head = f'<p><a href="/">All mails</a></p><p class="to">To {escape(mail.to)}, <time>{escape(mail.at)}</time></p>'
    return _page(mail.subject or "(no subject)", f"{head}{frame}<pre>{escape(mail.text)}</pre>")


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
