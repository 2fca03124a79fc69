"""One frozen, typed configuration per stage, read from ``infra/stages/{stage}.json`` and checked before anything else.

A stage file holds nothing secret: public keys and digests only. ``make keys STAGE=...`` writes those; everything else
is written by hand. What only a machine of one's own may have (plain HTTP, password sign-in, disposable data, foreign
token issuers) is refused for every stage but ``local``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from infra import ROOT
from infra.secret_names import SecretNames
from infra.stage_rules import problems

LOCAL = "local"
"""The stage that runs on one machine, on an emulator."""


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


class AdPlacement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where ads are shown: its name, the number of its ad unit at AdMob, and on one machine a page that plays them."""

    name: str
    unit: str
    player: str | None = None


class RestoredLedger(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A table that was restored and is the ledger now: its name, and the ARN of the stream that was set up on it."""

    name: str
    stream_arn: str


class LocalEndpoints(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Addresses of the emulator where a template would name AWS's. ``{userPoolId}`` stands for the pool's id."""

    token_issuer: str | None = None
    token_keys_url: str | None = None
    sign_in_origin: str | None = None
    uploads_origin: str | None = None
    stripe_api_base: str | None = None
    ad_keys_url: str | None = None
    webhook_networks: tuple[str, ...] = ()
    """Networks that partners' webhooks may be sent to though they are not public, as CIDR."""
    webhook_ca: str | None = None
    """File of certificates that are trusted there beside the system's."""


class StageConfig(SecretNames, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Everything in which stages may differ.

    Raises:
        ValueError: a value does not fit, or is reserved for the local stage.
    """

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
    endpoint_digest: str | None = None
    """Likewise of the key that the secrets of partners' endpoints are derived from."""
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
    ad_placements: tuple[AdPlacement, ...] = ()
    """Where viewers may see ads for coins. Only callbacks for these ad units are taken; without any, none is
    offered."""
    stripe_event_bus: str | None = None
    """Bus of Stripe's partner event source, once it is associated: notices then come by it too (docs/operations.md)."""
    requests_per_second: int = 500
    """What the HTTP API lets through, steadily."""
    burst_requests: int = 1000
    requests_per_client: int = 2000
    """API requests that one address may send in five minutes before the firewall stops it. Carriers put many viewers
    behind one address, so this is a bound on abuse, not on a person."""
    restored_ledger: RestoredLedger | None = None
    """The ledger, in place of the table that the stage has made, which stays (docs/operations.md, "Restoring")."""
    anchors_kept_days: int = 1096
    """How long nobody can change or delete a day's anchor, 1 to 3,653. It can be made longer later, never shorter."""
    transcode_budget_usd: int = 500
    """What all creators together may spend on transcoding in a month. Three minutes of film cost some 30 cents."""
    transcode_creator_budget_usd: int = 50
    """What one creator may spend on it in a month."""
    house_coins_an_hour: int = 20_000
    """From how many bonus coins that the house gives viewers in an hour, as rewards, somebody is told: they come from
    no budget that could run out. 20,000 are what some 5,000 viewers earn on a day in two of its busiest hours."""
    payout_hold_days: int | None = None
    """How many days what came in stays on a creator's account before it can be paid out, 1 to 14: cards' holders notice
    within some days what was bought with a stolen one. 7 when unset; none on the local stage, where nobody waits."""
    disposable: bool | None = None
    """Data may be deleted with its stack. Only the local stage."""
    password_sign_in: bool | None = None
    """The client may send a password (``USER_PASSWORD_AUTH``), for curl and tests. Only the local stage."""
    synthetic_lists: bool | None = None
    """The list of sanctions that ships, which names nobody who exists, may clear people. Only where no real money
    leaves; of itself only the local stage."""
    local_endpoints: LocalEndpoints | None = None

    def __post_init__(self) -> None:
        """Check what types cannot say."""
        for problem in problems(self):
            raise ValueError(problem)
        for name in ("disposable", "password_sign_in", "synthetic_lists"):
            if getattr(self, name) is None:
                msgspec.structs.force_setattr(self, name, self.is_local)
        if self.payout_hold_days is None:
            msgspec.structs.force_setattr(self, "payout_hold_days", 0 if self.is_local else 7)

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

    def name(self, what: str) -> str:
        """A resource's name, for example ``cliffhanger-prod-ledger``."""
        return f"cliffhanger-{self.stage}-{what}"

    @property
    def ledger(self) -> str:
        """The name of the ledger's table."""
        return self.restored_ledger.name if self.restored_ledger else self.name("ledger")

    def not_ready(self) -> tuple[str, ...]:
        """What must be mended before this stage may be deployed; synthesis reports it as errors."""
        missing = []
        if (
            not self.signing_public_keys
            or not self.origin_digests
            or not self.request_digest
            or not self.endpoint_digest
        ):
            missing.append(f"Stage {self.stage} has no keys yet. Run: make keys STAGE={self.stage}")
        if self.account is None:
            missing.append(f'Stage {self.stage} names no account. Set "account" in its stage file.')
        return tuple(missing)


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
