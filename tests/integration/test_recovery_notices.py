"""After a restore, what was paid since is granted once: Stripe sends its events again, and they are taken as new."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cliffhanger.clock import rfc3339
from cliffhanger.payments.recording import receive
from tests.support.dynamodb import connect
from tests.support.stripe_events import body_of, charge, event
from tests.support.tables import NOTICES
from tests.unit.payments.office import Books, Scene
from tools import reopen_notices as command

BODY = body_of(event("charge.succeeded", charge()))
Run = Callable[..., int]


@pytest.fixture
def scene() -> Scene:
    """A payment was granted, an hour after its event was made."""
    made = Scene()
    made.now += 3_600_000
    receive(made.office, BODY)
    made.work_off()
    return made


@pytest.fixture
def run(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command over the scene's table, with a restore point."""
    monkeypatch.setattr(command, "connection_of", lambda _given: connect(scene.model))
    monkeypatch.setattr(command, "system_clock", lambda: scene.now)
    return lambda at, *words: command.main(["--table", NOTICES["TableName"], "--since", rfc3339(at), *words])


def restored(scene: Scene) -> None:
    """The books know nothing of the payment any more; Stripe is asked to send its event again."""
    books = Books()
    scene.books, scene.desk = books, scene.desk._replace(apply=books.apply)


def test_what_a_restore_has_lost_is_granted_once_when_stripe_sends_it_again(
    scene: Scene, run: Run, capsys: pytest.CaptureFixture[str]
):
    restored(scene)
    assert receive(scene.office, BODY).outcome == "done", "sending it again would not be enough"
    stands = scene.model.fingerprint()
    assert run(scene.now - 60_000) == 0
    [named] = capsys.readouterr().out.split()
    assert scene.model.fingerprint() == stands
    assert run(scene.now - 60_000, "--forget") == 0
    assert capsys.readouterr().out.split() == [named]
    for _ in range(2):
        receive(scene.office, BODY)
    assert [worked.outcome for worked in scene.work_off()] == ["granted", "done before"]
    assert len(scene.books.facts) == 1


def test_what_was_worked_off_before_the_restore_point_stays_done(scene: Scene, run: Run):
    stands = scene.model.fingerprint()
    scene.now += 60_000
    assert run(scene.now, "--forget") == 0
    assert scene.model.fingerprint() == stands


def test_what_is_not_done_is_left_to_the_queue(scene: Scene, run: Run):
    receive(scene.office, body_of(event("charge.succeeded", charge(), name="evt_2")))
    assert run(scene.now - 60_000, "--forget") == 0
    assert [item["notice"]["S"] for item in scene.items()] == ["evt_2"]
    assert [worked.outcome for worked in scene.work_off()] == ["known"]


def test_a_time_that_is_none_or_lies_ahead_is_refused(scene: Scene, run: Run):
    stands = scene.model.fingerprint()
    assert run(scene.now + 3_600_000, "--forget") == 2
    assert command.main(["--table", NOTICES["TableName"], "--since", "yesterday", "--forget"]) == 2
    assert scene.model.fingerprint() == stands
