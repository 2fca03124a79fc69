"""The only list of Lambda functions: trigger, size, time limit and access. Plain data, standard library only.

``access`` names are resolved to exact actions on exact resources, and to the settings that name those resources,
by ``infra/access.py``; a function has no permission and no setting that its access does not give it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Trigger = Literal[
    "http",
    "ledger-stream",
    "media-events",
    "schedule",
    "ledger-exports",
    "payments-queue",
    "told-queue",
    "deliveries-queues",
    "token-generation",
    "product-events",
    "workflow",
]
"""HTTP API; the ledger's stream (inserts only); S3 and MediaConvert events; every few minutes; once a day and when an
export of the ledger is complete; the queues of notices, of events to fan out, of deliveries; Cognito before it issues a
token; the product's own bus; the steps of a workflow."""


class FunctionSpec(NamedTuple):
    """One Lambda function: one folder, one role."""

    name: str
    trigger: Trigger
    memory_mb: int
    timeout_s: int
    access: tuple[str, ...]
    purpose: str
    events: tuple[str, ...] = ()
    """Which events of the product's bus it is told, by type."""
    workflow: str = ""
    """Whose steps it carries out: the name of a state machine in ``infra/state_machines``."""

    @property
    def handler(self) -> str:
        """The entry point, as Lambda spells it."""
        return f"functions.{self.name}.handler.handler"


_SIGNED_IN = ("tokens:verify", "rates:count")
"""What every function needs that knows its caller."""

_FOR_PARTNERS = (*_SIGNED_IN, "partners:read", "partner-keys:read", "requests:log")
"""What every function needs that serves partners."""

_SENDING = ("deliveries:send", "endpoint-key:read", "webhooks:send")
"""Of who sends webhooks, or has them sent; ``webhooks:send`` says where they may go."""

_PIPELINE = (
    *("catalog:write", "uploads:write", "uploads:fetch"),
    *("transcode-budgets:reserve", "transcoder:submit", "events:publish"),
)
"""From an upload to a version."""

_VERIFYING = (
    *("verifications:decide", "sanctions:read", "kyc-workflow:start", "kyc-workflow:answer"),
    *("stripe-key:read", "events:publish"),
)
"""From a person to how they stand."""

