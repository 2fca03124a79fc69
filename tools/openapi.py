"""Merges what the handlers declare into ``docs/openapi.json`` (OpenAPI 3.1).

The routes come from ``cliffhanger.routes``, everything else from the handlers' own ``Operation`` values: parameters,
bodies and answers from their msgspec types, problems from ``cliffhanger.errors``, words from docstrings. With
``--check`` nothing is written and a difference is an error.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from cliffhanger.errors import CliffhangerError, problem_of
from cliffhanger.routes import ROUTES, Route
from cliffhanger.web.api import Operation
from cliffhanger.web.bodies import FORM_TYPE
from cliffhanger.web.calls import JSON_TYPE
from cliffhanger.web.problems import PROBLEM_TYPE
from tools import openapi_fixed
from tools.openapi_examples import ANSWERS, BODIES, HEADERS
from tools.openapi_fixed import GRANT_FIELDS, PROBLEM_SCHEMA, SECURITY_SCHEMES
from tools.openapi_members import MEMBERS
from tools.openapi_problems import problems_of

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "openapi.json"

REFERENCE = "#/components/schemas/{name}"
EXAMPLE = "#/components/examples/{name}"
"""Of a problem, by its code: it looks the same wherever it is answered."""
PLAYLIST = "application/vnd.apple.mpegurl"

Json = dict[str, Any]


def operations() -> dict[str, Operation]:
    """Every operation that a handler serves, by operation id."""
    found: dict[str, Operation] = {}
    for function in dict.fromkeys(route.function for route in ROUTES):
        found |= importlib.import_module(f"functions.{function}.handler").handler.operations
    return found


def types_in(served: Mapping[str, Operation]) -> list[Any]:
    """Every type that appears in a body or an answer."""
    found = [op.body for op in served.values() if op.body is not None]
    found += [answer for op in served.values() for answer in op.answers.values() if answer not in (str, bytes, None)]
    return list(dict.fromkeys(found))


def parameters(schema: type[Any] | None, place: str) -> list[Json]:
    """The parameters that a type of path or query values declares.

    Raises:
        ValueError: the type refers to others; a path or query value is flat.
    """
    if schema is None:
        return []
    (_, components) = msgspec.json.schema_components([schema], ref_template=REFERENCE)
    if len(components) != 1:
        raise ValueError(f"{schema}: path and query values must be flat")
    (described,) = components.values()
    required = described.get("required", [])
    return [
        {"name": name, "in": place, "required": place == "path" or name in required, "schema": value}
        | ({"description": value["description"]} if "description" in value else {})
        for name, value in described["properties"].items()
        if name not in GRANT_FIELDS
    ]


def check_path(route: Route, declared: Iterable[Json]) -> None:
    """Sees that a handler parses exactly the names in its path.

    Raises:
        ValueError: it does not.
    """
    in_path, parsed = set(re.findall(r"{(\w+)}", route.path)), {parameter["name"] for parameter in declared}
    if in_path != parsed:
        raise ValueError(f"{route.key}: the path names {sorted(in_path)}, the handler parses {sorted(parsed)}")


def problem_example(error: type[CliffhangerError]) -> Json:
    """One problem document as it might arrive."""
    problem = problem_of(error())
    summary = inspect.getdoc(error) or problem.title
    document: Json = {
        "type": PROBLEM_TYPE + error.code,
        "title": problem.title,
        "status": problem.status,
        "code": error.code,
    }
    if problem.status != 500:
        document |= {"detail": summary.splitlines()[0], **MEMBERS.get(error.code, {})}
    return {"summary": summary.splitlines()[0], "value": document}


def problem_answers(problems: Iterable[type[CliffhangerError]]) -> Json:
    """The problems of a route as responses, one for each status."""
    by_status: dict[int, list[type[CliffhangerError]]] = {}
    for error in problems:
        by_status.setdefault(problem_of(error()).status, []).append(error)
    return {
        str(status): {
            "description": "; ".join(f"`{error.code}`: {problem_of(error()).title}" for error in group),
            "content": {
                "application/problem+json": {
                    "schema": {
                        "allOf": [
                            {"$ref": REFERENCE.format(name="Problem")},
                            {"properties": {"code": {"enum": [error.code for error in group]}}},
                        ]
                    },
                    "examples": {error.code: {"$ref": EXAMPLE.format(name=error.code)} for error in group},
                }
            },
        }
        for status, group in sorted(by_status.items())
    }


def answers(route: Route, operation: Operation, schemas: Mapping[Any, Json]) -> Json:
    """The answers of a route when all goes well.

    Raises:
        ValueError: the handler declares none.
    """
    if not operation.answers:
        raise ValueError(f"{route.operation} declares no answers")
    found: Json = {}
    for status, kind in sorted(operation.answers.items()):
        answer: Json = {"description": describe(kind) or route.summary}
        if kind in (str, bytes):
            answer["content"] = {PLAYLIST: {"schema": {"type": "string"}}}
        elif kind is not None:
            answer["content"] = {"application/json": {"schema": schemas[kind]}}
        example = ANSWERS.get(route.operation, {}).get(status)
        if example is not None:
            next(iter(answer["content"].values()))["example"] = example
        if kind is None and status == 304:
            answer["description"] = "The client holds the present answer already"
        if status in HEADERS.get(route.operation, {}):
            answer["headers"] = HEADERS[route.operation][status]
        found[str(status)] = answer
    return found


def with_headers(route: Route, responses: Json) -> Json:
    """The responses of a route with the headers that its kind brings along."""
    for status, response in responses.items():
        names = ["RateLimit-Policy", "RateLimit"] if route.rate != "open" and status != "401" else []
        if status in ("429", "503"):
            names.append("Retry-After")
        if "304" in responses and status in ("200", "304"):
            names.append("ETag")
        if names:
            response["headers"] = response.get("headers", {}) | openapi_fixed.headers(*names)
    return responses


def describe(kind: Any) -> str:
    """The docstring of one of our own types; nothing for the built-in ones."""
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return ""
    return inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def security(route: Route) -> list[Json]:
    """What a caller of a route must show."""
    if route.auth == "public":
        return []
    if route.auth == "grant":
        return [{field: [] for field in GRANT_FIELDS}]
    if route.auth == "client":
        return [{"clientSecret": []}, {}]
    if route.auth == "signed":
        return [{"bodySignature": []}]
    if route.auth == "vouched":
        return [{"querySignature": []}]
    if route.auth == "partner":
        by_client: list[Json] = [{"clientToken": [route.scope]}] if route.scope else []
        return [*by_client, {"accessToken": []}, {"signIn": ["openid"]}]
    nobody: list[Json] = [{}] if route.auth == "guest" else []
    return [*nobody, {"accessToken": []}, {"signIn": ["openid"]}]


def path_item(route: Route, operation: Operation, schemas: Mapping[Any, Json]) -> Json:
    """One operation, as OpenAPI describes it."""
    in_path = parameters(operation.path, "path")
    check_path(route, in_path)
    item: Json = {
        "operationId": route.operation,
        "tags": [route.function],
        "summary": route.summary,
        "description": inspect.getdoc(operation.run) or route.summary,
        "security": security(route),
    }
    declared = in_path + parameters(operation.query, "query")
    if operation.keyed:
        declared.append(openapi_fixed.parameter("Idempotency-Key"))
    if 304 in operation.answers:
        declared.append(openapi_fixed.parameter("If-None-Match"))
    if declared:
        item["parameters"] = declared
    if operation.body is not None:
        content: Json = {"schema": schemas[operation.body]}
        if route.operation in BODIES:
            content["example"] = BODIES[route.operation]
        kind = FORM_TYPE if operation.form else JSON_TYPE
        item["requestBody"] = {"required": True, "content": {kind: content}}
    responses = answers(route, operation, schemas) | problem_answers(problems_of(route, operation))
    item["responses"] = with_headers(route, responses)
    return item


def document() -> Json:
    """The whole description of the API."""
    served = operations()
    kinds = types_in(served)
    described, components = msgspec.json.schema_components(kinds, ref_template=REFERENCE)
    components = json.loads(json.dumps(components))  # a default that is a tuple is a list there
    schemas = dict(zip(kinds, described, strict=True))
    paths: Json = {}
    examples: Json = {}
    for route in ROUTES:
        problems = problems_of(route, served[route.operation])
        examples |= {error.code: problem_example(error) for error in problems}
        paths.setdefault(route.path, {})[route.method.lower()] = path_item(route, served[route.operation], schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cliffhanger",
            "version": "1",
            "description": "Episodes, wallet, unlocks, playback and uploads. Errors are problem documents (RFC 9457).",
            "license": {"name": "Proprietary"},
        },
        "servers": [{"url": "/", "description": "The public origin of a stage: pages, API and media are one site"}],
        "tags": [{"name": name} for name in dict.fromkeys(route.function for route in ROUTES)],
        "paths": paths,
        "components": {
            "schemas": dict(sorted((components | {"Problem": PROBLEM_SCHEMA}).items())),
            "examples": dict(sorted(examples.items())),
            "headers": openapi_fixed.HEADERS,
            "parameters": openapi_fixed.PARAMETERS,
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def text() -> str:
    """The document as it stands in the repository."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Writes the document, or with ``--check`` tells whether the one that is there is up to date."""
    new = text()
    old = TARGET.read_text() if TARGET.exists() else ""
    if "--check" not in arguments:
        TARGET.write_text(new)
        print(f"{TARGET.relative_to(ROOT)}: {len(ROUTES)} operations")
        return 0
    if new != old:
        sys.stderr.writelines(
            difflib.unified_diff(old.splitlines(True), new.splitlines(True), "docs/openapi.json", "now")
        )
        print("docs/openapi.json is out of date: make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
