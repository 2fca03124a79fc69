"""Sends the API everything that its description allows, and much that it does not, as somebody of one role.

Schemathesis makes the requests out of ``docs/openapi.json``: its examples, its bounds one after another, and drawn
ones, both good and bad. Every answer must be one that the description names: its status, content type, headers, body.

Limits on requests would hide the handlers, so a role is played by many people in turn, and who asks for what belongs to
one of them asks for their own.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.schemas import BaseSchema

from cliffhanger.routes import ROUTES, Route
from infra import ROOT

DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text())
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
KNOWN = 0.8
"""How often a parameter is something that exists."""
BEFORE_THE_HANDLER = frozenset({400, 401, 403, 413, 422, 429})
"""Statuses with which a request may be refused before any use case has run."""
DEEP = ("putRuleSet",)
"""Their bodies have so many bounds that trying each takes minutes: only who asks for many examples gets them all."""
MANY = 20
ELSEWHERE = frozenset("/\\") | {chr(code) for code in (*range(0x20), 0x7F)}

Known = Mapping[str, Sequence[str | int]]


class Role(NamedTuple):
    """Who sends.

    ``may`` tells the routes whose handlers this role reaches; who may not is refused before. ``tokens`` are of people
    who take turns; without any nobody is signed in. ``known`` are values that exist, by parameter such as
    ``path.seriesId``; ``own`` those that belong to one of them, by parameter's name and token. ``grant`` is the query
    that opens a playlist.
    """

    name: str
    may: Callable[[Route], bool]
    tokens: Sequence[str] = ()
    known: Mapping[str, Sequence[str | int]] = {}
    own: Mapping[str, Mapping[str, str]] = {}
    grant: Mapping[str, str] = {}


@dataclass
class Report:
    """What came of it: answers by operation and status, and every failure in words."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def with_status(self, status: int) -> int:
        """How many answers had a status."""
        return sum(count for (_, each), count in self.answers.items() if each == status)

    def unreached(self, operations: Sequence[str]) -> set[str]:
        """Operations whose handlers no request has come to."""
        reached = {operation for operation, status in self.answers if status not in BEFORE_THE_HANDLER}
        return set(operations) - reached

    def __str__(self) -> str:
        operations = {operation for operation, _ in self.answers}
        by_status = {status: self.with_status(status) for status in sorted({status for _, status in self.answers})}
        return f"{len(operations)} operations, {self.answers.total()} cases, answers {by_status}"


def fuzz(
    address: str,
    role: Role,
    *,
    examples: int,
    seed: int,
    routes: Sequence[Route] = ROUTES,
    document: Mapping[str, Any] = DOCUMENT,
) -> Report:
    """Sends requests of one role: so many drawn ones for each operation that it may call, a few for each other one.

    The others come first: an operator stops what others need.
    """
    report = Report()
    for thorough in (False, True):
        operations = [route.operation for route in routes if role.may(route) == thorough]
        if not operations:
            continue
        settings = _settings(address, role, examples if thorough else 2, seed, thorough=thorough)
        config = SchemathesisConfig.from_dict(settings)
        schema = schemathesis.openapi.from_dict(_only(document, operations), config=config)
        schema.hook("filter_path_parameters")(_stays)
        if role.tokens:
            schema.auth(refresh_interval=None)(_turns_of(role))
        _run(schema, report)
    return report


def _only(document: Mapping[str, Any], operations: Sequence[str]) -> dict[str, Any]:
    """The description of some operations alone: what is left out costs no time."""
    paths = {
        path: {method: operation for method, operation in item.items() if operation["operationId"] in operations}
        for path, item in document["paths"].items()
    }
    return {**document, "paths": {path: item for path, item in paths.items() if item}}


def _stays(_context: Any, path_parameters: Mapping[str, Any]) -> bool:
    """Whether the path still is one of the operation: what means another path, the edge refuses in its own words."""
    values = [unquote(str(value)) for value in (path_parameters or {}).values()]
    return not any(value in ("", ".", "..") or set(value) & ELSEWHERE for value in values)


def _turns_of(role: Role) -> type[Any]:
    """Puts the next person's token into a request, and what is theirs where something is one of theirs."""
    turns = itertools.cycle(role.tokens)

    class Turns:
        def get(self, _case: Any, _context: Any) -> str:
            return next(turns)

        def set(self, case: Any, token: str, _context: Any) -> None:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
            for name, by_token in role.own.items():
                for place in ("path_parameters", "body"):
                    values = getattr(case, place)
                    if isinstance(values, Mapping) and values.get(name) in by_token.values():
                        setattr(case, place, {**values, name: by_token[token]})
            if role.grant and "/playlists/" in case.path:
                case.query = {**(case.query or {}), **role.grant}

    return Turns


def _settings(address: str, role: Role, examples: int, seed: int, *, thorough: bool) -> dict[str, Any]:
    name_of = {parameter: parameter.replace(".", "-") for parameter in role.known}
    return {
        "base-url": address,
        "seed": seed,
        "workers": 1,
        "continue-on-failure": True,
        "suppress-health-check": ["all"],
        "checks": {"enabled": False, **{check: {"enabled": True} for check in CHECKS}},
        "generation": {
            "max-examples": examples,
            "deterministic": True,
            "database": "none",
            "no-shrink": True,
            "with-security-parameters": False,
        },
        "phases": {
            "examples": {"enabled": thorough},
            "coverage": {"enabled": thorough, "unexpected-methods": []},
            "fuzzing": {"enabled": True},
            "stateful": {"enabled": False},
        },
        "dictionaries": {name_of[parameter]: {"values": list(values)} for parameter, values in role.known.items()},
        "operations": [{"include-operation-id": [*DEEP], "phases": {"coverage": {"enabled": examples >= MANY}}}],
        "parameters": {parameter: {"dictionary": name, "probability": KNOWN} for parameter, name in name_of.items()},
    }


def _run(schema: BaseSchema, report: Report) -> None:
    operation_of = {route.key: route.operation for route in ROUTES}
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            report.failures.append(str(event))
        if not isinstance(event, events.ScenarioFinished):
            continue
        operation = operation_of[event.recorder.label]
        for case, interaction in event.recorder.interactions.items():
            answer = interaction.response
            if answer is None:
                report.failures.append(f"{operation}: no answer")
                continue
            report.answers[operation, answer.status_code] += 1
            for check in event.recorder.checks.get(case, ()):
                if check.status == Status.FAILURE and check.failure_info is not None:
                    words = f"{operation} {check.name}: {check.failure_info.failure}"
                    report.failures.append(f"{words}\n{check.failure_info.code_sample}\n{answer.content[:500]!r}")