FUNCTIONS: tuple[FunctionSpec, ...] = (
    FunctionSpec(
        "catalog", "http", 512, 15, ("catalog:read", "request-secret:read"), "Series, episodes and types of events"
    ),
    FunctionSpec(
        "wallet",
        "http",
        512,
        20,
        (*_SIGNED_IN, "ledger:append", "request-secret:read"),
        "What a viewer holds, spent and allows",
    ),
    FunctionSpec(
        "unlock",
        "http",
        512,
        25,
        (*_SIGNED_IN, "ledger:append", "catalog:read", "switches:read", "request-secret:read"),
        "Quote and unlock episodes",
    ),
    FunctionSpec(
        "checkout",
        "http",
        512,
        29,
        (*_SIGNED_IN, "orders:write", "ledger:append", "catalog:read", "stripe-key:read", "request-secret:read"),
        "Sells coins and gives them back",
    ),
    FunctionSpec(
        "playback",
        "http",
        512,
        20,
        (
            *_SIGNED_IN,
            "ledger:read",
            "catalog:read",
            "switches:read",
            "progress:read",
            "media:read",
            "signing-key:read",
        ),
        "Playback grants and rewritten playlists",
    ),
    FunctionSpec(
        "progress",
        "http",
        512,
        20,
        (*_SIGNED_IN, "progress:write", "catalog:read", "request-secret:read"),
        "Where viewers stopped, to go on from there",
    ),
    FunctionSpec(
        "rewards",
        "http",
        512,
        25,
        (
            *(*_SIGNED_IN, "ledger:append", "catalog:read", "watches:write", "claims:write", "devices:write"),
            *("rule-sets:read", "switches:read", "ads:offer", "request-secret:read"),
            *("blocks:write", "referrals:redeem", "campaigns:claim"),
        ),
        "What viewers earn by watching, checking in and inviting, and ads that they may see for more",
    ),
    FunctionSpec(
        "ads",
        "http",
        512,
        15,
        (
            *("ads:offer", "ad-keys:fetch", "ledger:append", "claims:write", "devices:write", "blocks:write"),
            *("rule-sets:read", "switches:read", "request-secret:read"),
        ),
        "Takes what ad networks vouch for, and pays for it",
    ),
    FunctionSpec(
        "tips",
        "http",
        512,
        25,
        (*_SIGNED_IN, "ledger:append", "catalog:read", "gifts:read", "switches:read", "request-secret:read"),
        "Gifts to series, and the latest that others gave",
    ),
    FunctionSpec(
        "offline",
        "http",
        512,
        25,
        (*_SIGNED_IN, "offline:write", "ledger:read", "catalog:read", "switches:read", "signing-key:read"),
        "Episodes that viewers' devices keep",
    ),
    FunctionSpec(
        "kyc",
        "http",
        512,
        29,
        (
            *(*_SIGNED_IN, "verifications:decide", "sanctions:read", "kyc-workflow:start", "kyc-workflow:answer"),
            *("stripe-key:read", "events:publish", "request-secret:read"),
        ),
        "Who creators are, and who decides on it",
    ),
    FunctionSpec("verify", "workflow", 512, 120, _VERIFYING, "Checks who a creator is, step by step", workflow="kyc"),
    FunctionSpec(
        "recheck", "schedule", 512, 240, _VERIFYING, "Comes to whoever is verified, and to checks that broke off"
    ),
    FunctionSpec("profile", "http", 512, 20, (*_SIGNED_IN, "people:write"), "What viewers tell of themselves"),
    FunctionSpec(
        "studio",
        "http",
        512,
        20,
        (
            *_SIGNED_IN,
            "catalog:write",
            "request-secret:read",
            "uploads:write",
            "uploads:list",
            "uploads:presign",
            "transcode-budgets:read",
        ),
        "Series, episodes and uploads by creators",
    ),
    FunctionSpec(
        "support",
        "http",
        512,
        25,
        (
            *_SIGNED_IN,
            "ledger:settle",
            "orders:write",
            "stripe-key:read",
            "cases:write",
            "switches:write",
            "rule-sets:write",
            "claims:review",
            "parked:replay",
            "events:publish",
            "request-secret:read",
        ),
        "Grant, reverse, refund, freeze, explain, switch, replay; rules of rewards",
    ),
    FunctionSpec(
        "revenue",
        "http",
        512,
        20,
        (
            *_SIGNED_IN,
            "ledger:read",
            "catalog:write",
            "splits:write",
            "people:name",
            "statements:read",
            "request-secret:read",
        ),
        "What creators have earned, how it is divided, and their statements",
    ),
    FunctionSpec(
        "payouts",
        "http",
        512,
        29,
        (
            *(*_SIGNED_IN, "ledger:read", "payouts:ask", "payout-workflow:start", "switches:read"),
            "verifications:read",
            *("stripe-key:read", "events:publish", "request-secret:read"),
        ),
        "What creators have paid out, where it goes and when",
    ),
    FunctionSpec(
        "stripe",
        "http",
        512,
        15,
        ("webhook-secret:read", "notices:record", "payments:send"),
        "Records what Stripe tells us",
    ),
    FunctionSpec(
        "partners",
        "http",
        512,
        20,
        (*_FOR_PARTNERS, "partners:write", "requests:read", "request-secret:read"),
        "Partners, their members and clients",
    ),
    FunctionSpec(
        "webhooks",
        "http",
        512,
        20,
        (*_FOR_PARTNERS, "endpoints:manage", "deliveries:manage", *_SENDING, "request-secret:read"),
        "Partners' endpoints, their deliveries and replays",
    ),
    FunctionSpec(
        "campaigns",
        "http",
        512,
        25,
        (
            *(*_FOR_PARTNERS, "campaigns:write", "claims:write", "ledger:append", "rule-sets:read", "switches:read"),
            *("devices:write", "blocks:write", "request-secret:read"),
        ),
        "Campaigns of brands and their cashback",
    ),
    FunctionSpec(
        "transcode",
        "media-events",
        512,
        120,
        _PIPELINE,
        "From an uploaded video to a published episode",
    ),
    FunctionSpec(
        "sweep",
        "schedule",
        512,
        240,
        (
            *_PIPELINE,
            "events:publish",
            "uploads:list",
            "uploads:due",
            "uploads:remove",
            "transcoder:ask",
            "media:remove",
        ),
        "Finds uploads that nothing was told of, and removes what is over",
    ),
    FunctionSpec(
        "settlement",
        "ledger-stream",
        512,
        60,
        ("ledger:settle", "parked:park"),
        "Posts the foreign legs of new ledger entries",
    ),
    FunctionSpec(
        "publisher",
        "ledger-stream",
        512,
        60,
        ("parked:park", "events:publish", "due:wait"),
        "Tells the events of new ledger entries, and notes what is due after them",
    ),
    FunctionSpec(
        "payments",
        "payments-queue",
        512,
        120,
        (
            *(
                "notices:work",
                "payments:send",
                "ledger:append",
                "orders:tell",
                "verifications:decide",
                "kyc-workflow:answer",
                "stripe-key:read",
            ),
            *("payouts:write", "payout-workflow:answer", "switches:read", "events:publish"),
        ),
        "Works off what Stripe told: grants coins, goes on with payouts",
    ),
    FunctionSpec(
        "anchor",
        "ledger-exports",
        2048,
        900,
        ("ledger:export", "anchors:write"),
        "Keeps the Merkle root of each day's newest entries",
    ),
    FunctionSpec(
        "reconcile",
        "ledger-exports",
        1024,
        900,
        ("exports:read", "reports:write", "stripe-key:read"),
        "Holds each day's balance lines of the payment provider against the ledger",
    ),
    FunctionSpec(
        "expiry",
        "schedule",
        512,
        240,
        (
            *("ledger:append", "due:sweep", "claims:vest", "campaigns:sweep", "orders:sweep"),
            *("switches:read", "stripe-key:read", "events:publish"),
        ),
        "Expires holds and coins, tells before coins do, pays what vested, winds campaigns up, goes on with refunds",
    ),
    FunctionSpec(
        "fanout",
        "told-queue",
        512,
        30,
        ("endpoints:list", "partners:read", "deliveries:add", "deliveries:send"),
        "Makes a delivery of an event for each endpoint that wants it",
    ),
    FunctionSpec(
        "deliver",
        "deliveries-queues",
        512,
        30,
        ("endpoints:note", "partners:read", "deliveries:record", *_SENDING),
        "Sends webhooks to partners' endpoints",
    ),
    FunctionSpec(
        "dispatch",
        "schedule",
        512,
        55,
        ("endpoints:sweep", "deliveries:sweep", "deliveries:send", "events:publish"),
        "Finds deliveries that are due, or whose message was lost, and goes on with replays",
    ),
    FunctionSpec(
        "waterfall",
        "schedule",
        1024,
        240,
        (
            *("ledger:append", "catalog:read", "catalog:go-through", "splits:read", "runs:write", "statements:write"),
            "events:publish",
        ),
        "Divides once a day what each series has earned, and writes creators' statements",
    ),
    FunctionSpec(
        "disburse",
        "workflow",
        512,
        150,
        (
            *("ledger:append", "payouts:write", "payout-workflow:answer", "switches:read", "verifications:read"),
            *("stripe-key:read", "events:publish"),
        ),
        "The steps of a payout: checks, hold, transfer, payout, and what comes back",
        workflow="payout",
    ),
    FunctionSpec(
        "treasury",
        "schedule",
        512,
        240,
        (
            *("ledger:append", "payouts:write", "payout-workflow:start", "payout-workflow:answer", "switches:read"),
            *("stripe-key:read", "events:publish", "verifications:read"),
        ),
        "Asks for weekly payouts, finds those that are stuck, and foresees our balance",
    ),
    FunctionSpec(
        "canary",
        "schedule",
        512,
        25,
        ("ledger:append", "parked:read"),
        "Times a posting of its own from end to end, and what is parked",
    ),
    FunctionSpec(
        "mail",
        "product-events",
        512,
        60,
        ("people:address", "partners:read", "mails:send"),
        "Sends receipts, and notices to partners, by e-mail",
        (
            *(
                "CoinsBought",
                "VerificationDecided",
                "VerificationExpiring",
                "PurchaseRefunded",
                "WebhookEndpointDisabled",
            ),
            *("PayoutPaid", "PayoutFailed", "PayoutReturned", "PayoutDestinationChanged", "WeeklyPayoutRefused"),
        ),
    ),
    FunctionSpec(
        "gifts",
        "product-events",
        512,
        30,
        ("gifts:write", "people:name"),
        "Keeps the latest gifts of an episode, for others to see",
        ("TipGiven", "TipReversed"),
    ),
    FunctionSpec(
        "referrals",
        "product-events",
        512,
        60,
        (*("ledger:append", "referrals:follow", "claims:write", "devices:write", "rule-sets:read", "switches:read"),),
        "Rewards both sides of an invitation when the friend has bought coins, and takes it back with the purchase",
        ("CoinsBought", "PurchaseRefunded", "DisputeOpened"),
    ),
    FunctionSpec(
        "identity",
        "token-generation",
        512,
        5,
        ("people:map",),
        "Puts person id, age, country and the time of the sign-in into tokens",
    ),
)


def spec_of(name: str) -> FunctionSpec:
    """The function of that name.

    Raises:
        KeyError: there is no such function.
    """
    for spec in FUNCTIONS:
        if spec.name == name:
            return spec
    raise KeyError(name)
