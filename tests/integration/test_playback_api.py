"""Playback over HTTP: a grant by cookies or by address, and playlists for the bearer of one."""

from __future__ import annotations

import functools
import json
import urllib.parse

import pytest
from botocore.stub import Stubber

from cliffhanger import bootstrap
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import Video
from cliffhanger.dynamo import connect
from cliffhanger.errors import InternalError
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.playback.adapters import SecretKey, public_keys_of
from cliffhanger.playback.domain import Grant, Place, Signer, decode, policy_of, verify
from cliffhanger.playback.service import Entitlements
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.service import Books, UnlockRequest, is_unlocked, offer, unlock, unlocked_in
from cliffhanger.wallet.service import grant_bonus
from functions.playback.handler import handler
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import access_token, body_of, event
from tests.support.media_platform import BUCKETS, PAGE, REGION, SECRET, media_platform
from tests.support.media_samples import CREATED_AT
from tests.support.signing import KEY_ID, ORIGIN, private_key, public_der
from tests.support.world import give

PLAYBACK = "POST /v1/series/{seriesId}/episodes/{episode}/playback"
PLAYLIST = "GET /v1/playlists/{seriesId}/{episode}/{version}/{playlist}"
V1, V2 = "7k2m9x4q0v5t8w1z", "8k2m9x4q0v5t8w1z"
MASTER = (
    "#EXTM3U\n"
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",URI="master_audio_en.m3u8"\n'
    "#EXT-X-STREAM-INF:BANDWIDTH=900000\nmaster_video_360.m3u8\n"
)
VIDEO = '#EXTM3U\n#EXT-X-MAP:URI="master_video_360init.mp4"\n#EXTINF:4.0,\nmaster_video_360_00001.m4s\n'
OFFER = {"priceCoins": 12, "generation": 0, "balanceCoins": 5, "missingCoins": 7}


class Viewers:
    """Who has unlocked what, as the ledger would say."""

    def __init__(self):
        self.unlocked: set[tuple[str, str, int]] = set()
        self.asked: list[tuple[str, str, int]] = []

    def entitlements(self):
        return Entitlements(self.entitled, lambda *_: pytest.fail("one episode, one look"), lambda *_: OFFER)

    def entitled(self, person, series, episode):
        self.asked.append((person, series, episode))
        return (person, series, episode) in self.unlocked


@pytest.fixture
def viewers(monkeypatch):
    made = Viewers()
    replace_in_bootstrap(monkeypatch, "entitlements", made.entitlements)
    return made


@pytest.fixture
def platform(monkeypatch, viewers):
    monkeypatch.setattr("functions.playback.handler.system_clock", lambda: CREATED_AT)
    with media_platform(monkeypatch) as made:
        for episode, version in ((1, V1), (2, V2)):
            publish_video(made.catalog, "the-last-train", episode, Video(version, "master.m3u8", 8_000, 1))
        for name, text in (("master.m3u8", MASTER), ("master_video_360.m3u8", VIDEO)):
            for place in (Place("the-last-train", 1, V1), Place("the-last-train", 2, V2)):
                made.s3.put_object(Bucket=BUCKETS.media, Key=place.folder[1:] + name, Body=text.encode())
        yield made


def play(episode="1", body=None, *, series="the-last-train", person="mia"):
    return handler(
        event(
            "POST",
            "/v1/series/...",
            route=PLAYBACK,
            path_parameters={"seriesId": series, "episode": episode},
            body=body,
            token=access_token(person),
        ),
        None,
    )


def fetch(address):
    """What a player does with an address of ours."""
    parts = urllib.parse.urlsplit(address)
    _, _, _, series, episode, version, playlist = parts.path.split("/")
    return playlist_at(series, episode, version, playlist, dict(urllib.parse.parse_qsl(parts.query)))


