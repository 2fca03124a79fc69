"""One distribution in front of everything, and no way around it."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from infra.app import new_app
from infra.stacks.edge import EdgeStack
from tests.infra.assembly import Assembly, Resource, as_list
from tests.infra.conftest import DIGESTS, config_of

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CORS_S3_ORIGIN = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AWS's own policies, by the ids that its documentation lists."""


def distribution(assembly: Assembly) -> dict[str, Any]:
    return dict(assembly.one("AWS::CloudFront::Distribution").properties["DistributionConfig"])


def behaviour(assembly: Assembly, path: str) -> dict[str, Any]:
    config = distribution(assembly)
    if path == "*":
        return dict(config["DefaultCacheBehavior"])
    [found] = [each for each in config["CacheBehaviors"] if each["PathPattern"] == path]
    return dict(found)


def origin_of(assembly: Assembly, path: str) -> dict[str, Any]:
    wanted = behaviour(assembly, path)["TargetOriginId"]
    [found] = [each for each in distribution(assembly)["Origins"] if each["Id"] == wanted]
    return dict(found)


def headers_of(assembly: Assembly, path: str) -> dict[str, Any]:
    policy = behaviour(assembly, path)["ResponseHeadersPolicyId"]["Ref"]
    resource = assembly.templates["web"]["Resources"][policy]
    return dict(resource["Properties"]["ResponseHeadersPolicyConfig"])


def test_the_distribution_serves_pages_api_and_streams(production: Assembly) -> None:
    config = distribution(production)
    assert {each["PathPattern"] for each in config["CacheBehaviors"]} == {
        "/v1/playlists/*",
        "/v1/*",
        "/media/*",
        "/posters/*",
    }
    assert config["DefaultRootObject"] == "index.html"
    assert production.text(origin_of(production, "*")["DomainName"], "web") == "<media.Pages.RegionalDomainName>"
    for path in ("/media/*", "/posters/*"):
        assert production.text(origin_of(production, path)["DomainName"], "web") == "<media.Media.RegionalDomainName>"
    assert len(config["Origins"]) == 3
    api = production.text(origin_of(production, "/v1/*")["DomainName"], "web")
    assert api.startswith("<api.HttpApi>.execute-api.us-east-1.")


def test_nothing_is_served_over_plain_http(production: Assembly) -> None:
    assert behaviour(production, "*")["ViewerProtocolPolicy"] == "redirect-to-https"
    for path in ("/v1/playlists/*", "/v1/*", "/media/*", "/posters/*"):
        assert behaviour(production, path)["ViewerProtocolPolicy"] == "https-only"
    origin = origin_of(production, "/v1/*")["CustomOriginConfig"]
    assert (origin["OriginProtocolPolicy"], origin["OriginSSLProtocols"]) == ("https-only", ["TLSv1.2"])


def test_the_firewall_stands_before_everything(production: Assembly) -> None:
    assert production.text(distribution(production)["WebACLId"], "web") == "<edge.Firewall.Arn>"
    firewall = production.one("AWS::WAFv2::WebACL").properties
    assert firewall["Scope"] == "CLOUDFRONT"
    managed = {
        rule["Statement"]["ManagedRuleGroupStatement"]["Name"]
        for rule in firewall["Rules"]
        if "ManagedRuleGroupStatement" in rule["Statement"]
    }
    assert managed == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesCommonRuleSet",
    }


def test_one_client_s_api_requests_are_bounded_and_its_streams_are_not(production: Assembly) -> None:
    rules = production.one("AWS::WAFv2::WebACL").properties["Rules"]
    [rule] = [each for each in rules if each["Name"] == "RequestsPerClient"]
    assert rule["Action"] == {"Block": {}}
    statement = rule["Statement"]["RateBasedStatement"]
    assert (statement["Limit"], statement["AggregateKeyType"], statement["EvaluationWindowSec"]) == (2000, "IP", 300)
    assert statement["ScopeDownStatement"]["ByteMatchStatement"]["SearchString"] == "/v1/"


