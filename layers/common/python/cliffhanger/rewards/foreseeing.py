"""What a fact would bring, were it told now: decided as it would be, and not written."""

from __future__ import annotations

from cliffhanger.errors import RewardPending
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.rewards.earning import NO_TERMS, Desk, Earner, Fact, Plan, busy_instead

_NOTHING_ASKED = Ask("", b"", NO_TERMS)


def foresee(desk: Desk, earner: Earner, fact: Fact) -> int:
    """The coins that a fact would bring now, paid or waiting.

    Raises:
        RewardRefused: the rules would give nothing, for which ``reasons`` stand.
        Busy, Unavailable: try again.
    """
    planned = Plan(desk, earner, fact, desk.claims.of(earner.person))

    def decided() -> int:
        turn = Turn(earner.account, desk.ledger.head(earner.account), desk.clock(), _NOTHING_ASKED)
        try:
            reward, _ = planned.decide(turn)
        except RewardPending:
            return 0 if planned.pending is None else planned.pending.coins
        return reward.coins

    return int(busy_instead(decided))