def playlist_at(series: str, episode: str, version: str, playlist: str, query: dict[str, str]):
    names = {"seriesId": series, "episode": episode, "version": version, "playlist": playlist}
    return handler(event("GET", "/v1/playlists/...", route=PLAYLIST, path_parameters=names, query=query), None)


def query_of(grant):
    return {"grantPolicy": grant.policy, "grantSignature": grant.signature, "grantKey": grant.key_id}


def granted(place, until_s=CREATED_AT // 1000 + 60, key="ours", key_id=KEY_ID):
    return Signer(lambda: private_key(key), key_id).sign(policy_of(place.resource(ORIGIN), until_s))


def problem_of(answer):
    return answer["statusCode"], body_of(answer)["code"]


def test_a_free_episode_plays_for_who_is_signed_in_and_reads_no_ledger(platform, viewers):
    answer = play("1")

    assert answer["statusCode"] == 200
    assert body_of(answer) == {
        "playlistUrl": f"{ORIGIN}/media/the-last-train/1/{V1}/master.m3u8",
        "expiresAt": "2025-11-21T04:55:00.000Z",
        "renewAfter": "2025-11-21T04:47:30.000Z",
        "delivery": "cookies",
        "version": V1,
        "durationMs": 8_000,
        "resumeMs": None,
    }
    assert viewers.asked == []


def test_the_cookies_are_a_grant_for_this_version_alone(platform):
    place = Place("the-last-train", 1, V1)
    cookies = [cookie.split("; ") for cookie in play("1")["cookies"]]
    values = dict(cookie[0].split("=", 1) for cookie in cookies)

    bounds = [f"Path=/media/the-last-train/1/{V1}/", "Max-Age=900", "Secure", "HttpOnly", "SameSite=Lax"]
    assert all(cookie[1:] == bounds for cookie in cookies)
    assert set(values) == {
        "CloudFront-Policy",
        "CloudFront-Signature",
        "CloudFront-Key-Pair-Id",
        "CloudFront-Hash-Algorithm",
    }
    assert values["CloudFront-Hash-Algorithm"] == "SHA256"
    grant = Grant(values["CloudFront-Policy"], values["CloudFront-Signature"], values["CloudFront-Key-Pair-Id"])
    verify(grant, place.resource(ORIGIN), {KEY_ID: private_key().public_key()}, CREATED_AT)
    assert json.loads(decode(grant.policy))["Statement"][0]["Condition"] == {
        "DateLessThan": {"AWS:EpochTime": CREATED_AT // 1000 + 900}
    }


def test_a_locked_episode_says_what_is_missing_and_grants_nothing(platform):
    answer = play("2")

    assert problem_of(answer) == (402, "episode_locked")
    assert {name: body_of(answer)[name] for name in OFFER} == OFFER
    assert "cookies" not in answer


def test_an_unlocked_episode_plays(platform, viewers):
    viewers.unlocked.add(("mia", "the-last-train", 2))

    assert play("2")["statusCode"] == 200
    assert problem_of(play("2", person="noa")) == (402, "episode_locked")


def test_who_unlocks_with_coins_plays(platform, monkeypatch):
    """The real ledger decides: a refusal says what is missing, an unlock opens the episode to its viewer alone."""
    ledger = LedgerStore(connect(REGION), "test-ledger")
    give(ledger, "mia", bought=10, bonus=0)
    over = functools.partial
    real = Entitlements(over(is_unlocked, ledger), over(unlocked_in, ledger), over(offer, ledger))
    replace_in_bootstrap(monkeypatch, "entitlements", lambda: real)

    refused = body_of(play("2"))
    assert {name: refused[name] for name in OFFER} == OFFER | {"balanceCoins": 10, "missingCoins": 2}

    credit_more(ledger)
    books = Books(ledger, platform.catalog, lambda: None)
    unlock(books, UnlockRequest(Viewer("mia"), "the-last-train", 2, 2, price_shown_coins=12))
    assert play("2")["statusCode"] == 200
    assert body_of(play("2", person="noa"))["balanceCoins"] == 0


def credit_more(ledger):
    grant_bonus(ledger, viewer("mia"), coins=2, lifetime_days=30, reference=key_reference("more", b"test"))


def test_an_episode_that_is_not_published_cannot_be_played(platform):
    """Neither by who has not unlocked it: there is nothing to sell yet."""
    platform.catalog.create(PAGE._replace(series="not-yet"))

    assert problem_of(play("2", series="not-yet")) == (409, "episode_unavailable")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"episode": "3"}, (404, "not_found")),
        ({"series": "no-such-series"}, (404, "not_found")),
        ({"series": "a/../b"}, (422, "validation_failed")),
        ({"episode": "-1"}, (422, "validation_failed")),
        ({"body": {"delivery": "carrier-pigeon"}}, (422, "validation_failed")),
        ({"body": {"delivery": "query", "version": V2}}, (422, "validation_failed")),
        ({"body": "[]"}, (422, "validation_failed")),
        ({"body": "{"}, (400, "malformed_json")),
    ],
)
def test_what_does_not_fit_is_told_apart(platform, changes, expected):
    assert problem_of(play(**changes)) == expected


