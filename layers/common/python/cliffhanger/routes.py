"""The only list of HTTP routes. Plain data, standard library only.

Read by the infrastructure (routes and integrations), the web layer (a handler that does not serve exactly its
routes refuses to import), the OpenAPI document and the docs. Paths use API Gateway's ``{name}`` syntax.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Auth = Literal[
    "reviewer", "public", "guest", "viewer", "creator", "operator", "partner", "client", "grant", "signed", "vouched"
]
"""Who may call: anyone; anyone, and who is signed in is known; a signed-in person; a member of the group ``creator``,
``reviewer`` or ``operator``; a partner's client with the route's scope, or a member of a partner; a client that shows
its secret; the bearer of a playback signature; who signs the body, as a payment provider does, or the query, as an ad
network does."""

Scope = Literal[
    "", "webhooks:read", "webhooks:write", "events:send", "requests:read", "campaigns:read", "purchases:write"
]
"""What a partner's client must have been given; "" shuts clients out, so that only members of a partner may call."""

Rate = Literal["open", "read", "spend", "write", "operate"]
"""Which of a caller's limits a request counts against; ``cliffhanger.rates.domain`` says how many a minute.

``open``: no caller is known, and the edge limits by address."""


class Route(NamedTuple):
    """One HTTP route: what API Gateway matches, which function serves it, who may call it and how often."""

    method: str
    path: str
    function: str
    operation: str
    auth: Auth
    rate: Rate
    summary: str
    scope: Scope = ""
    fresh_sign_in: int = 0
    """So many seconds may have passed since the caller signed in, by password or passkey; 0 where it does not matter.

    A token that was refreshed is as old as the sign-in behind it."""

    @property
    def key(self) -> str:
        """API Gateway's route key, for example ``GET /v1/series``."""
        return f"{self.method} {self.path}"

    @property
    def mode(self) -> str:
        """The mode that a partner's route has in its very path, as in ``/v1/partner/sandbox/...``; else "".

        Where the path has ``{mode}``, each request names it.
        """
        segments = self.path.split("/")
        return segments[3] if self.auth == "partner" and len(segments) > 3 and segments[3].isalpha() else ""


_SERIES = "/v1/series/{seriesId}"
_EPISODE = _SERIES + "/episodes/{episode}"
_STUDIO = "/v1/studio/series/{seriesId}"
_ACCOUNT = "/v1/support/accounts/{account}"
_CASE = "/v1/support/cases/{caseId}"
_HELD = "/v1/support/rewards/held"
_RULE_SET = "/v1/support/rule-sets/{version}"

_CATALOG = (
    Route("GET", "/v1/series", "catalog", "listSeries", "public", "open", "Listed series, newest first"),
    Route("GET", _SERIES, "catalog", "getSeries", "public", "open", "One series with its episodes and prices"),
    Route("GET", "/v1/event-types", "catalog", "listEventTypes", "public", "open", "What webhooks can tell of"),
)

_UNLOCKS = (
    Route("GET", _EPISODE + "/quote", "unlock", "quoteUnlock", "viewer", "read", "What opening it and more would cost"),
    Route(
        "POST", _EPISODE + "/unlock", "unlock", "unlockEpisode", "viewer", "spend", "Unlock one episode, exactly once"
    ),
    Route("POST", _SERIES + "/unlock", "unlock", "unlockRange", "viewer", "spend", "Unlock several episodes at once"),
    Route("GET", _SERIES + "/entitlements", "unlock", "getEntitlements", "viewer", "read", "What is open in a series"),
    Route("GET", "/v1/entitlements", "unlock", "listEntitlements", "viewer", "read", "What is open everywhere"),
)

_WALLET = (
    Route("GET", "/v1/wallet", "wallet", "getWallet", "viewer", "read", "What the viewer holds, lot by lot"),
    Route("GET", "/v1/wallet/statement", "wallet", "getStatement", "viewer", "read", "Every entry, newest first"),
    Route(
        "GET", "/v1/wallet/receipts/{seq}", "wallet", "getReceipt", "viewer", "read", "One entry as a proven receipt"
    ),
    Route("PUT", "/v1/wallet/limits", "wallet", "setLimits", "viewer", "write", "The viewer's own limits on spending"),
)

