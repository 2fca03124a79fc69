"""Stripe on one machine: as much of the API as the product speaks, for the unmodified SDK, over HTTP on loopback.

    python -m local.stripe --port P --secret FILE.json [--webhook URL] [--state FILE.json]

The secret is the one of Secrets Manager: ``{"apiKey": "sk_test_…", "webhookSecrets": ["whsec_…"]}``; the key is
checked, and every webhook is signed with each of the secrets. Port 0 takes a free one; the first line on stdout names
it. ``GET /_local/health`` answers 200 as soon as requests are taken, ``GET /`` is a page of what there is.

What it speaks: customers, payment methods, PaymentIntents with 3-D Secure, Checkout with a hosted page, charges,
refunds, disputes, balance and balance transactions, accounts v2 as recipients, transfers and reversals, payouts,
Identity sessions, events (whole and thin), webhooks, idempotency. One version of the API: the SDK's. What it does not
know it refuses, as Stripe does: an unknown parameter, an unknown path, a version of another shape.

Where it differs from Stripe, on purpose: money is available at once; each currency has a balance of its own and nothing
is converted; webhooks are sent in order, for all events, and tried again within a minute instead of days; what takes
Stripe's banks days waits for ``POST /_local/…`` or a button on the page. See ``control`` for what can be asked for, and
``cards`` for the test cards.
"""

API_VERSION = "2026-10-28.endive"
"""The version whose shapes are answered; a test holds it against the SDK's."""
