"""Whom we speak to is proved by a certificate of the name that the endpoint has."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from cliffhanger.webhooks.sending import Answered, Sender, Unanswered
from tests.local.webhooks.conftest import LOOPBACK, NAME, post
from tests.support.receivers import plays
from tests.support.receivers.certificates import Authority, self_signed
from tests.support.receivers.server import serving

OK = plays.answering(plays.answer("200 OK"))


def here(_name: str) -> tuple[str, ...]:
    return ("127.0.0.1",)


@pytest.fixture
def named(authority: Authority) -> Sender:
    """A sender to whom every name is on this machine."""
    return Sender(LOOPBACK, str(authority.file), resolve=here)


def refusal(sender: Sender, context: ssl.SSLContext, host: str = NAME) -> str:
    """Why nothing is sent there; the receiver sees no request either."""
    requests: list[object] = []
    with serving(context, requests.append) as server:
        outcome = sender.send(post(server.url(host=host)))
    assert isinstance(outcome, Unanswered), outcome
    assert requests == []
    return outcome.code


def test_a_name_s_own_certificate_is_taken_and_the_name_is_asked_for(named: Sender, authority: Authority):
    with serving(authority.context_for(NAME), OK) as server:
        outcome = named.send(post(server.url(host=NAME.upper())))
    assert isinstance(outcome, Answered), outcome
    assert server.names == [NAME]


@pytest.mark.parametrize(
    "names", [("other.example.com",), ("example.com",), ("*.hooks.example.com",), ("127.0.0.1",), ("*.com",)]
)
def test_a_certificate_of_another_name_is_refused(named: Sender, authority: Authority, names: tuple[str, ...]):
    """That of the address too: whoever answers there must be who the endpoint names."""
    assert refusal(named, authority.context_for(*names)) == "tls_failed"


def test_an_address_needs_a_certificate_of_the_address(named: Sender, authority: Authority):
    assert refusal(named, authority.context_for(NAME), "127.0.0.1") == "tls_failed"


def test_an_expired_certificate_is_refused(named: Sender, authority: Authority):
    assert refusal(named, authority.context_for(NAME, days_left=-1)) == "tls_failed"


def test_a_certificate_of_an_authority_that_nobody_knows_is_refused(named: Sender, tmp_path: Path):
    assert refusal(named, Authority(tmp_path).context_for(NAME)) == "tls_failed"


def test_a_certificate_that_signs_itself_is_refused(named: Sender, tmp_path: Path):
    assert refusal(named, self_signed(NAME, tmp_path)) == "tls_failed"


def test_without_the_stage_s_certificates_only_the_system_s_authorities_are_trusted(authority: Authority):
    assert refusal(Sender(LOOPBACK, resolve=here), authority.context_for(NAME)) == "tls_failed"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_before_1_2_is_refused(named: Sender, authority: Authority):
    old = authority.context_for(NAME)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    assert refusal(named, old) == "tls_failed"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3_are_spoken(named: Sender, authority: Authority, version: ssl.TLSVersion):
    context = authority.context_for(NAME)
    context.minimum_version = context.maximum_version = version
    with serving(context, OK) as server:
        assert isinstance(named.send(post(server.url(host=NAME))), Answered)


@pytest.mark.parametrize(
    "sent", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 400 This is TLS\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28"]
)
def test_what_does_not_speak_tls_is_no_receiver(named: Sender, authority: Authority, sent: bytes):
    """The last is an alert that ends a handshake."""
    with serving(authority.context_for(NAME), OK, plays.speaking_without_tls(sent)) as server:
        outcome = named.send(post(server.url(host=NAME)))
    assert isinstance(outcome, Unanswered)
    assert outcome.code == "tls_failed"
