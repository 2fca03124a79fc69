"""A throw-away certificate authority, and the certificates it gives, good and bad."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = dt.timedelta(days=1)


class Authority:
    """Signs what it is asked to, in a folder of its own; ``file`` is what who trusts it is given."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key, self._name = _new_key(), _subject("receivers' authority")
        self._made: dict[tuple[tuple[str, ...], int], Path] = {}
        self.file = folder / "authority.pem"
        certificate = _certificate(self._name, self._key, self._name, self._key, is_ca=True)
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def context_for(self, *names: str, days_left: int = 1) -> ssl.SSLContext:
        """What a server needs to show a certificate of these names; with days that are over, one that has expired."""
        return _context(self.key_file_for(*names, days_left=days_left))

    def key_file_for(self, *names: str, days_left: int = 1) -> Path:
        """A file with a private key and its certificate of these names."""
        wanted = (names, days_left)
        if wanted not in self._made:
            key = _new_key()
            certificate = _certificate(_subject(names[0]), key, self._name, self._key, names, days_left)
            self._made[wanted] = _written(self._folder / f"server-{len(self._made)}.pem", key, certificate)
        return self._made[wanted]


def self_signed(name: str, folder: Path) -> ssl.SSLContext:
    """What a server needs to show a certificate that nobody but itself has signed."""
    key, subject = _new_key(), _subject(name)
    return _context(_written(folder / "alone.pem", key, _certificate(subject, key, subject, key, (name,))))


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    names: tuple[str, ...] = (),
    days_left: int = 1,
    *,
    is_ca: bool = False,
) -> x509.Certificate:
    """With what RFC 5280 wants, which newer versions of Python insist on."""
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 30 * _DAY)
        .not_valid_after(now + days_left * _DAY)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if is_ca:
        builder = builder.add_extension(_may_sign_certificates(), critical=True)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName(list(map(_general_name, names))), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _written(file: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> Path:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


def _context(key_file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(key_file)
    return context


def _subject(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _may_sign_certificates() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
