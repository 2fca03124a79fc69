"""A workflow: a state machine with its log, role and alarms, and versions that executions in flight go on with."""

from __future__ import annotations

import hashlib
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, alarm_at, timed
from infra.constructs.function import TRACES, ProductFunction, accept_wildcards, log_group
from infra.grants import Grant
from infra.resources import LIVE, Resources

MACHINES = Path(__file__).resolve().parent.parent / "state_machines"

LOG_DELIVERY = Grant(
    (
        *("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery"),
        *("logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"),
        "logs:DescribeLogGroups",
    ),
    ("*",),
)
"""What a state machine needs to have its log delivered. Source: AWS Step Functions Developer Guide, "Logging in
CloudWatch Logs": none of these actions knows a resource."""


class Workflow(Construct):
    """A standard workflow of ``infra/state_machines/{name}.json``, whose tasks all call one function.

    The file names that function as ``${Steps}``. Each definition is published as a version, which is never taken away,
    and the alias ``live`` names the newest: an execution goes on with the version that it was started with. So what a
    task is given, and what it answers, may gain members and never change their meaning.

    ``slow_ms`` is the age of the oldest execution, as the product measures it in ``Oldest{Name}Age``, that alarms.
    """

    def __init__(
        self, scope: Construct, id: str, name: str, resources: Resources, steps: ProductFunction, *, slow_ms: int
    ) -> None:
        super().__init__(scope, id)
        config = resources.config
        text = (MACHINES / f"{name}.json").read_text()
        log = log_group(self, "Log", f"/aws/vendedlogs/states/{config.name(name)}", config)
        self.machine = stepfunctions.CfnStateMachine(
            self,
            "Machine",
            state_machine_name=config.name(name),
            state_machine_type="STANDARD",
            definition_string=text,
            definition_substitutions={"Steps": steps.function.function_arn},
            role_arn=_role(self, steps, name).role_arn,
            tracing_configuration=stepfunctions.CfnStateMachine.TracingConfigurationProperty(enabled=True),
            logging_configuration=_logging(log),
        )
        version = stepfunctions.CfnStateMachineVersion(
            self,
            f"Version{hashlib.sha256(text.encode()).hexdigest()[:12]}",
            state_machine_arn=self.machine.attr_arn,
            state_machine_revision_id=self.machine.attr_state_machine_revision_id,
        )
        # Executions in flight still run on it, and an alias that has to go back needs it.
        version.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        stepfunctions.CfnStateMachineAlias(
            self,
            "Live",
            name=LIVE,
            routing_configuration=[
                stepfunctions.CfnStateMachineAlias.RoutingConfigurationVersionProperty(
                    state_machine_version_arn=version.attr_arn, weight=100
                )
            ],
        )
        self._alarms(name, config, resources.alarm_action, slow_ms)

    def _alarms(self, name: str, config: StageConfig, action: cloudwatch.IAlarmAction, slow_ms: int) -> None:
        """What ended otherwise than by its own states, and what does not end."""
        failed, given_up, stopped = map(self._executions, ("Failed", "TimedOut", "Aborted"))
        alarm_at(self, "Failed", failed, 1, f"Executions of the workflow have failed: {name}", action)
        alarm_at(self, "GivenUp", given_up, 1, f"Executions of the workflow were given up: {name}", action)
        alarm_at(self, "Stopped", stopped, 1, f"Executions of the workflow were stopped by hand: {name}", action)
        oldest = timed(f"Oldest{name.title()}Age", config, FIVE_MINUTES)
        hours = slow_ms // 3_600_000
        why = f"An execution of the workflow has not moved for {hours} hours or more: {name}"
        alarm_at(self, "Oldest", oldest, slow_ms, why, action)

    def _executions(self, ended: str) -> cloudwatch.Metric:
        """How many executions have ended so, whichever version they went by."""
        return cloudwatch.Metric(
            namespace="AWS/States",
            metric_name=f"Executions{ended}",
            dimensions_map={"StateMachineArn": self.machine.attr_arn},
            period=FIVE_MINUTES,
            statistic="Sum",
        )


def _role(scope: Construct, steps: ProductFunction, name: str) -> iam.IRole:
    """A state machine's role: its one function, its log and its traces."""
    grants = (Grant(("lambda:InvokeFunction",), (steps.function.function_arn,)), LOG_DELIVERY, TRACES)
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
        description=f"Runs the workflow {name}",
        inline_policies={"access": iam.PolicyDocument(statements=[grant.statement() for grant in grants])},
    )
    accept_wildcards(role, grants)
    return role.without_policy_updates()


def _logging(log: logs.LogGroup) -> stepfunctions.CfnStateMachine.LoggingConfigurationProperty:
    """Every event of an execution, without what its states are given and answer: a task token opens the next state."""
    to = stepfunctions.CfnStateMachine.CloudWatchLogsLogGroupProperty(log_group_arn=log.log_group_arn)
    destination = stepfunctions.CfnStateMachine.LogDestinationProperty(cloud_watch_logs_log_group=to)
    return stepfunctions.CfnStateMachine.LoggingConfigurationProperty(
        level="ALL", include_execution_data=False, destinations=[destination]
    )
