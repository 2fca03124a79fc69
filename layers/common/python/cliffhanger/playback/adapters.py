"""What playback reads from AWS: the signing key, and playlists."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key

from cliffhanger.errors import InternalError, NotFound, Unavailable

MAX_PLAYLIST_BYTES = 262_144
"""An episode of three minutes has 45 segments; this is a hundred times their playlist."""

# Without permission to list a bucket, S3 answers 403 for a key that is not there.
_ABSENT = frozenset({"NoSuchKey", "AccessDenied"})


class SecretKey:
    """The private key that signs grants, a PEM in Secrets Manager. Each call reads it anew."""

    def __init__(self, client: Any, secret_id: str) -> None:
        self._client = client
        self._secret_id = secret_id

    def __call__(self) -> RSAPrivateKey:
        """The key.

        Raises:
            Unavailable: Secrets Manager does not answer.
            InternalError: the secret is no RSA key.
        """
        try:
            pem = self._client.get_secret_value(SecretId=self._secret_id)["SecretString"]
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("Playback cannot be granted now; try again.") from error
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except ValueError as error:
            raise InternalError("The signing key's secret is no PEM.") from error
        if not isinstance(key, RSAPrivateKey):
            raise InternalError("The signing key is no RSA key.")
        return key


def public_keys_of(setting: str) -> Mapping[str, RSAPublicKey]:
    """The keys whose grants are accepted, by CloudFront's id, from a JSON object of ids and base64 DER.

    Bare DER, because all variables of a function share 4 KB.

    Raises:
        InternalError: it holds no key, or something that is no RSA key.
    """
    try:
        held = json.loads(setting).items()
        keys = {key_id: load_der_public_key(b64decode(der, validate=True)) for key_id, der in held}
    except (ValueError, TypeError, AttributeError, UnsupportedAlgorithm) as error:
        raise InternalError("The setting of public keys is malformed.") from error
    accepted = {key_id: key for key_id, key in keys.items() if isinstance(key, RSAPublicKey)}
    if not accepted or len(accepted) < len(keys):
        raise InternalError("The setting of public keys holds something else than RSA keys.")
    return accepted


class MediaBucket:
    """The bucket of published media."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, key: str) -> str:
        """The playlist under a key.

        Raises:
            NotFound: there is none.
            Unavailable: S3 does not answer.
            InternalError: what lies there is no playlist.
        """
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            data = answer["Body"].read(MAX_PLAYLIST_BYTES + 1)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ABSENT:
                raise NotFound("There is no such playlist.") from error
            raise Unavailable("The playlist cannot be read now; try again.") from error
        except BotoCoreError as error:
            raise Unavailable("The playlist cannot be read now; try again.") from error
        if len(data) > MAX_PLAYLIST_BYTES or not data.startswith(b"#EXTM3U"):
            raise InternalError(f"{key} is no playlist.")
        try:
            return str(data, "utf-8")
        except UnicodeDecodeError as error:
            raise InternalError(f"{key} is no playlist.") from error