def test_webhooks_pass_the_firewall_whatever_a_payer_has_typed_up_to_a_bound_of_their_own(
    production: Assembly,
) -> None:
    """They come from a dozen addresses, and a rule that takes a name for an attack would keep somebody's coins."""
    rules = sorted(production.one("AWS::WAFv2::WebACL").properties["Rules"], key=lambda rule: rule["Priority"])
    flood, passing = rules[:2]
    bound = flood["Statement"]["RateBasedStatement"]
    assert (flood["Action"], bound["Limit"]) == ({"Block": {}}, 40_000)
    assert bound["ScopeDownStatement"] == passing["Statement"]
    assert passing["Action"] == {"Allow": {}}
    matches = [each["ByteMatchStatement"] for each in passing["Statement"]["OrStatement"]["Statements"]]
    assert [(match["PositionalConstraint"], match["SearchString"]) for match in matches] == [
        ("EXACTLY", "/v1/webhooks/stripe"),
        ("EXACTLY", "/v1/webhooks/admob"),
    ]
    assert [each["Priority"] for each in rules] == list(range(len(rules)))


def test_the_firewall_s_log_holds_no_token_no_cookie_no_grant_and_not_what_was_watched(production: Assembly) -> None:
    fields = production.one("AWS::WAFv2::LoggingConfiguration").properties["RedactedFields"]
    headers = {field["SingleHeader"]["Name"] for field in fields if "SingleHeader" in field}
    assert headers == {"authorization", "cookie", "referer", "stripe-signature"}
    assert {"QueryString": {}} in fields
    assert {"UriPath": {}} in fields


@pytest.mark.parametrize(("kept", "expected"), [(365, 30), (7, 7)])
def test_addresses_are_in_the_firewall_s_log_for_a_month_at_most(kept: int, expected: int) -> None:
    app = new_app()
    config = config_of("prod", log_retention_days=kept)
    stack = EdgeStack(app, "edge", config=config, env=cdk.Environment(region="us-east-1"))
    [log] = Template.from_stack(stack).find_resources("AWS::Logs::LogGroup").values()
    assert log["Properties"]["RetentionInDays"] == expected


def test_what_cloudfront_needs_is_in_us_east_1(production: Assembly) -> None:
    artifact = production.manifest["artifacts"]["cliffhanger-prod-edge"]
    assert artifact["environment"].endswith("/us-east-1")


