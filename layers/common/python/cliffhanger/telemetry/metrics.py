"""Metrics of business facts, written as CloudWatch's embedded metric format: no call, no permission.

For functions that nobody waits for; the hot ones import nothing for it (docs/adr/0003): their facts are in the ledger,
and what must not stay unseen goes through ``Log.counted``.
"""

from __future__ import annotations

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from cliffhanger.settings import read
from cliffhanger.telemetry.log import NAMESPACE


def measure(name: str, milliseconds: int) -> None:
    """Tells how long something took, in milliseconds, in the stage's dimension.

    Raises:
        SettingMissing: the stage is not set.
    """
    with single_metric(name=name, unit=MetricUnit.Milliseconds, value=milliseconds, namespace=NAMESPACE) as metric:
        metric.add_dimension(name="stage", value=read("STAGE"))


def size(name: str, number: int) -> None:
    """Tells how large something is, in the stage's dimension; of a period the largest counts.

    Raises:
        SettingMissing: the stage is not set.
    """
    with single_metric(name=name, unit=MetricUnit.Count, value=number, namespace=NAMESPACE) as metric:
        metric.add_dimension(name="stage", value=read("STAGE"))


def count(name: str, amount: int) -> None:
    """Counts a business fact, in the stage's dimension; nothing is written for none.

    Raises:
        SettingMissing: the stage is not set.
    """
    if amount:
        with single_metric(name=name, unit=MetricUnit.Count, value=amount, namespace=NAMESPACE) as metric:
            metric.add_dimension(name="stage", value=read("STAGE"))