def test_a_player_without_cookies_follows_signed_addresses_all_the_way(platform):
    answer = play("1", {"delivery": "query"})
    assert "cookies" not in answer
    address = body_of(answer)["playlistUrl"]
    assert address.startswith(f"{ORIGIN}/v1/playlists/the-last-train/1/{V1}/master.m3u8?grantPolicy=")

    master = fetch(address)
    assert master["statusCode"] == 200
    assert master["headers"]["content-type"] == "application/vnd.apple.mpegurl"
    assert master["headers"]["cache-control"] == "no-store"

    video = fetch(ORIGIN + master["body"].splitlines()[3])
    segment = urllib.parse.urlsplit(video["body"].splitlines()[3])
    signed = dict(urllib.parse.parse_qsl(segment.query))
    assert segment.path == f"/media/the-last-train/1/{V1}/master_video_360_00001.m4s"
    assert set(signed) == {"Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"}
    verify(
        Grant(signed["Policy"], signed["Signature"], signed["Key-Pair-Id"]),
        Place("the-last-train", 1, V1).resource(ORIGIN),
        {KEY_ID: private_key().public_key()},
        CREATED_AT,
    )


E1 = Place("the-last-train", 1, V1)
E10 = Place("the-last-train", 10, V1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, (403, "grant_missing")),
        ({"grantPolicy": "x"}, (403, "grant_missing")),
        (query_of(granted(E1, key="mallory's")), (403, "grant_forged")),
        (query_of(granted(E1)) | {"grantKey": "KOTHER"}, (403, "grant_forged")),
        (query_of(granted(E10)), (403, "grant_foreign")),
        (query_of(granted(E1._replace(version=V2))), (403, "grant_foreign")),
        (query_of(granted(E1, until_s=CREATED_AT // 1000)), (403, "grant_expired")),
        ({"grantPolicy": "x" * 3_000}, (422, "validation_failed")),
    ],
)
def test_a_playlist_opens_to_its_own_grant_only(platform, query, expected):
    assert problem_of(playlist_at("the-last-train", "1", V1, "master.m3u8", query)) == expected


def test_while_keys_rotate_a_grant_of_the_former_key_still_opens_its_playlist(platform, monkeypatch):
    """For a quarter of an hour after a new key signs, viewers hold grants of the former, which CloudFront trusts."""
    keys = public_keys_of(json.dumps({"K2": public_der("second"), "K1": public_der("first")}))
    monkeypatch.setattr(bootstrap, "playback_keys", lambda: keys)

    def opened(key, key_id):
        query = query_of(granted(E1, key=key, key_id=key_id))
        return playlist_at("the-last-train", "1", V1, "master.m3u8", query)

    assert opened("second", "K2")["statusCode"] == 200
    assert opened("first", "K1")["statusCode"] == 200
    assert problem_of(opened("first", "K2")) == (403, "grant_forged")
    assert problem_of(opened("retired", "K0")) == (403, "grant_forged")


@pytest.mark.parametrize(
    "setting", ["", "[]", "{}", '{"K1": 1}', '{"K1": "!"}', '{"K1": "AAAA"}', json.dumps({"K1": public_der()})[:-9]]
)
def test_a_setting_that_holds_no_keys_is_our_fault(setting):
    with pytest.raises(InternalError):
        public_keys_of(setting)


def test_a_grant_for_episode_1_does_not_open_episode_10(platform):
    assert problem_of(playlist_at("the-last-train", "10", V1, "master.m3u8", query_of(granted(E1)))) == (
        403,
        "grant_foreign",
    )


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("the-last-train", "1", V1, "../../2/master.m3u8"), (422, "validation_failed")),
        (("the-last-train", "1", V1, "..%2fmaster.m3u8"), (422, "validation_failed")),
        (("the-last-train", "1", V1, "master_video_360_00001.m4s"), (422, "validation_failed")),
        (("the-last-train", "1", f"{V1}/../{V2}", "master.m3u8"), (422, "validation_failed")),
        (("..", "1", V1, "master.m3u8"), (422, "validation_failed")),
        (("the-last-train", "1", V1, "other.m3u8"), (404, "not_found")),
        (("the-last-train", "1", V1, "x" * 200 + ".m3u8"), (422, "validation_failed")),
        (("the-last-train", "1", V1, "master.m3u8\n"), (422, "validation_failed")),
        (("the-last-train\n", "1", V1, "master.m3u8"), (422, "validation_failed")),
    ],
)
def test_a_grant_reads_no_path_but_its_own(platform, place, expected):
    series, episode, version, playlist = place
    assert problem_of(playlist_at(series, episode, version, playlist, query_of(granted(E1)))) == expected


