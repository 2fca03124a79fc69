"""The one composition root: builds each adapter from settings, once, when it is first needed.

Nothing here runs on import, and what only some functions need is imported by the adapter that needs it, so that the
others do not pay for it. A test replaces an adapter by giving its own to the use case, or by clearing the caches
with :func:`forget`.
"""

from __future__ import annotations

import gc

gc.disable()  # until all is imported; see the end of the imports

import functools
import os
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.clock import system_clock
from cliffhanger.dynamo import connect
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from pynamodb.connection import Connection

    from cliffhanger.anchoring.service import Anchoring
    from cliffhanger.commerce.shop import Shop
    from cliffhanger.commerce.store import OrdersStore
    from cliffhanger.events.publisher import EventPublisher
    from cliffhanger.expiry.store import DueStore
    from cliffhanger.expiry.sweeping import Broom
    from cliffhanger.mail.service import PostOffice
    from cliffhanger.media.forms import UploadForms
    from cliffhanger.media.pipeline import Pipeline
    from cliffhanger.media.store import UploadsStore
    from cliffhanger.offline.store import OfflineStore
    from cliffhanger.parking.service import Desk
    from cliffhanger.parking.store import ParkedStore
    from cliffhanger.payments.queue import Queue
    from cliffhanger.payments.recording import Office
    from cliffhanger.payments.secret import WebhookSecrets
    from cliffhanger.payments.stripe_adapter import StripeProvider
    from cliffhanger.payments.working import Desk as PaymentsDesk
    from cliffhanger.people.store import PeopleStore
    from cliffhanger.playback.adapters import MediaBucket
    from cliffhanger.playback.domain import Signer
    from cliffhanger.playback.service import Entitlements, Grantor
    from cliffhanger.progress.store import ProgressStore
    from cliffhanger.rates.service import Limiter
    from cliffhanger.reconciling.service import Desk as ReconcilingDesk
    from cliffhanger.request_secret import Purpose
    from cliffhanger.support.service import Casework
    from cliffhanger.support.store import CasesStore
    from cliffhanger.switches.service import Switches
    from cliffhanger.unlocks.service import Books
    from cliffhanger.web.cursors import Cursors

# What a cold start imports stays for good. Collecting garbage among it is a tenth of the import and finds nothing, so
# it waits until here, and then never looks at those objects again.
gc.freeze()
gc.enable()


@functools.cache
def connection() -> Connection:
    """The DynamoDB connection that all stores of a function share; its client is made here, not at the first call.

    botocore parses its service models into some hundred thousand objects that stay for good. Collecting garbage among
    them is a tenth of a cold start and finds nothing, so it waits, and then never looks at them again.
    """
    made = connect(os.environ["AWS_REGION"])
    gc.disable()
    try:
        _ = made.client
    finally:
        gc.enable()
        gc.freeze()
    return made


@functools.cache
def ledger_store() -> LedgerStore:
    """The ledger."""
    return LedgerStore(connection(), read("LEDGER_TABLE"))


@functools.cache
def catalog_store() -> CatalogStore:
    """The catalog."""
    return CatalogStore(connection(), read("CATALOG_TABLE"))


@functools.cache
def unlock_books() -> Books:
    """What unlocking works with."""
    from cliffhanger.unlocks.service import Books

    return Books(ledger_store(), catalog_store(), lambda: switches().check("unlocks"))


@functools.cache
def people_store() -> PeopleStore:
    """The table of people; tried once a call, because Cognito waits for its trigger no longer than five seconds."""
    from cliffhanger.people.store import PeopleStore

    return PeopleStore(connect(os.environ["AWS_REGION"], retries=0), read("PEOPLE_TABLE"))


@functools.cache
def anchoring() -> Anchoring:
    """What anchoring works with; reading an export may take longer than other calls do."""
    from botocore.config import Config

    from cliffhanger.anchoring.adapters import AnchorBucket, LedgerExports
    from cliffhanger.anchoring.service import Anchoring

    patient = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 4})
    s3 = aws_client("s3", patient)
    exports = LedgerExports(aws_client("dynamodb", patient), s3, read("LEDGER_ARN"), read("EXPORTS_BUCKET"))
    return Anchoring(exports, AnchorBucket(s3, read("ANCHORS_BUCKET")))


