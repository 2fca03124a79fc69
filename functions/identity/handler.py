"""Runs before Cognito issues tokens (pre token generation, version 2): adds the person's id, age, country and joining.

Source: Amazon Cognito, "Pre token generation Lambda trigger", event version 2, whose claims may be numbers.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.people.domain import age_of
from cliffhanger.people.service import known

PERSON_CLAIM = "person_id"
AGE_CLAIM = "age"
"""Whole years, UTC; absent while the person has told no birth date. The date itself never leaves the table."""

COUNTRY_CLAIM = "country"
"""ISO 3166-1, as the person has told it; absent while they have not. Rules for buyers ask it."""

JOINED_CLAIM = "joined_at"
"""When the person first signed in, in seconds since the Unix epoch, as in ``iat``. What a new viewer may do asks it."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """The event with the claims added to the access and the id token.

    Raises:
        Unavailable: the person cannot be mapped; Cognito issues no token and the sign-in can be tried again.
    """
    person = known(bootstrap.people_store(), event["request"]["userAttributes"]["sub"])
    added: dict[str, str | int] = {PERSON_CLAIM: person.person}
    age = age_of(person.profile.birth_date, system_clock())
    if age is not None:
        added[AGE_CLAIM] = age
    if person.joined is not None:
        added[JOINED_CLAIM] = person.joined // 1000
    if person.profile.country is not None:
        added[COUNTRY_CLAIM] = person.profile.country
    claims = {"claimsToAddOrOverride": added}
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": claims,
        "idTokenGeneration": claims,
    }
    return event
