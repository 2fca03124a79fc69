"""How requests are passed on: what is added, what is taken away, and what is not passed on at all."""

from __future__ import annotations

import json
import socket
import threading

import pytest

from tests.local.edge.conftest import FILM, POSTER, SECRET, as_cookies, as_query

FILE = "/media/s/e1/v1/film.cmfv"


def last(stage):
    return stage.seen[-1]


def raw(stage, data):
    """What the edge answers to bytes that no client library would send."""
    with socket.create_connection(("127.0.0.1", stage.edge.port), timeout=20) as connection:
        connection.sendall(data)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def host(stage):
    return f"Host: 127.0.0.1:{stage.edge.port}\r\n".encode()


def test_the_api_hears_the_secret_and_only_ours(stage):
    sent = {"X-Origin-Secret": "guess", "X_Origin_Secret": "guess", "CloudFront-Viewer-Address": "6.6.6.6:6"}
    assert stage.get("/v1/series", headers=sent).status == 200
    headers = last(stage)["headers"]
    assert [value for name, value in headers if name.replace("_", "-") == "x-origin-secret"] == [SECRET]
    assert [value.split(":")[0] for name, value in headers if name == "cloudfront-viewer-address"] == ["127.0.0.1"]


def test_the_api_hears_everything_else_of_the_request(stage):
    sent = {"Authorization": "Bearer t", "Idempotency-Key": "k", "Cookie": "a=b", "Content-Type": "application/json"}
    body = b'{"priceShownCoins":12}'
    stage.get("/v1/series/s/episodes/2/unlock?x=%2F&y=", method="POST", headers=sent, body=body)
    heard = last(stage)
    headers = dict(heard["headers"])
    assert (heard["method"], heard["path"]) == ("POST", "/prefix/v1/series/s/episodes/2/unlock?x=%2F&y=")
    assert heard["body"] == body
    assert {name: headers[name.lower()] for name in sent} == sent
    assert headers["x-forwarded-for"] == "127.0.0.1"


def test_the_address_of_the_viewer_is_appended_not_believed(stage):
    stage.get(
        "/v1/series", headers={"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Real-Ip": "6.6.6.6"}
    )
    headers = dict(last(stage)["headers"])
    assert headers["x-forwarded-for"] == "6.6.6.6, 127.0.0.1"
    assert not {"x-forwarded-proto", "x-real-ip"} & set(headers)


def test_headers_of_one_hop_end_there(stage):
    stage.get("/v1/series", headers={"Connection": "x-mine", "X-Mine": "1", "TE": "trailers", "Keep-Alive": "5"})
    assert not {"x-mine", "te", "keep-alive"} & {name for name, _ in last(stage)["headers"]}


def test_answers_of_the_api_come_back_whole(stage):
    reply = stage.get("/v1/locked")
    assert (reply.status, reply.headers["Content-Type"]) == (402, "application/problem+json")
    assert json.loads(reply.body) == {"path": "/prefix/v1/locked"}
    assert len(reply.headers.get_all("Set-Cookie")) == 2
    assert len(reply.headers.get_all("Date")) == 1


def test_no_origin_sees_cloudfronts_own_parameters(stage):
    """CloudFront keeps them to itself, which is why the API's grants have names of their own."""
    stage.get(f"/v1/playlists/s/1/v1/master.m3u8?grantPolicy=p&{as_query(stage.grant())}&grantKey=k")
    assert last(stage)["path"].endswith("master.m3u8?grantPolicy=p&grantKey=k")


def test_the_root_is_the_index_and_only_the_root(stage):
    reply = stage.get("/")
    assert (reply.status, reply.body) == (200, b"<!doctype html>hello")
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert stage.get("/app.js").headers["Content-Type"] == "text/javascript"
    assert stage.get("/none/").status == 404


@pytest.mark.parametrize(
    ("wanted", "place", "content"),
    [
        ("bytes=0-99", "bytes 0-99/256000", FILM[:100]),
        ("bytes=1000-1999", "bytes 1000-1999/256000", FILM[1000:2000]),
        ("bytes=255990-", "bytes 255990-255999/256000", FILM[-10:]),
        ("bytes=-10", "bytes 255990-255999/256000", FILM[-10:]),
    ],
)
def test_ranges_of_a_stream(stage, wanted, place, content):
    reply = stage.get(FILE, headers=as_cookies(stage.grant()) | {"Range": wanted})
    assert (reply.status, reply.headers["Content-Range"], reply.body) == (206, place, content)


def test_a_range_outside_is_416(stage):
    assert stage.get(FILE, headers=as_cookies(stage.grant()) | {"Range": "bytes=999999-"}).status == 416


def test_head_tells_the_length_and_sends_nothing(stage):
    reply = stage.get(FILE, method="HEAD", headers=as_cookies(stage.grant()))
    assert (reply.status, reply.headers["Content-Length"], reply.body) == (200, "256000", b"")
    assert reply.headers["Content-Type"] == "video/mp4"
    assert stage.get(FILE, method="HEAD").status == 403


