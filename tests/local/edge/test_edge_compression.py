"""Pages travel as small as CloudFront would send them, and streams as they are."""

from __future__ import annotations

import gzip

import pytest

SCRIPT = b"export const word = 'cliffhanger';\n" * 200
GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def page(stage):
    stage.aws.put("web", "play.js", SCRIPT, "text/javascript")
    stage.aws.put("web", "tiny.js", SCRIPT[:999], "text/javascript")
    stage.aws.put("web", "picture.png", SCRIPT, "image/png")
    return stage


def test_a_script_is_compressed_for_who_takes_it(page):
    reply = page.get("/play.js", headers=GZIP)
    assert reply.headers["Content-Encoding"] == "gzip"
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert len(reply.body) == int(reply.headers["Content-Length"]) < len(SCRIPT) / 5
    assert gzip.decompress(reply.body) == SCRIPT


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip;q=0"}])
def test_who_does_not_take_it_gets_the_file_itself(page, headers):
    reply = page.get("/play.js", headers=headers)
    assert "Content-Encoding" not in reply.headers
    assert reply.body == SCRIPT


def test_a_tag_of_a_compressed_file_is_weak_and_still_found_current(page):
    """Or every return to the page would fetch it all again."""
    tag = page.get("/play.js", headers=GZIP).headers["ETag"]
    assert tag.startswith('W/"')
    assert page.get("/play.js", headers={**GZIP, "If-None-Match": tag}).status == 304


@pytest.mark.parametrize("path", ["/tiny.js", "/picture.png"])
def test_what_would_gain_nothing_is_left_as_it_is(page, path):
    assert "Content-Encoding" not in page.get(path, headers=GZIP).headers


def test_a_part_of_a_file_is_a_part_of_the_file_itself(page):
    reply = page.get("/play.js", headers={**GZIP, "Range": "bytes=0-9"})
    assert (reply.status, reply.body) == (206, SCRIPT[:10])


def test_answers_of_the_api_are_not_compressed(page):
    """Their cache policy keeps nothing, and CloudFront compresses only what it could keep."""
    assert "Content-Encoding" not in page.get("/v1/series?" + "x=1&" * 400, headers=GZIP).headers
