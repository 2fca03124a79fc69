"""``docs/openapi.json`` is what the handlers serve, valid, and its examples are true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from cliffhanger.errors import PROBLEMS, problem_of
from cliffhanger.routes import ROUTES, Route, Scope
from tools import openapi
from tools.docs import meaning
from tools.openapi_examples import ANSWERS, BODIES
from tools.openapi_fixed import GRANT_FIELDS, HEADERS, PARAMETERS
from tools.openapi_members import MEMBERS

DOCUMENT: dict[str, Any] = openapi.document()
STATUS_OF_CODE = {error.code: problem_of(error()).status for error in PROBLEMS}


def operation_of(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][route.path][route.method.lower()]
    return found


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every media type object of the document, with where it stands."""
    for route in ROUTES:
        operation = operation_of(route)
        bodies = {"request": operation["requestBody"]} if "requestBody" in operation else {}
        for where, part in (bodies | operation["responses"]).items():
            for content in part.get("content", {}).values():
                yield f"{route.operation} {where}", content


def errors_in(value: Any, schema: dict[str, Any]) -> list[str]:
    whole = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    return [error.message for error in whole.iter_errors(value)]


def test_the_document_in_the_repository_is_up_to_date(capsys: pytest.CaptureFixture[str]):
    assert openapi.main(["--check"]) == 0, capsys.readouterr().err


def test_the_document_is_valid_openapi():
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_route_is_described_once_and_nothing_else_is():
    described = {(m.upper(), path) for path, item in DOCUMENT["paths"].items() for m in item}
    assert described == {(route.method, route.path) for route in ROUTES}
    ids = [operation_of(route)["operationId"] for route in ROUTES]
    assert ids == [route.operation for route in ROUTES]


def shown(example: dict[str, Any]) -> Any:
    """An example's value; that of a problem stands among the components."""
    name = example.get("$ref", "").removeprefix("#/components/examples/")
    return DOCUMENT["components"]["examples"][name]["value"] if name else example["value"]


@pytest.mark.parametrize("content", [pytest.param(content, id=where) for where, content in contents()])
def test_every_body_and_answer_has_an_example_and_it_fits_its_schema(content: dict[str, Any]):
    examples = [content["example"]] if "example" in content else [shown(one) for one in content["examples"].values()]
    assert examples
    for example in examples:
        assert errors_in(example, content["schema"]) == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_a_request_example_is_taken_by_the_handler(route: Route):
    body = openapi.operations()[route.operation].body
    if body is None:
        assert route.operation not in BODIES
    else:
        msgspec.convert(BODIES[route.operation], body)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_every_problem_of_a_route_stands_under_its_own_status(route: Route):
    for status, answer in operation_of(route)["responses"].items():
        for content in answer.get("content", {}).values():
            for code, example in content.get("examples", {}).items():
                assert str(STATUS_OF_CODE[code]) == status == str(shown(example)["status"])


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_who_may_call_is_said_and_refusals_follow_from_it(route: Route):
    operation = operation_of(route)
    statuses = set(operation["responses"])
    if route.auth == "public":
        assert operation["security"] == []
        assert "401" not in statuses
    elif route.auth == "grant":
        (needed,) = operation["security"]
        assert set(needed) == set(GRANT_FIELDS)
        assert "grant_forged" in operation["responses"]["403"]["content"]["application/problem+json"]["examples"]
    elif route.auth == "signed":
        assert operation["security"] == [{"bodySignature": []}]
        assert "signature_invalid" in codes_of(operation, "400")
        assert "401" not in statuses
    elif route.auth == "vouched":
        assert operation["security"] == [{"querySignature": []}]
        assert "ad_callback_refused" in codes_of(operation, "400")
        assert "401" not in statuses
    elif route.auth == "client":
        assert operation["security"] == [{"clientSecret": []}, {}]
        assert {"400", "401"} <= statuses
    else:
        assert {"accessToken": []} in operation["security"]
        assert ({} in operation["security"]) == (route.auth == "guest")
        assert "401" in statuses


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_a_client_is_asked_for_the_route_s_scope_and_for_no_other(route: Route):
    asked = [scope for way in operation_of(route)["security"] for scope in way.get("clientToken", ())]
    assert asked == ([route.scope] if route.scope else [])


