"""What a job will cost is reserved before it, exactly once, and comes back unless the job is completed."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY

from cliffhanger.errors import Unavailable
from cliffhanger.media.policy import Budgets
from functions.studio.handler import handler as studio
from functions.transcode.handler import handler
from tests.support.http import access_token, body_of, event
from tests.support.media_platform import BUCKETS, media_platform
from tests.support.media_samples import CREATED_AT, JOB, ROLE, arrival, complete, job_event, probe, upload

MONTH = "2025-11"
STAGE, CLEO = f"{MONTH}:stage", f"{MONTH}:creator:cleo"
PRICE = 20_334
"""Ten seconds, the least that is billed, of four renditions, a sound and a poster."""


@pytest.fixture
def platform(monkeypatch):
    monkeypatch.setattr("functions.studio.handler.system_clock", lambda: CREATED_AT)
    with media_platform(monkeypatch) as made:
        yield made


@pytest.fixture
def waiting(platform):
    made = upload()
    platform.uploads.create(made)
    return made


def tell(of):
    return handler(arrival(of, BUCKETS.uploads), None)["outcome"]


def take(event):
    return handler(event, None)["outcome"]


def expect_probe(platform):
    platform.mediaconvert.add_response("probe", probe(), {"InputFiles": ANY})


def expect_job(platform):
    names = ("Role", "Queue", "ClientRequestToken", "StatusUpdateInterval", "AccelerationSettings", "UserMetadata")
    answer = {"Job": {"Id": JOB, "Role": ROLE, "Settings": {}}}
    platform.mediaconvert.add_response("create_job", answer, dict.fromkeys((*names, "Settings"), ANY))


def submit(platform, of):
    expect_probe(platform)
    expect_job(platform)
    assert tell(of) == "submitted"


def see(route, **parameters):
    token = access_token("cleo", groups=("creator",))
    return body_of(studio(event("GET", "/v1/studio", route=route, path_parameters=parameters, token=token), None))


def test_the_price_is_reserved_in_both_budgets_and_shown_with_its_policy(platform, waiting):
    submit(platform, waiting)

    assert platform.reserved() == {STAGE: PRICE, CLEO: PRICE}
    shown = see("GET /v1/studio/uploads/{uploadId}", uploadId=waiting.upload)
    price = shown["price"]
    assert (price["microUsd"], price["policy"], price["month"]) == (PRICE, "within-budget", MONTH)
    assert sum(line["microUsd"] for line in price["lines"]) == PRICE
    assert shown["source"] == {
        "widthPx": 1080,
        "heightPx": 1920,
        "durationMs": 8_000,
        "frameRate": 30.0,
        "hasAudio": True,
    }
    assert shown["renditionsPx"] == [360, 540, 720, 1080]
    assert see("GET /v1/studio/budget") == {
        "month": MONTH,
        "budgetMicroUsd": 50_000_000,
        "reservedMicroUsd": PRICE,
    }


def test_what_is_published_stays_paid_for(platform, waiting):
    submit(platform, waiting)
    assert take(complete(waiting, BUCKETS.media)) == "published"
    assert platform.reserved() == {STAGE: PRICE, CLEO: PRICE}
    assert "held" not in platform.stored(waiting)


@pytest.mark.parametrize("status", ["ERROR", "CANCELED"])
def test_what_a_job_did_not_cost_comes_back_once(platform, waiting, status):
    submit(platform, waiting)
    for _ in range(3):
        take(job_event(waiting, status, errorCode=1040))
    assert platform.reserved() == {STAGE: 0, CLEO: 0}


def test_a_price_is_reserved_once_however_often_the_file_is_told_of(platform, waiting):
    expect_probe(platform)
    platform.mediaconvert.add_client_error("create_job", "TooManyRequestsException", http_status_code=429)
    with pytest.raises(ClientError):
        tell(waiting)
    assert platform.reserved() == {STAGE: PRICE, CLEO: PRICE}

    platform.clock.after(90)
    expect_probe(platform)
    platform.mediaconvert.add_response("list_jobs", {"Jobs": []}, {"Queue": ANY, "Order": "DESCENDING"})
    expect_job(platform)
    assert tell(waiting) == "submitted"
    assert platform.reserved() == {STAGE: PRICE, CLEO: PRICE}


def test_a_job_whose_submission_was_not_recorded_is_found_and_not_submitted_again(platform, waiting, monkeypatch):
    """Its token is honoured for a minute, and its events were lost."""
    expect_probe(platform)
    expect_job(platform)
    with monkeypatch.context() as broken:
        real = platform.uploads.apply

        def dies(upload, transition):
            if transition.status == "transcoding":
                raise Unavailable("The table does not answer.")
            return real(upload, transition)

        broken.setattr(platform.uploads, "apply", dies)
        with pytest.raises(Unavailable):
            tell(waiting)

    expect_probe(platform)
    job = {"Id": JOB, "Role": ROLE, "Settings": {}, "UserMetadata": {"version": waiting.upload}, "CreatedAt": 1}
    platform.mediaconvert.add_response("list_jobs", {"Jobs": [job]}, {"Queue": ANY, "Order": "DESCENDING"})
    assert tell(waiting) == "submitted"
    assert platform.uploads.find(waiting.upload).job == JOB
    platform.mediaconvert.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("budgets", "whose"),
    [
        (Budgets(PRICE * 9, PRICE * 2), "creator"),
        (Budgets(PRICE * 2, PRICE * 2), "stage"),
        (Budgets(PRICE * 9, PRICE - 1), "creator"),
        (Budgets(PRICE - 1, PRICE - 1), "stage"),
    ],
)
def test_a_budget_that_is_reached_refuses_with_whose_it_is_and_reserves_nothing(platform, budgets, whose):
    platform.uploads.budgets = budgets
    made = [upload(upload=name) for name in ("first", "second", "third")]
    for one in made:
        platform.uploads.create(one)
    fitting = min(budgets) // PRICE
    for one in made[:fitting]:
        submit(platform, one)
    before = platform.reserved()
    expect_probe(platform)

    assert tell(made[fitting]) == "budget_reached"
    problem = platform.uploads.find(made[fitting].upload).problem
    assert (problem.code, problem.reason) == ("transcode_budget_reached", whose)
    assert MONTH in problem.detail
    assert platform.reserved() == before
    told = platform.bus.envelopes[-1]
    assert (told["type"], told["data"]["budget"], told["data"]["month"]) == ("TranscodeBudgetReached", whose, MONTH)


def test_budgets_begin_anew_with_the_month(platform, waiting):
    platform.uploads.budgets = Budgets(PRICE, PRICE)
    submit(platform, waiting)
    platform.clock.after(31 * 86_400)
    second = upload(upload="second", created_at=platform.clock.now)
    platform.uploads.create(second)
    submit(platform, second)
    assert platform.reserved()["2025-12:creator:cleo"] == PRICE


def test_another_creator_has_a_budget_of_their_own(platform, waiting):
    platform.uploads.budgets = Budgets(PRICE * 2, PRICE)
    other = upload(upload="others", owner="mallory")
    platform.uploads.create(other)
    submit(platform, waiting)
    submit(platform, other)
    assert platform.reserved() == {STAGE: PRICE * 2, CLEO: PRICE, f"{MONTH}:creator:mallory": PRICE}


def test_a_single_job_over_the_top_is_refused_with_the_policys_name(platform, waiting, monkeypatch):
    from cliffhanger.media import policy

    strict = policy.Policy("small-jobs", PRICE - 1)
    real = policy.approve
    monkeypatch.setattr("cliffhanger.media.pipeline.policy.approve", lambda price: real(price, (strict,)))
    expect_probe(platform)

    assert tell(waiting) == "small-jobs"
    problem = platform.uploads.find(waiting.upload).problem
    assert (problem.code, problem.reason) == ("transcode_refused", "small-jobs")
    assert platform.reserved() == {}
