"""One Lambda function of the product: its log, its role, its settings and its alarms."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cliffhanger.functions import FunctionSpec
from infra.access import combined
from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, alarm_at
from infra.constructs.nag import accept
from infra.grants import Grant
from infra.packaging import Bundle, Bundler
from infra.resources import Resources

NEAR_TIMEOUT = 0.8
"""The share of its time limit at which a function is said to be too slow."""

RUNTIMES = {
    "3.11": lambda_.Runtime.PYTHON_3_11,
    "3.12": lambda_.Runtime.PYTHON_3_12,
    "3.13": lambda_.Runtime.PYTHON_3_13,
}
PYTHON_CHOSEN = "The stage's Python is chosen in its file; 3.11 to 3.13 are what the code is tested on"
TRACES = Grant(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), ("*",))
"""For Lambda's own tracing; no library of ours sends anything."""

ARCHITECTURES = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}


def code_of(bundle: Bundle) -> lambda_.Code:
    """A bundle as Lambda's code. Its hash is that of its sources: see :mod:`infra.packaging`."""
    return lambda_.Code.from_asset(str(bundle.path), asset_hash=bundle.digest, asset_hash_type=cdk.AssetHashType.CUSTOM)


class Layers(Construct):
    """The two layers. Apart, so that an edit of ours does not upload the dependencies again.

    Each stack has its own versions of them: a version shared over stacks could never be replaced while it is imported.
    """

    def __init__(self, scope: Construct, id: str, config: StageConfig, bundler: Bundler) -> None:
        super().__init__(scope, id)
        self.bundler = bundler
        self.both = [
            self._layer("Dependencies", bundler.dependencies(), "Third-party packages of the runtime lock", config),
            self._layer("Product", bundler.product(), "The package cliffhanger", config),
        ]

    def _layer(self, id: str, bundle: Bundle, description: str, config: StageConfig) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            id,
            code=code_of(bundle),
            layer_version_name=config.name(id.lower()),
            description=description,
            compatible_runtimes=[RUNTIMES[config.runtime]],
            compatible_architectures=[ARCHITECTURES[config.architecture]],
        )