def test_what_is_known_is_not_sent_again(stage):
    tag = stage.get(FILE, headers=as_cookies(stage.grant())).headers["ETag"]
    reply = stage.get(FILE, headers=as_cookies(stage.grant()) | {"If-None-Match": tag})
    assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", tag)
    assert reply.headers["Content-Length"] is None


def test_a_date_that_is_none_is_no_condition(stage):
    assert stage.get("/", headers={"If-Modified-Since": "yesterday"}).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_buckets_are_read_only(stage, method):
    before = len(stage.aws.requests)
    assert stage.get("/app.js", method=method, body=b"x").status == 403
    assert stage.get(FILE, method=method, headers=as_cookies(stage.grant())).status == 403
    assert len(stage.aws.requests) == before


@pytest.mark.parametrize(
    "path",
    [
        "/media/../index.html",
        "/media/s/e1/v1/../../e10/v1/master.m3u8",
        "/media/s/e1/v1/%2e%2e/%2e%2e/e10/v1/master.m3u8",
        "/media/s/e1/v1/..%2f..%2fe10/v1/master.m3u8",
        "/media/s/e1/v1/..%5c..%5ce10/v1/master.m3u8",
        "/media/s/e1/v1/./master.m3u8",
        "/v1/../media/s/e1/v1/master.m3u8",
        "/../../etc/passwd",
        "/media/s/e1/v1/master.m3u8%00",
    ],
)
def test_paths_that_mean_another_reach_no_origin(stage, path):
    before = (len(stage.aws.requests), len(stage.seen))
    fields = stage.grant(f"{stage.origin}/media/s/e1/v1/*")
    assert stage.get(path, headers=as_cookies(fields)).status == 403
    assert (len(stage.aws.requests), len(stage.seen)) == before


def test_headers_beyond_the_limit_are_refused(stage):
    before = len(stage.seen)
    assert stage.get("/v1/series", headers={"X-Long": "x" * 33_000}).status == 413
    assert stage.get("/v1/series?" + "x" * 8_200).status == 413
    assert raw(stage, b"GET / HTTP/1.1\r\n" + host(stage) + b"X: " + b"x" * 200_000).split(b" ")[1] in (b"413", b"431")
    assert len(stage.seen) == before
    assert stage.get("/v1/series", headers={"X-Long": "x" * 30_000}).status == 200


def test_bodies_beyond_the_limit_are_refused(stage):
    before = len(stage.seen)
    head = b"POST /v1/series HTTP/1.1\r\n" + host(stage) + b"Content-Length: 10000001\r\n\r\n"
    assert raw(stage, head + b"x" * 10_000_001).split(b" ")[1] == b"413"
    assert len(stage.seen) == before


def test_a_get_has_no_body(stage):
    assert stage.get("/v1/series", body=b"x").status == 403


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Content-Length: +5\r\n",
        b" folded: 1\r\n",
    ],
)
def test_no_request_is_smuggled_behind_another(stage, head):
    """However it is read, the API hears at most the one request, and never the one inside its body."""
    before = len(stage.seen)
    inner = b"0\r\n\r\nGET /v1/smuggled HTTP/1.1\r\n" + host(stage) + b"\r\n"
    raw(stage, b"POST /v1/outer HTTP/1.1\r\n" + host(stage) + head + b"Connection: close\r\n\r\n" + inner)
    assert not [one for one in stage.seen[before:] if "smuggled" in one["path"]]


@pytest.mark.parametrize("line", [b"GET http://127.0.0.1/v1/series HTTP/1.1", b"CONNECT 127.0.0.1:80 HTTP/1.1"])
def test_it_is_no_proxy(stage, line):
    before = len(stage.seen)
    assert raw(stage, line + b"\r\n" + host(stage) + b"Connection: close\r\n\r\n").split(b" ")[1].startswith(b"4")
    assert len(stage.seen) == before


def test_a_foreign_name_is_not_answered(stage):
    """A page elsewhere whose name is pointed at this machine must not become same-origin with the platform."""
    assert stage.get("/", headers={"Host": "evil.example"}).status == 403


def test_policies_headers_are_on_every_answer(stage):
    for reply in (stage.get("/"), stage.get("/v1/locked"), stage.get(FILE)):
        assert reply.headers["Content-Security-Policy"] == "default-src 'none'"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["X-Frame-Options"] == "DENY"
        assert reply.headers["Strict-Transport-Security"] is None


def test_streams_are_shared_with_other_origins_as_the_policy_says(stage):
    shared = stage.get(FILE, headers=as_cookies(stage.grant()) | {"Origin": "https://cast.example"})
    assert shared.headers["Access-Control-Allow-Origin"] == "*"
    assert stage.get(FILE, headers=as_cookies(stage.grant())).headers["Access-Control-Allow-Origin"] is None
    assert (
        stage.get("/v1/series", headers={"Origin": "https://cast.example"}).headers["Access-Control-Allow-Origin"]
        is None
    )


