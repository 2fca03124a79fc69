"""The one composition root: builds each adapter from settings, once, when it is first needed.

Nothing here runs on import, and what only some functions need is imported by the adapter that needs it, so that the
others do not pay for it. A module holds the adapters of some contexts; callers know only this package. A test replaces
an adapter by giving its own to the use case, or by clearing the caches with :func:`forget`.
"""

from __future__ import annotations

import gc

gc.disable()  # until all is imported; see the end of the imports

from cliffhanger.bootstrap import (
    ads,
    books,
    campaigns,
    foundation,
    kyc,
    media,
    money,
    partners,
    payouts,
    people,
    playback,
    revenue,
    rewards,
    tips,
    webhooks,
)
from cliffhanger.bootstrap.ads import ad_offering, ad_placements, ad_turnstile
from cliffhanger.bootstrap.books import anchoring, broom, due_store, parked_store, replay_desk, unlock_books
from cliffhanger.bootstrap.campaigns import (
    campaign_key,
    campaign_office,
    campaigns_store,
    cashback_desk,
    cashier,
    sponsors,
)
from cliffhanger.bootstrap.foundation import (
    catalog_store,
    connection,
    cursors,
    event_publisher,
    ledger_store,
    people_store,
    rate_limiter,
    request_secret,
    secrets_client,
    switches,
)
from cliffhanger.bootstrap.kyc import (
    editions_store,
    identity_provider,
    list_bucket,
    list_library,
    verification_desk,
    verifications_store,
)
from cliffhanger.bootstrap.media import media_pipeline, upload_forms, uploads_store
from cliffhanger.bootstrap.money import (
    orders_store,
    payment_provider,
    payments_desk,
    payments_office,
    payments_queue,
    reconciling_desk,
    shop,
    stripe_calls,
    webhook_secrets,
)
from cliffhanger.bootstrap.partners import (
    partner_keys,
    partner_reception,
    partners_store,
    requests_store,
    token_desk,
    token_issuer,
)
from cliffhanger.bootstrap.payouts import payout_desk
from cliffhanger.bootstrap.people import cases_store, casework, post_office
from cliffhanger.bootstrap.playback import (
    entitlements,
    grantor,
    media_bucket,
    offline_store,
    playback_keys,
    playback_signer,
    progress_store,
)
from cliffhanger.bootstrap.revenue import cabinet, runs_store, splits, waterfall
from cliffhanger.bootstrap.rewards import (
    blocks_store,
    claims_store,
    devices_store,
    herald,
    referral_hall,
    rewards_desk,
    rulebook,
    till,
    told_in_shadow,
    watching_room,
)
from cliffhanger.bootstrap.tips import gift_giver, gift_window, gifts_store, tip_books
from cliffhanger.bootstrap.webhooks import (
    delivery_log,
    delivery_queues,
    endpoint_key,
    endpoints_store,
    partner_reaches,
    webhook_desk,
    webhook_exchange,
    webhook_networks,
    webhook_office,
    webhook_sender,
    webhook_station,
)

# What a cold start imports stays for good. Collecting garbage among it is a tenth of the import and finds nothing, so
# it waits until here, and then never looks at those objects again.
gc.freeze()
gc.enable()

__all__ = [
    "MODULES",
    "ad_offering",
    "ad_placements",
    "ad_turnstile",
    "anchoring",
    "blocks_store",
    "broom",
    "cabinet",
    "campaign_key",
    "campaign_office",
    "campaigns_store",
    "cases_store",
    "casework",
    "cashback_desk",
    "cashier",
    "catalog_store",
    "claims_store",
    "connection",
    "cursors",
    "delivery_log",
    "delivery_queues",
    "devices_store",
    "due_store",
    "editions_store",
    "endpoint_key",
    "endpoints_store",
    "entitlements",
    "event_publisher",
    "forget",
    "gift_giver",
    "gift_window",
    "gifts_store",
    "grantor",
    "herald",
    "identity_provider",
    "ledger_store",
    "list_bucket",
    "list_library",
    "media_bucket",
    "media_pipeline",
    "offline_store",
    "orders_store",
    "parked_store",
    "partner_keys",
    "partner_reaches",
    "partner_reception",
    "partners_store",
    "payment_provider",
    "payments_desk",
    "payments_office",
    "payments_queue",
    "payout_desk",
    "people_store",
    "playback_keys",
    "playback_signer",
    "post_office",
    "progress_store",
    "rate_limiter",
    "reconciling_desk",
    "referral_hall",
    "replay_desk",
    "request_secret",
    "requests_store",
    "rewards_desk",
    "rulebook",
    "runs_store",
    "secrets_client",
    "shop",
    "splits",
    "sponsors",
    "stripe_calls",
    "switches",
    "till",
    "tip_books",
    "token_desk",
    "token_issuer",
    "told_in_shadow",
    "unlock_books",
    "upload_forms",
    "uploads_store",
    "verification_desk",
    "verifications_store",
    "watching_room",
    "waterfall",
    "webhook_desk",
    "webhook_exchange",
    "webhook_networks",
    "webhook_office",
    "webhook_secrets",
    "webhook_sender",
    "webhook_station",
]

MODULES = (
    *(ads, books, campaigns, foundation, kyc, media, money),
    *(partners, payouts, people, playback, revenue, rewards, tips, webhooks),
)
"""Where adapters are made; a name that a module takes from another is the same adapter there."""


def forget() -> None:
    """Drops every adapter, so that the next call builds it from the settings of the moment."""
    for module in MODULES:
        for built in tuple(vars(module).values()):
            if hasattr(built, "cache_clear"):
                built.cache_clear()
