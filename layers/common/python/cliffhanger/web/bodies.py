"""Bodies of requests: bounded, and JSON of the schema that the operation declares; or the bytes as they were sent."""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Hashable, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

import msgspec

from cliffhanger.errors import BodyTooLarge, MalformedJson, ValidationFailed

MAX_BODY_BYTES = 16_384
MAX_FIELDS = 20
FORM_TYPE = "application/x-www-form-urlencoded"


def parse_body(event: Mapping[str, Any], schema: type[Any] | None) -> Any:
    """The body of a request, an API Gateway event, as its schema; an absent body counts as an empty object.

    Where the operation takes none, None: what is sent all the same is not looked at.

    Raises:
        BodyTooLarge: over 16 KiB.
        MalformedJson: not JSON.
        ValidationFailed: JSON that does not fit the schema.
    """
    if schema is None:
        return None
    raw = raw_body(event)
    try:
        return _decoder(cast("Hashable", schema)).decode(raw or b"{}")
    except msgspec.ValidationError as error:
        _check_json(raw)  # a value that does not fit may stand before the place where the text stops being JSON
        raise ValidationFailed(str(error), where="body") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedJson("The body is not JSON.") from error


def parse_form(event: Mapping[str, Any], schema: type[Any] | None) -> Any:
    """The body of a request as a form (``application/x-www-form-urlencoded``); what it has besides is not looked at.

    A parameter without a value counts as left out, and none may come twice (RFC 6749, 3.2).

    Raises:
        BodyTooLarge: over 16 KiB.
        ValidationFailed: it is no form, or does not fit the schema.
    """
    if schema is None:
        return None
    kind = str((event.get("headers") or {}).get("content-type", FORM_TYPE)).partition(";")[0]
    if kind.strip().lower() != FORM_TYPE:
        raise ValidationFailed(f"Send a form: {FORM_TYPE}.", where="header")
    try:
        pairs = parse_qsl(raw_body(event).decode(), max_num_fields=MAX_FIELDS, errors="strict")
    except (MalformedJson, ValueError) as error:
        raise ValidationFailed("The form cannot be decoded.", where="body") from error
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValidationFailed("A parameter comes twice.", where="body")
    try:
        return msgspec.convert(values, schema, strict=False)
    except msgspec.ValidationError as error:
        raise ValidationFailed(str(error), where="body") from error


def raw_body(event: Mapping[str, Any], most: int = MAX_BODY_BYTES) -> bytes:
    """The body of a request byte for byte, as it was sent. API Gateway hands on as base64 what it takes for no text.

    Raises:
        BodyTooLarge: over so many bytes.
        MalformedJson: it cannot be decoded.
    """
    text = event.get("body") or ""
    if len(text) > most * 4 // 3 + 4:
        raise BodyTooLarge(f"At most {most} bytes.", maxBytes=most)
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedJson("The body cannot be decoded.") from error
    if len(raw) > most:
        raise BodyTooLarge(f"At most {most} bytes.", maxBytes=most)
    return raw


def _check_json(raw: bytes) -> None:
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedJson("The body is not JSON.") from error


@functools.cache
def _decoder(schema: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(schema)
