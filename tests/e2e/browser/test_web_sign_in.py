"""Signing in, staying signed in and signing out: what RFC 7636 and RFC 6819 ask of a client that can keep no secret."""

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import Guard, OpenContext
from tests.e2e.browser.servers import Reply, as_json, held, instead, problem
from tests.e2e.browser.sight import coins_shown, sees_moving_picture, until
from tests.e2e.browser.steps import PLAYBACK
from tests.e2e.browser.stub import Issuer, Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def sign_in(page: Page, site: Site) -> None:
    page.goto(site.origin)
    page.get_by_role("button", name="Sign in").click()
    coins_shown(page, "130 coins")


def watch_first(page: Page, site: Site) -> None:
    page.goto(f"{site.origin}/#/the-last-train/1")


def sign_out(page: Page) -> None:
    page.locator("#account-open").click()
    with page.expect_event("load"):  # back from the hosted page
        page.get_by_role("button", name="Sign out").click()


def test_sign_in_proves_with_pkce_that_it_ends_where_it_began(site: Site, issuer: Issuer, page: Page) -> None:
    sign_in(page, site)
    asked = issuer.paths("GET", "/oauth2/authorize")[0].query
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{site.origin}/"
    assert asked["scope"] == "openid email profile"
    redeemed = issuer.paths("POST", "/oauth2/token")[0].form
    # The issuer has compared the verifier with the challenge; here: it is as long as RFC 7636 asks, and new each time.
    assert len(redeemed["code_verifier"]) >= 43
    sign_out(page)
    page.get_by_role("button", name="Sign in").click()
    coins_shown(page, "130 coins")
    again = issuer.paths("GET", "/oauth2/authorize")[-1].query
    assert again["state"] != asked["state"]
    assert again["code_challenge"] != asked["code_challenge"]


def test_the_code_leaves_the_address_and_the_history(site: Site, page: Page) -> None:
    sign_in(page, site)
    assert page.url == f"{site.origin}/"
    page.go_back()
    assert "code=" not in page.url


def test_tokens_are_nowhere_but_in_memory_and_in_this_tab(site: Site, issuer: Issuer, page: Page, guard: Guard) -> None:
    sign_in(page, site)
    watch_first(page, site)
    sees_moving_picture(page)
    # The device's random name, which no sign-in made, is all that outlives the tab.
    assert page.evaluate("Object.keys(localStorage)") == ["cliffhanger.choices"]
    assert page.evaluate("Object.keys(JSON.parse(localStorage['cliffhanger.choices']))") == ["device"]
    kept = page.evaluate("JSON.stringify(sessionStorage)")
    assert "refresh-word" in kept
    # Attempts, once used, are gone; the access token was never written down.
    assert "verifier" not in kept
    assert "access-word" not in kept
    assert "word-" not in page.content()
    assert not any("word" in line for line in guard.console)
    assert all("CloudFront" in cookie["name"] for cookie in page.context.cookies())
    other_tab = page.context.new_page()
    other_tab.goto(site.origin)
    expect(other_tab.get_by_role("button", name="Sign in")).to_be_visible()


def test_an_answer_that_this_tab_did_not_ask_for_is_refused(site: Site, issuer: Issuer, page: Page) -> None:
    page.goto(f"{site.origin}/?code=someone-elses&state=guessed")
    expect(page.locator("#alert code")).to_have_text("state_mismatch")
    assert page.url == f"{site.origin}/"
    issuer.state_sent_back = lambda state: f"{state}x"
    page.locator("header").get_by_role("button", name="Sign in").click()
    expect(page.locator("#alert code")).to_have_text("state_mismatch")
    assert issuer.paths("POST", "/oauth2/token") == []
    assert page.evaluate("sessionStorage.length") == 0


def test_an_answer_works_once(site: Site, issuer: Issuer, page: Page) -> None:
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    sign_in(page, site)
    answer = next(url for url in seen if "code=" in url)
    page.goto(answer)
    expect(page.locator("#alert code")).to_have_text("state_mismatch")
    assert len(issuer.paths("POST", "/oauth2/token")) <= 2  # the first redemption, and a refresh after the reload


@pytest.mark.parametrize("why", ["the issuer refuses", "the code does not hold"])
def test_a_refused_sign_in_is_told_and_can_be_tried_again(site: Site, issuer: Issuer, page: Page, why: str) -> None:
    page.goto(site.origin)
    if why == "the issuer refuses":
        issuer.error = "access_denied"
    else:
        # As if someone had swapped the code on its way for one of another sign-in.
        page.evaluate(
            "sessionStorage.setItem('cliffhanger.attempt',"
            " JSON.stringify({state: 'known', verifier: 'x'.repeat(43), returnTo: ''}))"
        )
        page.goto(f"{site.origin}/?code=stolen&state=known")
    if why == "the issuer refuses":
        page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#alert code")).to_have_text("sign_in_refused")
    issuer.error = None
    page.locator("#alert").get_by_role("button", name="Sign in").click()
    coins_shown(page, "130 coins")


def test_a_reload_stays_signed_in(site: Site, issuer: Issuer, page: Page) -> None:
    sign_in(page, site)
    page.reload()
    coins_shown(page, "130 coins")
    assert [one.form["grant_type"] for one in issuer.paths("POST", "/oauth2/token")] == [
        "authorization_code",
        "refresh_token",
    ]


