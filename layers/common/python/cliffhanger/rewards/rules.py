"""Rules of rewards as data: what is rewarded, how much, to whom, and how much at most. Pure.

One JSON document is a rule set, and these types are its schema: ``docs/schemas/rule-set.v1.json`` is made of them, and
:func:`rule_set_of` refuses what does not fit and names the place. Everything is bounded. Coins are bonus coins; shares
are per mille; what a rule pays is rounded down.
"""

from __future__ import annotations

import hashlib
import itertools
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from cliffhanger.errors import ValidationFailed
from cliffhanger.ledger.lots import MAX_LIFETIME_DAYS
from cliffhanger.rewards.amounts import Amount, Coins, Flat, Ladder, Metered, Milestones, Part, Proportion

Kind = Literal[
    "watch.episode",
    "watch.series",
    "watch.minutes",
    "checkin",
    "streak",
    "referral.inviter",
    "referral.friend",
    "ad",
    "scan",
    "cashback",
]
"""What is rewarded: an episode watched, a series finished, a day's minutes; a day's check-in, a run of them; bringing a
friend, and being brought; an ad that its network vouches for; a brand's code scanned; a purchase."""
KINDS: tuple[Kind, ...] = get_args(Kind)
Evidence = Literal["server", "partner", "client"]
"""Who says that it happened: we do, a partner has signed it, or only the viewer's own device claims it."""
EVIDENCE: tuple[Evidence, ...] = get_args(Evidence)
Signal = Literal[
    "account_hours",
    "viewer_claims_hour",
    "device_claims_hour",
    "device_viewers_month",
    "block_viewers_day",
    "block_new_viewers_day",
    "referral_same_block",
    "referral_device_viewers",
    "evidence",
]
"""What is looked at for fraud, each a whole number (:class:`cliffhanger.rewards.claims.Signals`). ``evidence`` is 0 for
the server's, 1 for a partner's, 2 for a client's."""

MOST_RULES, MOST_EXPERIMENTS, MOST_ARMS, MOST_COUNTRIES = 64, 8, 8, 100

NAME = r"^[a-z0-9][a-z0-9-]{0,31}$(?!\n)"
Name = Annotated[str, Meta(pattern=NAME, description="An id: up to 32 lower-case letters, digits and hyphens")]
Share = Annotated[int, Meta(ge=0, le=1000, description="A share, per mille")]
Points = Annotated[int, Meta(ge=0, le=100, description="Points of a score")]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)", description="ISO 3166-1 alpha-2")]


AMOUNTS: dict[Kind, tuple[type[Part], ...]] = {
    "checkin": (Flat, Ladder),
    "streak": (Milestones,),
    "watch.minutes": (Metered,),
    "cashback": (Flat, Proportion),
}
"""How much each kind may be worth; the others are flat."""


class Proof(Part, frozen=True):
    """What evidence of one class is good for: the share of the amount, and after how many hours it is paid."""

    per_mille: Annotated[int, Meta(ge=1, le=1000)] = 1000
    vests_after_h: Annotated[int, Meta(ge=0, le=2160)] = 0


class Proofs(Part, frozen=True):
    """By class of evidence; a class that is left out is not taken."""

    server: Proof | None = None
    partner: Proof | None = None
    client: Proof | None = None


class Caps(Part, frozen=True):
    """The most that one rule pays: to a viewer in a day and, where told, ever; to all viewers of a device in a day.

    ``campaign_day_coins`` is for all viewers of a campaign in a day: it paces a budget, which is the hard limit.
    """

    viewer_day_coins: Coins
    viewer_day_times: Annotated[int, Meta(ge=1, le=1000)] | None = None
    viewer_coins: Coins | None = None
    device_day_coins: Coins | None = None
    campaign_day_coins: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None


class ArmName(Part, frozen=True):
    """One arm of an experiment."""

    experiment: Name
    arm: Name


ON_DEVICES = frozenset(kind for kind in KINDS if kind.startswith("watch.")) | {"checkin", "streak", "ad"}
"""What happens on a device, and is capped there as well where the house pays: a farm has many viewers on few."""
OWN_DOING = ON_DEVICES - {"ad"}
"""What nobody but the viewer stands for: no partner's word, and no money. An allowance bounds it for all time."""
ONCE_IN_A_WHILE = frozenset({"referral.inviter", "referral.friend"})
"""What a viewer is paid for only so often in a life: their rules need a cap for all time."""


class Rule(Part, frozen=True):
    """One rule. ``campaign`` pays from its prefunded budget, and only for claims that name it; else the house pays.

    ``countries`` are those where it holds, all where there are none, less ``not_in``. A viewer whose country or age is
    not known is as one whom the rule leaves out. ``shadow`` computes and pays nothing.
    """

    name: Name
    kind: Kind
    amount: Amount
    caps: Caps
    evidence: Proofs
    lifetime_days: Annotated[int, Meta(ge=1, le=MAX_LIFETIME_DAYS)]
    campaign: Name | None = None
    countries: Annotated[tuple[Country, ...], Meta(max_length=MOST_COUNTRIES)] = ()
    not_in: Annotated[tuple[Country, ...], Meta(max_length=MOST_COUNTRIES)] = ()
    minimum_age: Annotated[int, Meta(ge=0, le=99)] = 0
    arm: ArmName | None = None
    shadow: bool = False

    def __post_init__(self) -> None:
        """Sees that the parts of the rule go together."""
        if not isinstance(self.amount, AMOUNTS.get(self.kind, (Flat,))):
            raise ValueError(f"{self.kind} is not worth an amount of that type.")  # noqa: TRY004 - of the document
        if self.evidence == Proofs():
            raise ValueError("A rule takes at least one class of evidence.")
        if self.kind == "cashback" and self.campaign is None:
            raise ValueError("Cashback is paid by a campaign.")
        if self.campaign is None and self.kind in ON_DEVICES and self.caps.device_day_coins is None:
            raise ValueError("What happens on a device, and the house pays for, needs caps.deviceDayCoins.")
        if self.kind in ONCE_IN_A_WHILE and self.caps.viewer_coins is None:
            raise ValueError(f"{self.kind} needs caps.viewerCoins.")


