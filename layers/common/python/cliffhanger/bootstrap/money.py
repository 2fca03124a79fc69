"""What selling coins works with: orders, the payment provider, its notices, and holding its days against the books."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import connection, ledger_store
from cliffhanger.clock import system_clock
from cliffhanger.settings import read

if TYPE_CHECKING:
    from cliffhanger.commerce.shop import Shop
    from cliffhanger.commerce.store import OrdersStore
    from cliffhanger.payments.queue import Queue
    from cliffhanger.payments.recording import Office
    from cliffhanger.payments.routing import Listener, Listening, Subject
    from cliffhanger.payments.secret import WebhookSecrets
    from cliffhanger.payments.stripe_adapter import StripeProvider
    from cliffhanger.payments.stripe_calls import StripeCalls
    from cliffhanger.payments.working import Desk as PaymentsDesk
    from cliffhanger.reconciling.service import Desk as ReconcilingDesk


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
def stripe_calls() -> StripeCalls:
    """Calls to Stripe; its SDK is imported and its key read at the first one."""
    from cliffhanger.payments.breaker import Breaker
    from cliffhanger.payments.secret import api_key_in, read_text
    from cliffhanger.payments.stripe_calls import StripeCalls

    def key() -> str:
        return api_key_in(read_text(aws_client("secretsmanager"), read("STRIPE_SECRET")))

    return StripeCalls(key, Breaker(system_clock), os.environ.get("STRIPE_API_BASE"))


@functools.cache
def payment_provider() -> StripeProvider:
    """Stripe, as payments ask for it."""
    from cliffhanger.payments.stripe_adapter import StripeProvider

    return StripeProvider(stripe_calls(), read("STAGE"))


@functools.cache
def webhook_secrets() -> WebhookSecrets:
    """What Stripe signs its webhooks with; read at the first one, and again every few minutes."""
    from cliffhanger.payments.secret import WebhookSecrets

    # The client is made when the secret is read, so that a start does not pay for it before it has to.
    return WebhookSecrets(lambda: aws_client("secretsmanager"), read("WEBHOOK_SECRET"), system_clock)


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
def payments_desk() -> PaymentsDesk:
    """What working off a notice needs; who listens beside the books is made when the first such notice comes."""
    from cliffhanger.commerce.fulfilment import Books, apply
    from cliffhanger.payments.working import Desk

    books = Books(ledger_store(), orders_store(), disputed=_heed_dispute)
    listeners: dict[Listener, Listening] = {"kyc": _hear_of_verifications, "payouts": _hear_of_payouts}
    return Desk(payments_office(), payment_provider, functools.partial(apply, books), read("STAGE"), listeners)


def _heed_dispute(account: str, seq: int) -> None:
    from cliffhanger.bootstrap.payouts import payout_desk
    from cliffhanger.payouts.stakes import Heeding, heed

    heed(Heeding(ledger_store(), payout_desk().payouts), account, seq)


def _hear_of_verifications(subject: Subject) -> str:
    from cliffhanger.bootstrap.kyc import verification_desk
    from cliffhanger.kyc.listening import hear

    return hear(verification_desk(), subject.identity)


def _hear_of_payouts(subject: Subject) -> str:
    from cliffhanger.bootstrap.payouts import payout_desk
    from cliffhanger.payouts.hearing import hear

    return hear(payout_desk(), subject)


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