@functools.cache
def request_secret(purpose: Purpose = "idempotency") -> bytes:
    """The key of one purpose, derived from the stage's request secret; of idempotency references unless told otherwise.

    Raises:
        Unavailable: Secrets Manager does not answer; asked again at the next request.
    """
    from cliffhanger.request_secret import key_for

    return key_for(purpose, _request_secret())


@functools.cache
def _request_secret() -> bytes:
    from cliffhanger.request_secret import read_secret

    return read_secret(aws_client("secretsmanager"), read("REQUEST_SECRET"))


@functools.cache
def cursors() -> Cursors:
    """Seals and opens the cursors of lists; the secret is read at the first one."""
    from cliffhanger.web.cursors import Cursors

    return Cursors(lambda: request_secret("cursors"))


@functools.cache
def rate_limiter() -> Limiter:
    """Limits how often a caller may ask."""
    from cliffhanger.rates.service import Limiter
    from cliffhanger.rates.store import RatesStore

    uncounted = functools.partial(logger().counted, "uncounted", "RequestsUncounted")
    return Limiter(RatesStore(connection(), read("RATES_TABLE")), system_clock, uncounted)


@functools.cache
def switches() -> Switches:
    """What operators have switched off."""
    from cliffhanger.switches.service import Switches
    from cliffhanger.switches.store import SwitchesStore

    def unread(switch: str) -> None:
        logger().counted("switch unread", "SwitchesUnread", switch=switch)

    return Switches(SwitchesStore(connection(), read("SWITCHES_TABLE")), system_clock, unread)


@functools.cache
def event_publisher() -> EventPublisher:
    """The product's event bus."""
    from cliffhanger.events.publisher import EventPublisher

    return EventPublisher(aws_client("events"), read("EVENT_BUS"))


@functools.cache
def parked_store() -> ParkedStore:
    """What the stream's consumers could not take."""
    from cliffhanger.parking.store import ParkedStore

    return ParkedStore(connection(), read("PARKED_TABLE"))


@functools.cache
def due_store() -> DueStore:
    """What accounts wait for."""
    from cliffhanger.expiry.store import DueStore

    return DueStore(connection(), read("DUE_TABLE"))


@functools.cache
def broom() -> Broom:
    """What a sweep of the ledger works with."""
    from cliffhanger.expiry.sweeping import Broom

    return Broom(due_store(), ledger_store(), event_publisher())


@functools.cache
def replay_desk() -> Desk:
    """What a replay of parked entries works with."""
    from cliffhanger.parking.service import Desk

    return Desk(parked_store(), ledger_store(), event_publisher())


@functools.cache
def reconciling_desk() -> ReconcilingDesk:
    """What reconciling works with; reading an export may take longer than other calls do."""
    from botocore.config import Config

    from cliffhanger.anchoring.adapters import ExportBucket
    from cliffhanger.reconciling.adapters import ExportedEntries, ReportBucket, disk_shelves
    from cliffhanger.reconciling.service import Desk

    patient = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 4})
    s3 = aws_client("s3", patient)
    entries = ExportedEntries(ExportBucket(s3, read("EXPORTS_BUCKET")))
    return Desk(payment_provider(), entries, ReportBucket(s3, read("REPORTS_BUCKET")), disk_shelves)


@functools.cache
def post_office() -> PostOffice:
    """What receipts are sent with. SES is asked once a mail: a call that is repeated by itself might send two."""
    from botocore.config import Config

    from cliffhanger.mail.adapters import Addresses, Sender
    from cliffhanger.mail.domain import Recipient
    from cliffhanger.mail.service import PostOffice
    from cliffhanger.mail.store import MailsStore

    people, addresses = people_store(), Addresses(aws_client("cognito-idp"), read("USER_POOL"))

    def recipient(person: str) -> Recipient | None:
        found = people.behind(person)
        address = None if found is None else addresses.address_of(found[0])
        return None if found is None or address is None else Recipient(address, found[1])

    sender, once = (
        os.environ.get("EMAIL_FROM"),
        Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1}),
    )
    return PostOffice(
        MailsStore(connection(), read("MAILS_TABLE")),
        recipient,
        None if sender is None else Sender(aws_client("sesv2", once), sender),
        "" if sender is None else read("PUBLIC_ORIGIN"),
    )


@functools.cache
def cases_store() -> CasesStore:
    """What operators have asked for."""
    from cliffhanger.support.store import CasesStore

    return CasesStore(connection(), read("CASES_TABLE"))


@functools.cache
def casework() -> Casework:
    """What cases are worked on with."""
    from cliffhanger.support.service import Casework

    return Casework(cases_store(), ledger_store(), shop=shop)