def test_a_bucket_that_hides_what_is_not_there_answers_as_if_it_told(platform):
    """Without permission to list, S3 answers 403 for a missing key."""
    with Stubber(platform.s3) as stubber:
        stubber.add_client_error("get_object", "AccessDenied", http_status_code=403)

        answer = playlist_at("the-last-train", "1", V1, "gone.m3u8", query_of(granted(E1)))

    assert problem_of(answer) == (404, "not_found")


@pytest.mark.parametrize("content", [b"<html>", b"", b"#EXTM3U\n" + b"x" * 300_000, b"#EXTM3U\n\xff\xfe"])
def test_what_is_no_playlist_is_never_served_as_one(platform, content):
    platform.s3.put_object(Bucket=BUCKETS.media, Key=E1.folder[1:] + "odd.m3u8", Body=content)

    answer = playlist_at("the-last-train", "1", V1, "odd.m3u8", query_of(granted(E1)))
    assert problem_of(answer) == (500, "internal_error")


def test_a_key_that_cannot_be_read_grants_nothing_and_says_try_again(platform, monkeypatch):
    class Silent:
        def get_secret_value(self, **_):
            from botocore.exceptions import EndpointConnectionError

            raise EndpointConnectionError(endpoint_url="https://secretsmanager")

    replace_in_bootstrap(monkeypatch, "playback_signer", lambda: Signer(SecretKey(Silent(), SECRET), KEY_ID))

    answer = play("1")
    assert problem_of(answer) == (503, "unavailable")
    assert "cookies" not in answer


@pytest.mark.parametrize("secret", ["not a key", ""])
def test_a_secret_that_is_no_key_is_our_fault_and_shows_nothing_of_it(platform, monkeypatch, secret):
    class Wrong:
        def get_secret_value(self, **_):
            return {"SecretString": secret}

    replace_in_bootstrap(monkeypatch, "playback_signer", lambda: Signer(SecretKey(Wrong(), SECRET), KEY_ID))

    answer = play("1")
    assert problem_of(answer) == (500, "internal_error")
    assert "detail" not in body_of(answer)
