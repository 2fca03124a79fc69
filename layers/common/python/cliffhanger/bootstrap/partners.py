"""Partners: who they are, what signs their clients' tokens, and what receives them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import connection, rate_limiter
from cliffhanger.clock import system_clock
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger

if TYPE_CHECKING:
    from cliffhanger.partners.granting import Desk
    from cliffhanger.partners.keys import SigningKeys
    from cliffhanger.partners.requests_store import RequestsStore
    from cliffhanger.partners.store import PartnersStore
    from cliffhanger.web.partners import Reception


@functools.cache
def partners_store() -> PartnersStore:
    """The table of partners."""
    from cliffhanger.partners.store import PartnersStore

    return PartnersStore(connection(), read("PARTNERS_TABLE"))


@functools.cache
def partner_keys() -> SigningKeys:
    """What signs clients' tokens; read at the first one, and again every few minutes."""
    from cliffhanger.partners.keys import SigningKeys

    return SigningKeys(lambda: aws_client("secretsmanager"), read("PARTNER_KEYS"), system_clock)


@functools.cache
def partner_reception() -> Reception:
    """Receives who calls for a partner."""
    from cliffhanger.partners.admission import Gate
    from cliffhanger.partners.quotas import Quotas
    from cliffhanger.web.partners import Reception

    gate = Gate(partners_store(), partner_keys().accepted, token_issuer(), system_clock)
    uncounted = functools.partial(logger().counted, "uncounted", "RequestsUncounted")
    return Reception(gate, Quotas(requests_store(), system_clock, uncounted), requests_store(), system_clock)


@functools.cache
def requests_store() -> RequestsStore:
    """The request log and the days' counts."""
    from cliffhanger.partners.requests_store import RequestsStore

    return RequestsStore(connection(), read("REQUESTS_TABLE"))


@functools.cache
def token_desk() -> Desk:
    """What tokens are granted with."""
    from cliffhanger.partners.granting import Desk

    return Desk(partners_store(), partner_keys(), token_issuer(), rate_limiter(), system_clock)


def token_issuer() -> str:
    """Who issues clients' tokens, as they name it: this stage."""
    return f"cliffhanger:{read('STAGE')}"
