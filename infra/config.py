"""One frozen, typed configuration per stage, read from ``infra/stages/{stage}.json`` and checked before anything else.

A stage file holds nothing secret: public keys and digests only. ``make keys STAGE=...`` writes those; everything else
is written by hand. What only a machine of one's own may have (plain HTTP, password sign-in, disposable data, foreign
token issuers) is refused for every stage but ``local``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec

from infra import ROOT

LOCAL = "local"
"""The stage that runs on one machine, on an emulator."""

EDGE_REGION = "us-east-1"
"""Where CloudFront takes its web ACL and its certificate from."""

LOG_RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""The periods that CloudWatch Logs accepts, in days."""

_STAGE = re.compile(r"[a-z][a-z0-9]{1,11}")
_KEY_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_PREFIX = re.compile(r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,23}[a-z0-9])?")
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@(?=.{4,190}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_PARTNER_BUS = re.compile(r"aws\.partner/stripe\.com/[A-Za-z0-9._/-]{1,200}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+\n-----END PUBLIC KEY-----\n?")


class ConfigError(Exception):
    """A stage file is missing, does not fit, or asks for what its stage may not have. The message says what to do."""


class PublicKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The public half of a key that signs playback grants; ``name`` is part of its secret's and its resource's name."""

    name: str
    pem: str


class Domain(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A domain of one's own, with either a certificate in us-east-1 or the Route 53 zone to make one in."""

    name: str
    certificate_arn: str | None = None
    hosted_zone_id: str | None = None
    hosted_zone_name: str | None = None

    @property
    def has_zone(self) -> bool:
        """Whether certificate and addresses can be made in our own zone."""
        return bool(self.hosted_zone_id and self.hosted_zone_name)


class LocalEndpoints(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Addresses of the emulator where a template would name AWS's. ``{userPoolId}`` stands for the pool's id."""

    token_issuer: str | None = None
    token_keys_url: str | None = None
    sign_in_origin: str | None = None
    uploads_origin: str | None = None
    stripe_api_base: str | None = None


class StageConfig(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Everything in which stages may differ.

    Raises:
        ValueError: a value does not fit, or is reserved for the local stage.
    """

    stage: str
    """Lower-case letters and digits, at most twelve; part of every resource's name."""
    region: str
    account: str | None = None
    """Twelve digits. Without it the templates can be made and read, but not deployed."""
    public_origin: str | None = None
    """Scheme and host that viewers use, without a trailing slash. Unknown before the first deploy of a stage without a
    domain: it is the output ``DistributionDomain`` then."""
    signing_public_keys: tuple[PublicKey, ...] = ()
    """Accepted for playback grants. The first signs."""
    origin_digests: tuple[str, ...] = ()
    """SHA-256 of the accepted origin secrets, in hex. The distribution sends the first."""
    request_digest: str | None = None
    """SHA-256 of the request secret, in hex. Nobody is told it: it is how a lost or exchanged secret is noticed."""
    runtime: Literal["3.11", "3.12", "3.13"] = "3.13"
    architecture: Literal["arm64", "x86_64"] = "arm64"
    domain: Domain | None = None
    sign_in_prefix: str | None = None
    """First label of the managed login's address, unique among everyone's in the region; stage and account when unset.
    Its length is bounded because the whole address is the passkeys' relying party, which may have 63 characters."""
    log_retention_days: int = 365
    alarm_email: str | None = None
    email_from: str | None = None
    """Address that sign-up and recovery codes are sent from. Its domain must be a verified identity of SES in the
    stage's account and region. Without it, Cognito sends at most fifty mails a day, from an address of its own."""
    stripe_event_bus: str | None = None
    """Bus of Stripe's partner event source, once it is associated: notices then come by it too (docs/operations.md)."""
    requests_per_second: int = 500
    """What the HTTP API lets through, steadily."""
    burst_requests: int = 1000
    requests_per_client: int = 2000
    """API requests that one address may send in five minutes before the firewall stops it. Carriers put many viewers
    behind one address, so this is a bound on abuse, not on a person."""
    anchors_kept_days: int = 1096
    """How long nobody can change or delete a day's anchor, 1 to 3,653. It can be made longer later, never shorter."""
    transcode_budget_usd: int = 500
    """What all creators together may spend on transcoding in a month. Three minutes of film cost some 30 cents."""
    transcode_creator_budget_usd: int = 50
    """What one creator may spend on it in a month."""
    disposable: bool | None = None
    """Data may be deleted with its stack. Only the local stage."""
    password_sign_in: bool | None = None
    """The client may send a password (``USER_PASSWORD_AUTH``), for curl and tests. Only the local stage."""
    local_endpoints: LocalEndpoints | None = None

    def __post_init__(self) -> None:
        """Check what types cannot say."""
        for problem in _problems(self):
            raise ValueError(problem)
        for name in ("disposable", "password_sign_in"):
            if getattr(self, name) is None:
                msgspec.structs.force_setattr(self, name, self.is_local)

    @property
    def is_local(self) -> bool:
        """Runs on an emulator on one machine."""
        return self.stage == LOCAL

    @property
    def protected(self) -> bool:
        """Data must survive its stack."""
        return not self.disposable

    @property
    def endpoints(self) -> LocalEndpoints:
        """The emulator's addresses; all unset elsewhere."""
        return self.local_endpoints or LocalEndpoints()

    @property
    def origin_secret(self) -> str:
        """Secrets Manager id of the header that the distribution adds to every API request."""
        return f"cliffhanger/{self.stage}/origin-secret"

    @property
    def request_secret(self) -> str:
        """Secrets Manager id of the secret behind cursors and idempotency references.

        Made once and never rotated: stored references were made with it, and under another one a repeated request
        would not find its first answer and be done again.
        """
        return f"cliffhanger/{self.stage}/request-secret"

    @property
    def stripe_key(self) -> str:
        """Secrets Manager id of the key to Stripe's API, ``{"apiKey": "rk_live_..."}``; an operator puts it there."""
        return f"cliffhanger/{self.stage}/stripe-key"

    @property
    def webhook_secrets(self) -> str:
        """Secrets Manager id of what its webhooks are signed with, ``{"webhookSecrets": ["whsec_...", ...]}``."""
        return f"cliffhanger/{self.stage}/webhook-secrets"

    def signing_secret(self, key: str) -> str:
        """Secrets Manager id of the private half of a signing key.

        One secret per key, never rewritten: a function's environment names key and secret together, so a rotation
        can never pair a new secret with an old key id.
        """
        return f"cliffhanger/{self.stage}/signing-key/{key}"

    def name(self, what: str) -> str:
        """A resource's name, for example ``cliffhanger-prod-ledger``."""
        return f"cliffhanger-{self.stage}-{what}"

    def not_ready(self) -> tuple[str, ...]:
        """What must be mended before this stage may be deployed; synthesis reports it as errors."""
        missing = []
        if not self.signing_public_keys or not self.origin_digests or not self.request_digest:
            missing.append(f"Stage {self.stage} has no keys yet. Run: make keys STAGE={self.stage}")
        if self.account is None:
            missing.append(f'Stage {self.stage} names no account. Set "account" in its stage file.')
        return tuple(missing)


class _Check(NamedTuple):
    """A rule, and what to say when it is broken."""

    broken: bool
    problem: str


def _problems(config: StageConfig) -> list[str]:
    """The rules that are broken, most basic first."""
    return [check.problem for check in (*_shape(config), *_local_only(config)) if check.broken]


def _shape(config: StageConfig) -> tuple[_Check, ...]:
    """Rules that hold for every stage."""
    names = [key.name for key in config.signing_public_keys]
    origin, domain, bus = config.public_origin, config.domain, config.stripe_event_bus
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
        _Check(not 0 < config.anchors_kept_days <= 3653, "anchorsKeptDays must be from 1 to 3,653"),
        _Check(config.transcode_creator_budget_usd < 1, "transcodeCreatorBudgetUsd must be at least 1"),
        _Check(
            config.transcode_creator_budget_usd > config.transcode_budget_usd,
            "transcodeCreatorBudgetUsd must not exceed transcodeBudgetUsd, of which it is a part",
        ),
        _Check(config.transcode_budget_usd > 1_000_000, "transcodeBudgetUsd must be at most a million"),
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


def _local_only(config: StageConfig) -> tuple[_Check, ...]:
    """What a stage that others can reach may not have."""
    reachable = not config.is_local
    plain = config.public_origin is not None and urlsplit(config.public_origin).scheme != "https"
    return (
        _Check(reachable and plain, "publicOrigin must be https"),
        _Check(reachable and config.disposable is True, "only the local stage is disposable"),
        _Check(reachable and config.password_sign_in is True, "only the local stage has passwordSignIn"),
        _Check(reachable and config.local_endpoints is not None, "only the local stage has localEndpoints"),
    )


def _is_origin(text: str) -> bool:
    """Whether the text is a scheme and a host, with nothing after them."""
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and text == f"{parts.scheme}://{parts.netloc}"


def stage_file(stage: str) -> Path:
    """Where a stage's file stands unless another path is given."""
    return ROOT / "infra" / "stages" / f"{stage}.json"


def load(stage: str | None, path: Path | None = None) -> StageConfig:
    """Read and check a stage's configuration.

    Raises:
        ConfigError: no stage is named, or its file is missing, does not fit, or is another stage's.
    """
    if not stage:
        raise ConfigError("Say which stage: -c stage=dev")
    file = path or stage_file(stage)
    try:
        config = msgspec.json.decode(file.read_bytes(), type=StageConfig)
    except FileNotFoundError:
        raise ConfigError(f"There is no stage file {file}") from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise ConfigError(f"{file}: {error}") from error
    if config.stage != stage:
        raise ConfigError(f"{file} is the file of stage {config.stage}, not of {stage}")
    return config
