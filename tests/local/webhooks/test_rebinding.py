"""A name may lead anywhere, and somewhere else the next time it is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from cliffhanger.webhooks.sending import MAX_ADDRESSES, Answered, Sender, Unanswered
from tests.local.webhooks.conftest import LOOPBACK, NAME, post
from tests.support.receivers.certificates import Authority
from tests.support.receivers.plays import answer, answering
from tests.support.receivers.server import Server

PRIVATE = ["10.0.0.1", "169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fe80::1%lo"]

Serve = Callable[..., Server]


class Names:
    """A name server that answers each question with the next of its answers, and the last for ever."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers: Iterator[tuple[str, ...]] = iter(answers)
        self._last: tuple[str, ...] = ()
        self.asked: list[str] = []

    def __call__(self, name: str) -> tuple[str, ...]:
        self.asked.append(name)
        self._last = next(self._answers, self._last)
        return self._last


@pytest.fixture
def server(serve: Serve) -> Server:
    return serve(answering(answer("200 OK")))


def sent(server: Server, authority: Authority, names: Callable[[str], tuple[str, ...]], times: int = 1):
    sender = Sender(LOOPBACK, str(authority.file), resolve=names, deadline_s=5)
    return [sender.send(post(server.url(host=NAME))) for _ in range(times)]


@pytest.mark.parametrize("private", PRIVATE)
def test_a_name_that_leads_somewhere_else_the_second_time_is_refused_then(
    server: Server, authority: Authority, private: str
):
    names = Names(("127.0.0.1",), (private,))
    first, second = sent(server, authority, names, times=2)
    assert isinstance(first, Answered)
    assert second == Unanswered("address_refused", second.millis, private)
    assert server.connections == 1


def test_in_one_attempt_a_name_is_asked_for_once_and_the_address_that_was_checked_is_connected_to(
    server: Server, authority: Authority
):
    """Between two questions, the answer could change."""
    names = Names(("127.0.0.1",), ("169.254.169.254",))
    [outcome] = sent(server, authority, names)
    assert isinstance(outcome, Answered)
    assert outcome.address == "127.0.0.1"
    assert names.asked == [NAME]


@pytest.mark.parametrize("private", PRIVATE)
@pytest.mark.parametrize("first", [True, False])
def test_one_address_among_several_that_is_not_public_refuses_all(
    server: Server, authority: Authority, private: str, first: bool
):
    """Whichever would have been taken: luck is no defence."""
    found = (private, "127.0.0.1") if first else ("127.0.0.1", *["127.0.0.2"] * MAX_ADDRESSES, private)
    [outcome] = sent(server, authority, Names(found))
    assert outcome == Unanswered("address_refused", outcome.millis, private)
    assert server.connections == 0


def test_another_port_is_refused_at_a_public_address(server: Server, authority: Authority):
    [outcome] = sent(server, authority, Names(("93.184.215.14",)))
    assert outcome == Unanswered("address_refused", outcome.millis, "93.184.215.14")


def test_without_networks_of_the_stage_s_own_this_machine_is_not_reached(server: Server, authority: Authority):
    sender = Sender(ca=str(authority.file), resolve=Names(("127.0.0.1",)))
    for url in (f"https://{NAME}/", server.url(), f"https://127.0.0.1:{server.port}/", "https://127.0.0.1/"):
        outcome = sender.send(post(url))
        assert isinstance(outcome, Unanswered)
        assert outcome.code == "address_refused"
    assert server.connections == 0


@pytest.mark.parametrize("url", ["http://127.0.0.1/", f"https://u:p@{NAME}/", "https://0x7f.1/", "not a url", ""])
def test_an_address_that_could_not_be_saved_today_is_not_sent_to(authority: Authority, url: str):
    """Rules may have become stricter since it was."""
    names = Names(("127.0.0.1",))
    outcome = Sender(LOOPBACK, str(authority.file), resolve=names).send(post(url))
    assert outcome == Unanswered("address_refused", outcome.millis, "")
    assert names.asked == []


def test_if_one_address_takes_no_connection_the_next_is_tried(server: Server, authority: Authority):
    [outcome] = sent(server, authority, Names(("::1", "127.0.0.1")))
    assert isinstance(outcome, Answered)
    assert outcome.address == "127.0.0.1"


def test_a_name_without_an_address_is_unknown(server: Server, authority: Authority):
    def unknown(_name: str) -> tuple[str, ...]:
        raise OSError("Name or service not known")

    for names in (unknown, Names(())):
        [outcome] = sent(server, authority, names)
        assert outcome == Unanswered("name_unknown", outcome.millis, "")


def test_a_name_server_that_does_not_answer_holds_nobody(server: Server, authority: Authority):
    over = threading.Event()

    def hanging(_name: str) -> tuple[str, ...]:
        over.wait()
        return ()

    try:
        sender = Sender(LOOPBACK, str(authority.file), resolve=hanging, deadline_s=0.3)
        outcome = sender.send(post(server.url(host=NAME)))
        assert outcome == Unanswered("timed_out", outcome.millis, "")
    finally:
        over.set()
