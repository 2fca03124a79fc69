"""The demo's series and people, and how a program creates them in the user pool and signs them in."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from local.aws import client

SERIES = "the-last-train"
TITLES = ("The Platform", "The Conductor", "The Seat", "The Passengers", "The Call", "0:41")
"""The episodes, from the first."""

FIRST = (1, 2)
"""The episodes that play when the platform is ready."""

LATER = tuple(range(len(FIRST) + 1, len(TITLES) + 1))
"""Those that follow while it runs."""

CAPTIONS = ("en", "es")
"""The languages of their captions."""


class NoPerson(RuntimeError):
    """A token that should name a person does not."""


class User(NamedTuple):
    """Someone who can sign in. The password is the demo's: it opens nothing but the emulator on this machine."""

    name: str
    email: str
    password: str
    group: str | None


USERS: tuple[User, ...] = (
    User("mia", "mia@example.com", "Play-the-next-1", None),
    User("noa", "noa@example.com", "Play-the-next-2", None),
    User("cleo", "cleo@example.com", "Make-the-next-3", "creator"),
    User("mel", "mel@example.com", "Play-the-next-4", "member"),
    User("opal", "opal@example.com", "Help-the-next-5", "operator"),
    User("otis", "otis@example.com", "Help-the-next-6", "operator"),
    User("pia", "pia@example.com", "Send-the-next-7", "partner"),
    User("rita", "rita@example.com", "Weigh-the-next-8", "reviewer"),
    User("rolf", "rolf@example.com", "Weigh-the-next-9", "reviewer"),
    User("vic", "vic@example.com", "Show-the-next-10", "creator"),
)
"""A viewer with coins, a viewer without, the creator of the demo's series, a member, two operators (what is asked for
above an amount, the other one approves), a person of the demo's partner, two reviewers, and a creator without a series
whose check waits for both of them."""

PROFILES: Mapping[str, Mapping[str, str]] = {
    "mia": {"displayName": "Mia", "language": "en", "country": "DE", "birthDate": "1994-05-17"},
}
"""What some of them have told of themselves, as ``PUT /v1/me`` takes it: mia is an adult, and noa may be anything."""


def create_users(endpoint: str, pool: str) -> None:
    """Creates whoever is missing, confirmed and with a lasting password.

    Raises:
        ClientError: the user pool refuses, for example because it has no such group.
    """
    identity = client("cognito-idp", endpoint)
    for user in USERS:
        try:
            identity.admin_create_user(
                UserPoolId=pool,
                Username=user.email,
                UserAttributes=[{"Name": "email", "Value": user.email}, {"Name": "email_verified", "Value": "true"}],
                MessageAction="SUPPRESS",
            )
        except identity.exceptions.UsernameExistsException:
            continue
        identity.admin_set_user_password(UserPoolId=pool, Username=user.email, Password=user.password, Permanent=True)
        if user.group:
            identity.admin_add_user_to_group(UserPoolId=pool, Username=user.email, GroupName=user.group)


def sign_in(endpoint: str, client_id: str, user: User) -> str:
    """The access token of a user.

    Raises:
        ClientError: the sign-in is refused.
    """
    answer = client("cognito-idp", endpoint).initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.email, "PASSWORD": user.password},
    )
    return str(answer["AuthenticationResult"]["AccessToken"])


def person_of(token: str) -> str:
    """The pseudonymous person id in an access token, which is trusted here: it has just been issued to us.

    Raises:
        NoPerson: the token names none.
    """
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    if "person_id" not in claims:
        raise NoPerson("the access token names no person: the function 'identity' did not run, or failed")
    return str(claims["person_id"])
