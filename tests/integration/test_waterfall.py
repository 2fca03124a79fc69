"""The function ``waterfall`` over moto: from lanes to statements that the offline verifier accepts; their routes."""

from __future__ import annotations

import hashlib
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.errors import Unavailable, ValidationFailed
from cliffhanger.ledger.entries import seal
from cliffhanger.ledger.names import earned_lane
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.state import Posting, State
from cliffhanger.revenue.cabinet import LINK_S
from cliffhanger.revenue.domain import DAY_MS, day_of, shipped
from cliffhanger.revenue.telling import Desk, tell
from cliffhanger.revenue.waterfall import share_out
from functions.waterfall import handler as function
from tests.integration.test_revenue_http import ask
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import SETTINGS
from tests.support.world import SERIES
from tools import verify_statement

NOON = 1_795_348_800_000
"""2026-11-22, 12:00 UTC."""
BUCKET = SETTINGS["REPORTS_BUCKET"]


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 240_000


class Works:
    """The world's tables and a bucket, with a clock that is set."""

    def __init__(self, s3: Any) -> None:
        self.s3 = s3
        self.now = NOON
        self._paid = 0

    def earn(self, amount: int) -> None:
        self._paid += 1
        lane, ledger = earned_lane(SERIES, 0), bootstrap.ledger_store()
        posting, state = Posting("USD", amount, ".", lane), State({"USD": -amount})
        entry = seal(f"external:p{self._paid}", None, self.now, postings=[posting], state=state)
        assert ledger.append(entry)
        settle(ledger, [entry])

    def call(self, **event: Any) -> dict[str, Any]:
        return function.handler(event, Context())

    def names(self) -> list[str]:
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]

    def fetch(self, url: str) -> bytes:
        """What a link leads to, asked of the bucket itself: nobody listens at its address here."""
        key = urllib.parse.unquote(urllib.parse.urlsplit(url).path).lstrip("/")
        body: bytes = self.s3.get_object(Bucket=BUCKET, Key=key.removeprefix(f"{BUCKET}/"))["Body"].read()
        return body


@pytest.fixture
def works(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Works:
    s3: Any = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": SETTINGS["AWS_REGION"]})
    secrets: Any = boto3.client("secretsmanager")
    secrets.create_secret(Name=SETTINGS["REQUEST_SECRET"], SecretString="only for tests, and long enough: 32 bytes")
    boto3.client("events").create_event_bus(Name=SETTINGS["EVENT_BUS"])
    works = Works(s3)
    monkeypatch.setattr(function, "system_clock", lambda: works.now)
    replace_in_bootstrap(monkeypatch, "system_clock", lambda: works.now)
    return works


def test_a_days_income_is_divided_and_told_and_the_statement_proves_itself(works: Works, tmp_path: Path) -> None:
    works.earn(999)
    assert works.call() == {"day": "2026-11-21", "done": True, "entries": 1, "told": 1, "left": 0}
    works.earn(101)
    works.now += DAY_MS
    assert works.call()["entries"] == 1
    status, listed = ask("listCreatorStatements", "cleo", "creator", query={"limit": "1"})
    assert (status, [one["day"] for one in listed["items"]]) == (200, ["2026-11-22"])
    status, rest = ask("listCreatorStatements", "cleo", "creator", query={"cursor": listed["nextCursor"]})
    assert ([one["day"] for one in rest["items"]], rest["nextCursor"]) == (["2026-11-21"], None)
    files = []
    for day in ("2026-11-21", "2026-11-22"):
        status, found = ask("getCreatorStatement", "cleo", "creator", day=day)
        assert status == 200
        assert works.fetch(found["pdfUrl"]).startswith(b"%PDF-")
        files.append(tmp_path / f"{day}.json")
        files[-1].write_bytes(works.fetch(found["jsonUrl"]))
        assert found["bytes"] == files[-1].stat().st_size
    assert verify_statement.main([str(file) for file in files]) == verify_statement.FITS


def test_a_link_ends_soon_and_saves_the_file_under_its_day(works: Works) -> None:
    works.earn(999)
    works.call()
    _, found = ask("getCreatorStatement", "cleo", "creator", day="2026-11-21")
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(found["jsonUrl"]).query)
    assert query["X-Amz-Expires"] == [str(LINK_S)]
    assert query["response-content-disposition"] == ['attachment; filename="statement-2026-11-21.json"']


