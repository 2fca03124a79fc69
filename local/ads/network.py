"""What the network signs, and how it calls back."""

from __future__ import annotations

import base64
import http.client
import json
import secrets
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cliffhanger.clock import Clock, system_clock

NETWORK_ID = "5450213213286189855"
TRIES = 5
APART_S = 1.0
TIMEOUT_S = 20.0


class Ad(NamedTuple):
    """An ad that was seen: of which unit, what the app has given with it, and what this time is called."""

    unit: str
    custom_data: str
    transaction: str

    @classmethod
    def seen(cls, unit: str, custom_data: str) -> Ad:
        """One that nobody has seen before."""
        return cls(unit, custom_data, secrets.token_hex(16))


class Network:
    """A key pair, and who is told what it has signed.

    Args:
        callback: the address that is called back.
        clock: the present.
        sleep: waits for so many seconds between two tries.
    """

    def __init__(self, callback: str, clock: Clock = system_clock, sleep: Callable[[float], None] = time.sleep) -> None:
        self._callback = urlsplit(callback)
        self._clock = clock
        self._sleep = sleep
        self._key = generate_private_key(SECP256R1())
        self._key_id = str(secrets.randbelow(10**10))

    def keys(self) -> bytes:
        """The public keys, as AdMob tells them."""
        public = self._key.public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        key = {"keyId": int(self._key_id), "pem": pem, "base64": base64.b64encode(der).decode()}
        return json.dumps({"keys": [key]}).encode()

    def query(self, ad: Ad) -> str:
        """What is told of an ad, in AdMob's order, and signed as it stands before it is escaped."""
        values = {
            "ad_network": NETWORK_ID,
            "ad_unit": ad.unit,
            "custom_data": ad.custom_data,
            "reward_amount": "1",
            "reward_item": "A small thank you",
            "timestamp": str(self._clock()),
            "transaction_id": ad.transaction,
        }
        content = "&".join(f"{name}={value}" for name, value in values.items())
        signature = base64.urlsafe_b64encode(self._key.sign(content.encode(), ECDSA(SHA256()))).rstrip(b"=").decode()
        return f"{quote(content, safe='=&')}&signature={signature}&key_id={self._key_id}"

    def tell(self, query: str) -> int | None:
        """Calls back until it is answered with 200, as often as AdMob does; the last status, None for no answer."""
        status: int | None = None
        for number in range(TRIES):
            if number:
                self._sleep(APART_S)
            status = self._call(query)
            if status == http.client.OK:
                break
        return status

    def _call(self, query: str) -> int | None:
        connection = http.client.HTTPConnection(str(self._callback.hostname), self._callback.port, timeout=TIMEOUT_S)
        try:
            connection.request("GET", f"{self._callback.path}?{query}")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
