"""Partners: who they are, what signs their clients' tokens, and what receives them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import connection
from cliffhanger.clock import system_clock
from cliffhanger.settings import read

if TYPE_CHECKING:
    from cliffhanger.partners.keys import SigningKeys
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
    from cliffhanger.web.partners import Reception

    return Reception(Gate(partners_store(), partner_keys().accepted, token_issuer(), system_clock))


def token_issuer() -> str:
    """Who issues clients' tokens, as they name it: this stage."""
    return f"cliffhanger:{read('STAGE')}"