def test_playlists_are_shared_with_other_origins_and_only_read(stage):
    playlist = "/v1/playlists/s/1/v1/master.m3u8"
    shared = stage.get(playlist, headers={"Origin": "https://cast.example"})
    assert (shared.status, shared.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert shared.headers["Access-Control-Allow-Credentials"] is None
    assert last(stage)["path"] == f"/prefix{playlist}"
    before = len(stage.seen)
    assert stage.get(playlist, method="POST", body=b"x").status == 403
    assert len(stage.seen) == before


def preflight(stage, path, **asked):
    wanted = {"Origin": "https://cast.example", "Access-Control-Request-Method": "GET"} | asked
    return stage.get(path, method="OPTIONS", headers=wanted)


def test_a_receiver_with_a_signed_address_may_ask_whether_it_may_ask_for_a_part(stage):
    """A casting receiver looks into a segment with Range, and before that its browser sends a preflight."""
    signed = f"{FILE}?{as_query(stage.grant())}"
    reply = preflight(stage, signed, **{"Access-Control-Request-Headers": "range"})
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "Range" in reply.headers["Access-Control-Allow-Headers"]
    part = stage.get(signed, headers={"Origin": "https://cast.example", "Range": "bytes=0-9"})
    assert (part.status, part.body, part.headers["Access-Control-Allow-Origin"]) == (206, FILM[:10], "*")


def test_a_preflight_without_a_grant_reaches_no_bucket(stage):
    before = len(stage.aws.requests)
    assert preflight(stage, FILE).status == 403
    assert preflight(stage, f"{FILE}?{as_query(stage.grant(until=-1))}").status == 403
    assert len(stage.aws.requests) == before


def test_the_bucket_decides_what_a_receiver_may_send(stage):
    signed = f"{FILE}?{as_query(stage.grant())}"
    assert preflight(stage, signed, **{"Access-Control-Request-Method": "PUT"}).status == 403
    assert preflight(stage, signed, **{"Access-Control-Request-Headers": "authorization"}).status == 403
    method, path, headers = stage.aws.requests[-1]
    assert (method, path) == ("OPTIONS", f"/media{FILE}")
    assert "cookie" not in headers


def test_only_streams_and_playlists_answer_a_preflight(stage):
    for path in ("/app.js", "/posters/s/1/v1.0000001.jpg"):
        assert preflight(stage, path).status == 403


POSTER_PATH = "/posters/s/1/v1.0000001.jpg"


def test_a_poster_is_for_everybody_and_kept_for_a_day(stage):
    reply = stage.get(POSTER_PATH)
    assert (reply.status, reply.body) == (200, POSTER)
    assert reply.headers["Content-Type"] == "image/jpeg"
    assert reply.headers["Cache-Control"] == "public, max-age=86400"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"] == "default-src 'none'"
    assert stage.get(POSTER_PATH, headers={"If-None-Match": reply.headers["ETag"]}).status == 304
    assert stage.get(POSTER_PATH, headers={"Range": "bytes=0-2"}).body == POSTER[:3]
    assert stage.get(POSTER_PATH, method="HEAD").headers["Content-Length"] == str(len(POSTER))


def test_a_poster_is_only_read(stage):
    before = len(stage.aws.requests)
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert stage.get(POSTER_PATH, method=method).status == 403
    assert len(stage.aws.requests) == before


@pytest.mark.parametrize(
    "path",
    [
        "/posters/../media/s/e1/v1/master.m3u8",
        "/posters/%2e%2e/media/s/e1/v1/master.m3u8",
        "/posters/..%2fmedia/s/e1/v1/master.m3u8",
        "/posters/..%5cmedia/s/e1/v1/master.m3u8",
        "/posters/%2e%2e/elsewhere/secret.txt",
        "/posters/s/../../elsewhere/secret.txt",
        "/posters/./../elsewhere/secret.txt",
    ],
)
def test_posters_lead_to_nothing_but_posters(stage, path):
    before = len(stage.aws.requests)
    assert stage.get(path).status == 403
    assert len(stage.aws.requests) == before


def test_nothing_beside_streams_and_posters_is_read_of_the_media_bucket(stage):
    """Another path is a page's, and those lie in another bucket."""
    for path in ("/elsewhere/secret.txt", "/postersx/a", "/posters", "/media"):
        assert stage.get(path).status == 404
    for path in ("/posters//media/s/e1/v1/master.m3u8", "/posters/"):
        assert stage.get(path).status == 403


def test_captions_keep_their_type_and_need_the_grant(stage):
    reply = stage.get("/media/s/e1/v1/captions.vtt", headers=as_cookies(stage.grant()))
    assert (reply.status, reply.headers["Content-Type"], reply.body) == (200, "text/vtt", b"WEBVTT\n")
    assert stage.get("/media/s/e1/v1/captions.vtt").status == 403


def test_a_refusal_of_a_stream_is_not_kept(stage):
    """Or a browser would go on with the 403 of the grant that has been renewed."""
    assert stage.get(FILE).headers["Cache-Control"] is None


def test_many_viewers_at_once(stage):
    cookies = as_cookies(stage.grant())
    replies = []
    threads = [
        threading.Thread(target=lambda: replies.append(stage.get(FILE, headers=cookies).body)) for _ in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies == [FILM] * 24


def test_it_is_ready(stage):
    assert json.loads(stage.get("/_local/health").body) == {"ready": True}