_ORDER = "/v1/orders/{orderId}"
_CHECKOUT = (
    Route("GET", "/v1/packs", "checkout", "listPacks", "viewer", "read", "What coins cost this viewer"),
    Route("POST", "/v1/orders", "checkout", "createOrder", "viewer", "spend", "Order coins and begin to pay for them"),
    Route("GET", "/v1/orders", "checkout", "listOrders", "viewer", "read", "The viewer's orders, newest first"),
    Route("GET", _ORDER, "checkout", "getOrder", "viewer", "read", "One order, as the ledger has it"),
    Route("POST", _ORDER + "/refund", "checkout", "refundOrder", "viewer", "spend", "Give an unused order back"),
    Route("POST", _SERIES + "/refund", "checkout", "refundSeries", "viewer", "spend", "Use a series' own rule"),
    Route("GET", "/v1/cards", "checkout", "listCards", "viewer", "read", "The viewer's saved cards"),
    Route("DELETE", "/v1/cards/{cardId}", "checkout", "deleteCard", "viewer", "write", "Forget a saved card"),
)

_PLAYBACK = (
    Route("POST", _EPISODE + "/playback", "playback", "startPlayback", "guest", "read", "Grant playback of an episode"),
    Route(
        "GET",
        "/v1/playlists/{seriesId}/{episode}/{version}/{playlist}",
        "playback",
        "getPlaylist",
        "grant",
        "open",
        "A playlist whose every address carries the caller's signed query",
    ),
)

_PROGRESS = (
    Route(
        "PUT", _EPISODE + "/progress", "progress", "saveProgress", "viewer", "write", "Save where the viewer stopped"
    ),
    Route("GET", "/v1/continue", "progress", "listContinue", "viewer", "read", "Series to go on with, latest first"),
)

_REWARDS = (
    Route("POST", _EPISODE + "/watch", "rewards", "beginWatching", "viewer", "write", "Begin to watch and to earn"),
    Route("POST", "/v1/watch/beats", "rewards", "sendBeat", "viewer", "write", "Tell where the viewer is"),
    Route("GET", "/v1/rewards", "rewards", "getRewards", "viewer", "read", "What the viewer can earn, and what waits"),
    Route("POST", "/v1/rewards/checkin", "rewards", "checkIn", "viewer", "write", "Check in for today, once"),
    Route("GET", "/v1/rewards/invitation", "rewards", "getInvitation", "viewer", "read", "Whom the viewer has brought"),
    Route("POST", "/v1/rewards/invitation", "rewards", "openInvitation", "viewer", "write", "The viewer's invitation"),
    Route(
        "POST",
        "/v1/rewards/invitation/redemption",
        "rewards",
        "redeemInvitation",
        "viewer",
        "write",
        "Redeem a friend's invitation, once",
    ),
    Route("POST", "/v1/rewards/ads", "rewards", "offerAd", "viewer", "write", "Be given a view for one rewarded ad"),
    Route("GET", "/v1/rewards/ads/{viewId}", "rewards", "getAdView", "viewer", "read", "What has come of an ad"),
    Route("POST", "/v1/rewards/checkin/repair", "rewards", "repairRun", "viewer", "spend", "Mend a run of check-ins"),
)

_TIP_LIMIT = "/v1/wallet/tip-limit"
_TIPS = (
    Route("GET", "/v1/gifts", "tips", "listGifts", "public", "open", "Gifts that can be given, and their prices"),
    Route("POST", _EPISODE + "/tips", "tips", "giveTip", "viewer", "spend", "Give gifts to a series, exactly once"),
    Route("GET", _EPISODE + "/gifts", "tips", "listRecentGifts", "public", "open", "The latest gifts of an episode"),
    Route("GET", _TIP_LIMIT, "tips", "getTipLimit", "viewer", "read", "What the viewer may still give today"),
    Route("PUT", _TIP_LIMIT, "tips", "setTipLimit", "viewer", "write", "The viewer's own limit on gifts a day"),
)

_OFFLINE = (
    Route("POST", _EPISODE + "/offline", "offline", "keepEpisode", "viewer", "write", "Let a device keep an episode"),
    Route("GET", "/v1/offline", "offline", "listOffline", "viewer", "read", "What the viewer's devices keep"),
    Route("DELETE", "/v1/offline/{grantId}", "offline", "deleteOffline", "viewer", "write", "Give up what is kept"),
)

