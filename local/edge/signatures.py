"""CloudFront's signed URLs and signed cookies, verified as CloudFront does.

Source of the rules: CloudFront's developer guide, "Serve private content with signed URLs and signed cookies". A
policy is custom (``Policy``) or canned (``Expires``, and the URL itself); a URL that carries any of the parameters is
a signed URL, and cookies are then not looked at. Hashes are SHA-1, or SHA-256 where ``Hash-Algorithm`` says so.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

FIELDS: Final = ("Expires", "Hash-Algorithm", "Key-Pair-Id", "Policy", "Signature")
"""Query parameters of a signed URL; cookies have the same names after ``CloudFront-``."""

COOKIE_PREFIX: Final = "CloudFront-"
_ALPHABET: Final = str.maketrans("-_~", "+=/")
_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {"SHA1": hashes.SHA1, "SHA256": hashes.SHA256}

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class Denied(Exception):
    """The grant does not open what was asked for. ``code`` and ``message`` are what CloudFront answers."""

    def __init__(self, code: str, message: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.message = message
        self.reason = reason


def _denied(reason: str) -> Denied:
    """CloudFront never says why a grant it understands does not do; the log does."""
    return Denied("AccessDenied", "Access denied", reason)


def _malformed(reason: str) -> Denied:
    return Denied("MalformedPolicy", "Malformed Policy", reason)


class Viewer(NamedTuple):
    """Who asks: an IP address, and the time in whole seconds since the Unix epoch."""

    address: str
    now: int


def load_keys(pems: Mapping[str, str]) -> dict[str, PublicKey]:
    """The keys of a key group.

    Raises:
        ValueError: one is not a public key of a kind that CloudFront takes: RSA with 2,048 bits, or ECDSA on P-256.
    """
    keys: dict[str, PublicKey] = {}
    for name, pem in pems.items():
        try:
            key = load_pem_public_key(pem.encode())
        except (ValueError, UnsupportedAlgorithm) as error:
            raise ValueError(f"key {name!r}: {error}") from error
        fits_rsa = isinstance(key, rsa.RSAPublicKey) and key.key_size == 2048
        fits_curve = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
        if not (isinstance(key, PublicKey) and (fits_rsa or fits_curve)):
            raise ValueError(f"key {name!r} is neither RSA with 2,048 bits nor ECDSA on P-256")
        keys[name] = key
    return keys


def split_query(query: str) -> tuple[dict[str, str], str]:
    """The signature's parameters of a query, and what is left of it: CloudFront removes its own before the origin."""
    fields: dict[str, str] = {}
    rest: list[str] = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name in FIELDS:
            fields.setdefault(name, unquote(value))
        elif part:
            rest.append(part)
    return fields, "&".join(rest)


def cookie_fields(headers: list[str]) -> dict[str, str]:
    """The signature's cookies. Of two with one name the first counts: browsers send the longest path first."""
    fields: dict[str, str] = {}
    for header in headers:
        for part in header.split(";"):
            name, _, value = part.strip().partition("=")
            short = name.removeprefix(COOKIE_PREFIX)
            if name != short and short in FIELDS:
                fields.setdefault(short, value.strip().strip('"'))
    return fields


def verify(
    url: str, query: Mapping[str, str], cookies: Mapping[str, str], keys: Mapping[str, PublicKey], viewer: Viewer
) -> None:
    """Lets a request pass, or does not.

    Args:
        url: scheme, host, path and the query without the signature's own parameters, as the viewer sent them.
        query: the signature's parameters from the query.
        cookies: the same from cookies.
        keys: the key group.
        viewer: who asks, and when.

    Raises:
        Denied: the request is not granted.
    """
    fields = query or cookies
    name = fields.get("Key-Pair-Id", "")
    if not name:
        raise Denied("MissingKey", "Missing Key-Pair-Id query parameter or cookie value", "no key named")
    if name not in keys:
        raise Denied("InvalidKey", "Unknown Key", "key is not in the group")
    if "Signature" not in fields:
        raise _denied("no signature")
    policy = _policy_bytes(url, fields)
    _check_signature(keys[name], _decoded(fields["Signature"]), policy, fields.get("Hash-Algorithm", "SHA1"))
    _check_statement(_statement(policy), url, viewer)


