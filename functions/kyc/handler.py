"""Serves creators who are verified, and reviewers. No name, no date of birth and no note goes into the log."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.errors import Busy, NotFound, Unavailable, ValidationFailed, VerificationTooSoon
from cliffhanger.kyc.editions import activate
from cliffhanger.kyc.service import begin, shown
from cliffhanger.telemetry.log import logger
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.kyc.reviews import REVIEWS
from functions.kyc.schemas import (
    EditionAnswer,
    EditionBody,
    VerificationAnswer,
    VerificationBody,
    edition_answer,
    verification_answer,
)


def get_verification(call: Call) -> Answer:
    """How the creator stands, what may leave by it, and where to go on."""
    return Answer(200, verification_answer(shown(bootstrap.verification_desk(), call.person)))


def begin_verification(call: Call) -> Answer:
    """Begins to verify the creator, or goes on; asked again, it is the same check."""
    found = begin(bootstrap.verification_desk(), call.person, call.body.tier)
    return Answer(202, verification_answer(found))


def get_edition(_: Call) -> Answer:
    """Which lists of sanctions are in force."""
    return Answer(200, edition_answer(bootstrap.editions_store().edition()))


def put_edition(call: Call) -> Answer:
    """Lets lists be in force; everybody who is verified is held against them within hours."""
    keys = tuple(call.body.keys)
    editions, bucket = bootstrap.editions_store(), bootstrap.list_bucket()
    made = activate(editions, bucket, keys, call.person, shrunk=call.body.shrunk)
    logger().info("edition", operation="putEdition", operator=call.person, edition=made.number, keys=list(made.keys))
    return Answer(200, edition_answer(made))


handler = build_api(
    "kyc",
    {
        "getVerification": Operation(get_verification, answers={200: VerificationAnswer}, problems=(Busy, Unavailable)),
        "beginVerification": Operation(
            begin_verification,
            body=VerificationBody,
            answers={202: VerificationAnswer},
            problems=(VerificationTooSoon, Busy, Unavailable),
        ),
        "getEdition": Operation(get_edition, answers={200: EditionAnswer}, problems=(Unavailable,)),
        "putEdition": Operation(
            put_edition,
            body=EditionBody,
            answers={200: EditionAnswer},
            problems=(NotFound, ValidationFailed, Busy, Unavailable),
        ),
        **REVIEWS,
    },
    bootstrap.rate_limiter,
)
