"""Serves creators who are verified, and reviewers. No name, no date of birth and no note goes into the log."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.errors import Unavailable
from cliffhanger.kyc.service import standing_of
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.kyc.schemas import VerificationAnswer, verification_answer


def get_verification(call: Call) -> Answer:
    """How the creator stands, and what may leave by it."""
    return Answer(200, verification_answer(standing_of(bootstrap.verifications_store(), call.person)))


handler = build_api(
    "kyc",
    {"getVerification": Operation(get_verification, answers={200: VerificationAnswer}, problems=(Unavailable,))},
    bootstrap.rate_limiter,
)
