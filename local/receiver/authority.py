"""A throw-away certificate authority, and the certificate that the receiver shows: made once per instance.

The authority's certificate is what the local stage names as trusted for webhooks; its key is never kept, so that
nobody can make another certificate that the platform would believe.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local.environment import LOOPBACK

LIFE: Final = timedelta(days=3_650)
EARLIER: Final = timedelta(days=1)
"""How long before now a certificate begins to hold, for clocks that are behind."""


class Trust(NamedTuple):
    """Files: the authority's certificate, and the receiver's own with its key."""

    authority: Path
    certificate: Path


def trust(folder: Path) -> Trust:
    """The files of that folder, made now where there are none."""
    made = Trust(folder / "authority.pem", folder / "certificate.pem")
    if not all(path.exists() for path in made):
        folder.mkdir(parents=True, exist_ok=True)
        authority, certificate = _issue(datetime.now(UTC))
        _write(made.certificate, certificate)
        _write(made.authority, authority)
    return made


def server_context(files: Trust) -> ssl.SSLContext:
    """TLS as a careful server speaks it, with the receiver's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files.certificate)
    return context


def _issue(now: datetime) -> tuple[bytes, bytes]:
    """The authority's certificate; the receiver's, after its key. Extensions as RFC 5280 wants them of each."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cliffhanger, this machine only")])
    signer, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    signs = x509.SubjectKeyIdentifier.from_public_key(signer.public_key())
    authority = (
        _begun(name, name, signer.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(signs, critical=False)
        .sign(signer, hashes.SHA256())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    places = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(LOOPBACK))]
    certificate = (
        _begun(subject, name, own.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signs), critical=False)
        .sign(signer, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return authority.public_bytes(pem), key + certificate.public_bytes(pem)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + LIFE)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes) -> None:
    """In one step, readable by its owner only."""
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
        handle.write(content)
    draft.replace(path)
