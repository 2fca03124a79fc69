"""Security headers, one policy for each kind of answer."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra.config import StageConfig

ONE_YEAR = cdk.Duration.days(365)

RECEIVERS_METHODS = ("GET", "HEAD")
RECEIVERS_HEADERS = ("Accept-Encoding", "Content-Type", "Range")
"""What casting receivers ask to be allowed (Google Cast, "CORS requirements"); one that looks into a segment before it
plays sends ``Range``, and before that a preflight."""

POSTERS_KEPT = "public, max-age=86400"
"""A poster's address names its version, so it never changes; but this header is on refusals too, which must pass."""


def pages_policy(connect_to: Sequence[str]) -> str:
    """The pages' Content-Security-Policy: our own scripts only, streams through hls.js (blob: media and workers).

    Args:
        connect_to: origins that pages call besides their own: sign-in, and the bucket that takes uploads.
    """
    directives = {
        "default-src": ("'none'",),
        "script-src": ("'self'",),
        "style-src": ("'self'",),
        "img-src": ("'self'",),
        "media-src": ("'self'", "blob:"),
        "connect-src": ("'self'", *connect_to),
        "worker-src": ("'self'", "blob:"),
        "base-uri": ("'none'",),
        "form-action": ("'none'",),
        "frame-ancestors": ("'none'",),
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


NOTHING_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For what is no page: should a browser ever show it as one, it can do nothing."""


class Headers(Construct):
    """Response header policies of pages, API, posters and streams.

    Streams are told no age: CloudFront sets a policy's headers on refusals as well, and a browser that remembered the
    403 of a grant that is over would not see that it was renewed.
    """

    def __init__(self, scope: Construct, id: str, config: StageConfig, connect_to: Sequence[str]) -> None:
        super().__init__(scope, id)
        self.pages = self._policy("Pages", config, pages_policy(connect_to))
        self.api = self._policy("Api", config, NOTHING_POLICY)
        self.posters = self._policy("Posters", config, NOTHING_POLICY, kept=POSTERS_KEPT)
        self.media = self._policy(
            "Media",
            config,
            NOTHING_POLICY,
            # Casting receivers fetch streams from a page of their own, with the grant in the query and no cookies.
            cors=cloudfront.ResponseHeadersCorsBehavior(
                access_control_allow_origins=["*"],
                access_control_allow_methods=list(RECEIVERS_METHODS),
                access_control_allow_headers=list(RECEIVERS_HEADERS),
                access_control_expose_headers=["Content-Length", "Content-Range"],
                access_control_allow_credentials=False,
                access_control_max_age=cdk.Duration.hours(1),
                origin_override=True,
            ),
        )

    def _policy(
        self,
        id: str,
        config: StageConfig,
        content_security_policy: str,
        *,
        cors: cloudfront.ResponseHeadersCorsBehavior | None = None,
        kept: str | None = None,
    ) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            id,
            response_headers_policy_name=config.name(id.lower()),
            cors_behavior=cors,
            custom_headers_behavior=None if kept is None else _told("Cache-Control", kept),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=content_security_policy, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=ONE_YEAR, include_subdomains=True, override=True
                ),
            ),
        )


def _told(name: str, value: str) -> cloudfront.ResponseCustomHeadersBehavior:
    header = cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
    return cloudfront.ResponseCustomHeadersBehavior(custom_headers=[header])