def test_the_api_is_never_cached_and_gets_the_whole_request(production: Assembly) -> None:
    api = behaviour(production, "/v1/*")
    assert api["CachePolicyId"] == CACHING_DISABLED
    assert api["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST
    assert set(api["AllowedMethods"]) >= {"GET", "POST", "PUT", "PATCH", "DELETE"}


def test_the_distribution_proves_itself_with_the_newest_origin_secret(production: Assembly) -> None:
    """By the version whose id is the digest, so that a rotation changes the template and is deployed."""
    [header] = origin_of(production, "/v1/*")["OriginCustomHeaders"]
    assert header == {
        "HeaderName": "x-origin-secret",
        "HeaderValue": f"{{{{resolve:secretsmanager:cliffhanger/prod/origin-secret:SecretString:::{DIGESTS[0]}}}}}",
    }


def test_functions_accept_the_new_secret_before_the_distribution_sends_it(production: Assembly) -> None:
    """The stack of the functions is deployed first, because the distribution names its API."""
    needs = production.manifest["artifacts"]["cliffhanger-prod-web"]["dependencies"]
    assert "cliffhanger-prod-api" in needs


def test_streams_need_a_grant_signed_by_a_key_of_the_group(production: Assembly) -> None:
    media = behaviour(production, "/media/*")
    [group] = media["TrustedKeyGroups"]
    assert production.text(group, "web") == "<media.Keys.Id>"
    for path in ("*", "/v1/*", "/posters/*"):
        assert "TrustedKeyGroups" not in behaviour(production, path)
    accepted = production.one("AWS::CloudFront::KeyGroup").properties["KeyGroupConfig"]["Items"]
    assert [production.text(item, "media") for item in accepted] == ["<media.Keyk1.Id>", "<media.Keyk2.Id>"]


def test_every_viewer_shares_one_copy_of_a_segment(production: Assembly) -> None:
    """Neither cookies nor the signed query are part of the cache's key."""
    media = behaviour(production, "/media/*")
    assert media["CachePolicyId"] == CACHING_OPTIMIZED
    assert media["OriginRequestPolicyId"] == CORS_S3_ORIGIN
    assert set(media["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS"}


def policy_of(assembly: Assembly, bucket: str) -> Resource:
    [found] = [
        each
        for each in assembly.resources("AWS::S3::BucketPolicy", "web")
        if assembly.text(each.properties["Bucket"], "web") == f"<media.{bucket}>"
    ]
    return found


def test_media_and_pages_are_read_by_this_distribution_alone(production: Assembly) -> None:
    allowed = {}
    for bucket in ("Media", "Pages"):
        for statement in policy_of(production, bucket).properties["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
                source = production.text(statement["Condition"]["StringEquals"]["AWS:SourceArn"], "web")
                assert source == "arn:aws:cloudfront::111122223333:distribution/<web.Distribution>"
                allowed[bucket, statement["Action"]] = [
                    production.text(resource, "web") for resource in as_list(statement["Resource"])
                ]
    assert allowed == {
        ("Media", "s3:GetObject"): ["arn:aws:s3:::<media.Media>/media/*", "arn:aws:s3:::<media.Media>/posters/*"],
        ("Pages", "s3:GetObject"): ["arn:aws:s3:::<media.Pages>/*"],
        ("Pages", "s3:ListBucket"): ["arn:aws:s3:::<media.Pages>"],
    }


def test_both_buckets_are_read_with_signed_requests(production: Assembly) -> None:
    controls = production.resources("AWS::CloudFront::OriginAccessControl")
    assert len(controls) == 2
    for control in controls:
        config = control.properties["OriginAccessControlConfig"]
        assert (config["SigningBehavior"], config["SigningProtocol"]) == ("always", "sigv4")
    for path in ("*", "/media/*"):
        assert "OriginAccessControlId" in origin_of(production, path)


def directives(assembly: Assembly, path: str) -> dict[str, set[str]]:
    text = headers_of(assembly, path)["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    words = [part.split() for part in assembly.text(text, "web").split("; ")]
    return {name: set(sources) for name, *sources in words}


def test_pages_run_their_own_scripts_and_call_no_one_else(production: Assembly) -> None:
    policy = directives(production, "*")
    assert policy["default-src"] == {"'none'"}
    assert policy["script-src"] == policy["style-src"] == {"'self'"}
    assert policy["media-src"] == policy["worker-src"] == {"'self'", "blob:"}
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == {"'none'"}
    assert policy["connect-src"] == {
        "'self'",
        "https://prod-111122223333.auth.us-east-1.amazoncognito.com",
        "https://<media.Uploads.RegionalDomainName>",
        "https://<media.Uploads.DomainName>",
    }


def test_every_answer_carries_the_security_headers(production: Assembly) -> None:
    for path in ("*", "/v1/*", "/media/*", "/posters/*"):
        security = headers_of(production, path)["SecurityHeadersConfig"]
        assert security["ContentTypeOptions"] == {"Override": True}
        assert security["FrameOptions"]["FrameOption"] == "DENY"
        assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
        assert security["ReferrerPolicy"]["ReferrerPolicy"] == "strict-origin-when-cross-origin"


def test_casting_receivers_may_fetch_streams_without_cookies(production: Assembly) -> None:
    cors = headers_of(production, "/media/*")["CorsConfig"]
    assert cors["AccessControlAllowOrigins"] == {"Items": ["*"]}
    assert cors["AccessControlAllowCredentials"] is False
    assert set(cors["AccessControlAllowHeaders"]["Items"]) == {"Accept-Encoding", "Content-Type", "Range"}
    for path in ("/v1/*", "/posters/*"):
        assert "CorsConfig" not in headers_of(production, path)


def test_the_bucket_of_streams_answers_receivers_preflights(production: Assembly) -> None:
    """CloudFront's headers policy adds headers but answers nothing: without a rule, S3 refuses every preflight."""
    [media] = [each for each in production.resources("AWS::S3::Bucket") if "-media-" in each.properties["BucketName"]]
    [rule] = media.properties["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (["*"], ["GET", "HEAD"])
    assert set(rule["AllowedHeaders"]) == {"Accept-Encoding", "Content-Type", "Range"}


def test_posters_are_public_read_only_and_kept(production: Assembly) -> None:
    posters = behaviour(production, "/posters/*")
    assert posters["CachePolicyId"] == CACHING_OPTIMIZED
    assert set(posters["AllowedMethods"]) == {"GET", "HEAD"}
    [kept] = headers_of(production, "/posters/*")["CustomHeadersConfig"]["Items"]
    assert (kept["Header"], kept["Value"]) == ("Cache-Control", "public, max-age=86400")


def test_a_refused_stream_is_never_kept_by_a_browser(production: Assembly) -> None:
    """The policy's headers are on refusals too, and the next grant must be tried."""
    assert "CustomHeadersConfig" not in headers_of(production, "/media/*")


def test_casting_receivers_may_fetch_playlists_too(production: Assembly) -> None:
    """From the API's origin, as streams are shared: never with credentials, and never kept."""
    playlists = behaviour(production, "/v1/playlists/*")
    assert playlists["ResponseHeadersPolicyId"] == behaviour(production, "/media/*")["ResponseHeadersPolicyId"]
    assert playlists["TargetOriginId"] == behaviour(production, "/v1/*")["TargetOriginId"]
    assert playlists["CachePolicyId"] == CACHING_DISABLED
    assert playlists["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST
    assert set(playlists["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS"}
    assert "TrustedKeyGroups" not in playlists


def test_playlists_are_recognized_before_the_rest_of_the_api(production: Assembly) -> None:
    """CloudFront takes the first behaviour that fits."""
    paths = [each["PathPattern"] for each in distribution(production)["CacheBehaviors"]]
    assert paths.index("/v1/playlists/*") < paths.index("/v1/*")


def test_one_viewer_s_error_is_never_another_s(production: Assembly) -> None:
    """CloudFront keeps errors for ten seconds unless told otherwise, whatever the cache policy and the answer say."""
    responses = distribution(production)["CustomErrorResponses"]
    assert {each["ErrorCode"] for each in responses} == {400, 403, 404, 405, 414, 500, 501, 502, 503, 504}
    for each in responses:
        assert each["ErrorCachingMinTTL"] == 0
        assert not {"ResponseCode", "ResponsePagePath"} & set(each), "the API's own answer must arrive"


def test_who_watched_what_from_where_is_not_written_down(production: Assembly) -> None:
    """CloudFront's standard logs would hold addresses, paths and queries, and queries are working grants."""
    assert "Logging" not in distribution(production)


def test_a_domain_brings_its_certificate_its_addresses_and_newer_tls(abroad: Assembly) -> None:
    certificate = abroad.one("AWS::CertificateManager::Certificate")
    assert certificate.stack == "edge"
    assert certificate.properties["DomainName"] == "watch.example.com"
    config = distribution(abroad)
    assert config["Aliases"] == ["watch.example.com"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    records = abroad.resources("AWS::Route53::RecordSet", "web")
    assert {record.properties["Type"] for record in records} == {"A", "AAAA"}


def test_a_stage_abroad_takes_its_firewall_from_us_east_1(abroad: Assembly) -> None:
    where = {
        name.rsplit("-", 1)[-1]: each.get("environment", "") for name, each in abroad.manifest["artifacts"].items()
    }
    assert where["edge"].endswith("/us-east-1")
    assert where["web"].endswith("/eu-central-1")
    assert "Firewall" in str(distribution(abroad)["WebACLId"])


def test_pages_are_published_with_what_they_need_to_know(production: Assembly) -> None:
    published = production.one("Custom::Pages").properties
    settings = production.text(published["Settings"], "web")
    assert '"stage":"prod"' in settings
    assert '"clientId":"<identity.Pages>"' in settings
    assert '"redirectUri":"https://watch.example.com/"' in settings
    assert '"cognitoDomain":"https://prod-111122223333.auth.us-east-1.amazoncognito.com"' in settings
    assert production.text(published["Bucket"], "web") == "<media.Pages>"


def test_a_deploy_waits_for_every_attempt_to_publish(production: Assembly) -> None:
    """Lambda calls again after one minute, and again after two; a shorter wait fails a deploy that succeeds later."""
    [publisher] = [
        each
        for each in production.resources("AWS::Lambda::Function", "web")
        if each.properties.get("FunctionName") == "cliffhanger-prod-publish"
    ]
    waits = int(production.one("Custom::Pages").properties["ServiceTimeout"])
    assert waits > 3 * publisher.properties["Timeout"] + (1 + 2) * 60
