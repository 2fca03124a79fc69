"""Findings of cdk-nag that we accept, each with its reason."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import IConstruct


def accept(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept one finding on one construct and what is under it.

    Args:
        construct: where the finding is.
        rule: for example ``S1``, or ``IAM5[Resource::*]`` for one of several findings of a rule.
        reason: why it is right here. It is written into the assembly's validation report.
    """
    finding = cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
    cdk.Validations.of(construct).acknowledge(finding)
