"""The reviewers' room: one queue for checks and held rewards, evidence side by side, a decision that says why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import DESKTOP, PHONE, OpenContext, Picture
from tests.e2e.browser.partners_rooms import dialog, heading
from tests.e2e.browser.partners_stub import ago
from tests.e2e.browser.review_stub import ENTRY, ReviewSite, held, review
from tests.e2e.browser.servers import instead, problem
from tests.e2e.browser.stub import Issuer
from tests.e2e.browser.studio_sight import fits, has_no_barriers

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
Come = Callable[..., Page]
FIRST = "#/reviews/creator1.1"


@pytest.fixture
def site(issuer: Issuer, film: Path) -> Iterator[ReviewSite]:
    server = ReviewSite(issuer, film)
    server.reviews = [
        review(),
        review(3, why="enhanced", tier=2, hits=[]),
        review(5, kind="screening", firstApproval="rolf"),
    ]
    server.held = [held(2), held(4)]
    yield server
    server.close()


@pytest.fixture
def come(site: ReviewSite, new_context: OpenContext) -> Come:
    """Opens a place of the room as a reviewer, through the sign-in that it offers."""

    def open_page(place: str = "#/", size: tuple[int, int] = DESKTOP) -> Page:
        page = new_context(size).new_page()
        page.goto(f"{site.origin}/review.html{place}")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        return page

    return open_page


def test_a_guest_signs_in_and_comes_back_to_the_place(site: ReviewSite, page: Page) -> None:
    page.goto(f"{site.origin}/review.html{FIRST}")
    heading(page, "For reviewers")
    assert not site.paths("GET", "/v1/reviews.*")
    page.get_by_role("button", name="Sign in").click()
    heading(page, "Tier 1 for creator1")
    assert page.url == f"{site.origin}/review.html{FIRST}"


def test_who_is_no_reviewer_is_told_in_plain_words(site: ReviewSite, come: Come) -> None:
    site.is_reviewer = False
    page = come()
    heading(page, "This room is for reviewers")


def test_checks_and_rewards_wait_in_one_queue_the_longest_first(come: Come) -> None:
    page = come()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(5)
    kinds = [
        "tier 1" if "tier 1" in text else "tier 2" if "tier 2" in text else "reward" for text in rows.all_inner_texts()
    ]
    assert kinds == ["tier 1", "reward", "tier 2", "reward", "tier 1"]
    expect(rows.first).to_contain_text("verified before")
    expect(rows.first).to_contain_text("rolf has approved")


def test_an_empty_queue_says_so(site: ReviewSite, come: Come) -> None:
    site.reviews, site.held = [], []
    expect(come().locator(".pages .empty")).to_have_text("Nothing waits for a reviewer.")


def test_a_queue_that_is_longer_than_a_page_goes_on(site: ReviewSite, come: Come) -> None:
    site.reviews = [review(number) for number in range(90, 30, -1)]
    page = come()
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("tbody tr")).to_have_count(62)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_two_hundred_checks_and_what_else_waits_come_longest_first_however_far_it_is_looked(
    site: ReviewSite, come: Come
) -> None:
    site.reviews = [review(number) for number in range(400, 200, -1)]
    site.held = [held(number) for number in range(398, 2, -4)]
    page = come()
    more = page.get_by_role("button", name="Show more")
    while more.is_visible():
        rows = page.locator("tbody tr").count()
        more.click()
        expect(page.locator("tbody tr").nth(rows)).to_be_visible()
    waited = [int(hours) for hours in re.findall(r"\b(?:creator|viewer)(\d+)\b", page.locator("tbody").inner_text())]
    assert len(waited) == 299
    assert waited == sorted(waited, reverse=True)


def test_a_check_that_one_has_approved_oneself_says_so_and_offers_no_second_approval(
    site: ReviewSite, come: Come, picture: Picture
) -> None:
    """Pseudonyms are all that is told of reviewers, and nobody knows their own by heart."""
    site.reviews, site.held = [review(2, firstApproval="mia"), review(1, firstApproval="rolf")], []
    site.decisions = [
        {"check": 1, "outcome": "approved", "by": by, "at": ago(), "reason": "false_hit", "note": "", "final": False}
        for by in ("mia", "rolf")
    ]
    page = come()
    rows = page.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("You have approved; another reviewer decides")
    expect(rows.nth(1)).to_contain_text("rolf has approved")
    page.get_by_role("link", name="Look at the check of creator2").click()
    expect(page.locator("#view")).to_contain_text("You have approved it; another reviewer's approval decides.")
    expect(page.get_by_label("Approve")).to_be_disabled()
    expect(page.get_by_label("Refuse")).to_be_enabled()
    expect(page.locator(".past li").first).to_contain_text("by you")
    picture(page, "review-approved-by-me")
    page.get_by_role("link", name="What waits").click()
    page.get_by_role("link", name="Look at the check of creator1").click()
    expect(page.locator("#view")).to_contain_text("rolf has approved it; a second approval decides.")
    expect(page.get_by_label("Approve")).to_be_enabled()


ARABIC, HEBREW = "عبد الرحمن بن محمد", "יוסף בן-דוד"
ORDER = """names => names.map(name => name.getBoundingClientRect().top)"""


def test_names_that_are_written_from_right_to_left_stand_each_by_itself(
    site: ReviewSite, come: Come, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence two of them run into one another, and a reviewer compares a person who is none."""
    monkeypatch.setitem(ENTRY, "names", ["Viktor Morozenko (1961)", ARABIC, HEBREW])
    site.identity = {"name": ARABIC, "birthDate": "1961-04-30", "country": "SA"}
    page = come(FIRST)
    names = page.locator(".compared .card").nth(1).locator(".names bdi")
    expect(names).to_have_text(["Viktor Morozenko (1961)", ARABIC, HEBREW])
    tops = names.evaluate_all(ORDER)
    assert tops == sorted(set(tops)), "one above the other"
    expect(page.locator(".compared .card").nth(0).locator("bdi")).to_have_text(ARABIC)
    picture(page, "review-right-to-left")


