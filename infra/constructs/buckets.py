"""Buckets: private, encrypted, over TLS only, logged."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import StageConfig

ABANDONED = cdk.Duration.days(1)
"""How long parts of an upload that was never completed are kept."""


def private_bucket(
    scope: Construct,
    id: str,
    config: StageConfig,
    purpose: str,
    *,
    logs: s3.IBucket | None = None,
    policy_elsewhere: bool = False,
    expire_after: cdk.Duration | None = None,
    old_versions: cdk.Duration | None = None,
    cors: list[s3.CorsRule] | None = None,
    locked: s3.ObjectLockRetention | None = None,
) -> s3.Bucket:
    """A bucket as all of ours are.

    Args:
        scope: the stack.
        id: the construct's id.
        config: the stage.
        purpose: last word of the bucket's name.
        logs: the bucket for access logs; ``None`` only for that bucket itself.
        policy_elsewhere: its policy, TLS included, is made by the stack of the distribution that it names.
        expire_after: age at which objects are deleted.
        old_versions: age at which replaced or deleted objects are really gone; ``None`` keeps no versions.
        cors: who may call it from a page.
        locked: how long, and against whom, each version of an object is kept (Object Lock, which needs versions).
    """
    stack = cdk.Stack.of(scope)
    rules = [s3.LifecycleRule(abort_incomplete_multipart_upload_after=ABANDONED)]
    if expire_after:
        rules.append(s3.LifecycleRule(expiration=expire_after))
    if old_versions:
        rules.append(s3.LifecycleRule(noncurrent_version_expiration=old_versions, expired_object_delete_marker=True))
    return s3.Bucket(
        scope,
        id,
        bucket_name=f"{config.name(purpose)}-{stack.account}-{stack.region}",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=not policy_elsewhere,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        versioned=old_versions is not None or locked is not None,
        object_lock_default_retention=locked,
        lifecycle_rules=rules,
        cors=cors,
        server_access_logs_bucket=logs,
        server_access_logs_prefix=f"s3/{purpose}/" if logs else None,
        removal_policy=cdk.RemovalPolicy.RETAIN if config.protected else cdk.RemovalPolicy.DESTROY,
    )


def resource_of(bucket: s3.Bucket) -> s3.CfnBucket:
    """The bucket's resource itself."""
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError("a bucket's default child must be its resource")
    return resource


def objects_of(bucket: s3.Bucket, pattern: str) -> str:
    """ARN of the objects whose keys fit a pattern.

    Spelled with the bucket's name, not with a reference: in another stack a reference is an import, whose name is only
    made up when templates are written, and what cannot be named cannot be accepted one finding at a time.
    """
    return f"arn:{cdk.Stack.of(bucket).partition}:s3:::{resource_of(bucket).bucket_name}/{pattern}"


def tells_eventbridge(bucket: s3.Bucket) -> None:
    """Send the bucket's events to the default bus.

    Set on the resource itself: the CDK's own property would add a function of its own only to set this one flag.
    """
    resource_of(bucket).add_property_override(
        "NotificationConfiguration", {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    )


def delivery_policy(
    scope: Construct, id: str, bucket: s3.IBucket, distribution_arn: str, *objects: str, list_names: bool
) -> None:
    """The one policy of a bucket behind the distribution: TLS only, and reading by that distribution alone.

    It stands in the distribution's stack because it names it; in the bucket's stack the two would need each other.

    Args:
        scope: the stack.
        id: the construct's id.
        bucket: the bucket.
        distribution_arn: the only distribution that may read.
        objects: patterns of the keys that it may read.
        list_names: may know which keys do not exist, so that a missing page is 404 rather than 403.
    """
    cloudfront = iam.ServicePrincipal("cloudfront.amazonaws.com")
    by_it = {"StringEquals": {"AWS:SourceArn": distribution_arn}}
    statements = [
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["s3:*"],
            resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
        iam.PolicyStatement(
            principals=[cloudfront],
            actions=["s3:GetObject"],
            resources=[bucket.arn_for_objects(pattern) for pattern in objects],
            conditions=by_it,
        ),
    ]
    if list_names:
        statements.append(
            iam.PolicyStatement(
                principals=[cloudfront], actions=["s3:ListBucket"], resources=[bucket.bucket_arn], conditions=by_it
            )
        )
    s3.CfnBucketPolicy(scope, id, bucket=bucket.bucket_name, policy_document=iam.PolicyDocument(statements=statements))
