"""A hundred viewers unlock one series at once, with retries and requests killed midway; then the raw table is added up.

The sum shares no code with the product: it reads the stored bytes with the standard library and their dictionary.
"""

from __future__ import annotations

import base64
import collections
import concurrent.futures
import contextlib
import hashlib
import http.client
import json
import random
import socket
import urllib.parse
import zlib
from typing import Any

from cliffhanger.ledger.packing import DICTIONARY_1
from local.cast import person_of
from tests.e2e.client import Platform, Reply, send
from tests.e2e.series import CEILING_COINS, FREE, give, make_series

VIEWERS = 100
EPISODES = 24
STEPS = 4
KILLED = 0.25
"""How often a client goes away before its answer comes, and asks again later."""
AT_ONCE = 8

Row = dict[str, Any]


class Client:
    """One viewer's client, on a bad line."""

    def __init__(self, platform: Platform, token: str, series: str, seed: int) -> None:
        self.platform = platform
        self.token = token
        self.account = f"viewer:{person_of(token)}"
        self.series = series
        self.random = random.Random(seed)
        self.receipts: dict[int, Row] = {}
        self.refused: collections.Counter[str] = collections.Counter()
        self.killed = 0

    def live(self) -> None:
        """Asks what the story costs, takes one of the offers, asks again as people do."""
        for _ in range(STEPS):
            episode = self.random.randint(FREE + 1, EPISODES)
            quote = self.get(f"/v1/series/{self.series}/episodes/{episode}/quote?next={self.random.randint(2, 6)}")
            if quote["status"] == "locked":
                option = self.random.choice(quote["options"])
                self.unlock(option)

    def unlock(self, option: Row) -> None:
        body = {
            "first": option["first"],
            "last": option["last"],
            "priceShownCoins": option["priceCoins"],
            "generation": option["generation"],
        }
        path = f"/v1/series/{self.series}/unlock"
        while self.random.random() < KILLED:
            self.kill(path, body)
        answers = [self.settled(path, body) for _ in range(self.random.choice((1, 1, 2)))]
        for answer in answers:
            if answer.status in (200, 201):
                for receipt in answer.json["receipts"]:
                    known = self.receipts.setdefault(receipt["seq"], receipt)
                    assert known == receipt, "two receipts under one number"
            else:
                self.refused[answer.code] += 1
        assert len({answer.status // 100 for answer in answers}) == 1, "a retry was answered otherwise"

    def settled(self, path: str, body: Row) -> Reply:
        """The answer that is one: busy, undecided and cut-off are asked again."""
        while True:
            reply = self.platform.post(path, self.token, body)
            if reply.status not in (429, 503):
                return reply

    def kill(self, path: str, body: Row) -> None:
        """Sends the request and goes away."""
        self.killed += 1
        parts = urllib.parse.urlsplit(self.platform.api)
        assert parts.hostname
        content = json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        connection.request("POST", path, body=content, headers=headers)
        if connection.sock is not None:
            if self.random.random() < 0.5:
                connection.sock.settimeout(self.random.random() / 50)
                with contextlib.suppress(TimeoutError, OSError):
                    connection.sock.recv(1)
            connection.sock.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0"
            )  # a reset, no goodbye
        connection.close()

    def get(self, path: str) -> Row:
        while True:
            reply = self.platform.get(path, self.token)
            if reply.status == 200:
                return dict(reply.json)
            assert reply.status in (429, 503), reply


def test_an_independent_sum_over_the_raw_table_agrees_with_every_receipt(platform: Platform):
    series = make_series(platform, EPISODES, freeEpisodes=FREE)
    pick = random.Random(7)
    clients = [Client(platform, platform.new_person()[1], series, seed) for seed in range(VIEWERS)]
    give(platform, [(one.account, pick.randint(0, 140), pick.randint(0, 60)) for one in clients])
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(Client.live, clients))
    assert sum(one.killed for one in clients) > VIEWERS / 2
    assert sum(len(one.receipts) for one in clients) > VIEWERS

    rows = platform.settled_rows()
    chains = chains_of(rows)
    earned = collections.Counter[str]()
    for one in clients:
        entries = chains[one.account]
        check_chain(entries)
        unlocks = [entry for entry in entries if entry.get("reference", "").startswith(f"unlock:{series}:")]
        assert {entry["seq"] for entry in unlocks} == set(one.receipts), "an unlock without a receipt, or the contrary"
        opened: list[int] = []
        for entry in unlocks:
            receipt = one.receipts[entry["seq"]]
            paid = {unit: amount for unit, amount, source, _ in entry["postings"] if source == "."}
            assert receipt["priceCoins"] == sum(paid.values()) == sum(part["coins"] for part in receipt["episodes"])
            assert receipt["hash"] == entry["hash"]
            assert [receipt["spent"][n]["cash"] for n in range(len(receipt["spent"]))] == [
                portion[3] for portion in entry.get("spent", [])
            ]
            opened += [part["episode"] for part in receipt["episodes"]]
            for unit, amount, _, destination in entry["postings"]:
                assert destination.startswith(f"series:{series}:earned:")
                earned[unit] += amount
        assert len(opened) == len(set(opened)), "an episode was paid for twice"
        assert sum(receipt["priceCoins"] for receipt in one.receipts.values()) <= CEILING_COINS
        held = send("GET", f"{platform.api}/v1/wallet", token=one.token).json
        balances = entries[-1]["state"].get("balances", {})
        assert held["coins"] == {
            "total": balances.get("coin", 0) + balances.get("bonus", 0),
            "bought": balances.get("coin", 0),
            "bonus": balances.get("bonus", 0),
        }
        owned = send("GET", f"{platform.api}/v1/series/{series}/entitlements", token=one.token).json
        assert {unlock["seq"] for unlock in owned["unlocks"]} == set(one.receipts)
    income = collections.Counter[str]()
    for account, entries in chains.items():
        if account.startswith(f"series:{series}:earned:"):
            check_chain(entries)
            income.update(entries[-1]["state"]["balances"])
    assert income == earned, "the series has not earned what the receipts say"


def chains_of(rows: dict[str, Row]) -> dict[str, list[Row]]:
    """The stored entries by account, each with its recomputed hash."""
    chains: dict[str, list[Row]] = collections.defaultdict(list)
    for row in rows.values():
        body = unpacked(row["body"]["B"])
        entry = json.loads(body)
        digest = hashlib.sha256(body.encode()).digest()
        stored = row["hash"]["B"]
        assert digest == (stored if isinstance(stored, bytes) else base64.b64decode(stored))
        entry["hash"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        chains[entry["account"]].append(entry)
    return {account: sorted(entries, key=lambda entry: entry["seq"]) for account, entries in chains.items()}


def unpacked(stored: bytes) -> str:
    """The text that was hashed: raw deflate with the published dictionary, after one byte that names it."""
    assert stored[0] == 1
    return zlib.decompressobj(-15, DICTIONARY_1).decompress(stored[1:]).decode()


def check_chain(entries: list[Row]) -> None:
    """Numbers without a gap, hashes that link, balances that follow from the postings alone."""
    previous, balances = "", collections.Counter[str]()
    for seq, entry in enumerate(entries, start=1):
        assert (entry["seq"], entry["prev"]) == (seq, previous)
        for unit, amount, source, destination in entry["postings"]:
            for end, signed in ((source, -amount), (destination, amount)):
                if end in (".", ".deferred"):
                    balances[unit if end == "." else f"{unit}.deferred"] += signed
        stated = entry["state"].get("balances", {})
        assert {unit: amount for unit, amount in balances.items() if amount} == stated
        previous = entry["hash"]
