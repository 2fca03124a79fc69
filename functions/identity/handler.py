"""Runs before Cognito issues tokens (pre token generation, version 2): adds the person's id, age, country and times.

Source: Amazon Cognito, "Pre token generation Lambda trigger", event version 2, whose claims may be numbers, and its
sources.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.people.domain import age_of
from cliffhanger.people.service import known, signing_in

PERSON_CLAIM = "person_id"
AGE_CLAIM = "age"
"""Whole years, UTC; absent while the person has told no birth date. The date itself never leaves the table."""

COUNTRY_CLAIM = "country"
"""ISO 3166-1, as the person has told it; absent while they have not. Rules for buyers ask it."""

JOINED_CLAIM = "joined_at"
"""When the person first signed in, in seconds since the Unix epoch, as in ``iat``. What a new viewer may do asks it."""

SIGNED_IN_CLAIM = "signed_in_at"
"""When the person last showed who they are, as we have seen it, in seconds likewise; absent where we have not."""

SIGN_INS = frozenset(
    f"TokenGeneration_{source}"
    for source in ("HostedAuth", "Authentication", "NewPasswordChallenge", "AuthenticateDevice")
)
"""The sources by which somebody has shown who they are. A token that is refreshed has another one (docs/adr/0043)."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """The event with the claims added to the access and the id token.

    Raises:
        Unavailable: the person cannot be mapped; Cognito issues no token and the sign-in can be tried again.
    """
    find = signing_in if event.get("triggerSource") in SIGN_INS else known
    person = find(bootstrap.people_store(), event["request"]["userAttributes"]["sub"], clock=system_clock)
    added: dict[str, str | int] = {PERSON_CLAIM: person.person}
    age = age_of(person.profile.birth_date, system_clock())
    if age is not None:
        added[AGE_CLAIM] = age
    if person.joined is not None:
        added[JOINED_CLAIM] = person.joined // 1000
    if person.signed_in is not None:
        added[SIGNED_IN_CLAIM] = person.signed_in // 1000
    if person.profile.country is not None:
        added[COUNTRY_CLAIM] = person.profile.country
    claims = {"claimsToAddOrOverride": added}
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": claims,
        "idTokenGeneration": claims,
    }
    return event
