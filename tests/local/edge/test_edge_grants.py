"""What opens a stream, and what does not. Each refusal is CloudFront's own document."""

from __future__ import annotations

import base64
import json
import time

import pytest

from tests.local.edge.conftest import as_cookies, as_query, spell

LIST = "/media/s/e1/v1/master.m3u8"


def code_of(reply):
    return reply.body.decode().partition("<Code>")[2].partition("</Code>")[0]


def refused(reply, code):
    return reply.status == 403 and code_of(reply) == code and reply.headers["Content-Type"] == "text/xml"


def test_a_stream_without_a_grant_is_refused_as_cloudfront_refuses_it(stage):
    reply = stage.get(LIST)
    assert refused(reply, "MissingKey")
    assert b"Missing Key-Pair-Id query parameter or cookie value" in reply.body
    assert reply.headers["X-Cache"] == "Error from cloudfront"


@pytest.mark.parametrize("key", ["K1", "K2", "CURVE"])
@pytest.mark.parametrize("algorithm", [None, "SHA1", "SHA256"])
@pytest.mark.parametrize("carried", ["query", "cookies"])
def test_a_grant_of_any_key_of_the_group_opens_its_version(stage, key, algorithm, carried):
    fields = stage.grant(key=key, algorithm=algorithm)
    if carried == "query":
        reply = stage.get(f"{LIST}?{as_query(fields)}")
    else:
        reply = stage.get(LIST, headers=as_cookies(fields))
    assert (reply.status, reply.body) == (200, b"#EXTM3U\n")


def test_a_grant_for_e1_does_not_open_e10(stage):
    fields = stage.grant(f"{stage.origin}/media/s/e1/v1/*")
    assert refused(stage.get(f"/media/s/e10/v1/master.m3u8?{as_query(fields)}"), "AccessDenied")
    assert refused(stage.get("/media/s/e10/v1/master.m3u8", headers=as_cookies(fields)), "AccessDenied")


def test_a_careless_resource_would_open_e10(stage):
    """Why the slash before the star matters: the edge does not help where CloudFront would not."""
    fields = stage.grant(f"{stage.origin}/media/s/e1*")
    assert stage.get(f"/media/s/e10/v1/master.m3u8?{as_query(fields)}").status == 200


@pytest.mark.parametrize(
    ("pattern", "opens"),
    [
        ("{origin}/media/s/e?/v1/master.m3u8", True),
        ("*/media/s/e1/*", True),
        ("*", True),
        ("{origin}/media/s/e1/v1/master.m3u8", True),
        ("{origin}/media/s/e1/v1/master", False),
        ("{origin}/MEDIA/s/e1/v1/*", False),
        ("https://elsewhere.example/media/s/e1/v1/*", False),
        ("{origin}/media/s/e1/v1/[m]aster.m3u8", False),
    ],
)
def test_wildcards_are_stars_and_question_marks_only(stage, pattern, opens):
    fields = stage.grant(pattern.format(origin=stage.origin))
    assert (stage.get(f"{LIST}?{as_query(fields)}").status == 200) is opens


def test_an_expired_grant_is_refused(stage):
    assert refused(stage.get(f"{LIST}?{as_query(stage.grant(until=-1))}"), "AccessDenied")


def test_a_grant_that_is_not_valid_yet_is_refused(stage):
    assert refused(stage.get(f"{LIST}?{as_query(stage.grant(since=600))}"), "AccessDenied")
    assert stage.get(f"{LIST}?{as_query(stage.grant(since=-600))}").status == 200


def test_a_grant_for_another_address_is_refused(stage):
    assert refused(stage.get(f"{LIST}?{as_query(stage.grant(ip='192.0.2.0/24'))}"), "AccessDenied")
    assert stage.get(f"{LIST}?{as_query(stage.grant(ip='127.0.0.0/8'))}").status == 200


def test_a_forged_signature_is_refused(stage):
    fields = stage.grant()
    forged = fields | {"Signature": spell(b"x" * 256)}
    assert refused(stage.get(f"{LIST}?{as_query(forged)}"), "AccessDenied")


def test_a_policy_that_was_changed_after_signing_is_refused(stage):
    fields = stage.grant(until=-1)
    policy = json.loads(base64.b64decode(fields["Policy"].translate(str.maketrans("-_~", "+=/"))))
    policy["Statement"][0]["Condition"]["DateLessThan"]["AWS:EpochTime"] += 7200
    changed = fields | {"Policy": spell(json.dumps(policy).encode())}
    assert refused(stage.get(f"{LIST}?{as_query(changed)}"), "AccessDenied")


