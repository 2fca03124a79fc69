"""An ad network in tests: its keys, and callbacks as AdMob writes and signs them."""

from __future__ import annotations

import base64
import functools
import json
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY_ID = "3335741209"
UNIT = "2747237135"
TRANSACTION = "19808b2d2660df761d5a3259a3d6fbc6"


@functools.cache
def key_of(key_id: str) -> EllipticCurvePrivateKey:
    """A key of its own for each id; made once a run."""
    return generate_private_key(SECP256R1())


def document(*key_ids: str) -> bytes:
    """The network's public keys, as its server tells them."""
    keys = []
    for key_id in key_ids or (KEY_ID,):
        public = key_of(key_id).public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        keys.append({"keyId": int(key_id), "pem": pem, "base64": base64.b64encode(der).decode()})
    return json.dumps({"keys": keys}).encode()


def signed(content: str, key_id: str = KEY_ID, *, by: str | None = None) -> str:
    """The query of a callback: what it says, its signature and the id of the key; ``by`` is another key that signs."""
    signature = key_of(by or key_id).sign(content.encode(), ECDSA(SHA256()))
    told = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    return f"{quote(content, safe='=&')}&signature={told}&key_id={key_id}"


def content(custom_data: str, at: int, **more: str) -> str:
    """What a callback says, in AdMob's order; keywords replace, and an empty one leaves out."""
    values = {
        "ad_network": "5450213213286189855",
        "ad_unit": UNIT,
        "custom_data": custom_data,
        "reward_amount": "1000000",
        "reward_item": "Key Doubler",
        "timestamp": str(at),
        "transaction_id": TRANSACTION,
    } | more
    return "&".join(f"{name}={value}" for name, value in sorted(values.items()) if value)
