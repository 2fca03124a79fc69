"""What partners are asked with and what they answer."""

from __future__ import annotations

from msgspec import Struct

from cliffhanger.partners.domain import MODES, Partner


class ReachShape(Struct, rename="camel"):
    """Whose events may be seen: those of all series, or of some."""

    all: bool
    series: list[str]


class PartnerAnswer(Struct, rename="camel"):
    """The partner that the caller is a member of, with its quota of requests a day (UTC) in each mode."""

    partner_id: str
    name: str
    reach: ReachShape
    quotas: dict[str, int]


def partner_answer(partner: Partner) -> PartnerAnswer:
    """A partner as its members see it."""
    return PartnerAnswer(partner.id, partner.name, reach_shape(partner), {mode: partner.quotas[mode] for mode in MODES})


def reach_shape(partner: Partner) -> ReachShape:
    """What a partner reaches."""
    return ReachShape(partner.reach.all, sorted(partner.reach.series))
