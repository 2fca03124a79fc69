"""The demo partner's receiver believes what a partner should, shows what came, and misbehaves only when told to."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from standardwebhooks import Webhook

from local.receiver.authority import trust
from local.receiver.inboxes import MAX_INBOXES, MAX_RECEIVED, Inboxes, TooManyInboxes
from local.receiver.pages import page
from tests.local.arrangements import eventually, fetch
from tests.local.programs import Program, running

pytestmark = pytest.mark.enable_socket

NEW, OLD, OTHER = (f"whsec_{b64encode(bytes([number]) * 32).decode()}" for number in (1, 2, 3))
EVENT = {"id": "evt1", "type": "EpisodeUnlocked", "data": {"seriesId": "the-last-train"}}
EVIL = "<script>alert(1)</script>"


def signed(secret: str, body: bytes, message: str = "evt1", at: datetime | None = None) -> tuple[tuple[str, str], ...]:
    """The headers of a webhook, by the public library."""
    moment = at or datetime.now(UTC)
    return (
        ("Webhook-Id", message),
        ("Webhook-Timestamp", str(int(moment.timestamp()))),
        ("Webhook-Signature", Webhook(secret).sign(message, moment, body.decode())),
    )


def with_signature(signature: str, timestamp: str) -> tuple[tuple[str, str], ...]:
    return (("webhook-id", "1"), ("webhook-timestamp", timestamp), ("webhook-signature", signature))


class Partner:
    """The running receiver, and who sends to it."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        self.url = program.url
        self.port = int(program.told["hooks"])
        self.context = ssl.create_default_context(cafile=str(trust(folder).authority))

    def post(self, inbox: str, secret: str = NEW, document: object = EVENT, patience_s: float = 10) -> int:
        """Sends a webhook as the platform would; the status of the answer."""
        body = json.dumps(document).encode()
        hooks = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=patience_s)
        try:
            hooks.request("POST", f"/{inbox}", body, dict(signed(secret, body)))
            answer = hooks.getresponse()
            answer.read()
            return answer.status
        finally:
            hooks.close()

    def set(self, inbox: str, origin: str = "", **form: str) -> int:
        """What the form of an inbox sends."""
        pages = http.client.HTTPConnection("127.0.0.1", self.program.port, timeout=10)
        try:
            headers = {"Origin": origin} if origin else {}
            pages.request("POST", f"/inboxes/{inbox}", urlencode(form), headers)
            return pages.getresponse().status
        finally:
            pages.close()

    def received(self, inbox: str) -> list[dict[str, Any]]:
        told = json.loads(fetch(f"{self.url}/_local/received")[1])
        return [one for one in told["received"] if one["inbox"] == inbox]


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partner]:
    folder = tmp_path_factory.mktemp("receiver")
    with running("local.receiver", "--port", 0, "--hooks", 0, "--folder", folder) as program:
        yield Partner(program, folder)


def test_what_the_secret_verifies_is_taken_and_shown(partner: Partner):
    partner.set("taken", secret=NEW)
    assert partner.post("taken") == 204
    [received] = partner.received("taken")
    assert (received["verified"], received["status"], received["why"]) == (True, 204, "")
    assert json.loads(received["body"]) == EVENT
    page = fetch(partner.url)[1].decode()
    assert "EpisodeUnlocked" in page
    assert "&quot;seriesId&quot;: &quot;the-last-train&quot;" in page


def test_what_no_secret_verifies_is_refused_and_shown_with_the_reason(partner: Partner):
    partner.set("refused", secret=NEW)
    assert partner.post("refused", OTHER) == 401
    assert partner.received("refused")[0]["why"] == "No matching signature found"
    assert partner.post("unknown") == 401
    assert partner.received("unknown")[0]["why"] == "This inbox knows no secret yet"


def test_while_a_secret_is_rotated_the_old_one_still_verifies(partner: Partner):
    partner.set("rotated", secret=OLD)
    partner.set("rotated", secret=NEW)
    assert [partner.post("rotated", secret) for secret in (OLD, NEW, OTHER)] == [204, 204, 401]
    partner.set("rotated", secret=OTHER)
    assert [partner.post("rotated", secret) for secret in (OLD, NEW, OTHER)] == [401, 204, 204]


@pytest.mark.parametrize(("behaviour", "status"), [("error", 500), ("gone", 410)])
def test_an_inbox_misbehaves_when_it_is_told_to_and_no_longer(partner: Partner, behaviour: str, status: int):
    inbox = f"told-{behaviour}"
    partner.set(inbox, secret=NEW)
    partner.set(inbox, behaviour=behaviour)
    assert [partner.post(inbox), partner.post(inbox)] == [status, status]
    partner.set(inbox, behaviour="accept")
    assert partner.post(inbox) == 204
    assert [one["attempt"] for one in partner.received(inbox)] == [3, 2, 1]


