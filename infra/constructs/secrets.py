"""Secrets that ``make keys`` has made: stacks name them, and never hold or make one."""

from __future__ import annotations

import aws_cdk as cdk

from infra.resources import Secret


def secret_named(stack: cdk.Stack, name: str) -> Secret:
    """A secret of the stack's account and region, by its name.

    Secrets Manager ends a secret's ARN with a hyphen and six random characters, for which question marks stand.
    """
    arn = stack.format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{name}-??????",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    return Secret(id=name, arn=arn)