_PEOPLE = (
    Route("GET", "/v1/me", "profile", "getProfile", "viewer", "read", "What the viewer has told of themselves"),
    Route("PUT", "/v1/me", "profile", "putProfile", "viewer", "write", "Change it"),
)

FRESH_S = 300
"""Money leaves, where it goes is changed, or who may take it out is decided, within five minutes of a sign-in."""

_VERIFICATION = "/v1/creator/verification"
_REVIEW = "/v1/reviews/{reviewId}"
_EDITION = "/v1/support/sanctions"
_KYC = (
    Route("GET", _VERIFICATION, "kyc", "getVerification", "creator", "read", "How the creator stands, and may pay out"),
    Route("POST", _VERIFICATION, "kyc", "beginVerification", "creator", "write", "Begin to be verified, or go on"),
    Route("GET", "/v1/reviews", "kyc", "listReviews", "reviewer", "operate", "Checks that wait for a reviewer"),
    Route("GET", _REVIEW, "kyc", "getReview", "reviewer", "operate", "What speaks for and against a person"),
    Route(
        "POST",
        _REVIEW + "/decision",
        "kyc",
        "decideReview",
        "reviewer",
        "operate",
        "Decide on a check",
        fresh_sign_in=FRESH_S,
    ),
    Route("GET", _EDITION, "kyc", "getEdition", "operator", "operate", "Lists of sanctions in force"),
    Route(
        "PUT",
        _EDITION,
        "kyc",
        "putEdition",
        "operator",
        "operate",
        "Put lists of sanctions in force",
        fresh_sign_in=FRESH_S,
    ),
)

_STUDIO_ROUTES = (
    Route("GET", "/v1/studio/series", "studio", "listOwnSeries", "creator", "read", "The creator's series"),
    Route("GET", _STUDIO, "studio", "getOwnSeries", "creator", "read", "One of the creator's series, listed or not"),
    Route("PUT", _STUDIO, "studio", "putSeries", "creator", "write", "Make a series, or change it"),
    Route(
        "PUT", _STUDIO + "/episodes/{episode}", "studio", "putEpisode", "creator", "write", "Add or change an episode"
    ),
    Route(
        "POST",
        _STUDIO + "/episodes/{episode}/uploads",
        "studio",
        "createUpload",
        "creator",
        "write",
        "Presigned forms to upload one episode's video, subtitles and dubs",
    ),
    Route(
        "GET",
        _STUDIO + "/episodes/{episode}/uploads",
        "studio",
        "listUploads",
        "creator",
        "read",
        "An episode's uploads, newest first",
    ),
    Route(
        "GET",
        "/v1/studio/uploads/{uploadId}",
        "studio",
        "getUpload",
        "creator",
        "read",
        "How far an upload has come, or why it failed",
    ),
    Route("GET", "/v1/studio/budget", "studio", "getBudget", "creator", "read", "What may be spent on transcoding"),
)

_SUPPORT = (
    Route("GET", _ACCOUNT, "support", "explainAccount", "operator", "operate", "An account and its entries, checked"),
    Route("POST", _ACCOUNT + "/grants", "support", "grantCoins", "operator", "operate", "Grant bonus coins"),
    Route("POST", _ACCOUNT + "/reversals", "support", "reverseEntry", "operator", "operate", "Reverse an entry"),
    Route("POST", _ACCOUNT + "/refunds", "support", "refundPurchase", "operator", "operate", "Refund an order"),
    Route("POST", _ACCOUNT + "/freezes", "support", "freezeAccount", "operator", "operate", "Freeze, or thaw"),
    Route("GET", "/v1/support/cases", "support", "listCases", "operator", "operate", "What awaits a second person"),
    Route("GET", _HELD, "support", "listHeldRewards", "reviewer", "operate", "Rewards that wait for a reviewer"),
    Route(
        "POST",
        _HELD + "/{claimId}/release",
        "support",
        "releaseReward",
        "reviewer",
        "operate",
        "Pay a held reward",
    ),
    Route(
        "POST",
        _HELD + "/{claimId}/refusal",
        "support",
        "refuseReward",
        "reviewer",
        "operate",
        "Refuse a held reward",
    ),
    Route("GET", _CASE, "support", "getCase", "operator", "operate", "One case"),
    Route("POST", _CASE + "/approval", "support", "approveCase", "operator", "operate", "Approve another's case"),
    Route("POST", _CASE + "/refusal", "support", "refuseCase", "operator", "operate", "Refuse a case"),
    Route("GET", "/v1/support/switches", "support", "listSwitches", "operator", "operate", "What is switched off"),
    Route("PUT", "/v1/support/switches/{switch}", "support", "putSwitch", "operator", "operate", "Switch off, or on"),
    Route("GET", "/v1/support/rule-sets", "support", "listRuleSets", "operator", "operate", "Rules of rewards"),
    Route("GET", _RULE_SET, "support", "getRuleSet", "operator", "operate", "One version of the rules of rewards"),
    Route("PUT", _RULE_SET, "support", "putRuleSet", "operator", "operate", "Upload rules of rewards"),
    Route("POST", _RULE_SET + "/activation", "support", "activateRuleSet", "operator", "operate", "Let rules rule"),
    Route("GET", "/v1/support/parked/{consumer}", "support", "listParked", "operator", "operate", "Parked entries"),
    Route(
        "POST", "/v1/support/parked/{consumer}/replay", "support", "replayParked", "operator", "operate", "Try again"
    ),
)

