"""One distribution in front of everything: pages, API and streams share a site, a firewall and their headers."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.buckets import delivery_policy
from infra.constructs.headers import Headers
from infra.constructs.nag import accept
from infra.constructs.pages import Pages
from infra.packaging import Bundler
from infra.resources import Resources

ORIGIN_HEADER = "x-origin-secret"
"""Proves to functions that a request came through the distribution."""


NEVER_KEPT = (400, 403, 404, 405, 414, 500, 501, 502, 503, 504)
"""Error statuses that CloudFront keeps for ten seconds by default, whatever cache policy and ``Cache-Control`` say."""


class WebStack(cdk.Stack):
    """The distribution, what it may read, and the pages."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        resources: Resources,
        bundler: Bundler,
        api_domain: str,
        firewall_arn: str,
        certificate: acm.ICertificate | None,
        sign_in_origin: str,
        client_id: str,
        **stack: Any,
    ) -> None:
        super().__init__(scope, id, **stack)
        config, buckets = resources.config, resources.buckets
        media = _behind(self, "MediaBucket", buckets.media)
        pages = _behind(self, "PagesBucket", buckets.pages)
        stored, api = _stored(media), _gateway(config, api_domain)
        headers = Headers(self, "Headers", config, connect_to=(sign_in_origin, *_uploads_at(config, buckets.uploads)))
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=config.name("edge"),
            default_root_object="index.html",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if certificate else None,
            web_acl_id=firewall_arn,
            certificate=certificate,
            domain_names=[config.domain.name] if config.domain else None,
            # Otherwise one viewer's 503 would be every viewer's. The answers themselves stay the origins' own.
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=cdk.Duration.seconds(0)) for status in NEVER_KEPT
            ],
            default_behavior=cloudfront.BehaviorOptions(
                origin=_stored(pages),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
                cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                response_headers_policy=headers.pages,
                compress=True,
            ),
            additional_behaviors={
                # The first that fits is taken, so the narrower path stands first.
                "/v1/playlists/*": _playlists(api, headers.media),
                "/v1/*": _api(api, headers.api),
                "/media/*": self._media(stored, resources.signing.key_group_id, headers.media),
                "/posters/*": _posters(stored, headers.posters),
            },
        )
        self._accepted(config)
        arn = self.distribution.distribution_arn
        delivery_policy(self, "MediaPolicy", media, arn, "media/*", "posters/*", list_names=False)
        delivery_policy(self, "PagesPolicy", pages, arn, "*", list_names=True)
        self._names(config)
        settings = {"stage": config.stage, "cognitoDomain": sign_in_origin, "clientId": client_id}
        if config.public_origin:
            settings["redirectUri"] = f"{config.public_origin}/"
        Pages(self, "Pages", config, bundler, buckets.pages, settings)
        cdk.CfnOutput(self, "DistributionDomain", value=self.distribution.distribution_domain_name)
        cdk.CfnOutput(self, "DistributionId", value=self.distribution.distribution_id)

    def _accepted(self, config: StageConfig) -> None:
        """What the rules find of the distribution, and why it stays."""
        if config.domain is None:
            accept(self.distribution, "CFR4", "CloudFront's own certificate fixes its TLS policy; a domain raises it")
        cdk.Annotations.of(self.distribution).acknowledge_warning(
            "@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac", "delivery_policy writes the policies"
        )
        accept(self.distribution, "CFR1", "Viewers may be anywhere")
        accept(
            self.distribution,
            "CFR3",
            "Its log would say who watched what from where, and hold working grants in its queries",
        )

    def _media(
        self, origin: cloudfront.IOrigin, key_group: str, headers: cloudfront.IResponseHeadersPolicy
    ) -> cloudfront.BehaviorOptions:
        """Streams: only with a grant signed by a key of the group, as cookies or in the query."""
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            # A receiver's preflight has the grant in its query, and is the bucket's to answer.
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
            origin_request_policy=cloudfront.OriginRequestPolicy.CORS_S3_ORIGIN,
            # The key is the path alone: every viewer's grant opens the same cached segment.
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=headers,
            trusted_key_groups=[cloudfront.KeyGroup.from_key_group_id(self, "PlaybackKeys", key_group)],
        )

    def _names(self, config: StageConfig) -> None:
        """The domain's addresses, where its zone is ours."""
        domain = config.domain
        if domain is None or not domain.has_zone:
            return
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=str(domain.hosted_zone_id), zone_name=str(domain.hosted_zone_name)
        )
        target = route53.RecordTarget.from_alias(targets.CloudFrontTarget(self.distribution))
        route53.ARecord(self, "Address", zone=zone, record_name=f"{domain.name}.", target=target)
        route53.AaaaRecord(self, "AddressV6", zone=zone, record_name=f"{domain.name}.", target=target)


def _uploads_at(config: StageConfig, bucket: s3.Bucket) -> tuple[str, ...]:
    """Where forms are posted to. A presigned address has the region in it or not, depending on the region."""
    if config.endpoints.uploads_origin:
        return (config.endpoints.uploads_origin,)
    return (f"https://{bucket.bucket_regional_domain_name}", f"https://{bucket.bucket_domain_name}")


def _behind(scope: Construct, id: str, bucket: s3.Bucket) -> s3.IBucket:
    """A bucket of another stack, as something to refer to: its policy is made here, by hand."""
    return s3.Bucket.from_bucket_attributes(
        scope,
        id,
        bucket_name=bucket.bucket_name,
        bucket_regional_domain_name=bucket.bucket_regional_domain_name,
    )


def _stored(bucket: s3.IBucket) -> cloudfront.IOrigin:
    """A bucket as an origin that only signed requests of the distribution can read. Behaviours share it."""
    return origins.S3BucketOrigin.with_origin_access_control(bucket)


def _gateway(config: StageConfig, domain: str) -> cloudfront.IOrigin:
    """The API as an origin. Behaviours share it: made twice, it would be two origins."""
    digest = config.origin_digests[0] if config.origin_digests else None
    # A version of this secret is named by the digest of its value (tools/keys.py). Naming it here makes CloudFormation
    # look again after a rotation, which a reference to "the current version" would not.
    secret = cdk.SecretValue.secrets_manager(config.origin_secret, version_id=digest)
    return origins.HttpOrigin(
        domain,
        protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
        origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        custom_headers={ORIGIN_HEADER: secret.unsafe_unwrap()},
    )


def _posters(origin: cloudfront.IOrigin, headers: cloudfront.IResponseHeadersPolicy) -> cloudfront.BehaviorOptions:
    """Pictures of what there is to see: for everybody."""
    return cloudfront.BehaviorOptions(
        origin=origin,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
        cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
        response_headers_policy=headers,
    )


def _api(origin: cloudfront.IOrigin, headers: cloudfront.IResponseHeadersPolicy) -> cloudfront.BehaviorOptions:
    """The API: everything of the request but its host is passed on, nothing is kept."""
    return _passed_on(origin, headers, cloudfront.AllowedMethods.ALLOW_ALL)


def _playlists(origin: cloudfront.IOrigin, headers: cloudfront.IResponseHeadersPolicy) -> cloudfront.BehaviorOptions:
    """The API's playlists for receivers, whose pages are of another origin: shared as streams are, and only read."""
    return _passed_on(origin, headers, cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS)


def _passed_on(
    origin: cloudfront.IOrigin,
    headers: cloudfront.IResponseHeadersPolicy,
    methods: cloudfront.AllowedMethods,
) -> cloudfront.BehaviorOptions:
    return cloudfront.BehaviorOptions(
        origin=origin,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowed_methods=methods,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        response_headers_policy=headers,
        compress=True,
    )
