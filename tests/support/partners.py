"""Partners for tests: one with a member and two clients, their tokens, and where they are kept."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from cliffhanger.clock import system_clock
from cliffhanger.errors import Unavailable
from cliffhanger.partners.admission import Gate
from cliffhanger.partners.domain import SCOPES, Client, Mode, Partner, Reach, Secret
from cliffhanger.partners.quotas import Quotas
from cliffhanger.partners.requests import Request
from cliffhanger.partners.tokens import Claims, issue
from cliffhanger.routes import Scope
from cliffhanger.web.partners import Reception

ISSUER = "cliffhanger:test"
"""As ``bootstrap.token_issuer`` says it under the settings of tests."""
KEY = b"the key of partners in all tests"
KEYS_TEXT = json.dumps({"keys": [{"key": base64.urlsafe_b64encode(KEY).decode(), "since": 0}]})
"""What the secret ``PARTNER_KEYS`` holds."""

PARTNER = "acme"
MEMBER = "pia"
LIVE_CLIENT = "pc-live-0123456789abcdef"
SANDBOX_CLIENT = "pc-test-0123456789abcdef"


def partner(id: str = PARTNER, members: tuple[str, ...] = (MEMBER,), **changes: Any) -> Partner:
    """A partner that sees all series and has one client with every scope in each mode."""
    made = Partner(
        id=id,
        name=id.title(),
        members=frozenset(members),
        reach=Reach(id, all=True),
        quotas={"live": 1_000, "sandbox": 500},
        status="active",
        revision=1,
        created_at=1_795_284_245_123,
        changed_at=1_795_284_245_123,
        clients=(client("live"), client("sandbox")),
    )
    return made._replace(**changes)


def client(mode: Mode, **changes: Any) -> Client:
    """The partner's client of a mode."""
    made = Client(
        id=LIVE_CLIENT if mode == "live" else SANDBOX_CLIENT,
        mode=mode,
        name=f"The {mode} client",
        scopes=frozenset(SCOPES),
        secrets=(Secret(1, "0" * 64),),
        created_at=1_795_284_245_123,
    )
    return made._replace(**changes)


def partner_token(
    mode: Mode = "live",
    *scopes: Scope,
    partner: str = PARTNER,
    client: str | None = None,
    key: bytes = KEY,
    **changes: Any,
) -> str:
    """A client's access token, with every scope unless some are named; keyword arguments replace claims."""
    now = int(time.time())
    claims = Claims(
        partner=partner,
        client=client or (LIVE_CLIENT if mode == "live" else SANDBOX_CLIENT),
        mode=mode,
        scopes=frozenset(scopes or SCOPES),
        secret=1,
        issued_at=now,
        expires_at=now + 900,
    )
    return issue(claims._replace(**changes), key, ISSUER)


class KeptPartners:
    """Where partners are kept, as a gate sees it; ``reads`` counts, and while it is ``down`` nothing is read."""

    def __init__(self, *partners: Partner) -> None:
        self.kept = {one.id: one for one in partners}
        self.reads = 0
        self.down = False

    def find(self, partner: str) -> Partner | None:
        self._read()
        return self.kept.get(partner)

    def partner_of(self, person: str) -> str | None:
        self._read()
        return next((one.id for one in self.kept.values() if person in one.members), None)

    def _read(self) -> None:
        self.reads += 1
        if self.down:
            raise Unavailable


class KeptRequests:
    """The request log and the days' counts in memory. ``down``: nothing is written."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, Request]] = []
        self.used: dict[tuple[str, str], int] = {}
        self.counts = 0
        self.down = False

    def note(self, owner: str, request: Request) -> None:
        if self.down:
            raise Unavailable
        self.noted.append((owner, request))

    def count(self, owner: str, day: str, amount: int) -> int:
        self.counts += 1
        if self.down:
            raise Unavailable
        self.used[owner, day] = self.used.get((owner, day), 0) + amount
        return self.used[owner, day]


def reception(*partners: Partner, requests: KeptRequests | None = None) -> Reception:
    """What receives the callers of these partners; of the usual one when none is given."""
    kept = requests or KeptRequests()
    gate = Gate(KeptPartners(*(partners or (partner(),))), lambda: (KEY,), ISSUER, system_clock)
    return Reception(gate, Quotas(kept, system_clock, lambda: None), kept, system_clock)
