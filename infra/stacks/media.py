"""State: the buckets, the transcoder's role and queue, and the keys that playback grants are signed with."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_mediaconvert as mediaconvert
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import PublicKey, StageConfig
from infra.constructs.buckets import objects_of, private_bucket, tells_eventbridge
from infra.constructs.function import accept_wildcards
from infra.constructs.headers import RECEIVERS_HEADERS, RECEIVERS_METHODS
from infra.constructs.nag import accept
from infra.constructs.secrets import secret_named
from infra.grants import Grant
from infra.resources import Buckets, Signing, Transcoder

SOURCES_KEPT = cdk.Duration.days(90)
"""How long a creator's source is kept: long enough to transcode it again."""

DELETED_KEPT = cdk.Duration.days(30)
"""How long what was replaced or deleted by mistake can be brought back."""

EXPORTS_KEPT = cdk.Duration.days(14)
"""How long an export can be audited before another has to be made."""

LOGS_KEPT = cdk.Duration.days(365)


class MediaStack(cdk.Stack):
    """Everything that holds objects, and what makes and opens them."""

    def __init__(self, scope: Construct, id: str, *, config: StageConfig, **stack: Any) -> None:
        super().__init__(scope, id, **stack)
        self.buckets = self._buckets(config)
        self.transcoder = self._transcoder(config)
        self.signing = self._signing(config)
        for name, bucket in (
            ("UploadsBucket", self.buckets.uploads),
            ("MediaBucket", self.buckets.media),
            ("PagesBucket", self.buckets.pages),
            ("FailuresBucket", self.buckets.failures),
            ("LogsBucket", self.buckets.logs),
            ("ExportsBucket", self.buckets.exports),
            ("AnchorsBucket", self.buckets.anchors),
            ("ReportsBucket", self.buckets.reports),
            ("SanctionsBucket", self.buckets.sanctions),
        ):
            cdk.CfnOutput(self, name, value=bucket.bucket_name)
        cdk.CfnOutput(self, "KeyPairId", value=self.signing.key_id)
        cdk.CfnOutput(self, "KeyGroupId", value=self.signing.key_group_id)
        cdk.CfnOutput(self, "TranscodeQueue", value=self.transcoder.queue_arn)
        cdk.CfnOutput(self, "TranscodeRole", value=self.transcoder.role_arn)

    def _buckets(self, config: StageConfig) -> Buckets:
        logs = private_bucket(self, "Logs", config, "logs", expire_after=LOGS_KEPT)
        accept(logs, "S1", "The bucket of access logs does not log access to itself")
        uploads = private_bucket(
            self, "Uploads", config, "uploads", logs=logs, expire_after=SOURCES_KEPT, cors=_uploads_from(config)
        )
        tells_eventbridge(uploads)
        media = private_bucket(
            self,
            "Media",
            config,
            "media",
            logs=logs,
            old_versions=DELETED_KEPT,
            policy_elsewhere=True,
            cors=[_receivers()],
        )
        pages = private_bucket(
            self, "Pages", config, "pages", logs=logs, old_versions=DELETED_KEPT, policy_elsewhere=True
        )
        for bucket in (media, pages):
            accept(bucket, "S10", "TLS is required by the policy in the web stack, which also names the distribution")
        failures = private_bucket(self, "Failures", config, "failures", logs=logs, old_versions=DELETED_KEPT)
        tells_eventbridge(failures)
        exports = private_bucket(self, "Exports", config, "exports", logs=logs, expire_after=EXPORTS_KEPT)
        tells_eventbridge(exports)
        anchors = private_bucket(self, "Anchors", config, "anchors", logs=logs, locked=_kept_from_everybody(config))
        reports = private_bucket(self, "Reports", config, "reports", logs=logs, old_versions=DELETED_KEPT)
        sanctions = private_bucket(self, "Sanctions", config, "sanctions", logs=logs, old_versions=DELETED_KEPT)
        return Buckets(
            uploads=uploads,
            media=media,
            pages=pages,
            logs=logs,
            failures=failures,
            exports=exports,
            anchors=anchors,
            reports=reports,
            sanctions=sanctions,
        )

    def _transcoder(self, config: StageConfig) -> Transcoder:
        queue = mediaconvert.CfnQueue(
            self, "Queue", name=config.name("transcode"), description="Episodes", pricing_plan="ON_DEMAND"
        )
        grants = (
            Grant(("s3:GetObject",), _folders(self.buckets.uploads, "uploads/*", "clean/*")),
            Grant(("s3:PutObject",), _folders(self.buckets.media, "media/*", "posters/*")),
        )
        role = iam.Role(
            self,
            "Transcoder",
            assumed_by=iam.ServicePrincipal(
                "mediaconvert.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": self.account}}
            ),
            description="MediaConvert reads sources and writes renditions",
            inline_policies={"objects": iam.PolicyDocument(statements=[grant.statement() for grant in grants])},
        )
        accept_wildcards(role, grants)
        jobs = self.format_arn(service="mediaconvert", resource="jobs", resource_name="*")
        return Transcoder(queue_arn=queue.attr_arn, role_arn=role.role_arn, jobs_arn=jobs)

    def _signing(self, config: StageConfig) -> Signing:
        """A CloudFront key for each public key, and the group that the distribution trusts.

        A stage without keys gets one that CloudFront refuses, so that even a deploy which overlooks synthesis' error
        ends here rather than with an open door.
        """
        keys = config.signing_public_keys or (PublicKey(name="missing", pem=config.not_ready()[0]),)
        made = [
            cloudfront.CfnPublicKey(
                self,
                f"Key-{key.name}",
                public_key_config=cloudfront.CfnPublicKey.PublicKeyConfigProperty(
                    caller_reference=config.name(key.name), name=config.name(key.name), encoded_key=key.pem
                ),
            )
            for key in keys
        ]
        group = cloudfront.CfnKeyGroup(
            self,
            "Keys",
            key_group_config=cloudfront.CfnKeyGroup.KeyGroupConfigProperty(
                name=config.name("playback"), items=[key.attr_id for key in made]
            ),
        )
        return Signing(
            key_id=made[0].attr_id,
            key_group_id=group.attr_id,
            public_keys=tuple((one.attr_id, _der(key.pem)) for one, key in zip(made, keys, strict=True)),
            secret=secret_named(self, config.signing_secret(keys[0].name)),
        )


