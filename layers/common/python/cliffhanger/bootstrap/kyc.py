"""What verifications are kept and decided with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import connection, event_publisher
from cliffhanger.bootstrap.money import stripe_calls
from cliffhanger.settings import read

if TYPE_CHECKING:
    from cliffhanger.kyc.adapters import ListBucket
    from cliffhanger.kyc.desk import Desk
    from cliffhanger.kyc.editions import Library
    from cliffhanger.kyc.store import EditionsStore, VerificationsStore
    from cliffhanger.payments.stripe_identity import StripeIdentity

PAGE = "/earnings.html"
"""Where a creator comes back to from the provider's page."""


@functools.cache
def verifications_store() -> VerificationsStore:
    """Who is verified."""
    from cliffhanger.kyc.store import VerificationsStore

    return VerificationsStore(connection(), read("VERIFICATIONS_TABLE"))


@functools.cache
def editions_store() -> EditionsStore:
    """Which lists are in force."""
    from cliffhanger.kyc.store import EditionsStore

    return EditionsStore(verifications_store())


@functools.cache
def list_bucket() -> ListBucket:
    """The bucket of lists."""
    from cliffhanger.kyc.adapters import ListBucket

    return ListBucket(aws_client("s3"), read("SANCTIONS_BUCKET"))


@functools.cache
def list_library() -> Library:
    """The lists in force, read once for each edition."""
    from cliffhanger.kyc.editions import Library

    return Library(editions_store(), list_bucket, synthetic=read("SYNTHETIC_LISTS") == "allowed")


@functools.cache
def identity_provider() -> StripeIdentity:
    """Stripe Identity."""
    from cliffhanger.payments.stripe_identity import StripeIdentity

    return StripeIdentity(stripe_calls(), read("STAGE"))


@functools.cache
def verification_desk() -> Desk:
    """What verifying works with; what only some steps need is made by them."""
    from cliffhanger.kyc.adapters import StepFunctions
    from cliffhanger.kyc.desk import Desk

    return Desk(
        verifications_store(),
        identity_provider,
        StepFunctions(functools.cache(lambda: aws_client("stepfunctions")), read("KYC_WORKFLOW")),
        lambda: list_library().in_force(),
        event_publisher,
        read("PUBLIC_ORIGIN") + PAGE,
    )
