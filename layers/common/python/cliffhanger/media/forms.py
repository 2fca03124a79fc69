"""Forms by which a creator's browser puts one file straight into the uploads bucket (S3 presigned POST)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from botocore.config import Config

from cliffhanger.media.domain import FORM_LIFETIME_S, Part, Upload

S3_CONFIG = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
"""For the client that signs. By default botocore signs us-east-1 forms by version 2, and names the global host for
other regions, which answers a POST to a young bucket with a redirect that no browser form survives."""


class Form(NamedTuple):
    """Where to post, and the fields to post before the file; ``expires_at`` in milliseconds since the epoch."""

    url: str
    fields: Mapping[str, str]
    expires_at: int


class UploadForms:
    """Signs forms for one bucket, with an S3 client made with ``S3_CONFIG``."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def sign(self, upload: Upload, part: Part) -> Form:
        """A form for this part's key, content type and exact size, and for nothing else. Calls nobody."""
        kind = {"Content-Type": part.content_type}
        signed = self._client.generate_presigned_post(
            Bucket=self._bucket,
            Key=upload.key_of(part),
            Fields=dict(kind),
            Conditions=[kind, ["content-length-range", part.size_bytes, part.size_bytes]],
            ExpiresIn=FORM_LIFETIME_S,
        )
        return Form(signed["url"], signed["fields"], upload.created_at + FORM_LIFETIME_S * 1000)