def _folders(bucket: s3.Bucket, *patterns: str) -> tuple[str, ...]:
    return tuple(objects_of(bucket, pattern) for pattern in patterns)


def _der(pem: str) -> str:
    """What stands between a PEM's first and last line, on one line: the base64 of its DER."""
    return "".join(line.strip() for line in pem.splitlines() if not line.startswith("-----"))


def _receivers() -> s3.CorsRule:
    """Casting receivers may ask the bucket, through the distribution, whether they may ask; the grant decides."""
    return s3.CorsRule(
        allowed_methods=[s3.HttpMethods(method) for method in RECEIVERS_METHODS],
        allowed_origins=["*"],
        allowed_headers=list(RECEIVERS_HEADERS),
        max_age=3600,
    )


def _kept_from_everybody(config: StageConfig) -> s3.ObjectLockRetention:
    """Compliance: not even the account's root can shorten it. A disposable stage must be able to go."""
    kept = cdk.Duration.days(config.anchors_kept_days)
    return s3.ObjectLockRetention.compliance(kept) if config.protected else s3.ObjectLockRetention.governance(kept)


def _uploads_from(config: StageConfig) -> list[s3.CorsRule]:
    """Forms are posted to the bucket from our own pages only, which send no header of their own with them."""
    if config.public_origin is None:
        return []
    return [
        s3.CorsRule(
            allowed_methods=[s3.HttpMethods.POST],
            allowed_origins=[config.public_origin],
            max_age=3600,
        )
    ]
