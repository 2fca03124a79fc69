"""The page on the running platform: what was deployed, the hosted sign-in, the real video, the real ledger."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from local.cast import SERIES, User
from tests.e2e.browser.conftest import DESKTOP, PHONE, OpenContext, Picture
from tests.e2e.browser.sight import coins_shown, fits_the_screen, sees_moving_picture
from tests.e2e.browser.steps import counter_of, offer, open_account, wall_of
from tests.e2e.client import Platform

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

PRICE = 12
COINS = 130
"""What a viewer with coins is given: 30 bonus and 100 bought."""


def story_of(platform: Platform) -> str:
    """The page at the demo's series: other tests list theirs, and the page opens the newest by itself."""
    return f"{platform.outputs['webUrl']}#/{SERIES}"


@pytest.fixture
def rich(platform: Platform) -> User:
    """A viewer of this test's own, with coins."""
    viewer, token = platform.new_person()
    platform.give_coins(token)
    return viewer


@pytest.fixture
def poor(platform: Platform) -> User:
    """A viewer of this test's own, without coins."""
    return platform.new_person()[0]


def sign_in(page: Page, user: User) -> None:
    """Through the hosted page, from wherever the page offers it."""
    page.get_by_role("button", name="Sign in").first.click()
    # The pool offers passkeys too, so the hosted page asks who, then how, then for the password.
    page.get_by_label("Username").fill(user.email)
    page.get_by_role("button", name="Next").click()
    how, password = page.get_by_role("button", name="Password"), page.get_by_label("Password for")
    expect(how.or_(password)).to_be_visible()
    if how.is_visible():
        how.click()
    password.fill(user.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#total")).to_contain_text("coins")


def open_episode(page: Page, platform: Platform, number: int) -> None:
    page.goto(f"{story_of(platform)}/{number}")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_viewer_signs_in_plays_meets_the_wall_unlocks_and_plays_on(
    platform: Platform, rich: User, new_context: OpenContext, picture: Picture, size: tuple[int, int]
) -> None:
    page = new_context(size).new_page()
    page.goto(story_of(platform))
    expect(page.get_by_role("heading", level=1)).to_have_text("The Last Train")
    expect(page.locator("#episodes li").nth(0)).to_contain_text("Free")
    expect(page.locator("#episodes li").nth(1)).to_contain_text(f"{PRICE} coins")
    fits_the_screen(page)
    picture(page, f"platform-series-{size[0]}")

    sign_in(page, rich)
    coins_shown(page, f"{COINS} coins")
    assert "code=" not in page.url

    open_episode(page, platform, 1)
    sees_moving_picture(page)
    fits_the_screen(page)
    picture(page, f"platform-playing-{size[0]}")

    open_episode(page, platform, 2)
    wall = wall_of(page)
    expect(offer(page, "Unlock this episode")).to_contain_text(f"{PRICE} coins")
    expect(wall).to_contain_text(f"You have {COINS} coins")
    fits_the_screen(page)
    picture(page, f"platform-wall-{size[0]}")

    offer(page, "Unlock this episode").click()
    sees_moving_picture(page)
    receipt = page.get_by_role("region", name="Receipt")
    receipt.locator("summary").click()
    expect(receipt).to_contain_text(f"{PRICE} bonus coins")
    expect(receipt).to_contain_text(f"{COINS - PRICE} coins: {30 - PRICE} bonus coins")
    receipt.get_by_role("button", name="Check it").click()
    expect(receipt).to_contain_text("the entry's bytes have this hash")
    fits_the_screen(page)
    picture(page, f"platform-receipt-{size[0]}")

    page.reload()
    sees_moving_picture(page)
    page.goto(platform.outputs["webUrl"])
    coins_shown(page, f"{COINS - PRICE} coins")
    # Where the viewer was is kept, and the statement adds up.
    expect(page.locator("#begun").get_by_role("link", name="Episode 2")).to_be_visible()
    statement = open_account(page, "Statement").locator("#statement li")
    expect(statement.first).to_contain_text(f"leaves {COINS - PRICE} coins")
    picture(page, f"platform-statement-{size[0]}")


def test_a_second_unlock_changes_nothing(platform: Platform, rich: User, new_context: OpenContext) -> None:
    windows = [new_context().new_page() for _ in range(2)]
    for page in windows:
        page.goto(story_of(platform))
        sign_in(page, rich)
        open_episode(page, platform, 2)
        expect(wall_of(page)).to_be_visible()
    statuses = []
    for page in windows:
        with page.expect_response("**/unlock") as answered:
            offer(page, "Unlock this episode").click()
        statuses.append(answered.value.status)
        sees_moving_picture(page)
        coins_shown(page, f"{COINS - PRICE} coins")
    assert statuses == [201, 200]
    expect(windows[1].get_by_role("region", name="Receipt")).to_contain_text("Nothing was charged")


def test_a_viewer_without_coins_is_told_what_is_missing(
    platform: Platform, poor: User, new_context: OpenContext, picture: Picture
) -> None:
    page = new_context(PHONE).new_page()
    page.goto(story_of(platform))
    sign_in(page, poor)
    coins_shown(page, "0 coins")
    open_episode(page, platform, 2)
    expect(offer(page, "Unlock this episode")).to_contain_text(f"{PRICE} coins missing")
    expect(offer(page, "Unlock this episode")).to_be_disabled()
    expect(counter_of(page)).to_be_visible()
    picture(page, "platform-wall-too-few")


def test_a_guest_watches_what_is_free_signs_in_for_the_rest_and_comes_back_to_it(
    platform: Platform, poor: User, new_context: OpenContext
) -> None:
    page = new_context().new_page()
    page.goto(story_of(platform))
    open_episode(page, platform, 1)
    sees_moving_picture(page)
    open_episode(page, platform, 2)
    expect(page.get_by_role("heading", name="Sign in to watch")).to_be_focused()
    sign_in(page, poor)
    expect(wall_of(page)).to_be_visible()


def test_the_stream_is_closed_to_whoever_has_no_grant(platform: Platform, poor: User, new_context: OpenContext) -> None:
    page = new_context().new_page()
    loaded: list[Response] = []
    page.on("response", lambda answer: loaded.append(answer) if "/media/" in answer.url else None)
    page.goto(story_of(platform))
    sign_in(page, poor)
    open_episode(page, platform, 1)
    sees_moving_picture(page)
    assert loaded
    assert {answer.status for answer in loaded} == {200}
    stranger = new_context()
    for answer in loaded[:4]:
        assert stranger.request.get(answer.url).status == 403


def test_the_page_is_served_under_a_policy_without_exceptions(platform: Platform, new_context: OpenContext) -> None:
    answer = new_context().request.get(platform.outputs["webUrl"])
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";") if part.strip())
    policy = {name: set(sources) for name, *sources in parts}
    assert policy["script-src"] == {"'self'"}
    assert policy["style-src"] == {"'self'"}
    cognito = urlsplit(platform.outputs["cognitoUrl"])
    # Creators' uploads go to their bucket directly, so its origin may stand there too; no wildcard, and nobody else.
    assert {"'self'", f"{cognito.scheme}://{cognito.netloc}"} <= policy["connect-src"]
    elsewhere = policy["connect-src"] - {"'self'"}
    assert {urlsplit(origin).hostname for origin in elsewhere} <= {"127.0.0.1", "localhost"}
    assert policy["frame-ancestors"] == {"'none'"}
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_signing_out_ends_the_sign_in(platform: Platform, poor: User, new_context: OpenContext) -> None:
    page = new_context().new_page()
    page.goto(story_of(platform))
    sign_in(page, poor)
    page.locator("#account-open").click()
    with page.expect_event("load"):  # back from the hosted page
        page.get_by_role("button", name="Sign out").click()
    assert page.url == platform.outputs["webUrl"]
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
