"""What comes of a redeemed invitation: both sides are rewarded once the friend has bought coins for the first time.

The bus tells of purchases and of what undoes them, perhaps twice, late, or in another order. So an event only says
whose chain to look at, and what stands there decides (LEDGER rules 4, 19): the first purchase, what of it went back,
and the references of both rewards. A reversal is written before any reward, whether or not there is one yet, so that
whoever comes between finds it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, RewardRefused
from cliffhanger.ledger.consequences import Undone
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.rewarding import undo_reward
from cliffhanger.rewards.earning import Desk, Earned, Earner, Fact, consequence_of, earn
from cliffhanger.rewards.facts import rule_of
from cliffhanger.rewards.inviting import KINDS, Hall, line_above
from cliffhanger.rewards.pending import HOUSE, OPEN
from cliffhanger.rewards.referrals import SIDES, Purchase, Referral, Side, first_purchase

Outcome = Literal["none", "open", "late", "ring", "rewarded", "undone"]
"""Nobody was invited; nothing was bought; it came too late; they have invited each other, in whatever turns; rewards
are given, held or refused; all went back."""


class Followed(NamedTuple):
    """What came of looking at a viewer's chain, and what either side has of it, where that is new."""

    outcome: Outcome
    earned: tuple[Earned, ...] = ()


def follow(hall: Hall, friend: str) -> Followed:
    """Brings the rewards of a friend's invitation to where the friend's chain says that they are. Safe to repeat.

    Raises:
        SwitchedOff: operators have stopped rewards; what went back is taken back all the same.
        Busy, Undecided, Unavailable: try again.
    """
    referral = hall.store.find(friend)
    if referral is None:
        return Followed("none")
    desk = hall.desk
    try:
        purchase = first_purchase(desk.ledger.references(viewer(friend), "purchase:"))
        if purchase is None:
            return Followed("open")
        bought = desk.ledger.entry(viewer(friend), purchase.seq)
        gone = [(name, int(desk.ledger.entry(viewer(friend), seq).terms["amount"])) for name, seq in purchase.reversals]
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    if bought.at > referral.act_by:
        return Followed("late")
    undone = _take_back(desk, referral, gone, int(bought.terms["cash"]))
    if undone:
        hall.store.note(referral, order=purchase.order, barred=(), undone=True)
        return Followed("undone")
    if not referral.order and _closes_a_ring(hall, referral):
        hall.store.note(referral, order=purchase.order, barred=SIDES, undone=False)
        return Followed("ring")
    return Followed("rewarded", _reward(hall, referral, purchase))


def _closes_a_ring(hall: Hall, referral: Referral) -> bool:
    """Whether a friend stands above their own inviter: of those who redeem at once none sees the others."""
    return any(above.inviter == referral.friend for above in line_above(hall, referral.inviter))


def _take_back(desk: Desk, referral: Referral, gone: list[tuple[str, int]], cash: int) -> bool:
    """Undoes both rewards as far as the purchase was; whether that is all of it."""
    total = 0
    for name, amount in gone:
        total = min(cash, total + amount)
        for side in SIDES:
            consequence = consequence_of(referral.whose(side), KINDS[side], referral.fact)
            pace = desk.retrying._replace(clock=desk.clock)
            undo_reward(desk.ledger, consequence, name, Undone(total, cash), retrying=pace)
    if total < cash:
        return False
    for side in SIDES:
        pending = desk.claims.find(referral.whose(side), f"{rule_of(KINDS[side])}.{referral.fact}")
        if pending is not None and pending.status in OPEN:
            desk.claims.decide(pending, "refused", by=HOUSE, at=desk.clock())
    return True


def _reward(hall: Hall, referral: Referral, purchase: Purchase) -> tuple[Earned, ...]:
    """Gives each side what the rules give it now, once; what they give nothing for is barred for good."""
    hall.desk.check_open()
    earned, barred = [], list[Side]()
    for side in SIDES:
        if side in referral.barred:
            continue
        try:
            earned.append(earn(hall.desk, _earner(hall, referral, side), Fact(KINDS[side], referral.fact)))
        except RewardRefused:
            barred.append(side)
    if barred or not referral.order:
        hall.store.note(referral, order=purchase.order, barred=tuple(barred), undone=False)
    return tuple(earned)


def _earner(hall: Hall, referral: Referral, side: Side) -> Earner:
    """Who is rewarded, as they were when they redeemed the invitation, or opened it last."""
    if side == "friend":
        return Earner(
            referral.friend, referral.device, referral.zone, referral.country, referral.age, referral.since,
            known=referral.signals,
        )  # fmt: skip
    opened = hall.store.invitation(referral.code)
    if opened is None:  # forgotten meanwhile
        return Earner(referral.inviter, "", referral.zone, known=referral.signals)
    return Earner(opened.person, "", opened.zone, opened.country, opened.age, opened.since, known=referral.signals)
