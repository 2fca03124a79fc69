"""A signing key for tests, made once a process."""

from __future__ import annotations

import base64
import functools

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

KEY_ID = "K2JCJMDEHXQW5F"
ORIGIN = "https://watch.example"


def private_key(name: str = "ours") -> rsa.RSAPrivateKey:
    """A key by name: another name is another key."""
    return _key(name)


@functools.cache
def _key(_name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem() -> str:
    return private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_der(name: str = "ours") -> str:
    """The public half of a key as the setting holds it."""
    der = private_key(name).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()