def _decoded(text: str) -> bytes:
    """CloudFront's base64, whose ``+``, ``=`` and ``/`` are written ``-``, ``_`` and ``~``."""
    try:
        return base64.b64decode(text.translate(_ALPHABET), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed("not base64") from error


def _policy_bytes(url: str, fields: Mapping[str, str]) -> bytes:
    """What was signed: the custom policy that came along, or the canned one that follows from the URL."""
    if "Policy" in fields:
        return _decoded(fields["Policy"])
    expires = fields.get("Expires", "")
    if not (expires.isascii() and expires.isdigit()):
        raise _malformed("neither a policy nor an expiry")
    return canned_policy(url, int(expires))


def canned_policy(url: str, expires: int) -> bytes:
    """The canned policy, to the byte: no spaces, and the members in this order."""
    condition = {"DateLessThan": {"AWS:EpochTime": expires}}
    return json.dumps(
        {"Statement": [{"Resource": url, "Condition": condition}]}, separators=(",", ":"), ensure_ascii=False
    ).encode()


def _check_signature(key: PublicKey, signature: bytes, signed: bytes, algorithm: str) -> None:
    if algorithm not in _HASHES:
        raise _denied("unknown hash algorithm")
    digest = _HASHES[algorithm]()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), digest)
        else:
            key.verify(signature, signed, ec.ECDSA(digest))
    except InvalidSignature as error:
        raise _denied("signature does not verify") from error


def _statement(policy: bytes) -> dict[str, Any]:
    try:
        statements = json.loads(policy)["Statement"]
        if not (isinstance(statements, list) and len(statements) == 1 and isinstance(statements[0], dict)):
            raise _malformed("not exactly one statement")
    except (ValueError, KeyError, TypeError) as error:
        raise _malformed("not a policy") from error
    found: dict[str, Any] = statements[0]
    return found


def _check_statement(statement: dict[str, Any], url: str, viewer: Viewer) -> None:
    """Everything that a policy demands must hold; what it demands and we do not know cannot hold."""
    conditions = statement.get("Condition")
    if not isinstance(conditions, dict) or set(conditions) - {"DateLessThan", "DateGreaterThan", "IpAddress"}:
        raise _malformed("conditions unknown or missing")
    resource = statement.get("Resource", "*")
    if not isinstance(resource, str) or not matches(resource, url):
        raise _denied("another resource")
    if viewer.now >= _moment(conditions, "DateLessThan"):
        raise _denied("expired")
    if "DateGreaterThan" in conditions and viewer.now <= _moment(conditions, "DateGreaterThan"):
        raise _denied("not valid yet")
    if "IpAddress" in conditions and not _address_fits(conditions["IpAddress"], viewer.address):
        raise _denied("another address")


def _moment(conditions: dict[str, Any], name: str) -> int:
    condition = conditions.get(name)
    moment = condition.get("AWS:EpochTime") if isinstance(condition, dict) else None
    if not isinstance(moment, int) or isinstance(moment, bool):
        raise _malformed(f"{name} is no time")
    return moment


def _address_fits(condition: Any, address: str) -> bool:
    wanted = condition.get("AWS:SourceIp") if isinstance(condition, dict) else None
    if not isinstance(wanted, str):
        raise _malformed("IpAddress is no address")
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(wanted, strict=False)
    except ValueError as error:
        raise _malformed("IpAddress is no address") from error


def matches(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern in which ``*`` is any run of characters, slashes too, and ``?`` is any one."""
    parts = [".*" if char == "*" else "." if char == "?" else re.escape(char) for char in re.sub(r"\*+", "*", pattern)]
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None
