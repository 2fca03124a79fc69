"""What the edge refuses to start with, and how it stops."""

from __future__ import annotations

import json

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local.edge.behaviors import load_behaviors
from local.edge.config import ConfigError, EdgeConfig, load_config
from local.edge.signatures import load_keys
from tests.local.edge.conftest import POLICY, free_port, public_pem
from tests.local.programs import running

GOOD = {
    "gatewayUrl": "http://127.0.0.1:4566/x",
    "endpointUrl": "http://127.0.0.1:4566",
    "region": "us-east-1",
    "mediaBucket": "media",
    "webBucket": "web",
    "originSecret": "s",
    "publicKeys": {},
    "publicOrigin": "http://127.0.0.1:8080",
}


def written(tmp_path, changes):
    file = tmp_path / "edge.json"
    file.write_text(json.dumps({name: value for name, value in (GOOD | changes).items() if value is not None}))
    return file


@pytest.mark.parametrize(
    "changes",
    [
        {"endpointUrl": "https://s3.us-east-1.amazonaws.com"},
        {"gatewayUrl": "http://10.0.0.1/x"},
        {"originSecret": None},
        {"originSecretId": "also"},
        {"mediaBucket": None},
        {"surprise": 1},
        {"publicOrigin": "http://127.0.0.1:8080/"},
    ],
)
def test_a_configuration_that_cannot_be_served_is_refused(tmp_path, changes):
    assert load_config(written(tmp_path, {})).region == "us-east-1"
    with pytest.raises(ConfigError):
        load_config(written(tmp_path, changes))


def template(tmp_path, **changes):
    behavior = {
        "PathPattern": "/media/*",
        "TrustedKeyGroups": [{"Ref": "Group"}],
        "ResponseHeadersPolicyId": {"Ref": "P"},
    }
    csp = {"Fn::Join": ["", ["connect-src ", {"Ref": "SignIn"}, " ", {"Fn::GetAtt": ["Bucket", "Domain"]}]]}
    policy = {"SecurityHeadersConfig": {"ContentSecurityPolicy": {"ContentSecurityPolicy": csp, "Override": True}}}
    distribution = {
        "DefaultCacheBehavior": {"AllowedMethods": ["GET", "HEAD", "OPTIONS"]},
        "CacheBehaviors": [behavior | changes.pop("behavior", {})],
    }
    resources = {
        "D": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": distribution}},
        "P": {
            "Type": "AWS::CloudFront::ResponseHeadersPolicy",
            "Properties": {"ResponseHeadersPolicyConfig": policy | changes.pop("policy", {})},
        },
    }
    file = tmp_path / "web.template.json"
    file.write_text(json.dumps({"Resources": resources}))
    return str(file)


def configured(**changes):
    values = {"SignIn": "http://sign.in", "Bucket.Domain": "http://up.load"}
    return load_from(GOOD | {"templateValues": values} | changes)


def load_from(settings):
    return msgspec.convert(settings, EdgeConfig)


def test_behaviours_come_from_the_template(tmp_path):
    media, default = load_behaviors(configured(template=template(tmp_path)))
    assert (media.pattern, media.signed, default.pattern, default.signed) == ("/media/*", True, "*", False)
    assert default.methods == {"GET", "HEAD", "OPTIONS"}
    applied = media.headers.apply([("content-security-policy", "theirs")])
    assert applied == [("Content-Security-Policy", "connect-src http://sign.in http://up.load")]


def test_an_unknown_part_of_a_policy_is_refused(tmp_path):
    with pytest.raises(ConfigError):
        load_behaviors(configured(template=template(tmp_path, policy={"NewFangledConfig": {}})))


def test_a_reference_without_a_value_is_refused(tmp_path):
    with pytest.raises(ConfigError):
        load_behaviors(configured(template=template(tmp_path), templateValues={}))


def test_open_streams_are_refused(tmp_path):
    with pytest.raises(ConfigError):
        load_behaviors(configured(template=template(tmp_path, behavior={"TrustedKeyGroups": []})))


def test_policies_override_only_where_they_say_so():
    gentle = {"CustomHeadersConfig": {"Items": [{"Header": "Cache-Control", "Value": "no-store", "Override": False}]}}
    removing = {"RemoveHeadersConfig": {"Items": [{"Header": "X-Powered-By"}]}}
    config = configured(responseHeaders={"default": gentle | removing, "/v1/*": POLICY})
    default = load_behaviors(config)[-1].headers
    assert default.apply([("cache-control", "max-age=1"), ("x-powered-by", "x")]) == [("cache-control", "max-age=1")]
    assert default.apply([]) == [("Cache-Control", "no-store")]


def test_keys_that_cloudfront_would_not_take_are_refused(signers):
    assert list(load_keys({"K1": public_pem(signers["K1"])})) == ["K1"]
    for pem in ("nonsense", public_pem(rsa.generate_private_key(65537, 3072))):
        with pytest.raises(ValueError):
            load_keys({"K1": pem})


def test_it_stops_when_it_is_told_to(tmp_path, signers):
    port = free_port()
    keys = {"K1": public_pem(signers["K1"])}
    file = written(tmp_path, {"publicKeys": keys, "publicOrigin": f"http://127.0.0.1:{port}"})
    with running("local.edge", "--port", port, "--config", file) as edge:
        assert edge.port == port
        assert edge.stop() == 0