def log_group(
    scope: Construct,
    id: str,
    name: str,
    config: StageConfig,
    *,
    at_most: int | None = None,
    rarely_read: bool = False,
) -> logs.LogGroup:
    """A log that is kept for the stage's time. It goes with its stack, which could not be made again beside it.

    Args:
        scope: the stack, or a construct in it.
        id: the construct's id.
        name: the log's name.
        config: the stage.
        at_most: a bound on the stage's time, in days; one of ``LOG_RETENTION_DAYS``.
        rarely_read: half the price a byte, queries only: no metric filters, subscriptions or tail (CloudWatch Logs,
            "Log classes"). It can never be changed.
    """
    group = logs.LogGroup(
        scope,
        id,
        log_group_name=name,
        log_group_class=logs.LogGroupClass.INFREQUENT_ACCESS if rarely_read else None,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    resource = group.node.default_child
    if not isinstance(resource, logs.CfnLogGroup):
        raise TypeError("a log group's default child must be its resource")
    resource.retention_in_days = min(config.log_retention_days, at_most or config.log_retention_days)
    return group


def exact_role(scope: Construct, id: str, log: logs.LogGroup, grants: tuple[Grant, ...], purpose: str) -> iam.IRole:
    """A function's role: its own log, the grants, and never anything that a construct would add.

    The role is handed on frozen, so that a later helper of the CDK cannot widen it silently.
    """
    all_grants = (Grant(("logs:CreateLogStream", "logs:PutLogEvents"), (log.log_group_arn,)), *grants)
    role = iam.Role(
        scope,
        id,
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        description=purpose,
        inline_policies={"access": iam.PolicyDocument(statements=[grant.statement() for grant in all_grants])},
    )
    accept_wildcards(role, all_grants)
    return role.without_policy_updates()


def accept_wildcards(role: iam.Role, grants: tuple[Grant, ...]) -> None:
    """Accept the wildcards of exactly these grants: keys under a prefix, and actions that know no resource."""
    reasons = {
        "xray:": "X-Ray's write actions know no resource",
        "mediaconvert:Probe": "Probe knows no resource; what it reads is bounded by s3:GetObject on uploads/",
        "mediaconvert:": "Jobs are named by MediaConvert; the account and region are exact",
        "logs:CreateLogDelivery": "Delivery of a state machine's log knows no resource",
        "dynamodb:ListStreams": "ListStreams knows no resource; records are bounded by the exact stream",
        "s3:": "Objects under one prefix of one bucket",
        "states:Send": "On one machine only: the emulator knows no resource of a task's token",
        "states:Describe": "Executions of one workflow: each has a name of its own",
    }
    for grant in grants:
        for resource in grant.resources:
            if "*" in resource:
                reason = next(why for start, why in reasons.items() if grant.actions[0].startswith(start))
                accept(role, f"IAM5[Resource::{finding_of(role, resource)}]", reason)


def finding_of(scope: Construct, arn: str) -> str:
    """A resource as cdk-nag names it in a finding: references in angle brackets."""
    resolved = cdk.Stack.of(scope).resolve(arn)
    return _flat(resolved)


def _flat(value: object) -> str:
    """A resolved value as one line, the way cdk-nag writes intrinsics."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise TypeError(f"cannot name {value!r} in a finding")
    kind, inner = next(iter(value.items()))
    if kind == "Ref":
        return f"<{inner}>"
    if kind == "Fn::GetAtt":
        return f"<{inner[0]}.{inner[1]}>"
    if kind == "Fn::Join":
        separator, parts = inner
        return str(separator).join(_flat(part) for part in parts)
    return str(value)


class ProductFunction(Construct):
    """A function made of its row in :data:`cliffhanger.functions.FUNCTIONS`."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        spec: FunctionSpec,
        resources: Resources,
        layers: Layers,
        trigger_grants: tuple[Grant, ...] = (),
    ) -> None:
        super().__init__(scope, id)
        config = resources.config
        name = config.name(spec.name)
        given = combined(spec.access, resources)
        self.log = log_group(self, "Log", f"/aws/lambda/{name}", config)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description=spec.purpose,
            runtime=RUNTIMES[config.runtime],
            architecture=ARCHITECTURES[config.architecture],
            handler=spec.handler,
            code=code_of(layers.bundler.function(spec.name)),
            layers=list(layers.both),
            memory_size=spec.memory_mb,
            timeout=cdk.Duration.seconds(spec.timeout_s),
            role=exact_role(self, "Role", self.log, (TRACES, *given.grants, *trigger_grants), spec.purpose),
            environment={**_settings(spec, config), **given.settings},
            log_group=self.log,
            logging_format=lambda_.LoggingFormat.JSON,
            # Our own line says of each request what Lambda's two would, and logs cost by the byte.
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            tracing=lambda_.Tracing.ACTIVE,
            recursive_loop=lambda_.RecursiveLoop.TERMINATE,
        )
        accept(self.function, "L1", PYTHON_CHOSEN)
        self.alarms = _alarms(self, self.function, spec, resources.alarm_action)


def _settings(spec: FunctionSpec, config: StageConfig) -> dict[str, str]:
    """Settings that a function has for being one, whatever its access."""
    settings = {
        "STAGE": config.stage,
        "LOG_LEVEL": "INFO",
        "POWERTOOLS_SERVICE_NAME": spec.name,
        "POWERTOOLS_METRICS_NAMESPACE": "Cliffhanger",
    }
    if spec.trigger == "http":
        settings["ORIGIN_DIGESTS"] = ",".join(config.origin_digests)
    return settings


def _alarms(
    scope: Construct, function: lambda_.Function, spec: FunctionSpec, action: cloudwatch.IAlarmAction
) -> tuple[cloudwatch.Alarm, ...]:
    """A function that fails, is held back, or is close to its time limit."""
    errors = function.metric_errors(period=FIVE_MINUTES, statistic="Sum")
    throttles = function.metric_throttles(period=FIVE_MINUTES, statistic="Sum")
    duration = function.metric_duration(period=FIVE_MINUTES, statistic="Maximum")
    limit_ms = spec.timeout_s * 1000
    return (
        alarm_at(scope, "Errors", errors, 1, f"{spec.name} failed: see its log and docs/operations.md", action),
        alarm_at(scope, "Throttles", throttles, 1, f"{spec.name} was throttled: raise concurrency", action),
        alarm_at(
            scope,
            "Slow",
            duration,
            limit_ms * NEAR_TIMEOUT,
            f"{spec.name} is close to its limit of {spec.timeout_s} s",
            action,
        ),
    )
