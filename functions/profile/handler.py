"""Serves viewers' profiles. What they tell goes into the table of people and the answer, never into the log."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.errors import TokenForeign, Unavailable
from cliffhanger.people.service import change_profile, known
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.profile.schemas import ProfileAnswer, ProfileBody, profile_answer, profile_of


def get_profile(call: Call) -> Answer:
    """What the caller has told of themselves."""
    return Answer(200, profile_answer(known(bootstrap.people_store(), _subject(call))))


def put_profile(call: Call) -> Answer:
    """Replaces what the caller has told; the answer shows what stands."""
    changed = change_profile(bootstrap.people_store(), _subject(call), profile_of(call.body))
    return Answer(200, profile_answer(changed))


def _subject(call: Call) -> str:
    """Cognito's id of the sign-in, which the table of people knows.

    Raises:
        TokenForeign: the token has none; every access token of a person's sign-in does.
    """
    if call.caller is None or not call.caller.subject:
        raise TokenForeign("The token names no sign-in; sign in again.")
    return call.caller.subject


handler = build_api(
    "profile",
    {
        "getProfile": Operation(get_profile, answers={200: ProfileAnswer}, problems=(Unavailable,)),
        "putProfile": Operation(put_profile, body=ProfileBody, answers={200: ProfileAnswer}, problems=(Unavailable,)),
    },
    bootstrap.rate_limiter,
)
