"""Access to payouts and their workflow: part of the names that :mod:`infra.access` resolves."""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk

from infra.grants import Access, Grant, index, on
from infra.resources import LIVE, Resources

_COLONS = cdk.ArnFormat.COLON_RESOURCE_NAME


def _payouts(*operations: str, origin: bool = False) -> Callable[[Resources], Access]:
    """Operations on payouts, and the list of those that go on, or are due; and where creators come back to.

    Nothing is ever deleted.
    """

    def give(resources: Resources) -> Access:
        payouts, config = resources.tables.payouts, resources.config
        back = {"PUBLIC_ORIGIN": config.public_origin} if origin and config.public_origin else {}
        grants = (on(payouts, *operations), index(payouts, "by-due"))
        days = {"PAYOUT_HOLD_DAYS": str(config.payout_hold_days)}
        return Access(grants, {"PAYOUTS_TABLE": payouts.table_name, **days, **back})

    return give


def workflow(name: str, *actions: str, on_executions: tuple[str, ...] = ()) -> Callable[[Resources], Access]:
    """Actions on a workflow by its name, and on its executions.

    It is named rather than referred to: its own function is in its stack, and others may not depend on that. On AWS an
    alias is covered by its state machine ("Authorization for versions and aliases"); the emulator looks at the ARN that
    is called, and of an answer knows no resource.
    """

    def give(resources: Resources) -> Access:
        stack, config = resources.tables.payouts.stack, resources.config
        machine = stack.format_arn(
            service="states", resource="stateMachine", resource_name=config.name(name), arn_format=_COLONS
        )
        alias = f"{machine}:{LIVE}"
        grants = []
        if actions:
            answers = "states:SendTaskSuccess" in actions
            local = (("*",) if answers else (machine, alias)) if config.is_local else (machine,)
            grants.append(Grant(tuple(actions), local))
        if on_executions:
            executions = stack.format_arn(
                service="states", resource="execution", resource_name=f"{config.name(name)}:*", arn_format=_COLONS
            )
            grants.append(Grant(on_executions, (executions,)))
        return Access(tuple(grants), {f"{name.upper()}_WORKFLOW": alias})

    return give


PAYOUTS: dict[str, Callable[[Resources], Access]] = {
    "payouts:ask": _payouts("GetItem", "Query", "PutItem", origin=True),
    "payouts:write": _payouts("GetItem", "Query", "PutItem"),
    "payout-workflow:start": workflow("payout", "states:StartExecution", on_executions=("states:DescribeExecution",)),
    "payout-workflow:answer": workflow("payout", "states:SendTaskSuccess"),
}
