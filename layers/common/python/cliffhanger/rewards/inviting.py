"""Use cases of invitations: opening one's own, how it stands, and redeeming a friend's.

What comes of a redeemed one is not decided here but when the friend buys something: see :mod:`.referring`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from cliffhanger.errors import InvitationRefused, NotFound
from cliffhanger.ledger.purchasing import PURCHASES
from cliffhanger.rewards.amounts import Flat
from cliffhanger.rewards.blocks import is_new
from cliffhanger.rewards.claims import Claim, Signals
from cliffhanger.rewards.earning import Desk, Earner, busy_instead
from cliffhanger.rewards.facts import rule_of
from cliffhanger.rewards.pending import Status
from cliffhanger.rewards.planner import rule_for
from cliffhanger.rewards.referrals import (
    DAY_MS,
    MOST_SHOWN,
    MOST_STEPS,
    Invitation,
    Referral,
    Side,
    barriers,
    code_of,
)
from cliffhanger.rewards.rules import Kind

if TYPE_CHECKING:
    from cliffhanger.rewards.referrals_store import ReferralsStore

KINDS: dict[Side, Kind] = {"inviter": "referral.inviter", "friend": "referral.friend"}
Stage = Literal["open", "lapsed", "rewarded", "barred", "undone"]
"""``open``: the friend has bought nothing yet; ``lapsed``: nor will it count any more; ``rewarded``, or on its way;
``barred``: the rules give nothing; ``undone``: all that was paid went back."""


class Hall(NamedTuple):
    """What inviting works with; ``key`` is what codes are made with."""

    desk: Desk
    store: ReferralsStore
    key: Callable[[], bytes]


class Stand(NamedTuple):
    """How one side of a referral stands: its coins, as they were decided or would be now, and what became of them."""

    referral: Referral
    stage: Stage
    coins: int
    status: Status | None


class Invited(NamedTuple):
    """How a viewer stands: their invitation if they have opened one, what each side is given, and who has come.

    ``redeemed`` is what they have redeemed themselves.
    """

    invitation: Invitation | None
    inviter_coins: int
    friend_coins: int
    friends: tuple[Stand, ...]
    redeemed: Stand | None


def open_invitation(hall: Hall, earner: Earner) -> Invited:
    """Makes a viewer's invitation, or opens it again; where that is, is remembered. Asked again, it is the same one.

    Raises:
        SwitchedOff: operators have stopped rewards.
        RewardRefused: more is listed of the viewer than anybody comes to.
        Unavailable: a table does not answer.
    """
    hall.desk.check_open()
    code, now = code_of(earner.person, hall.key()), hall.desk.clock()
    known = hall.store.invitation(code)
    invitation = (known or Invitation(code, earner.person)).opened(earner.device, earner.block)
    opened = invitation._replace(zone=earner.zone, country=earner.country, age=earner.age, since=earner.since)
    if opened != known:
        hall.store.keep(opened, now)
    return standing(hall, earner, opened)


def standing(hall: Hall, earner: Earner, opened: Invitation | None = None) -> Invited:
    """How a viewer's invitation stands, and what they have redeemed.

    Raises:
        RewardRefused: more is listed of the viewer than anybody comes to.
        Busy, Unavailable: a table does not answer.
    """
    invitation = opened or hall.store.invitation(code_of(earner.person, hall.key()))
    decided = {one.name: one for one in hall.desk.claims.of(earner.person)}
    friends = hall.store.of_inviter(earner.person, MOST_SHOWN) if invitation else ()
    mine = hall.store.find(earner.person)
    given = {side: _given(hall.desk, earner, side) for side in KINDS}

    def stand(referral: Referral, side: Side) -> Stand:
        found = decided.get(f"{rule_of(KINDS[side])}.{referral.fact}")
        status: Status | None = found.status if found else "paid" if referral.order else None
        coins = found.coins if found else given[side]
        return Stand(referral, _stage(referral, side, hall.desk.clock(), status), coins, status)

    return Invited(
        invitation,
        given["inviter"],
        given["friend"],
        tuple(stand(one, "inviter") for one in friends),
        None if mine is None else stand(mine, "friend"),
    )


def redeem(hall: Hall, earner: Earner, code: str) -> Stand:
    """Redeems a friend's invitation, once in a life; asked again with the same code, it answers how that stands.

    Raises:
        NotFound: nobody's invitation has that code.
        InvitationRefused: it cannot be redeemed, for which ``reasons`` stand; nothing changed.
        RewardRefused: more is listed of the viewer than anybody comes to.
        SwitchedOff: operators have stopped rewards.
        Busy, Unavailable: try again.
    """
    before = hall.store.find(earner.person)
    if before is None:
        referral = _redeemable(hall, earner, code)
        if not hall.store.redeem(referral):
            before = hall.store.find(earner.person)
    if before is not None and before.code != code:
        raise InvitationRefused("You have redeemed another invitation.", reasons=["redeemed_another"])
    found = standing(hall, earner).redeemed
    if found is None:
        raise NotFound("There is no such invitation.")
    return found


def _redeemable(hall: Hall, earner: Earner, code: str) -> Referral:
    """What a friend would redeem, after all that speaks against it was looked at."""
    desk, now = hall.desk, hall.desk.clock()
    desk.check_open()
    invitation = hall.store.invitation(code)
    if invitation is None:
        raise NotFound("There is no such invitation.")
    terms = desk.rules().referrals
    age = None if earner.since is None else max(0, now - earner.since)
    others = [one for one in desk.devices.find(earner.device).lately(now) if one != earner.person]
    line = tuple(_line(hall, invitation))
    opened = [above.person for above in line if earner.device in above.devices and above.person != earner.person]
    found = barriers(
        friend=earner.person,
        age_ms=age,
        within_days=terms.redeem_within_days,
        bought=_has_bought(desk, earner),
        line=[above.person for above in line],
        on_device=[*others, *opened],
    )
    if found:
        raise InvitationRefused("The invitation cannot be redeemed.", reasons=list(found))
    crowd = (1, 0)
    if earner.block:
        new = age is not None and is_new(age)
        crowd = desk.blocks().crowd(earner.block, now).with_one(earner.person, new=new)
    signals = Signals(
        block_viewers_day=crowd[0],
        block_new_viewers_day=crowd[1],
        referral_same_block=int(earner.block in invitation.blocks),
        referral_device_viewers=len(others),
    )
    return Referral(
        earner.person, invitation.person, code, now, now + terms.act_within_days * DAY_MS,
        earner.device, earner.zone, earner.country, earner.age, earner.since, signals,
    )  # fmt: skip


def line_above(hall: Hall, person: str) -> Iterator[Referral]:
    """The referral by which somebody has come, that of their inviter, and so on; as far as a ring is looked for.

    Raises:
        Unavailable: a table does not answer.
    """
    for _ in range(MOST_STEPS):
        found = hall.store.find(person)
        if found is None:
            return
        yield found
        person = found.inviter


def _line(hall: Hall, invitation: Invitation) -> Iterator[Invitation]:
    """An invitation, that of who has invited its inviter, and so on."""
    yield invitation
    for above in line_above(hall, invitation.person):
        yield hall.store.invitation(above.code) or Invitation(above.code, above.inviter)


def _has_bought(desk: Desk, earner: Earner) -> bool:
    """Whether there is a purchase on the viewer's chain, whatever became of it."""
    return bool(busy_instead(lambda: desk.ledger.references_between(earner.account, *PURCHASES, 1)))


def _given(desk: Desk, earner: Earner, side: Side) -> int:
    claim = Claim(KINDS[side], earner.person, "", desk.clock(), "", country=earner.country, age=earner.age)
    rule = rule_for(desk.rules(), claim)
    return rule.amount.coins if rule is not None and isinstance(rule.amount, Flat) else 0


def _stage(referral: Referral, side: Side, now: int, status: Status | None) -> Stage:
    if referral.undone:
        return "undone"
    if side in referral.barred or status == "refused":
        return "barred"
    if referral.order:
        return "rewarded"
    return "open" if now <= referral.act_by else "lapsed"