def test_an_inbox_that_hangs_answers_nothing_and_holds_up_no_other(partner: Partner):
    partner.set("hanging", behaviour="hang")
    with pytest.raises(TimeoutError):
        partner.post("hanging", patience_s=0.2)
    partner.set("quick", secret=NEW)
    assert partner.post("quick") == 204
    assert partner.received("hanging")[0]["status"] is None


def test_who_connects_and_says_nothing_holds_up_no_other(partner: Partner):
    partner.set("patient", secret=NEW)
    with socket.create_connection(("127.0.0.1", partner.port)):
        assert partner.post("patient") == 204


def test_nobody_trusts_the_receiver_who_was_not_told_of_its_authority(partner: Partner):
    with (
        socket.create_connection(("127.0.0.1", partner.port)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
    # It was told of in one line, and the receiver goes on.
    assert eventually(lambda: any("broken_off" in line for line in partner.program.lines))


def test_the_certificates_stay_the_same_over_restarts_and_the_authority_s_key_is_kept_nowhere(tmp_path: Path):
    first = [path.read_bytes() for path in trust(tmp_path)]
    assert [path.read_bytes() for path in trust(tmp_path)] == first
    assert first[0].count(b"PRIVATE KEY") == 0
    assert first[1].count(b"BEGIN PRIVATE KEY") == 1
    context = ssl.create_default_context(cafile=str(trust(tmp_path).authority))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(trust(tmp_path).certificate)
    assert shake(context, server, "127.0.0.1") == shake(context, server, "localhost") == "TLSv1.3"


def shake(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> str | None:
    """The version of TLS on which two sides agree, without any network."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for end in [*ends, *ends]:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return ends[0].version()


@pytest.mark.parametrize(
    "form", [{"behaviour": "dance"}, {"secret": "whsec_"}, {"secret": "sk_1"}, {"secret": "whsec_é"}]
)
def test_what_is_no_behaviour_and_no_secret_changes_nothing(partner: Partner, form: dict[str, str]):
    assert partner.set("picky", **form) == 422


def test_another_site_can_neither_read_nor_change_anything(partner: Partner):
    assert partner.set("taken", origin="https://elsewhere.example", behaviour="gone") == 403
    pages = http.client.HTTPConnection("127.0.0.1", partner.program.port, timeout=10)
    pages.request("GET", "/", headers={"Host": "elsewhere.example"})
    assert pages.getresponse().status == 403
    pages.close()


def test_what_was_received_is_shown_and_never_run():
    inboxes = Inboxes(lambda: 0)
    body = json.dumps({"type": EVIL}).encode()
    inboxes.take("live", (*signed(NEW, body, EVIL), (EVIL, EVIL)), body)
    inboxes.take("live", (), EVIL.encode())
    assert EVIL not in page("https://127.0.0.1:1", inboxes.all(), inboxes.received(), EVIL)


@pytest.mark.parametrize(
    ("make", "body", "why"),
    [
        (tuple, b"{}", "Missing required headers"),
        (lambda: with_signature("v1,a", "x"), b"{}", "Invalid Signature Headers"),
        (lambda: with_signature("v1", str(int(time.time()))), b"{}", "malformed"),
        (lambda: signed(NEW, b"{}"), b"\xff", "malformed"),
        (lambda: signed(NEW, b"{}", at=datetime.now(UTC) - timedelta(minutes=6)), b"{}", "too old"),
        (lambda: signed(NEW, b"{}", at=datetime.now(UTC) + timedelta(minutes=6)), b"{}", "too new"),
    ],
)
def test_garbage_and_wrong_clocks_are_refused_with_the_reason(
    make: Callable[[], tuple[tuple[str, str], ...]], body: bytes, why: str
):
    inboxes = Inboxes(lambda: 0)
    inboxes.trust("live", NEW)
    assert inboxes.take("live", make(), body) == 401
    assert why in inboxes.received()[0].why


def test_what_is_kept_is_bounded():
    inboxes = Inboxes(lambda: 0)
    for number in range(MAX_INBOXES):
        inboxes.take(f"box-{number}", (), b"")
    with pytest.raises(TooManyInboxes):
        inboxes.take("one-more", (), b"")
    for _ in range(MAX_RECEIVED):
        inboxes.take("box-1", (), b"")
    assert len(inboxes.received()) == MAX_RECEIVED


def test_a_body_that_is_too_long_is_not_read(partner: Partner):
    hooks = http.client.HTTPSConnection("127.0.0.1", partner.port, context=partner.context, timeout=10)
    hooks.putrequest("POST", "/live")
    hooks.putheader("Content-Length", str(1 << 30))
    hooks.endheaders()
    assert hooks.getresponse().status == 413
    hooks.close()


def test_it_stops_when_it_is_told_to_even_while_it_hangs(tmp_path: Path):
    with running("local.receiver", "--port", 0, "--hooks", 0, "--folder", tmp_path) as program:
        partner = Partner(program, tmp_path)
        partner.set("hanging", behaviour="hang")
        with pytest.raises(TimeoutError):
            partner.post("hanging", patience_s=0.2)
        assert program.stop() == 0
