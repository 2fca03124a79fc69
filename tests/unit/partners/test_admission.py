"""Who is let in as whom, and how soon what was taken away is refused."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.errors import PartnerRequired, TokenRevoked, Unavailable
from cliffhanger.partners.admission import CACHED_MS, Gate
from cliffhanger.partners.domain import SCOPES, Mode, Partner, PartnerCaller, Secret
from tests.support.partners import ISSUER, KEY, LIVE_CLIENT, KeptPartners, client, partner, partner_token


class Door:
    """A gate over partners that change, at a time that passes."""

    def __init__(self, *partners: Partner) -> None:
        self.kept = KeptPartners(*(partners or (partner(),)))
        self.at = 1_795_284_245_123
        self.gate = Gate(self.kept, lambda: (KEY,), ISSUER, lambda: self.at)

    def change(self, **changes: Any) -> None:
        self.kept.kept["acme"] = self.kept.kept["acme"]._replace(**changes)

    def client(self, mode: Mode = "live", *scopes: Any, **changes: Any) -> PartnerCaller:
        return self.gate.client(partner_token(mode, *scopes, expires_at=self.at // 1000 + 900, **changes))


def test_a_client_is_known_with_its_partner_mode_and_scopes() -> None:
    door = Door()
    assert door.client("live", "webhooks:read") == PartnerCaller(
        "acme", "live", frozenset({"webhooks:read"}), 1_000, client=LIVE_CLIENT
    )
    assert door.client("sandbox").mode == "sandbox"


def test_a_scope_that_was_taken_from_the_client_is_taken_from_its_tokens() -> None:
    door = Door(partner(clients=(client("live", scopes=frozenset({"requests:read"})),)))
    assert door.client().scopes == {"requests:read"}


@pytest.mark.parametrize(
    "changes",
    [
        {"partner": "other"},
        {"client": "pc-live-ffffffffffffffff"},
        {"secret": 2},
        {"client": "pc-test-0123456789abcdef"},
    ],
    ids=str,
)
def test_a_genuine_token_of_what_is_not_there_is_revoked(changes: dict[str, Any]) -> None:
    """The last one is a live token that names the sandbox's client: mode and client must agree."""
    door = Door(partner(), partner("other", members=(), clients=()))
    with pytest.raises(TokenRevoked):
        door.client(**changes)


GONE: dict[str, dict[str, Any]] = {
    "client": {"clients": ()},
    "secret": {"clients": (client("live", secrets=(Secret(2, "1" * 64),)),)},
    "partner": {"status": "closed"},
}


@pytest.mark.parametrize("changes", GONE.values(), ids=GONE)
def test_what_is_taken_away_from_a_client_ends_within_ten_seconds(changes: dict[str, Any]) -> None:
    door = Door()
    door.client()
    door.change(**changes)
    door.at += 10_000
    with pytest.raises(TokenRevoked):
        door.client()


@pytest.mark.parametrize("changes", [{"members": frozenset()}, {"status": "closed"}], ids=str)
def test_what_is_taken_away_from_a_member_ends_within_ten_seconds(changes: dict[str, Any]) -> None:
    door = Door()
    assert door.gate.person("pia", "live") == PartnerCaller("acme", "live", frozenset(SCOPES), 1_000, person="pia")
    door.change(**changes)
    door.at += 10_000
    with pytest.raises(PartnerRequired):
        door.gate.person("pia", "live")


def test_a_secrets_tokens_end_with_its_overlap_to_the_millisecond() -> None:
    door = Door()
    ends = door.at + 5_000
    door.change(clients=(client("live", secrets=(Secret(2, "1" * 64), Secret(1, "0" * 64, ends))),))
    door.at = ends - 1
    assert door.client().client == LIVE_CLIENT
    door.at = ends
    with pytest.raises(TokenRevoked):
        door.client()
    assert door.client(secret=2).client == LIVE_CLIENT


def test_a_member_of_one_partner_is_nobody_at_another() -> None:
    door = Door(partner(), partner("other", members=("otto",)))
    assert door.gate.person("otto", "sandbox").id == "other"
    assert door.gate.person("pia", "sandbox").id == "acme"
    with pytest.raises(PartnerRequired):
        door.gate.person("mia", "live")


def test_a_warm_instance_reads_once_in_ten_seconds() -> None:
    door = Door()
    for _ in range(50):
        door.client()
    assert door.kept.reads == 1
    door.at += CACHED_MS
    door.client()
    assert door.kept.reads == 2


def test_a_clock_that_was_set_back_does_not_lengthen_what_is_known() -> None:
    door = Door()
    door.client()
    door.at -= 60_000
    door.client()
    assert door.kept.reads == 2


def test_nobody_gets_in_while_the_table_does_not_answer() -> None:
    """Not even who was known: what was taken away meanwhile would go on."""
    door = Door()
    door.client()
    door.at += CACHED_MS

    door.kept.down = True
    with pytest.raises(Unavailable):
        door.client()


def test_a_client_that_was_just_made_is_let_in_by_an_instance_that_knew_its_partner_before() -> None:
    """Or the first calls of every new client, and of every new secret, would be refused for ten seconds."""
    door = Door(partner(clients=()))
    door.gate.person("pia", "live")
    door.change(clients=(client("live"),))
    assert door.client(issued_at=door.at // 1000).client == LIVE_CLIENT


def test_a_token_of_a_client_that_is_gone_is_looked_up_once_more_and_not_each_time() -> None:
    door = Door(partner(clients=()))
    door.at += 5_000
    for _ in range(20):
        with pytest.raises(TokenRevoked):
            door.client(issued_at=door.at // 1000 - 5)
    assert door.kept.reads == 1