def test_signing_out_forgets_here_revokes_there_and_ends_the_hosted_session(
    site: Site, issuer: Issuer, page: Page
) -> None:
    sign_in(page, site)
    sign_out(page)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.locator("#account-open")).to_be_hidden()
    assert issuer.revoked == ["refresh-word"]
    assert issuer.paths("GET", "/logout")[0].query == {"client_id": "web", "logout_uri": f"{site.origin}/"}
    assert page.evaluate("sessionStorage.length") == 0
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_an_expired_token_is_refreshed_and_the_press_still_counts(site: Site, issuer: Issuer, page: Page) -> None:
    sign_in(page, site)
    issuer.good.clear()
    watch_first(page, site)
    sees_moving_picture(page)
    assert len(issuer.paths("POST", "/oauth2/token")) == 2


def test_a_late_answer_to_the_expired_token_does_not_refresh_the_fresh_one(
    site: Site, issuer: Issuer, page: Page
) -> None:
    sign_in(page, site)
    issuer.good.clear()
    refreshed = threading.Event()
    site.then("POST", PLAYBACK.format(1), held(refreshed))
    with page.expect_request(lambda request: request.url.endswith(PLAYBACK.format(1))):
        watch_first(page, site)
    page.locator("#account-open").click()
    until(page, lambda: len(issuer.paths("POST", "/oauth2/token")), lambda count: count == 2, "not refreshed")
    expect(page.locator("#wallet-total")).to_have_text("130 coins")
    refreshed.set()
    page.keyboard.press("Escape")
    sees_moving_picture(page)
    assert len(issuer.paths("POST", "/oauth2/token")) == 2


def test_a_token_near_its_end_is_refreshed_before_it_is_used_and_once_at_a_time(
    site: Site, issuer: Issuer, page: Page
) -> None:
    issuer.rotates = True
    page.goto(f"{site.origin}/#/the-last-train/1")
    page.locator("#front").get_by_role("button", name="Sign in").click()
    sees_moving_picture(page)
    coins_shown(page, "130 coins")
    # Wallet and playback ask at once after a reload, too; two refreshes with one token would end the sign-in.
    issuer.expires_in = 1
    issuer.may_refresh.clear()
    page.reload()
    expect(page.locator("#front")).to_contain_text("Opening")
    issuer.may_refresh.set()
    sees_moving_picture(page)
    coins_shown(page, "130 coins")
    assert all(one.token in issuer.good for one in site.asked if one.token)


def test_when_the_sign_in_has_ended_the_viewer_is_asked_for_it_and_comes_back_to_the_episode(
    site: Site, issuer: Issuer, page: Page
) -> None:
    sign_in(page, site)
    issuer.good.clear()
    issuer.refresh = lambda: as_json(400, {"error": "invalid_grant"})
    watch_first(page, site)
    front = page.locator("#front")
    expect(front).to_contain_text("Your sign-in has ended")
    expect(page.locator("#account-open")).to_be_hidden()
    front.get_by_role("button", name="Sign in").click()
    sees_moving_picture(page)
    assert page.url == f"{site.origin}/#/the-last-train/1"


@pytest.mark.parametrize("answer", [Reply(503), Reply(0)], ids=["unavailable", "unreachable"])
def test_an_issuer_that_does_not_answer_ends_no_sign_in(site: Site, issuer: Issuer, page: Page, answer: Reply) -> None:
    sign_in(page, site)
    issuer.good.clear()
    issuer.refresh = lambda: answer
    watch_first(page, site)
    alert = page.locator("#alert")
    expect(alert.locator("code")).to_have_text("service_down" if answer.status else "unreachable")
    expect(page.locator("#account-open")).to_be_visible()
    issuer.refresh = None
    alert.get_by_role("button", name="Try again").click()
    sees_moving_picture(page)


def test_a_token_that_the_service_calls_forged_ends_the_sign_in(site: Site, issuer: Issuer, page: Page) -> None:
    sign_in(page, site)
    path = "/v1/series/the-last-train/episodes/1/playback"
    site.then("POST", path, lambda serve: problem("token_forged"))
    watch_first(page, site)
    expect(page.locator("#front code")).to_have_text("sign_in_ended")
    assert page.evaluate("sessionStorage.length") == 0
    assert len(issuer.paths("POST", "/oauth2/token")) == 1


def test_the_page_moves_to_the_address_that_sign_in_returns_to(
    site: Site, issuer: Issuer, new_context: OpenContext
) -> None:
    site.config = {**(site.config or {}), "redirectUri": f"{site.origin}/"}
    page = new_context().new_page()
    page.goto(site.origin.replace("127.0.0.1", "localhost") + "/#/the-last-train/1")
    page.wait_for_url(f"{site.origin}/#/the-last-train/1")
    expect(page.get_by_role("heading", level=1)).to_have_text("The Last Train")


@pytest.mark.parametrize(
    ("return_to", "arrives"),
    [
        ("/studio.html#/salt", "/studio.html#/salt"),
        ("/studio.html.example.test/", "/"),
        ("//studio.html", "/"),
        ("https://elsewhere.example.test/studio.html", "/"),
    ],
)
def test_a_sign_in_for_the_studio_leads_on_to_it_and_nowhere_else(
    site: Site, issuer: Issuer, page: Page, return_to: str, arrives: str
) -> None:
    site.then("GET", "/studio.html", instead(Reply(200, b"<!doctype html>", (("Content-Type", "text/html"),))))
    page.goto(site.origin)
    # Tokens are fetched where the issuer leads to; before, the page has the address at which it may arrive.
    with page.expect_response(f"{issuer.origin}/oauth2/token"):
        page.evaluate(
            # Nothing is waited for that the page would answer from where it is leaving.
            """async (returnTo) => {
              const [{ Session }, { loadConfig }] = await Promise.all([import("/auth.js"), import("/config.js")]);
              const session = new Session(await loadConfig());
              setTimeout(() => session.signIn(returnTo));
            }""",
            return_to,
        )
    page.wait_for_url(f"{site.origin}{arrives}")