_ADS = (
    Route("GET", "/v1/webhooks/admob", "ads", "takeAdMobCallback", "vouched", "open", "Take what AdMob vouches for"),
)

_SPLIT = "/v1/support/series/{seriesId}/splits"
_REVENUE = (
    Route("GET", "/v1/creator/earnings", "revenue", "getEarnings", "creator", "read", "What the creator has earned"),
    Route(
        "GET",
        "/v1/creator/series/{seriesId}/splits",
        "revenue",
        "getOwnSplits",
        "creator",
        "read",
        "How a series' income is divided",
    ),
    Route(
        "GET",
        "/v1/creator/statements",
        "revenue",
        "listCreatorStatements",
        "creator",
        "read",
        "Statements, newest first",
    ),
    Route(
        "GET",
        "/v1/creator/statements/{day}",
        "revenue",
        "getCreatorStatement",
        "creator",
        "read",
        "A day's statement, as JSON that proves itself and as PDF",
    ),
    Route("GET", _SPLIT, "revenue", "listSplits", "operator", "operate", "Every version of a series' split"),
    Route(
        "PUT",
        _SPLIT + "/{version}",
        "revenue",
        "putSplit",
        "operator",
        "operate",
        "Propose a split",
        fresh_sign_in=FRESH_S,
    ),
    Route(
        "POST",
        _SPLIT + "/{version}/approval",
        "revenue",
        "approveSplit",
        "operator",
        "operate",
        "Approve another's split",
        fresh_sign_in=FRESH_S,
    ),
)

_PAYOUT = "/v1/payouts/{payoutId}"
_ANY_PAYOUT = "/v1/support/payouts/{personId}/{payoutId}"


def _payouts(method: str, path: str, operation: str, summary: str, *, rate: Rate = "read", fresh: int = 0) -> Route:
    """A route of a creator's payouts."""
    return Route(method, path, "payouts", operation, "creator", rate, summary, fresh_sign_in=fresh)


_PAYOUTS = (
    _payouts("GET", "/v1/payout-quote", "quotePayout", "What can be paid out, its fees, and when it arrives"),
    _payouts("POST", "/v1/payouts", "requestPayout", "Have money paid out", rate="spend", fresh=FRESH_S),
    _payouts("GET", "/v1/payouts", "listPayouts", "The creator's payouts, newest first"),
    _payouts("GET", _PAYOUT, "getPayout", "One payout: how far it is, or why it failed"),
    _payouts("POST", _PAYOUT + "/cancellation", "cancelPayout", "Call a payout off, unless it has left", rate="write"),
    _payouts("GET", "/v1/payout-destination", "getPayoutDestination", "Where the creator's money goes"),
    _payouts(
        "PUT",
        "/v1/payout-destination",
        "setPayoutDestination",
        "Name a bank, or another one, on the provider's page",
        rate="write",
        fresh=FRESH_S,
    ),
    _payouts("GET", "/v1/payout-schedule", "getPayoutSchedule", "Whether money is paid out by itself"),
    _payouts(
        "PUT",
        "/v1/payout-schedule",
        "setPayoutSchedule",
        "Have money paid out every week, or not",
        rate="write",
        fresh=FRESH_S,
    ),
    Route(
        "GET", "/v1/support/payouts", "payouts", "listStuckPayouts", "operator", "operate", "Payouts that do not go on"
    ),
    Route(
        "POST",
        _ANY_PAYOUT + "/resumption",
        "payouts",
        "resumePayout",
        "operator",
        "operate",
        "Go on with a payout whose execution has ended",
        fresh_sign_in=FRESH_S,
    ),
    Route(
        "POST",
        _ANY_PAYOUT + "/cancellation",
        "payouts",
        "stopPayout",
        "operator",
        "operate",
        "Call a creator's payout off, unless it has left",
    ),
)