@functools.cache
def webhook_secrets() -> WebhookSecrets:
    """What Stripe signs its webhooks with; read at the first one, and again every few minutes."""
    from cliffhanger.payments.secret import WebhookSecrets

    # The client is made when the secret is read, so that a start does not pay for it before it has to.
    return WebhookSecrets(lambda: aws_client("secretsmanager"), read("WEBHOOK_SECRET"), system_clock)


@functools.cache
def orders_store() -> OrdersStore:
    """What people have ordered."""
    from cliffhanger.commerce.store import OrdersStore

    return OrdersStore(connection(), read("ORDERS_TABLE"))


@functools.cache
def shop() -> Shop:
    """What selling works with."""
    from cliffhanger.commerce.shop import Shop

    return Shop(orders_store(), ledger_store(), payment_provider(), read("PUBLIC_ORIGIN"), system_clock)


@functools.cache
def payments_queue() -> Queue:
    """The queue of notices."""
    import botocore.session

    from cliffhanger.payments.queue import Queue

    return Queue(read("PAYMENTS_QUEUE_URL"), os.environ["AWS_REGION"], botocore.session.get_session())


@functools.cache
def payments_office() -> Office:
    """What recording a notice works with."""
    from cliffhanger.payments.recording import Office
    from cliffhanger.payments.store import NoticesStore

    return Office(NoticesStore(connection(), read("NOTICES_TABLE")), payments_queue())


@functools.cache
def payment_provider() -> StripeProvider:
    """Stripe; its SDK is imported and its key read at the first call."""
    from cliffhanger.payments.breaker import Breaker
    from cliffhanger.payments.secret import api_key_in, read_text
    from cliffhanger.payments.stripe_adapter import StripeProvider
    from cliffhanger.payments.stripe_calls import StripeCalls

    def key() -> str:
        return api_key_in(read_text(aws_client("secretsmanager"), read("STRIPE_SECRET")))

    calls = StripeCalls(key, Breaker(system_clock), os.environ.get("STRIPE_API_BASE"))
    return StripeProvider(calls, read("STAGE"))


@functools.cache
def payments_desk() -> PaymentsDesk:
    """What working off a notice needs."""
    from cliffhanger.commerce.fulfilment import Books, apply
    from cliffhanger.payments.working import Desk

    books = Books(ledger_store(), orders_store())
    return Desk(payments_office(), payment_provider, functools.partial(apply, books), read("STAGE"))


@functools.cache
def uploads_store() -> UploadsStore:
    """The tables of uploads and of what is promised to them."""
    from cliffhanger.media import policy, store

    budgets = policy.Budgets(int(read("TRANSCODE_BUDGET")), int(read("TRANSCODE_CREATOR_BUDGET")))
    return store.UploadsStore(connection(), read("UPLOADS_TABLE"), read("BUDGETS_TABLE"), budgets)


@functools.cache
def upload_forms() -> UploadForms:
    """Signs upload forms."""
    from cliffhanger.media.forms import S3_CONFIG, UploadForms

    return UploadForms(aws_client("s3", S3_CONFIG), read("UPLOADS_BUCKET"))


@functools.cache
def media_pipeline() -> Pipeline:
    """What the events of uploads and jobs work with."""
    from cliffhanger.media import files, pipeline, preparing, transcoder

    client = aws_client("mediaconvert", transcoder.CONFIG)
    return pipeline.Pipeline(
        uploads=uploads_store(),
        catalog=catalog_store(),
        transcoder=transcoder.Transcoder(client, read("TRANSCODE_ROLE"), read("TRANSCODE_QUEUE")),
        files=files.Files(aws_client("s3")),
        buckets=preparing.Buckets(read("UPLOADS_BUCKET"), read("MEDIA_BUCKET")),
        events=event_publisher(),
        clock=system_clock,
    )


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
def entitlements() -> Entitlements:
    """Who has unlocked what."""
    from cliffhanger.playback.service import Entitlements
    from cliffhanger.unlocks.service import is_unlocked, offer, unlocked_in

    ledger, over = ledger_store(), functools.partial
    return Entitlements(over(is_unlocked, ledger), over(unlocked_in, ledger), over(offer, ledger))


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


def forget() -> None:
    """Drops every adapter, so that the next call builds it from the settings of the moment."""
    for built in tuple(globals().values()):
        if hasattr(built, "cache_clear"):
            built.cache_clear()