class Arm(Part, frozen=True):
    """An arm of an experiment, and its share of all viewers."""

    name: Name
    per_mille: Share


class Experiment(Part, frozen=True):
    """Viewers parted into arms, each always into the same one; the arms' shares make up the whole."""

    name: Name
    arms: Annotated[tuple[Arm, ...], Meta(min_length=2, max_length=MOST_ARMS)]

    def __post_init__(self) -> None:
        """Sees that the arms are the whole, and each is one."""
        if sum(arm.per_mille for arm in self.arms) != 1000:
            raise ValueError("The arms' shares make up 1000 per mille.")
        if len({arm.name for arm in self.arms}) != len(self.arms):
            raise ValueError("The arms have different names.")


class DayCaps(Part, frozen=True):
    """The most that all rules together pay in a day: the house to a viewer and to a device, campaigns to a viewer."""

    house_viewer_coins: Coins
    house_device_coins: Coins
    campaigns_viewer_coins: Coins


class Weight(Part, frozen=True):
    """Points for a signal from one number up to another, both included. Of one signal, the most points count."""

    signal: Signal
    points: Points
    from_: Annotated[int, Meta(ge=0, le=1_000_000)] = msgspec.field(name="from", default=0)
    up_to: Annotated[int, Meta(ge=0, le=1_000_000)] = 1_000_000


class Scoring(Part, frozen=True):
    """From how many points on a claim is held for a reviewer, and from how many refused."""

    hold_at: Points
    refuse_at: Points
    weights: Annotated[tuple[Weight, ...], Meta(max_length=64)] = ()

    def __post_init__(self) -> None:
        """Sees that what is refused would have been held."""
        if not 0 < self.hold_at <= self.refuse_at:
            raise ValueError("0 < holdAt <= refuseAt.")


class Allowance(Part, frozen=True):
    """The most that the house ever pays a viewer for what they alone stand for: check-ins, streaks and watching.

    ``coins`` to begin with, and so many more for each ad that its network has vouched for, and for each purchase of
    coins that stands.
    """

    coins: Annotated[int, Meta(ge=0, le=10_000)]
    per_ad_coins: Annotated[int, Meta(ge=0, le=1_000)] = 0
    per_purchase_coins: Annotated[int, Meta(ge=0, le=10_000)] = 0

    def of(self, ads: int, purchases: int) -> int:
        """How many coins that is after so many of both."""
        return self.coins + ads * self.per_ad_coins + purchases * self.per_purchase_coins


class Referrals(Part, frozen=True):
    """When an invitation counts: how old the friend's account may be, and until when they buy their first coins."""

    redeem_within_days: Annotated[int, Meta(ge=1, le=90)] = 7
    act_within_days: Annotated[int, Meta(ge=1, le=90)] = 30


class RuleSet(Part, frozen=True):
    """A rule set. Of the rules that fit a claim the first counts.

    ``name`` parts viewers into arms, and stays the same from version to version lest they change arms; ``version`` is
    this document's, and is named by every receipt.
    """

    schema: Literal["rule-set.v1"]
    name: Name
    version: Name
    day_caps: DayCaps
    rules: Annotated[tuple[Rule, ...], Meta(min_length=1, max_length=MOST_RULES)]
    scoring: Scoring
    experiments: Annotated[tuple[Experiment, ...], Meta(max_length=MOST_EXPERIMENTS)] = ()
    allowance: Allowance | None = None
    referrals: Referrals = Referrals()
    description: Annotated[str, Meta(max_length=400)] = ""

    def __post_init__(self) -> None:
        """Sees that names are unique, and that the arms of rules exist."""
        arms = {(test.name, arm.name) for test in self.experiments for arm in test.arms}
        if len({test.name for test in self.experiments}) != len(self.experiments):
            raise ValueError("Experiments have different names.")
        if len({rule.name for rule in self.rules}) != len(self.rules):
            raise ValueError("Rules have different names.")
        for place, rule in enumerate(self.rules):
            if rule.arm is not None and (rule.arm.experiment, rule.arm.arm) not in arms:
                raise ValueError(f"There is no such arm as that of rules[{place}].")


def rule_set_of(document: bytes | str) -> RuleSet:
    """A rule set from its JSON.

    Raises:
        ValidationFailed: it does not fit the schema; the text says what does not, and where.
    """
    try:
        return msgspec.json.decode(document, type=RuleSet)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValidationFailed(str(error), where="body") from error


def arm_of(rules: RuleSet, experiment: Experiment, person: str) -> str:
    """The arm of an experiment that a person is in: by a stable hash, the same in every version of the set."""
    hashed = hashlib.sha256(f"{rules.name}:{experiment.name}:{person}".encode()).digest()
    place = int.from_bytes(hashed[:8], "big") % 1000
    ends = itertools.accumulate(arm.per_mille for arm in experiment.arms)
    return next(arm.name for arm, end in zip(experiment.arms, ends, strict=True) if place < end)
