"""What videos are watched with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import catalog_store, connection, ledger_store, switches
from cliffhanger.settings import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from cliffhanger.offline.store import OfflineStore
    from cliffhanger.playback.adapters import MediaBucket
    from cliffhanger.playback.domain import Signer
    from cliffhanger.playback.service import Entitlements, Grantor
    from cliffhanger.progress.store import ProgressStore


@functools.cache
def entitlements() -> Entitlements:
    """Who has unlocked what."""
    from cliffhanger.playback.service import Entitlements
    from cliffhanger.unlocks.service import is_unlocked, offer, unlocked_in

    ledger, over = ledger_store(), functools.partial
    return Entitlements(over(is_unlocked, ledger), over(unlocked_in, ledger), over(offer, ledger))


@functools.cache
def playback_signer() -> Signer:
    """Signs playback grants; the private key is read at the first one."""
    from cliffhanger.playback.adapters import SecretKey
    from cliffhanger.playback.domain import Signer

    return Signer(SecretKey(aws_client("secretsmanager"), read("SIGNING_KEY_SECRET")), read("SIGNING_KEY_ID"))


@functools.cache
def playback_keys() -> Mapping[str, RSAPublicKey]:
    """The public keys whose grants open a playlist, by CloudFront's id: the one in use and those it follows."""
    from cliffhanger.playback.adapters import public_keys_of

    return public_keys_of(read("SIGNING_PUBLIC_KEYS"))


@functools.cache
def media_bucket() -> MediaBucket:
    """The bucket of published media."""
    from cliffhanger.playback.adapters import MediaBucket

    return MediaBucket(aws_client("s3"), read("MEDIA_BUCKET"))


@functools.cache
def offline_store() -> OfflineStore:
    """What viewers' devices keep."""
    from cliffhanger.offline.store import OfflineStore

    return OfflineStore(connection(), read("OFFLINE_TABLE"))


@functools.cache
def progress_store() -> ProgressStore:
    """Where viewers stopped."""
    from cliffhanger.progress.store import ProgressStore

    return ProgressStore(connection(), read("PROGRESS_TABLE"))


def grantor() -> Grantor:
    """What playback grants are made with."""
    from cliffhanger.playback.service import Grantor
    from cliffhanger.progress.service import resume_at

    return Grantor(
        catalog=catalog_store(),
        entitlements=entitlements(),
        signer=playback_signer(),
        switches=switches(),
        # Made when it is asked: a function that only lets devices keep episodes has no such table.
        resume=lambda *asked: resume_at(progress_store(), *asked),
        origin=read("PUBLIC_ORIGIN"),
    )
