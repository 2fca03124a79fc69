"""The HTTP API, made of :data:`cliffhanger.routes.ROUTES`."""

from __future__ import annotations

import json
from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cliffhanger.routes import FALLBACK_FUNCTION, ROUTES
from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, alarm_at
from infra.constructs.function import ProductFunction, log_group
from infra.constructs.nag import accept

LOGGED = {
    "requestId": "$context.requestId",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "latencyMs": "$context.responseLatency",
    "integrationError": "$context.integrationErrorMessage",
}
"""One line per request, and a short one: logs cost by the byte, and the function's own line says the rest. The route's
key, not its path: paths hold who watched what, queries hold signatures. No address of the caller either: it is personal
data, and the firewall has its own log of what it refused."""


class Api(Construct):
    """One API with one stage; every route goes to its function, which checks origin and token itself."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: StageConfig,
        functions: Mapping[str, ProductFunction],
        alarm_action: cloudwatch.IAlarmAction,
    ) -> None:
        super().__init__(scope, id)
        self.api = apigateway.HttpApi(self, "Api", api_name=config.name("api"), create_default_stage=False)
        self._routes(functions)
        log = log_group(self, "AccessLog", f"/aws/apigateway/{config.name('api')}", config, rarely_read=True)
        self.stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            detailed_metrics_enabled=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=config.requests_per_second, burst_limit=config.burst_requests
            ),
        )
        resource = self.stage.node.default_child
        if not isinstance(resource, apigateway.CfnStage):
            raise TypeError("an API stage's default child must be its resource")
        resource.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=json.dumps(LOGGED, separators=(",", ":"))
        )
        alarm_at(
            self,
            "ServerErrors",
            self.api.metric_server_error(period=FIVE_MINUTES, statistic="Sum"),
            5,
            "The API answered with server errors: see its access log by status",
            alarm_action,
        )

    @property
    def domain(self) -> str:
        """Host of the gateway, which only the distribution should call."""
        return f"{self.api.api_id}.execute-api.{cdk.Stack.of(self).region}.{cdk.Aws.URL_SUFFIX}"

    def _routes(self, functions: Mapping[str, ProductFunction]) -> None:
        """A route and its permission for each row of the list."""
        by_function = {
            name: integrations.HttpLambdaIntegration(f"To-{name}", function.function)
            for name, function in functions.items()
        }
        for route in ROUTES:
            added = self.api.add_routes(
                path=route.path,
                methods=[apigateway.HttpMethod[route.method]],
                integration=by_function[route.function],
            )
            for one in added:
                accept(
                    one,
                    "APIG4",
                    "Functions verify tokens themselves, to answer problem+json: a gateway authorizer cannot",
                )
        unknown = apigateway.HttpRoute(
            self,
            "Unknown",
            http_api=self.api,
            route_key=apigateway.HttpRouteKey.DEFAULT,
            integration=by_function[FALLBACK_FUNCTION],
        )
        accept(unknown, "APIG4", "Answers every unknown path with the same problem document; there is nothing to guard")
