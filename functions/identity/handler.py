"""Runs before Cognito issues tokens (pre token generation, version 2): adds the claim ``person_id``.

Source: Amazon Cognito, "Pre token generation Lambda trigger", event version 2.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.people.service import person_of

CLAIM = "person_id"


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """The event with the claim added to the access and the id token.

    Raises:
        Unavailable: the person cannot be mapped; Cognito issues no token and the sign-in can be tried again.
    """
    person = person_of(bootstrap.people_store(), event["request"]["userAttributes"]["sub"])
    claims = {"claimsToAddOrOverride": {CLAIM: person}}
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": claims,
        "idTokenGeneration": claims,
    }
    return event
