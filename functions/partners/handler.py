"""Serves partners."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.errors import NotFound, Unavailable
from cliffhanger.partners import service
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.partners.schemas import PartnerAnswer, partner_answer


def get_partner(call: Call) -> Answer:
    """The partner that the caller is a member of."""
    return Answer(200, partner_answer(service.get_partner(bootstrap.partners_store(), call.partner.id)))


handler = build_api(
    "partners",
    {
        "getPartner": Operation(get_partner, answers={200: PartnerAnswer}, problems=(NotFound, Unavailable)),
    },
    bootstrap.rate_limiter,
    bootstrap.partner_reception,
)
