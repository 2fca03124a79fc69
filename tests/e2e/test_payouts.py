"""Money out on the running platform: from a gift over the waterfall to the bank, and to a partner's signed webhook."""

from __future__ import annotations

import hashlib
import json
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cliffhanger.revenue.drawing import draw
from cliffhanger.revenue.statements import Statement
from cliffhanger.webhooks.fanout import KNOWN_MS
from local.environment import ROOT, process_environment
from tests.e2e.client import Platform, eventually, refused, send
from tests.e2e.earners import CURRENCY, Earner, fill, name_bank, new_earner, provider_name, verify
from tests.e2e.receivers import Acme, Receiver, until
from tools import audit, verify_statement

AMOUNT = 1_000
TYPES = ("PayoutRequested", "PayoutPaid", "PayoutFailed", "PayoutReturned")
INCOME = ("RevenueShared", "StatementReady")


class World(NamedTuple):
    """Two creators with money, and a partner's endpoint that is told of income and payouts."""

    platform: Platform
    paid: Earner
    failing: Earner
    receiver: Receiver
    inbox: str

    def events(self) -> list[dict[str, Any]]:
        """What has come by signed webhooks that the public library has verified."""
        received = [one for one in self.receiver.received(self.inbox) if one["verified"]]
        return [json.loads(one["body"]) for one in received]

    def told(self, payout: str) -> list[str]:
        """The types of a payout's events."""
        return sorted({event["type"] for event in self.events() if event["data"].get("payoutId") == payout})

    def told_of(self, earner: Earner) -> dict[str, Any]:
        """What was told of a creator's income, by the types of its events."""
        mine = [event for event in self.events() if event["data"]["personId"] == earner.person]
        return {event["type"]: event["data"] for event in mine if event["type"] in INCOME}

    def mailed(self, earner: Earner, words: str) -> list[str]:
        return [mail for mail in self.platform.mails_to(earner.user.email) if words in mail]


@pytest.fixture(scope="module")
def world(platform: Platform) -> World:
    acme, receiver, inbox = Acme(platform, sees_all=True), Receiver(platform), f"in-{secrets.token_hex(4)}"
    endpoint = acme.endpoint(f"{receiver.hooks}/{inbox}", *TYPES, *INCOME)
    receiver.set(inbox, secret=acme.secret(endpoint))
    known = time.monotonic() + KNOWN_MS / 1_000
    paid, failing = new_earner(platform), new_earner(platform)
    for earner in (paid, failing):
        verify(earner)
    time.sleep(max(0.0, known - time.monotonic()))  # before that, lists of endpoints without this one may be in use
    fill(platform, paid, failing)
    return World(platform, paid, failing, receiver, inbox)


def at_provider(world: World, path: str, body: dict[str, Any]) -> None:
    reply = send("POST", f"{world.platform.outputs['stripeUrl']}/_local/{path}", body=body)
    assert reply.status == 200, reply


def books_hold(platform: Platform) -> bool:
    """The auditor's verdict on the live table."""
    platform.settled_rows()
    environment = process_environment(platform.emulator, platform.outputs["mediaConvertUrl"], ROOT / ".local")
    environment["PYTHONPATH"] = str(ROOT / "layers" / "common" / "python")
    asked = ["--table", platform.outputs["tables"]["ledger"], "--endpoint", platform.emulator, "--segments", "1"]
    done = subprocess.run([sys.executable, "tools/audit.py", *asked], cwd=ROOT, env=environment, check=False)
    return done.returncode == audit.CLEAN


def test_a_statement_of_the_platform_is_recomputed_offline_and_its_pdf_drawn_from_it(
    world: World, tmp_path: Path
) -> None:
    (line,) = world.paid.get("/v1/creator/statements")["items"]
    told = world.paid.get(f"/v1/creator/statements/{line['day']}")
    files = {kind: send("GET", told[f"{kind}Url"]) for kind in ("json", "pdf")}
    kept = tmp_path / f"{line['day']}.json"
    kept.write_bytes(files["json"].body)
    assert verify_statement.main([str(kept)]) == verify_statement.FITS
    text = files["json"].body.decode()
    numbers = [json.loads(entry)["seq"] for entry in json.loads(text)["entries"]]
    digest = hashlib.sha256(files["json"].body).hexdigest()
    statement = Statement(world.paid.person, line["day"], numbers[0], numbers[-1], text, digest)
    assert statement.document["totals"][CURRENCY]["closing"] == world.paid.money()["balance"]
    assert draw(statement) == files["pdf"].body


def test_a_creator_s_share_and_their_statement_are_told_by_signed_webhook(world: World) -> None:
    (line,) = world.paid.get("/v1/creator/statements")["items"]
    told = until(lambda: len(found := world.told_of(world.paid)) == len(INCOME) and found)
    shared, ready = (told[name] for name in INCOME)
    assert (shared["seriesId"], shared["income"]) == (world.paid.series, "tips")
    assert shared["amounts"] == [{"currency": CURRENCY, "amount": world.paid.money()["balance"]}]
    assert (ready["day"], ready["personId"]) == (line["day"], world.paid.person)


def test_a_payout_is_asked_for_once_and_paid_and_told_by_mail_and_signed_webhook(world: World) -> None:
    earner, key = world.paid, secrets.token_hex(8)
    told = refused(earner.request(AMOUNT, key), 403, "payout_refused")
    assert told["rule"] == "no_destination"
    name_bank(earner)
    before = earner.money()
    asked = earner.request(AMOUNT, key)
    assert asked.status == 201, asked
    payout = asked.json["payoutId"]
    again = earner.request(AMOUNT, key)
    assert (again.status, again.json["payoutId"]) == (200, payout)
    paid = earner.waits_for(payout, "paid")
    assert (paid["amount"], paid["arrives"]) == (AMOUNT, AMOUNT - paid["fee"])
    assert earner.money()["balance"] == before["balance"] - AMOUNT
    assert until(lambda: world.told(payout) == ["PayoutPaid", "PayoutRequested"])
    assert eventually(lambda: world.mailed(earner, "has arrived"))
    assert books_hold(world.platform)


def test_what_fails_or_is_sent_back_by_the_bank_stands_on_the_account_again(world: World) -> None:
    earner = world.failing
    name_bank(earner)
    before = earner.money()
    at_provider(world, "outcomes", {"of": "payout", "to": "failed", "code": "account_closed"})
    failed = earner.request(AMOUNT, secrets.token_hex(8)).json["payoutId"]
    why = earner.waits_for(failed, "failed")
    assert (why["rule"], why["bankCode"]) == ("bank_refused", "account_closed")
    assert earner.money() == before

    returned = earner.request(AMOUNT, secrets.token_hex(8)).json["payoutId"]
    earner.waits_for(returned, "paid")
    at_provider(world, f"payouts/{provider_name(world.platform, returned)}", {"to": "failed"})
    earner.waits_for(returned, "returned")
    assert earner.money() == before
    assert until(lambda: "PayoutFailed" in world.told(failed))
    assert until(lambda: "PayoutReturned" in world.told(returned))
    assert eventually(lambda: world.mailed(earner, "did not go through"))
    assert eventually(lambda: world.mailed(earner, "sent back by your bank"))
    assert books_hold(world.platform)
