"""DynamoDB in memory, below pynamodb, with item locks, lost replies and everything else that emulators leave out.

    model = MemoryDynamoDB(transaction_lock_ms=10, clock=clock, faults=SeededFaults(7, {Fault.LOST_REPLY: 0.01}))
    connection = connect(model, actor="viewer-1")

The shipped stores run on ``connection`` unchanged. What the model does not imitate raises UnsupportedByModel.
"""

from tests.support.dynamodb.bill import Meter, Units
from tests.support.dynamodb.client import MemoryClient, connect
from tests.support.dynamodb.errors import UnsupportedByModel
from tests.support.dynamodb.faults import (
    Call,
    Crowded,
    Fault,
    FaultPlan,
    Hook,
    Moment,
    NoFaults,
    ScriptedFaults,
    SeededFaults,
)
from tests.support.dynamodb.model import MemoryDynamoDB
from tests.support.dynamodb.streams import lambda_event

__all__ = [
    "Call",
    "Crowded",
    "Fault",
    "FaultPlan",
    "Hook",
    "MemoryClient",
    "MemoryDynamoDB",
    "Meter",
    "Moment",
    "NoFaults",
    "ScriptedFaults",
    "SeededFaults",
    "Units",
    "UnsupportedByModel",
    "connect",
    "lambda_event",
]
