"""Names are looked up within a time, and one that hangs is nobody else's matter."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from cliffhanger.webhooks.resolving import Deadline, Resolver, system_resolve

SOON, LATE = 0.05, 60.0


class Names:
    """Answers for each name but those that hang, until the test is over."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.asked: list[str] = []

    def __call__(self, name: str) -> tuple[str, ...]:
        self.asked.append(name)
        if name.startswith("hanging"):
            self.over.wait()
        return (f"{name}'s",)


@pytest.fixture
def names() -> Iterator[Names]:
    made = Names()
    yield made
    made.over.set()


def test_a_name_that_hangs_is_waited_for_no_longer_than_there_is_time(names: Names):
    with pytest.raises(TimeoutError):
        Resolver(names).addresses_of("hanging", Deadline(SOON))


def test_a_name_that_hangs_takes_one_thread_however_often_it_is_asked_for(names: Names):
    resolver = Resolver(names)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            resolver.addresses_of("hanging", Deadline(SOON))
    assert names.asked == ["hanging"]


def test_names_that_hang_hold_up_no_other(names: Names):
    resolver = Resolver(names, max_lookups=3)
    for name in ("hanging-1", "hanging-2"):
        with pytest.raises(TimeoutError):
            resolver.addresses_of(name, Deadline(SOON))
    assert resolver.addresses_of("good", Deadline(LATE)) == ("good's",)


def test_no_more_names_are_looked_up_at_once_than_there_may_be(names: Names):
    resolver = Resolver(names, max_lookups=2)
    for name in ("hanging-1", "hanging-2", "hanging-3", "good"):
        with pytest.raises(TimeoutError):
            resolver.addresses_of(name, Deadline(SOON))
    assert names.asked == ["hanging-1", "hanging-2"]
    names.over.set()
    assert resolver.addresses_of("good", Deadline(LATE)) == ("good's",)


def test_who_asks_while_a_look_up_is_under_way_gets_its_answer(names: Names):
    resolver, found = Resolver(names), []

    def ask() -> None:
        found.append(resolver.addresses_of("hanging", Deadline(LATE)))

    with pytest.raises(TimeoutError):
        resolver.addresses_of("hanging", Deadline(SOON))
    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    names.over.set()
    for thread in asking:
        thread.join()
    assert found == [("hanging's",)] * 4


def test_an_answer_is_used_for_no_later_question(names: Names):
    resolver = Resolver(names)
    for _ in range(2):
        resolver.addresses_of("good", Deadline(LATE))
    assert names.asked == ["good", "good"]


def test_a_name_without_addresses_has_none():
    def unknown(_name: str) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    assert Resolver(unknown).addresses_of("unknown", Deadline(LATE)) == ()


def test_when_the_time_is_over_nothing_is_begun(names: Names):
    with pytest.raises(TimeoutError):
        Resolver(names).addresses_of("good", Deadline(0))
    assert names.asked == []


def test_the_system_is_asked_in_ascii_and_its_addresses_are_tried_from_ipv4_on(monkeypatch: pytest.MonkeyPatch):
    """Text would be put through an old form of IDNA, by which other characters become full stops and digits."""
    asked = []

    def getaddrinfo(*question, **more):
        asked.append((question, more))
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2606:2800::1", 0, 0, 0)),
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1%lo", 0, 0, 1)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 0)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert system_resolve("hooks.example.com") == ("93.184.215.14", "2606:2800::1", "fe80::1%lo")
    [(question, _)] = asked
    assert question[0] == b"hooks.example.com"
    with pytest.raises(UnicodeError):
        system_resolve("127。0。0。1")