def test_nobody_sees_anothers_statement(works: Works) -> None:
    works.earn(999)
    works.call()
    assert ask("getCreatorStatement", "emma", "creator", day="2026-11-21")[1]["code"] == "not_found"
    assert ask("listCreatorStatements", "emma", "creator")[1] == {"items": [], "nextCursor": None}
    assert ask("getCreatorStatement", "mia", day="2026-11-21")[1]["code"] == "group_required"


def test_called_again_and_replayed_it_changes_nothing(works: Works) -> None:
    works.earn(999)
    works.call()
    before = {key: works.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in works.names()}
    assert (works.call()["entries"], works.call(day="2026-11-21")["told"]) == (0, 0)
    assert {key: works.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in works.names()} == before


def test_a_day_that_is_not_over_is_not_replayed(works: Works) -> None:
    with pytest.raises(ValidationFailed):
        works.call(day=day_of(NOON))


def test_without_the_bucket_money_is_divided_all_the_same_and_the_statement_comes_with_a_replay(works: Works) -> None:
    works.earn(999)
    works.s3.delete_bucket(Bucket=BUCKET)
    outcome = works.call()
    assert (outcome["entries"], outcome["told"], outcome["left"]) == (1, 0, 1)
    works.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": SETTINGS["AWS_REGION"]})
    assert works.call(day="2026-11-21")["told"] == 1


def test_statements_are_listed_newest_first_in_pages_by_s3s_own_order(works: Works) -> None:
    for _ in range(3):
        works.earn(100)
        works.call()
        works.now += DAY_MS
    cabinet = bootstrap.cabinet()
    assert [one.day for one in cabinet.newest("cleo", 2)] == ["2026-11-23", "2026-11-22"]
    assert [one.day for one in cabinet.newest("cleo", 2, "2026-11-22")] == ["2026-11-21"]
    assert [getattr(cabinet.find("cleo", f"2026-11-{day}"), "day", None) for day in (22, 24)] == ["2026-11-22", None]
    assert cabinet.newest("cle", 9) == []


def test_a_cabinet_that_does_not_answer_is_unavailable(works: Works) -> None:
    works.s3.delete_bucket(Bucket=BUCKET)
    for look in (
        lambda: bootstrap.cabinet().newest("cleo", 1),
        lambda: bootstrap.cabinet().find("cleo", "2026-11-21"),
        lambda: bootstrap.cabinet().before("cleo", "2026-11-21"),
    ):
        with pytest.raises(Unavailable):
            look()


def test_of_two_who_make_a_statement_at_once_the_pdf_that_stands_shows_the_json_that_stands(works: Works) -> None:
    """A replay beside the clock's own call: each makes it at another moment, so that the bytes are others."""
    works.earn(999)
    share_out(bootstrap.ledger_store(), shipped(SERIES, "cleo"), "2026-11-21")

    def desk(title_of: Callable[[str], str | None], made_at: int) -> Desk:
        return Desk(
            bootstrap.ledger_store(), bootstrap.cabinet(), title_of, lambda made: made.sha256.encode(),
            lambda _events: None, lambda: made_at,
        )  # fmt: skip

    def meet(_series: str) -> str | None:
        assert tell(desk(lambda _series: None, NOON + 1), "cleo", "2026-11-21")
        return None

    assert not tell(desk(meet, NOON), "cleo", "2026-11-21")
    files = {key[-4:]: works.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in works.names()}
    assert files[".pdf"].decode() == hashlib.sha256(files["json"]).hexdigest()


def test_who_was_cut_off_before_the_pdf_is_followed_by_somebody_who_draws_it(works: Works) -> None:
    works.earn(999)
    works.call()
    (pdf,) = (key for key in works.names() if key.endswith(".pdf"))
    drawn = works.s3.get_object(Bucket=BUCKET, Key=pdf)["Body"].read()
    works.s3.delete_object(Bucket=BUCKET, Key=pdf)
    assert ask("getCreatorStatement", "cleo", "creator", day="2026-11-21")[0] == 503
    assert works.call(day="2026-11-21")["told"] == 0
    assert works.s3.get_object(Bucket=BUCKET, Key=pdf)["Body"].read() == drawn
    assert ask("getCreatorStatement", "cleo", "creator", day="2026-11-21")[0] == 200


def test_the_replay_of_an_older_day_is_not_done_before_it_has_gone_through_all(works: Works) -> None:
    """The clock goes on with the day that is due alone: who replays another one calls until it is done."""
    works.earn(999)
    works.call()

    class Short(Context):
        def get_remaining_time_in_millis(self) -> int:
            return function.MARGIN_MS

    works.now += DAY_MS
    works.call()
    assert not function.handler({"day": "2026-11-21"}, Short())["done"]
    assert works.call(day="2026-11-21")["done"]