@pytest.mark.parametrize("place", ["#/", FIRST])
def test_text_of_twice_the_size_fits_a_phone(site: ReviewSite, come: Come, picture: Picture, place: str) -> None:
    page = come(place, (360, 640))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)
    picture(page, f"review-twice-{place.strip('#/').replace('/', '-') or 'queue'}")


def test_a_check_shows_the_document_beside_the_list_and_is_refused_with_a_note(site: ReviewSite, come: Come) -> None:
    page = come(FIRST)
    cards = page.locator(".compared .card")
    expect(cards.nth(0)).to_contain_text("Morozenko Viktor")
    expect(cards.nth(1)).to_contain_text("Viktor Arkadyevich Morozenko")
    expect(cards.nth(1)).to_contain_text("97 of 100: a similar name, born on the same day, of the same country")
    page.get_by_label("Refuse").check()
    page.get_by_label("Why").select_option("It is the person on the list")
    page.get_by_label("Note").fill("Compared with the notice.")
    page.get_by_role("button", name="Refuse").click()
    expect(page.locator("#status")).to_contain_text("Decided.")
    heading(page, "What waits for you")
    expected = {"reviewId": "creator1.1", "verdict": "refuse", "reason": "listed", "note": "Compared with the notice."}
    assert site.decided == [expected]
    expect(page.locator("tbody tr")).to_have_count(4)


def test_an_approval_that_needs_a_second_one_says_so(site: ReviewSite, come: Come) -> None:
    page = come(FIRST)
    expect(page.locator("#view")).to_contain_text("Two reviewers must approve it")
    page.get_by_label("Approve").check()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#status")).to_contain_text("A second reviewer has to approve it as well")
    assert site.decided[0]["reason"] == "false_hit"


def test_each_verdict_offers_its_own_reasons(come: Come) -> None:
    page = come(FIRST)
    expect(page.get_by_label("Why")).to_be_disabled()
    page.get_by_label("Ask to verify again").check()
    assert page.get_by_label("Why").locator("option").all_inner_texts()[0] == "More is needed to decide"
    page.get_by_label("Approve").check()
    assert "Somebody else is on the list" in page.get_by_label("Why").locator("option").all_inner_texts()


@pytest.mark.parametrize(
    ("code", "words"),
    [("case_closed", "somebody has decided"), ("four_eyes_required", "about yourself"), ("busy", "")],
)
def test_a_decision_that_is_refused_says_why_and_keeps_what_was_typed(
    site: ReviewSite, come: Come, code: str, words: str
) -> None:
    site.then("POST", "/v1/reviews/creator1.1/decision", instead(problem(code)))
    page = come(FIRST)
    page.get_by_label("Refuse").check()
    page.get_by_label("Note").fill("Kept.")
    page.get_by_role("button", name="Refuse").click()
    expect(page.locator("form [role=alert]")).to_contain_text(words)
    expect(page.locator("form [role=alert] code")).to_have_text(code)
    expect(page.get_by_label("Note")).to_have_value("Kept.")


def refuse_creator1(page: Page, note: str = "Compared with the notice.") -> None:
    page.get_by_label("Refuse").check()
    page.get_by_label("Why").select_option("The document is doubtful")
    page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Refuse").click()


def test_a_decision_leads_through_a_new_sign_in_and_comes_back_to_the_same_check_as_it_was_picked(
    site: ReviewSite, issuer: Issuer, come: Come, picture: Picture
) -> None:
    site.wants_fresh = True
    page = come(FIRST)
    refuse_creator1(page)
    expect(page.locator("form [role=alert]")).to_contain_text("nothing is decided yet")
    picture(page, "review-step-up")
    has_no_barriers(page)
    page.get_by_role("button", name="Sign in again").click()
    heading(page, "Tier 1 for creator1")
    assert page.url == f"{site.origin}/review.html{FIRST}"
    assert [one.query.get("prompt") for one in issuer.asked if one.path == "/oauth2/authorize"] == [None, "login"]
    assert site.decided == []
    expect(page.get_by_label("Refuse")).to_be_checked()
    expect(page.get_by_label("Why")).to_have_value("document_doubtful")
    expect(page.get_by_label("Note")).to_have_value("Compared with the notice.")
    page.get_by_role("button", name="Refuse").click()
    heading(page, "What waits for you")
    expected = {"reviewId": "creator1.1", "verdict": "refuse", "reason": "document_doubtful"}
    assert site.decided == [expected | {"note": "Compared with the notice."}]


