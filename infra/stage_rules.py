"""What a stage's configuration must keep to, beyond its types: the rules, and what is said when one is broken."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from infra import EDGE_REGION

if TYPE_CHECKING:
    from infra.config import StageConfig

LOG_RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""The periods that CloudWatch Logs accepts, in days."""

_HOLD_DAYS = 14
"""No longer than the reserve of payouts looks back (``cliffhanger.payouts.policy``)."""

_STAGE = re.compile(r"[a-z][a-z0-9]{1,11}")
_KEY_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_PREFIX = re.compile(r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,23}[a-z0-9])?")
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@(?=.{4,190}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_PARTNER_BUS = re.compile(r"aws\.partner/stripe\.com/[A-Za-z0-9._/-]{1,200}")
_AD_UNIT = re.compile(r"[0-9]{1,20}")
_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+\n-----END PUBLIC KEY-----\n?")


class _Check(NamedTuple):
    """A rule, and what to say when it is broken."""

    broken: bool
    problem: str


def problems(config: StageConfig) -> list[str]:
    """The rules that are broken, most basic first."""
    return [check.problem for check in (*_shape(config), *_amounts(config), *_local_only(config)) if check.broken]


def _shape(config: StageConfig) -> tuple[_Check, ...]:
    """Rules that hold for every stage."""
    names = [key.name for key in config.signing_public_keys]
    places = [placement.name for placement in config.ad_placements]
    origin, domain, bus = config.public_origin, config.domain, config.stripe_event_bus
    ledger = config.restored_ledger
    return (
        _Check(not _STAGE.fullmatch(config.stage), "stage must be 2 to 12 lower-case letters and digits"),
        _Check(config.account is not None and not re.fullmatch(r"\d{12}", config.account), "account must be 12 digits"),
        _Check(not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", config.region), "region is no AWS region"),
        _Check(any(not _KEY_NAME.fullmatch(name) for name in names), "a signing key's name may hold a-z, 0-9 and -"),
        _Check(len(set(names)) != len(names), "two signing keys have one name"),
        _Check(any(not _PEM.fullmatch(key.pem) for key in config.signing_public_keys), "a signing key is no PEM"),
        _Check(any(not _DIGEST.fullmatch(d) for d in config.origin_digests), "an origin digest is no SHA-256 in hex"),
        _Check(
            config.request_digest is not None and not _DIGEST.fullmatch(config.request_digest),
            "requestDigest is no SHA-256 in hex",
        ),
        _Check(
            config.endpoint_digest is not None and not _DIGEST.fullmatch(config.endpoint_digest),
            "endpointDigest is no SHA-256 in hex",
        ),
        _Check(any(not _KEY_NAME.fullmatch(name) for name in places), "an ad placement's name may hold a-z, 0-9 and -"),
        _Check(len(set(places)) != len(places), "two ad placements have one name"),
        _Check(
            any(not _AD_UNIT.fullmatch(placement.unit) for placement in config.ad_placements),
            "an ad placement's unit is the number after the slash of AdMob's ca-app-pub-.../...",
        ),
        _Check(
            ledger is not None
            and not (_TABLE.fullmatch(ledger.name) and f":table/{ledger.name}/stream/" in ledger.stream_arn),
            "restoredLedger's streamArn is of another table than its name says",
        ),
        _Check(config.log_retention_days not in LOG_RETENTION_DAYS, "CloudWatch Logs has no such logRetentionDays"),
        _Check(
            config.email_from is not None and not _ADDRESS.fullmatch(config.email_from),
            "emailFrom must be a bare address, with its domain in lower case",
        ),
        _Check(
            bus is not None and not _PARTNER_BUS.fullmatch(bus), "stripeEventBus must be aws.partner/stripe.com/..."
        ),
        _Check(config.requests_per_second < 1 or config.burst_requests < 1, "a request limit must be positive"),
        _Check(config.requests_per_client < 10, "requestsPerClient must be at least 10"),
        _Check(
            config.sign_in_prefix is not None and not _PREFIX.fullmatch(config.sign_in_prefix),
            "signInPrefix must be 1 to 25 lower-case letters, digits and hyphens, without aws, amazon or cognito",
        ),
        _Check(origin is not None and not _is_origin(origin), "publicOrigin must be scheme and host, with no path"),
        _Check(
            domain is not None and origin != f"https://{domain.name}", "publicOrigin must be https:// and the domain"
        ),
        _Check(
            domain is not None and not domain.certificate_arn and not domain.has_zone,
            "a domain needs certificateArn, or hostedZoneId and hostedZoneName to make a certificate in",
        ),
        _Check(
            domain is not None and f":acm:{EDGE_REGION}:" not in (domain.certificate_arn or f":acm:{EDGE_REGION}:"),
            f"the certificate must be in {EDGE_REGION}, where CloudFront looks for it",
        ),
    )


def _amounts(config: StageConfig) -> tuple[_Check, ...]:
    """Within which bounds a number has to be, of days, coins or money."""
    return (
        _Check(not 0 < config.anchors_kept_days <= 3653, "anchorsKeptDays must be from 1 to 3,653"),
        _Check(config.transcode_creator_budget_usd < 1, "transcodeCreatorBudgetUsd must be at least 1"),
        _Check(
            config.transcode_creator_budget_usd > config.transcode_budget_usd,
            "transcodeCreatorBudgetUsd must not exceed transcodeBudgetUsd, of which it is a part",
        ),
        _Check(config.transcode_budget_usd > 1_000_000, "transcodeBudgetUsd must be at most a million"),
        _Check(
            not 1 <= config.house_coins_an_hour <= 100_000_000, "houseCoinsAnHour must be from 1 to a hundred million"
        ),
        _Check(
            config.payout_hold_days is not None and not 0 <= config.payout_hold_days <= _HOLD_DAYS,
            f"payoutHoldDays must be from 1 to {_HOLD_DAYS}",
        ),
    )


def _local_only(config: StageConfig) -> tuple[_Check, ...]:
    """What a stage that others can reach may not have."""
    reachable = not config.is_local
    plain = config.public_origin is not None and urlsplit(config.public_origin).scheme != "https"
    return (
        _Check(reachable and plain, "publicOrigin must be https"),
        _Check(reachable and config.payout_hold_days == 0, "only the local stage may pay out what has just come in"),
        _Check(reachable and config.disposable is True, "only the local stage is disposable"),
        _Check(reachable and config.password_sign_in is True, "only the local stage has passwordSignIn"),
        _Check(
            reachable and any(placement.player for placement in config.ad_placements),
            "only the local stage has a page that plays ads",
        ),
        _Check(reachable and config.local_endpoints is not None, "only the local stage has localEndpoints"),
        _Check(
            not all(map(_is_loopback, config.endpoints.webhook_networks)),
            "webhookNetworks may hold networks of this machine only, such as 127.0.0.0/8",
        ),
    )


def _is_origin(text: str) -> bool:
    """Whether the text is a scheme and a host, with nothing after them."""
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and text == f"{parts.scheme}://{parts.netloc}"


def _is_loopback(text: str) -> bool:
    """Whether the text is a network, as CIDR, that nothing outside this machine is in."""
    try:
        return ipaddress.ip_network(text).is_loopback
    except ValueError:
        return False
