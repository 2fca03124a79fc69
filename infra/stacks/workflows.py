"""Workflows: what takes days, waits for others, and must be gone on with whatever happens in between."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from cliffhanger.functions import FUNCTIONS
from infra.constructs.function import Layers, ProductFunction
from infra.constructs.workflow import Workflow
from infra.packaging import Bundler
from infra.resources import Resources

DAY_MS = 86_400_000
SLOW_MS = {"payout": 6 * DAY_MS, "kyc": 9 * DAY_MS}
"""Age of the oldest execution of each workflow that alarms: longer than a bank takes over a weekend, and than a person
has to show a document."""


class WorkflowsStack(cdk.Stack):
    """One state machine for each function that carries out a workflow's steps."""

    def __init__(self, scope: Construct, id: str, *, resources: Resources, bundler: Bundler, **stack: Any) -> None:
        super().__init__(scope, id, **stack)
        layers = Layers(self, "Layers", resources.config, bundler)
        for spec in FUNCTIONS:
            if spec.trigger == "workflow":
                steps = ProductFunction(self, spec.name, spec, resources, layers)
                slow_ms = SLOW_MS[spec.workflow]
                Workflow(self, f"{spec.workflow}-workflow", spec.workflow, resources, steps, slow_ms=slow_ms)
