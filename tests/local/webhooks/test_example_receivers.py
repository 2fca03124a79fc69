"""The receivers that partners copy take what we send, and nothing else: as processes, over TLS, by public libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cliffhanger.webhooks.sending import Answered, Post, Sender
from cliffhanger.webhooks.signing import shown, sign
from tests.support.receivers.certificates import Authority
from tools.node import install, node

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "receivers"
LANGUAGES = ("python", "node")
NEW, OLD, FOREIGN = bytes(range(32)), bytes(range(64)), bytes(24)
TOLERANCE_S = 300


class Example:
    """An example that runs."""

    def __init__(self, language: str, secrets: tuple[bytes, ...], authority: Authority) -> None:
        command = {
            "python": lambda: [sys.executable, str(EXAMPLES / "python" / "receiver.py")],
            "node": lambda: [node(), str(EXAMPLES / "node" / "receiver.mjs")],
        }[language]()
        settings = {
            "WEBHOOK_SECRETS": " ".join(map(shown, secrets)),
            "HOST": "127.0.0.1",
            "PORT": "0",
            "CERTIFICATE": str(authority.key_file_for("127.0.0.1")),
        }
        self._process = subprocess.Popen(
            command, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True, cwd=EXAMPLES / language
        )
        self.port = self.told()["listening"]

    def told(self) -> dict[str, object]:
        """The next line that it prints."""
        assert self._process.stdout is not None
        return dict(json.loads(self._process.stdout.readline()))

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    if request.param == "node":
        install()
    return str(request.param)


@pytest.fixture(scope="module")
def start(language: str, authority: Authority) -> Iterator[Callable[..., Example]]:
    started: list[Example] = []

    def begin(*secrets: bytes) -> Example:
        started.append(Example(language, secrets, authority))
        return started[-1]

    yield begin
    for each in started:
        each.stop()


@pytest.fixture(scope="module")
def example(start: Callable[..., Example]) -> Example:
    """One whose secret is being rotated."""
    return start(NEW, OLD)


def delivery(
    example: Example, event_id: str, *secrets: bytes, off_s: int = 0, changed: dict[str, str] | None = None
) -> Post:
    """A delivery as it is made, by a clock that is so many seconds off."""
    body = json.dumps({"id": event_id, "type": "EpisodeUnlocked", "data": {"coins": "é"}}, ensure_ascii=False).encode()
    at_s = int(time.time()) + off_s
    headers = {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": sign(secrets, event_id, at_s, body),
    }
    return Post(f"https://127.0.0.1:{example.port}/webhooks", headers | (changed or {}), body)


def status_of(sender: Sender, post: Post) -> int:
    outcome = sender.send(post)
    assert isinstance(outcome, Answered), outcome
    return outcome.status


def test_a_genuine_delivery_is_taken_and_worked_on_once_however_often_it_comes(example: Example, sender: Sender):
    assert [status_of(sender, delivery(example, "evt-twice", NEW)) for _ in range(3)] == [204] * 3
    assert status_of(sender, delivery(example, "evt-next", NEW)) == 204
    assert [example.told()["handled"] for _ in range(2)] == ["evt-twice", "evt-next"]


def test_what_was_changed_on_the_way_is_refused(example: Example, sender: Sender):
    genuine = delivery(example, "evt-tampered", NEW)
    changed = genuine.body.replace(b"EpisodeUnlocked", b"EpisodeUnlockee")
    assert status_of(sender, genuine._replace(body=changed)) == 401
    assert status_of(sender, genuine._replace(body=genuine.body + b" ")) == 401
    assert status_of(sender, delivery(example, "evt-tampered", NEW, changed={"webhook-id": "evt-other"})) == 401


@pytest.mark.parametrize("off_s", [-TOLERANCE_S - 30, TOLERANCE_S + 30, -86_400])
def test_what_was_signed_at_another_time_is_refused(example: Example, sender: Sender, off_s: int):
    """So that what somebody has recorded cannot be played again."""
    assert status_of(sender, delivery(example, "evt-late", NEW, off_s=off_s)) == 401


@pytest.mark.parametrize("off_s", [-TOLERANCE_S + 60, TOLERANCE_S - 60])
def test_clocks_may_differ_by_less_than_five_minutes(example: Example, sender: Sender, off_s: int):
    assert status_of(sender, delivery(example, f"evt-off{off_s}", NEW, off_s=off_s)) == 204


@pytest.mark.parametrize("secrets", [(NEW, OLD), (NEW,), (OLD,)], ids=["both", "the new one", "the old one"])
def test_a_receiver_that_knows_both_secrets_takes_either(example: Example, sender: Sender, secrets: tuple[bytes, ...]):
    assert status_of(sender, delivery(example, f"evt-by{len(secrets)}", *secrets)) == 204


def test_during_the_overlap_a_receiver_needs_no_new_secret_and_afterwards_it_does(
    start: Callable[..., Example], sender: Sender
):
    behind = start(OLD)
    assert status_of(sender, delivery(behind, "evt-overlap", NEW, OLD)) == 204
    assert status_of(sender, delivery(behind, "evt-after", NEW)) == 401


def test_another_endpoint_s_secret_signs_nothing(example: Example, sender: Sender):
    assert status_of(sender, delivery(example, "evt-foreign", FOREIGN)) == 401


@pytest.mark.parametrize(
    "signature", ["v1", "v1,", "v1,!!!!", "v2,AAAA", "", "v1a,AAAA v1,BBBB", ",", "v1,AAAA " * 100]
)
def test_a_signature_that_is_none_is_refused(example: Example, sender: Sender, signature: str):
    assert status_of(sender, delivery(example, "evt-unsigned", NEW, changed={"webhook-signature": signature})) == 401


def test_what_carries_no_signature_is_refused(example: Example, sender: Sender):
    assert status_of(sender, delivery(example, "evt-bare", NEW)._replace(headers={})) == 401


def test_a_body_without_end_is_not_taken(example: Example, sender: Sender):
    large = delivery(example, "evt-large", NEW)._replace(body=bytes(1_000_001))
    outcome = sender.send(large)
    assert not isinstance(outcome, Answered) or outcome.status == 413


def test_the_examples_name_the_versions_that_they_are_tested_with():
    root = EXAMPLES.parent.parent
    pinned = (EXAMPLES / "python" / "requirements.txt").read_text().strip()
    assert f"\n{pinned} \\\n" in (root / "requirements" / "dev.txt").read_text()
    wanted = json.loads((EXAMPLES / "node" / "package.json").read_text())["dependencies"]
    ours = json.loads((root / "package.json").read_text())["devDependencies"]
    assert wanted == {"standardwebhooks": ours["standardwebhooks"]}