_PAYMENTS = (
    Route("POST", "/v1/webhooks/stripe", "stripe", "takeStripeNotice", "signed", "open", "Take what Stripe tells us"),
)

_CLIENTS = "/v1/partner/{mode}/clients"
_CLIENT = _CLIENTS + "/{clientId}"
_KNOWN_PARTNER = "/v1/support/partners/{partnerId}"
_PARTNERS = (
    Route("POST", "/v1/oauth/token", "partners", "grantToken", "client", "open", "A token for a client's secret"),
    Route("GET", "/v1/partner", "partners", "getPartner", "partner", "read", "The member's partner"),
    Route("GET", _CLIENTS, "partners", "listClients", "partner", "read", "The partner's clients in a mode"),
    Route("POST", _CLIENTS, "partners", "createClient", "partner", "write", "Make a client; its secret is shown once"),
    Route(
        "POST", _CLIENT + "/rotation", "partners", "rotateSecret", "partner", "write", "A new secret beside the old one"
    ),
    Route("DELETE", _CLIENT, "partners", "deleteClient", "partner", "write", "Remove a client; its tokens end"),
    Route(
        "GET",
        "/v1/partner/{mode}/requests",
        "partners",
        "listRequests",
        "partner",
        "read",
        "The request log, newest first",
        "requests:read",
    ),
    Route(
        "GET",
        "/v1/partner/{mode}/usage",
        "partners",
        "getUsage",
        "partner",
        "read",
        "Requests by day, and what is left of the quota",
        "requests:read",
    ),
    Route("GET", "/v1/support/partners", "partners", "listPartners", "operator", "operate", "All partners"),
    Route("GET", _KNOWN_PARTNER, "partners", "explainPartner", "operator", "operate", "A partner and its clients"),
    Route("PUT", _KNOWN_PARTNER, "partners", "putPartner", "operator", "operate", "Make a partner, or change it"),
)

_ENDPOINTS = "/v1/partner/{mode}/endpoints"
_ENDPOINT = _ENDPOINTS + "/{endpointId}"
_DELIVERY = _ENDPOINT + "/deliveries/{deliveryId}"


def _webhooks(method: str, path: str, operation: str, summary: str, *, writes: bool = False) -> Route:
    """A route of a partner's webhooks, which reads, or writes."""
    if writes:
        return Route(method, path, "webhooks", operation, "partner", "write", summary, "webhooks:write")
    return Route(method, path, "webhooks", operation, "partner", "read", summary, "webhooks:read")


_WEBHOOKS = (
    _webhooks("GET", _ENDPOINTS, "listEndpoints", "Where events are sent"),
    _webhooks("POST", _ENDPOINTS, "createEndpoint", "Have events sent somewhere", writes=True),
    _webhooks("GET", _ENDPOINT, "getEndpoint", "One endpoint, and how it does"),
    _webhooks("PUT", _ENDPOINT, "putEndpoint", "Change, pause or enable an endpoint", writes=True),
    _webhooks("DELETE", _ENDPOINT, "deleteEndpoint", "Have nothing more sent there", writes=True),
    _webhooks("GET", _ENDPOINT + "/secret", "getEndpointSecret", "What its messages are signed with", writes=True),
    _webhooks("POST", _ENDPOINT + "/rotation", "rotateEndpointSecret", "Put a new secret in force", writes=True),
    _webhooks("POST", _ENDPOINT + "/test", "testEndpoint", "Send an event that tries it", writes=True),
    _webhooks("GET", _ENDPOINT + "/deliveries", "listDeliveries", "What was sent to it, newest first"),
    _webhooks("GET", _DELIVERY, "getDelivery", "One delivery with its attempts"),
    _webhooks("POST", _DELIVERY + "/replay", "replayDelivery", "Send a delivery again", writes=True),
    _webhooks("POST", _ENDPOINT + "/replays", "createReplay", "Send many deliveries again", writes=True),
    _webhooks("GET", _ENDPOINT + "/replays/{replayId}", "getReplay", "How far a replay has come"),
    Route(
        "POST",
        "/v1/partner/sandbox/events",
        "webhooks",
        "sendSandboxEvent",
        "partner",
        "write",
        "Send an event that did not happen to the sandbox's endpoints",
        "events:send",
    ),
)

