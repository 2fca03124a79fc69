"""Writes ``docs/errors.md``, ``docs/events.md`` and ``docs/reference.md`` from the code.

With ``--check``, a difference is an error.
"""

from __future__ import annotations

import difflib
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cliffhanger.errors import PROBLEMS, CliffhangerError, problem_of
from cliffhanger.events.catalogue import RETENTION_DAYS, SOURCES, EventType, catalogue
from cliffhanger.functions import FUNCTIONS
from cliffhanger.rates.domain import LIMITS
from cliffhanger.routes import ROUTES
from cliffhanger.settings import SETTINGS
from tools.openapi_members import MEMBERS

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by `make docs` from the code. Do not edit. -->"

TRIGGERS = {
    "http": "HTTP API",
    "ledger-stream": "the ledger's stream, inserts only",
    "media-events": "S3 and MediaConvert events",
    "ledger-exports": "by the clock, and when a day's export of the ledger is complete",
    "schedule": "every five minutes",
    "product-events": "events of the product's own bus",
    "workflow": "the steps of a workflow",
    "payments-queue": "the queue of notices",
    "told-queue": "the queue of events",
    "deliveries-queues": "the two queues of deliveries",
    "token-generation": "Cognito, before it issues tokens",
}
AUTHS = {
    "public": "anyone",
    "guest": "anyone; who is signed in is known",
    "viewer": "signed in",
    "creator": "signed in, group `creator`",
    "operator": "signed in, group `operator`",
    "reviewer": "signed in, group `reviewer`",
    "partner": "member of a partner, or its client with the scope",
    "client": "a partner's client, by its secret",
    "grant": "bearer of a playback grant",
    "signed": "who signs the body",
    "vouched": "who signs the query",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def every_error(root: type[CliffhangerError] = CliffhangerError) -> list[type[CliffhangerError]]:
    """The error tree, depth first, without its root."""
    found = []
    for error in root.__subclasses__():
        found += [error, *every_error(error)]
    return found


def meaning(error: type[CliffhangerError]) -> str:
    """The first sentence of an error's docstring."""
    return " ".join((inspect.getdoc(error) or "").split("\n\n")[0].split())


def errors_page() -> str:
    """Every code that the API can answer with."""
    rows = [
        (
            f"`{error.code}`",
            str(problem_of(error()).status),
            problem_of(error()).title,
            meaning(error),
            ", ".join(f"`{member}`" for member in MEMBERS.get(error.code, {})),
        )
        for error in sorted(PROBLEMS, key=lambda error: (problem_of(error()).status, error.code))
    ]
    return f"""{NOTE}

# Errors

Every refusal is a problem document (RFC 9457, `application/problem+json`). Decide by `code`, which is stable; the
texts are for people and may change. A code's members stand beside `type`, `title`, `status`, `code` and `detail`.
A 503 changed nothing and may be tried again after `Retry-After`; a 500 is a fault of ours and tells only its code.

{table(("code", "status", "title", "meaning", "members"), rows)}
"""


def kind_of(schema: Mapping[str, Any]) -> str:
    """What a member of an event is, in words."""
    if schema["type"] == "array":
        return f"list: {kind_of(schema['items'])}"
    if schema["type"] == "object":
        return f"{{{', '.join(schema['properties'])}}}"
    return str(schema["type"])


def event_section(kind: EventType) -> str:
    """One version of an event: what happened, where it comes from, what it carries, and how it looks on its way."""
    rows = [(f"`{field}`", kind_of(part), part["description"]) for field, part in kind.data["properties"].items()]
    file = f"{kind.type}.v{kind.version}.json"
    return f"""## {kind.type}

Version {kind.version}. {kind.description}

From {SOURCES[kind.origin.source]}. Subject: `{kind.origin.subject}`. Schema: [{file}](schemas/events/{file}).

{table(("member of `data`", "is", "meaning"), rows)}

```json
{json.dumps(kind.example, indent=2)}
```
"""


def events_page() -> str:
    """Every event, with an example as it stands on the bus."""
    sections = [event_section(kind) for kind in catalogue()]
    return f"""{NOTE}

# Events

Something that happened, told in an envelope that is the same everywhere. Each is told at least once, not always in
order; the same fact always carries the same `id`, so that whoever has seen it may forget the second telling. `subject`
is what an event is about. Coins are told by class: `bonus` and `game` were given, `bought` were paid for.

Who acted for support and why, limits, debts and balances are told to nobody.

**On the bus** of the stage: under the source `cliffhanger`, with the type as the detail type and the envelope as the
detail. **By webhook**: the envelope is the body, the same bytes at every attempt, and its `id` is the header
`webhook-id`, so that the public libraries of Standard Webhooks know a second telling too. What was delivered is kept
for {RETENTION_DAYS} days and can be sent again. `GET /v1/event-types` lists all that stands here.

**What you may rely on**: a published schema (JSON Schema 2020-12, of the whole envelope) gains members and narrows
bounds, and changes in no other way: no member goes, changes its name, its type or its form, becomes optional, or takes
a value that was not listed. Pass over members that you do not know, and over types that you do not know. Whatever else
must change comes as a new version of the type, beside the old one.

{chr(10).join(sections).rstrip()}
"""


def reference_page() -> str:
    """Routes, functions, events and settings."""
    routes = [
        (f"`{r.key}`", r.summary, AUTHS[r.auth], f"`{r.rate}`", f"`{r.function}`", f"`{r.operation}`") for r in ROUTES
    ]
    rates = ", ".join(f"`{rate}` {limit}" for rate, limit in LIMITS.items())
    functions = [
        (
            f"`{f.name}`",
            f.purpose,
            TRIGGERS[f.trigger],
            f"{f.memory_mb} MB, {f.timeout_s} s",
            ", ".join(f"`{access}`" for access in f.access),
        )
        for f in FUNCTIONS
    ]
    events = [
        (
            f"`{kind.type}`",
            str(kind.version),
            kind.description,
            f"`{kind.origin.source}`",
            ", ".join(f"`{field}`" for field in kind.data["properties"]),
        )
        for kind in catalogue()
    ]
    settings = [(f"`{name}`", text) for name, text in SETTINGS.items()]
    return f"""{NOTE}

# Reference

## Routes

What each takes and answers stands in [openapi.json](openapi.json). A caller's requests count against the route's rate;
in a minute it lets through: {rates}. Where it is `open`, the edge limits by address.

{table(("route", "what it does", "who may call", "rate", "function", "operation"), routes)}

## Functions

Each has a role of its own that allows what its access names, and nothing else.

{table(("function", "purpose", "trigger", "size, time limit", "access"), functions)}

## Events

On the bus of the stage, at least once each; the same fact always carries the same id. Each with an example:
[events.md](events.md).

{table(("event", "version", "what happened", "from", "data"), events)}

## Settings

Environment variables of the functions. A function is given those that its access needs.

{table(("setting", "what it is"), settings)}
"""


PAGES: dict[str, Callable[[], str]] = {
    "docs/errors.md": errors_page,
    "docs/events.md": events_page,
    "docs/reference.md": reference_page,
}


def main(arguments: list[str]) -> int:
    """Writes the pages, or with ``--check`` tells whether those that are there are up to date."""
    stale = 0
    for name, page in PAGES.items():
        path, new = ROOT / name, page()
        old = path.read_text() if path.exists() else ""
        if "--check" not in arguments:
            path.write_text(new)
            print(name)
        elif new != old:
            stale += 1
            sys.stderr.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, "now"))
            print(f"{name} is out of date: make docs", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
