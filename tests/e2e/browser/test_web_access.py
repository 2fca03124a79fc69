"""The page for everyone: what axe-core finds, the order of the focus, names, and whom the page talks to."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, Open, OpenContext
from tests.e2e.browser.servers import instead, problem
from tests.e2e.browser.sight import coins_shown, fits_the_screen, sees_moving_picture
from tests.e2e.browser.steps import VISA, buy, counter_of, meet_wall, offer, open_account, open_episode, press_episode
from tests.e2e.browser.stub import Issuer, Lot, Site, the_last_train

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SERIOUS = {"serious", "critical"}


def home(page: Page, site: Site) -> None:
    page.goto(site.origin)
    expect(page.locator("#shelf a")).to_have_count(1)
    expect(page.locator("#begun a")).to_have_count(1)


def series(page: Page, site: Site) -> None:
    expect(page.locator("#episodes a")).to_have_count(6)


def playing(page: Page, site: Site) -> None:
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)


def wall(page: Page, site: Site) -> None:
    meet_wall(page)


def wall_without_coins(page: Page, site: Site) -> None:
    site.viewer.lots = [Lot("2", "coin", 3)]
    meet_wall(page)


def wall_with_a_card(page: Page, site: Site) -> None:
    site.shop.cards = [VISA]
    site.shop.bank_asks = True
    wall_without_coins(page, site)
    counter_of(page).get_by_text("Other amounts").click()


def bank_asks(page: Page, site: Site) -> None:
    wall_with_a_card(page, site)
    buy(page)
    expect(counter_of(page)).to_contain_text("Your bank wants to know")


def payment_failed(page: Page, site: Site) -> None:
    bank_asks(page, site)
    buy(page, "Confirm with your bank")
    page.get_by_role("button", name="Fail").click()
    expect(counter_of(page).get_by_role("alert")).to_be_visible()


def purchases(page: Page, site: Site) -> None:
    payment_failed(page, site)
    page.goto(f"{site.origin}/#/the-last-train")
    panel = open_account(page, "Coins")
    for name in ("Buy coins", "Your purchases", "Saved cards"):
        panel.locator("summary", has_text=name).click()
    panel.locator(".purchases summary").click()
    expect(panel.get_by_role("button", name="Remove Visa")).to_be_visible()
    expect(panel.get_by_role("button", name="Buy", exact=False).first).to_be_visible()


def receipt(page: Page, site: Site) -> None:
    meet_wall(page)
    offer(page, "Unlock this episode").click()
    sees_moving_picture(page)
    page.get_by_role("region", name="Receipt").locator("summary").click()


def languages(page: Page, site: Site) -> None:
    playing(page, site)
    page.locator("#captions").click()
    expect(page.get_by_role("dialog", name="Captions and sound")).to_be_visible()


def error(page: Page, site: Site) -> None:
    site.then("GET", "/v1/series", *[instead(problem("busy"))] * 3)
    page.goto(site.origin)
    expect(page.locator("#alert code")).to_have_text("busy")


def account(tab: str) -> Callable[[Page, Site], None]:
    def look(page: Page, site: Site) -> None:
        site.viewer.pay(2, 12)
        panel = open_account(page, tab)
        expect(panel).to_be_visible()
        if tab == "Statement":
            panel.locator("summary").first.click()

    return look


Look = Callable[[Page, Site], None]
STATES: list[Look] = [home, series, playing, wall, wall_without_coins, receipt, languages, error]
STATES += [wall_with_a_card, bank_asks, payment_failed, purchases]
STATES += [account(tab) for tab in ("Coins", "Statement", "Limits", "You")]
NAMES = [*(state.__name__ for state in STATES[:12]), "coins", "statement", "limits", "profile"]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_axe_finds_nothing_serious(site: Site, signed_in: Open, state: Look, size: tuple[int, int]) -> None:
    site.catalog = [the_last_train(6)]
    site.viewer.progress["the-last-train", 1] = 20_000
    page = signed_in(size, reduced_motion="reduce")
    state(page, site)
    found = Axe().run(page).response["violations"]
    told = [
        (
            one["id"],
            one["impact"],
            [(node["html"][:120], node["any"] and node["any"][0]["message"]) for node in one["nodes"]],
        )
        for one in found
        if one["impact"] in SERIOUS
    ]
    assert told == []
    fits_the_screen(page)


def test_everything_can_be_done_from_the_keyboard(site: Site, page: Page) -> None:
    page.goto(site.origin)
    expect(page.locator("#shelf a")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="The Last Train")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#episodes a")).to_have_count(2)
    page.locator("#series-title").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Play", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#episodes").get_by_role("link", name="The Wrong Carriage")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in to watch")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    # Signed in, and back at the episode; the wall has the focus.
    expect(page.get_by_role("heading", name="is locked")).to_be_focused()
    page.keyboard.press("Tab")
    expect(offer(page, "Unlock this episode")).to_be_focused()
    page.keyboard.press("Space")
    sees_moving_picture(page)
    expect(page.get_by_role("button", name="Pause")).to_be_focused()


def test_the_focus_stays_in_a_dialog_and_goes_back_to_what_opened_it(signed_in: Open) -> None:
    page = signed_in()
    opener = page.locator("#account-open")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Your account")).to_be_visible()
    inside = "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(inside)
    page.get_by_role("tab", name="Coins").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Earn")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Earn")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="You")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_the_order_of_the_focus_over_the_picture_is_that_of_the_screen(site: Site, signed_in: Open) -> None:
    site.viewer.pay(2, 12)
    page = signed_in(PHONE)
    open_episode(page, site, 1)
    sees_moving_picture(page)
    expect(page.get_by_role("button", name="Give a gift")).to_be_visible()
    page.locator("#surface").focus()
    names = []
    for _ in range(8):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.id"))
    assert names == ["playing-back", "sound-hint", "tips-open", "next", "sound", "captions", "episodes-open", "seek"]


def test_the_line_of_time_is_a_slider_that_says_where_it_is(signed_in: Open) -> None:
    page = signed_in()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    page.keyboard.press("k")
    slider = page.get_by_role("slider", name="Position")
    slider.focus()
    before = float(slider.input_value())
    page.keyboard.press("ArrowRight")
    assert float(slider.input_value()) == pytest.approx(before + 5, abs=0.5)
    expect(slider).to_have_attribute("aria-valuetext", f"0:{int(float(slider.input_value())):02} of 1:00")


def test_the_page_talks_to_its_own_origin_and_to_sign_in_only(
    site: Site, issuer: Issuer, new_context: OpenContext
) -> None:
    context = new_context(PHONE)
    asked: list[Request] = []
    context.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - playwright marks its listeners
    page = context.new_page()
    page.goto(site.origin)
    page.get_by_role("button", name="Sign in").click()
    coins_shown(page, "130 coins")
    open_episode(page, site, 2)
    offer(page, "Unlock this episode").click()
    sees_moving_picture(page)
    page.goto(site.origin)
    open_account(page, "Statement")
    origins = {f"{parts.scheme}://{parts.netloc}" for parts in (urlsplit(one.url) for one in asked) if parts.netloc}
    assert origins == {site.origin, issuer.origin}


def test_nothing_but_choices_outlives_the_tab(site: Site, signed_in: Open) -> None:
    page = signed_in()
    press_episode(page, "Platform Nine")
    sees_moving_picture(page)
    page.keyboard.press("c")
    assert page.evaluate("Object.keys(localStorage)") == ["cliffhanger.choices"]
    kept = page.evaluate("JSON.parse(localStorage['cliffhanger.choices'])")
    assert set(kept) == {"captions", "device"}  # a random name, which watching to earn is told
    assert kept["captions"] == "off"
