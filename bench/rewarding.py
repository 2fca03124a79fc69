"""How many days of synthetic viewers and farms a second of one core lives through."""

from __future__ import annotations

import time

from bench.figures import Figure
from cliffhanger.rewards.shipped import shipped
from tools.rewarding.assumptions import assumptions
from tools.rewarding.world import World

VIEWERS, DEVICES, DAYS = 400, 10, 30
SEED = 5


def measure() -> list[Figure]:
    """The rule set that ships, on the shipped planner; time of the process, so that others on the machine do not count.

    Raises:
        AssertionError: a farm gains by the shipped rules, so that there is nothing to be proud of.
    """
    known = assumptions()
    world = World(shipped(), known, viewers=VIEWERS, farm_devices=DEVICES, seed=SEED)
    began = time.process_time()
    outcome = world.live(DAYS, lambda _: None)
    seconds = time.process_time() - began
    gaining = [farm.shape.name for farm in outcome.farms if farm.result_usd(known) > 0]
    if gaining:
        raise AssertionError(f"farms gain: {gaining}")
    claims = sum(sums.claims for sums in (*outcome.kinds.values(), *(farm.sums for farm in outcome.farms)))
    return [
        Figure(
            "simulator.viewer_days_per_s",
            outcome.viewer_days / seconds,
            None,
            f"{outcome.viewer_days:,} days of viewers and farms' accounts, {claims:,} claims, on one core",
            least=2_000,
        ),
        Figure(
            "simulator.claims_per_s", claims / seconds, None, "decided and scored by the rules that ship, on one core"
        ),
    ]