_CAMPAIGN = "/v1/campaigns/{campaignId}"
_OWN = "/v1/partner/{mode}/campaigns"
_OWN_CAMPAIGN = _OWN + "/{campaignId}"
_RUN = "/v1/support/campaigns"
_RUN_CAMPAIGN = _RUN + "/{campaignId}"
_FUNDING = _RUN_CAMPAIGN + "/fundings/{fundingId}"


def _brands(method: str, path: str, operation: str, summary: str, *, tells: bool = False) -> Route:
    """A route of a brand's campaigns, by which it reads, or tells of purchases."""
    if tells:
        return Route(method, path, "campaigns", operation, "partner", "write", summary, "purchases:write")
    return Route(method, path, "campaigns", operation, "partner", "read", summary, "campaigns:read")


def _runs(method: str, path: str, operation: str, summary: str) -> Route:
    """A route by which operators run campaigns."""
    return Route(method, path, "campaigns", operation, "operator", "operate", summary)


_CAMPAIGNS = (
    Route("GET", "/v1/campaigns", "campaigns", "listCampaigns", "viewer", "read", "Campaigns of brands that run now"),
    Route("POST", _CAMPAIGN + "/token", "campaigns", "makeClaimToken", "viewer", "write", "A token for the brand"),
    Route("POST", "/v1/campaigns/scans", "campaigns", "scanCode", "viewer", "write", "Earn by a scanned code, once"),
    Route("GET", "/v1/cashback", "campaigns", "listCashback", "viewer", "read", "Cashback, pending and confirmed"),
    _brands("GET", _OWN, "listOwnCampaigns", "The brand's campaigns"),
    _brands("GET", _OWN_CAMPAIGN, "getOwnCampaign", "One of the brand's campaigns"),
    _brands("GET", _OWN_CAMPAIGN + "/report", "getCampaignReport", "What became of it, by day"),
    _brands("GET", _OWN_CAMPAIGN + "/code", "getCampaignCode", "The code to print or to show"),
    _brands("POST", _OWN_CAMPAIGN + "/purchases", "reportPurchase", "Tell of a purchase", tells=True),
    _brands("POST", _OWN_CAMPAIGN + "/purchases/{orderId}/returns", "reportReturn", "Tell of a return", tells=True),
    _runs("GET", _RUN, "listAllCampaigns", "Campaigns that are not closed"),
    _runs("GET", _RUN_CAMPAIGN, "explainCampaign", "A campaign with its fundings"),
    _runs("PUT", _RUN_CAMPAIGN, "putCampaign", "Make a campaign, change or pause it"),
    _runs("POST", _RUN_CAMPAIGN + "/fundings", "fundCampaign", "Bring coins that its brand has paid for"),
    _runs("POST", _FUNDING + "/approval", "approveFunding", "Approve another's funding"),
    _runs("POST", _FUNDING + "/refusal", "refuseFunding", "Refuse a funding"),
)

ROUTES: tuple[Route, ...] = (
    *_CATALOG,
    *_UNLOCKS,
    *_WALLET,
    *_CHECKOUT,
    *_PLAYBACK,
    *_PROGRESS,
    *_REWARDS,
    *_ADS,
    *_TIPS,
    *_OFFLINE,
    *_PEOPLE,
    *_KYC,
    *_STUDIO_ROUTES,
    *_SUPPORT,
    *_REVENUE,
    *_PAYOUTS,
    *_PAYMENTS,
    *_PARTNERS,
    *_WEBHOOKS,
    *_CAMPAIGNS,
)


FALLBACK_FUNCTION = "catalog"
"""Serves API Gateway's ``$default`` route, so that an unknown path is a problem document too."""


def routes_of(function: str) -> tuple[Route, ...]:
    """The routes that one function serves."""
    return tuple(route for route in ROUTES if route.function == function)
