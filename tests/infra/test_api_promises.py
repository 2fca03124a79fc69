"""The HTTP API is the list of routes."""

from __future__ import annotations

import json

import pytest

from cliffhanger.routes import FALLBACK_FUNCTION, ROUTES
from cliffhanger.telemetry.log import NAMESPACE
from tests.infra.assembly import Assembly


def test_routes_are_the_list_one_to_one_and_one_for_unknown_paths(production: Assembly) -> None:
    routes = production.resources("AWS::ApiGatewayV2::Route")
    expected = ["$default", *(route.key for route in ROUTES)]
    assert sorted(route.properties["RouteKey"] for route in routes) == sorted(expected)


def test_each_route_reaches_its_own_function(production: Assembly) -> None:
    resources = production.templates["api"]["Resources"]
    served = {}
    for route in production.resources("AWS::ApiGatewayV2::Route"):
        integration = resources[route.properties["Target"]["Fn::Join"][1][1]["Ref"]]["Properties"]
        assert integration["PayloadFormatVersion"] == "2.0"
        function = resources[integration["IntegrationUri"]["Fn::GetAtt"][0]]["Properties"]["FunctionName"]
        served[route.properties["RouteKey"]] = function.removeprefix("cliffhanger-prod-")
    assert served == {route.key: route.function for route in ROUTES} | {"$default": FALLBACK_FUNCTION}


def test_functions_verify_tokens_themselves(production: Assembly) -> None:
    """A gateway's authorizer cannot answer problem+json, nor tell an expired token from a forged one."""
    assert production.resources("AWS::ApiGatewayV2::Authorizer") == []
    for route in production.resources("AWS::ApiGatewayV2::Route"):
        assert route.properties["AuthorizationType"] == "NONE"


def test_the_gateway_bounds_requests(production: Assembly) -> None:
    settings = production.one("AWS::ApiGatewayV2::Stage").properties["DefaultRouteSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (500, 1000)


def test_access_logs_say_neither_who_watched_what_nor_from_where_nor_how_it_was_signed(production: Assembly) -> None:
    settings = production.one("AWS::ApiGatewayV2::Stage").properties["AccessLogSettings"]
    line = json.loads(settings["Format"])
    assert {"requestId", "status", "routeKey", "latencyMs"} <= set(line)
    assert not {"$context.path", "$context.http.path", "$context.http.queryString"} & set(line.values())
    assert "$context.identity.sourceIp" not in line.values()


def test_only_the_gateway_may_call_the_functions_of_the_api(production: Assembly) -> None:
    for permission in production.resources("AWS::Lambda::Permission", "api"):
        assert permission.properties["Principal"] == "apigateway.amazonaws.com"
        assert "<api.HttpApi>" in production.text(permission.properties["SourceArn"], "api")


def test_server_errors_tell_someone(production: Assembly) -> None:
    [alarm] = [
        each for each in production.resources("AWS::CloudWatch::Alarm") if each.properties["MetricName"] == "5xx"
    ]
    assert alarm.properties["AlarmActions"]


UNSEEN = ["RequestsUncounted", "SwitchesUnread", "RuleSetsUnread", "RequestsUnlogged", "RefusalsUncounted"]


@pytest.mark.parametrize("metric", UNSEEN)
def test_a_guard_that_lets_pass_for_minutes_tells_someone(production: Assembly, metric: str) -> None:
    """Rates and switches are no reason to turn viewers away; that they do not work must be known all the same."""
    [alarm] = [
        each.properties
        for each in production.resources("AWS::CloudWatch::Alarm")
        if each.properties["MetricName"] == metric
    ]
    assert alarm["Namespace"] == NAMESPACE
    assert alarm["Dimensions"] == [{"Name": "stage", "Value": "prod"}]
    assert (alarm["Threshold"], alarm["Period"]) == (10, 300)
    assert alarm["AlarmActions"]


def test_who_guesses_at_clients_secrets_is_noticed(production: Assembly) -> None:
    """Each guess is refused and limited; that somebody does it must be known."""
    [alarm] = [
        each.properties
        for each in production.resources("AWS::CloudWatch::Alarm")
        if each.properties["MetricName"] == "TokensRefused"
    ]
    assert (alarm["Threshold"], alarm["Period"]) == (100, 300)
    assert alarm["AlarmActions"]


def test_the_gateway_s_address_is_an_output(production: Assembly) -> None:
    outputs = production.templates["api"]["Outputs"]
    assert production.text(outputs["ApiUrl"]["Value"], "api").startswith("https://<api.HttpApi>.execute-api.us-east-1.")