def test_a_foreign_key_is_refused_under_its_own_name_and_under_ours(stage):
    own = stage.grant(key="FOREIGN")
    borrowed = stage.grant(key="FOREIGN", name="K1")
    assert refused(stage.get(f"{LIST}?{as_query(own)}"), "InvalidKey")
    assert refused(stage.get(f"{LIST}?{as_query(borrowed)}"), "AccessDenied")


def test_a_hash_that_was_not_signed_with_is_refused(stage):
    fields = stage.grant(algorithm="SHA256")
    for named in ({}, {"Hash-Algorithm": "SHA1"}, {"Hash-Algorithm": "MD5"}, {"Hash-Algorithm": "none"}):
        plain = {name: value for name, value in fields.items() if name != "Hash-Algorithm"} | named
        assert refused(stage.get(f"{LIST}?{as_query(plain)}"), "AccessDenied")


@pytest.mark.parametrize(
    "policy",
    [
        b"not json",
        b"[]",
        b"{}",
        b'{"Statement":[]}',
        b'{"Statement":[{"Resource":"*","Condition":{}}]}',
        b'{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":"soon"}}}]}',
        b'{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":99999999999},"Moon":{}}}]}',
        b'{"Statement":[{"Resource":"*"},{"Resource":"*"}]}',
        b'{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":99999999999},"IpAddress":{"AWS:SourceIp":"here"}}}]}',
    ],
)
def test_a_policy_that_is_none_is_refused_though_it_is_signed(stage, policy):
    assert refused(stage.get(f"{LIST}?{as_query(stage.grant(policy=policy))}"), "MalformedPolicy")


def test_what_is_not_base64_is_refused(stage):
    fields = stage.grant() | {"Policy": "%%%"}
    assert refused(stage.get(f"{LIST}?{as_query(fields)}"), "MalformedPolicy")


def test_the_query_wins_over_cookies(stage):
    good, bad = stage.grant(), stage.grant(until=-1)
    assert refused(stage.get(f"{LIST}?{as_query(bad)}", headers=as_cookies(good)), "AccessDenied")
    assert stage.get(f"{LIST}?{as_query(good)}", headers=as_cookies(bad)).status == 200


def test_part_of_a_signed_query_is_not_completed_from_cookies(stage):
    fields = stage.grant()
    reply = stage.get(f"{LIST}?Key-Pair-Id=K1", headers=as_cookies(fields))
    assert refused(reply, "MalformedPolicy") or refused(reply, "AccessDenied")


@pytest.mark.parametrize("carried", ["query", "cookies"])
def test_a_canned_policy_opens_exactly_its_address(stage, carried):
    until = int(time.time()) + 60
    condition = f'{{"DateLessThan":{{"AWS:EpochTime":{until}}}}}'
    text = f'{{"Statement":[{{"Resource":"{stage.origin}{LIST}","Condition":{condition}}}]}}'
    fields = {"Expires": str(until), "Signature": spell(stage.sign("K1", text.encode())), "Key-Pair-Id": "K1"}

    def ask(path):
        if carried == "query":
            return stage.get(f"{path}?{as_query(fields)}")
        return stage.get(path, headers=as_cookies(fields))

    assert ask(LIST).status == 200
    assert refused(ask("/media/s/e1/v1/film.cmfv"), "AccessDenied")
    later = fields | {"Expires": str(until + 60)}
    assert refused(stage.get(f"{LIST}?{as_query(later)}"), "AccessDenied")


def test_other_query_parameters_are_part_of_what_is_signed(stage):
    exact = stage.grant(f"{stage.origin}{LIST}?quality=low")
    assert stage.get(f"{LIST}?quality=low&{as_query(exact)}").status == 200
    assert refused(stage.get(f"{LIST}?quality=high&{as_query(exact)}"), "AccessDenied")


def test_a_grant_is_for_the_name_it_was_signed_for(stage):
    fields = stage.grant()
    reply = stage.get(f"{LIST}?{as_query(fields)}", headers={"Host": f"localhost:{stage.edge.port}"})
    assert refused(reply, "BadRequest")


def test_no_grant_reaches_the_log(stage):
    fields = stage.grant()
    stage.get(f"{LIST}?{as_query(fields)}", headers={"Authorization": "Bearer not-to-be-seen"})
    stage.get(LIST, headers=as_cookies(fields))
    stage.get(LIST)
    seen = "".join(stage.edge.lines)
    assert '"path": "/media/s/e1/v1/master.m3u8"' in seen
    for hidden in (fields["Signature"], fields["Policy"], "not-to-be-seen"):
        assert hidden not in seen


def test_what_is_not_in_the_bucket_is_refused_not_missing(stage):
    """Who may not list a bucket hears 403 for what is not there: S3 behind an origin access control."""
    reply = stage.get(f"/media/s/e1/v1/none.m3u8?{as_query(stage.grant())}")
    assert (reply.status, code_of(reply)) == (403, "AccessDenied")