def test_a_sign_in_that_was_made_anew_and_is_too_old_still_ends_with_a_word_and_not_round_and_round(
    site: ReviewSite, come: Come
) -> None:
    site.then("POST", "/v1/reviews/creator1.1/decision", *[instead(problem("sign_in_too_old", maxAgeSeconds=300))] * 2)
    page = come(FIRST)
    refuse_creator1(page)
    page.get_by_role("button", name="Sign in again").click()
    page.get_by_role("button", name="Refuse").click()
    expect(page.locator("form [role=alert]")).to_contain_text("Sign out, sign in again, and decide then")
    expect(page.get_by_role("button", name="Sign in again")).to_have_count(0)
    expect(page.get_by_label("Note")).to_have_value("Compared with the notice.")


def test_what_was_picked_is_kept_for_its_own_check_and_until_that_is_seen_again(site: ReviewSite, come: Come) -> None:
    site.wants_fresh = True
    page = come(FIRST)
    refuse_creator1(page)
    page.get_by_role("button", name="Sign in again").click()
    expect(page.get_by_label("Refuse")).to_be_checked()
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "Compared" not in kept
    page.get_by_label("Note").fill("")
    page.get_by_role("link", name="What waits").click()
    page.get_by_role("link", name="Look at the check of creator5").click()
    expect(page.get_by_role("heading", name="for creator5")).to_be_visible()
    expect(page.get_by_label("Refuse")).not_to_be_checked()


def test_a_provider_that_does_not_answer_is_told_before_the_decision(site: ReviewSite, come: Come) -> None:
    site.identity, site.told = None, False
    expect(come(FIRST).locator(".card").first).to_contain_text("Come back before you decide")


def test_a_check_that_was_decided_shows_who_and_why(site: ReviewSite, come: Come) -> None:
    site.reviews = []
    site.decisions = [
        {
            "check": 1,
            "outcome": "refused",
            "by": "rolf",
            "at": ago(),
            "reason": "listed",
            "note": "Sure.",
            "final": True,
        }
    ]
    page = come(FIRST)
    heading(page, "Nothing waits here")
    expect(page.locator(".past li")).to_contain_text("Refused listed, by rolf")
    expect(page.locator(".past li")).to_contain_text("Sure.")


@pytest.mark.parametrize(
    ("button", "yes", "verdict"), [("Pay", "Pay it", "release"), ("Refuse", "Refuse it", "refusal")]
)
def test_a_held_reward_is_decided_after_a_question(
    site: ReviewSite, come: Come, button: str, yes: str, verdict: str
) -> None:
    page = come()
    page.get_by_role("button", name=f"{button} the reward of viewer2").click()
    question = dialog(page, f"{button} this reward?")
    expect(question).to_contain_text("a device with several accounts")
    assert site.decided == []
    question.get_by_role("button", name=yes).click()
    expect(page.locator("tbody tr")).to_have_count(4)
    assert site.decided == [{"claimId": "viewer2.watch-series.salt", "verdict": verdict}]


@pytest.mark.parametrize("place", ["#/elsewhere", "#/reviews/UPPER.1", "#/reviews/creator1.0"])
def test_a_place_that_is_none_says_so_and_leads_back(come: Come, place: str) -> None:
    page = come(place)
    heading(page, "Not here")
    page.get_by_role("link", name="What waits").click()
    heading(page, "What waits for you")


def test_everything_can_be_done_from_the_keyboard(site: ReviewSite, come: Come) -> None:
    page = come()
    page.get_by_role("link", name="Look at the check of creator5").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Approve")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Refuse")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Why")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("From the keyboard.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    heading(page, "What waits for you")
    assert site.decided[0]["note"] == "From the keyboard."


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("place", ["#/", FIRST, "#/reviews/creator3.1"])
def test_axe_finds_nothing_serious_and_everything_fits(
    site: ReviewSite, come: Come, picture: Picture, place: str, size: tuple[int, int]
) -> None:
    site.decisions = [
        {"check": 1, "outcome": "approved", "by": "rolf", "at": ago(), "reason": "false_hit", "note": "A note. " * 20}
        | {"final": False}
    ]
    page = come(place, size)
    if place != "#/":
        page.get_by_label("Refuse").check()
    has_no_barriers(page)
    fits(page)
    picture(page, f"review-{place.strip('#/').replace('/', '-') or 'queue'}-{size[0]}")


def test_no_name_stays_in_the_browser(come: Come) -> None:
    page = come(FIRST)
    expect(page.locator(".card").first).to_contain_text("Morozenko")
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "Morozenko" not in kept