def test_every_scope_is_described():
    flow = DOCUMENT["components"]["securitySchemes"]["clientToken"]["flows"]["clientCredentials"]
    assert set(flow["scopes"]) == set(get_args(Scope)) - {""}
    assert flow["tokenUrl"] in DOCUMENT["paths"]


def codes_of(operation: dict[str, Any], status: str) -> set[str]:
    answer = operation["responses"].get(status, {})
    return set(answer.get("content", {}).get("application/problem+json", {}).get("examples", {}))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_limits_are_told_on_every_answer_of_a_limited_route_and_on_no_other(route: Route):
    responses = operation_of(route)["responses"]
    limited = route.rate != "open"
    # Of requests for a token those that fail are limited, and none is told how it stands.
    assert ("rate_limited" in codes_of(operation_of(route), "429")) == (limited or route.auth == "client")
    for status, answer in responses.items():
        named = set(answer.get("headers", {}))
        assert {"RateLimit", "RateLimit-Policy"} <= named or not limited or status == "401"
        assert "RateLimit" not in named or limited
        assert ("Retry-After" in named) == (status in ("429", "503"))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_a_request_that_needs_a_key_says_so(route: Route):
    operation = operation_of(route)
    keyed = openapi.operations()[route.operation].keyed
    key = {"$ref": "#/components/parameters/Idempotency-Key"}
    assert (key in operation.get("parameters", [])) == keyed
    assert ("idempotency_key_missing" in codes_of(operation, "400")) == keyed


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_what_can_be_asked_for_conditionally_has_a_tag_and_an_answer_without_content(route: Route):
    operation = operation_of(route)
    responses = operation["responses"]
    condition = {"$ref": "#/components/parameters/If-None-Match"} in operation.get("parameters", [])
    assert condition == ("304" in responses) == ("ETag" in responses.get("200", {}).get("headers", {}))
    assert "content" not in responses.get("304", {})


def test_every_grant_field_is_a_query_value_of_the_route_that_needs_it():
    (route,) = [route for route in ROUTES if route.auth == "grant"]
    query = openapi.operations()[route.operation].query
    _, components = msgspec.json.schema_components([query])
    (schema,) = components.values()
    assert set(GRANT_FIELDS) <= set(schema["properties"])


def test_every_header_that_is_described_is_in_use():
    text = openapi.text()
    for kind, names in (("headers", HEADERS), ("parameters", PARAMETERS)):
        assert [name for name in names if f'"#/components/{kind}/{name}"' not in text] == []


def test_an_example_belongs_to_something_that_exists():
    operations = {route.operation for route in ROUTES}
    assert set(BODIES) | set(ANSWERS) <= operations
    assert set(MEMBERS) <= set(STATUS_OF_CODE)


def test_what_the_meaning_of_a_problem_names_is_shown():
    problems = {error for operation in openapi.operations().values() for error in operation.problems}
    naming = {error.code for error in problems if re.search("``[a-z][A-Za-z]+``", meaning(error))}
    assert len(naming) > 20
    assert naming - set(MEMBERS) == set()


def test_a_path_that_the_handler_does_not_parse_is_refused():
    route = ROUTES[0]._replace(path="/v1/series/{seriesId}/{other}")
    with pytest.raises(ValueError, match="other"):
        openapi.check_path(route, [{"name": "seriesId"}])


def test_a_difference_is_found(tmp_path, monkeypatch: pytest.MonkeyPatch):
    changed = json.loads(openapi.text())
    changed["paths"].popitem()
    stale = tmp_path / "openapi.json"
    stale.write_text(json.dumps(changed, indent=2))
    monkeypatch.setattr(openapi, "TARGET", stale)
    assert openapi.main(["--check"]) == 1
